"""Airflow 3 refuses arguments that Airflow 2 accepted: a DAG with `schedule_interval` raises TypeError when it is
parsed, so none of its tasks runs. Most have a new name; some were removed.

Only calls whose callee is surely Airflow's are checked: the name is imported from Airflow and nothing else in the file
has it.
"""

from dockerfile_astro_lint.astro.airflow_modules import removed_argument, removed_value
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.installed_packages import airflow_3_minor
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Span, Violation, related_image, rule


@rule(
    code="AST406",
    name="removed-airflow-argument",
    severity="warning",
    summary="an argument that Airflow 3 refuses",
    python=True,
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
            """,
            bad_files={
                "dags/load.py": """
                    from airflow import DAG

                    with DAG("load", schedule_interval="@daily") as dag:
                    #                ^^^^^^^^^^^^^^^^^ AST406
                        pass
                """,
            },
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
            """,
            good_files={
                "dags/load.py": """
                    from airflow import DAG

                    with DAG("load", schedule="@daily") as dag:
                        pass
                """,
            },
            files={"requirements.txt": "", "packages.txt": ""},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    airflow = airflow_3_minor(project)
    for file in project.code if airflow else ():
        for found in file.arguments:
            callee, name = found.callee.rpartition(".")[2], found.name
            refused = removed_argument(found.callee, name, airflow or (3, 0))
            span, new, what = file.span(found), "", f"argument `{name}`"
            if refused is None:
                refused = removed_value(found.callee, name, found.value, airflow or (3, 0))
                span = Span(file.source, found.value_start, found.value_end)
                what = f"`{name}={found.value}`"
                new = f'"{refused.use}"' if refused and refused.use else ""
            elif refused.use and not {refused.use, "**"} & {*found.others}:
                new = refused.use
            if refused is None:
                continue
            use = f"use `{refused.use}`" if refused.use else refused.hint or "remove it"
            fix = Fix(use, False, (Edit(span, new),)) if new and file.utf8 else None
            related = related_image(project, "this image has Airflow 3")
            yield Violation(span, f"`{callee}` of Airflow 3 has no {what}: {use}", fix, related)
