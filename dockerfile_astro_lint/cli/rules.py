"""`astro-lint rules`: list all rules."""

import sys
from argparse import ArgumentParser

from dockerfile_astro_lint.cli.parser import parser
from dockerfile_astro_lint.core.compat import Sequence
from dockerfile_astro_lint.reports.streams import write
from dockerfile_astro_lint.rules.manual import listing


def page() -> ArgumentParser:
    own = parser("astro-lint rules", description="List all rules.")
    own.add_argument(
        "--format", choices=("text", "json", "markdown"), default="text", help="output format (default: text)"
    )
    return own


def run(argv: Sequence[str]) -> int:
    write(listing(page().parse_args(argv).format), sys.stdout)
    return 0
