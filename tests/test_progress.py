"""The line about long work: on a terminal only, one line, and gone at the end."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dockerfile_astro_lint.cli.main import main
from dockerfile_astro_lint.config.resolver import Resolver
from dockerfile_astro_lint.core import progress
from dockerfile_astro_lint.core.files import Overlay
from dockerfile_astro_lint.engine.linter import lint
from dockerfile_astro_lint.engine.targets import Target
from dockerfile_astro_lint.reports import streams
from tests.tool import FIXED, inside

pty = pytest.importorskip("pty", reason="terminals of POSIX")

BAD = "FROM astrocrpublic.azurecr.io/runtime:3.1-12-slim\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "DELAY", 0.0)
    monkeypatch.setattr(progress, "INTERVAL", 0.0)
    return Terminal()


def line_on(terminal: Terminal, quiet: bool = False) -> progress.Progress | None:
    """The line of a run whose standard error is that terminal."""
    with contextlib.redirect_stderr(terminal):
        return streams.progress(quiet)


def shown(text: str) -> str:
    """What stands on the line of a terminal after a text."""
    line = ""
    for part in text.split("\r"):
        line = part + line[len(part) :]
    return line.rstrip()


def states(text: str) -> list[str]:
    return [part.rstrip() for part in text.split("\r") if part.strip()]


def project(folder: Path, number: int) -> Path:
    for at in range(number):
        (folder / f"p{at}").mkdir()
        (folder / f"p{at}" / "Dockerfile").write_text(BAD)
    return folder


@pytest.mark.parametrize("command", [[], ["--fix"], ["--diff"], ["inventory"], ["upgrade", "--check"]])
def test_what_is_done_of_how_many_and_what_is_next(command: list[str], tmp_path: Path, terminal: Terminal) -> None:
    output = io.TextIOWrapper(io.BytesIO(), "utf-8")
    with inside(project(tmp_path, 3)), contextlib.redirect_stdout(output), contextlib.redirect_stderr(terminal):
        main([*command, *FIXED])
    line, _, rest = terminal.getvalue().rpartition("\r")
    assert "astro-lint: searching, p1" in states(line)
    assert "astro-lint: 0 of 3 files, p0/Dockerfile" in states(line)
    assert "astro-lint: 2 of 3 files, p2/Dockerfile" in states(line)
    assert shown(line) == ""
    assert "files, " not in rest


@pytest.mark.parametrize("processes", [2, 3])
def test_several_processes(processes: int, tmp_path: Path, terminal: Terminal) -> None:
    project(tmp_path, 40)
    targets = [Target(str(tmp_path / f"p{at}" / "Dockerfile")) for at in range(40)]
    report = lint(targets, Resolver().for_file, None, processes, line_on(terminal))
    assert report.files == 40
    counts = [int(found.group(1)) for found in re.finditer(r"(\d+) of 40 files", terminal.getvalue())]
    assert counts[0] == 0
    assert counts == sorted(counts)
    assert shown(terminal.getvalue()) == ""


@pytest.mark.parametrize(
    "change",
    [
        lambda patch, stream: patch.setenv("CI", "true"),
        lambda patch, stream: patch.setenv("TERM", "dumb"),
        lambda patch, stream: patch.setattr(stream, "isatty", lambda: False),
    ],
    ids=["CI", "dumb", "pipe"],
)
def test_never_in_a_pipe_or_in_ci(change: Any, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    assert line_on(terminal) is not None
    change(monkeypatch, terminal)
    assert line_on(terminal) is None


def test_not_for_a_quiet_run(terminal: Terminal) -> None:
    assert line_on(terminal, quiet=True) is None


def test_not_before_two_seconds(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    line = progress.Progress(terminal, 80)
    for now[0] in (100.0, 101.9):
        line.step(1, 9, "a")
    line.end()
    assert terminal.getvalue() == ""
    for now[0] in (102.0, 102.05, 102.2):
        line.step(2, 9, f"at {now[0]}")
    assert states(terminal.getvalue()) == ["astro-lint: 2 of 9 files, at 102.0", "astro-lint: 2 of 9 files, at 102.2"]


@pytest.mark.parametrize(
    "name", ["a" * 500, "日本" * 200, "\x1b[31mred\x1b[0m", "a\nb\rc", "a\tb", "\udc80", "x" * 40 + "/Dockerfile"]
)
@pytest.mark.parametrize("columns", [20, 33, 80])
def test_one_line_whatever_the_name(name: str, columns: int, terminal: Terminal) -> None:
    line = progress.Progress(terminal, columns)
    line.step(1234, 5678, name)
    (state,) = states(terminal.getvalue())
    assert state.isascii()
    assert state.isprintable()
    assert len(state) < columns
    line.step(1234, 5678, "b")
    line.end()
    assert shown(terminal.getvalue()) == ""


def test_the_end_of_a_long_name_is_shown(terminal: Terminal) -> None:
    progress.Progress(terminal, 50).step(1, 2, "x" * 100 + "/sales/Dockerfile")
    (state,) = states(terminal.getvalue())
    assert state.startswith("astro-lint: 1 of 2 files, ...")
    assert state.endswith("/sales/Dockerfile")


@pytest.mark.parametrize("command", [[], ["inventory"], ["upgrade"]])
def test_the_line_is_gone_after_an_interrupt_while_folders_are_searched(
    command: list[str], tmp_path: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan, scanned = Overlay.scan, list[str]()

    def interrupted(overlay: Overlay, path: str) -> Any:
        scanned.append(path)
        if len(scanned) > 2:
            raise KeyboardInterrupt
        return scan(overlay, path)

    monkeypatch.setattr(Overlay, "scan", interrupted)
    with inside(project(tmp_path, 3)), contextlib.redirect_stderr(terminal), pytest.raises(KeyboardInterrupt):
        main([*command, *FIXED])
    assert "searching, p" in terminal.getvalue()
    assert shown(terminal.getvalue()) == ""


def test_a_terminal_that_is_gone(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(text: str) -> int:
        raise OSError("gone")

    monkeypatch.setattr(terminal, "write", gone)
    line = progress.Progress(terminal, 80)
    line.step(1, 2, "a")
    line.step(2, 2, "b")
    line.end()


def test_a_real_terminal(tmp_path: Path) -> None:
    project(tmp_path, 30)
    program = (
        "import sys; from dockerfile_astro_lint.core import progress; progress.DELAY = progress.INTERVAL = 0.0;"
        "from dockerfile_astro_lint.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    ours, theirs = pty.openpty()
    root = str(Path(__file__).parent.parent)
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    process = subprocess.Popen(
        [sys.executable, "-c", program, "--format", "concise", "--select", "AST105", *FIXED],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": root, "TERM": "xterm", "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    seen = b""
    try:
        while data := os.read(ours, 65536):
            seen += data
    except OSError:  # Linux says so at the end of a terminal
        pass
    finally:
        os.close(ours)
    assert process.stdout is not None
    with process.stdout:
        assert len(process.stdout.read().splitlines()) == 30
    assert process.wait(60) == 1
    *lines, summary = seen.decode().replace("\r\n", "\n").rstrip("\n").split("\r")
    assert any("29 of 30 files" in line for line in lines)
    assert summary.startswith("Found 30 errors")
