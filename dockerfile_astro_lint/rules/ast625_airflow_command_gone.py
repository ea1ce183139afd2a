"""Airflow 3 removed commands of `airflow`: `db init`, `db upgrade`, `webserver`, `dags backfill` and others. In a `RUN`
the build stops, in a `CMD` or `ENTRYPOINT` the container does not start.

Some were only renamed. Commands whose failure is caught (`airflow db init || airflow db migrate`) are not reported.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.airflow_commands import FoundCommand, removed_commands
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, rule


@rule(
    code="AST625",
    name="airflow-command-gone",
    severity="error",
    summary="a command of `airflow` that Airflow 3 no longer has",
    on=("RUN", "CMD", "ENTRYPOINT"),
    mentions=("airflow ", "airflow,"),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
                RUN airflow db init && airflow dags list
                #           ^^^^^^^ AST625
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
                RUN airflow db migrate && airflow dags list
            """,
        ),
    ],
)  # fmt: skip
def check(project: Project) -> Iterator[Violation]:
    for found in removed_commands(project):
        command = found.command
        way_out = f"use `airflow {command.use}`" if command.use else command.hint or "remove it"
        message = f"Airflow 3 has no `airflow {command.command}`: {way_out}"
        yield Violation(found.span, message, _fix(found))


def _fix(found: FoundCommand) -> Fix | None:
    """Write the new name of a command that was only renamed and has none of the options that went."""
    command, options = found.command, [word.text.partition("=")[0] for word in found.options]
    if not command.renamed or found.span.text != command.command or not {*options}.isdisjoint(command.lost):
        return None
    return Fix(f"use `airflow {command.use}`", False, (Edit(found.span, command.use),))
