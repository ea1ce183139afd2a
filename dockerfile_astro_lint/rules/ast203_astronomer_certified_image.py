"""Astronomer Certified (`ap-airflow`) was the predecessor of Astro Runtime. It ended with Airflow 2.4, gets no fixes,
and Astro refuses to deploy it, because the image lacks the label with the Runtime version.

Start with the Runtime of the same Airflow version and upgrade from there. Astronomer Certified needed `-onbuild` to
copy and install the project; every Astro Runtime image without `-base` does so.
"""

from dockerfile_astro_lint.astro.base_image import Base
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST203",
    name="astronomer-certified-image",
    severity="error",
    summary="an Astronomer Certified image, which Astro refuses to deploy",
    on=("certified",),
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/ap-airflow:2.4.3-onbuild
                #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST203
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for base in project.bases:
        if base.image.role == "certified":
            message = f"Astro refuses to deploy Astronomer Certified images: {_upgrade(project, base)}"
            yield base.violation(base.name, message)


def _upgrade(project: Project, base: Base) -> str:
    """The Runtime with the same Airflow, if there is one, and the maintained one to upgrade to."""
    import re

    catalog = project.catalog
    newest = catalog.newest_maintained(2, project.today) or catalog.newest_maintained(3, project.today)
    goal = f"Runtime {newest.name} (Airflow {newest.airflow})" if newest else "Astro Runtime"
    tag = base.stage.reference.tag if base.stage.reference else None
    airflow = re.match(r"(\d+\.\d+)(?:\.\d+)?", tag.text, re.ASCII) if tag else None
    if airflow:
        builds = catalog.builds_with_airflow(airflow[0], 2)
        if builds and builds[-1].version.series != getattr(newest, "name", ""):
            return f"use Runtime `{builds[-1].version}` for Airflow {airflow[0]}, then upgrade to {goal}"
        for series in catalog.series.values():
            if series.family == 2 and series.airflow == airflow[1] and series != newest:
                return f"use Runtime {series.name} for Airflow {airflow[1]}, then upgrade to {goal}"
    return f"use {goal}"
