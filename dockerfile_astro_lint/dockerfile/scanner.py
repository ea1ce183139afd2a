"""Split a Dockerfile into logical lines, directives, comments and heredocs, lossless, as BuildKit's parser does.

Offsets count code points of the text after any BOM; lines count from 1. Nothing here knows an instruction's meaning.
"""

from bisect import bisect_right

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, NamedTuple, Sequence
from dockerfile_astro_lint.core.source import Source
from dockerfile_astro_lint.dockerfile.arguments import json_array, split_flags, split_keyword
from dockerfile_astro_lint.dockerfile.expansion import GO_SPACE, ExpansionError

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.heredocs import Heredoc


MAX_LINE_BYTES = 65_535


_DIRECTIVES = ("syntax", "escape", "check")


class Directive(NamedTuple):
    """`# name=value`; `start` and `end` are the value's offsets."""

    name: str
    value: str
    line: int
    start: int
    end: int


class Comment(NamedTuple):
    """A comment line from its `#`; `inside` is the first line of the instruction that it interrupts, 0 for none."""

    text: str
    line: int
    start: int
    inside: int


class LogicalLine(NamedTuple):
    """An instruction with its continuations joined; `pieces` are (offset in `text`, offset in the file, length)."""

    text: str
    pieces: tuple[tuple[int, int, int], ...]
    first: int
    last: int
    heredocs: "tuple[Heredoc, ...]" = ()

    def offset(self, at: int) -> int:
        """The offset in the file of the character at `at` in the joined text."""
        pieces = self.pieces
        start, place, _ = pieces[bisect_right(pieces, (at, 1 << 62, 0)) - 1] if len(pieces) > 1 else pieces[0]
        return place + at - start

    def offsets(self, start: int, end: int) -> Sequence[int]:
        """`offset` of every character in a range of the joined text."""
        if len(self.pieces) == 1:
            place = self.pieces[0][1]
            return range(place + start, place + end)
        found: list[int] = []
        first = max(bisect_right(self.pieces, (start, -1, -1)) - 1, 0)
        for number in range(first, len(self.pieces)):
            at, place, length = self.pieces[number]
            if at >= end:
                break
            low, high = max(start, at), min(end, at + length)
            found += range(place + low - at, place + high - at)
        return found


class ReadError(NamedTuple):
    """Why BuildKit refuses the file as a whole; `line` is the one that BuildKit names, None for none."""

    kind: str
    message: str
    line: int | None
    start: int
    end: int


class Scan(NamedTuple):
    """The parts of a file, up to where BuildKit stops; `continued` are the lines of more than one piece."""

    escape: str
    directives: tuple[Directive, ...]
    lines: tuple[LogicalLine, ...]
    continued: tuple[LogicalLine, ...]
    comments: tuple[Comment, ...]
    empty_continuations: tuple[int, ...]
    error: ReadError | None


def scan(source: Source) -> Scan:
    """Split a Dockerfile as BuildKit's parser does; `error` says where BuildKit stops."""
    return _Scanner(source).run()


def is_directive(line: str) -> bool:
    """Whether a line is a parser directive if it is at the top of a file."""
    name, equals, _ = line.lstrip(GO_SPACE).partition("=")
    return bool(equals) and name[:1] == "#" and name[1:].strip(GO_SPACE).lower() in _DIRECTIVES


