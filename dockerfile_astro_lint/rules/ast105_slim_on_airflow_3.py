"""Astro Runtime 11 to 13 have a `-slim` variant without most providers. All Airflow 3 images are slim, and no tag says
so: `3.1-21-slim` does not exist, and the build fails.

Add the providers that the project needs to requirements.txt.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, remove_segments, rule


@rule(
    code="AST105",
    name="slim-on-airflow-3",
    severity="error",
    summary="`-slim` on Airflow 3, where all images are slim",
    on=("slim-3",),
    fix="safe",
    examples=[
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21-slim
                #                                           ^^^^^ AST105
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
            """,
        ),
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.3-8-python-3.13-slim-base
                #                                                      ^^^^^ AST105
                COPY --chown=astro:0 . .
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.3-8-python-3.13-base
                COPY --chown=astro:0 . .
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for base in project.with_tag_error("slim-3"):
        message = "Airflow 3 images have no `-slim` variant (all are slim): remove `-slim`"
        yield base.violation(base.segment("slim"), message, remove_segments(base, "slim"))
