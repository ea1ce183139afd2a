"""Astronomer's frontend installs and copies the project by itself, and needs the `-base` image for that. It replaces
`quay.io/astronomer/astro-runtime` with the `-base` image by itself; with any other repository the image runs its own
steps too, and everything is installed twice.
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
    summary="the frontend of PYENV on an image that installs the project itself",
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
    if not project.has_pyenv_frontend:
        return
    for base in project.all_runtimes:
        reference = base.stage.reference
        if not base.onbuild or reference is None or reference.name == AIRFLOW_2_REPOSITORY:
            continue
        tag, fix = base.whole_tag, None
        if tag.pieces and not reference.digest:
            end = Span(tag.span.source, tag.pieces[-1][1], tag.pieces[-1][1])
            fix = Fix("use the `-base` image", False, (Edit(end, "-base"),))
        message = "both the frontend and this image install the project: use the `-base` image"
        yield Violation(base.reference, message, fix)
