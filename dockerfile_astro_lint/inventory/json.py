"""JSON with the stable schema `schemas/inventory.json`; unknown values are null.

It is written one project at a time, for there may be hundreds of thousands of them.
"""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterable, Iterator, Mapping
from dockerfile_astro_lint.core.display import escape_json
from dockerfile_astro_lint.inventory import Inventory
from dockerfile_astro_lint.inventory.collect import Row

if TYPE_CHECKING:
    from dockerfile_astro_lint.inventory.merge import Merged
    from dockerfile_astro_lint.inventory.report_reader import State


def report(inventory: Inventory) -> Iterator[str]:
    yield "{"
    yield '  "version": 2,'
    tool = {"name": "astro-lint", "version": inventory.version, "catalog": inventory.catalog_date}
    yield f'  "tool": {_json(tool, 2)},'
    yield f'  "today": {_json(inventory.today)},'
    merged = inventory.merged
    if merged:
        yield f'  "merged": {_json(_merged(merged), 2)},'
    if inventory.searched:
        yield from _list("searched", (one._asdict() for one in inventory.searched), ",")
    yield from _list("projects", (_project(row, merged) for row in inventory.rows), ",")
    failures = ({"path": path, "message": message} for path, message in inventory.failures)
    yield from _list("failures", failures, "")
    yield "}"


def _list(name: str, values: Iterable[Mapping[str, object]], end: str) -> Iterator[str]:
    before = ""
    for value in values:
        yield f"{before}," if before else f'  "{name}": ['
        before = f"    {_json(value, 4)}"
    if before:
        yield before
    yield f"  ]{end}" if before else f'  "{name}": []{end}'


def _json(value: object, indent: int = 0) -> str:
    import json

    return escape_json(json.dumps(value, ensure_ascii=False, indent=2)).replace("\n", "\n" + " " * indent)


def _project(row: Row, merged: "Merged | None") -> dict[str, object]:
    values = {key: None if value == "" else value for key, value in row._asdict().items()}
    errors, warnings, info = (values.pop(key) for key in ("errors", "warnings", "info"))
    project = {**values, "findings": {"error": errors, "warning": warnings, "info": info}}
    history = merged.history_of(row) if merged else ()
    return {**project, "history": [_state(state) for state in history]} if history else project


def _state(state: "State") -> dict[str, object]:
    findings = {"error": state.errors, "warning": state.warnings, "info": state.info}
    return {"time": state.time, "commit": state.commit or None, "runtime": state.runtime or None, "findings": findings}


def _merged(merged: "Merged") -> dict[str, object]:
    stale = [{**_named(row), "time": row.time} for row in merged.stale]
    doubles = [
        {"project": one.label, "time": one.time, "reports": list(one.reports), "equal": one.equal}
        for one in merged.doubles
    ]
    gone = [{**_named(one.row), "time": one.row.time, "gone": one.time} for one in merged.gone]
    return {
        "reports": merged.reports,
        "stale_after": merged.stale_after,
        "stale": stale,
        "doubles": doubles,
        "gone": gone,
    }


def _named(row: Row) -> dict[str, object]:
    return {"repository": row.repository or None, "path": row.path}
