"""Paths, plurals and text made safe to show to people."""

import os


def display_path(path: str) -> str:
    """A path as it is printed: relative to the working directory, with `/`."""
    here = os.getcwd()
    if path.startswith(here) and path[len(here) : len(here) + 1] == os.sep:
        path = path[len(here) + 1 :]
    elif os.path.isabs(path):
        path = _relative(path)
    return os.path.normpath(path).replace(os.sep, "/")


def _relative(path: str) -> str:
    try:
        return os.path.relpath(path)
    except ValueError:  # another drive
        return path


def pluralize(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def sanitize(text: str) -> str:
    """A text of the file without what would drive a terminal; every character keeps its column."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one == "\t" else _visible(one) for one in text)


def _visible(char: str) -> str:
    if char < " ":
        return chr(0x2400 + ord(char))
    return "\u2421" if char == "\x7f" else "\ufffd"
