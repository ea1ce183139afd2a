"""Adding a rule is adding one file: the sample of CONTRIBUTING becomes a rule of a copy, and all else is generated."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GENERATED = re.compile(
    r"README\.md|docs/[\w/]+\.md|dockerfile_astro_lint/(rules/index\.py|schemas/\w+\.json|cli/completions/[\w.-]+)"
)


SAMPLE = re.compile(r"`(dockerfile_astro_lint/rules/ast\w+\.py)`.*?^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
"""In CONTRIBUTING, the path of a new rule and the module that is shown below."""
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist", "site")


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def python(folder: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    """Run the Python of the tests in the copy, which comes before any other installation of the package."""
    return subprocess.run([sys.executable, *argv], cwd=folder, capture_output=True, text=True, encoding="utf-8")


@pytest.mark.slow
def test_the_sample_of_contributing_is_a_rule_once_the_generators_have_run(tmp_path: Path) -> None:
    found = SAMPLE.search((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert found
    name, module = found.groups()
    code = Path(name).name[:6].upper()
    copy = tmp_path / "copy"
    shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
    before = contents(copy)
    (copy / name).write_text(module, encoding="utf-8")

    written = python(copy, "tools/write_docs.py")
    assert written.returncode == 0, written.stderr
    after = contents(copy)
    changed = {path for path in {*before, *after} if before.get(path) != after.get(path)} - {name}
    assert f"docs/rules/{code}.md" in changed
    assert {path for path in changed if not GENERATED.fullmatch(path)} == set()

    tests = ("tests/test_rules.py", "tests/test_architecture.py")
    wanted = f"{code} or up_to_date or are_what or is_what or list_every_rule"
    tested = python(copy, "-m", "pytest", "-v", "-p", "no:cacheprovider", *tests, "-k", wanted)
    assert tested.returncode == 0, tested.stdout
    assert f"[{code}-1] PASSED" in tested.stdout

    bad = re.search(r"^ *(FROM .*)$", module, re.MULTILINE)
    assert bad
    dockerfile = tmp_path / "Dockerfile"
    dockerfile.write_text(f"{bad[1]}\n")
    command = (copy, "-m", "dockerfile_astro_lint")
    assert f" {code}" in python(*command, str(dockerfile), "--format", "concise", "--isolated").stdout
    assert python(*command, "explain", code).stdout == after[f"docs/rules/{code}.md"].decode()
