"""Astronomer maintains each Runtime series until a date. After that there are no fixes and no security updates, and no
new Deployment can be created with it; existing ones keep running.

This finding appears on a date, without a commit, so it affects the exit code only with `--fail-on-lifecycle`.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST301",
    name="end-of-maintenance",
    severity="warning",
    summary="the Runtime series has reached end of maintenance",
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
    catalog = project.catalog
    for base in project.with_lifecycle:
        version = base.version
        if "end-of-maintenance" in project.lifecycle(version):
            runtime, upgrade = catalog.describe_series(version), catalog.upgrade_advice(version, project.today)
            end = catalog.end_of_maintenance(version)
            yield base.violation(base.segment("version"), f"{runtime} reached end of maintenance on {end}{upgrade}")
