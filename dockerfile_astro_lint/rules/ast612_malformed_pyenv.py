"""The form is `PYENV <python> <name> [<requirements file>]`: the fields are separated by single spaces, the Python
version needs a minor version, and the name becomes part of a variable, `ASTRO_PYENV_<name>`. `PYENV` has to be below
a `FROM`, and needs `apt-get`, so it does not work on a `-ubi9` image.
"""

from dockerfile_astro_lint.core.compat import Iterator
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
    has_from = False
    for instruction in project.astro_instructions():
        has_from = has_from or instruction.keyword == "FROM"
        if instruction.keyword == "PYENV" and has_from:
            yield from _check_fields(instruction)
        elif instruction.keyword == "PYENV":
            yield Violation(instruction.keyword_span, "`PYENV` is before the first `FROM`: move it below")
    ubi9 = project.with_segment("ubi9")
    for base, layer in project.layers("PYENV"):
        if base in ubi9:
            message = "`-ubi9` images have no `apt-get`, which `PYENV` needs: use an image without `-ubi9`"
            yield Violation(layer.instruction.keyword_span, message)


def _check_fields(instruction: Instruction) -> Iterator[Violation]:
    from dockerfile_astro_lint.dockerfile.pyenv import parse_pyenv

    fields, wide_gaps = parse_pyenv(instruction)
    for gap in wide_gaps:
        message = "several spaces in a row make an empty field: separate the fields of `PYENV` with single spaces"
        yield Violation(gap, message, Fix("use a single space", True, (Edit(gap, " "),)))
    if len(fields) < 2:
        message = "`PYENV` needs a Python version and a name, such as `PYENV 3.10 dbt requirements-dbt.txt`"
        yield Violation(fields[0][1] if fields else instruction.keyword_span, message)
        return
    (python, python_span), (name, name_span) = fields[:2]
    numbers = python.split(".")
    is_version = 2 <= len(numbers) <= 3 and all(number.isascii() and number.isdecimal() for number in numbers)
    if "$" not in python and not is_version:
        yield Violation(python_span, f"`{python}` is not a valid Python version: use one such as `3.10`")
    if "$" not in name and not all(char.isascii() and (char.isalnum() or char in "_-") for char in name):
        yield Violation(name_span, f"`{name}` is not a valid name: use letters, digits, `_` and `-` only")
