"""`astro-lint [check] PATH ...`: lint, fix, and report."""

import os
import sys

from dockerfile_astro_lint import __version__
from dockerfile_astro_lint.astro.catalog import days_between
from dockerfile_astro_lint.cli.arguments import Arguments, parse
from dockerfile_astro_lint.config.overrides import overrides_of
from dockerfile_astro_lint.config.resolver import Resolver
from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterable, Sequence
from dockerfile_astro_lint.core.display import display_path, sanitize
from dockerfile_astro_lint.core.errors import UsageError
from dockerfile_astro_lint.core.files import Overlay
from dockerfile_astro_lint.engine.diagnostics import Diagnostic, Failure, Report
from dockerfile_astro_lint.engine.linter import lint
from dockerfile_astro_lint.engine.targets import MAX_DOCKERFILE_BYTES, LeftOut, Target, find_targets, left_out_words
from dockerfile_astro_lint.project.project import ProjectSettings
from dockerfile_astro_lint.reports import FORMATS, Run, summary
from dockerfile_astro_lint.reports.streams import (
    color,
    print_error,
    progress,
    reported,
    wanted_formats,
    without_commands,
    write,
)

if TYPE_CHECKING:
    from typing import TextIO

    from dockerfile_astro_lint.cli.parser import Parser
    from dockerfile_astro_lint.fixes.apply import Applied
    from dockerfile_astro_lint.online.registry import Registries


OLD = 60
"""Days after which the summary says how old the catalog is."""


_SUMMARY = ""
"""Stands for the job summary, a file that GitHub names."""


def page() -> "Parser":
    from dockerfile_astro_lint.cli import options

    return options.page()


def run(argv: Sequence[str]) -> int:
    arguments = parse(argv)
    registries = _registries(arguments)
    resolver = Resolver(overrides_of(arguments), registries.published if registries else None)
    formats = _formats(arguments)
    paths = arguments.paths or ["."]
    # A mistake that concerns every file is reported before any is read.
    settings = resolver.defaults().settings
    for note in () if arguments.quiet else resolver.notes:
        print_error(note)
    if arguments.verbose:
        rules = len(resolver.defaults().rules)
        print_error(f"{rules} rules, {settings.environment}, {settings.today}, catalog of {settings.catalog.date}")
    stdin = "-" in paths
    if stdin and len(paths) > 1:
        raise UsageError("`-` is standard input: give no other path beside it")
    overlay = Overlay()
    failures: Sequence[Failure] = ()
    left_out: LeftOut = {}
    line = progress(arguments.quiet)
    if stdin:
        targets = [Target(arguments.stdin_filename)]
        overlay = overlay.with_bytes(arguments.stdin_filename, _read_stdin())
    else:
        gitignore, skip, whole = not arguments.no_gitignore, arguments.skip_unrelated, arguments.whole_project
        targets, failures = find_targets(paths, overlay, resolver.excluder, gitignore, left_out, skip, whole, line)
    if arguments.show_files or arguments.show_settings:
        from dockerfile_astro_lint.cli.show import show

        return show(arguments, targets, failures, resolver, overlay)
    if registries is not None:
        from dockerfile_astro_lint.online.prefetch import references

        # Registries are asked all questions at once, before the work is divided.
        registries.ask(references(resolver.for_file, targets, overlay))
    hanging = 1 if registries is not None and registries.hanging else None
    fixed: Sequence[Applied] = ()
    fixing = arguments.fix or arguments.unsafe_fixes or arguments.fix_only or arguments.diff
    if fixing:
        from dockerfile_astro_lint.cli.fixing import apply_fixes, show_patch

        if arguments.diff:
            return show_patch(arguments, targets, failures, resolver, overlay, hanging)
        report, fixed = apply_fixes(arguments, targets, resolver, overlay, hanging, roots(paths))
    else:
        report = lint(targets, resolver.for_file, overlay, hanging, line)
    report = _with_unread(report, failures)
    if arguments.baseline or arguments.write_baseline:
        from dockerfile_astro_lint.cli.baselines import with_baseline

        report = with_baseline(report, arguments, stdin)
    if arguments.add_ignores is not None:
        from dockerfile_astro_lint.cli.baselines import add_ignores

        again = lambda: lint(targets, resolver.for_file, None, hanging)  # noqa: E731
        report = add_ignores(report, arguments, roots(paths), resolver, again)
        report = _with_unread(report, failures)
    if arguments.build_arg:
        from dockerfile_astro_lint.cli.build_args import undeclared

        report = report._replace(notes=[*report.notes, *undeclared(arguments.build_arg, targets, overlay)])
    if registries is not None:
        report = report._replace(notes=[*report.notes, *registries.notes()])
    if not report.files and left_out:
        report = report._replace(notes=[*report.notes, f"left out of the search: {left_out_words(left_out)}"])
    if arguments.require_files and not report.files and not report.failures:
        report = with_failures(report, [Failure("", "nothing was checked, and --require-files is set")])
    if arguments.fix_only:
        report = report._replace(findings=[])
    done = _show(report, arguments, resolver, formats, fixed, sys.stderr if stdin and fixing else None)
    return _exit_code(report, arguments, bool(fixed)) if done else 2


