"""`astrocrpublic.azurecr.io/runtime` has only Airflow 3 images. Airflow 2 images (`13.11.0`) are published to
`quay.io/astronomer/astro-runtime` and, in the same registry, to `astrocrpublic.azurecr.io/astronomer/astro-runtime`.
"""

from dockerfile_astro_lint.astro.image import AIRFLOW_2_REPOSITORY_AZURE
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, replace_text, rule


@rule(
    code="AST202",
    name="wrong-registry-airflow-2",
    severity="warning",
    summary="an Airflow 2 image from the Airflow 3 repository",
    on=("wrong_repository",),
    fix="safe",
    examples=[
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:13.11.0
                #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST202
            """,
            good="""
                FROM astrocrpublic.azurecr.io/astronomer/astro-runtime:13.11.0
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for base in project.runtimes:
        # 1.10 and 2.10 are versions of Airflow, and AST106 reports 3.1.0.
        if base.version.family == 2 and base.version.numbers[0] >= 4 and base.image.wrong_repository:
            message = f"Airflow 2 images are published to `{AIRFLOW_2_REPOSITORY_AZURE}`, not to this repository"
            repository = base.equivalent_repository(AIRFLOW_2_REPOSITORY_AZURE)
            fix = replace_text(base.name, repository, f"use `{repository}`", safe=True) if repository else None
            yield base.violation(base.name, message, fix)
