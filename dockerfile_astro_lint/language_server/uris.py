"""URIs of documents, and the paths that they stand for."""

import ntpath
import os
import posixpath
from urllib.parse import quote, unquote_to_bytes, urlsplit

WINDOWS = os.name == "nt"


def path_of(uri: str, windows: bool = WINDOWS) -> str | None:
    """The absolute path of a file URI; None if it names no file of this machine.

    Bytes that are not UTF-8 stay what they are. The drive letter is a capital, whatever the client writes.
    """
    try:
        parts = urlsplit(uri)
        scheme, host = parts.scheme, parts.netloc
    except ValueError:
        return None
    if scheme.lower() != "file":
        return None
    path = os.fsdecode(unquote_to_bytes(parts.path))
    if "\0" in path or not path.startswith("/"):
        return None
    if not windows:
        return posixpath.normpath(path) if host.lower() in ("", "localhost") else None
    if host.lower() not in ("", "localhost"):
        return ntpath.normpath(f"\\\\{host}{path}")
    if path[2:3] == ":" and path[1].isalpha():
        return ntpath.normpath(f"{path[1].upper()}{path[2:]}")
    return ntpath.normpath(path)


def uri_of(path: str, windows: bool = WINDOWS) -> str:
    """The URI of an absolute path."""
    if windows:
        path = path.replace("\\", "/")
        if path.startswith("//"):
            return f"file:{quote(os.fsencode(path))}"
        path = f"/{path}"
    return f"file://{quote(os.fsencode(path))}"


def name_of(uri: str) -> str:
    """The last part of a URI of any scheme, decoded: what a document without a path is called."""
    try:
        path = urlsplit(uri).path
    except ValueError:
        path = uri
    return os.fsdecode(unquote_to_bytes(path)).rpartition("/")[2]
