"""The image decides which Airflow it is: to change that, change the image. `apache-airflow` in `requirements.txt` is
refused by the image's own build step, or replaces Astro's build of Airflow by another.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, related_image, rule


@rule(
    code="AST502",
    name="airflow-in-requirements",
    severity="warning",
    summary="Airflow itself is in requirements.txt",
    on=("context", "manifest"),
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
    base = project.final_base
    required = project.requirements
    if base is None or base.image.role != "runtime" or required is None or not required.plain:
        return
    starts = required.source.starts
    for entry in required.entries:
        if (
            entry.kind in ("package", "url")
            and entry.applies
            and entry.name in ("apache-airflow", "apache-airflow-core")
        ):
            end = starts[entry.last] if entry.last < len(starts) else len(required.source.text)
            line = Span(required.source, starts[entry.first - 1], end)
            message = f"the image decides which Airflow it is: change the image instead of requiring `{entry.name}`"
            fix = Fix("remove the line", False, (Edit(line, ""),))
            yield Violation(required.span(entry), message, fix, related_image(base, "the image"))
