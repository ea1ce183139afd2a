"""Helpers shared by the JSON formats: arrays written line by line, positions, paths as URIs."""

from dockerfile_astro_lint.core.compat import Callable, Iterable, Iterator
from dockerfile_astro_lint.core.display import escape_json
from dockerfile_astro_lint.core.source import Span


def compact() -> Callable[[object], str]:
    """A function that encodes a value as one line of JSON."""
    import json

    encode = json.JSONEncoder(ensure_ascii=False).encode
    return lambda value: escape_json(encode(value))


def items(values: Iterable[object]) -> Iterator[str]:
    """The items of a JSON array, one per line, with commas between them."""
    encode, previous = compact(), None
    for value in values:
        if previous is not None:
            yield f"{previous},"
        previous = encode(value)
    if previous is not None:
        yield previous


def place(span: Span) -> dict[str, int]:
    """The start and end of a span: lines and columns from 1, in code points, the end exclusive."""
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(span.end)
    return {"line": line, "column": column, "end_line": end_line, "end_column": end_column}


def uri(path: str) -> str:
    """A display path as a URI reference; a relative path stays relative."""
    from urllib.parse import quote

    quoted = quote(path.encode("utf-8", "surrogateescape"), safe="/")
    if path[1:3] == ":/":  # a different drive
        return f"file:///{path[0]}:{quoted[4:]}"
    return f"file://{quoted}" if path.startswith("/") else quoted
