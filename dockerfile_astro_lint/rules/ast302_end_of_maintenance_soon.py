"""The end of the series' maintenance is near: by default less than 90 days away. An upgrade wants planning, above all
from Airflow 2 to 3.

Like AST301 it turns on by the calendar, and counts for the exit code only with `--fail-on-lifecycle`.
"""

from dockerfile_astro_lint.astro.catalog import days_between
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_from, rule


@rule(
    code="AST302",
    name="end-of-maintenance-soon",
    severity="info",
    summary="the series' maintenance ends soon",
    on=("end-of-maintenance-soon",),
    lifecycle=True,
    manifest=True,
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                #                                     ^^^^^^^ AST302
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.3-8
            """,
            options=("--today", "2027-03-01"),
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for base in project.maintained:
        version = base.version
        if not version or "end-of-maintenance-soon" not in project.lifecycle(version):
            continue
        end = project.catalog.end_of_maintenance(version)
        days = days_between(project.today, end)
        when = "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"
        place = base.segment("version")
        message = f"the maintenance of Runtime {version.series} ends {when}, on {end}"
        yield Violation(place.span, message, None, related_from(base, place))
