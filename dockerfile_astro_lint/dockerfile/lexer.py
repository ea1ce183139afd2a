"""BuildKit's lexer for shell words: quotes, escapes, `$NAME` and all forms of `${NAME…}`.

BuildKit reads with one lexer what it expands and what it only splits, to find heredocs. Written by hand, for no library
keeps the offset of every character.
"""

from dockerfile_astro_lint.core.compat import Container, Mapping, Sequence
from dockerfile_astro_lint.dockerfile.expansion import (
    EMPTY,
    GO_SPACE,
    MAX_EXPANSION,
    UNKNOWN,
    ExpansionError,
    TooLongError,
    Traced,
)
from dockerfile_astro_lint.dockerfile.patterns import MAX_PATTERN_WORK, UNKNOWN_VALUE, replaced, tokens_of, trimmed

_SPECIAL_PARAMETERS = "@*#?-$!0"


_STEP = 1024
"""Characters that are searched at once, so that a word of nothing but escapes is not searched again and again."""


class Builder:
    """A value that grows from the left."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.origin: list[int] = []
        self.written: list[tuple[int, int]] = []

    def add(self, text: str, origin: Sequence[int]) -> None:
        self.parts.append(text)
        self.origin += origin
        self.written += [(at, at + 1) for at in origin]

    def extend(self, value: Traced, start: int, end: int) -> None:
        """Add the value of an expression that is written from `start` to `end`."""
        _check_length(len(self.origin) + len(value.text))
        self.parts.append(value.text)
        self.origin += value.origin
        self.written += [(start, end)] * len(value.text)

    def traced(self) -> Traced:
        return Traced("".join(self.parts), self.origin, self.written)


class Words:
    """The words of a line, split at white space that is neither quoted nor escaped."""

    def __init__(self) -> None:
        self.finished: list[str] = []
        self.current: list[str] = []

    def split(self, text: str) -> None:
        for char in text:
            if char in GO_SPACE:
                self.finish()
            else:
                self.current.append(char)

    def keep(self, text: str) -> None:
        self.current.append(text)

    def finish(self) -> None:
        word = "".join(self.current)
        self.current.clear()
        if word:
            self.finished.append(word)


class Lexer:
    """One pass over one word; `at` is the offset of the next character.

    `keep_unset` leaves expressions whose variable has no value as they are written.
    """

    def __init__(
        self,
        word: str,
        origin: Sequence[int],
        values: Mapping[str, Traced],
        escape: str,
        settable: Container[str] = (),
        raw_escapes: bool = False,
        raw_quotes: bool = False,
        keep_unset: bool = False,
    ) -> None:
        self.word, self.origin, self.values, self.escape, self.settable = word, origin, values, escape, settable
        self.raw_escapes, self.raw_quotes, self.keep_unset = raw_escapes, raw_quotes, keep_unset
        self.at = 0
        self.undefined: dict[str, None] = {}
        self.collected: Words | None = None

    def value(self) -> Traced:
        """The word's value; raise ExpansionError."""
        return self.until("", self.raw_escapes)

    def words(self) -> list[str]:
        """The words of the text; raise ExpansionError."""
        collected = self.collected = Words()
        self.until("", self.raw_escapes)
        collected.finish()
        return collected.finished

    def peek(self) -> str:
        return self.word[self.at : self.at + 1]

    def next(self) -> str:
        char = self.peek()
        self.at += 1
        return char

    def until(self, stop: str, raw_escapes: bool) -> Traced:
        """Read up to `stop` (to the end if empty), which is consumed."""
        out = Builder()
        # Of the words inside an expression BuildKit keeps none.
        words = None if stop else self.collected
        while True:
            start = self.at
            self.skip_ordinary(stop)
            if self.at > start:
                out.add(self.word[start : self.at], self.origin[start : self.at])
                if words:
                    words.split(self.word[start : self.at])
            if self.at >= len(self.word):
                break
            start, char = self.at, self.next()
            if char == stop:
                return out.traced()
            if char == "$":
                expression = self.dollar()
                out.extend(expression, self.origin[start], self.origin[self.at - 1] + 1)
                if words:
                    words.split(expression.text)
            elif char in "'\"":
                quoted = Builder()
                self.quoted(quoted, char, raw_escapes)
                value = quoted.traced()
                out.parts.append(value.text)
                out.origin += value.origin
                out.written += value.written
                if words:
                    words.keep(value.text)
            elif char == "<":
                # `<<` and the white space behind it belong to the word of a heredoc.
                if self.peek() == "<":
                    self.at += 1
                    while self.peek() in ("\t", "\r", " "):
                        self.at += 1
                out.add(self.word[start : self.at], self.origin[start : self.at])
                if words:
                    words.keep(self.word[start : self.at])
            else:
                if raw_escapes:
                    out.add(char, self.origin[start : start + 1])
                kept = char if raw_escapes else ""
                if self.at < len(self.word):
                    kept += self.next()
                    out.add(kept[-1:], self.origin[self.at - 1 : self.at])
                if words:
                    words.keep(kept)
        if stop:
            raise ExpansionError(f"unexpected end of statement while looking for matching {stop}")
        return out.traced()

    def skip_ordinary(self, stop: str) -> None:
        """Move to the next character that means something."""
        end = min(len(self.word), self.at + _STEP)
        for special in (stop, "$", "'", '"', self.escape, "<" if self.collected else ""):
            if special:
                at = self.word.find(special, self.at, end)
                end = end if at < 0 else at
        self.at = end

    def quoted(self, out: Builder, quote: str, raw_escapes: bool) -> None:
        """Read a quoted part whose first quote has been read."""
        start = self.at - 1
        if self.raw_quotes:
            out.add(quote, self.origin[start : start + 1])
        while self.at < len(self.word):
            start, char = self.at, self.next()
            if char == quote:
                if self.raw_quotes:
                    out.add(quote, self.origin[start : start + 1])
                return
            if quote == '"' and char == "$":
                value = self.dollar()
                out.extend(value, self.origin[start], self.origin[self.at - 1] + 1)
                continue
            if quote == '"' and char == self.escape:
                if raw_escapes:
                    out.add(char, self.origin[start : start + 1])
                following = self.peek()
                if not following:
                    continue
                if following in ('"', "$", self.escape):
                    char = self.next()
            out.add(char, self.origin[self.at - 1 : self.at])
        kind = "double" if quote == '"' else "single"
        raise ExpansionError(f"unexpected end of statement while looking for matching {kind}-quote")

    def name(self) -> str:
        start, first = self.at, self.peek()
        if first.isdecimal():
            while self.peek().isdecimal():
                self.at += 1
        elif first and first in _SPECIAL_PARAMETERS:
            self.at += 1
        else:
            word, end = self.word, self.at
            while end < len(word) and (word[end].isalpha() or word[end].isdecimal() or word[end] == "_"):
                end += 1
            self.at = end
        return self.word[start : self.at]

    def get(self, name: str) -> Traced | None:
        value = self.values.get(name)
        if value is None:
            self.undefined[name] = None
        return value

    def get_or_empty(self, name: str) -> Traced:
        return self.get(name) or (UNKNOWN_VALUE if name in self.settable else EMPTY)

    def dollar(self) -> Traced:
        """The value of the expression whose `$` has just been read."""
        if self.peek() != "{":
            start = self.at - 1
            name = self.name()
            if not name:
                return Traced("$", [self.origin[start]])
            return self.kept(f"${name}", name) or self.get_or_empty(name)
        self.at += 1
        if not self.peek():
            raise ExpansionError("syntax error: missing '}'")
        if self.peek() in "{}:":
            raise ExpansionError("syntax error: bad substitution")
        name, operator = self.name(), self.next()
        if operator == "}":
            return self.kept(f"${{{name}}}", name) or self.get_or_empty(name)
        if self.collected:
            # BuildKit reads the operand into the buffer of the word around it, which loses what it held.
            self.collected.current.clear()
        if operator == "/":
            return self.replacement(name)
        null_is_unset = operator == ":"
        modifier = operator
        if null_is_unset:
            operator = self.next()
            modifier += operator
        known = operator in ("+", "-", "?") or (operator in ("#", "%") and not null_is_unset)
        # BuildKit puts the expression of an unset variable back without a look at what follows the colon.
        kept_unseen = self.keep_unset and null_is_unset and operator not in ("", "#", "%")
        if not known and not kept_unseen:
            raise ExpansionError(f"unsupported modifier ({modifier}) in substitution")
        word = self.operand("}", raw_escapes=operator in "#%", missing="'}'")
        return self.kept(f"${{{name}{modifier}{word.text}}}", name) or self.modified(
            name, operator, null_is_unset, word
        )

    def kept(self, expression: str, name: str) -> Traced | None:
        """An expression as it is written, where its variable has no value and such are kept."""
        if not self.keep_unset or name in self.values:
            return None
        return Traced(expression, [-1] * len(expression), [(-1, -1)] * len(expression))

    def modified(self, name: str, operator: str, null_is_unset: bool, word: Traced) -> Traced:
        """The value of `${name…word}`, by the modifier between them."""
        value = self.get(name)
        absent = value is None or (null_is_unset and not value.text)
        if operator == "-":
            return word if absent or value is None else value
        if operator == "+":
            return EMPTY if absent else UNKNOWN_VALUE if value == UNKNOWN_VALUE else word
        if operator == "?":
            if name in self.settable and absent:
                return UNKNOWN_VALUE
            if absent or value is None:
                state = "unset" if value is None else "empty"
                raise ExpansionError(f"{name}: {word.text or f'is not allowed to be {state}'}")
            return value
        return trimmed(value or self.get_or_empty(name), word.text, operator)

    def operand(self, stop: str, raw_escapes: bool, missing: str) -> Traced:
        try:
            return self.until(stop, raw_escapes)
        except ExpansionError as error:
            if self.at < len(self.word) or isinstance(error, TooLongError):
                raise
            raise ExpansionError(f"syntax error: missing {missing}") from None

    def replacement(self, name: str) -> Traced:
        """The value of `${name/pattern/replacement}`, and of the form with two slashes that replaces all."""
        every = self.peek() == "/"
        if every:
            self.at += 1
        pattern = self.operand("/", raw_escapes=True, missing="'/' in ${}").text
        new = self.operand("}", raw_escapes=True, missing="'}'").text
        # BuildKit leaves the second slash out of what it puts back.
        expression = self.kept(f"${{{name}/{pattern}/{new}}}", name)
        if expression:
            return expression
        value = self.get_or_empty(name)
        tokens = [] if UNKNOWN in pattern else tokens_of(pattern, pattern)
        if UNKNOWN in value.text + new + pattern or len(value.text) ** 2 * len(pattern) > MAX_PATTERN_WORK << 1:
            text = UNKNOWN
        else:
            text = replaced(value.text, tokens, new, every)
        _check_length(len(text))
        return Traced(text, [-1] * len(text), [(-1, -1)] * len(text))


def _check_length(length: int) -> None:
    if length > MAX_EXPANSION:
        raise TooLongError(f"the value is longer than {MAX_EXPANSION} characters")
