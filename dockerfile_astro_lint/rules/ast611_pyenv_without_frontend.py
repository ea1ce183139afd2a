"""`PYENV` is an instruction of Astronomer's own BuildKit frontend. Without the line
`# syntax=quay.io/astronomer/airflow-extensions` at the very top, before any comment, nothing knows it, and the build
stops.
"""

from dockerfile_astro_lint.dockerfile import Frontend
from dockerfile_astro_lint.light import Iterator
from dockerfile_astro_lint.rule import Edit, Example, Fix, Problem, Project, Related, Span, rule

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
def check(project: Project) -> Iterator[Problem]:
    dockerfile = project.dockerfile
    frontend = dockerfile.frontend
    if "PYENV" not in project.keywords or (frontend and (frontend.pyenv or not frontend.known)):
        return
    first = next(one for one in dockerfile.instructions if one.keyword == "PYENV")
    source = dockerfile.source
    late = None
    for comment in dockerfile.scan.comments:
        name, equals, value = comment.text[1:].partition("=")
        if equals and name.strip().lower() == "syntax" and value.split() and Frontend(value.split()[0]).pyenv:
            late = comment
            break
    fix = None
    related: tuple[Related, ...] = ()
    if late:
        end = source.starts[late.line] if late.line < len(source.starts) else len(source.text)
        line = Span(source, source.starts[late.line - 1], end)
        related = (Related(Span(source, late.start, late.start + len(late.text)), "only a comment here"),)
        edits = Edit(Span(source, 0, 0), f"{late.text.strip()}\n"), Edit(line, "")
        fix = Fix("move the syntax line to the top", False, edits)
    elif frontend is None:
        fix = Fix(f"add `{_SYNTAX}` at the top", False, (Edit(Span(source, 0, 0), f"{_SYNTAX}\n"),))
    message = f"only Astronomer's frontend knows `PYENV`: the first line has to be `{_SYNTAX}`"
    yield Problem(first.keyword_span, message, fix, related)
