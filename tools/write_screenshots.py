"""Write docs/images/*.svg: what real runs print to a terminal, on a fixed day."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
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
"""File name -> what is run, and how many columns the terminal has."""

_CATALOG = str(ROOT / "tests" / "fixtures" / "catalog.json")
_FIXED = ("--isolated", "--color", "always", "--today", "2026-10-01", "--catalog", _CATALOG)
_CELL, _LINE, _MARGIN = 8.4, 20, 20
_COLORS = {"31": "#ff7b72", "33": "#e3b341", "34": "#79c0ff", "36": "#76e3ea"}
_PLAIN, _BRIGHT, _DIM = "#c9d1d9", "#ffffff", "#8b949e"
_STYLE = "\033["


class Run(NamedTuple):
    """Text of one look, at a column."""

    column: int
    text: str
    color: str
    bold: bool


def printed(command: str) -> str:
    """What a command prints to a terminal."""
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS")}
    done = subprocess.run(
        [sys.executable, "-m", "dockerfile_astro_lint", *command.split()[1:], *_FIXED],
        cwd=SAMPLE,
        env={**environment, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
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


def picture(command: str, columns: int) -> str:
    """A command and what it prints, as an SVG; it has its own background, so it reads well on any other."""
    rows = [[Run(0, "$", _DIM, False), Run(2, command, _BRIGHT, False)]]
    rows += [row for line in printed(command).rstrip("\n").split("\n") for row in runs(line, columns)]
    width, height = round(columns * _CELL + 2 * _MARGIN), len(rows) * _LINE + 2 * _MARGIN
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
            f' role="img" aria-label="{escape(command)}">',
            f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8" fill="#0d1117" stroke="#30363d"/>',
            '<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,\'DejaVu Sans Mono\',monospace" font-size="14"'
            ' xml:space="preserve">',
            *(
                _text(run, _MARGIN + _LINE * number + 14)
                for number, row in enumerate(rows)
                for run in row
                if run.text.strip()
            ),
            "</g>",
            "</svg>",
            "",
        )
    )


def _text(run: Run, y: int) -> str:
    # The length keeps columns in place, whatever font there is.
    x, length = _MARGIN + run.column * _CELL, len(run.text) * _CELL
    look = f'fill="{run.color}"' + (' font-weight="bold"' if run.bold else "")
    place = f'x="{x:.1f}" y="{y}" textLength="{length:.1f}" lengthAdjust="spacingAndGlyphs"'
    return f"<text {place} {look}>{escape(run.text)}</text>"


def pictures() -> dict[str, str]:
    """File name -> text."""
    return {name: picture(*what) for name, what in RUNS.items()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in pictures().items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
