"""Airflow does not start with an executor that it cannot load. Airflow 3 no longer has `CeleryKubernetesExecutor`,
`LocalKubernetesExecutor` and `DebugExecutor`; an executor of a provider needs its full path.

On Astro the Deployment sets the executor: the variable matters where the image runs elsewhere, as with
`astro dev start`.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule

_VARIABLE = "AIRFLOW__CORE__EXECUTOR"


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
    from dockerfile_astro_lint.astro.airflow_modules import minor
    from dockerfile_astro_lint.astro.deployment import executor_gone_since, executors, is_executor

    for base, assignment in project.assignments("ENV"):
        airflow = project.catalog.airflow(base.version) if base.version else ""
        if assignment.name != _VARIABLE or not airflow:
            continue
        text, start = assignment.plain
        known = ", ".join(f"`{name}`" for name in executors(minor(airflow)))
        for item in text.split(",") if "$" not in text and UNKNOWN not in text else ():
            name = item.strip()
            at = start + len(item) - len(item.lstrip())
            start += len(item) + 1
            # `path:alias`, `team=executor`
            word = name.rpartition("=")[2].partition(":")[0]
            if not word.isidentifier() or any("." in part for part in name.split(":")):
                continue
            gone = executor_gone_since(word)
            if gone and gone <= minor(airflow):
                message = f"Airflow {airflow} has no `{word}`: use one of {known}"
            elif not is_executor(word):
                message = f"`{word}` is not an executor: use one of {known}, or the full path of a class"
            else:
                continue
            at += name.index(word)
            yield Violation(assignment.part(at, at + len(word)), message)
