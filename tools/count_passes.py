"""Count what a run does: modules, lint passes and Dockerfile parses on one small project.

    python tools/count_passes.py [CHECKOUT ...]

Every command runs in a process of its own, under `sys.setprofile`, with the package of a checkout (of this one, unless
others are named). A module is entered when one of its functions runs. A lint pass is a run of one rule's check over a
project: the number is that of the rule that ran most often. A parse is a call of the function that reads a Dockerfile.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PROJECT = {
    "Dockerfile": "FROM astrocrpublic.azurecr.io/runtime:3.1\nUSER astro\n",
    "requirements.txt": "apache-airflow-providers-postgres\n",
    "packages.txt": "libpq-dev\n",
    **{f"dags/{name}.py": "import imp\n" for name in ("orders", "invoices", "customers", "stock")},
}
"""A floating tag, which has a fix, and in every DAG an import without one."""

COMMANDS = {
    "check": ("Dockerfile",),
    "--unsafe-fixes": ("--unsafe-fixes", "Dockerfile"),
    "--as-if --diff": ("--as-if", "3.2-10", "--diff", "Dockerfile"),
    "inventory": ("inventory", "."),
    "flake8": ("-j1", "--isolated", "--select", "AST", "Dockerfile", "."),
}
OPTIONS = ("--today", "2026-10-01", "--catalog", str(ROOT / "tests" / "fixtures" / "catalog.json"), "--isolated")
PARSERS = {
    ("dockerfile/parser.py", "parse_dockerfile"),
    ("dockerfile.py", "read"),  # before the modules moved into packages
}
"""The functions that read a Dockerfile, in any version."""


class Profile:
    """Counts the calls of the package's functions; a generator counts once, however often it is resumed."""

    def __init__(self, package: str) -> None:
        self.package = os.path.join(package, "")
        self.calls: Counter[CodeType] = Counter()
        self.generators: dict[int, FrameType] = {}

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        code = frame.f_code
        if event != "call" or not code.co_filename.startswith(self.package):
            return
        if code.co_flags & 0x20:  # CO_GENERATOR
            if id(frame) in self.generators:
                return
            self.generators[id(frame)] = frame  # kept, so that no other frame gets its number
        self.calls[code] += 1

    def counts(self) -> dict[str, int]:
        calls = {
            (os.path.relpath(code.co_filename, self.package).replace(os.sep, "/"), code.co_name, code): count
            for code, count in self.calls.items()
        }
        rules = [count for (path, name, _), count in calls.items() if path.startswith("rules/ast") and name == "check"]
        parsers = [count for (path, name, _), count in calls.items() if (path, name) in PARSERS]
        return {
            "modules loaded": sum(name.startswith("dockerfile_astro_lint") for name in sys.modules),
            "modules entered": len({path for path, name, _ in calls if name != "<module>"}),
            "lint passes": max(rules, default=0),
            "parses": sum(parsers),
        }


def measure(checkout: str, command: str) -> None:
    """Run a command in the current folder, and write its counts as JSON."""
    sys.path.insert(0, checkout)
    run = _flake8 if command == "flake8" else _astro_lint
    profile = Profile(os.path.join(checkout, "dockerfile_astro_lint"))
    results = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.setprofile(profile)
    try:
        run(COMMANDS[command])
    finally:
        sys.setprofile(None)
    os.write(results, json.dumps(profile.counts()).encode())


def _astro_lint(argv: Sequence[str]) -> None:
    try:
        from dockerfile_astro_lint.cli.main import main
    except ImportError:  # `cli` was a module before it was a package
        from dockerfile_astro_lint.cli import main  # type: ignore[assignment]
    main([*argv, *(OPTIONS[:-1] if argv[0] == "inventory" else OPTIONS)])


def _flake8(argv: Sequence[str]) -> None:
    from flake8.main.cli import main

    main([*argv, "--astro-today", "2026-10-01"])


def count(checkout: Path, command: str) -> dict[str, Any]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    with tempfile.TemporaryDirectory(prefix="astro-lint-passes-") as folder:
        for name, text in PROJECT.items():
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, __file__, "--measure", str(checkout), command],
            cwd=folder,
            env={**environment, "XDG_CACHE_HOME": folder},
            stdout=subprocess.PIPE,
            check=True,
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("checkouts", nargs="*", type=Path, default=[ROOT], metavar="CHECKOUT")
    for checkout in parser.parse_args(argv).checkouts:
        rows = {command: count(checkout.resolve(), command) for command in COMMANDS}
        names = list(rows["check"])
        print(f"{checkout}\n\n| Command | {' | '.join(names)} |\n| --- |{' ---: |' * len(names)}")
        for command, row in rows.items():
            print(f"| `{command}` | {' | '.join(str(row[name]) for name in names)} |")
        print()
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(*sys.argv[2:4])
    else:
        sys.exit(main())