def _read_stdin() -> bytes:
    data = sys.stdin.buffer.read(MAX_DOCKERFILE_BYTES + 1)
    if len(data) > MAX_DOCKERFILE_BYTES:
        raise UsageError(f"standard input: larger than {MAX_DOCKERFILE_BYTES // 1024 // 1024} MiB")
    return data


def _registries(arguments: Arguments) -> "Registries | None":
    """The registries to ask, with `--online`."""
    if not arguments.online:
        return None
    from dockerfile_astro_lint.online.registry import Registries

    return Registries()


def roots(paths: Sequence[str]) -> list[str]:
    """The folders that a link may point into."""
    return [path if os.path.isdir(path) else os.path.dirname(path) or "." for path in paths]


def with_failures(report: Report, failures: Iterable[Failure]) -> Report:
    return report._replace(failures=sorted({*report.failures, *failures})) if failures else report


def _with_unread(report: Report, failures: Iterable[Failure]) -> Report:
    """A report together with the paths that could not be read."""
    unchecked = sorted({*report.unchecked, *(failure.path for failure in failures if failure.path)})
    return with_failures(report, failures)._replace(unchecked=tuple(unchecked))


def _formats(arguments: Arguments) -> list[tuple[str, str | None]]:
    """The formats and their files; by default, on GitHub, all that its pages show."""
    if not arguments.format and os.environ.get("GITHUB_ACTIONS") == "true":
        formats = [("text", None), ("github", None), ("markdown", _SUMMARY)]
    else:
        formats = wanted_formats(arguments.format, FORMATS)
    if arguments.output_file:
        at = [file for _, file in formats].index(None)
        formats[at] = (formats[at][0], arguments.output_file)
    return formats


def _show(
    report: Report,
    arguments: Arguments,
    resolver: Resolver,
    formats: Sequence[tuple[str, str | None]],
    fixed: "Sequence[Applied]" = (),
    stream: "TextIO | None" = None,
) -> bool:
    """Print a report, to standard output or to another stream; whether every report file could be written."""
    unwritten: list[str] = []
    reader = stream or sys.stdout
    settings = resolver.defaults().settings
    age = catalog_age(settings, arguments.isolated)
    if report.failures or report.notes:
        from dockerfile_astro_lint.engine.redaction import redacted_sentences

        report = redacted_sentences(report)
    shown_run = Run(
        report, __version__, settings.catalog.date, fixed=len(fixed), catalog_age=age, fix_only=arguments.fix_only
    )
    more = _more(report, arguments, resolver, fixed)
    for name, file in formats:
        run = _for(reader, arguments.color, shown_run) if file is None else shown_run
        lines = reported("reports", name, run)
        if name == "text":
            lines = _text(lines, run, arguments, more)
        if name in ("text", "concise") and file is None:
            lines = without_commands(lines)
        if file is None:
            write(lines, reader)
        elif file == _SUMMARY:
            from dockerfile_astro_lint.reports.files import append_summary

            append_summary(lines)
        else:
            from dockerfile_astro_lint.reports.files import write_report

            option = "--output-file " if file == arguments.output_file else f"--format {name}="
            unwritten += filter(None, [write_report(option + file, file, lines)])
    sentences = [*(f"{path}: {message}" if path else message for path, message in report.failures), *unwritten]
    sentences += [] if arguments.quiet else report.notes
    for sentence in sentences:
        print_error(sentence)
    if not unwritten and not arguments.quiet and ("text", None) not in formats and ("json", None) not in formats:
        write(without_commands([*more, summary(shown_run)]), sys.stderr)
    return not unwritten


