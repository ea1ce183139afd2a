"""What the paths of a run stand for, and what is said of those that cannot be read."""

import os

from dockerfile_astro_lint.discovery import Listed, shown
from dockerfile_astro_lint.findings import Trouble
from dockerfile_astro_lint.light import Callable, Iterator, Sequence

Find = Callable[[str, Listed | None], Iterator[str]]
"""The Dockerfiles below a folder, see `discovery.search`."""


def files(
    paths: Sequence[str], find: Find, failed: Callable[[Trouble], None], listed: Listed | None = None
) -> Iterator[tuple[str, bool]]:
    """(path, was it named by hand) of everything that paths stand for, each once; a folder is searched with `find`."""
    seen: set[str] = set()
    for path in paths:
        by_hand = not os.path.isdir(path)
        try:
            for found in [path] if by_hand else find(path, listed):
                if len(paths) > 1:
                    absolute = os.path.abspath(found)
                    if absolute in seen:
                        continue
                    seen.add(absolute)
                yield found, by_hand
        except OSError as error:
            failed(Trouble(shown(error.filename or path), why_unread(error)))


def why_unread(error: OSError) -> str:
    """What is wrong with a path, in a sentence with a way out."""
    if isinstance(error, FileNotFoundError):
        return "no such file or folder: check the spelling"
    if isinstance(error, PermissionError):
        return "cannot be read: no permission"
    if isinstance(error, IsADirectoryError):
        return "is a folder"
    return f"cannot be read: {error.strerror or error}"
