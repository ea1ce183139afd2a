"""No report shows a secret, in any format, and neither does what is written beside it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dockerfile_astro_lint.reports import FORMATS
from tests.tool import FIXED, inside, run

SECRETS = [f"Winter{number}" for number in range(2020, 2034)]
DOCKERFILE = """\
ARG PIP_TOKEN=Winter2020
FROM astrocrpublic.azurecr.io/runtime:3.1-21
ARG PIP_TOKEN
ARG OTHER_TOKEN="Winter2021"
ENV A_PASSWORD=Winter2022 AIRFLOW_CORE_FERNET_KEY=Winter2023 AIRFLOW__WEBSERVER__SECRET_KEY=Winter2024
ENV B_PASSWORD = Winter2025
ENV C_PASSWORD Winter2026
ENV AIRFLOW_CONN_A=postgresql://loader:Win@Winter2027@db/x AIRFLOW__CORE__SQL_ALCHEMY_CONN=mysql://u:Winter2028@h/d
ENV AIRFLOW_CONN_B='{"password": "Winter2029", "extra": {"private_key": "Winter2030"}}' \\
    AIRFLOW_CONN_C="snowflake://u@/d?password=Winter2031" JAVA_HOME=/usr/lib/jvm/java-17-openjdk-arm64
ENV D_KEY="-----BEGIN PRIVATE KEY-----\\n\\
Winter2032\\n\\
-----END PRIVATE KEY-----"
LABEL api_token = Winter2033
"""


def shown(text: str) -> list[str]:
    return [secret for secret in SECRETS[:-1] if secret in text]


@pytest.mark.parametrize("options", [(), ("--statistics",), ("--verbose",), ("--quiet",)])
@pytest.mark.parametrize("kind", FORMATS)
def test_in_no_format(kind: str, options: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    with inside(tmp_path):
        found = run("--format", kind, *FIXED, "--extend-select", "AST", *options, "Dockerfile")
    assert "AST610" in found.out
    assert shown(found.out + found.err) == []


@pytest.mark.parametrize("options", [("--ignore", "AST610"), ("--select", "AST615,AST609,AST616,AST619")])
def test_in_no_line_that_another_rule_shows(options: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    with inside(tmp_path):
        found = run("--format", "text", *FIXED, *options, "Dockerfile")
    assert "AST619" in found.out
    assert shown(found.out + found.err) == []


def test_in_no_baseline_and_not_in_what_is_said_of_comments(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    with inside(tmp_path):
        written = run(*FIXED, "--write-baseline", "b.json", "Dockerfile")
        added = run(*FIXED, "--add-ignores", "later", "Dockerfile")
    assert shown((tmp_path / "b.json").read_text() + written.out + written.err + added.out + added.err) == []


def test_not_through_flake8(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    command = [
        sys.executable,
        "-m",
        "flake8",
        "--isolated",
        "--select",
        "AST",
        "--filename",
        "*Dockerfile*",
        "--astro-today",
    ]
    found = subprocess.run([*command, "2026-10-01", "."], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "AST610" in found.stdout
    assert shown(found.stdout + found.stderr) == []
