"""JSON with the stable schema `schemas/inventory.json`; unknown values are null."""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.display import escape_json
from dockerfile_astro_lint.inventory import Inventory
from dockerfile_astro_lint.inventory.collect import Row


def report(inventory: Inventory) -> Iterator[str]:
    import json

    document = {
        "version": 2,
        "tool": {"name": "astro-lint", "version": inventory.version, "catalog": inventory.catalog_date},
        "today": inventory.today,
        "projects": [_project(row) for row in inventory.rows],
        "failures": [{"path": path, "message": message} for path, message in inventory.failures],
    }
    yield escape_json(json.dumps(document, ensure_ascii=False, indent=2))


def _project(row: Row) -> dict[str, object]:
    values = {key: None if value == "" else value for key, value in row._asdict().items()}
    errors, warnings, info = (values.pop(key) for key in ("errors", "warnings", "info"))
    return {**values, "findings": {"error": errors, "warning": warnings, "info": info}}
