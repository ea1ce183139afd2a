"""The plugin in real flake8: Python files, Dockerfiles, standard input, options, and what must never look clean."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.tool import FIXTURES, write

pytest.importorskip("flake8")

IMAGE = "FROM astrocrpublic.azurecr.io/runtime:3.1-21\n"
SLIM = "FROM astrocrpublic.azurecr.io/runtime:3.1-21-slim\n"
DAG = "import imp\nfrom airflow.providers.amazon.aws.hooks.s3 import S3Hook\n"
FILES = {"Dockerfile": IMAGE, "requirements.txt": "", "packages.txt": "", "dags/x.py": DAG, "dags/y.py": "X = 1\n"}
BOTH = [
    "dags/x.py:1:8: AST401",
    "dags/x.py:2:6: AST501",
]


def flake8(folder: Path, *argv: str, stdin: str = "") -> tuple[int, list[str], str]:
    """Exit code, `path:line:column: CODE` of each line, and standard error."""
    environment = {**os.environ, "PYTHONPATH": str(FIXTURES.parent.parent)}
    done = subprocess.run(
        [sys.executable, "-m", "flake8", "--astro-today", "2026-10-01", *argv],
        cwd=folder, input=stdin, capture_output=True, text=True, env=environment,
    )  # fmt: skip
    return (
        done.returncode,
        [" ".join(line.split()[:2]).removeprefix("./") for line in done.stdout.splitlines()],
        done.stderr,
    )


def astro(folder: Path, *argv: str, stdin: str = "") -> list[str]:
    return flake8(folder, "--select", "AST", *argv, stdin=stdin)[1]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path, FILES)
    return tmp_path


@pytest.mark.parametrize("jobs", ["-j1", "-j4"])
def test_python_files_are_judged_against_their_project(project: Path, jobs: str) -> None:
    assert astro(project, jobs, ".") == BOTH


def test_the_plugin_is_on_without_a_word(project: Path) -> None:
    code, lines, _ = flake8(project, "dags")
    assert code == 1
    assert [line for line in lines if "AST" in line] == BOTH


@pytest.mark.parametrize(
    ("argv", "left"),
    [
        (["--select", "AST4"], BOTH[:1]),
        (["--extend-ignore", "AST401"], BOTH[1:]),
        (["--select", "AST", "--astro-python", "3.11"], BOTH[1:]),
        (["--select", "AST", "--per-file-ignores", "dags/*:AST"], []),
    ],
    ids=["select", "extend-ignore", "astro-python", "per-file-ignores"],
)
def test_options(project: Path, argv: Sequence[str], left: list[str]) -> None:
    assert [line for line in flake8(project, *argv, "dags")[1] if "AST" in line] == left


def test_noqa(project: Path) -> None:
    (project / "dags/x.py").write_text(DAG.replace("imp\n", "imp  # noqa: AST401\n"))
    assert astro(project, "dags") == BOTH[1:]
    (project / "dags/x.py").write_text(DAG.replace("imp\n", "imp  # astro-lint: ignore[AST401]\n"))
    assert astro(project, "dags") == BOTH[1:]


def test_a_v2_project(tmp_path: Path) -> None:
    manifest = '[project]\ndependencies = ["apache-airflow==3.1.*"]\n[tool.astro]\nruntime = "3.1-21"\n'
    write(tmp_path, {"pyproject.toml": manifest, "dags/x.py": DAG})
    assert astro(tmp_path, "dags") == BOTH
    assert astro(tmp_path, "--astro-python", "3.11", "dags") == BOTH[1:]


def test_standard_input_is_judged_and_not_the_file(project: Path) -> None:
    argv = ("--stdin-display-name", "dags/new.py", "-")
    assert astro(project, *argv, stdin="\n\nimport imp\n") == ["dags/new.py:3:8: AST401"]
    assert astro(project, *argv, stdin="X = 1\n") == []


def test_options_in_setup_cfg(project: Path) -> None:
    (project / "other").mkdir()
    (project / "other/Dockerfile").write_text("FROM quay.io/astronomer/astro-runtime:11.3.0\n")
    (project / "other/requirements.txt").touch()
    (project / "setup.cfg").write_text(
        "[flake8]\nselect = AST\nfilename = *.py, *Dockerfile*\nastro-dockerfile = other/Dockerfile\nexclude = other\n"
    )
    # Its Python is 3.11, and its image has the provider of Amazon; the Dockerfile is linted as it stands.
    assert flake8(project, ".")[1] == []
    (project / "Dockerfile").write_text(SLIM)
    assert flake8(project, ".")[1] == ["Dockerfile:1:45: AST105"]


def test_dockerfiles_get_all_rules(project: Path) -> None:
    (project / "Dockerfile").write_text(f"{SLIM}USER root\n")
    wanted = ["Dockerfile:1:45: AST105", "Dockerfile:2:6: AST603"]
    assert astro(project, "Dockerfile") == wanted
    assert astro(project, "--filename", "*Dockerfile*", ".") == wanted
    assert astro(project, "--stdin-display-name", "Dockerfile", "-", stdin=SLIM) == wanted[:1]
    (project / "Dockerfile").write_text(f"# astro-lint: ignore[AST105] soon\n{SLIM}")
    assert astro(project, "Dockerfile") == []


def test_what_stands_in_files_that_flake8_does_not_read_is_told_at_the_image(project: Path) -> None:
    (project / "requirements.txt").write_text("pandas\napache-airflow\n")
    assert astro(project, "Dockerfile") == ["Dockerfile:1:6: AST502"]
    assert astro(project, "--extend-ignore", "AST502", "Dockerfile") == []
    out = flake8(project, "--select", "AST", "--format", "%(text)s", "Dockerfile")[1]
    assert out == ["requirements.txt:2:1: the"]


@pytest.mark.parametrize(
    "argv", [["--select", "E"], ["--no-astro-dockerfiles"], ["--select", "E", "--no-astro-dockerfiles"]]
)
def test_a_dockerfile_that_is_not_looked_into_never_looks_clean(project: Path, argv: list[str]) -> None:
    code, lines, _ = flake8(project, *argv, "Dockerfile")
    assert (code, [line.split()[-1] for line in lines]) == (1, ["E999"])


def test_nor_where_flake8_would_not_show_its_own_complaint(project: Path) -> None:
    assert astro(project, "--no-astro-dockerfiles", "Dockerfile") == ["Dockerfile:1:1: AST001"]
    for jobs in ("-j1", "-j4"):
        code, lines, err = flake8(project, "--select", "W", jobs, "Dockerfile", "dags")
        assert (code, lines) == (1, [])
        assert err == "astro-lint: Dockerfile was not checked: select AST001 to see why\n"
    (project / "Dockerfile").write_text("# as Python this is nothing but a comment\n")
    code, lines, err = flake8(project, "--no-astro-dockerfiles", "Dockerfile")
    assert (code, lines) == (1, ["Dockerfile:1:1: AST001"])


@pytest.mark.parametrize(
    ("argv", "left"),
    [
        (["--select", "AST6"], ["Dockerfile:2:6: AST603"]),
        (["--extend-ignore", "AST101"], ["Dockerfile:1:45: AST105", "Dockerfile:2:6: AST603"]),
        (["--ignore", "AST1"], ["Dockerfile:2:6: AST603"]),
    ],
    ids=["select", "extend-ignore", "ignore"],
)
def test_a_part_of_the_rules_looks_into_dockerfiles(project: Path, argv: list[str], left: list[str]) -> None:
    (project / "Dockerfile").write_text(f"{SLIM}USER root\n")
    assert flake8(project, *argv, "Dockerfile")[1] == left


def test_what_is_not_in_the_image_gets_nothing(project: Path) -> None:
    write(project, {".venv/lib/a.py": DAG, "env/pyvenv.cfg": "", "env/a.py": DAG, "node_modules/x/a.py": DAG})
    write(project, {"tools/a.py": DAG, ".dockerignore": "tools\n"})
    assert astro(project, ".") == BOTH


def test_workers_that_start_anew(project: Path) -> None:
    (project / "Dockerfile").write_text(SLIM)
    code = "import multiprocessing as m; m.set_start_method('spawn'); from flake8.main.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "-j2", "--select", "AST", "Dockerfile", "dags"],
        cwd=project, capture_output=True, text=True,
    )  # fmt: skip
    assert [" ".join(line.split()[:2]) for line in done.stdout.splitlines()] == ["Dockerfile:1:45: AST105", *BOTH]


def test_what_cannot_be_linted_is_told(project: Path) -> None:
    (project / "Dockerfile").write_bytes(b"FROM x\0")
    assert astro(project, "Dockerfile") == ["Dockerfile:1:1: AST001"]
    (project / "Dockerfile").write_text(SLIM)
    (project / "astro-lint.toml").write_text("sellect = []\n")
    assert astro(project, "Dockerfile") == ["Dockerfile:1:1: AST001"]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--astro-python", "3"], "--astro-python 3: write it as 3.12"),
        (["--astro-today", "soon"], "`soon` is not a valid date"),
        (["--astro-environment", "x"], "invalid choice"),
        (["--astro-dockerfile", "no/Dockerfile"], "no such file"),
    ],
)
def test_bad_options_are_a_sentence(project: Path, argv: list[str], said: str) -> None:
    code, _, err = flake8(project, *argv, "dags")
    assert code != 0
    assert said in err
    assert "Traceback" not in err


def test_two_dockerfiles_of_a_project_give_one_finding(project: Path) -> None:
    (project / "Dockerfile.dev").write_text(IMAGE)
    assert astro(project, "dags") == BOTH


def test_a_file_outside_any_project_gets_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "import imp\n", ".git/HEAD": ""})
    assert astro(tmp_path, ".") == []


def test_another_encoding(project: Path) -> None:
    (project / "dags/x.py").write_bytes("# coding: latin-1\nX = 'é'; import imp\n".encode("latin-1"))
    assert astro(project, "dags") == ["dags/x.py:2:17: AST401"]


@pytest.mark.parametrize("options", [[], ["--show-source"], ["--output-file", "found"], ["--format", "pylint"]])
def test_bytes_that_are_no_utf_8_are_shown_as_what_they_are_not(tmp_path: Path, options: Sequence[str]) -> None:
    """In the message, in the line that flake8 shows, and in a Python file."""
    (tmp_path / "Dockerfile").write_bytes(
        b"FROM quay.io/astronomer/astro-runtime:13.11.0\nWORKDIR /opt/\xffb\n# \xff\n"
    )
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "x.py").write_bytes(b"# coding: latin-1\nimport imp  # \xff\n")
    command = [sys.executable, "-m", "flake8", "--isolated", "--select", "AST", "--filename", "*", *options]
    done = subprocess.run([*command, "Dockerfile", "dags"], cwd=tmp_path, capture_output=True)
    assert (done.returncode, done.stderr) == (1, b"")
    if "--output-file" in options:
        assert "AST618" in (tmp_path / "found").read_text("utf-8")
    else:
        assert b"AST618" in done.stdout
        assert b"AST401" in done.stdout
        assert "/opt/\ufffdb".encode() in done.stdout
