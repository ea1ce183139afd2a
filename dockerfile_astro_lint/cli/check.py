"""`astro-lint [check] PATH ...`: lint, fix, and report."""

import os
import sys

from dockerfile_astro_lint import __version__
from dockerfile_astro_lint.astro.catalog import days_between
from dockerfile_astro_lint.cli.options import Arguments, parse
from dockerfile_astro_lint.cli.options import page as page
from dockerfile_astro_lint.config.overrides import overrides_of
from dockerfile_astro_lint.config.resolver import Resolver
from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Callable, Iterable, Iterator, Sequence
from dockerfile_astro_lint.core.display import display_path, pluralize, sanitize
from dockerfile_astro_lint.core.errors import UsageError
from dockerfile_astro_lint.core.files import Overlay
from dockerfile_astro_lint.engine.diagnostics import Diagnostic, Failure, Report, make_report
from dockerfile_astro_lint.engine.linter import lint
from dockerfile_astro_lint.engine.targets import (
    MAX_DOCKERFILE_BYTES,
    LeftOut,
    Target,
    expand_paths,
    left_out_words,
    search,
    without_unrelated,
)
from dockerfile_astro_lint.project.folder import Folders
from dockerfile_astro_lint.project.project import ProjectSettings
from dockerfile_astro_lint.reports import FORMATS, Run, summary
from dockerfile_astro_lint.reports.streams import (
    color,
    inert,
    print_error,
    reported,
    wanted_formats,
    write,
    write_bytes,
)

if TYPE_CHECKING:
    from typing import TextIO

    from dockerfile_astro_lint.online.registry import Registries


OLD = 60
"""Days after which the summary says how old the catalog is."""


_SUMMARY = ""
"""Stands for the job summary, a file that GitHub names."""


def run(argv: Sequence[str]) -> int:
    arguments = parse(argv)
    registries = _registries(arguments)
    resolver = Resolver(overrides_of(arguments), registries.published if registries else None)
    formats = _formats(arguments.format)
    paths = arguments.paths or ["."]
    # A mistake that concerns every file is reported before any is read.
    settings = resolver.defaults().settings
    for note in () if arguments.quiet else resolver.notes:
        print_error(note)
    if arguments.verbose:
        rules = len(resolver.defaults().rules)
        print_error(f"{rules} rules, {settings.environment}, {settings.today}, catalog of {settings.catalog.date}")
    stdin = "-" in paths
    fixing = arguments.fix or arguments.unsafe_fixes or arguments.diff
    _refuse_contradictions(arguments, paths, fixing)
    overlay = Overlay()
    failures: Sequence[Failure] = ()
    left_out: LeftOut = {}
    if stdin:
        targets = [Target(arguments.stdin_filename)]
        overlay = overlay.with_bytes(arguments.stdin_filename, _read_stdin())
    else:

        def find(folder: str, python: bool = False) -> Iterator[str]:
            return search(folder, overlay, resolver.excluder, not arguments.no_gitignore, left_out, python)

        def find_python(folder: str) -> Iterator[str]:
            inside = Folders(overlay).project_of(os.path.join(folder, "x"))
            return find(folder, True) if inside else iter(())

        targets, failures = expand_paths(paths, find, find_python)
        if arguments.whole_project:
            from dockerfile_astro_lint.engine.whole_projects import with_projects

            targets = with_projects(targets, overlay, resolver.excluder)
        targets, refused = without_unrelated(targets, overlay, arguments.skip_unrelated)
        failures = [*failures, *refused]
    if registries is not None:
        from dockerfile_astro_lint.online.prefetch import references

        # Registries are asked all questions at once, before the work is divided.
        registries.ask(references(resolver.for_file, targets, overlay))
    hanging = 1 if registries is not None and registries.hanging else None
    fixed = 0
    if fixing:
        from dockerfile_astro_lint.fixes.runner import fix, holds_secrets, patches, write

        wanted = _not_in_baseline(arguments.baseline)
        name = targets[0].name if stdin else None
        outcome = fix(targets, resolver.for_file, overlay, arguments.unsafe_fixes, wanted, name, hanging)
        if arguments.diff:
            return _show_patch(
                patches(outcome),
                holds_secrets(outcome),
                [*failures, *outcome.failures, *make_report(outcome.results).failures],
            )
        if stdin:
            write_bytes(outcome.overlay.read(targets[0].path, MAX_DOCKERFILE_BYTES * 2))
            fixed, report = len(outcome.applied), make_report(outcome.results)
            report = _with_failures(report, outcome.failures)
        else:
            written = write(outcome, targets, resolver.for_file, _roots(paths))
            fixed, report = written.applied, _with_failures(written.report, written.failures)
    else:
        report = lint(targets, resolver.for_file, overlay, hanging)
    report = _with_unread(report, failures)
    report = _with_baseline(report, arguments, stdin)
    if arguments.add_ignores is not None:
        report = _add_ignores(report, arguments, paths, lambda: lint(targets, resolver.for_file, None, hanging))
        report = _with_unread(report, failures)
    if registries is not None:
        report = report._replace(notes=[*report.notes, *registries.notes()])
    if not report.files and left_out:
        report = report._replace(notes=[*report.notes, f"left out of the search: {left_out_words(left_out)}"])
    if arguments.require_files and not report.files and not report.failures:
        report = _with_failures(report, [Failure("", "nothing was checked, and --require-files is set")])
    done = _show(report, arguments, settings, formats, fixed, sys.stderr if stdin and fixing else None)
    return _exit_code(report) if done else 2


