"""What a file is by its name: the one place that decides.

A new kind of file is one row of `KINDS` and what reads it.
"""

import os

from dockerfile_astro_lint.core.compat import NamedTuple

SKIPPED_FOLDERS = frozenset(
    (".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__", "site-packages", ".tox", ".nox", ".eggs")
)


MANIFEST_NAME = "pyproject.toml"


class FileKind(NamedTuple):
    """A kind of file.

    `names` and `ends` are what its files are called. `linted`: "dockerfile" if a file that is named on the command line
    is linted as a Dockerfile, "project" if it is linted as part of its project, "nowhere" if it is refused.
    `ignore_comment`: where a suppression stands, "above instruction", "above line" or "end of line". `pre_commit`: the
    names that the hook `astro-lint` takes; the one for Python files goes by the type.
    """

    name: str
    linted: str
    ignore_comment: str
    names: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    pre_commit: tuple[str, ...] = ()


DOCKERFILE = FileKind("Dockerfile", "dockerfile", "above instruction")
"""Its names are no list, see `is_dockerfile`; pre-commit passes them all."""
_REQUIREMENTS = ("requirements.txt", "requirements-client.txt")  # of a Runtime image, of an agent
_PACKAGES = ("packages.txt", "packages-client.txt")
_SETTINGS = ("airflow_settings.yaml",)
REQUIREMENTS = FileKind("requirements", "project", "above line", _REQUIREMENTS, (), _REQUIREMENTS)
PACKAGES = FileKind("packages", "project", "above line", _PACKAGES, (), _PACKAGES)
DOCKERIGNORE = FileKind("dockerignore", "project", "above line", (), (".dockerignore",), (".dockerignore",))
MANIFEST = FileKind("manifest", "project", "above line", (MANIFEST_NAME,), (), (MANIFEST_NAME,))
"""It is also a configuration file; `config/files.py` reads that part."""
PYTHON = FileKind("Python", "project", "end of line", (), (".py",))
AIRFLOW_SETTINGS = FileKind("Airflow settings", "project", "above line", _SETTINGS, (), _SETTINGS)
CONFIG = FileKind("config", "nowhere", "above instruction", ("astro-lint.toml", ".astro-lint.toml", "setup.cfg"))
FOREIGN = FileKind(
    "foreign",
    "nowhere",
    "above instruction",
    (".env", ".netrc", ".npmrc", ".pypirc", "pip.conf", "id_rsa", "id_ed25519"),
    (
        ".env", ".md", ".rst", ".yaml", ".yml", ".json", ".toml", ".ini", ".cfg", ".sh", ".sql", ".ipynb", ".html",
        ".csv", ".xml", ".pem", ".key", ".lock",
    ),
)  # fmt: skip
"""Files whose names say that they are no Dockerfiles; many hold secrets, so nothing of them is read."""
OTHER = FileKind("other", "dockerfile", "above instruction")
"""What is named on the command line is a Dockerfile, whatever it is called."""


KINDS = (DOCKERFILE, REQUIREMENTS, PACKAGES, DOCKERIGNORE, MANIFEST, PYTHON, AIRFLOW_SETTINGS, CONFIG, FOREIGN, OTHER)


_BY_NAME = {name: kind for kind in KINDS for name in kind.names}


_BY_END = tuple((end, kind) for kind in KINDS if kind is not FOREIGN for end in kind.ends)


_NOT_DOCKERFILES = (".dockerignore", ".j2", ".tmpl", ".erb")


def kind_of(path: str) -> FileKind:
    """The kind of a file, by the last part of its path."""
    name = os.path.basename(path)
    if name in _BY_NAME:
        return _BY_NAME[name]
    for end, kind in _BY_END:
        if name.endswith(end):
            return kind
    if is_dockerfile(name):
        return DOCKERFILE
    lower = name.lower()
    return FOREIGN if lower.endswith(FOREIGN.ends) or lower.startswith(".env.") else OTHER


def is_dockerfile(name: str) -> bool:
    """Whether a search takes a file of that name for a Dockerfile."""
    name = name.lower()
    if name.endswith(_NOT_DOCKERFILES):
        return False
    return name.startswith(("dockerfile.", "dockerfile-", "containerfile")) or (
        name == "dockerfile" or name.endswith(".dockerfile")
    )


def is_python(path: str) -> bool:
    """Whether a file is Python code; `kind_of`, for thousands of names."""
    return path.endswith(PYTHON.ends)


ONBUILD_FILES = ("packages.txt", "requirements.txt")
"""What a Runtime image without `-base` copies and installs by itself; AST504 reports what is missing of it."""


_CREDENTIALS = frozenset((".env", ".netrc", ".pypirc", ".git-credentials", "kaggle.json"))


PROFILES = ("profiles.yml", "profiles.yaml")
"""The connections of dbt; with `env_var` in it, such a file holds no secret."""


AUTH_MANAGER = "simple_auth_manager_passwords.json"
"""Where Airflow 3 keeps the passwords of its users; it appends `.generated`."""


_SSH_KEYS = ("id_rsa", "id_ed25519", "id_ecdsa")


_TEMPLATES = (".example", ".sample", ".template", ".dist", ".tpl", ".default", ".defaults")
"""Ends of files that show which variables to fill in."""


_CREDENTIALS_ENDS = (".p8", ".p12", ".pem", ".json")


def is_credentials(name: str) -> bool:
    """Whether a file, by its name in lower case, holds credentials."""
    if name in _CREDENTIALS or name in PROFILES or name.startswith(AUTH_MANAGER):
        return True
    if name.startswith(_SSH_KEYS):
        return not name.endswith(".pub")
    if name.startswith(".env."):
        return not name.endswith(_TEMPLATES)
    if not name.endswith(_CREDENTIALS_ENDS):
        return False
    if name.endswith(".pem"):
        return not _is_authority(name)
    return _is_json_key(name.removesuffix(".json")) if name.endswith(".json") else True


def _is_json_key(stem: str) -> bool:
    """Whether a JSON file is a key, by its name without the end."""
    service = stem.find("service")
    if (service >= 0 and "account" in stem[service:]) or "keyfile" in stem or "credentials" in stem:
        return True
    return stem.endswith(("_key", "-key")) or _is_google_key(stem)


def _is_google_key(stem: str) -> bool:
    """Whether a name is that of a key as Google Cloud offers it: the project, and the first digits of the key's id."""
    project, _, number = stem.rpartition("-")
    # Twelve decimal digits are more likely a time.
    return bool(project) and len(number) == 12 and not number.isdecimal() and not number.strip("0123456789abcdef")


def _is_authority(name: str) -> bool:
    """Whether a .pem file holds certificates of authorities, which are not secret."""
    words = "".join(char if char.isalpha() else " " for char in name).split()
    return (
        any(word == "ca" or word.endswith("rootca") or word.startswith("cacert") for word in words) or "bundle" in name
    )
