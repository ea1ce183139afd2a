"""For people on a page: a table for each file. All that is quoted is text there, never markup.

Hosts cap what they show (GitHub a step's summary at 1 MiB), so errors come in first, and it is said how many are left
out.
"""

import re
from itertools import groupby

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.display import pluralize, sanitize
from dockerfile_astro_lint.engine.diagnostics import Diagnostic
from dockerfile_astro_lint.reports import Run, errors_first, summary, url

_MOST = 400 * 1024
"""Bytes of all that is about single findings and files."""


_HEAD = "| severity | place | rule | what | fix |\n| --- | --- | --- | --- | --- |"


_PLAIN = re.compile(r"[\w .:/@${}()=,+'\"#%*!?^~;\[\]-]+", re.ASCII)
"""What may stand between backticks in a table as it is."""


_MARKUP = re.compile(r"[!#$&*+<>@\[\\\]^_`{|}~\t]|:(?! )")


def report(run: Run) -> Iterator[str]:
    yield "## astro-lint"
    yield ""
    yield _text(summary(run))
    left, chosen = _MOST, []
    for finding in errors_first(run.report.findings):
        row = _row(finding)
        # Each row is counted as though a file began with it.
        left -= len(row.encode("utf-8", "replace")) + len(_HEAD) + len(_heading(finding).encode("utf-8", "replace"))
        if left < 0:
            break
        chosen.append((finding.order, finding.path, row))
    chosen.sort()
    for path, rows in groupby(chosen, key=lambda one: one[1]):
        yield ""
        yield f"### {_code(path)}"
        yield ""
        yield _HEAD
        yield from (row for _, _, row in rows)
    missing = len(run.report.findings) - len(chosen)
    if missing:
        yield ""
        yield f"{pluralize(missing, 'more finding')} left out here, the least severe: the log has them all."
    yield from _problems(run)


def _problems(run: Run) -> Iterator[str]:
    troubles, left = run.report.troubles, _MOST // 4
    if troubles:
        yield ""
        yield f"### Problems ({len(troubles)})"
        yield ""
    for number, (path, message) in enumerate(troubles):
        line = f"- {_code(path)}: {_text(message)}" if path else f"- {_text(message)}"
        left -= len(line.encode("utf-8", "replace"))
        if left < 0:
            yield f"- and {len(troubles) - number} more"
            break
        yield line


def _heading(finding: Diagnostic) -> str:
    return f"### {_code(finding.path)}"


def _row(finding: Diagnostic) -> str:
    rule, (line, column, _, _) = finding.rule, finding.place
    fix = f"{'safe' if finding.fix.safe else 'unsafe'}: {_text(finding.fix.title)}" if finding.fix else ""
    link = f"[{rule.code}]({url(finding)}) {rule.name}"
    return f"| {finding.severity} | {line}:{column} | {link} | {_text(finding.message)} | {fix} |"


def _text(text: str) -> str:
    """A message: what stands between backticks as code, the rest as plain text."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return _escaped(text)
    return "".join(_code(part) if number % 2 else _escaped(part) for number, part in enumerate(parts))


def _code(text: str) -> str:
    if not text:
        return "&#96;&#96;"
    if _PLAIN.fullmatch(text) and text == text.strip():
        return f"`{text}`"
    return f"<code>{_escaped(text)}</code>"


def _escaped(text: str) -> str:
    """Text with all that could be markup as numbers; the marks of a sentence stay."""
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", sanitize(text))
