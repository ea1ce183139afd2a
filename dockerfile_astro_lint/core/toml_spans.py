"""The spans of a TOML file's keys and values, which tomllib does not report."""

from dockerfile_astro_lint.core.compat import Iterator, NamedTuple

_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


class Place(NamedTuple):
    """The offsets of a key and its value; `items` are those of an array's elements, with their quotes."""

    key: tuple[int, int]
    start: int
    end: int
    items: tuple[tuple[int, int], ...] = ()


class _UnsupportedError(Exception):
    """TOML that this scanner does not support."""


def places(text: str) -> dict[tuple[str, ...], Place]:
    """The place of every key by its full path, up to the first unsupported syntax; without arrays of tables."""
    by_path: dict[tuple[str, ...], Place] = {}
    try:
        for path, place in _walk(text):
            by_path.setdefault(path, place)
    except (_UnsupportedError, IndexError, ValueError, RecursionError):
        pass
    return by_path


def _walk(text: str) -> Iterator[tuple[tuple[str, ...], Place]]:
    at, skipped = 0, False
    table: tuple[str, ...] = ()
    while at < len(text):
        char = text[at]
        if char in " \t\r\n":
            at += 1
        elif char == "#":
            at = _line_end(text, at)
        elif char == "[":
            skipped = text.startswith("[[", at)
            start = at
            table, _, at = _key(text, at + 1 + skipped)
            at = text.index("]", at) + 1 + skipped
            if not skipped:
                yield table, Place((start, at), start, at)
        else:
            path, key, at = _key(text, at)
            at = _skip_spaces(text, at)
            if text[at] != "=":
                raise _UnsupportedError
            start = _skip_spaces(text, at + 1)
            inner: list[tuple[tuple[str, ...], Place]] = []
            items, at = _value(text, start, (*table, *path), inner, 0)
            if not skipped:
                yield (*table, *path), Place(key, start, at, tuple(items))
                yield from inner


def _skip_spaces(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t":
        at += 1
    return at


def _skip_filler(text: str, at: int) -> int:
    """Skip white space, line ends and comments, as arrays allow them."""
    while at < len(text) and text[at] in " \t\r\n#":
        at = _line_end(text, at) if text[at] == "#" else at + 1
    return at


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _key(text: str, at: int) -> tuple[tuple[str, ...], tuple[int, int], int]:
    """A dotted key, the offsets of its last part, and its end."""
    parts: list[str] = []
    while True:
        at = _skip_spaces(text, at)
        start = at
        if text[at] in "\"'":
            at = _string(text, at)
            parts.append(text[start + 1 : at - 1])
        else:
            while at < len(text) and text[at] in _BARE:
                at += 1
            parts.append(text[start:at])
        place = start, at
        if start == at:
            raise _UnsupportedError
        after = _skip_spaces(text, at)
        if text[after : after + 1] != ".":
            return tuple(parts), place, at
        at = after + 1


def _string(text: str, at: int) -> int:
    """The end of the string that starts at an offset."""
    quote = text[at]
    if text.startswith(quote * 3, at):
        end = at + 3
        while not text.startswith(quote * 3, end):
            end += 2 if text[end] == "\\" and quote == '"' else 1
        end += 3
        while text[end : end + 1] == quote and end < at + len(text):
            end += 1
        return end
    at += 1
    while text[at] != quote:
        if text[at] == "\n":
            raise _UnsupportedError
        at += 2 if text[at] == "\\" and quote == '"' else 1
    return at + 1


def _value(
    text: str, at: int, path: tuple[str, ...], inner: list[tuple[tuple[str, ...], Place]], depth: int
) -> tuple[list[tuple[int, int]], int]:
    """The elements of an array, and the end of the value; the keys of an inline table go into `inner`."""
    if depth > 50:
        raise _UnsupportedError
    char = text[at]
    if char in "\"'":
        return [], _string(text, at)
    if char == "[":
        items: list[tuple[int, int]] = []
        at = _skip_filler(text, at + 1)
        while text[at] != "]":
            _, end = _value(text, at, (*path, str(len(items))), [], depth + 1)
            items.append((at, end))
            at = _skip_filler(text, end)
            if text[at] == ",":
                at = _skip_filler(text, at + 1)
        return items, at + 1
    if char == "{":
        at = _skip_filler(text, at + 1)
        while text[at] != "}":
            own, key, at = _key(text, at)
            at = _skip_spaces(text, at)
            if text[at] != "=":
                raise _UnsupportedError
            start = _skip_spaces(text, at + 1)
            items, at = _value(text, start, (*path, *own), inner, depth + 1)
            inner.append(((*path, *own), Place(key, start, at, tuple(items))))
            at = _skip_filler(text, at)
            if text[at] == ",":
                at = _skip_filler(text, at + 1)
        return [], at + 1
    end = at
    while end < len(text) and text[end] not in ",]}#\n\r":
        end += 1
    if end == at:
        raise _UnsupportedError
    # A value of zero length would loop forever.
    return [], at + len(text[at:end].rstrip(" \t"))
