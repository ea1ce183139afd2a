"""The examples of examples/fleet: what they download, that their commands work, and the DAG on a real Airflow 3.

ASTRO_LINT_AIRFLOW=/path/to/venv/bin/python python -m pytest tests/test_fleet_examples.py
"""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from .test_inventory_merge import AIRFLOW_2, AIRFLOW_3, project, report
from .test_real_airflow import interpreters
from .tool import FIXED, inside, lint, run

ROOT = Path(__file__).parent.parent
FLEET = ROOT / "examples" / "fleet"
DAG = FLEET / "airflow" / "dags" / "astro_fleet.py"

GH = """\
#!/bin/sh
# Stands for gh: a repository is a folder of archives, `ARTIFACT.zip`.
case "$*" in
  "repo list acme "*) ls "$FAKE/acme" ;;
  "api repos/"*"/zip") cat "$FAKE/$(echo "$2" | cut -d / -f 2-3)/$(basename "$(dirname "$2")").zip" ;;
  "api repos/"*)
    folder=$FAKE/$(echo "$2" | cut -d / -f 2-3)
    name=$(echo "$2" | sed 's/.*name=\\([^&]*\\).*/\\1/')
    [ "$(cat "$folder/fails" 2>/dev/null)" = lookup ] && exit 1
    if [ -e "$folder/$name.zip" ]; then echo "$name"; fi ;;
esac
"""


@pytest.mark.skipif(
    os.name == "nt" or not shutil.which("bash") or not shutil.which("unzip"), reason="the script needs bash and unzip"
)
def test_the_reports_of_github_are_collected(tmp_path: Path) -> None:
    """collect.sh, with a `gh` that reads a folder."""
    programs, fake = tmp_path / "bin", tmp_path / "fake"
    programs.mkdir()
    (programs / "gh").write_text(GH)
    (programs / "gh").chmod(0o755)
    for name in ("sales", "growth.etl", "empty", "broken", "other", "astro-fleet"):
        (fake / "acme" / name).mkdir(parents=True)
    for repository, artifact, file in (
        ("sales", "astro-inventory", report(project("github.com/acme/sales"))),
        ("growth.etl", "astro-inventory", report(project("github.com/acme/growth"))),
        ("astro-fleet", "astro-fleet", report(project("github.com/acme/old"), merged={"reports": 1})),
    ):
        with zipfile.ZipFile(fake / "acme" / repository / f"{artifact}.zip", "w") as archive:
            archive.writestr(f"{artifact}.json", json.dumps(file))
            archive.writestr("../../outside.json", "{}")
    (fake / "acme" / "broken" / "astro-inventory.zip").write_bytes(b"no archive")
    (fake / "acme" / "other" / "fails").write_text("lookup")
    environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "FAKE": str(fake),
                   "GITHUB_REPOSITORY": "acme/astro-fleet", "TMPDIR": str(tmp_path)}  # fmt: skip
    done = subprocess.run(
        ["bash", str(FLEET / "github" / "collect.sh"), "reports"],
        cwd=tmp_path, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "acme/empty: no artifact astro-inventory" in done.stderr
    with inside(tmp_path):
        outcome = run("inventory", "--merge", *FIXED, "--format", "csv", "reports")
    # What could not be downloaded is not forgotten.
    assert outcome.code == 2
    assert "reports/repository-broken.json: an empty file" in outcome.err
    assert "reports/repository-other.json: an empty file" in outcome.err
    found = {line.split(",")[17] for line in outcome.lines[1:]}
    assert found == {"github.com/acme/sales", "github.com/acme/growth", "github.com/acme/old"}
    assert not list(tmp_path.rglob("outside.json"))


class Gitlab(BaseHTTPRequestHandler):
    """Stands for the API of GitLab: a group with three projects on two pages."""

    asked: list[str] = []

    def do_GET(self) -> None:
        assert self.headers["PRIVATE-TOKEN"] == "glpat-secret"
        type(self).asked.append(self.path)
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        pages = {"1": [{"id": 1, "default_branch": "main"}, {"id": 2, "default_branch": None}],
                 "2": [{"id": 3, "default_branch": "release/1"}, {"id": 4, "default_branch": "main"}]}  # fmt: skip
        artifacts = {
            "1/jobs/artifacts/main/raw/astro-inventory.json?astro-report": project("gitlab.com/a/one"),
            "3/jobs/artifacts/release%2F1/raw/astro-inventory.json?astro-report": project("gitlab.com/a/three"),
            "9/jobs/artifacts/main/raw/astro-fleet.json?pages": project("gitlab.com/a/old"),
        }
        wanted = f"{url.path.removeprefix('/api/v4/projects/')}?{query.get('job')}"
        found: Any = None
        if url.path == "/api/v4/groups/data%2Fetl/projects":
            found = pages[query["page"]]
        elif wanted in artifacts:
            found = report(artifacts[wanted])
        self.send_response(404 if found is None else 200)
        self.send_header("x-next-page", "2" if query.get("page") == "1" else "")
        self.end_headers()
        self.wfile.write(b"" if found is None else json.dumps(found).encode())

    def log_message(self, *arguments: object) -> None:
        pass


def test_the_reports_of_gitlab_are_collected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = importlib.util.spec_from_file_location("collect", FLEET / "gitlab" / "collect.py")
    assert spec is not None
    assert spec.loader is not None
    collect = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(collect)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gitlab)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        for name, value in (
            ("CI_API_V4_URL", f"http://127.0.0.1:{server.server_port}/api/v4"), ("FLEET_TOKEN", "glpat-secret"),
            ("FLEET_GROUP", "data/etl"), ("CI_PROJECT_ID", "9"), ("CI_DEFAULT_BRANCH", "main"), ("no_proxy", "*"),
        ):  # fmt: skip
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["collect.py", str(tmp_path / "reports")])
        collect.main()
    finally:
        server.shutdown()
        server.server_close()
    assert sorted(path.name for path in (tmp_path / "reports").iterdir()) == [
        "merged.json", "project-1.json", "project-3.json",
    ]  # fmt: skip
    assert capsys.readouterr().err == "project 4: no astro-inventory.json (404)\n"
    with inside(tmp_path):
        outcome = run("inventory", "--merge", *FIXED, "reports")
    assert outcome.code == 0
    assert "3 projects in 3 reports" in outcome.out


