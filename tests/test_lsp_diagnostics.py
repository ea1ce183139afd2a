"""The diagnostics of the language server: pushed and pulled, those of the command line, of the newest text."""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls", reason="the extra `lsp` is not installed")

from dockerfile_astro_lint.language_server import configuration
from dockerfile_astro_lint.language_server.documents import Document, Snapshot
from dockerfile_astro_lint.language_server.positions import Text
from dockerfile_astro_lint.language_server.session import Session
from tests.lsp import FULL, Editor, editor
from tests.tool import inside, lint, write

BAD = "FROM astrocrpublic.azurecr.io/runtime:3.1-12-slim\n"
GOOD = "FROM astrocrpublic.azurecr.io/runtime:3.1-12\n"
PROJECT = {
    "Dockerfile": BAD,
    "requirements.txt": "apache-airflow-providers-postgres\n",
    "packages.txt": "",
    "dags/a.py": "import imp\n",
    "dags/b.py": "from airflow.providers.amazon.aws.hooks.s3 import S3Hook\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, PROJECT)
    return tmp_path


def codes(diagnostics: list[dict[str, Any]] | None) -> list[str]:
    return [one["code"] if "code" in one else one["message"] for one in diagnostics or []]


def test_a_diagnostic_says_all_that_there_is(client: Editor, folder: Path) -> None:
    uri = client.opened(folder / "Dockerfile")
    assert client.published(uri, 1) == [
        {
            "range": {"start": {"line": 0, "character": 44}, "end": {"line": 0, "character": 49}},
            "message": "Airflow 3 images have no `-slim` variant (all are slim): remove `-slim`",
            "severity": 1,
            "code": "AST105",
            "codeDescription": {
                "href": "https://github.com/astro-lint/dockerfile-astro-lint/blob/main/docs/rules/AST105.md"
            },
            "source": "astro-lint",
            "data": {"name": "slim-on-airflow-3", "fix": {"title": "remove `-slim`", "safe": True}},
        }
    ]


def test_a_related_place_in_another_file(client: Editor, folder: Path) -> None:
    uri = client.opened(folder / "dags/a.py", language="python")
    [found] = client.published(uri, 1)
    assert (found["code"], found["severity"]) == ("AST401", 2)
    [related] = found["relatedInformation"]
    assert related["location"]["uri"] == (folder / "Dockerfile").as_uri()
    assert related["location"]["range"]["start"] == {"line": 0, "character": 5}


@pytest.mark.parametrize(
    ("text", "code", "tags"),
    [
        ("FROM quay.io/astronomer/ap-airflow:2.4.3\n", "AST203", [2]),
        ("FROM quay.io/astronomer/astro-runtime:4.2.0\n", "AST301", [2]),
        ("# astro-lint: ignore[AST103] x\nFROM quay.io/astronomer/astro-runtime:13.1.0\n", "AST003", [1]),
        ("# astro-lint: ignore[AST998] x\nFROM quay.io/astronomer/astro-runtime:13.1.0\n", "AST003", None),
        ("FROM quay.io/astronomer/astro-runtime:13.1.0\nCMD a\n", "AST605", [1]),
        ("FROM quay.io/astronomer/astro-runtime:13.1.0\nENTRYPOINT a\n", "AST605", None),
        (BAD, "AST105", None),
    ],
)
def test_tags_for_what_is_unnecessary_or_deprecated(
    client: Editor, text: str, code: str, tags: list[int] | None
) -> None:
    client.open("untitled:x", text)
    found = {one["code"]: one.get("tags") for one in client.published("untitled:x", 1)}
    assert found[code] == tags


def test_severities(client: Editor) -> None:
    client.open("untitled:x", "FROM astrocrpublic.azurecr.io/runtime:3.0-1-slim\nENV AIRFLOW_HOME=/x\nUSER root\n")
    with inside(Path.cwd()):
        wanted = {
            one["code"]: one["severity"] for one in lint("-", stdin=client.texts["untitled:x"].encode())["diagnostics"]
        }
    names = {1: "error", 2: "warning", 3: "info"}
    assert {one["code"]: names[one["severity"]] for one in client.published("untitled:x", 1)} == wanted
    assert {*wanted.values()} >= {"error", "warning"}


def test_a_client_gets_only_what_it_understands(folder: Path) -> None:
    with editor(folder) as client:
        client.initialize([folder], {})
        uri = client.opened(folder / "dags/a.py", language="python")
        [found] = client.published(uri, 1)
        assert set(found) == {"range", "message", "severity", "code", "source"}


@pytest.mark.parametrize(
    ("offered", "chosen", "character"),
    [
        (["utf-8"], "utf-8", 28),
        (["utf-16"], "utf-16", 26),
        (["utf-32", "utf-16"], "utf-32", 25),
        (["utf-7"], "utf-16", 26),
        (None, "utf-16", 26),
    ],
)
def test_positions_are_counted_as_negotiated(
    folder: Path, offered: list[str] | None, chosen: str, character: int
) -> None:
    capabilities = {**FULL, "general": {"positionEncodings": offered} if offered else {}}
    with editor(folder) as client:
        assert client.initialize([folder], capabilities)["positionEncoding"] == chosen
        text = "# \U0001f680\nFROM quay.io/astronomer/astro-runtime:13.1.0\nRUN echo \U0001f680 && apt-get install x\n"
        client.open("untitled:x", text)
        found = {one["code"]: one["range"]["start"] for one in client.published("untitled:x", 1)}
        place = next(start for start in found.values() if start["line"] == 2 and start["character"] > 4)
        column = lint("-", stdin=text.encode())["diagnostics"]
        wanted = next(one["column"] - 1 for one in column if one["line"] == 3 and one["column"] > 5)
        extra = {"utf-8": 3, "utf-16": 1, "utf-32": 0}[chosen]
        assert place["character"] == wanted + extra


def test_an_incremental_change_counts_characters_as_negotiated(client: Editor) -> None:
    client.open("untitled:x", "# \U0001f680 x\n" + BAD)
    client.published("untitled:x", 1)
    place = {"start": {"line": 1, "character": 44}, "end": {"line": 1, "character": 49}}
    version = client.change(
        "untitled:x",
        {"range": place, "text": ""},
        {"range": {"start": {"line": 0, "character": 2}, "end": {"line": 0, "character": 5}}, "text": ""},
    )
    assert codes(client.published("untitled:x", version)) == ["AST403"]


def test_fixing_the_text_takes_the_diagnostic_away_and_closing_all(client: Editor, folder: Path) -> None:
    uri = client.opened(folder / "Dockerfile")
    assert codes(client.published(uri, 1)) == ["AST105"]
    assert codes(client.published(uri, client.replace(uri, GOOD))) == []
    assert codes(client.published(uri, client.replace(uri, BAD))) == ["AST105"]
    client.close(uri)
    assert client.published(uri, None) == []


def test_a_buffer_counts_and_not_the_disk(client: Editor, folder: Path) -> None:
    python = client.opened(folder / "dags/b.py", language="python")
    assert codes(client.published(python, 1)) == ["AST501"]
    requirements = client.opened(folder / "requirements.txt", language="pip-requirements")
    client.replace(requirements, "apache-airflow-providers-amazon\n")
    client.wait(lambda: client.shown(python) == [])
    client.replace(requirements, "\n")
    client.wait(lambda: codes(client.shown(python)) == ["AST501"])
    client.close(requirements)
    client.close(python)


def test_a_change_of_the_dockerfile_is_seen_in_open_python_files(client: Editor, folder: Path) -> None:
    python = client.opened(folder / "dags/a.py", language="python")
    client.published(python, 1)
    dockerfile = client.opened(folder / "Dockerfile")
    client.replace(dockerfile, "FROM quay.io/astronomer/astro-runtime:8.0.0\n")
    client.wait(lambda: "AST401" not in codes(client.shown(python)))
    client.close(dockerfile)  # the disk counts again
    client.wait(lambda: codes(client.shown(python)) == ["AST401"])


def test_a_file_that_changes_on_the_disk(client: Editor, folder: Path) -> None:
    python = client.opened(folder / "dags/b.py", language="python")
    assert codes(client.published(python, 1)) == ["AST501"]
    (folder / "requirements.txt").write_text("apache-airflow-providers-amazon\n")
    changed = {"changes": [{"uri": (folder / "requirements.txt").as_uri(), "type": 2}]}
    client.notify("workspace/didChangeWatchedFiles", changed)
    client.wait(lambda: client.shown(python) == [])
    (folder / "requirements.txt").unlink()
    client.notify("workspace/didChangeWatchedFiles", changed)
    client.wait(lambda: "AST501" in codes(client.shown(python)) or client.shown(python) == [])


def test_files_that_are_made_renamed_and_deleted(client: Editor, folder: Path) -> None:
    uri = client.opened(folder / "Dockerfile")
    client.published(uri, 1)
    (folder / "packages.txt").rename(folder / "old.txt")
    renamed = {"oldUri": (folder / "packages.txt").as_uri(), "newUri": (folder / "old.txt").as_uri()}
    client.notify("workspace/didRenameFiles", {"files": [renamed]})
    client.wait(lambda: "AST504" in codes(client.shown(uri)))
    (folder / "packages.txt").write_text("")
    client.notify("workspace/didCreateFiles", {"files": [{"uri": (folder / "packages.txt").as_uri()}]})
    client.wait(lambda: "AST504" not in codes(client.shown(uri)))
    (folder / "packages.txt").unlink()
    client.notify("workspace/didDeleteFiles", {"files": [{"uri": (folder / "packages.txt").as_uri()}]})
    client.wait(lambda: "AST504" in codes(client.shown(uri)))


def test_without_a_word_from_the_client_the_disk_is_looked_at_again(folder: Path) -> None:
    session = Session(trusted=0.0)
    from dockerfile_astro_lint.language_server.documents import Snapshot, opened

    document = opened((folder / "dags/b.py").as_uri(), "python", 1, PROJECT["dags/b.py"])
    snapshot = Snapshot(1, {document.uri: document}, (str(folder),))

    def found() -> list[str]:
        checked = session.check(snapshot, document.uri)
        assert checked
        return [one.rule.code for one in checked.findings]

    assert found() == ["AST501"]
    (folder / "requirements.txt").write_text("apache-airflow-providers-amazon\n")
    assert found() == []


def test_pulled_diagnostics_are_not_pushed_too(folder: Path) -> None:
    capabilities = {**FULL, "textDocument": {**FULL["textDocument"], "diagnostic": {"relatedDocumentSupport": False}}}
    with editor(folder) as client:
        client.initialize([folder], capabilities)
        uri = client.opened(folder / "Dockerfile")
        report = client.ask("textDocument/diagnostic", {"textDocument": {"uri": uri}})
        assert (report["kind"], codes(report["items"])) == ("full", ["AST105"])
        assert report["items"][0]["codeDescription"]
        client.replace(uri, GOOD)
        report = client.ask("textDocument/diagnostic", {"textDocument": {"uri": uri}})
        assert report["items"] == []
        client.settle(0.4)
        assert client.shown(uri) is None
        report = client.ask("textDocument/diagnostic", {"textDocument": {"uri": "file:///nowhere/Dockerfile"}})
        assert report == {"kind": "full", "items": []}


def test_a_client_that_pulls_is_told_to_pull_again(folder: Path) -> None:
    capabilities = {
        **FULL,
        "textDocument": {**FULL["textDocument"], "diagnostic": {}},
        "workspace": {**FULL["workspace"], "diagnostics": {"refreshSupport": True}},
    }
    with editor(folder) as client:
        client.initialize([folder], capabilities)
        client.notify("workspace/didChangeWatchedFiles", {"changes": []})
        client.wait(lambda: [one for one in client.requests if one[0] == "workspace/diagnostic/refresh"][1:])


def test_a_slow_answer_never_overwrites_a_newer_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, free = threading.Event(), threading.Event()
    plain = Session.check

    def check(self: Session, snapshot: Any, uri: str) -> Any:
        found = plain(self, snapshot, uri)
        if uri in snapshot.documents and snapshot.documents[uri].version == 1:
            begun.set()
            assert free.wait(30)
        return found

    monkeypatch.setattr(Session, "check", check)
    with editor(folder) as client:
        client.initialize([folder])
        uri = client.opened(folder / "Dockerfile")
        assert begun.wait(30)
        version = client.replace(uri, GOOD)
        # Reading goes on while the check of the old text hangs.
        client.notify("$/setTrace", {"value": "off"})
        time.sleep(0.2)
        free.set()
        assert client.published(uri, version) == []
        client.settle(0.3)
        published = [params["version"] for method, params in client.notifications if "publish" in method]
        assert published == [version]


def test_changes_that_come_together_are_checked_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checked, plain = [], Session._check

    def check(self: Session, snapshot: Any, document: Any) -> Any:
        checked.append(document.version)
        time.sleep(0.2)
        return plain(self, snapshot, document)

    monkeypatch.setattr(Session, "_check", check)
    with editor(folder) as client:
        client.initialize([folder])
        uri = client.opened(folder / "Dockerfile")
        for _ in range(50):
            version = client.replace(uri, GOOD)
        assert client.published(uri, version) == []
        assert len(checked) <= 25


def test_several_workspace_folders_have_their_own_projects_and_configurations(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    for folder in (first, second):
        folder.mkdir()
        write(folder, PROJECT)
    (second / "astro-lint.toml").write_text('ignore = ["AST105"]\n')
    with editor(tmp_path) as client:
        client.initialize([first, second])
        one, two = client.opened(first / "Dockerfile"), client.opened(second / "Dockerfile")
        assert codes(client.published(one, 1)) == ["AST105"]
        assert codes(client.published(two, 1)) == []
        folders = {"added": [], "removed": [{"uri": second.as_uri(), "name": "b"}]}
        client.notify("workspace/didChangeWorkspaceFolders", {"event": folders})
        client.replace(two, BAD)
        assert codes(client.published(two, 2)) == []


def test_a_file_outside_of_any_workspace_and_one_without_a_path(tmp_path: Path) -> None:
    inside_folder, other = tmp_path / "a", tmp_path / "b"
    inside_folder.mkdir()
    other.mkdir()
    write(other, PROJECT)
    with editor(inside_folder) as client:
        client.initialize([inside_folder])
        uri = client.opened(other / "Dockerfile")
        assert codes(client.published(uri, 1)) == ["AST105"]
        client.open("untitled:Untitled-1", BAD)
        assert "AST105" in codes(client.published("untitled:Untitled-1", 1))
        client.open("untitled:Untitled-2", "import imp\n", "python")
        client.open("file:///C:/project/Dockerfile", BAD)
        assert "AST105" in codes(client.published("file:///C:/project/Dockerfile", 1))
        client.settle(0.3)
        assert not client.shown("untitled:Untitled-2")


def test_a_uri_that_is_percent_encoded_is_the_same_file(client: Editor, folder: Path) -> None:
    uri = (folder / "dags").as_uri() + "/%61.py"
    client.open(uri, "import imp\n", "python")
    assert codes(client.published(uri, 1)) == ["AST401"]


def test_a_path_that_is_not_utf_8(client: Editor, folder: Path) -> None:
    import os

    if sys.platform != "linux":
        pytest.skip("the file system may refuse such names")
    path = os.path.join(os.fsencode(folder), b"dags", b"\xff.py")
    with open(path, "wb") as file:
        file.write(b"import imp\n")
    uri = (folder / "dags").as_uri() + "/%FF.py"
    client.open(uri, "import imp\n", "python")
    assert codes(client.published(uri, 1)) == ["AST401"]


def test_a_file_that_cannot_be_checked_says_so(client: Editor, folder: Path) -> None:
    uri = client.opened(folder / "Dockerfile", "FROM x\0\n")
    [found] = client.published(uri, 1)
    assert (found["message"], found["severity"]) == ("not checked: a binary file, not a Dockerfile", 1)
    client.replace(uri, "#" * (9 * 1024 * 1024))
    [found] = client.published(uri, 2)
    assert found["message"] == "not checked: larger than 8 MiB"


def test_a_byte_order_mark_that_the_editor_shows(client: Editor) -> None:
    client.open("untitled:x", "\ufeff" + BAD)
    [found] = [one for one in client.published("untitled:x", 1) if one["code"] == "AST105"]
    assert found["range"]["start"] == {"line": 0, "character": 45}


def test_a_python_file_in_another_encoding(client: Editor, folder: Path) -> None:
    text = "# coding: latin-1\né = 1; import imp\n"
    uri = client.opened(folder / "dags/a.py", text, "python")
    [found] = client.published(uri, 1)
    assert found["range"]["start"] == {"line": 1, "character": 14}


def test_secrets_are_not_in_messages(client: Editor, folder: Path) -> None:
    uri = client.opened(
        folder / "Dockerfile", GOOD + "ENV AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCYzQ9dGc4v\n"
    )
    found = client.published(uri, 1)
    assert "AST610" in codes(found)
    assert "wJalrX" not in json.dumps(found)


# Configuration.


def test_settings_of_initialize_win_over_the_file(folder: Path) -> None:
    (folder / "astro-lint.toml").write_text('ignore = ["AST504"]\nseverity = { AST105 = "error" }\n')
    with editor(folder) as client:
        client.initialize([folder], options={"severity": {"AST105": "info"}})
        uri = client.opened(folder / "Dockerfile")
        assert [one["severity"] for one in client.published(uri, 1)] == [3]


def test_settings_are_asked_for_and_change(folder: Path) -> None:
    answers: dict[str, Any] = {"ignore": ["AST105"], "select": None}
    capabilities = {**FULL, "workspace": {**FULL["workspace"], "configuration": True,
                                          "didChangeConfiguration": {"dynamicRegistration": True},
                                          "didChangeWatchedFiles": {"dynamicRegistration": True}}}  # fmt: skip
    with editor(folder) as client:
        client.answers["workspace/configuration"] = lambda params: [answers] * len(params["items"])
        client.initialize([folder], capabilities, options={"select": ["AST1"]})
        uri = client.opened(folder / "Dockerfile")
        assert client.published(uri, 1) == []
        asked = dict(client.requests)
        assert {one["section"] for one in asked["workspace/configuration"]["items"]} == {"astro-lint"}
        registered = {one["method"]: one for one in asked["client/registerCapability"]["registrations"]}
        assert {*registered} == {"workspace/didChangeWatchedFiles", "workspace/didChangeConfiguration"}
        globs = [
            one["globPattern"] for one in registered["workspace/didChangeWatchedFiles"]["registerOptions"]["watchers"]
        ]
        assert {"**/*.py", "**/requirements*.txt", "**/*.toml"} <= {*globs}
        answers["ignore"] = []
        client.notify("workspace/didChangeConfiguration", {"settings": None})
        client.wait(lambda: codes(client.shown(uri)) == ["AST105"])


def test_settings_of_a_client_that_is_never_asked(client: Editor, folder: Path) -> None:
    uri = client.opened(folder / "Dockerfile")
    client.published(uri, 1)
    client.notify("workspace/didChangeConfiguration", {"settings": {"astro-lint": {"ignore": ["AST105"]}}})
    client.wait(lambda: client.shown(uri) == [])


def test_a_client_that_never_answers_is_served_without_settings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dockerfile_astro_lint.language_server.server.CONFIGURED", 0.2)
    capabilities = {**FULL, "workspace": {"configuration": True}}
    with editor(folder) as client:
        client._handle_plain = client._handle  # type: ignore[attr-defined]

        def handle(message: dict[str, Any]) -> None:
            if message.get("method") != "workspace/configuration":
                client._handle_plain(message)  # type: ignore[attr-defined]

        monkeypatch.setattr(client, "_handle", handle)
        client.initialize([folder], capabilities)
        uri = client.opened(folder / "Dockerfile")
        assert codes(client.published(uri, 1)) == ["AST105"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"selct": []}, "unknown key `selct`: did you mean `select`?"),
        ({"select": "AST1"}, "`select` must be a list of codes"),
        ({"ignore": ["AST999"]}, "unknown rule `AST999`"),
        ({"extend": "base.toml"}, "`extend` can only be set in a configuration file"),
    ],
)
def test_a_wrong_setting_is_said_and_left_out(folder: Path, settings: dict[str, Any], said: str) -> None:
    with editor(folder) as client:
        client.initialize([folder], options={**settings, "severity": {"AST105": "warning"}, "server": {"path": "x"}})
        uri = client.opened(folder / "Dockerfile")
        assert [one["severity"] for one in client.published(uri, 1)] == [2]
        [message] = client.messages()
        assert said in message


