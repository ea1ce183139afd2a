"""A password or token in `requirements.txt` or `packages.txt` is in the repository and, as the image gets the file, in
the image. Pass it to the build instead: `RUN --mount=type=secret` on a `-base` image.

Placeholders and well-known defaults are not reported. No report contains the secret itself.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST508",
    name="secret-in-requirements",
    severity="error",
    summary="a password or token in requirements.txt or packages.txt",
    on=("credentials",),
    secret=True,
    examples=[
        Example(
            bad="FROM quay.io/astronomer/astro-runtime:13.11.0\n",
            bad_files={
                "requirements.txt": """
                    --extra-index-url=https://reader:V7q2Lm9zKp4t@pypi.example/simple
                    #                                ^^^^^^^^^^^^ AST508
                    pandas
                """,
            },
            good="FROM quay.io/astronomer/astro-runtime:13.11.0\n",
            good_files={"requirements.txt": "--extra-index-url=https://${READER}@pypi.example/simple\npandas\n"},
            files={"packages.txt": "", "dags/load.py": "import pandas\n"},
        ),
        Example(
            bad="FROM quay.io/astronomer/astro-runtime:13.11.0\n",
            bad_files={
                "packages.txt": """
                    # deb https://reader:V7q2Lm9zKp4t@apt.example stable main
                    #                    ^^^^^^^^^^^^ AST508
                    libpq-dev
                """,
            },
            good="FROM quay.io/astronomer/astro-runtime:13.11.0\n",
            good_files={"packages.txt": "libpq-dev\n"},
            files={"requirements.txt": "pandas\n", "dags/load.py": "import pandas\n"},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    from dockerfile_astro_lint.project.requirement_secrets import secrets_in_requirements

    for span, what in secrets_in_requirements(project):
        path = span.source.path
        yield Violation(span, f"everyone who reads {path} or pulls the image has {what}: pass it to the build")
