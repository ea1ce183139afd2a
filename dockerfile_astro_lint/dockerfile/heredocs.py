"""Heredocs and flags: what BuildKit's parser takes off an instruction before it looks at the arguments."""

from dockerfile_astro_lint.core.compat import NamedTuple
from dockerfile_astro_lint.dockerfile.expansion import ExpansionError

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
            words = _words(line, raw_escapes=True, raw_quotes=True)
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
    words = _words(rest, raw_escapes=False, raw_quotes=False)
    if len(words) != 1:
        return None
    quoted = _words(rest, raw_escapes=False, raw_quotes=True)
    return Heredoc(words[0], strip_tabs, _quotes(words[0]) == _quotes(quoted[0]))


def _words(text: str, raw_escapes: bool, raw_quotes: bool) -> list[str]:
    """The words of a text with its variables left as they are; raise ExpansionError."""
    from dockerfile_astro_lint.dockerfile.lexer import Lexer

    lexer = Lexer(text, range(len(text)), {}, "\\", (), raw_escapes, raw_quotes, keep_unset=True)
    return lexer.words()


def _quotes(word: str) -> int:
    return word.count("'") + word.count('"')


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
