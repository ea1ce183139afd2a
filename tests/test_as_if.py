"""`--as-if`: what an upgrade would break, and the patch that makes it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from dockerfile_astro_lint.core.source import decode
from dockerfile_astro_lint.reports import FORMATS
from tests.invariants import place_inside
from tests.tool import FIXED, inside, lint, run, write

FILES = {
    "Dockerfile": "ARG V=12.11.0-slim\n\nFROM quay.io/astronomer/astro-runtime:${V} AS base\n"
    "ENV AIRFLOW__WEBSERVER__WORKERS=2\nUSER root\nUSER astro\n",
    "requirements.txt": "pandas\n",
    "packages.txt": "",
    "dags/a.py": "import cgi\nfrom airflow.providers.http.hooks.http import HttpHook\n",
}
SLIM_BASE = {**FILES, "Dockerfile": "FROM quay.io/astronomer/astro-runtime:12.11.0-slim-base\r\nCOPY . .\r\n"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path, FILES)
    return tmp_path


def places(folder: Path, *argv: str) -> list[str]:
    with inside(folder):
        found = lint("Dockerfile", *argv)["diagnostics"]
    return [f"{one['path']}:{one['line']}:{one['column']}-{one['end_column']} {one['code']}" for one in found]


def test_what_the_move_breaks_stands_at_the_final_from_and_in_the_code(project: Path) -> None:
    assert places(project) == ["Dockerfile:1:7-14 AST301"]
    at_from = "Dockerfile:3:6-43"
    assert places(project, "--as-if", "3.2-10") == [
        f"{at_from} AST105",
        f"{at_from} AST201",
        "Dockerfile:4:5-32 AST616",
        "dags/a.py:1:8-11 AST402",
        "dags/a.py:2:6-39 AST501",
    ]


@pytest.mark.parametrize(
    ("image", "codes"),
    [
        ("13.11.0", []),
        ("3.2-10-python-3.12", ["AST201", "AST501", "AST616"]),
        ("astrocrpublic.azurecr.io/runtime:3.2-10-python-3.12", ["AST501", "AST616"]),
        ("3.2", ["AST103", "AST105", "AST201", "AST402", "AST501", "AST616"]),
        ("9.0.0", ["AST109", "AST301", "AST303"]),
    ],
)
def test_a_version_a_tag_and_a_reference(project: Path, image: str, codes: list[str]) -> None:
    with inside(project):
        found = lint("Dockerfile", "--as-if", image)["diagnostics"]
    assert sorted({one["code"] for one in found}) == codes


def test_the_patch_makes_the_move(project: Path) -> None:
    with inside(project):
        outcome = run(*FIXED, "--as-if", "3.2-10", "--diff", "Dockerfile")
        assert outcome.code == 1
        subprocess.run(["git", "apply", "-"], input=outcome.out.encode(), check=True)
        assert [one["code"] for one in lint("Dockerfile")["diagnostics"]] == ["AST402"]
    assert (project / "Dockerfile").read_text() == (
        "ARG V=12.11.0-slim\n\nFROM astrocrpublic.azurecr.io/runtime:3.2-10 AS base\n"
        "ENV AIRFLOW__API__WORKERS=2\nUSER root\nUSER astro\n"
    )
    assert (project / "requirements.txt").read_text() == "pandas\napache-airflow-providers-http\n"


def test_a_version_keeps_the_rest_of_the_tag_and_the_line_endings(tmp_path: Path) -> None:
    write(tmp_path, SLIM_BASE)
    (tmp_path / "Dockerfile").write_bytes(SLIM_BASE["Dockerfile"].encode())
    with inside(tmp_path):
        patch = run(*FIXED, "--as-if", "3.2-10", "--diff", "Dockerfile").out
    assert "+FROM astrocrpublic.azurecr.io/runtime:3.2-10-base\r" in patch


@pytest.mark.parametrize("image", ["", " ", "3.3 8", "3.3-8\nRUN x", "$X", "--x"])
def test_what_is_no_image_is_bad_usage(image: str, project: Path) -> None:
    with inside(project):
        outcome = run(*FIXED, f"--as-if={image}", "Dockerfile")
    assert outcome.code == 2
    assert outcome.err.startswith("astro-lint: --as-if")


def test_a_last_line_gives_way_to_another(project: Path) -> None:
    (project / "requirements.txt").write_bytes(b"pandas\r\napache-airflow==2.10.0")
    with inside(project):
        patch = run(*FIXED, "--as-if", "3.2-10", "--diff", "Dockerfile").out
        subprocess.run(["git", "apply", "-"], input=patch.encode(), check=True)
    assert (project / "requirements.txt").read_bytes() == b"pandas\r\napache-airflow-providers-http\r\n"


def test_from_astronomer_certified_to_runtime(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": "FROM quay.io/astronomer/ap-airflow:2.2.0\n"})
    with inside(tmp_path):
        patch = run(*FIXED, "--as-if", "3.2-10", "--diff", "Dockerfile").out
    assert "+FROM astrocrpublic.azurecr.io/runtime:3.2-10\n" in patch


def test_nothing_is_written_and_other_images_are_left_alone(project: Path) -> None:
    (project / "Dockerfile").write_text("FROM python:3.12\n")
    with inside(project):
        assert run(*FIXED, "--as-if", "3.2-10", "--fix", "Dockerfile").code == 2
        assert run(*FIXED, "--as-if", "3.2-10", "Dockerfile").code == 0


V2 = '[project]\ndependencies = ["apache-airflow==3.1.*"]\n[tool.astro]\nruntime = "3.1-21"\n'


@pytest.mark.parametrize("image", ["3.2-10", "astrocrpublic.azurecr.io/runtime:3.2-10"])
def test_the_runtime_of_a_manifest_is_moved(image: str, tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": V2, "dags/a.py": FILES["dags/a.py"]})
    with inside(tmp_path):
        found = lint("--as-if", image)["diagnostics"]
        patch = run(*FIXED, "--as-if", image, "--diff").out
        subprocess.run(["git", "apply", "-"], input=patch.encode(), check=True)
    assert [(one["path"], one["line"], one["column"], one["code"]) for one in found] == [
        ("dags/a.py", 1, 8, "AST402"),
        ("dags/a.py", 2, 6, "AST501"),
        ("pyproject.toml", 4, 12, "AST703"),
    ]
    assert found[0]["related"][0]["path"] == "pyproject.toml"
    assert (tmp_path / "pyproject.toml").read_text() == V2.replace("3.1-21", "3.2-10")


def test_a_file_of_the_project_is_judged_by_the_image_to_be(project: Path) -> None:
    with inside(project):
        found = lint("dags/a.py", "--as-if", "3.2-10")["diagnostics"]
    assert [one["code"] for one in found] == ["AST402", "AST501"]
    assert [(one["path"], one["line"], one["column"]) for one in found[0]["related"]] == [("Dockerfile", 3, 6)]


TWO = (
    "ARG V=12.11.0\nFROM quay.io/astronomer/astro-runtime:${V} AS tools\nRUN true\n"
    "FROM quay.io/astronomer/astro-runtime:12.11.0\nCOPY --from=tools /x /x\nENV AIRFLOW__WEBSERVER__WORKERS=2\n"
)


def test_stages_of_the_same_image_move_together(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": TWO})
    assert places(tmp_path, "--as-if", "13.11.0", "--ignore", "AST403") == []
    image = "astrocrpublic.azurecr.io/runtime:3.2-10"
    assert places(tmp_path, "--as-if", image, "--ignore", "AST403") == ["Dockerfile:6:5-32 AST616"]
    with inside(tmp_path):
        patch = run(*FIXED, "--as-if", image, "--diff", "Dockerfile").out
        subprocess.run(["git", "apply", "-"], input=patch.encode(), check=True)
    assert (tmp_path / "Dockerfile").read_text() == (
        f"ARG V=12.11.0\nFROM {image} AS tools\nRUN true\n"
        f"FROM {image}\nCOPY --from=tools /x /x\nENV AIRFLOW__API__WORKERS=2\n"
    )


def test_a_stage_of_another_image_stays(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": TWO.replace("ARG V=12.11.0", "ARG V=13.10.0")})
    assert places(tmp_path, "--as-if", "13.11.0", "--ignore", "AST403") == ["Dockerfile:1:7-14 AST206"]


@pytest.mark.parametrize("comment", ["ignore[AST301] later", "ignore-file[end-of-maintenance]"])
def test_a_suppression_for_the_old_image_is_not_called_unused(comment: str, tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": f"# astro-lint: {comment}\nFROM quay.io/astronomer/astro-runtime:12.11.0\n"})
    assert places(tmp_path, "--as-if", "13.11.0", "--ignore", "AST403") == []


@pytest.mark.parametrize("image", ["3.2-10", f"astrocrpublic.azurecr.io/runtime:3.2-10{'-slim' * 20}", "1"])
def test_related_places_are_where_the_file_has_them(project: Path, image: str) -> None:
    """At the last line, which the new image makes longer than it is; in the text of another file; at a stage."""
    write(
        project, {"Dockerfile": "FROM quay.io/astronomer/astro-runtime:12.1.0", "requirements.txt": "apache-airflow\n"}
    )
    (project / "Dockerfile.two").write_text("FROM quay.io/astronomer/astro-runtime:12.1.0 AS a\nFROM a\nCMD x\nCMD y\n")
    related = 0
    with inside(project):
        for target in ("requirements.txt", ".", "Dockerfile.two"):
            for found in lint(target, "--extend-select", "AST", "--as-if", image)["diagnostics"]:
                for place in (found, *found["related"]):
                    place_inside(place, decode((project / place["path"]).read_bytes(), place["path"]))
                    related += place is not found and place["path"].startswith("Dockerfile")
            for form in FORMATS:
                outcome = run(*FIXED, "--format", form, "--extend-select", "AST", "--as-if", image, target)
                assert "Traceback" not in outcome.err
    assert related or image == "1"


def test_no_suppression_of_the_old_image_is_unused_in_any_file(tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "Dockerfile": "FROM quay.io/astronomer/astro-runtime:13.11.0\n"})
    write(tmp_path, {"dags/a.py": "import imp  # astro-lint: ignore[AST401]\n"})
    write(tmp_path, {"requirements.txt": "# astro-lint: ignore[AST502] why\napache-airflow\n"})
    assert places(tmp_path, "--ignore", "AST403") == []
    for image in ("12.1.0-python-3.11", "1"):
        assert [place for place in places(tmp_path, "--as-if", image) if "AST003" in place] == []
