"""The default format for people: source line with carets, message, related locations, fix, summary."""

from dockerfile_astro_lint.core.compat import Callable, Iterable, Iterator
from dockerfile_astro_lint.core.display import sanitize
from dockerfile_astro_lint.engine.diagnostics import Diagnostic
from dockerfile_astro_lint.reports import Run, summary, url

_WIDTH = 160
"""Cells of a source line shown without a terminal: fixed, so that the output is the same everywhere."""


_TAB = "    "


_COLORS = {"error": "31", "warning": "33", "info": "36", "path": "1", "rule": "34"}


def report(run: Run) -> Iterator[str]:
    if run.report.moves:
        from dockerfile_astro_lint.reports import plan

        for line in plan.report(run):
            indent = len(line) - len(line.lstrip(" "))
            yield "\n".join(_wrapped(line, run, indent + 2 if indent else 0))
        return
    for finding in run.report.findings:
        yield from _frame(finding, run)
        yield ""
    yield "\n".join(_wrapped(summary(run), run))  # one item, which the caller may leave out


def _wrapped(line: str, run: Run, margin: int = 0) -> Iterable[str]:
    """A line of words: in a terminal, it is broken between them."""
    if not run.columns:
        return (line,)
    from dockerfile_astro_lint.reports.terminal import wrap

    return wrap(line, run.columns, " " * margin, "")


def paint(text: str, style: str, color: bool) -> str:
    """A text in the color of a severity or another part of a report."""
    return f"\033[{_COLORS[style]}m{text}\033[0m" if color and text else text


def _frame(finding: Diagnostic, run: Run) -> list[str]:
    line, column, end_line, end_column = finding.place
    color, code = run.color, finding.rule.code
    if run.links:
        from dockerfile_astro_lint.reports.terminal import link

        code = link(code, url(finding))
    path = paint(f"{sanitize(finding.path)}:{line}:{column}:", "path", color)
    label = paint(f"{finding.severity}[{code}]", finding.severity, color)
    lines = [*_wrapped(f"{path} {label} {finding.rule.name}: {sanitize(finding.message)}", run, 4)]
    text = finding.span.source.line(line)
    # If a continuation splits the token, do not mark the escape character.
    end = end_column - 1 if end_line == line else len(text.rstrip().rstrip("\\`"))
    margin = " " * len(str(line))
    room = run.columns - len(margin) - 3 if run.columns else _WIDTH
    shown, indent, width = _window(text, column - 1, end, room)
    bar = paint("|", "rule", color)
    carets = "^" * max(width, 1)
    lines += [
        f"{margin} {bar}",
        f"{paint(str(line), 'rule', color)} {bar} {shown}",
        f"{margin} {bar} {' ' * indent}{paint(carets, finding.severity, color)}",
    ]
    for related in finding.related:
        line, column = related.span.source.position(related.span.start)
        see = f"{margin} = see {sanitize(related.span.source.path)}:{line}:{column}: {sanitize(related.message)}"
        lines += _wrapped(see, run, len(margin) + 3)
    if finding.fix:
        kind = "safe" if finding.fix.safe else "unsafe"
        lines += _wrapped(f"{margin} = fix ({kind}): {sanitize(finding.fix.title)}", run, len(margin) + 3)
    return lines


def _window(text: str, start: int, end: int, room: int) -> tuple[str, int, int]:
    """(text, indent, width of the mark) in cells: the line, or as much of it around the mark as fits into `room`."""
    end = max(start, end)
    if max(len(text), start + 1) <= room and text.isascii() and text.isprintable():
        return text, len(text[:start]), len(text[start:end])  # the usual case
    cells, fitting = _measures(text)
    # Of a very long line, only what may be shown is measured.
    low, high = max(0, start - room), start + room
    head, mark, tail = (
        sanitize(part.replace("\t", _TAB)) for part in (text[low:start], text[start : min(end, high)], text[end:high])
    )
    whole = head + mark + tail
    if not low and high >= len(text) and max(cells(whole), cells(head) + 1) <= room:
        return whole, cells(head), cells(mark)
    room -= 2  # for the ellipses
    right = fitting(mark + tail, room - room // 4)
    left = fitting(head[::-1], room - cells(right))[::-1]
    right = fitting(mark + tail, room - cells(left))
    before = "…" if low or left != head else ""
    after = "…" if high < len(text) or right != mark + tail else ""
    return f"{before}{left}{right}{after}", len(before) + cells(left), cells(right[: len(mark)])


def _measures(text: str) -> tuple[Callable[[str], int], Callable[[str, int], str]]:
    """Functions for the width of a text and for what of it fits; in ASCII a character is a cell."""
    if text.isascii():
        return len, lambda part, room: part[:room]
    from dockerfile_astro_lint.reports.terminal import cells, fitting

    return cells, fitting
