"""Many files on several cores: the same bytes as on one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dockerfile_astro_lint.core import workers
from dockerfile_astro_lint.engine import parallel
from dockerfile_astro_lint.engine.diagnostics import Report
from dockerfile_astro_lint.project import build_context

from .tool import FIXED, inside, run, write

PROJECTS = 90
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not shared out here")


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
            monkeypatch.setattr(parallel, "WORTH", worth)
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
    died = tmp_path_factory.mktemp("died")

    def dies(*_: object) -> Iterator[object]:
        (died / str(os.getpid())).touch()
        os.kill(os.getpid(), 9)
        yield None

    with inside(projects):
        alone = run(*FIXED, ".")
        monkeypatch.setattr(parallel, "WORTH", 1)
        monkeypatch.setattr(workers, "cores", lambda: 3)
        monkeypatch.setattr(workers, "_records", dies)
        assert run(*FIXED, ".") == alone
    assert len(list(died.iterdir())) == 2


def test_few_files_start_no_process(projects: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> Report:
        raise AssertionError("a process for so few files")

    monkeypatch.setattr(workers, "cores", lambda: 8)
    monkeypatch.setattr(workers, "_start", refused)
    with inside(projects):
        run(*FIXED, *(f"p{at:03}" for at in range(50)))


def test_python_files_are_shared_out_where_it_pays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"Dockerfile": "FROM quay.io/astronomer/astro-runtime:13.11.0\n", "requirements.txt": ""})
    for number in range(40):
        text = "import imp\n" if number % 7 == 0 else "import os\n"
        write(tmp_path, {f"dags/dag{number:02}.py": "def broken(: import imp\n" if number == 30 else text})
    (tmp_path / "dags" / "gone.py").symlink_to("nowhere")
    started = []
    start = workers._start

    def counted(work: Any) -> tuple[int, int] | None:
        started.append(work)
        return start(work) if len(started) != 2 else None

    monkeypatch.setattr(workers, "_start", counted)
    monkeypatch.setattr(build_context, "WORTH", 10)
    found = {}
    for cores in (1, 2, 4):
        monkeypatch.setattr(workers, "cores", lambda cores=cores: cores)
        with inside(tmp_path):
            found[cores] = run("Dockerfile", "--format", "json", *FIXED)
    assert len(started) == 2  # one for two cores; of four the second was not to be had
    assert found[1] == found[2] == found[4]
    assert found[1].out.count("AST401") == 2 * 6
    assert "dag30.py" in found[1].err
