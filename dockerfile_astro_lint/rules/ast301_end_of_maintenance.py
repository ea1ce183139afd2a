"""Astronomer maintains each Runtime series to a date. After it there are no fixes, no security updates, and no new
Deployment can be made with it; running ones go on.

This turns red on a day, without a commit, so it counts for the exit code only with `--fail-on-lifecycle`.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_from, rule


@rule(
    code="AST301",
    name="end-of-maintenance",
    severity="warning",
    summary="the series is no longer maintained",
    on=("end-of-maintenance",),
    lifecycle=True,
    manifest=True,
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:9.6.1
                #                                     ^^^^^ AST301
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    catalog, today = project.catalog, project.today
    for base in project.maintained:
        version = base.version
        if not version or "end-of-maintenance" not in project.lifecycle(version):
            continue
        end = catalog.end_of_maintenance(version)
        airflow = catalog.airflow(version)
        carries = f", here with Airflow {airflow}," if airflow else ""
        newest = [series for family in (2, 3) if (series := catalog.newest_maintained(family, today))]
        ways = " or ".join(
            f"{series.name} (Airflow {series.airflow}, to {series.end_of_maintenance})"
            for series in newest
            if series.order > (version.family, *version.numbers[: version.family - 1])
        )
        message = f"Runtime {version.series}{carries} ended on {end}" + (f": go to {ways}" if ways else "")
        place = base.segment("version")
        yield Violation(place.span, message, None, related_from(base, place))
