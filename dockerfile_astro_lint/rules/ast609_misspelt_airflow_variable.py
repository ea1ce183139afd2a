"""Airflow reads an option from `AIRFLOW__SECTION__KEY`, with two double underscores. With a single underscore, or
with more of them, Airflow ignores the variable without a warning and uses the default.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Base, Edit, Example, Fix, Violation, rule


@rule(
    code="AST609",
    name="misspelt-airflow-variable",
    severity="warning",
    summary="a variable that Airflow does not read because of its underscores",
    on=("odd-variable",),
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

    for base, assignment in project.assignments("ENV"):
        option = suggest_option(assignment.name)
        message, fix = f"Airflow does not read `{assignment.name}`", None
        if option:
            # In one step: AST616 would report the right name of an option that Airflow 3 does not have.
            current, note = _in_this_airflow(base, option)
            if current:
                fix = Fix(f"use `{current}`", False, (Edit(assignment.name_span, current),))
            yield Violation(assignment.name_span, f"{message}: did you mean `{option}`?{note}", fix)
        elif is_misspelt(assignment.name):
            message += ": options are named `AIRFLOW__SECTION__KEY`"
            yield Violation(assignment.name_span, message)


def _in_this_airflow(base: Base, option: str) -> tuple[str | None, str]:
    """The variable that sets an option in the image's Airflow, None where no other name does, and what to say of it."""
    from dockerfile_astro_lint.astro.airflow_options import removed_option

    if base.version is None or base.version.family != 3:
        return option, ""
    removed = removed_option(option, base.version.series)
    if removed is None:
        return option, ""
    if removed.new and removed.kept:
        return removed.new, f" In Airflow 3 it is `{removed.new}`"
    if removed.new:
        return None, f" Airflow 3 moved it to `{removed.new}`: use that and check the value"
    return None, f" Airflow {base.version.series} does not read that either: remove it"
