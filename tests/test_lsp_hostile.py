"""Clients that lie, send nonsense, or die: an error by the protocol or a clean end, and never a traceback."""

from __future__ import annotations

import builtins
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls", reason="the extra `lsp` is not installed")

from dockerfile_astro_lint.language_server import stdio
from dockerfile_astro_lint.language_server.session import Session
from tests.lsp import FULL, Editor, editor, start
from tests.tool import inside, run, write

BAD = "FROM astrocrpublic.azurecr.io/runtime:3.1-12-slim\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, {"Dockerfile": BAD, "requirements.txt": "", "packages.txt": "", "dags/a.py": "import imp\n"})
    return tmp_path


def framed(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def answered(client: Editor, number: Any) -> dict[str, Any]:
    client.wait(lambda: number in client.replies)
    return client.replies.pop(number)


def is_well(client: Editor, folder: Path) -> bool:
    """Whether the server still works."""
    uri = client.opened(folder / "Dockerfile")
    client.notifications.clear()
    version = client.replace(uri, BAD)
    return [one["code"] for one in client.published(uri, version)] == ["AST105"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"nonsense",
        b"\xff\xfe\x00",
        b'{"jsonrpc": "2.0", "method"',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"1" * 100_000,
        b'{"jsonrpc": "2.0", "id": 1e999999, "method": "x"',
    ],
    ids=range(9),
)
def test_broken_json_is_a_parse_error(client: Editor, folder: Path, body: bytes) -> None:
    client.raw(framed(body))
    if body:
        assert answered(client, None)["error"]["code"] == -32700
    assert is_well(client, folder)


@pytest.mark.parametrize(
    "message",
    [
        [],
        3,
        "x",
        None,
        [{"jsonrpc": "2.0", "id": 7, "method": "shutdown"}],
        {},
        {"jsonrpc": "1.0", "id": 7, "method": "x"},
        {"id": 7, "method": "x"},
        {"jsonrpc": "2.0", "id": 7, "method": 3},
        {"jsonrpc": "2.0", "id": {"a": 1}, "method": "shutdown"},
        {"jsonrpc": "2.0", "id": None, "method": "shutdown"},
        {"jsonrpc": "2.0", "id": True, "method": "shutdown"},
    ],
    ids=range(12),
)
def test_what_is_no_message_is_an_invalid_request(client: Editor, folder: Path, message: Any) -> None:
    client.send(message)
    number = 7 if isinstance(message, dict) and message.get("id") == 7 else None
    assert answered(client, number)["error"]["code"] == -32600
    assert is_well(client, folder)


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("astro/nothing", {}, -32601),
        ("textDocument/rename", {"textDocument": {"uri": "x"}}, -32602),
        ("textDocument/formatting", {"textDocument": {"uri": "x"}, "options": {"tabSize": 1, "insertSpaces": True}},
         -32601),
        ("textDocument/hover", {}, -32602),
        ("textDocument/hover", None, -32602),
        ("textDocument/hover", [], -32602),
        ("textDocument/hover", {"textDocument": {"uri": "x"}, "position": {"line": -1, "character": 0}}, -32602),
        ("textDocument/hover", {"textDocument": {"uri": 3}, "position": {"line": "a", "character": 0}}, -32602),
        ("workspace/executeCommand", {"command": "rm"}, -32602),
        ("workspace/executeCommand", {"command": "astro-lint.openRulePage", "arguments": [1, 2, 3]}, -32602),
        ("initialize", {"capabilities": {}, "processId": None, "rootUri": None}, -32600),
    ],
)  # fmt: skip
def test_a_request_that_cannot_be_answered_is_an_error(
    client: Editor, folder: Path, method: str, params: Any, code: int
) -> None:
    error = client.try_asking(method, params)["error"]
    assert error["code"] == code
    assert "Traceback" not in json.dumps(error)
    assert is_well(client, folder)


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("astro/nothing", {}),
        ("$/nothing", None),
        ("$/cancelRequest", {"id": 99}),
        ("textDocument/didSave", {"textDocument": {"uri": "file:///nowhere"}}),
        ("textDocument/didClose", {"textDocument": {"uri": "file:///nowhere"}}),
        ("textDocument/didChange", {"textDocument": {"uri": "file:///nowhere", "version": 3}, "contentChanges": []}),
        ("textDocument/didOpen", {"textDocument": {"uri": "file:///x/Dockerfile"}}),
        ("textDocument/didOpen", None),
        ("workspace/didChangeWatchedFiles", {"changes": [{"uri": "file:///%00", "type": 1}]}),
        ("workspace/didChangeConfiguration", {"settings": 3}),
        ("workspace/didChangeConfiguration", {"settings": {"astro-lint": [1]}}),
        ("workspace/didChangeWorkspaceFolders", {"event": {"added": [{"uri": "x:y", "name": ""}],
                                                           "removed": [{"uri": "file:///q", "name": ""}]}}),
        ("initialized", {}),
    ],
)  # fmt: skip
def test_a_notification_that_makes_no_sense_changes_nothing(
    client: Editor, folder: Path, method: str, params: Any
) -> None:
    client.notify(method, params)
    assert is_well(client, folder)
    assert "Traceback" not in json.dumps(client.notifications)


