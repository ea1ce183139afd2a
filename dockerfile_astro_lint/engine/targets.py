"""What the paths of a run stand for, and what is said of those that cannot be read."""

import os

from dockerfile_astro_lint.core.compat import Callable, Iterator, Sequence
from dockerfile_astro_lint.core.display import display_path
from dockerfile_astro_lint.core.files import explain_os_error
from dockerfile_astro_lint.engine.diagnostics import Failure
from dockerfile_astro_lint.engine.discovery import OnListed

Find = Callable[[str, OnListed | None], Iterator[str]]
"""The Dockerfiles below a folder, see `discovery.search`."""


def expand_paths(
    paths: Sequence[str], find: Find, failed: Callable[[Failure], None], listed: OnListed | None = None
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
            failed(Failure(display_path(error.filename or path), explain_os_error(error)))
