"""A small client for the language server: raw messages over pipes, to a server in this process or one of its own."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from dockerfile_astro_lint.config.overrides import Overrides
from tests.tool import FIXED, FIXTURES, inside

OVERRIDES = Overrides(today="2026-10-01", catalog=str(FIXTURES / "catalog.json"))
"""As `FIXED` for the command line."""

PATIENCE = 60.0
"""Seconds until a test gives up; only a bug makes it wait for so long."""

FULL: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-32", "utf-16"]},
    "textDocument": {
        "publishDiagnostics": {
            "relatedInformation": True,
            "tagSupport": {"valueSet": [1, 2]},
            "codeDescriptionSupport": True,
            "dataSupport": True,
            "versionSupport": True,
        },
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "completion": {"completionItem": {"documentationFormat": ["markdown"]}},
        "codeAction": {"resolveSupport": {"properties": ["edit"]}, "dataSupport": True},
    },
    "workspace": {
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"]},
        "inlayHint": {"refreshSupport": True},
    },
    "window": {"showDocument": {"support": True}},
}
"""What a modern client is capable of, apart from pulling diagnostics and being asked for settings."""


class Editor:
    """A client; `answers` are what it answers to requests of the server, by method."""

    def __init__(self, stdin: BinaryIO, stdout: BinaryIO) -> None:
        self.stdin, self.stdout = stdin, stdout
        self.answers: dict[str, Callable[[Any], Any]] = {}
        self.notifications: list[tuple[str, Any]] = []
        self.requests: list[tuple[str, Any]] = []
        self.replies: dict[Any, dict[str, Any]] = {}
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self._inbox: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._number = 0
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        try:
            self._read_messages()
        except (OSError, ValueError):
            self._inbox.put(None)  # closed in the middle

    def _read_messages(self) -> None:
        while True:
            length = 0
            while (line := self.stdout.readline()) not in (b"\r\n", b""):
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            body = self.stdout.read(length) if length else b""
            if not body:
                self._inbox.put(None)
                return
            self._inbox.put(json.loads(body))

    def raw(self, data: bytes) -> None:
        self.stdin.write(data)
        self.stdin.flush()

    def send(self, message: Any) -> None:
        body = json.dumps(message).encode()
        self.raw(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def notify(self, method: str, params: Any = None) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: Any = None) -> Any:
        """The result of a request; fails if it is an error."""
        reply = self.try_asking(method, params)
        assert "error" not in reply, reply
        return reply["result"]

    def try_asking(self, method: str, params: Any = None) -> dict[str, Any]:
        self._number += 1
        number = self._number
        self.send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        self.wait(lambda: number in self.replies)
        return self.replies.pop(number)

    def wait(self, until: Callable[[], Any]) -> Any:
        """Handle messages until something holds."""
        end = time.monotonic() + PATIENCE
        while not (found := until()):
            message = self._inbox.get(timeout=max(end - time.monotonic(), 0.01))
            assert message is not None, "the server has closed its output"
            self._handle(message)
        return found

    def settle(self, seconds: float = 0.5) -> None:
        """Handle what comes within some time: for what must not come."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                message = self._inbox.get(timeout=left)
            except queue.Empty:
                return
            if message is None:
                return
            self._handle(message)

    def _handle(self, message: dict[str, Any]) -> None:
        if "method" not in message:
            self.replies[message["id"]] = message
        elif "id" in message:
            self.requests.append((message["method"], message.get("params")))
            answer = self.answers.get(message["method"], _nothing)(message.get("params"))
            self.send({"jsonrpc": "2.0", "id": message["id"], "result": answer})
        else:
            self.notifications.append((message["method"], message["params"]))

    # What editors do.

    def initialize(self, roots: Sequence[Path] = (), capabilities: Any = None, options: Any = None) -> dict[str, Any]:
        result = self.ask(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": roots[0].as_uri() if roots else None,
                "workspaceFolders": [{"uri": root.as_uri(), "name": root.name} for root in roots] or None,
                "capabilities": FULL if capabilities is None else capabilities,
                "initializationOptions": options,
            },
        )
        self.notify("initialized", {})
        return dict(result["capabilities"])

    def open(self, uri: str, text: str, language: str = "dockerfile", version: int = 1) -> None:
        self.texts[uri], self.versions[uri] = text, version
        document = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def change(self, uri: str, *changes: Mapping[str, Any], version: int | None = None) -> int:
        self.versions[uri] = self.versions[uri] + 1 if version is None else version
        document = {"uri": uri, "version": self.versions[uri]}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)})
        return self.versions[uri]

    def replace(self, uri: str, text: str) -> int:
        self.texts[uri] = text
        return self.change(uri, {"text": text})

    def close(self, uri: str) -> None:
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def published(self, uri: str, version: int | None) -> list[dict[str, Any]]:
        """The diagnostics that are pushed for a version of a document."""

        def of_version() -> list[Any]:
            return [
                params
                for method, params in self.notifications
                if method == "textDocument/publishDiagnostics"
                and params["uri"] == uri
                and params.get("version") == version
            ]

        self.wait(of_version)
        return list(of_version()[-1]["diagnostics"])

    def shown(self, uri: str) -> list[dict[str, Any]] | None:
        """The diagnostics that are shown now, of whichever version."""
        for method, params in reversed(self.notifications):
            if method == "textDocument/publishDiagnostics" and params["uri"] == uri:
                return list(params["diagnostics"])
        return None

    def opened(self, path: Path, text: str | None = None, language: str = "dockerfile") -> str:
        """Open a file; its URI."""
        uri = path.as_uri()
        self.open(uri, path.read_text(encoding="utf-8") if text is None else text, language)
        return uri

    def actions(self, uri: str, line: int, character: int = 0, only: Any = None) -> list[dict[str, Any]]:
        place = {"line": line, "character": character}
        context: dict[str, Any] = {"diagnostics": []}
        if only is not None:
            context["only"] = only
        found = self.ask(
            "textDocument/codeAction",
            {"textDocument": {"uri": uri}, "range": {"start": place, "end": place}, "context": context},
        )
        return list(found or [])

    def at(self, method: str, uri: str, line: int, character: int) -> Any:
        return self.ask(method, {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}})

    def messages(self) -> list[str]:
        return [params["message"] for method, params in self.notifications if method == "window/showMessage"]


