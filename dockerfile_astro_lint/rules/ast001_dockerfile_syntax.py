"""`docker build` stops at such a file before it runs a command. BuildKit cannot parse it (no instruction, a heredoc
that is never closed), does not accept an instruction (an invalid flag, a `FROM` of two words), or cannot plan the
stages (a word that cannot be expanded, an invalid port, a `COPY --from` a later stage).

What depends on a build argument without a default, or on a variable of the base image, is not reported. Podman's mount
options (`z`, `Z`, `U`, `tmpcopyup`) are info. An unknown instruction is [AST614](AST614.md).
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST001",
    name="dockerfile-syntax",
    severity="error",
    summary="Docker cannot build the Dockerfile",
    on=("refused",),
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
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                RUN <<EOF
                EOF
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    error = project.dockerfile.error
    if error:
        yield Violation(Span(project.dockerfile.source, error.start, error.end), error.message)
    if error is None or error.kind != "no-instruction":
        for refusal in project.refusals:
            yield Violation(refusal.span, refusal.message, severity=refusal.severity)
