"""`docker build` builds the last stage. Here an earlier stage uses an Astro image, but the last one does not, so the
result is not an Astro Runtime image: it lacks the label `io.astronomer.docker.runtime.version`, and Astro refuses to
deploy it. Put helper stages on other images before the Astro stage, and copy from them with `COPY --from`.

A private base image may itself be built on Runtime, so it is not reported.
"""

from dockerfile_astro_lint.astro.base_image import image_span
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.project.refused_images import refused_image
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST205",
    name="final-stage-not-astro",
    severity="error",
    summary="the final stage is not built on an Astro image, though an earlier one is",
    on=("stages",),
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0 AS astro
                FROM python:3.12-slim
                #    ^^^^^^^^^^^^^^^^ AST205
                COPY --from=astro /usr/local/airflow /app
            """,
            good="""
                FROM python:3.12-slim AS wheels
                RUN pip wheel --wheel-dir /wheels dbt-core
                FROM quay.io/astronomer/astro-runtime:13.11.0
                COPY --from=wheels /wheels /wheels
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    if project.final is None or not project.all_runtimes:
        return
    root = project.dockerfile.root(project.final)
    image = None if any(base.stage is root for base in project.bases) else refused_image(root)
    if image:
        message = f"final stage is built on `{image}`, which Astro refuses to deploy: build it on Astro Runtime"
        yield Violation(image_span(root), message)
