"""Work shared out over processes: children do their part and tell what they found in plain types."""

import os

from dockerfile_astro_lint.light import Any, Callable, Iterable, Iterator, Sequence

_child = False


def workers(count: int, worth: int) -> int:
    """How many processes pay for so many files, if one pays for `worth` of them; at least 1."""
    if _child or not hasattr(os, "fork") or count < 2 * worth:
        return 1
    return min(count // worth, cores())


def cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def share_out(
    works: Sequence[Callable[[], Iterable[Any]]],
    own: Callable[[], None],
    take: Callable[[int, Iterator[Any]], None],
    again: Callable[[int], None],
) -> None:
    """Let children do `works` while `own` is done here, then `take` what each found, by its number.

    What a child could not do (killed, out of memory, no more processes or open files to be had), `again` does here:
    whatever is wrong shows itself.
    """
    children: list[tuple[int, int]] = []
    try:
        for work in works:
            child = _start(work)
            if child is None:
                break
            children.append(child)
        own()
        for number in range(len(works)):
            if number >= len(children):
                again(number)
                continue
            with os.fdopen(children[number][1], "rb", closefd=False) as file:
                try:
                    take(number, _records(file))
                except (EOFError, ValueError, TypeError):
                    again(number)
    except BaseException:
        for process, _ in children:
            os.kill(process, 9)
        raise
    finally:
        for process, pipe in children:
            os.close(pipe)
            os.waitpid(process, 0)


def _records(file: Any) -> Iterator[Any]:
    import marshal

    while True:
        yield marshal.load(file)


def _start(work: Callable[[], Iterable[Any]]) -> tuple[int, int] | None:
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
