"""What formats that programs read have in common: JSON line by line, and paths as URIs."""

from dockerfile_astro_lint.core.compat import Callable, Iterable, Iterator
from dockerfile_astro_lint.core.source import Span


def compact() -> Callable[[object], str]:
    """What makes JSON of a value, on one line."""
    import json

    return json.JSONEncoder(ensure_ascii=False).encode


def items(values: Iterable[object]) -> Iterator[str]:
    """The items of a JSON array, each on its line, with the commas between them."""
    encode, before = compact(), None
    for value in values:
        if before is not None:
            yield f"{before},"
        before = encode(value)
    if before is not None:
        yield before


def place(span: Span) -> dict[str, int]:
    """Where a span is: lines and columns from 1, in code points, the end exclusive."""
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(span.end)
    return {"line": line, "column": column, "end_line": end_line, "end_column": end_column}


def uri(path: str) -> str:
    """A path as it is printed, as a URI reference: relative ones stay so."""
    from urllib.parse import quote

    quoted = quote(path.encode("utf-8", "surrogateescape"), safe="/")
    if path[1:3] == ":/":  # another drive
        return f"file:///{path[0]}:{quoted[4:]}"
    return f"file://{quoted}" if path.startswith("/") else quoted
