"""The Runtime series reaches end of maintenance soon: by default, in 90 days or less. Upgrades take planning, above all
from Airflow 2 to 3.

Like [AST301](AST301.md), this finding appears on a date, and affects the exit code only with `--fail-on-lifecycle`.
"""

from dockerfile_astro_lint.astro.catalog import days_between
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST302",
    name="end-of-maintenance-soon",
    severity="info",
    summary="the Runtime series reaches end of maintenance soon",
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
    catalog = project.catalog
    for base in project.with_lifecycle:
        version = base.version
        if "end-of-maintenance-soon" in project.lifecycle(version):
            runtime, upgrade = catalog.describe_series(version), catalog.upgrade_advice(version, project.today)
            end = catalog.end_of_maintenance(version)
            days = days_between(project.today, end)
            when = "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"
            message = f"{runtime} reaches end of maintenance {when}, on {end}{upgrade}"
            yield base.violation(base.segment("version"), message)
