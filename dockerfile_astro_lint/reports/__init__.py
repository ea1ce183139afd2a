"""The output formats, one module each: `report(run)` yields lines without their line ending."""

from dockerfile_astro_lint.core.compat import Iterable, NamedTuple, Sequence
from dockerfile_astro_lint.core.display import pluralize, sanitize
from dockerfile_astro_lint.engine.diagnostics import Diagnostic, Failure, Report
from dockerfile_astro_lint.rules.authoring import SEVERITIES, Rule

FORMATS = (
    "text", "concise", "json", "github", "sarif", "gitlab", "junit", "rdjson", "markdown", "checkstyle", "sonarqube",
    "azure", "json-lines",
)  # fmt: skip


HOME = "https://github.com/astro-lint/dockerfile-astro-lint"


DOCS = f"{HOME}/blob/main/docs/rules"
"""Base URL of the rules' pages; nothing else in the package knows it."""


class Run(NamedTuple):
    """A report and its metadata, as the formats show them; `columns` is 0 unless a terminal reads the output."""

    report: Report
    version: str
    catalog_date: str
    color: bool = False
    fixed: int = 0
    columns: int = 0
    links: bool = False
    catalog_age: str = ""
    fix_only: bool = False


def url(finding: Diagnostic) -> str:
    """The URL of the page of a finding's rule."""
    return page(finding.rule)


def page(rule: Rule) -> str:
    return f"{DOCS}/{rule.code}.md"


def errors_first(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sort by severity; findings of the same severity keep their order."""
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))


def counts(report: Report) -> dict[str, int]:
    """Count the findings of each severity."""
    number = dict.fromkeys(SEVERITIES, 0)
    for finding in report.findings:
        number[finding.severity] += 1
    return number


def summary(run: Run) -> str:
    """One sentence: the number of findings and files, what is fixable, and the date of the catalog."""
    report = run.report
    number = counts(report)
    files = pluralize(report.files, "file")
    parts = [pluralize(number[severity], severity) for severity in SEVERITIES if number[severity]]
    tail = f", {report.baselined} in the baseline" if report.baselined else ""
    tail += f", {len(report.suppressed)} suppressed" if report.suppressed else ""
    fixed = f"Fixed {pluralize(run.fixed, 'finding')}. " if run.fixed and not run.fix_only else ""
    if report.unchecked:
        fixed += f"Not checked: {_not_checked(report.unchecked)}. "
        if not parts and not report.files:
            return f"{fixed}No other file was checked."
    catalog = f"(catalog of {run.catalog_date}{run.catalog_age})"
    if not parts and not report.files:
        return f"{fixed}Nothing was checked {catalog}."
    if run.fix_only:
        return f"{fixed}Fixed {pluralize(run.fixed, 'finding')}, {files} checked {catalog}."
    if not parts:
        new = "new " if report.baselined else ""
        return f"{fixed}No {new}findings in {files}{tail} {catalog}."
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    found_in = len({finding.path for finding in report.findings})
    files = f"{found_in} of {files}" if found_in < report.files else files
    return f"{fixed}Found {listed} in {files}{tail}{_fixable(report)} {catalog}."


_NAMED = 3
"""Paths that the summary names."""


def _not_checked(paths: Sequence[str]) -> str:
    """The first paths, and the number of the others."""
    named = [sanitize(path) for path in paths[:_NAMED]]
    more = len(paths) - len(named)
    return f"{', '.join(named)} and {more} more" if more else ", ".join(named)


FAILURE = "failure"
"""What stands for a code where a format has no place of its own for a path that could not be checked."""


def failure_path(failure: Failure) -> str:
    """The path of a failure; formats that need one get the working directory where no file is at fault."""
    return failure.path or "."


def _fixable(report: Report) -> str:
    """How many findings `--fix` would fix, and how many more `--unsafe-fixes` would."""
    safe = sum(finding.fix is not None and finding.fix.safe for finding in report.findings)
    unsafe = sum(finding.fix is not None and not finding.fix.safe for finding in report.findings)
    if not safe and not unsafe:
        return ""
    if not safe:
        return f"; {unsafe} fixable with --unsafe-fixes"
    return f"; {safe} fixable with --fix" + (f", {unsafe} more with --unsafe-fixes" if unsafe else "")
