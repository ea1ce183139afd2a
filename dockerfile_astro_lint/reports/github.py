"""Workflow commands for GitHub Actions, errors first: GitHub shows only the first ten of each kind."""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.display import pluralize, sanitize
from dockerfile_astro_lint.engine.diagnostics import Diagnostic, Failure
from dockerfile_astro_lint.reports import Run, counts, errors_first
from dockerfile_astro_lint.rules.authoring import SEVERITIES

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


_SHOWN = 10
"""Annotations of each kind that GitHub shows per step."""


def report(run: Run) -> Iterator[str]:
    findings, number = errors_first(run.report.findings), counts(run.report)
    yield from map(_failure, run.report.failures)
    first_info = len(findings) - number["info"]
    yield from map(_command, findings[:first_info])
    if max(number.values()) > _SHOWN:
        # Before the info findings: this is a notice like them, and has to be among the ten that GitHub shows.
        parts = [
            f"{_SHOWN - (severity == 'info')} of {pluralize(number[severity], severity)}"
            for severity in SEVERITIES
            if number[severity] > _SHOWN - (severity == "info")
        ]
        yield f"::notice title=astro-lint::GitHub shows only {' and '.join(parts)}: see the log for all"
    yield from map(_command, findings[first_info:])


def _command(finding: Diagnostic) -> str:
    line, column, end_line, end_column = finding.place
    properties = {"file": finding.path, "line": str(line), "endLine": str(end_line)}
    if line == end_line:  # GitHub accepts columns only within one line
        properties |= {"col": str(column), "endColumn": str(end_column)}
    properties["title"] = f"{finding.rule.code} {finding.rule.name}"
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {listed}::{_escape(finding.message)}"


def _failure(failure: Failure) -> str:
    file = f"file={_property(failure.path)}," if failure.path else ""
    return f"::error {file}title=astro-lint could not check this::{_escape(sanitize(failure.message))}"


def _escape(text: str) -> str:
    return sanitize(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
