"""JUnit XML for CI servers: a suite per file, a failed test per error or warning, a skipped test per info.

A path that cannot be checked is a test with an error.
"""

from html import escape
from itertools import groupby

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.display import sanitize
from dockerfile_astro_lint.engine.diagnostics import Diagnostic
from dockerfile_astro_lint.reports import Run, counts, url


def report(run: Run) -> Iterator[str]:
    findings, failures = run.report.findings, run.report.failures
    skipped, empty = counts(run.report)["info"], not findings and not failures
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    total = len(findings) + len(failures) + empty
    yield f'<testsuites name="astro-lint" {_totals(total, len(findings) - skipped, len(failures), skipped)}>'
    for path, group in groupby(findings, key=lambda finding: finding.path):
        suite = list(group)
        skipped = sum(finding.severity == "info" for finding in suite)
        yield f"<testsuite name={_quoted(path)} {_totals(len(suite), len(suite) - skipped, 0, skipped)}>"
        for finding in suite:
            yield from _case(finding)
        yield "</testsuite>"
    if failures or empty:
        yield f'<testsuite name="astro-lint" {_totals(len(failures) + empty, 0, len(failures), 0)}>'
        for path, message in failures:
            yield f'<testcase classname={_quoted(path or "astro-lint")} name="checked" time="0">'
            yield f'<error type="failure" message={_quoted(message)}/></testcase>'
        if empty:
            yield '<testcase classname="astro-lint" name="no findings" time="0"/>'
        yield "</testsuite>"
    yield "</testsuites>"


def _totals(tests: int, failures: int, errors: int, skipped: int) -> str:
    return f'tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}" time="0"'


def _case(finding: Diagnostic) -> Iterator[str]:
    rule, (line, column, _, _) = finding.rule, finding.place
    path = _quoted(finding.path)
    name = f'"{rule.code} {rule.name} at {line}:{column}"'
    yield f'<testcase classname={path} name={name} file={path} line="{line}" time="0">'
    if finding.severity == "info":
        yield f"<skipped message={_quoted(finding.message)}/>"
    else:
        yield f'<failure type="{finding.severity}" message={_quoted(finding.message)}>'
        yield escape(sanitize(f"{finding.path}:{line}:{column}: {finding.severity}[{rule.code}] {finding.message}"))
        if finding.fix:
            kind = "safe" if finding.fix.safe else "unsafe"
            yield escape(sanitize(f"fix ({kind}): {finding.fix.title}"))
        yield f"{url(finding)}</failure>"
    yield "</testcase>"


def _quoted(text: str) -> str:
    """A text as an XML attribute, without the characters that XML cannot represent."""
    return f'"{escape(sanitize(text))}"'
