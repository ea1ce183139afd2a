"""The Python API: `lint` and `fix`, for programs that hold a path, the text of a Dockerfile, or a `DockerfileParser`.

Import it from the package itself: `from dockerfile_astro_lint import fix, lint`. What it says of a file is what the
command line says of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple, Protocol

from dockerfile_astro_lint.config.overrides import Overrides
from dockerfile_astro_lint.config.resolver import Resolver
from dockerfile_astro_lint.core.errors import UsageError
from dockerfile_astro_lint.core.files import Overlay
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.engine import diagnostics as engine
from dockerfile_astro_lint.engine.linter import lint as lint_targets
from dockerfile_astro_lint.engine.targets import MAX_DOCKERFILE_BYTES, Target, find_targets
from dockerfile_astro_lint.fixes import runner
from dockerfile_astro_lint.reports import url
from dockerfile_astro_lint.rules.selection import UnknownRuleError


class Related(NamedTuple):
    """Another place that a diagnostic is about; lines and columns count from 1, ends are exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    message: str


class Edit(NamedTuple):
    """Replace a range of a file with `text`."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class Fix(NamedTuple):
    """Edits that resolve a diagnostic; an unsafe fix changes what is deployed."""

    title: str
    safe: bool
    edits: tuple[Edit, ...]


class Diagnostic(NamedTuple):
    """A finding, with the names and values that `--format json` has.

    `severity` is `error`, `warning` or `info`. Lines and columns count from 1, in code points, ends are exclusive.
    """

    code: str
    name: str
    severity: str
    message: str
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    related: tuple[Related, ...]
    fix: Fix | None
    url: str


class LintError(Exception):
    """Something could not be checked.

    `failures` are (path, message), the path empty where no file is at fault; `diagnostics` what was found nevertheless.
    """

    def __init__(self, failures: Iterable[tuple[str, str]], diagnostics: Iterable[Diagnostic] = ()) -> None:
        self.failures = tuple((path, message) for path, message in failures)
        self.diagnostics = list(diagnostics)
        super().__init__("; ".join(f"{path}: {message}" if path else message for path, message in self.failures))


class ParsedDockerfile(Protocol):
    """What is used of `dockerfile_parse.DockerfileParser`."""

    fileobj: Any
    build_args: dict[str, str]

    @property
    def content(self) -> str: ...


class _Input(NamedTuple):
    """A text with the path that it is checked as, if any; a path alone has no text."""

    path: str | None
    text: str | None
    build_args: Mapping[str, str] = {}


def lint(
    dockerfile: str | os.PathLike[str] | ParsedDockerfile,
    *,
    filename: str | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    extend_select: Iterable[str] = (),
    severity: Mapping[str, str] | None = None,
    environment: str | None = None,
    build_args: Mapping[str, str] | None = None,
    target: str | None = None,
    as_if: str | None = None,
    project: bool = True,
    ignores: bool = True,
    today: date | str | None = None,
    catalog: str | os.PathLike[str] | None = None,
    config: str | os.PathLike[str] | None = None,
    isolated: bool = False,
) -> list[Diagnostic]:
    """Check a path (file or folder), the text of a Dockerfile, or a `DockerfileParser`.

    A string is a path if it has no line break and either exists or has no spaces. A text belongs to no project, unless
    `filename` says which file it is. The other settings are the options of the command line; `isolated` leaves
    configuration files out. Raise ValueError for a wrong setting, LintError if anything could not be checked.
    """
    given = _input(dockerfile, filename)
    settings = _settings(
        given, select, ignore, extend_select, severity, environment, build_args, target, as_if, project, ignores, today,
        catalog, config, isolated,
    )  # fmt: skip
    try:
        return _lint(given, settings)
    except (UsageError, UnknownRuleError) as error:
        raise ValueError(str(error)) from None


def fix(
    dockerfile: str | ParsedDockerfile,
    *,
    unsafe: bool = False,
    filename: str | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    extend_select: Iterable[str] = (),
    environment: str | None = None,
    build_args: Mapping[str, str] | None = None,
    target: str | None = None,
    project: bool = True,
    today: date | str | None = None,
    catalog: str | os.PathLike[str] | None = None,
    config: str | os.PathLike[str] | None = None,
    isolated: bool = False,
) -> str:
    """The text of a Dockerfile with its safe fixes, with `unsafe` all fixes; nothing is written.

    A string is always the text. The settings are those of `lint`. Raise ValueError for a wrong setting, LintError if
    the text could not be checked.
    """
    given = _Input(filename, dockerfile) if isinstance(dockerfile, str) else _input(dockerfile, filename)
    settings = _settings(
        given, select, ignore, extend_select, None, environment, build_args, target, None, project, True, today,
        catalog, config, isolated,
    )  # fmt: skip
    try:
        return _fix(given, settings, unsafe)
    except (UsageError, UnknownRuleError) as error:
        raise ValueError(str(error)) from None


def _input(dockerfile: str | os.PathLike[str] | ParsedDockerfile, filename: str | None) -> _Input:
    if isinstance(dockerfile, os.PathLike):
        return _Input(os.fspath(dockerfile), None)
    if isinstance(dockerfile, str):
        is_text = "\n" in dockerfile or (not os.path.lexists(dockerfile) and (" " in dockerfile or not dockerfile))
        return _Input(filename, dockerfile) if is_text else _Input(dockerfile, None)
    fileobj = getattr(dockerfile, "fileobj", None)
    if fileobj is None and not hasattr(dockerfile, "dockerfile_path"):
        raise TypeError(f"a path, the text of a Dockerfile, or a DockerfileParser, not {type(dockerfile).__name__}")
    at = fileobj.tell() if fileobj is not None else 0
    try:
        text = dockerfile.content
    except OSError as error:
        raise LintError([(str(getattr(dockerfile, "dockerfile_path", "")), error.strerror or str(error))]) from None
    if fileobj is not None:
        fileobj.seek(at)
    path = filename if fileobj is not None else str(dockerfile.dockerfile_path)  # type: ignore[attr-defined]
    return _Input(path, text, dict(dockerfile.build_args))


def _settings(
    given: _Input,
    select: Iterable[str],
    ignore: Iterable[str],
    extend_select: Iterable[str],
    severity: Mapping[str, str] | None,
    environment: str | None,
    build_args: Mapping[str, str] | None,
    target: str | None,
    as_if: str | None,
    project: bool,
    ignores: bool,
    today: date | str | None,
    catalog: str | os.PathLike[str] | None,
    config: str | os.PathLike[str] | None,
    isolated: bool,
) -> Overrides:
    if environment not in (None, "production", "development"):
        raise ValueError(f"environment must be `production` or `development`, not {environment!r}")
    every_argument = {**given.build_args, **(build_args or {})}
    return Overrides(
        select=_words(select),
        ignore=_words(ignore),
        extend_select=_words(extend_select),
        severity=[f"{code}={level}" for code, level in (severity or {}).items()],
        environment=environment,
        build_arg=[f"{name}={value}" for name, value in every_argument.items()],
        target=target,
        as_if=as_if,
        no_project=not project,
        no_ignores=not ignores,
        today=None if today is None else str(today),
        catalog=None if catalog is None else os.fspath(catalog),
        config=None if config is None else os.fspath(config),
        isolated=isolated,
    )


def _words(given: Iterable[str]) -> list[str]:
    return [given] if isinstance(given, str) else list(given)


def _laid(given: _Input) -> Overlay:
    """The files, with the text in the place of its file."""
    data = (given.text or "").encode("utf-8", "surrogateescape")
    if len(data) > MAX_DOCKERFILE_BYTES:
        raise LintError([(given.path or "", f"larger than {MAX_DOCKERFILE_BYTES // 1024 // 1024} MiB")])
    return Overlay().with_bytes(given.path, data)


def _lint(given: _Input, settings: Overrides) -> list[Diagnostic]:
    resolver = Resolver(settings)
    resolver.defaults()
    failures: Iterable[engine.Failure] = ()
    if given.text is None:
        overlay = Overlay()
        targets, failures = find_targets([given.path or ""], overlay, resolver.excluder)
    else:
        overlay, targets = _laid(given), [Target(given.path)]
    report = lint_targets(targets, resolver.for_file, overlay)
    found = list(map(_diagnostic, report.findings))
    failed = sorted({*failures, *report.failures})
    if failed:
        raise LintError(failed, found)
    return found


def _fix(given: _Input, settings: Overrides, unsafe: bool) -> str:
    resolver = Resolver(settings)
    resolver.defaults()
    target = Target(given.path)
    outcome = runner.fix([target], resolver.for_file, _laid(given), unsafe, only=target.name)
    report = engine.make_report(outcome.results)
    failed = sorted({*report.failures, *outcome.failures})
    if failed:
        raise LintError(failed, map(_diagnostic, report.findings))
    return outcome.overlay.read(given.path, 2 * MAX_DOCKERFILE_BYTES).decode("utf-8", "surrogateescape")


def _diagnostic(finding: engine.Diagnostic) -> Diagnostic:
    rule, proposed = finding.rule, finding.fix
    edits = tuple(Edit(*_place(edit.span), edit.text) for edit in proposed.edits) if proposed else ()
    return Diagnostic(
        rule.code,
        rule.name,
        finding.severity,
        finding.message,
        *_place(finding.span),
        tuple(Related(*_place(related.span), related.message) for related in finding.related),
        Fix(proposed.title, proposed.safe, edits) if proposed else None,
        url(finding),
    )


def _place(span: Span) -> tuple[str, int, int, int, int]:
    return (span.source.path, *span.source.position(span.start), *span.source.position(span.end))
