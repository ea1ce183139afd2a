"""`astro-lint inventory [PATH ...]`: list all Astro projects with their Runtime and its end of maintenance."""

import os
import sys
import time
from argparse import ArgumentParser, Namespace

from dockerfile_astro_lint import __version__
from dockerfile_astro_lint.cli.options import OF_PROJECTS, OPTIONS
from dockerfile_astro_lint.cli.parser import parser
from dockerfile_astro_lint.config.overrides import overrides_of
from dockerfile_astro_lint.config.resolver import Resolver
from dockerfile_astro_lint.core.compat import Iterator, NamedTuple, Sequence
from dockerfile_astro_lint.core.display import display_path, pluralize, sanitize
from dockerfile_astro_lint.core.errors import UsageError
from dockerfile_astro_lint.core.files import Overlay
from dockerfile_astro_lint.engine.diagnostics import Failure
from dockerfile_astro_lint.engine.redaction import redacted_sentences
from dockerfile_astro_lint.engine.targets import expand_paths, search
from dockerfile_astro_lint.inventory import FORMATS, Inventory, summary
from dockerfile_astro_lint.inventory.collect import take_inventory
from dockerfile_astro_lint.reports.streams import (
    color,
    print_error,
    progress,
    reported,
    wanted_formats,
    without_commands,
    write,
    write_bytes,
)
from dockerfile_astro_lint.reports.terminal import asked_columns, columns

STALE_AFTER = 30
"""Days after which a project without a newer report is stale: four missed runs of a weekly job."""


def page() -> ArgumentParser:
    own = parser(
        "astro-lint inventory",
        description="List all Astro projects with their Runtime, Airflow, Python and end of maintenance.",
    )
    own.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="a folder to search, a Dockerfile or a pyproject.toml (default: .); with --merge, reports",
    )
    own.add_argument(
        "--merge",
        action="store_true",
        help="join JSON reports of inventories, or folders of them, and keep the newest of each project",
    )
    own.add_argument(
        "--stale-after",
        metavar="DAYS",
        help=f"with --merge, name the projects whose newest report is older (default: {STALE_AFTER})",
    )
    own.add_argument("--format", **{**OPTIONS["--format"], "help": f"{', '.join(FORMATS)}; can be repeated"})
    own.add_argument(
        "--fail-within",
        metavar="DAYS",
        help="exit code 1 if a build is yanked, or past end of maintenance, or within DAYS of it",
    )
    own.add_argument(
        "--repository", metavar="REPOSITORY", help="the repository of the projects (default: from .git, else from CI)"
    )
    own.add_argument("--commit", metavar="SHA", help="the commit of the projects (default: from .git, else from CI)")
    for option in OF_PROJECTS:
        own.add_argument(option, **OPTIONS[option])
    own.add_argument("-q", "--quiet", action="store_true", help="print only the inventory")
    return own


def run(argv: Sequence[str]) -> int:
    # What follows `--` are paths, which argparse forgets where options and paths are mixed.
    end = list(argv).index("--") if "--" in argv else len(argv)
    arguments = page().parse_intermixed_args(argv[:end])
    arguments.paths += argv[end + 1 :]
    within = _days("--fail-within", arguments.fail_within)
    formats = wanted_formats(arguments.format, FORMATS)
    if arguments.merge:
        from dockerfile_astro_lint.cli.merging import refuse_options_of_files

        refuse_options_of_files(argv[:end])
    elif arguments.stale_after is not None:
        raise UsageError("--stale-after has no effect without --merge")
    now = _now(arguments.today)
    resolver = Resolver(overrides_of(arguments)._replace(today=arguments.today or now[:10]))
    taken = _merged(arguments, resolver) if arguments.merge else _inventory(arguments, resolver, now)
    colored = color(arguments.color, sys.stdout)
    width = columns(sys.stdout) if sys.stdout.isatty() or asked_columns() else None
    inventory = taken.inventory._replace(color=colored, width=width)
    unwritten = [_show(name, file, inventory, arguments) for name, file in formats]
    for path, message in taken.failures:
        print_error(f"{path}: {message}")
    for sentence in filter(None, unwritten):
        print_error(sentence)
    due = [row for row in inventory.rows if within is not None and row.due(within)]
    if not arguments.quiet:
        for note in (*resolver.notes, *taken.notes):
            print_error(note)
        if ("text", None) not in formats and ("json", None) not in formats:
            write([summary(inventory)], sys.stderr)
        if due:
            more = f" and {pluralize(len(due) - 1, 'more project')}" if len(due) > 1 else ""
            verb = "is" if len(due) == 1 else "are"
            days = pluralize(within or 0, "day")
            print_error(f"{due[0].label}{more} {verb} yanked, past the end of maintenance, or within {days} of it")
    return 2 if taken.failures or any(unwritten) else int(bool(due))


