"""Whether a variable holds a secret, by its name and by the form of its value."""

import re

from dockerfile_astro_lint.astro.airflow_options import is_option
from dockerfile_astro_lint.core.compat import Iterator, NamedTuple
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.dockerfile.assignments import Assignment

_NAMES = (
    "_PASSWORD", "_PASSWD", "_SECRET", "_SECRET_KEY", "_SECRET_ACCESS_KEY", "_TOKEN", "_API_KEY", "_PRIVATE_KEY",
    "FERNET_KEY",
)  # fmt: skip


_NEVER = ("_CMD", "_FILE", "_PATH", "_URL", "_NAME", "_ID", "_ARN")


_KNOWN = frozenset((
    "postgres", "airflow", "admin", "minioadmin", "password", "test", "changeme", "change_me", "change-me", "example",
    "dummy", "fake", "placeholder", "none", "null", "nil", "true", "false", "todo", "tbd", "redacted", "replace_me",
    "replaceme", "replace-me", "unused", "not-used", "empty",
))  # fmt: skip
"""Defaults that everybody knows, and words that stand for a value."""


_KEY = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----")


_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,40}://([^\s/:@?#\"']*):([^\s/\"']+)@")


_WORDS = "password|passwd|secret|token|api_key|private_key|secret_key|secret_access_key|fernet_key|private_key_content"


_IN_QUERY = re.compile(rf"[?&](\w*(?:{_WORDS}))=([^\s&\"']+)", re.IGNORECASE)


_IN_JSON = re.compile(rf"""\\?"(\w*(?:{_WORDS}))\\*"\s*:\s*\\*"((?:[^"\\]|\\+[^"\\])*)\\*\"""", re.IGNORECASE)


_USER_IN_JSON = re.compile(r"""\\?"(?:login|user|username)\\*"\s*:\s*\\*"((?:[^"\\]|\\+[^"\\])*)\\*\"""", re.IGNORECASE)


_PLACEHOLDER = re.compile(r"<.*>|\[.*\]|\{.*\}|%.*%|(?i:[x_ -]+|\*+|\.+|-+|0+|(?:your|insert|enter|replace)[-_ ].*)")


_MAX_VALUE = 64 * 1024


class Secret(NamedTuple):
    """Where in a value a secret stands, and what kind it is."""

    start: int
    end: int
    what: str


def secrets_in(name: str, value: str, option: bool = False) -> Iterator[Secret]:
    """The secrets in a variable's value.

    `option`: what is in front of `_SECRET` is an option of Airflow's, so that the value is only a secret's name.
    """
    upper = name.upper()
    if not value or len(value) > _MAX_VALUE or upper.startswith("AIRFLOW__SECRETS__") or upper.endswith(_NEVER):
        return
    key = _KEY.search(value) if "PRIVATE KEY-----" in value else None
    if key:
        yield Secret(key.start(), len(value), "the private key")
        return
    found = list(_inside(value))
    yield from found
    if found or not upper.endswith(_NAMES) or (option and upper.endswith("_SECRET")):
        return
    if "://" in value or value.lstrip().startswith(("{", "/")) or (upper.endswith("_TOKEN") and value.isdecimal()):
        return
    if _is_secret(value, ""):
        yield Secret(0, len(value), "the value")


def _inside(value: str) -> Iterator[Secret]:
    """Secrets in URLs and in JSON."""
    for found in _URL.finditer(value) if "://" in value else ():
        if _is_secret(found[2], found[1]):
            yield Secret(found.start(2), found.end(2), "the password in the URL")
    for found in _IN_QUERY.finditer(value) if "://" in value else ():
        if _is_secret(found[2], ""):
            yield Secret(found.start(2), found.end(2), f"`{found[1]}` in the URL")
    if "{" in value:
        user = _USER_IN_JSON.search(value)
        for found in _IN_JSON.finditer(value):
            if "PRIVATE KEY" in found[2] or _is_secret(found[2], user[1] if user else ""):
                yield Secret(found.start(2), found.end(2), f"`{found[1]}` in the JSON")


def _is_secret(value: str, user: str) -> bool:
    text = value.strip().strip("'\"")
    return (
        bool(text)
        and "$" not in text
        and text.lower() not in _KNOWN
        and text != user
        and not _PLACEHOLDER.fullmatch(text)
    )


def secrets_of(assignment: Assignment) -> Iterator[tuple[Span, str]]:
    """Where the value of an ENV, ARG or LABEL holds secrets, and of what kind they are."""
    text, start = assignment.plain
    if assignment.old and text.startswith("="):  # a slip: what follows is what was meant
        start += len(text) - len(text[1:].lstrip())
        text = text[1:].lstrip()
    name = assignment.name
    option = name.startswith("AIRFLOW__") and name.endswith("_SECRET") and is_option(name.removesuffix("_SECRET"))
    for secret in secrets_in(name, text, option):
        yield assignment.part(start + secret.start, start + secret.end), secret.what
