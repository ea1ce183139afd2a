"""Let atheris look for bytes that break what reads files, and keep what it finds.

    python -m pip install atheris
    python tools/fuzz.py [--runs N | --minutes N] [--raw] [TARGET ...]
    python tools/fuzz.py --random [--seed S] [--runs N | --minutes N] [TARGET ...]

Every target of tests/invariants.py runs in a process of its own, led by the code that its inputs reach. hypothesis
turns atheris' bytes into an input by the strategies of tests/strategies.py; with `--raw` the bytes are the input, and
the fixtures are what they begin with. An input that breaks something, or that takes more than ten seconds, is written
to tests/fixtures/corpus/TARGET, which the tests replay. With `--random` chance decides instead, many times as fast, and
without atheris; it goes on after an input that breaks something, and keeps one of each kind.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import random
import signal
import subprocess
import sys
import tempfile
import time
import traceback
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


def roll(target: str, seed: int, runs: int, minutes: float | None) -> bool:
    """Check random inputs of a target in this process, print how many, and whether all went well."""
    from tests.invariants import CHECKS
    from tests.strategies import Rolled, makers

    began, ends = time.monotonic(), time.monotonic() + minutes * 60 if minutes else None
    check, ways = CHECKS[target], makers(target)
    broken: dict[str, Path] = {}
    count = 0
    signal.signal(signal.SIGALRM, _ring)
    while time.monotonic() < ends if ends else count < runs:
        choices = Rolled(random.Random(f"{target} {seed} {count}"))
        data = choices.choose(ways)(choices, target)
        count += 1
        signal.alarm(MAX_SECONDS)
        try:
            check(data)
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            kind = f"{type(error).__name__} in {Path(frame.filename).name}:{frame.lineno}: {error!s:.200}"
            name = f"{type(error).__name__} {frame.lineno}"
            if name not in broken:
                print(f"{target}: {kind}", flush=True)
            if name not in broken or len(data) < broken[name].stat().st_size:
                if name in broken:
                    broken[name].unlink()
                broken[name] = path = CORPUS / target / hashlib.sha256(data).hexdigest()[:12]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        finally:
            signal.alarm(0)
    print(f"{target}: {count:,} inputs, {len(broken)} kinds of failures, {time.monotonic() - began:.0f} s", flush=True)
    return not broken


def _ring(number: int, frame: object) -> None:
    raise TimeoutError(f"more than {MAX_SECONDS} seconds")


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
    parser.add_argument("--random", action="store_true", help="chance makes the inputs, not atheris")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="of --random (default: %(default)s)")
    arguments = parser.parse_args(argv)
    if unknown := set(arguments.targets) - set(CHECKS):
        parser.error(f"unknown target {', '.join(sorted(unknown))}: choose from {', '.join(CHECKS)}")
    limit = f"-max_total_time={arguments.minutes * 60:.0f}" if arguments.minutes else f"-runs={arguments.runs}"
    broken = []
    for target in arguments.targets or CHECKS:
        if arguments.random:
            if not roll(target, arguments.seed, arguments.runs, arguments.minutes):
                broken.append(target)
            continue
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
