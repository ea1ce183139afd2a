"""GitLab's Code Quality report, which merge requests compare with the report of the target branch."""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.display import sanitize
from dockerfile_astro_lint.engine.diagnostics import Diagnostic
from dockerfile_astro_lint.engine.fingerprints import fingerprints
from dockerfile_astro_lint.reports import Run
from dockerfile_astro_lint.reports.json_lines import items

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def report(run: Run) -> Iterator[str]:
    findings = run.report.findings
    yield "["
    yield from items(_issue(*pair) for pair in zip(findings, fingerprints(findings), strict=True))
    yield "]"


def _issue(finding: Diagnostic, fingerprint: str) -> dict[str, object]:
    line, _, end_line, _ = finding.place
    return {
        "description": f"{finding.rule.code} {finding.rule.name}: {sanitize(finding.message)}",
        "check_name": finding.rule.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": finding.path, "lines": {"begin": line, "end": end_line}},
    }
