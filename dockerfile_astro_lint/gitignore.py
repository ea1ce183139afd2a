"""What .gitignore files keep out of a search, nested ones and negations included, as git reads them."""

import os

from pathspec import GitIgnoreSpec

from dockerfile_astro_lint.source import read_file

_MAX_BYTES = 1 << 20


class GitIgnore:
    """The ignore files of one repository, each read once."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._specs: dict[str, GitIgnoreSpec | None] = {}

    def ignores(self, path: str, is_folder: bool) -> bool:
        """Whether git ignores a path below the root, itself or by one of its folders."""
        parts = os.path.relpath(path, self.root).split(os.sep)
        return any(
            self._names("/".join(parts[:end]), is_folder or end < len(parts)) for end in range(1, len(parts) + 1)
        )

    def _names(self, path: str, is_folder: bool) -> bool:
        """Whether the last pattern that speaks of a path ignores it; the nearest file has the last word."""
        parts = path.split("/")
        for depth in range(len(parts) - 1, -1, -1):
            spec = self._spec("/".join(parts[:depth]))
            if spec is not None:
                found = spec.check_file("/".join(parts[depth:]) + ("/" if is_folder else "")).include
                if found is not None:
                    return found
        return False

    def _spec(self, folder: str) -> GitIgnoreSpec | None:
        if folder not in self._specs:
            lines = _lines(os.path.join(self.root, folder, ".gitignore"))
            if not folder:
                lines = _lines(os.path.join(self.root, ".git", "info", "exclude")) + lines
            self._specs[folder] = GitIgnoreSpec.from_lines(lines) if lines else None
        return self._specs[folder]


def _lines(path: str) -> list[str]:
    try:
        return read_file(path, _MAX_BYTES).decode("utf-8", "surrogateescape").splitlines()
    except (OSError, ValueError):
        return []
