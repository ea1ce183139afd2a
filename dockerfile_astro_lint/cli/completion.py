"""`astro-lint completion bash|zsh|fish`: print a script that completes commands, options, rules and files."""

import argparse
import os
import sys

from dockerfile_astro_lint.cli.parser import parser
from dockerfile_astro_lint.core.compat import Sequence
from dockerfile_astro_lint.reports.streams import write

SHELLS = ("bash", "zsh", "fish")


def page() -> argparse.ArgumentParser:
    own = parser("astro-lint completion", description="Print a shell completion script.")
    own.add_argument("shell", choices=SHELLS, help="the shell to print the script for")
    return own


def run(argv: Sequence[str]) -> int:
    shell = page().parse_args(argv).shell
    with open(script_path(shell), encoding="utf-8") as file:
        write(file.read().splitlines(), sys.stdout)
    return 0


def script_path(shell: str) -> str:
    """Where the script for a shell lies, which `tools/write_docs.py` writes."""
    return os.path.join(os.path.dirname(__file__), "completions", f"astro-lint.{shell}")
