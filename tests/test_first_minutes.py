"""What a new user types first: help, mistyped words, looking things up."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dockerfile_astro_lint.cli import main
from dockerfile_astro_lint.cli.arguments import Arguments
from dockerfile_astro_lint.cli.help import GROUPS
from dockerfile_astro_lint.cli.options import OPTIONS, page
from dockerfile_astro_lint.reports import HOME
from dockerfile_astro_lint.rules.selection import all_rules
from tests.tool import FIXED, inside, run

GOOD = "FROM astrocrpublic.azurecr.io/runtime:3.3-8\n"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text(GOOD)
    return tmp_path


def test_the_help_page_has_commands_groups_exit_codes_and_a_link() -> None:
    text = run("help").out
    assert text == run("--help").out == run("help", "check").out == run("check", "--help").out
    for command in main.COMMANDS:
        assert re.search(rf"^  {command} +[A-Z]\w", text, re.M), command
    titles = re.findall(r"^(\S.*):$", text, re.M)
    assert titles[0].startswith("Commands")
    assert titles[-2:] == ["Exit codes", "Documentation"]
    assert set(GROUPS) <= set(titles)
    assert re.findall(r"^  ([012]) ", text.partition("Exit codes:")[2], re.M) == ["0", "1", "2"]
    assert HOME in text


def test_every_option_of_check_is_in_one_group() -> None:
    grouped = [option for options in GROUPS.values() for option in options]
    assert sorted(grouped) == sorted(OPTIONS)


def test_a_run_without_options_has_their_defaults() -> None:
    parsed = {name: value or None for name, value in vars(page().parse_args([])).items()}
    assert {name: getattr(Arguments([]), name) or None for name in parsed} == parsed


@pytest.mark.parametrize("command", main.COMMANDS)
def test_help_shows_the_page_of_a_command(command: str) -> None:
    page = run("help", command)
    assert (page.code, page.err) == (0, "")
    assert page.out == run(command, "--help").out
    assert page.out.count("usage: astro-lint") == 1


@pytest.mark.parametrize("columns", [40, 60, 80, 100])
def test_help_breaks_lines_between_words_only(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    words = set(run("help").out.split())
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = run("help").lines
    assert all(len(line) <= columns or len(line.split()) == 1 or line.startswith("  --") for line in lines)
    assert {word for line in lines for word in line.split()} <= words


@pytest.mark.parametrize(
    ("argv", "meant"),
    [
        (["explian", "AST105"], "explain"),
        (["chekc"], "check"),
        (["inventry"], "inventory"),
        (["ruels"], "rules"),
        (["hlep"], "help"),
        (["help", "explian"], "explain"),
        (["--slect", "AST105"], "--select"),
        (["--fxi"], "--fix"),
        (["-fix"], "--fix"),
        (["--exlude=x"], "--exclude"),
        (["rules", "--fromat", "json"], "--format"),
        (["inventory", "--fail-witin", "3"], "--fail-within"),
        (["catalog", "shwo"], "show"),
        (["completion", "zhs"], "zsh"),
        (["--color", "alwyas"], "always"),
        (["--fail-on", "eror"], "error"),
        (["--environment", "prod"], "production"),
        (["--format", "jsno"], "json"),
        (["--select", "AST1O5"], "AST105"),
        (["--select", "ASTl05"], "AST105"),
        (["--ignore", "AST130"], "AST103"),
        (["--severity", "AST1O5=error"], "AST105"),
        (["--fixable", "AST6O3"], "AST603"),
        (["--unfixable", "floatign-tag"], "floating-tag"),
        (["explain", "AST1O5"], "AST105"),
        (["explain", "imp-remvoed"], "imp-removed"),
        (["rules", "AST4O1"], "AST401"),
    ],
    ids=" ".join,
)
def test_a_mistyped_word_gets_the_right_one(here: Path, argv: list[str], meant: str) -> None:
    with inside(here):
        outcome = run(*argv)
    assert (outcome.code, outcome.out) == (2, "")
    assert f"did you mean `{meant}`?" in outcome.err
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize("argv", [["--frobnicate"], ["--select", "AST999"], ["explain", "zebra"], ["help", "zebra"]])
def test_a_word_that_is_near_nothing_gets_no_suggestion(here: Path, argv: list[str]) -> None:
    with inside(here):
        outcome = run(*argv)
    assert outcome.code == 2
    assert "did you mean" not in outcome.err


def test_a_mistyped_option_does_not_show_its_value(here: Path) -> None:
    with inside(here):
        err = run("--buidl-arg=NPM_TOKEN=s3cr3tvalue99").err
    assert "did you mean `--build-arg`?" in err
    assert "s3cr3tvalue99" not in err


def test_a_first_word_that_exists_is_a_path(here: Path) -> None:
    for name in ("explian", "help", "version"):
        (here / name).write_text(GOOD)
        with inside(here):
            outcome = run(name, "--format", "json", *FIXED)
        assert (outcome.code, json.loads(outcome.out)["summary"]["files"]) == (0, 1)


def test_a_missing_file_is_not_taken_for_a_command(here: Path) -> None:
    with inside(here):
        outcome = run("dags", "Dockerfile", "--format", "concise", *FIXED)
    assert outcome.code == 2
    assert "Dockerfile:1:" in outcome.out
    assert "dags: no such file or folder" in outcome.err


def test_version_in_both_formats() -> None:
    assert run("version").out == run("--version").out
    facts = json.loads(run("version", "--format", "json").out)
    assert facts["name"] == "astro-lint"
    assert run("version").out == f"astro-lint {facts['version']} (catalog of {facts['catalog']})\n"


def test_catalog_shows_a_version_with_and_without_the_word_show() -> None:
    for version in ("3.1-12", "13.11.0", "3.1", "astrocrpublic.azurecr.io/runtime:3.1-12-base"):
        shown = run("catalog", version, "--isolated", "--today", "2026-10-01")
        assert shown.code == 0
        assert shown.out == run("catalog", "show", version, "--isolated", "--today", "2026-10-01").out
        assert shown.out == run("catalog", "--today", "2026-10-01", "--isolated", version).out


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        ("3.1.12", "Runtime 3.1 (Airflow 3.1) are written with a hyphen: did you mean `3.1-12`?"),
        ("3.3.8-base", "did you mean `3.3-8`?"),
        ("99", "unknown Runtime 99 (catalog of "),
        ("9.9", "unknown Runtime 9.9 (catalog of "),
        ("v3.1-12", "did you mean `3.1-12`?"),
    ],
)
def test_catalog_tells_what_is_wrong_with_a_version(version: str, sentence: str) -> None:
    for argv in (("catalog", version), ("catalog", "show", version)):
        outcome = run(*argv, "--isolated")
        assert (outcome.code, outcome.out) == (2, "")
        assert sentence in outcome.err


def test_a_build_of_the_old_runtime_3_is_shown() -> None:
    assert "Airflow              2.1.1" in run("catalog", "3.0.4", "--isolated").out


def test_explain_finds_rules_by_their_text() -> None:
    found = run("explain", "imp").lines
    assert [line.split()[0] for line in found[:2]] == ["AST401", "AST403"]
    assert "astro-lint explain AST401" in found[-1]
    assert run("explain", "kubernetes").lines[0] == "# unavailable-executor (AST629)"
    assert {line.split()[0] for line in run("explain", "HOME", "airflow").lines[:-2]} == {"AST618", "AST620"}


def test_explain_json_and_all() -> None:
    everything = json.loads(run("explain", "--all", "--format", "json").out)
    assert [rule["code"] for rule in everything] == [rule.code for rule in all_rules()]
    assert run("explain", "--format", "json", "AST105").out == run("explain", "AST105", "--format", "json").out
    (one,) = json.loads(run("explain", "AST105", "--format", "json").out)
    assert one in everything
    assert one["why"]
    assert one["url"].endswith("AST105.md")
    (example, *_) = one["examples"]
    assert "-slim" in example["reported"]["Dockerfile"]
    assert "-slim" not in example["use_instead"]["Dockerfile"]
    pages = re.findall(r"^# [\w-]+ \((AST\d{3})\)$", run("explain", "--all").out, re.M)
    assert pages == [rule.code for rule in all_rules()]
    assert run("explain").code == run("explain", "--all", "AST105").code == 2
    assert "no rule has it in its text: `astro-lint rules` lists all" in run("explain", "zebra").err


def test_rules_lists_some() -> None:
    codes = [rule.code for rule in all_rules() if rule.code.startswith("AST1")]
    assert [line.split()[0] for line in run("rules", "AST1").lines] == codes
    assert [rule["code"] for rule in json.loads(run("rules", "AST1", "--format", "json").out)] == codes
    markdown = run("rules", "--format", "markdown", "AST1", "AST701").out
    assert re.findall(r"^## (AST\d)", markdown, re.M) == ["AST1", "AST7"]
    assert [line.split()[0] for line in run("rules", "slim-on-airflow-3").lines] == ["AST105"]


def test_a_rule_that_asks_the_registry_is_marked() -> None:
    online = {rule.code for rule in all_rules() if rule.online}
    assert "AST112" in online
    assert {line.split()[0] for line in run("rules").lines if "(only with --online)" in line} == online
    assert {rule["code"] for rule in json.loads(run("rules", "--format", "json").out) if rule["online"]} == online
    for code in online:
        assert "with `--online`" in run("explain", code).out


@pytest.mark.parametrize(
    "line",
    [
        "FORM astrocrpublic.azurecr.io/runtime:3.3-8",
        "form quay.io/astronomer/astro-runtime",
        "FRMO --platform=linux/amd64 quay.io/astronomer/astro-runtime:13.11.0@sha256:abc AS base",
        "FROMM registry.example:5000/mirror/astro-runtime:13.11.0",
    ],
)
@pytest.mark.parametrize("argv", [["."], ["Dockerfile"], ["-"]], ids=" ".join)
def test_form_is_a_misspelt_from(tmp_path: Path, line: str, argv: list[str]) -> None:
    text = f"ARG X=1\n{line}\nRUN true\n"
    (tmp_path / "Dockerfile").write_text(text)
    with inside(tmp_path):
        outcome = run(*argv, "--format", "concise", *FIXED, stdin=text.encode())
    word = line.split()[0]
    meant = "from" if word.islower() else "FROM"
    assert outcome.code == 1
    assert outcome.lines[0].endswith(f":2:1: AST614 unknown instruction `{word}`: did you mean `{meant}`?")
    assert len(outcome.lines) == 1


@pytest.mark.parametrize(
    "text",
    [
        "FORM python:3.12  # not quay.io/astronomer/astro-runtime\n",
        "FORMAT quay.io/astronomer/astro-runtime:13.11.0\n",
        "# quay.io/astronomer/astro-runtime\nFORM\n",
        "FROM python:3.12\nRNU echo quay.io/astronomer/astro-runtime:13.11.0\n",
    ],
)
def test_a_search_is_silent_on_other_mistakes_of_foreign_files(tmp_path: Path, text: str) -> None:
    (tmp_path / "Dockerfile").write_text(text)
    with inside(tmp_path):
        assert run(".", "--format", "concise", *FIXED).lines == []
