"""The catalog of Runtime builds and series, and the lifecycle of a version on a day.

Days are ISO dates (`2026-09-25`), which compare as text. The bundled tables come from `tools/bundle_catalog.py`.
"""

from dockerfile_astro_lint.astro.image import Tag, Version
from dockerfile_astro_lint.core.compat import Iterable, Iterator, Mapping, NamedTuple, Sequence, lru_cache


class Build(NamedTuple):
    """One published image version; unknown fields are empty, `yanked` is the reason or None."""

    version: Version
    airflow: str
    released: str
    python: str
    pythons: tuple[str, ...]
    end_of_maintenance: str
    yanked: str | None


class Series(NamedTuple):
    """All builds of `13` or of `3.1`.

    `pythons_complete`: no Python variant exists beyond `pythons`. `available_from` holds `<feature> <version>`, the
    first version with a feature that earlier ones lack: arm64, python (variants), slim, ubi9, official-ubi9.
    """

    name: str
    airflow: str
    released: str
    end_of_maintenance: str
    python: str
    pythons: tuple[str, ...]
    pythons_complete: bool
    end_of_basic_support: str = ""
    available_from: tuple[str, ...] = ()

    @property
    def family(self) -> int:
        return 3 if "." in self.name else 2

    @property
    def order(self) -> tuple[int, ...]:
        """A sort key, in order of release."""
        return (self.family, *map(int, self.name.split(".")))


class CatalogError(Exception):
    """A catalog file cannot be used; the message is a sentence without the path."""


