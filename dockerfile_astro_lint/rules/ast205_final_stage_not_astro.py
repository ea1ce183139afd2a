"""What is built is the last stage. Here an earlier stage is an Astro image, but the last one starts from something
else, so that the result is no Astro Runtime: it lacks the label `io.astronomer.docker.runtime.version`, and the
deploy is refused. Helper stages on other images belong in front of the Astro stage, which takes from them with `COPY
--from`.

A private base image may itself be built on Runtime: of that the rule says nothing.
"""

from dockerfile_astro_lint.astro.base_image import image_span
from dockerfile_astro_lint.astro.image import repository_name
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.dockerfile.image_reference import reference_error
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST205",
    name="final-stage-not-astro",
    severity="error",
    summary="the last stage is no Astro image, though an earlier one is",
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
    reference = root.reference
    if reference is None or any(base.stage is root for base in project.bases):
        return
    if not reference.repository.known or reference_error(reference):
        return
    name = repository_name(reference.registry.text if reference.registry else None, reference.repository.text)
    if name == "docker.io/apache/airflow":
        what = "upstream's image `apache/airflow`"
    elif name.startswith("docker.io/") and name.count("/") == 1:
        what = f"`{name.removeprefix('docker.io/')}`"
    else:
        return
    message = f"the last stage is built on {what}, not on Astro Runtime: a deploy of it is refused"
    yield Violation(image_span(root), message)
