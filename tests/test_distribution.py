"""Ways to get astro-lint: console scripts, the image, the sdist, and what the docs say is published."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from dockerfile_astro_lint import __version__
from dockerfile_astro_lint.core.source import decode
from dockerfile_astro_lint.dockerfile.parser import Dockerfile, parse_dockerfile
from tests.test_docs import DOCS, PAGES, hadolint
from tests.test_hosts import tool
from tests.test_precommit import ROOT, copy_checkout, skip_without_registry
from tests.tool import inside, lint

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_both_console_scripts_are_the_same_command() -> None:
    scripts = PYPROJECT["project"]["scripts"]
    assert set(scripts) == {"astro-lint", PYPROJECT["project"]["name"]}
    assert len(set(scripts.values())) == 1


def image() -> Dockerfile:
    return parse_dockerfile(decode((ROOT / "Dockerfile").read_bytes(), "Dockerfile"), {})


def instructions(keyword: str) -> list[str]:
    """The text of each instruction of the image's Dockerfile with that keyword, continuation lines joined."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return re.findall(rf"^{keyword} (.*)$", re.sub(r"\\\n\s*", "", text), re.MULTILINE)


def test_the_base_of_the_image_is_pinned_by_version_and_digest() -> None:
    references = {line.split()[0] for line in instructions("FROM")}
    (reference,) = references
    assert re.fullmatch(r"python:3\.\d+\.\d+-alpine3\.\d+@sha256:[0-9a-f]{64}", reference)
    assert len(instructions("FROM")) == len(image().stages) == 2


def test_the_image_runs_as_a_user_by_number_who_is_not_root() -> None:
    (user,) = instructions("USER")
    assert [int(number) > 0 for number in user.split(":")] == [True, True]
    assert instructions("ENTRYPOINT") == ['["astro-lint"]']


def test_hadolint_and_astro_lint_have_nothing_to_say_about_the_image() -> None:
    hadolint_path = hadolint()
    done = subprocess.run([hadolint_path, "--no-color", "Dockerfile"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")
    with inside(ROOT):
        assert lint("Dockerfile")["diagnostics"] == []


def copied() -> list[str]:
    """What the image's build copies from the checkout."""
    return [name for line in instructions("COPY") if not line.startswith("--from") for name in line.split()[:-1]]


def test_the_build_context_is_what_the_image_copies() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored
    assert sorted(line[1:] for line in ignored if line.startswith("!")) == sorted(copied())
    assert all((ROOT / name).exists() for name in copied())


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the commands are for a POSIX shell")
def test_the_commands_of_the_image_install_what_it_copies(tmp_path: Path) -> None:
    """No container is built here: the base image cannot be pulled everywhere. Its commands are run on this machine."""
    source, target, programs = tmp_path / "src", tmp_path / "astro-lint", tmp_path / "bin"
    source.mkdir()
    programs.mkdir()
    for name in copied():
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source / name)
    (programs / "python").symlink_to(sys.executable)
    (command,) = instructions("RUN")
    path = f"{programs}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-ec", command.replace("/opt/astro-lint", str(target))],
        cwd=source, env={**os.environ, "PATH": path}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    if done.returncode:
        skip_without_registry(done.stdout)
    assert done.returncode == 0, done.stdout
    (tmp_path / "Dockerfile").write_text("FROM astrocrpublic.azurecr.io/runtime:3.1-12-slim\n")
    run = subprocess.run([target / "bin" / "astro-lint"], cwd=tmp_path, capture_output=True, text=True)
    assert (run.returncode, "AST105" in run.stdout) == (1, True)
    assert not list((target / "lib").glob("python3*/site-packages/pip"))


@pytest.mark.slow
def test_the_sdist_is_the_whole_checkout(tmp_path: Path) -> None:
    copy, out = tmp_path / "copy", tmp_path / "out"
    copy_checkout(copy)
    for command in (["init", "-q"], ["add", "-Af"]):
        subprocess.run(["git", *command], cwd=copy, check=True)
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=copy, capture_output=True, check=True).stdout
    done = subprocess.run(
        [sys.executable, "-m", "build", "--sdist", "--outdir", str(out), str(copy)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    if done.returncode:
        skip_without_registry(done.stdout)
    assert done.returncode == 0, done.stdout
    (path,) = out.iterdir()
    with tarfile.open(path) as file:
        packed = {name.partition("/")[2] for name in file.getnames()}
    wanted = {os.fsdecode(name) for name in listed.split(b"\0") if name}
    assert wanted - packed == set()
    assert {name for name in packed if "__pycache__" in name} == set()


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    copy_checkout(folder / "copy")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder / "dist"), str(folder / "copy")],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    if done.returncode:
        skip_without_registry(done.stdout)
    assert done.returncode == 0, done.stdout
    return folder / "dist"


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        "uvx --find-links DIST dockerfile-astro-lint",
        "uvx --find-links DIST --from dockerfile-astro-lint astro-lint",
        "pipx run --pip-args=--find-links=DIST dockerfile-astro-lint",
        "uvx --from ROOT astro-lint",
        "pipx run --spec ROOT astro-lint",
    ],
)
def test_it_runs_without_being_installed(tmp_path: Path, wheels: Path, command: str) -> None:
    """As it will from PyPI: the wheel is looked for in a folder, what it needs comes from the registry."""
    words = command.replace("DIST", str(wheels)).replace("ROOT", str(wheels.parent / "copy")).split()
    done = subprocess.run([tool(words[0]), *words[1:], "--version"], cwd=tmp_path, capture_output=True, text=True)
    if done.returncode:
        skip_without_registry(done.stderr)
    assert done.stdout.startswith(f"astro-lint {__version__} "), done.stderr
    shown = re.sub(r" (?:--find-links DIST|--pip-args=--find-links=DIST)", "", command).replace("ROOT", ".")
    assert shown in (DOCS / "install.md").read_text(encoding="utf-8")


NOTE = re.compile(r"\[[^\]]*\]\((?:docs/)?(?:\.\./)?install\.md#what-is-published\)")
"""The link to what is published."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_that_names_a_release_says_that_there_is_none_yet(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    if page.name == "CHANGELOG.md" or page == DOCS / "install.md":
        return
    named = re.search(
        rf"(?:@|rev: )v{re.escape(__version__)}|dockerfile-astro-lint==|install '?dockerfile-astro-lint"
        r"|/astro-lint:\d|uvx dockerfile-astro-lint|pipx run dockerfile-astro-lint",
        text,
    )
    assert named is None or NOTE.search(text)


def test_the_docs_do_not_say_that_something_is_published_before_it_is() -> None:
    text = (DOCS / "install.md").read_text(encoding="utf-8")
    (section,) = re.findall(r"^## What is published\n(.*?)^## ", text, re.MULTILINE | re.DOTALL)
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", section, re.MULTILINE)[1:]
    assert len(rows) == 4
    # With the first release this table, and the notes that link to it, are what has to change.
    unreleased = "unreleased" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert all(("not yet" in state) is unreleased for name, state in rows if "source" not in name)


def test_the_docs_name_every_extra() -> None:
    text = (DOCS / "install.md").read_text(encoding="utf-8")
    for extra in PYPROJECT["project"]["optional-dependencies"].keys() - {"dev", "test"}:
        assert f"| `dockerfile-astro-lint[{extra}]` |" in text
