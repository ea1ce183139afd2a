"""Airflow's home in an Astro image is `/usr/local/airflow`, and that is the working directory too. A `WORKDIR` that
stays elsewhere makes relative paths of DAGs, such as `include/query.sql`, and of the `astro` tools point into the void.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, append_to_final_stage, rule


@rule(
    code="AST618",
    name="workdir-not-airflow-home",
    severity="warning",
    summary="the image ends in another folder than Airflow's home",
    on=("WORKDIR",),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                WORKDIR /opt/tools
                #       ^^^^^^^^^^ AST618
                RUN make
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                WORKDIR /opt/tools
                RUN make
                WORKDIR /usr/local/airflow
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    folders = project.final_layers("WORKDIR")
    if not folders:
        return
    from dockerfile_astro_lint.dockerfile.build_state import HOME, resolve

    layer = folders[-1]
    instruction = layer.instruction
    path = resolve(layer.value(instruction.value), layer.state.workdir)
    if path is None or path == HOME:
        return
    message = f"the image ends in `{path}`: relative paths of DAGs and of the Astro tools start at `{HOME}`"
    yield Violation(instruction.arguments_span, message, append_to_final_stage(project, f"WORKDIR {HOME}"))
