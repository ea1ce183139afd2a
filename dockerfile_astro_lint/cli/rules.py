"""`astro-lint rules [CODE|NAME ...]`: list all rules, or some."""

import sys

from dockerfile_astro_lint.cli.parser import Parser, parser
from dockerfile_astro_lint.core.compat import Sequence
from dockerfile_astro_lint.reports.streams import write
from dockerfile_astro_lint.reports.terminal import wrap_table
from dockerfile_astro_lint.rules.lookup import find_rules
from dockerfile_astro_lint.rules.manual import last_column, listing
from dockerfile_astro_lint.rules.selection import all_rules


def page() -> Parser:
    own = parser("astro-lint rules", description="List all rules, or some.")
    own.add_argument(
        "rules",
        nargs="*",
        metavar="CODE|NAME",
        help="codes, prefixes (AST1), names or words to search for (default: all)",
    )
    own.add_argument(
        "--format", choices=("text", "json", "markdown"), default="text", help="output format (default: text)"
    )
    return own


def run(argv: Sequence[str]) -> int:
    given = page().parse_intermixed_args(argv)
    rules = find_rules(given.rules).rules if given.rules else all_rules()
    lines = listing(given.format, rules)
    write(wrap_table(lines, sys.stdout, last_column(rules)) if given.format == "text" else lines, sys.stdout)
    return 0
