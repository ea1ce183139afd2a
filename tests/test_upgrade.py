"""`astro-lint upgrade`: which tag is written where, what is refused, and what the reports say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.tool import FIXED, Outcome, inside, run

QUAY = "quay.io/astronomer/astro-runtime"
AZURE = "astrocrpublic.azurecr.io/runtime"
DIGEST = f"@sha256:{'0' * 64}"


def upgrade(folder: Path, *argv: str) -> Outcome:
    with inside(folder):
        return run("upgrade", *FIXED, *argv)


def document(folder: Path, *argv: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(upgrade(folder, "--format", "json", *argv).out)
    return found


def one_image(folder: Path, text: str, *argv: str, name: str = "Dockerfile", config: str = "") -> str:
    """The file after an upgrade."""
    (folder / name).write_bytes(text.encode())
    if config:
        (folder / "astro-lint.toml").write_text(config)
    outcome = upgrade(folder, *argv, name)
    assert outcome.code == 0, outcome.err
    return (folder / name).read_bytes().decode()


UPGRADES = [
    # two grammars
    (f"FROM {QUAY}:13.5.1\n", "latest-patch", f"FROM {QUAY}:13.11.0\n"),
    (f"FROM {AZURE}:3.1-12\n", "latest-patch", f"FROM {AZURE}:3.1-21\n"),
    (f"FROM {QUAY}:12.1.0\n", "13", f"FROM {QUAY}:13.11.0\n"),
    (f"FROM {AZURE}:3.1-12\n", "3.2", f"FROM {AZURE}:3.2-10\n"),
    # another registry for Airflow 3
    (f"FROM {QUAY}:13.7.0\n", "latest", f"FROM {AZURE}:3.3-8\n"),
    ("FROM astrocrpublic.azurecr.io/astronomer/astro-runtime:13.7.0\n", "13", None),
    ("FROM astrocrpublic.azurecr.io/astronomer/astro-runtime:13.7.0\n", "3.1", f"FROM {AZURE}:3.1-21\n"),
    (f"FROM {QUAY}:3.1-12\n", "latest-patch", f"FROM {AZURE}:3.1-21\n"),
    ("FROM air.astronomer.io/runtime:12.1.0\n", "3.3", f"FROM {AZURE}:3.3-8\n"),
    # kinds
    (f"FROM {QUAY}:12.1.0-base\n", "3.3", f"FROM {AZURE}:3.3-8-base\n"),
    (f"FROM {QUAY}:12.1.0-slim\n", "13", f"FROM {QUAY}:13.11.0-slim\n"),
    (f"FROM {QUAY}:12.1.0-slim-base\n", "3.3", f"FROM {AZURE}:3.3-8-base\n"),
    (f"FROM {QUAY}:12.5.0-ubi9-python-3.12-slim-base\n", "3.3", f"FROM {AZURE}:3.3-8-ubi9-python-3.12-base\n"),
    (f"FROM {AZURE}:3.1-12-python-3.11-base\n", "3.1", f"FROM {AZURE}:3.1-21-python-3.11-base\n"),
    (f"FROM {AZURE}:3.1-12-python-3.11-base\n", "3.3", f"FROM {AZURE}:3.3-8-base\n"),
    # arguments
    (f"ARG V=13.5.1\nFROM {QUAY}:${{V}}\n", "13", f"ARG V=13.11.0\nFROM {QUAY}:${{V}}\n"),
    (f'ARG V="13.5.1-slim"\nFROM {QUAY}:$V-base\n', "3.3", f'ARG V="3.3-8"\nFROM {AZURE}:$V-base\n'),
    (f"ARG I={QUAY}:13.5.1\nFROM $I\n", "3.3", f"ARG I={AZURE}:3.3-8\nFROM $I\n"),
    (f"ARG R={QUAY}\nARG V=13.5.1\nFROM $R:$V\n", "3.3", f"ARG R={AZURE}\nARG V=3.3-8\nFROM $R:$V\n"),
    (
        "ARG H=quay.io\nFROM $H/astronomer/astro-runtime:13.5.1\n", "3.3",
        "ARG H=astrocrpublic.azurecr.io\nFROM $H/runtime:3.3-8\n",
    ),
    (f"FROM {QUAY}:${{V:-13.5.1}}\n", "13", f"FROM {QUAY}:${{V:-13.11.0}}\n"),
    # several stages
    (
        f"ARG V=13.5.1\nFROM {QUAY}:$V-base AS a\nFROM {QUAY}:$V\nCOPY --from=a /x /x\n", "3.3",
        f"ARG V=3.3-8\nFROM {AZURE}:$V-base AS a\nFROM {AZURE}:$V\nCOPY --from=a /x /x\n",
    ),
    (
        f"FROM {QUAY}:13.5.1 AS a\nFROM python:3.12 AS b\nFROM a\nFROM {QUAY}:12.1.0\n", "13",
        f"FROM {QUAY}:13.11.0 AS a\nFROM python:3.12 AS b\nFROM a\nFROM {QUAY}:13.11.0\n",
    ),
    # floating tags
    (f"FROM {AZURE}:3.1-base\n", "3.3", f"FROM {AZURE}:3.3-base\n"),
    # a yanked build is replaced, and never proposed
    (f"FROM {AZURE}:3.2-1\n", "latest-patch", f"FROM {AZURE}:3.2-10\n"),
    (f"FROM {QUAY}:9.0.0\n", "latest-patch", f"FROM {QUAY}:9.21.0\n"),
    # the rest of the line and of the file
    (f"# x\r\nfrom --platform=linux/amd64  {QUAY}:13.5.1  as  y\r\nENV A=1", "13",
     f"# x\r\nfrom --platform=linux/amd64  {QUAY}:13.11.0  as  y\r\nENV A=1"),
    (f"\ufeffFROM {QUAY}:13.5.1 \\\n  AS y\n", "13", f"\ufeffFROM {QUAY}:13.11.0 \\\n  AS y\n"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "to", "after"), UPGRADES)
def test_the_tag_is_written_and_nothing_else(before: str, to: str, after: str | None, tmp_path: Path) -> None:
    after = before.replace("13.7.0", "13.11.0") if after is None else after
    assert one_image(tmp_path, before, "--to", to) == after


@pytest.mark.parametrize(("before", "to", "after"), UPGRADES)
def test_a_second_run_finds_nothing(before: str, to: str, after: str | None, tmp_path: Path) -> None:
    del after
    one_image(tmp_path, before, "--to", to)
    again = upgrade(tmp_path, "--to", to, "--check")
    assert (again.code, "Would upgrade" in again.out) == (0, False)
