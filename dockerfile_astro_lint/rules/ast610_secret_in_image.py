"""What `ENV` and `ARG` say stays in the image and its history, for everybody who can pull it. Use an environment
variable of the Deployment, an Airflow connection or a secrets backend; a build that needs a secret gets it with
`RUN --mount=type=secret`.

Nothing is said of placeholders and of the defaults that everybody knows (`postgres`, `admin`, …). The secret itself is
in no report.
"""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.assignments import Assignment


_MARKS = ("PASSW", "SECRET", "TOKEN", "KEY", "://", "{")
"""One of these is in every variable that holds a secret."""


@rule(
    code="AST610",
    name="secret-in-image",
    severity="error",
    summary="a secret is written into the image",
    on=("ENV", "ARG"),
    mentions=("passw", "secret", "token", "key", "://", "{"),
    secret=True,
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                ENV SNOWFLAKE_PASSWORD=Winter-2026-rain
                #                      ^^^^^^^^^^^^^^^^ AST610
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                ENV SNOWFLAKE_USER=loader
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for _, layer in project.layers("ENV", "ARG"):
        keyword, value = layer.instruction.keyword, layer.instruction.value
        if (keyword == "ENV" or "=" in value) and not any(mark in value.upper() for mark in _MARKS):
            continue
        for one in layer.assignments:
            if one.given:
                yield from _secrets(project, one)
            else:
                # Its default stands in front of the first FROM.
                yield from (problem for above in _in_front(project, one.name) for problem in _secrets(project, above))


def _secrets(project: Project, one: "Assignment") -> Iterator[Violation]:
    from dockerfile_astro_lint.project.secrets import secrets_of

    for span, what in secrets_of(one):
        if what == "the value" and span.text.strip("'\"") in _users(project, one.name):
            continue
        message = (
            f"{what} of `{one.name}` is in the image for all who can pull it: use a variable of the "
            "Deployment, a connection or a secrets backend"
        )
        yield Violation(span, message)


def _in_front(project: Project, name: str) -> "Iterator[Assignment]":
    from dockerfile_astro_lint.dockerfile.assignments import assignments

    dockerfile = project.dockerfile
    for instruction in dockerfile.instructions[: dockerfile.stages[0].at]:
        if instruction.keyword == "ARG" and name in instruction.value:
            for one in assignments(instruction, dockerfile.scan.escape):
                if one.name == name and one.given:
                    yield one


def _users(project: Project, name: str) -> set[str]:
    """The names of users that go with a password, by what their variables are called."""
    stem = name.upper().rpartition("_")[0]
    names = {f"{stem}_{kind}" for kind in ("USER", "USERNAME", "LOGIN")}
    return {
        one.plain[0]
        for _, layer in project.layers("ENV", "ARG")
        for one in layer.assignments
        if one.name.upper() in names
    }
