"""The image that a stage is built on, with the place of every part of its name."""

from dockerfile_astro_lint.astro.image import Image, Tag, Version, identify
from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Mapping, NamedTuple
from dockerfile_astro_lint.core.source import Fix, Related, Span, Violation
from dockerfile_astro_lint.dockerfile.image_reference import Part, reference_error
from dockerfile_astro_lint.dockerfile.parser import Place, Stage, place


class Base(NamedTuple):
    """A stage whose FROM names an Astronomer image; `version` is None where the tag hides which was meant."""

    stage: Stage
    image: Image
    tag: Tag | None
    version: Version | None
    mirror: tuple[str, str] | None = None

    @property
    def onbuild(self) -> bool:
        """Whether the image is known to install and copy the project by itself."""
        tag = self.tag
        return tag is not None and tag.fault != "malformed" and not tag.has("base")

    @property
    def without_onbuild(self) -> bool:
        """Whether the image is known to be a `-base` one."""
        return self.tag is not None and self.tag.fault != "malformed" and self.tag.has("base")

    def home(self, repository: str) -> str | None:
        """How a repository of Astronomer's is named here: below the mirror that the image comes from, if it has it."""
        if self.mirror is None:
            return repository
        copy, original = self.mirror
        below = repository.removeprefix(original)
        return copy + below if below != repository and below[:1] in ("", "/") else None

    def _place(self, part: Part | None, start: int, end: int) -> Place:
        assert part is not None
        whole = (start, end) == (0, len(part.text))
        return self._in_value(part.start + start, part.start + end, part.written if whole else None)

    def _in_value(self, start: int, end: int, written: tuple[int, int] | None = None) -> Place:
        """The place of a stretch of the expanded reference; text that is nowhere in the file is at the reference."""
        assert self.stage.reference is not None
        origin = self.stage.reference.value.origin[start:end]
        if origin and min(origin) < 0:
            return Place(self.reference, None)
        return place(self.stage, start, end, written)

    def in_tag(self, start: int, end: int) -> Place:
        """The place of a stretch of the tag."""
        assert self.stage.reference is not None
        return self._place(self.stage.reference.tag, start, end)

    def segment(self, kind: str) -> Place:
        """The place of a tag's first segment of a kind."""
        found = self.tag.segment(kind) if self.tag else None
        assert found is not None
        return self.in_tag(found.start, found.end)

    @property
    def whole_tag(self) -> Place:
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
        assert self.stage.reference is not None
        assert self.stage.reference.digest is not None
        return self._place(self.stage.reference.digest, 0, len(self.stage.reference.digest.text))

    @property
    def reference(self) -> Span:
        """The image as the FROM names it."""
        return image_span(self.stage)

    def violation(self, place: Place, message: str, fix: Fix | None = None) -> Violation:
        """A violation at a part of the image; the FROM is related where the text comes from an ARG."""
        line, source = self.stage.instruction.line, place.span.source
        in_from = line.first <= source.position(place.span.start)[0] <= line.last
        related = () if in_from else (Related(self.reference, "the image is named here"),)
        return Violation(place.span, message, fix, related)


if TYPE_CHECKING:
    from typing import TypeGuard

    class Runtime(Base):
        """A base whose tag and version are known: the same class at run time."""

        tag: Tag
        version: Version
else:
    Runtime = Base


def has_version(base: Base) -> "TypeGuard[Runtime]":
    """Whether the tag tells a Runtime version."""
    return base.version is not None


def image_span(stage: Stage) -> Span:
    """The image word of a FROM, the keyword where there is none."""
    if stage.image is None:
        return stage.instruction.keyword_span
    return stage.instruction.span(stage.image.start, stage.image.end)


def base_image(stage: Stage, mirrors: Mapping[str, str]) -> tuple[Image | None, tuple[str, str] | None]:
    """The image of a FROM, and the mirror (copy, original) that it comes from."""
    reference = stage.reference
    if reference is None or (reference.value.text == "scratch"):
        return None, None
    tag, repository = reference.tag, reference.repository.text
    registry = reference.registry.text if reference.registry else None
    copies = [pair for pair in mirrors.items() if f"{reference.name}/".startswith(f"{pair[0].rstrip('/')}/")]
    mirror = max(copies, key=lambda pair: len(pair[0].rstrip("/")), default=None)
    if mirror:
        mirror = mirror[0].rstrip("/"), mirror[1].rstrip("/")
        registry, _, repository = (mirror[1] + reference.name[len(mirror[0]) :]).partition("/")
    digest = reference.digest.text if reference.digest else None
    if (tag is not None and not tag.known) or reference_error(reference):
        # The repository is all that can be said: of a broken reference AST001 speaks.
        found = identify(registry, repository.partition(":")[0], None, None)
        return (found._replace(latest=False) if found else None), mirror
    return identify(registry, repository, tag.text if tag else None, digest), mirror
