"""Files that are copied from one stage to another were installed for that stage's Airflow, Python and system libraries.
If the stages use different Runtime versions, these files meet another Airflow, and often another Python, than they were
built for. Usually one version was upgraded and the other forgotten: one `ARG` before the first `FROM` keeps them in
step.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.dockerfile.stage_graph import stages_to_build
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Related, Violation, rule


@rule(
    code="AST206",
    name="mixed-runtime-versions",
    severity="warning",
    summary="stages of one image use different Runtime versions",
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
    if project.final is None or final not in project.runtimes:
        return
    others = [base for base in project.runtimes if base.version != final.version]
    used = stages_to_build(project.dockerfile, project.final) if others else ()
    for base in others:
        if base.stage.number in used:
            message = f"this stage uses Runtime {base.version}, but the final one {final.version}: use one version"
            related = (Related(final.reference, "the final stage"),)
            yield Violation(base.segment("version").span, message, None, related)
