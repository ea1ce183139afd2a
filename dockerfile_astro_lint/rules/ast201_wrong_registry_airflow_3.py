"""Images for Airflow 3 (`X.Y-N`) are published as `astrocrpublic.azurecr.io/runtime`. The old home of Astro Runtime,
`quay.io/astronomer/astro-runtime`, may carry some of them as well, but it is not where new builds are documented to
appear, and the next bump of the tag may find nothing there.
"""

from dockerfile_astro_lint.astro.image import AIRFLOW_2_REPOSITORY, AIRFLOW_2_REPOSITORY_AZURE, AIRFLOW_3_REPOSITORY
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_from, replace_text, rule


@rule(
    code="AST201",
    name="wrong-registry-airflow-3",
    severity="warning",
    summary="an Airflow 3 image from the registry of Airflow 2",
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
        version = base.version
        if (
            version
            and version.family == 3
            and base.image.repository in (AIRFLOW_2_REPOSITORY, AIRFLOW_2_REPOSITORY_AZURE)
        ):
            message = f"Airflow 3 images are published as `{AIRFLOW_3_REPOSITORY}`"
            home = base.equivalent_repository(AIRFLOW_3_REPOSITORY)
            fix = replace_text(base.name, home, f"use `{home}`", safe=True) if home else None
            yield Violation(base.name.span, message, fix, related_from(base, base.name))
