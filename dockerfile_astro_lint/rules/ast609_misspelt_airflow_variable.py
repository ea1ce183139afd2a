"""Airflow reads an option from `AIRFLOW__SECTION__KEY`: two underscores, twice. With a single one, or with more of
them, the variable is just a variable, and Airflow goes on with its default, without a word.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, rule


@rule(
    code="AST609",
    name="misspelt-airflow-variable",
    severity="warning",
    summary="a variable that Airflow does not read, for want of an underscore",
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
    for _, layer in project.layers("ENV"):
        if "AIRFLOW_" not in layer.instruction.value:
            continue
        from dockerfile_astro_lint.astro.airflow_options import is_misspelt, suggest_option

        for one in layer.assignments:
            meant = suggest_option(one.name)
            if meant:
                fix = Fix(f"write `{meant}`", False, (Edit(one.name_span, meant),))
                message = f"Airflow does not read `{one.name}`: the option is `{meant}`"
                yield Violation(one.name_span, message, fix)
            elif is_misspelt(one.name):
                message = f"Airflow does not read `{one.name}`: an option is `AIRFLOW__SECTION__KEY`, and no more"
                yield Violation(one.name_span, message)
