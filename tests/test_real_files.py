"""What messages say and which fixes are offered on the shapes of real files that once were told something wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tool import inside, lint, write

AIRFLOW_2 = "FROM quay.io/astronomer/astro-runtime:13.11.0\n"
AIRFLOW_3 = "FROM astrocrpublic.azurecr.io/runtime:3.3-8\n"


def messages(folder: Path, code: str, files: dict[str, str], *options: str) -> list[str]:
    """The messages of one rule about a Dockerfile."""
    write(folder, files)
    with inside(folder):
        document = lint("Dockerfile", "--select", code, *options)
    return [found["message"] for found in document["diagnostics"]]


@pytest.mark.parametrize(
    ("below", "message"),
    [
        ("Entrypoin x\n", "`Entrypoin`: did you mean `ENTRYPOINT`?"),
        ("copyy a b\n", "`copyy`: did you mean `copy`?"),
        ("pip install pandas\n", "`pip`: is `RUN` missing in front of it?"),
        ("ENV A=1\nadduser x\n", "`adduser`: is `RUN` missing in front of it?"),
        ("ENV A=1\nexport B=2\n", "`export`: is `RUN` missing in front of it?"),
        ("RUN true\n    apt-get update\n", "`apt-get`: is a `\\` missing at the end of the line before?"),
        ("RUN true &&\napt-get update\n", "`apt-get`: is a `\\` missing at the end of the line before?"),
        ("ENV A=1\nB=2\n", "`B=2`: is a `\\` missing at the end of the line before?"),
        ("RUN apt-get install -y gcc\nlibpq-dev\n", "`libpq-dev`: is a `\\` missing at the end of the line before?"),
        ("RUN true\n\nINCLUDE other\n", "`INCLUDE`"),
    ],
)
def test_an_unknown_instruction_is_quoted_as_it_is_written_and_gets_a_fitting_hint(
    below: str, message: str, tmp_path: Path
) -> None:
    assert messages(tmp_path, "AST614", {"Dockerfile": AIRFLOW_2 + below})[:1] == [f"unknown instruction {message}"]


def test_hints_are_in_the_casing_and_with_the_escape_character_of_the_file(tmp_path: Path) -> None:
    text = f"# escape=`\n{AIRFLOW_2.replace('FROM', 'from')}pip install pandas\nrun true\n  make\n"
    assert messages(tmp_path, "AST614", {"Dockerfile": text}) == [
        "unknown instruction `pip`: is `run` missing in front of it?",
        "unknown instruction `make`: is a ``` missing at the end of the line before?",
    ]


def test_two_escape_characters_are_explained_once_and_by_another_rule(tmp_path: Path) -> None:
    files = {"Dockerfile": f"{AIRFLOW_2}RUN apt-get update && \\\\\n    apt-get install -y gcc\n"}
    assert messages(tmp_path, "AST614", files) == []
    assert len(messages(tmp_path, "AST005", files)) == 1


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        ('ENTRYPOINT ["tini", "--"]\n', ["resets the image's command"]),
        ('ENTRYPOINT ["/x"]\nCMD ["y"]\n', ["replaces the image's entrypoint", "has no effect"]),
        ('ENTRYPOINT ["tini", "--"]\nCMD ["bash"]\n', ["replaces the image's entrypoint", "has no effect"]),
    ],
)
def test_an_entrypoint_and_a_command_are_both_explained(below: str, expected: list[str], tmp_path: Path) -> None:
    found = messages(tmp_path, "AST605", {"Dockerfile": AIRFLOW_2 + below})
    assert len(found) == len(expected)
    assert all(part in message for part, message in zip(expected, found, strict=True)), found


@pytest.mark.parametrize(
    ("name", "text", "fixed"),
    [
        ("dags/a.py", "PATH = '/opt/airflow/dags'\n", False),
        ("include/deep/run.sh", "cd /opt/airflow\n", False),
        ("docker-compose.override.yml", "x: /opt/airflow\n", False),
        ("dags/a.py", "PATH = '/usr/local/airflow/dags'\n", True),
        (".git/config", "/opt/airflow\n", True),
    ],
)
def test_the_other_home_is_replaced_only_where_nothing_else_names_it(
    name: str, text: str, fixed: bool, tmp_path: Path
) -> None:
    files = {"dags/b.py": "", "requirements.txt": "", "packages.txt": "", name: text}
    write(tmp_path, {"Dockerfile": f"{AIRFLOW_2}ENV PYTHONPATH=/opt/airflow/dags\n", **files})
    with inside(tmp_path):
        found = lint("Dockerfile", "--select", "AST620")["diagnostics"]
    assert [bool(one["fix"]) for one in found] == [fixed]


@pytest.mark.parametrize(
    ("name", "image", "message", "fix"),
    [
        ("AIRFLOW_WEBSERVER__WORKERS", AIRFLOW_2, "did you mean `AIRFLOW__WEBSERVER__WORKERS`?", "use `AIRFLOW__WEB"),
        ("AIRFLOW_WEBSERVER__WORKERS", AIRFLOW_3, "In Airflow 3 it is `AIRFLOW__API__WORKERS`", "use `AIRFLOW__API"),
        ("AIRFLOW_SCHEDULER_PARSING_PROCESSES", AIRFLOW_3, "Airflow 3 moved it to", None),
        ("AIRFLOW_SMTP_SMTP_PASSWORD", AIRFLOW_3, "does not read that either: remove it", None),
        ("AIRFLOW_CORE__PARALLELISM", AIRFLOW_3, "did you mean `AIRFLOW__CORE__PARALLELISM`?", "use `AIRFLOW__CORE"),
    ],
)
def test_a_misspelt_option_becomes_the_one_of_the_image(
    name: str, image: str, message: str, fix: str | None, tmp_path: Path
) -> None:
    write(tmp_path, {"Dockerfile": f"{image}ENV {name}=2\n"})
    with inside(tmp_path):
        (found,) = lint("Dockerfile", "--select", "AST609")["diagnostics"]
    assert message in found["message"]
    title = found["fix"]["title"] if found["fix"] else ""
    assert title.startswith(fix) if fix else not title


def test_files_to_exclude_and_files_that_dbt_needs_get_their_own_advice(tmp_path: Path) -> None:
    target = "    dev:\n      account: ab1\n      user: LOADER\n      password: w8Lq2xT7n\n"
    files = {"requirements.txt": "", "packages.txt": "", "dags/a.py": "", ".env": "A=1\n", "Dockerfile": AIRFLOW_2}
    for name in ("profiles.yml", "include/profiles.yml"):
        files[name] = f"shop:\n  outputs:\n{target}"
    assert messages(tmp_path, "AST506", files) == [
        "everyone who pulls the image can read `.env`: exclude it in .dockerignore; and the passwords in "
        "`profiles.yml`, `include/profiles.yml`: use `env_var` in them"
    ]
