"""The part of `check` that fixes, and tells what came of it."""

from collections import Counter

from dockerfile_astro_lint.cli.arguments import Arguments
from dockerfile_astro_lint.cli.check import with_failures
from dockerfile_astro_lint.config.resolver import Resolver
from dockerfile_astro_lint.core.compat import Iterable, Iterator, Sequence
from dockerfile_astro_lint.core.display import pluralize, sanitize
from dockerfile_astro_lint.core.files import Overlay
from dockerfile_astro_lint.engine.diagnostics import Diagnostic, Failure, Report, make_report
from dockerfile_astro_lint.engine.targets import MAX_DOCKERFILE_BYTES, Target
from dockerfile_astro_lint.fixes.apply import Applied
from dockerfile_astro_lint.fixes.runner import Outcome, Wanted, fix, holds_secrets, patches, write
from dockerfile_astro_lint.reports.streams import print_error, progress, write_bytes


def apply_fixes(
    arguments: Arguments,
    targets: Sequence[Target],
    resolver: Resolver,
    overlay: Overlay,
    hanging: int | None,
    roots: Sequence[str],
) -> tuple[Report, Sequence[Applied]]:
    """Fix targets, write what changed, and report what is left; standard input goes to standard output."""
    outcome = _fix(arguments, targets, resolver, overlay, hanging)
    if "-" in arguments.paths:
        write_bytes(outcome.overlay.read(targets[0].path, MAX_DOCKERFILE_BYTES * 2))
        return with_failures(make_report(outcome.results), outcome.failures), outcome.applied
    written = write(outcome, targets, resolver.for_file, roots)
    return with_failures(written.report, written.failures), written.applied


def show_patch(
    arguments: Arguments,
    targets: Sequence[Target],
    unread: Iterable[Failure],
    resolver: Resolver,
    overlay: Overlay,
    hanging: int | None,
) -> int:
    """Print the patch, or write it to a file; return the exit code."""
    outcome = _fix(arguments, targets, resolver, overlay, hanging)
    patch = patches(outcome)
    failures = {*unread, *outcome.failures, *make_report(outcome.results).failures}
    if not arguments.output_file:
        write_bytes(patch)
    elif error := _written(arguments.output_file, patch):
        failures.add(Failure("", error))
    if holds_secrets(outcome):
        print_error("the patch contains secrets: it has the lines of the files as they are")
    if arguments.show_fixes and not arguments.quiet:
        for line in listed(outcome.applied, "Would fix"):
            print_error(line)
    for path, message in sorted(failures):
        print_error(f"{path}: {message}" if path else message)
    return 2 if failures else int(bool(patch) and not arguments.exit_zero)


def _written(file: str, data: bytes) -> str:
    """Write the output file; return an error message, or an empty string."""
    from dockerfile_astro_lint.core.atomic_write import WriteError, write_new

    try:
        write_new(file, data)
    except WriteError as error:
        return f"--output-file {file}: {str(error).removeprefix('not written: ')}"
    return ""


def _fix(
    arguments: Arguments, targets: Sequence[Target], resolver: Resolver, overlay: Overlay, hanging: int | None
) -> Outcome:
    only = targets[0].name if "-" in arguments.paths else None
    wanted = _not_in_baseline(arguments.baseline)
    line = progress(arguments.quiet)
    return fix(targets, resolver.for_file, overlay, arguments.unsafe_fixes, wanted, only, hanging, line)


def _not_in_baseline(path: str | None) -> Wanted:
    if path is None:
        return list
    from dockerfile_astro_lint.engine import baseline

    known = baseline.load(path)
    return lambda findings: baseline.new_only(findings, known)[0]


def listed(fixes: Sequence[Applied], verb: str = "Fixed") -> Iterator[str]:
    """Which rules were fixed in which file, for people."""
    yield f"{verb} {pluralize(len(fixes), 'finding')}:"
    by_path: dict[str, Counter[str]] = {}
    for rule, paths in fixes:
        for path in paths:
            by_path.setdefault(path, Counter())[f"{rule.code} {rule.name}"] += 1
    for path, numbers in sorted(by_path.items()):
        yield f"  {sanitize(path)}"
        yield from (f"    {number} x {rule}" for rule, number in sorted(numbers.items()))


def why_not_counted(findings: Iterable[Diagnostic], resolver: Resolver) -> Iterator[str]:
    """Why findings about the end of maintenance leave the exit code at 0; nothing if another option does that, too."""
    codes = {
        finding.rule.code
        for finding in findings
        if finding.rule.lifecycle and finding.severity != "info" and resolver.for_file(finding.path).fail_on != "never"
    }
    if codes:
        verb = "does" if len(codes) == 1 else "do"
        yield f"{' and '.join(sorted(codes))} {verb} not affect the exit code without --fail-on-lifecycle."
