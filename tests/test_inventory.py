"""astro-lint inventory: rows, formats, exit codes. `python -m tests.test_inventory` updates the golden files."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from dockerfile_astro_lint import __version__
from dockerfile_astro_lint.core import workers
from dockerfile_astro_lint.engine import parallel
from dockerfile_astro_lint.inventory import FORMATS
from dockerfile_astro_lint.inventory.collect import STATUSES, Row

from .tool import FIXED, FIXTURES, Outcome, inside, run, write

PACKAGE = Path(__file__).parent.parent / "dockerfile_astro_lint"
GOLDEN = FIXTURES / "inventory"
ENDINGS = {"text": "txt", "json": "json", "csv": "csv", "markdown": "md", "html": "html"}
AIRFLOW_3, AIRFLOW_2 = "astrocrpublic.azurecr.io/runtime", "quay.io/astronomer/astro-runtime"
AGENT = "images.astronomer.cloud/baseimages/astro-remote-execution-agent"
DIGEST = "sha256:" + "0123456789abcdef" * 4

PROJECTS = {
    "agent/Dockerfile.client": f"FROM {AGENT}:3.1-12-python-3.12-astro-agent-1.2.0\n",
    "agent/requirements-client.txt": "",
    "ahead/Dockerfile": f"FROM {AIRFLOW_3}:3.3-99\n",
    "argument/Dockerfile": f"ARG RUNTIME=3.2-10\nFROM {AIRFLOW_3}:${{RUNTIME}}-base\nCOPY . .\n",
    "argument-open/Dockerfile": f"ARG RUNTIME\nFROM {AIRFLOW_3}:${{RUNTIME}}\n",
    "broken/Dockerfile": f"FROM {AIRFLOW_2}:12.11.0\nRUN <<EOT\nnever closed\n",
    "certified/Dockerfile": "FROM quay.io/astronomer/ap-airflow:2.3.4-5\n",
    "digest/Dockerfile": f"FROM {AIRFLOW_3}:3.0-7@{DIGEST}\n",
    "digest-only/Dockerfile": f"FROM {AIRFLOW_3}@{DIGEST}\n",
    "floating/Dockerfile": f"FROM {AIRFLOW_3}:3.1\n",
    "hidden/.astro/config.yaml": "project:\n  name: hidden\n",
    "hidden/Dockerfile": "ARG IMAGE\nFROM ${IMAGE}\n",
    "mirror/Dockerfile": "FROM registry.corp.example/astro/runtime:3.2-2-ubi9-python-3.12\n",
    "mirror/astro-lint.toml": '[mirrors]\n"registry.corp.example/astro" = "astrocrpublic.azurecr.io"\n',
    "old/Dockerfile": f"FROM {AIRFLOW_2}:9.6.1-python-3.9\n",
    "other/Dockerfile": "FROM python:3.12\n",
    "stages/Dockerfile": f"FROM {AIRFLOW_2}:13.5.0 AS first\nFROM {AIRFLOW_2}:13.11.0-slim AS second\nFROM second\n",
    "two/Dockerfile": f"FROM {AIRFLOW_3}:3.3-8\n",
    "two/Dockerfile.dev": f"FROM {AIRFLOW_3}:3.3-2\n",
    "two/dags/load.py": "import imp\n",
    "two/packages.txt": "",
    "two/requirements.txt": "apache-airflow\n",
    "v2/pyproject.toml": '[project]\ndependencies = ["apache-airflow==3.3.*"]\n[tool.astro]\nruntime = "3.3-7"\n',
    "v2-file/Dockerfile": f"FROM {AIRFLOW_3}:3.3-8\n",
    "v2-file/pyproject.toml": '[project]\ndependencies = ["apache-airflow==3.2.*"]\n[tool.astro]\n'
    'dockerfile = "Dockerfile"\n',
    "v2-open/pyproject.toml": '[project]\ndependencies = ["apache-airflow==3.2.1"]\n[tool.astro]\n',
    "yanked/Dockerfile": f"FROM {AIRFLOW_3}:3.1-8\n",
    "=cmd|'x'!A1/Dockerfile": f"FROM {AIRFLOW_2}:13.10.0\n",
    '<script>alert(1)<|script> & "q"/Dockerfile': f"FROM {AIRFLOW_2}:13.9.0\n",
    "a|b`c`*d*_e_ @team [x](y) www.example.com/Dockerfile": f"FROM {AIRFLOW_2}:13.8.0\n",
    "line\nbreak \x1b[31m \u202e 会/Dockerfile": f"FROM {AIRFLOW_2}:13.7.0\n",
}
pytestmark = pytest.mark.skipif(os.name == "nt", reason="these names are refused there")


def take(folder: Path, *argv: str) -> Outcome:
    with inside(folder):
        return run("inventory", *FIXED, *argv)


def document(folder: Path, *argv: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(take(folder, "--format", "json", *argv).out)
    return found


def rows(folder: Path, *argv: str) -> dict[str, dict[str, Any]]:
    return {one["path"]: one for one in document(folder, *argv)["projects"]}


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("projects")
    write(folder, PROJECTS)
    (folder / "binary").mkdir()
    (folder / "binary" / "Dockerfile").write_bytes(b"FROM\0")
    return folder


def golden(folder: Path, form: str) -> bytes:
    """The output of a format without the version, style and script."""
    target = folder / f"inventory.{ENDINGS[form]}"
    assert take(folder, "--format", f"{form}={target}").code == 2
    text = target.read_bytes().decode("utf-8").replace(__version__, "VERSION")
    text = re.sub(r"(?s)(<style>|<script>).*?(</style>|</script>)", r"\1\2", text)
    return re.sub(r"sha256-[^']*", "sha256-", text).encode("utf-8")


@pytest.mark.parametrize("form", FORMATS)
def test_formats(projects: Path, form: str) -> None:
    assert golden(projects, form) == (GOLDEN / f"expected.{ENDINGS[form]}").read_bytes()


def test_every_format_has_a_module_and_every_module_is_a_format() -> None:
    own = {"__init__", "changes", "collect", "html_changes", "merge", "origins", "report_reader", "timeline"}
    assert {path.stem for path in (PACKAGE / "inventory").glob("*.py")} - own == set(FORMATS)


def test_several_formats_at_once(projects: Path, tmp_path: Path) -> None:
    outcome = take(
        projects, "--format", "text", "--format", f"html={tmp_path / 'a.html'}", "--format", f"csv={tmp_path / 'a.csv'}"
    )
    assert outcome.out.startswith("STATUS")
    assert (tmp_path / "a.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert (tmp_path / "a.csv").read_bytes().startswith(b"path,image,")
    assert "only one format" in take(projects, "--format", "json", "--format", "csv").err
    assert "available: text, json, csv, markdown, html" in take(projects, "--format", "sarif").err


@pytest.mark.parametrize(
    ("path", "wanted"),
    {
        "agent/Dockerfile.client": {"kind": "agent", "pinning": "pinned", "runtime": "3.1-12", "newest": None},
        "ahead/Dockerfile": {"runtime": "3.3-99", "newest": None, "outdated": None, "yanked": None, "airflow": "3.3"},
        "argument/Dockerfile": {"image": f"{AIRFLOW_3}:3.2-10-base", "kind": "base", "outdated": False},
        "argument-open/Dockerfile": {
            "image": f"{AIRFLOW_3}:${{RUNTIME}}", "status": "unknown", "runtime": None, "os": None, "pinning": None,
        },
        "broken/Dockerfile": {
            "runtime": "12.11.0", "status": "ended", "findings": {"error": 1, "warning": 1, "info": 1},
        },
        "certified/Dockerfile": {"kind": "certified", "status": "ended", "runtime": None, "days_left": None},
        "digest/Dockerfile": {"pinning": "digest", "runtime": "3.0-7", "airflow": "3.0.4", "outdated": True},
        "digest-only/Dockerfile": {"pinning": "digest", "runtime": None, "kind": None, "status": "unknown"},
        "floating/Dockerfile": {"pinning": "floating", "runtime": "3.1", "newest": "3.1-21", "outdated": None},
        "hidden/Dockerfile": {"image": "${IMAGE}", "status": "unknown", "kind": None},
        "mirror/Dockerfile": {"runtime": "3.2-2", "os": "ubi9", "python": "3.12", "kind": "slim"},
        "old/Dockerfile": {"status": "ended", "python": "3.9", "end_of_maintenance": "2025-01-31", "days_left": -608},
        "stages/Dockerfile": {"runtime": "13.11.0", "kind": "slim", "image": f"{AIRFLOW_2}:13.11.0-slim"},
        "two/Dockerfile": {"runtime": "3.3-8", "outdated": False, "findings": {"error": 0, "warning": 2, "info": 0}},
        "two/Dockerfile.dev": {"newest": "3.3-8", "outdated": True, "findings": {"error": 0, "warning": 2, "info": 0}},
        "v2/pyproject.toml": {"runtime": "3.3-7", "image": None, "outdated": True},
        "v2-file/Dockerfile": {"runtime": "3.3-8", "findings": {"error": 1, "warning": 0, "info": 1}},
        "v2-open/pyproject.toml": {"runtime": None, "airflow": "3.2.1", "status": "unknown"},
        "yanked/Dockerfile": {
            "status": "yanked", "yanked": True, "newest": "3.1-21", "end_of_basic_support": "2028-03-30",
        },
    }.items(),
)  # fmt: skip
def test_a_project(projects: Path, path: str, wanted: dict[str, Any]) -> None:
    found = rows(projects)[path]
    assert {key: found[key] for key in wanted} == wanted


def test_another_catalog_may_have_unknown_series(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": f"FROM {AIRFLOW_3}:3.9-2\n", "feed.json": json.dumps({"runtimeVersionsV3": {
        f"3.9-{build}": {"metadata": {
            "airflowVersion": f"3.9.{build} <b>", "releaseDate": "2026-01-01", "endOfMaintenance": "2028-01-31",
            "endOfBasicSupport": "2028-07-31", "yanked": build == 2, "yankedReason": "=<i>",
        }} for build in (1, 2, 3)
    }})})  # fmt: skip
    found = rows(tmp_path, "--catalog", "feed.json")["Dockerfile"]
    assert (found["end_of_maintenance"], found["end_of_basic_support"]) == ("2028-01-31", "2028-07-31")
    assert (found["yanked_reason"], found["newest"], found["status"]) == ("=<i>", "3.9-3", "yanked")
    for form in FORMATS:
        out = take(tmp_path, "--catalog", "feed.json", "--format", form).out
        assert ("3.9.2 <b>" in out) == (form not in ("html", "markdown"))
        assert ("=<i>" in out) == (form in ("json", "text") or "'=<i>" in out)


def test_what_is_listed_and_in_what_order(projects: Path) -> None:
    found = document(projects)
    paths = [one["path"] for one in found["projects"]]
    assert not {"other/Dockerfile", "v2-file/pyproject.toml", "binary/Dockerfile"} & set(paths)
    assert len(paths) == sum(name.partition("/")[2].startswith(("Docker", "pyproject")) for name in PROJECTS) - 2
    ranks = [min(("yanked", "ended").index(one["status"]) if one["status"] in ("yanked", "ended") else 2, 2)
             for one in found["projects"]]  # fmt: skip
    assert ranks == sorted(ranks)
    rest = [(one["days_left"], one["path"]) for one in found["projects"] if one["status"] in ("soon", "maintained")]
    assert rest == sorted(rest)
    assert paths[:3] == ["yanked/Dockerfile", "certified/Dockerfile", "old/Dockerfile"]
    assert found["failures"] == [{"path": "binary/Dockerfile", "message": "a binary file, not a Dockerfile"}]


def test_options_of_the_linter_apply(tmp_path: Path) -> None:
    write(tmp_path, {
        ".git/HEAD": "",
        ".gitignore": "ignored/\n",
        "ignored/Dockerfile": f"FROM {AIRFLOW_3}:3.1\n",
        "kept/Dockerfile": f"ARG V\nFROM {AIRFLOW_3}:$V\n",
        "left/Dockerfile": f"FROM {AIRFLOW_3}:3.1 AS early\nFROM {AIRFLOW_3}:3.3-8\n",
    })  # fmt: skip
    assert set(rows(tmp_path)) == {"kept/Dockerfile", "left/Dockerfile"}
    assert "ignored/Dockerfile" in rows(tmp_path, "--no-gitignore")
    assert set(rows(tmp_path, "--exclude", "left")) == {"kept/Dockerfile"}
    assert rows(tmp_path, "--build-arg", "V=3.2-1", "kept")["kept/Dockerfile"]["status"] == "yanked"
    assert rows(tmp_path, "--target", "early", "left")["left/Dockerfile"]["pinning"] == "floating"
    assert rows(tmp_path, "left/Dockerfile")["left/Dockerfile"]["status"] == "maintained"
    assert rows(tmp_path, "left", "--today", "2028-07-01")["left/Dockerfile"]["status"] == "soon"
    (tmp_path / "own.toml").write_text("maintenance-notice-days = 5\nignore = ['AST1', 'AST2']\n")
    held = rows(tmp_path, "left", "--today", "2028-07-01", "--config", "own.toml")["left/Dockerfile"]
    assert held["status"] == "maintained"
    found = {environment: rows(tmp_path, "ignored", "--environment", environment)["ignored/Dockerfile"]["findings"]
             for environment in ("production", "development")}  # fmt: skip
    assert found["production"]["warning"] > found["development"]["warning"]


def test_an_invalid_config_is_a_failure(tmp_path: Path) -> None:
    write(tmp_path, {"a/Dockerfile": f"FROM {AIRFLOW_3}:3.1\n", "a/astro-lint.toml": "sellect = []\n",
                     "b/Dockerfile": f"FROM {AIRFLOW_3}:3.3-8\n"})  # fmt: skip
    outcome = take(tmp_path)
    assert outcome.code == 2
    assert "b/Dockerfile" in outcome.out
    assert "sellect" in outcome.err
    assert set(rows(tmp_path, "--isolated")) == {"a/Dockerfile", "b/Dockerfile"}


@pytest.mark.parametrize(
    ("image", "within", "code"),
    [
        (f"{AIRFLOW_2}:13.11.0", "210", 0),
        (f"{AIRFLOW_2}:13.11.0", "211", 1),
        (f"{AIRFLOW_2}:13.11.0", None, 0),
        (f"{AIRFLOW_2}:13.5.0", "0", 1),
        (f"{AIRFLOW_2}:12.1.0", "0", 1),
        (f"{AIRFLOW_2}:12.1.0", None, 0),
        ("quay.io/astronomer/ap-airflow:2.3.4-5", "0", 1),
        (f"{AIRFLOW_3}@{DIGEST}", "100000", 0),
    ],
)
def test_fail_within(tmp_path: Path, image: str, within: str | None, code: int) -> None:
    write(tmp_path, {"Dockerfile": f"FROM {image}\n"})
    outcome = take(tmp_path, *(("--fail-within", within) if within else ()))
    assert outcome.code == code
    assert ("Dockerfile is yanked, past the end" in outcome.err) == (code == 1)


def test_fail_within_the_last_day(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": f"FROM {AIRFLOW_2}:13.11.0\n"})
    last = take(tmp_path, "--today", "2027-04-30", "--fail-within", "0")
    assert last.code == 1
    assert take(tmp_path, "--today", "2027-04-29", "--fail-within", "0").code == 0


@pytest.mark.parametrize("days", ["-1", "x", "1.5", "", "١", "9999999"])
def test_fail_within_wants_days(tmp_path: Path, days: str) -> None:
    outcome = take(tmp_path, f"--fail-within={days}")
    assert outcome.code == 2
    assert "write a number of days" in outcome.err


@pytest.mark.parametrize("form", FORMATS)
def test_no_projects(tmp_path: Path, form: str) -> None:
    outcome = take(tmp_path, "--format", form, "--fail-within", "30")
    assert outcome.code == 0
    if form == "text":
        assert outcome.out == "Nothing to list: no Astro project in `.`.\n"
        assert take(tmp_path, "--quiet").out == ""
    elif form == "json":
        assert json.loads(outcome.out)["projects"] == []
    elif form == "csv":
        assert list(csv.reader(io.StringIO(outcome.out, newline=""))) == [list(Row._fields)]
    else:
        assert "No Astro project" in outcome.out


def test_a_missing_path(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": f"FROM {AIRFLOW_2}:13.11.0\n"})
    outcome = take(tmp_path, "Dockerfile", "missing", "--fail-within", "365")
    assert outcome.code == 2
    assert "13.11.0" in outcome.out
    assert "missing: no such file or folder" in outcome.err


@pytest.mark.parametrize("columns", [40, 60, 80, 100, 140, 200])
def test_text_fits_the_terminal(projects: Path, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    from dockerfile_astro_lint.reports.terminal import cells

    monkeypatch.setenv("COLUMNS", str(columns))
    plain = take(projects)
    table = plain.lines[: plain.lines.index("")]
    assert max(map(cells, table)) <= max(columns, 60)
    assert len(table) == len(document(projects)["projects"]) + 1
    assert "DAYS" in table[0]
    starts = {cells(line[: line.index("13.7.0" if "13.7.0" in line else "RUNTIME")])
              for line in table if "13.7.0" in line or "RUNTIME" in line}  # fmt: skip
    assert len(starts) == 1
    colored = take(projects, "--color", "always")
    assert "\x1b[31m" in colored.out
    assert re.sub(r"\x1b\[\d*m", "", colored.out) == plain.out


def test_quiet_omits_the_summary(projects: Path) -> None:
    loud, quiet = take(projects), take(projects, "--quiet")
    assert quiet.lines == loud.lines[:-1]
    alone = take(projects, "--quiet", "two")
    assert alone.lines == take(projects, "two").lines[:3]
    assert "projects: " in loud.lines[-1]


def test_json_matches_its_schema(projects: Path) -> None:
    schema = json.loads((PACKAGE / "schemas" / "inventory.json").read_text(encoding="utf-8"))
    assert list(faults(document(projects), schema, schema)) == []
    wrong = document(projects)
    wrong["projects"][0] |= {"status": "fine", "days_left": "7", "extra": 1}
    assert len(list(faults(wrong, schema, schema))) == 3
    fields = [*Row._fields[:-3], "findings"]
    assert list(schema["$defs"]["project"]["properties"]) == [*fields, "history"]
    added = {"repository", "repository_path", "commit", "time", "report"}  # reports of before lack them
    assert schema["$defs"]["project"]["required"] == [field for field in fields if field not in added]


def faults(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> Iterator[str]:
    """Where a value breaks a schema, for the words that ours uses."""
    if "$ref" in schema:
        yield from faults(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "anyOf" in schema and all(list(faults(value, one, root)) for one in schema["anyOf"]):
        yield f"{value!r} is none of these"
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
    names = schema.get("type", list(kinds))
    names = [names] if isinstance(names, str) else names
    if not any(type(value) is kinds[name] for name in names):
        yield f"{value!r} is no {names}"
    elif isinstance(value, dict):
        for key in {*schema.get("required", ())} - {*value}:
            yield f"{key} is missing"
        for key, one in value.items():
            if key in schema.get("properties", {}):
                yield from faults(one, schema["properties"][key], root)
            elif not schema.get("additionalProperties", True):
                yield f"{key} is unknown"
    elif isinstance(value, list):
        for one in value:
            yield from faults(one, schema.get("items", {}), root)
    if value not in schema.get("enum", [value]) or value != schema.get("const", value):
        yield f"{value!r} is not allowed"
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        yield f"{value!r} has another shape"


def test_csv_is_rfc_4180_without_formulas(projects: Path, tmp_path: Path) -> None:
    take(projects, "--format", f"csv={tmp_path / 'a.csv'}")
    data = (tmp_path / "a.csv").read_bytes()
    assert data.count(b"\r\n") == data.count(b"\n") == data.count(b"\r")
    table = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
    assert {len(row) for row in table} == {len(Row._fields)}
    assert not [cell for row in table for cell in row if re.match(r"\s*[=+@]|\s*-(?!\d+$)", cell)]
    assert "'=cmd|'x'!A1/Dockerfile" in {row[0] for row in table}
    standard = take(projects, "--format", "csv").out
    assert standard.encode("utf-8") == data


def test_markdown_shows_hostile_names_literally(projects: Path) -> None:
    out = take(projects, "--format", "markdown").out
    table = [line for line in out.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in table} == {13}
    named = next(line for line in table if "example" in line)
    cell = named.split("|")[2]
    assert not re.search(r"[`*\[\]@]|www\.|(?<![a-z])_", cell)
    assert "&#124;" in cell
    assert "<script>" not in out


class Page(HTMLParser):
    """What a browser is told by a page, without a browser."""

    VOID = {"meta", "input", "wbr", "br"}

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs), tag
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def having(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_the_page_is_self_contained_and_accessible(projects: Path) -> None:
    out = take(projects, "--format", "html").out
    page = Page(out)
    assert page.open == []
    names = {name for name, _ in page.tags}
    assert not names & {
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "base",
        "form",
        "a",
        "image",
        "use",
        "foreignobject",
    }
    for tag, attributes in page.tags:
        assert not {"src", "href", "xlink:href", "srcset", "action", "style", "background"} & set(attributes), tag
        assert not [name for name in attributes if name.startswith("on")], tag
    style = next(text for tag, text in page.texts if tag == "style")
    script = next(text for tag, text in page.texts if tag == "script")
    assert not re.search(r"@import|url\((?!#)|https?:|@font-face", style)
    assert not re.search(r"https?:|fetch|XMLHttp|WebSocket|innerHTML|eval|import\b", script)
    policy = next(one["content"] or "" for one in page.having("meta") if "http-equiv" in one)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.tags:
        assert (attributes.get("aria-labelledby") or ids[0]) in ids
    assert [tag for tag, _ in page.tags if tag in ("h1", "h2")] == ["h1", "h2", "h2", "h2"]
    for kind in ("input", "select"):
        assert len(page.having(kind)) == len(re.findall(rf"<label>\w+ <{kind}", out))
    assert page.having("html") == [{"lang": "en"}]
    assert all("aria-hidden" in attributes for attributes in page.having("svg") if attributes.get("class") != "mark")
    assert all("scope" in attributes for attributes in page.having("th"))
    assert len([one for one in page.having("tr") if "data-status" in one]) == len(document(projects)["projects"])
    assert "<script>alert" not in out
    assert "\u202e" not in out
    assert "\x1b" not in out


def test_the_timeline_has_each_series_once(projects: Path) -> None:
    out = take(projects, "--format", "html").out
    timeline = out[out.index('<table id="timeline"') : out.index('<table id="projects"')]
    found = re.findall(
        r'<tr data-series="([^"]*)">.*\n?.*?class="number">(?:<small[^>]*>\d+ yanked</small> )?(\d+)<', timeline
    )
    assert [series for series, _ in found] == ["9", "12", "13", "3.0", "3.1", "3.2", "3.3"]
    dated = [one for one in document(projects)["projects"] if one["end_of_maintenance"]]
    assert sum(int(number) for _, number in found) == len(dated)
    assert "1 yanked" in timeline
    assert "today, 2026-10-01" in timeline


def test_output_does_not_depend_on_hash_seeds(projects: Path) -> None:
    command = [sys.executable, "-m", "dockerfile_astro_lint", "inventory", *FIXED, "--format", "html", "--isolated"]
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    found = {
        subprocess.run(command, cwd=projects, capture_output=True, env={**environment, **own}).stdout
        for own in ({"PYTHONHASHSEED": "1", "LC_ALL": "C"}, {"PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8"})
    }
    assert len(found) == 1
    assert b"</html>" in found.pop()


def monorepo(folder: Path, number: int) -> None:
    """A repository of so many projects on all kinds of images."""
    images = [f"{AIRFLOW_2}:{tag}" for tag in ("9.6.1", "11.20.0", "12.11.0-slim", "13.5.0", "13.11.0", "13.2.0-base")]
    images += [f"{AIRFLOW_3}:{tag}" for tag in ("3.0", "3.0-7", "3.1-12", "3.1-8", "3.2-10", "3.3-8-base", "3.3-2")]
    write(folder, {
        f"team{at % 20:02}/project-{at:04}/{name}": text
        for at in range(number)
        for name, text in (
            ("Dockerfile", f"FROM {images[at % len(images)]}\n"),
            ("requirements.txt", "pandas\n"),
            ("packages.txt", ""),
            ("dags/load.py", "import os\n"),
        )
    })  # fmt: skip


@pytest.mark.slow
def test_two_thousand_projects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monorepo(tmp_path, 2000)
    started = []
    run_chunks = workers.run_chunks

    def counted(*arguments: Any) -> list[Any]:
        started.append(arguments[2])
        return run_chunks(*arguments)

    monkeypatch.setattr(parallel, "run_chunks", counted)
    monkeypatch.setattr(workers, "cores", lambda: 3)
    shared = take(tmp_path, "--format", "json")
    monkeypatch.setattr(workers, "cores", lambda: 1)
    assert take(tmp_path, "--format", "json") == shared
    assert started == [3]
    found = json.loads(shared.out)["projects"]
    assert len(found) == 2000
    assert sum(one["status"] == "yanked" for one in found) == 308
    assert {one["findings"]["error"] for one in found if one["runtime"] == "3.3-8"} == {0}


SHOWN_PROJECTS = {
    "finance/Dockerfile": f"FROM {AIRFLOW_3}:3.1-8\n",
    "growth/Dockerfile": f"FROM {AIRFLOW_2}:12.11.0\n",
    "logistics/Dockerfile": f"FROM {AIRFLOW_2}:13.9.0-ubi9\n",
    "research/Dockerfile": f"FROM {AIRFLOW_3}:3.3\n",
    "sales/pyproject.toml": '[project]\ndependencies = ["apache-airflow==3.3.*"]\n[tool.astro]\nruntime = "3.3-8"\n',
}


def test_the_docs_show_real_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "130")
    write(tmp_path, SHOWN_PROJECTS)
    outcome = take(tmp_path)
    assert outcome.code == 0
    assert f"```text\n{outcome.out}```" in (PACKAGE.parent / "docs" / "inventory.md").read_text(encoding="utf-8")


def test_the_docs_list_every_option_format_and_status() -> None:
    page = (PACKAGE.parent / "docs" / "inventory.md").read_text(encoding="utf-8")
    options = re.findall(r"^  (?:-\w, )?(--[a-z-]+)", run("inventory", "--help").out, re.M)
    assert len(options) > 10
    for word in (*options, *FORMATS, *STATUSES):
        assert f"`{word}" in page or word == "--help", word


def test_the_workflow_of_the_docs_works(tmp_path: Path) -> None:
    page = (PACKAGE.parent / "docs" / "inventory.md").read_text(encoding="utf-8")
    workflow = yaml.safe_load(page.partition("```yaml\n")[2].partition("```")[0])
    steps = [step.get("run", "") for step in workflow["jobs"]["inventory"]["steps"]]
    command, _, target = next(step for step in steps if "inventory" in step).partition(" >> ")
    assert target == '"$GITHUB_STEP_SUMMARY"'
    write(tmp_path, SHOWN_PROJECTS)
    outcome = take(tmp_path, *shlex.split(command)[2:])
    assert outcome.code == 1
    assert "| **yanked** | <code>finance/Dockerfile" in outcome.out
    assert (tmp_path / "projects.html").exists()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        write(Path(name), PROJECTS)
        (Path(name) / "binary").mkdir()
        (Path(name) / "binary" / "Dockerfile").write_bytes(b"FROM\0")
        for one in FORMATS:
            (GOLDEN / f"expected.{ENDINGS[one]}").write_bytes(golden(Path(name), one))


@pytest.mark.parametrize("form", ["text", "csv"])
def test_a_name_is_no_command_of_a_runner(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    for name in ("::error::x", "##[error]x"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Dockerfile").write_text("FROM astrocrpublic.azurecr.io/runtime:3.1-12\n")
    with inside(tmp_path):
        outcome = run("inventory", "--format", form, *FIXED)
    assert outcome.out.count("Dockerfile") == 2
    assert not [line for line in outcome.lines if line.lstrip().startswith("::") or "##[" in line]
