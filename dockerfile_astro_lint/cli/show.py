"""`--show-files` and `--show-settings`: which files would be checked, and how."""

import os
import sys

from dockerfile_astro_lint.cli.arguments import Arguments
from dockerfile_astro_lint.config.resolver import Resolver
from dockerfile_astro_lint.core.compat import Iterable, Iterator, Sequence
from dockerfile_astro_lint.core.display import display_path, pluralize, sanitize
from dockerfile_astro_lint.core.errors import ConfigError
from dockerfile_astro_lint.core.files import Overlay, explain_os_error
from dockerfile_astro_lint.engine.diagnostics import Failure
from dockerfile_astro_lint.engine.linter import is_relevant
from dockerfile_astro_lint.engine.targets import MAX_DOCKERFILE_BYTES, Target
from dockerfile_astro_lint.project.file_kinds import AIRFLOW_SETTINGS, MANIFEST, PACKAGES, REQUIREMENTS, kind_of
from dockerfile_astro_lint.project.folder import Folder, Folders, dockerfile_of
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.reports.streams import print_error, write
from dockerfile_astro_lint.reports.terminal import wrap_lines


def show(
    arguments: Arguments, targets: Sequence[Target], failures: Sequence[Failure], resolver: Resolver, overlay: Overlay
) -> int:
    """Print files, settings, or both; return the exit code."""
    found = list(failures)
    lines: list[str] = []
    if arguments.show_files:
        lines += sorted(set(_files(targets, resolver, overlay, found)))
    if arguments.show_settings:
        lines += [""] if lines else []
        lines += _settings(targets, arguments.paths or ["."], resolver, found)
    if arguments.require_files and not targets:
        found.append(Failure("", "nothing would be checked, and --require-files is set"))
    if not arguments.output_file:
        write(wrap_lines(map(sanitize, lines), sys.stdout), sys.stdout)
    else:
        from dockerfile_astro_lint.reports.files import write_report

        error = write_report(f"--output-file {arguments.output_file}", arguments.output_file, map(sanitize, lines))
        found += [Failure("", error)] if error else []
    for path, message in sorted(set(found)):
        print_error(f"{path}: {message}" if path else message)
    return 2 if found else 0


def _files(targets: Iterable[Target], resolver: Resolver, overlay: Overlay, failures: list[Failure]) -> Iterator[str]:
    """The paths of targets, and of what is checked together with them."""
    folders = Folders(overlay)
    for target in targets:
        yield target.name
        if target.path is None:
            continue
        try:
            data = overlay.read(target.path, MAX_DOCKERFILE_BYTES)
            settings = resolver.for_file(target.path)
        except ConfigError as error:
            failures.append(Failure(display_path(error.path), error.reason))
            continue
        except OSError as error:
            failures.append(Failure(target.name, explain_os_error(error)))
            continue
        except ValueError as error:
            failures.append(Failure(target.name, str(error)))
            continue
        folder = folders.at(os.path.dirname(target.path))
        kind = kind_of(target.path)
        if not settings.use_project or (kind.linted == "project" and kind is not MANIFEST):
            continue
        text = data if kind is not MANIFEST else b""
        dockerfile = dockerfile_of(overlay, text, target.name, settings.settings.build_args)
        project = Project(dockerfile, settings.settings, folder, folder.manifest if kind is MANIFEST else None)
        if project.context is not None and is_relevant(project):
            yield from (display_path(path) for path, _ in project.context.python_files())
            yield from _texts(folder)


def _texts(folder: Folder) -> Iterator[str]:
    """The files of a project other than code that rules judge."""
    names = (*REQUIREMENTS.names, *PACKAGES.names, *AIRFLOW_SETTINGS.names, ".dockerignore")
    yield from (display_path(os.path.join(folder.path, name)) for name in names if name in folder.names)


def _settings(
    targets: Sequence[Target], paths: Sequence[str], resolver: Resolver, failures: list[Failure]
) -> Iterator[str]:
    """The settings of each group of files that have the same."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for path in [target.path or "" for target in targets] or paths:
        lines = _settings_of(path, resolver, failures)
        groups.setdefault(lines, []).append(display_path(path) if path else "<stdin>")
    for number, (lines, names) in enumerate(groups.items()):
        if number:
            yield ""
        yield names[0] + (f" and {pluralize(len(names) - 1, 'more file')}" if len(names) > 1 else "")
        yield from (f"  {line}" for line in lines)


def _settings_of(path: str, resolver: Resolver, failures: list[Failure]) -> tuple[str, ...]:
    """The settings of a file, line by line: what `config` shows, and what the command line changes."""
    try:
        lines = [*resolver.explained(path)]
        settings = resolver.for_file(path)
    except ConfigError as error:
        failures.append(Failure(display_path(error.path), error.reason))
        return ("cannot be read",)
    of_project = settings.settings
    facts = {
        "severity": ", ".join(f"{code}={severity}" for code, severity in sorted(settings.severities.items())),
        "not fixed": " ".join(sorted(settings.unfixable)),
        "build arguments": ", ".join(sorted(of_project.build_args)),
        "target": of_project.target or "",
        "mirrors": ", ".join(f"{left} = {right}" for left, right in sorted(of_project.mirrors.items())),
        "as if": settings.as_if or "",
        "excluded": " ".join(resolver.overrides.exclude),
        "project files": "" if settings.use_project else "not checked",
        "ignore comments": "" if settings.use_ignores else "not respected",
    }
    return (*lines, *(f"{name}: {value}" for name, value in facts.items() if value), f"today: {of_project.today}")
