"""Write docs/images/*.svg: what real runs print to a terminal, on a fixed day, as pictures and as a recording."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "images"
SAMPLE = ROOT / "examples" / "sales-reports"
RUNS = {
    "report.svg": ("astro-lint", 114),
    "fixes.svg": ("astro-lint --unsafe-fixes --diff", 72),
}
"""File name -> what is run in the example, and how many columns the terminal has."""
INVENTORY = ("astro-lint inventory", 130)
PROJECTS = {
    "finance/Dockerfile": "FROM astrocrpublic.azurecr.io/runtime:3.1-8\n",
    "growth/Dockerfile": "FROM quay.io/astronomer/astro-runtime:12.11.0\n",
    "logistics/Dockerfile": "FROM quay.io/astronomer/astro-runtime:13.9.0-ubi9\n",
    "research/Dockerfile": "FROM astrocrpublic.azurecr.io/runtime:3.3\n",
    "sales/pyproject.toml": '[project]\ndependencies = ["apache-airflow==3.3.*"]\n[tool.astro]\nruntime = "3.3-8"\n',
}
"""The projects that the picture of the inventory shows."""
RECORDING = (
    "astro-lint --format concise",
    "astro-lint --diff",
    "astro-lint --fix --format concise",
    "astro-lint --unsafe-fixes --format concise",
)
"""What is run one after the other, in a copy of the example, and how many columns the terminal has."""
COLUMNS = 132
SECONDS = 5
"""How long the recording shows each command."""

_CATALOG = str(ROOT / "tests" / "fixtures" / "catalog.json")
_FIXED = ("--isolated", "--color", "always", "--today", "2026-10-01", "--catalog", _CATALOG)
_CELL, _LINE, _MARGIN = 8.4, 20, 20
_COLORS = {"31": "#ff7b72", "33": "#e3b341", "34": "#79c0ff", "36": "#76e3ea"}
_PLAIN, _BRIGHT, _DIM = "#c9d1d9", "#ffffff", "#8b949e"
_FONT = (
    '<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,\'DejaVu Sans Mono\',monospace" font-size="14"'
    ' xml:space="preserve">'
)
_STYLE = "\033["


class Run(NamedTuple):
    """Text of one look, at a column."""

    column: int
    text: str
    color: str
    bold: bool


def printed(command: str, columns: int, folder: Path) -> str:
    """What a command prints to a terminal of that width, output and errors, in a folder."""
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS")}
    done = subprocess.run(
        [sys.executable, "-m", "dockerfile_astro_lint", *command.split()[1:], *_FIXED],
        cwd=folder,
        env={**environment, "COLUMNS": str(columns), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    return done.stdout


def runs(line: str, columns: int) -> Iterator[list[Run]]:
    """A line with its escape sequences as the rows that a terminal makes of it."""
    row: list[Run] = []
    column, color, bold = 0, _PLAIN, False
    for part in re.split(r"(\033\[\d+m)", line):
        if part.startswith(_STYLE):
            code = part[len(_STYLE) : -1]
            color, bold = (_BRIGHT, True) if code == "1" else (_COLORS.get(code, _PLAIN), False)
            continue
        while part:
            piece, part = part[: columns - column], part[columns - column :]
            row.append(Run(column, piece, color, bold))
            column += len(piece)
            if part:
                yield row
                row, column = [], 0
    yield row


Row = list[Run]


def screen(command: str, columns: int, folder: Path) -> list[Row]:
    """A command and what it prints, as the rows of a terminal."""
    rows = [[Run(0, "$", _DIM, False), Run(2, command, _BRIGHT, False)]]
    return rows + [
        row for line in printed(command, columns, folder).rstrip("\n").split("\n") for row in runs(line, columns)
    ]


def _svg(label: str, columns: int, lines: int, content: Sequence[str]) -> str:
    """A terminal as an SVG; it has its own background, so it reads well on any other."""
    width, height = round(columns * _CELL + 2 * _MARGIN), lines * _LINE + 2 * _MARGIN
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
            f' role="img" aria-label="{escape(label)}">',
            f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8" fill="#0d1117" stroke="#30363d"/>',
            *content,
            "</svg>",
            "",
        )
    )


def _texts(rows: Sequence[Row]) -> list[str]:
    return [
        _text(run, _MARGIN + _LINE * number + 14) for number, row in enumerate(rows) for run in row if run.text.strip()
    ]


def picture(command: str, columns: int, folder: Path = SAMPLE) -> str:
    """A command and what it prints, as an SVG."""
    rows = screen(command, columns, folder)
    return _svg(command, columns, len(rows), (_FONT, *_texts(rows), "</g>"))


def recording() -> str:
    """Commands one after the other, as an animated SVG; without animation, the first one is shown."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "project"
        shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__"))
        screens = [screen(command, COLUMNS, folder) for command in RECORDING]
    share = 100 / len(screens)
    content = [
        "<style>",
        f"g.screen {{ visibility: hidden; animation: screen {SECONDS * len(screens)}s step-end infinite; }}",
        "g.first { visibility: visible; }",
        f"@keyframes screen {{ 0% {{ visibility: visible; }} {share:g}%, 100% {{ visibility: hidden; }} }}",
        "@media (prefers-reduced-motion: reduce) { g.screen { animation: none; } }",
        "</style>",
        _FONT,
    ]
    for number, rows in enumerate(screens):
        delay = f' style="animation-delay: {SECONDS * number}s"' if number else ""
        content += [f'<g class="screen{"" if number else " first"}"{delay}>', *_texts(rows), "</g>"]
    return _svg(" && ".join(RECORDING), COLUMNS, max(map(len, screens)), [*content, "</g>"])


def _text(run: Run, y: int) -> str:
    # The length keeps columns in place, whatever font there is.
    x, length = _MARGIN + run.column * _CELL, len(run.text) * _CELL
    look = f'fill="{run.color}"' + (' font-weight="bold"' if run.bold else "")
    place = f'x="{x:.1f}" y="{y}" textLength="{length:.1f}" lengthAdjust="spacingAndGlyphs"'
    return f"<text {place} {look}>{escape(run.text)}</text>"


def pictures() -> dict[str, str]:
    """File name -> text."""
    made = {name: picture(*what) for name, what in RUNS.items()}
    with tempfile.TemporaryDirectory() as folder:
        for name, text in PROJECTS.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        made["inventory.svg"] = picture(*INVENTORY, Path(folder))
    return {**made, "recording.svg": recording()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in pictures().items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
