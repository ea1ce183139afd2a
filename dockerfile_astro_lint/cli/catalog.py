"""`astro-lint catalog [show [VERSION] | update [FILE] | path]`: show or update the catalog of Runtime builds."""

import sys
from argparse import ArgumentParser

from dockerfile_astro_lint.astro import catalog_cache
from dockerfile_astro_lint.astro.catalog import Catalog
from dockerfile_astro_lint.astro.catalog_facts import build_facts, end_of, series_facts, source_of
from dockerfile_astro_lint.astro.image import AIRFLOW_2_REPOSITORY, AIRFLOW_3_REPOSITORY, parse_tag
from dockerfile_astro_lint.cli.parser import parser
from dockerfile_astro_lint.config.overrides import Overrides
from dockerfile_astro_lint.config.resolver import Resolver
from dockerfile_astro_lint.core.compat import Iterator, Sequence
from dockerfile_astro_lint.core.display import sanitize
from dockerfile_astro_lint.core.errors import UsageError
from dockerfile_astro_lint.core.spelling import did_you_mean
from dockerfile_astro_lint.reports.streams import print_error, write
from dockerfile_astro_lint.reports.terminal import wrap_table


def page() -> ArgumentParser:
    own = parser(
        "astro-lint catalog",
        usage="astro-lint catalog [show] [VERSION]\nastro-lint catalog update [FILE]\nastro-lint catalog path",
        description="Show or update the catalog of Astro Runtime builds.",
    )
    own.add_argument(
        "action",
        nargs="?",
        choices=("show", "update", "path"),
        default="show",
        help="show the catalog (default), update the cached copy, or print its path",
    )
    own.add_argument(
        "operand",
        nargs="?",
        metavar="VERSION|FILE",
        help="show: a version or series; update: a copy of the live feed",
    )
    own.add_argument(
        "--today", metavar="DATE", help="show: date for end of maintenance, such as 2026-09-25 (default: today)"
    )
    own.add_argument("--catalog", metavar="FILE", help="show: use this catalog file, in the format of the live feed")
    own.add_argument("--isolated", action="store_true", help="show: use the bundled catalog")
    return own


def run(argv: Sequence[str]) -> int:
    given = page().parse_args(_with_action(argv))
    if given.action == "path":
        if given.operand is not None:
            raise UsageError("catalog path: unexpected argument")
        write([catalog_cache.path()], sys.stdout)
    elif given.action == "update":
        from dockerfile_astro_lint.online.catalog_update import from_feed, from_file

        sentence = from_feed() if given.operand is None else from_file(given.operand)
        write([sanitize(sentence)], sys.stdout)
    else:
        resolver = Resolver(Overrides(today=given.today, catalog=given.catalog, isolated=given.isolated))
        settings = resolver.for_file("").settings
        for note in resolver.notes:
            print_error(note)
        catalog, today = settings.catalog, settings.today
        lines = _all_series(catalog, today) if given.operand is None else _details(catalog, given.operand, today)
        column = _LAST if given.operand is None else _LAST_OF_FACTS
        write(wrap_table(map(sanitize, lines), sys.stdout, column), sys.stdout)
    return 0


_LAST, _LAST_OF_FACTS = 51, 23
"""Where the last column begins, in the list of all series and in what is known of one."""


def _with_action(argv: Sequence[str]) -> list[str]:
    """The arguments, with `show` before a version that stands in the place of an action."""
    words = list(argv)
    for at, word in enumerate(words):
        if not word.startswith("-") and not (at and words[at - 1] in ("--today", "--catalog")):
            if word[:1].isdigit() or ":" in word or word[:2].lower() == "v3":
                words.insert(at, "show")
            break
    return words


def _all_series(catalog: Catalog, today: str) -> Iterator[str]:
    yield f"Catalog of {catalog.date}, {catalog.origin}: {sum(map(len, catalog.builds.values()))} builds"
    yield ""
    row = "{:7}  {:7}  {:>6}  {:9}  {:12}  {}".format
    yield row("series", "Airflow", "builds", "newest", "released", "end of maintenance")
    for series in sorted(catalog.series.values(), key=lambda series: series.order, reverse=True):
        newest = catalog.newest(series.name, today)
        number = len(catalog.of_series(series.name))
        version, released = (str(newest.version), newest.released or "unknown") if newest else ("none", "")
        yield row(series.name, series.airflow, number, version, released, end_of(series.end_of_maintenance, today))


def _details(catalog: Catalog, text: str, today: str) -> Iterator[str]:
    """Everything known about a version or a series, each fact with its source."""
    tag = text.rpartition(":")[2]
    version = parse_tag(tag, airflow_3_repository=True).version
    name = tag if version is None else version.series
    if name not in catalog.series:
        raise UsageError(f"catalog show {text}: {_unknown(catalog, tag, name)}")
    if version is not None and version.family == 2 and catalog.build(version) is None:
        major, minor, patch = version.numbers
        # Runtime 3.Y.Z had Airflow 2.1, and people write Airflow 3's versions like that.
        if (likely := f"{major}.{minor}") in catalog.series:
            older, newer = catalog.series[name].airflow, catalog.series[likely].airflow
            raise UsageError(
                f"catalog show {text}: Runtime {name} (Airflow {older}) has no build `{version}`, and builds of "
                f"Runtime {likely} (Airflow {newer}) are written with a hyphen: did you mean `{likely}-{patch}`?"
            )
    if version is None or version.floating:
        yield f"Runtime {name} (catalog of {catalog.date}, {catalog.origin})"
        builds = [str(build.version) for build in catalog.of_series(name)]
        facts = [*series_facts(catalog, name, today), ("known builds", ", ".join(builds), source_of(catalog))]
    else:
        yield f"Runtime {version} (catalog of {catalog.date}, {catalog.origin})"
        build = catalog.build(version)
        if build is None:
            yield f"  Unknown build; facts about the series Runtime {name}:"
            facts = []
        else:
            repository = AIRFLOW_3_REPOSITORY if version.family == 3 else AIRFLOW_2_REPOSITORY
            facts = [("image", f"{repository}:{version}", "tag grammar"), *build_facts(catalog, build, today)]
        facts += series_facts(catalog, name, today)
    seen: set[str] = set()
    for name, value, source in facts:
        if value and name not in seen:
            seen.add(name)
            yield f"  {name:21}{value}  [{source}]"


def _unknown(catalog: Catalog, tag: str, name: str) -> str:
    """Why there is nothing to show, and what was perhaps meant."""
    if name.replace(".", "", 1).isdecimal():
        series = sorted(catalog.series.values(), key=lambda series: series.order)
        known = ", ".join(one.name for one in series)
        return f"unknown Runtime {name} (catalog of {catalog.date}); known series: {known}"
    known_builds = [str(build.version) for builds in catalog.builds.values() for build in builds]
    hint = did_you_mean(tag, [*catalog.series, *known_builds])
    return f"not a version (3.1-12, 13.11.0) or a series (3.1, 13){hint}"