class _Taken(NamedTuple):
    """An inventory, what could not be read in this run, and notes."""

    inventory: Inventory
    failures: list[Failure]
    notes: Sequence[str]


def _inventory(arguments: Namespace, resolver: Resolver, now: str) -> _Taken:
    """Lint the projects below the paths."""
    from dockerfile_astro_lint.inventory.origins import Origins, is_commit, repository_name

    repository, commit = repository_name(arguments.repository or ""), (arguments.commit or "").lower()
    if arguments.repository is not None and not repository:
        raise UsageError("--repository: write an address or a name, such as github.com/acme/sales")
    if arguments.commit is not None and not is_commit(commit, shortest=7):
        raise UsageError("--commit: write at least 7 hexadecimal digits")

    line = progress(arguments.quiet)

    def find(folder: str) -> Iterator[str]:
        return search(folder, Overlay(), resolver.excluder, not arguments.no_gitignore, progress=line)

    date = resolver.defaults().settings.catalog.date
    targets, failures = expand_paths(arguments.paths or ["."], find)
    rows, report = take_inventory(targets, resolver.for_file, line)
    report = redacted_sentences(report._replace(failures=sorted({*report.failures, *failures})))
    origins = Origins(repository, commit, os.environ)
    rows = [origins.add_to(row, now) for row in rows]
    searched = origins.searched(arguments.paths or ["."], now)
    inventory = Inventory(rows, report.failures, __version__, date, resolver.today, searched=searched)
    return _Taken(inventory, report.failures, report.notes)


def _merged(arguments: Namespace, resolver: Resolver) -> _Taken:
    """Join reports instead."""
    from dockerfile_astro_lint.cli.merging import merge_reports

    stale_after = _days("--stale-after", arguments.stale_after)
    settings = resolver.for_file("").settings
    merger, failures = merge_reports(arguments.paths, progress(arguments.quiet))
    catalog, notice = settings.catalog, settings.maintenance_notice_days
    stale_after = STALE_AFTER if stale_after is None else stale_after
    rows, reported_failures, merged = merger.finish(catalog, resolver.today, notice, stale_after)
    notes = []
    if reported_failures:
        more = f" and {pluralize(len(reported_failures) - 1, 'more path')}" if len(reported_failures) > 1 else ""
        notes.append(f"{reported_failures[0].path}{more} could not be checked when the report was written")
    every = [*failures, *reported_failures]
    inventory = Inventory(
        rows, every, __version__, catalog.date, resolver.today, merged=merged, searched=merger.searched()
    )
    return _Taken(inventory, failures, notes)


def _now(today: str | None) -> str:
    """The time of the inventory in UTC: the day that is given, SOURCE_DATE_EPOCH, or now."""
    if today is not None:
        return f"{today}T00:00:00Z"
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch and not (epoch.isdecimal() and epoch.isascii() and len(epoch) <= 11):
        raise UsageError("SOURCE_DATE_EPOCH: write seconds since 1970")
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(epoch) if epoch else None))


def _days(option: str, text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isdecimal() and text.isascii()) or len(text) > 6:
        raise UsageError(f"{option} {text}: write a number of days, such as 90")
    return int(text)


def _show(name: str, file: str | None, inventory: Inventory, arguments: Namespace) -> str:
    """Print or write a format; a sentence where its file cannot be written, else nothing."""
    if file is not None:
        from dockerfile_astro_lint.reports.files import write_report

        return write_report(
            f"--format {name}={file}", file, reported("inventory", name, inventory._replace(color=False, width=None))
        )
    if name == "text" and not inventory.rows:
        if not inventory.failures and not arguments.quiet:
            where = ", ".join(f"`{sanitize(display_path(path))}`" for path in arguments.paths or ["."])
            write([f"Nothing to list: no Astro project in {where}."], sys.stdout)
        return ""
    lines = reported("inventory", name, inventory)
    if name in ("text", "csv"):
        lines = without_commands(lines)
    if name == "csv":
        # Its line ends are its own, on every system.
        write_bytes("".join(f"{line}\n" for line in lines).encode("utf-8", "replace"))
    elif name == "text" and arguments.quiet:
        *listed, _ = lines
        write(listed[:-1] if not listed[-1] else listed, sys.stdout)
    else:
        write(lines, sys.stdout)
    return ""
