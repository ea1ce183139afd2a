"""The inventory formats, one module each: `report(inventory)` yields lines without their line ending."""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, NamedTuple
from dockerfile_astro_lint.core.display import pluralize
from dockerfile_astro_lint.engine.diagnostics import Failure
from dockerfile_astro_lint.inventory.collect import STATUS_NAMES, STATUSES, Row

if TYPE_CHECKING:
    from dockerfile_astro_lint.inventory.merge import Merged
    from dockerfile_astro_lint.inventory.origins import Searched

FORMATS = ("text", "json", "csv", "markdown", "html")


class Inventory(NamedTuple):
    """The projects, most urgent first, and metadata for the formats; without a `width` nothing is cut off.

    `merged` tells of the reports that the projects are from, if they are from reports. Of the folders in `searched` all
    projects are listed.
    """

    rows: list[Row]
    failures: list[Failure]
    version: str
    catalog_date: str
    today: str
    color: bool = False
    width: int | None = None
    merged: "Merged | None" = None
    searched: "tuple[Searched, ...]" = ()


def count_statuses(rows: list[Row]) -> dict[str, int]:
    """Count the projects of each status."""
    return {status: sum(row.status == status for row in rows) for status in STATUSES}


def summary(inventory: Inventory) -> str:
    """One sentence: the number of projects of each status, and the date of the catalog."""
    rows, merged = inventory.rows, inventory.merged
    source = f" in {pluralize(merged.reports, 'report')}" if merged else ""
    if not rows:
        return f"No Astro projects{source} (catalog of {inventory.catalog_date})."
    number = count_statuses(rows)
    parts = [f"{number[status]} {name}" for status, name in STATUS_NAMES.items() if number[status]]
    floating, outdated = sum(row.pinning == "floating" for row in rows), sum(row.outdated is True for row in rows)
    stale = len(merged.stale) if merged else 0
    states = ((floating, "floating"), (outdated, "not the newest build"), (stale, "stale"))
    tags = [f"{count} {state}" for count, state in states if count]
    tail = f"; {', '.join(tags)}" if tags else ""
    return f"{pluralize(len(rows), 'project')}{source}: {', '.join(parts)}{tail} (catalog of {inventory.catalog_date})."
