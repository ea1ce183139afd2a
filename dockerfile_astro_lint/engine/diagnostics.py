"""What linting gives, before a format makes lines of it."""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterable, Mapping, NamedTuple, Sequence
from dockerfile_astro_lint.core.display import any_may_hold_secret
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.rules.authoring import Fix, Related, Rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.engine.moves import Move


Key = tuple[str, str, int, int]
"""Rule, path, and the offsets of a diagnostic's span."""


MAX_RELATED = 100
"""Related places of a diagnostic; one ARG may be used by any number of FROMs."""


class Diagnostic(NamedTuple):
    """A violation with the rule that reports it and its severity; `counts` if it makes the exit code 1."""

    rule: Rule
    severity: str
    span: Span
    message: str
    fix: Fix | None
    related: tuple[Related, ...]
    counts: bool = True

    @property
    def key(self) -> Key:
        """What tells a diagnostic from all others."""
        source, start, end = self.span
        return self.rule.code, source.path, start, end

    @property
    def path(self) -> str:
        return self.span.source.path

    @property
    def place(self) -> tuple[int, int, int, int]:
        """Line, column, end line, end column, all from 1, ends exclusive."""
        source, start, end = self.span
        return (*source.position(start), *source.position(end))

    @property
    def order(self) -> tuple[str, int, str, int]:
        source, start, end = self.span
        return source.path, start, self.rule.code, end


class Failure(NamedTuple):
    """A path that could not be linted, or a rule that raised; the path is empty where no file is at fault."""

    path: str
    message: str


