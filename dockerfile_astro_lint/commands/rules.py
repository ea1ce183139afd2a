"""`astro-lint rules`: the list of all rules."""

import sys

from dockerfile_astro_lint.arguments import parser
from dockerfile_astro_lint.docs import listing
from dockerfile_astro_lint.light import Sequence
from dockerfile_astro_lint.output import write


def run(argv: Sequence[str]) -> int:

    table = parser("astro-lint rules", description="All rules.")
    table.add_argument("--format", choices=("text", "json", "markdown"), default="text")
    write(listing(table.parse_args(argv).format), sys.stdout)
    return 0
