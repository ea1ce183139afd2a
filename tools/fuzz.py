"""Let atheris look for bytes that break what reads files, and keep what it finds.

    python -m pip install atheris
    python tools/fuzz.py [--runs N | --minutes N] [--raw] [TARGET ...]

Every target of tests/invariants.py runs in a process of its own, led by the code that its inputs reach. hypothesis
turns atheris' bytes into an input by the strategies of tests/strategies.py; with `--raw` the bytes are the input, and
the fixtures are what they begin with. An input that breaks something, or that takes more than ten seconds, is written
to tests/fixtures/corpus/TARGET, which the tests replay.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "tests" / "fixtures" / "corpus"
MAX_SECONDS = 10


def fuzz(target: str, raw: bool, options: Sequence[str]) -> None:
    """Fuzz one target in this process; atheris ends it."""
    atheris: Any = importlib.import_module("atheris")
    # What is to be led by its coverage has to be instrumented before anything imports it.
    with atheris.instrument_imports(include=["dockerfile_astro_lint"]):
        for module in sorted((ROOT / "dockerfile_astro_lint").rglob("*.py")):
            if module.stem not in ("__main__", "__init__", "flake8_plugin"):
                importlib.import_module(".".join(module.relative_to(ROOT).with_suffix("").parts))
    from hypothesis import given, settings

    from tests.invariants import CHECKS
    from tests.strategies import INPUTS, MAX_BYTES, seeds

    def check(data: bytes) -> None:
        _keep(target, CHECKS[target], data)

    if raw:
        begin, take = seeds(target), check
    else:
        test: Any = settings(database=None, deadline=None)(given(INPUTS[target])(check))
        # hypothesis draws from the bytes, and gives up where they are too few.
        chance = random.Random(0)
        begin, take = (
            tuple(chance.randbytes(size) for size in range(256, MAX_BYTES, 256)),
            test.hypothesis.fuzz_one_input,
        )
    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(begin):
            (Path(folder) / str(number)).write_bytes(data)
        limits = [f"-max_len={MAX_BYTES}", f"-timeout={MAX_SECONDS}", f"-artifact_prefix={folder}/"]
        atheris.Setup([sys.argv[0], *limits, *options, folder], take)
        atheris.Fuzz()


def _keep(target: str, check: Callable[[bytes], object], data: bytes) -> None:
    """Check an input; it lies in the corpus for as long as that takes, and stays there where something breaks."""
    path = CORPUS / target / hashlib.sha256(data).hexdigest()[:12]
    known = path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    check(data)
    if not known:
        path.unlink()


def main(argv: Sequence[str] | None = None) -> int:
    sys.path.insert(0, str(ROOT))
    from tests.invariants import CHECKS

    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(CHECKS)}; all without one")
    parser.add_argument("--runs", type=int, default=10_000, metavar="N", help="a target (default: %(default)s)")
    parser.add_argument("--minutes", type=float, metavar="N", help="a target, instead of --runs")
    parser.add_argument("--raw", action="store_true", help="no grammar: the bytes are the input")
    arguments = parser.parse_args(argv)
    if unknown := set(arguments.targets) - set(CHECKS):
        parser.error(f"unknown target {', '.join(sorted(unknown))}: choose from {', '.join(CHECKS)}")
    limit = f"-max_total_time={arguments.minutes * 60:.0f}" if arguments.minutes else f"-runs={arguments.runs}"
    broken = []
    for target in arguments.targets or CHECKS:
        done = subprocess.run([sys.executable, __file__, "--target", target, str(arguments.raw), limit])
        if done.returncode:
            broken.append(target)
    print(f"broken: {', '.join(broken) or 'nothing'}")
    return int(bool(broken))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--target"]:
        sys.path.insert(0, str(ROOT))
        fuzz(sys.argv[2], sys.argv[3] == "True", sys.argv[4:])
    else:
        sys.exit(main())
