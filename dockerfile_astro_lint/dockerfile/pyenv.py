"""PYENV, an instruction of Astronomer's own frontend: its fields, and the directive that enables it."""

from dockerfile_astro_lint.core.compat import NamedTuple
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.dockerfile.parser import Dockerfile, Frontend, Instruction
from dockerfile_astro_lint.dockerfile.scanner import Comment


class PyenvFields(NamedTuple):
    """The fields of a PYENV with their ranges, and the ranges of several spaces in a row, which are empty fields."""

    fields: tuple[tuple[str, Span], ...]
    wide_gaps: tuple[Span, ...]


def parse_pyenv(instruction: Instruction) -> PyenvFields:
    """Split a PYENV at single spaces, as the frontend does."""
    value, start = instruction.value, instruction.at
    fields: list[tuple[str, Span]] = []
    gaps: list[Span] = []
    at = 0
    while at < len(value):
        end = value.find(" ", at)
        end = len(value) if end < 0 else end
        fields.append((value[at:end], instruction.span(start + at, start + end)))
        at = end
        while value[at : at + 1] == " ":
            at += 1
        if at - end > 1:
            gaps.append(instruction.span(start + end, start + at))
    return PyenvFields(tuple(fields), tuple(gaps))


def misplaced_frontend(dockerfile: Dockerfile) -> Comment | None:
    """The comment that would name Astronomer's frontend if it were at the top of the file."""
    for comment in dockerfile.scan.comments:
        name, equals, value = comment.text[1:].partition("=")
        if equals and name.strip().lower() == "syntax" and value.split() and Frontend(value.split()[0]).pyenv:
            return comment
    return None
