"""`ENV` and `LABEL` have no spaces around the equals sign: `ENV NAME = value` sets `NAME` to `= value`."""

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
    mentions=(" =", "\t", "\v", "\f", "\r"),
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
    for _, assignment in project.assignments("ENV", "LABEL"):
        if assignment.old and assignment.text.startswith("="):
            value = "= …" if len(assignment.text) > 2 else assignment.text  # it may be a secret
            message = f"`{assignment.name}` gets the value `{value}`: remove the spaces around the `=`"
            yield Violation(assignment.text_span, message, _fix(assignment))


def _fix(assignment: "Assignment") -> Fix | None:
    """Remove the spaces, and quote the value if necessary, but do not rewrite it."""
    text, instruction, value = assignment.text, assignment.instruction, assignment.text[1:].strip()
    start = assignment.at + len(text) - len(text[1:].lstrip())
    spaces = instruction.span(assignment.start + len(assignment.name), start)
    if not value or "#" in spaces.text or any(word.startswith("=") for word in value.split()):
        return None
    is_plain = not any(char in value for char in " \t\"'\\`$")
    is_quoted = value[0] in "\"'" and value.find(value[0], 1) == len(value) - 1
    if is_plain or (is_quoted and not any(char in value for char in "\\`")):
        return Fix("remove the spaces", is_plain, (Edit(spaces, "="),))
    if any(char in value for char in "\"'\\`"):
        return None
    quote = Edit(instruction.span(start + len(value), start + len(value)), '"')
    return Fix("remove the spaces, add quotes", False, (Edit(spaces, '="'), quote))
