"""Switching it on in an old project: baselines, added ignore comments, and what .gitignore keeps out."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tool import FIXED, inside, lint, run

SLIM = "FROM astrocrpublic.azurecr.io/runtime:3.1-21-slim\n"
MESS = "ARG TAG=3.1\nFROM quay.io/astronomer/astro-runtime:${TAG}-slim AS base\n\nFROM base\n"


def found(folder: Path, *argv: str) -> list[tuple[str, int, str]]:
    with inside(folder):
        diagnostics = lint(*argv)["diagnostics"]
    return [(one["path"], one["line"], one["code"]) for one in diagnostics if one["code"] != "AST403"]


def test_a_baseline_survives_moved_lines_and_names_what_has_gone(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_text(MESS)
    with inside(tmp_path):
        written = run(".", "--write-baseline", "baseline.json", *FIXED)
    assert written.code == 0
    assert "4 findings written to the baseline" in written.err
    file.write_text("# a\n# b\n" + MESS)
    assert found(tmp_path, ".", "--baseline", "baseline.json") == []
    file.write_text("# a\n" + MESS.replace("-slim", "-ubi8"))
    with inside(tmp_path):
        outcome = run(".", "--baseline", "baseline.json", "--format", "concise", *FIXED)
    assert [line.split()[1] for line in outcome.lines] == ["AST101"]
    assert "Dockerfile: AST105 of the baseline is gone: Airflow 3 images have no `-slim` variant" in outcome.err
    assert outcome.code == 1


def test_a_baseline_counts_and_goes_by_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "Dockerfile").write_text(SLIM)
    with inside(tmp_path):
        run("a", "--write-baseline", "a/baseline.json", *FIXED)
    (tmp_path / "a" / "Dockerfile").write_text(SLIM.replace("\n", " AS x\n") + SLIM)
    assert [line for _, line, _ in found(tmp_path, "a", "--baseline", "a/baseline.json")] == [2]
    assert [line for _, line, _ in found(tmp_path / "a", ".", "--baseline", "baseline.json")] == [2]


def test_a_baseline_keeps_no_text_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM quay.io/astronomer/astro-runtime:hunter2\n")
    with inside(tmp_path):
        run(".", "--write-baseline", "baseline.json", "--select", "AST101", *FIXED)
    (item,) = json.loads((tmp_path / "baseline.json").read_text())["findings"]
    assert set(item) == {"path", "code", "digest", "count", "message"}
    assert "hunter2" not in item["digest"]


def test_what_is_in_the_baseline_is_not_fixed(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_text(SLIM)
    with inside(tmp_path):
        run(".", "--write-baseline", "baseline.json", *FIXED)
        run(".", "--fix", "--baseline", "baseline.json", *FIXED)
        assert file.read_text() == SLIM
        run(".", "--fix", *FIXED)
    assert "-slim" not in file.read_text()


def test_standard_input_has_its_baseline_too(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(SLIM)
    argv = ("--stdin-filename", "Dockerfile", "--baseline", "baseline.json", *FIXED, "-")
    with inside(tmp_path):
        run(".", "--write-baseline", "baseline.json", *FIXED)
        known = run(*argv, stdin=SLIM.encode())
        fixed = run("--fix", *argv, stdin=SLIM.encode())
        new = run("--format", "concise", *argv, stdin=f"{SLIM}VOLUME []\n".encode())
    assert (known.code, fixed.code, fixed.out) == (0, 0, SLIM)
    assert new.out.startswith("Dockerfile:2:8: AST001")


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"version": 2}', '{"version": 1, "findings": [1]}', "\udcff",
     '{"version": 1, "findings": [{"path": "a", "code": "AST105", "digest": "x", "message": "", "count": 0}]}'],
)  # fmt: skip
def test_what_is_no_baseline_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(SLIM)
    (tmp_path / "baseline.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with inside(tmp_path):
        outcome = run(".", "--baseline", "baseline.json", *FIXED)
        missing = run(".", "--baseline", "missing.json", *FIXED)
    assert outcome.code == missing.code == 2
    assert outcome.err.startswith("astro-lint: --baseline baseline.json: ")
    assert missing.err == "astro-lint: --baseline missing.json: No such file or directory\n"


@pytest.mark.parametrize("head", ["", "# syntax=docker/dockerfile:1\n# escape=\\\n", "\ufeff# escape=\\\n"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_added_ignores_silence_all_and_change_nothing_else(head: str, ending: str, tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    text = (head + MESS + "  RUN true \\\n    && false\nNONSENSE x\n").replace("\n", ending)
    file.write_bytes(text.encode())
    (tmp_path / "dags").mkdir()
    (tmp_path / "packages.txt").touch()
    (tmp_path / "requirements.txt").touch()
    (tmp_path / "dags" / "a.py").write_bytes(f"x = 1{ending}import imp{ending}".encode())
    with inside(tmp_path):
        outcome = run(".", "--add-ignores", "until  the\nupgrade", *FIXED)
    assert outcome.code == 0, outcome
    assert found(tmp_path, ".") == []
    new = file.read_bytes().decode()
    added = [line for line in new.split(ending) if "astro-lint" in line]
    assert [line for line in new.split(ending) if line not in added] == text.split(ending)
    assert new.startswith(head.replace("\n", ending))
    assert "# astro-lint: ignore[AST105, AST201] until the upgrade" in added
    assert (tmp_path / "dags" / "a.py").read_bytes().decode() == (
        f"x = 1{ending}import imp  # astro-lint: ignore[AST401] until the upgrade{ending}"
    )
    with inside(tmp_path):
        assert run(".", "--no-ignores", *FIXED).code == 1


def test_what_stands_in_no_instruction_is_ignored_for_the_file(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_text("# ours\n# syntax=docker/dockerfile:1\nFROM astrocrpublic.azurecr.io/runtime:3.3-8\n")
    with inside(tmp_path):
        assert run(".", "--add-ignores", "known", *FIXED).code == 0
    lines = file.read_text().splitlines()
    assert lines[0] == "# astro-lint: ignore-file[AST004] known"
    assert lines[1] == "# ours"
    file.write_text("# escape=`\n# escape=`\nFROM astrocrpublic.azurecr.io/runtime:3.3-8\n")
    with inside(tmp_path):
        assert run(".", "--add-ignores", "known", *FIXED).code == 0
    assert file.read_text().splitlines()[:3] == ["# escape=`"] * 2 + ["# astro-lint: ignore-file[AST001] known"]


def test_what_is_in_the_baseline_gets_no_ignore_comment(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(MESS)
    with inside(tmp_path):
        run("Dockerfile", "--write-baseline", "b.json", *FIXED)
        outcome = run("Dockerfile", "--baseline", "b.json", "--add-ignores", "known", *FIXED)
    assert (outcome.code, (tmp_path / "Dockerfile").read_text()) == (0, MESS)
    outcome = run("-", "--add-ignores", "known", *FIXED, stdin=MESS.encode())
    assert (outcome.code, outcome.err) == (2, "astro-lint: --add-ignores: standard input is not a file to write to\n")


def test_a_reason_is_needed(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(SLIM)
    with inside(tmp_path):
        outcome = run(".", "--add-ignores", " ", *FIXED)
    assert outcome.code == 2
    assert (tmp_path / "Dockerfile").read_text() == SLIM


def test_reasons_can_be_required(tmp_path: Path) -> None:
    (tmp_path / "astro-lint.toml").write_text("require-ignore-reason = true\n")
    (tmp_path / "Dockerfile").write_text(f"# astro-lint: ignore[AST105]\n{SLIM}")
    assert found(tmp_path, ".") == [("Dockerfile", 1, "AST003")]
    (tmp_path / "Dockerfile").write_text(f"# astro-lint: ignore[AST105] because\n{SLIM}")
    assert found(tmp_path, ".") == []


GIT = shutil.which("git")
TREE = [
    "Dockerfile", "build/Dockerfile", "keep/build/Dockerfile", "a/Dockerfile.tmp", "a/Dockerfile.keep.tmp",
    "a/b/Dockerfile", "a/c/Dockerfile", "sub/deep/Dockerfile", "sub/Dockerfile.x", "x y/Dockerfile",
    "excluded/Dockerfile",
]  # fmt: skip
IGNORES = {
    ".gitignore": "/build/\n*.tmp\n!*.keep.tmp\nsub/deep\nx\\ y/\n# a comment\n",
    "a/.gitignore": "b/\n!c\n",
    "sub/.gitignore": "*\n!.gitignore\n",
    ".git/info/exclude": "excluded\n",
}


@pytest.mark.skipif(GIT is None, reason="needs git")
def test_a_search_leaves_out_what_git_ignores(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    for name in TREE:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(SLIM)
    for name, text in IGNORES.items():
        (tmp_path / name).write_text(text)
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    expected = {name for name in listed if "Dockerfile" in name}
    assert expected != set(TREE)
    assert {path for path, *_ in found(tmp_path, ".", "--select", "AST105")} == expected
    assert {path for path, *_ in found(tmp_path, ".", "--select", "AST105", "--no-gitignore")} == set(TREE)
    # What is named by hand, a file or a folder, is looked into all the same.
    assert len(found(tmp_path, "build/Dockerfile", "--select", "AST105")) == 1
    assert len(found(tmp_path, "build", "--select", "AST105")) == 1
    assert {path for path, *_ in found(tmp_path / "a", ".", "--select", "AST105")} == {
        path.removeprefix("a/") for path in expected if path.startswith("a/")
    }


def test_outside_a_repository_the_ignore_files_of_the_folder_hold(tmp_path: Path) -> None:
    for name in ("Dockerfile", "build/Dockerfile", "a/Dockerfile.tmp"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(SLIM)
    (tmp_path / ".gitignore").write_text("build/\n")
    (tmp_path / "a" / ".gitignore").write_text("*.tmp\n")
    assert {path for path, *_ in found(tmp_path, ".", "--select", "AST105")} == {"Dockerfile"}
    assert len(found(tmp_path, ".", "--select", "AST105", "--no-gitignore")) == 3


def test_a_file_named_twice_is_linted_once(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(SLIM)
    with inside(tmp_path):
        document = lint("Dockerfile", "./Dockerfile", ".", str(tmp_path / "Dockerfile"), "--select", "AST105")
    assert (len(document["diagnostics"]), document["summary"]["files"]) == (1, 1)
