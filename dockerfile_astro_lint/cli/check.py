"""`astro-lint [check] PATH ...`: lint, mend, and report."""

import os
import sys

from dockerfile_astro_lint import __version__
from dockerfile_astro_lint.astro.catalog import days_between
from dockerfile_astro_lint.cli.options import Arguments, parse
from dockerfile_astro_lint.cli.options import page as page
from dockerfile_astro_lint.config.resolver import Resolver
from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Callable, Iterable, Iterator, Sequence
from dockerfile_astro_lint.core.display import display_path, sanitize
from dockerfile_astro_lint.core.errors import UsageError
from dockerfile_astro_lint.engine.diagnostics import Diagnostic, Report
from dockerfile_astro_lint.engine.discovery import OnListed, search
from dockerfile_astro_lint.engine.linter import MAX_DOCKERFILE_BYTES, Linter, lint_paths, lint_text
from dockerfile_astro_lint.engine.targets import Find
from dockerfile_astro_lint.project.project import ProjectSettings
from dockerfile_astro_lint.reports import FORMATS, Run, summary
from dockerfile_astro_lint.reports.streams import color, print_error, reported, wanted_formats, write, write_bytes

if TYPE_CHECKING:
    from typing import TextIO

    from dockerfile_astro_lint.fixes.runner import Outcome
    from dockerfile_astro_lint.online.registry import Registries


OLD = 60
"""Days after which a catalog is called old."""


_SUMMARY = ""
"""Stands for the file of the step's summary, which GitHub names."""


def run(argv: Sequence[str]) -> int:
    arguments = parse(argv)
    registries = _registries(arguments)
    chooser = Resolver(arguments, registries.published if registries else None)
    formats = _formats(arguments.format)
    paths = arguments.paths or ["."]
    # A mistake in what holds for everything is said before anything is read.
    settings = chooser.defaults().settings
    for note in () if arguments.quiet else chooser.notes:
        print_error(sanitize(note))
    if arguments.verbose:
        rules = len(chooser.defaults().rules)
        print_error(f"{rules} rules, {settings.environment}, {settings.today}, catalog of {settings.catalog.date}")

    def find(folder: str, listed: OnListed | None) -> Iterator[str]:
        return search(folder, chooser.excluder, not arguments.no_gitignore, listed)

    def ask() -> None:
        _ask(registries, chooser, lambda linter: lint_paths(linter, paths, find))

    if "-" in paths:
        return _check_stdin(paths, chooser, registries, arguments, formats)
    if arguments.as_if and not arguments.diff and (arguments.fix or arguments.unsafe_fixes):
        raise UsageError("--as-if changes nothing: --diff prints the patch that makes the move")
    fixed = None
    if arguments.fix or arguments.unsafe_fixes or arguments.diff:
        from dockerfile_astro_lint.fixes.runner import fix_paths

        ask()
        wanted = _not_in_baseline(arguments.baseline)
        fixed = fix_paths(paths, chooser.for_file, find, arguments.unsafe_fixes, arguments.diff, wanted)
        if arguments.diff:
            return _show_patch(fixed)

    def lint() -> Report:
        ask()
        found = _with_answers(_lint(paths, chooser, find, registries), registries)
        return _with_baseline(found, arguments) if arguments.baseline or arguments.write_baseline else found

    report = lint()
    if arguments.add_ignores is not None:
        report = _add_ignores(report, arguments.add_ignores, paths, lint)
    if fixed:
        report = report._replace(troubles=sorted({*report.troubles, *fixed.troubles}))
    done = _show(report, arguments, settings, formats, fixed.applied if fixed else 0)
    return _exit_code(report) if done else 2


def _registries(arguments: Arguments) -> "Registries | None":
    """The registries to ask, with `--online`."""
    if not arguments.online:
        return None
    from dockerfile_astro_lint.online.registry import Registries

    return Registries()


def _lint(paths: Sequence[str], chooser: Resolver, find: Find, registries: "Registries | None") -> Report:
    """What is found in all that paths stand for, on as many cores as pay."""
    if len(paths) == 1 and not os.path.isdir(paths[0]):
        linter = Linter(chooser.for_file)
        lint_paths(linter, paths, find)
        return linter.report()
    from dockerfile_astro_lint.engine import parallel

    hanging = registries is not None and registries.hanging
    return parallel.run(paths, chooser.for_file, find, 1 if hanging else None)


def _ask(registries: "Registries | None", chooser: Resolver, lint: "Callable[[Linter], None]") -> None:
    """Ask registries all that a run will ask, at once, before any work is shared out."""
    if registries is not None:
        from dockerfile_astro_lint.online.prefetch import references

        registries.ask(references(chooser.for_file, lint))


def _with_answers(report: Report, registries: "Registries | None") -> Report:
    notes = registries.notes() if registries is not None else []
    return report._replace(notes=[*report.notes, *notes])


def _not_in_baseline(path: str | None) -> "Callable[[list[Diagnostic]], list[Diagnostic]]":
    if path is None:
        return list
    from dockerfile_astro_lint.engine import baseline

    known = baseline.load(path)
    return lambda findings: baseline.new_only(findings, known)[0]


def _with_baseline(report: Report, arguments: Arguments) -> Report:
    """Leave out what a baseline knows; or write one, of all that there is."""
    from dockerfile_astro_lint.engine import baseline

    if arguments.write_baseline:
        number = baseline.write(arguments.write_baseline, report.findings)
        return report._replace(findings=[], notes=[*report.notes, f"{number} findings are now in the baseline"])
    findings, gone = baseline.new_only(report.findings, baseline.load(arguments.baseline))
    return report._replace(findings=findings, notes=[*report.notes, *gone])


