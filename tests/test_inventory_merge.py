"""astro-lint inventory --merge: origins, the newest of each project, history, stale and double ones, bad reports."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import tracemalloc
from pathlib import Path
from time import gmtime
from typing import Any

import pytest

from dockerfile_astro_lint.cli.merging import merge_reports
from dockerfile_astro_lint.core import json_stream
from dockerfile_astro_lint.core.progress import Progress
from dockerfile_astro_lint.inventory import FORMATS, html, report_reader
from dockerfile_astro_lint.inventory.origins import repository_name

from .test_inventory import PACKAGE, Page, faults
from .tool import FIXED, Outcome, inside, run

pytestmark = pytest.mark.skipif(os.name == "nt", reason="paths, links and pipes as POSIX has them")
CATALOG = FIXED[2:]
AIRFLOW_3, AIRFLOW_2 = "astrocrpublic.azurecr.io/runtime", "quay.io/astronomer/astro-runtime"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
SCHEMA = json.loads((PACKAGE / "schemas" / "inventory.json").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def outside_of_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_REPOSITORY", "GITHUB_WORKSPACE", "CI_PROJECT_URL", "CI_COMMIT_SHA", "SOURCE_DATE_EPOCH"):
        monkeypatch.delenv(name, raising=False)


def project(repository: Any = "github.com/acme/sales", **values: Any) -> dict[str, Any]:
    """A project of a report, on Runtime 3.1-12 if nothing else is given."""
    runtime = values.get("runtime", "3.1-12")
    found = {
        "path": "Dockerfile", "image": f"{AIRFLOW_3}:{runtime}", "status": "maintained", "series": "3.1",
        "runtime": runtime, "airflow": "3.1.7", "python": "3.12", "os": "debian", "kind": "slim", "pinning": "pinned",
        "end_of_maintenance": "2027-09-30", "days_left": 400, "end_of_basic_support": "2028-03-30", "yanked": False,
        "yanked_reason": None, "newest": "3.1-12", "outdated": False, "repository": repository,
        "repository_path": "Dockerfile", "commit": COMMIT, "time": "2026-09-25T06:00:00Z", "report": None,
        "findings": {"error": 0, "warning": 0, "info": 0},
    }  # fmt: skip
    return {**found, **values}


def findings(error: int = 0, warning: int = 0, info: int = 0) -> dict[str, int]:
    return {"error": error, "warning": warning, "info": info}


def report(*projects: dict[str, Any], **values: Any) -> dict[str, Any]:
    tool = {"name": "astro-lint", "version": "0.1.0", "catalog": "2026-09-25"}
    return {"version": 2, "tool": tool, "today": "2026-09-25", "projects": [*projects], "failures": [], **values}


def save(folder: Path, **reports: Any) -> Path:
    """Write each report as `NAME.json`: a document, or the text of a file."""
    for name, document in reports.items():
        path = folder / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = document if isinstance(document, (str, bytes)) else json.dumps(document)
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return folder


def merge(folder: Path, *argv: str, stdin: bytes = b"") -> Outcome:
    with inside(folder):
        return run("inventory", "--merge", *FIXED, *argv, stdin=stdin)


def merged(folder: Path, *argv: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(merge(folder, "--format", "json", *(argv or (".",))).out)
    return found


def before(project: dict[str, Any]) -> dict[str, Any]:
    """A project as it was reported before repositories were."""
    added = {"repository", "repository_path", "commit", "time", "report"}
    return {key: value for key, value in project.items() if key not in added}


# Where a project is from.


def taken(folder: Path, *argv: str) -> dict[str, Any]:
    with inside(folder):
        document = json.loads(run("inventory", "--format", "json", *CATALOG, "--today", "2026-10-01", *argv).out)
    assert list(faults(document, SCHEMA, SCHEMA)) == []
    found: dict[str, Any] = document["projects"][0]
    return {key: found[key] for key in ("repository", "repository_path", "commit", "time", "report")}


def checkout(folder: Path, config: str = "", head: str = COMMIT, **files: str) -> Path:
    """A folder with a project and a `.git` as git leaves it."""
    (folder / ".git").mkdir(parents=True)
    (folder / "Dockerfile").write_text(f"FROM {AIRFLOW_3}:3.1-12\n")
    (folder / ".git" / "HEAD").write_text(f"{head}\n")
    (folder / ".git" / "config").write_text(config or '[remote "origin"]\n\turl = https://github.com/acme/sales.git\n')
    for name, text in files.items():
        path = folder / ".git" / name.replace("__", "/").replace("_", "-")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://github.com/acme/sales.git", "github.com/acme/sales"),
        ("https://github.com/acme/sales/", "github.com/acme/sales"),
        ("https://user:s3cr3t@GitHub.com/acme/sales.git", "github.com/acme/sales"),
        ("https://s3cr3t@github.com/acme/sales", "github.com/acme/sales"),
        ("https://user:s3c/r3t@github.com/acme/sales", "github.com/acme/sales"),
        ("https://github.com/acme/sales?private_token=s3cr3t#s3cr3t", "github.com/acme/sales"),
        ("git@github.com:acme/sales.git", "github.com/acme/sales"),
        ("ssh://git@gitlab.example.com:2222/data/etl/sales.git", "gitlab.example.com/data/etl/sales"),
        ("https://gitlab.example.com:8443/data/sales", "gitlab.example.com:8443/data/sales"),
        ("user:s3cr3t@github.com:acme/sales", "github.com/acme/sales"),
        ("file:///srv/git/sales.git", "/srv/git/sales"),
        ("/srv/git/sales.git", "/srv/git/sales"),
        ("acme/sales", "acme/sales"),
        ("", ""),
        ("https://github.com/a\nb", ""),
        ("x" * 1001, ""),
    ],
)
def test_a_repository_has_one_name_and_no_credentials(address: str, name: str) -> None:
    assert repository_name(address) == name
    assert "s3c" not in repository_name(address)


def test_repository_and_commit_are_read_from_git(tmp_path: Path) -> None:
    folder = checkout(tmp_path / "sales")
    assert taken(folder) == {
        "repository": "github.com/acme/sales",
        "repository_path": "Dockerfile",
        "commit": COMMIT,
        "time": "2026-10-01T00:00:00Z",
        "report": None,
    }
    # The path in the repository does not depend on where the command runs.
    assert taken(tmp_path)["repository_path"] == "Dockerfile"
    (folder / "etl").mkdir()
    shutil.move(folder / "Dockerfile", folder / "etl" / "Dockerfile")
    assert taken(folder / "etl")["repository_path"] == "etl/Dockerfile"


REFERENCES = {
    "loose": {"head": "ref: refs/heads/main", "refs__heads__main": f"{COMMIT}\n"},
    "packed": {"head": "ref: refs/heads/main", "packed_refs": f"# pack-refs\n{'1' * 40} refs/heads/mai\n"
               f"{COMMIT} refs/heads/main\n{'2' * 40} refs/heads/main2\n"},
    "loose before packed": {"head": "ref: refs/heads/main", "refs__heads__main": f"{COMMIT}\n",
                            "packed_refs": f"{'1' * 40} refs/heads/main\n"},
    "detached": {"head": COMMIT},
    "sha256": {"head": COMMIT + COMMIT[:24]},
    "no commit yet": {"head": "ref: refs/heads/main"},
    "reftable": {"head": "ref: refs/heads/.invalid"},
    "out of the folder": {"head": "ref: refs/../../../secret"},
    "absolute": {"head": "ref: /etc/passwd"},
    "not a commit": {"head": "ref: refs/heads/main", "refs__heads__main": "s3cr3t\n"},
    "empty": {"head": ""},
    "long": {"head": f"ref: refs/{'x/' * 1000}main"},
}  # fmt: skip


@pytest.mark.parametrize("name", REFERENCES)
def test_the_commit_of_head(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text(f"{'3' * 40}\n")
    known = {"loose", "packed", "loose before packed", "detached", "sha256"}
    found = taken(checkout(tmp_path / "sales", **REFERENCES[name]))["commit"]
    assert (found or "")[:40] == (COMMIT if name in known else "")


@pytest.mark.parametrize(
    ("config", "repository"),
    [
        ('[core]\n\tbare = false\n[remote "origin"]\n\turl = git@github.com:acme/a.git\n', "github.com/acme/a"),
        ('[remote "upstream"]\n\turl = https://github.com/acme/a\n', None),
        ('[Remote "origin"] URL = "https://github.com/acme/a" ; comment\n', "github.com/acme/a"),
        (
            '[remote "origin"]\nurl = https://github.com/acme/a # x\nurl = https://github.com/acme/b\n',
            "github.com/acme/a",
        ),
        ('[remote "origin"]\n\turl = ../b.git\n', "BESIDE/b"),
        ("[remote", None),
        ("\0\xff", None),
    ],
)
def test_the_address_of_origin(tmp_path: Path, config: str, repository: str | None) -> None:
    wanted = repository.replace("BESIDE", str(tmp_path)) if repository else None
    assert taken(checkout(tmp_path / "sales", config))["repository"] == wanted


def test_nothing_is_read_through_a_link_out_of_the_checkout(tmp_path: Path) -> None:
    victim = checkout(tmp_path / "victim", '[remote "origin"]\n\turl = https://github.com/victim/x\n')
    nothing = {"repository": None, "repository_path": None, "commit": None}
    for number, name in enumerate(("HEAD", "config")):
        folder = checkout(tmp_path / str(number))
        (folder / ".git" / name).unlink()
        (folder / ".git" / name).symlink_to(victim / ".git" / name)
        assert "victim" not in str(taken(folder))
        assert taken(folder)["commit" if name == "HEAD" else "repository"] is None
    linked = tmp_path / "linked"
    linked.mkdir()
    shutil.copy(victim / "Dockerfile", linked)
    (linked / ".git").symlink_to(victim / ".git")
    assert taken(linked).items() >= nothing.items()
    (linked / ".git").unlink()
    (linked / ".git").write_text(f"gitdir: {victim / '.git'}\n")  # no worktree of that repository
    assert taken(linked).items() >= nothing.items()


def test_worktrees_and_submodules_of_git_itself(tmp_path: Path) -> None:
    git = shutil.which("git")
    if git is None:
        pytest.skip("there is no git here")
    environment = {**{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
                   "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}  # fmt: skip

    def call(*words: str, folder: Path) -> str:
        who = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "protocol.file.allow=always")
        command = [git or "", *who, *words]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout

    origin, clone = tmp_path / "origin", tmp_path / "clone"
    origin.mkdir()
    call("init", "-q", "-b", "main", ".", folder=origin)
    (origin / "Dockerfile").write_text(f"FROM {AIRFLOW_3}:3.1-12\n")
    call("add", "-A", folder=origin)
    call("commit", "-qm", "first", folder=origin)
    call("clone", "-q", str(origin), str(clone), folder=tmp_path)
    call("pack-refs", "--all", folder=clone)
    call("worktree", "add", "-q", str(tmp_path / "tree"), "-b", "other", folder=clone)
    call("init", "-q", "-b", "main", "above", folder=tmp_path)
    call("submodule", "add", "-q", str(origin), "sub", folder=tmp_path / "above")
    commit = call("rev-parse", "HEAD", folder=origin).strip()
    for folder in (clone, tmp_path / "tree", tmp_path / "above" / "sub"):
        found = taken(folder)
        assert (found["repository"], found["commit"]) == (str(origin), commit), folder


def test_the_variables_of_ci_stand_in_where_git_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM {AIRFLOW_3}:3.1-12\n")
    assert taken(tmp_path)["repository"] is None
    monkeypatch.setenv("GITHUB_REPOSITORY", "acme/sales")
    monkeypatch.setenv("GITHUB_SHA", COMMIT)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    found = taken(tmp_path)
    assert (found["repository"], found["repository_path"], found["commit"]) == (
        "github.com/acme/sales", "Dockerfile", COMMIT,
    )  # fmt: skip
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.example.com")
    assert taken(tmp_path)["repository"] == "github.example.com/acme/sales"
    # A checkout of something else within the workspace, and what is outside of it, are not of the job.
    other = checkout(tmp_path / "other", '[remote "origin"]\n\turl = https://github.com/acme/other\n', head="")
    assert taken(other)["repository"] == "github.com/acme/other"
    assert taken(other)["commit"] is None
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "elsewhere"))
    assert taken(tmp_path)["repository"] is None
    monkeypatch.delenv("GITHUB_REPOSITORY")
    monkeypatch.setenv("CI_PROJECT_URL", "https://gitlab.example.com/data/sales")
    monkeypatch.setenv("CI_COMMIT_SHA", COMMIT)
    monkeypatch.setenv("CI_PROJECT_DIR", str(tmp_path))
    assert taken(tmp_path)["repository"] == "gitlab.example.com/data/sales"
    assert taken(tmp_path)["commit"] == COMMIT


def test_options_replace_what_git_says(tmp_path: Path) -> None:
    folder = checkout(tmp_path / "sales")
    found = taken(folder, "--repository", "https://x:s3cr3t@example.com/a.git", "--commit", "ABCDEF0")
    assert (found["repository"], found["commit"]) == ("example.com/a", "abcdef0")
    with inside(folder):
        assert "--commit: write at least 7" in run("inventory", "--commit", "main").err
        assert "--repository: write an address" in run("inventory", "--repository", "").err


def test_the_same_bytes_on_any_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = checkout(tmp_path / "sales")
    monkeypatch.setattr("time.gmtime", lambda seconds=None: gmtime(1e9 if seconds is None else seconds))
    command = ("inventory", "--format", "json", *CATALOG)
    with inside(folder):
        assert json.loads(run(*command).out)["projects"][0]["time"] == "2001-09-09T01:46:40Z"
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790835723")
        found = json.loads(run(*command).out)
        assert (found["today"], found["projects"][0]["time"]) == ("2026-10-01", "2026-10-01T06:22:03Z")
        assert json.loads(run(*command, "--today", "2026-01-02").out)["projects"][0]["time"] == "2026-01-02T00:00:00Z"
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
        assert "SOURCE_DATE_EPOCH: write seconds" in run(*command).err


# What is merged.


def test_the_newest_of_each_project_is_kept_in_any_order(tmp_path: Path) -> None:
    save(tmp_path, **{
        "1": report(project(runtime="3.1-8", time="2026-09-01T00:00:00Z")),
        "2": report(project(time="2026-09-25T06:00:00Z"), project(path="b/Dockerfile", repository_path="b/Dockerfile")),
        "3": report(project(runtime="3.0-7", time="2026-08-01T00:00:00Z"), project("gitlab.com/acme/sales")),
    })  # fmt: skip
    found = merged(tmp_path)
    assert list(faults(found, SCHEMA, SCHEMA)) == []
    listed = [(one["repository"], one["path"], one["runtime"], one["report"]) for one in found["projects"]]
    assert listed == [
        ("github.com/acme/sales", "Dockerfile", "3.1-12", "2.json"),
        ("github.com/acme/sales", "b/Dockerfile", "3.1-12", "2.json"),
        ("gitlab.com/acme/sales", "Dockerfile", "3.1-12", "3.json"),
    ]
    assert [one["runtime"] for one in found["projects"][0]["history"]] == ["3.0-7", "3.1-8"]
    for order in (("3.json", "1.json", "2.json"), ("2.json", "1.json", "3.json", "2.json")):
        assert merged(tmp_path, *order) == found
    assert found["merged"]["reports"] == 3


def test_a_repository_is_known_whatever_its_address_looks_like(tmp_path: Path) -> None:
    names = ("github.com/acme/sales", "https://x:s3cr3t@github.com/Acme/sales.git", "git@github.com:acme/sales")
    save(tmp_path, **{
        str(at): report(project(name, time=f"2026-09-0{at + 1}T00:00:00Z")) for at, name in enumerate(names)
    })  # fmt: skip
    found = merge(tmp_path, "--format", "json", ".").out
    assert len(json.loads(found)["projects"]) == 1
    assert "s3cr3t" not in found


def test_reports_of_before_are_known_by_their_file(tmp_path: Path) -> None:
    save(tmp_path, a=report(before(project())), b=report(before(project(runtime="3.0-7"))))
    found = merged(tmp_path)
    assert [(one["repository"], one["report"], one["time"]) for one in found["projects"]] == [
        (None, "b.json", "2026-09-25T00:00:00Z"), (None, "a.json", "2026-09-25T00:00:00Z"),
    ]  # fmt: skip
    assert "a.json/Dockerfile" in merge(tmp_path, ".").out
    # A merged report tells which file each was from, so that it can be merged again.
    (tmp_path / "all").mkdir()
    (tmp_path / "all" / "all.json").write_text(json.dumps(found))
    again = merged(tmp_path, ".")
    assert again["projects"] == found["projects"]
    assert again["merged"]["doubles"] == []


def test_status_and_days_are_those_of_the_day_and_the_catalog(tmp_path: Path) -> None:
    save(tmp_path, a=report(
        project("a", runtime="3.1-8", status="maintained", yanked=False, days_left=1, newest="3.1-8", series="9"),
        project("b", runtime="12.1.0", image=f"{AIRFLOW_2}:12.1.0", status="maintained", kind="full"),
        project("c", runtime="3.1-9999", end_of_maintenance="2026-10-10", status="yanked"),
        project("d", runtime="9.99-1", end_of_maintenance="2026-10-10", days_left=3, series="9.99"),
        project("e", runtime=None, kind="certified", status="maintained", end_of_maintenance="2030-01-01"),
        project("f", runtime=None, kind=None, status="yanked", days_left=4),
        project("g", runtime="3.1-8", image="quay.io/astronomer/astro-runtime-dev:3.1-8"),
    ))  # fmt: skip
    found = {one["repository"]: one for one in merged(tmp_path)["projects"]}
    keys = ("status", "days_left", "newest", "series", "yanked")
    assert {name: tuple(one[key] for key in keys) for name, one in found.items()} == {
        "a": ("yanked", 364, "3.1-21", "3.1", True),
        "b": ("ended", -215, "12.12.0", "12", False),
        "c": ("maintained", 364, "3.1-12", "3.1", False),
        "d": ("soon", 9, "3.1-12", "9.99", False),
        "e": ("ended", None, "3.1-12", None, False),
        "f": ("unknown", None, "3.1-12", None, False),
        "g": ("maintained", 364, "3.1-21", "3.1", False),
    }
    later = merge(tmp_path, "--today", "2027-09-30", "--format", "json", ".").out
    assert {one["repository"]: one for one in json.loads(later)["projects"]}["c"]["days_left"] == 0
    assert merge(tmp_path, "--fail-within", "0", ".").code == 1
    assert "a/Dockerfile and 2 more projects are yanked" in merge(tmp_path, "--fail-within", "0", ".").err


def test_what_moved(tmp_path: Path) -> None:
    save(tmp_path, **{
        "1": report(project("a", runtime="13.11.0", image=f"{AIRFLOW_2}:13.11.0", findings=findings(2, 1),
                            time="2026-06-01T00:00:00Z"),
                    project("b", findings=findings(0, 1), time="2026-06-01T00:00:00Z"),
                    project("c", time="2026-06-01T00:00:00Z")),
        "2": report(project("a", runtime="3.1-12", findings=findings(0, 1), time="2026-07-01T00:00:00Z"),
                    project("b", findings=findings(0, 3), time="2026-07-01T00:00:00Z"),
                    project("c", time="2026-07-01T00:00:00Z")),
        "3": report(project("a", runtime="3.1-12", findings=findings(0, 1), time="2026-08-01T00:00:00Z"),
                    project("b", runtime="3.1-9", findings=findings(0, 3), time="2026-08-01T00:00:00Z"),
                    project("c", runtime=None, time="2026-08-01T00:00:00Z")),
    })  # fmt: skip
    text = merge(tmp_path, ".").out
    assert text[text.index("Moved") : text.index("Stale")] == (
        "Moved: 1 upgrade, 1 downgrade, 1 other change of the Runtime, 1 with fewer findings, 1 with more findings:\n"
        "  2026-08-01  c/Dockerfile  Runtime 3.1-12 → unknown\n"
        "  2026-08-01  b/Dockerfile  Runtime 3.1-12 → 3.1-9\n"
        "  2026-07-01  b/Dockerfile  findings 1W → 3W\n"
        "  2026-07-01  a/Dockerfile  Runtime 13.11.0 → 3.1-12, findings 2E 1W → 1W\n\n"
    )
    markdown = merge(tmp_path, "--format", "markdown", ".").out
    assert "- 2026-08-01 <code>b/Dockerfile</code>: Runtime 3.1-12 &#8594; 3.1-9" in markdown
    page = Page(merge(tmp_path, "--format", "html", ".").out)
    words = " ".join("".join(text for tag, text in page.texts if tag != "style").split())
    assert "2026-07-01a/Dockerfile13.11.0 →to 3.1-12▲ upgrade2 errors, 1 warning →to 1 warning▼ fewer" in words.replace(
        "a/ Dockerfile", "a/Dockerfile"
    )
    history = {one["repository"]: one.get("history") for one in merged(tmp_path)["projects"]}
    assert history["a"] == [
        {"time": "2026-06-01T00:00:00Z", "commit": COMMIT, "runtime": "13.11.0", "findings": findings(2, 1)},
        {"time": "2026-07-01T00:00:00Z", "commit": COMMIT, "runtime": "3.1-12", "findings": findings(0, 1)},
    ]
    # History survives where only the last merged report is kept.
    (tmp_path / "kept").mkdir()
    save(
        tmp_path / "kept", all=merged(tmp_path), new=report(project("a", runtime="3.3-8", time="2026-09-01T00:00:00Z"))
    )
    moved = merge(tmp_path, "kept").out
    assert "  2026-09-01  a/Dockerfile  Runtime 3.1-12 → 3.3-8, findings 1W → none\n" in moved
    assert "  2026-07-01  a/Dockerfile  Runtime 13.11.0 → 3.1-12, findings 2E 1W → 1W\n" in moved


def look(folder: Path, day: str, *paths: str) -> dict[str, Any]:
    """The inventory of folders on a day."""
    with inside(folder):
        document: dict[str, Any] = json.loads(
            run("inventory", "--format", "json", *CATALOG, "--today", day, "--", *paths).out
        )
    assert list(faults(document, SCHEMA, SCHEMA)) == []
    return document


def searches(document: dict[str, Any]) -> set[tuple[str, str]]:
    return {(one["repository"], one["path"]) for one in document.get("searched", ())}


def test_the_folders_that_were_searched(tmp_path: Path) -> None:
    sales = checkout(tmp_path / "sales")
    (sales / "team" / "a").mkdir(parents=True)
    (sales / "team" / "a" / "Dockerfile").write_text(f"FROM {AIRFLOW_3}:3.1-12\n")
    checkout(tmp_path / "etl", '[remote "origin"]\nurl = git@gitlab.com:acme/etl.git\n')
    found = {"sales": "github.com/acme/sales", "etl": "gitlab.com/acme/etl"}
    assert searches(look(sales, "2026-10-01", ".")) == {(found["sales"], "")}
    assert searches(look(sales, "2026-10-01", "team", "Dockerfile")) == {(found["sales"], "team")}
    assert searches(look(sales / "team", "2026-10-01", "..")) == {(found["sales"], "")}
    assert searches(look(sales, "2026-10-01", "Dockerfile")) == set()
    assert searches(look(tmp_path, "2026-10-01", ".")) == {(found["sales"], ""), (found["etl"], "")}


def test_a_project_that_a_newer_report_of_its_folder_lacks_is_gone(tmp_path: Path) -> None:
    sales, reports = checkout(tmp_path / "sales"), tmp_path / "reports"
    for name in ("team/a", "team/b", "teams"):
        (sales / name).mkdir(parents=True)
        (sales / name / "Dockerfile").write_text(f"FROM {AIRFLOW_3}:3.1-12\n")
    first = look(sales, "2026-09-01", ".")
    for name in ("team/a", "teams"):
        (sales / name / "Dockerfile").unlink()
    second = look(sales, "2026-09-02", "team")
    names = {"Dockerfile", "team/a/Dockerfile", "team/b/Dockerfile", "teams/Dockerfile"}
    for first_name, second_name in (("a", "b"), ("b", "a")):
        save(reports, **{first_name: first, second_name: second})
        found = merged(reports)
        assert list(faults(found, SCHEMA, SCHEMA)) == []
        assert {one["path"] for one in found["projects"]} == names - {"team/a/Dockerfile"}
        assert found["merged"]["gone"] == [
            {
                "repository": "github.com/acme/sales",
                "path": "team/a/Dockerfile",
                "time": "2026-09-01T00:00:00Z",
                "gone": "2026-09-02T00:00:00Z",
            }
        ]
    text = "Gone: 1 project is not in a newer report of the same folder"
    for form in ("text", "markdown"):
        assert text in merge(reports, "--format", form, ".").out
    page = merge(reports, "--format", "html", ".").out
    assert '<h2 id="gone-title">Gone</h2>' in page
    assert "3 projects in 2 reports" in merge(reports, ".").out
    # The result has no such project any more, and an old report does not bring it back.
    save(tmp_path / "again", merged=found, old=first)
    again = merged(tmp_path / "again")
    assert {one["path"] for one in again["projects"]} == names - {"team/a/Dockerfile"}
    # A project that comes back is there again.
    (sales / "team" / "a" / "Dockerfile").write_text(f"FROM {AIRFLOW_3}:3.1-12\n")
    save(tmp_path / "again", new=look(sales, "2026-09-03", "team"))
    again = merged(tmp_path / "again")
    assert {one["path"] for one in again["projects"]} == names
    assert again["merged"]["gone"] == []


@pytest.mark.parametrize(
    "values",
    [
        {"failures": [{"path": "team", "message": "Permission denied"}]},
        {"searched": [{"repository": "github.com/acme/other", "path": "", "time": "2026-09-26T00:00:00Z"}]},
        {"searched": [{"repository": "github.com/acme/sales", "path": "Dock", "time": "2026-09-26T00:00:00Z"}]},
        {"searched": [{"repository": "github.com/acme/sales", "path": "", "time": "2026-09-25T06:00:00Z"}]},
        {"searched": [{"repository": "github.com/acme/sales", "path": "", "time": "2026-09-24T00:00:00Z"}]},
        {"searched": []},
    ],
    ids=["failures", "another repository", "another folder", "the same time", "older", "files alone"],
)
def test_no_project_is_gone_without_proof(tmp_path: Path, values: dict[str, Any]) -> None:
    searched = [{"repository": "github.com/acme/sales", "path": "", "time": "2026-09-26T00:00:00Z"}]
    save(tmp_path, a=report(project()), b=report(**{"searched": searched, **values}))
    assert len(merged(tmp_path)["projects"]) == 1
    searched[0]["repository"] = "https://token@GitHub.com/acme/Sales.git"
    save(tmp_path, b=report(searched=searched))
    assert merged(tmp_path)["projects"] == []
    assert searches(merged(tmp_path)) == {("github.com/acme/Sales", "")}


def test_stale_and_double_projects_are_named(tmp_path: Path) -> None:
    same, other = project("double"), project("double", runtime="3.0-7")
    save(tmp_path, one=report(same, project("copied")), two=report(other, project("copied")))
    save(tmp_path, three=report(project("within"), project("within", runtime="3.0-7")))
    old = project("old", time="2026-08-31T23:59:59Z"), project("young", time="2026-09-01T00:00:00Z")
    save(tmp_path, old=report(*old))
    outcome = merge(tmp_path, ".")
    assert outcome.code == 0
    assert outcome.out[outcome.out.index("Stale") :] == (
        "Stale: 1 project has no report of the last 30 days:\n"
        "  2026-08-31  old/Dockerfile\n\n"
        "Double: 3 projects are reported twice for the same time:\n"
        "  2026-09-25  copied/Dockerfile  one.json and two.json agree\n"
        "  2026-09-25  double/Dockerfile  one.json and two.json differ\n"
        "  2026-09-25  within/Dockerfile  twice in three.json, with different contents\n\n"
        "5 projects in 4 reports: 5 maintained; 5 not the newest build, 1 stale (catalog of 2026-09-25).\n"
    )
    told = merged(tmp_path)["merged"]
    assert told["stale"] == [{"repository": "old", "path": "Dockerfile", "time": "2026-08-31T23:59:59Z"}]
    assert [(one["project"], one["equal"]) for one in told["doubles"]] == [
        ("copied/Dockerfile", True), ("double/Dockerfile", False), ("within/Dockerfile", False),
    ]  # fmt: skip
    assert "Stale: 6 projects have" in merge(tmp_path, "--stale-after", "1", ".").out.replace(
        "5 projects", "6 projects"
    )
    assert "Stale" not in merge(tmp_path, "--stale-after", "31", ".").out
    for form, words in (("markdown", "## Double: 3 projects"), ("html", '<span class="soon">stale</span>')):
        assert words in merge(tmp_path, "--format", form, ".").out


def test_files_folders_and_standard_input(tmp_path: Path) -> None:
    save(tmp_path / "x" / "y", a=report(project("a")))
    save(tmp_path / "x" / ".hidden", b="nothing")
    save(tmp_path / "x", c=report(project("c")))
    (tmp_path / "x" / "notes.txt").write_text("nothing")
    found = merge(tmp_path, "--format", "csv", "x", "-", stdin=json.dumps(report(project("s"))).encode())
    assert found.code == 0
    table = {row["repository"]: row for row in csv.DictReader(io.StringIO(found.out, newline=""))}
    assert {name: row["report"] for name, row in table.items()} == {
        "a": "x/y/a.json", "c": "x/c.json", "s": "standard input",
    }  # fmt: skip
    (tmp_path / "empty").mkdir()
    assert merge(tmp_path, "empty").err == "astro-lint: empty: no report in this folder: *.json\n"
    assert merge(tmp_path, "empty").code == 2
    assert "--merge: name the reports" in merge(tmp_path).err
    save(tmp_path / "names", **{"--format": report(project("o"))})
    with inside(tmp_path / "names"):
        assert "o/Dockerfile" in run("inventory", "--merge", *FIXED, "--", "--format.json").out


@pytest.mark.parametrize("option", ["--environment=production", "--target=a", "--exclude=a", "--no-gitignore",
                                    "--build-arg=A=1", "--repository=a", "--commit=abcdef0"])  # fmt: skip
def test_options_that_would_do_nothing_are_refused(tmp_path: Path, option: str) -> None:
    save(tmp_path, a=report(project()))
    outcome = merge(tmp_path, option, ".")
    assert (outcome.code, outcome.out) == (2, "")
    assert f"{option.partition('=')[0]} has no effect with --merge" in outcome.err


def test_the_days_of_stale_after(tmp_path: Path) -> None:
    assert "--stale-after has no effect without --merge" in run("inventory", "--stale-after", "3", str(tmp_path)).err
    assert "--stale-after x: write a number of days" in merge(tmp_path, "--stale-after", "x", ".").err


def test_what_a_report_could_not_check_is_told(tmp_path: Path) -> None:
    failure = {"path": "b/Dockerfile", "message": "a binary file: token=ghp_0123456789abcdefghijklmnopqrstuvwxyz"}
    save(tmp_path, a=report(project(), failures=[failure, failure]))
    outcome = merge(tmp_path, "--format", "json", ".")
    assert outcome.code == 0
    assert "a.json: b/Dockerfile and 1 more path could not be checked when the report was written" in outcome.err
    assert json.loads(outcome.out)["failures"][0]["path"] == "a.json: b/Dockerfile"
    assert "ghp_0" not in outcome.out + outcome.err
    save(tmp_path, b=report(project(time="2026-09-26T00:00:00Z")))  # later it was checked
    assert merged(tmp_path)["failures"] == []


def test_a_line_on_a_terminal_says_how_many_reports_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path, a=report(project()), b=report(project()))
    said: list[tuple[int, int, str | None]] = []
    stream = io.StringIO()
    line = Progress(stream, 80)
    monkeypatch.setattr(line, "step", lambda *step: said.append(step))
    with inside(tmp_path):
        _, failures = merge_reports(["."], line)
    assert failures == []
    assert said == [(0, 2, "./a.json"), (1, 2, "./b.json")]
    assert stream.getvalue() == ""


# Reports that cannot be read.


def nested(depth: int) -> bytes:
    return b'{"version": 2, "x": ' + b"[" * depth


GOOD = json.dumps(report(project("bad"), project("bad2")), indent=2).encode()
BAD: dict[str, tuple[object, str]] = {
    "empty": (b"", "an empty file"),
    "half": (GOOD[: len(GOOD) // 2], "line 34: the text ends in the middle of a value: write or download it again"),
    "no-json": (b"\x89PNG\r\n", "not UTF-8 after line 1"),
    "text": (b"FROM x", "line 1: not an object in JSON: `{` is expected"),
    "list": (b"[]", "line 1: not an object in JSON: `{` is expected"),
    "comma": (b'{"version": 2,\n"projects": [\n{},,', "projects[0]: `path` is missing"),
    "syntax": (b'{"version": 2,\n"projects": ]}', "line 2: `[` is expected"),
    "twice": (GOOD + GOOD, "line 70: text after the end of the object"),
    "nan": (b'{"version": NaN}', "line 1: `NaN` is not valid JSON"),
    "deep": (nested(200_000), "line 1: nested too deeply"),
    "number": (b'{"version": ' + b"9" * 5000 + b"}", "line 1: a number that is too long"),
    "version-1": (report(version=1), "`version`: this is 1, and astro-lint reads version 2: write the report again"),
    "version-3": (report(version=3), "`version`: this is 3, and astro-lint reads version 2: update astro-lint"),
    "version-text": (report(version="2"), "`version`: not the version of a report"),
    "version-true": (report(version=True), "`version`: not the version of a report"),
    "other": ({"version": 2, "diagnostics": []}, "not a report of the inventory, `projects` is missing"),
    "nothing": ({}, "not a report of the inventory, `version` is missing"),
    "today": (report(today="soon"), "`today`: not a date such as 2026-09-25"),
    "object": (report(projects={}), "line 1: `[` is expected"),
    "null": (report(projects=[None]), "projects[0]: not an object"),
    "missing": (report(project(), {"path": "a"}), "projects[1]: `image` is missing"),
    "failures": (report(failures=[{"path": 1, "message": "x"}]), "failures[0]: not a path and a message"),
    "searched": (report(searched=[1]), "searched[0]: not an object"),
    "searched-path": (report(searched=[{"repository": "a", "path": None}]), "searched[0].path: not a text"),
    "searched-time": (report(searched=[{"repository": "a", "path": "", "time": "x"}]), "searched[0].time: not a time"),
    **{
        f"{key}-{number}": (report(project(), project(**{key: value})), f"projects[1].{words}")
        for number, (key, value, words) in enumerate([
            ("path", "", "path: not a path"), ("path", "x" * 5000, "path: not a path of at most 4096 characters"),
            ("image", 3, "image: not a text"), ("status", "fine", "status: not one of yanked, ended, soon"),
            ("status", ["ended"], "status: not one of"), ("series", "<b>", "series: not a series such as 3.1"),
            ("runtime", "3.1-8\n", "runtime: not a version"), ("runtime", "9" * 99, "runtime: not a version"),
            ("python", "٣.١", "python: not a version such as 3.12"), ("os", "<script>", "os: not one of debian, ubi9"),
            ("kind", {}, "kind: not one of"), ("pinning", True, "pinning: not one of"),
            ("end_of_maintenance", "2026-13-01", "end_of_maintenance: not a date"),
            ("days_left", 1.5, "days_left: not a whole number"), ("days_left", True, "days_left: not a whole number"),
            ("days_left", 10**30, "days_left: not a whole number"), ("yanked", "no", "yanked: not true, false or null"),
            ("newest", "=1+1", "newest: not a version"), ("outdated", 1, "outdated: not true, false or null"),
            ("repository", [], "repository: not a text"), ("commit", "main", "commit: not a commit"),
            ("time", "2026-09-25", "time: not a time such as"), ("time", "2026-02-30T00:00:00Z", "time: not a time"),
            ("findings", None, "findings: not an object"), ("findings", findings(-1), "findings.error: not a number"),
            ("findings", {**findings(), "info": "1"}, "findings.info: not a number of findings"),
            ("history", {"a": 1}, "history: not a list of at most 1,000 states"),
            ("history", [3], "history[0]: not an object"),
            ("history", [{"time": None, "findings": findings()}], "history[0].time: not a time"),
            ("history", [{"time": "2026-09-25T06:00:00Z", "runtime": "<i>"}], "history[0].runtime: not a version"),
        ])
    },
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_report_is_one_sentence_and_the_others_are_merged(tmp_path: Path, name: str) -> None:
    document, words = BAD[name]
    save(tmp_path, **{name: document, "good": report(project("good"))})
    outcome = merge(tmp_path, "--format", "json", ".")
    assert outcome.code == 2
    assert outcome.err.startswith(f"astro-lint: {name}.json: {words}"), outcome.err
    assert outcome.err.count("\n") == 1
    assert [one["repository"] for one in json.loads(outcome.out)["projects"]] == ["good"]
    assert json.loads(outcome.out)["failures"][0]["path"] == f"{name}.json"


def test_files_that_are_no_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path / "in", good=report(project("good")))
    save(tmp_path, secret=report(project("secret")))
    (tmp_path / "in" / "link.json").symlink_to(tmp_path / "secret.json")
    os.mkfifo(tmp_path / "in" / "pipe.json")
    outcome = merge(tmp_path, "in", "missing.json")
    assert outcome.code == 2
    assert outcome.err.splitlines() == [
        "astro-lint: in/link.json: a link to a file outside of the project, so it was not read",
        "astro-lint: in/pipe.json: not a regular file",
        "astro-lint: missing.json: no such file or folder: check the spelling",
    ]
    assert "good/Dockerfile" in outcome.out
    monkeypatch.setattr(report_reader, "MAX_BYTES", 100)
    assert "in/good.json: larger than 0 MiB" in merge(tmp_path, "in").err


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path, many=report(*(project(str(number)) for number in range(4))), good=report(project("good")))
    monkeypatch.setattr(report_reader, "MAX_PROJECTS", 3)
    outcome = merge(tmp_path, ".")
    assert "many.json: `projects`: more than 3 of them" in outcome.err
    assert outcome.out.splitlines()[-1].startswith("1 project in 1 report:")
    save(tmp_path, value=f'{{"version": 2, "x": "{"y" * 300_000}"}}')
    monkeypatch.setattr(json_stream, "_MAX_VALUE", 200_000)
    assert "value.json: line 1: a value of more than 200,000 characters" in merge(tmp_path, ".").err


HOSTILE = '=cmd|"/c x"!A1 <script>alert(1)</script> \x1b[31m \u202e | `x` ::error::x \ud800 '


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_texts_stay_texts(tmp_path: Path, form: str) -> None:
    one = project(HOSTILE, path=HOSTILE, repository_path=None, image=HOSTILE, airflow=HOSTILE)
    two = project(None, path=HOSTILE, repository_path=None, report=HOSTILE, yanked=True, yanked_reason=HOSTILE,
                  runtime="9.9-9", commit=None)  # fmt: skip
    failure = {"path": HOSTILE, "message": HOSTILE}
    save(tmp_path, a=report(one, two, failures=[failure]),
         b=report({**two, "time": "2026-01-01T00:00:00Z", "runtime": None}, {**two, "pinning": None}))  # fmt: skip
    outcome = merge(tmp_path, "--format", form, ".")
    assert outcome.code == 0
    assert "\x1b" not in outcome.out + outcome.err
    assert "\u202e" not in outcome.out + outcome.err
    if form == "html":
        page = Page(outcome.out)
        assert page.open == []
        assert len(page.having("script")) == 1
        assert {"moves", "projects"} <= {attributes.get("id") for attributes in page.having("table")}
    elif form == "markdown":
        assert "<script>" not in outcome.out
    elif form == "csv":
        rows = list(csv.reader(io.StringIO(outcome.out, newline="")))
        assert not [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "@"))]
    elif form == "json":
        assert list(faults(json.loads(outcome.out), SCHEMA, SCHEMA)) == []


# Size.


def test_a_report_is_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "_CHUNK", 7)  # every token is cut somewhere
    document = report(project("a"), project("b", days_left=-12345), failures=[{"path": "é", "message": "語"}])
    text = json.dumps(document, ensure_ascii=False, indent=1)
    for data in (text, f"\ufeff{text}\n\n", json.dumps(document, separators=(",", ":"))):
        found = report_reader.read_report(io.BytesIO(data.encode()), {})
        assert [one.row.repository for one in found.projects] == ["b", "a"] or len(found.projects) == 2
        assert found.projects[1].row.days_left == -12345
        assert found.failures == [("é", "語")]


@pytest.mark.slow
def test_two_thousand_reports_take_little_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "_MAX_ROWS", 100)
    for number in range(2000):
        name = f"github.com/acme/{number:04}"
        runtime = ("3.1-8", "3.1-12", "3.3-8")[number % 3]
        (tmp_path / f"{number}.json").write_text(json.dumps(report(project(name, runtime=runtime))))
    tracemalloc.start()
    try:
        outcome = merge(tmp_path, "--format", "html=page.html", "--format", "csv", ".")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert outcome.code == 0
    assert len(outcome.lines) == 2001
    assert peak < 2000 * 8_000, peak
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count("<tr data-status=") == 100
    assert "The table has the 100 most urgent of 2,000 projects" in page
    markdown = merge(tmp_path, "--format", "markdown", ".").out
    assert markdown.count("<br><code>") == 1000
    assert "These are the 1000 most urgent projects." in markdown
