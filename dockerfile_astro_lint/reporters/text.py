"""For people: the line with its carets, the reason, the way out, and a summary."""

from dockerfile_astro_lint.findings import Finding
from dockerfile_astro_lint.light import Iterator, Sequence
from dockerfile_astro_lint.reporters import Run, printable, summary
from dockerfile_astro_lint.source import Source, Span

_WIDTH = 160
_COLORS = {"error": "31", "warning": "33", "info": "36", "path": "1", "rule": "34"}


def report(run: Run) -> Iterator[str]:
    secrets: dict[str, list[Span]] = {}
    for finding in run.report.findings:
        if finding.rule.secret:
            secrets.setdefault(finding.path, []).append(finding.span)
    for finding in run.report.findings:
        yield from _frame(finding, run.color, secrets.get(finding.path, ()))
        yield ""
    yield summary(run)


def _paint(text: str, what: str, color: bool) -> str:
    return f"\033[{_COLORS[what]}m{text}\033[0m" if color and text else text


def _frame(finding: Finding, color: bool, secrets: Sequence[Span]) -> Iterator[str]:
    line, column, end_line, end_column = finding.place
    path = _paint(f"{printable(finding.path)}:{line}:{column}:", "path", color)
    label = _paint(f"{finding.severity}[{finding.rule.code}]", finding.severity, color)
    yield f"{path} {label} {finding.rule.name}: {printable(finding.message)}"
    text = _masked(finding.span.source, line, secrets)
    # Of a token that a continuation splits, the escape character is no part.
    end = end_column - 1 if end_line == line else len(text.rstrip().rstrip("\\`"))
    shown, start, stop = _window(text, column - 1, min(end, len(text)))
    margin = " " * len(str(line))
    bar = _paint("|", "rule", color)
    # A tab under a tab keeps the carets where the text is, however wide the terminal makes it.
    indent = "".join("\t" if char == "\t" else " " for char in shown[:start])
    carets = "^" * max(stop - start, 1)
    yield f"{margin} {bar}"
    yield f"{_paint(str(line), 'rule', color)} {bar} {printable(shown)}"
    yield f"{margin} {bar} {indent}{_paint(carets, finding.severity, color)}"
    for related in finding.related:
        at, where = related.span.source.position(related.span.start)
        yield f"{margin} = see {printable(related.span.source.path)}:{at}:{where}: {printable(related.message)}"
    if finding.fix:
        kind = "safe" if finding.fix.safe else "unsafe"
        yield f"{margin} = fix ({kind}): {printable(finding.fix.title)}"


def _masked(source: Source, number: int, secrets: Sequence[Span]) -> str:
    """A line with asterisks where it holds a secret."""
    text, start = source.line(number), source.starts[number - 1]
    for secret in secrets:
        low, high = max(secret.start - start, 0), min(secret.end - start, len(text))
        if low < high:
            text = text[:low] + "*" * (high - low) + text[high:]
    return text


def _window(text: str, start: int, end: int) -> tuple[str, int, int]:
    """A stretch of a long line around what is marked, with the marks' new places."""
    if len(text) <= _WIDTH:
        return text, start, end
    low = max(0, min(start - _WIDTH // 4, len(text) - _WIDTH))
    high = min(len(text), low + _WIDTH)
    before, after = "…" if low else "", "…" if high < len(text) else ""
    shift = low - len(before)
    return before + text[low:high] + after, start - shift, min(end, high) - shift