@pytest.mark.parametrize(
    "headers",
    [
        b"\r\n\r\n",
        b"Content-Length: nonsense\r\n\r\n",
        b"Content-Length: -5\r\n\r\n",
        b"Content-Length: 99999999999999999999999999\r\n\r\n",
        b"X: y\r\n" * 100 + b"\r\n",
        b"x" * 100_000 + b"\r\n\r\n",
        b"content-LENGTH : 2\nContent-Type: x\n\n{}",
    ],
    ids=range(7),
)
def test_broken_headers_are_skipped(client: Editor, folder: Path, headers: bytes) -> None:
    client.raw(headers)
    assert is_well(client, folder)


# Versions and ranges.


def test_versions_that_go_back_or_repeat_are_taken_as_they_come(client: Editor, folder: Path) -> None:
    uri = client.opened(folder / "Dockerfile")
    for version, text, expected in (
        (9, "", "AST001"),
        (3, BAD, "AST105"),
        (3, "FROM x y z\n", "AST001"),
        (-1, BAD, "AST105"),
    ):
        client.notifications.clear()
        client.texts[uri] = text
        client.change(uri, {"text": text}, version=version)
        assert [one["code"] for one in client.published(uri, version)][:1] == [expected]


def test_a_document_that_is_opened_twice_is_the_second(client: Editor, folder: Path) -> None:
    uri = client.opened(folder / "Dockerfile")
    client.open(uri, "FROM x y z\n", version=1)
    client.wait(lambda: [one["code"] for one in client.shown(uri) or []] == ["AST001"])


def test_a_change_after_the_close_is_not_taken(client: Editor, folder: Path) -> None:
    uri = client.opened(folder / "Dockerfile")
    client.close(uri)
    client.change(uri, {"text": "x"})
    client.settle(0.3)
    assert not client.shown(uri)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ((99, 0, 99, 5), BAD + "X"),
        ((0, 9999, 0, 9999), BAD[:-1] + "X\n"),
        ((0, 10, 0, 2), "FRX" + BAD[10:]),
        ((0, 0, 9999, 9999), "X"),
        ((0, 2**31 - 1, 2**31 - 1, 0), BAD[:-1] + "X"),
    ],
)
def test_ranges_outside_of_the_text(
    client: Editor, folder: Path, place: tuple[int, int, int, int], expected: str
) -> None:
    uri = client.opened(folder / "Dockerfile")
    start, end = {"line": place[0], "character": place[1]}, {"line": place[2], "character": place[3]}
    version = client.change(uri, {"range": {"start": start, "end": end}, "text": "X"})
    shown = client.published(uri, version)
    same = client.published(uri, client.replace(uri, expected))
    assert shown == same


def test_a_change_that_cannot_be_understood_ends_the_following_of_the_file(client: Editor, folder: Path) -> None:
    uri = client.opened(folder / "Dockerfile")
    client.published(uri, 1)
    client.change(uri, {"range": {"start": {"line": -1, "character": 0}}, "text": 3})
    client.wait(lambda: client.shown(uri) == [])
    assert "close and open it again" in client.wait(client.messages)[0]
    client.change(uri, {"text": BAD})
    client.settle(0.3)
    assert client.shown(uri) == []
    client.close(uri)
    assert is_well(client, folder)


