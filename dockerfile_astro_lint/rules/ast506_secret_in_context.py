"""A Runtime image without `-base` copies the whole project (ONBUILD): a `.env` or a key file in it, or an
`airflow_settings.yaml` with passwords, is then in the image, where everyone who pulls it can read it. Exclude it in
`.dockerignore`.

A JSON file is only reported if it has a private key, a secret or a token in it, or if `GOOGLE_APPLICATION_CREDENTIALS`
names it; a `profiles.yml` of dbt only if a password or a token stands in it. Use `env_var` there: dbt needs the file.
"""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator, Sequence
from dockerfile_astro_lint.core.source import make_source
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Fix, Violation, append_line, rule

if TYPE_CHECKING:
    from dockerfile_astro_lint.project.build_context import BuildContext
    from dockerfile_astro_lint.project.folder import Folder

_MAX_LISTED = 3


_SETTINGS = "airflow_settings.yaml"
"""Connections of the Astro CLI's local environment."""


@rule(
    code="AST506",
    name="secret-in-context",
    severity="warning",
    summary="a credentials file is copied into the image with the project",
    on=("credential-file",),
    fix="safe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
                #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST506
            """,
            bad_files={".dockerignore": ".git\n"},
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            good_files={".dockerignore": ".git\n.env\n"},
            files={".env": "A=1\n", "requirements.txt": "", "packages.txt": "", "dags/load.py": "import pandas\n"},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    context, base = project.onbuild_context, project.final_base
    if context is None or base is None:
        return
    found = list(_secret_files(project, context))
    if not found:
        return
    from dockerfile_astro_lint.project.file_kinds import PROFILES

    profiles = [path for path in found if path.lower().rpartition("/")[2] in PROFILES]  # which dbt needs
    files = [path for path in found if path not in profiles]
    name, pronoun = context.ignore_name, "it" if len(files) == 1 else "them"
    readable = [f"{_listed(files)}: exclude {pronoun} in {name}"] if files else []
    if profiles:
        secrets, where = ("password", "it") if len(profiles) == 1 else ("passwords", "them")
        readable.append(f"the {secrets} in {_listed(profiles)}: use `env_var` in {where}")
    message = f"everyone who pulls the image can read {'; and '.join(readable)}"
    is_plain = all(not any(char in path for char in "*?[]\\!#") and path == path.strip() for path in files)
    text = context.text(name)
    fix = None
    if files and is_plain and (text or name not in context.folder.names):
        source = text or make_source(context.shown(name), "")
        fix = Fix(f"add {pronoun} to {name}", True, tuple(append_line(source, path) for path in files))
    yield Violation(base.reference, message, fix)


def _listed(files: Sequence[str]) -> str:
    more = f" and {len(files) - _MAX_LISTED} more" if len(files) > _MAX_LISTED else ""
    return ", ".join(f"`{path}`" for path in files[:_MAX_LISTED]) + more


def _secret_files(project: Project, context: "BuildContext") -> Iterator[str]:
    """What goes into the image and holds credentials: paths below the folder of the project."""
    folder, found = context.folder, set()
    for path in folder.credentials():
        if not context.ignores(path) and _may_hold_secret(folder, path):
            found.add(path)
            yield path
    for path in _named_keys(project):
        is_there = folder.overlay.is_file(f"{folder.path}/{path}")
        if path not in found and is_there and not context.ignores(path) and _may_hold_secret(folder, path, named=True):
            found.add(path)
            yield path
    if _SETTINGS in folder.names and not context.ignores(_SETTINGS) and _has_passwords(context):
        yield _SETTINGS


def _may_hold_secret(folder: "Folder", path: str, named: bool = False) -> bool:
    from dockerfile_astro_lint.project.credential_contents import may_hold_secret  # few projects have such a file

    return may_hold_secret(folder, path, named)


def _named_keys(project: Project) -> Iterator[str]:
    """The paths in the build context that `GOOGLE_APPLICATION_CREDENTIALS` names."""
    if "GOOGLE_APPLICATION_CREDENTIALS" not in project.dockerfile.source.text:
        return
    from dockerfile_astro_lint.dockerfile.build_state import AIRFLOW_HOME, resolve

    for layer in project.final_layers("ENV"):
        for assignment in layer.assignments:
            if assignment.name == "GOOGLE_APPLICATION_CREDENTIALS":
                path = resolve(layer.value(assignment.text), AIRFLOW_HOME)
                if path and path.startswith(f"{AIRFLOW_HOME}/"):
                    yield path.removeprefix(f"{AIRFLOW_HOME}/")


def _has_passwords(context: "BuildContext") -> bool:
    """Whether the connections of airflow_settings.yaml have passwords."""
    source = context.text(_SETTINGS)
    if source is None or "conn_password" not in source.text:
        return False
    from dockerfile_astro_lint.project.credential_contents import yaml_scalar
    from dockerfile_astro_lint.project.secrets import is_secret

    for line in source.text.split("\n"):
        key, colon, value = line.strip().removeprefix("- ").partition(":")
        if colon and key.strip() == "conn_password" and is_secret(yaml_scalar(value)):
            return True
    return False
