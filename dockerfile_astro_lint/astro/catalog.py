"""Builds and series: what is known of a version, on a day.

Days are ISO dates (`2026-09-25`), which compare as text. The bundled tables come from `tools/bundle_catalog.py`.
"""

from dockerfile_astro_lint.astro.image import Tag, Version
from dockerfile_astro_lint.core.compat import Iterable, Iterator, Mapping, NamedTuple, Sequence, lru_cache


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
    """`date` is the day that the catalog is of; `builds` are those of each series, oldest first; `origin` says where it
    came from, for people; `details` are lines of `feed.Detail`, where the bundled ones are not all.
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

    def lifecycle(self, version: Version, day: str, notice: int) -> list[str]:
        """What there is to say of a version on a day: that it is `unlisted` or `yanked`, that its maintenance has
        `ended`, or is `ending` within the days of notice.
        """
        build, end = self._lookup(version)[0], self.end_of_maintenance(version)
        found = ["unlisted"] if build is None else ["yanked"] if build.yanked is not None else []
        if end and end < day:
            found.append("ended")
        elif end and days_between(day, end) <= notice:
            found.append("ending")
        return found

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


@lru_cache(maxsize=64)  # of thousands of files, most have one of a few series
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
        from dockerfile_astro_lint.astro.catalog_data import BUILDS, DATE, SERIES

        table = [_series(*line.split("|")) for line in SERIES.splitlines()]
        rows = _Rows(_by_series(BUILDS), {})
        _bundled.append(Catalog(DATE, rows, {one.name: one for one in table}, "bundled with astro-lint"))
    return _bundled[0]


def overlaid(date: str, builds: str, series: str, origin: str, details: str) -> Catalog:
    """The bundled catalog below a newer one in the same form; what only one of them knows is known."""
    from dockerfile_astro_lint.astro.catalog_data import BUILDS

    table = dict(bundled().series)
    for line in series.splitlines():
        one = _series(*line.split("|"))
        known = table.get(one.name) or one
        end, basic = one.end_of_maintenance, one.end_of_basic_support
        table[one.name] = known._replace(end_of_maintenance=end, end_of_basic_support=basic)
    return Catalog(date, _Rows(_by_series(BUILDS), _by_series(builds)), table, origin, details)


def _by_series(text: str) -> dict[str, list[str]]:
    lines: dict[str, list[str]] = {}
    for line in text.splitlines():
        version = line[: line.index("|")]
        series, dash, _ = version.partition("-")
        lines.setdefault(series if dash else version[: version.index(".")], []).append(line)
    return lines


class _Rows(Mapping[str, Sequence[Build]]):
    """Builds by series, newer lines over older ones; a run asks for one series or two, so the others stay text."""

    def __init__(self, lines: dict[str, list[str]], newer: dict[str, list[str]]) -> None:
        self.lines, self.newer = lines, newer
        self.read: dict[str, list[Build]] = {}

    def __getitem__(self, series: str) -> Sequence[Build]:
        if series not in self.read:
            if series not in self.lines and series not in self.newer:
                raise KeyError(series)
            builds = {one.version: one for one in _builds(self.lines.get(series, ()))}
            for one in _builds(self.newer.get(series, ())):
                builds[one.version] = _over(builds.get(one.version), one)
            self.read[series] = sorted(builds.values())
        return self.read[series]

    def __iter__(self) -> Iterator[str]:
        return iter({**self.lines, **self.newer})

    def __len__(self) -> int:
        return len(self.lines.keys() | self.newer.keys())


def _builds(lines: Iterable[str]) -> Iterator[Build]:
    return (build_of(*line.split("|")) for line in lines)


def _over(known: Build | None, new: Build) -> Build:
    """What is newer, and of the older what the newer says nothing of; whether it is yanked it always says."""
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


def build_of(version: str, airflow: str, released: str, python: str, pythons: str, end: str, yanked: str) -> Build:
    """A build of the fields of its line, which are texts."""
    numbers = tuple(map(int, version.replace("-", ".").split(".")))
    names = tuple(pythons.split(",")) if pythons else ()
    return Build(Version(3 if "-" in version else 2, numbers), airflow, released, python, names, end, yanked or None)


def _series(
    name: str, airflow: str, released: str, end: str, python: str, pythons: str, complete: str, basic: str = ""
) -> Series:
    names = tuple(pythons.split(",")) if pythons else ()
    return Series(name, airflow, released, end, python, names, complete == "yes", basic)


def line_of(row: Iterable[object]) -> str:
    """A row as the line that it is read from; what would part fields or lines is a space."""
    fields = (
        ",".join(field) if isinstance(field, tuple) and not isinstance(field, Version)
        else "yes" if field is True else str(field or "")
        for field in row
    )  # fmt: skip
    return "|".join(" ".join(field.replace("|", " ").split()) for field in fields)


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


def series_with(builds: Mapping[str, Sequence[Build]], basic: Mapping[str, str]) -> dict[str, Series]:
    """The bundled series, with the ends that these builds say, and those that only these builds know.

    `basic` is the end of basic support by the name of a series.
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
