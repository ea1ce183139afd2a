"""(bytes, findings) -> bytes: fixes that touch nothing but the characters that they name.

Edits go by offset on the text as it was read, right to left. After each round the file is read again, and every
instruction that no edit touched must be the same as before; a fix that breaks that is dropped and reported as our bug.
"""

import os
from bisect import bisect_left, bisect_right, insort

from dockerfile_astro_lint.core.compat import Callable, Iterable, NamedTuple, Sequence
from dockerfile_astro_lint.core.files import MAX_PYTHON_BYTES, read_file
from dockerfile_astro_lint.core.source import Source, decode, encode, line_ending
from dockerfile_astro_lint.dockerfile.parser import Dockerfile, parse_dockerfile
from dockerfile_astro_lint.engine.diagnostics import Diagnostic

MAX_ROUNDS = 20


class Fixed(NamedTuple):
    """What became of a file; `applied` is how many fixes went in, `bugs` name the rules whose fix had to be dropped."""

    data: bytes
    applied: int
    bugs: tuple[str, ...]


def fix(
    data: bytes,
    path: str,
    lint: Callable[[bytes], Sequence[Diagnostic]],
    unsafe: bool,
    also: Sequence[str] = (),
) -> Fixed:
    """Fix a Dockerfile until nothing that can be fixed is left; `lint` finds what is wrong with its bytes.

    `also` are codes whose unsafe fixes are wanted whatever `unsafe` says.
    """
    count = 0
    bugs: dict[str, None] = {}
    last, added = (data, 0), frozenset[tuple[str, int, int]]()
    for _ in range(MAX_ROUNDS):
        before = parse_dockerfile(decode(data, path), {})
        fixes = [finding for finding in lint(data) if _wanted(finding, path, unsafe or finding.rule.code in also)]
        fixes = [finding for finding in fixes if finding.rule.code not in bugs]
        unmended = [finding.rule.code for finding in fixes if _stretch(finding) in added]
        if unmended:
            # What was added has not helped, and would be added again and again.
            bugs |= dict.fromkeys(unmended)
            (data, count), added = last, frozenset()
            continue
        chosen = _without_overlaps(fixes)
        if not chosen:
            break
        new = _apply(before, chosen)
        if not _same_elsewhere(before, new, chosen):
            # One of them is at fault: take those that are good by themselves, in the order of the file.
            good: list[Diagnostic] = []
            for finding in chosen:
                if _same_elsewhere(before, _apply(before, [*good, finding]), [*good, finding]):
                    good.append(finding)
                else:
                    bugs[finding.rule.code] = None
            chosen, new = good, _apply(before, good) if good else data
        if new == data:
            break
        last, added = (data, count), frozenset(map(_stretch, filter(_only_adds, chosen)))
        data, count = new, count + len(chosen)
    return Fixed(data, count, tuple(bugs))


def _stretch(finding: Diagnostic) -> tuple[str, int, int]:
    return finding.rule.code, finding.span.start, finding.span.end


def _only_adds(finding: Diagnostic) -> bool:
    """Whether a fix leaves what is found as it is, and where it is, and writes something behind it."""
    edits = finding.fix.edits if finding.fix else ()
    return all(edit.span.start == edit.span.end >= finding.span.end for edit in edits)


def _wanted(finding: Diagnostic, path: str, unsafe: bool) -> bool:
    found = finding.fix
    if found is None or not (found.safe or unsafe):
        return False
    return all(edit.span.source.path == path for edit in found.edits)


