"""Patterns of `${NAME#…}`, `${NAME%…}` and `${NAME/…/…}`: `*`, `?` and literal characters.

Matched without a regular expression: the pattern is the file's, and a backtracking engine can be made to run for hours.
"""

from dockerfile_astro_lint.core.compat import Sequence
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN, ExpansionError, Traced

MAX_PATTERN_WORK = 1 << 15
"""Comparisons for one pattern; a value whose pattern needs more is UNKNOWN."""

UNKNOWN_VALUE = Traced(UNKNOWN, (-1,), ((-1, -1),))

_STAR, _ANY = "*", "?"


def tokens_of(pattern: str, shown: str) -> list[tuple[str, bool]]:
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


def trimmed(value: Traced, word: str, operator: str) -> Traced:
    if UNKNOWN in word:
        return UNKNOWN_VALUE
    greedy = word.startswith(operator)
    tokens = tokens_of(word[1:] if greedy else word, word)
    text = value.text
    if UNKNOWN in text or len(text) * len(tokens) > MAX_PATTERN_WORK:
        return UNKNOWN_VALUE
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


def replaced(text: str, tokens: Sequence[tuple[str, bool]], new: str, every: bool) -> str:
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
