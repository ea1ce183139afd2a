"""The values of `ENV` and `ARG` and the commands of `RUN` stay in the image and its history, where everyone who pulls
the image can read them: also a password that a `RUN` writes into a `profiles.yml` of dbt.
Use an environment variable of the Deployment, an Airflow connection or a secrets backend; for a secret of the build
use `RUN --mount=type=secret`.

Placeholders and well-known defaults (`postgres`, `admin`, …) are not reported. No report contains the secret, or
anything else that looks like one; a patch (`--diff`) contains the lines of the file as they are.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST610",
    name="secret-in-image",
    severity="error",
    summary="a secret is written into the image",
    on=("ENV", "ARG", "userinfo", "profile"),
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
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                RUN pip install --index-url https://ci:Winter-2026-rain@pypi.corp.example/simple our-lib
                #                                      ^^^^^^^^^^^^^^^^ AST610
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                RUN --mount=type=secret,id=pip,target=/etc/pip.conf pip install our-lib
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    from dockerfile_astro_lint.project.secrets import secrets_in_image, secrets_in_runs

    readable, hint = "everyone who pulls the image can read", "use a secrets backend or a Deployment variable"
    for assignment, span, what in secrets_in_image(project):
        yield Violation(span, f"{readable} {what} of `{assignment.name}`: {hint}")
    for span, what in secrets_in_runs(project):
        yield Violation(span, f"{readable} {what}: use a build secret (`RUN --mount=type=secret`)")
