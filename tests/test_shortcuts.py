"""What a rule says it waits for (`on`, `mentions`) saves time and never hides a finding."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dockerfile_astro_lint.engine import linter
from dockerfile_astro_lint.project import folder, root_commands, virtual_environments
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Rule
from tests.test_rules import answer_offline, split, target
from tests.tool import FIXTURES, documents, inside, lint, without_carets, write

CASES = {
    folder.name: [text for path in sorted(folder.glob("*.txt")) for _, text in documents(path)]
    for folder in sorted((FIXTURES / "rules").glob("AST*"))
}
DOCKERFILES = [
    re.split(r"^--- .*\n", without_carets(text)[0], flags=re.MULTILINE)[0] for texts in CASES.values() for text in texts
]
SPLITTERS = [
    "\"\"", "''", "\\", "\\\n", "`\n", "\\ \n", "\\\n# why\n\n", "\r\n", "$", "${", "}", "\"", "'", " ", "\n", "=", "_",
]  # fmt: skip


def _without_shortcuts(*argv: str, stdin: bytes = b"") -> Mapping[str, Any]:
    def relevant(rules: Sequence[Rule], project: Project) -> Sequence[Rule]:
        return [rule for rule in rules if project.production or not rule.production]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(linter, "relevant_rules", relevant)
        patch.setattr(virtual_environments, "may_differ", lambda dockerfile: True)
        patch.setattr(root_commands, "_mentions_root_work", lambda script, at_root: True)
        patch.setattr(linter, "_is_foreign", lambda data, settings: False)
        patch.setattr(folder.Folder, "surely_has", lambda folder, copied: False)
        return lint("--extend-select", "AST", *argv, stdin=stdin)


@st.composite
def _torn(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(DOCKERFILES))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(SPLITTERS)) + text[at:]
    return text.replace("\n", "\r\n") if draw(st.integers(0, 5)) == 0 else text


@pytest.mark.slow
@pytest.mark.parametrize("code", CASES)
def test_fixtures_have_the_same_findings_without_shortcuts(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, text in enumerate(CASES[code]):
        folder = tmp_path / str(number)
        files, options, unpublished = split(text)
        answer_offline(monkeypatch, unpublished)
        write(folder, files)
        argv = [target(folder), *options]
        with inside(folder):
            assert _without_shortcuts(*argv) == lint("--extend-select", "AST", *argv), text


@pytest.mark.parametrize("owner", ["root", "astro:0 a; chown root", ":0", "50000 b\nRUN chown -R 0:0", "airflow", "$U"])
@pytest.mark.parametrize("command", ["mkdir /data", "mkdir -p/data/ /x/", "cd /; mkdir x", "mkdir /a/../b", "mkdir ok"])
@pytest.mark.parametrize("split", ["", '""', "\\\n"])
def test_a_run_that_needs_root_is_found_without_parsing_the_others(owner: str, command: str, split: str) -> None:
    run = f"{command} && chown {owner} f".replace("mk", f"mk{split}").replace("ch", f"ch{split}")
    text = f"FROM quay.io/astronomer/astro-runtime:13.1.0\nRUN {run}\nWORKDIR /\nRUN {run}\n"
    found = lint("--extend-select", "AST", "-", stdin=text.encode())
    assert _without_shortcuts("-", stdin=text.encode()) == found


@pytest.mark.parametrize(
    "workdir", ["/", "//", "/opt/..", '"/"', "$HOME", "..", "/opt", "opt", "/\\\nopt/../", "`/`", "/usr/local/airflow"]
)
@pytest.mark.parametrize("above", ["", "USER root\n", "USER root\nUSER astro\n", 'USER "root"\n', "FROM python\n"])
def test_a_folder_below_the_root_is_found_where_a_workdir_leads_there(workdir: str, above: str) -> None:
    text = f"FROM quay.io/astronomer/astro-runtime:13.1.0\n{above}WORKDIR {workdir}\nRUN mkdir data\n"
    found = lint("--extend-select", "AST", "-", stdin=text.encode())
    assert _without_shortcuts("-", stdin=text.encode()) == found


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        (["COPY a.p8 /x", "COPY a.p9 /x", "COPY a.p12 /x", "COPY a.p34 /x"], ["AST617", "", "AST617", ""]),
        (["COPY a.p9 /x", "COPY a.p8 /x", "COPY a.p34 /x", "COPY a.p12 /x"], ["", "AST617", "", "AST617"]),
        (["ENV P=/x/arm46/x", "ENV P=/x/arm64/x", "ENV P=/x/aarch46/x", "ENV P=/x/aarch64/x"], ["", "AST619"] * 2),
    ],
)
def test_values_that_differ_by_digits_are_judged_each(
    values: Sequence[str], codes: Sequence[str], tmp_path: Path
) -> None:
    for number, value in enumerate(values):
        write(tmp_path, {f"{number}/Dockerfile": f"FROM quay.io/astronomer/astro-runtime:13.1.0\n{value}\n"})
    with inside(tmp_path):
        found = lint("--extend-select", "AST", ".")
        assert _without_shortcuts(".") == found
    reported = {one["path"][0]: one["code"] for one in found["diagnostics"] if one["code"] in ("AST617", "AST619")}
    assert [reported.get(str(number), "") for number in range(len(values))] == codes


@pytest.mark.parametrize(
    ("run", "code"),
    [
        ('["mkdir","/data"]', "AST622"),
        ("mkdir /data>/dev/null", "AST622"),
        ('["apt-get","install","netcat"]', "AST607"),
        ('["apt-get","install","netcat"]', "AST512"),
        ("apt-get install -y 'net'cat=1.2 curl", "AST512"),
        ("apt-get install -y $'netcat'>/dev/null", "AST512"),
    ],
)
def test_words_are_found_in_every_form_of_a_run(run: str, code: str) -> None:
    found = lint("-", stdin=f"FROM quay.io/astronomer/astro-runtime:13.1.0\nRUN {run}\n".encode())
    assert code in [one["code"] for one in found["diagnostics"]]


@pytest.mark.slow
@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(text=_torn())
def test_torn_dockerfiles_have_the_same_findings_without_shortcuts(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with inside(tmp_path_factory.getbasetemp()):
        found = lint("--extend-select", "AST", "-", stdin=text.encode())
        assert _without_shortcuts("-", stdin=text.encode()) == found
