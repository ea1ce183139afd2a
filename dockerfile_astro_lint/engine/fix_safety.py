"""Fixes that are not offered: they would not do what they say."""

from dockerfile_astro_lint.astro.base_image import image_span
from dockerfile_astro_lint.core.compat import Iterable, Iterator
from dockerfile_astro_lint.dockerfile.parser import Dockerfile
from dockerfile_astro_lint.dockerfile.scanner import is_directive
from dockerfile_astro_lint.engine.diagnostics import Diagnostic, Key
from dockerfile_astro_lint.rules.authoring import Fix


def conflicting_fixes(dockerfile: Dockerfile, findings: Iterable[Diagnostic]) -> Iterator[Key]:
    """Whose fix is in an ARG that feeds a FROM that wants another value; who asks for it is in the finding."""
    fed = _fed_by_arguments(dockerfile)
    for finding in findings if fed else ():
        asking = {(span.start, span.end) for span in (finding.span, *(one.span for one in finding.related))}
        for edit in finding.fix.edits if finding.fix else ():
            if edit.span.source is not dockerfile.source:
                continue
            places = range(edit.span.start, max(edit.span.end, edit.span.start + 1))
            stages = {number for at in places for number in fed.get(at, ())}
            if len(stages) > 1 and any(image_span(dockerfile.stages[one])[1:] not in asking for one in stages):
                yield finding.key
                break


def _fed_by_arguments(dockerfile: Dockerfile) -> dict[int, list[int]]:
    """For every place in front of the first FROM, the numbers of the stages whose image has text from there."""
    first = dockerfile.stages[0].instruction.line.pieces[0][1]
    fed: dict[int, list[int]] = {}
    for stage in dockerfile.stages:
        origin = stage.reference.value.origin if stage.reference else ()
        if not isinstance(origin, range):
            for at in origin:
                if 0 <= at < first:
                    fed.setdefault(at, []).append(stage.number)
    return fed


def makes_directive(dockerfile: Dockerfile, fix: Fix) -> bool:
    """Whether a fix takes the line away that keeps a comment below it from being a directive, or a BOM from the top."""
    source, edit = dockerfile.source, fix.edits[0]
    above = len(dockerfile.scan.directives)
    if (
        edit.text
        or edit.span.source is not source
        or edit.span.start != source.starts[min(above, len(source.starts) - 1)]
    ):
        return False
    rest = source.text[edit.span.end : edit.span.end + 200]
    return rest.startswith("\ufeff") or is_directive(rest.partition("\n")[0])
