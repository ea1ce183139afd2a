"""Implement `--as-if`: lint as if the final stage used another image."""

from dockerfile_astro_lint.astro.base_image import Base, image_span
from dockerfile_astro_lint.astro.image import AIRFLOW_2_REPOSITORY, AIRFLOW_3_REPOSITORY, parse_tag
from dockerfile_astro_lint.core.compat import NamedTuple
from dockerfile_astro_lint.core.source import Source, Span, make_source
from dockerfile_astro_lint.engine.diagnostics import Collector, Diagnostic, Key, Result
from dockerfile_astro_lint.project.manifest import Manifest


class Retarget(NamedTuple):
    """A file with another image in it: `start` and `end` are the replaced range, `length` is that of the new text."""

    before: Source
    after: Source
    start: int
    end: int
    length: int

    def back(self, span: Span) -> Span:
        """The range of the old file for one of the new file; what is inside the new image becomes the old image."""
        growth = self.length - (self.end - self.start)
        low, high = span.start, span.end
        if low > self.start:
            low = low - growth if low >= self.start + self.length else self.start
        if high > self.start:
            high = high - growth if high >= self.start + self.length else self.end
        return Span(self.before, low, high)


def mapped_back(result: Result, retarget: Retarget) -> Result:
    """Map what was found in the new file to the old one; a fix of text that is not there yet is left out."""

    def back(span: Span) -> Span:
        return retarget.back(span) if span.source is retarget.after else span

    diagnostics: dict[Key, Diagnostic] = {}
    for one in result.diagnostics:
        fix = one.fix
        if fix and any(edit.span.source is retarget.after for edit in fix.edits):
            fix = None
        related = tuple(place._replace(span=back(place.span)) for place in one.related)
        one = one._replace(span=back(one.span), related=related, fix=fix)
        diagnostics.setdefault(one.key, one)
    collector = Collector()
    for one, reason in result.suppressed:
        collector.suppress(one._replace(span=back(one.span)), reason)
    return result._replace(diagnostics=tuple(diagnostics.values()), suppressed=collector.result().suppressed)


def retarget_base(base: Base, wanted: str) -> Retarget:
    """Replace the image of a FROM; `wanted` is a version, a tag or a whole reference."""
    return _replaced(image_span(base.stage), _reference(base, wanted))


def retarget_manifest(manifest: Manifest, wanted: str) -> Retarget | None:
    """Replace the build of a manifest's `runtime`; None if that is written with escapes."""
    runtime = manifest.runtime
    if runtime is None or runtime.span.text != runtime.text:
        return None
    tag = wanted.partition("@")[0]
    return _replaced(runtime.span, tag.rpartition("/")[2].rpartition(":")[2])


def _replaced(span: Span, text: str) -> Retarget:
    source = span.source
    new = source.text[: span.start] + text + source.text[span.end :]
    return Retarget(source, make_source(source.path, new, source.bom), span.start, span.end, len(text))


def _reference(base: Base, wanted: str) -> str:
    reference = base.stage.reference
    if any(mark in wanted for mark in "/@:") or reference is None:
        return wanted
    tag = parse_tag(wanted)
    if base.image.role == "certified" and tag.version is not None:
        return f"{AIRFLOW_3_REPOSITORY if tag.version.family == 3 else AIRFLOW_2_REPOSITORY}:{wanted}"
    segments = ""
    if len(tag.segments) == 1 and tag.version is not None and base.tag is not None and base.version is not None:
        # A version alone keeps the other segments; those that the new image does not have are reported.
        segments = "".join(one.text for one in base.tag.segments if one.kind in ("ubi9", "python", "slim", "base"))
    return f"{reference.name}:{wanted}{segments}"
