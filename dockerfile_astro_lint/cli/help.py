"""`astro-lint help [COMMAND]`: show the help page of a command, or the one with all commands."""

import sys

from dockerfile_astro_lint.cli.parser import Parser, Rows, parser
from dockerfile_astro_lint.core.compat import Iterator, Sequence
from dockerfile_astro_lint.core.errors import UsageError
from dockerfile_astro_lint.core.spelling import did_you_mean
from dockerfile_astro_lint.reports import HOME
from dockerfile_astro_lint.reports.streams import write

GROUPS = {
    "Rules": (
        "--select", "--ignore", "--extend-select", "--severity", "--environment", "--no-ignores", "--online",
    ),
    "Files": (
        "--exclude", "--no-gitignore", "--no-project", "--whole-project", "--stdin-filename", "--require-files",
        "--skip-unrelated", "--show-files",
    ),
    "Image": ("--build-arg", "--target", "--as-if"),
    "Fixes": (
        "--fix", "--unsafe-fixes", "--diff", "--fix-only", "--show-fixes", "--fixable", "--unfixable",
        "--exit-non-zero-on-fix",
    ),
    "Existing findings": ("--baseline", "--write-baseline", "--add-ignores"),
    "Output": ("--format", "--output-file", "--color", "--statistics", "--quiet", "--verbose"),
    "Exit code": ("--fail-on", "--fail-on-lifecycle", "--exit-zero"),
    "Configuration and catalog": (
        "--config", "--isolated", "--show-settings", "--today", "--catalog",
    ),
}  # fmt: skip
"""The options of `check` as its help page groups them; a test compares them with the options that there are."""


def page() -> Parser:
    own = parser("astro-lint help", description="Show the help page of a command, or the one with all commands.")
    own.add_argument("command", nargs="?", metavar="COMMAND", help="a command, such as explain")
    return own


def run(argv: Sequence[str]) -> int:
    command = page().parse_args(argv).command or "check"
    pages = pages_of_commands()
    if command not in pages:
        raise UsageError(f"help {command}: unknown command{did_you_mean(command, pages)}")
    write(pages[command].format_help().rstrip("\n").split("\n"), sys.stdout)
    return 0


def pages_of_commands() -> dict[str, Parser]:
    """The parser of every command, by its name."""
    from dockerfile_astro_lint.cli.main import COMMANDS

    pages = {}
    for command in COMMANDS:
        module = f"{__package__}.{command}"
        __import__(module)
        pages[command] = sys.modules[module].page()
    return pages


def commands() -> Iterator[tuple[str, Rows]]:
    """What the help page of `check` begins with: all commands."""
    pages = sorted(pages_of_commands().items(), key=lambda item: item[0] != "check")
    yield (
        "Commands (`astro-lint help COMMAND` shows their options)",
        [(name, own.description or "") for name, own in pages],
    )


def closing() -> Iterator[tuple[str, Rows]]:
    """What it ends with: environment variables, exit codes, and where the documentation is."""
    from dockerfile_astro_lint.cli.environment import variable

    names = sorted(variable(option) for options in GROUPS.values() for option in options)
    yield (
        "Environment variables (the command line overrides them, and they override configuration files)",
        (("", ", ".join(names)),),
    )
    yield (
        "Exit codes",
        (
            ("0", "no finding at or above --fail-on"),
            ("1", "findings, or with --diff a patch"),
            ("2", "usage error, or a path that cannot be checked"),
        ),
    )
    yield "Documentation", ((f"{HOME}/tree/main/docs", ""),)
