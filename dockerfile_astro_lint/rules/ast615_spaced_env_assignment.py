"""`ENV NAME = value` is the old form of ENV, with a blank between name and value: the variable becomes `= value`,
equals sign and all. An assignment has no spaces around its equals sign. The same goes for LABEL.
"""

from dockerfile_astro_lint.light import Iterator
from dockerfile_astro_lint.rule import Edit, Example, Fix, Problem, Project, rule


@rule(
    code="AST615",
    name="spaced-env-assignment",
    severity="error",
    summary="spaces around the equals sign, which becomes part of the value",
    on=("ENV", "LABEL"),
    fix="safe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                ENV AIRFLOW__CORE__PARALLELISM = 64
                #                              ^^^^ AST615
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                ENV AIRFLOW__CORE__PARALLELISM=64
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Problem]:
    for _, layer in project.layers("ENV", "LABEL"):
        value = layer.instruction.value
        if "=" not in value or "=" in value.split(None, 1)[0]:
            continue
        for one in layer.assignments:
            if not one.old or not one.text.startswith("="):
                continue
            value = one.text[1:].strip()
            instruction = layer.instruction
            between = instruction.span(one.start + len(one.name), one.at + len(one.text))
            fix = None
            if value and "\n" not in between.text:
                plain = not any(char in value for char in " \t\"'\\\\`$")
                if plain:
                    fix = Fix("write it without spaces", True, (Edit(between, f"={value}"),))
                elif not any(char in value for char in '"\\\\`$'):
                    fix = Fix("write it without spaces, in quotes", False, (Edit(between, f'="{value}"'),))
            message = f"`{one.name}` becomes `{_short(one.text)}`: there are no spaces around the `=`"
            yield Problem(one.text_span, message, fix)


def _short(text: str) -> str:
    """The beginning of a value, which may be a secret."""
    return "= …" if len(text) > 2 else text
