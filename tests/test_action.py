"""The GitHub action: action.yml, and its scripts run as the runner runs them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.server import answer, serving
from tests.test_catalog import text as feed
from tests.test_precommit import ROOT, copy_checkout, skip_without_registry
from tests.tool import FIXED, inside, lint, run

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
SCRIPTS = [step for step in STEPS if "run" in step]

WRONG = "FROM astrocrpublic.azurecr.io/runtime:3.1-12-slim\n"
WARNED = "FROM astrocrpublic.azurecr.io/runtime:3.1\n"
RIGHT = "FROM astrocrpublic.azurecr.io/runtime:3.1-12\n"
HOSTILE = (
    "two words",
    'it\'s "quoted"',
    "$(touch pwned)",
    "`touch pwned`",
    "; touch pwned #",
    "*",
    "--exclude=x",
    "-",
    "::error::x",
    "##[set-output name=errors]7",
    "100%0A,x:y",
    "ünï",
)

needs_bash = pytest.mark.skipif(
    os.name == "nt" or shutil.which("bash") is None, reason="the scripts need a bash that sees our paths"
)


def test_the_action_is_composite_and_each_step_names_its_shell() -> None:
    assert ACTION["runs"]["using"] == "composite"
    assert ACTION["name"]
    assert ACTION["description"]
    for step in STEPS:
        assert "run" not in step or step["shell"] == "bash"


def test_inputs_reach_the_shell_through_the_environment_alone() -> None:
    for step in STEPS:
        assert "${{" not in step.get("run", "")


def test_every_input_is_used_and_every_used_one_is_there() -> None:
    values = [value for step in STEPS for value in step.get("env", {}).values()]
    used = {name for value in values for name in re.findall(r"\$\{\{ inputs\.([\w-]+) \}\}", value)}
    assert used == set(ACTION["inputs"])
    for described in [*ACTION["inputs"].values(), *ACTION["outputs"].values()]:
        assert described["description"]


def test_every_script_is_there_and_reads_what_its_step_sets() -> None:
    for step in SCRIPTS:
        (name,) = re.findall(r'^bash "\$GITHUB_ACTION_PATH/(action/\w+\.sh)"$', step["run"])
        text = (ROOT / name).read_text(encoding="utf-8")
        assert set(step["env"]) == set(re.findall(r"\bASTRO_ACTION_[A-Z_]+\b", text))


def test_every_output_is_written_by_the_step_it_comes_from() -> None:
    written = {
        "install": {"python"},
        "catalog": {"path", "day"},
        "cached": {"cache-hit"},
        "refresh": {"fetched"},
        "run": {"errors", "warnings", "sarif_file", "upgraded", "summary_file"},
    }
    assert [step["id"] for step in STEPS if "id" in step] == list(written)
    texts = [output["value"] for output in ACTION["outputs"].values()]
    texts += [value for step in STEPS for part in ("env", "with") for value in step.get(part, {}).values()]
    texts += [step["if"] for step in STEPS if "if" in step]
    read = [found for text in texts for found in re.findall(r"steps\.([\w.-]+)", text)]
    assert len(read) > len(written)
    for value in read:
        step, outputs, name = value.split(".")
        assert outputs == "outputs"
        assert name in written[step]
    assert set(ACTION["outputs"]) == {"errors", "warnings", "sarif-file", "upgraded", "summary-file"}
    assert set(ACTION["inputs"]) == {
        "path", "args", "environment", "fail-on", "format", "sarif-file", "version", "require-files", "refresh-catalog",
        "problem-matcher", "mode", "to",
    }  # fmt: skip


def test_other_actions_are_pinned_by_their_commit_with_the_version_beside_it() -> None:
    lines = re.findall(r"^ +(?:- )?uses: (.*)", (ROOT / "action.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(lines) == sum("uses" in step for step in STEPS) > 0
    for line in lines:
        assert re.fullmatch(r"actions/cache/(restore|save)@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)


class Command(NamedTuple):
    """A workflow command as the runner understands it."""

    name: str
    properties: dict[str, str]
    message: str

    @property
    def is_failure(self) -> bool:
        """Whether it says that something could not be checked."""
        return self.properties.get("title", "").startswith("astro-lint")


class Step(NamedTuple):
    code: int
    out: str
    outputs: dict[str, str]
    summary: str

    @property
    def commands(self) -> list[Command]:
        return workflow_commands(self.out)

    @property
    def failed(self) -> list[str]:
        """The files of errors that say that something could not be checked, empty where there is none."""
        return [one.properties.get("file", "") for one in self.commands if one.name == "error" and one.is_failure]

    @property
    def found(self) -> list[tuple[str, str]]:
        """(file, code) of errors and warnings, without info; any other command fails the test."""
        commands = [one for one in self.commands if one.name != "notice" and not one.is_failure]
        assert {command.name for command in commands} <= {"error", "warning"}
        return sorted((command.properties["file"], command.properties["title"].split()[0]) for command in commands)


def workflow_commands(out: str) -> list[Command]:
    """What the runner obeys in a step's output: `::name …::` at the start of a line, and `##[name …]` anywhere."""
    found: list[Command] = []
    token = None
    for line in re.split(r"\r\n|\r|\n", out):
        match = re.match(r"\s*::([^ :]+)(?: (.*?))?::(.*)", line) or re.search(r"##\[([^ \]]+)(?: (.*?))?\](.*)", line)
        if match is None:
            continue
        name, listed, message = match.groups()
        if token is not None:
            token = None if name == token else token
        elif name == "stop-commands":
            token = message
        else:
            properties = dict(pair.split("=", 1) for pair in (listed or "").split(",") if pair)
            unescaped = {key: _unescape(value) for key, value in properties.items()}
            found.append(Command(name, unescaped, _unescape(message)))
    assert token is None
    return found


