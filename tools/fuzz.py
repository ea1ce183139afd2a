"""Throw broken bytes at everything that reads, and keep what breaks it.

    python tools/fuzz.py [--inputs N | --minutes N] [--seed S] [--engine atheris|own] [TARGET ...]

Each target gets its share. Where atheris is installed it is led by what it covers; else, and with `--engine own`,
inputs are random changes to what the fixtures hold, the same for the same seed. Whatever breaks is cut down to what is
needed for that and put into tests/fixtures/corpus/TARGET, which the tests replay.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

if "--led" in sys.argv:
    # What is to be led by what it covers has to be known to atheris before it is loaded.
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["dockerfile_astro_lint"]):
        for module in sorted((ROOT / "dockerfile_astro_lint").rglob("*.py")):
            name = ".".join(module.relative_to(ROOT).with_suffix("").parts)
            if module.stem not in ("__main__", "__init__", "flake8_plugin"):
                importlib.import_module(name)

from tests.invariants import CHECKS, FILES, project_files
from tests.tool import FIXTURES, documents, without_carets

CORPUS = FIXTURES / "corpus"
MAX_BYTES = 4096
MAX_SECONDS = 10
"""Of the processor, for one input; what takes longer hangs."""

SHARES = {"command-line": 1, "imports": 20, "feed": 20, "baseline": 20, "dockerfile": 80}
"""Of the inputs, where it is not 40: what is slow gets fewer."""

_ODD = (
    "\xef\xbb\xbf|\r|\r\n|\n|\0|\xff|\xed\xa0\x80|\xc2\xa0|\xe2\x80\xa8|\x0b|\x0c|\x1c|\x85|\t| |\\|\\\n|`|'|\"|$|${|}"
    "|[|]|{|<<|#|=|:|@|-|--|/|..|*|!|99999999999|-1|1e999|NaN|null|0|\xc2\xb2|\xd9\xa3|\xf0\x9f\x9a\x80|\x7f|\x1b[31m"
    "|\"\"\"|'''|(((((((((|[[[[[[[[["
)
ODD = [text.encode("latin-1") for text in _ODD.split("|")]


class HangsError(BaseException):
    """An input that takes too long; nothing that is tested may take it for an error of its own."""


class Found(NamedTuple):
    """What broke: the kind of it with its place, and the input cut down."""

    target: str
    kind: str
    data: bytes


# What inputs begin as.


def seeds(target: str) -> list[bytes]:
    """The inputs of the fixtures that a target understands, and its corpus."""
    found = [path.read_bytes() for path in sorted((CORPUS / target).glob("*"))]
    projects = [without_carets(text)[0].encode("utf-8", "surrogateescape") for text in _sections()]
    wanted = {
        "dockerfile": "Dockerfile", "suppression": "Dockerfile", "requirements": "requirements.txt",
        "dockerignore": ".dockerignore", "imports": "dags/a.py", "toml": "pyproject.toml",
    }  # fmt: skip
    if target == "command-line":
        found += projects
    elif target in wanted:
        found += [files[wanted[target]] for files in map(project_files, projects) if wanted[target] in files]
    elif target == "shell":
        runs = (re.findall(rb"^(?:RUN|CMD) +(.*(?:\\\n.*)*)", data, re.M) for data in projects)
        found += [one for listed in runs for one in listed]
    elif target == "feed":
        found += list(_feeds())
    found += [one.encode() for one in _OWN.get(target, ())]
    return sorted({one[:MAX_BYTES] for one in found if one})


def _sections() -> Iterator[str]:
    for path in sorted((FIXTURES / "rules").glob("*/*.txt")):
        yield from (re.sub(r"^# options: .*\n", "", text, flags=re.M) for _, text in documents(path))
    for case in json.loads((FIXTURES / "buildkit-cases.json").read_text(encoding="utf-8"))["cases"]:
        if isinstance(case.get("input"), str):
            yield case["input"]


def _feeds() -> Iterator[bytes]:
    feed = json.loads((FIXTURES / "catalog.json").read_text(encoding="utf-8"))
    for key in ("runtimeVersions", "runtimeVersionsV3"):
        names = list(feed[key])
        for at in range(0, len(names), max(len(names) // 8, 1)):
            yield json.dumps(
                {key: {name: feed[key][name] for name in names[at : at + 3]}, "asOf": "2026-09-25"}
            ).encode()


_CONFIG = """select = ["AST1", "segment-order"]
ignore = ["AST301"]
environment = "production"
fail-on = "error"
fail-on-lifecycle = true
exclude = ["legacy/**", "*.j2"]
maintenance-notice-days = 30
target = "final"
require-ignore-reason = true
severity = { AST103 = "off" }
[build-args]
V = "13.11.0"
[per-file-ignores]
"legacy/**" = ["AST301"]
[environments]
development = ["Dockerfile.dev", "dev/**"]
[mirrors]
"registry.corp.example/astro" = "astrocrpublic.azurecr.io"
"""
_OWN = {
    "config-toml": [_CONFIG, *_CONFIG.split("\n")],
    "config-pyproject": ["[tool.astro-lint]\n" + re.sub(r"^\[", "[tool.astro-lint.", _CONFIG, flags=re.M)],
    "config-setup-cfg": [
        "[astro-lint]\nselect = AST1, segment-order\nexclude =\n  legacy/**\n  *.j2\nfail-on-lifecycle = yes\n"
        "maintenance-notice-days = 30\n[astro-lint.per-file-ignores]\nlegacy/** = AST301\n"
        "[astro-lint.severity]\nAST103 = off\n[flake8]\nmax-line-length = %d\n"
    ],
    "baseline": [
        '{"version": 1, "findings": [{"path": "Dockerfile", "code": "AST101", "digest": "0123456789abcdef", "count": 2,'
        ' "message": "the tag fits neither family"}, {"path": "dags/a.py", "code": "AST401", "digest": "a", "count": 1,'
        ' "message": "é"}]}'
    ],
    "suppression": [
        "# astro-lint: ignore[AST103, floating-tag] why\n\n# other\nFROM a\n# astro-lint: ignore-file[AST301,]\n"
        "RUN a \\\n# astro-lint: ignore[AST607] x\n b\nimport imp  # noqa: AST401,E501\nx = 1  # NOQA\n"
    ],
    "shell": [
        "a && b || c; d | e & (f) { g; }", "sh -c 'pip install \"x[y]\"' >/dev/null 2>&1 <<EOF",
        "for i in a b; do echo $i; done",
    ],
    "dockerignore": ["# c\n**/*.py\n!dags/a.py\n/dags\nin[a-z]*/?x\n../a\n\\!b\n[^a]\n"],
}  # fmt: skip


# How inputs change.


class Mutator:
    """Makes inputs from seeds: pieces put in, left out, doubled, moved, taken from another seed."""

    def __init__(self, target: str, seed: int) -> None:
        self.random = random.Random(f"{seed} {target}")
        self.seeds = seeds(target)
        words = {word for one in self.seeds for word in re.findall(rb"[\w.-]+|[^\w\s]+|\s+", one)}
        names = [f"\n--- {name}\n".encode() for name in FILES] if target == "command-line" else []
        self.words = [*sorted(word for word in words if len(word) < 80), *names, *ODD * 3]

    def make(self) -> bytes:
        number = self.random.random
        data = self.seeds[int(number() * len(self.seeds))]
        for _ in range(1 + int(number() ** 2 * 8)):
            size = len(data)
            at = int(number() * (size + 1))
            end = min(at + 1 + int(number() ** 3 * 40), size)
            kind = int(number() * 7)
            if kind < 2:
                data = data[:at] + self.words[int(number() * len(self.words))] + data[at:]
            elif kind == 2:
                data = data[:at] + self.words[int(number() * len(self.words))] + data[end:]
            elif kind == 3:
                data = data[:at] + data[end:]
            elif kind == 4:
                data = data[:at] + data[at:end] * (2 + int(number() ** 4 * 30)) + data[end:]
            elif kind == 5 and size:
                data = data[:at] + bytes((int(number() * 256),)) + data[at + 1 :]
            else:
                other = self.seeds[int(number() * len(self.seeds))]
                data = data[:at] + other[int(number() * len(other)) :]
        return data[:MAX_BYTES]


# Running, and cutting down what broke.


def broken(check: Callable[[bytes], object], data: bytes, seconds: float = MAX_SECONDS) -> str | None:
    """What an input breaks: the exception and the line it came from; None where all holds."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        check(data)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        # Where the alarm finds what hangs differs from one time to the next.
        if isinstance(error, HangsError):
            return "hangs"
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return None


