"""`PYENV` is an instruction of Astronomer's own BuildKit frontend. Without the directive
`# syntax=quay.io/astronomer/airflow-extensions` at the top of the file, before any comment, it is an unknown
instruction, and the build stops.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Related, Violation, rule

_SYNTAX = "# syntax=quay.io/astronomer/airflow-extensions:v1"


@rule(
    code="AST611",
    name="pyenv-without-frontend",
    severity="error",
    summary="PYENV without the frontend that supports it",
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
    dockerfile, frontend = project.dockerfile, project.dockerfile.frontend
    if frontend and (frontend.pyenv or not frontend.known):
        return
    pyenv = next((one for one in project.astro_instructions() if one.keyword == "PYENV"), None)
    if pyenv is None:
        return
    from dockerfile_astro_lint.dockerfile.pyenv import misplaced_frontend

    source, directives = dockerfile.source, dockerfile.scan.directives
    comment = misplaced_frontend(dockerfile)
    line = comment.text.strip() if comment else _SYNTAX
    syntax = next((directive for directive in directives if directive.name == "syntax"), None)
    if syntax:  # a second such directive would be an error
        title = "use Astronomer's frontend"
        edits = [Edit(Span(source, syntax.start, syntax.end), line.partition("=")[2].strip())]
    else:
        title = f"add `{_SYNTAX}` at the top"
        start = source.starts[max((directive.line for directive in directives), default=0)]
        edits = [Edit(Span(source, start, start), f"{line}\n")]
    related: tuple[Related, ...] = ()
    if comment:
        title = "move the syntax directive to the top"
        edits.append(Edit(source.line_span(comment.line), ""))
        span = Span(source, comment.start, comment.start + len(comment.text))
        related = (Related(span, "treated as a comment: parser directives must be at the top of the file"),)
    message = f"`PYENV` needs Astronomer's frontend: make `{_SYNTAX}` the first line"
    yield Violation(pyenv.keyword_span, message, Fix(title, False, tuple(edits)), related)
