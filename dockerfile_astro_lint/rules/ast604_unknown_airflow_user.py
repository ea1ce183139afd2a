"""`USER airflow` and `--chown=airflow` come from `apache/airflow`. Astro images do not have that user: theirs is
`astro`, with the group 0. The build stops there, unless the Dockerfile creates the user first.
"""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.build_state import Layer


@rule(
    code="AST604",
    name="unknown-airflow-user",
    severity="error",
    summary="the user `airflow`, which Astro images do not have",
    on=("RUN", "USER", "COPY", "ADD"),
    mentions=("airflow",),
    fix="safe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                COPY --chown=airflow:root settings.json include/
                #            ^^^^^^^^^^^^ AST604
                USER airflow
                #    ^^^^^^^ AST604
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                COPY --chown=astro:0 settings.json include/
                USER astro
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    created: set[int] = set()
    for base, layer in project.layers("USER", "COPY", "ADD", "RUN", agents=True):
        instruction, stage = layer.instruction, base.stage.number
        if stage in created:
            continue
        if instruction.keyword == "RUN":
            if "user" in instruction.script and _creates_airflow(project, layer):
                created.add(stage)
            continue
        owners = [(flag.value, flag.value_span) for flag in instruction.flags if flag.name == "chown"]
        if instruction.keyword == "USER":
            owners = [(instruction.value, instruction.arguments_span)]
        for owner, span in owners:
            if layer.value(owner).partition(":")[0] == "airflow":
                yield _violation(owner, span)


def _creates_airflow(project: Project, layer: "Layer") -> bool:
    from dockerfile_astro_lint.dockerfile.run_commands import creates_user

    return creates_user(layer.instruction.script, project.commands_of(layer), "airflow")


def _violation(owner: str, span: Span) -> Violation:
    astro = "astro:0" if ":" in owner else "astro"
    message = f"Astro images have no user `airflow`: use `{astro}`"
    return Violation(span, message, Fix(f"use `{astro}`", True, (Edit(span, astro),)))
