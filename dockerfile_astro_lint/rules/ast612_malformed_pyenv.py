"""`PYENV <python> <name> [<requirements file>]`: fields are parted by single blanks, the Python needs a minor version,
and the name becomes part of a variable, `ASTRO_PYENV_<name>`. It stands below a `FROM`, and needs `apt-get`, so it does
not work on a `-ubi9` image.
"""

from dockerfile_astro_lint.light import Iterator
from dockerfile_astro_lint.rule import Edit, Example, Fix, Instruction, Problem, Project, rule


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
def check(project: Project) -> Iterator[Problem]:
    if "PYENV" not in project.keywords:
        return
    dockerfile = project.dockerfile
    first = dockerfile.stages[0].at if dockerfile.stages else len(dockerfile.instructions)
    for at, instruction in enumerate(dockerfile.instructions):
        if instruction.keyword == "PYENV":
            if at < first:
                yield Problem(instruction.keyword_span, "`PYENV` stands before the first `FROM`: there is no image yet")
            else:
                yield from _fields(instruction)
    for base, layer in project.layers("PYENV"):
        if base.version and base.tag and base.tag.has("ubi9"):
            yield Problem(layer.instruction.keyword_span, "`PYENV` uses apt-get, which a `-ubi9` image does not have")


def _fields(instruction: Instruction) -> Iterator[Problem]:
    value, start = instruction.value, instruction.at
    doubled = value.find("  ")
    if doubled >= 0:
        end = doubled
        while value[end] == " ":
            end += 1
        span = instruction.span(start + doubled, start + end)
        message = "two blanks in a row make an empty field: the fields of `PYENV` are parted by single ones"
        yield Problem(span, message, Fix("leave one blank", True, (Edit(span, " "),)))
        return
    fields = value.split(" ")
    if len(fields) < 2 or not fields[0]:
        message = "`PYENV` needs a Python and a name: `PYENV 3.10 dbt requirements-dbt.txt`"
        yield Problem(instruction.arguments_span if value else instruction.keyword_span, message)
        return
    python, name = fields[:2]
    numbers = python.split(".")
    if not 2 <= len(numbers) <= 3 or not all(number.isdecimal() and number.isascii() for number in numbers):
        span = instruction.span(start, start + len(python))
        yield Problem(span, f"`{python}` is no Python version such as `3.10`")
    if not all(char.isascii() and (char.isalnum() or char in "_-") for char in name):
        span = instruction.span(start + len(python) + 1, start + len(python) + 1 + len(name))
        yield Problem(span, f"`{name}` becomes part of a variable: letters, digits, `_` and `-` only")
