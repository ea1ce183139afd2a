"""One line a finding: `path:line:col: CODE message`."""

from dockerfile_astro_lint.light import Iterator
from dockerfile_astro_lint.reporters import Run, printable


def report(run: Run) -> Iterator[str]:
    for finding in run.report.findings:
        line, column, _, _ = finding.place
        yield f"{printable(finding.path)}:{line}:{column}: {finding.rule.code} {printable(finding.message)}"
