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
    """What a run on the fixed day writes to a terminal of a width: to standard output, or with `error` to the other."""
    argv = (*(argv or ("Dockerfile",)), *FIXED)
    return terminal_without_options(folder, *argv, environment=environment, columns=columns, stdin=stdin, error=error)


def terminal_without_options(
    folder: Path,
    *argv: str,
    environment: dict[str, str] | None = None,
    columns: int = 100,
    stdin: bytes | None = None,
    error: bool = False,
) -> str:
    for module in ("fcntl", "pty", "termios"):
        pytest.importorskip(module, reason="there are no pseudo-terminals here")
    import fcntl
    import pty
    import struct
    import termios

    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "dockerfile_astro_lint", *argv],
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
    lines = terminal(folder, "Dockerfile", *options, columns=columns, environment=environment).splitlines()
    code, carets = lines[lines.index("  |") + 1 :][:2]
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


WORDY = """\
FROM quay.io/astronomer/astro-runtime:9.1.0
# astro-lint: ignroe[AST103] why
ENV AIRFLOW__CORE__EXECUTOR=KubernetesExecutor AIRFLOW_HOME=/opt/airflow
RUN airflow db init && apt-get install gcc
USER root
"""


@pytest.mark.slow
@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize(
    "argv",
    [
        ("Dockerfile",),
        ("Dockerfile", "--statistics", "--color", "never"),
        ("Dockerfile", "--select", "AST301", "--color", "never"),
        ("Dockerfile", "--as-if", "3.3-8", "--color", "never"),
        ("--show-settings",),
        ("rules",),
        ("explain", "AST112", "AST301"),
        ("explain", "airflow"),
        ("catalog",),
        ("catalog", "3.0.4"),
        ("help",),
        ("help", "inventory"),
        ("config",),
        ("empty",),
        ("inventory", "--color", "never"),
    ],
    ids=" ".join,
)
def test_a_line_is_broken_between_words_only(folder: Path, columns: int, argv: tuple[str, ...]) -> None:
    (folder / "Dockerfile").write_text(WORDY)
    (folder / "empty").mkdir()
    (folder / "requirements.txt").write_text("apache-airflow==2.7.0\n")
    fixed = FIXED if argv[0] in ("Dockerfile", "--show-settings", "empty", "inventory") else ()
    lines = [bare(line) for line in terminal_without_options(folder, *argv, *fixed, columns=columns).split("\n")]
    assert any(lines)
    in_code = False
    for line in lines:
        in_code ^= line.startswith("```")
        if width(line) > columns:  # only what has no space to break at, and code
            assert in_code or len(line.split()) == 1 or line.startswith("  --"), line
    whole = [bare(line) for line in terminal_without_options(folder, *argv, *fixed, columns=1000).split("\n")]
    if "catalog" not in argv and "inventory" not in argv:
        assert {word for line in lines for word in line.split()} - {"…"} <= {
            word for line in whole for word in line.split()
        } | {word for line in WORDY.split("\n") for word in words_of(line)}


def words_of(line: str) -> set[str]:
    """All parts of a line of code that its window may show."""
    return {f"{before}{line[a:b]}{after}" for a in range(len(line)) for b in range(a + 1, len(line) + 1)
            for before in ("", "…") for after in ("", "…")}  # fmt: skip


def bare(line: str) -> str:
    """A line without colors and links."""
    return re.sub(r"\033\[[\d;]*m|\033\]8;;.*?\033\\\\", "", line)


def test_messages_on_standard_error_are_broken_between_words(folder: Path) -> None:
    said = terminal(folder, "Dockerfile", "--build-arg", "NO_SUCH_ARGUMENT=1", columns=40, error=True)
    assert "NO_SUCH_ARGUMENT: no `ARG`" in said.replace("\n", " ").replace("  ", " ")
    assert all(len(line) <= 40 for line in said.split("\n"))


SEQUENCES = {
    "\U0001f44d\U0001f3fd": 2, "\u2764\ufe0f": 2, "\u2764": 1, "\U0001f469\u200d\U0001f680": 2,
    "\U0001f1e9\U0001f1ea": 2, "1\ufe0f\u20e3": 2, "\U0001f3f3\ufe0f\u200d\U0001f308": 2, "\u65e5\u672ce\u0301": 5,
    "\033[31mab\033[0m": 2, "\033]8;;https://x.example/\033\\ab\033]8;;\033\\c": 3,
}  # fmt: skip
"""Emoji with skin tones, variation selectors and joiners, flags, key caps, combining marks; colors and links."""


@pytest.mark.parametrize(("text", "expected"), SEQUENCES.items(), ids=map(ascii, SEQUENCES))
def test_widths_of_joined_characters(text: str, expected: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from dockerfile_astro_lint.reports import terminal as measured

    assert measured.cells(text) == expected
    monkeypatch.setattr(measured, "_wcswidth", lambda: None)
    assert measured.cells(text) == expected
    if "\033" not in text:
        assert measured.fitting(f"{text}x", expected) == text


def test_widths_agree_with_wcwidth() -> None:
    wcwidth = pytest.importorskip("wcwidth")
    from dockerfile_astro_lint.reports.terminal import _widths

    for char in map(chr, (*range(0xA1, 0x300), *range(0x300, 0x370), *range(0x3040, 0x30FF), *range(0x1F300, 0x1F5FF))):
        if char.isprintable():
            assert sum(_widths(char)) == wcwidth.wcswidth(char), ascii(char)


def test_carets_are_below_emoji(folder: Path) -> None:
    before = "\U0001f44d\U0001f3fd \u2764\ufe0f \U0001f1e9\U0001f1ea"
    (folder / "Dockerfile").write_text(f"{SLIM}RUN : '{before}' && {INSTALL}\n", encoding="utf-8")
    with inside(folder):
        _, _, code, carets, *_ = run("Dockerfile", "--select", "AST607", "--no-project", *FIXED).lines
    assert before in code
    assert carets.index("^") == len(code[: code.index(INSTALL)]) - len(before) + 2 + 1 + 2 + 1 + 2


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
