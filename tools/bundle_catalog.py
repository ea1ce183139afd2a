"""Write astro/catalog_data.py and catalog_detail_data.py from tools/catalog/*.json: text that costs
next to nothing to load.

    python tools/bundle_catalog.py          write them anew
    python tools/bundle_catalog.py FEED     take a copy of the live feed in first, and show what it changes
"""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from dockerfile_astro_lint.astro.catalog import Build, CatalogError, Series, line_of
from dockerfile_astro_lint.astro.catalog_feed import Feed, parse_feed
from dockerfile_astro_lint.astro.image import parse_tag

HERE = Path(__file__).parent
FEED, SERIES = HERE / "catalog" / "runtime-feed.json", HERE / "catalog" / "runtime-series.json"
TARGET = HERE.parent / "dockerfile_astro_lint" / "astro" / "catalog_data.py"
DETAILS = TARGET.with_name("catalog_detail_data.py")
FAMILIES = {"runtimeVersions": 2, "runtimeVersionsV3": 3}


def render() -> str:
    """The text of the module that every run loads."""
    feed = parse_feed(FEED.read_bytes())
    table = [
        Series(
            name,
            entry["airflow"],
            entry.get("releaseDate", ""),
            entry.get("endOfMaintenance") or entry.get("endOfSupport", ""),
            entry.get("defaultPython", ""),
            tuple(entry.get("pythonVariants", [])),
            entry["pythonVariantsComplete"],
            entry.get("endOfBasicSupport", ""),
        )
        for name, entry in _series().items()
    ]
    return (
        '"""The bundled catalog: written by tools/bundle_catalog.py, not by hand."""\n\n'
        f'DATE = "{feed.date}"\n\n'
        "# version|Airflow|released or first seen|default Python|Pythons|end of maintenance|yanked: reason\n"
        'BUILDS = """\\\n' + "\n".join(map(line_of, feed.builds)) + '\n"""\n\n'
        "# series|Airflow|released|end of maintenance|default Python|Pythons|are these all|end of basic support\n"
        'SERIES = """\\\n' + "\n".join(map(line_of, table)) + '\n"""\n'
    )


def render_details() -> str:
    """The text of the module that only `astro-lint catalog show` loads."""
    series = [
        "|".join((
            name,
            entry.get("os", ""),
            ", ".join(entry.get("architectures", [])),
            ", ".join(entry.get("postgres") or entry.get("postgresOfAirflow", [])),
            _ubi9(entry.get("ubi9", {})),
            entry.get("notes", ""),
        ))
        for name, entry in _series().items()
    ]  # fmt: skip
    return (
        '"""What else is known of builds and series: written by tools/bundle_catalog.py, not by hand."""\n\n'
        "# ruff: noqa: E501\n\n"
        "# version|how it is known|what its day stands for|channel|end of basic support\n"
        'BUILDS = """\\\n' + "\n".join(map(line_of, parse_feed(FEED.read_bytes()).details)) + '\n"""\n\n'
        "# series|operating system|architectures|Postgres|-ubi9 images|notes\n"
        'SERIES = """\\\n' + "\n".join(series) + '\n"""\n'
    )


def _series() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SERIES.read_text(encoding="utf-8"))
    return found


def _ubi9(entry: dict[str, str]) -> str:
    words = [f"from {entry['from']}"] if "from" in entry else []
    words += [entry["status"]] if entry.get("status") else []
    words += [f"official from {entry['officialFrom']}"] if "officialFrom" in entry else []
    return ", ".join(words)


def merged(old: dict[str, Any], new: dict[str, Any], date: str) -> dict[str, Any]:
    """The feed that is kept, with what another says; builds that the other lacks stay."""
    found: dict[str, Any] = {**old, "schemaVersion": new.get("schemaVersion", old["schemaVersion"]), "asOf": date}
    for key, family in FAMILIES.items():
        entries = dict(old[key])
        for version, entry in new.get(key, {}).items():
            known = entries.get(version, {})
            # Whether a build is withdrawn is what the newer one says.
            kept = {name: value for name, value in known.get("metadata", {}).items() if not name.startswith("yanked")}
            entries[version] = {**known, **entry, "metadata": {**kept, **entry.get("metadata", {})}}
            entries[version]["evidence"] = f"live feed {date}"
        versions = {version: parse_tag(version, family == 3).version or (family,) for version in entries}
        found[key] = {version: entries[version] for version in sorted(entries, key=lambda one: tuple(versions[one]))}
    return found


def changes(before: Feed, after: Feed) -> Iterator[str]:
    """What another feed changes, a line for each build."""
    known = {build.version: build for build in before.builds}
    for build in after.builds:
        old = known.get(build.version)
        if old is None:
            airflow = f", Airflow {build.airflow}" if build.airflow else ""
            yield f"{build.version}: new{airflow}{f', released {build.released}' if build.released else ''}"
            continue
        for name, one, other in zip(Build._fields, old, build, strict=True):
            if one != other:
                yield f"{build.version}: {name.replace('_', ' ')} {_shown(one)} -> {_shown(other)}"


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return str(value or "none")


def take_in(path: Path) -> Iterator[str]:
    """Put a copy of the live feed into the one that is kept; yields what it changes."""
    data = path.read_bytes()
    new, old = parse_feed(data), json.loads(FEED.read_text(encoding="utf-8"))
    date = new.date or datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    before = parse_feed(FEED.read_bytes())
    text = json.dumps(merged(old, json.loads(data), date), indent=1, ensure_ascii=False) + "\n"
    after = parse_feed(text.encode())
    yield from changes(before, after)
    left_out = {build.version for build in before.builds} - {build.version for build in new.builds}
    yield f"The catalog is of {date} (before: {before.date}); {len(left_out)} builds that this feed lacks are kept."
    FEED.write_text(text, encoding="utf-8", newline="\n")


def main(argv: list[str]) -> int:
    try:
        for line in (line for path in argv for line in take_in(Path(path))):
            print(line)
    except (OSError, CatalogError) as error:
        print(f"{argv[0]}: {error}", file=sys.stderr)
        return 2
    TARGET.write_text(render(), encoding="utf-8", newline="\n")
    DETAILS.write_text(render_details(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
