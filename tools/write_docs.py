"""Write what the code knows: docs/rules/, the table of rules, the schema of the config, tables in other pages."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from write_completions import Option, words

from dockerfile_astro_lint.config.schema import KEYS, schema
from dockerfile_astro_lint.rules import selection
from dockerfile_astro_lint.rules.manual import index, page
from dockerfile_astro_lint.rules.selection import all_rules, modules, written_rules

DOCS = Path(__file__).parent.parent / "docs"
FOLDER = DOCS / "rules"
_KINDS = {
    "codes": "list of codes, prefixes, names",
    "globs": "list of globs",
    "text": "text",
    "switch": "`true`, `false`",
    "days": "days, from 0 to 3650",
    "texts": "table of texts",
    "severities": "table: code to `error`, `warning`, `info`, `off`",
    "codes by glob": "table: glob to list of codes",
    "globs by environment": "table: `production`, `development` to list of globs",
}


def pages() -> dict[str, str]:
    """File name -> text."""
    return {"README.md": index(), **{f"{rule.code}.md": page(rule) for rule in all_rules()}}


def other_pages() -> dict[str, str]:
    """File name -> text of the pages beside those of the rules that tables of the code go into."""
    configuration = (DOCS / "configuration.md").read_text(encoding="utf-8")
    before, start, rest = configuration.partition(_START)
    _, end, after = rest.partition(_END)
    return {"options.md": _options(), "configuration.md": f"{before}{start}{_keys()}{end}{after}"}


_START, _END = "<!-- keys: written by tools/write_docs.py -->\n", "<!-- end -->\n"


def _keys() -> str:
    rows = (
        (f"`{key.name}`", ", ".join(f"`{one}`" for one in key.choices) or _KINDS[key.kind], key.help) for key in KEYS
    )
    return _table(("key", "value", "meaning"), rows)


def _options() -> str:
    parts = [
        "# Options\n\nMade from the commands themselves by `python tools/write_docs.py`. `astro-lint check` is what "
        "`astro-lint` does without a command.\n"
    ]
    for command in words().commands:
        rows = (
            (", ".join(f"`{name}`" for name in option.names) + _value(option), option.help)
            for option in command.options
            if "--help" not in option.names
        )
        parts.append(f"## astro-lint {command.name}\n\n{command.help}\n\n{_table(('option', 'meaning'), rows)}")
    return "\n".join(parts)


def _value(option: Option) -> str:
    if option.kind == "flag":
        return ""
    return " " * bool(option.names) + " or ".join(f"`{one}`" for one in option.value.split("|"))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


SCHEMA = Path(__file__).parent.parent / "dockerfile_astro_lint" / "schemas" / "config.json"


def schema_text() -> str:
    """The JSON schema of the config, as it is shipped."""
    return json.dumps(schema(), indent=2) + "\n"


RULES = Path(__file__).parent.parent / "dockerfile_astro_lint" / "rules" / "index.py"


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
    for folder, texts in ((FOLDER, pages()), (DOCS, other_pages())):
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
