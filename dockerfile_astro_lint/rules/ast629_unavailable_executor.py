"""Airflow does not start with an executor that it cannot load. Airflow 3 no longer has `CeleryKubernetesExecutor`,
`LocalKubernetesExecutor` and `DebugExecutor`; an executor of a provider needs its full path.

On Astro the Deployment sets the executor: the variable matters where the image runs elsewhere, as with
`astro dev start`.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.executors import unavailable_executors
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST629",
    name="unavailable-executor",
    severity="error",
    summary="an executor that the image's Airflow cannot load",
    on=("ENV",),
    mentions=("airflow__core__executor",),
    examples=[
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.3-8
                ENV AIRFLOW__CORE__EXECUTOR=CeleryKubernetesExecutor
                #                           ^^^^^^^^^^^^^^^^^^^^^^^^ AST629
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.3-8
                RUN airflow version
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for found in unavailable_executors(project):
        known = ", ".join(f"`{name}`" for name in found.known)
        message = f"`{found.name}` is not an executor: use one of {known}, or the full path of a class"
        if found.gone:
            message = f"Airflow {found.airflow} has no `{found.name}`: use one of {known}"
        yield Violation(found.span, message)
