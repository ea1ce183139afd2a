"""Reading files within limits."""

import os
import stat

MAX_PYTHON_BYTES = 20 * 1024 * 1024
"""Of a file of the project; a generated table can be large."""


def read_file(path: str, limit: int) -> bytes:
    """A regular file's bytes; raise OSError, or ValueError for what is no such file or larger than `limit` bytes."""
    # Without waiting: a FIFO that nobody writes to would hold the run up.
    file = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        found = os.fstat(file)
        if stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError("is a folder")
        if not stat.S_ISREG(found.st_mode):
            raise ValueError("no regular file")
        pieces: list[bytes] = []
        left = limit + 1
        # Asking for all of `limit` at once would set as much memory aside for every file.
        while left > 0 and (piece := os.read(file, min(left, (found.st_size or 1 << 16) + 1))):
            pieces.append(piece)
            left -= len(piece)
            if len(piece) == found.st_size:
                break
    finally:
        os.close(file)
    if left <= 0:
        raise ValueError(f"larger than {limit // 1024 // 1024} MiB")
    return b"".join(pieces)


def explain_os_error(error: OSError) -> str:
    """What is wrong with a path, in a sentence with a way out."""
    if isinstance(error, FileNotFoundError):
        return "no such file or folder: check the spelling"
    if isinstance(error, PermissionError):
        return "cannot be read: no permission"
    if isinstance(error, IsADirectoryError):
        return "is a folder"
    return f"cannot be read: {error.strerror or error}"
