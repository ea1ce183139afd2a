"""The folder is a project of the Astro CLI (it has `.astro/config.yaml`), but its Dockerfile builds on another image:
`apache/airflow`, `scratch`, or an official image of Docker Hub such as `python`. The result lacks the label
`io.astronomer.docker.runtime.version`, and Astro refuses to deploy it. Build on Astro Runtime with the same Airflow.

A private base image may itself be built on Runtime, so it is not reported. Only the Dockerfile that the CLI builds is
checked: the one called `Dockerfile`, or the one that `[tool.astro]` in pyproject.toml names. If an earlier stage uses
an Astro image, it is [AST205](AST205.md).
"""

from dockerfile_astro_lint.astro.base_image import image_span
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.project.refused_images import is_built_by_cli, refused_image
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST210",
    name="not-an-astro-image",
    severity="warning",
    summary="an Astro project that is not built on an Astro image",
    on=("foreign",),
    examples=[
        Example(
            bad="""
                FROM apache/airflow:3.1.0
                #    ^^^^^^^^^^^^^^^^^^^^ AST210
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
            """,
            files={".astro/config.yaml": "project:\n  name: sales\n", "requirements.txt": "", "packages.txt": ""},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    if project.final is None or project.all_runtimes or not is_built_by_cli(project):
        return
    root = project.dockerfile.root(project.final)
    image = None if any(base.stage is root for base in project.bases) else refused_image(root)
    if image:
        message = f"final stage is built on `{image}`, which Astro refuses to deploy: build it on Astro Runtime"
        yield Violation(image_span(root), message)
