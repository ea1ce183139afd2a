"""A name that is close to one of Astronomer's repositories and is none of them. `quay.io/astronomer/runtime` stands
in old documentation; without its registry, `astronomer/astro-runtime` is looked for on Docker Hub, where it is not.

The names are a closed list. A private mirror is never taken for a spelling mistake.
"""

from dockerfile_astro_lint.image import AIRFLOW_2_HOME, AIRFLOW_2_HOME_AZURE, AIRFLOW_3_HOME, MISSPELT
from dockerfile_astro_lint.light import Iterator
from dockerfile_astro_lint.rule import Base, Example, Problem, Project, replace, rule, used_by


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
def check(project: Project) -> Iterator[Problem]:
    for base in project.runtimes:
        if base.image.repository not in MISSPELT:
            continue
        home = _home(base)
        if home is None:
            message = f"there is no such repository: Airflow 3 is `{AIRFLOW_3_HOME}`, Airflow 2 `{AIRFLOW_2_HOME}`"
            yield Problem(base.name.span, message, None, used_by(base, base.name))
            continue
        here = base.home(home)
        fix = replace(base.name, here, f"use `{here}`", safe=True) if here else None
        yield Problem(base.name.span, f"there is no such repository: `{home}` was meant", fix, used_by(base, base.name))


def _home(base: Base) -> str | None:
    """The repository that fits the tag, in the same registry where it has one."""
    if not base.version:
        return None
    if base.version.family == 3:
        return AIRFLOW_3_HOME
    return AIRFLOW_2_HOME_AZURE if base.image.repository.startswith("astrocrpublic.") else AIRFLOW_2_HOME
