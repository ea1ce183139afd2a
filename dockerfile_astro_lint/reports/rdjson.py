"""Reviewdog's rdjson: columns in UTF-8 bytes, and a fix within one range of one file as a suggestion."""

from dockerfile_astro_lint.core.compat import Iterator, Sequence
from dockerfile_astro_lint.core.display import sanitize
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.engine.diagnostics import Diagnostic, Failure
from dockerfile_astro_lint.reports import FAILURE, HOME, Run, failure_path, url
from dockerfile_astro_lint.reports.json_values import compact, items
from dockerfile_astro_lint.rules.authoring import Fix

_SEVERITIES = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}


_MAX_RANGE = 2000
"""The most characters between the first and the last edit of a suggestion."""


def report(run: Run) -> Iterator[str]:
    yield f'{{"source": {compact()({"name": "astro-lint", "url": HOME})},'
    yield '"diagnostics": ['
    found = (_diagnostic(one, run.report.secrets.get(one.path, ())) for one in run.report.findings)
    yield from items([*map(_failure, run.report.failures), *found])
    yield "]}"


def _failure(failure: Failure) -> dict[str, object]:
    """A path that could not be checked."""
    at = {"line": 1, "column": 1}
    return {
        "message": f"astro-lint could not check this: {sanitize(failure.message)}",
        "location": {"path": failure_path(failure), "range": {"start": at, "end": at}},
        "severity": "ERROR",
        "code": {"value": FAILURE},
    }


def _diagnostic(finding: Diagnostic, secrets: Sequence[tuple[int, int]]) -> dict[str, object]:
    suggestion = _suggestion(finding.fix, finding.span, secrets) if finding.fix else None
    related = [{"message": item.message, "location": _location(item.span)} for item in finding.related]
    return {
        "message": finding.message,
        "location": _location(finding.span),
        "severity": _SEVERITIES[finding.severity],
        "code": {"value": finding.rule.code, "url": url(finding)},
        **({"suggestions": [suggestion]} if suggestion else {}),
        **({"related_locations": related} if related else {}),
    }


def _suggestion(fix: Fix, at: Span, secrets: Sequence[tuple[int, int]]) -> dict[str, object] | None:
    """A fix as one range with its new text; None if a single range of the file cannot express it."""
    source, edits = at.source, sorted(fix.edits, key=lambda edit: (edit.span.start, edit.span.end))
    start, end = edits[0].span.start, max(edit.span.end for edit in edits)
    if any(edit.span.source.path != source.path for edit in edits) or end - start > _MAX_RANGE:
        return None
    if len(edits) > 1 and any(low < end and start < high for low, high in secrets):
        return None  # the suggestion would write asterisks for the secret
    text, done = "", start
    for edit in edits:
        text += source.text[done : edit.span.start] + edit.text
        done = edit.span.end
    return {"range": _range(Span(edits[0].span.source, start, end)), "text": text}


def _location(span: Span) -> dict[str, object]:
    return {"path": span.source.path, "range": _range(span)}


def _range(span: Span) -> dict[str, object]:
    return {"start": _position(span, span.start), "end": _position(span, span.end)}


def _position(span: Span, offset: int) -> dict[str, int]:
    source = span.source
    line, column = source.position(offset)
    before = source.text[offset - column + 1 : offset]
    return {"line": line, "column": len(before.encode("utf-8", "surrogateescape")) + 1}
