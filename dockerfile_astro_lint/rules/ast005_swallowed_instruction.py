"""A line that ends with the escape character goes on below, past empty lines and comments. If it is the last line of
its instruction, the next instruction becomes part of it: `COPY` is then an argument of the command above, or a command
that does not exist, and nothing is copied.

Two escape characters at the end of a line are no continuation: the next line is read as an instruction of its own.
"""

from dockerfile_astro_lint.core.compat import Iterator, Sequence
from dockerfile_astro_lint.core.source import Related, Span
from dockerfile_astro_lint.dockerfile.parser import Instruction
from dockerfile_astro_lint.dockerfile.syntax_errors import KEYWORDS
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, rule


@rule(
    code="AST005",
    name="swallowed-instruction",
    severity="warning",
    summary="an instruction becomes part of the one above",
    on=("swallowed", "unknown"),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                RUN pip install --no-cache-dir dbt-core && \\

                COPY scripts/ /opt/scripts/
                ^^^^ AST005
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                RUN pip install --no-cache-dir dbt-core

                COPY scripts/ /opt/scripts/
            """,
        ),
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                RUN pip install --no-cache-dir \\\\
                    dbt-core
                    ^^^^^^^^ AST005
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                RUN pip install --no-cache-dir \\
                    dbt-core
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    if not project.bases:
        return
    dockerfile = project.dockerfile
    for instruction in dockerfile.instructions:
        yield from _swallowed(instruction)
    if dockerfile.frontend is None or dockerfile.frontend.known:
        yield from _behind_two_escapes(dockerfile.instructions)


def _swallowed(instruction: Instruction) -> Iterator[Violation]:
    """The instructions that begin on a later line of an instruction."""
    line, escape = instruction.line, instruction.escape
    quote, quoted_to = "", instruction.at
    for number, (at, _, length) in enumerate(line.pieces):
        text = line.text[at : at + length]
        keyword, *rest = text.split(None, 1)[:2] or [""]
        if not number or keyword not in KEYWORDS or not rest or rest[0][0] in "=&|;<>)":
            continue
        start = at + text.index(keyword)
        # These two take another instruction as their argument.
        is_argument = instruction.keyword == "ONBUILD" and start == instruction.at
        if is_argument or (instruction.keyword == "HEALTHCHECK" and keyword == "CMD"):
            continue
        if start < instruction.at:
            continue
        quote, quoted_to = _open_quote(line.text[quoted_to:start], escape, quote), start
        if quote:
            continue
        above = f"`{instruction.keyword}`" if len(instruction.keyword) <= 40 else "instruction"
        message = (
            f"this `{keyword}` is part of the {above} above, whose line ends in `{escape}`: remove the continuation"
        )
        yield Violation(instruction.span(start, start + len(keyword)), message, _end_above(instruction, number))


def _open_quote(text: str, escape: str, quote: str) -> str:
    """The quote that is open at the end of a text, given the one that is open at its beginning."""
    at = 0
    while at < len(text):
        char = text[at]
        if char == escape and quote != "'":
            at += 1
        elif char == quote:
            quote = ""
        elif not quote and char in "'\"":
            quote = char
        at += 1
    return quote


def _end_above(instruction: Instruction, number: int) -> Fix | None:
    """End the instruction on the line above; None if only half of it would be left, or a heredoc would move."""
    source, line = instruction.source, instruction.line
    at, start, length = line.pieces[number - 1]
    text = line.text[at : at + length].rstrip()
    command = text.removesuffix("&&").removesuffix(";").rstrip()
    if not command or command.endswith(("|", "&")) or at + len(command) <= instruction.at or "<<" in line.text[at:]:
        return None
    end = source.text.find("\n", start + length)
    last = source.text[start + length : end].rstrip("\r")
    edit = Edit(Span(source, start + len(command), start + length + len(last)), "")
    return Fix("remove the continuation", False, (edit,))


def _behind_two_escapes(instructions: Sequence[Instruction]) -> Iterator[Violation]:
    """The first of the unknown instructions behind a line that ends in two escape characters."""
    number = 1
    while number < len(instructions):
        above, instruction = instructions[number - 1], instructions[number]
        number += 1
        if not (above.ends_in_two_escapes and _is_unknown(instruction)):
            continue
        edits = [_one_escape(above, instruction)]
        related = (Related(edits[0].span._replace(end=edits[0].span.start + 2), "not a continuation"),)
        while number < len(instructions) and _is_unknown(instructions[number]):
            if instructions[number - 1].ends_in_two_escapes:
                edits.append(_one_escape(instructions[number - 1], instructions[number]))
            number += 1
        pair = instruction.escape * 2
        message = f"the line above ends in `{pair}`, which is not a continuation: use one `{instruction.escape}`"
        yield Violation(instruction.keyword_span, message, Fix("continue the line above", False, tuple(edits)), related)


def _is_unknown(instruction: Instruction) -> bool:
    return instruction.keyword not in KEYWORDS and instruction.keyword != "PYENV"


def _one_escape(above: Instruction, below: Instruction) -> Edit:
    """Leave one of the escape characters at an instruction's end, up to the first letter of what it continues in."""
    text, escape, source = above.line.text.rstrip(" \t"), above.escape, above.source
    start, end = above.line.offset(len(text.rstrip(escape))), below.keyword_span.start + 1
    between = source.text[start:end].lstrip(escape).replace("\r", "")
    return Edit(Span(source, start, end), escape + between)
