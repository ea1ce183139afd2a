"""The overlay: the disk with other bytes laid over it."""

from __future__ import annotations

import itertools
import os
import pickle
from pathlib import Path

import pytest

from dockerfile_astro_lint.config.overrides import Overrides
from dockerfile_astro_lint.config.resolver import Resolver
from dockerfile_astro_lint.core.files import Overlay, absolute
from dockerfile_astro_lint.engine.linter import lint
from dockerfile_astro_lint.engine.targets import Target
from dockerfile_astro_lint.fixes.runner import fix, patches
from tests.tool import FIXED, inside, run, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, {"a": "disk", "b": "disk", "below/c": "disk"})
    return tmp_path


def test_laid_bytes_win_and_the_disk_is_left_alone(folder: Path) -> None:
    path = str(folder / "a")
    disk = Overlay()
    laid = disk.with_bytes(path, b"laid")
    assert (disk.read(path, 9), laid.read(path, 9), laid.original(path)) == (b"disk\n", b"laid", b"disk\n")
    with inside(folder):
        assert laid.read("a", 9) == laid.read("./below/../a", 9) == b"laid"
    assert (folder / "a").read_bytes() == b"disk\n"


def test_existence_and_listing_obey_it(folder: Path) -> None:
    overlay = Overlay().without(str(folder / "a")).with_bytes(str(folder / "new" / "deep" / "x"), b"")
    assert overlay.list(str(folder)) == {"b", "below", "new"}
    assert overlay.list(str(folder / "new")) == {"deep"}
    assert [entry.name for entry in overlay.scan(str(folder))] == ["b", "below", "new"]
    assert [(one.name, one.is_dir(), one.is_file()) for one in overlay.scan(str(folder / "new" / "deep"))] == [
        ("x", False, True)
    ]
    assert not overlay.exists(str(folder / "a"))
    assert not overlay.is_file(str(folder / "a"))
    assert overlay.is_file(str(folder / "new" / "deep" / "x"))
    assert overlay.is_folder(str(folder / "new" / "deep"))
    assert overlay.exists(str(folder / "new"))
    assert overlay.original(str(folder / "new" / "deep" / "x")) is None
    with pytest.raises(FileNotFoundError):
        overlay.read(str(folder / "a"), 9)


def test_limits_hold_for_laid_bytes(folder: Path) -> None:
    overlay = Overlay().with_bytes(str(folder / "a"), b"12345").with_bytes(None, b"12345")
    for path in (str(folder / "a"), None):
        assert overlay.read(path, 5) == b"12345"
        with pytest.raises(ValueError, match="larger than"):
            overlay.read(path, 4)
    assert overlay.list(os.getcwd()) == frozenset(os.listdir())


def test_a_text_is_parsed_once_and_another_text_again(folder: Path) -> None:
    parsed: list[bytes] = []

    def parse(data: bytes, path: str) -> int:
        parsed.append(data)
        return len(data)

    overlay = Overlay()
    for _ in range(3):
        assert overlay.parsed(parse, b"one", "x") == 3
        overlay = overlay.with_bytes(str(folder / "a"), b"other")
    assert overlay.parsed(parse, b"three", "x") == 5
    assert parsed == [b"one", b"three"]


def test_a_file_is_read_once(folder: Path) -> None:
    overlay, path = Overlay(), folder / "a"
    assert overlay.read(str(path), 9) == b"disk\n"
    path.write_bytes(b"changed")
    assert overlay.read(str(path), 9) == overlay.original(str(path)) == b"disk\n"
    assert Overlay().read(str(path), 9) == b"changed"


def test_another_process_gets_the_laid_bytes(folder: Path) -> None:
    overlay = Overlay().with_bytes(str(folder / "a"), b"laid").without(str(folder / "b"))
    copy = pickle.loads(pickle.dumps(overlay))
    assert copy.read(str(folder / "a"), 9) == b"laid"
    assert not copy.exists(str(folder / "b"))


FROM = "FROM astrocrpublic.azurecr.io/runtime:3.1-21\n"


def test_files_that_only_the_overlay_has_are_linted_with_their_project(tmp_path: Path) -> None:
    write(tmp_path, {"requirements.txt": "", "packages.txt": ""})
    overlay = Overlay()
    for name, text in {"Dockerfile": FROM, "dags/new.py": "import imp\n"}.items():
        overlay = overlay.with_bytes(str(tmp_path / name), text.encode())
    settings_for = Resolver(Overrides(today="2026-10-01", isolated=True)).for_file
    for target in (tmp_path / "Dockerfile", tmp_path / "dags" / "new.py"):
        report = lint([Target(str(target))], settings_for, overlay)
        assert [(one.rule.code, Path(one.path).name) for one in report.findings] == [("AST401", "new.py")]


def test_a_patch_has_a_file_of_an_unusual_name_once(tmp_path: Path) -> None:
    (tmp_path / "image").write_text(FROM.replace("21", "21-slim"))
    with inside(tmp_path):
        patch = run(*FIXED, "--diff", "image").out
    assert patch.count("+++ b/image") == 1


def test_the_patch_and_the_fixed_files_are_one_result(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": FROM, "dags/a.py": "import imp\nimp.reload(x)\nimport airflow.providers.http\n"})
    write(tmp_path, {"requirements.txt": "apache-airflow\n", ".env": "A=b\n"})
    settings_for = Resolver(Overrides(today="2026-10-01", isolated=True)).for_file
    with inside(tmp_path):
        outcome = fix([Target("Dockerfile")], settings_for, Overlay(), unsafe=True)
        shown = run("--today", "2026-10-01", "--isolated", "--unsafe-fixes", "--diff", "Dockerfile").out
        run("--today", "2026-10-01", "--isolated", "--unsafe-fixes", "Dockerfile")
        written = {change.path: Path(change.path).read_bytes() for change in outcome.changes}
    assert patches(outcome).decode() == shown
    assert written == {change.path: change.after for change in outcome.changes}
    assert len(written) > 2


@pytest.mark.parametrize("folder", ["/", "/usr", "/usr/lib"])
def test_absolute_paths_are_those_of_the_standard_library(folder: str) -> None:
    with inside(Path(folder)):
        for length in range(6):
            for path in map("".join, itertools.product("./ab", repeat=length)):
                assert absolute(path) == os.path.abspath(path), path
