"""Airflow's home in an Astro image is `/usr/local/airflow`, which is also the working directory. With another
`WORKDIR` at the end, relative paths in DAGs, such as `include/query.sql`, and those of the `astro` tools do not
exist.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, append_to_final_stage, rule


@rule(
    code="AST618",
    name="workdir-not-airflow-home",
    severity="warning",
    summary="the image's working directory is not Airflow's home",
    on=("other-workdir",),
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
    from dockerfile_astro_lint.dockerfile.build_state import AIRFLOW_HOME, resolve

    for layer in project.final_layers("WORKDIR")[-1:]:
        path = resolve(layer.value(layer.instruction.value), layer.state.workdir)
        if path not in (None, AIRFLOW_HOME):
            message = f"relative paths in DAGs start at `{path}`: switch back with `WORKDIR {AIRFLOW_HOME}`"
            fix = append_to_final_stage(project, f"WORKDIR {AIRFLOW_HOME}")
            yield Violation(layer.instruction.arguments_span, message, fix)
