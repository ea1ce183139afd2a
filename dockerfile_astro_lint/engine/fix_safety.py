"""Discard fixes that conflict with one another."""

from dockerfile_astro_lint.astro.base_image import image_span
from dockerfile_astro_lint.dockerfile.parser import Dockerfile
from dockerfile_astro_lint.engine.diagnostics import Diagnostic, Result


def without_conflicting_fixes(result: Result, dockerfile: Dockerfile) -> Result:
    """Discard each fix in an ARG that another FROM uses and does not want changed."""
    if not any(one.fix for one in result.diagnostics):
        return result
    fed = _fed_by_arguments(dockerfile)
    if not fed:
        return result
    diagnostics = [
        one._replace(fix=None) if one.fix and _conflicts(one, dockerfile, fed) else one for one in result.diagnostics
    ]
    return result._replace(diagnostics=tuple(diagnostics))


def _conflicts(diagnostic: Diagnostic, dockerfile: Dockerfile, fed: dict[int, list[int]]) -> bool:
    # The FROMs that ask for the fix are the places of the diagnostic.
    asking = {(span.start, span.end) for span in (diagnostic.span, *(one.span for one in diagnostic.related))}
    for edit in diagnostic.fix.edits if diagnostic.fix else ():
        if edit.span.source is not dockerfile.source:
            continue
        offsets = range(edit.span.start, max(edit.span.end, edit.span.start + 1))
        stages = {number for at in offsets for number in fed.get(at, ())}
        if len(stages) > 1 and any(image_span(dockerfile.stages[one])[1:] not in asking for one in stages):
            return True
    return False


def _fed_by_arguments(dockerfile: Dockerfile) -> dict[int, list[int]]:
    """For each offset before the first FROM, the numbers of the stages whose image has text from there."""
    first = dockerfile.stages[0].instruction.line.pieces[0][1]
    fed: dict[int, list[int]] = {}
    for stage in dockerfile.stages:
        origin = stage.reference.value.origin if stage.reference else ()
        if not isinstance(origin, range):
            for at in origin:
                if 0 <= at < first:
                    fed.setdefault(at, []).append(stage.number)
    return fed
