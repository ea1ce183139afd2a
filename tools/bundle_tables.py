"""Write dockerfile_astro_lint/astro/*_data.py from tools/tables/*.json: tables that a rule loads when it needs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PACKAGE = HERE.parent / "dockerfile_astro_lint" / "astro"
HEAD = '"""{what} Written by tools/bundle_tables.py, not by hand."""\n\n'


def table(name: str) -> Any:
    return json.loads((HERE / "tables" / f"{name}.json").read_text(encoding="utf-8"))


def lines(name: str, comment: str, rows: list[str]) -> str:
    return f'# {comment}\n{name} = """\\\n' + "".join(f"{row}\n" for row in rows) + '"""\n'


def options() -> str:
    """Airflow's options: those that Airflow 3 has no more, names of sections, and options that exist."""
    sections, config = table("airflow-sections"), table("airflow3-config")
    gone = [
        "|".join((
            one["section"],
            one["option"],
            f"{one['moved_to']['section']}.{one['moved_to']['option']}" if one["moved_to"] else "",
            "kept" if one["meaning_kept"] else "",
            ".".join(one["since"].split(".")[:2]),
            ",".join(minor for minor, read in one["old_name_read"].items() if read),
        ))
        for one in config
        if one["removed"]
    ]  # fmt: skip
    known = {f"{one['section']}.{one['option']}" for one in config}
    known |= {f"{one['moved_to']['section']}.{one['moved_to']['option']}" for one in config if one["moved_to"]}
    known |= {
        f"{section}.{option}"
        for section, found in table("common-options").items()
        if not section.startswith("_")
        for option in found
    }
    names = {*sections["env_spelling"], *sections["airflow2"], *sections["airflow3"], *sections["provider_sections"]}
    return (
        HEAD.format(what="Airflow's options.")
        + lines("GONE", "section|option|where it went|kept its meaning|gone since|still read in", sorted(gone))
        + "\n"
        + lines("SECTIONS", "every section of Airflow and of its providers", sorted(names))
        + "\n"
        + lines("OPTIONS", "section.option, as far as they are known here", sorted(known))
    )


def providers() -> str:
    """Provider packages, and what each kind of image carries."""
    images, imports = table("providers"), table("provider-imports")
    prefix = imports["rule"]["prefix"]
    names = sorted(one["package"].removeprefix(prefix) for one in imports["providers"])
    rows = [f"{kind}|{','.join(images[kind]['providers'])}" for kind in ("airflow3", "airflow2", "airflow2-slim")]
    return (
        HEAD.format(what="Airflow's providers.")
        + lines("PACKAGES", "apache-airflow-providers-…; every hyphen is a dot in the import", names)
        + "\n"
        + lines("IN_IMAGE", "kind of image|its providers", rows)
    )


def packages() -> str:
    """Debian's packages and what they are called on UBI 9."""
    rows = [f"{one['debian']}|{','.join(one['rhel9'])}" for one in table("debian-ubi")["rows"]]
    same = [one for one in rows if one.split("|")[0] != one.split("|")[1]]
    return HEAD.format(what="Debian's packages on UBI 9.") + lines("PACKAGES", "Debian|UBI 9, none for none", same)


def stdlib() -> str:
    """Modules that a Python no longer has."""
    data = table("removed-stdlib")
    instead = data.pop("replacement")
    rows = [f"{name}|{version}|{instead.get(name, '')}" for version, names in data.items() for name in names]
    return HEAD.format(what="Modules that left the standard library.") + lines(
        "REMOVED", "module|first Python without it|what to use", rows
    )


TARGETS = {"option_data": options, "provider_data": providers, "package_data": packages, "stdlib_data": stdlib}

if __name__ == "__main__":
    for module, render in TARGETS.items():
        (PACKAGE / f"{module}.py").write_text(render(), encoding="utf-8")
