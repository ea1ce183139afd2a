"""The pre-commit hook: which names it takes, and a run of it as pre-commit installs it."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from dockerfile_astro_lint.core import workers
from dockerfile_astro_lint.project import folder as folders
from dockerfile_astro_lint.project.file_kinds import DOCKERFILE, KINDS, is_dockerfile, kind_of
from tests.tool import FIXED, inside
from tests.tool import run as astro_lint

ROOT = Path(__file__).parent.parent

DOCKERFILES = (
    "Dockerfile",
    "dockerfile",
    "DOCKERFILE",
    "Dockerfile.dev",
    "Dockerfile.",
    "Dockerfile.dockerignore.old",
    "Dockerfile.j2.bak",
    "Dockerfile-dev",
    "DOCKERFILE-DEV",
    "Dockerfile with blanks.dockerfile",
    "x.dockerfile",
    "x.Dockerfile",
    "X.DOCKERFILE",
    ".dockerfile",
    "Containerfile",
    "containerfile",
    "Containerfile.dev",
    "Containerfile-dev",
    "Containerfile2",
    "é.dockerfile",
)
OTHERS = (
    "Dockerfile.dockerignore",
    "Dockerfile.DockerIgnore",
    "Containerfile.dockerignore",
    "x.dockerfile.dockerignore",
    "Dockerfile.j2",
    "Dockerfile.J2",
    "Dockerfile-dev.tmpl",
    "Dockerfile.erb",
    "Containerfile.j2",
    "x.dockerfile.tmpl",
    "Dockerfile\n",
    "Dockerfile2",
    "Dockerfile_dev",
    "MyDockerfile",
    "MyContainerfile",
    "xdockerfile",
    "x.containerfile",
    "docker-compose.yml",
    "README.md",
    "dags/x.py",
)
PROJECT = (
    "requirements.txt",
    "packages.txt",
    "requirements-client.txt",
    "packages-client.txt",
    ".dockerignore",
    "pyproject.toml",
    "airflow_settings.yaml",
)
NEITHER = (
    "Requirements.txt",
    "PACKAGES.TXT",
    "requirements.txt.j2",
    "dev-requirements.txt",
    "requirements.in",
    "x.dockerignore",
    "my-pyproject.toml",
    "airflow_settings.yml",
    "airflow_settings.yaml.j2",
)

WRONG = "FROM astrocrpublic.azurecr.io/runtime:3.1-12-slim\n"
RIGHT = "FROM astrocrpublic.azurecr.io/runtime:3.1-12\n"

_NO_REGISTRY = re.compile(
    r"after connection broken by"
    r"|Failed to establish a new connection"
    r"|Max retries exceeded"
    r"|Temporary failure in name resolution"
    r"|Cannot connect to proxy"
    r"|HTTP error 50[0-9] while getting"
)
"""What pip says where it cannot reach the registry; a missing or refused package reads otherwise, and is our fault."""


def hook(name: str) -> dict[str, Any]:
    hooks: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (found,) = (one for one in hooks if one["id"] == name)
    return found


def taken(name: str) -> bool:
    """Whether pre-commit hands a file of that name to the hook."""
    return re.search(hook("astro-lint")["files"], name) is not None


@pytest.mark.parametrize("name", [*DOCKERFILES, *OTHERS])
@pytest.mark.parametrize("folder", ["", "a/", "a b/x.j2/", "Dockerfile.d/", "x.dockerfile/"])
def test_the_hook_takes_the_dockerfiles_of_discovery(folder: str, name: str) -> None:
    assert is_dockerfile(name) is (name in DOCKERFILES)
    assert taken(folder + name) is is_dockerfile(name)


@pytest.mark.parametrize("folder", ["", "a/"])
def test_the_hook_takes_the_names_that_the_kinds_of_file_say(folder: str) -> None:
    for kind in KINDS:
        for name in kind.names:
            assert taken(folder + name) is (name in kind.pre_commit), name
        assert all(kind_of(name) is kind and kind.linted == "project" for name in kind.pre_commit)
    assert all(taken(folder + name) for name in PROJECT)
    for name in NEITHER:
        assert not taken(folder + name)
    assert all(taken(name) is (kind_of(name) is DOCKERFILE) for name in (*DOCKERFILES, *OTHERS))


def test_the_other_hooks_take_what_they_can_judge() -> None:
    assert hook("astro-lint-fix")["files"] == hook("astro-lint")["files"]
    assert hook("astro-lint-fix")["entry"].startswith("astro-lint --whole-project --fix-only")
    assert hook("astro-lint-python")["types"] == ["python"]


@pytest.mark.parametrize("name", ["astro-lint", "astro-lint-fix", "astro-lint-python"])
def test_the_hook_installs_itself_and_runs_once_with_file_names(name: str) -> None:
    found = hook(name)
    assert (found["language"], found["entry"].split()[0]) == ("python", "astro-lint")
    assert found["require_serial"] is True
    assert found.get("pass_filenames", True) is True


@pytest.mark.parametrize("dockerfile", [None, "FROM python:3.12\n", ""])
def test_python_files_of_other_projects_are_silent_and_cost_two_listings(
    tmp_path: Path, dockerfile: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "requirements.txt").write_text("apache-airflow==2.0\n")
    if dockerfile is not None:
        (tmp_path / "Dockerfile").write_text(dockerfile)
    names = [f"module{number}.py" for number in range(200)]
    for name in names:
        (tmp_path / name).write_text("import imp, airflow.operators.bash_operator\nno Python (\n")
    looked_at: list[str] = []

    def looked(name: str) -> bool:
        looked_at.append(name)
        return is_dockerfile(name)

    monkeypatch.setattr(folders, "is_dockerfile", looked)
    monkeypatch.setattr(workers, "cores", lambda: 1)  # what another process looks at is not counted here
    with inside(tmp_path):
        outcome = astro_lint(*names, "requirements.txt", "--quiet", "--skip-unrelated", *FIXED)
    assert outcome == (0, "", "")
    assert 0 < len(looked_at) <= 3 * len(names)


def copy_checkout(folder: Path) -> None:
    """The files of this checkout that are or could be committed; skip the test where there is no checkout."""
    if shutil.which("git") is None:
        pytest.skip("there is no git")
    listed = subprocess.run(["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, capture_output=True)
    if listed.returncode:
        pytest.skip("the tests do not lie in a git checkout")
    for name in map(os.fsdecode, filter(None, listed.stdout.split(b"\0"))):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)


def skip_without_registry(output: str) -> None:
    """Skip the test if this is the output of a pip that could not reach the package registry."""
    if _NO_REGISTRY.search(output):
        pytest.skip("the package registry cannot be reached")


def _environment(folder: Path) -> dict[str, str]:
    """Ours without what git and pre-commit would take from it: the test may itself run from a hook."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}
    kept.pop("SKIP", None)
    who = {f"GIT_{role}_{what}": "a@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return {**kept, **who, "GIT_CONFIG_GLOBAL": os.devnull, "PRE_COMMIT_HOME": str(folder / "pre-commit")}


def _commit(folder: Path, environment: dict[str, str]) -> None:
    for command in (["init", "-q"], ["add", "-Af"], ["commit", "-qm", "All of it"]):
        subprocess.run(["git", *command], cwd=folder, env=environment, check=True)


def _reported(output: str) -> set[str]:
    """The files with findings that count, in the text report."""
    return set(re.findall(r"^([^:\n]+):\d+:\d+: (?:error|warning)\[", output, flags=re.MULTILINE))


@pytest.mark.slow
def test_pre_commit_reports_the_wrong_dockerfiles_until_they_are_mended(tmp_path: Path) -> None:
    if importlib.util.find_spec("pre_commit") is None:
        pytest.skip("there is no pre-commit")
    copy, project, environment = tmp_path / "copy", tmp_path / "project", _environment(tmp_path)
    copy_checkout(copy)
    _commit(copy, environment)
    files = {
        "Dockerfile": WRONG,
        "Dockerfile-dev": WRONG,
        "sub folder/x.dockerfile": WRONG,
        "right/Dockerfile": RIGHT,
        "Dockerfile.dockerignore": WRONG,
        "Dockerfile.j2": WRONG,
        "requirements.txt": "attrs\n",
        "packages.txt": "\n",
        "dags/dag.py": "import os\n",
    }
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    _commit(project, environment)

    def try_repo() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pre_commit", "try-repo", str(copy), "astro-lint", "--all-files"]
        done = subprocess.run(
            command, cwd=project, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
        )
        if done.returncode:
            skip_without_registry(done.stdout)
        return done

    wrong = {"Dockerfile", "Dockerfile-dev", "sub folder/x.dockerfile"}
    before = try_repo()
    assert _reported(before.stdout) == wrong, before.stdout
    assert before.returncode == 1

    for name in wrong:
        (project / name).write_text(RIGHT)
    after = try_repo()
    assert after.returncode == 0, after.stdout
    assert re.search(r"^astro-lint\.+Passed$", after.stdout, flags=re.MULTILINE), after.stdout


@pytest.mark.slow
def test_installed_hooks_mend_and_stop_a_commit_until_all_is_right(tmp_path: Path) -> None:
    if importlib.util.find_spec("pre_commit") is None:
        pytest.skip("there is no pre-commit")
    copy, project, environment = tmp_path / "copy", tmp_path / "project", _environment(tmp_path)
    copy_checkout(copy)
    _commit(copy, environment)

    def git(*words: str, folder: Path = project) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["git", *words],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )

    def commit(**files: str) -> tuple[int, dict[str, str], str]:
        """Write and commit files; git's exit, how each hook ended, and all that was printed."""
        for name, text in files.items():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            (project / name).write_text(text)
        git("add", "-A")
        done = git("commit", "-m", "A change")
        if done.returncode:
            skip_without_registry(done.stdout)
        ended = re.findall(r"^(astro-lint.*?)\.+(?:\(no files to check\))?(\w+)$", done.stdout, flags=re.MULTILINE)
        return done.returncode, dict(ended), done.stdout

    hooks = ("astro-lint-fix", "astro-lint", "astro-lint-python")
    revision = git("rev-parse", "HEAD", folder=copy).stdout.strip()
    config = {"repos": [{"repo": str(copy), "rev": revision, "hooks": [{"id": name} for name in hooks]}]}
    project.mkdir()
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    git("init", "-q")
    subprocess.run([sys.executable, "-m", "pre_commit", "install"], cwd=project, env=environment, check=True)
    fix, check, python = (hook(name)["name"] for name in hooks)

    # Files that look like Dockerfiles and are none, and Python files of no Astro project.
    others = {"a/Dockerfile.dockerignore": WRONG, "a/Dockerfile.j2": WRONG, "tool.py": "import imp\n"}
    code, ended, printed = commit(**others)
    assert (code, ended) == (0, {fix: "Skipped", check: "Skipped", python: "Passed"}), printed

    files = {
        "a/Dockerfile": WRONG,
        "a/packages.txt": "",
        "a/requirements.txt": "",
        "a/dags/old.py": "import imp\n",
        "b/Dockerfile-dev": WRONG,
        "b/x.dockerfile": RIGHT,
    }
    code, ended, printed = commit(**files)
    assert code == 1, printed
    assert ended == {fix: "Failed", check: "Failed", python: "Failed"}, printed
    assert _reported(printed) == {"a/dags/old.py"}, printed
    assert (project / "a" / "Dockerfile").read_text() == (project / "b" / "Dockerfile-dev").read_text() == RIGHT

    code, ended, printed = commit(**{"a/dags/old.py": "import importlib\n"})
    assert (code, ended) == (0, {fix: "Passed", check: "Passed", python: "Passed"}), printed

    # A DAG alone, and requirements alone, are judged against the Dockerfile that did not change.
    code, ended, printed = commit(**{"a/dags/old.py": "import imp\n"})
    assert (code, ended) == (1, {fix: "Skipped", check: "Skipped", python: "Failed"}), printed
    code, ended, printed = commit(**{"a/dags/old.py": "import importlib\n", "a/requirements.txt": "apache-airflow\n"})
    assert code == 1, printed
    assert ended[check] == "Failed", printed
    assert "AST502" in printed


