"""A Markdown table for a step summary, a comment or a wiki."""

import re

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator
from dockerfile_astro_lint.core.display import pluralize, sanitize
from dockerfile_astro_lint.inventory import Inventory, summary
from dockerfile_astro_lint.inventory.collect import STATUS_NAMES, Row

if TYPE_CHECKING:
    from dockerfile_astro_lint.inventory.merge import Merged

_TITLES = ("Status", "Project", "Runtime", "Airflow", "Python", "OS", "Kind", "Tag", "Maintained until",
           "Basic support until", "Newest build", "Findings")  # fmt: skip


_MAX_ROWS, _MAX_LINES = 1000, 50
"""Of the table and of each list in a merged inventory; GitHub shows nothing of a step summary above 1 MiB."""


_ACTIVE = re.compile(r"[^\w ./:,()-]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|(?<=:)/(?=/)|(?<=www)\.", re.ASCII | re.I)
"""Characters that Markdown could interpret; an underscore inside a word, a dot or a slash is harmless."""


def report(inventory: Inventory) -> Iterator[str]:
    yield "# Astro projects"
    yield ""
    if inventory.rows:
        yield f"| {' | '.join(_TITLES)} |"
        yield f"|{'---|' * len(_TITLES)}"
        rows = inventory.rows if inventory.merged is None else inventory.rows[:_MAX_ROWS]
        for row in rows:
            yield f"| {' | '.join(_cells(row))} |"
        yield ""
        if len(rows) < len(inventory.rows):
            yield f"These are the {len(rows)} most urgent projects."
            yield ""
    if inventory.merged:
        yield from _merged(inventory.merged)
    yield f"{summary(inventory)} Status on {inventory.today}."


def _merged(merged: "Merged") -> Iterator[str]:
    """A heading and a list for each section of a merged inventory."""
    from dockerfile_astro_lint.inventory.changes import sections

    for title, lines, rest in sections(merged, _MAX_LINES):
        yield f"## {title}"
        yield ""
        for day, label, *more in lines:
            yield f"- {day} <code>{escape(label)}</code>" + "".join(f": {escape(text)}" for text in more)
        if rest:
            yield f"- and {rest} more"
        yield ""


def _cells(row: Row) -> Iterator[str]:
    status = STATUS_NAMES[row.status]
    yield f"**{status}**" if row.status in ("yanked", "ended") else status
    yield f"<code>{escape(row.label)}</code>" + (f"<br><code>{escape(row.image)}</code>" if row.image else "")
    yield row.runtime + (f"<br>{escape(row.yanked_reason)}" if row.yanked else "")
    yield from (escape(text) for text in (row.airflow, row.python, row.os, row.kind, row.pinning))
    yield f"{row.end_of_maintenance} ({row.left})" if row.end_of_maintenance else ""
    yield row.end_of_basic_support
    yield f"**{row.newest}**" if row.outdated else row.newest
    findings = ((row.errors, "error"), (row.warnings, "warning"), (row.info, "info"))
    yield ", ".join(pluralize(number, severity) for number, severity in findings if number)


def escape(text: str) -> str:
    """A text that Markdown shows literally, in a table too."""
    return _ACTIVE.sub(lambda match: f"&#{ord(match[0])};", sanitize(text).replace("\t", " "))
