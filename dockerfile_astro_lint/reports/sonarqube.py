"""SonarQube's generic format for external issues, as of 10.3: rules with their impact, and issues."""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.display import sanitize
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.engine.diagnostics import Diagnostic, Failure
from dockerfile_astro_lint.reports import FAILURE, Run, errors_first, failure_path
from dockerfile_astro_lint.reports.json_values import items
from dockerfile_astro_lint.rules.authoring import Rule

_IMPACTS = {"error": "HIGH", "warning": "MEDIUM", "info": "LOW"}


_SEVERITIES = {"error": "CRITICAL", "warning": "MAJOR", "info": "INFO"}
"""What SonarQube called severities before impacts, and still does in its standard mode."""


def report(run: Run) -> Iterator[str]:
    findings, failures = run.report.findings, run.report.failures
    # A rule has one impact for all of its issues: that of the worst.
    worst = {finding.rule.code: finding for finding in reversed(errors_first(findings))}
    rules = [_rule(worst[code].rule, worst[code].severity) for code in sorted(worst)]
    yield '{"rules": ['
    yield from items([*([_FAILURE_RULE] if failures else []), *rules])
    yield "],"
    yield '"issues": ['
    yield from items([*map(_failure, failures), *map(_issue, findings)])
    yield "]}"


def _rule(rule: Rule, severity: str) -> dict[str, object]:
    return {
        "id": rule.code,
        "name": f"{rule.code} {rule.name}",
        "description": f"{rule.summary[0].upper()}{rule.summary[1:]}.",
        "engineId": "astro-lint",
        "cleanCodeAttribute": "TRUSTWORTHY" if rule.secret else "LOGICAL",
        "type": "VULNERABILITY" if rule.secret else "CODE_SMELL",
        "severity": _SEVERITIES[severity],
        "impacts": [
            {"softwareQuality": "SECURITY" if rule.secret else "RELIABILITY", "severity": _IMPACTS[severity]},
        ],
    }


_FAILURE_RULE: dict[str, object] = {
    "id": FAILURE,
    "name": FAILURE,
    "description": "A path that astro-lint could not check.",
    "engineId": "astro-lint",
    "cleanCodeAttribute": "COMPLETE",
    "type": "CODE_SMELL",
    "severity": "CRITICAL",
    "impacts": [{"softwareQuality": "RELIABILITY", "severity": "HIGH"}],
}


def _failure(failure: Failure) -> dict[str, object]:
    message = f"astro-lint could not check this: {sanitize(failure.message)}"
    place = {"message": message, "filePath": failure_path(failure), "textRange": {"startLine": 1}}
    return {"ruleId": FAILURE, "primaryLocation": place}


def _issue(finding: Diagnostic) -> dict[str, object]:
    related = [_location(item.span, item.message) for item in finding.related]
    return {
        "ruleId": finding.rule.code,
        "primaryLocation": _location(finding.span, finding.message),
        **({"secondaryLocations": related} if related else {}),
    }


def _location(span: Span, message: str) -> dict[str, object]:
    return {"message": sanitize(message), "filePath": span.source.path, "textRange": _range(span)}


def _range(span: Span) -> dict[str, int]:
    """Lines from 1, columns from 0 in UTF-16; SonarQube refuses a range without characters, so that gets its line."""
    start_line, start = _position(span, span.start)
    end_line, end = _position(span, span.end)
    if span.start >= span.end:
        return {"startLine": start_line}
    return {"startLine": start_line, "endLine": end_line, "startColumn": start, "endColumn": end}


def _position(span: Span, offset: int) -> tuple[int, int]:
    line, column = span.source.position(offset)
    before = span.source.text[offset - column + 1 : offset]
    return line, len(before) + sum(char > "\uffff" for char in before)
