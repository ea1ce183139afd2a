"""Text for people: display paths, plurals, and file contents made safe for a terminal."""

import os


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
