"""`astro-lint inventory --merge REPORT ...`: read reports one after the other, and join them."""

import os
import sys

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator, Sequence
from dockerfile_astro_lint.core.display import display_path, sanitize
from dockerfile_astro_lint.core.errors import UsageError
from dockerfile_astro_lint.core.files import explain_os_error, open_file, refuse_link_out
from dockerfile_astro_lint.core.json_stream import StreamError
from dockerfile_astro_lint.engine.diagnostics import Failure
from dockerfile_astro_lint.inventory.merge import Merger, files_below
from dockerfile_astro_lint.inventory.report_reader import Contents, read_report

if TYPE_CHECKING:
    from dockerfile_astro_lint.core.progress import Progress

NOT_MERGED = ("--environment", "--build-arg", "--target", "--exclude", "--no-gitignore", "--repository", "--commit")
"""Options that tell how to look at files; reports are not looked at again."""


def refuse_options_of_files(words: Sequence[str]) -> None:
    """Raise UsageError for an option on the command line that would do nothing with `--merge`."""
    for word in words:
        if word.partition("=")[0] in NOT_MERGED:
            raise UsageError(f"{word.partition('=')[0]} has no effect with --merge: use it where the report is written")


def merge_reports(paths: Sequence[str], line: "Progress | None") -> tuple[Merger, list[Failure]]:
    """Read all reports, of which one is in memory at a time, and say which could not be read, and why."""
    if not paths:
        raise UsageError("--merge: name the reports, or a folder with reports; `-` reads one from standard input")
    merger = Merger()
    failures: list[Failure] = []
    done: set[str] = set()
    # Only a line on a terminal has to know how many there are.
    files = list(_files(paths)) if line else _files(paths)
    for number, (path, folder) in enumerate(files):
        if line and isinstance(files, list):
            line.step(number, len(files), path)
        name = "standard input" if path == "-" and not folder else display_path(path)
        if name in done:
            continue
        done.add(name)
        if folder is not None and not path:
            failures.append(Failure(sanitize(display_path(folder)), "no report in this folder: *.json"))
            continue
        try:
            merger.add(name, _read(path, folder, merger))
        except OSError as error:
            failures.append(Failure(name, explain_os_error(error)))
        except (StreamError, ValueError) as error:
            failures.append(Failure(name, str(error)))
    if line:
        line.end()
    return merger, failures


def _files(paths: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """(report, the folder that it was found in) of every path; an empty report for a folder without any."""
    for path in paths:
        if path == "-" or not os.path.isdir(path):
            yield path, None
            continue
        found = False
        for file in files_below(path):
            found = True
            yield file, path
        if not found:
            yield "", path


def _read(path: str, folder: str | None, merger: Merger) -> Contents:
    """Read one report; raise StreamError, OSError or ValueError."""
    if path == "-" and folder is None:
        return read_report(sys.stdin.buffer, merger.known)
    if folder is not None and os.path.islink(path):
        refuse_link_out(path, folder)
    with open(open_file(path)[0], "rb") as stream:
        return read_report(stream, merger.known)