def _refuse_contradictions(arguments: Arguments, paths: Sequence[str], fixing: bool) -> None:
    """Raise UsageError for options that do not go together."""
    if "-" in paths and len(paths) > 1:
        raise UsageError("`-` is standard input: give no other path beside it")
    if "-" in paths and arguments.add_ignores is not None:
        raise UsageError("--add-ignores: standard input is not a file to write to")
    if arguments.as_if and fixing and not arguments.diff and "-" not in paths:
        raise UsageError("--as-if writes nothing: use --diff for a patch that upgrades the project")
    if arguments.add_ignores is not None and not arguments.add_ignores.strip():
        raise UsageError("--add-ignores: give a reason for the ignore comments")


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


def _roots(paths: Sequence[str]) -> list[str]:
    """The folders that a link may point into."""
    return [path if os.path.isdir(path) else os.path.dirname(path) or "." for path in paths]


def _with_failures(report: Report, failures: Iterable[Failure]) -> Report:
    return report._replace(failures=sorted({*report.failures, *failures})) if failures else report


def _with_unread(report: Report, failures: Iterable[Failure]) -> Report:
    """A report together with the paths that could not be read."""
    unchecked = sorted({*report.unchecked, *(failure.path for failure in failures)})
    return _with_failures(report, failures)._replace(unchecked=tuple(unchecked))


def _not_in_baseline(path: str | None) -> "Callable[[list[Diagnostic]], list[Diagnostic]]":
    if path is None:
        return list
    from dockerfile_astro_lint.engine import baseline

    known = baseline.load(path)
    return lambda findings: baseline.new_only(findings, known)[0]


def _with_baseline(report: Report, arguments: Arguments, stdin: bool) -> Report:
    """Leave out what is in the baseline; or write a baseline of all findings."""
    if not arguments.baseline and not arguments.write_baseline:
        return report
    from dockerfile_astro_lint.engine import baseline

    if arguments.write_baseline:
        number = baseline.write(arguments.write_baseline, report.findings)
        written = f"{pluralize(number, 'finding')} written to the baseline"
        return report._replace(findings=[], notes=[*report.notes, written])
    findings, gone = baseline.new_only(report.findings, baseline.load(arguments.baseline))
    # With standard input the other files are unknown, so nothing can be said to be gone from them.
    return report._replace(findings=findings, notes=[*report.notes, *(() if stdin else gone)])


