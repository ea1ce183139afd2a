"""What .gitignore files exclude from a search, as git reads them: nested files and negations included."""

import os

from dockerfile_astro_lint.core.compat import Iterable, Iterator, NamedTuple
from dockerfile_astro_lint.core.files import read_file
from dockerfile_astro_lint.core.globs import Glob

_MAX_BYTES = 1 << 20


_MAX_PATTERNS = 2000
"""Of one file; more are not read: every path is compared with every pattern."""


class _Pattern(NamedTuple):
    """A line: `keeps` if it begins with `!`; `by_name` if it holds no slash, so that it matches in any folder."""

    glob: Glob
    keeps: bool
    folders_only: bool
    by_name: bool
    literal: str | None

    def matches(self, path: str, name: str, is_folder: bool) -> bool:
        if self.folders_only and not is_folder:
            return False
        text = name if self.by_name else path
        return text == self.literal if self.literal is not None else self.glob.matches(text)


class Ignored(NamedTuple):
    """The patterns of one ignore file, and those of the files above it.

    To make a path below the searched folder relative to the file's own folder, remove its first `strip` characters and
    put `lead` in front.
    """

    patterns: tuple[_Pattern, ...]
    above: "Ignored | None"
    strip: int
    lead: str = ""

    def verdict(self, path: str, is_folder: bool) -> bool | None:
        """Whether the last pattern that matches a path, relative to the file's folder, ignores it; None for none."""
        name = path.rpartition("/")[2]
        for pattern in self.patterns:
            if pattern.matches(path, name, is_folder):
                return not pattern.keeps
        return None


def ignores(rules: Ignored | None, below: str, is_folder: bool) -> bool:
    """Whether the last pattern that matches a path ignores it; the nearest file wins.

    `below` is the path below the searched folder, with `/`; the search checks its folders by itself.
    """
    while rules is not None:
        found = rules.verdict(rules.lead + below[rules.strip :], is_folder)
        if found is not None:
            return found
        rules = rules.above
    return False


def with_file(path: str, above: Ignored | None, strip: int, lead: str = "") -> Ignored | None:
    """The rules above together with those of an ignore file."""
    patterns = tuple(_patterns(_lines(path)))[:_MAX_PATTERNS]
    return Ignored(patterns[::-1], above, strip, lead) if patterns else above


def _patterns(lines: Iterable[str]) -> Iterator[_Pattern]:
    """The patterns of lines; one that git cannot use either, such as `!` or a lone backslash, is skipped."""
    for line in lines:
        if line.startswith("#"):
            continue
        text = _without_trailing_spaces(line)
        keeps = text.startswith("!")
        text = text[keeps:]
        folders_only = text.endswith("/")
        text = text.removesuffix("/")
        by_name = "/" not in text
        text = text.removeprefix("/")
        glob = Glob(text, git=True)
        if text and glob.valid:
            literal = None if any(char in text for char in "*?[\\") else text
            yield _Pattern(glob, keeps, folders_only, by_name, literal)


def _without_trailing_spaces(line: str) -> str:
    """A line without the spaces at its end, unless a backslash escapes them."""
    text = line.rstrip(" ")
    escapes = len(text) - len(text.rstrip("\\"))
    return line[: len(text) + 1] if escapes % 2 else text


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
        found = rules.verdict("/".join(names[: len(names) - below]), True)
        if found is not None:
            return found
        rules = rules.above
    return False


def _lines(path: str) -> list[str]:
    try:
        return read_file(path, _MAX_BYTES).decode("utf-8", "surrogateescape").replace("\r\n", "\n").split("\n")
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
