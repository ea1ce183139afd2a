"""`# syntax=` and `# escape=` are directives only at the very top of a Dockerfile: the first line that is anything
else, a blank one or an ordinary comment included, ends them. Further down they are comments, and the build silently
goes on without the frontend or the escape character that somebody asked for.
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
    summary="a directive that stands too low to be one",
    on=("comment",),
    mentions=("syntax", "escape"),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                # The image of our pipelines.
                # syntax=docker/dockerfile:1
                # ^^^^^^^^^^^^^^^^^^^^^^^^^^ AST004
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            good="""
                # syntax=docker/dockerfile:1
                # The image of our pipelines.
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
        found = re.fullmatch(pattern, comment.text, re.IGNORECASE | re.ASCII)
        if not found or (error and error.start <= comment.start < error.end):
            continue
        if found[2] and dockerfile.frontend is None and Frontend(found[3]).pyenv and _uses_pyenv(dockerfile):
            continue  # AST611 speaks of it
        span = Span(source, comment.start + found.start(1), comment.start + found.end(1))
        message = "this is only a comment here: a directive stands at the very top, before any other line"
        yield Violation(span, message, _fix(project, comment.line, found[1]) if found[2] else None)


def _uses_pyenv(dockerfile: Dockerfile) -> bool:
    return any(instruction.keyword == "PYENV" for instruction in dockerfile.instructions)


def _fix(project: Project, line: int, directive: str) -> Fix | None:
    """Move a syntax line to the top."""
    source = project.dockerfile.source
    if project.dockerfile.frontend is not None:
        return None
    end = source.starts[line] if line < len(source.starts) else len(source.text)
    edits = Edit(Span(source, 0, 0), f"# {directive}\n"), Edit(Span(source, source.starts[line - 1], end), "")
    return Fix("move it to the top", False, edits)