@pytest.mark.parametrize(
    ("name", "text", "line", "character", "end", "said"),
    [
        ("astro-lint.toml", '# c\nselct = ["AST1"]\n', 1, 0, 5, "unknown key `selct`"),
        ("astro-lint.toml", 'select = [\n  "AST1",\n  "AST999",\n]\n', 2, 2, 10, "unknown rule `AST999`"),
        ("astro-lint.toml", 'environment = "prod"\n', 0, 14, 20, "unknown"),
        ("astro-lint.toml", '[severity]\nAST103 = "loud"\n', 1, 9, 15, "unknown"),
        ("astro-lint.toml", '[per-file-ignores]\n"a/**" = ["AST997"]\n', 1, 10, 18, "unknown rule"),
        ("astro-lint.toml", 'select = ["AST1"\nignore = []\n', 1, 0, 11, "is not valid TOML"),
        ("pyproject.toml", '[project]\nname = "a"\n[tool.astro-lint]\nselct = []\n', 3, 0, 5, "unknown key `selct`"),
        ("setup.cfg", "[flake8]\na = 1\n[astro-lint]\nselect = AST1, AST999\n", 3, 15, 21, "unknown rule"),
    ],
)
def test_a_broken_configuration_is_shown_at_its_place(
    client: Editor, folder: Path, name: str, text: str, line: int, character: int, end: int, said: str
) -> None:
    (folder / name).write_text(text)
    dockerfile = client.opened(folder / "Dockerfile")
    [failed] = client.published(dockerfile, 1)
    assert failed["message"].startswith("not checked: ")
    uri = (folder / name).as_uri()
    client.wait(lambda: client.shown(uri))
    found = next(one for one in client.shown(uri) or [] if said in one["message"])
    assert found["range"]["start"] == {"line": line, "character": character}
    assert found["range"]["end"]["character"] == end
    # In the editor it can be fixed without saving.
    client.open(uri, text)
    client.wait(lambda: client.shown(uri))
    version = client.replace(uri, "" if name != "pyproject.toml" else '[project]\nname = "a"\n')
    assert client.published(uri, version) == []
    client.wait(lambda: codes(client.shown(dockerfile)) == ["AST105"])


