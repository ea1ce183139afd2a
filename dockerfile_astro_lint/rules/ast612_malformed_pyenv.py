"""`PYENV <python> <name> [<requirements file>]`: fields are parted by single blanks, the Python needs a minor version,
and the name becomes part of a variable, `ASTRO_PYENV_<name>`. It stands below a `FROM`, and needs `apt-get`, so it does
not work on a `-ubi9` image.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.dockerfile.parser import Instruction
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, rule


@rule(
    code="AST612",
    name="malformed-pyenv",
    severity="error",
    summary="a PYENV that cannot work",
    on=("PYENV",),
    fix="safe",
    examples=[
        Example(
            bad="""
                # syntax=quay.io/astronomer/airflow-extensions:v1
                FROM quay.io/astronomer/astro-runtime:13.11.0
                PYENV 3.10  dbt
                #         ^^ AST612
            """,
            good="""
                # syntax=quay.io/astronomer/airflow-extensions:v1
                FROM quay.io/astronomer/astro-runtime:13.11.0
                PYENV 3.10 dbt
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    dockerfile = project.dockerfile
    first = dockerfile.instructions[dockerfile.stages[0].at].line.first if dockerfile.stages else 0
    for instruction in project.pyenvs():
        if instruction.line.first < first:
            yield Violation(instruction.keyword_span, "`PYENV` stands before the first `FROM`: there is no image yet")
        else:
            yield from _fields(instruction)
    for base, layer in project.layers("PYENV"):
        if base.version and base.tag and base.tag.has("ubi9"):
            yield Violation(layer.instruction.keyword_span, "`PYENV` uses apt-get, which a `-ubi9` image does not have")


def _fields(instruction: Instruction) -> Iterator[Violation]:
    value = instruction.value
    fields: list[tuple[str, Span]] = []
    at = 0
    while at < len(value):
        end = at + len(value[at:].partition(" ")[0])
        fields.append((value[at:end], instruction.span(instruction.at + at, instruction.at + end)))
        at = end
        while value[at : at + 1] == " ":
            at += 1
        if at - end > 1:
            span = instruction.span(instruction.at + end, instruction.at + at)
            message = "two blanks in a row make an empty field: the fields of `PYENV` are parted by single ones"
            yield Violation(span, message, Fix("leave one blank", True, (Edit(span, " "),)))
    if len(fields) < 2:
        message = "`PYENV` needs a Python and a name: `PYENV 3.10 dbt requirements-dbt.txt`"
        yield Violation(instruction.arguments_span if value else instruction.keyword_span, message)
        return
    (python, place), (name, name_place) = fields[:2]
    numbers = python.split(".")
    if "$" not in python and not (2 <= len(numbers) <= 3 and all(one.isascii() and one.isdecimal() for one in numbers)):
        yield Violation(place, f"`{python}` is no Python version such as `3.10`")
    if "$" not in name and not all(char.isascii() and (char.isalnum() or char in "_-") for char in name):
        yield Violation(name_place, f"`{name}` becomes part of a variable: letters, digits, `_` and `-` only")