class Catalog:
    """All known builds and series as of `date`.

    `builds` maps a series to its builds, oldest first; `origin` tells people where the catalog came from; `details`
    holds lines of `catalog_feed.Detail` that the bundled table lacks.
    """

    def __init__(
        self,
        date: str,
        builds: Mapping[str, Sequence[Build]],
        series: Mapping[str, Series],
        origin: str,
        details: str = "",
    ) -> None:
        self.date, self.builds, self.series, self.origin, self.details = date, builds, series, origin, details
        self._known: dict[Version, tuple[Build | None, Series | None]] = {}
        self._maintained: dict[tuple[int, str], Series | None] = {}
        self._first: dict[str, dict[str, Version]] = {}
        self._states: dict[tuple[Version, str, int], Sequence[str]] = {}

    def build(self, version: Version) -> Build | None:
        """The build of a version; None if the catalog does not list it."""
        return self._lookup(version)[0]

    def series_of(self, version: Version) -> Series | None:
        """The series of a version; None if the catalog does not list it."""
        return self._lookup(version)[1]

    def _lookup(self, version: Version) -> tuple[Build | None, Series | None]:
        known = self._known.get(version)
        if known is None:
            name = version.series
            build = next((build for build in self.of_series(name) if build.version == version), None)
            known = self._known[version] = build, self.series.get(name)
        return known

    def airflow(self, version: Version) -> str:
        """The Airflow version of a build, or of its series if unknown; empty if both are."""
        build, series = self.build(version), self.series_of(version)
        return (build.airflow if build else "") or (series.airflow if series else "")

    def python(self, tag: Tag) -> str | None:
        """The Python of an image (`3.12`): from the tag, else the build, else the series."""
        if tag.python or tag.version is None:
            return tag.python
        build, series = self._lookup(tag.version)
        return (build.python if build else "") or (series.python if series else "") or None

    def python_variants(self, version: Version) -> tuple[str, ...]:
        """The Python versions that a build has variants for; empty where there may be others."""
        build, series = self._lookup(version)
        if build and build.pythons:
            return build.pythons
        return series.pythons if series and series.pythons_complete else ()

    def has_variants(self, tag: Tag) -> bool:
        """Whether a build has the variants that the segments of a tag name, as far as is known."""
        version, python = tag.version, tag.python
        if version is None:
            return False
        if python and (
            self.first_with("python", version) or python not in (self.python_variants(version) or (python,))
        ):
            return False
        return not (tag.has("ubi9") and self.first_with("ubi9", version))

    def end_of_maintenance(self, version: Version) -> str:
        """The last day of maintenance as an ISO date; empty if unknown."""
        build, series = self._lookup(version)
        return (build.end_of_maintenance if build else "") or (series.end_of_maintenance if series else "")

    def end_of_basic_support(self, version: Version) -> str:
        """The last day of basic support, which follows maintenance for Airflow 3 only; empty if unknown."""
        series = self.series_of(version)
        return series.end_of_basic_support if series else ""

    def lifecycle(self, version: Version, day: str, notice: int) -> Sequence[str]:
        """The states of a version on a day: `unlisted` or `yanked`, and `end-of-maintenance` once that has passed or
        `end-of-maintenance-soon` within `notice` days of it.
        """
        if (version, day, notice) in self._states:
            return self._states[version, day, notice]
        build, end = self._lookup(version)[0], self.end_of_maintenance(version)
        states = ["unlisted"] if build is None else ["yanked"] if build.yanked is not None else []
        if end and end < day:
            states.append("end-of-maintenance")
        elif end and days_between(day, end) <= notice:
            states.append("end-of-maintenance-soon")
        self._states[version, day, notice] = states
        return states

    def of_series(self, name: str) -> Sequence[Build]:
        """A series' builds, oldest first."""
        return self.builds.get(name, ())

    def first_with(self, feature: str, version: Version) -> Version | None:
        """The first version with a feature of `Series.available_from` that this version is too old for; None if it
        has the feature, or nothing is known.
        """
        if feature not in self._first:
            pairs = [
                (name, entry.split(" ")) for name, series in self.series.items() for entry in series.available_from
            ]
            self._first[feature] = {name: _version(first) for name, (key, first) in pairs if key == feature}
        firsts = self._first[feature]
        own = firsts.get(version.series) or min(firsts.values(), default=version)
        return own if version < own else None

    def is_released(self, build: Build, day: str) -> bool:
        """Whether a build is released on a day; a build without a date counts from the catalog's date."""
        return (build.released or self.date) <= day

    def usable_builds(self, series: str, day: str) -> list[Build]:
        """A series' builds that are released on the day and not yanked, oldest first."""
        return [build for build in self.of_series(series) if build.yanked is None and self.is_released(build, day)]

    def newest(self, series: str, day: str) -> Build | None:
        """The newest build of a series that is released on the day and not yanked."""
        builds = self.usable_builds(series, day)
        return builds[-1] if builds else None

    def builds_with_airflow(self, airflow: str, family: int) -> list[Build]:
        """The builds of a family that carry an Airflow version and are not yanked, oldest first."""
        return sorted(
            build
            for series in self.builds
            for build in self.of_series(series)
            if build.airflow == airflow and build.version.family == family and build.yanked is None
        )

    def newest_maintained(self, family: int, day: str) -> Series | None:
        """The newest series of a family that is maintained on the day."""
        if (family, day) not in self._maintained:
            maintained = [
                series
                for series in self.series.values()
                if series.family == family and series.end_of_maintenance >= day and self.newest(series.name, day)
            ]
            self._maintained[family, day] = max(maintained, key=lambda series: series.order, default=None)
        return self._maintained[family, day]

    def describe_series(self, version: Version) -> str:
        """`Runtime 12 (Airflow 2.10)` for a version of that series."""
        series = self.series_of(version)
        return f"Runtime {version.series}" + (f" (Airflow {series.airflow})" if series and series.airflow else "")

    def upgrade_advice(self, version: Version, day: str) -> str:
        """`: upgrade to 13 or 3.3`, the newest maintained series of each family; empty if this version's is one."""
        maintained = [self.newest_maintained(family, day) for family in (2, 3)]
        own = (version.family, *version.numbers[: version.family - 1])
        newer = [series.name for series in maintained if series and series.order > own]
        return f": upgrade to {' or '.join(newer)}" if newer else ""


@lru_cache(maxsize=64)  # thousands of files share a few dates
def days_between(first: str, second: str) -> int:
    """Days from one ISO date to another."""
    return _day_number(second) - _day_number(first)


def _day_number(day: str) -> int:
    year, month, date = map(int, day.split("-"))
    year, month = (year - 1, month + 12) if month < 3 else (year, month)
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * month - 457) // 5 + date


_bundled: list[Catalog] = []


