"""Every recipe of docs/pre-commit.md, run by pre-commit itself, with the hooks of this checkout."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.test_precommit import ROOT, _commit, _environment, _reported, copy_checkout, hook, skip_without_registry

PAGE = (ROOT / "docs" / "pre-commit.md").read_text(encoding="utf-8")
RECIPES: dict[str, str] = {
    section.partition("\n")[0]: block
    for section in re.split(r"^## ", PAGE, flags=re.MULTILINE)
    for block in re.findall(r"^```yaml\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    if "repos:" in block
}
OURS = "https://github.com/astro-lint/dockerfile-astro-lint"
FILES = {
    # The registry and the tag have safe fixes, the password has none.
    "Dockerfile": "FROM quay.io/astronomer/astro-runtime:3.1-12-slim\nENV SNOWFLAKE_PASSWORD=hunter2\n",
    ".dockerignore": ".git\n",
    "requirements.txt": "pandas\n",
    "packages.txt": "\n",
    "dags/old.py": "import imp\n",
    "services/Dockerfile": "FROM astrocrpublic.azurecr.io/runtime:3.1-12-slim\n",
    "airflow/dags/x.py": "import os\n",
    "tool/pyproject.toml": '[project]\nname = "tool"\n',
}
FIX, CHECK, PYTHON = (hook(name)["name"] for name in ("astro-lint-fix", "astro-lint", "astro-lint-python"))


class Done(NamedTuple):
    """How pre-commit ended, and what its hooks printed."""

    code: int
    out: str

    @property
    def ended(self) -> dict[str, str]:
        found = re.findall(r"^(astro-lint.*?)\.+(?:\(no files to check\))?(\w+)$", self.out, re.MULTILINE)
        return dict(found)


class Project(NamedTuple):
    folder: Path
    environment: dict[str, str]

    def git(self, *words: str) -> None:
        subprocess.run(["git", *words], cwd=self.folder, env=self.environment, check=True, capture_output=True)

    def text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def run(self, *words: str) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "pre_commit", "run", *words],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        if done.returncode:
            skip_without_registry(done.stdout)
        return Done(done.returncode, done.stdout)


class Hooks(NamedTuple):
    """A repository with the hooks of this checkout, and where pre-commit keeps what it installs."""

    path: Path
    revision: str
    environment: dict[str, str]

    def project(self, folder: Path, recipe: dict[str, Any], **files: str) -> Project:
        for repository in recipe["repos"]:
            if repository["repo"] == OURS:
                assert repository["rev"].startswith("v")
                repository |= {"repo": str(self.path), "rev": self.revision}
        texts = {**FILES, ".pre-commit-config.yaml": yaml.safe_dump(recipe), **files}
        for name, text in texts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        _commit(folder, self.environment)
        return Project(folder, self.environment)


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Hooks:
    if importlib.util.find_spec("pre_commit") is None:
        pytest.skip("there is no pre-commit")
    folder = tmp_path_factory.mktemp("hooks")
    programs = folder / "bin"
    programs.mkdir()
    # For the hook that runs the version of the project.
    (programs / "astro-lint").write_text(
        f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m dockerfile_astro_lint "$@"\n'
    )
    (programs / "astro-lint").chmod(0o755)
    environment = _environment(folder)
    environment["PATH"] = f"{programs}{os.pathsep}{environment['PATH']}"
    copy_checkout(folder / "copy")
    _commit(folder / "copy", environment)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder / "copy", capture_output=True, text=True, check=True)
    return Hooks(folder / "copy", head.stdout.strip(), environment)


def recipe(title: str) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(RECIPES[title])
    return document


def test_every_recipe_is_run_here() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert len(RECIPES) == 6
    for title in RECIPES:
        assert f'recipe("{title}")' in text, title


@pytest.mark.slow
def test_fix_and_check_print_each_finding_once(hooks: Hooks, tmp_path: Path) -> None:
    project = hooks.project(tmp_path / "p", recipe("Fix and check"))
    first = project.run("--all-files")
    assert first.code == 1
    assert first.ended == {FIX: "Failed", CHECK: "Failed", PYTHON: "Failed"}, first.out
    assert "files were modified by this hook" in first.out
    assert project.text("Dockerfile").startswith("FROM astrocrpublic.azurecr.io/runtime:3.1-12\n")
    assert project.text("services/Dockerfile") == "FROM astrocrpublic.azurecr.io/runtime:3.1-12\n"
    # What was fixed is listed by the hook that fixed it, and what is left by the other, each once.
    assert first.out.count("error[AST610]") == 1
    assert "error[AST105]" not in first.out
    assert "AST105" in first.out.partition(CHECK + ".")[0]

    project.git("commit", "-qam", "fixed", "--no-verify")
    second = project.run("--all-files")
    assert second.ended == {FIX: "Passed", CHECK: "Failed", PYTHON: "Failed"}, second.out
    assert second.out.count("error[AST610]") == 1

    (project.folder / "Dockerfile").write_text("FROM astrocrpublic.azurecr.io/runtime:3.1-12\n")
    (project.folder / "dags" / "old.py").write_text("import importlib\n")
    third = project.run("--all-files")
    assert (third.code, third.ended) == (0, {FIX: "Passed", CHECK: "Passed", PYTHON: "Passed"}), third.out


@pytest.mark.slow
def test_a_changed_file_stands_for_its_project(hooks: Hooks, tmp_path: Path) -> None:
    right = {
        "Dockerfile": "FROM astrocrpublic.azurecr.io/runtime:3.1-12-base\nCOPY include include\n",
        "include/a": "\n",
    }
    right |= {"dags/old.py": "import os\n", "services/Dockerfile": "FROM python:3.12\n"}
    project = hooks.project(tmp_path / "p", recipe("Check without changing files"), **right)
    assert project.run("--all-files").code == 0
    for name, text in {
        ".dockerignore": "include\n",
        "airflow_settings.yaml": "airflow:\n",
        "pyproject.toml": '[tool.astro]\ndockerfile = "Dockerfile"\n',
    }.items():
        before = (project.folder / name).read_text() if (project.folder / name).exists() else None
        (project.folder / ".dockerignore").write_text("include\n")
        (project.folder / name).write_text(text)
        project.git("add", name)
        done = project.run("--files", name)
        assert _reported(done.out) >= {"Dockerfile"}, done.out
        assert "AST621" in done.out
        project.git("reset", "-q", "--hard")
        assert before is None or (project.folder / name).read_text() == before
    # This pyproject.toml is of no Astro project, and its change causes nothing.
    assert project.run("--files", "tool/pyproject.toml").code == 0


@pytest.mark.slow
def test_checks_alone_change_nothing(hooks: Hooks, tmp_path: Path) -> None:
    project = hooks.project(tmp_path / "p", recipe("Check without changing files"))
    done = project.run("--all-files")
    assert done.ended == {CHECK: "Failed", PYTHON: "Failed"}, done.out
    assert _reported(done.out) == {"Dockerfile", "services/Dockerfile", "dags/old.py"}
    assert {name: project.text(name) for name in FILES} == FILES


@pytest.mark.slow
def test_one_folder_of_a_repository(hooks: Hooks, tmp_path: Path) -> None:
    project = hooks.project(tmp_path / "p", recipe("One folder of a large repository"))
    done = project.run("--all-files")
    assert done.ended == {CHECK: "Failed", PYTHON: "Passed"}, done.out
    # The Python file is reported as a part of the project of the Dockerfile.
    assert _reported(done.out) == {"Dockerfile", "dags/old.py"}
    assert project.run("--files", "services/Dockerfile").code == 0
    (project.folder / "airflow" / "Dockerfile").write_text("FROM astrocrpublic.azurecr.io/runtime:3.1-12\n")
    (project.folder / "airflow" / "dags" / "x.py").write_text("import imp\n")
    done = project.run("--files", "airflow/dags/x.py")
    assert done.ended == {CHECK: "Skipped", PYTHON: "Failed"}, done.out


@pytest.mark.slow
def test_only_errors_and_a_baseline(hooks: Hooks, tmp_path: Path) -> None:
    project = hooks.project(tmp_path / "p", recipe("Only errors, and a baseline"))
    command = ["astro-lint", "--write-baseline", "astro-lint-baseline.json"]
    subprocess.run(command, cwd=project.folder, env=project.environment, check=True, capture_output=True)
    done = project.run("--all-files")
    assert (done.code, done.ended) == (0, {CHECK: "Passed"}), done.out
    (project.folder / "services" / "Dockerfile").write_text("FROM astrocrpublic.azurecr.io/runtime:3.1\n")
    assert project.run("--all-files").code == 0  # a new finding, and no error
    (project.folder / "services" / "Dockerfile").write_text("FROM astrocrpublic.azurecr.io/runtime:9.9-9\nENV X\n")
    done = project.run("--all-files")
    assert (done.code, _reported(done.out)) == (1, {"services/Dockerfile"}), done.out


@pytest.mark.slow
def test_checks_at_push(hooks: Hooks, tmp_path: Path) -> None:
    project = hooks.project(tmp_path / "p", recipe("At push instead of commit"))
    assert project.run("--all-files").ended == {FIX: "Failed"}
    assert project.run("--all-files").ended == {FIX: "Passed"}
    done = project.run("--all-files", "--hook-stage", "pre-push")
    assert done.ended[CHECK] == "Failed", done.out
    assert done.out.count("error[AST610]") == 1


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the installed command is a shell script here")
def test_the_version_of_the_project(hooks: Hooks, tmp_path: Path) -> None:
    project = hooks.project(tmp_path / "p", recipe("The version that the project has installed"))
    done = project.run("--all-files")
    assert done.ended == {"astro-lint": "Failed"}, done.out
    assert _reported(done.out) == {"Dockerfile", "services/Dockerfile", "dags/old.py"}
    assert project.run("--files", "dags/old.py").ended == {"astro-lint": "Skipped"}
