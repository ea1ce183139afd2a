"""checkstyle, sonarqube, azure and json-lines: every finding is there, at the place that `json` gives it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.tool import FIXED, FIXTURES, inside, lint, run

SOME = FIXTURES / "formats" / "some"
WIDE = "ARG NAME=\U0001f680\U0001f680 SLIM=3.1-12-slim\nFROM astrocrpublic.azurecr.io/runtime:${SLIM}\n"
HOSTILE = "a%0A]b;c \U0001f600 &<\"'.dockerfile"


def report(form: str, *argv: str) -> str:
    return run("--format", form, *FIXED, *argv).out


def azure(text: str) -> str:
    """A text as Azure Pipelines decodes it."""
    for code, char in (("%3B", ";"), ("%5D", "]"), ("%0A", "\n"), ("%0D", "\r"), ("%AZP25", "%")):
        text = text.replace(code, char)
    return text


def test_json_lines_has_the_diagnostics_of_json() -> None:
    with inside(SOME):
        lines = list(map(json.loads, report("json-lines").splitlines()))
        document = lint()
    failures = [one for one in lines if one["code"] == "failure"]
    assert [one for one in lines if one["code"] != "failure"] == document["diagnostics"]
    assert [(one["path"], one["message"]) for one in failures] == [
        (one["path"], one["message"]) for one in document["failures"]
    ]
    assert {frozenset(one) for one in lines} == {frozenset(document["diagnostics"][0])}


def test_checkstyle_has_every_finding_and_failure() -> None:
    with inside(SOME):
        root = ElementTree.fromstring(report("checkstyle"))
        document = lint()
    assert root.tag == "checkstyle"
    found = [
        (file.get("name"), int(error.attrib["line"]), int(error.attrib["column"]), error.get("severity"))
        for file in root
        for error in file
    ]
    wanted = [(one["path"], 1, 1, "error") for one in document["failures"]]
    wanted += [(one["path"], one["line"], one["column"], one["severity"]) for one in document["diagnostics"]]
    assert found == wanted
    sources = [error.attrib["source"] for error in root.iter("error")][len(document["failures"]) :]
    assert sources == [f"astro-lint.{one['code']}" for one in document["diagnostics"]]
    names = [file.get("name") for file in root]
    assert len(names) == len(set(names))


def test_azure_has_every_finding_errors_first() -> None:
    with inside(SOME):
        lines = report("azure").splitlines()
        document = lint()
    pattern = (
        r"##vso\[task\.logissue type=(error|warning);sourcepath=(.+?);"
        r"linenumber=(\d+);columnnumber=(\d+);code=(\w+);\](.+)"
    )
    found = [match.groups() for line in lines if (match := re.fullmatch(pattern, line))]
    assert len(found) == len(lines) == len(document["failures"]) + len(document["diagnostics"])
    assert {(azure(path), int(line), int(column), code) for _, path, line, column, code, _ in found} >= {
        (one["path"], one["line"], one["column"], one["code"]) for one in document["diagnostics"]
    }
    kinds = [kind for kind, *_ in found]
    assert kinds == sorted(kinds)
    for one in document["diagnostics"]:
        assert any(azure(text).endswith(one["message"]) and code == one["code"] for *_, code, text in found)


def sonarqube(*argv: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(report("sonarqube", *argv))
    assert set(document) == {"rules", "issues"}
    ids = [rule["id"] for rule in document["rules"]]
    assert len(ids) == len(set(ids))
    assert {issue["ruleId"] for issue in document["issues"]} == set(ids)
    for rule in document["rules"]:
        assert rule["engineId"] == "astro-lint"
        assert all(rule[key] for key in ("name", "description"))
        (impact,) = rule["impacts"]
        assert impact["severity"] in ("HIGH", "MEDIUM", "LOW")
    for issue in document["issues"]:
        for place in (issue["primaryLocation"], *issue.get("secondaryLocations", ())):
            assert set(place) == {"message", "filePath", "textRange"}
            one = place["textRange"]
            # SonarQube stops at a range without characters.
            if len(one) > 1:
                assert (one["startLine"], one["startColumn"]) < (one["endLine"], one["endColumn"])
    return document


def test_sonarqube_has_every_finding_with_its_rule() -> None:
    with inside(SOME):
        issues = sonarqube()["issues"]
        document = lint()
    found = [(one["ruleId"], one["primaryLocation"]["filePath"]) for one in issues]
    wanted = [("failure", one["path"]) for one in document["failures"]]
    assert found == [*wanted, *((one["code"], one["path"]) for one in document["diagnostics"])]
    places = [one["primaryLocation"]["textRange"]["startLine"] for one in issues if one["ruleId"] != "failure"]
    assert places == [one["line"] for one in document["diagnostics"]]
    assert sum(len(one.get("secondaryLocations", ())) for one in issues) == sum(
        len(one["related"]) for one in document["diagnostics"]
    )


def test_sonarqube_counts_columns_in_utf_16(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(WIDE)
    with inside(tmp_path):
        issues = sonarqube("--select", "AST105")["issues"]
    (place,) = [one["primaryLocation"]["textRange"] for one in issues]
    line = WIDE.split("\n")[place["startLine"] - 1].encode("utf-16-le")
    assert line[2 * place["startColumn"] : 2 * place["endColumn"]].decode("utf-16-le") == "-slim"


def test_sonarqube_gives_a_rule_the_impact_of_its_worst_finding(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(
        "FROM astrocrpublic.azurecr.io/runtime:3.1\nENV API_TOKEN=a8f5f167f44f4964e6c998\n"
    )
    with inside(tmp_path):
        document = sonarqube("--severity", "AST103=error", "--select", "AST103,AST610")
    rules = {rule["id"]: rule for rule in document["rules"]}
    assert rules["AST103"]["impacts"] == [{"softwareQuality": "RELIABILITY", "severity": "HIGH"}]
    assert rules["AST610"]["impacts"] == [{"softwareQuality": "SECURITY", "severity": "HIGH"}]


@pytest.mark.parametrize("form", ["checkstyle", "sonarqube", "azure", "json-lines"])
def test_hostile_names_and_empty_reports(form: str, tmp_path: Path) -> None:
    (tmp_path / HOSTILE).write_text("FROM astrocrpublic.azurecr.io/runtime:3.1-12-slim\nRUN ##vso[task.setvariable]x\n")
    with inside(tmp_path):
        text = report(form, HOSTILE, "--select", "AST105")
        empty = report(form, HOSTILE, "--select", "AST603")
    if form == "checkstyle":
        assert [file.get("name") for file in ElementTree.fromstring(text)] == [HOSTILE]
        assert list(ElementTree.fromstring(empty)) == []
    elif form == "sonarqube":
        assert json.loads(text)["issues"][0]["primaryLocation"]["filePath"] == HOSTILE
        assert json.loads(empty) == {"rules": [], "issues": []}
    elif form == "json-lines":
        assert json.loads(text)["path"] == HOSTILE
        assert empty == ""
    else:
        (line,) = text.splitlines()
        assert azure(line.partition("sourcepath=")[2].partition(";")[0]) == HOSTILE
        assert empty == ""


def test_text_holds_no_commands_for_azure_pipelines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Dockerfile").write_text("FROM astrocrpublic.azurecr.io/runtime:3.1-12-slim ##vso[task.complete]\n")
    monkeypatch.setenv("TF_BUILD", "True")
    with inside(tmp_path):
        for form in ("text", "concise"):
            outcome = run("Dockerfile", "--format", form, *FIXED)
            assert "task.complete" in outcome.out or form == "concise"
            assert "##vso[" not in outcome.out + outcome.err
