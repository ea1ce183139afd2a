"""Write files in one step: whatever happens, there is the old file or the new one."""

import os
import stat
from contextlib import suppress

from dockerfile_astro_lint.core.compat import Iterable
from dockerfile_astro_lint.core.files import read_file


class WriteError(Exception):
    """A file was not written; the message says why, without the path."""


def replace_file(path: str, old: bytes, new: bytes, roots: Iterable[str]) -> None:
    """Replace the bytes of a file in one step; mode and owner are kept.

    A link is followed to a file below one of `roots` and nowhere else. Raise WriteError, the file untouched.
    """
    real = os.path.realpath(path)
    if os.path.islink(path) and not any(_below(real, root) for root in roots):
        raise WriteError(f"not written: it is a link to {real}, which is outside the given paths")
    try:
        found = os.stat(real)
        if not os.access(real, os.W_OK):
            raise WriteError("not written: it is read-only")
        temporary = _write_beside(real, [new], found)
        try:
            if read_file(real, max(len(old), 1) + 1) != old:
                raise WriteError("not written: it changed since it was read; run again")
            os.replace(temporary, real)
        except BaseException:
            _remove(temporary)
            raise
    except ValueError:
        raise WriteError("not written: it changed since it was read; run again") from None
    except OSError as error:
        raise WriteError(f"not written: {error.strerror or error}") from None
    _sync_folder(os.path.dirname(real))


def write_new(path: str, data: bytes) -> None:
    """`write_pieces` with a single piece."""
    write_pieces(path, [data])


def write_pieces(path: str, pieces: Iterable[bytes]) -> None:
    """Write a file in one step, replacing an existing one; raise WriteError."""
    try:
        # A pipe, a terminal or /dev/null cannot be replaced, nor can a file descriptor of this process.
        if (os.path.exists(path) and not os.path.isfile(path)) or path.startswith(("/dev/", "/proc/")):
            with open(path, "wb") as pipe:
                pipe.writelines(pieces)
            return
        real = os.path.realpath(path)
        like = os.stat(real) if os.path.exists(real) else None
        if like and not os.access(real, os.W_OK):
            raise WriteError("not written: it is read-only")
        temporary = _write_beside(real, pieces, like)
        try:
            os.replace(temporary, real)
        except BaseException:
            _remove(temporary)
            raise
    except OSError as error:
        raise WriteError(f"not written: {error.strerror or error}") from None


def _below(path: str, root: str) -> bool:
    folder = os.path.join(os.path.realpath(root), "")
    return path.startswith(folder)


def _write_beside(real: str, pieces: Iterable[bytes], like: os.stat_result | None) -> str:
    """A finished temporary file in the same folder, with the mode and, where possible, the owner of another."""
    folder, name = os.path.split(real)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    temporary = os.path.join(folder, f".{name[:100]}.astro-lint-{os.getpid()}-{os.urandom(6).hex()}")
    file = os.open(temporary, flags, 0o600)
    try:
        try:
            for piece in pieces:
                view = memoryview(piece)
                while view:
                    view = view[os.write(file, view) :]
            if like is None:
                if hasattr(os, "fchmod"):
                    os.fchmod(file, 0o666 & ~_umask())
            else:
                if hasattr(os, "fchown") and (like.st_uid, like.st_gid) != (os.getuid(), os.getgid()):
                    with suppress(PermissionError):  # only root may give files away
                        os.fchown(file, like.st_uid, like.st_gid)
                if hasattr(os, "fchmod"):
                    os.fchmod(file, stat.S_IMODE(like.st_mode))
            os.fsync(file)
        finally:
            os.close(file)
    except BaseException:
        _remove(temporary)
        raise
    return temporary


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _remove(path: str) -> None:
    with suppress(OSError):
        os.unlink(path)


def _sync_folder(folder: str) -> None:
    """Make the new name survive a power failure, if the system supports it."""
    try:
        file = os.open(folder or ".", os.O_RDONLY)
    except OSError:
        return
    with suppress(OSError):
        os.fsync(file)
    os.close(file)
