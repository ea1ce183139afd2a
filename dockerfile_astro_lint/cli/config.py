"""`astro-lint config [PATH]`: the effective configuration for a path, and where it comes from."""

import json
import os
import sys
from argparse import ArgumentParser

from dockerfile_astro_lint.cli.arguments import parse
from dockerfile_astro_lint.cli.environment import in_use
from dockerfile_astro_lint.cli.parser import parser
from dockerfile_astro_lint.config.overrides import overrides_of
from dockerfile_astro_lint.config.resolver import Resolver
from dockerfile_astro_lint.config.schema import schema
from dockerfile_astro_lint.core.compat import Sequence
from dockerfile_astro_lint.core.display import sanitize
from dockerfile_astro_lint.core.errors import UsageError
from dockerfile_astro_lint.reports.streams import write
from dockerfile_astro_lint.reports.terminal import wrap_lines


def page() -> ArgumentParser:
    own = parser(
        "astro-lint config", description="Show the effective configuration for a path, and where it comes from."
    )
    own.add_argument(
        "path", nargs="?", default=".", metavar="PATH", help="a file or folder (default: the current folder)"
    )
    own.add_argument("--schema", action="store_true", help="print the JSON schema of configuration files")
    return own


def run(argv: Sequence[str]) -> int:
    given = page().parse_args(argv)
    if given.schema:
        write(json.dumps(schema(), indent=2).split("\n"), sys.stdout)
        return 0
    if not os.path.exists(given.path):
        raise UsageError(f"{given.path}: no such file or folder")
    lines = list(Resolver(overrides_of(parse([]))).explained(given.path))
    if names := in_use():
        lines.append(f"variables: {' '.join(names)}")
    write(wrap_lines(map(sanitize, lines), sys.stdout), sys.stdout)
    return 0
