"""The user's own copy of the live catalog: every run looks for it, so it is text that costs next to nothing to load."""

import os
import sys

from dockerfile_astro_lint.astro.catalog import Catalog, CatalogError, bundled, overlaid
from dockerfile_astro_lint.core.compat import Iterable
from dockerfile_astro_lint.core.files import read_file

NAME = "catalog-1.txt"
"""The number is that of the form, so that two releases that differ in it do not meet."""


MAX_BYTES = 16 * 1024 * 1024


_MODULUS = 2**61 - 1


_BETWEEN = "\n\x1e\n"


FIELDS = ("date", "dated", "source", "tag", "modified", "builds", "series", "details")
"""Of a fetched catalog as it is kept: `dated` is what says its date, `feed` or `day` (of fetching); `source` is the
address or file that it came from; `tag` and `modified` are for asking whether there is another by now; `builds`,
`series` (those that the bundle does not know, or knows otherwise) and `details` are lines.
"""


def path(platform: str = sys.platform) -> str:
    """Where the copy is or would be, as platformdirs' `user_cache_dir` has it, which would cost more than a run."""
    if platform == "win32":
        local = os.environ.get("LOCALAPPDATA") or os.path.expanduser(os.path.join("~", "AppData", "Local"))
        return os.path.join(os.path.normpath(local), "astro-lint", "Cache", NAME)
    folder = os.environ.get("XDG_CACHE_HOME", "")
    if not folder.startswith("/"):
        folder = os.path.expanduser("~/Library/Caches" if platform == "darwin" else "~/.cache")
    return os.path.join(folder, "astro-lint", NAME)


def newest() -> tuple[Catalog, str]:
    """The newer of the copy and the bundle; and a sentence where there is a copy that cannot be used."""
    try:
        cached = read_cached()
    except CatalogError as error:
        return bundled(), f"the cached catalog is not used, {error}: `astro-lint catalog update` replaces it"
    if cached is None or cached[0] < bundled().date:
        return bundled(), ""
    date, _, source, _, _, builds, series, details = cached
    return overlaid(date, builds, series, f"fetched from {source}", details), ""


def read_cached() -> list[str] | None:
    """The fields of the copy, None where there is none; raise CatalogError where it cannot be used."""
    try:
        data = read_file(path(), MAX_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise CatalogError(getattr(error, "strerror", None) or str(error)) from None
    head, _, body = data.partition(b"\n")
    if head != _head(body):
        raise CatalogError("it is damaged")
    parts = body.decode().split(_BETWEEN)
    if len(parts) != len(FIELDS):
        raise CatalogError("it is damaged")
    return parts


def text_of(fields: Iterable[str]) -> bytes:
    """The copy as it stands in its file."""
    body = _BETWEEN.join(fields).encode("utf-8", "replace")
    return _head(body) + b"\n" + body


def _head(body: bytes) -> bytes:
    """The first line, by which a damaged file is told; hashlib would cost more to load than the rest to read."""
    return b"astro-lint catalog %d" % (int.from_bytes(body, "little") % _MODULUS)
