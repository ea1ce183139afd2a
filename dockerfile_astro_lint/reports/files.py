"""Write reports to files atomically, and the summary of a step on GitHub, with links to lines there."""

import os

from dockerfile_astro_lint.core.atomic_write import WriteError, write_pieces
from dockerfile_astro_lint.core.compat import Callable, Iterable
from dockerfile_astro_lint.reports.json_values import uri
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


_VARIABLES = {
    "GITHUB_SERVER_URL": r"https?://[\w.:-]+",
    "GITHUB_REPOSITORY": r"[\w.-]+/[\w.-]+",
    "GITHUB_SHA": r"[0-9a-f]{40,64}",
}


def line_links() -> Callable[[str, int], str]:
    """A function that gives the URL of a line of a displayed path, or an empty text.

    The text is empty outside of GitHub Actions, for a file outside of the workspace, and for one of a submodule.
    """
    import re

    values = [os.environ.get(name, "") for name in _VARIABLES]
    if not all(
        re.fullmatch(pattern, value, re.ASCII) for pattern, value in zip(_VARIABLES.values(), values, strict=True)
    ):
        return lambda path, line: ""
    server, repository, commit = values
    workspace = os.path.realpath(os.environ.get("GITHUB_WORKSPACE") or ".")
    roots: dict[str, str | None] = {}

    def link(path: str, line: int) -> str:
        folder, name = os.path.split(os.path.realpath(path))
        if folder not in roots:
            roots[folder] = _checkout(folder, workspace)
        root = roots[folder]
        if root is None:
            return ""
        below = os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")
        return f"{server}/{repository}/blob/{commit}/{uri(below)}#L{line}"

    return link


def _checkout(folder: str, workspace: str) -> str | None:
    """The root of the checkout that a folder is in: the workspace, or the only checkout below it."""
    inside = os.path.join(workspace, "")
    root = workspace
    while os.path.join(folder, "").startswith(inside):
        if os.path.lexists(os.path.join(folder, ".git")):
            root = folder
            break
        if folder == workspace:
            break
        folder = os.path.dirname(folder)
    else:
        return None
    # A checkout within a checkout is a submodule, or another repository.
    return None if root != workspace and os.path.lexists(os.path.join(workspace, ".git")) else root