def scripts() -> list[tuple[str, str]]:
    """(file, command) of every astro-lint command of the workflows and pipelines."""
    found = []
    for path in (*sorted((FLEET / "github").glob("*.yml")), *sorted((FLEET / "gitlab").glob("*.yml"))):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        jobs = document.get("jobs", document)
        lines = [step.get("run", "") for job in jobs.values() for step in job.get("steps", [])]
        lines += [line for job in jobs.values() for line in job.get("script", [])]
        commands = "\n".join(lines).replace("\\\n", " ").splitlines()
        found += [(path.name, line) for line in commands if re.match(r"astro-lint(?! catalog)", line)]
    return found


@pytest.mark.parametrize(("name", "line"), scripts(), ids=lambda value: value.replace(" ", "_")[:40])
def test_the_commands_work(tmp_path: Path, name: str, line: str) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM {AIRFLOW_3}:3.3-8\n")
    for folder in ("reports", "site", "public"):
        (tmp_path / folder).mkdir()
    (tmp_path / "reports" / "a.json").write_text(json.dumps(report(project())))
    command = re.split(r" >> | \|\| ", line)[0].replace('"$FAIL_ON"', "error")
    with inside(tmp_path):
        assert run(*shlex.split(command)[1:], *FIXED).code == 0
    written = set(re.findall(r"--format \w+=(\S+)", command))
    assert all((tmp_path / target).stat().st_size for target in written)
    if "inventory" in command:
        assert "json" in command


def test_the_examples_are_as_many_as_they_should_be() -> None:
    assert len(scripts()) == 6


def test_what_is_uploaded_is_what_is_downloaded() -> None:
    report_yml = (FLEET / "github" / "report.yml").read_text(encoding="utf-8")
    publish = (FLEET / "github" / "publish.yml").read_text(encoding="utf-8")
    collect = (FLEET / "github" / "collect.sh").read_text(encoding="utf-8")
    assert "name: astro-inventory\n          path: astro-inventory.json" in report_yml
    assert "name: astro-fleet\n          path: astro-fleet.json" in publish
    assert {"astro-inventory astro-inventory.json", "astro-fleet astro-fleet.json"} <= set(
        re.findall(r'^ *download "\S+" (\S+ \S+)', collect, re.MULTILINE)
    )
    fleet = yaml.safe_load((FLEET / "gitlab" / "fleet.gitlab-ci.yml").read_text(encoding="utf-8"))
    one = yaml.safe_load((FLEET / "gitlab" / "report.gitlab-ci.yml").read_text(encoding="utf-8"))
    assert one["astro-report"]["artifacts"]["paths"] == ["astro-inventory.json"]
    assert fleet["pages"]["artifacts"]["paths"] == ["public", "astro-fleet.json"]


# Airflow.


def test_the_astro_project_of_the_example_is_clean() -> None:
    document = lint(str(FLEET / "airflow"))
    assert document["diagnostics"] == []
    assert document["failures"] == []
    assert document["summary"]["files"] == 1