def test_a_configuration_that_is_mended_on_the_disk(client: Editor, folder: Path) -> None:
    config = folder / "astro-lint.toml"
    config.write_text("selct = []\n")
    dockerfile = client.opened(folder / "Dockerfile")
    client.wait(lambda: client.shown(config.as_uri()))
    config.write_text('ignore = ["AST105"]\n')
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": config.as_uri(), "type": 2}]})
    client.wait(lambda: client.shown(config.as_uri()) == [])
    client.wait(lambda: client.shown(dockerfile) == [])


def test_a_mistake_in_a_file_that_is_extended_is_shown_there(client: Editor, folder: Path) -> None:
    (folder / "astro-lint.toml").write_text('extend = "base.toml"\n')
    base = folder / "base.toml"
    base.write_text('# all\nignore = ["AST105"]\nselct = []\n')
    dockerfile = client.opened(folder / "Dockerfile")
    client.wait(lambda: client.shown(base.as_uri()))
    [found] = client.shown(base.as_uri()) or []
    assert found["range"]["start"] == {"line": 2, "character": 0}
    base.write_text('ignore = ["AST105"]\n')
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": base.as_uri(), "type": 2}]})
    client.wait(lambda: client.shown(base.as_uri()) == [])
    client.wait(lambda: client.shown(dockerfile) == [])


def test_the_configurations_are_shown_also_by_a_machine_that_takes_seconds(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What was read of the disk is always too old by the time that it is used.
    monkeypatch.setattr(configuration, "MAX_AGE", -1.0)
    documents = {}
    for name in ("a", "b"):
        write(folder / name, {**PROJECT, "astro-lint.toml": f'select = ["AST99{name}"]\n'})
        path = folder / name / "Dockerfile"
        documents[path.as_uri()] = Document(path.as_uri(), str(path), "dockerfile", 1, Text(BAD))
    snapshot = Snapshot(1, documents, (str(folder / "a"), str(folder / "b")), {})
    found = Session(trusted=-1.0).config_files(snapshot)
    messages = [problem.message for _, problems in found.values() for problem in problems]
    assert [message.partition("`AST99")[2][:1] for message in messages] == ["a", "b"]
