"""Write docs/rules/ from the rules."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from dockerfile_astro_lint.config_file import schema
from dockerfile_astro_lint.docs import index, page
from dockerfile_astro_lint.selection import all_rules

FOLDER = Path(__file__).parent.parent / "docs" / "rules"


def pages() -> dict[str, str]:
    """File name -> text."""
    return {"README.md": index(), **{f"{rule.code}.md": page(rule) for rule in all_rules()}}


SCHEMA = Path(__file__).parent.parent / "dockerfile_astro_lint" / "schemas" / "config.json"


def schema_text() -> str:
    """The JSON schema of the config, as it is shipped."""
    return json.dumps(schema(), indent=2) + "\n"


if __name__ == "__main__":
    SCHEMA.parent.mkdir(exist_ok=True)
    SCHEMA.write_text(schema_text(), encoding="utf-8", newline="\n")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.md"):
        if old.name not in pages():
            old.unlink()
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
