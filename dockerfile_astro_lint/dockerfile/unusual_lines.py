"""Keyword and arguments of lines that are more than plain ASCII: the only importer of dockerfile_parse."""

from dockerfile_astro_lint.core.compat import Iterator, Sequence
from dockerfile_astro_lint.core.source import Source
from dockerfile_astro_lint.dockerfile.arguments import WHITE_SPACE
from dockerfile_astro_lint.dockerfile.expansion import GO_SPACE
from dockerfile_astro_lint.dockerfile.parser import Instruction
from dockerfile_astro_lint.dockerfile.scanner import LogicalLine

# dockerfile_parse splits at any Unicode space; those that BuildKit does not know are hidden from it.
_SHIELD = {
    ord(space): "_"
    for space in "\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
}


_END = " ."
"""Ends the instruction, so that nothing continues and a keyword alone has a value."""


def split_by_library(source: Source, lines: Sequence[LogicalLine], escape: str) -> Iterator[Instruction]:
    """Split lines with dockerfile_parse, which costs too much to be loaded for what is plain."""
    from io import BytesIO

    from dockerfile_parse import DockerfileParser

    text = "\n".join([line.text.lstrip(GO_SPACE) + _END for line in lines])
    data = text.translate(_SHIELD).encode("utf-8", "replace")
    for line, entry in zip(lines, DockerfileParser(fileobj=BytesIO(data)).structure, strict=True):
        text = line.text.rstrip(GO_SPACE)
        at = min(len(line.text) + len(_END) - len(entry["value"]), len(text))
        keyword = text[:at].lstrip(GO_SPACE).rstrip(WHITE_SPACE)
        value = text[at:].lstrip(GO_SPACE)
        # BuildKit compares in lower case: a long s is no S there.
        upper = keyword.upper()
        keyword = keyword if upper.isascii() and not keyword.lower().isascii() else upper
        yield Instruction(source, keyword, value, line, len(text) - len(value), escape)
