"""Widths and links in a terminal; imported only for a terminal, or for a line that is not ASCII."""

import os

from dockerfile_astro_lint.core.compat import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO


_NARROWEST = 20


def asked_columns() -> int:
    """The value of COLUMNS, 0 if it is not a number."""
    given = os.environ.get("COLUMNS", "")
    return int(given[:6]) if given.isascii() and given.isdigit() else 0


def columns(stream: "TextIO") -> int:
    """The width of the terminal in cells."""
    if asked := asked_columns():
        return max(asked, _NARROWEST)
    try:
        # A terminal that does not know its size reports 0.
        return max(os.get_terminal_size(stream.fileno()).columns or 80, _NARROWEST)
    except (OSError, ValueError):
        return 80


def has_links() -> bool:
    """Whether the terminal is known to support OSC 8 links; FORCE_HYPERLINK overrides it."""
    get = os.environ.get
    forced, term = get("FORCE_HYPERLINK"), get("TERM", "")
    if forced:
        return forced != "0"
    # A multiplexer inherits the environment of the outer terminal, but not its support for links.
    if get("TMUX") or get("STY") or term.startswith(("screen", "tmux")):
        return False
    vte = get("VTE_VERSION", "")
    return bool(
        get("TERM_PROGRAM") in ("WezTerm", "iTerm.app", "ghostty", "rio", "vscode")
        or term.startswith(("alacritty", "foot", "xterm-ghostty", "xterm-kitty"))
        or get("DOMTERM")
        or get("KONSOLE_VERSION")
        or get("WT_SESSION")
        # 0.50.0 crashed on links.
        or (vte.isascii() and vte.isdigit() and int(vte[:9]) > 5000)
    )


def link(text: str, url: str) -> str:
    """A text as an OSC 8 link."""
    return f"\033]8;;{url}\033\\{text}\033]8;;\033\\"


def cells(text: str) -> int:
    """The width of a text in terminal cells: two for a wide character, none for a combining one."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0
        if category(char) in ("Mn", "Me") or "\u1160" <= char <= "\u11ff"  # the range: parts of Hangul syllables
        else 1 + (east_asian_width(char) in ("F", "W"))
        for char in text
    )


def fitting(text: str, room: int) -> str:
    """The longest beginning of a text that fits into `room` cells."""
    if text.isascii():
        return text[:room]
    used = 0
    for at, char in enumerate(text):
        used += cells(char)
        if used > room:
            return text[:at]
    return text
