"""JSON from a stream: the members of an object and the items of its lists, one value in memory at a time.

The standard library only reads a whole text, which takes several times its size in memory.
"""

import codecs
import json
import re

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Any, Callable, Iterator

if TYPE_CHECKING:
    from typing import BinaryIO

_MAX_VALUE = 4 * 1024 * 1024
"""Characters of one value: an item of a list that is read with `items`, or a member that is read as a whole."""


_CHUNK = 64 * 1024


class StreamError(Exception):
    """The stream cannot be read; the message is a sentence with the line, without the name of the file."""


_SPACE: Any = re.compile(r"[ \t\r\n]*").match


class JsonStream:
    """JSON from a stream: the members of the outermost object, and the items of a list in it, one at a time."""

    def __init__(self, stream: "BinaryIO", limit: int) -> None:
        self._stream, self._limit, self._bytes, self._line = stream, limit, 0, 1
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._scan = json.JSONDecoder(parse_constant=_refuse_constant).raw_decode
        self._text, self._at = "", 0

    def members(self) -> Iterator[str]:
        """The keys of the outermost object; each value has to be taken before the next key."""
        self._expect("{", "not an object in JSON: `{` is expected")
        yield from self._separated("}", self._key)
        if self._peek():
            raise StreamError(f"line {self._line_number()}: text after the end of the object")

    def items(self) -> Iterator[Any]:
        """The items of the list that comes next."""
        self._expect("[", "`[` is expected")
        yield from self._separated("]", self.value)

    def _separated(self, end: str, take: Callable[[], Any]) -> Iterator[Any]:
        if self._peek() == end:
            self._at += 1
            return
        while True:
            yield take()
            mark = self._peek()
            if mark not in (end, ","):
                raise self._syntax_error(f"`,` or `{end}` is expected")
            self._at += 1
            if mark == end:
                return

    def _key(self) -> str:
        if self._peek() != '"':
            raise self._syntax_error("a key is expected")
        key: str = self.value()
        self._expect(":", "`:` is expected")
        return key

    def value(self) -> Any:
        """The value that comes next."""
        self._peek()
        while True:
            try:
                value, end = self._scan(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._more():
                    continue
                self._at = min(error.pos, len(self._text))
                rest = self._text[self._at :].strip()
                at_end = error.msg.startswith("Unterminated string") or any(
                    word.startswith(rest) for word in ("true", "false", "null", "-")
                )
                raise self._syntax_error("" if at_end else "not valid JSON") from None
            except RecursionError:
                raise self._syntax_error("nested too deeply") from None
            except ValueError as error:
                raise self._syntax_error(
                    str(error) if isinstance(error, _ConstantError) else "a number that is too long"
                ) from None
            # A number at the end of what was read may go on.
            if end == len(self._text) and self._more():
                continue
            self._at = end
            return value

    def _expect(self, mark: str, message: str) -> None:
        if self._peek() != mark:
            raise self._syntax_error(message)
        self._at += 1

    def _peek(self) -> str:
        """The next character that is not a space; empty at the end."""
        char = self._text[self._at : self._at + 1]
        if char > " ":  # most often
            return char
        while True:
            self._at = _SPACE(self._text, self._at).end()
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def _more(self) -> bool:
        """Read on, at least as much as is left, so that a long value is not scanned too often; False at the end."""
        rest = len(self._text) - self._at
        if rest > _MAX_VALUE:
            raise StreamError(f"line {self._line_number()}: a value of more than {_MAX_VALUE:,} characters")
        data = self._stream.read(max(_CHUNK, rest))
        self._bytes += len(data)
        if self._bytes > self._limit:
            raise StreamError(f"larger than {self._limit // 1024 // 1024} MiB")
        try:
            text = self._decoder.decode(data, final=not data)
        except UnicodeDecodeError:
            raise StreamError(
                f"not UTF-8 after line {self._line_number() + self._text.count(chr(10), self._at)}"
            ) from None
        if data:
            self._line += self._text.count("\n", 0, self._at)
            self._text, self._at = self._text[self._at :] + text, 0
        return bool(data)

    def _line_number(self) -> int:
        return self._line + self._text.count("\n", 0, self._at)

    def _syntax_error(self, message: str) -> StreamError:
        line = self._line_number()
        if not self._bytes:
            return StreamError("an empty file")
        if self._at >= len(self._text) or not message:
            return StreamError(f"line {line}: the text ends in the middle of a value: write or download it again")
        return StreamError(f"line {line}: {message}")


class _ConstantError(ValueError):
    """A constant of JavaScript that JSON does not have."""


def _refuse_constant(name: str) -> None:
    raise _ConstantError(f"`{name}` is not valid JSON")
