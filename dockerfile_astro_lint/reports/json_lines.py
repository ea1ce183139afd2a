"""One JSON object per line: the diagnostics of `json`; a path that could not be checked has the code `failure`."""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.engine.diagnostics import Failure
from dockerfile_astro_lint.reports import FAILURE, HOME, Run, failure_path
from dockerfile_astro_lint.reports.json import diagnostic
from dockerfile_astro_lint.reports.json_values import compact


def report(run: Run) -> Iterator[str]:
    encode = compact()
    yield from (encode(_failure(failure)) for failure in run.report.failures)
    yield from (encode(diagnostic(finding)) for finding in run.report.findings)


def _failure(failure: Failure) -> dict[str, object]:
    """A path that could not be checked, with the keys of a diagnostic."""
    return {
        "code": FAILURE,
        "name": FAILURE,
        "severity": "error",
        "message": failure.message,
        "path": failure_path(failure),
        "line": 1,
        "column": 1,
        "end_line": 1,
        "end_column": 1,
        "related": [],
        "fix": None,
        "url": HOME,
    }
