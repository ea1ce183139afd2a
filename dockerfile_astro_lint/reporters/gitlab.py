"""GitLab's Code Quality report: an array that the merge request compares with the one of the target branch."""

from dockerfile_astro_lint.findings import Finding
from dockerfile_astro_lint.identity import fingerprints
from dockerfile_astro_lint.interchange import items
from dockerfile_astro_lint.light import Iterator
from dockerfile_astro_lint.reporters import Run, printable

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def report(run: Run) -> Iterator[str]:
    findings = run.report.findings
    yield "["
    yield from items(_issue(*pair) for pair in zip(findings, fingerprints(findings), strict=True))
    yield "]"


def _issue(finding: Finding, fingerprint: str) -> dict[str, object]:
    line, _, end_line, _ = finding.place
    return {
        "description": f"{finding.rule.code} {finding.rule.name}: {printable(finding.message)}",
        "check_name": finding.rule.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": finding.path, "lines": {"begin": line, "end": end_line}},
    }
