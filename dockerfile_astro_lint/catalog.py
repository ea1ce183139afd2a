"""Builds and series: what is known of a version, on a day.

Days are ISO dates (`2026-09-25`), which compare as text. The bundled tables come from `tools/bundle_catalog.py`.
"""

from dockerfile_astro_lint.image import Tag, Version, parse_tag
from dockerfile_astro_lint.light import Iterator, Mapping, NamedTuple, Sequence

MAX_FEED_BYTES = 16 * 1024 * 1024


class Build(NamedTuple):
    """One published image version; what is not known is empty. `yanked` is the reason."""

    version: Version
    airflow: str
    released: str
    python: str
    pythons: tuple[str, ...]
    end_of_maintenance: str
    yanked: str | None


class Series(NamedTuple):
    """All builds of `13`, or of `3.1`; `pythons_complete` says whether a Python that is not listed does not exist."""

    name: str
    airflow: str
    released: str
    end_of_maintenance: str
    python: str
    pythons: tuple[str, ...]
    pythons_complete: bool
    end_of_basic_support: str = ""

    @property
    def family(self) -> int:
        return 3 if "." in self.name else 2

    @property
    def order(self) -> tuple[int, ...]:
        return (self.family, *map(int, self.name.split(".")))


class CatalogError(Exception):
    """A catalog file that cannot be used; the message is a sentence without the path."""


class Catalog:
    """`date` is the day that the catalog is of; `builds` are those of each series, oldest first."""

    def __init__(self, date: str, builds: Mapping[str, Sequence[Build]], series: Mapping[str, Series]) -> None:
        self.date, self.builds, self.series = date, builds, series
        self._known: dict[Version, tuple[Build | None, Series | None]] = {}
        self._maintained: dict[tuple[int, str], Series | None] = {}

    def build(self, version: Version) -> Build | None:
        return self._lookup(version)[0]

    def series_of(self, version: Version) -> Series | None:
        return self._lookup(version)[1]

    def _lookup(self, version: Version) -> tuple[Build | None, Series | None]:
        found = self._known.get(version)
        if found is None:
            name = version.series
            build = next((build for build in self.of_series(name) if build.version == version), None)
            found = self._known[version] = build, self.series.get(name)
        return found

    def airflow(self, version: Version) -> str:
        """The Airflow of a build, of its series if the build's is not known, else nothing."""
        build, series = self.build(version), self.series_of(version)
        return (build.airflow if build else "") or (series.airflow if series else "")

    def python(self, tag: Tag) -> str | None:
        """The Python of an image: by segment, else by build, else by series."""
        if tag.python or tag.version is None:
            return tag.python
        build, series = self.build(tag.version), self.series_of(tag.version)
        return (build.python if build else "") or (series.python if series else "") or None

    def end_of_maintenance(self, version: Version) -> str:
        build, series = self.build(version), self.series_of(version)
        return (build.end_of_maintenance if build else "") or (series.end_of_maintenance if series else "")

    def end_of_basic_support(self, version: Version) -> str:
        """The last day of what comes after maintenance, for Airflow 3 only."""
        series = self.series_of(version)
        return series.end_of_basic_support if series else ""

    def of_series(self, name: str) -> Sequence[Build]:
        """A series' builds, oldest first."""
        return self.builds.get(name, ())

    def released(self, build: Build, day: str) -> bool:
        """A build without a date counts as released from the catalog's date."""
        return (build.released or self.date) <= day

    def newest(self, series: str, day: str) -> Build | None:
        """The newest build of a series that is out on the day and not yanked."""
        good = [build for build in self.of_series(series) if build.yanked is None and self.released(build, day)]
        return good[-1] if good else None

    def carrying(self, airflow: str, family: int) -> list[Build]:
        """The builds of a family that are not yanked and carry an Airflow version, oldest first."""
        return sorted(
            build
            for series in self.builds
            for build in self.of_series(series)
            if build.airflow == airflow and build.version.family == family and build.yanked is None
        )

    def maintained(self, family: int, day: str) -> Series | None:
        """The newest series of a family that is maintained on the day."""
        if (family, day) not in self._maintained:
            good = [
                series
                for series in self.series.values()
                if series.family == family and series.end_of_maintenance >= day and self.newest(series.name, day)
            ]
            self._maintained[family, day] = max(good, key=lambda series: series.order) if good else None
        return self._maintained[family, day]


def days_between(first: str, second: str) -> int:
    """Days from one ISO date to another."""
    return _day_number(second) - _day_number(first)


def _day_number(day: str) -> int:
    year, month, date = map(int, day.split("-"))
    year, month = (year - 1, month + 12) if month < 3 else (year, month)
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * month - 457) // 5 + date


_bundled: list[Catalog] = []