class _Scanner:
    def __init__(self, source: Source) -> None:
        self.lines = source.text.split("\n")
        self.has_returns = "\r" in source.text
        self.starts = source.starts
        self.count = len(source.starts) if source.text else 0
        self.escape = "\\"
        self.directives: list[Directive] = []
        self.found: list[LogicalLine] = []
        self.continued: list[LogicalLine] = []
        self.comments: list[Comment] = []
        self.empty: list[int] = []
        self.error: ReadError | None = None

    def run(self) -> Scan:
        self.limit_lines()
        first = len(self.lines[0])
        if self.has_returns:
            self.lines = [line.rstrip("\r") for line in self.lines]
        self.read_instructions(self.read_directives())
        if not self.found and self.error is None:
            message = "the file has no instructions"
            self.error = ReadError("no-instruction", message, self.count or None, 0, first)
        return Scan(
            self.escape,
            tuple(self.directives),
            tuple(self.found),
            tuple(self.continued),
            tuple(self.comments),
            tuple(self.empty),
            self.error,
        )

    def limit_lines(self) -> None:
        """Stop before the first line that is too long, as BuildKit's scanner does."""
        if max(map(len, self.lines)) * 4 <= MAX_LINE_BYTES:
            return
        for number, line in enumerate(self.lines):
            # A code point is four bytes at most, so that most lines need no encoding.
            if len(line) * 4 > MAX_LINE_BYTES and len(line.encode("utf-8", "surrogateescape")) > MAX_LINE_BYTES:
                self.count = number
                start = self.starts[number]
                message = f"this line is longer than {MAX_LINE_BYTES:,} bytes, the most that BuildKit reads"
                self.error = ReadError("line-too-long", message, number, start, start + len(line))
                return

    def read_directives(self) -> int:
        """Read the parser directives; return the index of the first other line."""
        seen: set[str] = set()
        for number in range(self.count):
            line = self.lines[number]
            text = line.lstrip(GO_SPACE)
            name, equals, rest = text[1:].partition("=")
            name = name.lstrip(GO_SPACE).rstrip("\t\n\f\r ").lower()
            # BuildKit's pattern takes the last character for the value where all is white space.
            value = rest.strip("\t\n\f\r ") or rest[-1:]
            if not text.startswith("#") or not equals or name not in _DIRECTIVES or not value:
                return number
            start = self.starts[number] + line.index("=") + 1
            start += len(rest.rstrip("\t\n\f\r ")) - len(value) if not value.isspace() else len(rest) - 1
            end = start + len(value)
            if name in seen:
                self.fail("duplicate-directive", f"a second `# {name}=` directive: only one can be used", number, end)
                return number
            if name == "escape" and value not in ("\\", "`"):
                self.fail("invalid-escape", f"the escape character is `\\` or a backtick, not `{value}`", number, end)
                return number
            if name == "escape":
                self.escape = value
            seen.add(name)
            self.directives.append(Directive(name, value, number + 1, start, end))
        return self.count

    def fail(self, kind: str, message: str, number: int, end: int) -> None:
        line = self.lines[number]
        start = self.starts[number] + len(line) - len(line.lstrip(GO_SPACE))
        self.error = ReadError(kind, message, number, start, end)

    def read_instructions(self, number: int) -> None:
        lines, starts, escape, count = self.lines, self.starts, self.escape, self.count
        while number < count:
            line = lines[number]
            text = line.lstrip(GO_SPACE)
            start = starts[number]
            if text is not line:
                start += len(line) - len(text)
            if not text:
                number += 1
            elif text[0] == "#":
                number += 1
                self.comments.append(Comment(text, number, start, 0))
            elif escape in text or "<<" in text:
                number = self.read_instruction(number, text, start)
            else:  # as most
                number += 1
                self.found.append(LogicalLine(text, ((0, start, len(text)),), number, number))

    def read_instruction(self, first: int, text: str, start: int) -> int:
        """Read one instruction with its continuations and heredocs; return the index of the line after it."""
        number = first + 1
        text, goes_on = self.without_continuation(text)
        pieces = [(0, start, len(text))]
        parts, length = [text], len(text)
        while goes_on and number < self.count:
            line = self.lines[number]
            stripped = line.lstrip(GO_SPACE)
            number += 1
            if not stripped:
                self.empty.append(number)
            elif stripped[0] == "#":
                start = self.starts[number - 1] + len(line) - len(stripped)
                self.comments.append(Comment(stripped, number, start, first + 1))
            else:
                text, goes_on = self.without_continuation(line)
                pieces.append((length, self.starts[number - 1], len(text)))
                parts.append(text)
                length += len(text)
        joined = "".join(parts)
        found: list[Heredoc] = []
        if "<<" in joined and takes_heredocs(joined, self.escape):
            from dockerfile_astro_lint.dockerfile.heredocs import heredocs

            try:
                found = heredocs(joined)
            except (ExpansionError, RecursionError):
                if self.error is None:
                    end = pieces[0][1] + pieces[0][2]
                    message = "the name of a heredoc cannot be read: close its quotes"
                    self.error = ReadError("heredoc-name", message, first + 1, pieces[0][1], end)
            number = self.skip_bodies(found, first, number, pieces)
        line_found = LogicalLine(joined, tuple(pieces), first + 1, number, tuple(found))
        self.found.append(line_found)
        if len(pieces) > 1:
            self.continued.append(line_found)
        return number

    def without_continuation(self, line: str) -> tuple[str, bool]:
        text = line.rstrip(" \t")
        if text[-1:] == self.escape and text[-2:-1] != self.escape:
            return text[:-1], True
        return line, False

    def skip_bodies(self, found: "list[Heredoc]", first: int, number: int, pieces: list[tuple[int, int, int]]) -> int:
        for heredoc in found:
            while True:
                if number >= self.count:
                    if self.error is None:
                        message = f"the heredoc `{heredoc.name}` is never closed: add a line `{heredoc.name}`"
                        _, start, length = pieces[0]
                        self.error = ReadError("unterminated-heredoc", message, first + 1, start, start + length)
                    return number
                line = self.lines[number]
                number += 1
                if (line.lstrip("\t") if heredoc.strip_tabs else line) == heredoc.name:
                    break
        return number


def takes_heredocs(text: str, escape: str) -> bool:
    """Whether BuildKit looks for heredocs: in RUN, COPY and ADD in shell form, and in ONBUILD of these."""
    keyword, value = split_keyword(text)
    if keyword.lower() == "onbuild":
        keyword, value = split_keyword(value[split_flags(value, escape)[1] :])
    return keyword.lower() in ("run", "copy", "add") and json_array(value[split_flags(value, escape)[1] :]) is None
