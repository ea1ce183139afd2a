"""Docker cannot parse the Dockerfile, so no image is built: an instruction with invalid arguments, a `FROM` with other
than one or three words, a heredoc without its end, a duplicate parser directive, an invalid image reference, or a file
without instructions.

The rest of the file is still checked as far as it can be parsed. An unknown instruction is [AST614](AST614.md).
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.dockerfile.syntax_errors import refusals
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST001",
    name="dockerfile-syntax",
    severity="error",
    summary="Docker cannot build the Dockerfile",
    any_dockerfile=True,
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0  # Airflow 2.11
                #                                              ^^^^^^^^^^^^^^ AST001
            """,
            good="""
                # Airflow 2.11
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
        ),
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                RUN <<EOF
                ^^^^^^^^^ AST001
                echo never ended
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                RUN <<EOF
                echo ended
                EOF
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    dockerfile = project.dockerfile
    if error := dockerfile.error:
        yield Violation(Span(dockerfile.source, error.start, error.end), error.message)
    if error is None or error.kind != "no-instruction":
        for refusal in refusals(dockerfile):
            yield Violation(refusal.span, refusal.message)
