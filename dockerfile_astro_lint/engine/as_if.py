"""A project as though its final image were another one: what `--as-if` judges, and the patch that makes the move."""

from dockerfile_astro_lint.astro.base_image import Base, image_span
from dockerfile_astro_lint.astro.image import AIRFLOW_2_REPOSITORY, AIRFLOW_3_REPOSITORY, parse_tag
from dockerfile_astro_lint.core.compat import NamedTuple
from dockerfile_astro_lint.core.source import Source, Span
from dockerfile_astro_lint.project.manifest import Manifest


class Retarget(NamedTuple):
    """A file with another image in it: `start` and `end` are what was replaced, `length` is that of the new text."""

    before: Source
    after: Source
    start: int
    end: int
    length: int

    def back(self, span: Span) -> Span:
        """The stretch of the old file that one of the new file stands for; in the new image, the old one."""
        moved = self.length - (self.end - self.start)
        low, high = span.start, span.end
        if low > self.start:
            low = low - moved if low >= self.start + self.length else self.start
        if high > self.start:
            high = high - moved if high >= self.start + self.length else self.end
        return Span(self.before, low, high)


def retarget(base: Base, wanted: str) -> Retarget:
    """Put another image in the place of one; `wanted` is a version, a tag or a whole reference."""
    return _replaced(image_span(base.stage), _reference(base, wanted))


def retarget_manifest(manifest: Manifest, wanted: str) -> Retarget | None:
    """Put another build in the place of a manifest's `runtime`; None where that is not written as it reads."""
    runtime = manifest.runtime
    if runtime is None or runtime.span.text != runtime.text:
        return None
    tag = wanted.partition("@")[0]
    return _replaced(runtime.span, tag.rpartition("/")[2].rpartition(":")[2])


def _replaced(span: Span, text: str) -> Retarget:
    source = span.source
    new = source.text[: span.start] + text + source.text[span.end :]
    lengths = [len(line) + 1 for line in new.split("\n")]
    starts = [0]
    for length in lengths[:-1]:
        starts.append(starts[-1] + length)
    if lengths[-1] == 1 and len(starts) > 1:
        starts.pop()
    after = Source(source.path, new, tuple(starts), source.bom)
    return Retarget(source, after, span.start, span.end, len(text))


def _reference(base: Base, wanted: str) -> str:
    reference = base.stage.reference
    if any(mark in wanted for mark in "/@:") or reference is None:
        return wanted
    tag = parse_tag(wanted)
    if base.image.role == "certified" and tag.version is not None:
        return f"{AIRFLOW_3_REPOSITORY if tag.version.family == 3 else AIRFLOW_2_REPOSITORY}:{wanted}"
    segments = ""
    if len(tag.segments) == 1 and tag.version is not None and base.tag is not None and base.version is not None:
        # A version alone keeps what else the tag says; what the new one does not have is told.
        segments = "".join(one.text for one in base.tag.segments if one.kind in ("ubi9", "python", "slim", "base"))
    return f"{reference.name}:{wanted}{segments}"
