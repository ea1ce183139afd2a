"""What a process that lives long keeps of the files that it reads: never older than the disk, and never more and more.

A run of the command line reads each file once; an editor asks for the same files after every keystroke.
"""

import os
import time

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Any, Callable
from dockerfile_astro_lint.core.files import Cache, read_file

if TYPE_CHECKING:
    from typing import TypeVar

    T = TypeVar("T")

MAX_BYTES = 16 * 1024 * 1024
"""Of all files that are kept."""


MAX_KEPT = 20_000
"""Answers, and parsed files."""


MAX_REMEMBERED = 64


_VARIANTS = 4
"""Parses of one file that are kept: with other build arguments, or for another Python."""


_SETTLED = 50_000_000
"""Nanoseconds; a file that is younger can change again without another time stamp."""


class LiveCache(Cache):
    """A cache that looks at a file's time stamp and size before it gives what it has of it, once until `renew`."""

    def __init__(self) -> None:
        super().__init__()
        self._stamped: dict[str, tuple[tuple[int, ...], bytes]] = {}
        self._looked_at: set[str] = set()
        self._parsed: dict[tuple[Callable[..., Any], str], list[tuple[bytes, tuple[object, ...], Any]]] = {}
        self._answers: dict[str, tuple[int, int, tuple[object, ...], bool]] = {}
        self._remembered: dict[tuple[object, ...], Any] = {}
        self._laid: object = None

    def renew(self) -> None:
        """Look at every file again, for one may have changed."""
        self._looked_at.clear()
        self._remembered.clear()

    def lay(self, laid: object) -> None:
        """Remember nothing that depends on other files than these: the ones of an editor, but Dockerfiles."""
        if laid != self._laid:
            self._remembered.clear()
        self._laid = laid

    def remembered(self, compute: "Callable[[], T]", *about: object) -> "T":
        """What `compute()` gave for `about` since the last change of a file."""
        if about not in self._remembered:
            if len(self._remembered) >= MAX_REMEMBERED:
                self._remembered.clear()
            self._remembered[about] = compute()
        found: T = self._remembered[about]
        return found

    def read(self, path: str, limit: int) -> bytes:
        if path in self._looked_at and len(self._stamped[path][1]) <= limit:
            return self._stamped[path][1]
        status = os.stat(path)
        stamp = status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino, status.st_dev
        known = self._stamped.get(path)
        if known is not None:
            if known[0] == stamp and len(known[1]) <= limit:
                self._looked_at.add(path)
                return known[1]
            self._forget(path)
        data = read_file(path, limit)
        if len(data) <= MAX_BYTES // 8 and time.time_ns() - status.st_mtime_ns > _SETTLED:
            self._stamped[path] = stamp, data
            self._looked_at.add(path)
            self._size += len(data)
            while self._size > MAX_BYTES:
                self._forget(next(iter(self._stamped)))
        return data

    def _forget(self, path: str) -> None:
        self._size -= len(self._stamped.pop(path)[1])
        self._looked_at.discard(path)

    def parsed(self, parse: "Callable[..., T]", data: bytes, path: str, *options: object) -> "T":
        """As every cache, but of each file only the newest text is kept."""
        kept = self._parsed.setdefault((parse, path), [])
        if kept and kept[0][0] != data:
            kept.clear()
        for _, known, value in kept:
            if known == options:
                found: T = value
                return found
        if len(self._parsed) > MAX_KEPT:
            del self._parsed[next(iter(self._parsed))]
        del kept[_VARIANTS - 1 :]
        new = parse(data, path, *options)
        kept.insert(0, (data, options, new))
        return new

    def recalled(self, ask: Callable[[bytes], bool], path: str, data: bytes, *about: object) -> bool:
        """What `ask(data)` gave for the same path, bytes and `about`."""
        known = self._answers.get(path)
        # The bytes keep their hash; keeping the bytes themselves would hold every file in memory.
        if known is not None and known[:2] == (hash(data), len(data)) and known[2] == about:
            return known[3]
        if len(self._answers) > MAX_KEPT:
            self._answers.clear()
        answer = ask(data)
        self._answers[path] = hash(data), len(data), about, answer
        return answer
