"""Work shared out over processes: each does the next part that nobody has begun, children tell what they found."""

import os

from dockerfile_astro_lint.core.compat import Any, Callable, Iterator

_child = False


PARTS = 64
"""Parts of work for each process: so that one which is slowed down does less of them."""


MOST_PARTS = 1024


_NUMBER = 2
"""Bytes of a part's number in the queue: a pipe holds 4 KiB at least, and who writes more into it may wait for ever."""


_REST = -1


def count_workers(count: int, worth: int) -> int:
    """How many processes pay for so many files, if one pays for `worth` of them; at least 1."""
    if _child or not hasattr(os, "fork") or count < 2 * worth:
        return 1
    return min(count // worth, cores())


def cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def part_size(count: int, processes: int) -> int:
    """How many of so many things make a part of the work."""
    return -(-count // min(processes * PARTS, MOST_PARTS)) or 1


def share_out(
    parts: int,
    processes: int,
    own: Callable[[int], None],
    begin: Callable[[], Callable[[int | None], Any]],
    take: Callable[[int | None, Any], None],
) -> None:
    """Do parts of a work by their numbers, here with `own`, in children with what `begin` gives them.

    What that returns of a part, in plain types, `take` gets here; and what it returns in the end, of no part (None).
    What a child could not do (killed, out of memory, no more processes or open files to be had), `own` does here:
    whatever is wrong shows itself.
    """
    queue = _queue(parts) if processes > 1 else None
    children: list[tuple[int, int]] = []
    done: set[int] = set()
    try:
        for _ in range(processes - 1 if queue is not None else 0):
            child = _start(lambda: _records(_numbers(queue, parts), begin()))
            if child is None:
                break
            children.append(child)
        for number in _numbers(queue, parts):
            own(number)
            done.add(number)
        for _, pipe in children:
            done |= _taken(pipe, take)
        for number in range(parts):
            if number not in done:
                own(number)
    except BaseException:
        for process, _ in children:
            os.kill(process, 9)
        raise
    finally:
        for process, pipe in children:
            os.close(pipe)
            os.waitpid(process, 0)
        if queue is not None:
            os.close(queue)


def _queue(parts: int) -> int | None:
    """A pipe with the numbers of all parts in it, its reading end; None where there is none to be had."""
    numbers = b"".join([number.to_bytes(_NUMBER, "little") for number in range(parts)])
    try:
        reading, writing = os.pipe()
    except OSError:
        return None
    try:
        os.set_blocking(writing, False)
        written = os.write(writing, numbers)
    except OSError:
        written = -1
    os.close(writing)
    if written == len(numbers):
        return reading
    os.close(reading)
    return None


def _numbers(queue: int | None, parts: int) -> Iterator[int]:
    """The parts that nobody has begun; to read a number from the pipe is to take it from all others."""
    if queue is None:
        yield from range(parts)
        return
    while number := os.read(queue, _NUMBER):
        yield int.from_bytes(number, "little")


def _records(numbers: Iterator[int], do: Callable[[int | None], Any]) -> Iterator[tuple[int, Any]]:
    for number in numbers:
        yield number, do(number)
    yield _REST, do(None)


def _taken(pipe: int, take: Callable[[int | None, Any], None]) -> set[int]:
    """Take what a child found; the numbers of its parts, none where it did not come to its end."""
    import marshal

    done: set[int] = set()
    with os.fdopen(pipe, "rb", closefd=False) as file:
        try:
            while True:
                number, record = marshal.load(file)
                if number == _REST:
                    take(None, record)
                    return done
                take(number, record)
                done.add(number)
        except (EOFError, ValueError, TypeError):
            return set()


def _start(work: Callable[[], Iterator[Any]]) -> tuple[int, int] | None:
    """A child that does a work: its process number, and the pipe that its result comes out of; None without one."""
    global _child
    pipe: tuple[int, ...] = ()
    try:
        reading, writing = pipe = os.pipe()
        child = os.fork()
    except OSError:
        for end in pipe:
            os.close(end)
        return None
    if child:
        os.close(writing)
        return child, reading
    code = 1
    try:
        import marshal

        _child = True
        os.close(reading)
        # A pipe holds little: to write into it before the other end reads would be to wait.
        records = [marshal.dumps(record) for record in work()]
        with os.fdopen(writing, "wb") as file:
            file.writelines(records)
        code = 0
    finally:
        # Nothing of the parent's is the child's to tidy up or to print, a traceback least of all.
        os._exit(code)
