"""The one redactor: what leaves the program holds no secret of the files that it is about.

Secrets are known by their place and value, whether or not a rule reports them (see `project/secret_forms.py`). Formats
get sources in which they are replaced already, so that no format can forget to. The one exception is a patch.
"""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterable, Mapping, NamedTuple, Sequence
from dockerfile_astro_lint.core.display import may_hold_secret
from dockerfile_astro_lint.core.source import Edit, Related, Source, Span
from dockerfile_astro_lint.rules.authoring import Fix

if TYPE_CHECKING:
    from dockerfile_astro_lint.engine.diagnostics import Diagnostic, Report


_START = 4
"""Characters by which a value is looked up: the shortest value."""


_LONGEST = 32
"""Characters; longer values are looked for in pieces of this length, so that the work for a character is bounded."""


Ranges = Sequence[tuple[int, int]]


class Values:
    """Texts that are looked for in one pass, however many they are; `words` only as a whole between backticks."""

    def __init__(self, values: Iterable[str], words: Iterable[str] = ()) -> None:
        self.words = frozenset(words)
        self._pieces = {piece for value in values if len(value) >= _START for piece in _pieces(value)}
        lengths: dict[str, set[int]] = {}
        for piece in self._pieces:
            lengths.setdefault(piece[:_START], set()).add(len(piece))
        self._lengths = {start: sorted(found, reverse=True) for start, found in lengths.items()}

    def find(self, text: str) -> list[tuple[int, int]]:
        """The ranges of a text that repeat a value."""
        if not self._lengths:
            return []
        found, starts, pieces = [], self._lengths, self._pieces
        for at in range(len(text) - _START + 1):
            for length in starts.get(text[at : at + _START], ()):
                if text[at : at + length] in pieces:
                    found.append((at, at + length))
                    break
        return found

    def find_quoted(self, text: str) -> list[tuple[int, int]]:
        """The ranges of a message that quote one of the words."""
        found, at = [], 0
        for number, part in enumerate(text.split("`") if self.words else ()):
            if number % 2 and part in self.words:
                found.append((at, at + len(part)))
            at += len(part) + 1
        return found


def _pieces(value: str) -> Iterable[str]:
    if len(value) <= _LONGEST:
        return (value,)
    starts = (*range(0, len(value) - _LONGEST, _LONGEST), len(value) - _LONGEST)
    return [value[start : start + _LONGEST] for start in starts]


_NONE = Values(())


class _File(NamedTuple):
    """A file without its secrets, their ranges, and their values."""

    source: Source
    ranges: Ranges
    values: Values


