"""Astro runs Airflow as the unprivileged user `astro`. `USER root` is how a build installs a system package, and it
lasts until the next `USER`: left as the last one, every task then runs as root, and a mistake in a DAG can change the
image's own files.

The frontend of `PYENV` sets the user by itself, so nothing is said there.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, append_to_final_stage, rule


@rule(
    code="AST603",
    name="final-user-root",
    severity="warning",
    summary="the image ends as root",
    on=("USER",),
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
    if not users or (project.dockerfile.frontend and project.dockerfile.frontend.pyenv):
        return
    layer = users[-1]
    instruction = layer.instruction
    if layer.value(instruction.value).partition(":")[0].strip().lower() not in ("root", "0"):
        return
    message = "the image ends as root, and so do all its tasks: switch back with `USER astro`"
    yield Violation(instruction.arguments_span, message, append_to_final_stage(project, "USER astro"))
