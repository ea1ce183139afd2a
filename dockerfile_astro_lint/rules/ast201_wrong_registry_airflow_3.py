"""Airflow 3 images (`X.Y-N`) are published to `astrocrpublic.azurecr.io/runtime`. `quay.io/astronomer/astro-runtime`,
the repository for Airflow 2, may have some of them as well, but new builds are not documented to appear there, and the
next upgrade of the tag may not find its image.
"""

from dockerfile_astro_lint.astro.image import AIRFLOW_3_REPOSITORY
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, replace_text, rule


@rule(
    code="AST201",
    name="wrong-registry-airflow-3",
    severity="warning",
    summary="an Airflow 3 image from an Airflow 2 repository",
    on=("wrong_repository",),
    fix="safe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:3.1-21
                #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST201
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
            """,
        ),
        Example(
            bad="""
                ARG REPOSITORY=quay.io/astronomer/astro-runtime
                #              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST201
                FROM ${REPOSITORY}:3.1-21-python-3.11
            """,
            good="""
                ARG REPOSITORY=astrocrpublic.azurecr.io/runtime
                FROM ${REPOSITORY}:3.1-21-python-3.11
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for base in project.runtimes:
        if base.version.family == 3 and base.image.wrong_repository:
            message = f"Airflow 3 images are published to `{AIRFLOW_3_REPOSITORY}`, not to this repository"
            repository = base.equivalent_repository(AIRFLOW_3_REPOSITORY)
            fix = replace_text(base.name, repository, f"use `{repository}`", safe=True) if repository else None
            yield base.violation(base.name, message, fix)
