"""Stable JSON: one document with every place and every edit, a diagnostic on each line."""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.engine.diagnostics import Diagnostic
from dockerfile_astro_lint.reports import Run, counts, url
from dockerfile_astro_lint.reports.json_values import compact, items, place


def report(run: Run) -> Iterator[str]:
    encode, found = compact(), run.report
    tool = {"name": "astro-lint", "version": run.version, "catalog": run.catalog_date}
    summary = {
        "files": found.files,
        **counts(found),
        "fixable": sum(finding.fix is not None for finding in found.findings),
        "suppressed": len(found.suppressed),
        **({} if found.baselined is None else {"baselined": found.baselined}),
    }
    yield '{"version": 2,'
    yield f'"tool": {encode(tool)},'
    yield f'"summary": {encode(summary)},'
    yield '"diagnostics": ['
    yield from items(diagnostic(finding) for finding in found.findings)
    yield "],"
    yield '"failures": ['
    yield from items({"path": path, "message": message} for path, message in found.failures)
    yield "]}"


def diagnostic(finding: Diagnostic) -> dict[str, object]:
    """A diagnostic with its places, edits and the page of its rule."""
    fix = finding.fix
    edits = [{**_place(edit.span), "text": edit.text} for edit in fix.edits] if fix else []
    return {
        "code": finding.rule.code,
        "name": finding.rule.name,
        "severity": finding.severity,
        "message": finding.message,
        **_place(finding.span),
        "related": [{**_place(related.span), "message": related.message} for related in finding.related],
        "fix": {"title": fix.title, "safe": fix.safe, "edits": edits} if fix else None,
        "url": url(finding),
    }


def _place(span: Span) -> dict[str, object]:
    return {"path": span.source.path, **place(span)}
