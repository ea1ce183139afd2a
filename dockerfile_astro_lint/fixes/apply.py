"""(bytes, diagnostics) -> bytes: fixes that change nothing but the characters that they name.

Edits go by offset on the text as it was read. Every instruction of a Dockerfile that no edit touches must be the same
afterwards; a fix that breaks that is dropped, and reported as our bug.
"""

from bisect import bisect_left, bisect_right, insort

from dockerfile_astro_lint.core.compat import Callable, Iterable, NamedTuple, Sequence
from dockerfile_astro_lint.core.source import Source, encode, encoding_for, line_ending
from dockerfile_astro_lint.dockerfile.parser import Dockerfile
from dockerfile_astro_lint.engine.diagnostics import Diagnostic
from dockerfile_astro_lint.project.file_kinds import MANIFEST, kind_of
from dockerfile_astro_lint.rules.authoring import Rule

Parse = Callable[[bytes], Dockerfile]


Stretch = tuple[str, int, int]
"""Rule and offsets of a diagnostic of one file."""


class Applied(NamedTuple):
    """A fix that was applied: the rule, and the files that it edited."""

    rule: Rule
    paths: tuple[str, ...]


class DockerfileFixes(NamedTuple):
    """What fixing a Dockerfile has come to.

    `applied` are the rules of the fixes. `before` are the bytes before the last round, with the rules up to then;
    `only_added` are the diagnostics whose fix in that round left what it is about in place; `bugs` are the rules whose
    fixes are dropped.
    """

    data: bytes
    applied: tuple[Rule, ...] = ()
    before: tuple[bytes, tuple[Rule, ...]] = (b"", ())
    only_added: frozenset[Stretch] = frozenset()
    bugs: tuple[str, ...] = ()


def fix_dockerfile(state: DockerfileFixes, diagnostics: Iterable[Diagnostic], parse: Parse) -> DockerfileFixes:
    """Apply the fixes of diagnostics to a Dockerfile, as many as go together; the same bytes if there is nothing to do.

    A fix that only adds, after which its diagnostic is still there, has not helped: it is undone.
    """
    data, applied = state.data, state.applied
    bugs = dict.fromkeys(state.bugs)
    fixes = [one for one in diagnostics if one.rule.code not in bugs]
    useless = [one.rule.code for one in fixes if _stretch(one) in state.only_added]
    if useless:
        # It would be added again and again.
        data, applied = state.before
        return DockerfileFixes(data, applied, state.before, frozenset(), tuple(bugs | dict.fromkeys(useless)))
    before = parse(data)
    chosen = _without_overlaps(one for one in fixes if _is_about(one, before.source))
    if not chosen:
        return state
    new = _apply(before, chosen)
    if not _same_elsewhere(before, parse(new), chosen):
        # One of them is at fault, or two do not go together: take those that do, in the order of the file.
        good: list[Diagnostic] = []

        def is_right(fixes: list[Diagnostic]) -> bool:
            return _same_elsewhere(before, parse(_apply(before, fixes)), fixes)

        for one in chosen:
            if is_right([*good, one]):
                good.append(one)
            elif not (good and is_right([one])):  # otherwise the next round decides
                bugs[one.rule.code] = None
        chosen, new = good, _apply(before, good) if good else data
    if new == data:
        return state._replace(bugs=tuple(bugs))
    added = frozenset(map(_stretch, filter(_only_adds, chosen)))
    rules = (*applied, *(one.rule for one in chosen))
    return DockerfileFixes(new, rules, (data, applied), added, tuple(bugs))


def _is_about(diagnostic: Diagnostic, source: Source) -> bool:
    """Whether a fix edits this very text: the offsets of another one mean nothing."""
    return all(edit.span.source.text == source.text for edit in diagnostic.fix.edits) if diagnostic.fix else False


def _stretch(diagnostic: Diagnostic) -> Stretch:
    return diagnostic.rule.code, diagnostic.span.start, diagnostic.span.end


def _only_adds(diagnostic: Diagnostic) -> bool:
    """Whether a fix leaves what it is about as it is and where it is, and writes something after it."""
    edits = diagnostic.fix.edits if diagnostic.fix else ()
    return all(edit.span.start == edit.span.end >= diagnostic.span.end for edit in edits)


