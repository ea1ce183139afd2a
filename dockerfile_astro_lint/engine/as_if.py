"""Implement `--as-if`: lint as if the final stage used another image."""

from dockerfile_astro_lint.astro.base_image import Base, image_span
from dockerfile_astro_lint.astro.catalog import Catalog
from dockerfile_astro_lint.astro.image import AIRFLOW_2_REPOSITORY, AIRFLOW_3_REPOSITORY, parse_tag
from dockerfile_astro_lint.core.compat import Callable, Mapping, NamedTuple, Sequence
from dockerfile_astro_lint.core.files import Overlay
from dockerfile_astro_lint.core.source import Source, Span, encode, make_source
from dockerfile_astro_lint.dockerfile.parser import Dockerfile
from dockerfile_astro_lint.engine.diagnostics import Collector, Diagnostic, Failure, Key, Result
from dockerfile_astro_lint.engine.moves import Move, move_of
from dockerfile_astro_lint.project.folder import dockerfile_of
from dockerfile_astro_lint.project.manifest import Manifest, base_of_runtime
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.selection import UNUSED_IGNORE

OF_ONE_IMAGE = ("AST1", "AST201", "AST202", "AST203", "AST204", "AST208", "AST3")
"""The rules that judge a single FROM."""


class Replacement(NamedTuple):
    """A range of the old file, and the length of the text that replaces it."""

    start: int
    end: int
    length: int


class Retarget(NamedTuple):
    """A file with another image in it; `base` is the one that it has, the replacements stand in their order.

    Of a Dockerfile, `bases` are all that are replaced, and `reference` is the new image.
    """

    before: Source
    after: Source
    replacements: tuple[Replacement, ...]
    base: Base | None
    move: Move | None = None
    bases: tuple[Base, ...] = ()
    dockerfile: Dockerfile | None = None
    reference: str = ""

    def with_move(self, path: str, project: Project, wanted: str) -> "Retarget | Failure":
        """The same, with what it stands for; a failure if the new image is no Astro Runtime image."""
        move = move_of(path, self.base, project, wanted)
        return move if isinstance(move, Failure) else self._replace(move=move)

    def back(self, span: Span) -> Span:
        """The range of the old file for one of the new file; what is inside the new image becomes the old image."""
        low, high = span.start, span.end
        return Span(self.before, self._old(low, lambda old: old.start), self._old(high, lambda old: old.end))

    def is_replaced(self, span: Span) -> bool:
        """Whether a range of the new file touches an image that was put in."""
        growth = 0
        for start, end, length in self.replacements:
            if span.start <= start + growth + length and start + growth <= span.end:
                return True
            growth += length - (end - start)
        return False

    def _old(self, offset: int, inside: Callable[[Replacement], int]) -> int:
        growth = 0
        for replacement in self.replacements:
            start = replacement.start + growth
            if offset <= start:
                break
            if offset < start + replacement.length:
                return inside(replacement)
            growth += replacement.length - (replacement.end - replacement.start)
        return offset - growth


def mapped_back(result: Result, retarget: Retarget) -> Result:
    """Map what was found in the new file to the old one; a fix of text that is not there yet is left out.

    So are unused suppressions, which suppress what is found for the old image, and what is wrong with images that stay.
    """

    def back(span: Span) -> Span:
        return retarget.back(span) if span.source is retarget.after else span

    diagnostics: dict[Key, Diagnostic] = {}
    for one in result.diagnostics:
        of_image = one.rule.code.startswith(OF_ONE_IMAGE) and one.span.source is retarget.after
        if one.rule.code == UNUSED_IGNORE or (of_image and not retarget.is_replaced(one.span)):
            continue
        fix = one.fix
        if fix and any(edit.span.source is retarget.after for edit in fix.edits):
            fix = None
        related = tuple(place._replace(span=back(place.span)) for place in one.related)
        one = one._replace(span=back(one.span), related=related, fix=fix)
        diagnostics.setdefault(one.key, one)
    collector = Collector()
    for one, reason in result.suppressed:
        collector.suppress(one._replace(span=back(one.span)), reason)
    return result._replace(
        diagnostics=tuple(diagnostics.values()),
        suppressed=collector.result().suppressed,
        unused=(),
        moves=(retarget.move,) if retarget.move else (),
    )


def retarget_base(dockerfile: Dockerfile, base: Base, wanted: str, catalog: Catalog) -> Retarget:
    """Replace the image of a FROM, and of all others that name the same one: an upgrade changes them together.

    `wanted` is a version, a tag or a whole reference.
    """
    image = base.stage.reference
    same = [
        stage
        for stage in dockerfile.stages
        if stage.base is None and stage.reference and image and stage.reference.value.text == image.value.text
    ]
    reference = _reference(base, wanted, catalog)
    bases = tuple(base._replace(stage=stage) for stage in same or [base.stage])
    retarget = _replaced([image_span(one.stage) for one in bases], reference, base)
    return retarget._replace(bases=bases, dockerfile=dockerfile, reference=reference)


def written(retarget: Retarget, overlay: Overlay, build_args: Mapping[str, str]) -> bytes:
    """The bytes of a retargeted file as a patch has them: the new image is where the old one is written, such as in an
    ARG, and only if that cannot be, in the FROM itself.
    """
    from dockerfile_astro_lint.engine.retag import RetagError, apply, retag_to, verify

    before = retarget.dockerfile
    if before is not None:
        try:
            retags = [retag_to(base, retarget.reference) for base in retarget.bases]
            data = encode(apply(before.source, retags), before.source.bom)
            verify(before, dockerfile_of(overlay, data, before.source.path, build_args), retags)
        except RetagError:
            pass
        else:
            return data
    return encode(retarget.after.text, retarget.after.bom)


def retarget_manifest(manifest: Manifest, wanted: str) -> Retarget | None:
    """Replace the build of a manifest's `runtime`; None if that is written with escapes."""
    runtime = manifest.runtime
    if runtime is None or runtime.span.text != runtime.text:
        return None
    tag = wanted.partition("@")[0]
    return _replaced([runtime.span], tag.rpartition("/")[2].rpartition(":")[2], base_of_runtime(runtime))


def _replaced(spans: Sequence[Span], text: str, base: Base | None) -> Retarget:
    source = spans[0].source
    pieces, last = [], 0
    for span in spans:
        pieces += [source.text[last : span.start], text]
        last = span.end
    new = "".join([*pieces, source.text[last:]])
    replacements = tuple(Replacement(span.start, span.end, len(text)) for span in spans)
    return Retarget(source, make_source(source.path, new, source.bom), replacements, base)


def _reference(base: Base, wanted: str, catalog: Catalog) -> str:
    reference = base.stage.reference
    if any(mark in wanted for mark in "/@:") or reference is None:
        return wanted
    tag = parse_tag(wanted)
    if base.image.role == "certified" and tag.version is not None:
        return f"{AIRFLOW_3_REPOSITORY if tag.version.family == 3 else AIRFLOW_2_REPOSITORY}:{wanted}"
    segments = ""
    if len(tag.segments) == 1 and tag.version is not None and base.tag is not None and base.version is not None:
        # A version alone keeps the other segments, but for a Python that the new image does not have.
        segments = "".join(
            one.text
            for one in base.tag.segments
            if one.kind in ("ubi9", "slim", "base")
            or (one.kind == "python" and catalog.has_variants(parse_tag(wanted + one.text)))
        )
    return f"{reference.name}:{wanted}{segments}"
