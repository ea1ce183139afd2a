"""Files go from one stage to another, and with them what was installed for that stage's Airflow, Python and system
libraries. When the stages are on different Runtime versions, that meets another Airflow, and often another Python,
than it was made for. Usually one of the versions was bumped and the other forgotten: one `ARG` in front keeps them
together.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.dockerfile.stage_graph import stages_to_build
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Related, Violation, rule


@rule(
    code="AST206",
    name="mixed-runtime-versions",
    severity="warning",
    summary="stages of one image on different Runtime versions",
    on=("stages",),
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.10.0-base AS wheels
                #                                     ^^^^^^^ AST206
                RUN pip wheel --wheel-dir /wheels dbt-core
                FROM quay.io/astronomer/astro-runtime:13.11.0
                COPY --from=wheels /wheels /wheels
            """,
            good="""
                ARG RUNTIME=13.11.0
                FROM quay.io/astronomer/astro-runtime:${RUNTIME}-base AS wheels
                RUN pip wheel --wheel-dir /wheels dbt-core
                FROM quay.io/astronomer/astro-runtime:${RUNTIME}
                COPY --from=wheels /wheels /wheels
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    final = project.final_base
    bases = [base for base in project.all_runtimes if base.version]
    if project.final is None or final not in bases or len(bases) < 2:
        return
    indices = stages_to_build(project.dockerfile, project.final)
    for base in bases:
        if base.stage.number in indices and base.version != final.version:
            message = f"this stage is on Runtime {base.version}, the final one on {final.version}"
            related = (Related(final.reference, "the final image"),)
            yield Violation(base.segment("version").span, message, None, related)
