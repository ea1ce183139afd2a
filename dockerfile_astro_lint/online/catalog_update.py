"""The live feed, or a file of its shape -> the user's own copy of the catalog, or one sentence and nothing changed."""

import os
import time
from urllib.parse import urlsplit

from dockerfile_astro_lint.astro import catalog_cache, catalog_feed
from dockerfile_astro_lint.astro.catalog import (
    Build,
    Catalog,
    CatalogError,
    bundled,
    days_between,
    format_row,
)
from dockerfile_astro_lint.core.atomic_write import WriteError, write_new
from dockerfile_astro_lint.core.compat import NamedTuple
from dockerfile_astro_lint.core.errors import UsageError
from dockerfile_astro_lint.core.files import read_file
from dockerfile_astro_lint.online.http import Answer, TransportError, exchange, opener, within

PUBLIC = "https://updates.astronomer.io/astronomer-runtime"


VARIABLE = "ASTRO_RUNTIME_VERSIONS_URL"
"""Names another address, here as for the Astro CLI."""


TIME_LIMIT = 30.0
"""Seconds for all of a transfer, names and redirects included."""


_MAX_HEADER = 500


_NAMED = 5


class Cached(NamedTuple):
    """The fields of `cache.FIELDS`."""

    date: str
    dated: str
    source: str
    tag: str
    modified: str
    builds: str
    series: str
    details: str


def from_feed() -> str:
    """Take the live feed; what has changed, in a sentence. Raise UsageError, the copy untouched."""
    address = os.environ.get(VARIABLE) or PUBLIC
    try:
        parts = urlsplit(address)
    except ValueError:
        raise UsageError(f"{VARIABLE}: this is no address") from None
    # What may be a secret is neither kept nor shown.
    shown = f"{parts.scheme}://{parts.netloc}{parts.path}"
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise UsageError(f"{VARIABLE}: the address must begin with https:// or http://; `update FILE` takes a file")
    if "@" in parts.netloc:
        raise UsageError(f"{VARIABLE}: an address with a user name in it is not taken")
    known = _known()
    if known and (known.source != shown or parts.query):
        known = None
    try:
        answer = _fetched(address, known)
        today = _today()
        if answer.status == 304 and known:
            return _confirmed(known, today)
        if answer.status != 200:
            raise TransportError(_refusal(answer.status))
        found = catalog_feed.parse_feed(answer.body)
        date = found.date or _day(today, answer.headers.get("date", ""))
    except (TransportError, CatalogError) as error:
        raise UsageError(f"{shown}: {error}; {_left()}") from None
    tag, modified = (_kept(answer.headers.get(name, "")) for name in ("etag", "last-modified"))
    return _accepted(found, date, "feed" if found.date else "day", shown, tag, modified)


def from_file(path: str) -> str:
    """Take a file; what has changed, in a sentence. Raise UsageError, the copy untouched."""
    try:
        found = catalog_feed.parse_feed(read_file(path, catalog_feed.MAX_FEED_BYTES))
        written = time.strftime("%Y-%m-%d", time.gmtime(os.path.getmtime(path)))
    except (OSError, ValueError, CatalogError) as error:
        raise UsageError(f"{path}: {getattr(error, 'strerror', None) or error}; {_left()}") from None
    today = _today()
    out = [build.released for build in found.builds if build.released <= today]
    # A copy that does not say its day is of the day that it was made.
    date = found.date or max([*out, min(written, today)])
    return _accepted(found, date, "feed", " ".join(os.path.abspath(path).split()), "", "")


def _known() -> Cached | None:
    try:
        fields = catalog_cache.read_cached()
    except CatalogError:
        return None  # damaged, so there is nothing to ask about
    return Cached(*fields) if fields else None


def _today() -> str:
    return time.strftime("%Y-%m-%d", time.gmtime())


def _left() -> str:
    return f"the catalog of {catalog_cache.newest()[0].date} stays in use"


def _fetched(address: str, known: Cached | None) -> Answer:
    headers = {"Accept": "application/json"}
    if known and known.tag:
        headers["If-None-Match"] = known.tag
    if known and known.modified:
        headers["If-Modified-Since"] = known.modified
    until = time.monotonic() + TIME_LIMIT
    return within(TIME_LIMIT, lambda: exchange(opener(), address, "GET", headers, catalog_feed.MAX_FEED_BYTES, until))


def _refusal(status: int) -> str:
    if status in (401, 403, 407):
        return f"it asks for credentials ({status}), and none are sent"
    return f"it answers with status {status}"


def _day(today: str, header: str) -> str:
    """The day of a feed that does not say its own; raise CatalogError where nobody can tell."""
    from email.utils import parsedate

    parsed = parsedate(header)
    if today < bundled().date:
        raise CatalogError(f"it has no date, and this machine's clock is wrong: it says {today}")
    if parsed and abs(days_between(today, f"{parsed[0]:04}-{parsed[1]:02}-{parsed[2]:02}")) > 1:
        day = f"{parsed[0]:04}-{parsed[1]:02}-{parsed[2]:02}"
        raise CatalogError(f"it has no date, and the clocks differ: {today} here, {day} there")
    return today


def _kept(header: str) -> str:
    """A header that is sent back next time."""
    return header if len(header) <= _MAX_HEADER and header.isascii() and header.isprintable() else ""


def _confirmed(known: Cached, today: str) -> str:
    if known.dated == "day" and known.date < today:
        known = known._replace(date=today)
        _write(known)
    return f"Nothing new: the catalog of {known.date} is what {known.source} has."


def _accepted(found: catalog_feed.Feed, date: str, dated: str, source: str, tag: str, modified: str) -> str:
    before = catalog_cache.newest()[0]
    by_series: dict[str, list[Build]] = {}
    for build in found.builds:
        by_series.setdefault(build.version.series, []).append(build)
    own = bundled().series
    series = [one for name, one in catalog_feed.merge_series(by_series, found.basic).items() if one != own.get(name)]
    lines = ("\n".join(map(format_row, rows)) for rows in (found.builds, series, found.details))
    _write(Cached(date, dated, source, tag, modified, *lines))
    after = catalog_cache.newest()[0]
    if after.date != date:
        return f"The catalog of {date} is kept, but the one that astro-lint carries is newer ({after.date}) and used."
    return f"The catalog is now of {date}: {_changes(before, after)}."


def _changes(before: Catalog, after: Catalog) -> str:
    new, withdrawn = [], []
    for name in after.builds:
        for build in after.of_series(name):
            known = before.build(build.version)
            if known is None:
                new.append(str(build.version))
            elif build.yanked is not None and known.yanked is None:
                withdrawn.append(str(build.version))
    told = [f"{len(new)} new ({_some(new)})"] if new else []
    told += [f"{len(withdrawn)} withdrawn ({_some(withdrawn)})"] if withdrawn else []
    return " and ".join(told) or "no new builds"


def _some(names: list[str]) -> str:
    return ", ".join(names[-_NAMED:]) if len(names) <= _NAMED else f"the last are {', '.join(names[-_NAMED:])}"


def _write(cached: Cached) -> None:
    path = catalog_cache.path()
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        write_new(path, catalog_cache.render_cache(cached))
    except OSError as error:
        raise UsageError(f"the catalog was not written to {path}: {error.strerror or error}") from None
    except WriteError as error:
        raise UsageError(f"the catalog was {str(error).replace('not written', f'not written to {path}', 1)}") from None
