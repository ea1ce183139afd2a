"""Write dockerfile_astro_lint/catalog_data.py from tools/catalog/*.json: text that costs next to nothing to load."""

from __future__ import annotations

import json
from pathlib import Path

HERE = Path(__file__).parent
TARGET = HERE.parent / "dockerfile_astro_lint" / "catalog_data.py"


def render() -> str:
    """The module's text."""
    feed = json.loads((HERE / "catalog" / "runtime-feed.json").read_text(encoding="utf-8"))
    series = json.loads((HERE / "catalog" / "runtime-series.json").read_text(encoding="utf-8"))
    builds = [
        "|".join((
            version,
            meta.get("airflowVersion", ""),
            meta.get("releaseDate") or entry.get("firstSeen", ""),
            meta.get("defaultPythonVersion", ""),
            ",".join(meta.get("pythonVersions", [])),
            meta.get("endOfMaintenance") or meta.get("endOfSupport", ""),
            meta.get("yankedReason", "no reason given") if meta.get("yanked") else "",
        ))
        for key in ("runtimeVersions", "runtimeVersionsV3")
        for version, entry in feed[key].items()
        for meta in [entry["metadata"]]
    ]  # fmt: skip
    table = [
        "|".join((
            name,
            entry["airflow"],
            entry.get("releaseDate", ""),
            entry.get("endOfMaintenance") or entry.get("endOfSupport", ""),
            entry.get("defaultPython", ""),
            ",".join(entry.get("pythonVariants", [])),
            "yes" if entry["pythonVariantsComplete"] else "",
            entry.get("endOfBasicSupport", ""),
        ))
        for name, entry in series.items()
    ]  # fmt: skip
    return (
        '"""The bundled catalog: written by tools/bundle_catalog.py, not by hand."""\n\n'
        f'DATE = "{feed["asOf"]}"\n\n'
        "# version|Airflow|released or first seen|default Python|Pythons|end of maintenance|yanked: reason\n"
        'BUILDS = """\\\n' + "\n".join(builds) + '\n"""\n\n'
        "# series|Airflow|released|end of maintenance|default Python|Pythons|are these all|end of basic support\n"
        'SERIES = """\\\n' + "\n".join(table) + '\n"""\n'
    )


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
