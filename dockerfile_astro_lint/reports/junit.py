"""JUnit XML, as CI servers show it: a suite for each file, a failed test for each error and warning, a skipped one for
each hint; what could not be looked into is a test that broke.
"""

from html import escape
from itertools import groupby

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.display import sanitize
from dockerfile_astro_lint.engine.diagnostics import Diagnostic
from dockerfile_astro_lint.reports import Run, counts, url


def report(run: Run) -> Iterator[str]:
    found, troubles = run.report.findings, run.report.troubles
    count = counts(run.report)
    hints, empty = count["info"], not found and not troubles
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    total = len(found) + len(troubles) + empty
    yield f'<testsuites name="astro-lint" {_counted(total, len(found) - hints, len(troubles), hints)}>'
    for path, group in groupby(found, key=lambda finding: finding.path):
        inside = list(group)
        skipped = sum(finding.severity == "info" for finding in inside)
        yield f"<testsuite name={_quoted(path)} {_counted(len(inside), len(inside) - skipped, 0, skipped)}>"
        for finding in inside:
            yield from _case(finding)
        yield "</testsuite>"
    if troubles or empty:
        yield f'<testsuite name="astro-lint" {_counted(len(troubles) + empty, 0, len(troubles), 0)}>'
        for path, message in troubles:
            yield f'<testcase classname={_quoted(path or "astro-lint")} name="readable" time="0">'
            yield f'<error type="problem" message={_quoted(message)}/></testcase>'
        if empty:
            yield '<testcase classname="astro-lint" name="no findings" time="0"/>'
        yield "</testsuite>"
    yield "</testsuites>"


def _counted(tests: int, failures: int, errors: int, skipped: int) -> str:
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
    """A text as an attribute, without the characters that XML has no way to write."""
    return f'"{escape(sanitize(text))}"'
