"""argv -> exit code; the only print and the only sys.exit."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NoReturn

from dockerfile_astro_lint import __version__
from dockerfile_astro_lint.command_line import Arguments, parse
from dockerfile_astro_lint.discovery import search, shown
from dockerfile_astro_lint.errors import UsageError
from dockerfile_astro_lint.findings import Finding, Report
from dockerfile_astro_lint.linter import MAX_DOCKERFILE_BYTES, lint_text
from dockerfile_astro_lint.options import Chooser
from dockerfile_astro_lint.parallel import run as run_linter
from dockerfile_astro_lint.project import Settings
from dockerfile_astro_lint.reporters import FORMATS, Run, printable, summary
from dockerfile_astro_lint.selection import UnknownRuleError, match_rules

if TYPE_CHECKING:
    from typing import TextIO

    from dockerfile_astro_lint.fixing import Outcome

COMMANDS = ("check", "config", "explain", "rules")


def run() -> NoReturn:
    """The console script."""
    try:
        code = main()
        sys.stdout.flush()
        sys.stderr.flush()
        # All is written and nothing is left to tidy up; taking the interpreter down would cost more than the run.
        os._exit(code)
    except BrokenPipeError:
        # The reader has gone (`| head`): there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = 1
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; 0 nothing that counts, 1 findings, 2 bad usage or a path that cannot be read."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    command = arguments[0] if arguments else "check"
    try:
        if command in COMMANDS and not os.path.exists(command):
            return {"check": _check, "config": _config, "explain": _explain, "rules": _rules}[command](arguments[1:])
        return _check(arguments)
    except (UsageError, UnknownRuleError) as error:
        _complain(printable(str(error)))
        return 2
    except SystemExit as done:  # argparse has shown its help or the version
        return done.code if isinstance(done.code, int) else 0


_BATCH = 512
"""Lines that are printed at once."""


def _write(lines: Iterable[str], stream: "TextIO") -> None:
    """Print to a stream: in UTF-8 where a program reads, with a stand-in for what a terminal cannot show."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure:
        if stream.isatty():
            reconfigure(errors="replace")
        else:
            reconfigure(encoding="utf-8", errors="replace")
    waiting: list[str] = []
    for line in lines:
        waiting.append(line)
        if len(waiting) == _BATCH:
            print(_clean("\n".join(waiting)), file=stream)
            waiting.clear()
    if waiting:
        print(_clean("\n".join(waiting)), file=stream)


def _complain(message: str) -> None:
    reconfigure = getattr(sys.stderr, "reconfigure", None)
    if reconfigure:
        reconfigure(errors="replace")
    print(_clean(f"astro-lint: {message}"), file=sys.stderr)


def _clean(text: str) -> str:
    """Undecodable bytes as U+FFFD."""
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _check(argv: Sequence[str]) -> int:
    arguments = parse(argv)
    chooser = Chooser(arguments)
    formats = _formats(arguments.format)
    paths = arguments.paths or ["."]
    # A mistake in what holds for everything is said before anything is read.
    settings = chooser.defaults().settings
    if arguments.verbose:
        rules = len(chooser.defaults().rules)
        _complain(f"{rules} rules, {settings.environment}, {settings.today}, catalog of {settings.catalog.date}")

    def find(folder: str) -> Iterator[str]:
        return search(folder, chooser.excluder, not arguments.no_gitignore)

    if "-" in paths:
        return _check_stdin(paths, chooser, arguments, formats)
    if arguments.as_if and not arguments.diff and (arguments.fix or arguments.unsafe_fixes):
        raise UsageError("--as-if changes nothing: --diff prints the patch that makes the move")
    fixed = None
    if arguments.fix or arguments.unsafe_fixes or arguments.diff:
        from dockerfile_astro_lint.fixing import fix_paths

        wanted = _not_in_baseline(arguments.baseline)
        fixed = fix_paths(paths, chooser.for_file, find, arguments.unsafe_fixes, arguments.diff, wanted)
        if arguments.diff:
            return _show_patch(fixed)
    report = run_linter(paths, chooser.for_file, find)
    if arguments.baseline or arguments.write_baseline:
        report = _with_baseline(report, arguments)
    if arguments.add_ignores is not None:
        report = _add_ignores(report, arguments.add_ignores, paths, lambda: run_linter(paths, chooser.for_file, find))
    if fixed:
        report = report._replace(troubles=sorted({*report.troubles, *fixed.troubles}))
    _show(report, arguments, settings, formats, fixed.applied if fixed else 0)
    return _exit_code(report)


