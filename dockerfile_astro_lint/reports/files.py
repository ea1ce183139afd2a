"""Write reports to files atomically, and the summary of a step on GitHub."""

import os

from dockerfile_astro_lint.core.atomic_write import WriteError, write_pieces
from dockerfile_astro_lint.core.compat import Iterable
from dockerfile_astro_lint.reports.streams import batches, print_error

MAX_SUMMARY = 1024 * 1024
"""The size limit of a step summary in bytes; GitHub shows nothing of a longer one."""


def write_report(option: str, file: str, lines: Iterable[str]) -> str:
    """Write lines to the file that an option names; return an error message, or an empty string."""
    try:
        write_pieces(file, (f"{text}\n".encode("utf-8", "replace") for text in batches(lines)))
    except WriteError as error:
        return f"{option}: {str(error).removeprefix('not written: ')}"
    return ""


def append_summary(lines: Iterable[str]) -> None:
    """Append lines to the step summary on GitHub; if they do not fit, say so on standard error and carry on."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    data = "".join(f"{text}\n" for text in batches(lines)).encode("utf-8", "replace")
    try:
        size = os.path.getsize(path) if os.path.lexists(path) else 0
        if size + len(data) + 1 > MAX_SUMMARY:
            print_error("the step summary on GitHub is full, these findings are not in it")
            return
        if os.path.lexists(path) and (os.path.islink(path) or not os.path.isfile(path)):
            raise OSError("not a regular file")
        with open(path, "ab") as summary:
            summary.write(b"\n" + data if size else data)
    except OSError as error:
        print_error(f"GITHUB_STEP_SUMMARY {path}: not written: {error.strerror or error}")
