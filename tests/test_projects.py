"""Whole projects with the output that they give; UPDATE_EXPECTED=1 writes it anew."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tool import FIXED, FIXTURES, inside, run

ROOT = Path(__file__).parent.parent
PROJECTS = sorted(path for path in (FIXTURES / "projects").iterdir() if path.is_dir())


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.name)
def test_a_project_gives_its_output(project: Path) -> None:
    with inside(project):
        outcome = run(*FIXED)
    expected = project / "expected.txt"
    found = f"{outcome.out}{outcome.err}exit {outcome.code}\n"
    if os.environ.get("UPDATE_EXPECTED"):
        expected.write_text(found, encoding="utf-8", newline="\n")
    assert found == expected.read_text(encoding="utf-8")


def test_a_project_is_the_same_from_any_folder_but_for_its_paths() -> None:
    project = FIXTURES / "projects" / "monorepo"
    with inside(project / "sales"):
        near = run(*FIXED, "--format", "concise").out
    with inside(project.parent):
        far = run(*FIXED, "--format", "concise", "monorepo/sales").out
        absolute = run(*FIXED, "--format", "concise", str(project / "sales")).out
    assert far == absolute
    assert far == "".join(f"monorepo/sales/{line}\n" for line in near.splitlines())


def test_a_report_is_the_same_whatever_the_order_of_hashes() -> None:
    command = [sys.executable, "-m", "dockerfile_astro_lint", *FIXED, "--format", "json", "--extend-select", "AST", "."]
    reports = {
        subprocess.run(
            command,
            cwd=FIXTURES / "projects",
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(reports) == 1
    assert len(json.loads(reports.pop())["diagnostics"]) > 10