def _not_in_baseline(path: str | None) -> "Callable[[list[Finding]], list[Finding]]":
    if path is None:
        return list
    from dockerfile_astro_lint import baseline

    known = baseline.load(path)
    return lambda findings: baseline.new_only(findings, known)[0]


def _with_baseline(report: Report, arguments: Arguments) -> Report:
    """Leave out what a baseline knows; or write one, of all that there is."""
    from dockerfile_astro_lint import baseline

    if arguments.write_baseline:
        number = baseline.write(arguments.write_baseline, report.findings)
        return report._replace(findings=[], notes=[*report.notes, f"{number} findings are now in the baseline"])
    findings, gone = baseline.new_only(report.findings, baseline.load(arguments.baseline))
    return report._replace(findings=findings, notes=[*report.notes, *gone])


def _add_ignores(report: Report, reason: str, paths: Sequence[str], again: "Callable[[], Report]") -> Report:
    """Ignore all that a report found, and report what is left."""
    if not reason.strip():
        raise UsageError("--add-ignores: a reason is what makes an ignore comment worth reading")
    from dockerfile_astro_lint.adding import add_ignores

    roots = [path if os.path.isdir(path) else os.path.dirname(path) or "." for path in paths]
    added = add_ignores(report.findings, reason, roots)
    left = again()
    noun = "finding" if added.number == 1 else "findings"
    return left._replace(
        notes=[*left.notes, f"{added.number} {noun} got an ignore comment"],
        troubles=sorted({*left.troubles, *added.troubles}),
    )


def _check_stdin(
    paths: Sequence[str], chooser: Chooser, arguments: Arguments, formats: Sequence[tuple[str, str | None]]
) -> int:
    if len(paths) > 1:
        raise UsageError("`-` is standard input, and stands alone")
    data = sys.stdin.buffer.read(MAX_DOCKERFILE_BYTES + 1)
    if len(data) > MAX_DOCKERFILE_BYTES:
        raise UsageError(f"standard input: larger than {MAX_DOCKERFILE_BYTES // 1024 // 1024} MiB")
    fixing = arguments.fix or arguments.unsafe_fixes or arguments.diff
    fixed = None
    if fixing:
        from dockerfile_astro_lint.fixing import fix_text

        wanted = _not_in_baseline(arguments.baseline)
        name = arguments.stdin_filename
        fixed = fix_text(data, chooser.for_file, name, arguments.unsafe_fixes, arguments.diff, wanted)
        if arguments.diff:
            return _show_patch(fixed)
        _write_bytes(fixed.data)
        data = fixed.data
    report = lint_text(data, chooser.for_file, arguments.stdin_filename)
    if arguments.write_baseline:
        report = _with_baseline(report, arguments)
    elif arguments.baseline:
        # Of the other files nothing is known here, so nothing of them is gone.
        report = report._replace(findings=_not_in_baseline(arguments.baseline)(report.findings))
    if fixed:
        report = report._replace(troubles=sorted({*report.troubles, *fixed.troubles}))
    _show(
        report,
        arguments,
        chooser.defaults().settings,
        formats,
        fixed.applied if fixed else 0,
        sys.stderr if fixing else None,
    )
    return _exit_code(report)


def _show_patch(fixed: "Outcome") -> int:
    _write_bytes(b"".join(fixed.patches))
    for path, message in fixed.troubles:
        _complain(f"{printable(path)}: {printable(message)}")
    return 2 if fixed.troubles else int(bool(fixed.patches))


