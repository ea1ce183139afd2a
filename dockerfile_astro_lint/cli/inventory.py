"""`astro-lint inventory [PATH ...]`: list all Astro projects with their Runtime and its end of maintenance."""

import sys
from argparse import ArgumentParser, Namespace

from dockerfile_astro_lint import __version__
from dockerfile_astro_lint.cli.options import OPTIONS
from dockerfile_astro_lint.cli.parser import parser
from dockerfile_astro_lint.config.overrides import overrides_of
from dockerfile_astro_lint.config.resolver import Resolver
from dockerfile_astro_lint.core.compat import Iterator, Sequence
from dockerfile_astro_lint.core.display import display_path, pluralize, sanitize
from dockerfile_astro_lint.core.errors import UsageError
from dockerfile_astro_lint.core.files import Overlay
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
    write,
    write_bytes,
)
from dockerfile_astro_lint.reports.terminal import asked_columns, columns

_SHARED = ("--environment", "--build-arg", "--target", "--exclude", "--no-gitignore", "--today", "--catalog",
           "--config", "--isolated", "--color")  # fmt: skip


def page() -> ArgumentParser:
    own = parser(
        "astro-lint inventory",
        description="List all Astro projects with their Runtime, Airflow, Python and end of maintenance.",
    )
    own.add_argument(
        "paths", nargs="*", metavar="PATH", help="a folder to search, a Dockerfile or a pyproject.toml (default: .)"
    )
    own.add_argument("--format", **{**OPTIONS["--format"], "help": f"{', '.join(FORMATS)}; can be repeated"})
    own.add_argument(
        "--fail-within",
        metavar="DAYS",
        help="exit code 1 if a build is yanked, or past end of maintenance, or within DAYS of it",
    )
    for option in _SHARED:
        own.add_argument(option, **OPTIONS[option])
    own.add_argument("-q", "--quiet", action="store_true", help="print only the inventory")
    return own


def run(argv: Sequence[str]) -> int:
    arguments = page().parse_intermixed_args(argv)
    within = _days(arguments.fail_within)
    formats = wanted_formats(arguments.format, FORMATS)
    resolver = Resolver(overrides_of(arguments))
    date = resolver.defaults().settings.catalog.date

    line = progress(arguments.quiet)

    def find(folder: str) -> Iterator[str]:
        return search(folder, Overlay(), resolver.excluder, not arguments.no_gitignore, progress=line)

    targets, failures = expand_paths(arguments.paths or ["."], find)
    rows, report = take_inventory(targets, resolver.for_file, line)
    report = redacted_sentences(report._replace(failures=sorted({*report.failures, *failures})))
    colored = color(arguments.color, sys.stdout)
    width = columns(sys.stdout) if sys.stdout.isatty() or asked_columns() else None
    inventory = Inventory(rows, report.failures, __version__, date, resolver.today, colored, width)
    unwritten = [_show(name, file, inventory, arguments) for name, file in formats]
    for path, message in report.failures:
        print_error(f"{path}: {message}")
    for sentence in filter(None, unwritten):
        print_error(sentence)
    due = [row for row in rows if within is not None and row.due(within)]
    if not arguments.quiet:
        for note in (*resolver.notes, *report.notes):
            print_error(note)
        if ("text", None) not in formats and ("json", None) not in formats:
            write([summary(inventory)], sys.stderr)
        if due:
            more = f" and {pluralize(len(due) - 1, 'more project')}" if len(due) > 1 else ""
            verb = "is" if len(due) == 1 else "are"
            days = pluralize(within or 0, "day")
            print_error(f"{due[0].path}{more} {verb} yanked, past the end of maintenance, or within {days} of it")
    return 2 if report.failures or any(unwritten) else int(bool(due))


def _days(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isdecimal() and text.isascii()) or len(text) > 6:
        raise UsageError(f"--fail-within {text}: write a number of days, such as 90")
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
            where = ", ".join(sanitize(display_path(path)) for path in arguments.paths or ["."])
            write([f"Nothing to list: no Astro project in {where}."], sys.stdout)
        return ""
    lines = reported("inventory", name, inventory)
    if name == "csv":
        # Its line ends are its own, on every system.
        write_bytes("".join(f"{line}\n" for line in lines).encode("utf-8", "replace"))
    elif name == "text" and arguments.quiet:
        *listed, _ = lines
        write(listed[:-1] if not listed[-1] else listed, sys.stdout)
    else:
        write(lines, sys.stdout)
    return ""
