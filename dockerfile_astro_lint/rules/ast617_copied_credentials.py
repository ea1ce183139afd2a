"""A copied file stays in the layers of the image, where everyone who pulls the image can read it, even if a later
step deletes it. Use a build secret (`RUN --mount=type=secret`) for the build, and an Airflow connection or a secrets
backend for DAGs.

Credentials are known by the name of their file, such as `.env`, `.netrc`, `id_ed25519` or `service-account.json`; a
JSON file that is there is only reported if it has a private key, a secret or a token in it, and a `profiles.yml` of dbt
only if it has a password or a token. What lands where `GOOGLE_APPLICATION_CREDENTIALS` points is a key, whatever its
name is.
"""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator
from dockerfile_astro_lint.dockerfile.build_state import AIRFLOW_HOME, resolve
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.copies import Copy, CopySource


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
        "profiles.y",
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
    from dockerfile_astro_lint.project.credential_contents import may_hold_secret
    from dockerfile_astro_lint.project.file_kinds import PROFILES, is_credentials

    context, keys = project.folder_context, set(_google_keys(project))
    for _, copy in project.copies():
        for source in copy.sources if copy.from_context else ():
            parts = source.path.lower().split("/")
            named = bool(keys) and parts[-1].endswith(".json") and _landing(copy, source) in keys
            if source.is_url or not (named or ".aws" in parts or is_credentials(parts[-1])):
                continue
            if project.is_missing(copy, source) or (context and context.ignores(source.path)):
                continue  # AST621 reports it, if this surely is the build context
            if context and not may_hold_secret(context.folder, source.path, named):
                continue
            if parts[-1] in PROFILES and context is None:
                continue  # it is not there to be looked into
            name, span = source.word.text, copy.layer.instruction.span(source.word.start, source.word.end)
            message = f"everyone who pulls the image can read `{name}`: use a build secret or a secrets backend"
            if parts[-1] in PROFILES:
                message = f"everyone who pulls the image can read the password in `{name}`: use `env_var` in it"
            yield Violation(span, message)


def _google_keys(project: Project) -> Iterator[str]:
    """The paths in the image that `GOOGLE_APPLICATION_CREDENTIALS` names."""
    if "GOOGLE_APPLICATION_CREDENTIALS" in project.dockerfile.source.text:
        for layer in project.final_layers("ENV"):
            for assignment in layer.assignments:
                path = resolve(layer.value(assignment.text), AIRFLOW_HOME)
                if assignment.name == "GOOGLE_APPLICATION_CREDENTIALS" and path:
                    yield path


def _landing(copy: "Copy", source: "CopySource") -> str:
    """The path in the image of a copied file."""
    is_folder = len(copy.sources) > 1 or copy.destination.text.endswith(("/", "/.")) or copy.destination.text == "."
    target = (copy.target or "").rstrip("/")
    return f"{target}/{source.path.rpartition('/')[2]}" if is_folder else target
