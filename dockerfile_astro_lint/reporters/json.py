"""Stable JSON, one document, with every place and every edit."""

from dockerfile_astro_lint.findings import Finding
from dockerfile_astro_lint.light import Iterator
from dockerfile_astro_lint.reporters import Run, counts, url
from dockerfile_astro_lint.rule import Span


def report(run: Run) -> Iterator[str]:
    import json

    found = run.report
    document = {
        "version": 1,
        "tool": {"name": "astro-lint", "version": run.version, "catalog": run.catalog_date},
        "summary": {
            "files": found.files,
            **counts(found),
            "fixable": sum(finding.fix is not None for finding in found.findings),
            "suppressed": found.suppressed,
        },
        "diagnostics": [_diagnostic(finding) for finding in found.findings],
        "problems": [{"path": path, "message": message} for path, message in found.troubles],
    }
    yield json.dumps(document, ensure_ascii=False, indent=2)


def _diagnostic(finding: Finding) -> dict[str, object]:
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
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(span.end)
    return {
        "path": span.source.path,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    }
