"""Text for people: display paths, plurals, and file contents made safe for a terminal."""

import os

from dockerfile_astro_lint.core.compat import Iterable
from dockerfile_astro_lint.core.source import with_one_digit

_MARKS = (
    "PASS", "PWD", "SECRET", "TOKEN", "KEY", "CREDENTIAL", "AUTHORIZATION", "AKIA", "ASIA", "ABIA", "ACCA",
    "GITHUB_PAT_", "XOX", "XAPP-", "AIZA", "YA29.", "YA00.", "EYJ", "GOCSPX-", "PYPI-", "NPM_", "DCKR_", "K_LIVE_",
    "K_TEST_", "SK-", "HF_", "DAPI", "SG.", "HVS.", "HOOKS.SLACK", "SIG", "CODE=", "AUTH=", " -U", "--USER",
    "--PROXY-USER",
)  # fmt: skip
"""Without one of these, in capitals, a text holds no secret but those of `_FAMILIES`, logins and Fernet keys."""


_FAMILIES = {
    "GH": ("GHP_", "GHO_", "GHU_", "GHS_", "GHR_"),
    "GL": ("GLPAT-", "GLDT-", "GLRT-", "GLPTT-", "GLCBT-", "GLFT-", "GLSOAT-", "GLAGENT-", "GLIMT-", "GLOAS-",
           "GLFFCT-"),
}  # fmt: skip
"""Marks of one service, by how all of them begin."""


_FERNET = 44
"""The length of a Fernet key."""


def display_path(path: str) -> str:
    """A path relative to the working directory, with `/` as the separator."""
    cwd = os.getcwd()
    if path.startswith(cwd) and path[len(cwd) : len(cwd) + 1] == os.sep:
        path = path[len(cwd) + 1 :]
    elif os.path.isabs(path):
        path = _relative(path)
    return os.path.normpath(path).replace(os.sep, "/")


def _relative(path: str) -> str:
    try:
        return os.path.relpath(path)
    except ValueError:  # a different drive
        return path


def pluralize(number: int, noun: str) -> str:
    """`1 error`, `2 errors`; `info` has no plural."""
    return f"{number} {noun}{'' if number == 1 or noun == 'info' else 's'}"


def sanitize(text: str) -> str:
    """Replace control and other unprintable characters one for one, so that columns stay the same."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char == "\t" else _visible(char) for char in text)


def _visible(char: str) -> str:
    if char < " ":
        return chr(0x2400 + ord(char))
    return "\u2421" if char == "\x7f" else "\ufffd"


def escape_json(text: str) -> str:
    """Escape what JSON may hold and a terminal or an editor does not show as it is; what it means stays the same.

    Those are the control characters that JSON allows (C1), and those that change the direction of text. Half of a
    surrogate pair stands for a byte that is not UTF-8, and is replaced later.
    """
    if text.replace("\n", "").isprintable():
        return text
    return "".join(char if char.isprintable() or char == "\n" else _escaped(char) for char in text)


def _escaped(char: str) -> str:
    import json

    return char if "\ud800" <= char <= "\udfff" else json.dumps(char)[1:-1]


def _has_login(text: str) -> bool:
    """Whether an `@` may end a user or a password: not after a space (`@dag`) or a quote (`"@daily"`)."""
    number = text.count("@")
    if number:
        number -= text.startswith("@") + sum(text.count(f"{before}@") for before in "\n\r\t \"'`")
    return number > 0


def any_may_hold_secret(texts: Iterable[str]) -> bool:
    """Whether one of many texts may hold a secret: lines that differ by digits alone are searched once."""
    # No mark goes over the end of a line, and that with digits is there twice.
    lines: set[bytes] = set()
    for text in texts:
        lines.update(with_one_digit(text).split(b"\n"))
    return may_hold_secret(b"\n".join(lines).decode("utf-8", "surrogatepass"))


def may_hold_secret(text: str) -> bool:
    """Whether a text has one of the marks without which it holds no secret; loads nothing."""
    upper = text.upper()
    if any(map(upper.__contains__, _MARKS)) or _has_login(text):
        return True
    if any(start in upper and any(map(upper.__contains__, marks)) for start, marks in _FAMILIES.items()):
        return True
    at = text.find("=", _FERNET - 1)
    while at >= 0:
        start = at - _FERNET + 1
        # A space is what ends most words.
        if text.find(" ", start, at) < 0 and text[start:at].split() == [text[start:at]]:
            return True
        at = text.find("=", at + 1)
    return False
