"""The house: who may import whom, what a plain run may import, and lists that a person could forget."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dockerfile_astro_lint import cli
from dockerfile_astro_lint.reporters import FORMATS
from dockerfile_astro_lint.selection import all_rules
from tests.tool import FIXTURES, run

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "dockerfile_astro_lint"

LAYERS = [
    ["light"],
    [
        "words",
        "errors",
        "forks",
        "lazy",
        "terminal",
        "option_data",
        "package_data",
        "provider_data",
        "rule_data",
        "stdlib_data",
    ],
    ["arguments", "transport", "shell", "providers", "secrets", "credentials", "airflow_options", "toml_places"],
    ["heredocs", "output", "python_guards"],
    ["source"],
    ["reference", "requirements", "dockerignore"],
    ["dockerfile"],
    ["environment"],
    ["layers"],
    ["runs"],
    ["pip"],
    ["refusals", "image", "catalog_data", "catalog_detail_data"],
    ["catalog", "python_imports"],
    ["cache", "feed"],
    ["manifest"],
    ["base"],
    ["folder"],
    ["context"],
    ["installed"],
    ["project"],
    ["rule"],
    ["rules", "gate"],
    ["gitignore"],
    ["discovery", "suppression"],
    ["config"],
    ["moving", "findings", "selection"],
    ["redaction"],
    ["paths", "withheld"],
    ["linter", "config_file"],
    ["registry"],
    ["options", "parallel", "asking"],
    ["identity", "interchange"],
    ["reporters", "docs", "fixer", "writer", "completions", "inventory"],
    ["fixing", "baseline", "adding", "timeline", "report_files", "update"],
    ["command_line", "inventory_formats"],
    ["commands"],
    ["cli"],
    ["__main__", "flake8_plugin"],
]
"""From the ground up; a module imports from layers below its own, `catalog` from `image` beside it."""

PLAIN_RUN = "_collections _functools bisect itertools os stat sys time"
"""All that a run over a Dockerfile in text form may import, with what these import themselves."""

FORBIDDEN = {
    "argparse", "collections", "contextlib", "dataclasses", "enum", "functools", "gettext", "re", "shutil", "typing",
    "packaging", "tomllib", "tomli", "pathlib", "importlib.metadata", "difflib", "subprocess", "socket", "urllib",
    "dockerfile_parse", "json", "logging", "pickle", "unicodedata",
    "threading", "ssl", "http",
    "multiprocessing", "concurrent", "asyncio", "hashlib", "random", "datetime", "pathspec", "platformdirs", "flake8",
}  # fmt: skip


OWN = """
    docs python_imports fixer fixing writer arguments config_file suppression reporters.json reporters.github
    reporters.concise reporters.sarif reporters.gitlab reporters.junit reporters.rdjson reporters.markdown
    redaction identity interchange report_files
    baseline gitignore adding commands.config commands.explain commands.rules
    terminal completions commands.completion python_guards
    inventory inventory_formats timeline commands.inventory
    commands.catalog feed update transport catalog_detail_data registry asking
