"""One file a format: `report(inventory) -> Iterator[str]`, lines without their ending."""

from dockerfile_astro_lint.core.compat import NamedTuple
from dockerfile_astro_lint.core.display import pluralize
from dockerfile_astro_lint.engine.diagnostics import Failure
from dockerfile_astro_lint.inventory.collect import STATUS_NAMES, STATUSES, Row

FORMATS = ("text", "json", "csv", "markdown", "html")


class Inventory(NamedTuple):
    """The projects, most urgent first, with what the formats say beside them; without a `width` nothing is cut."""

    rows: list[Row]
    troubles: list[Failure]
    version: str
    catalog_date: str
    today: str
    color: bool = False
    width: int | None = None


def how_many(rows: list[Row]) -> dict[str, int]:
    """How many projects of each status."""
    return {status: sum(row.status == status for row in rows) for status in STATUSES}


def summary(inventory: Inventory) -> str:
    """One sentence: how many projects, in what state, and how old the knowledge is."""
    rows = inventory.rows
    if not rows:
        return f"No Astro project (catalog of {inventory.catalog_date})."
    number = how_many(rows)
    parts = [f"{number[status]} {name}" for status, name in STATUS_NAMES.items() if number[status]]
    floating, outdated = sum(row.pinning == "floating" for row in rows), sum(row.outdated is True for row in rows)
    more = [f"{count} {what}" for count, what in ((floating, "floating"), (outdated, "not the newest build")) if count]
    tail = f"; {', '.join(more)}" if more else ""
    return f"{pluralize(len(rows), 'project')}: {', '.join(parts)}{tail} (catalog of {inventory.catalog_date})."
