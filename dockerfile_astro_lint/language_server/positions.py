"""Positions as the protocol counts them: lines from 0, and characters in UTF-8, UTF-16 or UTF-32 units.

A line ends at LF, CRLF or CR. Offsets are those of Python's text, in code points.
"""

import re
from bisect import bisect_right

from dockerfile_astro_lint.core.compat import NamedTuple, lazy

_ENDINGS = re.compile(r"\r\n?|\n")
_PAIRED = re.compile("[\U00010000-\U0010ffff]")
ENCODINGS = ("utf-8", "utf-16", "utf-32")


class Position(NamedTuple):
    """A place in a text, both numbers from 0."""

    line: int
    character: int


class Text:
    """A text with its lines; never changed."""

    def __init__(self, text: str) -> None:
        self.text = text

    @lazy
    def starts(self) -> list[int]:
        """The offset of every line."""
        return [0, *(found.end() for found in _ENDINGS.finditer(self.text))]

    def line_end(self, line: int) -> int:
        """The offset of the end of a line, without its line ending."""
        if line + 1 >= len(self.starts):
            return len(self.text)
        end = self.starts[line + 1] - 1
        return end - 1 if end > self.starts[line] and self.text[end - 1 : end + 1] == "\r\n" else end

    def offset(self, line: int, character: int, encoding: str) -> int:
        """The offset of a position; one outside of the text is the nearest inside, one in a character its start."""
        if line >= len(self.starts):
            return len(self.text)
        if line < 0:
            return 0
        start, end = self.starts[line], self.line_end(line)
        if character <= 0:
            return start
        if encoding == "utf-32" or character >= 4 * (end - start):
            return min(start + character, end)
        content = self.text[start:end]
        if content.isascii():
            return min(start + character, end)
        width = _utf8 if encoding == "utf-8" else _utf16
        for at, char in enumerate(content):
            character -= width(char)
            if character < 0:
                return start + at
            if character == 0:
                return start + at + 1
        return end

    def position(self, offset: int, encoding: str) -> Position:
        """The position of an offset."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self.starts, offset) - 1
        before = self.text[self.starts[line] : offset]
        if encoding == "utf-32" or before.isascii():
            return Position(line, len(before))
        if encoding == "utf-8":
            return Position(line, len(before.encode("utf-8", "surrogatepass")))
        return Position(line, len(before) + len(_PAIRED.findall(before)))


def _utf8(char: str) -> int:
    return 1 if char < "\x80" else 2 if char < "\u0800" else 3 if char < "\U00010000" else 4


def _utf16(char: str) -> int:
    return 1 if char < "\U00010000" else 2
