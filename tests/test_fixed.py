"""What fixes write: `=== title`, a Dockerfile, and behind `--- fixed` what becomes of it when one rule fixes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tool import FIXED, FIXTURES, documents, inside, run

CASES = [
    pytest.param(path.stem, text, id=f"{path.stem}-{title}".replace(" ", "-"))
    for path in sorted((FIXTURES / "fixed").glob("*.txt"))
    for title, text in documents(path)
]


@pytest.mark.parametrize(("code", "text"), CASES)
def test_the_fix_gives(code: str, text: str, tmp_path: Path) -> None:
    before, after = text.split("--- fixed\n")
    path = tmp_path / "Dockerfile"
    path.write_bytes(before.encode())
    with inside(tmp_path):
        run(*FIXED, "--select", code, "--fix", "--unsafe-fixes", "Dockerfile")
    assert path.read_bytes().decode() == after
