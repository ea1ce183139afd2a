"""What ENV, ARG and LABEL set, as BuildKit reads them."""

from dockerfile_astro_lint.core.compat import Container, Iterator, Mapping, NamedTuple, lru_cache
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN, ExpansionError, Traced, expand
from dockerfile_astro_lint.dockerfile.parser import Instruction, assignment_words, take_flags
from dockerfile_astro_lint.dockerfile.scanner import WHITE_SPACE


class Assignment(NamedTuple):
    """`name=text`; `text` as it is written, `start` and `at` where name and text begin in the joined line.

    `old`: the form `NAME value`, which ENV and LABEL take too. `given` is false for an ARG without a value.
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
        """A stretch of the text as it is written."""
        return self.instruction.span(self.at + start, self.at + end)

    @property
    def plain(self) -> tuple[str, int]:
        """The text without the quotes around it, and where that begins in it."""
        text = self.text
        if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" and text[0] not in text[1:-1]:
            return text[1:-1], 1
        return text, 0


class Anything(Container[str]):
    """Every name may have a value that only the build knows: an image has variables of its own."""

    def __contains__(self, name: object) -> bool:
        return True


ANYTHING = Anything()


MAX_KEPT = 500
"""Characters of a value that is kept once read, because many Dockerfiles have the same."""


def assignments(instruction: Instruction, escape: str) -> Iterator[Assignment]:
    """What an ENV, ARG or LABEL sets; what BuildKit refuses is passed over."""
    keyword, value, at = instruction.keyword, instruction.value, instruction.at
    read = _assigned if len(value) < MAX_KEPT else _assigned.__wrapped__
    for row in read(keyword == "ARG", value, at, escape):
        yield Assignment(instruction, *row)


@lru_cache(maxsize=256)
def _assigned(is_arg: bool, value: str, at: int, escape: str) -> list[tuple[str, str, int, int, bool, bool]]:
    """The fields of `Assignment`, without the instruction."""
    _, arguments = take_flags(value, at, escape)
    words = assignment_words(arguments, escape)
    if words and not is_arg and "=" not in words[0].text:
        text = arguments.text
        name = text.split(None, 1)[0] if text.isascii() else words[0].text
        rest = text[len(name) :].lstrip(WHITE_SPACE)
        return [(name, rest, arguments.start, arguments.end - len(rest), True, True)] if rest else []
    found = []
    for word in words:
        name, equals, text = word.text.partition("=")
        if name and (equals or is_arg):
            found.append((name, text, word.start, word.end - len(text), False, bool(equals)))
    return found


def expanded(text: str, values: Mapping[str, Traced], escape: str) -> str:
    """A word after quotes and variables; UNKNOWN stands in for what only the build knows."""
    if escape not in text and "$" not in text and '"' not in text and "'" not in text:
        return text
    try:
        return expand(text, range(len(text)), values, escape, ANYTHING).value.text
    except ExpansionError:
        return UNKNOWN