def _without_overlaps(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings whose fixes can go in together; the others wait for the next round."""
    taken: list[tuple[int, int, str]] = []
    chosen = []
    for finding in findings:
        edits = {(edit.span.start, edit.span.end, edit.text) for edit in finding.fix.edits} if finding.fix else set()
        if all(_fits(edit, taken) for edit in edits):
            for edit in edits:
                if edit not in taken[bisect_left(taken, edit) :][:1]:
                    insort(taken, edit)
            chosen.append(finding)
    return chosen


def _fits(edit: tuple[int, int, str], taken: Sequence[tuple[int, int, str]]) -> bool:
    """Whether an edit is one of those taken already, or keeps clear of them all."""
    start, end, _ = edit
    at = bisect_left(taken, (start, -1, ""))
    following = taken[at] if at < len(taken) else None
    if following == edit:
        return True
    if at and taken[at - 1][1] > start:
        return False
    return following is None or (following[0] >= end and following[0] > start)


def _edits(findings: Iterable[Diagnostic]) -> list[tuple[int, int, str]]:
    found = {
        (edit.span.start, edit.span.end, edit.text) for finding in findings if finding.fix for edit in finding.fix.edits
    }
    return sorted(found)


def fix_python(path: str, findings: Sequence[Diagnostic], data: bytes | None = None) -> tuple[bytes, bytes] | None:
    """A Python file's old and new bytes; None where the file is not what was read, or would no longer parse.

    `data` stands in for what the file holds.
    """
    from dockerfile_astro_lint.project.python_imports import parse_python

    if data is None:
        data = read_file(path, MAX_PYTHON_BYTES)
    text = findings[0].span.source.text
    # What is not UTF-8, or changed since, has other offsets.
    if data not in (text.encode("utf-8", "surrogateescape"), encode(text.removeprefix("\ufeff"), True)):
        return None
    for start, end, new in reversed(_edits(findings)):
        text = text[:start] + new + text[end:]
    try:
        parse_python(text.removeprefix("\ufeff"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return data, encode(text.removeprefix("\ufeff"), data.startswith(b"\xef\xbb\xbf"))


def fix_text_file(
    path: str, findings: Sequence[Diagnostic], data: bytes | None = None
) -> tuple[bytes | None, bytes] | None:
    """Old bytes (None for a file that is not there yet) and new ones; None where the file is not what was read.

    `data` stands in for what the file holds.
    """
    from dockerfile_astro_lint.core.source import encoding_of

    edits: dict[tuple[int, int, str], None] = {}
    found = None
    for finding in findings:
        for edit in finding.fix.edits if finding.fix else ():
            if edit.span.source.path == path:
                found = edit.span.source
                edits[edit.span.start, edit.span.end, edit.text] = None
    if found is None:
        return None
    try:
        if data is None and os.path.lexists(path):
            data = read_file(path, MAX_PYTHON_BYTES)
    except (OSError, ValueError):
        return None
    mark, encoding = encoding_of(data) if data and not path.endswith(".toml") else (b"", "utf-8")
    mark = mark or (encode("", found.bom) if data else b"")
    try:
        if (data or b"") != mark + found.text.encode(encoding, "surrogateescape"):
            return None
        return data, mark + _edited(found, sorted(edits, key=lambda edit: edit[:2])).encode(encoding, "surrogateescape")
    except UnicodeError:
        return None


def _edited(source: Source, edits: Sequence[tuple[int, int, str]]) -> str:
    """A text with edits in their order; a line for the end does not end the one before where that has an end."""
    text, ending, done, last = source.text, line_ending(source), "", 0
    for start, end, new in edits:
        if start < last:
            continue
        done += text[last:start]
        if start == len(text) and new.startswith("\n") and (not done or done.endswith("\n")):
            new = new[1:]
        done, last = done + new.replace("\n", ending), end
    return done + text[last:]


def _apply(dockerfile: Dockerfile, findings: Iterable[Diagnostic]) -> bytes:
    source = dockerfile.source
    text, ending = source.text, line_ending(source)
    for start, end, new in reversed(_edits(findings)):
        text = text[:start] + new.replace("\n", ending) + text[end:]
    return encode(text, source.bom)


def _same_elsewhere(before: Dockerfile, data: bytes, findings: Iterable[Diagnostic]) -> bool:
    """Whether all instructions, directives and errors that no edit touched are what they were."""
    after = parse_dockerfile(decode(data, before.source.path), {})
    ending = line_ending(before.source)
    edits = [(start, end, len(new.replace("\n", ending))) for start, end, new in _edits(findings)]
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


def unified_diff(path: str, before: bytes | None, after: bytes) -> bytes:
    """A patch that `git apply` and `patch -p1` take, None for a file to be made; nothing where nothing changed."""
    if before is None:
        old, new = _quoted(f"a/{path}"), _quoted(f"b/{path}")
        head = f"diff --git {old.rstrip()} {new.rstrip()}\nnew file mode 100644\n"
        count = len(_lines(after))
        if count:
            head += f"--- /dev/null\n+++ {new}\n@@ -0,0 +1{f',{count}' if count > 1 else ''} @@\n"
        body = "".join(f"+{line}" for line in _lines(after))
        end = "" if not body or body.endswith("\n") else "\n\\ No newline at end of file\n"
        return (head + body + end).encode("utf-8", "surrogateescape")
    if before == after:
        return b""
    from difflib import unified_diff as diff

    patch = diff(_lines(before), _lines(after), _quoted(f"a/{path}"), _quoted(f"b/{path}"))
    ended = (line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in patch)
    return "".join(ended).encode("utf-8", "surrogateescape")


def _lines(data: bytes) -> list[str]:
    """Lines with their endings; only LF ends one."""
    *lines, last = data.decode("utf-8", "surrogateescape").split("\n")
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def _quoted(name: str) -> str:
    """A file name as git writes it into a patch."""
    if name.isprintable() and '"' not in name and "\\" not in name and name.isascii():
        return f"{name}\t" if " " in name else name
    escapes = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    data = "".join(escapes.get(char, char) for char in name).encode("utf-8", "surrogateescape")
    return '"' + "".join(chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}" for byte in data) + '"'
