"""`--add-ignores`: suppress all present diagnostics with ignore comments that give a reason."""

import os

from dockerfile_astro_lint.core.atomic_write import WriteError, replace_file
from dockerfile_astro_lint.core.compat import Iterable, NamedTuple, Sequence
from dockerfile_astro_lint.core.files import read_file
from dockerfile_astro_lint.core.source import Source, decode, encode, line_ending, make_source
from dockerfile_astro_lint.dockerfile.parser import Dockerfile, parse_dockerfile
from dockerfile_astro_lint.engine.diagnostics import Diagnostic, Failure
from dockerfile_astro_lint.engine.redaction import Redactor
from dockerfile_astro_lint.project.file_kinds import kind_of
from dockerfile_astro_lint.project.python_lines import logical_lines

MAX_BYTES = 32 * 1024 * 1024


class Added(NamedTuple):
    """How many diagnostics are suppressed now, and which files could not be changed."""

    number: int
    failures: tuple[Failure, ...]


def add_ignores(findings: Iterable[Diagnostic], reason: str, roots: Sequence[str]) -> Added:
    """Write ignore comments into the files of diagnostics, each file in one step."""
    by_path: dict[str, list[Diagnostic]] = {}
    for finding in findings:
        by_path.setdefault(finding.path, []).append(finding)
    count = 0
    failures: list[Failure] = []
    reason = " ".join(reason.split())
    for path, inside in sorted(by_path.items()):
        number, failed = _try(path, inside, reason, roots)
        count += number
        failures += failed
    return Added(count, tuple(failures))


def _try(path: str, findings: list[Diagnostic], reason: str, roots: Sequence[str]) -> tuple[int, list[Failure]]:
    """How many findings of a file are suppressed now, and why none is."""
    try:
        return _rewrite(path, findings, reason, roots), []
    except (WriteError, ValueError) as error:
        return 0, [Failure(path, str(error))]
    except OSError as error:
        return 0, [Failure(path, f"not written: {error.strerror or error}")]


def _rewrite(path: str, findings: list[Diagnostic], reason: str, roots: Sequence[str]) -> int:
    found = findings[0].span.source
    if found.path != path or not os.path.isfile(path):
        raise ValueError("not written: not a file")
    data = read_file(path, MAX_BYTES)
    source = decode(data, path)
    if Redactor().source(source).text != found.text:  # a report has no secrets
        raise ValueError("not written: it changed since it was read, or is not UTF-8")
    # A comment about an ignore comment would itself be reported.
    findings = [finding for finding in findings if finding.rule.code not in ("AST003", "AST804")]
    new = encode(_inserted(source.text, comments_for(source, findings, reason)), source.bom)
    if new != data:
        replace_file(path, data, new, roots)
    return len(findings)


def comments_for(source: Source, findings: list[Diagnostic], reason: str) -> list[tuple[int, str]]:
    """The ignore comments for findings in a file, with the offset to insert each at, in the form of that file.

    Raise ValueError, with a sentence, where no comment can stand.
    """
    make = _BY_PLACE[kind_of(source.path).ignore_comment]
    ending = line_ending(source)
    comments = sorted((at, comment.replace("\n", ending)) for at, comment in make(source, findings, reason))
    if make is _in_dockerfile:
        after = make_source(source.path, _inserted(source.text, comments))
        if _instructions(source) != _instructions(after):
            raise ValueError("not written: a comment would have changed an instruction; please report it")
    return comments


def _inserted(text: str, comments: Sequence[tuple[int, str]]) -> str:
    for at, comment in reversed(comments):
        text = text[:at] + comment + text[at:]
    return text


def _instructions(source: Source) -> list[tuple[str, str]]:
    return [(one.keyword, one.value) for one in parse_dockerfile(source, {}).instructions]


def _in_dockerfile(source: Source, findings: list[Diagnostic], reason: str) -> list[tuple[int, str]]:
    """A comment above the instruction; for what is in none, one for the file, below the parser directives."""
    dockerfile = parse_dockerfile(source, {})
    codes: dict[int, set[str]] = {}
    for finding in findings:
        codes.setdefault(_instruction_line(dockerfile, finding), set()).add(finding.rule.code)
    top = max((one.line for one in dockerfile.scan.directives), default=0)
    if dockerfile.error and dockerfile.error.kind in ("duplicate-directive", "invalid-escape"):
        top = max(top, source.position(dockerfile.error.start)[0])
    comments = []
    for line, found in codes.items():
        kind, number = ("ignore", line) if line else ("ignore-file", top + 1)
        at = source.starts[number - 1] if number <= len(source.starts) else len(source.text)
        text = source.line(number) if number <= len(source.starts) else ""
        indent = text[: len(text) - len(text.lstrip(" \t"))] if line else ""
        before = "\n" if at and source.text[at - 1] != "\n" else ""
        comments.append((at, f"{before}{indent}# astro-lint: {kind}[{', '.join(sorted(found))}] {reason}\n"))
    return comments


def _instruction_line(dockerfile: Dockerfile, finding: Diagnostic) -> int:
    """The first line of the instruction that a finding stands in, 0 for none."""
    line = finding.place[0]
    return next((one.first for one in dockerfile.scan.lines if one.first <= line <= one.last), 0)


def _in_python(source: Source, findings: list[Diagnostic], reason: str) -> list[tuple[int, str]]:
    """A comment at the end of the line, or where that is in a string or continued, of the logical line."""
    if "\r" in source.text.replace("\r\n", ""):
        raise ValueError("not written: some of its lines end in CR alone")
    lines = logical_lines(source.text)
    if lines is None:
        raise ValueError("not written: Python cannot split it into lines, so no comment can end one")
    codes: dict[int, set[str]] = {}
    for finding in findings:
        line = finding.place[0]
        line = line if line in lines.ends else lines.end_of(line)
        if line not in lines.ends:
            raise ValueError(f"not written: no comment can end line {line}")
        codes.setdefault(line, set()).add(finding.rule.code)
    comments = []
    for line, found in codes.items():
        text = source.line(line)
        at = source.starts[line - 1] + len(text)
        comments.append((at, f"  # astro-lint: ignore[{', '.join(sorted(found))}] {reason}"))
    return comments


def _in_text(source: Source, findings: list[Diagnostic], reason: str) -> list[tuple[int, str]]:
    """A comment above the line."""
    codes: dict[int, set[str]] = {}
    for finding in findings:
        codes.setdefault(finding.place[0], set()).add(finding.rule.code)
    for line in codes:
        if line > 1 and source.line(line - 1).endswith("\\"):
            raise ValueError(f"not written: line {line - 1} continues on the next line, so no comment can follow it")
    return [
        (source.starts[line - 1], f"# astro-lint: ignore[{', '.join(sorted(found))}] {reason}\n")
        for line, found in codes.items()
    ]


_BY_PLACE = {"above instruction": _in_dockerfile, "end of line": _in_python, "above line": _in_text}
