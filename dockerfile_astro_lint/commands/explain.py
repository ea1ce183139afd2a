"""`astro-lint explain CODE|NAME ...`: the manual page in the terminal."""

import sys

from dockerfile_astro_lint.arguments import parser
from dockerfile_astro_lint.docs import explain
from dockerfile_astro_lint.light import Sequence
from dockerfile_astro_lint.output import write
from dockerfile_astro_lint.selection import all_rules, match_rules


def run(argv: Sequence[str]) -> int:

    page = parser("astro-lint explain", description="A rule's manual page.")
    page.add_argument("rules", nargs="+", metavar="CODE|NAME")
    words = page.parse_args(argv).rules

    codes = match_rules(words)
    write(explain(rule for rule in all_rules() if rule.code in codes), sys.stdout)
    return 0
