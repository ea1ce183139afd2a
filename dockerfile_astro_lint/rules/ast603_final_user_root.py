"""Astro runs Airflow as the unprivileged user `astro`. A build uses `USER root` to install system packages, and that
is in force until the next `USER`: if it is the last one, every task runs as root, and a mistake in a DAG can change
the files of the image.

The frontend of `PYENV` sets the user by itself, so nothing is reported there.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, append_to_final_stage, rule


@rule(
    code="AST603",
    name="final-user-root",
    severity="warning",
    summary="the image runs as root",
    on=("other-user-at-end",),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                USER root
                #    ^^^^ AST603
                RUN apt-get update
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                USER root
                RUN apt-get update
                USER astro
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    users = project.final_layers("USER", agents=True)
    if not users or project.has_pyenv_frontend:
        return
    layer = users[-1]
    if layer.value(layer.instruction.value).partition(":")[0].strip().lower() in ("root", "0"):
        message = "the image runs all tasks as root: switch back with `USER astro`"
        fix = append_to_final_stage(project, "USER astro")
        yield Violation(layer.instruction.arguments_span, message, fix)
