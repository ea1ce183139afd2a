"""Astronomer Certified (`ap-airflow`) was the predecessor of Astro Runtime. It ended with Airflow 2.4, gets no fixes,
and Astro refuses to deploy it: the image lacks the label that names a Runtime version.

The way out is the Runtime with the same Airflow, and from there upwards. `-onbuild` was opt-in on Astronomer
Certified; on Astro Runtime it is what every image without `-base` does.
"""

from dockerfile_astro_lint.astro.base_image import Base
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_from, rule


@rule(
    code="AST203",
    name="astronomer-certified-image",
    severity="error",
    summary="an Astronomer Certified image, which no deploy takes",
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
        if base.image.role != "certified":
            continue
        message = "Astronomer Certified has ended, and a deploy of it is refused" + _way_out(project, base)
        yield Violation(base.name.span, message, None, related_from(base, base.name))


def _way_out(project: Project, base: Base) -> str:
    import re

    catalog = project.catalog
    newest = catalog.newest_maintained(2, project.today) or catalog.newest_maintained(3, project.today)
    goal = f"Runtime {newest.name} (Airflow {newest.airflow})" if newest else "Astro Runtime"
    tag = base.stage.reference.tag if base.stage.reference else None
    found = re.match(r"(\d+\.\d+)(?:\.\d+)?", tag.text, re.ASCII) if tag else None
    if found:
        builds = catalog.builds_with_airflow(found[0], 2)
        if builds:
            return f": Airflow {found[0]} is in Runtime `{builds[-1].version}`, what is maintained begins with {goal}"
        for series in catalog.series.values():
            if series.family == 2 and series.airflow == found[1]:
                return f": Airflow {found[1]} is in Runtime {series.name}, what is maintained begins with {goal}"
    return f": go to {goal}"
