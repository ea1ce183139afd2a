"""What COPY and ADD copy, and where it lands."""

from dockerfile_astro_lint.core.compat import Mapping, NamedTuple, lru_cache
from dockerfile_astro_lint.dockerfile.arguments import Flag, split_words, take_flags
from dockerfile_astro_lint.dockerfile.assignments import MAX_KEPT
from dockerfile_astro_lint.dockerfile.build_state import Layer, json_words
from dockerfile_astro_lint.dockerfile.image_reference import Word


class Copy(NamedTuple):
    """COPY or ADD: sources and destination as they are written, heredocs left out of the sources."""

    sources: tuple[Word, ...]
    destination: Word
    flags: Mapping[str, Flag]

    @property
    def local(self) -> bool:
        """Whether it copies from the build context."""
        return "from" not in self.flags


def copy_of(layer: Layer) -> Copy | None:
    """What a COPY or ADD copies; None where it cannot be read."""
    instruction = layer.instruction
    value = instruction.value
    read = _copy if len(value) < MAX_KEPT else _copy.__wrapped__
    return read(value, instruction.at, layer.escape)


@lru_cache(maxsize=256)
def _copy(value: str, at: int, escape: str) -> Copy | None:
    found, arguments = take_flags(value, at, escape)
    by_name: dict[str, Flag] = {}
    for flag in found:
        by_name.setdefault(flag.text[2:].partition("=")[0], flag)
    words = json_words(arguments)
    if words is None:
        words = split_words(arguments)
    if len(words) < 2:
        return None
    return Copy(tuple(word for word in words[:-1] if not word.text.startswith("<<")), words[-1], by_name)
