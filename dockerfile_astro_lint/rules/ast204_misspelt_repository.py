"""The repository has almost the name of an Astro Runtime repository, but does not exist. `quay.io/astronomer/runtime`
appears in old documentation; `astronomer/astro-runtime` without its registry means Docker Hub, where there is no such
image.

Only a fixed list of names is checked, so a private mirror is never reported.
"""

from dockerfile_astro_lint.astro.base_image import Base
from dockerfile_astro_lint.astro.image import AIRFLOW_2_REPOSITORY, AIRFLOW_2_REPOSITORY_AZURE, AIRFLOW_3_REPOSITORY
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, replace_text, rule


@rule(
    code="AST204",
    name="misspelt-repository",
    severity="warning",
    summary="a repository that does not exist at Astronomer",
    on=("misspelt",),
    fix="safe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/runtime:3.1-21
                #    ^^^^^^^^^^^^^^^^^^^^^^^^^^ AST204
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
            """,
        ),
        Example(
            bad="""
                FROM astronomer/astro-runtime:13.11.0
                #    ^^^^^^^^^^^^^^^^^^^^^^^^ AST204
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for base in project.all_runtimes:
        if not base.image.misspelt:
            continue
        meant = _meant(base)
        if meant is None:
            names = f"`{AIRFLOW_3_REPOSITORY}` (Airflow 3) or `{AIRFLOW_2_REPOSITORY}` (Airflow 2)"
            yield base.violation(base.name, f"this repository does not exist: did you mean {names}?")
            continue
        repository = base.equivalent_repository(meant)
        fix = replace_text(base.name, repository, f"use `{repository}`", safe=True) if repository else None
        yield base.violation(base.name, f"this repository does not exist: did you mean `{meant}`?", fix)


def _meant(base: Base) -> str | None:
    """The repository that has the tag, in the same registry if possible."""
    if not base.version:
        return None
    if base.version.family == 3:
        return AIRFLOW_3_REPOSITORY
    return AIRFLOW_2_REPOSITORY_AZURE if base.image.repository.startswith("astrocrpublic.") else AIRFLOW_2_REPOSITORY
