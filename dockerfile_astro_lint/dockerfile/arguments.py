"""Flags and words of an instruction."""

from dockerfile_astro_lint.core.compat import NamedTuple, NoReturn
from dockerfile_astro_lint.dockerfile.expansion import GO_SPACE
from dockerfile_astro_lint.dockerfile.image_reference import Word

PLAIN_FLAG = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.,:;=/@+*?~-")
"""A flag of these characters alone needs no unquoting."""


_SHORT = 200
"""Characters that are searched for the end of a plain flag."""


_FLAG_SPACE = "\t\n\v\f\r "


class Flag(NamedTuple):
    """`--name=value` without its quotes; `start` and `end` are offsets in the arguments."""

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


def take_flags(value: str, at: int, escape: str) -> tuple[list[Flag], Word]:
    """The flags of a value that begins at an offset, and the arguments after them."""
    if not value.startswith("--"):
        return [], Word(value, at, at + len(value))
    found, rest = split_flags(value, escape)
    text = value[rest:].strip(GO_SPACE)
    start = at + value.index(text, rest)
    return [Flag(text, at + start, at + end) for text, start, end in found], Word(text, start, start + len(text))


def split_words(arguments: Word) -> list[Word]:
    """Words split at white space, whatever quotes say: as BuildKit splits FROM."""
    return _words(arguments, WHITE_SPACE)


def _words(arguments: Word, spaces: str) -> list[Word]:
    """Split at white space of some kind; without `re`, whose import costs more than a whole run."""
    text, at = arguments.text, arguments.start
    if not text.isprintable():
        for space in spaces:
            text = text.replace(space, " ")
    found = []
    for word in text.split(" "):
        if word:
            found.append(Word(word, at, at + len(word)))
        at += len(word) + 1
    return found


def assignment_words(arguments: Word, escape: str) -> list[Word]:
    """Words of ARG, ENV and LABEL: split at white space outside quotes; quotes and escapes stay."""
    text, at = arguments.text, 0
    plain = escape not in text and "'" not in text and text.isascii()
    if plain and '"' not in text:
        return _words(arguments, "\t\n\v\f\r")
    if plain and text.count('"') % 2 == 0:
        start, parts = arguments.start, text.split('"')
        parts[1::2] = ["-" * len(part) for part in parts[1::2]]  # no white space between quotes
        masked = _words(Word('"'.join(parts), start, arguments.end), "\t\n\v\f\r")
        return [Word(text[word.start - start : word.end - start], word.start, word.end) for word in masked]
    words: list[Word] = []
    while True:
        while at < len(text) and text[at] in GO_SPACE:
            at += 1
        if at >= len(text):
            return words
        start, quote = at, ""
        while at < len(text) and (quote or text[at] not in GO_SPACE):
            char = text[at]
            if char == escape and quote != "'":
                at += 1
            elif char == quote:
                quote = ""
            elif not quote and char in "'\"":
                quote = char
            at += 1
        end = min(at, len(text))
        # An escape character at the very end is dropped.
        trimmed = text[start:end]
        if text[end - 1] == escape and at > end:
            trimmed = trimmed[:-1]
        if trimmed:
            words.append(Word(trimmed, arguments.start + start, arguments.start + start + len(trimmed)))


WHITE_SPACE = "\t\v\f\r "
"""Separators of words; a no-break space is not one."""


def split_keyword(text: str) -> tuple[str, str]:
    """An instruction's keyword and what follows, white space stripped."""
    text = text.strip(GO_SPACE)
    end = 0
    while end < len(text) and text[end] not in WHITE_SPACE:
        end += 1
    return text[:end], text[end:].strip(GO_SPACE)


def json_array(value: str) -> list[object] | None:
    """The JSON array (of anything) that an argument is, None for the shell form."""
    if not value.startswith("["):
        return None
    if value.endswith("]") and "\\" not in value and value.isascii() and value.isprintable():
        # Plain texts between commas need no parser.
        outside, inside = value[1:-1].split('"')[::2], value[1:-1].split('"')[1::2]
        ends, between = {outside[0].strip(" "), outside[-1].strip(" ")}, outside[1:-1]
        if len(outside) == len(inside) + 1 > 1 and ends == {""} and {text.strip(" ") for text in between} <= {","}:
            return list(inside)
    import json

    try:
        found = json.loads(value, parse_constant=_no_number, parse_float=_number, parse_int=_number)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) else None


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _number(text: str) -> float:
    """A number as Go decodes it: with one that is too large for a float, the text is not JSON."""
    number = float(text)
    return number if number not in (float("inf"), float("-inf")) else _no_number(text)


_STAGE_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")


def is_stage_name(name: str) -> bool:
    """Whether a name in lower case is a valid stage name."""
    return "a" <= name[:1] <= "z" and _STAGE_NAME.issuperset(name)