OPTIONS = (
    "--write-baseline=x.dockerfile",
    "--config=x.dockerfile",
    "--add-ignores=x.dockerfile",
    "--isolated=.dockerfile",
)


def test_every_hook_ends_its_options_before_the_file_names() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {tuple(one["args"]) for one in hooks} == {("--",)}
    assert re.search(hook("astro-lint-python")["files"], "tool") is None


@pytest.mark.slow
@pytest.mark.parametrize("args", [None, ["--fail-on", "error", "--select", "AST105"]])
def test_files_named_like_options_are_files_for_pre_commit(tmp_path: Path, args: list[str] | None) -> None:
    if importlib.util.find_spec("pre_commit") is None:
        pytest.skip("there is no pre-commit")
    copy, project, environment = tmp_path / "copy", tmp_path / "project", _environment(tmp_path)
    copy_checkout(copy)
    _commit(copy, environment)
    revision = subprocess.run(["git", "rev-parse", "HEAD"], cwd=copy, capture_output=True, text=True).stdout.strip()
    project.mkdir()
    for name in (*OPTIONS, "x.dockerfile"):
        (project / name).write_text(WRONG)
    check = {"id": "astro-lint", **({"args": args} if args else {})}
    config = {"repos": [{"repo": str(copy), "rev": revision, "hooks": [check]}]}
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    _commit(project, environment)
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--all-files"],
        cwd=project, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
    )  # fmt: skip
    skip_without_registry(done.stdout)
    assert done.returncode == 1, done.stdout
    assert _reported(done.stdout) == {*OPTIONS, "x.dockerfile"}, done.stdout
    assert all((project / name).read_text() == WRONG for name in (*OPTIONS, "x.dockerfile"))
