"""`airflow.sdk` is Airflow 3's: on an Airflow 2 image a DAG that imports it is broken. On Airflow 2 the same names
are in `airflow.decorators`, `airflow.models` and their like.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_image, rule


@rule(
    code="AST404",
    name="airflow-3-import",
    severity="warning",
    summary="`airflow.sdk` is imported on an Airflow 2 image",
    python=True,
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            bad_files={
                "dags/load.py": """
                    from airflow.sdk import dag, task
                    #    ^^^^^^^^^^^ AST404
                """,
            },
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            good_files={"dags/load.py": "from airflow.decorators import dag, task\n"},
            files={"requirements.txt": "", "packages.txt": ""},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    base = project.final_base
    if base is None or base.version is None or base.version.family != 2 or project.context is None:
        return
    for file in project.imports("airflow.sdk"):
        for found in file.imports:
            message = "Airflow 2 has no `airflow.sdk`: use `airflow.decorators`, `airflow.models` and their like"
            related = related_image(base, "this image has Airflow 2")
            yield Violation(Span(file.source, found.start, found.end), message, None, related)
