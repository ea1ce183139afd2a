"""The flake8 plugin: Python files judged against their project's image, and Dockerfiles once flake8 is told of them.

flake8 reads every file as Python and drops one that does not parse, before any plugin sees it. So for Dockerfiles its
`FileChecker.run_checks` is wrapped; where the wrapper has nothing to say because AST is not selected, flake8's own
complaint (E999) stays. Where that is not shown either, `Manager.report` is made to say so and to count it as a finding:
a Dockerfile never looks clean unseen.
"""

import argparse
import ast
import os
import sys

from flake8 import checker, style_guide
from flake8.options.manager import OptionManager

from dockerfile_astro_lint import __version__
from dockerfile_astro_lint.cli.options import parse
from dockerfile_astro_lint.config.resolver import Resolver
from dockerfile_astro_lint.core.compat import Any, Callable, Iterator, Sequence
from dockerfile_astro_lint.core.display import display_path
from dockerfile_astro_lint.core.errors import UsageError
from dockerfile_astro_lint.engine.linter import Linter
from dockerfile_astro_lint.engine.settings import LintSettings
from dockerfile_astro_lint.project.file_kinds import is_dockerfile
from dockerfile_astro_lint.rules.selection import UnknownRuleError, all_rules

_OPTIONS = (
    ("--astro-dockerfile", "judge Python files against this Dockerfile instead of the nearest one"),
    ("--astro-python", "judge Python files for this Python, such as 3.12, whatever the image has"),
    ("--astro-environment", "production or development"),
    ("--astro-today", "the day to judge by, such as 2026-09-25"),
)


Result = tuple[int, int, str, type]


class Plugin:
    """What flake8 loads, makes for every Python file, and runs."""

    name = "dockerfile-astro-lint"
    version = __version__
    options: argparse.Namespace
    engine: style_guide.DecisionEngine
    _linter: Linter | None = None

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:
        self.filename, self.lines = filename, lines

    def run(self) -> Iterator[Result]:
        """(line, column from 0, text, this class) of everything that is wrong with a Python file."""
        path, data = self.filename, None
        if "-" in self.options.filenames:  # by now flake8 has put the display name into the file's name
            path, data = self.options.stdin_display_name, _encoded(self.lines)
        for line, column, text in python_findings(type(self), path, data):
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
            help="read Dockerfiles as flake8 does by itself, which is as Python",
        )

    @classmethod
    def parse_options(cls, options: argparse.Namespace) -> None:
        cls.options, cls._linter = options, None
        cls.engine = style_guide.DecisionEngine(options)
        python = options.astro_python
        if python and not (python.count(".") == 1 and python.replace(".", "").isdecimal()):
            raise SystemExit(f"flake8: --astro-python {python}: write it as 3.12")
        if options.astro_dockerfile and not os.path.isfile(options.astro_dockerfile):
            raise SystemExit(f"flake8: --astro-dockerfile {options.astro_dockerfile}: there is no such file")
        try:
            cls.linter()
        except (UsageError, UnknownRuleError) as error:
            raise SystemExit(f"flake8: {str(error).replace('--', '--astro-', 1)}") from None
        _wrap()

    @classmethod
    def linter(cls) -> Linter:
        """One for all files of a process, so that a project's Dockerfile is read once."""
        if cls._linter is None:
            words = []
            for name in ("environment", "today"):
                value = getattr(cls.options, f"astro_{name}")
                words += [f"--{name}", value] if value else []
            try:
                chooser = Resolver(parse(words))
            except SystemExit:
                raise UsageError("--environment: production or development") from None
            chooser.defaults()
            cls._linter = Linter(_options_for(chooser))
        return cls._linter


def _options_for(chooser: Resolver) -> Callable[[str], LintSettings]:
    def options_for(path: str) -> LintSettings:
        # flake8 selects, and flake8 decides what fails.
        return chooser.for_file(path)

    return options_for


