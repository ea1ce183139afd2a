"""One file a format: `report(run) -> Iterator[str]`, lines without their ending."""

from dockerfile_astro_lint.core.compat import Iterable, NamedTuple
from dockerfile_astro_lint.core.display import pluralize
from dockerfile_astro_lint.engine.diagnostics import Diagnostic, Report
from dockerfile_astro_lint.rules.authoring import SEVERITIES, Rule

FORMATS = ("text", "concise", "json", "github", "sarif", "gitlab", "junit", "rdjson", "markdown")


HOME = "https://github.com/astro-lint/dockerfile-astro-lint"


DOCS = f"{HOME}/blob/main/docs/rules"
"""Where the rules' pages are; the one place that says so."""


class Run(NamedTuple):
    """A report with what the formats say beside it; `columns` is 0 where no terminal reads."""

    report: Report
    version: str
    catalog_date: str
    color: bool = False
    fixed: int = 0
    columns: int = 0
    links: bool = False
    catalog_age: str = ""


def url(finding: Diagnostic) -> str:
    """The page of a finding's rule."""
    return page(finding.rule)


def page(rule: Rule) -> str:
    return f"{DOCS}/{rule.code}.md"


def errors_first(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """By severity, then as they were."""
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))


def counts(report: Report) -> dict[str, int]:
    """How many findings of each severity."""
    found = {"error": 0, "warning": 0, "info": 0}
    for finding in report.findings:
        found[finding.severity] += 1
    return found


def summary(run: Run) -> str:
    """One sentence: what was found, in how many files, and how old the knowledge is."""
    report = run.report
    found = counts(report)
    files = pluralize(len({finding.path for finding in report.findings}), "file")
    nouns = (("error", "error"), ("warning", "warning"), ("info", "hint"))
    parts = [pluralize(found[severity], noun) for severity, noun in nouns if found[severity]]
    tail = f", {len(report.suppressed)} ignored by comments" if report.suppressed else ""
    done = f"Fixed {pluralize(run.fixed, 'problem')}. " if run.fixed else ""
    known = f"(catalog of {run.catalog_date}{run.catalog_age})"
    if not parts:
        return f"{done}No findings in {pluralize(report.files, 'file')}{tail} {known}."
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"{done}Found {listed} in {files}{tail}{_fixable(report)} {known}."


def _fixable(report: Report) -> str:
    """How many findings `--fix` would mend, and how many more with `--unsafe-fixes`."""
    safe = sum(finding.fix is not None and finding.fix.safe for finding in report.findings)
    unsafe = sum(finding.fix is not None and not finding.fix.safe for finding in report.findings)
    if not safe and not unsafe:
        return ""
    if not safe:
        return f"; {unsafe} fixable with --unsafe-fixes"
    return f"; {safe} fixable with --fix" + (f", {unsafe} more with --unsafe-fixes" if unsafe else "")
