"""What is known of a build and of a series, fact by fact, each with where it is known from."""

from dockerfile_astro_lint.astro.catalog import Build, Catalog, days_between
from dockerfile_astro_lint.astro.catalog_feed import Detail
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.display import pluralize

Fact = tuple[str, str, str]
"""Name, value (empty if unknown) and source."""


def end_of(day: str, today: str) -> str:
    """A last day, and how far it is from today."""
    if not day:
        return "unknown"
    left = days_between(today, day)
    return f"{day} ({pluralize(left, 'day')} left)" if left >= 0 else f"{day} (past)"


def source_of(catalog: Catalog) -> str:
    """How a fact of the catalog is cited."""
    return f"catalog of {catalog.date}"


def build_facts(catalog: Catalog, build: Build, today: str) -> Iterator[Fact]:
    """(name, value, source) of what is known about a build; the value is empty if unknown."""
    detail = detail_of(catalog, str(build.version))
    source = detail.evidence if detail else source_of(catalog)
    yield "Airflow", build.airflow, source
    yield (detail.day if detail and detail.day else "released"), build.released, source
    yield "yanked", "not known to be yanked" if build.yanked is None else f"yes: {build.yanked}", source
    yield "channel", detail.channel if detail else "", source
    yield "Python", build.python, source
    yield "Python variants", ", ".join(build.pythons), source
    yield "end of maintenance", end_of(build.end_of_maintenance, today) if build.end_of_maintenance else "", source
    yield "end of basic support", detail.end_of_basic_support if detail else "", source


def series_facts(catalog: Catalog, name: str, today: str) -> Iterator[Fact]:
    """What is known about a series."""
    series = catalog.series.get(name)
    newest = catalog.newest(name, today)
    source = "series table"
    if series is not None:
        others = "" if series.pythons_complete else ", possibly others"
        yield "Airflow", series.airflow, source
        yield "Python", series.python, source
        yield "Python variants", f"{', '.join(series.pythons)}{others}" if series.pythons else "", source
        end = series.end_of_maintenance
        yield "end of maintenance", end_of(end, today) if end else "", source
        yield "end of basic support", series.end_of_basic_support, source
    from dockerfile_astro_lint.astro.catalog_detail_data import SERIES

    for line in SERIES.splitlines():
        key, *fields = line.split("|")
        if key == name:
            names = ("operating system", "architectures", "Postgres", "-ubi9 images", "notes")
            yield from ((name, value, source) for name, value in zip(names, fields, strict=True))
    if newest:
        yield "newest build", str(newest.version), source_of(catalog)


def detail_of(catalog: Catalog, version: str) -> Detail | None:
    """The details of a build that no rule needs."""
    from dockerfile_astro_lint.astro.catalog_detail_data import BUILDS

    for line in (*catalog.details.splitlines(), *BUILDS.splitlines()):
        if line.startswith(f"{version}|"):
            return Detail(*line.split("|"))
    return None
