"""`ENV NAME = value` is the old form of `ENV`, with a space between name and value: the variable gets the value
`= value`, with the equals sign. An assignment has no spaces around its equals sign. The same is true of `LABEL`.
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
    for _, assignment in project.assignments("ENV", "LABEL"):
        text = assignment.text
        if assignment.old and text.startswith("="):
            shown = "= …" if len(text) > 2 else text  # it may be a secret
            message = f"`{assignment.name}` gets the value `{shown}`: remove the spaces around the `=`"
            yield Violation(assignment.text_span, message, _fix(assignment))


def _fix(assignment: "Assignment") -> Fix | None:
    """Remove the spaces, and quote the value if necessary, but do not rewrite it."""
    text, instruction = assignment.text, assignment.instruction
    value = text[1:].strip()
    start = assignment.at + len(text) - len(text[1:].lstrip())
    spaces = instruction.span(assignment.start + len(assignment.name), start)
    if not value or "#" in spaces.text or any(word.startswith("=") for word in value.split()):
        return None
    if not any(char in value for char in " \t\"'\\`$"):
        return Fix("remove the spaces", True, (Edit(spaces, "="),))
    if value[0] in "\"'" and value.find(value[0], 1) == len(value) - 1 and not any(char in value for char in "\\`"):
        return Fix("remove the spaces", False, (Edit(spaces, "="),))
    if any(char in value for char in "\"'\\`"):
        return None
    end = instruction.span(start + len(value), start + len(value))
    return Fix("remove the spaces, add quotes", False, (Edit(spaces, '="'), Edit(end, '"')))
