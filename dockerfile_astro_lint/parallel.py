"""Paths -> report, on as many cores as pay; what comes out is the same with one."""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dockerfile_astro_lint.linter import Finding, Linter, Options, Report, Trouble, all_rules, files

_Job = tuple[str, bool]
_Result = tuple[list[list[tuple[Any, ...]]], list[Trouble], dict[str, str], set[str], set[tuple[str, str, int, int]]]
"""Findings of each file, their rules by code; troubles, unparsed, files and suppressed of a `Linter`."""

WORTH = 64
"""Files for each process: with fewer, starting one costs more than it saves."""


def run(
    paths: Sequence[str],
    options_for: Callable[[str], Options],
    find: Callable[[str], Iterator[str]],
    workers: int | None = None,
) -> Report:
    """Lint paths, each file by the options that hold for it; `workers` is how many processes, by default what pays."""
    linter = Linter(options_for)
    for path in paths:
        if os.path.isdir(path):
            linter.search_below(path)
    jobs = list(files(paths, find, linter.troubles.append))
    if workers is None:
        workers = min(len(jobs) // WORTH, _cores()) if hasattr(os, "fork") else 1
    if workers > 1:
        _share_out(linter, jobs, workers)
    else:
        for path, by_hand in jobs:
            linter.path(path, by_hand)
    return linter.report()


def _cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _share_out(linter: Linter, jobs: Sequence[_Job], workers: int) -> None:
    """Lint in several processes, this one among them, and bring together what they found in the order of the paths."""
    import pickle

    shares = _shares(jobs, workers)
    children = [_start(linter, share) for share in shares[1:]]
    results = [_lint(linter, shares[0])]
    for (child, pipe), share in zip(children, shares[1:], strict=True):
        with os.fdopen(pipe, "rb") as file:
            data = file.read()
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        # Killed, out of memory: the work is done here then, and whatever is wrong shows itself.
        results.append(pickle.loads(data) if status == 0 else _lint(linter, share))
    rules = {rule.code: rule for rule in all_rules()}
    found: dict[_Job, list[tuple[Any, ...]]] = {}
    for share, (by_file, troubles, unparsed, names, suppressed) in zip(shares, results, strict=True):
        found.update(zip(share, by_file, strict=True))
        linter.troubles += [trouble for trouble in troubles if trouble not in linter.troubles]
        linter.unparsed |= unparsed
        linter.files |= names
        linter.suppressed |= suppressed
    for job in jobs:
        for code, *rest in found[job]:
            linter.add(Finding(rules[code], *rest))


def _shares(jobs: Sequence[_Job], workers: int) -> list[list[_Job]]:
    """Jobs for each worker; those of one folder stay together, so that its other files are read once."""
    shares: list[list[_Job]] = [[] for _ in range(workers)]
    before, number = None, -1
    for job in jobs:
        folder = os.path.dirname(job[0])
        if folder != before:
            before, number = folder, (number + 1) % workers
        shares[number].append(job)
    return shares


def _start(linter: Linter, share: Sequence[_Job]) -> tuple[int, int]:
    """A child that lints its share; its process number, and the pipe that its result comes out of."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    code = 1
    try:
        import pickle

        os.close(reading)
        with os.fdopen(writing, "wb") as file:
            pickle.dump(_lint(linter, share), file, pickle.HIGHEST_PROTOCOL)
        code = 0
    finally:
        # Nothing of the parent's is the child's to tidy up or to print, a traceback least of all.
        os._exit(code)


def _lint(linter: Linter, share: Sequence[_Job]) -> _Result:
    own = linter.another()
    by_file: list[list[tuple[Any, ...]]] = []
    for path, by_hand in share:
        own.findings.clear()
        own.path(path, by_hand)
        by_file.append([(finding.rule.code, *finding[1:]) for finding in own.findings.values()])
    return by_file, own.troubles, own.unparsed, own.files, own.suppressed
