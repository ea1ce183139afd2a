"""Markdown with a table per file; text quoted from files is escaped, and on GitHub locations link to their lines.

Hosts limit what they show (GitHub a step summary to 1 MiB), so the least severe findings are left out and counted.
"""

import re
from itertools import groupby

from dockerfile_astro_lint.core.compat import Callable, Iterator
from dockerfile_astro_lint.core.display import pluralize, sanitize
from dockerfile_astro_lint.engine.diagnostics import Diagnostic
from dockerfile_astro_lint.reports import Run, errors_first, summary, url
from dockerfile_astro_lint.reports.files import line_links

_MOST = 400 * 1024
"""The size limit of all tables together, in bytes."""


_HEAD = "| severity | location | rule | message | fix |\n| --- | --- | --- | --- | --- |"


_PLAIN = re.compile(r"[\w .:/@${}()=,+'\"#%*!?^~;\[\]-]+", re.ASCII)
"""Text that needs no escaping between backticks in a table."""


_MARKUP = re.compile(r"[!#$&*+<>@\[\\\]^_`{|}~\t]|:(?! )")


def report(run: Run) -> Iterator[str]:
    if run.report.moves:
        from dockerfile_astro_lint.reports import plan_markdown

        yield from plan_markdown.report(run)
        return
    yield "## astro-lint"
    yield ""
    yield as_text(summary(run))
    left, chosen, link = _MOST, [], line_links()
    for finding in errors_first(run.report.findings):
        row = _row(finding, link)
        # Count a heading and a table head with every row: it may be the first of its file.
        left -= len(row.encode("utf-8", "replace")) + len(_HEAD) + len(_heading(finding).encode("utf-8", "replace"))
        if left < 0:
            break
        chosen.append((finding.order, finding.path, row))
    chosen.sort()
    for path, rows in groupby(chosen, key=lambda item: item[1]):
        yield ""
        yield f"### {as_code(path)}"
        yield ""
        yield _HEAD
        yield from (row for _, _, row in rows)
    missing = len(run.report.findings) - len(chosen)
    if missing:
        yield ""
        yield f"{pluralize(missing, 'more finding')}, the least severe, not shown here: see the log for all."
    yield from failures(run)


def failures(run: Run, left: int = _MOST // 4) -> Iterator[str]:
    """The paths that could not be checked, in at most about `left` bytes."""
    failed = run.report.failures
    if failed:
        yield ""
        yield f"### Could not be checked ({len(failed)})"
        yield ""
    for number, (path, message) in enumerate(failed):
        line = f"- {as_code(path)}: {as_text(message)}" if path else f"- {as_text(message)}"
        left -= len(line.encode("utf-8", "replace"))
        if left < 0:
            yield f"- and {len(failed) - number} more"
            break
        yield line


def _heading(finding: Diagnostic) -> str:
    return f"### {as_code(finding.path)}"


def _row(finding: Diagnostic, link_of: Callable[[str, int], str]) -> str:
    rule, (line, column, _, _) = finding.rule, finding.place
    address = link_of(finding.path, line)
    location = f"[{line}:{column}]({address})" if address else f"{line}:{column}"
    fix = f"{'safe' if finding.fix.safe else 'unsafe'}: {as_text(finding.fix.title)}" if finding.fix else ""
    link = f"[{rule.code}]({url(finding)}) {rule.name}"
    return f"| {finding.severity} | {location} | {link} | {as_text(finding.message)} | {fix} |"


def as_text(text: str) -> str:
    """A message, with backticks kept as code and all other markup escaped."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return _escaped(text)
    return "".join(as_code(part) if number % 2 else _escaped(part) for number, part in enumerate(parts))


def as_code(text: str) -> str:
    """A text as code, whatever it holds."""
    if not text:
        return "&#96;&#96;"
    if _PLAIN.fullmatch(text) and text == text.strip():
        return f"`{text}`"
    return f"<code>{_escaped(text)}</code>"


def _escaped(text: str) -> str:
    """Text with everything that could be markup as character references."""
    return _MARKUP.sub(lambda match: f"&#{ord(match[0])};", sanitize(text))
