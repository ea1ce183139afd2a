"""What .gitignore files exclude from a search, as git reads them: nested files and negations included."""

import os

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, NamedTuple
from dockerfile_astro_lint.core.files import read_file

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


_MAX_BYTES = 1 << 20


class Ignored(NamedTuple):
    """The patterns of one ignore file, and those of the files above it.

    To make a path below the searched folder relative to the file's own folder, remove its first `strip` characters and
    put `lead` in front.
    """

    spec: "GitIgnoreSpec"
    above: "Ignored | None"
    strip: int
    lead: str = ""


def ignores(rules: Ignored | None, below: str, is_folder: bool) -> bool:
    """Whether the last pattern that matches a path ignores it; the nearest file wins.

    `below` is the path below the searched folder, with `/`; the search checks its folders by itself.
    """
    while rules is not None:
        name = rules.lead + below[rules.strip :] + ("/" if is_folder else "")
        found = rules.spec.check_file(name).include
        if found is not None:
            return found
        rules = rules.above
    return False


def with_file(path: str, above: Ignored | None, strip: int, lead: str = "") -> Ignored | None:
    """The rules above together with those of an ignore file."""
    lines = _lines(path)
    if not lines:
        return above
    from pathspec import GitIgnoreSpec

    return Ignored(GitIgnoreSpec.from_lines(lines), above, strip, lead)


def rules_above(folder: str) -> tuple[Ignored | None, bool]:
    """The rules of the repository around a folder, without its own file, and whether they ignore the folder itself."""
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
    """Whether rules ignore a folder above the searched one, which is so many folders below it."""
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


class GitIgnore:
    """What git ignores in a folder; each ignore file is read once."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.above, self.is_ignored = rules_above(folder)
        self._files: dict[str, Ignored | None] = {}

    def ignores(self, below: str) -> bool:
        """Whether git ignores a path (with `/`), whether or not something is there."""
        if self.is_ignored:
            return True
        rules, path = self.above, ""
        for name in below.split("/"):
            if path not in self._files:
                file = os.path.join(self.folder, path, ".gitignore")
                self._files[path] = with_file(file, rules, len(path) + 1 if path else 0)
            rules = self._files[path]
            path = f"{path}/{name}".lstrip("/")
            if ignores(rules, path, True):
                return True
        return ignores(rules, path, False)
