"""The command line: options, exit codes, bad input, and what is printed where."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dockerfile_astro_lint import __version__
from tests.tool import FIXED, inside, lint, run

SLIM = "FROM astrocrpublic.azurecr.io/runtime:3.1-21-slim\n"
FLOATING = "FROM astrocrpublic.azurecr.io/runtime:3.1\n"
GOOD = "FROM astrocrpublic.azurecr.io/runtime:3.3-8\n"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "slim").mkdir()
    (tmp_path / "slim" / "Dockerfile").write_text(SLIM)
    (tmp_path / "floating").mkdir()
    (tmp_path / "floating" / "Dockerfile").write_text(FLOATING)
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "Dockerfile").write_text(GOOD)
    return tmp_path


def concise(folder: Path, *argv: str) -> list[str]:
    with inside(folder):
        return run("--format", "concise", *FIXED, *argv).lines


def codes(folder: Path, *argv: str) -> list[str]:
    return [line.split(" ")[1] for line in concise(folder, *argv)]


def exit_code(folder: Path, *argv: str) -> int:
    with inside(folder):
        return run(*FIXED, *argv).code


def test_text_has_place_code_reason_frame_fix_and_summary(here: Path) -> None:
    with inside(here):
        outcome = run("slim/Dockerfile", "--ignore", "AST403", *FIXED)
    assert outcome.code == 1
    assert outcome.lines == [
        "slim/Dockerfile:1:45: error[AST105] slim-on-airflow-3: "
        "Airflow 3 images have no `-slim` variant (all are slim): remove `-slim`",
        "  |",
        "1 | FROM astrocrpublic.azurecr.io/runtime:3.1-21-slim",
        "  |                                             ^^^^^",
        "  = fix (safe): remove `-slim`",
        "",
        "Found 1 error in 1 file; 1 fixable with --fix (catalog of 2026-09-25).",
    ]
    assert outcome.err == ""


def test_check_may_be_left_out_and_a_folder_is_searched_in_order(here: Path) -> None:
    with inside(here):
        lines = run("check", ".", "--ignore", "AST403", "--format", "concise", *FIXED).lines
    assert lines == concise(here, "--ignore", "AST403")
    assert [line.split(" ")[0] for line in lines] == ["floating/Dockerfile:1:39:", "slim/Dockerfile:1:45:"]


def test_a_path_that_is_called_like_a_command_is_a_path(here: Path) -> None:
    (here / "rules").write_text(SLIM)
    (here / "explain").mkdir()
    assert codes(here, "rules", "--ignore", "AST403") == ["AST105"]
    with inside(here):
        assert run("explain").out.startswith("Nothing to lint: no Dockerfile in `explain`.")


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["slim"], 1),
        (["floating"], 1),
        (["good"], 0),
        (["floating", "--fail-on", "error"], 0),
        (["slim", "--fail-on", "error"], 1),
        (["slim", "--fail-on", "never"], 0),
        (["good", "--fail-on", "info"], 1),
        (["floating", "--environment", "development"], 0),
        (["slim", "--select", "AST103"], 0),
        (["slim", "--ignore", "AST105"], 0),
        (["slim", "--ignore", "slim-on-airflow-3"], 0),
        (["slim", "--ignore", "AST1"], 0),
        (["slim", "--severity", "AST105=info"], 0),
        (["slim", "--severity", "AST105=off"], 0),
        (["floating", "--severity", "floating-tag=error", "--fail-on", "error"], 1),
        (["slim", "missing"], 2),
        (["missing"], 2),
        (["good", "--today", "2029-01-01"], 0),
        (["good", "--today", "2029-01-01", "--fail-on-lifecycle"], 1),
        (["good", "--today", "2028-07-01"], 0),
        (["good", "--today", "2028-07-01", "--fail-on-lifecycle"], 1),
        (["good", "--today", "2029-01-01", "--fail-on-lifecycle", "--fail-on", "error"], 1),
        (["good", "--today", "2029-01-01", "--fail-on-lifecycle", "--fail-on", "never"], 0),
        (["good", "--extend-select", "AST304"], 0),
    ],
)
def test_exit_code(here: Path, argv: list[str], expected: int) -> None:
    assert exit_code(here, *argv) == expected


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["--select", "AST999"], "unknown rule `AST999`"),
        (["--ignore", "AST15"], "unknown rule `AST15`"),
        (["--ignore", "floating-tags"], "unknown rule `floating-tags`: did you mean `floating-tag`?"),
        (["--severity", "AST105=loud"], "--severity AST105=loud: write CODE=error, =warning, =info or =off"),
        (["--severity", "AST999=error"], "unknown rule `AST999`"),
        (["--today", "yesterday"], "--today: `yesterday` is not a valid date, such as 2026-09-25"),
        (["--today", "2026-02-30"], "--today: `2026-02-30` is not a valid date, such as 2026-09-25"),
        (["--format", "xml"], "--format xml: unknown format; available: text, concise, json, github"),
        (["--format", "text", "--format", "json"], "only one format can go to standard output"),
        (["--format", "json="], "--format json=: missing file name"),
        (["--format", "json=missing/folder/file"], "missing/folder/file: No such file or directory"),
        (["--build-arg", "=1"], "--build-arg =…: write NAME=value"),
        (["--environment", "staging"], "argument --environment: invalid choice: 'staging'"),
        (["--no-such-option"], "unrecognized arguments: --no-such-option"),
        (["-", "good"], "`-` is standard input: give no other path beside it"),
        (["--catalog", "missing.json"], "--catalog missing.json: No such file or directory"),
        (["explain", "AST999"], "unknown rule `AST999`"),
    ],
)
def test_bad_usage_is_one_sentence_and_exit_2(here: Path, argv: list[str], sentence: str) -> None:
    with inside(here):
        outcome = run(*argv)
    assert outcome.code == 2
    assert outcome.out == "" or "json=missing" in argv[-1]
    assert sentence in outcome.err
    assert outcome.err.startswith("astro-lint: ")
    assert outcome.err.count("\n") == 1


def test_an_unknown_rule_names_the_nearest(here: Path) -> None:
    with inside(here):
        assert "did you mean `AST105`?" in run("--select", "AST1055").err


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "it is not JSON"),
        ("<html>", "it is not JSON"),
        ("[]", "it is not a JSON object with `runtimeVersions` and `runtimeVersionsV3`"),
        ("{}", "it has no builds"),
        ('{"runtimeVersions": []}', "`runtimeVersions` is not an object"),
        ('{"runtimeVersions": {"13.0.0": 1}}', "`13.0.0` in `runtimeVersions` is not an object"),
        ('{"runtimeVersions": {"13.0.0": {"metadata": {"releaseDate": "soon"}}}}', "'soon', which is not a date"),
        ('{"runtimeVersionsV3": {"3.1-1": {"metadata": {"airflowVersion": 3}}}}', "3, which is not a string"),
        ('{"runtimeVersionsV3": {"3.1-1": {"metadata": {"pythonVersions": "3.12"}}}}', "is not a list of versions"),
    ],
)
def test_a_broken_catalog_is_refused_with_its_path_and_reason(here: Path, text: str, sentence: str) -> None:
    (here / "feed.json").write_text(text)
    with inside(here):
        outcome = run("good", "--catalog", "feed.json")
    assert outcome.code == 2
    assert outcome.err.startswith("astro-lint: --catalog feed.json: ")
    assert sentence in outcome.err


def test_another_catalog_is_believed_and_its_unknown_keys_passed_over(here: Path) -> None:
    build = {"metadata": {"airflowVersion": "3.9.1", "releaseDate": "2026-08-01", "later": {}}, "more": 1}
    (here / "feed.json").write_text(json.dumps({"runtimeVersionsV3": {"3.9-4": build, "3.9-5.beta": build}, "x": 1}))
    (here / "Dockerfile").write_text("FROM astrocrpublic.azurecr.io/runtime:3.9\n")
    with inside(here):
        outcome = run("Dockerfile", "--catalog", "feed.json", "--today", "2026-09-01", "--format", "concise")
    assert "latest known: `3.9-4`" in outcome.out


def test_one_bad_path_hides_nothing_of_the_others(here: Path) -> None:
    (here / "image.Dockerfile").write_bytes(b"\x7fELF\0\0")
    with inside(here):
        outcome = run("missing", "slim", "image.Dockerfile", "floating", "--format", "json", *FIXED)
    document = json.loads(outcome.out)
    assert outcome.code == 2
    assert {found["path"] for found in document["diagnostics"]} == {"slim/Dockerfile", "floating/Dockerfile"}
    assert document["failures"] == [
        {"path": "image.Dockerfile", "message": "a binary file, not a Dockerfile"},
        {"path": "missing", "message": "no such file or folder: check the spelling"},
    ]
    assert outcome.err.splitlines() == [
        "astro-lint: image.Dockerfile: a binary file, not a Dockerfile",
        "astro-lint: missing: no such file or folder: check the spelling",
    ]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_a_sentence(here: Path) -> None:
    (here / "slim" / "Dockerfile").chmod(0)
    with inside(here):
        outcome = run("slim", "floating", *FIXED)
    assert outcome.code == 2
    assert "AST103" in outcome.out
    assert "slim/Dockerfile: cannot be read: permission denied" in outcome.err


def test_nothing_to_lint_is_one_sentence_and_exit_0(tmp_path: Path) -> None:
    with inside(tmp_path):
        outcome = run(".")
    assert (outcome.code, outcome.out, outcome.err) == (0, "Nothing to lint: no Dockerfile in `.`.\n", "")


def test_discovery_takes_the_names_of_dockerfiles_in_any_case_and_no_others(tmp_path: Path) -> None:
    taken = [
        "Dockerfile", "dockerfile.dev", "Dockerfile-prod", "api.Dockerfile", "api2.dockerfile", "Containerfile",
        "Containerfile.x", "DOCKERFILE.client", "sub/deep/Dockerfile",
    ]  # fmt: skip
    left = [
        "Dockerfile.dockerignore", "Dockerfile.j2", "Dockerfile.tmpl", "x.Dockerfile.erb", "Dockerfiles",
        "dockerfile_x", "mydockerfile", ".git/Dockerfile", ".venv/Dockerfile", "node_modules/a/Dockerfile",
        "README.md",
    ]  # fmt: skip
    for name in taken + left:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(SLIM)
    found = {line.split(":")[0] for line in concise(tmp_path, ".")}
    assert found == set(taken)


def test_exclude_takes_globs_of_names_folders_and_paths(tmp_path: Path) -> None:
    for name in ("Dockerfile", "old/Dockerfile", "a/b/Dockerfile.dev", "a/b/Dockerfile"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(SLIM)

    def found(globs: str) -> set[str]:
        return {line.split(":")[0] for line in concise(tmp_path, ".", "--exclude", globs, "--select", "AST105")}

    assert found("old") == {"Dockerfile", "a/b/Dockerfile.dev", "a/b/Dockerfile"}
    assert found("old/,*.dev") == {"Dockerfile", "a/b/Dockerfile"}
    assert found("a/**") == {"Dockerfile", "old/Dockerfile"}
    assert concise(tmp_path, "old/Dockerfile", "--exclude", "old", "--select", "AST105")  # named by hand


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "Dockerfile").write_text(SLIM)
    (tmp_path / "inside" / "Dockerfile").symlink_to("../outside/Dockerfile")
    (tmp_path / "inside" / "Dockerfile.real").write_text(SLIM)
    (tmp_path / "inside" / "Dockerfile.link").symlink_to("Dockerfile.real")
    (tmp_path / "inside" / "folder").symlink_to("../outside")
    assert [line.split(":")[0] for line in concise(tmp_path, "inside", "--select", "AST105")] == [
        "inside/Dockerfile.link",
        "inside/Dockerfile.real",
    ]


def test_standard_input_has_no_project_unless_it_is_named(here: Path) -> None:
    (here / "good" / "dags").mkdir()
    (here / "good" / "packages.txt").touch()
    (here / "good" / "requirements.txt").touch()
    (here / "good" / "dags" / "a.py").write_text("import imp\n")
    with inside(here):
        nameless = run("-", "--format", "concise", *FIXED, stdin=SLIM.encode())
        named = run("-", "--stdin-filename", "good/Dockerfile", "--format", "concise", *FIXED, stdin=SLIM.encode())
    assert [line.split(" ")[:2] for line in nameless.lines] == [["<stdin>:1:6:", "AST403"], ["<stdin>:1:45:", "AST105"]]
    assert [line.split(" ")[:2] for line in named.lines] == [
        ["good/Dockerfile:1:45:", "AST105"],
        ["good/dags/a.py:1:8:", "AST401"],
    ]


@pytest.mark.parametrize(
    ("name", "text", "code", "fixed"),
    [
        ("dags/new.py", "\ufeffimport imp\r\nimp.reload(x)\r\n", "AST401",
         "\ufeffimport importlib\r\nimportlib.reload(x)\r\n"),
        ("requirements.txt", "x\napache-airflow==2\n", "AST502", "x\n"),
        ("pyproject.toml", '[tool.astro]\nruntime = "latest"\n', "AST702", None),
        (".dockerignore", "dags\n", "AST507", None),
    ],
)  # fmt: skip
def test_standard_input_may_be_any_file_of_a_project(
    name: str, text: str, code: str, fixed: str | None, tmp_path: Path
) -> None:
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "a.py").write_text("x = 1\n")
    for other in ("Dockerfile", "requirements.txt", "packages.txt"):
        (tmp_path / other).write_text(
            "FROM quay.io/astronomer/astro-runtime:13.11.0\n" if other == "Dockerfile" else ""
        )
    with inside(tmp_path):
        document = lint("-", "--stdin-filename", name, stdin=text.encode())
        assert code in {one["code"] for one in document["diagnostics"]}
        assert {one["path"] for one in document["diagnostics"]} == {name}
        outcome = run("-", "--stdin-filename", name, "--unsafe-fixes", *FIXED, stdin=text.encode())
    assert outcome.out == (fixed or text)
    assert not (tmp_path / "dags" / "new.py").exists()


def test_a_python_file_is_judged_against_its_project_and_alone(here: Path) -> None:
    dags = here / "good" / "dags"
    dags.mkdir()
    (dags / "a.py").write_text("import imp\n")
    (dags / "b.py").write_text("import imp\n")
    (here / "good" / "Dockerfile.slim").write_text(SLIM)
    with inside(here):
        document = lint("good/dags/a.py")
    (found,) = document["diagnostics"]
    assert (found["path"], found["line"], found["column"], found["code"]) == ("good/dags/a.py", 1, 8, "AST401")
    assert [place["path"] for place in found["related"]] == ["good/Dockerfile", "good/Dockerfile.slim"]
    with inside(here):
        assert lint("good/dags/a.py", "--select", "AST1")["diagnostics"] == []
        assert lint("slim/Dockerfile", "good/dags/a.py", "--select", "AST105,AST401")["summary"]["files"] == 2


@pytest.mark.parametrize(
    "name", [".env", ".env.local", "README.md", "docker-compose.yaml", "x.YML", "a.py", "setup.cfg", "id_rsa"]
)
def test_what_is_no_dockerfile_by_its_name_is_refused_and_not_quoted(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("SECRET_VALUE=hunter2\n")
    with inside(tmp_path):
        outcome = run(name, *FIXED)
        both = run(name, name, "--format", "json", *FIXED)
        skipped = run(name, "--skip-unrelated", "--quiet", *FIXED)
    assert outcome.code == both.code == 2
    (line,) = outcome.err.splitlines()
    assert line.startswith(f"astro-lint: {name}: ")
    assert "not a Dockerfile" in line
    assert "hunter2" not in outcome.out + outcome.err + both.out
    assert outcome.out == f"Not checked: {name}. No other file was checked.\n"
    assert skipped == (0, "", "")


@pytest.mark.parametrize("name", ["Dockerfile.md", "Dockerfile.env", "base", "base.txt"])
def test_a_dockerfile_may_end_like_another_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("FROM astrocrpublic.azurecr.io/runtime:3.1-12-slim\n")
    with inside(tmp_path):
        assert run(name, "--select", "AST105", *FIXED).code == 1


def test_a_folder_of_a_project_is_its_python_files(tmp_path: Path) -> None:
    for below in ("dags/sub", "dags/venv", "dags/env", "dags/old", "src"):
        (tmp_path / below).mkdir(parents=True)
        (tmp_path / below / "a.py").write_text("import imp\n")
    (tmp_path / "dags" / "env" / "pyvenv.cfg").write_text("")
    (tmp_path / "Dockerfile").write_text("FROM astrocrpublic.azurecr.io/runtime:3.1-12\n")
    (tmp_path / "requirements.txt").write_text("")
    with inside(tmp_path):
        outcome = run("dags", "--format", "concise", "--exclude", "old", *FIXED)
        assert [line.split(" ")[:2] for line in outcome.lines] == [["dags/sub/a.py:1:8:", "AST401"]]
        assert outcome.code == 1
        assert len(run("dags", "dags/sub", "src", "--format", "concise", *FIXED).lines) == 3
        (tmp_path / "dags" / "Dockerfile.dev").write_text("FROM python:3.12\n")
        assert run("dags", "--format", "concise", *FIXED) == (0, "", "No findings in 1 file (catalog of 2026-09-25).\n")
    with inside(tmp_path / "dags" / "sub"):
        assert [line.split(" ")[1] for line in run("--format", "concise", *FIXED).lines] == ["AST401"]


@pytest.mark.parametrize("hidden", [".gitignore", "astro-lint.toml", "--exclude"])
def test_what_hides_everything_is_named_and_fails_if_files_are_required(tmp_path: Path, hidden: str) -> None:
    texts = {".gitignore": "*\n", "astro-lint.toml": 'exclude = ["*"]\n'}
    (tmp_path / ".git").mkdir()
    for below in ("a", "b"):
        (tmp_path / below).mkdir()
        (tmp_path / below / "Dockerfile").write_text("FROM astrocrpublic.azurecr.io/runtime:3.1-12-slim\n")
    if hidden in texts:
        (tmp_path / hidden).write_text(texts[hidden])
    options = [] if hidden in texts else ["--exclude", "a,b"]
    setting = "`exclude` of astro-lint.toml" if hidden == "astro-lint.toml" else hidden
    with inside(tmp_path):
        outcome = run(".", *options, *FIXED)
        required = run(".", *options, "--require-files", *FIXED)
    assert (outcome.code, outcome.out) == (0, "Nothing to lint: no Dockerfile in `.`.\n")
    assert outcome.err == f"astro-lint: left out of the search: 2 folders by {setting}\n"
    assert required.code == 2
    assert "nothing was checked" in required.err


@pytest.mark.parametrize(
    "name",
    [
        "--write-baseline=x.dockerfile",
        "--config=x.dockerfile",
        "--add-ignores=x.dockerfile",
        "--format=json=x.dockerfile",
        "--isolated.dockerfile",
        "-q.dockerfile",
    ],
)
@pytest.mark.parametrize("end", [["--"], []])
def test_a_file_named_like_an_option_is_a_file(tmp_path: Path, name: str, end: list[str]) -> None:
    slim = "FROM astrocrpublic.azurecr.io/runtime:3.1-12-slim\n"
    (tmp_path / name).write_text(slim)
    (tmp_path / "x.dockerfile").write_text(slim)
    with inside(tmp_path):
        outcome = run("--select", "AST105", "--format", "concise", *FIXED, *end, name, "x.dockerfile")
    assert [line.split(":")[0] for line in outcome.lines] == [name, "x.dockerfile"]
    assert outcome.code == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "x.dockerfile"])
    assert (tmp_path / "x.dockerfile").read_text() == slim


def test_a_requirements_file_without_a_project_is_silent(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import imp\n")
    (tmp_path / "requirements.txt").write_text("x\n")
    with inside(tmp_path):
        document = lint("requirements.txt")
    assert document["diagnostics"] == []
    assert document["failures"] == []


def test_any_other_name_given_by_hand_is_read_as_a_dockerfile(tmp_path: Path) -> None:
    (tmp_path / "image.txt").write_text(SLIM)
    assert codes(tmp_path, "image.txt", "--select", "AST105") == ["AST105"]


def test_a_dockerfile_of_somebody_else_is_silent_unless_it_is_broken_and_named_by_hand(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM python:3.12 # slim\nNONSENSE\n")
    (tmp_path / "requirements.txt").write_text("")
    assert codes(tmp_path, ".") == []
    assert codes(tmp_path, "Dockerfile") == ["AST001", "AST614"]


def test_a_copy_of_astronomer_certified_is_found_in_a_search_too(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM registry.corp.example/ap-airflow:2.2.2\n")
    with inside(tmp_path):
        for path in ("Dockerfile", "."):
            assert [one["code"] for one in lint(path)["diagnostics"]] == ["AST203"]


def test_an_empty_dockerfile_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(b"")
    assert concise(tmp_path, "Dockerfile") == ["Dockerfile:1:1: AST001 the file has no instructions"]


def test_target_picks_the_final_stage_and_an_unknown_one_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(f"{GOOD.strip()} AS airflow\nFROM python:3.12\n")
    assert "AST205" in codes(tmp_path, "Dockerfile")
    assert "AST205" not in codes(tmp_path, "Dockerfile", "--target", "AIRFLOW")
    with inside(tmp_path):
        outcome = run("Dockerfile", "--target", "nowhere", *FIXED)
    assert outcome.code == 2
    assert "Dockerfile: no stage is called `nowhere` (stages: airflow)" in outcome.err


def test_a_build_argument_counts_only_where_it_is_declared(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("ARG TAG=3.3-8\nFROM astrocrpublic.azurecr.io/runtime:${TAG}\n")
    assert codes(tmp_path, "Dockerfile", "--build-arg", "TAG=3.1-slim", "--select", "AST105") == ["AST105"]
    (tmp_path / "Dockerfile").write_text("FROM astrocrpublic.azurecr.io/runtime:${TAG:-3.3-8}\n")
    assert codes(tmp_path, "Dockerfile", "--build-arg", "TAG=3.1-slim", "--select", "AST105") == []


def test_a_build_argument_without_a_value_takes_it_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Dockerfile").write_text("ARG TAG\nFROM astrocrpublic.azurecr.io/runtime:${TAG}\n")
    monkeypatch.setenv("TAG", "3.1-slim")
    assert codes(tmp_path, "Dockerfile", "--build-arg", "TAG", "--select", "AST105") == ["AST105"]


def test_no_ignores_reports_what_comments_take_back(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(f"# astro-lint: ignore-file[AST103, AST403] ours\n{FLOATING}")
    assert codes(tmp_path, "Dockerfile") == []
    assert codes(tmp_path, "Dockerfile", "--no-ignores") == ["AST403", "AST103"]
    with inside(tmp_path):
        assert "No findings in 1 file, 2 suppressed" in run("Dockerfile", *FIXED).out


def test_formats_go_to_files_beside_standard_output(here: Path) -> None:
    with inside(here):
        outcome = run("slim", "--format", "concise", "--format", "json=report.json", *FIXED, "--color", "always")
        document = json.loads((here / "report.json").read_text())
    assert outcome.lines == [f"{found['path']}:{found['line']}:{found['column']}: {found['code']} {found['message']}"
                             for found in document["diagnostics"]]  # fmt: skip


def test_json_is_whole(here: Path) -> None:
    with inside(here):
        document = lint("slim/Dockerfile", "--select", "AST105")
    assert document == {
        "version": 2,
        "tool": {"name": "astro-lint", "version": __version__, "catalog": "2026-09-25"},
        "summary": {"files": 1, "error": 1, "warning": 0, "info": 0, "fixable": 1, "suppressed": 0},
        "diagnostics": [
            {
                "code": "AST105",
                "name": "slim-on-airflow-3",
                "severity": "error",
                "message": "Airflow 3 images have no `-slim` variant (all are slim): remove `-slim`",
                "path": "slim/Dockerfile",
                "line": 1,
                "column": 45,
                "end_line": 1,
                "end_column": 50,
                "related": [],
                "fix": {
                    "title": "remove `-slim`",
                    "safe": True,
                    "edits": [
                        {
                            "path": "slim/Dockerfile",
                            "line": 1,
                            "column": 45,
                            "end_line": 1,
                            "end_column": 50,
                            "text": "",
                        }
                    ],
                },
                "url": document["diagnostics"][0]["url"],
            }
        ],
        "failures": [],
    }
    assert document["diagnostics"][0]["url"].endswith("/docs/rules/AST105.md")


def test_github_commands_are_escaped_and_errors_come_first(tmp_path: Path) -> None:
    name = "a,b:100%\n::error::x.Dockerfile"
    (tmp_path / name).write_text("FROM astrocrpublic.azurecr.io/runtime:3.1-slim\n")
    with inside(tmp_path):
        outcome = run(name, "--format", "github", *FIXED)
    escaped = "a%2Cb%3A100%25%0A%3A%3Aerror%3A%3Ax.Dockerfile"
    assert [line.split(",line=")[0] for line in outcome.lines] == [
        f"::error file={escaped}",
        f"::warning file={escaped}",
        f"::notice file={escaped}",
    ]
    assert outcome.lines[0] == (
        f"::error file={escaped},line=1,endLine=1,col=42,endColumn=47,title=AST105 slim-on-airflow-3"
        "::Airflow 3 images have no `-slim` variant (all are slim): remove `-slim`"
    )


def test_color_is_for_terminals_and_for_those_who_ask(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    with inside(here):
        assert "\033[" not in run("slim", *FIXED).out
        assert "\033[" in run("slim", "--color", "always", *FIXED).out
        monkeypatch.setenv("FORCE_COLOR", "1")
        assert "\033[" in run("slim", *FIXED).out
        assert "\033[" not in run("slim", "--color", "never", *FIXED).out
        monkeypatch.setenv("NO_COLOR", "1")
        assert "\033[" not in run("slim", *FIXED).out


def test_what_would_drive_a_terminal_is_shown_as_a_picture(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(b"FROM astrocrpublic.azurecr.io/runtime:3.1-\x1b[31m\xff\n")
    with inside(tmp_path):
        outcome = run("Dockerfile", *FIXED)
    assert "\033" not in outcome.out
    assert "\u241b[31m\ufffd" in outcome.out


def test_statistics_quiet_and_verbose(here: Path) -> None:
    with inside(here):
        counted = run(".", "--statistics", *FIXED)
        quiet = run("slim", "--quiet", *FIXED)
        verbose = run("slim", "--verbose", *FIXED)
    assert "     1  AST105  slim-on-airflow-3" in counted.lines
    assert "Found" not in quiet.out
    assert "catalog of 2026-09-25" in verbose.err


def test_version_names_the_catalog() -> None:
    text = run("--version").out
    assert re.fullmatch(rf"astro-lint {re.escape(__version__)} \(catalog of \d{{4}}-\d\d-\d\d\)\n", text)


OPTIONS = """
    --fix --unsafe-fixes --diff --select --ignore --extend-select --severity --environment --fail-on
    --fail-on-lifecycle --no-project --format --build-arg --target --stdin-filename --exclude --no-gitignore --today
    --catalog --online --config --isolated --baseline --write-baseline --add-ignores --no-ignores --color --statistics
    --quiet --verbose --version
