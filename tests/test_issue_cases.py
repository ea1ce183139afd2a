"""What real Dockerfiles get wrong: inputs from public files and reports, and the codes and places of their findings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.tool import Mark, apply_fixes, inside, lint, marked, write

R2, R3 = "quay.io/astronomer/astro-runtime", "astrocrpublic.azurecr.io/runtime"
PROJECT = {"requirements.txt": "pandas\n", "packages.txt": "", "dags/load.py": "import pandas\n"}
CLI = {".astro/config.yaml": "project:\n  name: sales\n"}
PYENV = "# syntax=quay.io/astronomer/airflow-extensions:v1\n"

CASES: dict[str, tuple[str, Mapping[str, str]]] = {
    "the shortcut of the CLI": (
        """
        FROM air.astronomer.io/runtime:3.0-1
        #    ^^^^^^^^^^^^^^^^^^^^^^^^^ AST204
        """,
        PROJECT,
    ),
    "slim in the repository": (
        f"""
        FROM {R2}-slim:12.8.0
        #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST204
        #                                          ^^^^^^ AST301
        """,
        PROJECT,
    ),
    "ARM64 in production": (
        f"""
        FROM --platform=linux/arm64 {R3}:3.1-12
        #               ^^^^^^^^^^^ AST306
        """,
        PROJECT,
    ),
    "an Astro project on apache/airflow": (
        """
        FROM apache/airflow:3.1.0
        #    ^^^^^^^^^^^^^^^^^^^^ AST210
        """,
        CLI,
    ),
    "packages of another Python": (
        f"""
        FROM python:3.9 AS b
        FROM {R2}:13.7.0
        COPY --from=b /usr/local/lib/python3.9/site-packages /usr/local/lib/python3.9/site-packages
        #                                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST624
        """,
        PROJECT,
    ),
    "airflow.cfg": (
        f"""
        FROM {R2}:13.7.0
        COPY airflow.cfg .
        #    ^^^^^^^^^^^ AST626
        """,
        {**PROJECT, "airflow.cfg": "[core]\nparallelism = 64\n"},
    ),
    "PYENV with the image's own Python": (
        f"""
        {PYENV.strip()}
        FROM {R2}:13.7.0-base
        PYENV 3.12 snow r.txt
        #     ^^^^ AST627
        """,
        {**PROJECT, "r.txt": "pandas\n"},
    ),
    "users that are none": (
        f"""
        FROM {R2}:13.7.0
        USER ASTRO
        #    ^^^^^ AST604
        EXPOSE 8090  # web
        #            ^^^^^ AST001
        USER root # why
        #    ^^^^^^^^^^ AST604
        """,
        PROJECT,
    ),
    "an entry point above a command": (
        f"""
        FROM {R2}:13.7.0
        ENTRYPOINT ["/x"]
        ^^^^^^^^^^ AST605
        CMD ["scheduler"]
        ^^^ AST605
        """,
        PROJECT,
    ),
    "an unknown instruction in somebody else's file": (
        """
        FROM python:3.12
        RUNN pip install dbt-core
        ^^^^ AST614
        """,
        {},
    ),
}

CASES |= {
    "packages behind xargs": (
        f"""
        FROM {R2}:13.7.0-base
        #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST602
        RUN apt-get update && cat packages.txt | xargs apt-get install -y
        #   ^^^^^^^^^^^^^^ AST607
        #                                              ^^^^^^^^^^^^^^^ AST607
        """,
        {},
    ),
    "a package manager of another system": (
        f"""
        FROM {R2}:13.7.0
        RUN yum install -y gcc
        #   ^^^ AST607
        """,
        PROJECT,
    ),
    "a path of another image that a COPY makes": (
        f"""
        FROM {R2}:13.7.0
        COPY scripts /opt/airflow/scripts
        ENV PYTHONPATH="${{PYTHONPATH}}:/opt/airflow/scripts"
        """,
        {**PROJECT, "scripts/load.py": "import pandas\n"},
    ),
    "a password in an address": (
        f"""
        FROM {R2}:13.7.0
        ENV DATABASE_URL=postgresql://u:V7q2Lm9zKp4t@db/x
        #                               ^^^^^^^^^^^^ AST610
        """,
        PROJECT,
    ),
    "a database in the image": (
        f"""
        FROM {R2}:13.7.0
        RUN airflow db migrate
        #   ^^^^^^^^^^^^^^^^^^ AST632
        """,
        PROJECT,
    ),
    "settings of pip that come too late": (
        f"""
        FROM {R2}:13.7.0
        COPY pip.conf /etc/pip.conf
        #    ^^^^^^^^ AST623
        ENV PIP_EXTRA_INDEX_URL=https://x/simple
        #   ^^^^^^^^^^^^^^^^^^^ AST623
        """,
        {**PROJECT, "pip.conf": "[global]\n"},
    ),
    "a script that a COPY has left to root": (
        f"""
        FROM {R2}:13.7.0
        COPY start.sh /opt/start.sh
        RUN chmod +x /opt/start.sh
        #   ^^^^^^^^^^^^^^^^^^^^^^ AST622
        """,
        {**PROJECT, "start.sh": "true\n"},
    ),
    "an environment of another name": (
        f"""
        FROM {R2}:13.7.0
        RUN python -m virtualenv dbt_env && source dbt_venv/bin/activate
        #                                          ^^^^^^^^ AST628
        """,
        PROJECT,
    ),
    "a file that .dockerignore excludes": (
        f"""
        FROM {R2}:13.7.0
        COPY .env .
        #    ^^^^ AST621
        """,
        {**PROJECT, ".env": "A=1\n", ".dockerignore": ".env\n"},
    ),
}


@pytest.mark.parametrize("title", CASES)
def test_a_mistake_is_reported_at_its_place_and_nothing_else(title: str, tmp_path: Path) -> None:
    text, files = CASES[title]
    marks = write(tmp_path, {"Dockerfile": text, **files})
    with inside(tmp_path):
        document = lint("Dockerfile")
    assert marked(document, marks | {Mark("", 0, 0, 0, "AST001")}) == marks


FIXED = {
    "the shortcut of the CLI": ("FROM air.astronomer.io/runtime:3.0-1\n", f"FROM {R3}:3.0-1\n"),
    "slim in the repository": (f"FROM {R2}-slim:12.8.0\n", f"FROM {R2}:12.8.0-slim\n"),
    "ARM64": (f"FROM --platform=linux/arm64 {R3}:3.1-12\n", f"FROM --platform=linux/amd64 {R3}:3.1-12\n"),
    "upper case": (f"FROM {R2}:13.7.0\nUSER ASTRO\n", f"FROM {R2}:13.7.0\nUSER astro\n"),
    "a comment": (f"FROM {R2}:13.7.0\nUSER astro # why\n", f"FROM {R2}:13.7.0\n# why\nUSER astro\n"),
}
FIXED |= {
    "a copied script": (
        f"FROM {R2}:13.7.0\nCOPY start.sh /opt/start.sh\nRUN chmod +x /opt/start.sh\n",
        f"FROM {R2}:13.7.0\nCOPY --chown=astro:0 --chmod=755 start.sh /opt/start.sh\n",
    ),
}


def test_a_package_manager_of_another_system_has_no_fix(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM {R2}:13.7.0\nRUN yum install -y gcc\n")
    with inside(tmp_path):
        document = lint("Dockerfile", "--select", "AST607")
    assert [(found["severity"], found["fix"]) for found in document["diagnostics"]] == [("error", None)]


@pytest.mark.parametrize("title", FIXED)
def test_the_fix_writes_what_was_meant(title: str, tmp_path: Path) -> None:
    before, after = FIXED[title]
    (tmp_path / "Dockerfile").write_text(before)
    with inside(tmp_path):
        apply_fixes(tmp_path, lint("Dockerfile", "--select", "AST204,AST306,AST604,AST622"))
    assert (tmp_path / "Dockerfile").read_text() == after
