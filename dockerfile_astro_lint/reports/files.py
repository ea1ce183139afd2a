"""Reports that go to files: each is the old one or the new one, whatever happens in between."""

import os

from dockerfile_astro_lint.core.atomic_write import WriteError, write_pieces
from dockerfile_astro_lint.core.compat import Iterable
from dockerfile_astro_lint.core.display import sanitize
from dockerfile_astro_lint.reports.streams import batches, print_error

MAX_SUMMARY = 1024 * 1024
"""Bytes of a step's summary that GitHub takes; of a longer one it shows nothing."""


def write_report(name: str, file: str, lines: Iterable[str]) -> str:
    """Write a format's lines to a file; a sentence where that cannot be done, else nothing."""
    try:
        write_pieces(file, (f"{text}\n".encode("utf-8", "replace") for text in batches(lines)))
    except WriteError as error:
        return f"--format {name}={file}: {str(error).removeprefix('not written: ')}"
    return ""


def append_summary(lines: Iterable[str]) -> None:
    """Put lines behind what the summary of a step on GitHub says already, if they find room; no room is no failure."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    data = "".join(f"{text}\n" for text in batches(lines)).encode("utf-8", "replace")
    try:
        there = os.path.getsize(path) if os.path.lexists(path) else 0
        if there + len(data) + 1 > MAX_SUMMARY:
            print_error("the step's summary on GitHub is full, so it does not show these findings")
            return
        if os.path.lexists(path) and not os.path.isfile(path):
            raise OSError("no regular file")
        with open(path, "ab") as summary:
            summary.write(b"\n" + data if there else data)
    except OSError as error:
        print_error(sanitize(f"GITHUB_STEP_SUMMARY {path}: not written: {error.strerror or error}"))
