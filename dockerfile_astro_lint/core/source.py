"""Text of a file with positions: decoding, lines, spans."""

from bisect import bisect_right
from itertools import accumulate

from dockerfile_astro_lint.core.compat import Iterable, NamedTuple

_BOM = b"\xef\xbb\xbf"


class Source(NamedTuple):
    """A file that was read: `path` as it is printed, `starts` the offset of every line."""

    path: str
    text: str
    starts: tuple[int, ...]
    bom: bool = False

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def line(self, number: int) -> str:
        """A line's text without its ending."""
        end = self.starts[number] - 1 if number < len(self.starts) else len(self.text)
        return self.text[self.starts[number - 1] : end].rstrip("\r\n")

    def line_span(self, first: int, last: int = 0) -> "Span":
        """A line, or those up to `last`, with their line endings."""
        last = last or first
        return Span(self, self.starts[first - 1], self.starts[last] if last < len(self.starts) else len(self.text))


class Span(NamedTuple):
    """A half-open range of a file, in code points."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]


class Edit(NamedTuple):
    """Replace the span with `text`."""

    span: Span
    text: str


class Fix(NamedTuple):
    """Edits that resolve a violation; a safe fix keeps the meaning, or the file was broken before."""

    title: str
    safe: bool
    edits: tuple[Edit, ...]


class Related(NamedTuple):
    """Another range that helps to understand a violation, and why."""

    span: Span
    message: str


class Violation(NamedTuple):
    """What a rule yields: the exact characters, one sentence with the fact and what to do, and a fix if possible."""

    span: Span
    message: str
    fix: Fix | None = None
    related: tuple[Related, ...] = ()
    severity: str | None = None
    """Of this violation alone, where it differs from the rule's."""


_FEW = 2048


_OFFSETS: list[int] = []
"""Small offsets, each one object for all texts: of thousands of Dockerfiles these take more memory than their text."""


def decode(data: bytes, path: str) -> Source:
    """Bytes as text; bytes that are not UTF-8 become surrogates, so that encoding gives the same bytes again."""
    bom = data.startswith(_BOM)
    text = (data[3:] if bom else data).decode("utf-8", "surrogateescape")
    return make_source(path, text, bom)


def make_source(path: str, text: str, bom: bool = False) -> Source:
    """A Source for a text; a line ends at LF and nowhere else."""
    lines = text.split("\n")
    if not lines[-1] and len(lines) > 1:
        lines.pop()
    starts: Iterable[int] = accumulate(map((1).__add__, map(len, lines[:-1])))
    if len(text) < _FEW:
        if not _OFFSETS:
            _OFFSETS.extend(range(_FEW))
        starts = map(_OFFSETS.__getitem__, starts)
    return Source(path, text, (0, *starts), bom)


_BOMS = (
    (b"\xff\xfe\0\0", "utf-32-le"), (b"\0\0\xfe\xff", "utf-32-be"), (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8"),
)  # fmt: skip


def encoding_of(data: bytes) -> tuple[bytes, str]:
    """What stands at the beginning and is no text, and the encoding that pip takes for the rest."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return mark, encoding
    head = b"\n".join(data.split(b"\n", 2)[:2])
    if b"coding" in head:
        import re

        named = re.search(rb"(?m)^#.*coding[:=]\s*([-\w.]+)", head)
        name = named[1].decode() if named else ""
        try:
            # These two decode names of hosts: slowly, and not with every way to treat errors.
            if name and name.lower() not in ("idna", "punycode") and data.decode(name) is not None:
                return b"", name
        except (LookupError, ValueError):
            pass
    return b"", "utf-8"


def decoded(data: bytes, path: str) -> Source:
    """The text as pip decodes it; undecodable bytes become surrogates."""
    mark, encoding = encoding_of(data)
    errors = "surrogateescape" if encoding == "utf-8" else "replace"
    return make_source(path, data[len(mark) :].decode(encoding, errors), bool(mark) and encoding == "utf-8")


def encoding_for(data: bytes, source: Source, plain: bool) -> tuple[bytes, str] | None:
    """The mark and the encoding with which a text gives these bytes again; None if it does not, so it cannot be edited.

    With `plain`, the file is UTF-8 whatever it says.
    """
    mark, encoding = encoding_of(data) if data and not plain else (b"", "utf-8")
    mark = mark or (encode("", source.bom) if data else b"")
    try:
        same = data == mark + source.text.encode(encoding, "surrogateescape")
    except UnicodeError:
        return None
    return (mark, encoding) if same else None


def encode(text: str, bom: bool) -> bytes:
    """A text as the bytes that it was read from."""
    return (b"\xef\xbb\xbf" if bom else b"") + text.encode("utf-8", "surrogateescape")


def with_one_digit(text: str) -> bytes:
    """A text in which all digits are the same: what differs in versions and other numbers alone is then equal."""
    return text.encode("utf-8", "surrogatepass").translate(_ONE_DIGIT)


_ONE_DIGIT = bytes.maketrans(b"123456789", b"0" * 9)


def line_ending(source: Source) -> str:
    """The line ending of a file: what ends its first line."""
    first = source.text.find("\n")
    return "\r\n" if first > 0 and source.text[first - 1] == "\r" else "\n"
