"""pygls' protocol with documents of our own, and errors that are sentences instead of tracebacks."""

import json
import logging
import os
from collections.abc import Generator

from lsprotocol import types
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method

from dockerfile_astro_lint.core.compat import Any, Callable
from dockerfile_astro_lint.language_server.documents import Change

# Its records hold whole messages and tracebacks, and would go to standard error.
logging.getLogger("pygls").addHandler(logging.NullHandler())
logging.getLogger("pygls").propagate = False
logging.getLogger("pygls").setLevel(logging.CRITICAL)


class Protocol(LanguageServerProtocol):
    """The state of a connection; `ended` is called when the client says that it exits."""

    def __init__(self, server: Any, converter: Any) -> None:
        super().__init__(server, converter)
        self._documents = server
        self.ended: Callable[[], None] = lambda: None
        self.is_initialized = False

    @property
    def is_shut_down(self) -> bool:
        return bool(self._shutdown)

    @property
    def parent(self) -> int | None:
        """The process that started the server, if it says so and is another one."""
        parent = self._server.process_id
        return parent if isinstance(parent, int) and parent not in (0, os.getpid()) else None

    def send_raw(self, message: dict[str, Any]) -> None:
        """Send a message as it is."""
        body = json.dumps(message).encode()
        if self.writer is not None:
            self.writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def fail(self, number: Any) -> None:
        """Give up a request to the client whose answer cannot be read."""
        error = types.ResponseError(types.ErrorCodes.InvalidParams, "the answer is not valid")
        self._handle_response(number, None, error)

    def _send_response(self, msg_id: Any, result: Any = None, error: Any = None) -> None:
        if error is not None and error.code == types.ErrorCodes.InternalError:
            # pygls adds the traceback.
            error = types.ResponseError(error.code, f"{error.message}; please report it".lstrip("; "))
        elif error is not None:
            error = types.ResponseError(error.code, error.message)
        super()._send_response(msg_id, result, error)

    @lsp_method(types.EXIT)
    def lsp_exit(self, *args: Any) -> None:  # type: ignore[override]
        """End the loop instead of the process, which has a code to return."""
        self.ended()

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        self.is_initialized = True
        result = yield from super().lsp_initialize(params)
        return result

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        one = params.text_document
        self._documents.opened(one.uri, one.language_id, one.version, one.text)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        changes = []
        for change in params.content_changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                start, end = change.range.start, change.range.end
                changes.append(Change(change.text, (start.line, start.character, end.line, end.character)))
            else:
                changes.append(Change(change.text))
        self._documents.changed(params.text_document.uri, params.text_document.version, changes)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        self._documents.closed(params.text_document.uri)
