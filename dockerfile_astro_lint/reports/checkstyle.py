"""Checkstyle's XML, which Jenkins, reviewdog and most other CI servers read."""

from html import escape
from itertools import groupby

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.display import sanitize
from dockerfile_astro_lint.engine.diagnostics import Diagnostic, Failure
from dockerfile_astro_lint.reports import FAILURE, Run, failure_path


def report(run: Run) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<checkstyle version="4.3">'
    for path, failures in groupby(run.report.failures, key=failure_path):
        yield f"<file name={_quoted(path)}>"
        yield from map(_failure, failures)
        yield "</file>"
    for path, findings in groupby(run.report.findings, key=lambda finding: finding.path):
        yield f"<file name={_quoted(path)}>"
        yield from map(_finding, findings)
        yield "</file>"
    yield "</checkstyle>"


def _failure(failure: Failure) -> str:
    return _error(1, 1, "error", f"astro-lint could not check this: {failure.message}", FAILURE)


def _finding(finding: Diagnostic) -> str:
    line, column, _, _ = finding.place
    rule = finding.rule
    return _error(line, column, finding.severity, f"{rule.code} {rule.name}: {finding.message}", rule.code)


def _error(line: int, column: int, severity: str, message: str, code: str) -> str:
    place = f'line="{line}" column="{column}" severity="{severity}"'
    return f'<error {place} message={_quoted(message)} source="astro-lint.{code}"/>'


def _quoted(text: str) -> str:
    """A text as an XML attribute, without the characters that XML cannot represent."""
    return f'"{escape(sanitize(text))}"'