def test_a_message_that_is_too_large_is_not_read(client: Editor, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stdio, "MAX_MESSAGE", 20_000)
    uri = client.opened(folder / "Dockerfile")
    client.published(uri, 1)
    client.replace(uri, "#" * 50_000)
    assert answered(client, None)["error"]["code"] == -32600
    client.wait(lambda: client.shown(uri) == [])
    assert "it is larger than 0 MiB" in client.wait(client.messages)[0]
    client.close(uri)
    assert is_well(client, folder)


@pytest.mark.slow
def test_a_huge_buffer_is_not_linted_but_followed(client: Editor, folder: Path) -> None:
    uri = client.opened(folder / "Dockerfile", BAD + "# \u00e9\n" * 2_000_000)
    [found] = client.published(uri, 1)
    assert found["message"] == "not checked: larger than 8 MiB"
    for method in ("textDocument/hover", "textDocument/completion"):
        assert client.at(method, uri, 0, 20) is None or True
    version = client.change(
        uri, {"range": {"start": {"line": 1, "character": 0}, "end": {"line": 10**9, "character": 0}}, "text": ""}
    )
    assert [one["code"] for one in client.published(uri, version)] == ["AST105"]


def test_many_documents(client: Editor, folder: Path) -> None:
    for number in range(300):
        client.open(f"untitled:{number}", BAD)
    client.wait(lambda: client.shown("untitled:299"))
    assert is_well(client, folder)