def _encoded(lines: Sequence[str]) -> bytes:
    """Decoded lines as the bytes that they were, by their own declaration of an encoding."""
    import tokenize

    data = "".join(lines).encode("utf-8", "surrogateescape")
    try:
        encoding, _ = tokenize.detect_encoding(iter(data.splitlines(keepends=True)).__next__)
        return "".join(lines).encode(encoding)
    except (SyntaxError, UnicodeError, LookupError):
        return data


def python_findings(plugin: type[Plugin], path: str, data: bytes | None) -> Iterator[tuple[int, int, str]]:
    """Line, column from 0 and text of the findings of a Python file."""
    linter, options = plugin.linter().fresh(), plugin.options
    dockerfile = options.astro_dockerfile or None
    python = tuple(map(int, options.astro_python.split("."))) if options.astro_python else None
    linter.project_file(path, data, dockerfile, python)
    yield from _told(linter)


def _told(linter: Linter) -> Iterator[tuple[int, int, str]]:
    report = linter.report()
    for finding in report.findings:
        line, column, _, _ = finding.place
        yield line, column - 1, f"{finding.rule.code} {finding.message}"
    for path, message in report.troubles:
        yield 1, 0, f"AST001 {path}: {message}"


def dockerfile_findings(plugin: type[Plugin], path: str, text: str | None) -> Iterator[tuple[int, int, str]]:
    """Line, column from 0 and text of the findings of a Dockerfile; `text` is what came from elsewhere."""
    linter = plugin.linter().fresh()
    if text is None:
        linter.path(path, by_hand=True)
    else:
        linter.text(text.encode("utf-8", "replace"), path)
    own = display_path(path)
    for key, finding in [*linter.findings.items()]:
        if key[1] == own:
            continue
        del linter.findings[key]
        if key[1].endswith((".txt", ".dockerignore")):  # flake8 asks for the others by themselves
            line, column, _, _ = finding.place
            for span in [one.span for one in finding.related if one.span.source.path == own][:1]:
                at = span.source.position(span.start)
                yield at[0], at[1] - 1, f"{finding.rule.code} {key[1]}:{line}:{column}: {finding.message}"
    yield from _told(linter)


_UNSEEN = "Dockerfiles that were not looked into"


def _wrap() -> None:
    """Let flake8's checker pass Dockerfiles on to us, once in a process."""
    run, report = checker.FileChecker.run_checks, checker.Manager.report
    if getattr(run, "astro", False):
        return

    def run_checks(self: checker.FileChecker) -> Any:
        options = Plugin.options
        path = options.stdin_display_name if self.filename == "-" else self.filename
        if not is_dockerfile(os.path.basename(path)) or not self.should_process:
            return run(self)
        if options.no_astro_dockerfiles or not any(_selected(rule.code) for rule in all_rules()):
            run(self)
            if not any(_selected(found[0]) for found in self.results):
                self.report(None, 1, 0, "AST001 this Dockerfile was not looked into: --no-astro-dockerfiles is set")
                self.statistics[_UNSEEN] = int(not _selected("AST001"))
        else:
            lines = self.processor.lines if self.processor else []
            text = "".join(lines) if self.filename == "-" else None
            for line, column, message in dockerfile_findings(Plugin, path, text):
                self.report(None, min(line, max(len(lines), 1)), column, message)
        return self.display_name, self.results, self.statistics

    def report_all(self: checker.Manager) -> tuple[int, int]:
        found, reported = report(self)
        unseen = [path for path, _, statistics in self.results if statistics.get(_UNSEEN)]
        for path in unseen:
            sys.stderr.write(f"astro-lint: {path} was not looked into: neither AST nor E999 is selected\n")
        return found, reported + len(unseen)

    run_checks.astro = True  # type: ignore[attr-defined]
    checker.FileChecker.run_checks, checker.Manager.report = run_checks, report_all


def _selected(code: str) -> bool:
    """Whether flake8 would show a finding."""
    return Plugin.engine.decision_for(code) is style_guide.Decision.Selected