"""
"""Modules of ours that are only for some runs."""


def modules() -> list[str]:
    return sorted(".".join(path.relative_to(PACKAGE).with_suffix("").parts) for path in PACKAGE.rglob("*.py"))


def layer(module: str) -> int:
    name = module.partition(".")[0]
    return next(number for number, names in enumerate(LAYERS) if name in names)


def imported(module: str) -> set[str]:
    tree = ast.parse((PACKAGE / (module.replace(".", "/") + ".py")).read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("dockerfile_astro_lint"):
            rest = node.module.removeprefix("dockerfile_astro_lint").removeprefix(".")
            found |= {rest} if rest else {alias.name for alias in node.names if not alias.name.startswith("_")}
    return found


@pytest.mark.parametrize("module", [name for name in modules() if name != "__init__"])
def test_nothing_imports_upward(module: str) -> None:
    own = layer(module)
    for other in imported(module):
        assert layer(other) < own or module.partition(".")[0] == other.partition(".")[0], f"{module} imports {other}"


def test_a_rule_imports_neither_the_linter_nor_another_rule() -> None:
    for module in modules():
        if module.startswith("rules."):
            assert not [
                other for other in imported(module) if other.startswith(("rules", "linter", "cli", "discovery"))
            ]


def test_one_module_knows_dockerfile_parse() -> None:
    found = [
        path.name
        for path in PACKAGE.rglob("*.py")
        if re.search(r"^\s*(from|import) dockerfile_parse", path.read_text(), re.M)
    ]
    assert found == ["dockerfile.py"]


def test_one_module_prints_and_one_exits() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert path.name == "output.py" or not re.search(r"\bprint\(", path.read_text()), path
        assert path.name == "cli.py" or not re.search(r"\bsys\.exit\(", path.read_text()), path


def test_every_command_is_a_module_and_every_module_a_command() -> None:
    assert {path.stem for path in (PACKAGE / "commands").glob("*.py")} - {"__init__"} == set(cli.COMMANDS)


def test_a_plain_run_imports_what_it_needs_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM quay.io/astronomer/astro-runtime:13.11.0\nUSER astro\n")
    loaded = loaded_by("from dockerfile_astro_lint.cli import main; main(['Dockerfile'])", tmp_path)
    allowed = loaded_by(f"import {', '.join(PLAIN_RUN.split())}", tmp_path)
    assert not {name for name in loaded if any(name == one or name.startswith(f"{one}.") for one in FORBIDDEN)}
    assert not {name for name in loaded if name.removeprefix("dockerfile_astro_lint.") in OWN.split()}
    foreign = {name for name in loaded if not name.startswith("dockerfile_astro_lint")}
    assert foreign - allowed == set()


def test_a_run_loads_only_the_rules_that_have_something_to_judge(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM quay.io/astronomer/astro-runtime:13.11.0\nUSER astro\n")
    loaded = loaded_by("from dockerfile_astro_lint.cli import main; main(['Dockerfile'])", tmp_path)
    codes = {name.split(".")[-1][:6].upper() for name in loaded if ".rules.ast" in name}
    assert "AST603" in codes
    assert not codes & {"AST003", "AST105", "AST203", "AST601", "AST610", "AST614", "AST620", "AST701"}


def loaded_by(program: str, folder: Path) -> set[str]:
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); {program}; print('\\n', *sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], cwd=folder, capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def test_every_format_is_a_module_and_every_module_a_format() -> None:
    found = {path.stem for path in (PACKAGE / "reporters").glob("*.py")} - {"__init__"}
    assert found == set(FORMATS)


def test_the_package_lists_its_packages() -> None:
    text = (ROOT / "setup.cfg").read_text()
    for folder in {path.parent for path in PACKAGE.rglob("*.py")}:
        assert ".".join(folder.relative_to(ROOT).parts) in text


def test_the_bundled_catalog_is_what_its_tables_say() -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        from bundle_catalog import DETAILS, TARGET, render, render_details
    finally:
        sys.path.pop(0)
    assert TARGET.read_text(encoding="utf-8") == render()
    assert DETAILS.read_text(encoding="utf-8") == render_details()


def test_the_docs_are_what_the_rules_say() -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        from write_docs import FOLDER, pages
    finally:
        sys.path.pop(0)
    assert {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")} == pages()


def test_the_table_of_rules_is_what_the_rules_say() -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        from write_docs import RULES, rule_data
    finally:
        sys.path.pop(0)
    assert RULES.read_text(encoding="utf-8") == rule_data()


def test_explain_and_rules_tell_of_every_rule() -> None:
    listing = run("rules").lines
    assert [line.split()[0] for line in listing] == [rule.code for rule in all_rules()]
    for rule in all_rules():
        page = run("explain", rule.code).out
        assert page == run("explain", rule.name).out
        assert rule.name in page
        assert page == (ROOT / "docs" / "rules" / f"{rule.code}.md").read_text(encoding="utf-8")
    import json

    assert [one["code"] for one in json.loads(run("rules", "--format", "json").out)] == [
        rule.code for rule in all_rules()
    ]
    assert run("rules", "--format", "markdown").out == (ROOT / "docs" / "rules" / "README.md").read_text(
        encoding="utf-8"
    )


def test_the_readme_knows_every_option_format_and_rule() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for rule in all_rules():
        assert rule.code in readme, rule.code
    for option in re.findall(r"^  (?:-\w, )?(--[a-z-]+)", run("--help").out, re.M):
        assert option in readme or option == "--help", option
    for name in FORMATS:
        assert f"`{name}`" in readme, name
    for command in cli.COMMANDS:
        assert f"astro-lint {command}" in readme, command


def test_the_readme_shows_what_the_sample_really_gives() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    from tests.tool import inside

    with inside(ROOT):
        outcome = run("examples/sales-reports", "--today", "2026-10-01", "--catalog", str(FIXTURES / "catalog.json"))
    assert outcome.code == 1
    assert f"```text\n{outcome.out}```" in readme
