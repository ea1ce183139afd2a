"""Image references, `[registry/]repository[:tag][@digest]`: parsed and validated as distribution/reference does."""

from itertools import pairwise

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, NamedTuple, Sequence, lru_cache
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN, Traced

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.parser import Stage


class Word(NamedTuple):
    """A word of an instruction's arguments, with its place in the joined line."""

    text: str
    start: int
    end: int


class Part(NamedTuple):
    """A part of an expanded reference: its offsets there, and the range of the FROM that it comes from."""

    text: str
    start: int
    end: int
    written: tuple[int, int]

    @property
    def known(self) -> bool:
        return UNKNOWN not in self.text


class Reference(NamedTuple):
    """`[registry/]repository[:tag][@digest]` after expansion; a part may hold UNKNOWN."""

    word: Word
    value: Traced
    registry: Part | None
    repository: Part
    tag: Part | None
    digest: Part | None
    undefined: tuple[str, ...]

    @property
    def name(self) -> str:
        """`registry/repository` as written, without tag and digest."""
        return f"{self.registry.text}/{self.repository.text}" if self.registry else self.repository.text


def parse_reference(word: Word, origin: Sequence[int], value: Traced, undefined: tuple[str, ...]) -> Reference:
    """Split an expanded reference as distribution/reference does."""
    text = value.text
    cut = text.find("@")
    name_end = len(text) if cut < 0 else cut
    colon = text.rfind(":", text.rfind("/", 0, name_end) + 1, name_end)
    repository_end = name_end if colon < 0 else colon
    slash = text.find("/", 0, repository_end)
    first = text[:slash] if slash >= 0 else ""
    has_registry = first != "" and ("." in first or ":" in first or first == "localhost" or first.lower() != first)
    start = slash + 1 if has_registry else 0

    place = origin.start if isinstance(origin, range) and value.origin is origin and not value.written else -1

    def part(low: int, high: int) -> Part:
        if place >= 0:  # the text is written as it reads
            return Part(text[low:high], low, high, (place + low, place + high))
        return Part(text[low:high], low, high, _written(word, origin, value, low, high))

    return Reference(
        word,
        value,
        part(0, slash) if has_registry else None,
        part(start, repository_end),
        part(colon + 1, name_end) if colon >= 0 else None,
        part(cut + 1, len(text)) if cut >= 0 else None,
        undefined,
    )


def reference_of(text: str) -> Reference:
    """The reference of a text that stands for itself, such as the value of a flag."""
    offsets = range(len(text))
    return parse_reference(Word(text, 0, len(text)), offsets, Traced(text, offsets), ())


def _written(word: Word, origin: Sequence[int], value: Traced, low: int, high: int) -> tuple[int, int]:
    """The range of the FROM that a part comes from: between its separators, without quotes."""
    opening = word.text[0] in "'\"" and low == 0
    closing = word.text[-1] in "'\"" and high == len(value.text) and len(word.text) > 1
    start = value.written_at(low - 1)[1] if low else origin[0] + opening
    end = value.written_at(high)[0] if high < len(value.text) else origin[-1] + 1 - closing
    if start > end:  # the separator came out of the same variable
        start = min(value.written_at(at)[0] for at in range(low, min(high + 1, len(value.text))))
        end = max(value.written_at(at)[1] for at in range(max(low - 1, 0), high))
    return start, end


# These checks are on the path of every run, and patterns would cost more to compile than all else that a run does.
_LOWER = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


_LETTERS = _LOWER | frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


_IN_TAG = _LETTERS | frozenset("_.-")


_SEPARATORS = frozenset("._-")


def _is_repository(text: str) -> bool:
    """Path components of lower-case letters and digits, parted by one `.`, one or two `_`, or any number of `-`."""
    for component in text.split("/"):
        at = 0
        for char in component:
            if char not in _LOWER and char not in _SEPARATORS:
                return False
        if component[:1] not in _LOWER or component[-1:] not in _LOWER:
            return False
        while at < len(component):
            start = at
            while component[at] in _SEPARATORS:
                at += 1
            separator = component[start:at]
            if separator not in ("", ".", "_", "__") and separator.strip("-"):
                return False
            at += 1
    return True


def _is_tag(text: str) -> bool:
    return 0 < len(text) <= 128 and text[0] not in ".-" and _IN_TAG.issuperset(text)


