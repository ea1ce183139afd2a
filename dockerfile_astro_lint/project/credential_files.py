"""Credential files by their names."""

_NAMES = frozenset((".env", ".netrc", ".pypirc", ".git-credentials", "kaggle.json"))


PROFILES = ("profiles.yml", "profiles.yaml")
"""The connections of dbt; with `env_var` in it, such a file holds no secret."""


AUTH_MANAGER = "simple_auth_manager_passwords.json"
"""Where Airflow 3 keeps the passwords of its users; it appends `.generated`."""


_SSH_KEYS = ("id_rsa", "id_ed25519", "id_ecdsa")


_TEMPLATES = (".example", ".sample", ".template", ".dist", ".tpl", ".default", ".defaults")
"""Ends of files that show which variables to fill in."""


_ENDS = (".p8", ".p12", ".pem", ".json")


def is_credentials(name: str) -> bool:
    """Whether a file, by its name in lower case, holds credentials."""
    if name in _NAMES or name in PROFILES or name.startswith(AUTH_MANAGER):
        return True
    if name.startswith(_SSH_KEYS):
        return not name.endswith(".pub")
    if name.startswith(".env."):
        return not name.endswith(_TEMPLATES)
    if not name.endswith(_ENDS):
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
