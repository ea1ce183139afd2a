"""Airflow 3 moved many options to other sections and removed others. Most old names are no longer read: Airflow
ignores the variable without a warning and uses the default.

Some old names still work, but only until a later release. What moved to the `fab` section belongs to the FAB provider,
which Airflow 3 images do not have.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, rule


@rule(
    code="AST616",
    name="option-gone-in-airflow-3",
    severity="warning",
    summary="an option that Airflow 3 removed or moved",
    on=("gone-option",),
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
    from dockerfile_astro_lint.astro.airflow_options import is_still_there, removed_option

    for base, assignment in project.assignments("ENV"):
        if base.version is None or base.version.family != 3:
            continue
        name, series = assignment.name, base.version.series
        option = removed_option(name, series)
        if option is None or is_still_there(name, project.catalog.airflow(base.version) or ""):
            continue
        fact = f"Airflow 3 moved `{name}`" if option.read else f"Airflow {series} does not read `{name}`"
        way_out = f"use `{option.new}`" if option.new else "remove it, nothing replaces it"
        fix = None
        if option.new and option.kept:
            fix = Fix(f"use `{option.new}`", False, (Edit(assignment.name_span, option.new),))
        elif option.new and not option.read:
            way_out += " and check the value"
        if option.new.startswith("AIRFLOW__FAB__") and "fab" not in (project.providers or ()):
            way_out += ", with `apache-airflow-providers-fab` installed"
        yield Violation(assignment.name_span, f"{fact}: {way_out}", fix)
