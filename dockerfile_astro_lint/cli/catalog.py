"""`astro-lint catalog [show [VERSION] | update [FILE] | path]`: what is known of builds and series, and from where."""

import sys
from argparse import ArgumentParser

from dockerfile_astro_lint.astro import catalog_cache
from dockerfile_astro_lint.astro.catalog import Build, Catalog, days_between
from dockerfile_astro_lint.astro.catalog_feed import Detail
from dockerfile_astro_lint.astro.image import AIRFLOW_2_REPOSITORY, AIRFLOW_3_REPOSITORY, parse_tag
from dockerfile_astro_lint.cli.parser import parser
from dockerfile_astro_lint.config.overrides import Overrides
from dockerfile_astro_lint.config.resolver import Resolver
from dockerfile_astro_lint.core.compat import Iterator, Sequence
from dockerfile_astro_lint.core.display import sanitize
from dockerfile_astro_lint.core.errors import UsageError
from dockerfile_astro_lint.reports.streams import print_error, write


def page() -> ArgumentParser:
    own = parser("astro-lint catalog", description="What is known of Astro Runtime, and from where.")
    whats = ("show", "update", "path")
    own.add_argument(
        "what", nargs="?", choices=whats, default="show", help="print it (default), fetch it, name the copy"
    )
    own.add_argument("which", nargs="?", metavar="VERSION|FILE", help="show: a version or a series; update: a file")
    own.add_argument("--today", metavar="DATE", help="show: the day to judge by, such as 2026-09-25")
    own.add_argument("--catalog", metavar="FILE", help="show: another catalog, in the shape of the live feed")
    own.add_argument("--isolated", action="store_true", help="show: the catalog that astro-lint carries")
    return own


def run(argv: Sequence[str]) -> int:
    given = page().parse_args(argv)
    if given.what == "path":
        if given.which is not None:
            raise UsageError("catalog path: it takes nothing more")
        write([catalog_cache.path()], sys.stdout)
    elif given.what == "update":
        from dockerfile_astro_lint.online.catalog_update import from_feed, from_file

        sentence = from_feed() if given.which is None else from_file(given.which)
        write([sanitize(sentence)], sys.stdout)
    else:
        chooser = Resolver(Overrides(today=given.today, catalog=given.catalog, isolated=given.isolated))
        settings = chooser.for_file("").settings
        for note in chooser.notes:
            print_error(sanitize(note))
        catalog, today = settings.catalog, settings.today
        lines = _of_all(catalog, today) if given.which is None else _of_one(catalog, given.which, today)
        write(map(sanitize, lines), sys.stdout)
    return 0


def _of_all(catalog: Catalog, today: str) -> Iterator[str]:
    yield f"Catalog of {catalog.date}, {catalog.origin}: {sum(map(len, catalog.builds.values()))} builds"
    yield ""
    row = "{:7}  {:7}  {:>6}  {:9}  {:12}  {}".format
    yield row("series", "Airflow", "builds", "newest", "released", "end of maintenance")
    for series in sorted(catalog.series.values(), key=lambda series: series.order, reverse=True):
        newest = catalog.newest(series.name, today)
        number = len(catalog.of_series(series.name))
        version, released = (str(newest.version), newest.released or "not known") if newest else ("none", "")
        yield row(series.name, series.airflow, number, version, released, _end(series.end_of_maintenance, today))


def _end(day: str, today: str) -> str:
    if not day:
        return "not known"
    left = days_between(today, day)
    return f"{day}, {left} days left" if left >= 0 else f"{day}, past"


def _of_one(catalog: Catalog, text: str, today: str) -> Iterator[str]:
    """All that is known of a version or a series, each with how it is known."""
    version = parse_tag(text.rpartition(":")[2], airflow_3_home=True).version
    name = text if version is None else version.series
    if version is None and name not in catalog.series:
        raise UsageError(f"catalog show {text}: write a version (3.1-12, 13.11.0) or a series (3.1, 13)")
    if name not in catalog.series:
        raise UsageError(f"catalog show {text}: Runtime {name} is not known (catalog of {catalog.date})")
    if version is None or version.floating:
        yield f"Runtime {name} (catalog of {catalog.date}, {catalog.origin})"
        builds = [str(build.version) for build in catalog.of_series(name)]
        facts = [*_series_facts(catalog, name, today), ("builds known", ", ".join(builds), _how(catalog))]
    else:
        yield f"Runtime {version} (catalog of {catalog.date}, {catalog.origin})"
        build = catalog.build(version)
        if build is None:
            yield f"  This build is not known here; what holds for all of Runtime {name}:"
            facts = []
        else:
            home = AIRFLOW_3_REPOSITORY if version.family == 3 else AIRFLOW_2_REPOSITORY
            facts = [("image", f"{home}:{version}", "tag grammar"), *_build_facts(catalog, build, today)]
        facts += _series_facts(catalog, name, today)
    seen: set[str] = set()
    for what, value, how in facts:
        if value and what not in seen:
            seen.add(what)
            yield f"  {what:21}{value}  [{how}]"


def _how(catalog: Catalog) -> str:
    return f"catalog of {catalog.date}"


def _build_facts(catalog: Catalog, build: Build, today: str) -> Iterator[tuple[str, str, str]]:
    """(what, value, how it is known), the value empty where it is not."""
    detail = _detail(catalog, str(build.version))
    how = detail.evidence if detail else _how(catalog)
    yield "Airflow", build.airflow, how
    yield (detail.day if detail and detail.day else "released"), build.released, how
    yield "withdrawn", "not that it is known" if build.yanked is None else f"yes: {build.yanked}", how
    yield "channel", detail.channel if detail else "", how
    yield "Python", build.python, how
    yield "Pythons", ", ".join(build.pythons), how
    yield "end of maintenance", _end(build.end_of_maintenance, today) if build.end_of_maintenance else "", how
    yield "end of basic support", detail.end_of_basic_support if detail else "", how


def _series_facts(catalog: Catalog, name: str, today: str) -> Iterator[tuple[str, str, str]]:
    series = catalog.series.get(name)
    newest = catalog.newest(name, today)
    how = "series table"
    if series is not None:
        all_of_them = "" if series.pythons_complete else ", and perhaps others"
        yield "Airflow", series.airflow, how
        yield "Python", series.python, how
        yield "Pythons", f"{', '.join(series.pythons)}{all_of_them}" if series.pythons else "", how
        yield "end of maintenance", _end(series.end_of_maintenance, today) if series.end_of_maintenance else "", how
        yield "end of basic support", series.end_of_basic_support, how
    from dockerfile_astro_lint.astro.catalog_detail_data import SERIES

    for line in SERIES.splitlines():
        key, *fields = line.split("|")
        if key == name:
            names = ("operating system", "architectures", "Postgres", "-ubi9 images", "notes")
            yield from ((what, value, how) for what, value in zip(names, fields, strict=True))
    if newest:
        yield "newest of the series", str(newest.version), _how(catalog)


def _detail(catalog: Catalog, version: str) -> Detail | None:
    """What is kept of a build beside what rules ask for."""
    from dockerfile_astro_lint.astro.catalog_detail_data import BUILDS

    for line in (*catalog.details.splitlines(), *BUILDS.splitlines()):
        if line.startswith(f"{version}|"):
            return Detail(*line.split("|"))
    return None
