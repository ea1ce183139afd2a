"""Write what is told from the rules: docs/rules/, the table of rules, the schema of the config."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from dockerfile_astro_lint import selection
from dockerfile_astro_lint.config_file import schema
from dockerfile_astro_lint.docs import index, page
from dockerfile_astro_lint.selection import all_rules, modules, written_rules

FOLDER = Path(__file__).parent.parent / "docs" / "rules"


def pages() -> dict[str, str]:
    """File name -> text."""
    return {"README.md": index(), **{f"{rule.code}.md": page(rule) for rule in all_rules()}}


SCHEMA = Path(__file__).parent.parent / "dockerfile_astro_lint" / "schemas" / "config.json"


def schema_text() -> str:
    """The JSON schema of the config, as it is shipped."""
    return json.dumps(schema(), indent=2) + "\n"


RULES = Path(__file__).parent.parent / "dockerfile_astro_lint" / "rule_data.py"


def rule_data() -> str:
    """The module with the identity of every rule, so that a run loads only the rules that have something to judge."""
    rows = "".join(f"    {tuple(rule)!r},\n" for rule in written_rules(modules()))
    head = (
        '"""The identity of every rule: written by tools/write_docs.py, not by hand."""\n\n# ruff: noqa\n# fmt: off\n'
    )
    return f"{head}RULES = (\n{rows})\n"


if __name__ == "__main__":
    RULES.write_text(rule_data(), encoding="utf-8", newline="\n")
    selection._loaded[:] = written_rules(modules())
    SCHEMA.parent.mkdir(exist_ok=True)
    SCHEMA.write_text(schema_text(), encoding="utf-8", newline="\n")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.md"):
        if old.name not in pages():
            old.unlink()
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
