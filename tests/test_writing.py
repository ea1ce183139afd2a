"""What is written, and where: temporary files, links, hard links, patches; and links that are not read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dockerfile_astro_lint.core.atomic_write import WriteError, write_new
from tests.invariants import contents
from tests.tool import FIXED, inside, lint, run, write

SLIM = "FROM astrocrpublic.azurecr.io/runtime:3.1-12-slim\n"
RUNTIME = "FROM quay.io/astronomer/astro-runtime:13.11.0-slim\n"
AMAZON = "from airflow.providers.amazon.aws.hooks.s3 import S3Hook\n"
FIXED_TEXT = "FROM astrocrpublic.azurecr.io/runtime:3.1-12\n"

needs_links = pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")


@pytest.mark.parametrize("letter", ["😀", "é", "a"])
def test_a_file_name_of_any_letters_may_be_as_long_as_the_system_takes(tmp_path: Path, letter: str) -> None:
    end = ".dockerfile"
    name = letter * ((255 - len(end)) // len(letter.encode())) + end
    (tmp_path / name).write_text(SLIM)
    with inside(tmp_path):
        outcome = run(name, "--fix", "--select", "AST105", *FIXED)
    assert outcome.code == 0, outcome
    assert (tmp_path / name).read_text() == FIXED_TEXT
    assert os.listdir(tmp_path) == [name]


@needs_links
def test_temporary_files_of_killed_runs_are_removed_by_the_next_and_nothing_else(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    dead, alive = int(done.stdout), os.getpid()
    kept = {
        f".Dockerfile.astro-lint-{alive}-0123456789ab",
        ".x.astro-lint-1",
        "a.astro-lint-9-0123456789ab",
        "Dockerfile",
    }
    left = {f".Dockerfile.astro-lint-{dead}-0123456789ab", f".é.astro-lint-{dead}-ba9876543210"}
    for name in kept | left:
        (tmp_path / name).write_text(SLIM)
    (tmp_path / f".folder.astro-lint-{dead}-0123456789ab").mkdir()
    with inside(tmp_path):
        assert run("Dockerfile", "--fix", "--select", "AST105", *FIXED).code == 0
    assert set(os.listdir(tmp_path)) == kept | {f".folder.astro-lint-{dead}-0123456789ab"}


@needs_links
def test_a_hard_link_is_broken_and_its_other_name_keeps_the_old_bytes(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "other").write_text(SLIM)
    os.link(tmp_path / "other", tmp_path / "project" / "Dockerfile")
    with inside(tmp_path / "project"):
        assert run(".", "--fix", "--select", "AST105", *FIXED).code == 0
    assert (tmp_path / "project" / "Dockerfile").read_text() == FIXED_TEXT
    assert (tmp_path / "other").read_text() == SLIM


@needs_links
@pytest.mark.parametrize("option", ["--format=json={}", "--write-baseline={}", "--format=sarif={}"])
@pytest.mark.parametrize("through", ["file", "folder", "two links"])
def test_no_report_follows_a_link_out_of_the_tree(tmp_path: Path, option: str, through: str) -> None:
    project, outside = tmp_path / "project", tmp_path / "outside"
    write(project, {"Dockerfile": SLIM, "reports/x": ""})
    write(outside, {"victim": "precious\n"})
    if through == "folder":
        (project / "out").symlink_to(outside)
        name = "out/victim"
    else:
        (project / "reports" / "report").symlink_to("../../outside/victim")
        (project / "second").symlink_to("reports/report")
        name = "reports/report" if through == "file" else "second"
    with inside(project):
        outcome = run("Dockerfile", option.format(name), *FIXED)
    assert outcome.code == 2
    assert "a link leads out of" in outcome.err
    assert (outside / "victim").read_text() == "precious\n"


@needs_links
def test_a_link_within_the_repository_and_a_path_elsewhere_are_written(tmp_path: Path) -> None:
    project = tmp_path / "project"
    write(project, {"sub/Dockerfile": SLIM, "reports/x": ""})
    (project / ".git").mkdir()
    (project / "sub" / "report").symlink_to("../reports/x")
    with inside(project / "sub"):
        run("Dockerfile", "--format=json=report", *FIXED)
        run("Dockerfile", f"--format=json={tmp_path / 'new.json'}", *FIXED)
    assert (project / "reports" / "x").read_text() == (tmp_path / "new.json").read_text() != ""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "linked.json").symlink_to(project / "reports" / "x")
    with pytest.raises(WriteError, match="a link leads out of"):
        write_new(str(tmp_path / "elsewhere" / "linked.json"), b"x")


@needs_links
@pytest.mark.parametrize("linked", [True, False])
def test_the_step_summary_is_not_written_through_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, linked: bool
) -> None:
    (tmp_path / "victim").write_text("precious\n")
    if linked:
        (tmp_path / "summary").symlink_to("victim")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    write(tmp_path / "project", {"Dockerfile": SLIM})
    with inside(tmp_path / "project"):
        outcome = run("Dockerfile", *FIXED)
    assert (tmp_path / "victim").read_text() == "precious\n"
    assert ("not a regular file" in outcome.err) is linked
    assert "AST105" in outcome.out


@needs_links
@pytest.mark.parametrize(
    "name", ["requirements.txt", "packages.txt", ".dockerignore", "dags/a.py", "requirements/base.txt", "dags/b.py"]
)
def test_a_project_file_that_links_out_of_the_project_is_not_read_nor_quoted(tmp_path: Path, name: str) -> None:
    project = tmp_path / "project"
    image = SLIM.replace("3.1-12-slim", "3.1-12")
    write(project, {"Dockerfile": image, "requirements.txt": "-r requirements/base.txt\n", "dags/c.py": "import os\n"})
    write(tmp_path, {"outside/base.txt": "hunter2==\napache-airflow\n", "outside/a.py": "import imp  # hunter2\n"})
    path = project / name
    if name == "requirements/base.txt":
        path.parent.symlink_to(tmp_path / "outside")
    else:
        path.unlink(missing_ok=True)
        target = "a.py" if name.endswith(".py") else "base.txt"
        path.symlink_to(tmp_path / "outside" / target)
    with inside(project):
        outcome = run(".", "--format", "json", *FIXED)
        assert "hunter2" not in outcome.out + outcome.err
        assert "AST401" not in outcome.out
        assert "AST502" not in outcome.out
        if not name.endswith(".py") and name != "requirements/base.txt":  # no rule asks for that one here
            assert outcome.code == 2
            assert f"astro-lint: {name}: a link to a file outside of the project" in outcome.err
        if name != "requirements/base.txt":
            by_hand = run(name, *FIXED)
            assert by_hand.code == 2
            assert f"astro-lint: {name}: a link to a file outside of the project" in by_hand.err
            assert "hunter2" not in by_hand.out + by_hand.err


@needs_links
def test_a_link_within_the_project_is_read(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": FIXED_TEXT, "real/all.txt": "apache-airflow\n"})
    (tmp_path / "requirements.txt").symlink_to("real/all.txt")
    with inside(tmp_path):
        found = lint(".")
    assert found["failures"] == []
    assert "AST502" in {one["code"] for one in found["diagnostics"]}


def test_no_fix_is_offered_that_is_never_applied(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": FIXED_TEXT})
    for text in (
        b"# coding: utf-7\napache-airflow\n+AGE-\n",
        b"# coding: utf-7\napache-airflow\n",
        b"apache-airflow\n",
    ):
        (tmp_path / "requirements.txt").write_bytes(text)
        with inside(tmp_path):
            offered = [one for one in lint(".", "--select", "AST502")["diagnostics"] if one["fix"]]
            run(".", "--select", "AST502", "--unsafe-fixes", *FIXED)
        assert ((tmp_path / "requirements.txt").read_bytes() != text) is bool(offered), text


@pytest.mark.parametrize("path", ["../Dockerfile", "../a/../b/Dockerfile", "Dockerfile", "../é b/Dockerfile"])
def test_a_patch_applies_where_it_says(tmp_path: Path, path: str) -> None:
    if shutil.which("git") is None:
        pytest.skip("there is no git")
    for folder in ("here", "a", "b", "é b"):
        (tmp_path / folder).mkdir()
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "here" / path).write_text(SLIM)
    (tmp_path / "here" / "Dockerfile.2").write_text(SLIM)
    with inside(tmp_path / "here"):
        outcome = run(path, "Dockerfile.2", "--diff", "--select", "AST105", *FIXED)
    patch = outcome.out.encode("utf-8", "surrogateescape")
    outside = path.startswith("..")
    assert (b"# Apply this patch in " in patch) is outside
    subprocess.run(["git", "apply", "-"], input=patch, cwd=tmp_path if outside else tmp_path / "here", check=True)
    assert (tmp_path / "here" / path).read_text() == (tmp_path / "here" / "Dockerfile.2").read_text() == FIXED_TEXT


PROJECT = {"Dockerfile": RUNTIME, "dags/a.py": AMAZON}
FOLDERS = ("a b", "é", 'quo"te', "tab\tx")
MAKING: dict[str, tuple[dict[str, str], str, set[str]]] = {
    "two empty files": ({"Dockerfile": FIXED_TEXT, "dags/a.py": ""}, ".", {"packages.txt", "requirements.txt"}),
    "a requirement": ({**PROJECT, "packages.txt": ""}, ".", {"requirements.txt"}),
    "an empty file and a requirement": (PROJECT, ".", {"packages.txt", "requirements.txt"}),
    "by a Python file": (PROJECT, "dags/a.py", {"requirements.txt"}),
    "and another file changes": (
        {
            **PROJECT,
            "dags/a.py": "from airflow.hooks.S3_hook import S3Hook\n",
            "Dockerfile": FIXED_TEXT,
            "packages.txt": "",
        },
        ".",
        {"requirements.txt"},
    ),
    "three files, with CRLF": (
        {"Dockerfile": SLIM.replace("\n", "\r\n"), "dags/a.py": AMAZON, ".env": "A=1\r\n"},
        ".",
        {".dockerignore", "packages.txt", "requirements.txt"},
    ),
    "folders of any name": (
        {f"{folder}/{name}": text for folder in FOLDERS for name, text in {**PROJECT, ".env": "A=1"}.items()},
        ".",
        {f"{folder}/{name}" for folder in FOLDERS for name in (".dockerignore", "packages.txt", "requirements.txt")},
    ),
    "two images of one project": (
        {**PROJECT, "Dockerfile.two": SLIM, ".env": "A=1"},
        ".",
        {".dockerignore", "packages.txt", "requirements.txt"},
    ),
    "none, and one is emptied": (
        {"Dockerfile": FIXED_TEXT, "dags/a.py": "", "packages.txt": "", "requirements.txt": "apache-airflow\n"},
        ".",
        set(),
    ),
    "none, and an empty one is filled": ({**PROJECT, "packages.txt": "", "requirements.txt": ""}, ".", set()),
    "none, and a last line does not end": ({**PROJECT, "packages.txt": "", "requirements.txt": "pandas"}, ".", set()),
}
"""By what fixing makes: the files of a project, what is fixed of it, and the new files."""


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
@pytest.mark.parametrize("below", ["", "elsewhere"])
@pytest.mark.parametrize("name", MAKING)
def test_a_patch_makes_the_files_that_fixing_makes(name: str, below: str, tmp_path: Path) -> None:
    """The same bytes, by `git apply` and by `patch`, also where the patch is asked for in another folder."""
    files, target, new = MAKING[name]
    trees = {kind: tmp_path / kind for kind in ("fixed", "git", "patch")}
    for tree in trees.values():
        write(tree, files)
        (tree / "elsewhere").mkdir()
    before = contents(trees["fixed"])
    path = os.path.join("..", target) if below else target
    with inside(trees["fixed"] / below):
        run(path, "--unsafe-fixes", *FIXED)
    with inside(trees["git"] / below):
        outcome = run(path, "--unsafe-fixes", "--diff", *FIXED)
    fixed = contents(trees["fixed"])
    assert fixed.keys() - before.keys() == new
    assert fixed != before == contents(trees["git"])
    patch = outcome.out.encode("utf-8", "surrogateescape")
    subprocess.run(["git", "apply", "-"], cwd=trees["git"], input=patch, check=True)
    assert contents(trees["git"]) == fixed
    if shutil.which("patch"):
        subprocess.run(["patch", "--binary", "-p1", "--quiet"], cwd=trees["patch"], input=patch, check=True)
        assert contents(trees["patch"]) == fixed
