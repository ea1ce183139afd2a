"""What is copied into an image stays in its layers, for everybody who can pull it, also where a later step deletes it.
Credentials have better places: a build secret (`RUN --mount=type=secret`) where the build needs them, an Airflow
connection or a secrets backend where the DAGs do.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule

_MARKS = (".env", ".p8", ".p12", ".pem", ".json", "id_rsa", ".aws")
"""One of these is in every name of such a file."""


@rule(
    code="AST617",
    name="copied-credentials",
    severity="warning",
    summary="a file of credentials is copied into the image",
    on=("COPY", "ADD"),
    mentions=("$", *_MARKS),
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0-base
                COPY . .
                COPY gcp/service-account.json /secrets/
                #    ^^^^^^^^^^^^^^^^^^^^^^^^ AST617
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0-base
                COPY . .
                RUN --mount=type=secret,id=gcp include/fetch.sh
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for _, layer in project.layers("COPY", "ADD"):
        value = layer.instruction.value.lower()
        if "$" not in value and not any(mark in value for mark in _MARKS):
            continue
        from dockerfile_astro_lint.dockerfile.copies import copy_of
        from dockerfile_astro_lint.project.credential_files import is_credentials

        copy = copy_of(layer)
        for source in copy.sources if copy and copy.from_context else ():
            parts = source.path.lower().split("/")
            if not source.is_url and (".aws" in parts or is_credentials(parts[-1])):
                message = (
                    f"`{source.word.text}` looks like credentials, and whoever pulls the image gets them: use a build "
                    "secret, an Airflow connection or a secrets backend"
                )
                yield Violation(layer.instruction.span(source.word.start, source.word.end), message)