def test_a_check_that_raises_is_said_once_and_the_rest_goes_on(
    client: Editor, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Session._check

    def check(self: Session, snapshot: Any, document: Any) -> Any:
        if document.text == "boom":
            raise RuntimeError("boom")
        return plain(self, snapshot, document)

    monkeypatch.setattr(Session, "_check", check)
    client.open("untitled:x", "boom")
    client.wait(client.messages)
    assert client.messages() == ["astro-lint could not check a file (RuntimeError: boom); please report it"]
    error = client.try_asking("textDocument/diagnostic", {"textDocument": {"uri": "untitled:x"}})["error"]
    assert (error["code"], "data" in error) == (-32603, False)
    assert "please report it" in error["message"]
    assert "Traceback" not in json.dumps(error)
    client.close("untitled:x")
    assert is_well(client, folder)


def test_a_request_that_is_cancelled(client: Editor, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Session._check

    def check(self: Session, snapshot: Any, document: Any) -> Any:
        time.sleep(0.3)
        return plain(self, snapshot, document)

    monkeypatch.setattr(Session, "_check", check)
    client.open("untitled:x", BAD)
    for number in ("a", "b"):
        params = {"textDocument": {"uri": "untitled:x"}}
        client.send({"jsonrpc": "2.0", "id": number, "method": "textDocument/diagnostic", "params": params})
    client.notify("$/cancelRequest", {"id": "b"})
    assert answered(client, "b")["error"]["code"] == -32800
    assert answered(client, "a")["result"]["items"]


# The beginning and the end.


def test_nothing_is_answered_before_initialize(folder: Path) -> None:
    with editor(folder) as client:
        assert client.try_asking("shutdown")["error"]["code"] == -32002
        client.open("untitled:x", BAD)
        client.initialize([folder])
        client.settle(0.3)
        assert client.shown("untitled:x") is None
        assert is_well(client, folder)


def test_nothing_is_answered_after_shutdown(folder: Path) -> None:
    with editor(folder) as client:
        client.initialize([folder])
        client.ask("shutdown")
        assert client.try_asking("textDocument/hover", {})["error"]["code"] == -32600


def finished(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    """The exit code and the standard error of a server."""
    assert process.stdout
    assert process.stderr
    process.wait(60)
    errors = process.stderr.read().decode()
    process.stdout.close()
    process.stderr.close()
    if process.stdin:
        process.stdin.close()
    return process.returncode, errors


def client_of(process: subprocess.Popen[bytes], folder: Path) -> Editor:
    assert process.stdin
    assert process.stdout
    client = Editor(process.stdin, process.stdout)  # type: ignore[arg-type]
    client.initialize([folder], FULL)
    return client


@pytest.mark.parametrize(("shuts_down", "code"), [(True, 0), (False, 1)])
def test_exit_ends_the_process(folder: Path, shuts_down: bool, code: int) -> None:
    process = start(folder)
    client = client_of(process, folder)
    assert is_well(client, folder)
    if shuts_down:
        client.ask("shutdown")
    client.notify("exit")
    assert finished(process) == (code, "")


def test_a_client_that_closes_its_streams_ends_the_process(folder: Path) -> None:
    process = start(folder, "--stdio")
    client_of(process, folder)
    assert process.stdin
    process.stdin.close()
    code, errors = finished(process)
    assert (code, errors) == (1, "")


def test_a_client_that_dies_in_the_middle_of_a_message(folder: Path) -> None:
    process = start(folder)
    client = client_of(process, folder)
    client.opened(folder / "Dockerfile")
    client.raw(b'Content-Length: 5000\r\n\r\n{"jsonrpc"')
    assert process.stdin
    process.stdin.close()
    assert finished(process) == (1, "")


def test_a_client_that_is_killed_leaves_no_server(folder: Path) -> None:
    program = (
        "import subprocess, sys, time\n"
        "server = subprocess.Popen([sys.executable, '-m', 'dockerfile_astro_lint', 'server'], stdin=subprocess.PIPE,\n"
        "                          stdout=subprocess.DEVNULL)\n"
        "print(server.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    client = subprocess.Popen(
        [sys.executable, "-c", program], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    assert client.stdout
    server = int(client.stdout.readline())
    client.kill()
    client.wait()
    # The pipe of standard error is open as long as the server lives.
    assert client.stderr
    assert client.stderr.read() == b""
    client.stdout.close()
    client.stderr.close()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            os.kill(server, 0)
        except ProcessLookupError:
            break
        if Path(f"/proc/{server}/stat").exists() and ") Z " in Path(f"/proc/{server}/stat").read_text():
            break
        time.sleep(0.05)
    else:
        pytest.fail("the server lives on")


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_process_without_a_traceback(folder: Path, number: signal.Signals) -> None:
    process = start(folder)
    client_of(process, folder)
    process.send_signal(number)
    code, errors = finished(process)
    assert code in (130, -number, 1)
    assert errors == ""


def test_what_a_rule_prints_does_not_get_between_the_messages(folder: Path) -> None:
    process = start(folder)
    client = client_of(process, folder)
    assert is_well(client, folder)
    client.ask("shutdown")
    client.notify("exit")
    assert finished(process)[0] == 0


def test_a_folder_that_is_gone(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.mktemp("gone") / "a"
    root.mkdir()
    process = start(folder)
    client = client_of(process, root)
    root.rmdir()
    client.open("untitled:x", BAD)
    assert [one["code"] for one in client.published("untitled:x", 1) if one["code"] == "AST105"]
    client.ask("shutdown")
    client.notify("exit")
    assert finished(process) == (0, "")


def test_without_the_extra_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = builtins.__import__

    def refuse(name: str, *rest: Any, **named: Any) -> Any:
        if name.partition(".")[0] in ("pygls", "lsprotocol"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return plain(name, *rest, **named)

    for name in [name for name in sys.modules if "language_server" in name and name.startswith("dockerfile")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", refuse)
    outcome = run("server")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        "astro-lint: the language server needs pygls, which is not installed: "
        "pip install 'dockerfile-astro-lint[lsp]'\n"
    )


@pytest.mark.parametrize("options", [("--nonsense",), ("x",), ("--today", "tomorrow"), ("--config", "nowhere.toml")])
def test_wrong_options_are_refused(folder: Path, options: tuple[str, ...]) -> None:
    with inside(folder):
        outcome = run("server", *options)
    assert outcome.code == 2
    assert outcome.err.count("\n") == 1


def test_the_environment_gives_options_to_the_server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASTRO_LINT_IGNORE", "AST105")
    process = start(folder)
    client = client_of(process, folder)
    uri = client.opened(folder / "Dockerfile")
    assert client.published(uri, 1) == []
    client.ask("shutdown")
    client.notify("exit")
    assert finished(process) == (0, "")