"""


def test_help_names_every_option() -> None:
    text = run("--help").out
    for option in OPTIONS.split():
        assert option in text


def test_a_python_file_that_does_not_parse_is_mentioned_once(here: Path) -> None:
    dags = here / "good" / "dags"
    dags.mkdir()
    (here / "good" / "packages.txt").touch()
    (here / "good" / "requirements.txt").touch()
    for name in ("a.py", "b.py"):
        (dags / name).write_text("import imp\nthis is (not python\n")
    with inside(here):
        outcome = run("good", *FIXED)
    assert outcome.code == 0
    assert outcome.err.startswith("astro-lint: could not read the imports of good/dags/a.py and 1 more: ")
    assert outcome.err.count("\n") == 1


def run_process(folder: Path, *argv: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    root = str(Path(__file__).parent.parent)
    return subprocess.run(
        [sys.executable, "-m", "dockerfile_astro_lint", *argv],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": root, **environment},
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("environment", [{}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
                                         {"PYTHONIOENCODING": "ascii"}, {"PYTHONHASHSEED": "7"}])  # fmt: skip
def test_the_same_bytes_come_out_in_any_locale(here: Path, environment: dict[str, str]) -> None:
    (here / "slim" / "Dockerfile").write_bytes(SLIM.encode() + b"# gr\xfc\xdfe\nFR\xd6M x\n")
    (here / "floating" / "Dockerfile").write_text("# Größe\n" + FLOATING + "FRÖM x\n", encoding="utf-8")
    plain = run_process(here, ".", *FIXED)
    other = run_process(here, ".", *FIXED, **environment)
    assert plain.returncode == 1
    assert (other.stdout, other.returncode) == (plain.stdout, plain.returncode)
    assert "FRÖM" in plain.stdout.decode("utf-8")


def test_a_reader_that_goes_away_is_no_error(here: Path) -> None:
    (here / "Dockerfile").write_text("".join(f"{FLOATING.strip()} AS s{number}\n" for number in range(3000)))
    root = str(Path(__file__).parent.parent)
    command = f"{sys.executable} -m dockerfile_astro_lint Dockerfile | head -n 1"
    done = subprocess.run(
        ["sh", "-c", command], cwd=here, env={**os.environ, "PYTHONPATH": root}, capture_output=True, check=False
    )
    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no sh")
@pytest.mark.parametrize(("words", "code"), [("slim >&-", 1), ("good 2>&-", 0), ("gone 2>&- >&-", 2), ("- <&-", 1)])
def test_a_stream_that_is_closed_is_no_error(here: Path, words: str, code: int) -> None:
    (here / "gone").symlink_to("nowhere")
    root = str(Path(__file__).parent.parent)
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m dockerfile_astro_lint {words}"],
        cwd=here,
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def test_a_python_file_without_its_project_is_not_judged(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM quay.io/astronomer/astro-runtime:13.11.0\n")
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "a.py").write_text("import imp\n")
    assert codes(tmp_path, "dags/a.py") == ["AST401"]
    assert codes(tmp_path, "--no-project", "dags/a.py") == []


def test_what_one_fix_makes_room_for_is_fixed_in_the_same_run(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM astrocrpublic.azurecr.io/runtime:3.1-21\n")
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "a.py").write_text("from airflow.providers.amazon.aws.hooks.s3 import S3Hook\n")
    assert codes(tmp_path, "Dockerfile") == ["AST504", "AST501"]
    assert codes(tmp_path, "--unsafe-fixes", "Dockerfile") == []
    assert (tmp_path / "requirements.txt").read_text() == "apache-airflow-providers-amazon\n"
