"""Output to a terminal: colors, links, its width, carets below wide characters."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tool import FIXED, inside, run

ROOT = Path(__file__).parent.parent
SLIM = "FROM astrocrpublic.azurecr.io/runtime:3.1-21-slim\n"
PAGE = "https://github.com/astro-lint/dockerfile-astro-lint/blob/main/docs/rules"
LINKED = f"error[\033]8;;{PAGE}/AST105.md\033\\AST105\033]8;;\033\\]"

CELLS = {
    "a": 1, " ": 1, "\t": 4, "é": 1, "ß": 1, "Ж": 1, "ק": 1, "…": 1, "日": 2, "本": 2, "한": 2, "（": 2, "🚀": 2,
    "e\u0301": 1, "ก\u0e34": 1, "\u1112\u1161\u11ab": 2,
    "\u202e": 1, "\u2066": 1, "\u200b": 1, "\x1b": 1, "\x07": 1, "\x9b": 1, "\u00a0": 1, "\u3000": 1,
}  # fmt: skip
"""The width of texts in cells, determined by hand."""

texts = st.lists(st.sampled_from(sorted(CELLS)), max_size=120)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text(SLIM)
    return tmp_path


def width(text: str) -> int:
    """The width of a text by the table, longest entries first."""
    pattern = "|".join(re.escape(one) for one in sorted(CELLS, key=len, reverse=True))
    return sum(CELLS.get(one, 1) for one in re.findall(f"(?s:{pattern}|.)", text))


def terminal(
    folder: Path,
    *argv: str,
    environment: dict[str, str] | None = None,
    columns: int = 100,
    stdin: bytes | None = None,
    error: bool = False,
) -> str:
    """What a run writes to a terminal of a width: to standard output, or with `error` to standard error."""
    for module in ("fcntl", "pty", "termios"):
        pytest.importorskip(module, reason="there are no pseudo-terminals here")
    import fcntl
    import pty
    import struct
    import termios

    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "dockerfile_astro_lint", *(argv or ("Dockerfile",)), *FIXED],
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "TERM": "xterm",
            **(environment or {}),
        },
        stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if error else inner,
        stderr=inner if error else subprocess.DEVNULL,
    )
    os.close(inner)
    if process.stdin:
        process.stdin.write(stdin or b"")
        process.stdin.close()
    read = b""
    try:
        while chunk := os.read(outer, 1 << 16):
            read += chunk
    except OSError:  # Linux says so when the other end is closed
        pass
    finally:
        os.close(outer)
        process.wait()
    return read.decode("utf-8").replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("environment", "colored"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": "0"}, False),
        ({"NO_COLOR": ""}, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True),
    ],
)
def test_a_terminal_gets_colors(folder: Path, environment: dict[str, str], colored: bool) -> None:
    assert ("\033[31merror" in terminal(folder, environment=environment)) is colored


@pytest.mark.parametrize(
    ("environment", "colored"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": ""}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_a_pipe_gets_colors_only_by_force(
    folder: Path, environment: dict[str, str], colored: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with inside(folder):
        assert ("\033[31merror" in run("Dockerfile", *FIXED).out) is colored


def test_findings_on_standard_error_are_colored_if_that_is_a_terminal(folder: Path) -> None:
    floating = b"FROM astrocrpublic.azurecr.io/runtime:3.1\n"
    assert "\033[33mwarning" in terminal(folder, "--fix", "-", stdin=floating, error=True)
    assert "\033[" not in terminal(folder, "--fix", "-", stdin=floating, error=True, environment={"NO_COLOR": "1"})


@pytest.mark.parametrize(
    "environment",
    [
        {"TERM_PROGRAM": "WezTerm"},
        {"TERM_PROGRAM": "vscode"},
        {"TERM": "xterm-kitty"},
        {"TERM": "foot"},
        {"VTE_VERSION": "7600"},
        {"WT_SESSION": "0d1c"},
        {"KONSOLE_VERSION": "220400"},
        {"FORCE_HYPERLINK": "1"},
    ],
    ids=str,
)
def test_the_code_links_to_its_page_in_terminals_with_links(folder: Path, environment: dict[str, str]) -> None:
    assert LINKED in terminal(folder, environment=environment)


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"TERM_PROGRAM": "Apple_Terminal"},
        {"VTE_VERSION": "5000"},
        {"VTE_VERSION": "x"},
        {"VTE_VERSION": "7600", "TMUX": "/tmp/tmux,1,0"},
        {"WT_SESSION": "0d1c", "TERM": "screen-256color"},
        {"WT_SESSION": "0d1c", "NO_COLOR": "1"},
        {"WT_SESSION": "0d1c", "FORCE_HYPERLINK": "0"},
    ],
    ids=str,
)
def test_no_links_in_other_terminals(folder: Path, environment: dict[str, str]) -> None:
    shown = terminal(folder, environment=environment)
    assert "error[AST105]" in shown
    assert "\033]" not in shown


def test_a_pipe_gets_neither_links_nor_the_terminal_width(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "Dockerfile").write_text(f"{SLIM}RUN echo {'x' * 300}\n")
    with inside(folder):
        plain = run("Dockerfile", "--color", "always", *FIXED).out
        monkeypatch.setenv("WT_SESSION", "0d1c")
        monkeypatch.setenv("FORCE_HYPERLINK", "1")
        monkeypatch.setenv("COLUMNS", "40")
        assert run("Dockerfile", "--color", "always", *FIXED).out == plain
    assert "error[AST105]" in plain
    assert "\033]" not in plain


INSTALL = "apt-get install gcc"


@pytest.mark.parametrize(
    ("columns", "environment", "fits"),
    [
        (100, {}, 100),
        (60, {}, 60),
        (60, {"COLUMNS": "90"}, 90),
        (60, {"COLUMNS": "wide"}, 60),
        (60, {"COLUMNS": "-5"}, 60),
        (60, {"COLUMNS": "0"}, 60),
        (0, {}, 80),
        (30, {}, 30),
        (3, {}, 20),
    ],
)
def test_frames_are_as_wide_as_the_terminal(folder: Path, columns: int, environment: dict[str, str], fits: int) -> None:
    text = f"{SLIM}RUN echo {'wide 日本 ' * 40} && {INSTALL} && echo {'x' * 300}\n"
    (folder / "Dockerfile").write_text(text, encoding="utf-8")
    options = ("--select", "AST607", "--color", "never", "--no-project")
    _, _, code, carets, *_ = terminal(
        folder, "Dockerfile", *options, columns=columns, environment=environment
    ).splitlines()
    assert fits - 3 <= width(code) <= fits
    assert width(carets) <= fits
    assert code.count("…") == 2
    marked = INSTALL[: carets.count("^")]
    assert len(marked) >= 8
    assert carets.index("^") == width(code[: code.index(marked)])


def test_a_terminal_that_is_wide_enough_shows_the_whole_line(folder: Path) -> None:
    (folder / "Dockerfile").write_text(f"{SLIM}RUN {INSTALL} # {'日' * 200}\n", encoding="utf-8")
    options = ("--select", "AST607", "--color", "never")
    lines = terminal(folder, "Dockerfile", *options, environment={"COLUMNS": "9" * 5000}).splitlines()
    assert lines[2] == f"2 | RUN {INSTALL} # {'日' * 200}"


@settings(deadline=None, max_examples=100)
@given(before=texts, after=texts)
def test_carets_are_below_the_marked_text(
    tmp_path_factory: pytest.TempPathFactory, before: list[str], after: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("wide")
    text = f"FROM astrocrpublic.azurecr.io/runtime:3.1-21\nRUN : '{''.join(before)}' && {INSTALL} # {''.join(after)}.\n"
    (folder / "Dockerfile").write_text(text, encoding="utf-8", newline="")
    with inside(folder):
        _, _, code, carets, *_ = run("Dockerfile", "--select", "AST607", "--no-project", *FIXED).lines
    assert code.isprintable()
    assert carets.strip(" |") == "^" * len("apt-get install")
    assert carets.index("^") == width(code[: code.index(INSTALL)])
    assert width(code) <= 4 + 160
    whole = len(f"2 | RUN : '' && {INSTALL} # .") + sum(CELLS[one] for one in before + after)
    assert (width(code) == whole and code[4] != "…") or whole > 4 + 160 - 2