def test_the_dag_has_the_shape_that_it_tells() -> None:
    tree = ast.parse(DAG.read_text(encoding="utf-8"))
    tasks = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and any("task" in ast.unparse(one) for one in node.decorator_list)
    ]
    assert tasks == ["list_repositories", "lint", "merge", "complete"]
    assert all(f"- `{name}`" in (ast.get_docstring(tree) or "") for name in tasks)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with astro-lint and what it needs, for an Airflow that has neither."""
    folder = tmp_path_factory.mktemp("library")
    for name in ("dockerfile_parse", "packaging"):
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        (folder / name).symlink_to(Path(spec.origin).parent)
    (folder / "dockerfile_astro_lint").symlink_to(ROOT / "dockerfile_astro_lint")
    return folder


def airflow_version(python: str) -> tuple[int, ...]:
    script = "import importlib.metadata as installed; print(installed.version('apache-airflow'))"
    done = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True)
    return tuple(map(int, re.findall(r"\d+", done.stdout)[:3]))


@pytest.mark.slow
@pytest.mark.skipif(not interpreters(), reason="no Airflow: set ASTRO_LINT_AIRFLOW to a Python that has it")
@pytest.mark.skipif(not shutil.which("git"), reason="there is no git here")
def test_the_dag_runs_on_a_real_airflow(tmp_path: Path, library: Path) -> None:
    """`airflow dags test` with three repositories and one that does not exist; then one of them moves."""
    version, python = max((airflow_version(python), python) for python in interpreters())
    if version < (3,):
        pytest.skip("the example is for Airflow 3")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "GIT_"))},
        "AIRFLOW_HOME": str(tmp_path / "home"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAG.parent),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "ASTRO_FLEET_RETRIES": "0",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "NO_COLOR": "1",
        "PYTHONPATH": str(library),
        "PYTHONDONTWRITEBYTECODE": "1",
    }

    def call(*command: str, folder: Path = tmp_path, code: int = 0) -> str:
        done = subprocess.run(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
            timeout=300,
        )  # fmt: skip
        assert done.returncode == code, done.stdout
        return done.stdout

    def commit(name: str, image: str) -> None:
        folder = tmp_path / "git" / name
        if not folder.exists():
            folder.mkdir(parents=True)
            call("git", "init", "-q", "-b", "main", folder=folder)
        (folder / "Dockerfile").write_text(f"FROM {image}\n")
        call("git", "add", "-A", folder=folder)
        call("git", "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "image", folder=folder)

    for name, image in (
        ("sales", f"{AIRFLOW_3}:3.1-8"),
        ("growth", f"{AIRFLOW_2}:13.11.0"),
        ("risk", f"{AIRFLOW_3}:3.3-8"),
    ):
        commit(name, image)
    addresses = [str(tmp_path / "git" / name) for name in ("sales", "growth", "risk", "gone")]
    (tmp_path / "repositories.txt").write_text("# all\n" + "\n".join(addresses) + "\n")
    parameters = {"repositories": str(tmp_path / "repositories.txt"), "target": str(tmp_path / "fleet")}
    airflow = (python, "-m", "airflow")
    call(*airflow, "db", "migrate")
    first = call(*airflow, "dags", "test", "astro_fleet", "2026-10-05", "-c", json.dumps(parameters), code=1)
    assert first.count("end task task_id=lint map_index=") >= 4
    assert f"{tmp_path}/git/gone: git clone ended with exit code 128" in first
    assert re.search(r"DagRun Finished: dag_id=astro_fleet.*state=failed", first)  # one could not be cloned
    merged = json.loads((tmp_path / "fleet" / "merged.json").read_text(encoding="utf-8"))
    assert {one["repository"]: one["runtime"] for one in merged["projects"]} == {
        f"{tmp_path}/git/sales": "3.1-8", f"{tmp_path}/git/growth": "13.11.0", f"{tmp_path}/git/risk": "3.3-8",
    }  # fmt: skip
    assert all(len(one["commit"]) == 40 for one in merged["projects"])

    commit("sales", f"{AIRFLOW_3}:3.3-8")
    (tmp_path / "repositories.txt").write_text("\n".join(addresses[:3]) + "\n")
    second = call(*airflow, "dags", "test", "astro_fleet", "2026-10-12", "-c", json.dumps(parameters))
    assert re.search(r"DagRun Finished: dag_id=astro_fleet.*state=success", second)
    assert "Runtime 3.1-8 → 3.3-8" in second
    page = (tmp_path / "fleet" / "projects.html").read_text(encoding="utf-8")
    assert '<h2 id="moves-title">What moved</h2>' in page
