"""`# syntax=` and `# escape=` are parser directives only at the top of a Dockerfile: the first line of any other kind,
even an empty line or an ordinary comment, ends them. Below it they are comments, and the build silently goes on without
the frontend or the escape character.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.dockerfile.parser import Dockerfile, Frontend
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, rule


@rule(
    code="AST004",
    name="ignored-directive",
    severity="warning",
    summary="a parser directive below the top of the file is only a comment",
    on=("comment",),
    mentions=("syntax", "escape"),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                # The image of our pipelines
                # syntax=docker/dockerfile:1
                # ^^^^^^^^^^^^^^^^^^^^^^^^^^ AST004
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            good="""
                # syntax=docker/dockerfile:1
                # The image of our pipelines
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    import re

    dockerfile = project.dockerfile
    source, error = dockerfile.source, dockerfile.error
    for comment in dockerfile.scan.comments:
        if "=" not in comment.text:
            continue
        pattern = r"#\s*((syntax)\s*=\s*(\S+)|escape\s*=\s*[\\`])\s*"
        directive = re.fullmatch(pattern, comment.text, re.IGNORECASE | re.ASCII)
        if not directive or (error and error.start <= comment.start < error.end):
            continue
        if directive[2] and dockerfile.frontend is None and Frontend(directive[3]).pyenv and _uses_pyenv(dockerfile):
            continue  # AST611 reports it
        span = Span(source, comment.start + directive.start(1), comment.start + directive.end(1))
        message = "treated as a comment: parser directives must be at the top of the file"
        yield Violation(span, message, _move_up(dockerfile, comment.line, directive[1]) if directive[2] else None)


def _uses_pyenv(dockerfile: Dockerfile) -> bool:
    return any(instruction.keyword == "PYENV" for instruction in dockerfile.instructions)


def _move_up(dockerfile: Dockerfile, line: int, directive: str) -> Fix | None:
    """Move a `# syntax` line to the top, unless the file has a frontend."""
    source = dockerfile.source
    if dockerfile.frontend is not None:
        return None
    edits = Edit(Span(source, 0, 0), f"# {directive}\n"), Edit(source.line_span(line), "")
    return Fix("move it to the top of the file", False, edits)
