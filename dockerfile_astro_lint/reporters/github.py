"""Workflow commands of GitHub Actions, errors first, because only the first ten of each kind are shown."""

from dockerfile_astro_lint.light import Iterator
from dockerfile_astro_lint.reporters import Run, counted, counts, errors_first

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}
_SHOWN = 10
"""Annotations of each kind that GitHub shows of a step."""


def report(run: Run) -> Iterator[str]:
    for finding in errors_first(run.report.findings):
        line, column, end_line, end_column = finding.place
        properties = {"file": finding.path, "line": str(line), "endLine": str(end_line)}
        if line == end_line:  # GitHub takes columns for one line only
            properties |= {"col": str(column), "endColumn": str(end_column)}
        properties["title"] = f"{finding.rule.code} {finding.rule.name}"
        listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
        yield f"::{_COMMANDS[finding.severity]} {listed}::{_escape(finding.message)}"
    found = counts(run.report)
    hidden = [
        f"{_SHOWN} of {counted(found[severity], command)}"
        for severity, command in _COMMANDS.items()
        if found[severity] > _SHOWN
    ]
    if hidden:
        yield f"GitHub shows no more than {_SHOWN} annotations of a kind: {', '.join(hidden)}; all are in this log."


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