def _is_registry(text: str) -> bool:
    host, colon, port = text.rpartition(":")
    if not colon or "]" in port:
        host, port = text, ""
    if (colon and not port and not text.endswith("]")) or not set(port) <= set("0123456789"):
        return False
    if host.startswith("["):
        return host.endswith("]") and len(host) > 2 and set(host[1:-1]) <= set("0123456789abcdefABCDEF:")
    return all(
        label and _LETTERS.issuperset(label.replace("-", "")) and "-" not in (label[0], label[-1])
        for label in host.split(".")
    )


def _is_digest(text: str) -> bool:
    import re

    return bool(re.fullmatch(r"[A-Za-z][A-Za-z0-9]*([-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}", text))


_HEX = frozenset("0123456789abcdef")


_DIGEST_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}


DOCKER_HUB = ("docker.io", "index.docker.io", "registry-1.docker.io")


def reference_error(reference: Reference) -> str | None:
    """Why a reference is invalid, in distribution's words; None for a valid one or one that is not wholly known."""
    if UNKNOWN in reference.value.text:
        return None
    _, _, registry, repository, tag, digest, _ = reference
    return _error(registry and registry.text, repository.text, tag and tag.text, digest and digest.text)


@lru_cache(maxsize=256)
def _error(registry: str | None, repository: str, tag: str | None, digest: str | None) -> str | None:
    if repository.lower() != repository:
        return f"invalid reference format: repository name ({repository}) must be lowercase"
    name = f"{registry}/{repository}" if registry else repository
    if (
        not _is_repository(repository)
        # An invalid host name can still be the first part of a path on Docker Hub: `my_registry.corp/a/b`.
        or (registry is not None and not _is_registry(registry) and not _is_repository(name))
        or (tag is not None and not _is_tag(tag))
        or (digest is not None and not _is_digest(digest))
    ):
        return "invalid reference format"
    if digest:
        algorithm, _, digits = digest.partition(":")
        if _DIGEST_LENGTHS.get(algorithm) is None:
            return "unsupported digest algorithm"
        if len(digits) != _DIGEST_LENGTHS[algorithm]:
            return "invalid checksum digest length"
        if digits.lower() != digits:
            return "invalid checksum digest format"
    if len(name) > 255:
        return "repository name must not be more than 255 characters"
    if not registry and tag is None and digest is None and len(name) == 64 and set(name) <= _HEX:
        return f"invalid repository name ({name}), cannot specify 64-byte hexadecimal strings"
    return None


def normalized(reference: Reference) -> str:
    """The reference that the builder resolves: with `docker.io/library/` and `:latest` filled in."""
    registry = reference.registry.text if reference.registry else "docker.io"
    repository = reference.repository.text
    if registry == "index.docker.io":
        registry = "docker.io"
    if registry == "docker.io" and "/" not in repository:
        repository = f"library/{repository}"
    tag = f":{reference.tag.text}" if reference.tag else "" if reference.digest else ":latest"
    digest = f"@{reference.digest.text}" if reference.digest else ""
    return f"{registry}/{repository}{tag}{digest}"


class Place(NamedTuple):
    """The place of a part of a reference; `pieces` are the ranges to replace, None where that is impossible."""

    span: Span
    pieces: tuple[tuple[int, int], ...] | None


def place(stage: "Stage", start: int, end: int, written: tuple[int, int] | None = None) -> Place:
    """The place of a range of a stage's expanded reference: where its text comes from, else the FROM."""
    reference, source = stage.reference, stage.instruction.source
    assert reference is not None
    value = reference.value
    pieces = _pieces(value.origin[start:end])
    if pieces and all(_continued(source.text, before[1], after[0]) for before, after in pairwise(pieces)):
        return Place(Span(source, pieces[0][0], pieces[-1][1]), pieces)
    if written is None and end > start:
        stretches = [value.written_at(at) for at in range(start, end)]
        written = min(low for low, _ in stretches), max(high for _, high in stretches)
    if written is None or min(written) < 0:
        return Place(stage.instruction.span(reference.word.start, reference.word.end), None)
    return Place(Span(source, *written), None)


def _pieces(origin: Sequence[int]) -> tuple[tuple[int, int], ...]:
    if isinstance(origin, range):
        return ((origin.start, origin.stop),) if origin else ()
    pieces: list[tuple[int, int]] = []
    for at in origin:
        if at < 0:
            return ()
        if pieces and pieces[-1][1] == at:
            pieces[-1] = pieces[-1][0], at + 1
        else:
            pieces.append((at, at + 1))
    return tuple(pieces)


def _continued(text: str, end: int, start: int) -> bool:
    """Whether only a line continuation is between two pieces."""
    return (
        end < start
        and text[start - 1] == "\n"
        and text[end] in "\\`"
        and not text[end + 1 : start].split("\n")[0].strip()
    )
