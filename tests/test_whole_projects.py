"""`--whole-project`, as the hooks use it: a named file of a project stands for the whole project."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tool import inside, lint, run

FILES = {
    "Dockerfile": "FROM astrocrpublic.azurecr.io/runtime:3.1-12-base\nCOPY include include\n",
    ".dockerignore": "include\n",
    "include/a": "x\n",
    "requirements.txt": "apache-airflow\n",
    "packages.txt": "\n",
    "airflow_settings.yaml": "airflow:\n",
    "dags/x.py": "import imp\n",
}
FOUND = [("Dockerfile", "AST621"), ("dags/x.py", "AST401"), ("requirements.txt", "AST502")]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / ".git").mkdir()
    return tmp_path


def found(*argv: str) -> list[tuple[str, str]]:
    findings = lint("--ignore", "AST403,AST304", *argv)["diagnostics"]
    return [(finding["path"], finding["code"]) for finding in findings]


@pytest.mark.parametrize("name", ["requirements.txt", "packages.txt", ".dockerignore", "airflow_settings.yaml"])
def test_a_project_file_stands_for_its_project(project: Path, name: str) -> None:
    with inside(project):
        assert found("--whole-project", name) == FOUND
        assert found(name) == ([("requirements.txt", "AST502")] if name == "requirements.txt" else [])


def test_every_finding_is_there_once_whatever_is_named(project: Path) -> None:
    with inside(project):
        assert found("--whole-project", *(name for name in FILES if name != "include/a")) == FOUND


def test_a_python_file_and_a_dockerfile_stand_for_what_they_always_stand_for(project: Path) -> None:
    (project / "Dockerfile.dev").write_text("FROM astrocrpublic.azurecr.io/runtime:3.1-12-slim\n")
    with inside(project):
        assert found("--whole-project", "dags/x.py") == [("dags/x.py", "AST401")]
        assert found("--whole-project", "Dockerfile") == FOUND
        assert ("Dockerfile.dev", "AST105") in found("--whole-project", "packages.txt")


def test_from_another_folder_paths_are_relative_to_that(project: Path) -> None:
    with inside(project / "dags"):
        assert found("--whole-project", "../packages.txt") == [
            ("../Dockerfile", "AST621"),
            ("../requirements.txt", "AST502"),
            ("x.py", "AST401"),
        ]


def test_a_manifest_stands_for_its_project_and_another_pyproject_for_nothing(project: Path) -> None:
    (project / "Dockerfile").unlink()
    (project / "pyproject.toml").write_text('[tool.astro]\nruntime = "3.1-12"\n')
    with inside(project):
        with_dags = found("--whole-project", "pyproject.toml")
        assert ("dags/x.py", "AST401") in with_dags
        assert found("--whole-project", "requirements.txt", "pyproject.toml") == found(".")
        assert ("dags/x.py", "AST401") not in found("pyproject.toml")
        (project / "pyproject.toml").write_text('[project]\nname = "x"\n')
        assert found("--whole-project", "pyproject.toml") == []
        (project / "Dockerfile").write_text(FILES["Dockerfile"])
        assert found("--whole-project", "pyproject.toml") == []


def test_what_exclude_names_is_left_out(project: Path) -> None:
    (project / "astro-lint.toml").write_text('exclude = ["Dockerfile"]\n')
    with inside(project):
        assert ("Dockerfile", "AST621") not in found("--whole-project", "packages.txt")
        assert found("--whole-project", "--exclude", "Dockerfile*", ".dockerignore") == []


def test_outside_a_project_there_is_nothing_to_check(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for name in ("requirements.txt", ".dockerignore", "airflow_settings.yaml", "pyproject.toml"):
        (tmp_path / name).write_text("\n")
        with inside(tmp_path):
            outcome = run("--whole-project", name, "--quiet")
        assert (outcome.code, outcome.out, outcome.err) == (0, "", "")


def test_a_dockerfile_of_something_else_is_no_concern_of_a_requirements_file(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "requirements.txt").write_text("apache-airflow\n")
    (tmp_path / "Dockerfile").write_text("FROM python:3.12\nRUNN x\n")
    with inside(tmp_path):
        assert found("--whole-project", "requirements.txt") == []
        assert found("--whole-project", "requirements.txt", "Dockerfile") == [("Dockerfile", "AST614")]
