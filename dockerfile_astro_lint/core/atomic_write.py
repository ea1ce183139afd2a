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

    The other names of a file with hard links keep the old bytes, for they may be outside of `roots`.

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
    """Write a file in one step, replacing an existing one; raise WriteError, also for a link that leads elsewhere.

    A repository may hold a link where a run writes: it is followed within the repository, or else within the folder of
    the file, and nowhere else.
    """
    try:
        # A pipe, a terminal or /dev/null cannot be replaced, nor can a file descriptor of this process.
        if path.startswith(("/dev/", "/proc/")) or (os.path.exists(path) and not os.path.isfile(path)):
            if not path.startswith(("/dev/", "/proc/")):
                refuse_link_out(path)
            with open(path, "wb") as pipe:
                pipe.writelines(pieces)
            return
        real = os.path.realpath(path)
        refuse_link_out(path)
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


def refuse_link_out(path: str) -> None:
    """Raise WriteError for a path that leads out of the tree that it is in through a link."""
    absolute, tree = os.path.abspath(path), _tree(os.getcwd())
    root = tree if absolute.startswith(os.path.join(tree, "")) else os.path.dirname(absolute)
    if not _below(os.path.realpath(path), root):
        raise WriteError(f"not written: a link leads out of {root}")


def _tree(folder: str) -> str:
    """The repository around a folder, or the folder itself."""
    above = folder
    while not os.path.lexists(os.path.join(above, ".git")):
        parent = os.path.dirname(above)
        if parent == above:
            return folder
        above = parent
    return above


def _below(path: str, root: str) -> bool:
    folder = os.path.join(os.path.realpath(root), "")
    return path.startswith(folder)


def _write_beside(real: str, pieces: Iterable[bytes], like: os.stat_result | None) -> str:
    """A finished temporary file in the same folder, with the mode and, where possible, the owner of another."""
    folder, name = os.path.split(real)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    _remove_left(folder)
    # A name may have 255 bytes, whatever number of characters that is.
    begin = os.fsdecode(os.fsencode(name)[:100])
    temporary = os.path.join(folder, f".{begin}{_MARK}{os.getpid()}-{os.urandom(6).hex()}")
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


_MARK = ".astro-lint-"


def _remove_left(folder: str) -> None:
    """Remove the temporary files of a run that was killed: those of processes that are no longer there."""
    with suppress(OSError):
        for name in os.listdir(folder or "."):
            _, mark, owner = name.rpartition(_MARK)
            number, _, rest = owner.partition("-")
            if name.startswith(".") and mark and number.isdecimal() and number.isascii() and len(rest) == 12:
                path = os.path.join(folder, name)
                if stat.S_ISREG(os.lstat(path).st_mode) and not _is_running(int(number[:9])):
                    _remove(path)


def _is_running(process: int) -> bool:
    if os.name == "nt":
        return True  # there, asking would end the process
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


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
