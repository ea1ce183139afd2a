"""Let cosmic-ray change the code in small ways, one at a time, and tell which changes no test notices.

    python -m pip install cosmic-ray
    python tools/mutate.py [MODULE ...]

A MODULE is a path in the package such as astro/image.py; without one, the tag grammar, the catalog and the rules on
tags, registries and lifecycle are changed, which takes hours. A change that no test notices is a gap in the tests, or
is explained in tools/mutants.txt; an explanation that no longer explains anything is listed, too.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "dockerfile_astro_lint"
EXPLAINED = ROOT / "tools" / "mutants.txt"
TESTS = "tests/test_image.py tests/test_near_misses.py tests/test_catalog.py tests/test_messages.py"
MAX_SECONDS = 120
"""Of one run of the tests; a change that makes them take longer is noticed."""

LEFT_OUT = [
    "core/Variable(Inserter|Replacer)",
    "core/(RemoveDecorator|ExceptionReplacer)",
    # Of all that can stand for an operator, the one that is likeliest to go unnoticed.
    "core/ReplaceBinaryOperator_(?!Add_Sub$|Sub_Add$)",
    "core/ReplaceComparisonOperator_(?!Eq_NotEq$|NotEq_Eq$|Lt_LtE$|LtE_Lt$|Gt_GtE$|GtE_Gt$|Is_IsNot$|IsNot_Is$)",
    "core/ReplaceUnaryOperator_(?!Delete_Not$)",
]
"""Patterns of the operators of cosmic-ray that are not used."""

_CONFIG = """\
[cosmic-ray]
module-path = {module}
timeout = {seconds}
excluded-modules = []
test-command = {command}
[cosmic-ray.distributor]
name = "local"
[cosmic-ray.filters.operators-filter]
exclude-operators = {left_out}
"""


def default_modules() -> list[str]:
    rules = sorted(f"rules/{path.name}" for path in (PACKAGE / "rules").glob("ast[123]*.py"))
    return ["astro/image.py", "astro/catalog.py", "astro/catalog_feed.py", *rules]


def test_command(module: str) -> str:
    """The tests that are about a module, those of a rule by its code."""
    run = f"{sys.executable} -m pytest -x -q -p no:cacheprovider -m 'not slow'"
    if not module.startswith("rules/"):
        return f"{run} {TESTS}"
    code = Path(module).stem.partition("_")[0].upper()
    beside = "tests/test_online.py" if code == "AST112" else TESTS
    return f"{run} tests/test_rules.py {beside} -k '{code} or test_online or test_tags'"


def survivors(module: str, folder: Path) -> Iterator[str]:
    """Every change to a module that no test notices, as the line before and after it."""
    copy = folder / "copy"
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / name).read_bytes())
    config, session = folder / "config.toml", folder / "session.sqlite"
    path = json.dumps([f"dockerfile_astro_lint/{module}"])
    command = json.dumps(test_command(module))
    config.write_text(_CONFIG.format(module=path, seconds=MAX_SECONDS, command=command, left_out=json.dumps(LEFT_OUT)))
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    for step in (
        ["cosmic_ray.cli", "init", str(config), str(session)],
        ["cosmic_ray.tools.filters.operators_filter", str(session), str(config)],
        ["cosmic_ray.cli", "baseline", str(config)],
        ["cosmic_ray.cli", "exec", str(config), str(session)],
    ):
        subprocess.run([sys.executable, "-m", *step], cwd=copy, env=environment, check=True)
    yield from _read(session, module)


def _read(session: Path, module: str) -> Iterator[str]:
    import cosmic_ray.work_db as database

    with database.use_db(str(session)) as results:
        done: list[Any] = [result for _, result in results.results if result.diff]
    survived = [result for result in done if result.test_outcome == "survived"]
    print(f"{module}: {len(done)} changes, {len(survived)} not noticed", flush=True)
    for result in survived:
        lines = [line for line in result.diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
        parts = (" ".join(line[1:].strip() for line in lines if line[0] == sign) for sign in "-+")
        yield f"{module}: {' -> '.join(parts)}"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="such as astro/image.py")
    modules = parser.parse_args(argv).modules or default_modules()
    lines = EXPLAINED.read_text(encoding="utf-8").splitlines()
    explained = {line for line in lines if line and not line.startswith("#")}
    found: set[str] = set()
    for module in modules:
        with tempfile.TemporaryDirectory(prefix="astro-lint-mutants-") as folder:
            for line in survivors(module, Path(folder)):
                found.add(line)
                if line not in explained:
                    print(f"not noticed: {line}", flush=True)
    gone = sorted(line for line in explained - found if line.partition(":")[0] in modules)
    for line in gone:
        print(f"explained, and no longer there: {line}")
    return int(bool(found - explained or gone))


if __name__ == "__main__":
    sys.exit(main())
