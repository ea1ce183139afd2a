"""`astro-lint explain CODE|NAME ...`: show the manual pages of rules."""

import sys
from argparse import ArgumentParser

from dockerfile_astro_lint.cli.parser import parser
from dockerfile_astro_lint.core.compat import Sequence
from dockerfile_astro_lint.reports.streams import write
from dockerfile_astro_lint.rules.manual import explain
from dockerfile_astro_lint.rules.selection import all_rules, match_rules


def page() -> ArgumentParser:
    own = parser("astro-lint explain", description="Show the manual page of a rule: why, examples, fix.")
    own.add_argument("rules", nargs="+", metavar="CODE|NAME", help="code, prefix or name of a rule, such as AST105")
    return own


def run(argv: Sequence[str]) -> int:
    codes = match_rules(page().parse_args(argv).rules)
    write(explain(rule for rule in all_rules() if rule.code in codes), sys.stdout)
    return 0
