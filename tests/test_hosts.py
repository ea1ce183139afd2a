"""action.yml and what the docs tell people to copy: held against the hosts' own schemas, and against each other."""

from __future__ import annotations

import json
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
EXAMPLES = sorted((DOCS / "workflows").iterdir())
WORKFLOWS = [path for path in EXAMPLES if path.name != "gitlab-ci.yml"]
PUBLIC = {
    "actions/checkout": {"ref", "fetch-depth", "persist-credentials"},
    "actions/setup-python": {"python-version"},
    "github/codeql-action/upload-sarif": {"sarif_file", "category"},
}
"""Other people's actions that the docs may use, with the inputs that they may set."""


def parsed(path: Path) -> dict[str, Any]:
    # YAML 1.1 reads the key `on` as a truth value.
    text = re.sub(r"^on:", '"on":', path.read_text(encoding="utf-8"), flags=re.M)
    document: dict[str, Any] = yaml.safe_load(text)
    return document


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in parsed(path)["jobs"].values() for step in job["steps"]]


def is_ours(step: dict[str, Any]) -> bool:
    return str(step.get("uses", "")).startswith("astro-lint/dockerfile-astro-lint@")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="what ships the schemas needs Python 3.11")
@pytest.mark.parametrize(
    ("path", "schema"),
    [
        (ROOT / "action.yml", "github-actions"),
        *((path, "github-workflows") for path in WORKFLOWS),
        (DOCS / "workflows" / "gitlab-ci.yml", "gitlab-ci"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_the_host_takes_the_file(path: Path, schema: str) -> None:
    text = (files("check_jsonschema") / "builtin_schemas" / "vendor" / f"{schema}.json").read_text(encoding="utf-8")
    jsonschema.Draft7Validator(json.loads(text)).validate(parsed(path))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(json.loads(text)).validate({**parsed(path), "jobs": 1, "runs": 1, "stages": 1})


@pytest.mark.skipif(shutil.which("actionlint") is None, reason="there is no actionlint here")
@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actionlint_has_nothing_to_say(path: Path) -> None:
    done = subprocess.run(["actionlint", str(path)], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_step_names_an_action_with_a_version_and_inputs_that_it_has(path: Path) -> None:
    for step in steps(path):
        if "uses" not in step:
            assert "${{" not in step["run"]
            continue
        name, _, version = step["uses"].partition("@")
        assert re.fullmatch(r"v\d+(\.\d+)*", version)
        assert not is_ours(step) or version == f"v{__version__}"
        known = set(ACTION["inputs"]) if is_ours(step) else PUBLIC[name]
        assert set(step.get("with", {})) <= known


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_asks_for_no_more_than_it_needs(path: Path) -> None:
    uploads = any("upload-sarif" in step.get("uses", "") for step in steps(path))
    more = {"security-events": "write", "actions": "read"} if uploads else {}
    assert parsed(path)["permissions"] == {"contents": "read", **more}
    assert not [job for job in parsed(path)["jobs"].values() if "permissions" in job]


def test_code_scanning_gets_the_file_that_the_action_wrote() -> None:
    ours, upload = steps(DOCS / "workflows" / "code-scanning.yml")[1:]
    assert ours["with"]["format"] == "sarif"
    assert upload["with"]["sarif_file"] == f"${{{{ steps.{ours['id']}.outputs.sarif-file }}}}"
    assert upload["if"] == f"steps.{ours['id']}.outputs.sarif-file != ''"
    assert "sarif-file" in ACTION["outputs"]


def test_the_gitlab_job_keeps_the_reports_that_it_writes() -> None:
    (job,) = parsed(DOCS / "workflows" / "gitlab-ci.yml").values()
    written = dict(re.findall(r"--format (\w+)=(\S+)", job["script"][-1]))
    assert set(written) <= set(FORMATS)
    assert job["artifacts"]["reports"] == {"codequality": written["gitlab"], "junit": written["junit"]}
    assert job["artifacts"]["when"] == "always"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_docs_show_the_whole_file(path: Path) -> None:
    page = DOCS / ("gitlab.md" if path.name == "gitlab-ci.yml" else "github-actions.md")
    assert f"```yaml\n{path.read_text(encoding='utf-8')}```\n" in page.read_text(encoding="utf-8")


def test_the_docs_name_every_input_and_output() -> None:
    page = (DOCS / "github-actions.md").read_text(encoding="utf-8")
    for name in (*ACTION["inputs"], *ACTION["outputs"]):
        assert re.search(rf"^\| .*`{name}`.* \|", page, re.M), name
