"""Many files on several cores: the same bytes as on one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dockerfile_astro_lint.config.resolver import Resolver
from dockerfile_astro_lint.core import workers
from dockerfile_astro_lint.engine import linter
from dockerfile_astro_lint.engine.targets import Target

from .tool import FIXED, inside, run, write

PROJECTS = 90
pytestmark = pytest.mark.skipif(workers.start_method() != "fork", reason="patched modules reach a forked process only")


@pytest.fixture
def projects(tmp_path: Path) -> Path:
    """Folders with two Dockerfiles that share a DAG, an ignore comment, and some that cannot be linted."""
    files = {}
    for at in range(PROJECTS):
        files[f"p{at:03}/Dockerfile"] = "FROM quay.io/astronomer/astro-runtime:12.1.0\n"
        files[f"p{at:03}/Dockerfile.dev"] = (
            "# astro-lint: ignore[AST301] later\nARG V=3.1-12-slim\nFROM astrocrpublic.azurecr.io/runtime:${V}\n"
        )
        files[f"p{at:03}/dags/x.py"] = "import imp\n" if at % 7 else "import imp(\n"
    write(tmp_path, files)
    (tmp_path / "p003/Dockerfile").write_bytes(b"FROM\0")
    (tmp_path / "p004/astro-lint.toml").write_text("sellect = []\n")
    return tmp_path


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif", "gitlab", "junit", "markdown"])
def test_the_same_bytes_with_any_number_of_workers(projects: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = []
    with inside(projects):
        for worth, cores in ((10**9, 1), (1, 2), (1, 5), (50, 3)):
            monkeypatch.setattr(linter, "WORTH", worth)
            monkeypatch.setattr(workers, "cores", lambda cores=cores: cores)
            outcomes.append(run("--format", form, "--statistics", *FIXED, "."))
    assert outcomes[0].code == 2
    assert "p003/Dockerfile" in outcomes[0].err
    assert "sellect" in outcomes[0].err
    assert outcomes[0].out.count("AST401" if form in ("github", "sarif") else "imp-removed") >= PROJECTS // 2
    assert outcomes[1:] == outcomes[:1] * 3


def test_a_worker_that_dies_loses_nothing(
    projects: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    died, parent = tmp_path_factory.mktemp("died"), os.getpid()
    lint = linter.Linter.lint

    def dies(self: linter.Linter, target: Target) -> linter.Linted:
        if os.getpid() != parent:
            (died / str(os.getpid())).touch()
            os.kill(os.getpid(), 9)
        return lint(self, target)

    with inside(projects):
        alone = run(*FIXED, ".")
        monkeypatch.setattr(linter, "WORTH", 1)
        monkeypatch.setattr(workers, "cores", lambda: 3)
        monkeypatch.setattr(linter.Linter, "lint", dies)
        assert run(*FIXED, ".") == alone
    assert list(died.iterdir())


def test_what_another_process_cannot_load_is_linted_in_this_one(
    projects: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown_elsewhere(_: linter.Linter, target: Target) -> str | None:
        return target.path

    targets = [Target(f"p{at:03}/Dockerfile") for at in range(20)]
    with inside(projects):
        found = linter.lint_each(targets, Resolver().for_file, do=unknown_elsewhere, processes=2)
    assert found == [target.path for target in targets]


def test_few_files_start_no_process(projects: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("a process for so few files")

    monkeypatch.setattr(workers, "cores", lambda: 8)
    monkeypatch.setattr(workers, "run_chunks", refused)
    with inside(projects):
        run(*FIXED, *(f"p{at:03}" for at in range(50)))
