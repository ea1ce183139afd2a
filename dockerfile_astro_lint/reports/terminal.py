"""What a terminal is told and can show; imported only where there is one, or a line that is not ASCII."""

import os

from dockerfile_astro_lint.core.compat import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO


_NARROWEST = 20


def asked_columns() -> int:
    """What COLUMNS says, 0 where that is no number."""
    given = os.environ.get("COLUMNS", "")
    return int(given[:6]) if given.isascii() and given.isdigit() else 0


def columns(stream: "TextIO") -> int:
    """How wide the terminal is, in cells."""
    if asked := asked_columns():
        return max(asked, _NARROWEST)
    try:
        # A terminal that does not know its size says 0.
        return max(os.get_terminal_size(stream.fileno()).columns or 80, _NARROWEST)
    except (OSError, ValueError):
        return 80


def has_links() -> bool:
    """Whether the environment names a terminal that is known to have OSC 8 links; FORCE_HYPERLINK decides it."""
    get = os.environ.get
    forced, term = get("FORCE_HYPERLINK"), get("TERM", "")
    if forced:
        return forced != "0"
    # A multiplexer inherits the environment of the terminal around it, and not its links.
    if get("TMUX") or get("STY") or term.startswith(("screen", "tmux")):
        return False
    vte = get("VTE_VERSION", "")
    return bool(
        get("TERM_PROGRAM") in ("WezTerm", "iTerm.app", "ghostty", "rio", "vscode")
        or term.startswith(("alacritty", "foot", "xterm-ghostty", "xterm-kitty"))
        or get("DOMTERM")
        or get("KONSOLE_VERSION")
        or get("WT_SESSION")
        # 0.50.0 had them, and crashed.
        or (vte.isascii() and vte.isdigit() and int(vte[:9]) > 5000)
    )


def link(text: str, url: str) -> str:
    return f"\033]8;;{url}\033\\{text}\033]8;;\033\\"


def cells(text: str) -> int:
    """How many columns of a terminal a text takes: two for a wide character, none for one that joins the one before."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0
        if category(char) in ("Mn", "Me") or "\u1160" <= char <= "\u11ff"  # the latter make syllables of Hangul
        else 1 + (east_asian_width(char) in ("F", "W"))
        for char in text
    )


def fitting(text: str, room: int) -> str:
    """The beginning of a text that is at most that many cells wide."""
    if text.isascii():
        return text[:room]
    used = 0
    for at, char in enumerate(text):
        used += cells(char)
        if used > room:
            return text[:at]
    return text