class Result(NamedTuple):
    """What linting one target, or several, gives.

    `suppressed` are the diagnostics that an ignore comment suppresses, with its reason; `files` the paths that were
    linted; `unparsed` (path, error) of Python files; `refused` (path:line, error) of requirements; `secrets` the values
    of build arguments that no output may show; `unchecked` the paths that were to be linted, and could not be, or not
    with every rule.

    `unused` are ignore comments of files that several images share: what to report, for which Dockerfile or manifest
    they suppress nothing, and for how many that must be so. `used` (path, offset) are those that suppress something.
    `moves` says what `--as-if` stands for in each file.
    """

    diagnostics: tuple[Diagnostic, ...] = ()
    suppressed: tuple[tuple[Diagnostic, str], ...] = ()
    failures: tuple[Failure, ...] = ()
    files: tuple[str, ...] = ()
    unparsed: tuple[tuple[str, str], ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    secrets: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()
    unused: tuple[tuple[Diagnostic, str, int], ...] = ()
    used: tuple[tuple[str, int], ...] = ()
    moves: "tuple[Move, ...]" = ()


class Report(NamedTuple):
    """The result of a run, sorted; `files` is the number of linted files, `notes` are sentences for standard error.

    It holds no secret: the sources of its spans have asterisks instead. `secrets` are their ranges in each file.
    `unchecked` are the paths that could not be checked. `baselined` is the number of findings that a baseline hides,
    None without one. `moves` is what `--as-if` stands for.
    """

    findings: list[Diagnostic]
    failures: list[Failure]
    files: int
    suppressed: list[tuple[Diagnostic, str]]
    notes: list[str]
    secrets: Mapping[str, Sequence[tuple[int, int]]] = {}
    unchecked: tuple[str, ...] = ()
    baselined: int | None = None
    moves: "tuple[Move, ...]" = ()


class Collector:
    """Diagnostics on their way into one result, each place and rule once."""

    def __init__(self) -> None:
        self._diagnostics: dict[Key, Diagnostic] = {}
        self._suppressed: dict[Key, tuple[Diagnostic, str]] = {}

    def add(self, diagnostic: Diagnostic) -> None:
        """Keep a diagnostic; one that is there already gets its related places."""
        key = diagnostic.key
        known = self._diagnostics.get(key)
        if known is None:
            self._diagnostics[key] = diagnostic
            return
        full = len(known.related) >= MAX_RELATED
        new = () if full else tuple(one for one in diagnostic.related if one not in known.related)
        # One place can be read in two ways (an ARG that two FROMs use): then no fix is right for both.
        fix = known.fix if known.fix == diagnostic.fix else None
        self._diagnostics[key] = known._replace(related=known.related + new, fix=fix)

    def suppress(self, diagnostic: Diagnostic, reason: str) -> None:
        """Keep a suppressed diagnostic; of several messages for one place, the first in the alphabet."""
        key = diagnostic.key
        known = self._suppressed.get(key)
        if known is None or diagnostic.message < known[0].message:
            self._suppressed[key] = diagnostic._replace(fix=None, related=()), reason

    def result(self) -> Result:
        return Result(tuple(self._diagnostics.values()), tuple(self._suppressed.values()))


def merged(results: Iterable[Result]) -> Result:
    """One result of several, without repetitions."""
    results = [result for result in results if result != _NOTHING]
    if len(results) == 1:
        return results[0]
    collector = Collector()
    for result in results:
        for diagnostic in result.diagnostics:
            collector.add(diagnostic)
        for diagnostic, reason in result.suppressed:
            collector.suppress(diagnostic, reason)
    return collector.result()._replace(
        failures=tuple(dict.fromkeys(one for result in results for one in result.failures)),
        files=tuple(dict.fromkeys(one for result in results for one in result.files)),
        unparsed=tuple(dict.fromkeys(one for result in results for one in result.unparsed)),
        refused=tuple(dict.fromkeys(one for result in results for one in result.refused)),
        secrets=tuple(dict.fromkeys(one for result in results for one in result.secrets)),
        unchecked=tuple(dict.fromkeys(one for result in results for one in result.unchecked)),
        unused=tuple(one for result in results for one in result.unused),
        used=tuple(dict.fromkeys(one for result in results for one in result.used)),
        moves=tuple(dict.fromkeys(one for result in results for one in result.moves)),
    )


_NOTHING = Result()


def make_report(results: Iterable[Result]) -> Report:
    """Sort what targets gave into a report without secrets."""
    result = merged(results)
    suppressed = sorted(result.suppressed, key=lambda pair: pair[0].order)
    findings = _sorted(result)
    # A file of a project in which something is found was checked, too.
    files = {*result.files, *[one.path for one in findings], *[one.path for one, _ in suppressed]}
    number = len(files.difference(result.unchecked))
    unchecked = tuple(sorted(result.unchecked))
    moves = tuple(sorted(result.moves))
    failures, notes = sorted(result.failures), _notes(result)
    report = Report(findings, failures, number, suppressed, notes, unchecked=unchecked, moves=moves)
    if not result.secrets and not any_may_hold_secret(_texts(report)):
        return report
    from dockerfile_astro_lint.engine.redaction import redacted_report

    return redacted_report(report, result.secrets)


def _unused(result: Result) -> Iterable[Diagnostic]:
    """The ignore comments of shared files that suppress nothing for any image."""
    used = set(result.used)
    images: dict[Key, tuple[Diagnostic, set[str], int]] = {}
    for diagnostic, image, needed in result.unused:
        if (diagnostic.path, diagnostic.span.start) not in used:
            images.setdefault(diagnostic.key, (diagnostic, set(), needed))[1].add(image)
    return [diagnostic for diagnostic, seen, needed in images.values() if len(seen) >= needed]


def _texts(report: Report) -> set[str]:
    """The files that a report points at, and what it says of them."""
    texts = {*report.notes, *(failure.message for failure in report.failures)}
    for reason in (reason for _, reason in report.suppressed):
        texts.add(reason)
    for one in (*report.findings, *(one for one, _ in report.suppressed)):
        texts |= {one.message, one.span.source.text}
        for related in one.related:
            texts |= {related.message, related.span.source.text}
        for edit in one.fix.edits if one.fix else ():
            texts |= {edit.text, edit.span.source.text}
    return texts


def fixable(results: Iterable[Result]) -> list[Diagnostic]:
    """The diagnostics of targets with their files as they are: for fixes, and for no output."""
    return _sorted(merged(results))


def _sorted(result: Result) -> list[Diagnostic]:
    return sorted([*result.diagnostics, *_unused(result)], key=lambda diagnostic: diagnostic.order)


def _notes(result: Result) -> list[str]:
    notes = []
    unparsed = dict(result.unparsed)
    if unparsed:
        path, error = min(unparsed.items())
        more = f" and {len(unparsed) - 1} more" if len(unparsed) > 1 else ""
        notes.append(f"could not read the imports of {path}{more}: {error}")
    for place, error in sorted(dict(result.refused).items(), key=_by_line):
        notes.append(f"{place}: pip would refuse this line: {error}")
    return notes


def _by_line(refused: tuple[str, str]) -> tuple[str, int]:
    path, _, line = refused[0].rpartition(":")
    return path, int(line)
