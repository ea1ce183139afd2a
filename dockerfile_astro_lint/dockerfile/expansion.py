"""Variables and quotes of a word, expanded as BuildKit does it.

Every character keeps two offsets into the file: where it comes from (`origin`), and which range of the word that is
being read put it there (`written`). So a finding can point at the `ARG` line that a tag was written in.
"""

from dockerfile_astro_lint.core.compat import Container, Mapping, NamedTuple, Sequence

# Go's unicode.IsSpace: not the same set as Python's str.isspace, which also takes U+001C to U+001F.
GO_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028"
    "\u2029\u202f\u205f\u3000"
)


UNKNOWN = "\ue001"
"""Stands in an expanded text for a value that only the build knows."""


MAX_EXPANSION = 64 * 1024
"""Characters of one value; `ARG V1=$V0$V0` doubles with every line."""


class ExpansionError(Exception):
    """A word that BuildKit refuses; the message is BuildKit's."""


class TooLongError(ExpansionError):
    """A word that only this linter refuses, because its value is longer than MAX_EXPANSION."""


class Traced(NamedTuple):
    """A text with the place of every character: offsets in code points, -1 for none in the file.

    `written` is empty where the text is written just as it reads.
    """

    text: str
    origin: Sequence[int]
    written: Sequence[tuple[int, int]] = ()

    def written_at(self, index: int) -> tuple[int, int]:
        """The range of the word that put a character there."""
        return self.written[index] if self.written else (self.origin[index], self.origin[index] + 1)


EMPTY = Traced("", (), ())


class Expansion(NamedTuple):
    """The value of a word; `undefined` are the names without a value, in order of first use."""

    value: Traced
    undefined: tuple[str, ...]


def expand(
    word: str, origin: Sequence[int], values: Mapping[str, Traced], escape: str, settable: Container[str] = ()
) -> Expansion:
    """Expand one word; raise ExpansionError where BuildKit refuses it or the value is longer than MAX_EXPANSION.

    A name without a value expands to nothing; one that `--build-arg` may set expands to UNKNOWN unless the word has a
    default for it.
    """
    if not ("$" in word or "'" in word or '"' in word or escape in word):
        return Expansion(Traced(word, origin), ())
    from dockerfile_astro_lint.dockerfile.lexer import Lexer

    lexer = Lexer(word, origin, values, escape, settable)
    try:
        value = lexer.value()
    except TooLongError:
        raise
    except ExpansionError as error:
        raise ExpansionError(f'failed to process "{word}": {error}') from None
    except RecursionError:
        raise ExpansionError(f'failed to process "{word}": nested too deeply') from None
    return Expansion(value, tuple(lexer.undefined))
