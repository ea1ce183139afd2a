"""Widths and links in a terminal; imported only for a terminal, or for a line that is not ASCII."""

import os

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Callable, Iterable, Iterator, lru_cache

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
    """The width of a text in terminal cells, without its colors and links; by wcwidth, if that is installed."""
    if "\033" in text:
        text = _without_escapes(text)
    if text.isascii():
        return len(text)
    measure = _wcswidth()
    width = measure(text) if measure else -1
    return width if width >= 0 else sum(_widths(text))


@lru_cache(maxsize=1)
def _wcswidth() -> Callable[[str], int] | None:
    try:
        from wcwidth import wcswidth
    except ImportError:
        return None
    measure: Callable[[str], int] = wcswidth
    return measure


_JOINER, _AS_EMOJI = "\u200d", "\ufe0f"


def _widths(text: str) -> Iterator[int]:
    """What each character adds to the width of a text: two for a wide one, none for one that combines or is joined."""
    from unicodedata import category, east_asian_width

    def adds_nothing(char: str) -> bool:
        is_part_of_hangul = "\u1160" <= char <= "\u11ff"
        is_joined = width == 2 and (before == _JOINER or "\U0001f3fb" <= char <= "\U0001f3ff")  # or a skin tone
        return char == _JOINER or category(char) in ("Mn", "Me") or is_part_of_hangul or is_joined

    width, before = 0, ""
    for char in text:
        if char == _AS_EMOJI and width == 1:
            width = 2
            yield 1
        elif adds_nothing(char):
            yield 0
        else:
            width = 1 + (east_asian_width(char) in ("F", "W"))
            yield width
        before = char


def _without_escapes(text: str) -> str:
    """A text without the sequences of this module and of colors."""
    begin, *parts = text.split("\033")
    return begin + "".join(part.partition("m")[2] if part[:1] == "[" else _after_link(part) for part in parts)


def _after_link(part: str) -> str:
    """What follows an escape character that begins or ends a link."""
    return "" if part.startswith("]") else part.removeprefix("\\")


def wrap(text: str, room: int, margin: str = "", first: str | None = None) -> Iterator[str]:
    """A text in lines of at most `room` cells, broken between words only, so that a longer word stands out.

    Each line begins with the margin, the first one with `first` if it is given.
    """
    line = margin if first is None else first
    used, is_empty = cells(line), True
    for word in text.split(" "):
        width = cells(word)
        if not is_empty and used + 1 + width > room:
            yield line
            line, used, is_empty = margin, cells(margin), True
        if is_empty and not word and line == margin:
            continue  # of several spaces in a row where the line was broken
        line, used = (f"{line}{word}", used + width) if is_empty else (f"{line} {word}", used + 1 + width)
        is_empty = False
    yield line


def fitting(text: str, room: int) -> str:
    """The longest beginning of a text that fits into `room` cells."""
    if text.isascii():
        return text[:room]
    used = 0
    for at, width in enumerate(_widths(text)):
        used += width
        if used > room:
            return text[:at]
    return text


def wrap_lines(lines: Iterable[str], stream: "TextIO") -> Iterator[str]:
    """Lines for a stream: in a terminal, what is too long is wrapped below its beginning; no commands for a runner."""
    from dockerfile_astro_lint.reports.streams import without_commands

    room = columns(stream) if stream.isatty() else 0
    for line in without_commands(lines):
        margin = " " * (len(line) - len(line.lstrip(" ")) + 2)
        yield from wrap(line, room, margin, "") if room and cells(line) > room else (line,)


def wrap_table(lines: Iterable[str], stream: "TextIO", column: int = 0) -> Iterator[str]:
    """Lines for a stream: in a terminal, what is too long is wrapped.

    What is in the last column, which begins at `column`, is wrapped within it, or below the others if it is too narrow.
    """
    room = columns(stream) if stream.isatty() else 0
    for line in lines:
        if not room or cells(line) <= room:
            yield line
        elif line[column - 2 : column] != "  ":
            yield from wrap(line, room)
        elif room - column >= max(_NARROWEST, *map(cells, line[column:].split(" "))):
            yield from wrap(line[column:], room, " " * column, line[:column])
        else:
            yield line[:column].rstrip()
            yield from wrap(line[column:], room, " " * _MARGIN)


_MARGIN = 9
"""Columns before what does not fit beside the others."""


def wrap_page(lines: Iterable[str], stream: "TextIO") -> Iterator[str]:
    """A page in Markdown for a stream: in a terminal, paragraphs and lists are wrapped again, and code is not."""
    if not stream.isatty():
        yield from lines
        return
    room, in_code, paragraph = min(columns(stream), _WIDEST_PAGE), False, ""
    for line in lines:
        is_fence = line.startswith("```")
        if paragraph and (is_fence or in_code or not line or line.startswith(("- ", "#"))):
            yield from _wrapped_paragraph(paragraph, room)
            paragraph = ""
        if is_fence or in_code or not line:
            yield line
        else:
            paragraph = f"{paragraph} {line.strip()}".strip() if paragraph else line
        in_code ^= is_fence
    if paragraph:
        yield from _wrapped_paragraph(paragraph, room)


_WIDEST_PAGE = 100
"""Columns of a page for people, however wide the terminal is."""


def _wrapped_paragraph(text: str, room: int) -> Iterator[str]:
    return wrap(text, room, "  " if text.startswith("- ") else "", "")
