"""`astrocrpublic.azurecr.io/runtime` holds the images for Airflow 3 and no others. Those for Airflow 2 (`13.11.0`)
are published as `quay.io/astronomer/astro-runtime` and, in this registry, as
`astrocrpublic.azurecr.io/astronomer/astro-runtime`.
"""

from dockerfile_astro_lint.astro.image import AIRFLOW_2_REPOSITORY_AZURE, AIRFLOW_3_REPOSITORY
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_from, replace_text, rule


@rule(
    code="AST202",
    name="wrong-registry-airflow-2",
    severity="warning",
    summary="an Airflow 2 image from the repository of Airflow 3",
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
        version = base.version
        if (
            version
            and version.family == 2
            and version.numbers[0] >= 4
            and base.image.repository == AIRFLOW_3_REPOSITORY
        ):
            message = f"Airflow 2 images are published as `{AIRFLOW_2_REPOSITORY_AZURE}`"
            home = base.equivalent_repository(AIRFLOW_2_REPOSITORY_AZURE)
            fix = replace_text(base.name, home, f"use `{home}`", safe=True) if home else None
            yield Violation(base.name.span, message, fix, related_from(base, base.name))