def _add_ignores(report: Report, reason: str, paths: Sequence[str], again: "Callable[[], Report]") -> Report:
    """Ignore all that a report found, and report what is left."""
    if not reason.strip():
        raise UsageError("--add-ignores: a reason is what makes an ignore comment worth reading")
    from dockerfile_astro_lint.fixes.ignore_comments import add_ignores

    roots = [path if os.path.isdir(path) else os.path.dirname(path) or "." for path in paths]
    added = add_ignores(report.findings, reason, roots)
    left = again()
    noun = "finding" if added.number == 1 else "findings"
    return left._replace(
        notes=[*left.notes, f"{added.number} {noun} got an ignore comment"],
        troubles=sorted({*left.troubles, *added.troubles}),
    )


def _check_stdin(
    paths: Sequence[str],
    chooser: Resolver,
    registries: "Registries | None",
    arguments: Arguments,
    formats: Sequence[tuple[str, str | None]],
) -> int:
    if len(paths) > 1:
        raise UsageError("`-` is standard input, and stands alone")
    if arguments.add_ignores is not None:
        raise UsageError("--add-ignores: standard input is no file to write into")
    data = sys.stdin.buffer.read(MAX_DOCKERFILE_BYTES + 1)
    if len(data) > MAX_DOCKERFILE_BYTES:
        raise UsageError(f"standard input: larger than {MAX_DOCKERFILE_BYTES // 1024 // 1024} MiB")
    fixing = arguments.fix or arguments.unsafe_fixes or arguments.diff
    fixed = None
    if fixing:
        from dockerfile_astro_lint.fixes.runner import fix_text

        _ask(registries, chooser, lambda linter: linter.elsewhere(data, arguments.stdin_filename))
        wanted = _not_in_baseline(arguments.baseline)
        name = arguments.stdin_filename
        fixed = fix_text(data, chooser.for_file, name, arguments.unsafe_fixes, arguments.diff, wanted)
        if arguments.diff:
            return _show_patch(fixed)
        write_bytes(fixed.data)
        data = fixed.data
    _ask(registries, chooser, lambda linter: linter.elsewhere(data, arguments.stdin_filename))
    report = _with_answers(lint_text(data, chooser.for_file, arguments.stdin_filename), registries)
    if arguments.write_baseline:
        report = _with_baseline(report, arguments)
    elif arguments.baseline:
        # Of the other files nothing is known here, so nothing of them is gone.
        report = report._replace(findings=_not_in_baseline(arguments.baseline)(report.findings))
    if fixed:
        report = report._replace(troubles=sorted({*report.troubles, *fixed.troubles}))
    done = _show(
        report,
        arguments,
        chooser.defaults().settings,
        formats,
        fixed.applied if fixed else 0,
        sys.stderr if fixing else None,
    )
    return _exit_code(report) if done else 2


def _show_patch(fixed: "Outcome") -> int:
    write_bytes(b"".join(fixed.patches))
    for path, message in fixed.troubles:
        print_error(f"{sanitize(path)}: {sanitize(message)}")
    return 2 if fixed.troubles else int(bool(fixed.patches))


def _formats(texts: Sequence[str]) -> list[tuple[str, str | None]]:
    """What is asked for; on GitHub, where nothing is, all that its pages show."""
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
    problems: list[str] = []
    on_github = ("markdown", _SUMMARY) in formats
    reader = stream or sys.stdout
    age = _age(settings, arguments.isolated)
    shown_run = Run(report, __version__, settings.catalog.date, fixed=fixed, catalog_age=age)
    for name, file in formats:
        lines = reported("reports", name, _for(reader, arguments.color, shown_run) if file is None else shown_run)
        if file is None and name == "text":
            lines = _text(lines, report, arguments)
            if on_github:
                lines = map(_inert, lines)
        if file is None:
            write(lines, reader)
        elif file == _SUMMARY:
            from dockerfile_astro_lint.reports.files import append_summary

            append_summary(lines)
        else:
            from dockerfile_astro_lint.reports.files import write_report

            problems += filter(None, [write_report(name, file, lines)])
    told = [*(f"{path}: {message}" for path, message in report.troubles), *problems]
    told += [] if arguments.quiet else report.notes
    for sentence in told:
        print_error(_inert(sanitize(sentence)) if on_github else sanitize(sentence))
    if not problems and not arguments.quiet and ("text", None) not in formats and ("json", None) not in formats:
        write([summary(shown_run)], sys.stderr)
    return not problems


def _inert(line: str) -> str:
    """A line that GitHub's runner takes no command from, however it looks: a space of no width keeps it from that."""
    line = line.replace("##[", "##\u200b[")
    return f"\u200b{line}" if line.lstrip().startswith("::") else line


def _age(settings: ProjectSettings, isolated: bool) -> str:
    """What the summary says of a catalog that is too old to be relied on."""
    days = days_between(settings.catalog.date, settings.today)
    if days <= OLD:
        return ""
    ours = settings.catalog.origin.startswith(("bundled", "fetched")) and not isolated
    return f", {days} days old" + (": `astro-lint catalog update` fetches a newer one" if ours else "")


def _for(stream: "TextIO", choice: str, shown_run: Run) -> Run:
    """A run as this stream can show it."""
    shown_run = shown_run._replace(color=color(choice, stream))
    if not stream.isatty():
        return shown_run
    from dockerfile_astro_lint.reports.terminal import columns, has_links

    return shown_run._replace(columns=columns(stream), links=shown_run.color and has_links())


def _text(lines: Iterable[str], report: Report, arguments: Arguments) -> Iterable[str]:
    """The text report, or the one sentence that says there was nothing to look into."""
    if not report.files and not report.findings:
        if not report.troubles and not arguments.quiet:
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
    return 2 if report.troubles else int(any(finding.counts for finding in report.findings))
