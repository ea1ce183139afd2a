"""A `-base` image runs none of the steps that install and copy the project: the Dockerfile has to do that. If it
copies nothing from the build context, the image has no DAGs.

The frontend of `PYENV` copies the project by itself.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.dockerfile.stage_graph import stages_to_build
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST602",
    name="base-image-without-project",
    severity="warning",
    summary="a `-base` image that the project is not copied into",
    on=("base",),
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0-base
                #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST602
                RUN pip install pandas
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0-base
                RUN pip install pandas
                COPY . .
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    base, dockerfile = project.final_base, project.dockerfile
    if base is None or not base.without_onbuild or base.image.role != "runtime" or project.has_pyenv_frontend:
        return
    from dockerfile_astro_lint.dockerfile.build_state import AIRFLOW_HOME
    from dockerfile_astro_lint.dockerfile.copies import uses_context

    for layer in project.final_layers("COPY"):
        copy = project.copy_of(layer)
        if copy and copy.sources and (copy.target is None or f"{copy.target}/".startswith(f"{AIRFLOW_HOME}/")):
            return  # from another stage or image, it may be the project
    stages = stages_to_build(dockerfile, project.final) if project.final else set()
    if any(other.onbuild and other.stage.number in stages for other in project.bases):
        return
    instructions = (one for number in stages for one in dockerfile.instructions_of(dockerfile.stages[number]))
    if any(map(uses_context, instructions)):
        return
    message = "nothing copies the project into this `-base` image: remove `-base`, or COPY the project yourself"
    yield Violation(base.reference, message)
