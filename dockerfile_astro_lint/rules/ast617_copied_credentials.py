"""A copied file stays in the layers of the image, where everyone who pulls the image can read it, even if a later
step deletes it. Use a build secret (`RUN --mount=type=secret`) for the build, and an Airflow connection or a secrets
backend for DAGs.

Credentials are known by the name of their file, such as `.env`, `.netrc`, `id_ed25519` or `service-account.json`; a
JSON file that is there is only reported if it has a private key, a secret or a token in it.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST617",
    name="copied-credentials",
    severity="warning",
    summary="a credentials file is copied into the image",
    on=("COPY", "ADD"),
    mentions=(
        "$",
        ".env",
        ".p8",
        ".p12",
        ".pem",
        ".json",
        "id_",
        ".aws",
        ".netrc",
        ".pypirc",
        ".git-credentials",
    ),
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
    from dockerfile_astro_lint.project.credential_files import may_hold_secret
    from dockerfile_astro_lint.project.file_kinds import is_credentials

    context = project.folder_context
    for _, copy in project.copies():
        for source in copy.sources if copy.from_context else ():
            parts = source.path.lower().split("/")
            if source.is_url or not (".aws" in parts or is_credentials(parts[-1])):
                continue
            if project.is_missing(copy, source) or (context and context.ignores(source.path)):
                continue  # AST621 reports it, if this surely is the build context
            if context and not may_hold_secret(context.folder, source.path):
                continue
            name, span = source.word.text, copy.layer.instruction.span(source.word.start, source.word.end)
            message = f"everyone who pulls the image can read `{name}`: use a build secret or a secrets backend"
            yield Violation(span, message)
