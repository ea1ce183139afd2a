"""A table for a step summary, a comment or a wiki."""

import re

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.display import pluralize, sanitize
from dockerfile_astro_lint.inventory import Inventory, summary
from dockerfile_astro_lint.inventory.collect import STATUS_NAMES, Row

_TITLES = ("Status", "Project", "Runtime", "Airflow", "Python", "OS", "Kind", "Tag", "Maintained to",
           "Basic support to", "Newest build", "Findings")  # fmt: skip


_ACTIVE = re.compile(r"[^\w ./:,()-]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|(?<=:)/(?=/)|(?<=www)\.", re.ASCII | re.I)
"""Whatever could be more than itself in Markdown: an underscore inside a word, a dot, a slash are not."""


def report(inventory: Inventory) -> Iterator[str]:
    yield "# Astro projects"
    yield ""
    if inventory.rows:
        yield f"| {' | '.join(_TITLES)} |"
        yield f"|{'---|' * len(_TITLES)}"
        for row in inventory.rows:
            yield f"| {' | '.join(_cells(row))} |"
        yield ""
    yield f"{summary(inventory)} Judged on {inventory.today}."


def _cells(row: Row) -> Iterator[str]:
    status = STATUS_NAMES[row.status]
    yield f"**{status}**" if row.status in ("yanked", "ended") else status
    yield f"<code>{escape(row.path)}</code>" + (f"<br><code>{escape(row.image)}</code>" if row.image else "")
    yield row.runtime + (f"<br>{escape(row.yanked_reason)}" if row.yanked else "")
    yield from (escape(text) for text in (row.airflow, row.python, row.os, row.kind, row.pinning))
    yield f"{row.end_of_maintenance} ({row.left})" if row.end_of_maintenance else ""
    yield row.end_of_basic_support
    yield f"**{row.newest}**" if row.outdated else row.newest
    found = ((row.errors, "error"), (row.warnings, "warning"), (row.hints, "hint"))
    yield ", ".join(pluralize(number, noun) for number, noun in found if number)


def escape(text: str) -> str:
    """A text that Markdown shows as it is, in a table too."""
    return _ACTIVE.sub(lambda found: f"&#{ord(found[0])};", sanitize(text).replace("\t", " "))
