"""What is in files that may hold credentials, where their names alone do not tell."""

import os

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator, Mapping
from dockerfile_astro_lint.project.file_kinds import AUTH_MANAGER, PROFILES

if TYPE_CHECKING:
    from dockerfile_astro_lint.project.folder import Folder


_DBT_SECRETS = (
    "password", "pass", "token", "private_key", "private_key_passphrase", "client_secret", "refresh_token",
    "secret_access_key", "aws_secret_access_key", "motherduck_token",
)  # fmt: skip


_SECRET_WORDS = ("pass", "pwd", "secret", "token", "key", "cred", "auth", "conn", "private", "url", "uri", "dsn")
"""One of these is in the name of a variable that may hold a secret."""


_SWITCHES = ("", "yes", "no", "true", "false", "on", "off", "none")


_MAX_BYTES = 1 << 18
"""Of a file that is looked into; keys are short."""


def may_hold_secret(folder: "Folder", path: str, named: bool = False) -> bool:
    """Whether the content of a file below a folder (with `/`) allows that it holds a secret.

    JSON, dbt's profiles and `.env.*` are looked into. One that is not there may hold a secret, if it is no profile.
    `named`: something else names it as credentials, so that only the description of an identity provider, which holds
    no secret, is none.
    """
    name = path.lower().rpartition("/")[2]
    is_json = name.endswith(".json") and name != AUTH_MANAGER
    if not named and not (is_json or name in PROFILES or name.startswith(".env.")):
        return True
    try:
        data = folder.overlay.read(os.path.join(folder.path, path), _MAX_BYTES)
    except FileNotFoundError:
        return name not in PROFILES
    except (OSError, ValueError):
        return False
    if name in PROFILES:
        return any(map(_is_filled, _mappings(data.decode("utf-8", "replace"))))
    if name.startswith(".env."):
        return any(map(_may_be_secret, data.decode("utf-8", "replace").split("\n")))
    if named:
        return b"external_account" not in data
    import re

    keys = "private_?key|secret|token|secret_?access_?key"
    if name == "kaggle.json":
        keys += "|key"
    filled = rf'"[\w.-]{{0,60}}(?:{keys})"\s{{0,20}}:(?!\s{{0,20}}(?:""|null|"<|"\$|"\{{))'
    return re.search(filled, data.decode("utf-8", "replace"), re.IGNORECASE) is not None


def yaml_scalar(value: str) -> str:
    """A scalar of YAML without quotes and the comment behind it; of a template nothing."""
    value = value.strip()
    if value[:1] in ("'", '"'):
        value = value[1:].partition(value[0])[0]
    else:
        value = "" if value.startswith("#") else value.partition(" #")[0].rstrip()
    return "" if "{{" in value else value


def _may_be_secret(line: str) -> bool:
    """Whether a line of a `.env.*` may set a secret; what is no assignment may belong to one."""
    name, equals, value = line.strip().partition("=")
    value = value.strip().strip("'\"").lower()
    if not equals:
        return bool(name) and not name.startswith("#")
    if name.startswith("#") or value in _SWITCHES or value.isdecimal():
        return False
    return "@" in value or any(word in name.lower() for word in _SECRET_WORDS)


def _mappings(text: str) -> Iterator[Mapping[str, str]]:
    """The scalars of each mapping of a YAML file that is as simple as profiles are."""
    found: dict[str, str] = {}
    for line in text.split("\n"):
        key, colon, value = line.strip().partition(":")
        if colon and not key.startswith("#"):
            if not value.strip():
                yield found
                found = {}
            elif value.strip()[0] not in "|>*&{[":
                found[key.strip()] = yaml_scalar(value)
    yield found


def _is_filled(target: Mapping[str, str]) -> bool:
    """Whether a target of dbt has a secret, and is no database on the same machine or beside it in Compose."""
    from dockerfile_astro_lint.project.secrets import is_secret

    host = target.get("host", target.get("server", ""))
    if host.startswith(("127.", "0.0.0.0")) or host.endswith(".docker.internal") or (host and "." not in host):
        return False
    user = target.get("user", target.get("username", ""))
    return any(is_secret(target[key], user) for key in _DBT_SECRETS if key in target)
