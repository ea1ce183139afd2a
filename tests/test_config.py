"""Config files: where they are found, what they mean, and what is refused."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from dockerfile_astro_lint.config.files import FILES
from dockerfile_astro_lint.config.schema import KEYS, schema
from dockerfile_astro_lint.project.file_kinds import CONFIG, MANIFEST
from tests.tool import FIXED, inside, lint, run

FLOATING = "FROM astrocrpublic.azurecr.io/runtime:3.1\n"
SLIM = "FROM astrocrpublic.azurecr.io/runtime:3.1-21-slim\n"


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def codes(folder: Path, *argv: str) -> list[str]:
    with inside(folder):
        return [found["code"] for found in lint(*(argv or ("Dockerfile",)))["diagnostics"] if found["code"] != "AST403"]


OFF = {
    "astro-lint.toml": 'ignore = ["AST103"]\n',
    ".astro-lint.toml": 'ignore = ["AST103"]\n',
    "pyproject.toml": '[tool.astro-lint]\nignore = ["floating-tag"]\n',
    "setup.cfg": "[astro-lint]\nignore = AST103\n",
}


@pytest.mark.parametrize("name", OFF)
def test_each_file_is_read(name: str, tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": FLOATING})
    assert codes(tmp_path) == ["AST103"]
    write(tmp_path, {name: OFF[name]})
    assert codes(tmp_path) == []
    assert codes(tmp_path, "Dockerfile", "--isolated") == ["AST103"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"astro-lint.toml": OFF["astro-lint.toml"]}, [], id="above"),
        pytest.param({"astro-lint.toml": OFF["astro-lint.toml"], "sub/.astro-lint.toml": ""}, ["AST103"],
                     id="the nearest wins whole"),
        pytest.param({"astro-lint.toml": "", ".astro-lint.toml": OFF["astro-lint.toml"]}, ["AST103"],
                     id="the order of names in one folder"),
        pytest.param({"pyproject.toml": OFF["pyproject.toml"], "sub/pyproject.toml": "[tool.ruff]\n"}, [],
                     id="a file without our section does not end the search"),
        pytest.param({"setup.cfg": OFF["setup.cfg"], "sub/setup.cfg": "[flake8]\nx=1\n"}, [],
                     id="a setup.cfg without our section neither"),
        pytest.param({"astro-lint.toml": OFF["astro-lint.toml"], "sub/.git/config": ""}, ["AST103"],
                     id="the root of the repository ends it"),
        pytest.param({"sub/.git/config": "", "sub/astro-lint.toml": OFF["astro-lint.toml"]}, [],
                     id="the root itself is looked into"),
    ],
)  # fmt: skip
def test_precedence(files: dict[str, str], expected: list[str], tmp_path: Path) -> None:
    write(tmp_path, {"sub/Dockerfile": FLOATING, **files})
    assert codes(tmp_path, "sub/Dockerfile") == expected
    assert codes(tmp_path / "sub") == expected


def test_the_command_line_beats_the_file(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": FLOATING, "astro-lint.toml": 'environment = "development"\nfail-on = "never"\n'})
    assert codes(tmp_path) == []
    assert codes(tmp_path, "Dockerfile", "--environment", "production") == ["AST103"]
    with inside(tmp_path):
        assert run("Dockerfile", "--environment", "production", *FIXED).code == 0
        assert run("Dockerfile", "--environment", "production", "--fail-on", "warning", *FIXED).code == 1


def test_each_file_has_its_own_config(tmp_path: Path) -> None:
    write(tmp_path, {"a/Dockerfile": FLOATING, "b/Dockerfile": FLOATING, "b/astro-lint.toml": OFF["astro-lint.toml"]})
    with inside(tmp_path):
        found = lint(".", "--select", "AST103")["diagnostics"]
    assert [one["path"] for one in found] == ["a/Dockerfile"]


def test_environments_by_glob_relative_to_the_config(tmp_path: Path) -> None:
    config = '[environments]\nproduction = ["dev/Dockerfile.prod"]\ndevelopment = ["Dockerfile.dev", "dev/**"]\n'
    names = [
        "Dockerfile",
        "Dockerfile.dev",
        "dev/Dockerfile",
        "dev/deep/Dockerfile",
        "dev/Dockerfile.prod",
        "x/dev2/Dockerfile",
    ]
    write(tmp_path, {"astro-lint.toml": config, **dict.fromkeys(names, FLOATING)})
    for folder, path in ((tmp_path, "."), (tmp_path / "dev", "..")):
        with inside(folder):
            found = lint(path, "--select", "AST103")["diagnostics"]
        assert sorted(str((folder / one["path"]).resolve().relative_to(tmp_path)) for one in found) == [
            "Dockerfile", "dev/Dockerfile.prod", "x/dev2/Dockerfile"
        ]  # fmt: skip


def test_per_file_ignores_go_by_the_file_of_the_finding(tmp_path: Path) -> None:
    write(tmp_path, {
        "pyproject.toml": '[tool.astro-lint.per-file-ignores]\n"dags/old/**" = ["AST4"]\n"Dockerfile" = ["AST105"]\n',
        "packages.txt": "", "requirements.txt": "", "Dockerfile": SLIM,
        "dags/old/a.py": "import imp\n", "dags/b.py": "import imp\n",
    })  # fmt: skip
    with inside(tmp_path):
        found = lint("Dockerfile")["diagnostics"]
    assert [(one["path"], one["code"]) for one in found] == [("dags/b.py", "AST401")]


def test_exclude_is_relative_to_the_config_and_not_for_paths_by_hand(tmp_path: Path) -> None:
    write(tmp_path, {"astro-lint.toml": 'exclude = ["old"]\n', "old/Dockerfile": SLIM, "new/Dockerfile": SLIM})
    with inside(tmp_path / "new"):
        assert [one["path"] for one in lint("..", "--select", "AST105")["diagnostics"]] == ["../new/Dockerfile"]
    assert codes(tmp_path, "old/Dockerfile") == ["AST105"]


def test_mirrors_are_read_as_what_they_copy(tmp_path: Path) -> None:
    config = '[mirrors]\n"registry.corp.example/astro" = "astrocrpublic.azurecr.io"\n"corp.example/quay" = "quay.io"\n'
    write(tmp_path, {"astro-lint.toml": config, "Dockerfile": "FROM registry.corp.example/astro/runtime:3.1-21-slim\n"})
    assert codes(tmp_path) == ["AST105"]
    write(tmp_path, {"Dockerfile": "FROM registry.corp.example/astro/astronomer/astro-runtime:3.1-21\n"})
    assert codes(tmp_path) == ["AST201"]
    with inside(tmp_path):
        run("Dockerfile", "--fix", *FIXED)
    assert (tmp_path / "Dockerfile").read_text() == "FROM registry.corp.example/astro/runtime:3.1-21\n"
    write(tmp_path, {"Dockerfile": "FROM corp.example/quay/astronomer/astro-runtime:3.1-21\n"})
    with inside(tmp_path):
        (found,) = (one for one in lint("Dockerfile")["diagnostics"] if one["code"] == "AST201")
    assert found["fix"] is None  # that mirror does not hold the other registry
    write(tmp_path, {"Dockerfile": "FROM registry.corp.example/astronomy/runtime:3.1-slim\n"})
    assert codes(tmp_path) == []


def test_the_closest_mirror_and_the_closest_severity_hold(tmp_path: Path) -> None:
    mirrors = '[mirrors]\n"corp.example" = "docker.io"\n"corp.example/astro" = "astrocrpublic.azurecr.io"\n'
    write(tmp_path, {"Dockerfile": "FROM corp.example/astro/runtime:3.1-slim\n", "astro-lint.toml": mirrors})
    assert codes(tmp_path) == ["AST103", "AST105"]
    write(tmp_path, {"astro-lint.toml": f'{mirrors}[severity]\nAST1 = "off"\nAST105 = "info"\n'})
    assert codes(tmp_path) == ["AST105"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("severity = AST103=off", {"AST105": "error"}, id="one"),
        pytest.param("severity =\n  AST105 = info\n  AST103=off", {"AST105": "info"}, id="a line for each"),
        pytest.param("[astro-lint.severity]\nAST105 = info", {"AST103": "warning", "AST105": "info"}, id="section"),
        pytest.param("per-file-ignores =\n  Dockerfile: AST103\n  x: AST105,AST104", {"AST105": "error"}, id="globs"),
        pytest.param("environments =\n  development: Dockerfile, dev/**", {"AST105": "error"}, id="environments"),
        pytest.param("mirrors =\n  a.example:5000 = quay.io\nignore=AST105", {"AST103": "warning"}, id="mirrors"),
        pytest.param("require-ignore-reason = yes\nignore=AST103", {"AST105": "error"}, id="a word for true"),
    ],
)
def test_tables_of_setup_cfg(text: str, expected: dict[str, str], tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": "FROM astrocrpublic.azurecr.io/runtime:3.1-slim\n"})
    write(tmp_path, {"setup.cfg": f"[astro-lint]\n{text}\n"})
    with inside(tmp_path):
        document = lint("Dockerfile")
    assert document["failures"] == []
    assert {one["code"]: one["severity"] for one in document["diagnostics"] if one["code"] != "AST403"} == expected


def test_a_section_or_a_line_of_setup_cfg_that_says_nothing_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": SLIM, "setup.cfg": "[astro-lint.sevrity]\nAST105 = info\n"})
    with inside(tmp_path):
        assert "unknown key `sevrity`: did you mean `severity`?" in run("Dockerfile").err
        write(tmp_path, {"setup.cfg": "[astro-lint]\nseverity = AST105 info\n"})
        assert "`severity` must be a table, not 'AST105 info'" in run("Dockerfile").err


def test_the_other_keys(tmp_path: Path) -> None:
    feed = {"runtimeVersionsV3": {"3.1-99": {"metadata": {"releaseDate": "2026-08-01"}}}}
    write(tmp_path, {"Dockerfile": "ARG T\nFROM astrocrpublic.azurecr.io/runtime:${T} AS a\nFROM python:3.12\n"})
    write(tmp_path, {"astro-lint.toml": 'target = "a"\n[build-args]\nT = "3.1-slim"\n[severity]\nAST105 = "info"\n'})
    with inside(tmp_path):
        found = {one["code"]: one["severity"] for one in lint("Dockerfile")["diagnostics"]}
        assert found == {"AST105": "info", "AST103": "warning", "AST403": "info"}
        assert codes(tmp_path, "Dockerfile", "--build-arg", "T=3.1-21") == []
    write(tmp_path, {"Dockerfile": FLOATING, "sub/feed.json": json.dumps(feed)})
    write(tmp_path, {"astro-lint.toml": 'catalog = "sub/feed.json"\nmaintenance-notice-days = 400\n'})
    with inside(tmp_path):
        assert "3.1-99" in run("Dockerfile", "--today", "2026-09-30").out
        assert "AST302" in run("Dockerfile", "--today", "2026-09-30").out
    write(tmp_path, {"astro-lint.toml": 'select = ["AST3"]\nextend-select = ["AST304"]\nfail-on-lifecycle = true\n'})
    write(tmp_path, {"Dockerfile": "FROM quay.io/astronomer/astro-runtime:12.11.0\n"})
    with inside(tmp_path):
        assert run("Dockerfile", *FIXED).code == 1
    write(tmp_path, {"setup.cfg": "[astro-lint]\nfail-on-lifecycle = false\nselect =\n    AST301,\n    AST105\n"
                     "[astro-lint:severity]\nAST301 = info\n"})  # fmt: skip
    (tmp_path / "astro-lint.toml").unlink()
    with inside(tmp_path):
        assert [one["severity"] for one in lint("Dockerfile")["diagnostics"]] == ["info"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("ignore = [", "is not valid TOML: "),
        ('ingore = ["AST103"]', "unknown key `ingore`: did you mean `ignore`?"),
        ("nonsense-key-here = 1", "unknown key `nonsense-key-here`; known: select, "),
        ('ignore = "AST103"', "`ignore` must be a list of codes, not 'AST103'"),
        ('select = ["AST9"]', "`select`: unknown rule `AST9`"),
        ('extend-select = ["floating-tags"]', "did you mean `floating-tag`?"),
        ('environment = "prod"', "`environment`: 'prod' is unknown: did you mean `production`?"),
        ("environment = 1", "`environment`: 1 is unknown; known: production, development"),
        ('fail-on-lifecycle = "yes"', "`fail-on-lifecycle` must be true or false, not 'yes'"),
        ("maintenance-notice-days = -1", "`maintenance-notice-days` must be a number of days from 0 to 3650, not -1"),
        ('exclude = "x"', "`exclude` must be a list of globs, not 'x'"),
        ("target = 1", "`target` must be a string, not 1"),
        ("severity = 1", "`severity` must be a table, not 1"),
        ('[severity]\nAST105 = "bad"', "`severity.AST105`: 'bad' is unknown; known: error, warning, info, off"),
        ('[severity]\nAST999 = "info"', "`severity`: unknown rule `AST999`"),
        ('[per-file-ignores]\n"x" = ["AST999"]', "`per-file-ignores.x`: unknown rule `AST999`"),
        ('[environments]\nstaging = ["x"]', "`environments`: unknown environment `staging`"),
        ("[mirrors]\nx = 1", "`mirrors.x` must be a string, not 1"),
        ('catalog = "missing.json"', "`catalog`: bad/missing.json: No such file or directory"),
    ],
)  # fmt: skip
def test_what_is_wrong_names_file_place_and_the_nearest_word(text: str, sentence: str, tmp_path: Path) -> None:
    write(tmp_path, {"bad/Dockerfile": SLIM, "bad/astro-lint.toml": text, "good/Dockerfile": SLIM})
    with inside(tmp_path):
        outcome = run(".", "--select", "AST105", "--format", "concise", "--today", "2026-10-01")
    assert outcome.code == 2
    assert [line.split(":")[0] for line in outcome.lines] == ["bad/astro-lint.toml", "good/Dockerfile"]
    (problem,) = [line for line in outcome.err.splitlines() if line.startswith("astro-lint: ")]
    assert problem.startswith("astro-lint: bad/astro-lint.toml: ")
    assert sentence in problem


def test_a_config_by_hand_is_the_only_one(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": FLOATING, "astro-lint.toml": "", "other/ci.toml": OFF["astro-lint.toml"]})
    assert codes(tmp_path, "Dockerfile", "--config", "other/ci.toml") == []
    with inside(tmp_path):
        outcome = run("Dockerfile", "--config", "missing.toml")
    assert (outcome.code, outcome.err) == (2, "astro-lint: --config missing.toml: no such file\n")


def test_the_config_command_says_what_holds_and_from_where(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "sub/Dockerfile.dev": FLOATING,
            "astro-lint.toml": 'ignore = ["AST105"]\n[environments]\ndevelopment = ["*.dev"]\n',
        },
    )
    with inside(tmp_path / "sub"):
        lines = run("config", "Dockerfile.dev").lines
        assert lines[0] == "config: ../astro-lint.toml"
        assert "  ignore = ['AST105']" in lines
        assert "environment: development" in lines
        assert not any(line.startswith("rules:") and "AST105" in line for line in lines)
        assert run("config", "missing").code == 2
    assert json.loads(run("config", "--schema").out) == schema()


def test_the_shipped_schema_is_that_of_the_table_and_every_key_is_in_it() -> None:
    root = Path(__file__).parent.parent
    sys.path.insert(0, str(root / "tools"))
    try:
        from write_docs import SCHEMA, schema_text
    finally:
        sys.path.pop(0)
    assert SCHEMA.read_text(encoding="utf-8") == schema_text()
    assert set(schema()["properties"]) == {key.name for key in KEYS}
    page = (root / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert all(f"| `{key.name}` |" in page for key in KEYS)


def test_the_kinds_of_file_know_every_configuration_file() -> None:
    assert {name for kind in (CONFIG, MANIFEST) for name in kind.names} == set(FILES)


def test_every_key_is_listed_once() -> None:
    names = [key.name for key in KEYS]
    assert sorted({*names}) == sorted(names)