def _add_ignores(report: Report, arguments: Arguments, paths: Sequence[str], again: "Callable[[], Report]") -> Report:
    """Suppress all findings of a report with ignore comments, and report what is left."""
    from dockerfile_astro_lint.fixes.ignore_comments import add_ignores

    added = add_ignores(report.findings, arguments.add_ignores, _roots(paths))
    left = _with_failures(_with_baseline(again(), arguments, False), added.failures)
    return left._replace(notes=[*left.notes, f"added ignore comments for {pluralize(added.number, 'finding')}"])


def _show_patch(patch: bytes, secrets: bool, failures: Iterable[Failure]) -> int:
    failures = sorted(set(failures))
    write_bytes(patch)
    if secrets:
        print_error("the patch contains secrets: it has the lines of the files as they are")
    for path, message in failures:
        print_error(f"{path}: {message}")
    return 2 if failures else int(bool(patch))


def _formats(texts: Sequence[str]) -> list[tuple[str, str | None]]:
    """The formats and their files; by default, on GitHub, all that its pages show."""
    if not texts and os.environ.get("GITHUB_ACTIONS") == "true":
        return [("text", None), ("github", None), ("markdown", _SUMMARY)]
    return wanted_formats(texts, FORMATS)


def _show(
    report: Report,
    arguments: Arguments,
    settings: ProjectSettings,
    formats: Sequence[tuple[str, str | None]],
    fixed: int = 0,
    stream: "TextIO | None" = None,
) -> bool:
    """Print a report, to standard output or to another stream; whether every report file could be written."""
    unwritten: list[str] = []
    on_github = ("markdown", _SUMMARY) in formats
    reader = stream or sys.stdout
    age = _age(settings, arguments.isolated)
    if report.failures or report.notes:
        from dockerfile_astro_lint.engine.redaction import redacted_sentences

        report = redacted_sentences(report)
    shown_run = Run(report, __version__, settings.catalog.date, fixed=fixed, catalog_age=age)
    for name, file in formats:
        lines = reported("reports", name, _for(reader, arguments.color, shown_run) if file is None else shown_run)
        if file is None and name == "text":
            lines = _text(lines, report, arguments)
            if on_github:
                lines = map(inert, lines)
        if file is None:
            write(lines, reader)
        elif file == _SUMMARY:
            from dockerfile_astro_lint.reports.files import append_summary

            append_summary(lines)
        else:
            from dockerfile_astro_lint.reports.files import write_report

            unwritten += filter(None, [write_report(name, file, lines)])
    sentences = [*(f"{path}: {message}" if path else message for path, message in report.failures), *unwritten]
    sentences += [] if arguments.quiet else report.notes
    for sentence in sentences:
        print_error(sentence, on_github)
    if not unwritten and not arguments.quiet and ("text", None) not in formats and ("json", None) not in formats:
        write([summary(shown_run)], sys.stderr)
    return not unwritten


def _age(settings: ProjectSettings, isolated: bool) -> str:
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


def _text(lines: Iterable[str], report: Report, arguments: Arguments) -> Iterable[str]:
    """The text report, or the one sentence that says that there was nothing to lint."""
    if not report.files and not report.findings:
        if report.unchecked:
            yield from lines
        elif not report.failures and not arguments.quiet:
            where = ", ".join(sanitize(display_path(path)) for path in arguments.paths or ["."])
            yield f"Nothing to lint: no Dockerfile in {where}."
        return
    summed_up = ""
    for number, line in enumerate(lines):
        if number:
            yield summed_up
        summed_up = line
    if arguments.statistics:
        yield from _statistics(report.findings)
    if not arguments.quiet:
        yield summed_up


def _statistics(findings: Iterable[Diagnostic]) -> Iterable[str]:
    from collections import Counter

    count = Counter((finding.rule.code, finding.rule.name) for finding in findings)
    for (code, name), number in sorted(count.items(), key=lambda item: (-item[1], item[0])):
        yield f"{number:6}  {code}  {name}"


def _exit_code(report: Report) -> int:
    return 2 if report.failures else int(any(finding.counts for finding in report.findings))