def _without_overlaps(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics whose fixes go together; the others wait for the next round."""
    taken: list[tuple[int, int, str]] = []
    chosen = []
    for diagnostic in diagnostics:
        edits = set(_edits([diagnostic]))
        if all(_fits(edit, taken) for edit in edits):
            for edit in edits:
                if edit not in taken[bisect_left(taken, edit) :][:1]:
                    insort(taken, edit)
            chosen.append(diagnostic)
    return chosen


def _fits(edit: tuple[int, int, str], taken: Sequence[tuple[int, int, str]]) -> bool:
    """Whether an edit is one of the taken ones, or overlaps none of them."""
    start, end, _ = edit
    at = bisect_left(taken, (start, -1, ""))
    following = taken[at] if at < len(taken) else None
    if following == edit:
        return True
    if at and taken[at - 1][1] > start:
        return False
    return following is None or (following[0] >= end and following[0] > start)


def _edits(diagnostics: Iterable[Diagnostic]) -> list[tuple[int, int, str]]:
    fixes = [one.fix for one in diagnostics if one.fix]
    edits = {(edit.span.start, edit.span.end, edit.text) for fix in fixes for edit in fix.edits}
    return sorted(edits)


def fix_python(data: bytes, diagnostics: Sequence[Diagnostic]) -> bytes | None:
    """A Python file's bytes with the fixes; None if these are not the bytes that were linted, or would not parse."""
    from dockerfile_astro_lint.project.python_imports import parse_python

    source = diagnostics[0].span.source
    text = source.text
    # What is not UTF-8 has other offsets.
    if data not in (text.encode("utf-8", "surrogateescape"), encode(text.removeprefix("\ufeff"), True)):
        return None
    taken: list[tuple[int, int, str]] = []
    for diagnostic in diagnostics:
        # Of two fixes of one import, the second one is for the next round.
        edits = (
            [edit for edit in diagnostic.fix.edits if edit.span.source.path == source.path] if diagnostic.fix else []
        )
        own = {(edit.span.start, edit.span.end, edit.text) for edit in edits}
        if all(_fits(one, taken) for one in own):
            for one in own:
                if one not in taken[bisect_left(taken, one) :][:1]:
                    insort(taken, one)
    for start, end, new in reversed(taken):
        text = text[:start] + new + text[end:]
    try:
        parse_python(text.removeprefix("\ufeff"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return encode(text.removeprefix("\ufeff"), data.startswith(b"\xef\xbb\xbf"))


def fix_text(data: bytes, path: str, diagnostics: Iterable[Diagnostic]) -> bytes | None:
    """A text file's bytes with the edits that fixes make in it; None if these are not the bytes that were linted.

    A file that does not exist yet has no bytes.
    """
    edits: dict[tuple[int, int, str], None] = {}
    source = None
    for diagnostic in diagnostics:
        for edit in diagnostic.fix.edits if diagnostic.fix else ():
            if edit.span.source.path == path:
                source = edit.span.source
                edits[edit.span.start, edit.span.end, edit.text] = None
    if source is None:
        return None
    found = encoding_for(data, source, kind_of(path) is MANIFEST)
    if found is None:
        return None
    mark, encoding = found
    try:
        edited = _edited(source, sorted(edits, key=lambda edit: edit[:2]))
        return mark + edited.encode(encoding, "surrogateescape")
    except UnicodeError:
        return None


def _edited(source: Source, edits: Sequence[tuple[int, int, str]]) -> str:
    """A text with edits in their order; a new last line does not end the one before it twice."""
    text, ending, done, last = source.text, line_ending(source), "", 0
    for start, end, new in edits:
        if start < last:
            continue
        done += text[last:start]
        if start == len(text) and new.startswith("\n") and (not done or done.endswith("\n")):
            new = new[1:]
        done, last = done + new.replace("\n", ending), end
    return done + text[last:]


def _apply(dockerfile: Dockerfile, diagnostics: Iterable[Diagnostic]) -> bytes:
    source = dockerfile.source
    text, ending = source.text, line_ending(source)
    for start, end, new in reversed(_edits(diagnostics)):
        text = text[:start] + new.replace("\n", ending) + text[end:]
    return encode(text, source.bom)


def _same_elsewhere(before: Dockerfile, after: Dockerfile, diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether all instructions, directives and errors that no edit touches are the same."""
    ending = line_ending(before.source)
    edits = [(start, end, len(new.replace("\n", ending))) for start, end, new in _edits(diagnostics)]
    ends = [end for _, end, _ in edits]
    shifts = [0]
    for start, end, length in edits:
        shifts.append(shifts[-1] + length - (end - start))

    def shifted(offset: int) -> int:
        return offset + shifts[bisect_right(ends, offset)]

    starts, size = before.source.starts, len(before.source.text)
    places = {instruction.line.pieces[0][1]: instruction for instruction in after.instructions}
    for instruction in before.instructions:
        line = instruction.line
        low = starts[line.first - 1]
        high = starts[line.last] if line.last < len(starts) else size
        following = bisect_left(edits, (high, -1, -1))
        # The edits are sorted and clear of each other: only the last one that begins before the end can touch it.
        if following and max(edits[following - 1][1], edits[following - 1][0] + 1) > low:
            continue
        found = places.get(shifted(line.pieces[0][1]))
        if found is None or (found.keyword, found.value) != (instruction.keyword, instruction.value):
            return False
    return not (after.error and not before.error) and after.scan.escape == before.scan.escape
