"""Words of a FROM or ARG expanded as BuildKit's lexer does it: quotes, escapes, `$NAME` and all forms of `${NAME…}`.

Every character keeps two offsets into the file: where it comes from (`origin`), and which stretch of the word that is
being read put it there (`written`). That is how a finding can stand in the `ARG` line that a tag was written in.
"""

from dockerfile_astro_lint.core.compat import Container, Mapping, NamedTuple, Sequence

# Go's unicode.IsSpace: not the same set as Python's str.isspace, which also takes U+001C to U+001F.
GO_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028"
    "\u2029\u202f\u205f\u3000"
)


UNKNOWN = "\ue001"
"""Stands in an expanded text where a value is that only the build knows."""


MAX_EXPANSION = 64 * 1024
"""Characters; `ARG V1=$V0$V0` doubles with every line."""


_MAX_PATTERN_WORK = 1 << 15


_SPECIAL_PARAMETERS = "@*#?-$!0"


class ExpansionError(Exception):
    """A word that BuildKit refuses; the message is BuildKit's."""


class TooLongError(ExpansionError):
    """A word that only we refuse, because its value passes MAX_EXPANSION."""


class Traced(NamedTuple):
    """A text whose every character knows its place: offsets in code points, -1 for no place in the file.

    `written` is empty where the text is written just as it reads.
    """

    text: str
    origin: Sequence[int]
    written: Sequence[tuple[int, int]] = ()

    def written_at(self, index: int) -> tuple[int, int]:
        """The stretch of the word that put a character there."""
        return self.written[index] if self.written else (self.origin[index], self.origin[index] + 1)


EMPTY = Traced("", (), ())


_UNKNOWN = Traced(UNKNOWN, (-1,), ((-1, -1),))


class Expansion(NamedTuple):
    """What a word became: `undefined` in order of first use, every name that had no value."""

    value: Traced
    undefined: tuple[str, ...]


def expand(
    word: str, origin: Sequence[int], values: Mapping[str, Traced], escape: str, settable: Container[str] = ()
) -> Expansion:
    """Expand one word; raise ExpansionError where BuildKit refuses it or the result passes MAX_EXPANSION.

    A name that has no value is empty; one that is `settable` from outside is UNKNOWN, unless the word provides for it.
    """
    if not ("$" in word or "'" in word or '"' in word or escape in word):
        return Expansion(Traced(word, origin), ())
    lexer = Lexer(word, origin, values, escape, settable)
    try:
        value = lexer.until("", raw_escapes=False)
    except TooLongError:
        raise
    except ExpansionError as error:
        raise ExpansionError(f'failed to process "{word}": {error}') from None
    except RecursionError:
        raise ExpansionError(f'failed to process "{word}": nested too deeply') from None
    return Expansion(value, tuple(lexer.undefined))


class _Builder:
    def __init__(self) -> None:
        self.parts: list[str] = []
        self.origin: list[int] = []
        self.written: list[tuple[int, int]] = []

    def add(self, char: str, at: int) -> None:
        self.parts.append(char)
        self.origin.append(at)
        self.written.append((at, at + 1))

    def stretch(self, text: str, origin: Sequence[int]) -> None:
        self.parts.append(text)
        self.origin += origin
        self.written += [(at, at + 1) for at in origin]

    def extend(self, value: Traced, start: int, end: int) -> None:
        _check_length(len(self.origin) + len(value.text))
        self.parts.append(value.text)
        self.origin += value.origin
        self.written += [(start, end)] * len(value.text)

    def traced(self) -> Traced:
        return Traced("".join(self.parts), self.origin, self.written)


