"""What `ENV` and `ARG` say stays in the image and its history, for everybody who can pull it. Use an environment
variable of the Deployment, an Airflow connection or a secrets backend; a build that needs a secret gets it with
`RUN --mount=type=secret`.

Nothing is said of placeholders and of the defaults that everybody knows (`postgres`, `admin`, …). The secret itself is
in no report.
"""

from dockerfile_astro_lint.light import Iterator
from dockerfile_astro_lint.rule import Example, Problem, Project, rule

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
def check(project: Project) -> Iterator[Problem]:
    for _, layer in project.layers("ENV", "ARG"):
        if not any(mark in layer.instruction.value.upper() for mark in _MARKS):
            continue
        from dockerfile_astro_lint.secrets import secret_in

        for one in layer.assignments:
            text, start = one.plain
            found = secret_in(one.name, text) if one.given else None
            if found:
                low, high, what = found
                message = (
                    f"{what} of `{one.name}` is in the image for all who can pull it: use a variable of the "
                    "Deployment, a connection or a secrets backend"
                )
                yield Problem(one.part(start + low, start + high), message)