def _nothing(params: Any) -> Any:
    return None


def applied(text: str, edits: Sequence[Mapping[str, Any]]) -> str:
    """A text with LSP edits, positions in code points, lines ended by LF or CRLF."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)

    def offset(place: Mapping[str, int]) -> int:
        return min(starts[place["line"]] + place["character"], len(text))

    ordered = sorted(edits, key=lambda edit: (offset(edit["range"]["start"]), offset(edit["range"]["end"])))
    for edit in reversed(ordered):
        start, end = offset(edit["range"]["start"]), offset(edit["range"]["end"])
        text = text[:start] + edit["newText"] + text[end:]
    return text


@contextmanager
def editor(folder: Path, overrides: Overrides = OVERRIDES) -> Iterator[Editor]:
    """A client of a server in this process, whose working directory is the folder."""
    from dockerfile_astro_lint.language_server.server import serve

    to_server, from_client = os.pipe()
    to_client, from_server = os.pipe()
    with (
        inside(folder),
        open(to_server, "rb") as stdin,
        open(from_client, "wb") as client_out,
        open(to_client, "rb") as client_in,
        open(from_server, "wb") as stdout,
    ):
        codes: list[int] = []

        def run() -> None:
            codes.append(serve(overrides, stdin, stdout))
            stdout.close()

        thread = threading.Thread(target=run)
        thread.start()
        client = Editor(client_out, client_in)
        try:
            yield client
        finally:
            try:
                client.send({"jsonrpc": "2.0", "id": "bye", "method": "shutdown"})
                client.notify("exit")
                client_out.close()
            except (OSError, ValueError):
                pass
            thread.join(PATIENCE)
            assert not thread.is_alive(), "the server did not end"


def start(folder: Path, *options: str) -> subprocess.Popen[bytes]:
    """`astro-lint server`, as a process of its own."""
    command = [sys.executable, "-m", "dockerfile_astro_lint", "server", *FIXED, *options]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
