"""Heredocs of an instruction, as BuildKit's parser finds them."""

from dockerfile_astro_lint.core.compat import NamedTuple
from dockerfile_astro_lint.dockerfile.expansion import ExpansionError


class Heredoc(NamedTuple):
    """`name` is the whole line that ends the body; `expand` is false when the word was quoted."""

    name: str
    strip_tabs: bool
    expand: bool


def heredocs(line: str) -> list[Heredoc]:
    """The heredocs of a joined instruction, in order; none where BuildKit cannot split the words."""
    if _is_plain(line) and "<< " not in line:
        words = line.split(" ")
    else:
        try:
            words = _words(line, raw_escapes=True, raw_quotes=True)
        except (ExpansionError, RecursionError):
            return []
    return [found for word in words if "<<" in word and (found := _heredoc(word))]


def _is_plain(text: str) -> bool:
    """Whether a text has no quotes, escapes or variables, and no white space but spaces."""
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


def heredoc_of(word: str) -> Heredoc | None:
    """The heredoc that a word starts, None if it starts none or cannot be read."""
    try:
        return _heredoc(word) if "<<" in word else None
    except (ExpansionError, RecursionError):
        return None


def _quotes(word: str) -> int:
    return word.count("'") + word.count('"')
