"""The manifest of an Astro CLI v2 project: which Airflow it pins."""

from __future__ import annotations

import pytest

from dockerfile_astro_lint.project.manifest import Pin, parse_manifest


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
