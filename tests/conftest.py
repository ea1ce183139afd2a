"""What holds for every test: nothing of the machine's own is read, and no test is told that it runs on GitHub."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.lsp import Editor


# A shell starts what it runs in the background with SIGINT ignored, and every process that a test starts inherits that.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    # COLUMNS is also set by libraries that the tests import.
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_SHA", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    for name in [name for name in os.environ if name.startswith("ASTRO_LINT_") and name != "ASTRO_LINT_AIRFLOW"]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def cache_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's cache folder of the test's own, with nothing in it; other tools keep theirs."""
    folder = tmp_path_factory.mktemp("cache")
    before = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    for name, below in (("PIP_CACHE_DIR", "pip"), ("PRE_COMMIT_HOME", "pre-commit")):
        monkeypatch.setenv(name, os.environ.get(name) or os.path.join(before, below))
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    monkeypatch.delenv("ASTRO_RUNTIME_VERSIONS_URL", raising=False)
    return folder


@pytest.fixture
def client(folder: Path) -> Iterator[Editor]:
    """An editor that has opened the folder of a test module."""
    from tests.lsp import editor

    with editor(folder) as client:
        client.initialize([folder])
        yield client
