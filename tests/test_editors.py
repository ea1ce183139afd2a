"""The VS Code extension and the page about editors say what the program has."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from dockerfile_astro_lint import __version__
from dockerfile_astro_lint.config.bases import OF_FILES
from dockerfile_astro_lint.config.schema import schema
from dockerfile_astro_lint.project.file_kinds import KINDS

ROOT = Path(__file__).parent.parent
EXTENSION = ROOT / "editors" / "vscode"
OWN = {"server.from", "server.path", "server.interpreter", "trace.server"}
"""Settings that the extension reads itself."""


def manifest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    return found


def test_the_settings_of_the_extension_are_the_keys_of_the_configuration() -> None:
    properties = manifest()["contributes"]["configuration"]["properties"]
    settings = {name.removeprefix("astro-lint."): one for name, one in properties.items()}
    keys = schema()["properties"]
    assert {*settings} - OWN == {*keys} - {*OF_FILES}
    for name, key in keys.items():
        if name in OF_FILES:
            continue
        setting = settings[name]
        # With another default than null, the editor would send it, and it would win over the configuration file.
        assert setting["default"] is None
        assert "null" in setting["type"]
        assert setting["description"].lower() == key["description"].lower()
        if "enum" in key:
            assert setting["enum"] == [*key["enum"], None]
        else:
            assert setting["type"] == [key["type"], "null"]


def test_the_manifest_is_what_the_schema_says() -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        from write_docs import extension_manifest
    finally:
        sys.path.pop(0)
    assert (EXTENSION / "package.json").read_text(encoding="utf-8") == extension_manifest()


def test_the_server_ignores_the_settings_of_the_extension() -> None:
    pytest.importorskip("pygls", reason="the extra `lsp` is not installed")
    from dockerfile_astro_lint.language_server.configuration import OF_CLIENT, read_settings

    assert {name.partition(".")[0] for name in OWN} == OF_CLIENT
    properties = manifest()["contributes"]["configuration"]["properties"]
    sent: dict[str, Any] = {}
    for name, one in properties.items():
        first, _, rest = name.removeprefix("astro-lint.").partition(".")
        if rest:
            sent.setdefault(first, {})[rest] = one["default"]
        else:
            sent[first] = one["default"]
    assert read_settings(sent) == ({}, [])


def test_the_extension_has_the_version_of_the_package() -> None:
    assert manifest()["version"] == __version__
    lock = json.loads((EXTENSION / "package-lock.json").read_text(encoding="utf-8"))
    assert lock["version"] == lock["packages"][""]["version"] == __version__
    assert lock["packages"][""]["devDependencies"] == manifest()["devDependencies"]


def test_programs_are_named_only_in_trusted_workspaces() -> None:
    found = manifest()
    restricted = found["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    assert {name.removeprefix("astro-lint.") for name in restricted} == {name for name in OWN if "server." in name}


def test_the_extension_tells_the_server_of_every_kind_of_file() -> None:
    source = (EXTENSION / "src" / "command.ts").read_text(encoding="utf-8")
    documents = source.partition("DOCUMENTS = [")[2]
    for kind in KINDS:
        if kind.name in ("foreign", "other"):
            continue
        stems = [name.removesuffix(".txt").partition("-")[0] for name in kind.names] or [kind.name.lower()]
        assert any(stem in documents.lower() for stem in stems), kind.name


def test_every_editor_has_a_section() -> None:
    page = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
    titles = re.findall(r"^## (.*)", page, re.M)
    for name in ("VS Code", "Neovim", "Helix", "Zed", "Emacs", "Sublime Text", "PyCharm"):
        assert any(title.startswith(name) for title in titles), name


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("npm"), reason="there is no npm")
def test_the_extension_is_packaged_with_all_that_it_needs(tmp_path: Path) -> None:
    names = ("pyproject.toml", "setup.cfg", "README.md", "LICENSE")
    for name in names:
        shutil.copy(ROOT / name, tmp_path / name)
    skipped = shutil.ignore_patterns("node_modules", "dist", "bundled", "*.vsix", "__pycache__")
    for folder in ("dockerfile_astro_lint", "editors"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=skipped)
    work = tmp_path / "editors" / "vscode"
    environment = {**os.environ, "PYTHON": sys.executable}
    environment.pop("PYTHONPATH", None)
    for command in (["npm", "ci", "--no-audit", "--no-fund"], ["npm", "run", "package"], ["npm", "test"]):
        done = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "fail 0" in done.stdout
    with zipfile.ZipFile(work / "astro-lint.vsix") as package:
        inside = set(package.namelist())
        described = json.loads(package.read("extension/package.json"))
        root = ElementTree.fromstring(package.read("extension.vsixmanifest"))
    [identity] = [one for one in root.iter() if one.tag.endswith("}Identity")]
    assert (identity.get("Id"), identity.get("Version"), identity.get("Publisher")) == (
        "astro-lint",
        __version__,
        "astro-lint",
    )
    [code] = [one for one in root.iter() if (one.get("Id") or "") == "Microsoft.VisualStudio.Code.Engine"]
    assert code.get("Value") == described["engines"]["vscode"]
    assert f"extension/{described['main'].removeprefix('./')}" in inside
    bundled = "extension/bundled"
    assert {f"{bundled}/dockerfile_astro_lint/language_server/server.py", f"{bundled}/pygls/__init__.py"} <= inside
    assert not [name for name in inside if name.endswith((".pyc", ".so", ".pyd", ".ts")) or "node_modules" in name]
