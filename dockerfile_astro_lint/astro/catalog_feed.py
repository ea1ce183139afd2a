"""Parse the live Runtime feed into a catalog; its content is untrusted."""

from dockerfile_astro_lint.astro.catalog import Build, Catalog, CatalogError, Series, bundled, format_row, is_day
from dockerfile_astro_lint.astro.image import parse_tag
from dockerfile_astro_lint.core.compat import Iterator, Mapping, NamedTuple, Sequence

MAX_FEED_BYTES = 16 * 1024 * 1024


MAX_BUILDS = 10_000
"""Builds of a feed; each run reads all that are cached."""


SCHEMA = "1"
"""The supported major version of the feed's schema; minor versions only add keys."""


class Detail(NamedTuple):
    """Further facts of a build: their source, what its date means if not its release, its channel."""

    version: str
    evidence: str
    day: str
    channel: str
    end_of_basic_support: str


class Feed(NamedTuple):
    """A parsed feed; `date` is empty if the feed has none, and `details` pair with `builds`."""

    date: str
    builds: tuple[Build, ...]
    details: tuple[Detail, ...]

    @property
    def basic(self) -> dict[str, str]:
        """The end of basic support by series, where the feed has it."""
        pairs = zip(self.builds, self.details, strict=True)
        return {build.version.series: detail.end_of_basic_support for build, detail in pairs if detail[4]}


def load_feed(data: bytes, origin: str) -> Catalog:
    """A catalog of a feed's builds and the bundled series; raise CatalogError if the feed is unusable."""
    feed = parse_feed(data)
    builds: dict[str, list[Build]] = {}
    for build in feed.builds:
        builds.setdefault(build.version.series, []).append(build)
    date = feed.date or max(build.released for build in feed.builds) or bundled().date
    return Catalog(date, builds, merge_series(builds, feed.basic), origin, "\n".join(map(format_row, feed.details)))


def merge_series(builds: Mapping[str, Sequence[Build]], basic: Mapping[str, str]) -> dict[str, Series]:
    """The bundled series, updated from these builds, and the series that only these builds know.

    `basic` maps a series to the end of its basic support.
    """
    series = dict(bundled().series)
    for name in builds:
        first, last = builds[name][0], builds[name][-1]
        if name in series:
            end = last.end_of_maintenance
            series[name] = series[name]._replace(end_of_maintenance=end) if end else series[name]
        else:
            airflow = ".".join(last.airflow.split(".")[:2])
            known = bool(last.pythons)
            series[name] = Series(
                name, airflow, first.released, last.end_of_maintenance, last.python, last.pythons, known
            )
        if name in basic:
            series[name] = series[name]._replace(end_of_basic_support=basic[name])
    return series


def parse_feed(data: bytes) -> Feed:
    """Parse a feed, ignoring unknown keys; raise CatalogError if it is unusable."""
    import json

    if len(data) > MAX_FEED_BYTES:
        raise CatalogError(f"it is larger than {MAX_FEED_BYTES // 1024 // 1024} MiB")
    if not data.strip():
        raise CatalogError("it is not JSON: it is empty")
    if data.lstrip()[:1] == b"<":
        raise CatalogError("it is not JSON but a web page, perhaps of a proxy or a login")
    try:
        feed = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise CatalogError(f"it is not JSON ({error})") from None
    if not isinstance(feed, dict):
        raise CatalogError("it is not a JSON object with `runtimeVersions` and `runtimeVersionsV3`")
    schema = str(feed.get("schemaVersion", SCHEMA))[:20]
    if schema.partition(".")[0] != SCHEMA:
        raise CatalogError(f"it has schema {schema}, but this astro-lint supports {SCHEMA}.x: upgrade astro-lint")
    listed = sum(len(one) for key in ("runtimeVersions", "runtimeVersionsV3") if isinstance(one := feed.get(key), dict))
    if listed > MAX_BUILDS:
        raise CatalogError(f"it lists {listed:,} builds, and astro-lint reads at most {MAX_BUILDS:,}")
    pairs = {build.version: (build, detail) for key, family in (("runtimeVersions", 2), ("runtimeVersionsV3", 3))
             for build, detail in _builds(feed, key, family)}  # fmt: skip
    if not pairs:
        raise CatalogError("it has no builds in `runtimeVersions` or `runtimeVersionsV3`")
    builds, details = zip(*sorted(pairs.values()), strict=True)
    return Feed(_date(feed.get("asOf"), "asOf"), builds, details)


def _builds(feed: dict[str, object], key: str, family: int) -> Iterator[tuple[Build, Detail]]:
    entries = feed.get(key, {})
    if not isinstance(entries, dict):
        raise CatalogError(f"`{key}` is not an object")
    for name, entry in entries.items():
        metadata = entry.get("metadata", {}) if isinstance(entry, dict) else None
        if not isinstance(metadata, dict):
            raise CatalogError(f"`{name}` in `{key}` is not an object with `metadata`")
        version = parse_tag(name, airflow_3_repository=family == 3).version
        if version is None or version.family != family or version.floating or str(version) != name:
            continue  # pre-releases, and future grammars
        where = f"{key} {name}"
        pythons = metadata.get("pythonVersions") or []
        if not isinstance(pythons, list) or not all(isinstance(one, str) for one in pythons):
            raise CatalogError(f"`pythonVersions` of {where} is not a list of versions")
        yanked = (_text(metadata.get("yankedReason"), where) or "no reason given") if metadata.get("yanked") else None
        released = _date(metadata.get("releaseDate"), where)
        build = Build(
            version,
            _text(metadata.get("airflowVersion"), where),
            released or _date(entry.get("firstSeen"), where),
            _python(_text(metadata.get("defaultPythonVersion"), where)),
            tuple(filter(None, map(_python, pythons))),
            _date(metadata.get("endOfMaintenance") or metadata.get("endOfSupport"), where),
            yanked,
        )
        yield (
            build,
            Detail(
                name,
                _text(entry.get("evidence"), where) or "feed",
                "first seen" if entry.get("firstSeen") and not released else "",
                _text(metadata.get("channel"), where),
                _date(metadata.get("endOfBasicSupport"), where),
            ),
        )


def _python(text: str) -> str:
    """`3.12` for `3.12` and `3.12.4`; empty for an invalid version."""
    numbers = text.split(".")
    known = len(numbers) > 1 and all(number.isdecimal() and number.isascii() for number in numbers)
    return ".".join(numbers[:2]) if known else ""


def _text(value: object, where: str) -> str:
    if value is not None and not isinstance(value, str):
        raise CatalogError(f"{where} has {value!r:.40}, which is not a string")
    return value or ""


def _date(value: object, where: str) -> str:
    text = _text(value, where)[:10]
    if text and not is_day(text):
        raise CatalogError(f"{where} has {text!r}, which is not a date such as 2026-09-25")
    return text
