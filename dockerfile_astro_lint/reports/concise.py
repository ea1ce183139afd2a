"""One line per finding: `path:line:column: CODE message`."""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.display import sanitize
from dockerfile_astro_lint.reports import Run


def report(run: Run) -> Iterator[str]:
    for finding in run.report.findings:
        line, column, _, _ = finding.place
        yield f"{sanitize(finding.path)}:{line}:{column}: {finding.rule.code} {sanitize(finding.message)}"
