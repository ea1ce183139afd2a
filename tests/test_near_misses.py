"""References that look like Astro images and are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tool import FIXTURES, inside, lint

IMAGES = [one["reference"] for one in json.loads((FIXTURES / "near-miss-images.json").read_text())["images"]]
# Astronomer Certified is not a Runtime image, but AST203 reports it.
CERTIFIED = "quay.io/astronomer/ap-airflow:2.2.1-buster-onbuild"
STAGES = {
    "FROM base AS runtime  /  FROM runtime": "FROM node:22 AS base\nFROM base AS runtime\nFROM runtime\n",
    "FROM python:3.13-slim AS astro-runtime": "FROM python:3.13-slim AS astro-runtime\nFROM astro-runtime\n",
}


@pytest.mark.parametrize("reference", IMAGES)
def test_a_near_miss_is_silent(reference: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(STAGES.get(reference, f"FROM {reference}\nRUN true\n"))
    (tmp_path / "requirements.txt").write_text("")
    (tmp_path / "app.py").write_text("import imp\n")
    with inside(tmp_path):
        document = lint("Dockerfile", "--extend-select", "AST")
    assert {one["code"] for one in document["diagnostics"]} == ({"AST203"} if reference == CERTIFIED else set())
