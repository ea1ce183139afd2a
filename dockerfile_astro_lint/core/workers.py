"""A pool of processes for chunks of work; what it cannot do is done in this process."""

import os
import signal
import sys

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Any, Callable, Iterator, Sequence

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor


OFTEN = 0.2
"""Seconds between two calls of what shows the progress."""


Show = Callable[[int], None]


def cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def start_method() -> str:
    """How a process starts; `fork` costs least, and Python 3.14 no longer advises it."""
    if sys.platform == "win32":
        return "spawn"
    return "forkserver" if sys.version_info >= (3, 14) else "fork"


def run_chunks(
    work: Callable[[Any], Any],
    chunks: Sequence[Any],
    processes: int,
    start: Callable[..., None],
    arguments: tuple[Any, ...],
    show: Show | None = None,
) -> list[Any]:
    """Return what `work` makes of each chunk; `start(*arguments)` prepares a process.

    Chunks whose process could not be started, or died (killed, out of memory), are done here. `show` is called again
    and again with the number of the chunk that is waited for.
    """
    results = dict(_results(work, chunks, processes, start, arguments, show))
    if len(results) < len(chunks):
        start(*arguments)
    for at, chunk in enumerate(chunks):
        if at not in results:
            if show:
                show(at)
            results[at] = work(chunk)
    return [results[at] for at in range(len(chunks))]


def _results(
    work: Callable[[Any], Any],
    chunks: Sequence[Any],
    processes: int,
    start: Callable[..., None],
    arguments: tuple[Any, ...],
    show: Show | None,
) -> Iterator[tuple[int, Any]]:
    """(number of the chunk, result) of all that processes could do."""
    try:
        import multiprocessing
        import pickle
        from concurrent.futures import ProcessPoolExecutor, wait

        # A pool that finds out by itself may wait for itself for ever (its threads share a lock, in CPython 3.13.0).
        pickle.dumps((work, chunks[:1]))
        context = multiprocessing.get_context(start_method())
        pool = ProcessPoolExecutor(processes, context, _start_worker, (start, arguments))
    except Exception:  # no semaphores, no more open files, or something cannot be pickled
        return
    try:
        for at, future in enumerate(_submit(pool, work, chunks)):
            while show and not future.done():
                show(at)
                wait([future], OFTEN)
            yield at, future.result()
    except Exception:
        # The pool is broken, or a result cannot be pickled, or the work raises: then it does so here as well.
        return
    finally:
        _kill(pool)


def _submit(pool: "ProcessPoolExecutor", work: Callable[[Any], Any], chunks: Sequence[Any]) -> list[Any]:
    """Start all; a terminal sends an interrupt to every process, and only this one is to answer it."""
    futures: list[Any] = []
    block = getattr(signal, "pthread_sigmask", None)
    before = block(signal.SIG_BLOCK, {signal.SIGINT}) if block else None
    try:
        for chunk in chunks:
            futures.append(pool.submit(work, chunk))  # noqa: PERF401, an error keeps those before it
    except Exception:
        return futures  # those before it are done, the others in this process
    finally:
        if block and before is not None:
            block(signal.SIG_SETMASK, before)
    return futures


def _start_worker(start: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    import multiprocessing
    import threading

    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    start(*arguments)


def _end_with(sentinel: int) -> None:
    """End this process when its parent has been killed; it would wait for work for ever."""
    from multiprocessing.connection import wait

    wait([sentinel])
    os._exit(1)


def _kill(pool: "ProcessPoolExecutor") -> None:
    """End all processes of a pool, whatever they do: their results are here, or not wanted any more."""
    for process in list((getattr(pool, "_processes", None) or {}).values()):
        process.kill()
    pool.shutdown(wait=True, cancel_futures=True)
