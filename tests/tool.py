"""Running the command line in this process, and reading the carets of examples."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from dockerfile_astro_lint.astro import catalog_feed
from dockerfile_astro_lint.cli import main, options
from dockerfile_astro_lint.cli.arguments import has_variables
from dockerfile_astro_lint.rules.manual import example_text

FIXTURES = Path(__file__).parent / "fixtures"
FIXED = ("--today", "2026-10-01", "--catalog", str(FIXTURES / "catalog.json"))
"""Options that make a run say the same on any day, whatever the package's own catalog says by then."""

# Parsing the catalog took most of the time of all tests: the same bytes are parsed once.
catalog_feed.load_feed = lru_cache(maxsize=8)(catalog_feed.load_feed)

_page = options.page
_kept_page = lru_cache(maxsize=2)(options.page)

_CARETS = re.compile(r"\s*#?\s*(\^+) (AST\d{3})")


class Outcome(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


def run(*argv: str, stdin: bytes = b"") -> Outcome:
    """`astro-lint ARGV`, in this process."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(stdin), "utf-8")
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main.main(argv)
            out.flush()
            err.flush()
    finally:
        sys.stdin = before
    # A patch, or what was mended, holds the bytes of the file; all else is UTF-8.
    errors = "surrogateescape" if {"--diff", "-"} & {*argv} else "strict"
    texts = [stream.buffer.getvalue().decode("utf-8", errors) for stream in (out, err)]
    return Outcome(code, *texts)


def lint(*argv: str, stdin: bytes = b"") -> dict[str, Any]:
    """The JSON report of a run on the fixed day."""
    # Making the parser of the options took half of the time; its defaults may come from the environment.
    options.page = _page if has_variables() else _kept_page
    try:
        outcome = run("--format", "json", *FIXED, *argv, stdin=stdin)
    finally:
        options.page = _page
    document: dict[str, Any] = json.loads(outcome.out)
    return document


@contextlib.contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Run with another working directory."""
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


class Mark(NamedTuple):
    """A finding as carets show it."""

    path: str
    line: int
    column: int
    end_column: int
    code: str


def without_carets(text: str, path: str = "Dockerfile") -> tuple[str, set[Mark]]:
    """A text without its caret lines, and what they mark in the line before."""
    kept: list[str] = []
    marks: set[Mark] = set()
    for line in example_text(text).split("\n"):
        found = _CARETS.fullmatch(line)
        if found:
            marks.add(Mark(path, len(kept), found.start(1) + 1, found.end(1) + 1, found[2]))
        else:
            kept.append(line)
    return "\n".join(kept), marks


def write(folder: Path, files: Mapping[str, str]) -> set[Mark]:
    """Write files without their carets; return what the carets mark."""
    marks: set[Mark] = set()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        clean, found = without_carets(text, name)
        path.write_bytes(clean.encode("utf-8"))
        marks |= found
    return marks


def marked(document: Mapping[str, Any], marks: set[Mark]) -> set[Mark]:
    """The findings of a report as marks, without info findings that nothing marks."""
    wanted = {mark.code for mark in marks}
    return {
        Mark(found["path"], found["line"], found["column"], found["end_column"], found["code"])
        for found in document["diagnostics"]
        if found["severity"] != "info" or found["code"] in wanted
    }


def documents(path: Path) -> list[tuple[str, str]]:
    """(title, text) of the `=== title` sections of a fixture."""
    parts = re.split(r"^=== (.*)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [(parts[at], parts[at + 1].rstrip("\n") + "\n") for at in range(1, len(parts), 2)]


def apply_fixes(folder: Path, document: Mapping[str, Any]) -> None:
    """Apply every fix of a report to the files, right to left, each place once."""
    edits = {
        (edit["path"], edit["line"], edit["column"], edit["end_line"], edit["end_column"], edit["text"])
        for found in document["diagnostics"]
        if found["fix"]
        for edit in found["fix"]["edits"]
    }
    for path, line, column, end_line, end_column, text in sorted(edits, reverse=True):
        file = folder / path
        lines = (file.read_bytes() if file.exists() else b"").decode("utf-8").split("\n")
        starts = [0]
        for one in lines:
            starts.append(starts[-1] + len(one) + 1)
        whole = "\n".join(lines)
        start, end = starts[line - 1] + column - 1, starts[end_line - 1] + end_column - 1
        (folder / path).write_bytes((whole[:start] + text + whole[end:]).encode("utf-8"))
