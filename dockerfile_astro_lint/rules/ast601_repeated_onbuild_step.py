"""A Runtime image without `-base` runs the usual steps by itself (ONBUILD), right after the `FROM` that names it: it
installs `packages.txt` and `requirements.txt`, and copies the whole project to `/usr/local/airflow`. Repeating a step
makes the build slower and the image larger, and changes nothing.

Another file, another target and a virtual environment are not repetitions.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.onbuild import repeated_steps
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Fix, Related, Violation, remove_instructions, rule


@rule(
    code="AST601",
    name="repeated-onbuild-step",
    severity="warning",
    summary="a step that the base image already runs by itself",
    on=("copies-home", "onbuild-step"),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                COPY dags/ /usr/local/airflow/dags/
                #    ^^^^^ AST601
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
        ),
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                COPY requirements.txt /tmp/
                RUN pip install --no-cache-dir -r /tmp/requirements.txt
                #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST601
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for step in repeated_steps(project):
        names = " and ".join(f"`{name}`" for name in step.names)
        what = f"{step.verb} {names}" if names else step.verb
        message = f"redundant `{step.step}`: the base image already {what} (ONBUILD)"
        fix = Fix("remove it", False, remove_instructions(step.removable)) if step.removable else None
        related = (Related(step.copied_by.arguments_span, "copied here"),) if step.copied_by else ()
        yield Violation(step.span, message, fix, related)
