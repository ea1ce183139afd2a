"""Whether a variable holds a secret, by its name and by the form of its value."""

import re

_NAMES = (
    "_PASSWORD", "_PASSWD", "_SECRET", "_SECRET_KEY", "_SECRET_ACCESS_KEY", "_TOKEN", "_API_KEY", "_PRIVATE_KEY",
    "FERNET_KEY",
)  # fmt: skip
_NEVER = ("_CMD", "_FILE", "_PATH", "_URL", "_NAME", "_ID", "_ARN")
_KNOWN = frozenset((
    "postgres", "airflow", "admin", "minioadmin", "password", "test", "changeme", "change_me", "change-me", "root",
    "guest", "secret", "example", "dummy", "fake", "placeholder", "none", "null", "nil", "true", "false", "todo", "tbd",
    "user", "username", "pass", "passwd", "token", "redacted", "replace_me", "replaceme", "replace-me", "minio",
    "default", "unused", "not-used", "empty",
))  # fmt: skip
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://([^\s/:@?#]*):([^\s@/]+)@")
_IN_JSON = re.compile(
    r"""\\?"(\w*(?:password|passwd|secret|token|api_key|private_key|secret_access_key))\\?"\s*:\s*\\?"((?:[^"\\]|\\[^"])*)\\?\"""",
    re.IGNORECASE,
)
_USER_IN_JSON = re.compile(r"""\\?"(?:login|user|username)\\?"\s*:\s*\\?"((?:[^"\\]|\\[^"])*)\\?\"""", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"<.*>|\[.*\]|\{.*\}|%.*%|(?i:x+|\*+|\.+|_+|-+|0+|(?:your|my|the|some|insert|enter|put|add)[-_ ].*)"
)
_MAX_VALUE = 64 * 1024


def secret_in(name: str, value: str) -> tuple[int, int, str] | None:
    """Where in a value a secret is (start, end), and what kind; None where there is none."""
    upper = name.upper()
    if not value or len(value) > _MAX_VALUE or upper.startswith("AIRFLOW__SECRETS__") or upper.endswith(_NEVER):
        return None
    key = value.find("-----BEGIN ")
    if key >= 0 and "PRIVATE KEY-----" in value[key : key + 60]:
        return key, len(value), "the private key"
    for found in _URL.finditer(value) if "://" in value else ():
        if _is_secret(found[2], found[1]):
            return found.start(2), found.end(2), "the password in the URL"
    if "{" in value:
        user = _USER_IN_JSON.search(value)
        for found in _IN_JSON.finditer(value):
            if _is_secret(found[2], user[1] if user else ""):
                return found.start(2), found.end(2), f"`{found[1]}` in the JSON"
    if not upper.endswith(_NAMES) or (upper.startswith("AIRFLOW__") and upper.endswith("_SECRET")):
        return None
    if "://" in value or value.lstrip().startswith(("{", "/")) or (upper.endswith("_TOKEN") and value.isdecimal()):
        return None
    return (0, len(value), "the value") if _is_secret(value, "") else None


def _is_secret(value: str, user: str) -> bool:
    text = value.strip().strip("'\"")
    return (
        bool(text)
        and "$" not in text
        and text.lower() not in _KNOWN
        and text != user
        and not _PLACEHOLDER.fullmatch(text)
    )
