"""Stable JSON, in the shape of `schemas/inventory.json`; what is not known is null."""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.inventory import Inventory
from dockerfile_astro_lint.inventory.collect import Row


def report(inventory: Inventory) -> Iterator[str]:
    import json

    document = {
        "version": 1,
        "tool": {"name": "astro-lint", "version": inventory.version, "catalog": inventory.catalog_date},
        "today": inventory.today,
        "projects": [_project(row) for row in inventory.rows],
        "problems": [{"path": path, "message": message} for path, message in inventory.troubles],
    }
    yield json.dumps(document, ensure_ascii=False, indent=2)


def _project(row: Row) -> dict[str, object]:
    found = {key: None if value == "" else value for key, value in row._asdict().items()}
    errors, warnings, hints = (found.pop(key) for key in ("errors", "warnings", "hints"))
    return {**found, "findings": {"error": errors, "warning": warnings, "info": hints}}
