"""Reading files within limits, and the overlay: the disk with other bytes laid over it."""

import os
import stat

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Any, Callable, Mapping, Sequence

if TYPE_CHECKING:
    from typing import TypeVar

    T = TypeVar("T")


MAX_PYTHON_BYTES = 20 * 1024 * 1024
"""Of a file of the project; a generated table can be large."""


_MAX_CACHED_BYTES = 4 * 1024 * 1024
"""Of all files that are kept for a second reading: a run over thousands of files must not grow with them."""


_MAX_PARSES = 16


_READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Without waiting: a FIFO that nobody writes to would hold the run up."""


def open_file(path: str) -> tuple[int, int]:
    """Open a regular file for reading: descriptor and size; raise OSError, or ValueError if it is of another type."""
    file = os.open(path, _READING)
    status = os.fstat(file)
    if stat.S_ISREG(status.st_mode):
        return file, status.st_size
    os.close(file)
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError("is a folder")
    raise ValueError("not a regular file")


def read_file(path: str, limit: int) -> bytes:
    """Read a regular file; raise OSError, or ValueError if it is of another type or larger than `limit` bytes."""
    file, size = open_file(path)
    try:
        pieces: list[bytes] = []
        left = limit + 1
        # Asking for all of `limit` at once would set as much memory aside for every file.
        while left > 0 and (piece := os.read(file, min(left, (size or 1 << 16) + 1))):
            pieces.append(piece)
            left -= len(piece)
            if len(piece) == size:
                break
    finally:
        os.close(file)
    if left <= 0:
        raise _too_large(limit)
    return b"".join(pieces)


class LinkError(OSError):
    """A file of a project is a link to somewhere outside of it."""


def refuse_link_out(path: str, folder: str) -> None:
    """Raise LinkError if a path below a folder leads out of it through a link."""
    below = os.path.relpath(path, folder)
    # Two links in a row need the real path; a file that is no link in a folder that is none needs one look.
    if below.startswith(os.pardir) or (not os.path.islink(path) and os.sep not in below):
        return
    if not os.path.realpath(path).startswith(os.path.join(os.path.realpath(folder), "")):
        raise LinkError(0, "a link to a file outside of the project, so it was not read")


def explain_os_error(error: OSError) -> str:
    """Say what is wrong with a path, and what to do about it."""
    if isinstance(error, FileNotFoundError):
        return "no such file or folder: check the spelling"
    if isinstance(error, PermissionError):
        return "cannot be read: permission denied"
    if isinstance(error, IsADirectoryError):
        return "is a folder"
    if isinstance(error, LinkError):
        return f"{error.strerror}"
    return f"cannot be read: {error.strerror or error}"


def _too_large(limit: int) -> ValueError:
    return ValueError(f"larger than {limit // 1024 // 1024} MiB")


class Overlay:
    """The disk with bytes laid over it; changing an overlay gives another one.

    Paths are compared as absolute paths. The path None stands for a text that has no path, such as standard input.
    """

    def __init__(
        self,
        laid: "Mapping[str | None, bytes | None] | None" = None,
        originals: "Mapping[str | None, bytes | None] | None" = None,
        cache: "Cache | None" = None,
    ) -> None:
        self._laid, self._originals = laid or {}, originals or {}
        self.cache = cache or Cache()
        self._names = _names_by_folder(self._laid) if self._laid else {}

    def __reduce__(self) -> "tuple[type[Overlay], tuple[object, ...]]":
        """Another process gets the bytes, and reads the disk by itself."""
        return Overlay, (self._laid, self._originals)

    def with_bytes(self, path: str | None, data: bytes) -> "Overlay":
        """The same files with other bytes in one of them."""
        return self._with(path, data)

    def without(self, path: str) -> "Overlay":
        """The same files but one."""
        return self._with(path, None)

    def _with(self, path: str | None, data: bytes | None) -> "Overlay":
        key = _key(path)
        originals = self._originals if key in self._originals else {**self._originals, key: self.original(path)}
        return Overlay({**self._laid, key: data}, originals, self.cache)

    def original(self, path: str | None) -> bytes | None:
        """What the disk had when the path was first laid over; None if there was no readable file."""
        key = _key(path)
        if key is None or key in self._originals:
            return self._originals.get(key)
        try:
            return self.cache.read(key, MAX_PYTHON_BYTES)
        except (OSError, ValueError):
            return None

    def read(self, path: str | None, limit: int) -> bytes:
        """Read a file; raise as `read_file` does."""
        key = _key(path)
        if key not in self._laid and key is not None:
            return self.cache.read(key, limit)
        data = self._laid.get(key)
        if data is None:
            raise FileNotFoundError(2, "No such file or directory", path)
        if len(data) > limit:
            raise _too_large(limit)
        return data

    def parsed(self, parse: "Callable[..., T]", data: bytes, path: str, *options: object) -> "T":
        """Call `parse(data, path, *options)`, or return what it returned for the same arguments before."""
        return self.cache.parsed(parse, data, path, *options)

    def exists(self, path: str) -> bool:
        return self._there(path, os.path.exists)

    def is_file(self, path: str) -> bool:
        return self._there(path, os.path.isfile)

    def is_folder(self, path: str) -> bool:
        return os.path.isdir(path) or (bool(self._names) and os.path.abspath(path) in self._names)

    def _there(self, path: str, ask_disk: "Callable[[str], bool]") -> bool:
        if self._laid:
            key = os.path.abspath(path)
            if key in self._laid:
                return self._laid[key] is not None
            if ask_disk is os.path.exists and key in self._names:
                return True
        return ask_disk(path)

    def list(self, path: str) -> frozenset[str]:
        """The names of all that is in a folder, none if it cannot be read."""
        try:
            names = os.listdir(path)
        except OSError:
            names = []
        if not self._laid:
            return frozenset(names)
        folder = os.path.abspath(path)
        gone = {key for key, data in self._laid.items() if data is None}
        kept = [name for name in names if os.path.join(folder, name) not in gone]
        return frozenset(kept) | self._names.get(folder, frozenset())

    def scan(self, path: str) -> "Sequence[os.DirEntry[str] | LaidEntry]":
        """The entries of a folder in the order of their names; raise OSError."""
        entries: Any = []
        if path not in self._names or os.path.isdir(path):
            with os.scandir(path) as listing:
                entries += listing
        if self._laid:
            folder = os.path.abspath(path)
            on_disk = {entry.name for entry in entries}
            entries = [entry for entry in entries if self._laid.get(os.path.join(folder, entry.name), b"") is not None]
            for name in self._names.get(folder, frozenset()) - on_disk:
                entries.append(LaidEntry(name, os.path.join(path, name), os.path.join(folder, name) in self._names))
        return sorted(entries, key=lambda entry: entry.name)


class LaidEntry:
    """An entry of a folder that is in the overlay and not on the disk, with the methods of `os.DirEntry`."""

    def __init__(self, name: str, path: str, folder: bool) -> None:
        self.name, self.path, self._folder = name, path, folder

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        return self._folder

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        return not self._folder

    def is_symlink(self) -> bool:
        return False


def _key(path: str | None) -> str | None:
    return None if path is None else absolute(path)


def absolute(path: str) -> str:
    """`os.path.abspath`, with a short look for what is normal already."""
    below = path.removeprefix("./")
    if os.sep == "/" and below[:1] not in ("", ".") and "//" not in path and "/." not in path and path[-1] != "/":
        return path if path[0] == "/" else f"{os.getcwd().rstrip('/')}/{below}"
    return os.path.abspath(path)


def _names_by_folder(laid: "Mapping[str | None, bytes | None]") -> dict[str, frozenset[str]]:
    """The names that laid files add to their folders, and to those above that the disk does not have."""
    names: dict[str, frozenset[str]] = {}
    for path, data in laid.items():
        while path is not None and data is not None:
            folder, name = os.path.split(path)
            names[folder] = names.get(folder, frozenset()) | {name}
            path = None if os.path.isdir(folder) or folder == path else folder
    return names


class Cache:
    """What was read and parsed, shared by an overlay and all that are made from it; the oldest is dropped first."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}
        self._size = 0
        self._parses: dict[tuple[object, ...], object] = {}

    def read(self, path: str, limit: int) -> bytes:
        data = self._files.get(path)
        if data is None:
            data = read_file(path, limit)
            if len(data) <= _MAX_CACHED_BYTES // 4:
                self._files[path] = data
                self._size += len(data)
                while self._size > _MAX_CACHED_BYTES:
                    self._size -= len(self._files.pop(next(iter(self._files))))
        elif len(data) > limit:
            raise _too_large(limit)
        return data

    def parsed(self, parse: "Callable[..., T]", data: bytes, path: str, *options: object) -> "T":
        key = (parse, data, path, *options)
        if key not in self._parses:
            if len(self._parses) >= _MAX_PARSES:
                del self._parses[next(iter(self._parses))]
            self._parses[key] = parse(data, path, *options)
        return self._parses[key]  # type: ignore[return-value]

    # One run asks once; a cache that lives long remembers the answers, see `live_files`.

    def recalled(self, ask: "Callable[[bytes], bool]", path: str, data: bytes, *about: object) -> bool:
        return ask(data)

    def remembered(self, compute: "Callable[[], T]", *about: object) -> "T":
        return compute()
