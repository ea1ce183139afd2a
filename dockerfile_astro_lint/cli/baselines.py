"""The parts of `check` that deal with what is there already: baselines, and ignore comments for all of it."""

from dockerfile_astro_lint.cli.arguments import Arguments
from dockerfile_astro_lint.cli.check import with_failures
from dockerfile_astro_lint.config.resolver import Resolver
from dockerfile_astro_lint.core.compat import Callable, Container, Sequence
from dockerfile_astro_lint.core.display import pluralize
from dockerfile_astro_lint.core.errors import ConfigError
from dockerfile_astro_lint.engine import baseline
from dockerfile_astro_lint.engine.diagnostics import Report


def with_baseline(report: Report, arguments: Arguments, stdin: bool) -> Report:
    """Leave out what is in the baseline; or write a baseline of all findings."""
    if arguments.write_baseline:
        number = baseline.write(arguments.write_baseline, report.findings)
        written = f"{pluralize(number, 'finding')} written to the baseline"
        return report._replace(findings=[], notes=[*report.notes, written], baselined=number)
    findings, gone = baseline.new_only(report.findings, baseline.load(arguments.baseline or ""))
    # With standard input the other files are unknown, so nothing can be said to be gone from them.
    notes = [*report.notes, *(() if stdin else gone)]
    return report._replace(findings=findings, notes=notes, baselined=len(report.findings) - len(findings))


def add_ignores(
    report: Report, arguments: Arguments, roots: Sequence[str], resolver: Resolver, again: "Callable[[], Report]"
) -> Report:
    """Suppress all findings of a report with ignore comments, and report what is left."""
    from dockerfile_astro_lint.fixes import ignore_comments

    findings = [one for one in report.findings if one.rule.code not in _forbidden(resolver, one.path)]
    added = ignore_comments.add_ignores(findings, arguments.add_ignores or "", roots)
    left = again()
    if arguments.baseline or arguments.write_baseline:
        left = with_baseline(left, arguments, False)
    left = with_failures(left, added.failures)
    return left._replace(notes=[*left.notes, f"added ignore comments for {pluralize(added.number, 'finding')}"])


def _forbidden(resolver: Resolver, path: str) -> Container[str]:
    """The codes that no comment in a file may suppress."""
    try:
        found: Container[str] = resolver.for_file(path).settings.policy.get("forbid-ignores", ())
    except ConfigError:
        return ()  # of a folder below the project: it has been reported if it was used
    return found
