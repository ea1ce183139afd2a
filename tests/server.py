"""HTTP servers on loopback that answer, or misbehave, as a test says."""

from __future__ import annotations

import contextlib
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Seen(NamedTuple):
    """A request as it arrived, header names in small letters."""

    method: str
    path: str
    headers: Mapping[str, str]


class Server(NamedTuple):
    """Where a server listens, what it was asked, and what a handler that hangs waits for."""

    host: str
    seen: list[Seen]
    closing: threading.Event

    @property
    def address(self) -> str:
        return f"http://{self.host}"


Act = Callable[[BaseHTTPRequestHandler, Server], None]


def answer(
    handler: BaseHTTPRequestHandler, status: int = 200, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> None:
    """A whole answer; headers that are named here come instead of those that would be sent."""
    handler.send_response_only(status)
    sent = {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}
    for name, value in sent.items():
        handler.send_header(name, value)
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(body)


@contextlib.contextmanager
def serving(act: Act, certificate: str | None = None) -> Iterator[Server]:
    """A server for as long as the context lasts; `certificate` is a file with a certificate and its key."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.seen.append(Seen(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
            with contextlib.suppress(OSError):  # whoever asked has gone
                act(self, server)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None: ...

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: object) -> None: ...

    with Quiet(("127.0.0.1", 0), Handler) as listening:
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            listening.socket = context.wrap_socket(listening.socket, server_side=True)
        server = Server(f"127.0.0.1:{listening.server_port}", [], threading.Event())
        threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server
        finally:
            server.closing.set()
            listening.shutdown()