def bundled() -> Catalog:
    """The catalog that ships with the package, parsed once."""
    if not _bundled:
        from dockerfile_astro_lint.astro.catalog_data import BUILDS, DATE, SERIES

        table = [_series(*line.split("|")) for line in SERIES.splitlines()]
        rows = _LazyBuilds(BUILDS, "")
        _bundled.append(Catalog(DATE, rows, {series.name: series for series in table}, "bundled with astro-lint"))
    return _bundled[0]


def overlay(date: str, builds: str, series: str, origin: str, details: str) -> Catalog:
    """The bundled catalog with the rows of a newer one on top; `builds`, `series` and `details` are lines."""
    from dockerfile_astro_lint.astro.catalog_data import BUILDS

    table = dict(bundled().series)
    for line in series.splitlines():
        new = _series(*line.split("|"))
        known = table.get(new.name) or new
        end, basic = new.end_of_maintenance, new.end_of_basic_support
        table[new.name] = known._replace(end_of_maintenance=end, end_of_basic_support=basic)
    return Catalog(date, _LazyBuilds(BUILDS, builds), table, origin, details)


class _LazyBuilds(Mapping[str, Sequence[Build]]):
    """Builds by series, newer lines merged over older ones; only the series that a run asks for are parsed."""

    def __init__(self, lines: str, newer: str) -> None:
        self.lines, self.newer = lines, newer
        self.parsed: dict[str, list[Build]] = {}

    def __getitem__(self, series: str) -> Sequence[Build]:
        if series not in self.parsed:
            builds = {build.version: build for build in _builds(_of_series(self.lines, series))}
            for build in _builds(_of_series(self.newer, series)):
                builds[build.version] = _merge(builds.get(build.version), build)
            self.parsed[series] = sorted(builds.values())
        if not self.parsed[series]:
            raise KeyError(series)
        return self.parsed[series]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(map(_series_of, [*self.lines.splitlines(), *self.newer.splitlines()])))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _of_series(lines: str, series: str) -> list[str]:
    return [line for line in lines.splitlines() if line.startswith(series) and _series_of(line) == series]


def _series_of(line: str) -> str:
    version = line[: line.index("|")]
    series, dash, _ = version.partition("-")
    return series if dash else version[: version.index(".")]


def _builds(lines: Iterable[str]) -> Iterator[Build]:
    return (_build(*line.split("|")) for line in lines)


def _merge(known: Build | None, new: Build) -> Build:
    """The newer row, with the older one's values where it has none; only the newer says whether a build is yanked."""
    if known is None:
        return new
    return Build(
        new.version,
        new.airflow or known.airflow,
        new.released or known.released,
        new.python or known.python,
        new.pythons or known.pythons,
        new.end_of_maintenance or known.end_of_maintenance,
        new.yanked,
    )


def _version(text: str) -> Version:
    numbers = tuple(map(int, text.replace("-", ".").split(".")))
    return Version(3 if "-" in text else 2, numbers)


def _build(version: str, airflow: str, released: str, python: str, pythons: str, end: str, yanked: str) -> Build:
    """A build from the fields of its row."""
    return Build(_version(version), airflow, released, python, _names(pythons), end, yanked or None)


def _series(
    name: str,
    airflow: str,
    released: str,
    end: str,
    python: str,
    pythons: str,
    complete: str,
    basic: str,
    first: str = "",
) -> Series:
    """A series from the fields of its row."""
    return Series(name, airflow, released, end, python, _names(pythons), complete == "yes", basic, _names(first))


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


def format_row(row: Iterable[object]) -> str:
    """A Build, Series or Detail as a line of its table; `|` and line ends in fields become spaces."""
    fields = (
        ",".join(field) if isinstance(field, tuple) and not isinstance(field, Version)
        else "yes" if field is True else str(field or "")
        for field in row
    )  # fmt: skip
    return "|".join(" ".join(field.replace("|", " ").split()) for field in fields)


def is_day(text: str) -> bool:
    """Whether a text is a valid ISO date."""
    parts = text.split("-")
    if [len(part) for part in parts] != [4, 2, 2] or not all(part.isdecimal() and part.isascii() for part in parts):
        return False
    from datetime import date

    try:
        date(*map(int, parts))
    except ValueError:
        return False
    return True