def catalog_age(settings: ProjectSettings, isolated: bool) -> str:
    """What the summary says of an old catalog."""
    days = days_between(settings.catalog.date, settings.today)
    if days <= OLD:
        return ""
    ours = settings.catalog.origin.startswith(("bundled", "fetched")) and not isolated
    return f", {days} days old" + (": `astro-lint catalog update` fetches a newer one" if ours else "")


def _for(stream: "TextIO", choice: str, shown_run: Run) -> Run:
    """A run with the colors, width and links of a stream."""
    shown_run = shown_run._replace(color=color(choice, stream))
    if not stream.isatty():
        return shown_run
    from dockerfile_astro_lint.reports.terminal import columns, has_links

    return shown_run._replace(columns=columns(stream), links=shown_run.color and has_links())


def _text(lines: Iterable[str], run: Run, arguments: Arguments, more: Iterable[str]) -> Iterable[str]:
    """The text report with more lines before its summary, or the one sentence that there was nothing to lint."""
    report = run.report
    if not report.files and not report.findings:
        if report.unchecked:
            yield from lines
        elif not report.failures and not arguments.quiet:
            where = ", ".join(f"`{sanitize(display_path(path))}`" for path in arguments.paths or ["."])
            yield from _fitted([f"Nothing to lint: no Dockerfile in {where}."], run.columns)
        return
    summed_up = ""
    for number, line in enumerate(lines):
        if number:
            yield summed_up
        summed_up = line
    if arguments.statistics:
        yield from _statistics(report.findings)
    if not arguments.quiet:
        yield from _fitted(more, run.columns)
        yield summed_up


def _fitted(lines: Iterable[str], columns: int) -> Iterable[str]:
    """Lines for a terminal of a width, 0 for none."""
    if not columns:
        return lines
    from dockerfile_astro_lint.reports.terminal import wrap

    return [part for line in lines for part in wrap(line, columns, "  ", "")]


def _statistics(findings: Iterable[Diagnostic]) -> Iterable[str]:
    from collections import Counter

    count = Counter((finding.rule.code, finding.rule.name) for finding in findings)
    for (code, name), number in sorted(count.items(), key=lambda item: (-item[1], item[0])):
        yield f"{number:6}  {code}  {name}"


def _more(report: Report, arguments: Arguments, resolver: Resolver, fixed: "Sequence[Applied]") -> list[str]:
    """What the text says besides the findings: what was fixed, and why a finding does not count."""
    more: list[str] = []
    if arguments.show_fixes and fixed:
        from dockerfile_astro_lint.cli.fixing import listed

        more += listed(fixed)
    findings = report.findings
    if any(finding.rule.lifecycle for finding in findings) and not any(finding.counts for finding in findings):
        from dockerfile_astro_lint.cli.fixing import why_not_counted

        more += why_not_counted(findings, resolver)
    return more


def _exit_code(report: Report, arguments: Arguments, fixed: bool) -> int:
    if report.failures or arguments.exit_zero:
        return 2 if report.failures else 0
    return int(any(finding.counts for finding in report.findings) or (fixed and arguments.exit_non_zero_on_fix))
