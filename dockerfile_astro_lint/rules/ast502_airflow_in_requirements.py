"""The base image sets the Airflow version: to change it, change the image. `apache-airflow` in `requirements.txt` is
rejected by the image's own build step, or replaces Astro's build of Airflow. So do its parts, `apache-airflow-core`
and `apache-airflow-task-sdk`.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.project.requirements import AIRFLOW_PACKAGES
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, related_image, rule


@rule(
    code="AST502",
    name="airflow-in-requirements",
    severity="warning",
    summary="Airflow itself is in requirements.txt",
    on=("airflow-package",),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            bad_files={
                "requirements.txt": """
                    apache-airflow==2.11.0
                    ^^^^^^^^^^^^^^^^^^^^^^ AST502
                    pandas
                """,
            },
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            good_files={"requirements.txt": "pandas\n"},
            files={"packages.txt": "", "dags/load.py": "import pandas\n"},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    base, required = project.final_base, project.requirements
    if base is None or base.image.role != "runtime" or required is None or not required.plain:
        return
    for entry in required.entries:
        if entry.name in AIRFLOW_PACKAGES and entry.kind in ("package", "url") and entry.applies:
            message = f"the base image sets the Airflow version: remove `{entry.name}`"
            fix = Fix("remove the line", False, (Edit(required.source.line_span(entry.first, entry.last), ""),))
            yield Violation(required.span(entry), message, fix, related_image(project, "the base image"))
