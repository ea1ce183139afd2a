"""Implement `astro-lint catalog update`: replace the cached catalog by the live feed or by a copy of it in a file."""

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
"""An environment variable with the URL of the feed, shared with the Astro CLI."""


TIME_LIMIT = 30.0
"""Seconds for the whole transfer, including name resolution and redirects."""


_MAX_HEADER = 500


_NAMED = 5


class Cached(NamedTuple):
    """The fields of a cached catalog, as in `catalog_cache.FIELDS`."""

    date: str
    dated: str
    source: str
    tag: str
    modified: str
    builds: str
    series: str
    details: str


def from_feed() -> str:
    """Fetch the live feed and return a sentence about the changes; raise UsageError without touching the cache."""
    address = os.environ.get(VARIABLE) or PUBLIC
    try:
        parts = urlsplit(address)
    except ValueError:
        raise UsageError(f"{VARIABLE}: invalid URL") from None
    # User, query and fragment may hold secrets: they are neither stored nor shown.
    display_url = f"{parts.scheme}://{parts.netloc}{parts.path}"
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise UsageError(
            f"{VARIABLE}: the URL must start with https:// or http://; for a file, use `catalog update FILE`"
        )
    if "@" in parts.netloc:
        raise UsageError(f"{VARIABLE}: a user name in the URL is not supported")
    known = _known()
    if known and (known.source != display_url or parts.query):
        known = None
    try:
        answer = _fetched(address, known)
        today = _today()
        if answer.status == 304 and known:
            return _confirmed(known, today)
        if answer.status != 200:
            raise TransportError(_refusal(answer.status))
        feed = _parsed(answer.body)
        date = feed.date or _day(today, answer.headers.get("date", ""))
    except (TransportError, CatalogError) as error:
        raise UsageError(f"{display_url}: {error}; {_still_used()}") from None
    tag, modified = (_validator(answer.headers.get(name, "")) for name in ("etag", "last-modified"))
    return _store(feed, date, "feed" if feed.date else "day", display_url, tag, modified)


def from_file(path: str) -> str:
    """Read a file and return a sentence about the changes; raise UsageError without touching the cache."""
    try:
        feed = _parsed(read_file(path, catalog_feed.MAX_FEED_BYTES))
        written = time.strftime("%Y-%m-%d", time.gmtime(os.path.getmtime(path)))
    except (OSError, ValueError, CatalogError) as error:
        raise UsageError(f"{path}: {getattr(error, 'strerror', None) or error}; {_still_used()}") from None
    today = _today()
    released = [build.released for build in feed.builds if build.released <= today]
    # Without a date in the feed, it is as old as the file.
    date = feed.date or max([*released, min(written, today)])
    return _store(feed, date, "feed", " ".join(os.path.abspath(path).split()), "", "")


def _parsed(data: bytes) -> catalog_feed.Feed:
    """Parse a feed; raise CatalogError if it is unusable or newer than today."""
    feed = catalog_feed.parse_feed(data)
    if feed.date and catalog_cache.is_future(feed.date):
        raise CatalogError(f"its date {feed.date} is in the future")
    return feed


def _known() -> Cached | None:
    try:
        fields = catalog_cache.read_cached()
    except CatalogError:
        return None  # damaged, so there is nothing to revalidate
    return Cached(*fields) if fields else None


def _today() -> str:
    return time.strftime("%Y-%m-%d", time.gmtime())


def _still_used() -> str:
    return f"still using the catalog of {catalog_cache.newest()[0].date}"


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
        return f"it requires credentials ({status}), and astro-lint sends none"
    return f"status {status}"


def _day(today: str, header: str) -> str:
    """The day of a feed without a date; raise CatalogError if the clock cannot be trusted."""
    from email.utils import parsedate

    parsed = parsedate(header[:_MAX_HEADER])
    if today < bundled().date:
        raise CatalogError(f"it has no date, and the clock of this machine is wrong ({today})")
    if parsed and abs(days_between(today, f"{parsed[0]:04}-{parsed[1]:02}-{parsed[2]:02}")) > 1:
        day = f"{parsed[0]:04}-{parsed[1]:02}-{parsed[2]:02}"
        raise CatalogError(f"it has no date, and the clocks differ: {today} on this machine, {day} on the server")
    return today


def _validator(header: str) -> str:
    """A header to send back with the next request."""
    return header if len(header) <= _MAX_HEADER and header.isascii() and header.isprintable() else ""


def _confirmed(known: Cached, today: str) -> str:
    if known.dated == "day" and known.date < today:
        known = known._replace(date=today)
        _write(known)
    return f"The catalog of {known.date} is up to date with {known.source}."


def _store(feed: catalog_feed.Feed, date: str, dated: str, source: str, tag: str, modified: str) -> str:
    before = catalog_cache.newest()[0]
    by_series: dict[str, list[Build]] = {}
    for build in feed.builds:
        by_series.setdefault(build.version.series, []).append(build)
    own = bundled().series
    series = [one for name, one in catalog_feed.merge_series(by_series, feed.basic).items() if one != own.get(name)]
    lines = ("\n".join(map(format_row, rows)) for rows in (feed.builds, series, feed.details))
    _write(Cached(date, dated, source, tag, modified, *lines))
    after = catalog_cache.newest()[0]
    if after.date != date:
        return f"Stored the catalog of {date}; the bundled catalog is newer ({after.date}) and is used."
    return f"Updated the catalog to {date}: {_changes(before, after)}."


def _changes(before: Catalog, after: Catalog) -> str:
    new, yanked = [], []
    for name in after.builds:
        for build in after.of_series(name):
            known = before.build(build.version)
            if known is None:
                new.append(str(build.version))
            elif build.yanked is not None and known.yanked is None:
                yanked.append(str(build.version))
    changes = [f"{len(new)} new ({_some(new)})"] if new else []
    changes += [f"{len(yanked)} yanked ({_some(yanked)})"] if yanked else []
    return " and ".join(changes) or "no new builds"


def _some(names: list[str]) -> str:
    return ", ".join(names[-_NAMED:]) if len(names) <= _NAMED else f"latest: {', '.join(names[-_NAMED:])}"


def _write(cached: Cached) -> None:
    path = catalog_cache.path()
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        write_new(path, catalog_cache.render_cache(cached))
    except OSError as error:
        raise UsageError(f"cannot write the catalog to {path}: {error.strerror or error}") from None
    except WriteError as error:
        raise UsageError(f"the catalog was {str(error).replace('not written', f'not written to {path}', 1)}") from None
