"""Paths -> report, on as many cores as pay; what comes out is the same with one."""

import os
import sys

from dockerfile_astro_lint.core.compat import Any, Callable, Sequence, lru_cache
from dockerfile_astro_lint.core.source import Source, Span, make_source
from dockerfile_astro_lint.core.workers import count_workers, part_size, share_out
from dockerfile_astro_lint.engine.diagnostics import Diagnostic, Failure, Report
from dockerfile_astro_lint.engine.linter import Linter
from dockerfile_astro_lint.engine.settings import LintSettings
from dockerfile_astro_lint.engine.targets import Find, expand_paths
from dockerfile_astro_lint.rules.authoring import Edit, Fix, Related, Rule
from dockerfile_astro_lint.rules.selection import all_rules

Job = tuple[str, bool]
"""A path, and whether it was named by hand."""


Look = Callable[[Linter, Job], Any]
"""Lints a file, and makes something of what was found in it."""


WORTH = 64
"""Files for each process: with fewer, starting one costs more than it saves."""


def run(
    paths: Sequence[str],
    options_for: Callable[[str], LintSettings],
    find: Find,
    workers: int | None = None,
) -> Report:
    """Lint paths, each file by the options that hold for it; `workers` is how many processes, by default what pays."""
    linter, jobs, workers = _begin(paths, options_for, find, workers)
    if workers > 1:
        found = _share_out(linter, jobs, workers, _findings, _pack, _unpack)
        linter.findings.clear()
        for job in jobs:
            for finding in found[job]:
                linter.add(finding)
    else:
        for path, by_hand in jobs:
            linter.path(path, by_hand)
    return linter.report()


def survey(
    paths: Sequence[str],
    options_for: Callable[[str], LintSettings],
    find: Find,
    look: Look,
) -> tuple[list[Any], Report]:
    """What `look` makes of each file, in plain types that a pipe takes, and a report of all but the findings."""
    linter, jobs, workers = _begin(paths, options_for, find, None)
    found = _share_out(linter, jobs, max(workers, 1), look, list, list)
    linter.findings.clear()
    return [found[job] for job in jobs], linter.report()


def _begin(
    paths: Sequence[str],
    options_for: Callable[[str], LintSettings],
    find: Find,
    workers: int | None,
) -> tuple[Linter, list[Job], int]:
    linter = Linter(options_for)
    for path in paths:
        if os.path.isdir(path):
            linter.folders.search_below(path)
    jobs = list(expand_paths(paths, find, linter.troubles.append, linter.folders.listed))
    if workers is None:
        workers = count_workers(len(jobs), WORTH)
    return linter, jobs, workers


def _share_out(
    linter: Linter,
    jobs: Sequence[Job],
    workers: int,
    look: Look,
    pack: Callable[[list[Any]], Any],
    unpack: Callable[[Any], list[Any]],
) -> dict[Job, Any]:
    """Look into files in several processes, this one among them; `pack` makes plain types of what they found."""
    parts = _parts(jobs, part_size(len(jobs), workers))
    found: dict[Job, Any] = {}

    def looked(linter: Linter, job: Job) -> Any:
        linter.findings.clear()
        return look(linter, job)

    def own(number: int) -> None:
        found.update([(job, looked(linter, job)) for job in parts[number]])

    def begin() -> Callable[[int | None], Any]:
        other = linter.another()

        def do(number: int | None) -> Any:
            return _rest(other) if number is None else pack([looked(other, job) for job in parts[number]])

        return do

    def take(number: int | None, record: Any) -> None:
        if number is not None:
            found.update(zip(parts[number], unpack(record), strict=True))
            return
        troubles, unparsed, refused, names, suppressed, reasons = record
        linter.troubles += [one for one in (Failure(*one) for one in troubles) if one not in linter.troubles]
        linter.unparsed |= unparsed
        linter.refused |= refused
        linter.files |= names
        for one, reason in zip(_unpack(suppressed)[0], reasons, strict=True):
            linter.suppress(one, reason)

    share_out(len(parts), workers, own, begin, take)
    return found


def _parts(jobs: Sequence[Job], size: int) -> list[list[Job]]:
    """Jobs in parts of about a size; those of one folder stay together, so that its other files are read once."""
    parts: list[list[Job]] = []
    before = None
    for job in jobs:
        folder = os.path.dirname(job[0])
        if not parts or (len(parts[-1]) >= size and folder != before):
            parts.append([])
        before = folder
        parts[-1].append(job)
    return parts


def _findings(linter: Linter, job: Job) -> list[Diagnostic]:
    linter.path(*job)
    return list(linter.findings.values())


def _rest(linter: Linter) -> tuple[Any, ...]:
    """What a linter has beside its findings, in plain types."""
    troubles = [tuple(trouble) for trouble in linter.troubles]
    suppressed = _pack([[finding for finding, _ in linter.suppressed.values()]])
    reasons = [reason for _, reason in linter.suppressed.values()]
    return troubles, linter.unparsed, linter.refused, linter.files, suppressed, reasons


def _pack(found: list[list[Diagnostic]]) -> tuple[list[Any], list[Any]]:
    """The findings of each file, and the sources that they stand in."""
    sources: dict[int, tuple[int, Source]] = {}
    by_file = [[_packed(finding, sources) for finding in findings] for findings in found]
    return by_file, [(one.path, one.text, one.bom) for _, one in sources.values()]


def _unpack(packed: tuple[list[Any], list[Any]]) -> list[list[Diagnostic]]:
    by_file, sources = packed
    known = [make_source(path, text, bom) for path, text, bom in sources]
    return [[_unpacked(one, known) for one in findings] for findings in by_file]


def _packed(finding: Diagnostic, sources: dict[int, tuple[int, Source]]) -> tuple[Any, ...]:
    def place(span: Span) -> tuple[int, int, int]:
        number, _ = sources.setdefault(id(span.source), (len(sources), span.source))
        return number, span.start, span.end

    rule, severity, span, message, fix, related, counts = finding
    edits = fix and (fix.title, fix.safe, [(place(edit.span), edit.text) for edit in fix.edits])
    others = [(place(one.span), one.message) for one in related]
    return rule.code, severity, place(span), message, edits, others, counts


def _unpacked(packed: tuple[Any, ...], sources: Sequence[Source]) -> Diagnostic:
    def span(place: tuple[int, int, int]) -> Span:
        return Span(sources[place[0]], place[1], place[2])

    code, severity, place, message, edits, others, counts = packed
    fix = edits and Fix(edits[0], edits[1], tuple(Edit(span(where), text) for where, text in edits[2]))
    related = tuple(Related(span(where), text) for where, text in others)
    return Diagnostic(_rule(code), severity, span(place), sys.intern(message), fix, related, counts)


@lru_cache(maxsize=None)
def _rule(code: str) -> Rule:
    return next(rule for rule in all_rules() if rule.code == code)
