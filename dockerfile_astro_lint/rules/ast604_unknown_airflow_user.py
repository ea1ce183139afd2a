"""`USER airflow` and `--chown=airflow` are carried over from `apache/airflow`. An Astro image has no such user: it is
called `astro`, and its group is 0. The build stops there, unless the Dockerfile makes the user first.
"""

from dockerfile_astro_lint.light import Iterator
from dockerfile_astro_lint.rule import Edit, Example, Fix, Problem, Project, Span, rule


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
def check(project: Project) -> Iterator[Problem]:
    made: set[int] = set()
    for base, layer in project.layers("RUN", "USER", "COPY", "ADD", agents=True):
        instruction = layer.instruction
        if "airflow" not in instruction.value and not instruction.line.heredocs:
            continue
        if instruction.keyword == "RUN":
            text = instruction.whole.text
            if "airflow" in text and ("useradd" in text or "adduser" in text):
                made.add(base.stage.number)
        elif base.stage.number in made:
            continue
        elif instruction.keyword == "USER":
            if instruction.value.partition(":")[0] == "airflow":
                yield _problem(instruction.arguments_span)
        else:
            for flag in project.dockerfile.flags(instruction):
                name, _, value = flag.text.partition("=")
                if name == "--chown" and value.partition(":")[0] == "airflow":
                    yield _problem(instruction.span(flag.end - len(value), flag.end))


def _problem(span: Span) -> Problem:
    new = "astro:0" if ":" in span.text else "astro"
    message = f"there is no user `airflow` in an Astro image: it is `{new}`"
    return Problem(span, message, Fix(f"use `{new}`", True, (Edit(span, new),)))
