"""Code actions of the language server: fixes, ignore comments, pages; what they do is what the command line does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls", reason="the extra `lsp` is not installed")

from tests.lsp import FULL, Editor, applied, editor
from tests.tool import FIXED, inside, run, write

PROJECT = {
    "Dockerfile": "FROM astrocrpublic.azurecr.io/runtime:3.1-12-slim\nUSER root\n",
    "requirements.txt": "",
    "packages.txt": "",
    "dags/a.py": "from datetime import timedelta\n\nfrom airflow.operators.bash import BashOperator\n\nimport imp\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, PROJECT)
    return tmp_path


def edits_of(action: dict[str, Any], uri: str) -> list[dict[str, Any]]:
    changes = action["edit"]["documentChanges"]
    return [edit for one in changes if "edits" in one and one["textDocument"]["uri"] == uri for edit in one["edits"]]


def titles(actions: list[dict[str, Any]]) -> list[str]:
    return [action["title"] for action in actions]


def test_a_safe_fix_is_preferred_and_what_fix_does(client: Editor, folder: Path) -> None:
    uri = client.opened(folder / "Dockerfile")
    [fix, *others] = client.actions(uri, 0, 46)
    assert (fix["title"], fix["kind"], fix["isPreferred"]) == ("Fix AST105: remove `-slim`", "quickfix", True)
    assert [one["code"] for one in fix["diagnostics"]] == ["AST105"]
    assert fix["edit"]["documentChanges"][0]["textDocument"] == {"uri": uri, "version": 1}
    after = applied(PROJECT["Dockerfile"], edits_of(fix, uri))
    assert after == PROJECT["Dockerfile"].replace("-slim", "")
    assert titles(others) == [
        "Ignore AST105 here, with a reason",
        "Open the page of AST105",
        "Fix all safe astro-lint findings",
    ]
    assert run("--fix", *FIXED, "--select", "AST105", "-", stdin=PROJECT["Dockerfile"].encode()).out == after


def test_an_unsafe_fix_says_so(client: Editor, folder: Path) -> None:
    uri = client.opened(folder / "Dockerfile", "FROM astrocrpublic.azurecr.io/runtime:3.1\n")
    [fix, *_] = client.actions(uri, 0, 39)
    assert fix["title"] == "Fix AST103 (unsafe): pin to `3.1-21`"
    assert not fix.get("isPreferred")
    assert applied(client.texts[uri], edits_of(fix, uri)) == "FROM astrocrpublic.azurecr.io/runtime:3.1-21\n"
    assert "Fix all safe astro-lint findings" not in titles(client.actions(uri, 0, 39))


def test_where_nothing_was_found_there_is_nothing_to_do_but_to_fix_all(client: Editor, folder: Path) -> None:
    uri = client.opened(folder / "Dockerfile")
    assert titles(client.actions(uri, 0, 2)) == ["Fix all safe astro-lint findings"]
    assert client.actions(uri, 0, 2, ["quickfix"]) == []
    assert client.actions("file:///nowhere/Dockerfile", 0) == []


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (["quickfix"], {"quickfix"}),
        (["source"], {"source.fixAll.astroLint"}),
        (["source.fixAll"], {"source.fixAll.astroLint"}),
        (["source.fixAll.astroLint"], {"source.fixAll.astroLint"}),
        (["source.fixAll.ruff"], set()),
        (["refactor"], set()),
        (["source.organizeImports", "quickfix"], {"quickfix"}),
    ],
)
def test_only_the_kinds_that_are_asked_for(client: Editor, folder: Path, only: list[str], expected: set[str]) -> None:
    uri = client.opened(folder / "Dockerfile")
    assert {action["kind"] for action in client.actions(uri, 0, 46, only)} == expected


TWO = (
    "FROM astrocrpublic.azurecr.io/runtime:3.1-12-slim AS a\n\n# é\nFROM quay.io/astronomer/astro-runtime:3.1-12-slim\n"
)


@pytest.mark.parametrize("resolves", [True, False])
def test_all_safe_fixes_at_once_are_those_of_fix(folder: Path, resolves: bool) -> None:
    action_support = FULL["textDocument"]["codeAction"] if resolves else {}
    capabilities = {**FULL, "textDocument": {**FULL["textDocument"], "codeAction": action_support}}
    with editor(folder) as client:
        client.initialize([folder], capabilities)
        uri = client.opened(folder / "Dockerfile", TWO)
        [action] = client.actions(uri, 0, 0, ["source.fixAll"])
        assert ("edit" in action) is not resolves
        action = client.ask("codeAction/resolve", action)
        after = applied(TWO, edits_of(action, uri))
        assert after != TWO
        (folder / "Dockerfile").write_text(TWO)
        with inside(folder):
            assert run("--fix", *FIXED, "--stdin-filename", "Dockerfile", "-", stdin=TWO.encode()).out == after


def test_a_long_file_is_fixed_as_well(client: Editor, folder: Path) -> None:
    text = PROJECT["Dockerfile"] + "# x\n" * 3000
    uri = client.opened(folder / "Dockerfile", text)
    action = client.ask("codeAction/resolve", client.actions(uri, 0, 0, ["source.fixAll"])[0])
    assert applied(text, edits_of(action, uri)) == text.replace("-slim", "")


def test_an_action_that_is_no_longer_possible_resolves_to_nothing(client: Editor, folder: Path) -> None:
    uri = client.opened(folder / "Dockerfile")
    [action] = client.actions(uri, 0, 0, ["source.fixAll"])
    client.close(uri)
    assert "edit" not in client.ask("codeAction/resolve", action)
    assert "edit" not in client.ask("codeAction/resolve", {"title": "x", "data": {"uri": 3}})


@pytest.mark.parametrize(
    ("name", "language", "text", "line", "character", "expected"),
    [
        (
            "Dockerfile",
            "dockerfile",
            "FROM astrocrpublic.azurecr.io/runtime:3.1-12\nRUN a && \\\n  pip install apache-airflow==3\n",
            2,
            14,
            "FROM astrocrpublic.azurecr.io/runtime:3.1-12\n"
            "# astro-lint: ignore[AST608] TODO: say why\n"
            "RUN a && \\\n  pip install apache-airflow==3\n",
        ),
        (
            "requirements.txt",
            "pip-requirements",
            "pandas\napache-airflow\n",
            1,
            0,
            "pandas\n# astro-lint: ignore[AST502] TODO: say why\napache-airflow\n",
        ),
        (
            "dags/a.py",
            "python",
            "import imp\nx = 1\n",
            0,
            8,
            "import imp  # astro-lint: ignore[AST401] TODO: say why\nx = 1\n",
        ),
        (
            "Dockerfile",
            "dockerfile",
            "FROM astrocrpublic.azurecr.io/runtime:3.1-12-slim\r\n",
            0,
            46,
            "# astro-lint: ignore[AST105] TODO: say why\r\nFROM astrocrpublic.azurecr.io/runtime:3.1-12-slim\r\n",
        ),
    ],
    ids=["Dockerfile", "requirements", "Python", "CRLF"],
)
def test_an_ignore_comment_in_the_form_of_the_file(
    client: Editor, folder: Path, name: str, language: str, text: str, line: int, character: int, expected: str
) -> None:
    uri = client.opened(folder / name, text, language)
    found = [action for action in client.actions(uri, line, character) if action["title"].startswith("Ignore ")]
    after = applied(text, edits_of(found[0], uri))
    assert after == expected
    code = found[0]["title"].split()[1]
    left = client.published(uri, client.replace(uri, after))
    assert code not in [one["code"] for one in left]


def test_a_finding_about_a_comment_gets_no_comment(client: Editor, folder: Path) -> None:
    uri = client.opened(folder / "Dockerfile", "# astro-lint: ignore[AST301] x\n" + PROJECT["Dockerfile"])
    assert not [title for title in titles(client.actions(uri, 0, 22)) if title.startswith("Ignore AST003")]


def test_a_fix_that_makes_a_file(client: Editor, folder: Path) -> None:
    (folder / "packages.txt").unlink()
    uri = client.opened(folder / "Dockerfile", "FROM astrocrpublic.azurecr.io/runtime:3.1-12\n")
    fix = next(one for one in client.actions(uri, 0, 10) if "AST504" in one["title"])
    assert fix["edit"]["documentChanges"] == [
        {"kind": "create", "uri": (folder / "packages.txt").as_uri(), "options": {"ignoreIfExists": True}}
    ]


def test_a_fix_that_makes_a_file_is_not_offered_to_a_client_that_cannot(folder: Path) -> None:
    (folder / "packages.txt").unlink()
    with editor(folder) as client:
        client.initialize([folder], {**FULL, "workspace": {}})
        uri = client.opened(folder / "Dockerfile", "FROM astrocrpublic.azurecr.io/runtime:3.1-12\n")
        assert not [title for title in titles(client.actions(uri, 0, 10)) if title.startswith("Fix AST504")]


@pytest.mark.parametrize("opened", [False, True])
def test_a_fix_in_another_file(client: Editor, folder: Path, opened: bool) -> None:
    text = "from airflow.providers.amazon.aws.hooks.s3 import S3Hook\n"
    requirements = folder / "requirements.txt"
    requirements.write_text("pandas")
    other = requirements.as_uri()
    if opened:
        client.opened(requirements, "pandas\n# é\n", "pip-requirements")
        client.change(other, version=7)
    uri = client.opened(folder / "dags/a.py", text, "python")
    fix = next(one for one in client.actions(uri, 0, 10) if one["title"].startswith("Fix AST501"))
    [change] = fix["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": other, "version": 7 if opened else None}
    before = client.texts[other] if opened else "pandas"
    after = applied(before, change["edits"])
    assert after.splitlines()[-1].startswith("apache-airflow-providers-amazon")
    assert after.startswith("pandas\n")


def test_an_old_client_gets_edits_without_versions(folder: Path) -> None:
    with editor(folder) as client:
        client.initialize([folder], {"general": {"positionEncodings": ["utf-32"]}})
        uri = client.opened(folder / "Dockerfile")
        [fix, *_] = client.actions(uri, 0, 46)
        assert applied(client.texts[uri], fix["edit"]["changes"][uri]) == PROJECT["Dockerfile"].replace("-slim", "")


def test_a_fix_in_a_python_file_keeps_its_mark_at_the_beginning(client: Editor, folder: Path) -> None:
    text = "\ufefffrom airflow.operators.bash import BashOperator\n"
    uri = client.opened(folder / "dags/a.py", text, "python")
    found = [one for one in client.actions(uri, 0, 20) if one["title"].startswith("Fix ")]
    for fix in found:
        assert applied(text, edits_of(fix, uri)).startswith("\ufefffrom airflow.")


@pytest.mark.parametrize("answer", [{"success": True}, {"success": False}, None, 3])
def test_the_page_of_a_rule_is_opened(client: Editor, folder: Path, answer: Any) -> None:
    client.answers["window/showDocument"] = lambda params: answer
    uri = client.opened(folder / "Dockerfile")
    action = next(one for one in client.actions(uri, 0, 46) if "page" in one["title"])
    command = action["command"]
    client.ask("workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]})
    [(_, shown)] = [one for one in client.requests if one[0] == "window/showDocument"]
    assert shown == {"uri": command["arguments"][0], "external": True}
    assert shown["uri"].endswith("/docs/rules/AST105.md")


def test_no_other_page_is_opened(client: Editor) -> None:
    client.ask(
        "workspace/executeCommand", {"command": "astro-lint.openRulePage", "arguments": ["https://example.com/"]}
    )
    assert [method for method, _ in client.requests if method == "window/showDocument"] == []


def test_a_client_that_opens_no_pages_is_told_the_address(folder: Path) -> None:
    with editor(folder) as client:
        client.initialize([folder], {})
        uri = client.opened(folder / "Dockerfile")
        action = next(one for one in client.actions(uri, 0, 46) if "page" in one["title"])
        client.ask("workspace/executeCommand", {**action["command"]})
        assert client.messages()[-1].endswith("/AST105.md")


def test_no_fix_writes_a_secret(client: Editor, folder: Path) -> None:
    text = 'FROM astrocrpublic.azurecr.io/runtime:3.1-12\nENV TOKEN = "ghp_x5Yk2mQ9vBn7Lw3Tz8Rc1Dj6Hf4Gs0PaUeWi"\n'
    uri = client.opened(folder / "Dockerfile", text)
    for character in (4, 12, 20):
        assert "ghp_x5" not in str(client.actions(uri, 1, character))


def test_what_no_comment_may_suppress_gets_no_comment(client: Editor, folder: Path) -> None:
    (folder / "astro-lint.toml").write_text('forbid-ignores = ["AST105"]\n')
    uri = client.opened(folder / "Dockerfile")
    found = titles(client.actions(uri, 0, 46))
    assert "Fix AST105: remove `-slim`" in found
    assert "Ignore AST105 here, with a reason" not in found


def test_what_is_not_to_be_fixed_is_not_fixed(client: Editor, folder: Path) -> None:
    (folder / "astro-lint.toml").write_text('unfixable = ["AST105"]\n')
    uri = client.opened(folder / "Dockerfile")
    assert titles(client.actions(uri, 0, 46)) == ["Ignore AST105 here, with a reason", "Open the page of AST105"]
