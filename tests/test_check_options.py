"""Options of `check` that show, fix, write and decide the exit code; and what used to be accepted in silence."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from tests.tool import FIXED, inside, lint, run

FILES = {
    "Dockerfile": "ARG TAG=3.1-21-slim\nFROM quay.io/astronomer/astro-runtime:${TAG}\nUSER root\n",
    "dags/load.py": "import imp\n",
    "requirements.txt": "requests\n",
    "packages.txt": "",
}
SAFE = {"AST105", "AST201"}
OLD = "FROM quay.io/astronomer/astro-runtime:9.21.0\n"
AWAY = "--ignore", "AST403,AST110"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def codes(project: Path, *argv: str) -> set[str]:
    with inside(project):
        return {one["code"] for one in lint(*argv)["diagnostics"]}


def test_show_files_lists_what_is_checked_and_checks_nothing(project: Path) -> None:
    (project / "notes.md").write_text("# notes\n")
    (project / "old").mkdir()
    (project / "old" / "Dockerfile").write_text(OLD)
    with inside(project):
        shown = run("--show-files", *FIXED)
        assert (shown.code, shown.err) == (0, "")
        assert shown.lines == ["Dockerfile", "dags/load.py", "old/Dockerfile", "packages.txt", "requirements.txt"]
        assert run("--show-files", "--exclude", "old", "--no-project", *FIXED).lines == ["Dockerfile"]
        assert run("--show-files", "dags/load.py", *FIXED).lines == ["dags/load.py"]
        assert run("--show-files", "--fix", *FIXED).lines == shown.lines
    assert (project / "Dockerfile").read_text() == FILES["Dockerfile"]


def test_show_files_names_what_cannot_be_read(project: Path) -> None:
    with inside(project):
        shown = run("--show-files", "Dockerfile", "missing", *FIXED)
        assert (shown.code, "missing: no such file" in shown.err) == (2, True)
        assert "Dockerfile" in shown.lines
        (project / "empty").mkdir()
        assert run("--show-files", "empty") == (0, "", "")
        assert run("--show-files", "empty", "--require-files").code == 2


def test_show_settings(project: Path) -> None:
    (project / "astro-lint.toml").write_text('ignore = ["AST6"]\nunfixable = ["AST105"]\n')
    with inside(project):
        shown = run("--show-settings", "--target", "x", "--select", "AST1", *FIXED)
        assert shown.code == 0
        lines = [line.strip() for line in shown.lines]
        assert lines[0] == "Dockerfile"
        assert "config: astro-lint.toml" in lines
        assert {"target: x", "not fixed: AST105", "today: 2026-10-01", "fail on: warning"} <= set(lines)
        (rules,) = (line for line in lines if line.startswith("rules: "))
        assert set(rules.split()[1:]) >= {"AST103", "AST105"}
        assert "AST603" not in rules
        both = run("--show-files", "--show-settings", *FIXED).lines
        assert both[0] == "Dockerfile"
        assert "  config: astro-lint.toml" in both
    (project / "astro-lint.toml").write_text('ignroe = ["AST6"]\n')
    with inside(project):
        broken = run("--show-settings")
    assert (broken.code, "did you mean `ignore`?" in broken.err) == (2, True)


def test_show_settings_hides_secrets(project: Path) -> None:
    (project / "astro-lint.toml").write_text('[build-args]\nNPM_TOKEN = "s3cr3tvalue99"\n')
    with inside(project):
        shown = run("--show-settings", "--build-arg", "API_KEY=s3cr3tvalue98")
    assert "API_KEY, NPM_TOKEN" in shown.out
    assert "s3cr3tvalue9" not in shown.out + shown.err


def test_show_fixes_lists_what_each_file_got(project: Path) -> None:
    with inside(project):
        would = run("--diff", "--unsafe-fixes", "--show-fixes", "--select", "AST105,AST201,AST603", *FIXED)
        assert "astro-lint: Would fix 3 findings:" in would.err
        fixed = run("--unsafe-fixes", "--show-fixes", "--select", "AST105,AST201,AST603", *FIXED)
    assert fixed.lines[:5] == [
        "Fixed 3 findings:",
        "  Dockerfile",
        "    1 x AST105 slim-on-airflow-3",
        "    1 x AST201 wrong-registry-airflow-3",
        "    1 x AST603 final-user-root",
    ]
    assert fixed.lines[-1].startswith("Fixed 3 findings. No findings in 1 file")


def test_show_fixes_goes_to_standard_error_beside_a_format_for_programs(project: Path) -> None:
    with inside(project):
        outcome = run("--fix", "--show-fixes", "--format", "concise", *FIXED)
        assert "Fixed 2 findings:\n  Dockerfile\n" in outcome.err
        assert "Fixed" not in outcome.out


def test_fix_only_reports_nothing_that_is_left(project: Path) -> None:
    with inside(project):
        outcome = run("--fix-only", *FIXED)
    assert (outcome.code, outcome.lines) == (0, ["Fixed 2 findings, 2 files checked (catalog of 2026-09-25)."])
    assert (project / "Dockerfile").read_text().startswith("ARG TAG=3.1-21\nFROM astrocrpublic")
    assert "AST603" in codes(project)
    with inside(project):
        again = run("--fix-only", "--format", "json", *FIXED)
        assert (again.code, json.loads(again.out)["diagnostics"]) == (0, [])
        assert run("--fix-only", "missing", *FIXED).code == 2


def test_exit_codes(project: Path) -> None:
    with inside(project):
        assert run(*FIXED).code == 1
        assert run("--exit-zero", *FIXED).code == 0
        assert run("--exit-zero", "--diff", *FIXED).code == 0
        assert run("--exit-zero", "missing", *FIXED).code == 2
        fixed = run("--fix", "--exit-non-zero-on-fix", "--select", "AST105,AST201", *FIXED)
        assert (fixed.code, fixed.lines[-1].startswith("Fixed 2 findings. No findings")) == (1, True)
        assert run("--fix", "--exit-non-zero-on-fix", "--select", "AST105,AST201", *FIXED).code == 0
        assert run("--fix-only", "--unsafe-fixes", "--exit-non-zero-on-fix", *FIXED).code == 1
        (project / "Dockerfile").write_text(FILES["Dockerfile"])
        assert run("--fix", "--exit-non-zero-on-fix", "--exit-zero", *FIXED).code == 0


@pytest.mark.parametrize(
    ("argv", "config", "fixable"),
    [
        ([], "", SAFE | {"AST603"}),
        (["--fixable", "AST1"], "", {"AST105"}),
        (["--unfixable", "AST1"], "", {"AST201", "AST603"}),
        (["--fixable", "AST1,AST2", "--unfixable", "wrong-registry-airflow-3"], "", {"AST105"}),
        ([], 'fixable = ["AST1"]', {"AST105"}),
        ([], "fixable = []", set()),
        ([], 'unfixable = ["slim-on-airflow-3"]', {"AST201", "AST603"}),
        (["--fixable", "AST1"], 'unfixable = ["AST1"]', {"AST105"}),
        (["--unfixable", "AST2"], 'fixable = ["AST1", "AST2"]', {"AST105"}),
    ],
)
def test_fixable_and_unfixable(project: Path, argv: list[str], config: str, fixable: set[str]) -> None:
    (project / "astro-lint.toml").write_text(config)
    with inside(project):
        document = lint(*argv)
        found = {one["code"] for one in document["diagnostics"] if one["fix"]}
        assert found == fixable
        assert document["summary"]["fixable"] == len(fixable)
        assert {one["code"] for one in document["diagnostics"]} >= SAFE | {"AST603"}
        run("--unsafe-fixes", *argv, *FIXED)
    text = (project / "Dockerfile").read_text()
    assert ("-slim" not in text) == ("AST105" in fixable)
    assert ("quay.io" not in text) == ("AST201" in fixable)
    assert ("USER astro" in text) == ("AST603" in fixable)


def test_fixable_in_setup_cfg(project: Path) -> None:
    (project / "setup.cfg").write_text("[astro-lint]\nunfixable = AST1, AST2\n")
    with inside(project):
        assert {one["code"] for one in lint()["diagnostics"] if one["fix"]} == {"AST603"}


def test_output_file_has_what_would_go_to_standard_output(project: Path) -> None:
    with inside(project):
        for argv in ([], ["--format", "json"], ["--format", "concise"], ["--statistics"], ["--quiet"]):
            direct = run(*argv, *FIXED)
            written = run(*argv, "--output-file", "out", *FIXED)
            assert (written.code, written.out) == (direct.code, "")
            assert (project / "out").read_text() == direct.out
        assert run("-o", "out", "--format", "json=x.json", "--format", "concise", *FIXED).out == ""
        assert json.loads((project / "x.json").read_text())["version"] == 2
        assert (project / "out").read_text() == run("--format", "concise", *FIXED).out
        patch = run("--diff", *FIXED).out
        assert run("--diff", "-o", "fix.patch", *FIXED) == (1, "", "")
        assert (project / "fix.patch").read_text() == patch
        assert run("--show-files", "-o", "files", *FIXED).out == ""
        assert (project / "files").read_text() == run("--show-files", *FIXED).out


def test_output_file_is_written_at_once_and_not_through_links(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "precious").write_text("precious")
    (project / "link").symlink_to(outside / "precious")
    (project / "folder").symlink_to(outside)
    with inside(project):
        for name in ("link", "folder/new"):
            for argv in ([], ["--diff"], ["--show-files"]):
                outcome = run("-o", name, *argv, *FIXED)
                assert outcome.code == 2
                assert f"--output-file {name}: a link leads out of" in outcome.err
        assert run("-o", "missing/out", *FIXED).code == 2
        (project / "out").write_text("old")
        os.link(project / "out", project / "other")
        assert run("-o", "out", *FIXED).code == 1
    assert (project / "other").read_text() == "old"
    assert (project / "out").read_text() != "old"
    assert (outside / "precious").read_text() == "precious"
    assert [path.name for path in outside.iterdir()] == ["precious"]


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["--exclude", "["], "--exclude [: not a valid glob"),
        (["--exclude", "a,b[c"], "--exclude b[c: not a valid glob"),
        (["--stdin-filename", "Dockerfile"], "--stdin-filename: standard input is not read: give `-` as the path"),
        (["--output-file", ""], "--output-file: missing file name"),
        (["--output-file", "x", "--format", "json=y"], "--output-file: every --format has a file already"),
    ],
)
def test_what_would_do_nothing_is_refused(project: Path, argv: list[str], sentence: str) -> None:
    with inside(project):
        outcome = run(*argv, *FIXED)
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert sentence in outcome.err


def test_a_glob_with_a_class_is_a_glob(project: Path) -> None:
    with inside(project):
        assert run("--exclude", "[Dd]ockerfile,x[[]y,[]a],[!x]ags", "--show-files", *FIXED).lines == []


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        (
            '[mirrors]\n"https://r.example/astro" = "quay.io/astronomer"\n',
            "has a scheme, which an image reference never has",
        ),
        ('[mirrors]\n"r.example/astro" = "https://quay.io/astronomer"\n', "write `quay.io/astronomer`"),
        ('[mirrors]\n"r.example/a b" = "quay.io/astronomer"\n', "has spaces"),
        ('[mirrors]\n"" = "quay.io/astronomer"\n', "a registry or repository is empty"),
        ('exclude = ["["]\n', "`exclude`: '[' is not a valid glob"),
        ('[per-file-ignores]\n"a[" = ["AST105"]\n', "`per-file-ignores`: 'a[' is not a valid glob"),
        ('[environments]\ndevelopment = ["[x"]\n', "is not a valid glob"),
    ],
)
def test_a_configuration_that_would_do_nothing_is_refused(project: Path, config: str, sentence: str) -> None:
    (project / "astro-lint.toml").write_text(config)
    with inside(project):
        outcome = run(*FIXED)
    assert outcome.code == 2
    assert "astro-lint.toml: " in outcome.err
    assert sentence in outcome.err


def test_a_mirror_without_a_scheme_still_works(project: Path) -> None:
    (project / "astro-lint.toml").write_text('[mirrors]\n"r.example:5000/astro/" = "quay.io/astronomer"\n')
    (project / "Dockerfile").write_text("FROM r.example:5000/astro/astro-runtime:13.11.0-slim-slim\n")
    assert "AST102" in codes(project)


def test_a_build_argument_that_nothing_declares_is_named(project: Path) -> None:
    with inside(project):
        outcome = run("--build-arg", "TGA=3.3-8", "--build-arg", "TAG=3.3-8", *FIXED)
        assert "--build-arg TGA: no `ARG` of this name is in what was checked: did you mean `TAG`?" in outcome.err
        assert outcome.err.count("--build-arg") == 1
        for known in ("HTTP_PROXY=x", "BUILDKIT_INLINE_CACHE=1", "TAG=3.3-8"):
            assert "--build-arg" not in run("--build-arg", known, *FIXED).err
        (project / "Dockerfile.dev").write_text("FROM astrocrpublic.azurecr.io/runtime:3.3-8\nONBUILD ARG TGA\n")
        assert "--build-arg" not in run("--build-arg", "TGA=1", *FIXED).err
        (project / "Dockerfile.dev").write_text("# syntax=example.com/other:1\nFROM x\n")
        assert "--build-arg" not in run("--build-arg", "NOPE=1", *FIXED).err
        assert "--build-arg NOPE" in run("--build-arg", "NOPE=1", "-", stdin=b"FROM x\n").err


@pytest.mark.parametrize("argv", [[""], ["", "Dockerfile"], ["inventory", ""]])
def test_an_empty_path_is_named(project: Path, argv: list[str]) -> None:
    with inside(project):
        outcome = run(*argv)
    assert outcome.code == 2
    assert "a path is empty: name a file or a folder" in outcome.err
    assert ("AST105" in outcome.out) == ("Dockerfile" in argv)


def numbers(text: str) -> dict[str, int]:
    """The counts of a summary."""
    found = {word: int(number) for number, word in re.findall(r"(\d+) (error|warning|info|suppressed|file)", text)}
    found["fixable"] = sum(map(int, re.findall(r"(\d+) (?:fixable|more) with", text)))
    found["baselined"] = sum(map(int, re.findall(r"(\d+) in the baseline", text)))
    return found


@pytest.mark.parametrize(
    "argv", [[], ["--select", "AST105"], ["dags"], ["--baseline", "old.json"], ["--ignore", "AST"]]
)
def test_counts_are_the_same_in_text_and_json(project: Path, argv: list[str]) -> None:
    (project / "other").mkdir()
    (project / "other" / "Dockerfile").write_text(
        "# astro-lint: ignore[AST103] why\nFROM astrocrpublic.azurecr.io/runtime:3.1\n"
    )
    with inside(project):
        run("Dockerfile", "--select", "AST105,AST201", "--write-baseline", "old.json", *FIXED)
        counted = numbers(run(*argv, *FIXED).lines[-1])
        summary = lint(*argv)["summary"]
    assert counted["file"] == summary.pop("files")
    assert summary.get("baselined", 0) == counted["baselined"] == (2 if "--baseline" in argv else 0)
    for name, number in summary.items():
        assert counted.get(name, 0) == number, name


def test_what_a_baseline_hides_is_counted(project: Path) -> None:
    with inside(project):
        total = len(lint()["diagnostics"])
        wrote = run("--write-baseline", "b.json", *FIXED)
        assert wrote.lines[-1].startswith(f"No new findings in 2 files, {total} in the baseline")
        assert run("--baseline", "b.json", *FIXED).lines[-1] == wrote.lines[-1]
        assert lint("--baseline", "b.json")["summary"]["baselined"] == total
        assert f"{total} in the baseline" in run("--baseline", "b.json", "--format", "concise", *FIXED).err
    (project / "empty.json").write_text('{"version": 1, "findings": []}')
    with inside(project):
        assert "baseline" not in run("--baseline", "empty.json", *FIXED).lines[-1]


def test_the_text_says_why_end_of_maintenance_leaves_the_exit_at_0(project: Path) -> None:
    (project / "Dockerfile").write_text(OLD)
    sentence = "AST301 does not affect the exit code without --fail-on-lifecycle."
    only = "--select", "AST301"
    with inside(project):
        outcome = run(*only, *FIXED)
        assert (outcome.code, outcome.lines[-2]) == (0, sentence)
        for argv in (["--fail-on-lifecycle"], ["--fail-on", "never"], ["--quiet"]):
            assert sentence not in run(*only, *argv, *FIXED).out
        (project / "Dockerfile").write_text(f"{OLD}USER root\n")
        assert sentence not in run("--select", "AST301,AST603", *FIXED).out