def _unescape(text: str) -> str:
    for escape, char in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(escape, char)
    return text


class Runner(NamedTuple):
    """A workspace, and what GitHub's runner keeps beside it."""

    workspace: Path
    temporary: Path
    python: Path

    def add(self, name: str, text: str) -> None:
        path = self.workspace / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def script(self, name: str, action: str = str(ROOT), **environment: str) -> Step:
        output = self.temporary / f"output {name}"
        output.write_text("")
        summary = self.temporary / f"summary {name}"
        summary.write_text("")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", f'bash "$GITHUB_ACTION_PATH/action/{name}"'],
            cwd=self.workspace,
            env={
                **os.environ,
                "GITHUB_ACTION_PATH": action,
                "GITHUB_ACTIONS": "true",
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": str(summary),
                "RUNNER_TEMP": str(self.temporary),
                **environment,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
        return Step(done.returncode, done.stdout, outputs, summary.read_text(encoding="utf-8"))

    def run(
        self,
        path: str = ".",
        args: str = "",
        environment: str = "",
        fail_on: str = "",
        form: str = "annotations",
        sarif_file: str = "astro-lint.sarif",
        **extra: str,
    ) -> Step:
        """The second step, on the fixed day; nothing that the inputs say may have been run."""
        step = self.script(
            "run.sh",
            ASTRO_ACTION_PYTHON=str(self.python),
            ASTRO_ACTION_PATH=path,
            ASTRO_ACTION_ARGS=" ".join([*FIXED, args]),
            ASTRO_ACTION_ENVIRONMENT=environment,
            ASTRO_ACTION_FAIL_ON=fail_on,
            ASTRO_ACTION_FORMAT=form,
            ASTRO_ACTION_SARIF_FILE=sarif_file,
            **extra,
        )
        assert [path for top in (self.workspace, self.temporary) for path in top.rglob("*pwned")] == []
        return step


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has the package as it is here, made without a network."""
    folder = tmp_path_factory.mktemp("environment") / "with blank"
    venv.EnvBuilder(symlinks=True).create(folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    ours = [entry for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))]
    (packages / "ours.pth").write_text("\n".join([str(ROOT), *ours]) + "\n")
    return folder / "bin" / "python"


@pytest.fixture
def runner(tmp_path: Path, python: Path) -> Runner:
    for name in ("work space", "temp folder"):
        (tmp_path / name).mkdir()
    return Runner(tmp_path / "work space", tmp_path / "temp folder", python)


@needs_bash
def test_findings_are_annotated_and_counted(runner: Runner) -> None:
    runner.add("Dockerfile", WRONG)
    runner.add("dev/Dockerfile", WARNED)
    runner.add("right/Dockerfile", RIGHT)
    step = runner.run()
    assert step.found == [("Dockerfile", "AST105"), ("dev/Dockerfile", "AST103")]
    assert step.outputs == {"errors": "1", "warnings": "1"}
    assert step.code == 1
    assert "Found 1 error, 1 warning" in step.out


@needs_bash
def test_without_findings_the_step_passes_and_the_outputs_are_0(runner: Runner) -> None:
    runner.add("Dockerfile", RIGHT)
    step = runner.run()
    assert (step.code, step.found, step.outputs) == (0, [], {"errors": "0", "warnings": "0"})


@needs_bash
def test_a_run_that_checks_nothing_fails(runner: Runner) -> None:
    step = runner.run()
    assert (step.code, step.outputs, step.failed) == (2, {"errors": "", "warnings": ""}, [""])
    assert "nothing was checked" in step.summary


@needs_bash
@pytest.mark.parametrize(("name", "text"), [(".gitignore", "*\n"), ("astro-lint.toml", 'exclude = ["**"]\n')])
def test_a_repository_that_hides_everything_fails_and_says_what_hides_it(runner: Runner, name: str, text: str) -> None:
    runner.add("Dockerfile", WRONG)
    runner.add("sub/Dockerfile", WRONG)
    (runner.workspace / ".git").mkdir(exist_ok=True)
    runner.add(name, text)
    step = runner.run()
    assert (step.code, step.outputs, step.failed) == (2, {"errors": "", "warnings": ""}, [""])
    assert "left out of the search: 1 file by " in step.out
    assert f"1 folder by {name}" in step.out or f"1 folder by `exclude` of {name}" in step.out


@needs_bash
def test_without_require_files_a_run_that_checks_nothing_passes_with_empty_outputs(runner: Runner) -> None:
    step = runner.run(ASTRO_ACTION_REQUIRE_FILES="false")
    assert (step.code, step.outputs, step.failed, step.found) == (0, {"errors": "", "warnings": ""}, [], [])
    assert "Nothing was checked" in step.summary
    assert "No findings" not in step.summary + step.out
    runner.add("Dockerfile", WRONG)
    step = runner.run(ASTRO_ACTION_REQUIRE_FILES="false")
    assert (step.code, step.outputs) == (1, {"errors": "1", "warnings": "0"})


@needs_bash
@pytest.mark.parametrize("name", ["REQUIRE_FILES", "REFRESH_CATALOG", "PROBLEM_MATCHER"])
@pytest.mark.parametrize("word", ["yes", "True", "\n::error::x", "$(touch pwned)"])
def test_a_switch_is_true_or_false(runner: Runner, name: str, word: str) -> None:
    step = runner.run(**{f"ASTRO_ACTION_{name}": word})
    assert (step.code, step.outputs, step.commands) == (2, {}, [])
    assert f"input {name.lower().replace('_', '-')}: must be true or false" in step.out


@needs_bash
def test_the_problem_matcher_is_registered_after_all_other_output(runner: Runner) -> None:
    runner.add("Dockerfile", WRONG)
    step = runner.run(ASTRO_ACTION_PROBLEM_MATCHER="true")
    assert step.commands[-1] == Command("add-matcher", {}, f"{ROOT}/action/problem-matcher.json")
    assert step.out.endswith("problem-matcher.json\n")
    assert step.code == 1


MATCHERS = json.loads((ROOT / "action" / "problem-matcher.json").read_text(encoding="utf-8"))["problemMatcher"]


def matched(output: str) -> list[tuple[str, int, int, str, str, str]]:
    """(file, line, column, severity, code, message) of what the runner makes of an output with the problem matchers."""
    found = []
    for line in output.splitlines():
        for matcher in MATCHERS:
            (pattern,) = matcher["pattern"]
            match = re.search(pattern["regexp"], line)
            if match:
                at = {key: match[pattern[key]] for key in pattern if key != "regexp"}
                severity = at.get("severity", matcher.get("severity"))
                found.append((at["file"], int(at["line"]), int(at["column"]), severity, at["code"], at["message"]))
    return found


@pytest.mark.parametrize("form", ["text", "concise"])
def test_the_problem_matcher_finds_every_finding_once(tmp_path: Path, form: str) -> None:
    for name in ("Dockerfile", "a b/Dockerfile", "it's: 1:2/Dockerfile"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(WRONG.replace("-12-slim", "-12-slim-base") + "USER root\nMAINTAINER x\n")
    (tmp_path / "binary.dockerfile").write_bytes(b"\0")
    with inside(tmp_path):
        told = lint()["diagnostics"]
        output = run("--format", form, *FIXED).out
    severities = {"error": "error", "warning": "warning", "info": "notice"} if form == "text" else {}
    assert [(*one[:3], *one[4:5]) for one in matched(output)] == [
        (one["path"], one["line"], one["column"], one["code"]) for one in told
    ]
    assert [one[3] for one in matched(output)] == [severities.get(one["severity"], "warning") for one in told]
    assert all(one["message"] in found[5] for one, found in zip(told, matched(output), strict=True))
    assert {one["severity"] for one in told} >= {"error", "warning"}


def test_the_runner_can_read_the_problem_matchers() -> None:
    assert len({matcher["owner"] for matcher in MATCHERS}) == len(MATCHERS) == 3
    for matcher in MATCHERS:
        assert matcher.get("severity", "error") in ("error", "warning", "notice")
        (pattern,) = matcher["pattern"]
        groups = re.compile(pattern["regexp"]).groups
        assert sorted(value for key, value in pattern.items() if key != "regexp") == list(range(1, groups + 1))
        assert set(pattern) <= {"regexp", "file", "line", "column", "severity", "code", "message"}


ON_GITHUB = {
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "corp/airflow",
    "GITHUB_SHA": "0123456789abcdef0123456789abcdef01234567",
}
BLOB = "https://github.com/corp/airflow/blob/0123456789abcdef0123456789abcdef01234567"


@needs_bash
def test_the_summary_links_each_finding_to_its_line(runner: Runner) -> None:
    runner.add("Dockerfile", WRONG)
    runner.add("a (b)|<c>/Dockerfile", f"# first\n{WRONG}")
    step = runner.run(GITHUB_WORKSPACE=str(runner.workspace), **ON_GITHUB)
    assert f"| error | [1:45]({BLOB}/Dockerfile#L1) | [AST105](" in step.summary
    assert f"| error | [2:45]({BLOB}/a%20%28b%29%7C%3Cc%3E/Dockerfile#L2) |" in step.summary


@needs_bash
def test_the_links_start_at_the_checkout(runner: Runner, tmp_path: Path) -> None:
    runner.add("repo/Dockerfile", WRONG)
    (runner.workspace / "repo" / ".git").mkdir()
    environment = {"GITHUB_WORKSPACE": str(runner.workspace), **ON_GITHUB}
    assert f"({BLOB}/Dockerfile#L1)" in runner.run(**environment).summary
    (runner.workspace / ".git").mkdir()  # so that `repo` is a submodule, of another repository
    assert "/blob/" not in runner.run(**environment).summary.replace("/blob/main/docs/rules/", "")
    elsewhere = {**environment, "GITHUB_WORKSPACE": str(tmp_path / "elsewhere")}
    assert "| error | 1:45 |" in runner.run(**elsewhere).summary


@needs_bash
@pytest.mark.parametrize("name", list(ON_GITHUB))
@pytest.mark.parametrize("value", ["", "x) ](http://evil.example", "a b"])
def test_there_are_no_links_to_somewhere_unclear(runner: Runner, name: str, value: str) -> None:
    runner.add("Dockerfile", WRONG)
    assert "| error | 1:45 |" in runner.run(**{**ON_GITHUB, name: value}).summary


@needs_bash
def test_the_catalog_is_fetched_and_kept_where_the_cache_looks_for_it(
    runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    environment = {"ASTRO_ACTION_PYTHON": str(runner.python), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    located = runner.script("locate_catalog.sh", **environment)
    assert (located.code, located.out) == (0, "")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", located.outputs["day"])
    with serving(lambda handler, _: answer(handler, 200, feed())) as server:
        step = runner.script("refresh_catalog.sh", ASTRO_RUNTIME_VERSIONS_URL=server.address, **environment)
    assert (step.code, step.outputs, step.commands) == (0, {"fetched": "true"}, []), step.out
    assert Path(located.outputs["path"]).is_file()


@needs_bash
def test_a_catalog_that_cannot_be_fetched_is_a_warning(runner: Runner, tmp_path: Path) -> None:
    step = runner.script(
        "refresh_catalog.sh",
        ASTRO_ACTION_PYTHON=str(runner.python),
        XDG_CACHE_HOME=str(tmp_path / "cache"),
        ASTRO_RUNTIME_VERSIONS_URL="http://127.0.0.1:9/::error::x",
    )
    assert (step.code, step.outputs) == (0, {"fetched": "false"})
    (command,) = step.commands
    assert (command.name, "not refreshed" in command.message) == ("warning", True)
    assert not (tmp_path / "cache").exists()


def test_the_catalog_is_cached_for_each_day_and_only_on_request() -> None:
    middle = STEPS[1:-1]
    assert [step.get("id") for step in middle] == ["catalog", "cached", "refresh", None]
    restore, save = middle[1], middle[3]
    assert restore["with"]["key"] == save["with"]["key"]
    assert restore["with"]["path"] == save["with"]["path"]
    assert "steps.catalog.outputs.day" in save["with"]["key"]
    assert save["with"]["key"].startswith(restore["with"]["restore-keys"])
    assert save["if"] == "steps.refresh.outputs.fetched == 'true'"
    assert all("inputs.refresh-catalog == 'true'" in step["if"] for step in middle[:-1])
    assert ACTION["inputs"]["refresh-catalog"]["default"] == "false"


@needs_bash
def test_a_config_that_cannot_be_used_is_an_error_and_no_clean_summary(runner: Runner) -> None:
    runner.add("Dockerfile", WRONG)
    runner.add("astro-lint.toml", "nonsense = 1\n")
    step = runner.run()
    assert (step.code, step.outputs, step.failed) == (2, {"errors": "", "warnings": ""}, ["astro-lint.toml"])
    assert "Not checked: Dockerfile" in step.summary
    assert "No findings" not in step.summary + step.out


@needs_bash
@pytest.mark.parametrize(("fail_on", "code"), [("", 1), ("info", 1), ("warning", 1), ("error", 0), ("never", 0)])
def test_fail_on_decides_what_fails_the_step(runner: Runner, fail_on: str, code: int) -> None:
    runner.add("Dockerfile", WARNED)
    step = runner.run(fail_on=fail_on)
    assert (step.code, step.outputs) == (code, {"errors": "0", "warnings": "1"})


@needs_bash
def test_environment_is_passed_on(runner: Runner) -> None:
    runner.add("Dockerfile", WARNED)
    assert runner.run(environment="development").outputs == {"errors": "0", "warnings": "0"}


@needs_bash
@pytest.mark.parametrize("hostile", ["", "\n::error::x", "$(touch pwned)", "--help", '" --help'])
@pytest.mark.parametrize("name", ["environment", "fail_on"])
def test_an_invalid_choice_is_an_error_message(runner: Runner, name: str, hostile: str) -> None:
    step = runner.run(**{name: f"x{hostile}"})
    assert (step.code, step.outputs, step.failed, step.found) == (2, {}, [""], [])
    assert "invalid choice" in step.out


@needs_bash
def test_several_paths_one_per_line(runner: Runner) -> None:
    for name in ("a", "b b", "c"):
        runner.add(f"{name}/Dockerfile", WRONG)
    step = runner.run(path="\na\n  \nb b/Dockerfile\n")
    assert step.found == [("a/Dockerfile", "AST105"), ("b b/Dockerfile", "AST105")]


@needs_bash
@pytest.mark.parametrize("path", ["", "\n", " \n\t\n"])
def test_no_path_is_the_workspace(runner: Runner, path: str) -> None:
    runner.add("Dockerfile", WRONG)
    assert runner.run(path=path).found == [("Dockerfile", "AST105")]


@needs_bash
@pytest.mark.parametrize("name", HOSTILE)
def test_a_path_is_taken_literally(runner: Runner, name: str) -> None:
    runner.add(f"{name}/Dockerfile", WRONG)
    runner.add("other/Dockerfile", WRONG)
    step = runner.run(path=name)
    assert step.found == [(f"{name}/Dockerfile", "AST105")]
    assert step.outputs == {"errors": "1", "warnings": "0"}
    assert step.code == 1


@needs_bash
def test_paths_with_all_of_that_at_once(runner: Runner) -> None:
    for name in HOSTILE:
        runner.add(f"{name}/Dockerfile", WRONG)
    step = runner.run(path="\n".join(HOSTILE))
    assert step.found == sorted((f"{name}/Dockerfile", "AST105") for name in HOSTILE)
    assert step.outputs["errors"] == str(len(HOSTILE))


@needs_bash
@pytest.mark.parametrize("name", HOSTILE)
def test_a_missing_path_fails_the_step_and_hides_no_finding(runner: Runner, name: str) -> None:
    runner.add("Dockerfile", WRONG)
    step = runner.run(path=f"{name}\nDockerfile")
    assert step.found == [("Dockerfile", "AST105")]
    assert len(step.failed) == 1
    assert step.outputs == {"errors": "", "warnings": ""}
    assert step.code == 2
    assert "no such file or folder" in step.out


@needs_bash
@pytest.mark.parametrize(
    "name",
    [
        "x\n::error::x.dockerfile",
        "x\r::error::x.dockerfile",
        "::set-output name=errors::7\n.dockerfile",
        "##[set-output name=errors]7.dockerfile",
        "x,line=7::y%0A::z.dockerfile",
    ],
)
@pytest.mark.parametrize("text", [WRONG, "FROM scratch\0\n"], ids=["finding", "binary"])
def test_a_file_name_is_no_workflow_command(runner: Runner, name: str, text: str) -> None:
    runner.add(name, text)
    step = runner.run()
    if text is WRONG:
        assert step.found == [(name, "AST105")]
        assert (step.code, step.outputs) == (1, {"errors": "1", "warnings": "0"})
    else:
        assert step.failed == [name]
        assert step.found == []
        assert (step.code, step.outputs) == (2, {"errors": "", "warnings": ""})


@needs_bash
@pytest.mark.parametrize(
    "tag", ["3.1-12::error::x", "::error::x", "3.1-12%0A::error::x", "##[error]x", "$(touch_pwned)"]
)
def test_a_tag_is_no_workflow_command(runner: Runner, tag: str) -> None:
    runner.add("Dockerfile", f"FROM astrocrpublic.azurecr.io/runtime:{tag}\n")
    step = runner.run(path="Dockerfile")
    assert step.found == [("Dockerfile", "AST001")]
    assert (step.code, step.outputs) == (1, {"errors": "1", "warnings": "0"})
    assert tag in step.commands[0].message


@needs_bash
def test_the_summary_of_the_step_shows_the_findings(runner: Runner) -> None:
    runner.add("Dockerfile", WRONG)
    runner.add("<img src=x>|/Dockerfile", WRONG)
    step = runner.run()
    assert step.summary.count("| error | 1:45 | [AST105](") == 2
    assert "<img" not in step.summary
    assert runner.run(path="missing").summary.startswith("## astro-lint")
    nowhere = runner.run(GITHUB_STEP_SUMMARY=str(runner.workspace / "missing" / "file"))
    assert (nowhere.code, nowhere.found, nowhere.outputs) == (1, step.found, step.outputs)


OLD = "FROM quay.io/astronomer/astro-runtime:13.5.1\n"


@needs_bash
def test_the_mode_upgrade_writes_tags_a_summary_and_outputs(runner: Runner) -> None:
    runner.add("Dockerfile", OLD)
    runner.add("<b>::error::x/Dockerfile", OLD)
    step = runner.run(ASTRO_ACTION_MODE="upgrade")
    assert (runner.workspace / "Dockerfile").read_text() == OLD.replace("13.5.1", "13.11.0")
    assert (step.code, step.commands, step.outputs["upgraded"]) == (0, [], "2")
    assert "Upgraded 2 images in 2 files" in step.out
    body = Path(step.outputs["summary_file"])
    assert body.is_relative_to(runner.temporary)
    assert body.read_text(encoding="utf-8") == step.summary
    assert "### Runtime 13.5.1 to 13.11.0" in step.summary
    assert "<b>" not in step.summary
    again = runner.run(ASTRO_ACTION_MODE="upgrade")
    assert (again.code, again.commands, again.outputs["upgraded"]) == (0, [], "0")
    assert (runner.run(ASTRO_ACTION_MODE="upgrade", ASTRO_ACTION_TO="3.3").outputs["upgraded"]) == "2"


@needs_bash
def test_an_image_that_cannot_be_upgraded_fails_the_step_and_the_others_are_upgraded(runner: Runner) -> None:
    runner.add("a/Dockerfile", OLD)
    runner.add("b/Dockerfile", RIGHT)
    step = runner.run(ASTRO_ACTION_MODE="upgrade", ASTRO_ACTION_TO="13")
    assert (step.code, step.failed, step.outputs["upgraded"]) == (2, [""], "1")
    assert "`astro deploy` refuses a downgrade" in step.out
    assert "refuses a downgrade" in step.summary


@needs_bash
def test_the_mode_upgrade_fails_where_there_is_no_image(runner: Runner) -> None:
    runner.add("Dockerfile", "FROM python:3.12\n")
    step = runner.run(ASTRO_ACTION_MODE="upgrade")
    assert (step.code, step.failed, step.outputs["upgraded"]) == (2, [""], "0")
    assert runner.run(ASTRO_ACTION_MODE="upgrade", ASTRO_ACTION_REQUIRE_FILES="false").code == 0


@needs_bash
@pytest.mark.parametrize("hostile", ["", "\n::error::x", "$(touch pwned)", "--help"])
def test_an_invalid_mode_or_series_is_refused(runner: Runner, hostile: str) -> None:
    runner.add("Dockerfile", OLD)
    step = runner.run(ASTRO_ACTION_MODE=f"x{hostile}")
    assert (step.code, step.outputs, step.commands) == (2, {}, [])
    assert "input mode: must be lint or upgrade" in step.out
    step = runner.run(ASTRO_ACTION_MODE="upgrade", ASTRO_ACTION_TO=f"x{hostile}")
    assert (step.code, step.outputs, step.failed) == (2, {}, [""])
    assert "not a Runtime series" in step.out
    assert (runner.workspace / "Dockerfile").read_text() == OLD


IGNORED = f"# astro-lint: ignore[AST105] on purpose\n{WRONG}"


@needs_bash
@pytest.mark.parametrize("name", ["report.sarif", "two words", "$(touch pwned)", "-", "--fix", "a=b::error::", "ünï"])
def test_sarif_has_no_suppressed_findings(runner: Runner, name: str) -> None:
    runner.add("Dockerfile", WRONG)
    runner.add("ignored/Dockerfile", IGNORED)
    step = runner.run(form="sarif", sarif_file=name)
    assert step.commands == []
    assert "Dockerfile:1:45: AST105" in step.out
    assert (step.code, step.outputs) == (1, {"errors": "1", "warnings": "0", "sarif_file": name})
    (one,) = json.loads((runner.workspace / name).read_text(encoding="utf-8"))["runs"]
    errors = [result for result in one["results"] if result["level"] == "error"]
    assert [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in errors] == [
        "Dockerfile"
    ]


@needs_bash
@pytest.mark.parametrize("form", ["annotations,sarif", " sarif,\nannotations ", "sarif annotations"])
def test_annotations_and_sarif_at_once(runner: Runner, form: str) -> None:
    runner.add("Dockerfile", WRONG)
    step = runner.run(form=form)
    assert step.found == [("Dockerfile", "AST105")]
    assert step.outputs["sarif_file"] == "astro-lint.sarif"
    assert (runner.workspace / "astro-lint.sarif").exists()


@needs_bash
@pytest.mark.parametrize("form", ["", " ", ",", "annotations"])
def test_annotations_are_the_default(runner: Runner, form: str) -> None:
    runner.add("Dockerfile", WRONG)
    step = runner.run(form=form)
    assert step.found == [("Dockerfile", "AST105")]
    assert step.outputs == {"errors": "1", "warnings": "0"}


@needs_bash
@pytest.mark.parametrize("hostile", ["xml", "::error::x", "sarif ##[error]x", "$(touch_pwned)", "*", "--fix", "`x`"])
def test_an_unknown_format_is_refused(runner: Runner, hostile: str) -> None:
    runner.add("Dockerfile", WRONG)
    step = runner.run(form=hostile)
    assert (step.code, step.outputs, step.commands) == (2, {}, [])
    assert "input format: must be annotations, sarif or both" in step.out


@needs_bash
@pytest.mark.parametrize("name", ["x\nerrors=7", "x\r::error::y", "\x1b[31m"])
def test_a_sarif_file_with_a_line_break_in_its_name_is_refused(runner: Runner, name: str) -> None:
    runner.add("Dockerfile", WRONG)
    step = runner.run(form="sarif", sarif_file=name)
    assert (step.code, step.outputs, step.commands) == (2, {}, [])
    assert "not a valid file name" in step.out


@needs_bash
def test_a_sarif_file_that_cannot_be_written_fails_the_step_and_hides_no_finding(runner: Runner) -> None:
    runner.add("Dockerfile", WRONG)
    step = runner.run(form="sarif,annotations", sarif_file="##[error]missing/x")
    assert (step.code, step.outputs) == (2, {"errors": "1", "warnings": "0"})
    assert step.found == [("Dockerfile", "AST105")]
    assert "##[error]missing/x: not written: No such file or directory" in step.out


@needs_bash
def test_sarif_without_findings_is_complete(runner: Runner) -> None:
    runner.add("Dockerfile", RIGHT)
    step = runner.run(form="sarif", args="--ignore AST403")
    assert (step.code, step.outputs["sarif_file"]) == (0, "astro-lint.sarif")
    assert json.loads((runner.workspace / "astro-lint.sarif").read_text())["runs"][0]["results"] == []


@needs_bash
def test_args_are_split_into_words(runner: Runner) -> None:
    runner.add("Dockerfile", WRONG)
    runner.add("legacy/Dockerfile", WRONG)
    step = runner.run(args=" --exclude\tlegacy\n  --severity\nAST105=warning\n--fail-on error ")
    assert step.found == [("Dockerfile", "AST105")]
    assert (step.code, step.outputs) == (0, {"errors": "0", "warnings": "1"})


@needs_bash
@pytest.mark.parametrize(
    "word", ["$(touch${IFS}pwned)", "`touch pwned`", ";touch${IFS}pwned", "*", "'Dockerfile'", "\\"]
)
def test_args_are_not_interpreted(runner: Runner, word: str) -> None:
    runner.add("Dockerfile", WRONG)
    step = runner.run(args=f"--ignore {word}")
    assert (step.code, step.outputs, step.failed, step.found) == (2, {}, [""], [])
    assert "nothing was checked" in step.summary
    assert f"unknown rule `{word.split()[0]}`" in step.out


@needs_bash
def test_an_unknown_option_fails_without_outputs(runner: Runner) -> None:
    runner.add("Dockerfile", WRONG)
    step = runner.run(args="--fail-on=never --nonsense ##[set-output name=errors]7")
    assert (step.code, step.outputs, step.failed, step.found) == (2, {}, [""], [])
    assert "--nonsense" in step.out


@needs_bash
def test_no_code_of_the_workspace_is_run(runner: Runner) -> None:
    for name in ("json.py", "argparse.py", "dockerfile_astro_lint/__init__.py", "sitecustomize.py", "re.py"):
        runner.add(name, "open('pwned', 'w').close()\n")
    runner.add("Dockerfile", WRONG)
    step = runner.run(PYTHONPATH=str(runner.workspace), PYTHONSTARTUP="json.py")
    assert step.found == [("Dockerfile", "AST105")]
    assert step.outputs == {"errors": "1", "warnings": "0"}


@needs_bash
def test_the_run_leaves_the_workspace_as_it_was(runner: Runner) -> None:
    runner.add("Dockerfile", WRONG)
    runner.run()
    assert list(runner.workspace.rglob("*")) == [runner.workspace / "Dockerfile"]


def _fake_python(folder: Path, body: str) -> str:
    """A PATH on which `python3` and `python` are a shell script."""
    folder.mkdir()
    for name in ("python3", "python"):
        (folder / name).write_text(f"#!/bin/sh\n{body}\n")
        (folder / name).chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@needs_bash
@pytest.mark.parametrize(("version", "wanted"), [("", None), ("0.1.0", "dockerfile-astro-lint==0.1.0")])
def test_the_first_step_installs_the_checkout_or_the_version(
    runner: Runner, tmp_path: Path, version: str, wanted: str | None
) -> None:
    # `python -I -m venv DIR` makes a Python that writes down its words; all else succeeds and does nothing.
    (tmp_path / "recorder").write_text('#!/bin/sh\nprintf "%s\\n" "$@" >"$0.words"\n')
    (tmp_path / "recorder").chmod(0o755)
    body = 'if [ "$3" = venv ]; then mkdir "$4/bin" && cp "$RECORDER" "$4/bin/python"; fi'
    path = _fake_python(tmp_path / "fake", body)
    step = runner.script("install.sh", PATH=path, RECORDER=str(tmp_path / "recorder"), ASTRO_ACTION_VERSION=version)
    assert step.code == 0, step.out
    python = step.outputs["python"]
    assert Path(python).is_relative_to(runner.temporary)
    words = Path(f"{python}.words").read_text().splitlines()
    assert words[:4] == ["-I", "-m", "pip", "install"]
    assert words[-1] == (wanted or str(ROOT))


@needs_bash
@pytest.mark.parametrize("version", ["1.0 ; x", "-r", "1.0\n::error::x", "$(touch pwned)", "1.0 @ file:///x", "../x"])
def test_an_invalid_version_is_refused(runner: Runner, tmp_path: Path, version: str) -> None:
    step = runner.script(
        "install.sh", PATH=_fake_python(tmp_path / "fake", "touch pwned"), ASTRO_ACTION_VERSION=version
    )
    assert (step.code, step.outputs, step.commands) == (2, {}, [])
    assert "not a valid version such as 0.1.0" in step.out
    assert list(runner.workspace.rglob("*pwned")) == []


@needs_bash
def test_without_a_supported_python_the_first_step_says_what_to_do(runner: Runner, tmp_path: Path) -> None:
    step = runner.script("install.sh", PATH=_fake_python(tmp_path / "fake", "exit 1"))
    assert (step.code, step.outputs) == (2, {})
    (command,) = step.commands
    assert command.name == "error"
    assert "actions/setup-python" in command.message


@needs_bash
@pytest.mark.slow
def test_both_steps_from_a_copy_of_this_checkout(runner: Runner, tmp_path: Path) -> None:
    action = tmp_path / "the action"
    copy_checkout(action)
    runner.add("Dockerfile", WRONG)
    runner.add("venv.py", "open('pwned', 'w').close()\n")
    elsewhere = str(tmp_path / "elsewhere")
    installed = runner.script(
        "install.sh", str(action), PIP_TARGET=elsewhere, PIP_USER="1", PYTHONPATH=str(runner.workspace)
    )
    if installed.code:
        skip_without_registry(installed.out)
    assert installed.code == 0, installed.out
    step = runner._replace(python=Path(installed.outputs["python"])).run()
    assert step.found == [("Dockerfile", "AST105")]
    assert (step.code, step.outputs) == (1, {"errors": "1", "warnings": "0"})
    assert not Path(elsewhere).exists()
    assert {path.name for path in runner.workspace.rglob("*")} == {"Dockerfile", "venv.py"}
