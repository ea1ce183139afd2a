"""The live feed's shape -> Catalog; everything in it is somebody else's and may be wrong."""

from dockerfile_astro_lint.astro.catalog import Build, Catalog, CatalogError, bundled, is_day, line_of, series_with
from dockerfile_astro_lint.astro.image import parse_tag
from dockerfile_astro_lint.core.compat import Iterator, NamedTuple

MAX_FEED_BYTES = 16 * 1024 * 1024


SCHEMA = "1"
"""The first number of the schema that is read here; the second only adds."""


class Detail(NamedTuple):
    """What else is known of a build: how it is known, what its day stands for, its channel, its very end."""

    version: str
    evidence: str
    day: str
    channel: str
    end_of_basic_support: str


class Feed(NamedTuple):
    """What a feed says; `date` is empty where it does not say which day it is of."""

    date: str
    builds: tuple[Build, ...]
    details: tuple[Detail, ...]

    @property
    def basic(self) -> dict[str, str]:
        """The end of basic support of each series that says one."""
        pairs = zip(self.builds, self.details, strict=True)
        return {build.version.series: one.end_of_basic_support for build, one in pairs if one.end_of_basic_support}


def load_feed(data: bytes, origin: str) -> Catalog:
    """A catalog of what a feed says and of the bundled series; raise CatalogError where it cannot be used."""
    feed = parse_feed(data)
    builds: dict[str, list[Build]] = {}
    for build in feed.builds:
        builds.setdefault(build.version.series, []).append(build)
    date = feed.date or max(build.released for build in feed.builds) or bundled().date
    return Catalog(date, builds, series_with(builds, feed.basic), origin, "\n".join(map(line_of, feed.details)))


def parse_feed(data: bytes) -> Feed:
    """A feed of the live one's shape; unknown keys are passed over. Raise CatalogError where it cannot be used."""
    import json

    if len(data) > MAX_FEED_BYTES:
        raise CatalogError(f"it is larger than {MAX_FEED_BYTES // 1024 // 1024} MiB")
    if not data.strip():
        raise CatalogError("it is not JSON: it is empty")
    if data.lstrip()[:1] == b"<":
        raise CatalogError("it is not JSON but a web page, as a proxy or a login page gives")
    try:
        feed = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise CatalogError(f"it is not JSON ({error})") from None
    if not isinstance(feed, dict):
        raise CatalogError("it is not a JSON object with `runtimeVersions` and `runtimeVersionsV3`")
    schema = str(feed.get("schemaVersion", SCHEMA))[:20]
    if schema.partition(".")[0] != SCHEMA:
        raise CatalogError(f"it is of schema {schema}, and this astro-lint reads {SCHEMA}.x: a newer one may read it")
    found = {build.version: (build, detail) for key, family in (("runtimeVersions", 2), ("runtimeVersionsV3", 3))
             for build, detail in _builds(feed, key, family)}  # fmt: skip
    if not found:
        raise CatalogError("it names no build under `runtimeVersions` or `runtimeVersionsV3`")
    builds, details = zip(*sorted(found.values()), strict=True)
    return Feed(_date(feed.get("asOf"), "asOf"), builds, details)


def _builds(feed: dict[str, object], key: str, family: int) -> Iterator[tuple[Build, Detail]]:
    entries = feed.get(key, {})
    if not isinstance(entries, dict):
        raise CatalogError(f"`{key}` is not an object")
    for name, entry in entries.items():
        metadata = entry.get("metadata", {}) if isinstance(entry, dict) else None
        if not isinstance(metadata, dict):
            raise CatalogError(f"`{key}` says nothing that can be read of `{name}`")
        version = parse_tag(name, airflow_3_home=family == 3).version
        if version is None or version.family != family or version.floating or str(version) != name:
            continue  # pre-releases, and grammars to come
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
    """`3.12` of `3.12` and of `3.12.4`; nothing of what is no version."""
    numbers = text.split(".")
    known = len(numbers) > 1 and all(number.isdecimal() and number.isascii() for number in numbers)
    return ".".join(numbers[:2]) if known else ""


def _text(value: object, where: str) -> str:
    if value is not None and not isinstance(value, str):
        raise CatalogError(f"{where} has {value!r:.40} where a text belongs")
    return value or ""


def _date(value: object, where: str) -> str:
    text = _text(value, where)[:10]
    if text and not is_day(text):
        raise CatalogError(f"{where} has {text!r} where a date such as 2026-09-25 belongs")
    return text
