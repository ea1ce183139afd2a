"""Heredocs and flags: what BuildKit's parser takes off an instruction before it looks at the arguments."""

from dockerfile_astro_lint.core.compat import NamedTuple
from dockerfile_astro_lint.dockerfile.expansion import GO_SPACE, ExpansionError, Lexer

_PLAIN = r"[A-Za-z0-9_.,:;=&|()\[\]@%+*!?#~^-]+"


PLAIN_FLAG = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.,:;=/@+*?~-")
"""Of a flag in which these stand alone, all is as it is written."""


_SHORT = 200
"""Characters of a flag that can be told to be plain at a glance."""


_FLAG_SPACE = "\t\n\v\f\r "


class Heredoc(NamedTuple):
    """`name` is the whole line that ends the body; `expand` is false when the word was quoted."""

    name: str
    strip_tabs: bool
    expand: bool


def heredocs(line: str) -> list[Heredoc]:
    """The heredocs of a joined instruction, in order; none when its words cannot be told apart."""
    if _is_plain(line) and "<< " not in line:
        words = line.split(" ")
    else:
        try:
            words = _HeredocLexer(line, raw=True).words()
        except (ExpansionError, RecursionError):
            return []
    return [found for word in words if "<<" in word and (found := _heredoc(word))]


def _is_plain(text: str) -> bool:
    """Whether a text means what it says: no quotes, escapes or variables, and no white space but blanks."""
    plain = text.isascii() and text.isprintable()
    return plain and not ("\\" in text or "$" in text or "'" in text or '"' in text)


def _heredoc(word: str) -> Heredoc | None:
    digits = 0
    while digits < len(word) and word[digits] in "0123456789":
        digits += 1
    if word[digits : digits + 2] != "<<":
        return None
    rest = word[digits + 2 :]
    strip_tabs = rest.startswith("-")
    rest = rest[strip_tabs:].lstrip("\t\n\f\r ")
    if not rest or "<" in rest:
        return None
    if _is_plain(rest) and " " not in rest:
        return Heredoc(rest, strip_tabs, True)
    words = _HeredocLexer(rest, raw=False, raw_quotes=False).words()
    if len(words) != 1:
        return None
    raw = _HeredocLexer(rest, raw=False).words()
    return Heredoc(words[0], strip_tabs, _quotes(words[0]) == _quotes(raw[0]))


def _quotes(word: str) -> int:
    return word.count("'") + word.count('"')


