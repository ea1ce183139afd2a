"""The flake8 plugin: check Python files against the image of their project, and Dockerfiles that flake8 is given.

flake8 reads every file as Python and drops one that does not parse, before any plugin sees it. So its
`FileChecker.run_checks` is wrapped for Dockerfiles; if no AST code is selected, flake8's own E999 stays. If that is not
shown either, `Manager.report` says so and counts it as a finding: a Dockerfile that was not checked never looks clean.
"""

import argparse
import ast
import os
import sys

from flake8 import checker, style_guide
from flake8.options.manager import OptionManager

from dockerfile_astro_lint import __version__
from dockerfile_astro_lint.config.overrides import Overrides
from dockerfile_astro_lint.config.resolver import Resolver
from dockerfile_astro_lint.core.compat import Any, Iterator, NamedTuple, Sequence
from dockerfile_astro_lint.core.display import display_path, sanitize
from dockerfile_astro_lint.core.errors import UsageError
from dockerfile_astro_lint.core.files import Overlay
from dockerfile_astro_lint.core.source import Source, make_source
from dockerfile_astro_lint.engine.diagnostics import Report, make_report
from dockerfile_astro_lint.engine.linter import Linter
from dockerfile_astro_lint.engine.redaction import Redactor, redacted_text
from dockerfile_astro_lint.engine.settings import LintSettings
from dockerfile_astro_lint.engine.targets import Target
from dockerfile_astro_lint.project.file_kinds import DOCKERFILE, MANIFEST, PYTHON, kind_of
from dockerfile_astro_lint.rules.selection import UnknownRuleError, all_rules

ENVIRONMENTS = ("production", "development")


_OPTIONS = (
    ("--astro-dockerfile", "check Python files against this Dockerfile instead of the nearest one"),
    ("--astro-python", "check Python files for this Python version, such as 3.12, instead of that of the image"),
    ("--astro-environment", " or ".join(ENVIRONMENTS)),
    ("--astro-today", "the date to check for, such as 2026-09-25"),
)


Reported = tuple[int, int, str, type]


class Linters(NamedTuple):
    """The linters of a process, which keep what they have read: for Python files, and for Dockerfiles."""

    python: Linter
    dockerfile: Linter


class Plugin:
    """The plugin that flake8 loads, and creates for every Python file."""

    name = "dockerfile-astro-lint"
    version = __version__
    options: argparse.Namespace
    engine: style_guide.DecisionEngine
    _linters: Linters | None = None

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:
        self.filename, self.lines = filename, lines

    def run(self) -> Iterator[Reported]:
        """(line, column from 0, text, this class) of each finding in a Python file."""
        path, data = self.filename, None
        if "-" in self.options.filenames:  # by now flake8 has put the display name into the file's name
            path, data = self.options.stdin_display_name, _encoded(self.lines)
        for line, column, text in python_findings(type(self).linters(), path, data):
            yield line, column, text, type(self)

    @staticmethod
    def add_options(manager: OptionManager) -> None:
        for name, text in _OPTIONS:
            is_path = name == "--astro-dockerfile"
            manager.add_option(name, parse_from_config=True, default="", help=text, normalize_paths=is_path)
        manager.add_option(
            "--no-astro-dockerfiles",
            action="store_true",
            default=False,
            parse_from_config=True,
            help="leave Dockerfiles to flake8, which reads them as Python",
        )

    @classmethod
    def parse_options(cls, options: argparse.Namespace) -> None:
        cls.options, cls._linters = options, None
        cls.engine = style_guide.DecisionEngine(options)
        python = options.astro_python
        if python and not (python.count(".") == 1 and python.replace(".", "").isdecimal()):
            raise SystemExit(f"flake8: --astro-python {python}: write it as 3.12")
        if options.astro_dockerfile and not os.path.isfile(options.astro_dockerfile):
            raise SystemExit(f"flake8: --astro-dockerfile {options.astro_dockerfile}: no such file")
        try:
            cls.linters()
        except (UsageError, UnknownRuleError) as error:
            message = sanitize(redacted_text(str(error)))
            raise SystemExit(f"flake8: {message.replace('--', '--astro-', 1)}") from None
        _wrap()

    @classmethod
    def linters(cls) -> Linters:
        """Those for all files of a process, so that each Dockerfile is read once."""
        if cls._linters is None:
            options, overlay = cls.options, Overlay()
            environment = options.astro_environment or None
            if environment not in (None, *ENVIRONMENTS):
                known = " or ".join(ENVIRONMENTS)
                raise UsageError(f"--environment: invalid choice `{environment}`: write {known}")
            given = Overrides(
                environment=environment, today=options.astro_today or None, no_ignores=bool(options.disable_noqa)
            )
            resolver = Resolver(given)
            resolver.defaults()
            major, _, minor = options.astro_python.partition(".")
            python = (int(major), int(minor)) if minor else None

            def for_python(path: str) -> LintSettings:
                settings = resolver.for_file(path)
                return settings._replace(settings=settings.settings._replace(python=python))

            cls._linters = Linters(
                Linter(for_python if python else resolver.for_file, overlay, options.astro_dockerfile or None),
                Linter(resolver.for_file, overlay),
            )
        return cls._linters


