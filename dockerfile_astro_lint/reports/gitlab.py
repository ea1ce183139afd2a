"""GitLab's Code Quality report, which merge requests compare with the report of the target branch."""

from hashlib import sha256

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.display import sanitize
from dockerfile_astro_lint.engine.diagnostics import Diagnostic, Failure
from dockerfile_astro_lint.engine.fingerprints import fingerprints
from dockerfile_astro_lint.reports import FAILURE, Run, failure_path
from dockerfile_astro_lint.reports.json_values import items

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def report(run: Run) -> Iterator[str]:
    findings = run.report.findings
    yield "["
    issues = [_issue(*pair) for pair in zip(findings, fingerprints(findings), strict=True)]
    yield from items([*map(_failure, run.report.failures), *issues])
    yield "]"


def _failure(failure: Failure) -> dict[str, object]:
    """A path that could not be checked, as an issue: a merge request must not look clean."""
    known = "\0".join((FAILURE, *failure)).encode("utf-8", "surrogateescape")
    return {
        "description": f"astro-lint could not check this: {sanitize(failure.message)}",
        "check_name": FAILURE,
        "fingerprint": sha256(known).hexdigest(),
        "severity": "blocker",
        "location": {"path": failure_path(failure), "lines": {"begin": 1, "end": 1}},
    }


def _issue(finding: Diagnostic, fingerprint: str) -> dict[str, object]:
    line, _, end_line, _ = finding.place
    return {
        "description": f"{finding.rule.code} {finding.rule.name}: {sanitize(finding.message)}",
        "check_name": finding.rule.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": finding.path, "lines": {"begin": line, "end": end_line}},
    }