class Lexer:
    """One pass over one word; `at` is the only state that moves."""

    def __init__(
        self,
        word: str,
        origin: Sequence[int],
        values: Mapping[str, Traced],
        escape: str,
        settable: Container[str] = (),
    ) -> None:
        self.word, self.origin, self.values, self.escape, self.settable = word, origin, values, escape, settable
        self.at = 0
        self.undefined: dict[str, None] = {}

    def peek(self) -> str:
        return self.word[self.at : self.at + 1]

    def next(self) -> str:
        char = self.peek()
        self.at += 1
        return char

    def plain(self, out: _Builder, stop: str) -> None:
        """Take what stands in front of the next character that means something."""
        # No further than this at once, or a long word of nothing but escapes would be searched again and again.
        end = min(len(self.word), self.at + 1024)
        for special in (stop, "$", "'", '"', self.escape):
            if special:
                found = self.word.find(special, self.at, end)
                end = end if found < 0 else found
        if end > self.at:
            out.stretch(self.word[self.at : end], self.origin[self.at : end])
            self.at = end

    def place(self) -> int:
        """Where the character that was read last stands in the file."""
        return self.origin[self.at - 1]

    def until(self, stop: str, raw_escapes: bool) -> Traced:
        """Read up to `stop` (to the end if empty), which is consumed."""
        out = _Builder()
        while True:
            self.plain(out, stop)
            if self.at >= len(self.word):
                break
            char = self.next()
            if char == stop:
                return out.traced()
            if char == "$":
                start = self.at - 1
                out.extend(self.dollar(), self.origin[start], self.origin[self.at - 1] + 1)
            elif char == "'":
                self.single_quoted(out)
            elif char == '"':
                self.double_quoted(out, raw_escapes)
            elif char != self.escape:
                out.add(char, self.place())
            else:
                if raw_escapes:
                    out.add(char, self.place())
                if self.at >= len(self.word):
                    break
                out.add(self.next(), self.place())
        if stop:
            raise ExpansionError(f"unexpected end of statement while looking for matching {stop}")
        return out.traced()

    def single_quoted(self, out: _Builder) -> None:
        end = self.word.find("'", self.at)
        if end < 0:
            raise ExpansionError("unexpected end of statement while looking for matching single-quote")
        out.stretch(self.word[self.at : end], self.origin[self.at : end])
        self.at = end + 1

    def double_quoted(self, out: _Builder, raw_escapes: bool) -> None:
        while self.at < len(self.word):
            char = self.next()
            if char == '"':
                return
            if char == "$":
                start = self.at - 1
                out.extend(self.dollar(), self.origin[start], self.origin[self.at - 1] + 1)
                continue
            if char == self.escape:
                if raw_escapes:
                    out.add(char, self.place())
                following = self.peek()
                if not following:
                    continue
                if following in ('"', "$", self.escape):
                    char = self.next()
            out.add(char, self.place())
        raise ExpansionError("unexpected end of statement while looking for matching double-quote")

    def name(self) -> str:
        start, first = self.at, self.peek()
        if first.isdecimal():
            while self.peek().isdecimal():
                self.at += 1
        elif first and first in _SPECIAL_PARAMETERS:
            self.at += 1
        else:
            while (char := self.peek()) and (char.isalpha() or char.isdecimal() or char == "_"):
                self.at += 1
        return self.word[start : self.at]

    def get(self, name: str) -> Traced | None:
        value = self.values.get(name)
        if value is None:
            self.undefined[name] = None
        return value

    def get_or_empty(self, name: str) -> Traced:
        return self.get(name) or (_UNKNOWN if name in self.settable else EMPTY)

    def dollar(self) -> Traced:
        """The value of the expression whose `$` has just been read."""
        if self.peek() != "{":
            start = self.at - 1
            name = self.name()
            return self.get_or_empty(name) if name else Traced("$", [self.origin[start]])
        self.at += 1
        if not self.peek():
            raise ExpansionError("syntax error: missing '}'")
        if self.peek() in "{}:":
            raise ExpansionError("syntax error: bad substitution")
        name, operator = self.name(), self.next()
        if operator == "}":
            return self.get_or_empty(name)
        if operator == "/":
            return self.replacement(name)
        null_is_unset = operator == ":"
        shown = operator
        if null_is_unset:
            operator = self.next()
            shown += operator
        if operator not in ("+", "-", "?", "#", "%") or (null_is_unset and operator in "#%"):
            raise ExpansionError(f"unsupported modifier ({shown}) in substitution")
        word = self.operand("}", raw_escapes=operator in "#%", missing="'}'")
        value = self.get(name)
        absent = value is None or (null_is_unset and not value.text)
        if operator == "-":
            return word if absent or value is None else value
        if operator == "+":
            return EMPTY if absent else word
        if operator == "?":
            if name in self.settable and absent:
                return _UNKNOWN
            if absent or value is None:
                state = "unset" if value is None else "empty"
                raise ExpansionError(f"{name}: {word.text or f'is not allowed to be {state}'}")
            return value
        return _trimmed(value or self.get_or_empty(name), word.text, operator)

    def operand(self, stop: str, raw_escapes: bool, missing: str) -> Traced:
        try:
            return self.until(stop, raw_escapes)
        except ExpansionError as error:
            if self.at < len(self.word) or isinstance(error, TooLongError):
                raise
            raise ExpansionError(f"syntax error: missing {missing}") from None

    def replacement(self, name: str) -> Traced:
        every = self.peek() == "/"
        if every:
            self.at += 1
        pattern = self.operand("/", raw_escapes=True, missing="'/' in ${}").text
        new = self.operand("}", raw_escapes=True, missing="'}'").text
        value = self.get_or_empty(name)
        if UNKNOWN in value.text + new or len(value.text) ** 2 * len(pattern) > _MAX_PATTERN_WORK << 1:
            text = UNKNOWN
        else:
            text = _replaced(value.text, _tokens(pattern, pattern), new, every)
        _check_length(len(text))
        return Traced(text, [-1] * len(text), [(-1, -1)] * len(text))


