"""Astronomer's frontend installs and copies the project by itself, and for that it builds on the `-base` image. It
turns `quay.io/astronomer/astro-runtime` into that one by itself; of any other repository it takes the image that is
named, whose own steps then run as well: everything is installed twice.
"""

from dockerfile_astro_lint.astro.image import AIRFLOW_2_REPOSITORY
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, rule


@rule(
    code="AST613",
    name="pyenv-installs-twice",
    severity="warning",
    summary="the frontend of PYENV on an image that installs by itself",
    on=("frontend",),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                # syntax=quay.io/astronomer/airflow-extensions:v1
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
                #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST613
                PYENV 3.10 dbt
            """,
            good="""
                # syntax=quay.io/astronomer/airflow-extensions:v1
                FROM astrocrpublic.azurecr.io/runtime:3.1-21-base
                PYENV 3.10 dbt
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    frontend = project.dockerfile.frontend
    if frontend is None or not frontend.pyenv:
        return
    for base in project.all_runtimes:
        reference = base.stage.reference
        if not base.onbuild or reference is None or reference.name == AIRFLOW_2_REPOSITORY:
            continue
        pieces = base.whole_tag.pieces
        fix = None
        if pieces and not reference.digest:
            end = Span(base.whole_tag.span.source, pieces[-1][1], pieces[-1][1])
            fix = Fix("use the `-base` image", False, (Edit(end, "-base"),))
        message = "the frontend installs the project, and this image does so too: name its `-base` image"
        yield Violation(base.reference, message, fix)
