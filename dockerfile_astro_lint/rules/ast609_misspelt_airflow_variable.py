"""Airflow reads an option from `AIRFLOW__SECTION__KEY`, with two double underscores. With a single underscore, or
with more of them, Airflow ignores the variable without a warning and uses the default.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, rule


@rule(
    code="AST609",
    name="misspelt-airflow-variable",
    severity="warning",
    summary="a variable that Airflow does not read because of a missing underscore",
    on=("ENV",),
    mentions=("airflow_",),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                ENV AIRFLOW__CORE_PARALLELISM=64
                #   ^^^^^^^^^^^^^^^^^^^^^^^^^ AST609
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                ENV AIRFLOW__CORE__PARALLELISM=64
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    from dockerfile_astro_lint.astro.airflow_options import is_misspelt, suggest_option

    for _, assignment in project.assignments("ENV"):
        option = suggest_option(assignment.name)
        if option:
            fix = Fix(f"use `{option}`", False, (Edit(assignment.name_span, option),))
            message = f"Airflow does not read `{assignment.name}`: did you mean `{option}`?"
            yield Violation(assignment.name_span, message, fix)
        elif is_misspelt(assignment.name):
            message = f"Airflow does not read `{assignment.name}`: options are named `AIRFLOW__SECTION__KEY`"
            yield Violation(assignment.name_span, message)
