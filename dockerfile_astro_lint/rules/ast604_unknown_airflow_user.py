"""`USER airflow` and `--chown=airflow` are carried over from `apache/airflow`. An Astro image has no such user: it is
called `astro`, and its group is 0. The build stops there, unless the Dockerfile makes the user first.
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
    made: set[int] = set()
    runs = ("RUN",) if "useradd" in project.search_text or "adduser" in project.search_text else ()
    for base, layer in project.layers("USER", "COPY", "ADD", *runs, agents=True):
        instruction = layer.instruction
        if instruction.keyword == "RUN":
            if _makes_it(project, layer):
                made.add(base.stage.number)
        elif base.stage.number in made or not ("airflow" in instruction.value or "$" in instruction.value):
            continue
        elif instruction.keyword == "USER":
            if _is_it(layer, instruction.value):
                yield _problem(instruction.arguments_span, instruction.value)
        elif instruction.value.startswith("--"):
            for flag in project.dockerfile.flags(instruction):
                name, _, value = flag.text.partition("=")
                if name == "--chown" and _is_it(layer, value):
                    start = instruction.line.text.index("=", flag.start) + 1
                    quoted = instruction.line.text[start] in "\"'"
                    yield _problem(instruction.span(start + quoted, flag.end - quoted), value)


def _is_it(layer: "Layer", owner: str) -> bool:
    return layer.value(owner).partition(":")[0] == "airflow"


def _makes_it(project: Project, layer: "Layer") -> bool:
    """Whether a RUN makes the user, as far as that can be told."""
    if "useradd" not in layer.instruction.script and "adduser" not in layer.instruction.script:
        return False
    commands = [one.command for one in project.commands_of(layer)]
    if not any(command.name in ("useradd", "adduser") for command in commands):
        return "airflow" in layer.instruction.script
    return any(
        word.text == "airflow" or not word.literal
        for command in commands
        if command.name in ("useradd", "adduser")
        for word in command.arguments
    )


def _problem(span: Span, owner: str) -> Violation:
    new = "astro:0" if ":" in owner else "astro"
    message = f"there is no user `airflow` in an Astro image: it is `{new}`"
    return Violation(span, message, Fix(f"use `{new}`", True, (Edit(span, new),)))
