"""The structure of the package: who may import whom, what a plain run may import, and lists that could go stale."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

from dockerfile_astro_lint.cli import main
from dockerfile_astro_lint.reports import FORMATS
from dockerfile_astro_lint.rules.selection import all_rules
from tests.tool import run

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "dockerfile_astro_lint"

ORDER = [
    ["core"],
    ["dockerfile"],
    ["astro"],
    ["project"],
    ["rules"],
    ["engine"],
    ["config", "fixes", "online", "reports"],
    ["inventory"],
    ["api", "flake8_plugin", "language_server"],
    ["cli"],
    ["__main__"],
]
"""Packages from the bottom up; each may import from those before it in this list, but not from those beside it."""

MAX_LINES = 350
"""Of a module whose docstring gives no reason for being longer ("Longer than"); generated tables have no limit."""

PLAIN_RUN = "_collections _functools bisect itertools os stat sys time"
"""All that `astro-lint Dockerfile` may import from outside the package, with what these import themselves."""

FORBIDDEN = {
    "argparse", "collections", "contextlib", "dataclasses", "enum", "functools", "gettext", "re", "shutil", "typing",
    "packaging", "tomllib", "tomli", "pathlib", "importlib.metadata", "difflib", "subprocess", "socket", "urllib",
    "dockerfile_parse", "json", "logging", "pickle", "unicodedata",
    "threading", "ssl", "http",
    "wcwidth",
    "multiprocessing", "concurrent", "asyncio", "hashlib", "random", "datetime", "pathspec", "platformdirs", "flake8",
    "pygls", "lsprotocol", "attrs", "cattrs",
}  # fmt: skip


OWN = """
    rules.manual project.python_imports fixes.apply fixes.runner core.atomic_write cli.parser config.schema
    engine.suppressions reports.json reports.github reports.concise reports.sarif reports.gitlab reports.junit
    reports.rdjson reports.markdown engine.redaction engine.fingerprints reports.json_values reports.files
    engine.baseline project.gitignore fixes.ignore_comments cli.config cli.explain cli.rules reports.terminal
    cli.completion project.version_guards inventory.collect inventory inventory.timeline
    inventory.changes inventory.html_changes inventory.merge inventory.origins inventory.report_reader cli.merging
    core.json_stream
    cli.inventory cli.catalog astro.catalog_feed online.catalog_update online.http astro.catalog_detail_data
    online.registry online.prefetch engine.whole_projects cli.options cli.contradictions cli.help cli.version
    cli.baselines cli.build_args
    api cli.fixing cli.show core.spelling rules.lookup reports.checkstyle reports.sonarqube reports.azure
    reports.json_lines config.bases config.policy engine.forbidden_ignores cli.environment
    cli.server language_server core.live_files astro.catalog_facts
    cli.upgrade astro.upgrades engine.upgrade engine.retag engine.moves reports.upgrade
