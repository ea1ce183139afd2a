"""Write what is generated: pages of rules and options, marked sections of other pages, index, schema, completions.

A page marks a section as `<!-- NAME: written by tools/write_docs.py -->` to `<!-- end -->`.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from write_completions import Option, scripts, words

from dockerfile_astro_lint.astro.catalog import bundled
from dockerfile_astro_lint.cli.environment import SHARED, variable
from dockerfile_astro_lint.cli.help import GROUPS as HELP
from dockerfile_astro_lint.config.bases import OF_FILES
from dockerfile_astro_lint.config.schema import KEYS, schema
from dockerfile_astro_lint.reports import FORMATS
from dockerfile_astro_lint.rules import selection
from dockerfile_astro_lint.rules.manual import GROUPS, index, page
from dockerfile_astro_lint.rules.selection import all_rules, modules, written_rules

DOCS = ROOT / "docs"
FOLDER = DOCS / "rules"
EXTENSION = ROOT / "editors" / "vscode" / "package.json"
SCHEMA = ROOT / "dockerfile_astro_lint" / "schemas" / "config.json"
RULES = ROOT / "dockerfile_astro_lint" / "rules" / "index.py"

_MARKED = re.compile(r"(<!-- (\w+): written by tools/write_docs\.py -->\n).*?(<!-- end -->\n)", re.DOTALL)
_KINDS = {
    "codes": "list of codes, prefixes or names",
    "globs": "list of globs",
    "registries": "list of registries or prefixes of image names",
    "keys": "list of keys",
    "versions": "list of Runtime versions",
    "text": "string",
    "switch": "`true`, `false`",
    "days": "number of days, 0 to 3650",
    "texts": "table of strings",
    "severities": "table: code to `error`, `warning`, `info`, `off`",
    "codes by glob": "table: glob to list of codes",
    "globs by environment": "table: `production`, `development` to list of globs",
}


def pages() -> dict[str, str]:
    """The pages in docs/rules: file name to text."""
    return {"README.md": index(), **{f"{rule.code}.md": page(rule) for rule in all_rules()}}


def other_pages() -> dict[str, str]:
    """The other generated pages, and pages with generated sections: path from the root to text."""
    paths = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
    texts = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    marked = {name: with_sections(text) for name, text in texts.items() if _MARKED.search(text)}
    return {**marked, "docs/options.md": _options(), "docs/hadolint.md": with_output(texts["docs/hadolint.md"])}


def with_sections(text: str) -> str:
    """A page with its marked sections written anew."""
    return _MARKED.sub(lambda match: f"{match[1]}{_SECTIONS[match[2]]()}{match[3]}", text)


def with_output(text: str) -> str:
    """The page about hadolint with the output of astro-lint for its Dockerfiles written anew."""

    def example(match: re.Match[str]) -> str:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "Dockerfile").write_text(match[1], encoding="utf-8")
            output = _run(f"{match[3]} {_FIXED}", Path(folder))
        return f"```dockerfile\n{match[1]}```\n\n{match[2]}$ {match[3]}\n{output}```\n"

    return _EXAMPLE.sub(example, text)


_EXAMPLE = re.compile(
    r"^```dockerfile\n((?:(?!```).*\n)*)```\n\n"
    r"(```text\n\$ hadolint.*\n(?:(?![$`]).*\n)*)\$ (astro-lint .*)\n(?:(?!```).*\n)*```\n",
    re.MULTILINE,
)
"""A Dockerfile with what hadolint and astro-lint print for it."""

_FIXED = f"--today 2026-10-01 --catalog {ROOT / 'tests' / 'fixtures' / 'catalog.json'}"


def _run(command: str, folder: Path) -> str:
    """The output of an `astro-lint` command in a folder."""
    done = subprocess.run(
        [sys.executable, "-m", "dockerfile_astro_lint", *command.split()[1:], "--isolated"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    )
    return done.stdout


def _sample() -> str:
    """The command of the README and its output, on the day of the bundled catalog, so that its age does not show."""
    command = f"astro-lint examples/sales-reports --today {bundled().date}"
    setup = "python3 -m venv .venv && .venv/bin/pip install -q ."
    return f"```sh\n{setup} && .venv/bin/{command}\n```\n\n```text\n{_run(command, ROOT)}```\n"


_UPGRADE = {
    "Dockerfile": "ARG VERSION=12.6.0\nFROM quay.io/astronomer/astro-runtime:${VERSION}-slim\n",
    "requirements.txt": "",
    "packages.txt": "",
    "dags/report.py": "import cgi\nfrom airflow.providers.http.hooks.http import HttpHook\n",
}
"""The project whose upgrade the docs show."""


def _upgrade() -> str:
    """A project, its patch to another series, and the report."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in _UPGRADE.items():
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        patch = _run(f"astro-lint upgrade --to 3.3 --diff {_FIXED}", Path(folder))
        report = _run(f"astro-lint upgrade --to 3.3 {_FIXED}", Path(folder))
    return (
        f"```dockerfile\n{_UPGRADE['Dockerfile']}```\n\n```diff\n$ astro-lint upgrade --to 3.3 --diff\n{patch}```\n\n"
        f"```text\n$ astro-lint upgrade --to 3.3\n{report}```\n"
    )


def _groups() -> str:
    rows = []
    for prefix, title in GROUPS.items():
        rules = [rule for rule in all_rules() if rule.code.startswith(prefix)]
        anchor = re.sub(r"[^\w\- ]", "", f"{prefix}: {title}".lower()).replace(" ", "-")
        examples = ", ".join(f"[{rule.name}](docs/rules/{rule.code}.md)" for rule in rules if rule.code in _KNOWN)
        rows.append((f"[{prefix}](docs/rules/README.md#{anchor})", title, str(len(rules)), examples))
    return _table(("prefix", "checks", "rules", "for example"), rows)


