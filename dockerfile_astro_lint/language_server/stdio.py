"""Messages over standard input and output: read in a thread of its own, within limits, and never with a traceback.

pygls has a loop for this too. It reads a message of any size, answers broken JSON with a message box, and leaves a
request that it cannot read without an answer.
"""

import asyncio
import json
import os
import re
import threading

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Any, Callable, NamedTuple
from dockerfile_astro_lint.language_server.protocol import Protocol

if TYPE_CHECKING:
    from typing import BinaryIO

MAX_MESSAGE = 64 * 1024 * 1024
"""Bytes; a document that is larger than 8 MiB is not linted anyway."""


_MAX_HEADER = 8192
_MAX_HEADERS = 32
_WAITING = 256
"""Messages that are read before they are handled."""


class TooLarge(NamedTuple):
    """A message that was skipped: its size, and how it begins."""

    size: int
    head: bytes


def read_message(stream: "BinaryIO") -> bytes | TooLarge | None:
    """The next message; None at the end of the input. Lines that are no header are skipped."""
    length: int | None = None
    headers = 0
    while True:
        line = stream.readline(_MAX_HEADER)
        if not line:
            return None
        if line.strip():
            name, _, value = line.partition(b":")
            headers += 1
            if name.strip().lower() == b"content-length" and value.strip().isdigit() and len(value) < 20:
                length = int(value)
            if headers > _MAX_HEADERS:
                headers, length = 0, None
            continue
        headers = 0
        if length is None:
            continue
        if length > MAX_MESSAGE:
            head = stream.read(4096)
            left = length - len(head)
            while left > 0 and (piece := stream.read(min(left, 1 << 20))):
                left -= len(piece)
            return TooLarge(length, head) if left <= 0 else None
        body = stream.read(length)
        return body if len(body) == length else None


class Connection:
    """A client at the other end of two streams."""

    def __init__(self, protocol: Protocol, lost: Callable[[str | None, str], None]) -> None:
        """`lost` gets the document (None: unknown) of a change that could not be read, and the reason."""
        self.protocol, self.lost = protocol, lost

    def serve(self, stdin: "BinaryIO", stdout: "BinaryIO") -> None:
        """Handle messages until the client exits or is gone."""
        self.protocol.set_writer(_Writer(stdout))
        asyncio.run(self._serve(stdin))

    async def _serve(self, stdin: "BinaryIO") -> None:
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        room = threading.BoundedSemaphore(_WAITING)
        self.protocol.ended = ended.set

        def handle(message: bytes | TooLarge) -> None:
            room.release()
            if not ended.is_set():
                self.handle(message)

        def read() -> None:
            try:
                while (message := read_message(stdin)) is not None:
                    room.acquire()
                    loop.call_soon_threadsafe(handle, message)
                loop.call_soon_threadsafe(ended.set)
            except (OSError, ValueError, RuntimeError):
                # The input is closed, or the loop is.
                try:
                    loop.call_soon_threadsafe(ended.set)
                except RuntimeError:
                    return

        threading.Thread(target=read, name="astro-lint input", daemon=True).start()
        parent = asyncio.ensure_future(self._watch_parent(ended))
        await ended.wait()
        parent.cancel()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    async def _watch_parent(self, ended: asyncio.Event) -> None:
        """End when the process that started the client is gone; most clients close the input when they die."""
        while os.name == "posix":
            await asyncio.sleep(10)
            parent = self.protocol.parent
            if parent:
                try:
                    os.kill(parent, 0)
                except ProcessLookupError:
                    ended.set()
                except OSError:
                    continue

    def handle(self, message: bytes | TooLarge) -> None:
        """Handle one message; what is wrong with it is answered as JSON-RPC wants."""
        if isinstance(message, TooLarge):
            limit = MAX_MESSAGE // 1024 // 1024
            self.refuse(None, types.ErrorCodes.InvalidRequest, f"a message of more than {limit} MiB was not read")
            if b"textDocument/did" in message.head:
                uri = re.search(rb'"uri"\s*:\s*"([^"\\]*)"', message.head)
                self.lost(uri[1].decode("utf-8", "replace") if uri else None, f"it is larger than {limit} MiB")
            return
        try:
            data = json.loads(message)
        except (ValueError, RecursionError):
            self.refuse(None, types.ErrorCodes.ParseError, "the message is not valid JSON")
            return
        if not isinstance(data, dict):
            self.refuse(None, types.ErrorCodes.InvalidRequest, "the message is not an object")
            return
        self._dispatch(data)

    def _dispatch(self, data: dict[str, Any]) -> None:
        number, method = data.get("id"), data.get("method")
        is_request = "method" in data and "id" in data
        if "id" in data and not (isinstance(number, (int, str)) and not isinstance(number, bool)):
            self.refuse(None, types.ErrorCodes.InvalidRequest, "`id` must be a number or a string")
            return
        if data.get("jsonrpc") != "2.0" or not isinstance(method, (str, type(None))):
            self.refuse(number, types.ErrorCodes.InvalidRequest, "the message is not of JSON-RPC 2.0")
            return
        if method is not None and (refused := self._not_now(method)):
            if is_request:
                self.refuse(number, *refused)
            return
        try:
            message = self.protocol.structure_message(data)
        except (JsonRpcException, RecursionError):
            if is_request:
                self.refuse(number, types.ErrorCodes.InvalidParams, f"`{method}`: the parameters are not valid")
            elif method in (types.TEXT_DOCUMENT_DID_CHANGE, types.TEXT_DOCUMENT_DID_OPEN):
                uri = _uri_in(data)
                self.lost(uri, "a change of it could not be understood")
            elif method is None:
                self.protocol.fail(number)
            return
        self.protocol.handle_message(message)

    def _not_now(self, method: str) -> tuple[int, str] | None:
        """Why a method cannot be called in this state of the connection."""
        if method == types.EXIT:
            return None
        if self.protocol.is_shut_down:
            return types.ErrorCodes.InvalidRequest, "the server has been shut down"
        if method == types.INITIALIZE:
            if self.protocol.is_initialized:
                return types.ErrorCodes.InvalidRequest, "the server is initialized already"
            return None
        if not self.protocol.is_initialized:
            return types.ErrorCodes.ServerNotInitialized, "the server is not initialized yet"
        return None

    def refuse(self, number: Any, code: int, message: str) -> None:
        """Answer a request, or what may have been one, with an error."""
        error = {"code": int(code), "message": message}
        self.protocol.send_raw({"jsonrpc": "2.0", "id": number, "error": error})


def _uri_in(data: dict[str, Any]) -> str | None:
    params = data.get("params")
    document = params.get("textDocument") if isinstance(params, dict) else None
    uri = document.get("uri") if isinstance(document, dict) else None
    return uri if isinstance(uri, str) else None


class _Writer:
    """Writes whole messages; one that the client no longer reads is dropped."""

    def __init__(self, stdout: "BinaryIO") -> None:
        self._stdout, self._lock = stdout, threading.Lock()

    def write(self, data: bytes) -> None:
        with self._lock:
            try:
                self._stdout.write(data)
                self._stdout.flush()
            except (OSError, ValueError):
                return  # the client is gone, so the input ends too

    def close(self) -> None:
        """The streams belong to who has opened them."""