class Redactor:
    """Takes the secrets of files out of what is said of them; `secrets` are more values, of no file.

    What is worked out for a file or a sentence is kept: thousands of diagnostics have the same.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._values = _NONE
        secrets = list(secrets)
        if secrets:
            from dockerfile_astro_lint.project.secret_forms import values_of

            self._values = Values(value for secret in secrets for value in values_of(secret))
        self._files: dict[tuple[str, str], _File] = {}
        self._texts: dict[tuple[str, tuple[int, ...]], str] = {}

    @property
    def ranges(self) -> Mapping[str, Ranges]:
        """The ranges of the secrets in each file that was asked for."""
        return {path: file.ranges for (path, _), file in self._files.items() if file.ranges}

    def source(self, source: Source) -> Source:
        """A file with asterisks for its secrets, of the same length."""
        return self._file(source).source

    def span(self, span: Span) -> Span:
        """The same range of a file without secrets."""
        return span._replace(source=self.source(span.source))

    def text(self, text: str, sources: Iterable[Source] = ()) -> str:
        """A sentence about files without their secrets, and without what looks like one."""
        found = {id(values): values for one in sources if (values := self._file(one).values) is not _NONE}
        key = text, tuple(found)
        if key not in self._texts:
            self._texts[key] = self._redacted(text, found.values())
        return self._texts[key]

    def diagnostic(self, diagnostic: "Diagnostic") -> "Diagnostic":
        """A diagnostic without the secrets of the files that it points at."""
        fix = diagnostic.fix
        edits = fix.edits if fix else ()
        spans = [diagnostic.span, *(one.span for one in diagnostic.related), *(edit.span for edit in edits)]
        sources = list({id(span.source): span.source for span in spans}.values())
        return diagnostic._replace(
            span=self.span(diagnostic.span),
            message=self.text(diagnostic.message, sources),
            fix=self.fix(fix, sources),
            related=tuple(self.related(one, sources) for one in diagnostic.related),
        )

    def fix(self, fix: Fix | None, sources: Sequence[Source]) -> Fix | None:
        """A fix; none if it would write a secret again, for without the secret it would write something else."""
        if fix is None:
            return None
        if any(self.text(edit.text, sources) != edit.text for edit in fix.edits):
            return None
        edits = tuple(Edit(self.span(edit.span), edit.text) for edit in fix.edits)
        return fix._replace(title=self.text(fix.title, sources), edits=edits)

    def related(self, related: Related, sources: Sequence[Source]) -> Related:
        """Another range of a diagnostic."""
        return Related(self.span(related.span), self.text(related.message, sources))

    def _redacted(self, text: str, values: Iterable[Values]) -> str:
        ranges = [place for one in (self._values, *values) for place in (*one.find(text), *one.find_quoted(text))]
        if may_hold_secret(text):
            from dockerfile_astro_lint.project.secret_forms import secrets_in_text

            ranges += [(place.start, place.end) for place in secrets_in_text(text)]
        return _replaced(text, _united(ranges), "***") if ranges else text

    def _file(self, source: Source) -> _File:
        key = source.path, source.text
        if key not in self._files:
            self._files[key] = _read(source)
        return self._files[key]


def _read(source: Source) -> _File:
    if not may_hold_secret(source.text):
        return _File(source, (), _NONE)
    from dockerfile_astro_lint.project.secret_forms import secret_places

    places = list(secret_places(source))
    if not places:
        return _File(source, (), _NONE)
    words = (word for place in places for word in place.words)
    values = Values((value for place in places for value in place.values), words)
    ranges = _united([*((place.start, place.end) for place in places), *values.find(source.text)])
    return _File(source._replace(text=_replaced(source.text, ranges)), ranges, values)


def _united(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in their order, those that touch as one."""
    united: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if united and start <= united[-1][1]:
            united[-1] = united[-1][0], max(end, united[-1][1])
        else:
            united.append((start, end))
    return united


def _replaced(text: str, ranges: Iterable[tuple[int, int]], mark: str = "") -> str:
    """A text with a mark for each range; without one, an asterisk for each character but those that end a line."""
    parts: list[str] = []
    done = 0
    for start, end in ranges:
        hidden = mark or "".join(char if char in "\r\n" else "*" for char in text[start:end])
        parts += text[done:start], hidden
        done = end
    return "".join((*parts, text[done:]))


def secret_values(build_args: Mapping[str, str]) -> tuple[str, ...]:
    """The values of build arguments that are secrets by their names."""
    if not build_args:
        return ()
    from dockerfile_astro_lint.project.secret_forms import is_secret_name

    return tuple(value for name, value in build_args.items() if is_secret_name(name))


def redacted_report(report: "Report", secrets: Iterable[str] = ()) -> "Report":
    """A report without secrets: in its findings, in the files that they point at, in what it says."""
    redactor = Redactor(secrets)
    return report._replace(
        findings=[redactor.diagnostic(one) for one in report.findings],
        failures=[one._replace(message=redactor.text(one.message)) for one in report.failures],
        suppressed=[
            (redactor.diagnostic(one), redactor.text(reason, [one.span.source])) for one, reason in report.suppressed
        ],
        notes=[redactor.text(note) for note in report.notes],
        secrets=redactor.ranges,
    )


def redacted_sentences(report: "Report") -> "Report":
    """A report without secrets in the failures and notes that were added after it was made."""
    redactor = Redactor()
    return report._replace(
        failures=[one._replace(message=redactor.text(one.message)) for one in report.failures],
        notes=[redactor.text(note) for note in report.notes],
    )


def redacted_text(text: str, sources: Iterable[Source] = ()) -> str:
    """A sentence for which no redactor is at hand."""
    return Redactor().text(text, sources)
