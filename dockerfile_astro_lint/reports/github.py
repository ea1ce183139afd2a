"""Workflow commands of GitHub Actions, errors first, because only the first ten of each kind are shown."""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.display import pluralize
from dockerfile_astro_lint.engine.diagnostics import Diagnostic
from dockerfile_astro_lint.reports import Run, counts, errors_first

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


_SHOWN = 10
"""Annotations of each kind that GitHub shows of a step."""


def report(run: Run) -> Iterator[str]:
    findings, found = errors_first(run.report.findings), counts(run.report)
    hints = found["info"]
    yield from map(_command, findings[: len(findings) - hints])
    if max(found.values()) > _SHOWN:
        # In front of the hints, for this is a notice, too, and should be one of those that are shown.
        parts = [
            f"{_SHOWN - (severity == 'info')} of {pluralize(found[severity], noun)}"
            for severity, noun in (("error", "error"), ("warning", "warning"), ("info", "hint"))
            if found[severity] > _SHOWN - (severity == "info")
        ]
        yield f"::notice title=astro-lint::GitHub is showing {' and '.join(parts)}: the log has them all"
    yield from map(_command, findings[len(findings) - hints :])


def _command(finding: Diagnostic) -> str:
    line, column, end_line, end_column = finding.place
    properties = {"file": finding.path, "line": str(line), "endLine": str(end_line)}
    if line == end_line:  # GitHub takes columns for one line only
        properties |= {"col": str(column), "endColumn": str(end_column)}
    properties["title"] = f"{finding.rule.code} {finding.rule.name}"
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {listed}::{_escape(finding.message)}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
