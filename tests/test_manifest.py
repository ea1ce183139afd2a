"""The manifest of an Astro CLI v2 project: which Airflow it pins, and what keeps it from being read."""

from __future__ import annotations

from pathlib import Path

import pytest

from dockerfile_astro_lint.project.manifest import Pin, parse_manifest

from .tool import inside, run


def pin(*dependencies: str) -> Pin | None:
    listed = ", ".join(f"'{one}'" for one in dependencies)
    text = f"[project]\ndependencies = [{listed}]\n[tool.astro]\n"
    manifest = parse_manifest(text.encode(), "pyproject.toml")
    assert manifest is not None
    return manifest.pin


@pytest.mark.parametrize(
    ("requirement", "version", "series", "exact", "airflow"),
    [
        ("apache-airflow==3.3.*", "3.3.*", (3, 3), True, "3.3"),
        ("apache-airflow == 3.3.1", "3.3.1", (3, 3), True, "3.3.1"),
        ("apache-airflow[celery](==3.3.1)", "3.3.1", (3, 3), True, "3.3.1"),
        ('apache-airflow==2.11.*; python_version < "4"', "2.11.*", (2, 11), True, "2.11"),
        ("Apache_Airflow_Core==3.3.*", "3.3.*", (3, 3), True, "3.3"),
        ("apache-airflow-core==2.11.*", "2.11.*", (2, 11), False, "2.11"),
        ("apache-airflow==3.3", "3.3", (3, 3), False, "3.3"),
        ("apache-airflow==3", "3", None, False, ""),
        ("apache-airflow==3.*", "3.*", None, False, ""),
        ("apache-airflow==3.3.1.*", "3.3.1.*", (3, 3), False, "3.3.1"),
        ("apache-airflow==3.3.1rc1", "3.3.1rc1", (3, 3), False, ""),
        ("apache-airflow==3.3.1.post1", "3.3.1.post1", (3, 3), False, ""),
        ("apache-airflow==3.3.1+local", "3.3.1+local", (3, 3), False, ""),
        ("apache-airflow==1!3.3.1", "1!3.3.1", (3, 3), False, ""),
        ("apache-airflow===3.3.1", "3.3.1", (3, 3), False, "3.3.1"),
        ("apache-airflow===nightly", "", None, False, ""),
        ("apache-airflow==3.3.*,!=3.3.1", "3.3.*", (3, 3), False, "3.3"),
        ("apache-airflow>=3.0", "", None, False, ""),
        ("apache-airflow", "", None, False, ""),
        (f"apache-airflow=={'9' * 5000}.3.1", "", None, False, ""),
        ("apache-airflow @ https://example.com/airflow.whl", "", None, False, ""),
    ],
)
def test_a_pin(requirement: str, version: str, series: tuple[int, int] | None, exact: bool, airflow: str) -> None:
    found = pin(requirement)
    assert found is not None
    assert (found.version, found.series, found.exact, found.airflow) == (version, series, exact, airflow)
    assert found.item.text == requirement


def test_an_exact_pin_is_preferred() -> None:
    found = pin("apache-airflow>=3", "dbt-core==1.2.3", "apache-airflow-core==3.3.*")
    assert found is not None
    assert (found.name, found.version) == ("apache-airflow-core", "3.3.*")
    assert pin("dbt-core==1.2.3", "apache-airflow-providers-http==5.0.0") is None


@pytest.mark.parametrize("argv", [["."], ["pyproject.toml"], ["upgrade", "."], ["inventory", "."], ["--fix", "."]])
@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b'[tool.astro]\nruntime = "3.3-8\n', "is not valid TOML: "),
        (b"[ tool.astro ]\nruntime = 3.3-8\n", "is not valid TOML: "),
        (b'[tool.astro]\nruntime = "3.3-8" # \xff\n', "33"),  # the position of the byte
    ],
)
def test_a_manifest_that_cannot_be_read_is_a_failure(argv: list[str], data: bytes, why: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(data)
    (tmp_path / "dags").mkdir()
    with inside(tmp_path):
        outcome = run(*argv)
    assert (outcome.code, "No findings" in outcome.out, "Nothing" in outcome.out) == (2, False, False)
    assert "pyproject.toml: " in outcome.err
    assert why in outcome.err
    assert (tmp_path / "pyproject.toml").read_bytes() == data


def test_a_manifest_of_a_megabyte_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"[tool.astro]\n" + b"#" * 1024 * 1024)
    with inside(tmp_path):
        outcome = run("pyproject.toml", "--isolated")
    assert outcome.code == 2
    assert "pyproject.toml: larger than 1 MiB, so it was not read" in outcome.err


def test_a_file_of_another_tool_is_none_of_our_business(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.poetry]\nname = "astro\n')
    with inside(tmp_path):
        outcome = run(".")
    assert (outcome.code, outcome.err) == (0, "")
