"""Split a shell script into words: quotes, escapes, expansions and comments, each with its position."""

from dockerfile_astro_lint.core.compat import Callable, NamedTuple, Sequence

MAX_NESTING = 24
"""Levels of compound commands and expansions inside each other; what is nested deeper is not read."""


_ENDS = frozenset(" \t\r\n;&|()<>")


_SPECIAL = frozenset(" \t\r\n;&|()<>'\"\\$`")


_SPECIAL_PARAMETERS = frozenset("?#@*!$-0123456789")


_GLOBS = frozenset("?*+@!")


class Token(NamedTuple):
    """A word with its offsets; `literal` is false if it contains an expansion of the shell.

    `places` are the offsets of its characters, without quotes and escapes; None where unknown.
    """

    text: str
    start: int
    end: int
    literal: bool = True
    places: Sequence[int] | None = None

    @property
    def quoted(self) -> bool:
        """Whether quotes or escapes are part of how it is written."""
        return self.end - self.start != len(self.text)

    def part(self, start: int) -> "Token":
        """The word from a character on."""
        places = self.places[start:] if self.places is not None else None
        return self._replace(text=self.text[start:], start=places[0] if places else self.start, places=places)


class ShellWords:
    """A cursor over a script; `at` is the offset of the next character.

    `read_substitution` reads the commands of `$(…)` from behind the parenthesis. `unread` are the ranges that could
    not be read; after a syntax error that is everything up to the end, so that nothing is read twice. `expanded`: the
    text has been in double quotes, so single quotes do not keep what is in them.
    """

    def __init__(self, text: str, read_substitution: Callable[[], None]) -> None:
        self.text, self.size, self.at = text, len(text), 0
        self.depth = 0
        self.unread: list[tuple[int, int]] = []
        self.failed = self.expanded = False
        self._read_substitution = read_substitution

    def give_up(self, start: int) -> None:
        """Leave everything from an offset on unread."""
        self.unread.append((start, self.size))
        self.at = self.size
        self.failed = True

    def enter(self) -> bool:
        """Go one level deeper; false if that is too deep, then the rest is not read."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            self.give_up(self.at)
        return self.depth <= MAX_NESTING

    def char(self) -> str:
        """The next character, empty at the end."""
        return self.text[self.at] if self.at < self.size else ""

    def follows(self, text: str) -> bool:
        return self.text.startswith(text, self.at, self.size)

    def skip_space(self) -> None:
        """Skip whitespace, continuations and comments, up to a word, an operator or the end of the line."""
        text = self.text
        while self.at < self.size:
            char = text[self.at]
            if char in " \t\r":
                self.at += 1
            elif char == "\\" and text.startswith(("\\\n", "\\\r\n"), self.at, self.size):
                self.at += 2 + (text[self.at + 1] == "\r")
            elif char == "#":
                end = text.find("\n", self.at, self.size)
                self.at = self.size if end < 0 else end
            else:
                return

    def peek(self) -> str:
        """The next characters up to one that is special, at most nine."""
        end, last = self.at, min(self.at + 9, self.size)
        while end < last and self.text[end] not in _SPECIAL:
            end += 1
        return self.text[self.at : end]

    def at_word(self) -> bool:
        return self.at < self.size and self.text[self.at] not in _ENDS

    def at_end(self) -> bool:
        """Whether nothing but white space and separators follows."""
        at = self.at
        while at < self.size and self.text[at] in " \t\r\n;":
            at += 1
        return at >= self.size

    def word(self, offset: int) -> Token:
        """Read a word, whose positions count from `offset`; it is empty in front of an operator."""
        text, start, literal = self.text, self.at, True
        end = start
        while end < self.size and text[end] not in _SPECIAL:
            end += 1
        self.at = end
        if end >= self.size or text[end] in " \t\r\n;":
            return Token(text[start:end], start + offset, end + offset, True, range(start + offset, end + offset))
        pieces = [(start, text[start:end])] if end > start else []
        while self.at < self.size:
            at = self.at
            char = text[at]
            if char not in _SPECIAL:
                end = at + 1
                while end < self.size and text[end] not in _SPECIAL:
                    end += 1
                pieces.append((at, text[at:end]))
                self.at = end
            elif char == "(" and at > start and text[at - 1] in _GLOBS:
                self.at += 1
                self.parenthesized(offset)
                pieces.append((at, text[at : self.at]))
                literal = False
            elif char in _ENDS:
                break
            elif char == "'":
                end = text.find("'", at + 1, self.size)
                if end < 0:
                    self.give_up(at)
                    break
                pieces.append((at + 1, text[at + 1 : end]))
                literal = literal and not (self.expanded and ("$" in pieces[-1][1] or "`" in pieces[-1][1]))
                self.at = end + 1
            elif char == '"':
                literal = self._quoted(pieces) and literal
            elif char == "\\":
                self.at = min(at + 2, self.size)
                if self.at == at + 2:
                    if text.startswith("\r\n", at + 1):
                        self.at += 1
                    elif text[at + 1] != "\n":
                        pieces.append((at + 1, text[at + 1]))
            elif text.startswith('$"', at):
                self.at += 1
            elif text.startswith("$'", at) and (plain := self._plain_ansi(at + 2)) is not None:
                pieces.append((at + 2, plain))
                self.at = at + len(plain) + 3
            else:
                literal = not self._expansion(False) and literal
                pieces.append((at, text[at : self.at]))
        return Token(
            "".join([piece for _, piece in pieces]), start + offset, self.at + offset, literal, _places(pieces, offset)
        )

    def parenthesized(self, offset: int) -> None:
        """Read words up to a closing parenthesis: an array, an extended glob."""
        start = self.at
        if self.enter():
            while True:
                self.skip_space()
                char = self.char()
                if not char:
                    self.give_up(start)
                    break
                if self.at_word():
                    self.word(offset)
                    continue
                self.at += 1
                if char == ")":
                    break
                if char == "(":
                    self.parenthesized(offset)
        self.depth -= 1

    def arithmetic(self) -> None:
        """Read an arithmetic expression from behind its `((`, or mark it as unread if it is not one."""
        start, opened, split = self.at, 2, False
        if self.enter():
            while opened and self.at < self.size:
                char = self.text[self.at]
                if char in "$`":
                    self._expansion(True)
                    continue
                self.at += 2 if char == "\\" else 1
                if char == "(":
                    opened += 1
                elif char == ")":
                    opened -= 1
                    split = split or (opened == 1 and self.char() != ")")
            self.at = min(self.at, self.size)
            if opened:
                self.give_up(start)
            elif split:
                self.unread.append((start, self.at))
        self.depth -= 1

    def _quoted(self, pieces: list[tuple[int, str]]) -> bool:
        """Read a double-quoted part; return whether it is literal."""
        text, start, literal = self.text, self.at, True
        self.at += 1
        begin = self.at
        while self.at < self.size:
            char = text[self.at]
            if char == '"':
                pieces.append((begin, text[begin : self.at]))
                self.at += 1
                return literal
            if char == "\\" and text[self.at + 1 : self.at + 2] in ("\\", '"', "$", "`", "\n"):
                pieces.append((begin, text[begin : self.at]))
                begin = self.at + 1 + (text[self.at + 1] == "\n")
                self.at += 2
            elif char in "$`":
                literal = not self._expansion(True) and literal
            else:
                self.at += 1
        self.give_up(start)
        return literal

    def _expansion(self, quoted: bool) -> bool:
        """Move over what begins with `$` or a backtick, and read the commands in it; false for a `$` that is one."""
        text, start = self.text, self.at
        following = text[start + 1] if start + 1 < self.size else ""
        if text[start] != "`" and following not in ("(", "{") and (quoted or following != "'"):
            end = start + 1
            if following.isalpha() or following == "_":
                while end < self.size and (text[end].isalnum() or text[end] == "_"):
                    end += 1
            elif following and following in _SPECIAL_PARAMETERS:
                end += 1
            self.at = end
            return end > start + 1
        if self.enter():
            if text[start] == "`":
                self._backquoted()
            elif following == "'":
                self._ansi_quoted()
            elif following == "{":
                self._parameter(quoted)
            elif text.startswith("$((", start, self.size):
                self.at += 3
                self.arithmetic()
            else:
                self.at += 2
                self._read_substitution()
        self.depth -= 1
        return True

    def _plain_ansi(self, start: int) -> str | None:
        """The text in `$'…'` if it has no escapes."""
        end = start
        while end < self.size and self.text[end] not in "'\\":
            end += 1
        return self.text[start:end] if end < self.size and self.text[end] == "'" else None

    def _ansi_quoted(self) -> None:
        start = self.at
        self.at += 2
        while self.at < self.size:
            char = self.text[self.at]
            self.at += 2 if char == "\\" else 1
            if char == "'":
                return
        self.give_up(start)

    def _backquoted(self) -> None:
        text, start = self.text, self.at
        end = start + 1
        while end < self.size and text[end] != "`":
            end += 2 if text[end] == "\\" else 1
        if end >= self.size:
            self.give_up(start)
            return
        if text.find("\\", start, end) >= 0:
            self.unread.append((start, end + 1))
        else:
            size, failed = self.size, self.failed
            self.size, self.at = end, start + 1
            self._read_substitution()
            self.size, self.failed = size, failed
        self.at = end + 1

    def _parameter(self, quoted: bool) -> None:
        start = self.at
        self.at += 2
        while self.at < self.size:
            char = self.text[self.at]
            if char == "}":
                self.at += 1
                return
            if char == '"':
                self._quoted([])
            elif char in "$`":
                self._expansion(quoted)
            elif char == "'" and not quoted:
                end = self.text.find("'", self.at + 1, self.size)
                self.at = end + 1 if end >= 0 else self.size
            else:
                self.at += 2 if char == "\\" else 1
        self.give_up(start)


def _places(pieces: list[tuple[int, str]], offset: int) -> Sequence[int]:
    """The offsets of the characters of pieces of text."""
    if not pieces:
        return range(0)
    first = end = pieces[0][0]
    for start, piece in pieces:
        if not piece:
            continue
        if start != end:
            return [place + offset for at, text in pieces for place in range(at, at + len(text))]
        end = start + len(piece)
    return range(first + offset, end + offset)