def _encoded(lines: Sequence[str]) -> bytes:
    """Decoded lines as the bytes that they were, by their own declaration of an encoding."""
    import tokenize

    data = "".join(lines).encode("utf-8", "surrogateescape")
    try:
        encoding, _ = tokenize.detect_encoding(iter(data.splitlines(keepends=True)).__next__)
        return "".join(lines).encode(encoding)
    except (SyntaxError, UnicodeError, LookupError):
        return data


def python_findings(linters: Linters, path: str, data: bytes | None) -> Iterator[tuple[int, int, str]]:
    """Line, column from 0 and text of the findings in a Python file; `data` is what it has instead of its bytes."""
    result, _ = linters.python.over(path, data).lint(Target(path))
    yield from _findings(make_report([result]))


def dockerfile_findings(linters: Linters, path: str, data: bytes | None) -> Iterator[tuple[int, int, str]]:
    """Line, column from 0 and text of the findings in a Dockerfile; `data` is what it has instead of its bytes.

    flake8 does not read the text files of a project, so their findings are reported at the image that they concern.
    """
    result, _ = linters.dockerfile.over(path, data).lint(Target(path))
    own = display_path(path)
    report = make_report([result])
    for one in report.findings:
        if one.path != own and kind_of(one.path) not in (PYTHON, DOCKERFILE, MANIFEST):
            line, column, _, _ = one.place
            for span in [place.span for place in one.related if place.span.source.path == own][:1]:
                at = span.source.position(span.start)
                yield at[0], at[1] - 1, sanitize(f"{one.rule.code} {one.path}:{line}:{column}: {one.message}")
    yield from _findings(report._replace(findings=[one for one in report.findings if one.path == own]))


def _findings(report: Report) -> Iterator[tuple[int, int, str]]:
    for finding in report.findings:
        line, column, _, _ = finding.place
        yield line, column - 1, f"{finding.rule.code} {sanitize(finding.message)}"
    for path, message in report.failures:
        yield 1, 0, sanitize(f"AST001 {_FAILED}{path}: {message}")


_FAILED = "could not be checked: "


_UNSEEN = "Dockerfiles that were not checked"


def _wrap() -> None:
    """Make flake8's checker pass Dockerfiles to the linter, once in a process."""
    run, report = checker.FileChecker.run_checks, checker.Manager.report
    if getattr(run, "astro", False):
        return

    def run_checks(self: checker.FileChecker) -> Any:
        options = Plugin.options
        path = options.stdin_display_name if self.filename == "-" else self.filename
        if kind_of(path) is not DOCKERFILE or not self.should_process:
            done = run(self)
            self.statistics[_UNSEEN] = int(_is_hidden(self.results))
            return done
        if options.no_astro_dockerfiles or not any(_selected(rule.code) for rule in all_rules()):
            run(self)
            if not any(_selected(found[0]) for found in self.results):
                self.report(None, 1, 0, "AST001 this Dockerfile was not checked: --no-astro-dockerfiles is set")
                self.statistics[_UNSEEN] = int(not _selected("AST001"))
        else:
            lines = self.processor.lines if self.processor else []
            data = "".join(lines).encode("utf-8", "replace") if self.filename == "-" else None
            for line, column, message in dockerfile_findings(Plugin.linters(), path, data):
                self.report(None, min(line, max(len(lines), 1)), column, message)
            self.statistics[_UNSEEN] = int(_is_hidden(self.results))
            self.results[:] = _without_secrets(self.results, make_source(path, "".join(lines)))
        return self.display_name, self.results, self.statistics

    def report_all(self: checker.Manager) -> tuple[int, int]:
        found, reported = report(self)
        unseen = [path for path, _, statistics in self.results if statistics.get(_UNSEEN)]
        for path in unseen:
            sys.stderr.write(f"astro-lint: {sanitize(path)} was not checked: select AST001 to see why\n")
        return found, reported + len(unseen)

    run_checks.astro = True  # type: ignore[attr-defined]
    checker.FileChecker.run_checks, checker.Manager.report = run_checks, report_all


def _is_hidden(results: Sequence[tuple[Any, ...]]) -> bool:
    """Whether a file could not be checked, and flake8 does not show that."""
    return not _selected("AST001") and any(found[0] == "AST001" and found[3].startswith(_FAILED) for found in results)


Flake8Result = tuple[str, int, int, str, "str | None"]


def _without_secrets(results: Sequence[Flake8Result], source: Source) -> Iterator[Flake8Result]:
    """What flake8 reports, with lines for `--show-source` that hold no secret."""
    shown = Redactor().source(source) if results else source
    for code, line, column, text, shown_line in results:
        yield code, line, column, text, shown_line and f"{shown.line(line)}\n"


def _selected(code: str) -> bool:
    """Whether flake8 would show a finding."""
    return Plugin.engine.decision_for(code) is style_guide.Decision.Selected
