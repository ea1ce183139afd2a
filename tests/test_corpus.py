"""What once broke a reader, and never may again; `python tools/fuzz.py` finds more."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.invariants import CHECKS
from tests.tool import FIXTURES

CORPUS = FIXTURES / "corpus"


@pytest.fixture(autouse=True)
def alarm() -> Iterator[None]:
    """What hangs fails, instead of holding up the others."""

    def ring(number: int, frame: object) -> None:
        raise TimeoutError

    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, ring)
        signal.alarm(60)
    yield
    if hasattr(signal, "SIGALRM"):
        signal.alarm(0)


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*/*")), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_input(path: Path) -> None:
    CHECKS[path.parent.name](path.read_bytes())


def test_every_folder_of_the_corpus_is_a_target() -> None:
    assert {path.name for path in CORPUS.iterdir()} <= set(CHECKS)
