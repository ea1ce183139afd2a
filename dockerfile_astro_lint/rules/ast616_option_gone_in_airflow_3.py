"""Airflow 3 moved many options to other sections and dropped others. Most old names are no longer read: the variable
does nothing, and Airflow goes on with its default, without a word.

Some old names still work; they will not for ever.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, rule


@rule(
    code="AST616",
    name="option-gone-in-airflow-3",
    severity="warning",
    summary="an option that Airflow 3 removed or moved",
    on=("ENV",),
    mentions=("airflow__",),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
                ENV AIRFLOW__WEBSERVER__WORKERS=2
                #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST616
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
                ENV AIRFLOW__API__WORKERS=2
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for base, layer in project.layers("ENV"):
        if base.version is None or base.version.family != 3 or "AIRFLOW__" not in layer.instruction.value:
            continue
        from dockerfile_astro_lint.astro.airflow_options import removed_option

        series = base.version.series
        for one in layer.assignments:
            found = removed_option(one.name, series)
            if found is None:
                continue
            fix = None
            way = f"it is `{found.new}` now" if found.new else "nothing took its place"
            if found.new and found.kept:
                fix = Fix(f"write `{found.new}`", False, (Edit(one.name_span, found.new),))
            elif found.new and not found.read:
                way += "; see whether the value still fits"
            what = f"Airflow 3 moved `{one.name}`" if found.read else f"Airflow {series} does not read `{one.name}`"
            yield Violation(one.name_span, f"{what}: {way}", fix)