def bundled() -> Catalog:
    """The catalog that the package carries, read once."""
    if not _bundled:
        from dockerfile_astro_lint.catalog_data import BUILDS, DATE, SERIES

        lines: dict[str, list[str]] = {}
        for line in BUILDS.splitlines():
            version = line[: line.index("|")]
            series, dash, _ = version.partition("-")
            lines.setdefault(series if dash else version[: version.index(".")], []).append(line)
        table = [_series(*line.split("|")) for line in SERIES.splitlines()]
        _bundled.append(Catalog(DATE, _Rows(lines), {one.name: one for one in table}))
    return _bundled[0]


class _Rows(Mapping[str, Sequence[Build]]):
    """The bundled builds; a run asks for one series or two, so the others stay text."""

    def __init__(self, lines: dict[str, list[str]]) -> None:
        self.lines = lines
        self.read: dict[str, list[Build]] = {}

    def __getitem__(self, series: str) -> Sequence[Build]:
        if series not in self.read:
            self.read[series] = sorted(_build(*line.split("|")) for line in self.lines[series])
        return self.read[series]

    def __iter__(self) -> Iterator[str]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)


def _build(version: str, airflow: str, released: str, python: str, pythons: str, end: str, yanked: str) -> Build:
    numbers = tuple(map(int, version.replace("-", ".").split(".")))
    names = tuple(pythons.split(",")) if pythons else ()
    return Build(Version(3 if "-" in version else 2, numbers), airflow, released, python, names, end, yanked or None)


def _series(
    name: str, airflow: str, released: str, end: str, python: str, pythons: str, complete: str, basic: str = ""
) -> Series:
    names = tuple(pythons.split(",")) if pythons else ()
    return Series(name, airflow, released, end, python, names, complete == "yes", basic)


def load(data: bytes) -> Catalog:
    """A catalog of the live feed's shape; unknown keys are passed over. Raise CatalogError where it cannot be used."""
    import json

    if len(data) > MAX_FEED_BYTES:
        raise CatalogError(f"it is larger than {MAX_FEED_BYTES // 1024 // 1024} MiB")
    try:
        feed = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise CatalogError(f"it is not JSON ({error})") from None
    if not isinstance(feed, dict):
        raise CatalogError("it is not a JSON object with `runtimeVersions` and `runtimeVersionsV3`")
    basic: dict[str, str] = {}
    rows = {build.version: build for key, family in (("runtimeVersions", 2), ("runtimeVersionsV3", 3))
            for build in _feed_builds(feed, key, family, basic)}  # fmt: skip
    if not rows:
        raise CatalogError("it names no build under `runtimeVersions` or `runtimeVersionsV3`")
    date = _date(feed.get("asOf"), "asOf") or max(build.released for build in rows.values()) or bundled().date
    builds: dict[str, list[Build]] = {}
    for build in sorted(rows.values()):
        builds.setdefault(build.version.series, []).append(build)
    return Catalog(date, builds, _with_feed_series(builds, basic))


def _feed_builds(feed: dict[str, object], key: str, family: int, basic: dict[str, str]) -> Iterator[Build]:
    """The builds of a family; `basic` gets the end of basic support of each series that says one."""
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
        if day := _date(metadata.get("endOfBasicSupport"), where):
            basic[version.series] = day
        yanked = (_text(metadata.get("yankedReason"), where) or "no reason given") if metadata.get("yanked") else None
        yield Build(
            version,
            _text(metadata.get("airflowVersion"), where),
            _date(metadata.get("releaseDate"), where) or _date(entry.get("firstSeen"), where),
            _text(metadata.get("defaultPythonVersion"), where),
            tuple(pythons),
            _date(metadata.get("endOfMaintenance") or metadata.get("endOfSupport"), where),
            yanked,
        )


def _text(value: object, where: str) -> str:
    if value is not None and not isinstance(value, str):
        raise CatalogError(f"{where} has {value!r} where a text belongs")
    return value or ""


def _date(value: object, where: str) -> str:
    text = _text(value, where)[:10]
    if text and not is_day(text):
        raise CatalogError(f"{where} has {text!r} where a date such as 2026-09-25 belongs")
    return text


def is_day(text: str) -> bool:
    """Whether a text is an ISO date that the calendar has."""
    parts = text.split("-")
    if [len(part) for part in parts] != [4, 2, 2] or not all(part.isdecimal() and part.isascii() for part in parts):
        return False
    from datetime import date

    try:
        date(*map(int, parts))
    except ValueError:
        return False
    return True


def _with_feed_series(builds: Mapping[str, Sequence[Build]], basic: Mapping[str, str]) -> dict[str, Series]:
    """The bundled series, and those that only the feed knows, by what its newest build says."""
    series = dict(bundled().series)
    for name in builds:
        if name not in series:
            first, last = builds[name][0], builds[name][-1]
            airflow = ".".join(last.airflow.split(".")[:2])
            known = bool(last.pythons)
            series[name] = Series(
                name, airflow, first.released, last.end_of_maintenance, last.python, last.pythons, known
            )
        if name in basic:
            series[name] = series[name]._replace(end_of_basic_support=basic[name])
    return series