"""
"""Modules of the package that only some runs need; `astro-lint Dockerfile` imports none of them."""


def modules() -> list[str]:
    return sorted(".".join(path.relative_to(PACKAGE).with_suffix("").parts) for path in PACKAGE.rglob("*.py"))


def rank(module: str) -> int:
    return next(number for number, names in enumerate(ORDER) if module.partition(".")[0] in names)


def imported(module: str, at_start: bool = False) -> set[str]:
    """The modules of the package that a module imports, or only those that it imports at its own import."""
    tree = ast.parse((PACKAGE / (module.replace(".", "/") + ".py")).read_text(encoding="utf-8"))
    found = set()
    for node in tree.body if at_start else ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("dockerfile_astro_lint"):
            rest = node.module.removeprefix("dockerfile_astro_lint").removeprefix(".")
            known = [f"{rest}.{alias.name}".removeprefix(".") for alias in node.names]
            found |= {name for name in known if (PACKAGE / f"{name.replace('.', '/')}.py").is_file()} or {rest}
    return found - {""}


@pytest.mark.parametrize("module", [name for name in modules() if name != "__init__"])
def test_imports_run_one_way(module: str) -> None:
    package = module.partition(".")[0]
    for other in imported(module):
        assert other.partition(".")[0] == package or rank(other) < rank(module), f"{module} imports {other}"


def test_no_modules_import_each_other_in_a_cycle() -> None:
    known = set(modules())
    graph = {
        name.removesuffix(".__init__"): {other for other in imported(name, at_start=True) if other in known}
        for name in known
    }
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join((*path[path.index(name) :], name))
        if name not in done:
            for other in graph.get(name, ()):
                visit(other, (*path, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def test_every_module_lies_in_a_package() -> None:
    assert {name for name in modules() if "." not in name} == {"__init__", "__main__", "api", "flake8_plugin"}


def test_no_module_is_long_without_a_reason() -> None:
    texts = {name: (PACKAGE / f"{name.replace('.', '/')}.py").read_text(encoding="utf-8") for name in modules()}
    long = {
        name: text.count("\n")
        for name, text in texts.items()
        if text.count("\n") > MAX_LINES
        and not (name.endswith("_data") or name == "rules.index")
        and "Longer than" not in (ast.get_docstring(ast.parse(text)) or "")
    }
    assert long == {}


def test_rules_are_short() -> None:
    lengths = {path.name: path.read_text(encoding="utf-8").count("\n") for path in (PACKAGE / "rules").glob("ast*.py")}
    assert median(lengths.values()) <= 55
    assert {name: length for name, length in lengths.items() if length > 150} == {}


def test_a_rule_imports_no_other_rule() -> None:
    for module in modules():
        if module.startswith("rules."):
            assert not [other for other in imported(module) if other.startswith("rules.ast")]


def test_one_module_imports_dockerfile_parse() -> None:
    found = [
        path.name
        for path in PACKAGE.rglob("*.py")
        if re.search(r"^\s*(from|import) dockerfile_parse", path.read_text(), re.M)
    ]
    assert found == ["unusual_lines.py"]


def test_one_module_prints_and_one_exits() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert path.name == "streams.py" or not re.search(r"\bprint\(", path.read_text()), path
        assert path == PACKAGE / "cli" / "main.py" or not re.search(r"\bsys\.exit\(", path.read_text()), path


def test_every_command_is_a_module_and_every_module_a_command() -> None:
    own = {"__init__", "main", "arguments", "options", "parser", "contradictions", "environment"}
    own |= {"baselines", "build_args", "fixing", "show"}  # parts of check
    own |= {"merging"}  # a part of inventory
    assert {path.stem for path in (PACKAGE / "cli").glob("*.py")} - own == set(main.COMMANDS)


def test_the_modules_that_only_some_runs_need_exist() -> None:
    assert {*OWN.split()} - {*(name.removesuffix(".__init__") for name in modules())} == set()


def test_a_plain_run_imports_what_it_needs_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM quay.io/astronomer/astro-runtime:13.11.0\nUSER astro\n")
    loaded = loaded_by("from dockerfile_astro_lint.cli.main import main; main(['Dockerfile'])", tmp_path)
    allowed = loaded_by(f"import {', '.join(PLAIN_RUN.split())}", tmp_path)
    assert not {name for name in loaded if any(name == one or name.startswith(f"{one}.") for one in FORBIDDEN)}
    assert not {name for name in loaded if name.removeprefix("dockerfile_astro_lint.") in OWN.split()}
    foreign = {name for name in loaded if not name.startswith("dockerfile_astro_lint")}
    assert foreign - allowed == set()


def test_a_run_imports_only_rules_that_can_apply(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM quay.io/astronomer/astro-runtime:13.11.0\nUSER root\n")
    loaded = loaded_by("from dockerfile_astro_lint.cli.main import main; main(['Dockerfile'])", tmp_path)
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
    own = {"__init__", "files", "json_values", "plan", "plan_markdown", "streams", "terminal", "upgrade"}
    found = {path.stem for path in (PACKAGE / "reports").glob("*.py")} - own
    assert found == {name.replace("-", "_") for name in FORMATS}


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


def test_the_completion_scripts_are_up_to_date() -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        from write_completions import scripts
    finally:
        sys.path.pop(0)
    assert {path: path.read_text(encoding="utf-8") for path in (PACKAGE / "cli" / "completions").iterdir()} == scripts()


def test_the_table_of_rules_is_what_the_rules_say() -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        from write_docs import RULES, rule_data
    finally:
        sys.path.pop(0)
    assert RULES.read_text(encoding="utf-8") == rule_data()


def test_explain_and_rules_list_every_rule() -> None:
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


def test_the_readme_shows_every_command_and_what_the_sample_really_gives() -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        from write_docs import other_pages
    finally:
        sys.path.pop(0)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert other_pages()["README.md"] == readme
    for command in main.COMMANDS:
        assert f"\nastro-lint {command} " in readme or command == "check"
    for code in ("AST103", "AST105", "AST201", "AST401"):
        assert f"[{code}]" in readme.partition("<!-- sample")[2].partition("<!-- end -->")[0]
