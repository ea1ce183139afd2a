"""Words that BuildKit expands while it plans a build: what they become, and why one cannot be expanded."""

from dockerfile_astro_lint.core.compat import Container, Iterator, Mapping, NamedTuple
from dockerfile_astro_lint.dockerfile.expansion import GO_SPACE, ExpansionError, TooLongError, Traced
from dockerfile_astro_lint.dockerfile.lexer import Lexer


class BadWordError(Exception):
    """A word that cannot be expanded; `reason` is the end of a sentence that begins with the word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def reason_of(error: str) -> str:
    """BuildKit's error on a word in the words of this program, without the value that it quotes."""
    if error.startswith("failed to process "):
        error = error[error.find('": ') + 3 :]
    if "single-quote" in error:
        return "has a `'` that is never closed"
    if "double-quote" in error:
        return 'has a `"` that is never closed'
    if "missing" in error or "looking for matching" in error or "modifier ()" in error or "modifier (:)" in error:
        return "has a `${` that is never closed"
    if "bad substitution" in error:
        return "has a `${…}` that names no variable"
    if "unsupported modifier" in error:
        modifier = error.partition("(")[2].rpartition(")")[0]
        if not modifier.strip(f":{GO_SPACE}"):
            return "has a `${` that is never closed"
        return f"uses `{modifier}` in `${{…}}`, which Docker does not support"
    if "invalid pattern" in error:
        return "has an invalid pattern in `${…}`"
    name = error.partition(":")[0]
    return f"stops the build: `{name}` has no value here"


def expand_text(word: str, values: Mapping[str, Traced], escape: str, settable: Container[str]) -> str | None:
    """A word, expanded; None where it is too long to say. Raise BadWordError for one that BuildKit refuses."""
    if not ("$" in word or "'" in word or '"' in word or escape in word):
        return word
    lexer = Lexer(word, range(len(word)), values, escape, settable)
    try:
        return lexer.value().text
    except (TooLongError, RecursionError):
        return None
    except ExpansionError as error:
        raise BadWordError(reason_of(str(error))) from None


def expand_words(word: str, values: Mapping[str, Traced], escape: str, settable: Container[str]) -> list[str] | None:
    """What a word of EXPOSE becomes; None where that is too long to say. Raise BadWordError for a refused one."""
    if not ("$" in word or "'" in word or '"' in word or escape in word):
        return [word]
    try:
        return Lexer(word, range(len(word)), values, escape, settable).words()
    except (TooLongError, RecursionError):
        return None
    except ExpansionError as error:
        raise BadWordError(reason_of(str(error))) from None


class BadExpression(NamedTuple):
    """A `${…}` in the body of a heredoc that cannot be expanded; offsets in the body."""

    start: int
    end: int
    reason: str


def bad_expressions(body: str, values: Mapping[str, Traced], settable: Container[str]) -> Iterator[BadExpression]:
    """The expressions of a heredoc's body that BuildKit refuses; quotes mean nothing there, nor another escape."""
    if "${" not in body:
        return
    # In the body a quote is a character as any other; the lexer is shown one that is.
    lexer = Lexer(body.replace("'", "\ue002").replace('"', "\ue002"), range(len(body)), values, "\\", settable)
    while True:
        at = body.find("$", lexer.at)
        escape = body.find("\\", lexer.at, at if at >= 0 else len(body))
        if escape >= 0:
            lexer.at = escape + 2
            continue
        if at < 0:
            return
        lexer.at = at + 1
        try:
            lexer.dollar()
        except (TooLongError, RecursionError):
            return
        except ExpansionError as error:
            end = body.find("}", at, body.find("\n", at) if "\n" in body[at:] else len(body)) + 1
            yield BadExpression(at, end or min(at + 2, len(body)), reason_of(str(error)))
            return