def _write_bytes(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _formats(texts: Sequence[str]) -> list[tuple[str, str | None]]:
    found = [(name, file if equals else None) for name, equals, file in (text.partition("=") for text in texts)]
    for name, file in found:
        if name not in FORMATS:
            raise UsageError(f"--format {name}: there is {', '.join(FORMATS)}")
        if file == "":
            raise UsageError(f"--format {name}=: the file has no name")
    if sum(file is None for _, file in found) > 1:
        raise UsageError(
            "--format: one format at most goes to standard output, the others need a file: --format json=FILE"
        )
    return found or [("text", None)]


def _show(
    report: Report,
    arguments: Arguments,
    settings: Settings,
    formats: Sequence[tuple[str, str | None]],
    fixed: int = 0,
    stream: "TextIO | None" = None,
) -> None:
    """Print a report, to standard output or to another stream."""
    shown_run = Run(report, __version__, settings.catalog.date, _color(arguments.color), fixed)
    for name, file in formats:
        lines = _report(name, shown_run if file is None else shown_run._replace(color=False))
        if file is None and name == "text":
            lines = _text(lines, report, arguments)
        if file is None:
            _write(lines, stream or sys.stdout)
        else:
            _write_file(file, lines)
    for path, message in report.troubles:
        _complain(f"{printable(path)}: {printable(message)}")
    if arguments.quiet:
        return
    for note in report.notes:
        _complain(printable(note))
    if ("text", None) not in formats and ("json", None) not in formats:
        print(_clean(summary(shown_run)), file=sys.stderr)


def _report(name: str, shown_run: Run) -> Iterable[str]:
    module = f"dockerfile_astro_lint.reporters.{name}"
    __import__(module)
    lines: Iterable[str] = sys.modules[module].report(shown_run)
    return lines


def _text(lines: Iterable[str], report: Report, arguments: Arguments) -> Iterable[str]:
    """The text report, or the one sentence that says there was nothing to look into."""
    if not report.files and not report.findings:
        if not report.troubles and not arguments.quiet:
            where = ", ".join(printable(shown(path)) for path in arguments.paths or ["."])
            yield f"Nothing to lint: no Dockerfile in {where}."
        return
    *findings, last = lines
    yield from findings
    if arguments.statistics:
        yield from _statistics(report.findings)
    if not arguments.quiet:
        yield last


def _statistics(findings: Iterable[Finding]) -> Iterable[str]:
    from collections import Counter

    count = Counter((finding.rule.code, finding.rule.name) for finding in findings)
    for (code, name), number in sorted(count.items(), key=lambda item: (-item[1], item[0])):
        yield f"{number:6}  {code}  {name}"


def _write_file(file: str, lines: Iterable[str]) -> None:
    try:
        with open(file, "w", encoding="utf-8", errors="replace", newline="\n") as out:
            out.writelines(f"{_clean(line)}\n" for line in lines)
    except OSError as error:
        raise UsageError(f"--format …={file}: {error.strerror or error}") from None


def _color(choice: str) -> bool:
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def _exit_code(report: Report) -> int:
    return 2 if report.troubles else int(any(finding.counts for finding in report.findings))


def _explain(argv: Sequence[str]) -> int:
    from dockerfile_astro_lint.arguments import parser

    page = parser("astro-lint explain", description="A rule's manual page.")
    page.add_argument("rules", nargs="+", metavar="CODE|NAME")
    words = page.parse_args(argv).rules
    from dockerfile_astro_lint.docs import explain
    from dockerfile_astro_lint.selection import all_rules

    codes = match_rules(words)
    _write(explain(rule for rule in all_rules() if rule.code in codes), sys.stdout)
    return 0


def _config(argv: Sequence[str]) -> int:
    from dockerfile_astro_lint.arguments import parser
    from dockerfile_astro_lint.config_file import schema

    page = parser("astro-lint config", description="What holds for a path, and from where.")
    page.add_argument("path", nargs="?", default=".", metavar="PATH")
    page.add_argument("--schema", action="store_true", help="print the JSON schema of the configuration")
    given = page.parse_args(argv)
    if given.schema:
        import json

        _write(json.dumps(schema(), indent=2).split("\n"), sys.stdout)
        return 0
    if not os.path.exists(given.path):
        raise UsageError(f"{given.path}: no such file or folder")
    _write(Chooser(Arguments([])).told(given.path), sys.stdout)
    return 0


def _rules(argv: Sequence[str]) -> int:
    from dockerfile_astro_lint.arguments import parser
    from dockerfile_astro_lint.docs import listing

    table = parser("astro-lint rules", description="All rules.")
    table.add_argument("--format", choices=("text", "json", "markdown"), default="text")
    _write(listing(table.parse_args(argv).format), sys.stdout)
    return 0