def _check_length(length: int) -> None:
    if length > MAX_EXPANSION:
        raise TooLongError(f"the value is longer than {MAX_EXPANSION} characters")


# Patterns of `#`, `%` and `/`: `*`, `?` and literal characters, matched without a regular expression, because the
# pattern is the file's and a backtracking engine can be made to run for hours.

_STAR, _ANY = "*", "?"


def _tokens(pattern: str, shown: str) -> list[tuple[str, bool]]:
    """(character, is it a wildcard)."""
    tokens: list[tuple[str, bool]] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char in (_STAR, _ANY):
            tokens.append((char, True))
            continue
        if char == "\\":
            following = pattern[at : at + 1]
            if following in ("}", "/") and following:
                continue
            at += 1
            if following not in ("*", "?", "\\") or not following:
                raise ExpansionError(f"invalid pattern ({shown}) in substitution: invalid escape '\\{following}'")
            char = following
        tokens.append((char, False))
    return tokens


def _trimmed(value: Traced, word: str, operator: str) -> Traced:
    greedy = word.startswith(operator)
    tokens = _tokens(word[1:] if greedy else word, word)
    text = value.text
    if UNKNOWN in text or len(text) * len(tokens) > _MAX_PATTERN_WORK:
        return _UNKNOWN
    if operator == "#":
        cut = _prefix(tokens, text, 0, greedy)
        keep = slice(cut or 0, None)
    else:
        cut = _prefix(tokens[::-1], text[::-1], 0, greedy)
        keep = slice(0, len(text) - (cut or 0))
    return Traced(text[keep], value.origin[keep], value.written[keep])


def _prefix(tokens: Sequence[tuple[str, bool]], text: str, start: int, greedy: bool) -> int | None:
    """The end of the shortest or longest stretch from `start` that matches, None if none does."""
    segments: list[list[tuple[str, bool]]] = [[]]
    for token in tokens:
        if token == (_STAR, True):
            segments.append([])
        else:
            segments[-1].append(token)
    if not _fits(segments[0], text, start):
        return None
    end = start + len(segments[0])
    # Every star but the last is best left as short as it can be, whichever stretch is wanted.
    for number, segment in enumerate(segments[1:], 1):
        last = greedy and number == len(segments) - 1
        places = range(len(text) - len(segment), end - 1, -1) if last else range(end, len(text) - len(segment) + 1)
        for place in places:
            if _fits(segment, text, place):
                end = place + len(segment)
                break
        else:
            return None
    return end


def _fits(segment: Sequence[tuple[str, bool]], text: str, at: int) -> bool:
    return at + len(segment) <= len(text) and all(
        wild or text[at + offset] == char for offset, (char, wild) in enumerate(segment)
    )


def _replaced(text: str, tokens: Sequence[tuple[str, bool]], new: str, every: bool) -> str:
    """`/` and `//`; an empty match right behind a match is passed over, as in Go."""
    out: list[str] = []
    at, last_end = 0, -1
    while at <= len(text):
        end = _prefix(tokens, text, at, greedy=True)
        if end is not None and not (end == at == last_end):
            out.append(_template(new, text[at:end]) if every else new)
            if not every:
                return "".join(out) + text[end:]
            last_end = end
            if end > at:
                at = end
                continue
        out.append(text[at : at + 1])
        at += 1
    return "".join(out)


def _template(new: str, match: str) -> str:
    """Go expands `$0` and `$name` in what replaces all; the pattern has no groups, so names are empty."""
    if "$" not in new:
        return new
    import re

    def value(found: re.Match[str]) -> str:
        name = found[1].strip("{}")
        return "$" if name == "$" else match if name == "0" else ""

    return re.sub(r"\$(\$|\w+|\{\w+\})", value, new)
