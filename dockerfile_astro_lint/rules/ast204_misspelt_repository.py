"""A name that is close to one of Astronomer's repositories and is none of them. `quay.io/astronomer/runtime` stands
in old documentation; without its registry, `astronomer/astro-runtime` is looked for on Docker Hub, where it is not.

The names are a closed list. A private mirror is never taken for a spelling mistake.
"""

from dockerfile_astro_lint.astro.base_image import Base
from dockerfile_astro_lint.astro.image import (
    AIRFLOW_2_REPOSITORY,
    AIRFLOW_2_REPOSITORY_AZURE,
    AIRFLOW_3_REPOSITORY,
    MISSPELT,
)
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_from, replace_text, rule


@rule(
    code="AST204",
    name="misspelt-repository",
    severity="warning",
    summary="a repository that Astronomer does not have",
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
    for base in project.runtimes:
        if base.image.repository not in MISSPELT:
            continue
        home = _home(base)
        if home is None:
            homes = f"Airflow 3 is `{AIRFLOW_3_REPOSITORY}`, Airflow 2 `{AIRFLOW_2_REPOSITORY}`"
            message = f"there is no such repository: {homes}"
            yield Violation(base.name.span, message, None, related_from(base, base.name))
            continue
        here = base.equivalent_repository(home)
        fix = replace_text(base.name, here, f"use `{here}`", safe=True) if here else None
        yield Violation(
            base.name.span, f"there is no such repository: `{home}` was meant", fix, related_from(base, base.name)
        )


def _home(base: Base) -> str | None:
    """The repository that fits the tag, in the same registry where it has one."""
    if not base.version:
        return None
    if base.version.family == 3:
        return AIRFLOW_3_REPOSITORY
    return AIRFLOW_2_REPOSITORY_AZURE if base.image.repository.startswith("astrocrpublic.") else AIRFLOW_2_REPOSITORY
