"""Logging commands for Azure Pipelines, errors first, which the run's summary lists with their places."""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.display import sanitize
from dockerfile_astro_lint.engine.diagnostics import Diagnostic, Failure
from dockerfile_astro_lint.reports import FAILURE, Run, errors_first, failure_path

_TYPES = {"error": "error", "warning": "warning", "info": "warning"}
"""Azure Pipelines has no third type."""


def report(run: Run) -> Iterator[str]:
    yield from map(_failure, run.report.failures)
    yield from map(_finding, errors_first(run.report.findings))


def _failure(failure: Failure) -> str:
    message = f"astro-lint could not check this: {failure.message}"
    return _command("error", failure_path(failure), 1, 1, FAILURE, message)


def _finding(finding: Diagnostic) -> str:
    line, column, _, _ = finding.place
    rule = finding.rule
    note = "info: " if finding.severity == "info" else ""
    message = f"{note}{rule.code} {rule.name}: {finding.message}"
    return _command(_TYPES[finding.severity], finding.path, line, column, rule.code, message)


def _command(kind: str, path: str, line: int, column: int, code: str, message: str) -> str:
    place = f"sourcepath={_property(path)};linenumber={line};columnnumber={column}"
    return f"##vso[task.logissue type={kind};{place};code={code};]{_escape(message)}"


def _escape(text: str) -> str:
    return sanitize(text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _escape(text).replace("]", "%5D").replace(";", "%3B")
