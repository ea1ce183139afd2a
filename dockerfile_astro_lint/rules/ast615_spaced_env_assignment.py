"""`ENV NAME = value` is the old form of ENV, with a blank between name and value: the variable becomes `= value`,
equals sign and all. An assignment has no spaces around its equals sign. The same goes for LABEL.
"""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.assignments import Assignment


@rule(
    code="AST615",
    name="spaced-env-assignment",
    severity="error",
    summary="spaces around the equals sign, which becomes part of the value",
    on=("ENV", "LABEL"),
    mentions=(" =", "\t=", "\v=", "\f=", "\r="),
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
def check(project: Project) -> Iterator[Violation]:
    for _, layer in project.layers("ENV", "LABEL"):
        value = layer.instruction.value
        if "=" not in value or "=" in value.split(None, 1)[0]:
            continue
        for one in layer.assignments:
            if not one.old or not one.text.startswith("="):
                continue
            fix = _fix(one)
            message = f"`{one.name}` becomes `{_short(one.text)}`: there are no spaces around the `=`"
            yield Violation(one.text_span, message, fix)


def _fix(one: "Assignment") -> Fix | None:
    """Taking the spaces out, and quotes around where they are needed; the value itself is not written anew."""
    value = one.text[1:].strip()
    behind = len(one.text) - len(one.text[1:].lstrip())
    instruction = one.instruction
    between = instruction.span(one.start + len(one.name), one.at + behind)
    if not value or "#" in between.text or any(word.startswith("=") for word in value.split()):
        return None
    plain, special = not any(char in value for char in " \t\"'\\`$"), any(char in value for char in "\"'\\`")
    if plain:
        return Fix("write it without spaces", True, (Edit(between, "="),))
    if value[0] in "\"'" and value.find(value[0], 1) == len(value) - 1 and not any(char in value for char in "\\`"):
        return Fix("write it without spaces", False, (Edit(between, "="),))
    if special:
        return None
    end = instruction.span(one.at + behind + len(value), one.at + behind + len(value))
    return Fix("write it without spaces, in quotes", False, (Edit(between, '="'), Edit(end, '"')))


def _short(text: str) -> str:
    """The beginning of a value, which may be a secret."""
    return "= …" if len(text) > 2 else text
