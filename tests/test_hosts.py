"""Files for hosts: action.yml, .github, the hooks, and what the docs tell people to copy.

They are checked against the hosts' own schemas, by actionlint and zizmor, and against each other.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from dockerfile_astro_lint import __version__
from dockerfile_astro_lint.reports import FORMATS
from tests.test_action import ACTION

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
GITHUB = ROOT / ".github"
EXAMPLES = sorted((DOCS / "workflows").iterdir())
GITLAB = [path for path in EXAMPLES if path.name.startswith("gitlab-ci")]
EXAMPLE_WORKFLOWS = [path for path in EXAMPLES if path not in GITLAB and path.suffix == ".yml"]
OWN_WORKFLOWS = sorted((GITHUB / "workflows").iterdir())
FLEET = ROOT / "examples" / "fleet"
FLEET_WORKFLOWS = sorted((FLEET / "github").glob("*.yml"))
FLEET_GITLAB = sorted((FLEET / "gitlab").glob("*.yml"))
WORKFLOWS = [*EXAMPLE_WORKFLOWS, *OWN_WORKFLOWS, *FLEET_WORKFLOWS]
INPUTS = {
    "actions/cache/restore": {"path", "key", "restore-keys"},
    "actions/cache/save": {"path", "key"},
    "actions/checkout": {"ref", "fetch-depth", "persist-credentials"},
    "actions/deploy-pages": set(),
    "actions/download-artifact": {"name", "path"},
    "actions/setup-python": {"python-version"},
    "actions/upload-artifact": {"name", "path", "if-no-files-found"},
    "actions/upload-pages-artifact": {"path"},
    "github/codeql-action/upload-sarif": {"sarif_file", "category"},
    "pypa/gh-action-pypi-publish": {"attestations"},
}
"""The actions of others that are used, with the inputs that may be set."""
PINNED = {
    "acme/astro-fleet/.github/workflows/report.yml": "0123456789abcdef0123456789abcdef01234567 # yours",
    "actions/cache/restore": "27d5ce7f107fe9357f9df03efb73ab90386fccae # v5.0.5",
    "actions/cache/save": "27d5ce7f107fe9357f9df03efb73ab90386fccae # v5.0.5",
    "actions/checkout": "3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
    "actions/deploy-pages": "cd2ce8fcbc39b97be8ca5fce6e763baed58fa128 # v5.0.0",
    "actions/download-artifact": "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1",
    "actions/setup-python": "5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0",
    "actions/upload-artifact": "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0",
    "actions/upload-pages-artifact": "fc324d3547104276b827a68afc52ff2a11cc49c9 # v5.0.0",
    "github/codeql-action/upload-sarif": "8aad20d150bbac5944a9f9d289da16a4b0d87c1e # v4.36.2",
    "pypa/gh-action-pypi-publish": "cef221092ed1bacb1cc03d23a2d87d1d172e277b # v1.14.0",
}
"""The commits of their releases, as their repositories have them; dependabot proposes newer ones."""


def name_of(path: object) -> str:
    return path.relative_to(ROOT).as_posix() if isinstance(path, Path) else ""


def parsed(path: Path) -> dict[str, Any]:
    # YAML 1.1 reads the key `on` as a truth value.
    text = re.sub(r"^on:", '"on":', path.read_text(encoding="utf-8"), flags=re.M)
    document: dict[str, Any] = yaml.safe_load(text)
    return document


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in parsed(path)["jobs"].values() for step in job.get("steps", [])]


def is_ours(step: dict[str, Any]) -> bool:
    return str(step.get("uses", "")).startswith("astro-lint/dockerfile-astro-lint@")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="what ships the schemas needs Python 3.11")
@pytest.mark.parametrize(
    ("path", "schema"),
    [
        (ROOT / "action.yml", "github-actions"),
        *((path, "github-workflows") for path in WORKFLOWS),
        *((path, "gitlab-ci") for path in (*GITLAB, *FLEET_GITLAB)),
        (GITHUB / "dependabot.yml", "dependabot"),
        (GITHUB / "ISSUE_TEMPLATE" / "bug.yml", "github-issue-forms"),
        (GITHUB / "ISSUE_TEMPLATE" / "rule.yml", "github-issue-forms"),
        (GITHUB / "ISSUE_TEMPLATE" / "config.yml", "github-issue-config"),
    ],
    ids=name_of,
)
def test_the_file_is_valid_by_the_schema_of_its_host(path: Path, schema: str) -> None:
    text = (files("check_jsonschema") / "builtin_schemas" / "vendor" / f"{schema}.json").read_text(encoding="utf-8")
    validator = jsonschema.validators.validator_for(json.loads(text))(json.loads(text))
    validator.validate(parsed(path))
    wrong = {**parsed(path), "jobs": 1, "runs": 1, "stages": 1, "updates": 1, "body": 1, "contact_links": 1}
    assert not validator.is_valid(wrong)


def tool(name: str) -> str:
    """The path of a program, here or in this environment; skip the test if there is none."""
    path = os.pathsep.join((os.path.dirname(sys.executable), os.environ["PATH"]))
    found = shutil.which(name, path=path)
    if found is None:
        pytest.skip(f"there is no {name} here")
    return found


@pytest.mark.parametrize("path", WORKFLOWS, ids=name_of)
def test_actionlint_has_nothing_to_say(path: Path) -> None:
    done = subprocess.run([tool("actionlint"), str(path)], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def zizmor(*words: str) -> list[dict[str, Any]]:
    command = [tool("zizmor"), "--offline", "--no-progress", "--format", "json", "--no-exit-codes", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    findings: list[dict[str, Any]] = json.loads(done.stdout)
    return findings


@pytest.mark.parametrize(
    "path", [ROOT / "action.yml", GITHUB / "dependabot.yml", ROOT / ".pre-commit-config.yaml", *WORKFLOWS], ids=name_of
)
def test_zizmor_has_nothing_to_say(path: Path) -> None:
    kinds = ("--collect=all",) if path.suffix != ".yml" else ()
    persona = "regular" if path in (*EXAMPLE_WORKFLOWS, *FLEET_WORKFLOWS) else "pedantic"
    config = str(GITHUB / "zizmor.yml")
    found = zizmor("--config", config, "--persona", persona, *kinds, str(path.relative_to(ROOT)))
    assert [finding["ident"] for finding in found] == []


def test_zizmor_finds_something_where_there_is_something(tmp_path: Path) -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    path = tmp_path / "action.yml"
    path.write_text(re.sub(r"@[0-9a-f]{40} # v5\.0\.5", "@v5", text))
    assert {finding["ident"] for finding in zizmor(str(path))} == {"unpinned-uses"}


@pytest.mark.parametrize("command", ["validate-manifest", "validate-config"])
def test_pre_commit_accepts_the_hooks_and_the_configuration(command: str) -> None:
    name = ".pre-commit-hooks.yaml" if command == "validate-manifest" else ".pre-commit-config.yaml"
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", command, name],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("path", [ROOT / "action.yml", *WORKFLOWS], ids=name_of)
def test_actions_are_pinned_by_commit_and_ours_by_its_release(path: Path) -> None:
    for line in re.findall(r"^ +(?:- )?uses: (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE):
        name, _, version = line.partition("@")
        assert version == (f"v{__version__}" if name == "astro-lint/dockerfile-astro-lint" else PINNED[name])


@pytest.mark.parametrize("path", WORKFLOWS, ids=name_of)
def test_every_step_sets_inputs_that_its_action_has_and_expands_nothing_in_a_script(path: Path) -> None:
    for step in steps(path):
        if "uses" not in step:
            assert "${{" not in step["run"]
            continue
        known = set(ACTION["inputs"]) if is_ours(step) else INPUTS[step["uses"].partition("@")[0]]
        assert set(step.get("with", {})) <= known


def test_the_examples_check_out_and_run_by_our_own_action_or_command() -> None:
    for path in EXAMPLE_WORKFLOWS:
        runs = [step.get("run", "") for step in steps(path)]
        assert any(is_ours(step) for step in steps(path)) or any(
            "astro-lint" in run or "pre-commit" in run for run in runs
        )


@pytest.mark.parametrize("path", EXAMPLE_WORKFLOWS, ids=name_of)
def test_an_example_asks_for_no_more_than_it_needs(path: Path) -> None:
    uploads = any("upload-sarif" in step.get("uses", "") for step in steps(path))
    more = {"security-events": "write", "actions": "read"} if uploads else {}
    if any("gh pr create" in step.get("run", "") for step in steps(path)):
        more = {"contents": "write", "pull-requests": "write"}
    assert parsed(path)["permissions"] == {}
    assert [job["permissions"] for job in parsed(path)["jobs"].values()] == [{"contents": "read", **more}]


def test_code_scanning_gets_the_file_that_the_action_wrote() -> None:
    ours, upload = steps(DOCS / "workflows" / "code-scanning.yml")[1:]
    assert ours["with"]["format"] == "sarif"
    assert upload["with"]["sarif_file"] == f"${{{{ steps.{ours['id']}.outputs.sarif-file }}}}"
    assert upload["if"] == f"steps.{ours['id']}.outputs.sarif-file != ''"
    assert "sarif-file" in ACTION["outputs"]


@pytest.mark.parametrize("path", GITLAB, ids=name_of)
def test_the_gitlab_jobs_keep_the_reports_that_they_write(path: Path) -> None:
    (job,) = parsed(path).values()
    written = dict(re.findall(r"--format (\w+)=(\S+)", job["script"][-1]))
    assert set(written) <= set(FORMATS)
    assert job["artifacts"]["reports"] == {"codequality": written["gitlab"], "junit": written["junit"]}
    assert job["artifacts"]["when"] == "always"


def test_jenkins_keeps_the_reports_that_it_writes() -> None:
    text = (DOCS / "workflows" / "Jenkinsfile").read_text(encoding="utf-8")
    written = dict(re.findall(r"--format (\w+)=([^\s']+)", text))
    assert set(written) == {"junit", "sarif"}
    assert f"junit '{written['junit']}'" in text
    assert f"sarif(pattern: '{written['sarif']}')" in text
    assert text.count("{") == text.count("}")


@pytest.mark.parametrize("path", EXAMPLES, ids=name_of)
def test_a_page_of_the_docs_shows_the_whole_file(path: Path) -> None:
    shown = [page.name for page in DOCS.glob("*.md") if path.read_text(encoding="utf-8") in page.read_text("utf-8")]
    assert len(shown) == 1


def test_the_docs_name_every_input_and_output() -> None:
    page = (DOCS / "github-actions.md").read_text(encoding="utf-8")
    for name in (*ACTION["inputs"], *ACTION["outputs"]):
        assert re.search(rf"^\| .*`{name}`.* \|", page, re.M), name


def test_the_tests_run_on_every_system_and_python_that_is_supported() -> None:
    matrix = parsed(GITHUB / "workflows" / "ci.yml")["jobs"]["tests"]["strategy"]["matrix"]
    listed = re.findall(r"Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert matrix["python"] == listed == ["3.10", "3.11", "3.12", "3.13", "3.14"]
    assert matrix["os"] == ["ubuntu-latest", "macos-latest", "windows-latest"]


def test_a_release_is_published_without_a_password_and_with_attestations() -> None:
    jobs = parsed(GITHUB / "workflows" / "release.yml")["jobs"]
    publish = jobs["publish"]
    assert publish["permissions"] == {"id-token": "write"}
    assert publish["steps"][-1]["with"] == {"attestations": True}
    assert [name for name, job in jobs.items() if "id-token" in job["permissions"]] == ["publish"]
    assert "secrets." not in (GITHUB / "workflows" / "release.yml").read_text(encoding="utf-8")
    # What is published was built by a job that cannot publish.
    assert jobs["build"]["permissions"] == {"contents": "read"}
    assert publish["needs"] == "build"


needs_bash = pytest.mark.skipif(os.name == "nt" or shutil.which("bash") is None, reason="the script needs bash")


@needs_bash
def test_the_catalog_is_refreshed_by_a_pull_request(tmp_path: Path) -> None:
    """The script of the weekly job, with a bare repository for GitHub and a `gh` that writes down its words."""
    origin, clone, programs = tmp_path / "origin.git", tmp_path / "clone", tmp_path / "bin"
    programs.mkdir()
    (programs / "gh").write_text('#!/bin/sh\necho "$@" >>"$GH_LOG"\ncase "$2" in list) cat "$GH_OPEN" ;; esac\n')
    (programs / "gh").chmod(0o755)
    opened = tmp_path / "open"
    opened.write_text("")
    (tmp_path / "changes").write_text("3.1-22: new\n# no heading, @nobody\n")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GH_LOG": str(tmp_path / "log"),
        "GH_OPEN": str(opened),
        "RUNNER_TEMP": str(tmp_path),
    }

    def git(*words: str, folder: Path = clone) -> str:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        command = ["git", *who, *words]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout

    def run() -> str:
        script = ["bash", str(GITHUB / "catalog_pull_request.sh"), str(tmp_path / "changes")]
        return subprocess.run(script, cwd=clone, env=environment, capture_output=True, text=True, check=True).stdout

    git("init", "-q", "--bare", str(origin), folder=tmp_path)
    git("clone", "-q", str(origin), str(clone), folder=tmp_path)
    (clone / "data").write_text("old\n")
    git("add", "-A")
    git("commit", "-qm", "first")
    git("push", "-q", "origin", "HEAD:main")
    assert run() == "The catalog has not changed.\n"
    assert not (tmp_path / "log").exists()

    (clone / "data").write_text("new\n")
    run()
    assert git("show", "catalog:data", folder=origin) == "new\n"
    assert git("log", "-1", "--format=%s", "catalog", folder=origin) == "Refresh the catalog\n"
    log = (tmp_path / "log").read_text()
    assert "pr create --head catalog" in log
    assert all(line.startswith("    ") for line in (tmp_path / "body.md").read_text().splitlines()[2:])

    opened.write_text("7\n")
    (clone / "data").write_text("newer\n")
    run()
    assert git("show", "catalog:data", folder=origin) == "newer\n"
    log = (tmp_path / "log").read_text()
    assert (log.count("pr create"), log.count("pr edit catalog")) == (1, 1)


@pytest.mark.slow
def test_our_own_hooks_pass(tmp_path: Path) -> None:
    """`pre-commit run --all-files` in a copy of the checkout; its tools come from PyPI."""
    from tests.test_precommit import _commit, _environment, copy_checkout, skip_without_registry

    copy, environment = tmp_path / "copy", _environment(tmp_path)
    copy_checkout(copy)
    _commit(copy, environment)
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--all-files"],
        cwd=copy, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
    )  # fmt: skip
    if done.returncode:
        skip_without_registry(done.stdout)
    assert done.returncode == 0, done.stdout
    passed = re.findall(r"^(.+?)\.+Passed$", done.stdout, re.MULTILINE)
    assert len(passed) == len(parsed(ROOT / ".pre-commit-config.yaml")["repos"][0]["hooks"])
