"""What ENV, ARG and LABEL set, parsed as BuildKit does."""

from dockerfile_astro_lint.core.compat import Container, Iterator, Mapping, NamedTuple, lru_cache
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.dockerfile.arguments import WHITE_SPACE, assignment_words, split_words, take_flags
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN, ExpansionError, Traced, expand
from dockerfile_astro_lint.dockerfile.parser import Instruction


class Assignment(NamedTuple):
    """`name=text`; `text` as it is written, `start` and `at`: where name and text begin in the joined line.

    `old`: in the form `NAME value`, which ENV and LABEL take too. `given` is false for an ARG without a value.
    """

    instruction: Instruction
    name: str
    text: str
    start: int
    at: int
    old: bool
    given: bool = True

    @property
    def name_span(self) -> Span:
        return self.instruction.span(self.start, self.start + len(self.name))

    @property
    def text_span(self) -> Span:
        return self.instruction.span(self.at, self.at + len(self.text))

    def part(self, start: int, end: int) -> Span:
        """A range of the text, by offsets in it."""
        return self.instruction.span(self.at + start, self.at + end)

    @property
    def plain(self) -> tuple[str, int]:
        """The text without the quotes around it, and at which offset of the text that begins."""
        text = self.text
        if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" and text[0] not in text[1:-1]:
            return text[1:-1], 1
        return text, 0

    @property
    def entries(self) -> Iterator[tuple[str, Span]]:
        """The entries of a list separated by colons, such as PATH."""
        text, start = self.plain
        for entry in text.split(":"):
            yield entry, self.part(start, start + len(entry))
            start += len(entry) + 1


class Anything(Container[str]):
    """Contains every name: an image has variables of its own, which only the build knows."""

    def __contains__(self, name: object) -> bool:
        return True


ANYTHING = Anything()


MAX_KEPT = 500
"""Characters of a value whose parse is cached: many Dockerfiles have the same."""


def assignments(instruction: Instruction, escape: str) -> list[Assignment]:
    """What an ENV, ARG or LABEL sets; what BuildKit rejects is left out."""
    keyword, value, at = instruction.keyword, instruction.value, instruction.at
    parse = _parse_assignments if len(value) < MAX_KEPT else _parse_assignments.__wrapped__
    return [Assignment(instruction, *row) for row in parse(keyword == "ARG", value, at, escape)]


@lru_cache(maxsize=256)
def _parse_assignments(is_arg: bool, value: str, at: int, escape: str) -> list[tuple[str, str, int, int, bool, bool]]:
    """The fields of `Assignment`, without the instruction."""
    _, arguments = take_flags(value, at, escape)
    words = assignment_words(arguments, escape)
    if words and not is_arg and "=" not in words[0].text:
        text = arguments.text
        name = split_words(arguments)[0].text
        rest = text[len(name) :].lstrip(WHITE_SPACE)
        return [(name, rest, arguments.start, arguments.end - len(rest), True, True)] if rest else []
    rows = []
    for word in words:
        name, equals, text = word.text.partition("=")
        if name and (equals or is_arg):
            rows.append((name, text, word.start, word.end - len(text), False, bool(equals)))
    return rows


def expanded(text: str, values: Mapping[str, Traced], escape: str) -> str:
    """A word after quotes and variables; UNKNOWN replaces what only the build knows."""
    if escape not in text and "$" not in text and '"' not in text and "'" not in text:
        return text
    try:
        return expand(text, range(len(text)), values, escape, ANYTHING).value.text
    except ExpansionError:
        return UNKNOWN
