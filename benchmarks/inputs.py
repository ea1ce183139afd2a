"""What the benchmark lints: generated from a fixed seed, the same on every machine."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

SEED = 20260925
MANY = 1000
DOCKERFILES = (100, 1_000, 10_000)
PLAIN = (1_000, 10_000)
LINES = (1_000, 10_000, 100_000)
STAGES = (100, 1_000, 10_000)
PYTHON_FILES = (200, 2_000, 20_000)
REMOVED = 20
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
