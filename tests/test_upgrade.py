"""`astro-lint upgrade`: which tag is written where, what is refused, and what the reports say."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

from dockerfile_astro_lint.astro.image import parse_tag
from tests.tool import FIXED, FIXTURES, Outcome, inside, lint, run, write

QUAY = "quay.io/astronomer/astro-runtime"
AZURE = "astrocrpublic.azurecr.io/runtime"
DIGEST = f"@sha256:{'0' * 64}"


def upgrade(folder: Path, *argv: str) -> Outcome:
    with inside(folder):
        return run("upgrade", *FIXED, *argv)


def document(folder: Path, *argv: str) -> dict[str, Any]:
    """The JSON report, which is valid by its schema."""
    found: dict[str, Any] = json.loads(upgrade(folder, "--format", "json", *argv).out)
    schema = json.loads((files("dockerfile_astro_lint") / "schemas" / "upgrade.json").read_text(encoding="utf-8"))
    report = json.loads((files("dockerfile_astro_lint") / "schemas" / "report.json").read_text(encoding="utf-8"))
    schema["$defs"] = {**report["$defs"], **schema["$defs"]}
    schema["properties"]["diagnostics"] = report["properties"]["diagnostics"]
    Draft202012Validator(schema).validate(found)
    assert not Draft202012Validator(schema).is_valid({**found, "upgrades": [{}]})
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
    (f"FROM {AZURE}:13.5.1\n", "13", "FROM astrocrpublic.azurecr.io/astronomer/astro-runtime:13.11.0\n"),
    (f"FROM {AZURE}:13.5.1\n", "3.3", f"FROM {AZURE}:3.3-8\n"),
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
def test_the_tag_is_written_and_nothing_else_and_a_second_run_finds_nothing(
    before: str, to: str, after: str | None, tmp_path: Path
) -> None:
    after = before.replace("13.7.0", "13.11.0") if after is None else after
    assert one_image(tmp_path, before, "--to", to) == after
    again = upgrade(tmp_path, "--to", to, "--check")
    assert (again.code, "Would upgrade" in again.out) == (0, False)


V2 = '[project]\r\ndependencies = ["apache-airflow==3.1.*"]\r\n[tool.astro]\r\nruntime = {}  # ours\r\n'


@pytest.mark.parametrize(
    ("runtime", "to", "after"),
    [
        ('"3.1-12"', "latest-patch", '"3.1-21"'),
        ("'13.5.1'", "latest", "'3.3-8'"),
        ('"""3.1-12"""', "3.1", None),
        ('"3.\\u0031-12"', "3.1", None),
    ],
)
def test_the_runtime_of_a_manifest(runtime: str, to: str, after: str | None, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(V2.format(runtime).encode())
    outcome = upgrade(tmp_path, "--to", to)
    assert (tmp_path / "pyproject.toml").read_bytes().decode() == V2.format(after or runtime)
    assert outcome.code == (0 if after else 2)
    if after is None:
        assert outcome.err == (
            "astro-lint: pyproject.toml: `runtime` is not a plain text that names an image: change it by hand\n"
        )


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("runtime = 3.1", "pyproject.toml: line 2: `runtime` is not a string: write it in quotes"),
        ("dockerfile = 1", "pyproject.toml: line 2: `dockerfile` is not a string: write it in quotes"),
        ('dockerfile = "missing"', "names `missing`, which is not a Dockerfile in the project that can be read"),
        ('dockerfile = "../image"', "names `../image`, which is not a Dockerfile in the project that can be read"),
        ('name = "x"', ""),
    ],
)
def test_a_manifest_whose_image_cannot_be_known_is_an_error(key: str, said: str, tmp_path: Path) -> None:
    write(tmp_path, {"p/pyproject.toml": f"[tool.astro]\n{key}\n", "image": f"FROM {QUAY}:13.5.1\n"})
    outcome = upgrade(tmp_path, "p")
    assert (outcome.code, said in outcome.err) == (2 if said else 0, True), outcome.err
    assert outcome.err.count("\n") == bool(said)


@pytest.mark.parametrize("word", ["3.3", "13", "latest", "latest-patch"])
def test_a_series_in_the_place_of_a_path_is_named(word: str, tmp_path: Path) -> None:
    outcome = upgrade(tmp_path, word)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == f"astro-lint: `{word}` is neither a file nor a folder: did you mean `--to {word}`?\n"
    (tmp_path / word).mkdir()
    assert upgrade(tmp_path, word).code == 0


def test_the_summary_says_how_old_the_catalog_is_and_counts(tmp_path: Path) -> None:
    write(tmp_path, {"a/Dockerfile": f"FROM {AZURE}:3.1\n", "b/Dockerfile": f"FROM {QUAY}:latest\n"})
    assert upgrade(tmp_path, "--today", "2026-12-24").lines[-1] == (
        "No image to upgrade; 1 is not changed (catalog of 2026-09-25, 90 days old). "
        "1 image or path could not be upgraded."
    )
    (tmp_path / "Dockerfile").write_text(f"FROM {QUAY}:x\n")
    assert upgrade(tmp_path).lines[-1].endswith("(catalog of 2026-09-25). 2 images or paths could not be upgraded.")


def test_an_airflow_whose_patch_is_not_known_does_not_look_like_a_downgrade(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM {QUAY}:11.8.0\n")
    assert "    Airflow 2.9" in upgrade(tmp_path).lines


def test_a_dockerfile_that_only_a_manifest_names_is_upgraded(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": '[tool.astro]\ndockerfile = "image"\n', "image": f"FROM {QUAY}:13.5.1\n"})
    assert upgrade(tmp_path).code == 0
    assert (tmp_path / "image").read_text() == f"FROM {QUAY}:13.11.0\n"


def test_the_dockerfile_of_a_named_manifest_is_upgraded_and_an_excluded_one_is_not(tmp_path: Path) -> None:
    image = f"FROM {QUAY}:13.5.1\n"
    write(tmp_path, {"pyproject.toml": '[tool.astro]\ndockerfile = "Dockerfile"\n', "Dockerfile": image})
    assert [one["path"] for one in document(tmp_path, "--check", "pyproject.toml")["upgrades"]] == ["Dockerfile"]
    assert [one["path"] for one in document(tmp_path, "--check")["upgrades"]] == ["Dockerfile"]
    assert document(tmp_path, "--check", "--exclude", "Dockerfile")["upgrades"] == []


def test_a_named_manifest_stands_for_its_project(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": '[tool.astro]\nruntime = "3.1-12"\n', "dags/a.py": "import cgi\n"})
    for named in ((), ("pyproject.toml",)):
        found = document(tmp_path, "--to", "3.3", "--check", *named)
        assert [one["path"] for one in found["diagnostics"]] == ["dags/a.py"]


def test_a_build_argument_that_no_file_declares_is_mentioned(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": "ARG REGISTRY=quay.io\nFROM $REGISTRY/astronomer/astro-runtime:13.5.1\n"})
    outcome = upgrade(tmp_path, "--check", "--build-arg", "REGISTRI=reg.corp")
    assert outcome.code == 1
    said = "--build-arg REGISTRI: no `ARG` of this name is in what was checked: did you mean `REGISTRY`?"
    assert outcome.err == f"astro-lint: {said}\n"
    assert upgrade(tmp_path, "--check", "--build-arg", "REGISTRY=reg.corp").err == ""


def test_standard_input_is_bad_usage(tmp_path: Path) -> None:
    outcome = upgrade(tmp_path, "-")
    assert (outcome.code, "name a file or a folder" in outcome.err) == (2, True)


BOTH = '[mirrors]\n"reg.corp/quay" = "quay.io"\n"reg.corp/azure/" = "astrocrpublic.azurecr.io"\n'


@pytest.mark.parametrize(
    ("image", "to", "config", "after"),
    [
        ("reg.corp/astro-runtime:13.5.1", "13", "", "reg.corp/astro-runtime:13.11.0"),
        ("reg.corp/astro-runtime:13.5.1", "3.3", "", "its registry may be a mirror"),
        ("reg.corp/quay/astronomer/astro-runtime:13.5.1", "3.3", BOTH, "reg.corp/azure/runtime:3.3-8"),
        ("reg.corp/azure/runtime:3.1-12", "latest-patch", BOTH, "reg.corp/azure/runtime:3.1-21"),
        ("reg.corp/azure/astronomer/astro-runtime:13.5.1", "3.3", BOTH, "reg.corp/azure/runtime:3.3-8"),
        ("reg.corp/quay/astronomer/astro-runtime:13.5.1", "3.3", '[mirrors]\n"reg.corp/quay" = "quay.io"\n',
         "`mirrors` of the configuration has no mirror of `astrocrpublic.azurecr.io/runtime`"),
    ],
)  # fmt: skip
def test_mirrors(image: str, to: str, config: str, after: str, tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": f"FROM {image}\n", "astro-lint.toml": config})
    outcome = upgrade(tmp_path, "--to", to)
    text = (tmp_path / "Dockerfile").read_text()
    if " " in after:
        assert (outcome.code, text, after in outcome.err) == (2, f"FROM {image}\n", True)
    else:
        assert (outcome.code, text) == (0, f"FROM {after}\n")
        assert f"`{after.rpartition(':')[0]}` is a mirror: it needs this tag before the build" in outcome.out


KEPT = [
    # (Dockerfile, options, exit code of --check, what is said)
    (f"FROM {AZURE}:3.1-12{DIGEST}\n", (), 1, "replace both for `3.1-21`"),
    (f"FROM {AZURE}:3.1-21{DIGEST}\n", (), 0, "1 is up to date"),
    (f"FROM {AZURE}{DIGEST}\n", (), 0, "pinned by its digest alone"),
    (f"FROM {AZURE}:3.1\n", (), 0, "moves to the newest build, now `3.1-21`: nothing to write"),
    (f"FROM {QUAY}-dev:13.1.0-alpha1\n", (), 0, "a pre-release"),
    (f"FROM {QUAY}:13.1.0-alpha1\n", ("--to", "13"), 0, "a pre-release"),
    ("FROM quay.io/astronomer/ap-airflow:2.2.0\n", ("--to", "latest"), 0, "move to Astro Runtime by hand"),
    (
        "FROM images.astronomer.cloud/baseimages/astro-remote-execution-agent:3.1-2-python-3.12-astro-agent-1.1.0\n",
        (), 0, "images of the Remote Execution agent",
    ),
    (f"FROM {QUAY}:9.21.0\n", (), 0, "Runtime 9 (Airflow 2.7) reached end of maintenance on 2025-01-31: upgrade to"),
    (f"FROM {AZURE}:3.3-9\n", (), 0, "1 is up to date"),
    (
        f"# astro-lint: ignore[AST304] until June, password=Hush1ling\nFROM {QUAY}:13.5.1\n",
        (), 0, "an ignore comment for AST304 holds it: until June",
    ),
    (f"# astro-lint: ignore[outdated-build]\nARG V=13.5.1\nFROM {QUAY}:$V\n", ("--to", "3.3"), 0, "AST304 holds it"),
    (f"# astro-lint: ignore-file[AST304]\nFROM {QUAY}:13.5.1\n", (), 0, "an ignore comment for AST304 holds it"),
    (f"FROM {AZURE}:3.4-1\n", ("--to", "latest"), 0, "1 is up to date"),
    ("FROM python:3.12\n", (), 0, "Nothing to upgrade: no Astro Runtime image in `.`."),
    ("", (), 0, "Nothing to upgrade: no Astro Runtime image in `.`."),
    (f"FROM {QUAY}:13.5.1\n", (), 1, "Would upgrade 1 image in 1 file (catalog of 2026-09-25)."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "options", "code", "said"), KEPT)
def test_what_is_not_changed_is_told(text: str, options: tuple[str, ...], code: int, said: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(text)
    outcome = upgrade(tmp_path, "--check", *options)
    assert (outcome.code, outcome.err) == (code, "")
    assert said in outcome.out
    assert "Hush1ling" not in outcome.out
    if "Would upgrade" not in said:
        assert upgrade(tmp_path, *options).code == 0
    assert (tmp_path / "Dockerfile").read_text() == text


REFUSED = [
    (f"FROM {AZURE}:3.3-2\n", ("--to", "13"), "is newer than Runtime 13: `astro deploy` refuses a downgrade"),
    (f"FROM {AZURE}:3.3-2\n", ("--to", "3.1"), "is newer than Runtime 3.1: `astro deploy` refuses a downgrade"),
    (f"FROM {AZURE}:3.4-1\n", (), "does not list Runtime 3.4: run `astro-lint catalog update`"),
    (f"FROM {AZURE}:3.2-1\n", ("--today", "2026-04-15"), "has no build of Runtime 3.2 that is released and not yanked"),
    (f"FROM {QUAY}:latest\n", (), "the image has no valid Runtime version"),
    (f"FROM {QUAY}\n", (), "the image has no valid Runtime version"),
    (f"FROM {QUAY}:3.0.4\n", (), "the image has no valid Runtime version"),
    (f"FROM {QUAY}:x\n", (), "the image has no valid Runtime version"),
    (f"ARG V\nFROM {QUAY}:${{V}}\n", (), "the tag is not known before the build: declare its ARG with a default"),
    ("ARG V\nFROM $V\n", (), "line 2: the image is not known before the build: declare its ARG"),
    (f"ARG V\nFROM {QUAY}:$V\n", ("--build-arg", "V=13.1.0"), "line 2: the tag is not in the file"),
    (f"ARG V=12.1.0\nFROM {QUAY}:$V\n", ("--build-arg", "V=13.1.0"), "line 2: the tag is not in the file"),
    (f"ARG M=13\nARG N=1\nFROM {QUAY}:$M.$N.0\n", (), "line 3: the tag is not in the file, or not in one piece"),
    (f"ARG V=13.1.0\nFROM {QUAY}:$V\nFROM python:$V\n", (), "sets the image of line 3, which would change"),
    (f"ARG V=13.1.0\nFROM {QUAY}:$V AS a\nFROM {QUAY}:$V{DIGEST}\n", (), "an argument also sets the image of line 3"),
    (f"ARG V=12.1.0-python-3.10\nFROM {QUAY}:$V\nFROM {QUAY}:$V-base\n", ("--target", "x"), "no stage is called `x`"),
    (f"FROM {QUAY}:13.5.1\n\0", (), "a binary file"),
    (f"FROM {QUAY}:13.5.1\n", ("missing",), "no such file or folder"),
    (f"FROM {QUAY}:13.5.1\n", ("requirements.txt",), "no image to upgrade: name a Dockerfile, a manifest or a folder"),
    (f"FROM {QUAY}:13.5.1\n", ("README.md",), "by its name not a Dockerfile"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "options", "said"), REFUSED)
def test_what_cannot_be_upgraded_is_an_error_and_the_others_are_upgraded(
    text: str, options: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    write(
        tmp_path, {"good/Dockerfile": f"FROM {AZURE}:3.3-2\n", "requirements.txt": "", "README.md": "", "dags/a.py": ""}
    )
    (tmp_path / "Dockerfile").write_text(text)
    outcome = upgrade(tmp_path, *options, *(() if options[:1] in (("missing",), ("README.md",)) else (".",)))
    assert (outcome.code, said in outcome.err) == (2, True), outcome.err
    if "downgrade" not in said and options[:1] not in (("--today",), ("--target",), ("missing",), ("README.md",)):
        assert (tmp_path / "good" / "Dockerfile").read_text() == f"FROM {AZURE}:3.3-8\n"
    if options[:1] != ("requirements.txt",):
        assert (tmp_path / "Dockerfile").read_text() == text


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("14", "not a Runtime series in the catalog of 2026-09-25; available: 3.3, 3.2, 3.1, 3.0, 13, 12"),
        ("3", "not a Runtime series in the catalog of 2026-09-25; available: 3.3"),
        ("3.3-8", "a build or variant, not a series: name its series, `3.3`, `latest-patch` or `latest`"),
        ("13.11.0-slim", "a build or variant, not a series: name its series, `13`"),
        ("3.3-8-alpha1", "a pre-release: name its series, `3.3`"),
        ("3.3.2", "a build or variant, not a series: name its series, `3.3`"),
        ("latest-path", "did you mean `latest-patch`?"),
        ("", "not a Runtime series"),
        ("\x1b[31m", "not a Runtime series"),
    ],
)
def test_an_unknown_series_is_bad_usage_and_nothing_is_read(to: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM {QUAY}:13.5.1\n")
    outcome = upgrade(tmp_path, f"--to={to}")
    assert (outcome.code, outcome.out, said in outcome.err) == (2, "", True), outcome.err
    assert "\x1b" not in outcome.err


def test_a_series_without_a_usable_build_is_bad_usage(tmp_path: Path) -> None:
    outcome = upgrade(tmp_path, "--to", "3.2", "--today", "2026-04-15")
    said = "the catalog of 2026-09-25 has no build of it that is released on 2026-04-15 and not yanked"
    assert (outcome.code, outcome.err) == (2, f"astro-lint: --to 3.2: {said}\n")


@pytest.mark.parametrize(("before", "to", "after"), UPGRADES)
def test_what_is_written_is_what_the_patch_says(before: str, to: str, after: str | None, tmp_path: Path) -> None:
    del after
    (tmp_path / "Dockerfile").write_bytes(before.encode())
    patch = upgrade(tmp_path, "--to", to, "--diff")
    assert (patch.code, (tmp_path / "Dockerfile").read_bytes()) == (1, before.encode())
    subprocess.run(["git", "apply", "-"], input=patch.out.encode(), cwd=tmp_path, check=True)
    applied = (tmp_path / "Dockerfile").read_bytes()
    assert applied.decode() == one_image(tmp_path, before, "--to", to)


@pytest.mark.parametrize("text", [f"FROM {QUAY}:13.5.1-base\n", f"ARG V=13.5.1\nFROM {QUAY}:${{V}}\n"])
@pytest.mark.parametrize("version", ["13.11.0", "3.3-8"])
def test_as_if_writes_the_same_tag(text: str, version: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(text)
    series = version.partition(".")[0] if version[0] == "1" else version.partition("-")[0]
    with inside(tmp_path):
        as_if = run(*FIXED, "--as-if", version, "--diff", "--no-project")
    assert upgrade(tmp_path, "--to", series, "--diff").out == as_if.out


tags = st.builds(
    lambda version, python, slim, base: f"{version}{python}{slim}{base}",
    st.sampled_from(["13.5.1", "12.1.0", "11.13.0", "3.1-12", "3.2-4"]),
    st.sampled_from(["", "-python-3.11", "-python-3.12"]),
    st.just(""),
    st.sampled_from(["", "-base"]),
)


@settings(max_examples=30, deadline=None)
@given(
    lead=st.sampled_from(["", "# syntax=docker/dockerfile:1\n", "# é\r\n", "\ufeff"]),
    tag=tags,
    form=st.sampled_from(
        ["FROM {name}:{tag}", "ARG T={tag}\nFROM {name}:$T", "FROM {name}:\\\n{tag} AS x", "from {name}:{tag}\t"]
    ),
    rest=st.text(st.sampled_from("abc \n#'\"\\é\udc80$"), max_size=30),
)  # fmt: skip
def test_no_other_byte_changes(
    lead: str, tag: str, form: str, rest: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("x")
    name = AZURE if "-1" in tag[:6] or tag.startswith("3.") else QUAY
    version = "-".join(tag.split("-")[:2]) if tag.startswith("3.") else tag.partition("-")[0]
    text = f"{lead}{form.format(name=name, tag=tag)}\n{rest}\n"
    data = text.encode("utf-8", "surrogateescape")
    (folder / "Dockerfile").write_bytes(data)
    outcome = upgrade(folder)
    after = (folder / "Dockerfile").read_bytes()
    newest = {"13": "13.11.0", "12": "12.12.0", "11": "11.20.0", "3.1": "3.1-21", "3.2": "3.2-10"}
    series = version.partition("-")[0] if tag.startswith("3.") else version.partition(".")[0]
    if outcome.code == 0 and "1 image" in outcome.out:
        expected = text.replace(version, newest[series], 1).encode("utf-8", "surrogateescape")
        assert after in (expected, expected.replace(b"-python-3.11", b"", 1))
        assert upgrade(folder, "--check").code == 0
    else:
        assert after == data


def test_the_file_of_thousands_of_images_is_searched_for_secrets_and_comments_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dockerfile_astro_lint.engine import redaction, suppressions

    searched: list[str] = []

    def counted(name: str, function: Callable[[Any], Any], text: Any) -> Any:
        searched.append(name)
        return function(text)

    for module, name in ((redaction, "_read"), (suppressions, "_ignores")):
        monkeypatch.setattr(module, name, partial(counted, name, getattr(module, name)))
    held = f"# astro-lint: ignore[AST304] for now\nFROM {QUAY}:13.5.1\nENV A_PASSWORD=hush\n"
    counts = []
    for number in (2, 200):
        (tmp_path / "Dockerfile").write_text(f"{held}FROM {QUAY}:13.5.1\n" * number)
        searched.clear()
        found = document(tmp_path, "--check")
        assert (len(found["upgrades"]), len(found["kept"])) == (number, number)
        counts.append(len(searched))
    assert counts[0] == counts[1]


def test_a_file_that_changed_meanwhile_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dockerfile_astro_lint.engine.upgrade import find_upgrades

    def change(*args: Any, **named: Any) -> Any:
        found = find_upgrades(*args, **named)
        (tmp_path / "a" / "Dockerfile").write_text("FROM scratch\n")
        return found

    monkeypatch.setattr("dockerfile_astro_lint.cli.upgrade.find_upgrades", change)
    write(tmp_path, {"a/Dockerfile": f"FROM {QUAY}:13.5.1\n", "b/Dockerfile": f"FROM {QUAY}:13.5.1\n"})
    outcome = upgrade(tmp_path)
    assert (outcome.code, (tmp_path / "a" / "Dockerfile").read_text()) == (2, "FROM scratch\n")
    assert "a/Dockerfile: not written: it changed since it was read; run again" in outcome.err
    assert (tmp_path / "b" / "Dockerfile").read_text() == f"FROM {QUAY}:13.11.0\n"
    assert "Upgraded 1 image in 1 file" in outcome.out


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_out_of_the_given_paths_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"outside/Dockerfile": f"FROM {QUAY}:13.5.1\n", "in/x": ""})
    (tmp_path / "in" / "Dockerfile").symlink_to("../outside/Dockerfile")
    outcome = upgrade(tmp_path, "in/Dockerfile")
    assert (outcome.code, "it is a link to" in outcome.err) == (2, True)
    assert (tmp_path / "outside" / "Dockerfile").read_text() == f"FROM {QUAY}:13.5.1\n"


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
@pytest.mark.parametrize("command", [("upgrade",), ("--unsafe-fixes", "--select", "AST105,AST304")])
def test_the_patch_of_a_link_is_one_of_its_file(command: tuple[str, ...], tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": f"FROM {AZURE}:3.1-12-slim\n", "z/Dockerfile": f"FROM {AZURE}:3.1-9\n"})
    (tmp_path / "Dockerfile.prod").symlink_to("Dockerfile")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "Dockerfile").symlink_to("../z/Dockerfile")
    with inside(tmp_path):
        patch = run(*command, "--diff", *FIXED, ".")
    assert re.findall(r"^--- a/(.*)", patch.out, re.M) == ["Dockerfile", "z/Dockerfile"]
    subprocess.run(["git", "apply", "-"], input=patch.out.encode(), cwd=tmp_path, check=True)
    assert (tmp_path / "Dockerfile.prod").is_symlink()
    assert (tmp_path / "a" / "Dockerfile").read_text() == f"FROM {AZURE}:3.1-21\n"


PROJECT = {
    "Dockerfile": f"FROM {QUAY}:12.1.0\n",
    "requirements.txt": "pandas==2.0.0\n",
    "packages.txt": "",
    "dags/a.py": "import cgi\nfrom airflow.providers.http.hooks.http import HttpHook\n",
}


def test_the_reports_say_what_changes(tmp_path: Path) -> None:
    write(tmp_path, PROJECT)
    found = document(tmp_path, "--to", "3.3", "--check")
    (one,) = found["upgrades"]
    assert one["now"] == {
        "tag": "12.1.0", "version": "12.1.0", "airflow": "2.10", "python": "3.12", "system": "Debian 12",
        "end_of_maintenance": "2026-02-28",
    }  # fmt: skip
    assert one["new"] == {
        "tag": "3.3-8", "version": "3.3-8", "airflow": "3.3.2", "python": "3.14", "system": "Debian 13",
        "end_of_maintenance": "2028-07-31",
    }  # fmt: skip
    assert {"amazon", "http", "sqlite"} <= set(one["lost"])
    assert one["probably_lost"] == ["mysql", "postgres"]
    assert any("from Runtime 13.7.0 or newer" in note and "deploy `13.11.0` first" in note for note in one["notes"])
    assert (found["written"], found["current"], found["kept"], found["failures"]) == (False, 0, [], [])
    codes = {finding["code"] for finding in found["diagnostics"]}
    assert {"AST402", "AST501"} <= codes
    # End of maintenance is found today, and gone then.
    assert not codes & {"AST301", "AST201"}
    markdown = upgrade(tmp_path, "--to", "3.3", "--check", "--format", "markdown").out
    for row in (
        "### Runtime 12.1.0 to 3.3-8",
        "- `Dockerfile`, line 1: `12.1.0` to `3.3-8`",
        "| Airflow | 2.10 | **3.3.2** |",
        "| Python | 3.12 | **3.14** |",
        "| System | Debian 12 | **Debian 13** |",
        "| End of maintenance | 2026-02-28 | **2028-07-31** |",
        "- [ ] warning: Python 3.14 has no `cgi`",
    ):
        assert f"\n{row}" in markdown, row
    text = upgrade(tmp_path, "--to", "3.3").out
    assert "    Python 3.12 -> 3.14\n" in text
    assert "warning[AST402] Python 3.14 has no `cgi`" in text


def test_what_is_found_is_what_as_if_finds_and_today_does_not(tmp_path: Path) -> None:
    write(tmp_path, PROJECT)
    with inside(tmp_path):
        then, now = (lint("Dockerfile", *more)["diagnostics"] for more in (("--as-if", f"{AZURE}:3.3-8"), ()))
    known = [(one["code"], one["path"], one["line"], one["message"]) for one in now]
    wanted = [one for one in then if (one["code"], one["path"], one["line"], one["message"]) not in known]
    found = document(tmp_path, "--to", "3.3", "--check")["diagnostics"]
    assert len(found) == 2
    assert [(one["code"], one["path"], one["message"]) for one in found] == [
        (one["code"], one["path"], one["message"]) for one in wanted
    ]


def test_a_finding_whose_message_names_the_version_is_not_new(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM {AZURE}:3.1\n")
    assert [one["code"] for one in document(tmp_path, "--to", "3.3")["diagnostics"]] == []


def test_the_body_of_a_pull_request_has_a_limit_and_nothing_in_it_is_markup(tmp_path: Path) -> None:
    for number in range(130):
        folder = tmp_path / f"<img src=x> @user `{number}` {'x' * 150}"
        folder.mkdir()
        tag = f"13.5.1{'-base' * (number % 2)}"
        (folder / "Dockerfile").write_text(f"FROM {QUAY}:{tag}\nRUN sudo x{number}\nCOPY . .\n")
    (tmp_path / "pinned.Dockerfile").write_text(f"FROM {QUAY}:13.5.1{DIGEST}\n")
    outcome = upgrade(tmp_path, "--to", "latest", "--format", "markdown", "--check")
    assert outcome.code == 1
    assert 3000 < len(outcome.out) < 65_536
    assert re.search(r"^- and \d+ more$", outcome.out, re.M)
    assert "<img" not in outcome.out
    assert "@user" not in outcome.out
    assert "### Not changed\n\n- `pinned.Dockerfile`, line 1: pinned by a digest" in outcome.out


def test_formats_go_to_files_beside_the_patch(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM {QUAY}:13.5.1\n")
    outcome = upgrade(tmp_path, "--diff", "--format", "json=r.json", "--format", "markdown=r.md")
    assert (outcome.code, outcome.out.startswith("--- a/Dockerfile")) == (1, True)
    assert json.loads((tmp_path / "r.json").read_text())["written"] is False
    assert (tmp_path / "r.md").read_text().startswith("## Upgrade Astro Runtime\n\nWould upgrade 1 image in 1 file")
    assert outcome.err == "Would upgrade 1 image in 1 file (catalog of 2026-09-25).\n"
    refused = upgrade(tmp_path, "--diff", "--format", "json")
    assert (refused.code, "give each format a file" in refused.err) == (2, True)
    assert upgrade(tmp_path, "--format", "json=missing/r.json").code == 2


def test_a_configuration_that_cannot_be_used_stops_only_its_own_project(tmp_path: Path) -> None:
    image = f"FROM {QUAY}:13.5.1\n"
    write(tmp_path, {"a/Dockerfile": image, "a/astro-lint.toml": "nonsense = 1\n", "b/Dockerfile": image})
    outcome = upgrade(tmp_path)
    assert (outcome.code, "a/astro-lint.toml: " in outcome.err) == (2, True)
    assert (tmp_path / "a" / "Dockerfile").read_text() == image
    assert (tmp_path / "b" / "Dockerfile").read_text() == f"FROM {QUAY}:13.11.0\n"


def test_what_the_configuration_leaves_out_stays(tmp_path: Path) -> None:
    image = f"FROM {QUAY}:13.5.1\n"
    write(tmp_path, {"a/Dockerfile": image, "old/Dockerfile": image, "astro-lint.toml": 'exclude = ["old"]\n'})
    assert [one["path"] for one in document(tmp_path)["upgrades"]] == ["a/Dockerfile"]
    assert (tmp_path / "old" / "Dockerfile").read_text() == image


def test_the_result_is_the_same_in_several_processes(tmp_path: Path) -> None:
    from dockerfile_astro_lint.config.resolver import Resolver
    from dockerfile_astro_lint.core.files import Overlay
    from dockerfile_astro_lint.engine.targets import Target
    from dockerfile_astro_lint.engine.upgrade import find_upgrades

    write(tmp_path, {f"{number}/Dockerfile": f"FROM {QUAY}:13.{number}.0\n" for number in range(4)})
    targets = [Target(f"{number}/Dockerfile", False) for number in range(4)]
    with inside(tmp_path):
        resolver = Resolver()
        one, two = (find_upgrades(targets, resolver.for_file, Overlay(), "13", number) for number in (1, 2))
    assert len([proposal for proposal in one.proposals if proposal.after]) == 4
    assert (one.proposals, one.report) == (two.proposals, two.report)


def test_the_report_for_programs_names_what_is_not_changed_and_what_failed(tmp_path: Path) -> None:
    write(tmp_path, {"a/Dockerfile": f"FROM {AZURE}:3.1-12{DIGEST}\n", "b/Dockerfile": f"FROM {QUAY}:latest\n"})
    found = document(tmp_path)
    assert [(one["path"], one["line"], one["newer"]) for one in found["kept"]] == [("a/Dockerfile", 1, "3.1-21")]
    assert [one["path"] for one in found["failures"]] == ["b/Dockerfile"]
    assert (found["written"], found["upgrades"]) == (True, [])


@pytest.mark.parametrize(("comment", "code"), [("ignore[AST304] later", 0), ("ignore[AST301] later", 1)])
def test_a_manifest_is_held_by_a_comment_above_its_runtime(comment: str, code: int, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(f'[tool.astro]\n# astro-lint: {comment}\nruntime = "3.1-12"\n')
    assert upgrade(tmp_path, "--check").code == code


def test_a_comment_that_a_policy_forbids_holds_nothing(tmp_path: Path) -> None:
    image = f"# astro-lint: ignore[AST304] never\nFROM {QUAY}:13.5.1\n"
    write(tmp_path, {"Dockerfile": image, "astro-lint.toml": 'forbid-ignores = ["AST304"]\n'})
    assert upgrade(tmp_path, "--check").code == 1


def test_the_catalog_of_the_configuration_decides(tmp_path: Path) -> None:
    feed = json.loads((FIXTURES / "catalog.json").read_text("utf-8"))
    versions = feed["runtimeVersionsV3"]
    versions["3.4-1"] = {**versions["3.3-8"], "metadata": {**versions["3.3-8"]["metadata"], "airflowVersion": "3.4.0"}}
    (tmp_path / "feed.json").write_text(json.dumps(feed))
    write(tmp_path, {"Dockerfile": f"FROM {AZURE}:3.3-8\n", "astro-lint.toml": 'catalog = "feed.json"\n'})
    with inside(tmp_path):
        assert run("upgrade", "--today", "2026-10-01", "--to", "3.4", "--check").code == 1
        assert run("upgrade", *FIXED, "--to", "3.4", "--check").code == 2


def test_what_a_catalog_says_is_safe_for_a_terminal(tmp_path: Path) -> None:
    feed = json.loads((FIXTURES / "catalog.json").read_text("utf-8"))
    feed["runtimeVersionsV3"]["3.1-21"]["metadata"]["airflowVersion"] = "3.1.8\n::error::x\x1b[31m|<b>"
    write(tmp_path, {"Dockerfile": f"FROM {AZURE}:3.1-12\n", "feed.json": json.dumps(feed)})
    with inside(tmp_path):
        options = ("--catalog", "feed.json", "--today", "2026-10-01", "--check")
        text, markdown = (run("upgrade", *options, "--format", name).out for name in ("text", "markdown"))
    assert "\n    Airflow 3.1 -> 3.1.8␊::error::x␛[31m|<b>\n" in text
    assert not [line for line in markdown.splitlines() if line.startswith("::")]
    assert "\x1b" not in text + markdown
    assert "<b>" not in markdown


@pytest.mark.skipif(os.name == "nt", reason="no such file names here")
def test_on_a_runner_the_text_contains_no_workflow_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.test_action import workflow_commands

    for name in ("::error::x", "##[error]x", "x\n::error::y"):
        write(
            tmp_path, {f"{name}/Dockerfile": f"FROM {QUAY}:12.1.0\nRUN sudo ls\n", f"{name}/dags/a.py": "import cgi\n"}
        )
        write(tmp_path, {f"{name}/a.Dockerfile": f"FROM {QUAY}:latest\n"})
        held = f"# astro-lint: ignore[AST304] ##[error]z\nFROM {AZURE}:3.1-12{DIGEST}\n"
        write(tmp_path, {f"{name}/b.Dockerfile": held})
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    for paths in ((), ("##[error]x/dags",), ("##[debug]missing",)):
        outcome = upgrade(tmp_path, "--to", "3.3", "--check", *paths)
        assert workflow_commands(outcome.out + outcome.err) == []
    assert "error]x" in outcome.err or "debug]missing" in outcome.err


def test_a_path_like_an_option_is_a_path(tmp_path: Path) -> None:
    (tmp_path / "--to=x.dockerfile").write_text(f"FROM {QUAY}:13.5.1\n")
    assert upgrade(tmp_path, "--", "--to=x.dockerfile").code == 0
    assert (tmp_path / "--to=x.dockerfile").read_text() == f"FROM {QUAY}:13.11.0\n"


DOCS = Path(__file__).parent.parent / "docs"
RENOVATE = json.loads(re.findall(r"^```json\n(.*?)^```", (DOCS / "upgrades.md").read_text("utf-8"), re.M | re.S)[0])


def in_python(expression: str) -> re.Pattern[str]:
    """An expression of Renovate: RE2 has no look-around and no back references, and names groups otherwise."""
    assert not re.search(r"\(\?[=!<][=!]?(?!\w+>)|\\[1-9]", expression)
    return re.compile(re.sub(r"\(\?<(\w+)>", r"(?P<\1>", expression), re.ASCII)


def versioning(repository: str) -> re.Pattern[str] | None:
    """How the documented configuration reads the tags of a repository."""
    for one in RENOVATE["packageRules"]:
        if repository in one["matchPackageNames"]:
            kind, _, expression = one["versioning"].partition(":")
            assert (kind, one["matchDatasources"]) == ("regex", ["docker"])
            return in_python(expression)
    return None


def test_renovate_reads_the_tags_of_our_fixtures_as_we_do() -> None:
    texts = [path.read_text("utf-8", "replace") for path in FIXTURES.rglob("*") if path.suffix in (".txt", "")
             and path.is_file()]  # fmt: skip
    listed = re.findall(r"^FROM (?:--\S+ )?([a-z][\w./-]*):([\w.-]+)", "\n".join(texts), re.M)
    read = {2: 0, 3: 0, None: 0}
    for repository, text in set(listed):
        expression = versioning(repository)
        if expression is None:
            continue
        tag, found = parse_tag(text), expression.fullmatch(text)
        family = 3 if repository == AZURE else 2
        if tag.error:
            continue  # what no registry has
        if tag.version is None or tag.version.family != family or tag.version.floating:
            assert found is None, text  # nothing is proposed
            read[None] += 1
            continue
        if found is None:
            assert tag.segments[1].text.startswith(".")  # a pre-release such as `12.0.0.rc1`
            continue
        assert tuple(int(found[name]) for name in ("major", "minor", "patch")) == tag.version.numbers
        variant = text.removeprefix(str(tag.version)).removeprefix("-")
        assert (found["compatibility"] or "") == variant
        read[family] += 1
    assert min(read.values()) > 10, read


@pytest.mark.skipif(sys.version_info < (3, 11), reason="what ships the schemas needs Python 3.11")
@pytest.mark.parametrize("name", ["renovate", "dependabot"])
def test_the_configurations_are_valid_by_the_schemas_of_the_bots(name: str) -> None:
    text = (files("check_jsonschema") / "builtin_schemas" / "vendor" / f"{name}.json").read_text(encoding="utf-8")
    dependabot = re.findall(r"^```yaml\n(version: 2\n.*?)^```", (DOCS / "upgrades.md").read_text("utf-8"), re.M | re.S)[
        0
    ]
    validator = validator_for(json.loads(text))(json.loads(text))
    validator.validate(RENOVATE if name == "renovate" else yaml.safe_load(dependabot))
    assert not validator.is_valid({**RENOVATE, "customManagers": 1, "updates": 1})


@pytest.mark.parametrize(
    ("old", "new", "proposed"),
    [
        ("3.1-9", "3.1-12", True),
        ("3.1-12", "3.3-8", True),
        ("3.1-12", "3.1-21-base", False),
        ("3.1-12-python-3.11-base", "3.1-21-python-3.11-base", True),
        ("3.1-12-python-3.11", "3.1-21-python-3.12", False),
        ("3.1-12", "3.1", False),
        ("3.1", "3.3", False),
        ("13.5.1-slim", "13.11.0-slim", True),
        ("13.5.1-slim", "13.11.0", False),
        ("13.5.1", "3.3-8", False),
    ],
)
def test_what_renovate_proposes_by_its_rules_for_regex_versioning(old: str, new: str, proposed: bool) -> None:
    """A version is proposed if both match, `compatibility` is the same, and its numbers are higher."""
    expression = versioning(AZURE if re.match(r"3\.\d+(-|$)", old) else QUAY)
    assert expression
    before, after = expression.fullmatch(old), expression.fullmatch(new)
    numbers = [tuple(int(one[name]) for name in ("major", "minor", "patch")) for one in (before, after) if one]
    newer = len(numbers) == 2 and numbers[1] > numbers[0]
    assert bool(before and after and newer and before["compatibility"] == after["compatibility"]) is proposed


@pytest.mark.parametrize(
    ("runtime", "repository"),
    [("3.1-12", AZURE), ("13.5.1", QUAY), ("3.1", None), ("latest", None), ("3.1-12-base", None)],
)
@pytest.mark.parametrize("quote", ['"', "'"])
def test_renovate_finds_the_runtime_of_a_manifest(runtime: str, repository: str | None, quote: str) -> None:
    text = (
        '[project]\ndependencies = ["apache-airflow==3.1.*"]\nruntime = "9.9.9"\n\n'
        f"[tool.astro]\n# ours\nname = 'x'\nruntime = {quote}{runtime}{quote}\n[tool.other]\nruntime = \"8.8.8\"\n"
    )
    found = [
        (one["depNameTemplate"], match["currentValue"])
        for one in RENOVATE["customManagers"]
        for expression in one["matchStrings"]
        for match in in_python(expression).finditer(text)
    ]
    assert found == ([(repository, runtime)] if repository else [])
    for one in RENOVATE["customManagers"]:
        assert (one["customType"], one["datasourceTemplate"]) == ("regex", "docker")
        (pattern,) = one["managerFilePatterns"]
        assert pattern[0] == pattern[-1] == "/"
        assert re.search(pattern[1:-1], "a/pyproject.toml")


@pytest.mark.skipif(os.name == "nt" or shutil.which("bash") is None, reason="the script needs bash")
def test_the_scheduled_workflow_opens_one_pull_request_and_updates_it(tmp_path: Path) -> None:
    """Its script, with a bare repository for GitHub and a `gh` that writes down its words."""
    workflow = yaml.safe_load((DOCS / "workflows" / "upgrade.yml").read_text("utf-8"))
    _, action, step = workflow["jobs"]["upgrade"]["steps"]
    assert step["if"] == f"${{{{ !cancelled() && steps.{action['id']}.outputs.upgraded > 0 }}}}"
    assert step["env"]["BODY"] == f"${{{{ steps.{action['id']}.outputs.summary-file }}}}"
    origin, clone, programs, opened = (tmp_path / name for name in ("origin.git", "clone", "bin", "open"))
    programs.mkdir()
    opened.write_text("")
    (programs / "gh").write_text('#!/bin/sh\necho "$@" >>"$GH_LOG"\ncase "$2" in list) cat "$GH_OPEN" ;; esac\n')
    (programs / "gh").chmod(0o755)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GH_LOG": str(tmp_path / "log"),
        "GH_OPEN": str(opened),
        "BODY": str(tmp_path / "body.md"),
        "BRANCH": step["env"]["BRANCH"],
    }

    def git(*words: str, folder: Path = clone) -> str:
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout

    git("init", "-q", "--bare", "-b", "main", str(origin), folder=tmp_path)
    git("clone", "-q", str(origin), str(clone), folder=tmp_path)
    (clone / "Dockerfile").write_text(f"FROM {QUAY}:12.1.0\n")
    git("add", "-A")
    git("commit", "-qm", "first")
    git("push", "-q", "origin", "HEAD:main")
    for to, tag in (("latest-patch", "12.12.0"), ("13", "13.11.0")):
        git("reset", "-q", "--hard", "origin/main")
        assert upgrade(clone, "--to", to, "--format", f"markdown={tmp_path / 'body.md'}").code == 0
        (clone / "left over").write_text("")
        script = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        subprocess.run(script, cwd=clone, env=environment, capture_output=True, check=True)
        branch = environment["BRANCH"]
        assert git("show", f"{branch}:Dockerfile", folder=origin) == f"FROM {QUAY}:{tag}\n"
        assert git("diff", "--name-only", "main", branch, folder=origin) == "Dockerfile\n"
        opened.write_text("7\n")
    log = (tmp_path / "log").read_text()
    assert (log.count("pr create --head upgrade-astro-runtime"), log.count("pr edit upgrade-astro-runtime")) == (1, 1)
