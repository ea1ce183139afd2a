"""One line per finding: `path:line:column: CODE message`; before them one per path that could not be checked."""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.display import sanitize
from dockerfile_astro_lint.reports import Run, failure_path


def report(run: Run) -> Iterator[str]:
    for failure in run.report.failures:
        yield f"{sanitize(failure_path(failure))}: not checked: {sanitize(failure.message)}"
    for finding in run.report.findings:
        line, column, _, _ = finding.place
        yield f"{sanitize(finding.path)}:{line}:{column}: {finding.rule.code} {sanitize(finding.message)}"
