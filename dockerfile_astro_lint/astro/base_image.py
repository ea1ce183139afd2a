"""The Astronomer image that a stage is built on, with the span of each part of its reference."""

from dockerfile_astro_lint.astro.image import Image, Tag, Version, identify
from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Mapping, NamedTuple
from dockerfile_astro_lint.core.source import Fix, Related, Span, Violation
from dockerfile_astro_lint.dockerfile.image_reference import Part, Place, place, reference_error
from dockerfile_astro_lint.dockerfile.parser import Stage


class Base(NamedTuple):
    """A stage whose FROM names an Astronomer image.

    `version` is None where the tag hides which was meant; `mirror` is the configured (mirror, original) that applies.
    """

    stage: Stage
    image: Image
    tag: Tag | None
    version: Version | None
    mirror: tuple[str, str] | None = None

    @property
    def onbuild(self) -> bool:
        """Whether ONBUILD instructions of the image surely copy and install the project."""
        tag = self.tag
        return tag is not None and tag.error != "malformed" and not tag.has("base")

    @property
    def without_onbuild(self) -> bool:
        """Whether the image is surely a `-base` image."""
        return self.tag is not None and self.tag.error != "malformed" and self.tag.has("base")

    def equivalent_repository(self, repository: str) -> str | None:
        """The name of an Astronomer repository below this image's mirror; None if the mirror does not cover it."""
        if self.mirror is None:
            return repository
        mirror, original = self.mirror
        below = repository.removeprefix(original)
        return mirror + below if below != repository and below[:1] in ("", "/") else None

    def _place(self, part: Part | None, start: int, end: int) -> Place:
        assert part is not None
        whole = (start, end) == (0, len(part.text))
        return self._in_value(part.start + start, part.start + end, part.written if whole else None)

    def _in_value(self, start: int, end: int, written: tuple[int, int] | None = None) -> Place:
        """The place of a range of the expanded reference; the whole reference for text that is not in the file."""
        assert self.stage.reference is not None
        origin = self.stage.reference.value.origin[start:end]
        if origin and min(origin) < 0:
            return Place(self.reference, None)
        return place(self.stage, start, end, written)

    def part(self, part: Part) -> Place:
        """The place of a part of the reference."""
        return self._place(part, 0, len(part.text))

    def in_tag(self, start: int, end: int) -> Place:
        """The place of a range of the tag."""
        assert self.stage.reference is not None
        return self._place(self.stage.reference.tag, start, end)

    def segment(self, kind: str) -> Place:
        """The place of the tag's first segment of a kind, which must be there."""
        segment = self.tag.segment(kind) if self.tag else None
        assert segment is not None
        return self.in_tag(segment.start, segment.end)

    @property
    def whole_tag(self) -> Place:
        """The place of the tag, which must be there."""
        assert self.stage.reference is not None
        assert self.stage.reference.tag is not None
        return self.in_tag(0, len(self.stage.reference.tag.text))

    @property
    def name(self) -> Place:
        """The place of registry and repository."""
        assert self.stage.reference is not None
        return self._in_value(0, self.stage.reference.repository.end)

    @property
    def digest(self) -> Place:
        """The place of the digest, which must be there."""
        assert self.stage.reference is not None
        assert self.stage.reference.digest is not None
        return self._place(self.stage.reference.digest, 0, len(self.stage.reference.digest.text))

    @property
    def reference(self) -> Span:
        """The span of the image in the FROM."""
        return image_span(self.stage)

    def violation(self, place: Place, message: str, fix: Fix | None = None) -> Violation:
        """A violation at a part of the image; the FROM is related where the text comes from an ARG."""
        line, source = self.stage.instruction.line, place.span.source
        in_from = line.first <= source.position(place.span.start)[0] <= line.last
        related = () if in_from else (Related(self.reference, "the image is used here"),)
        return Violation(place.span, message, fix, related)


if TYPE_CHECKING:
    from typing import TypeGuard

    class Tagged(Base):
        """A base that has a tag; the same class at run time."""

        tag: Tag

    class Runtime(Tagged):
        """A base whose tag and version are known; the same class at run time."""

        version: Version
else:
    Tagged = Runtime = Base


def has_tag(base: Base) -> "TypeGuard[Tagged]":
    """Whether the reference has a tag that is parsed as a Runtime tag."""
    return base.tag is not None


def has_version(base: Base) -> "TypeGuard[Runtime]":
    """Whether the tag tells a Runtime version."""
    return base.version is not None


def image_span(stage: Stage) -> Span:
    """The span of a FROM's image; of its keyword if there is none."""
    if stage.image is None:
        return stage.instruction.keyword_span
    return stage.instruction.span(stage.image.start, stage.image.end)


def base_image(stage: Stage, mirrors: Mapping[str, str]) -> tuple[Image | None, tuple[str, str] | None]:
    """The Astronomer image of a FROM, and the configured (mirror, original) that it comes from."""
    reference = stage.reference
    if reference is None or (reference.value.text == "scratch"):
        return None, None
    tag, repository = reference.tag, reference.repository.text
    registry = reference.registry.text if reference.registry else None
    matching = [pair for pair in mirrors.items() if f"{reference.name}/".startswith(f"{pair[0].rstrip('/')}/")]
    mirror = max(matching, key=lambda pair: len(pair[0].rstrip("/")), default=None)
    if mirror:
        mirror = mirror[0].rstrip("/"), mirror[1].rstrip("/")
        registry, _, repository = (mirror[1] + reference.name[len(mirror[0]) :]).partition("/")
    digest = reference.digest.text if reference.digest else None
    if (tag is not None and not tag.known) or reference_error(reference):
        # Only the repository is reliable here; AST001 reports an invalid reference.
        image = identify(registry, repository.partition(":")[0], None, None)
        return (image._replace(latest=False) if image else None), mirror
    return identify(registry, repository, tag.text if tag else None, digest), mirror