class _HeredocLexer:
    """The same lexer as BuildKit sets it for heredocs: nothing is expanded, words are split at white space."""

    def __init__(self, line: str, raw: bool, raw_quotes: bool = True) -> None:
        self.line, self.raw, self.raw_quotes = line, raw, raw_quotes
        self.at = 0
        self.buffer: list[str] = []
        self.found: list[str] = []
        import re  # a plain line needs no pattern, and loading them takes long

        self.plain = re.compile(_PLAIN).match

    def next(self) -> str:
        char = self.line[self.at : self.at + 1]
        self.at += 1
        return char

    def words(self) -> list[str]:
        self.read("", self.raw, self.found)
        self.flush(self.found)
        return self.found

    def flush(self, words: list[str]) -> None:
        text = "".join(self.buffer)
        self.buffer.clear()
        if text:
            words.append(text)

    def read(self, stop: str, raw_escapes: bool, words: list[str]) -> str:
        result: list[str] = []
        while self.at < len(self.line):
            plain = self.plain(self.line, self.at)
            if plain:
                self.at = plain.end()
                self.buffer.append(plain[0])
                result.append(plain[0])
                continue
            char = self.next()
            if char == stop:
                self.flush([])
                return "".join(result)
            if char in "'\"":
                text = self.quoted(char, raw_escapes)
                self.buffer.append(text)
            elif char == "$":
                text = self.dollar(raw_escapes)
                # What nested words leave behind is thrown away, so only the outermost level keeps any.
                for one in text if not stop else ():
                    self.split(one, words)
            elif char == "<" and self.line[self.at : self.at + 1] == "<":
                start = self.at - 1
                self.at += 1
                while self.line[self.at : self.at + 1] in ("\t", "\r", " "):
                    self.at += 1
                text = self.line[start : self.at]
                self.buffer.append(text)
            elif char == "\\":
                text = "\\" if raw_escapes else ""
                if self.at < len(self.line):
                    text += self.next()
                self.buffer.append(text)
            else:
                text = char
                self.split(char, words)
            result.append(text)
        if stop:
            raise ExpansionError("unexpected end of statement")
        return "".join(result)

    def split(self, char: str, words: list[str]) -> None:
        if char in GO_SPACE:
            self.flush(words)
        else:
            self.buffer.append(char)

    def quoted(self, quote: str, raw_escapes: bool) -> str:
        result: list[str] = []
        while self.at < len(self.line):
            char = self.next()
            if char == quote:
                return f"{quote}{''.join(result)}{quote}" if self.raw_quotes else "".join(result)
            if quote == '"' and char == "$":
                result.append(self.dollar(raw_escapes))
                continue
            if quote == '"' and char == "\\":
                if raw_escapes:
                    result.append(char)
                following = self.line[self.at : self.at + 1]
                if not following:
                    continue
                if following in '"$\\':
                    char = self.next()
            result.append(char)
        raise ExpansionError("unexpected end of statement")

    def dollar(self, raw_escapes: bool) -> str:
        lexer = Lexer(self.line, range(len(self.line)), {}, "\\")
        lexer.at = self.at
        if self.line[self.at : self.at + 1] != "{":
            name = lexer.name()
            self.at = lexer.at
            return f"${name}"
        lexer.at = self.at = self.at + 1
        if self.line[self.at : self.at + 1] in ("", "{", "}", ":"):
            raise ExpansionError("bad substitution")
        name = lexer.name()
        self.at = lexer.at
        operator = self.next()
        if operator == "}":
            return f"${{{name}}}"
        # From here BuildKit reads the operand with the buffer of the word around it, which loses what it held.
        self.buffer.clear()
        if operator == "/":
            # After `//` BuildKit leaves the second slash out of the text that it puts back.
            if self.line[self.at : self.at + 1] == "/":
                self.at += 1
            pattern, new = self.read("/", True, []), self.read("}", True, [])
            return f"${{{name}/{pattern}/{new}}}"
        shown = operator
        if operator == ":":
            operator = self.next()
            shown += operator
        if operator not in ("+", "-", "?", "#", "%") or (len(shown) == 2 and operator in "#%"):
            raise ExpansionError("unsupported modifier")
        return f"${{{name}{shown}{self.read('}', operator in '#%', [])}}}"


class Flag(NamedTuple):
    """`--name=value` with its quotes taken off; `start` and `end` are offsets in the arguments."""

    text: str
    start: int
    end: int


def split_flags(value: str, escape: str) -> tuple[list[Flag], int]:
    """The leading flags of an instruction's arguments, and where the rest begins."""
    flags: list[Flag] = []
    at = 0
    while True:
        while at < len(value) and value[at] in _FLAG_SPACE:
            at += 1
        if not value.startswith("--", at):
            return flags, at
        plain = value[at : at + _SHORT].split(None, 1)[0]
        end = at + len(plain)
        if len(plain) > 2 and PLAIN_FLAG.issuperset(plain) and (end == len(value) or value[end] in _FLAG_SPACE):
            flags.append(Flag(plain, at, end))
            at = end
            continue
        start, word, quote, quoted = at, [], "", False
        while at < len(value):
            char = value[at]
            if not quote and char in _FLAG_SPACE:
                break
            at += 1
            if char == quote:
                quote = ""
            elif not quote and char in "'\"":
                quote, quoted = char, True
            elif char == escape:
                word.append(value[at : at + 1])
                at += 1
            else:
                word.append(char)
        at = min(at, len(value))
        text = "".join(word)
        if text == "--":
            return flags, at
        if text or quoted:
            flags.append(Flag(text, start, at))
