"""`PYENV` is an instruction of Astronomer's own BuildKit frontend. Without the line
`# syntax=quay.io/astronomer/airflow-extensions` at the very top, before any comment, nothing knows it, and the build
stops.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.dockerfile.parser import Frontend
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Related, Violation, rule

_SYNTAX = "# syntax=quay.io/astronomer/airflow-extensions:v1"


@rule(
    code="AST611",
    name="pyenv-without-frontend",
    severity="error",
    summary="PYENV without the frontend that knows it",
    on=("PYENV",),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                # The pipelines of the sales team.
                # syntax=quay.io/astronomer/airflow-extensions:v1
                FROM quay.io/astronomer/astro-runtime:13.11.0
                PYENV 3.10 dbt requirements-dbt.txt
                ^^^^^ AST611
            """,
            good="""
                # syntax=quay.io/astronomer/airflow-extensions:v1
                # The pipelines of the sales team.
                FROM quay.io/astronomer/astro-runtime:13.11.0
                PYENV 3.10 dbt requirements-dbt.txt
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    dockerfile = project.dockerfile
    frontend = dockerfile.frontend
    if frontend and (frontend.pyenv or not frontend.known):
        return
    first = next(project.pyenvs(), None)
    if first is None:
        return
    source = dockerfile.source
    late = None
    for comment in dockerfile.scan.comments:
        name, equals, value = comment.text[1:].partition("=")
        if equals and name.strip().lower() == "syntax" and value.split() and Frontend(value.split()[0]).pyenv:
            late = comment
            break
    related: tuple[Related, ...] = ()
    named = next((one for one in dockerfile.scan.directives if one.name == "syntax"), None)
    text = late.text.strip() if late else _SYNTAX
    if named:
        # A second such line would be an error.
        edits = [Edit(Span(source, named.start, named.end), text.partition("=")[2].strip())]
    else:
        below = max((one.line for one in dockerfile.scan.directives), default=0)
        edits = [Edit(Span(source, source.starts[below], source.starts[below]), f"{text}\n")]
    title = "name Astronomer's frontend" if named else f"add `{_SYNTAX}` at the top"
    if late:
        end = source.starts[late.line] if late.line < len(source.starts) else len(source.text)
        edits.append(Edit(Span(source, source.starts[late.line - 1], end), ""))
        related = (Related(Span(source, late.start, late.start + len(late.text)), "only a comment here"),)
        title = "move the syntax line to the top"
    fix = Fix(title, False, tuple(edits))
    message = f"only Astronomer's frontend knows `PYENV`: the first line has to be `{_SYNTAX}`"
    yield Violation(first.keyword_span, message, fix, related)
