"""What .gitignore files keep out of a search, nested ones and negations included, as git reads them."""

import os

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, NamedTuple
from dockerfile_astro_lint.core.files import read_file

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


_MAX_BYTES = 1 << 20


class Ignored(NamedTuple):
    """What one ignore file says, and the files above it.

    A path below the searched folder is one below the file's own folder once its first `strip` characters are gone and
    `lead` is in front.
    """

    spec: "GitIgnoreSpec"
    above: "Ignored | None"
    strip: int
    lead: str = ""


def ignores(rules: Ignored | None, below: str, is_folder: bool) -> bool:
    """Whether the last pattern that speaks of a path ignores it; the nearest file has the last word.

    `below` is the path below the searched folder, with `/`; that none of its folders is ignored is for the search.
    """
    while rules is not None:
        name = rules.lead + below[rules.strip :] + ("/" if is_folder else "")
        found = rules.spec.check_file(name).include
        if found is not None:
            return found
        rules = rules.above
    return False


def with_file(path: str, above: Ignored | None, strip: int, lead: str = "") -> Ignored | None:
    """The rules where an ignore file holds, too."""
    lines = _lines(path)
    if not lines:
        return above
    from pathspec import GitIgnoreSpec

    return Ignored(GitIgnoreSpec.from_lines(lines), above, strip, lead)


def rules_above(folder: str) -> tuple[Ignored | None, bool]:
    """What the repository around a folder ignores, the folder's own file left out, and whether the folder itself."""
    start = root = os.path.realpath(folder)
    while not os.path.exists(os.path.join(root, ".git")):
        parent = os.path.dirname(root)
        if parent == root:
            return None, False
        root = parent
    parts = [] if start == root else os.path.relpath(start, root).split(os.sep)
    rules = with_file(os.path.join(root, ".git", "info", "exclude"), None, 0, "/".join([*parts, ""]))
    for depth in range(len(parts)):
        file = os.path.join(root, *parts[:depth], ".gitignore")
        rules = with_file(file, rules, 0, "/".join([*parts[depth:], ""]))
        if _ignores_folder(rules, len(parts) - depth - 1):
            return None, True
    return rules, False


def _ignores_folder(rules: Ignored | None, below: int) -> bool:
    """Whether rules ignore a folder on the way to the searched one, which lies so many folders below it."""
    while rules is not None:
        names = rules.lead.rstrip("/").split("/")
        found = rules.spec.check_file("/".join([*names[: len(names) - below], ""])).include
        if found is not None:
            return found
        rules = rules.above
    return False


def _lines(path: str) -> list[str]:
    try:
        return read_file(path, _MAX_BYTES).decode("utf-8", "surrogateescape").splitlines()
    except (OSError, ValueError):
        return []
