"""`astro-lint config [PATH]`: what holds for a path, and from where."""

import json
import os
import sys
from argparse import ArgumentParser

from dockerfile_astro_lint.arguments import parser
from dockerfile_astro_lint.command_line import Arguments
from dockerfile_astro_lint.config_file import schema
from dockerfile_astro_lint.errors import UsageError
from dockerfile_astro_lint.light import Sequence
from dockerfile_astro_lint.options import Chooser
from dockerfile_astro_lint.output import write


def page() -> ArgumentParser:
    own = parser("astro-lint config", description="What holds for a path, and from where.")
    own.add_argument("path", nargs="?", default=".", metavar="PATH", help="a file or folder; without it, this one")
    own.add_argument("--schema", action="store_true", help="print the JSON schema of the configuration")
    return own


def run(argv: Sequence[str]) -> int:
    given = page().parse_args(argv)
    if given.schema:
        write(json.dumps(schema(), indent=2).split("\n"), sys.stdout)
        return 0
    if not os.path.exists(given.path):
        raise UsageError(f"{given.path}: no such file or folder")
    write(Chooser(Arguments([])).told(given.path), sys.stdout)
    return 0
