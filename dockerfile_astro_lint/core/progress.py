"""One line on a terminal about work that takes long; it is gone when the work ends."""

import time

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Any, Iterator, Sequence
from dockerfile_astro_lint.core.display import display_path, sanitize

if TYPE_CHECKING:
    from typing import TextIO


DELAY = 2.0
"""Seconds before the line is shown."""


INTERVAL = 0.1
"""Seconds between two states of the line."""


class Progress:
    """The line of a run, `columns` cells wide at most; what it says of a path is safe for a terminal."""

    def __init__(self, stream: "TextIO", columns: int) -> None:
        self._stream, self._columns = stream, columns
        self._next = time.monotonic() + DELAY
        self._width = 0

    def step(self, done: int, total: int, path: str | None) -> None:
        """Say that `done` of `total` files are done, and which one is next; with `total` 0, that files are searched."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + INTERVAL
        count = f"{done:,} of {total:,} files" if total else "searching"
        # ASCII has one cell for each character, so the line stays one line.
        name = sanitize(display_path(path or "-")).encode("ascii", "replace").decode().replace("\t", " ")
        room = self._columns - 1 - len(f"astro-lint: {count}, ")
        if len(name) > room:
            name = f"...{name[len(name) - room + 3 :]}" if room > 3 else ""
        self._replace(f"astro-lint: {count}, {name}"[: self._columns - 1])

    def over(self, targets: Sequence[Any]) -> Iterator[Any]:
        """Targets, each after a step that names its `path`."""
        try:
            for at, target in enumerate(targets):
                self.step(at, len(targets), target.path)
                yield target
        finally:
            self.end()

    def end(self) -> None:
        """Remove the line."""
        if self._width:
            self._replace("")

    def _replace(self, line: str) -> None:
        # Spaces, which every terminal understands, and not a sequence that removes a line.
        spaces = " " * (self._width - len(line))
        try:
            self._stream.write(f"\r{line}{spaces}" if line else f"\r{spaces}\r")
            self._stream.flush()
        except OSError:
            self._next = float("inf")
        self._width = len(line)
