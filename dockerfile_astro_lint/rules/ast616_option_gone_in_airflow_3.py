"""Airflow 3 moved many options to other sections and dropped others. Most old names are no longer read: the variable
does nothing, and Airflow goes on with its default, without a word.

Nothing is said of an old name that this Airflow still reads.
"""

from collections.abc import Iterator

from dockerfile_astro_lint.rule import Edit, Example, Fix, Problem, Project, rule


@rule(
    code="AST616",
    name="option-gone-in-airflow-3",
    severity="warning",
    summary="an option that Airflow 3 no longer reads",
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
                ENV AIRFLOW__CORE__DAG_CONCURRENCY=32
                #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST616
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
                ENV AIRFLOW__CORE__MAX_ACTIVE_TASKS_PER_DAG=32
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Problem]:
    for base, layer in project.layers("ENV"):
        if base.version is None or base.version.family != 3 or "AIRFLOW__" not in layer.instruction.value:
            continue
        from dockerfile_astro_lint.airflow_options import gone

        series = base.version.series
        for one in layer.assignments:
            found = gone(one.name, series)
            if found is None:
                continue
            fix = None
            if found.new:
                way = f"it is `{found.new}` now"
                if found.kept:
                    fix = Fix(f"write `{found.new}`", False, (Edit(one.name_span, found.new),))
                else:
                    way += ", with another meaning or another form of value"
            else:
                way = "nothing took its place"
            yield Problem(one.name_span, f"Airflow {series} no longer reads `{one.name}`: {way}", fix)
