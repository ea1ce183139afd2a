"""An Astro CLI v2 project names its image in one of two ways: `runtime`, an exact build of Astro Runtime, or
`dockerfile`, a Dockerfile to build. With both, the Astro CLI stops.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST701",
    name="runtime-and-dockerfile",
    severity="error",
    summary="the manifest sets both `runtime` and `dockerfile`",
    on=("manifest",),
    manifest=True,
    examples=[
        Example(
            bad="",
            bad_files={
                "pyproject.toml": """
                    [project]
                    dependencies = ["apache-airflow==3.3.*"]
                    [tool.astro]
                    runtime = "3.3-8"
                    ^^^^^^^ AST701
                    dockerfile = "Dockerfile"
                """,
            },
            good="",
            good_files={
                "pyproject.toml": """
                    [project]
                    dependencies = ["apache-airflow==3.3.*"]
                    [tool.astro]
                    runtime = "3.3-8"
                """,
            },
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    manifest = project.manifest
    if manifest and manifest.runtime and manifest.dockerfile:
        message = "manifest sets both `runtime` and `dockerfile`, so the Astro CLI stops: remove one"
        yield Violation(manifest.runtime.key, message)