_KNOWN = (
    "AST001", "AST103", "AST105", "AST201", "AST203", "AST301", "AST303", "AST401", "AST404", "AST501", "AST505",
    "AST603", "AST610", "AST702",
)  # fmt: skip
"""Rules that the README names as examples."""


def _keys() -> str:
    rows = (
        (f"`{key.name}`", ", ".join(f"`{choice}`" for choice in key.choices) or _KINDS[key.kind], key.help)
        for key in KEYS
    )
    return _table(("key", "value", "meaning"), rows)


def _formats() -> str:
    return _table(
        ("format", "output"), ((f"`{name}`", _first_sentence(f"reports.{name.replace('-', '_')}")) for name in FORMATS)
    )


def _first_sentence(module: str) -> str:
    docstring = importlib.import_module(f"dockerfile_astro_lint.{module}").__doc__ or ""
    return " ".join(docstring.partition("\n\n")[0].split()).removesuffix(".")


def _example(path: Path) -> str:
    """A file for a host, as a page shows it."""
    language = {".yml": "yaml"}.get(path.suffix, "groovy")
    return f"```{language}\n{path.read_text(encoding='utf-8')}```\n"


_SECTIONS: dict[str, Callable[[], str]] = {
    "sample": _sample,
    "upgrade": _upgrade,
    "groups": _groups,
    "keys": _keys,
    **{
        f"example_{path.stem.lower().replace('-', '_')}": partial(_example, path)
        for path in sorted((DOCS / "workflows").iterdir())
    },
}


def _options() -> str:
    parts = [
        "# Options\n\nGenerated from the commands by `python tools/write_docs.py`. "
        "`astro-lint` without a command is `astro-lint check`. Nothing is on PyPI yet\n"
        "([what is published](install.md#what-is-published)).\n"
    ]
    for command in words().commands:
        parts.append(f"## astro-lint {command.name}\n\n{command.help}\n")
        for group in dict.fromkeys(sorted((option.group for option in command.options), key=bool)):
            rows = [
                (", ".join(f"`{name}`" for name in option.names) + _value(option), option.help)
                for option in command.options
                if "--help" not in option.names and option.group == group
            ]
            title = f"### {group}\n\n" if group else ""
            parts.append(f"{title}{_table(('option', 'meaning'), rows)}" if rows else "")
        if command.name == "check":
            parts.append(f"### Formats\n\n{_formats()}")
            parts.append(f"### Environment variables\n\n{_VARIABLES}\n\n{_variables()}")
    return "\n".join(parts)


_VARIABLES = f"""\
Every option of `check` can be set in the environment. The command line overrides a variable, and a variable overrides
the configuration. `1` sets a flag; an option that can be repeated has one value in each line. `--isolated` ignores all
variables. Other commands use the variables of these options where they have them: \
{", ".join(f"`--{name.replace('_', '-')}`" for name in SHARED)}."""


def _variables() -> str:
    names = sorted((variable(option), option) for options in HELP.values() for option in options)
    return _table(("variable", "option"), ((f"`{name}`", f"`{option}`") for name, option in names))


def _value(option: Option) -> str:
    if option.kind == "flag":
        return ""
    return " " * bool(option.names) + " or ".join(f"`{choice}`" for choice in option.value.split("|"))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def schema_text() -> str:
    """The JSON schema of configuration files."""
    return json.dumps(schema(), indent=2) + "\n"


def extension_manifest() -> str:
    """The manifest of the VS Code extension, with a setting for each key of a configuration file."""
    manifest = json.loads(EXTENSION.read_text(encoding="utf-8"))
    settings = manifest["contributes"]["configuration"]["properties"]
    own = {name: one for name, one in settings.items() if name.startswith(("astro-lint.server.", "astro-lint.trace."))}
    keys = {f"astro-lint.{key}": _setting(one) for key, one in schema()["properties"].items() if key not in OF_FILES}
    manifest["contributes"]["configuration"]["properties"] = {**own, **keys}
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def _setting(key: dict[str, Any]) -> dict[str, Any]:
    """A key as a setting that is null unless it is set: with another default, it would win over the files."""
    help_text = key["description"]
    described = {"scope": "resource", "description": f"{help_text[:1].upper()}{help_text[1:]}"}
    if "enum" in key:
        return {**described, "type": ["string", "null"], "enum": [*key["enum"], None], "default": None}
    types = key["type"] if isinstance(key["type"], list) else [key["type"]]
    return {**described, **key, **described, "type": [*types, "null"], "default": None}


def rule_data() -> str:
    """The index of all rules, from which a run knows which rule modules to import."""
    rows = "".join(f"    {tuple(rule)!r},\n" for rule in written_rules(modules()))
    head = '"""The index of all rules: generated by tools/write_docs.py."""\n\n# ruff: noqa\n# fmt: off\n'
    return f"{head}RULES = (\n{rows})\n"


def _files() -> Iterator[tuple[Path, str]]:
    yield SCHEMA, schema_text()
    yield EXTENSION, extension_manifest()
    yield from ((FOLDER / name, text) for name, text in pages().items())
    yield from ((ROOT / name, text) for name, text in other_pages().items())
    yield from scripts().items()


if __name__ == "__main__":
    RULES.write_text(rule_data(), encoding="utf-8", newline="\n")
    selection._loaded[:] = written_rules(modules())
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.md"):
        if old.name not in pages():
            old.unlink()
    for path, text in _files():
        path.write_text(text, encoding="utf-8", newline="\n")
