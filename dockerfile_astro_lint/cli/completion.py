"""`astro-lint completion bash|zsh|fish`: print a script that completes commands, options, rules and files."""

import argparse
import sys

from dockerfile_astro_lint.cli.completions import SHELLS, Command, Option, Words
from dockerfile_astro_lint.cli.main import COMMANDS
from dockerfile_astro_lint.cli.parser import parser
from dockerfile_astro_lint.core.compat import Iterator, Sequence
from dockerfile_astro_lint.reports.streams import write
from dockerfile_astro_lint.rules.authoring import SEVERITIES
from dockerfile_astro_lint.rules.manual import GROUPS
from dockerfile_astro_lint.rules.selection import all_rules

_KINDS = {
    "CODES": "rule list",
    "CODE|NAME": "rules",
    "CODE=SEVERITY": "severity",
    "NAME[=FILE]": "format",
    "FILE": "file",
    "GLOBS": "file",
    "NAME": "file",
    "PATH": "file",
    "VERSION|FILE": "file",
}
"""How the value that a help text calls so is completed; others are free text."""


def page() -> argparse.ArgumentParser:
    own = parser("astro-lint completion", description="Print a shell completion script.")
    own.add_argument("shell", choices=tuple(SHELLS), help="the shell to print the script for")
    return own


def run(argv: Sequence[str]) -> int:
    shell = page().parse_args(argv).shell
    write(SHELLS[shell](words()), sys.stdout)
    return 0


def words() -> Words:
    """All commands with their options, and all rules."""
    rules = [*GROUPS.items(), *((rule.code, rule.summary) for rule in all_rules())]
    rules += [(rule.name, rule.code) for rule in all_rules()]
    return Words(tuple(map(_command, COMMANDS)), tuple(rules), (*SEVERITIES, "off"))


def _command(name: str) -> Command:
    module = f"{__package__}.{name}"
    __import__(module)
    own: argparse.ArgumentParser = sys.modules[module].page()
    return Command(name, own.description or "", tuple(_options(own, getattr(sys.modules[module], "FORMATS", ()))))


def _options(own: argparse.ArgumentParser, formats: tuple[str, ...]) -> Iterator[Option]:
    for action in own._actions:
        kind = _KINDS.get(str(action.metavar), "text")
        if action.choices:
            kind = "words"
        elif action.nargs == 0:
            kind = "flag"
        choices = formats if kind == "format" else tuple(map(str, action.choices or ()))
        repeats = isinstance(action, argparse._AppendAction)
        value = str(action.metavar or "|".join(choices) or action.dest)
        yield Option(tuple(action.option_strings), kind, action.help or "", choices, repeats, value)