def cut_down(check: Callable[[bytes], object], data: bytes, kind: str) -> bytes:
    """The smallest input, by leaving pieces out, that breaks the same."""
    size = max(len(data) // 2, 1)
    tries, limit = 0, 200 if kind == "hangs" else 3000
    while size and tries < limit:
        at = 0
        while at < len(data) and tries < limit:
            shorter = data[:at] + data[at + size :]
            tries += 1
            if broken(check, shorter, 1) == kind:
                data = shorter
            else:
                at += size
        size = min(size // 2, len(data))
    return data


class Run:
    """One target's inputs: how many there were, what broke, and a digest of what has to be the same every time."""

    def __init__(self, target: str) -> None:
        self.target, self.check = target, CHECKS[target]
        self.count, self.digest = 0, hashlib.sha256()
        self.found: dict[str, Found] = {}
        self.said = ""

    def take(self, data: bytes) -> None:
        self.count += 1
        kind = broken(self.remember, data)
        if kind is None:
            if self.said:
                self.digest.update(self.said.encode("utf-8", "surrogatepass"))
        elif kind not in self.found:
            smaller = cut_down(self.check, data, kind)
            self.found[kind] = Found(self.target, kind, smaller)
            folder = CORPUS / self.target
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / hashlib.sha256(smaller).hexdigest()[:12]
            path.write_bytes(smaller)
            print(f"{self.target}: {kind}: {smaller[:200]!r}\n  {path.relative_to(ROOT)}", flush=True)

    def remember(self, data: bytes) -> None:
        self.said = self.check(data) or ""


def own(run: Run, seed: int, inputs: int, until: float) -> None:
    mutator = Mutator(run.target, seed)
    while run.count < inputs and time.monotonic() < until:
        run.take(mutator.make())


def led(run: Run, seed: int, inputs: int, until: float) -> None:
    """The same with atheris, which leads inputs to what they have not reached yet; does not return."""
    count = run.count

    def take(data: bytes) -> None:
        nonlocal count
        run.take(data)
        count += 1
        if count % 1000 == 0 or count >= inputs or time.monotonic() > until:
            _tell(run)
        if count >= inputs or time.monotonic() > until:
            os._exit(0)

    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(seeds(run.target)):
            (Path(folder) / str(number)).write_bytes(data)
        words = Path(folder) / "words"
        mutator = Mutator(run.target, seed)
        words.write_text("".join(f'"{_escaped(word)}"\n' for word in mutator.words if word))
        inputs_folder = Path(folder) / "inputs"
        inputs_folder.mkdir()
        for path in Path(folder).glob("[0-9]*"):
            path.rename(inputs_folder / path.name)
        options = [
            f"-seed={seed + 1}",
            f"-dict={words}",
            f"-max_len={MAX_BYTES}",
            "-verbosity=0",
            "-timeout=100",
            f"-artifact_prefix={folder}/",
        ]
        atheris.Setup([sys.argv[0], *options, str(inputs_folder)], take)
        atheris.Fuzz()


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)


def _tell(run: Run) -> None:
    """What has come of it so far, in one line for the process that started this one."""
    told = {"target": run.target, "inputs": run.count, "broke": len(run.found), "digest": run.digest.hexdigest()[:12]}
    print(json.dumps(told), flush=True)


# The command.


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(CHECKS)}; all without one")
    parser.add_argument("--inputs", type=int, default=None, help="in all, shared out over the targets")
    parser.add_argument("--minutes", type=float, default=None, help="in all; without either: 100,000 inputs")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--engine", choices=("atheris", "own"), default=None)
    parser.add_argument("--led", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    for target in arguments.targets:
        if target not in CHECKS:
            parser.error(f"no target is called {target}: there is {', '.join(CHECKS)}")
    targets = arguments.targets or list(CHECKS)
    total = arguments.inputs or (100_000 if arguments.minutes is None else 10**12)
    shares = {target: SHARES.get(target, 40) for target in targets}
    whole = sum(shares.values())
    with_atheris = importlib.util.find_spec("atheris") is not None
    engine = arguments.engine or ("atheris" if with_atheris else "own")
    broke = 0
    for target in targets:
        inputs = max(total * shares[target] // whole, 1)
        seconds = arguments.minutes * 60 / len(targets) if arguments.minutes else 10**9
        began = time.monotonic()
        if engine == "atheris" and not arguments.led:
            told = _led_elsewhere(target, arguments.seed, inputs, seconds)
        else:
            signal.signal(signal.SIGPROF, _too_slow)
            run = Run(target)
            (led if arguments.led else own)(run, arguments.seed, inputs, began + seconds)
            told = {"inputs": run.count, "broke": len(run.found), "digest": run.digest.hexdigest()[:12]}
        broke += told["broke"]
        took = time.monotonic() - began
        print(
            f"{target:18} {told['inputs']:>10,} inputs {took:8.0f} s  {told['broke']} broke  {told['digest']}",
            flush=True,
        )
    return int(broke > 0)


def _too_slow(number: int, frame: object) -> None:
    raise HangsError


def _led_elsewhere(target: str, seed: int, inputs: int, seconds: float) -> dict[str, Any]:
    """Run atheris in a process of its own, for it ends the one that it is in."""
    own_name = [sys.executable, __file__, "--led", "--seed", str(seed), "--inputs", str(inputs), target]
    command = [*own_name, "--minutes", str(seconds / 60)]
    told: dict[str, Any] = {"inputs": 0, "broke": 0, "digest": "-"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
        assert child.stdout
        for line in child.stdout:
            if line.startswith('{"target"'):
                told = json.loads(line)
            else:
                print(line, end="", flush=True)
    if child.returncode:
        print(f"{target}: atheris ended with {child.returncode}", flush=True)
        told["broke"] += 1
    return told


if __name__ == "__main__":
    sys.exit(main())
