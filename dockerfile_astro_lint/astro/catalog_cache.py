"""The user's cached copy of the live catalog, in a text format that loads fast because every run reads it."""

import os
import sys

from dockerfile_astro_lint.astro.catalog import Catalog, CatalogError, bundled, days_between, overlay
from dockerfile_astro_lint.core.compat import Iterable
from dockerfile_astro_lint.core.files import read_file

NAME = "catalog-2.txt"
"""The number is the format's version: releases with different formats do not share a file."""

MAX_BYTES = 16 * 1024 * 1024

MAX_AHEAD = 90
"""Days that the date of a catalog may be after today: a clock may be behind."""

_MODULUS = 2**61 - 1

_SEPARATOR = "\n\x1e\n"

FIELDS = ("date", "dated", "source", "tag", "modified", "builds", "series", "details")
"""The fields of a cached catalog, in order.

`dated` says where the date comes from, `feed` or `day` (of the download); `source` is its URL or file; `tag` and
`modified` are the ETag and Last-Modified to revalidate it with; `builds`, `series` (those that differ from the bundled
ones) and `details` are lines.
"""


def path(platform: str = sys.platform) -> str:
    """The path of the cached copy: platformdirs' `user_cache_dir`, without importing that on every run."""
    if platform == "win32":
        local = os.environ.get("LOCALAPPDATA") or os.path.expanduser(os.path.join("~", "AppData", "Local"))
        return os.path.join(os.path.normpath(local), "astro-lint", "Cache", NAME)
    folder = os.environ.get("XDG_CACHE_HOME", "")
    if not folder.startswith("/"):
        folder = os.path.expanduser("~/Library/Caches" if platform == "darwin" else "~/.cache")
    return os.path.join(folder, "astro-lint", NAME)


def newest() -> tuple[Catalog, str]:
    """The newer of the cached and the bundled catalog, and a warning if the cached copy is unusable."""
    try:
        cached = read_cached()
    except CatalogError as error:
        return bundled(), f"ignoring the cached catalog, {error}: run `astro-lint catalog update` to replace it"
    if cached is None or cached[0] < bundled().date:
        return bundled(), ""
    if is_future(cached[0]):
        why = f"ignoring the cached catalog, its date {cached[0]} is in the future"
        return bundled(), f"{why}: run `astro-lint catalog update` to replace it"
    date, _, source, _, _, builds, series, details = cached
    return overlay(date, builds, series, f"fetched from {source}", details), ""


def is_future(date: str) -> bool:
    """Whether the date of a catalog is so far ahead that no later catalog would ever replace it."""
    import time

    today = time.strftime("%Y-%m-%d", time.gmtime())
    # A clock that is behind the bundled catalog tells nothing.
    return today >= bundled().date and date > today and days_between(today, date) > MAX_AHEAD


def read_cached() -> list[str] | None:
    """The fields of the cached copy, None without one; raise CatalogError if it is unusable."""
    try:
        data = read_file(path(), MAX_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise CatalogError(getattr(error, "strerror", None) or str(error)) from None
    head, _, body = data.partition(b"\n")
    if head != _head(body):
        raise CatalogError("it is damaged")
    parts = body.decode().split(_SEPARATOR)
    if len(parts) != len(FIELDS):
        raise CatalogError("it is damaged")
    return parts


def render_cache(fields: Iterable[str]) -> bytes:
    """The content of the cache file."""
    body = _SEPARATOR.join(fields).encode("utf-8", "replace")
    return _head(body) + b"\n" + body


def _head(body: bytes) -> bytes:
    """The first line with a checksum of the rest; loading hashlib would take longer than reading the file."""
    return b"astro-lint catalog %d" % (int.from_bytes(body, "little") % _MODULUS)
