"""HTTP with limits on total time, size and redirects, on urllib: no library has a limit on the total time.

Proxies come from the environment, as in urllib; certificates from the system, `SSL_CERT_FILE`, `SSL_CERT_DIR`,
`REQUESTS_CA_BUNDLE` and `CURL_CA_BUNDLE`.
"""

import http.client
import os
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar
from urllib.error import URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from dockerfile_astro_lint import __version__

MAX_REDIRECTS = 5


TIMED_OUT = "timed out"


_BLOCK = 64 * 1024


_T = TypeVar("_T")


class TransportError(Exception):
    """A request failed; the message is a clause that follows the address and a colon."""


class Answer(NamedTuple):
    """A response: status, headers by lower-case name, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def within(seconds: float, work: Callable[[], _T]) -> _T:
    """The result of `work`; raise TransportError after so many seconds, whatever it waits for (a name, a byte)."""
    results: list[_T | BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            results.append(error)

    worker = threading.Thread(target=run, daemon=True)
    worker.start()
    worker.join(seconds)
    if not results:
        raise TransportError(TIMED_OUT)
    if isinstance(results[0], BaseException):
        raise results[0]
    return results[0]


def exchange(
    opener: OpenerDirector, address: str, method: str, headers: Mapping[str, str], limit: int, until: float
) -> Answer:
    """Send a request and follow redirects; raise TransportError. `limit` is in bytes, `until` on the monotonic clock.

    The `Authorization` header is sent to the first host only.
    """
    start = urlsplit(address)
    sent = {"User-Agent": f"astro-lint/{__version__}", **headers}
    for _ in range(MAX_REDIRECTS + 1):
        try:
            answer = _ask(opener, Request(address, headers=sent, method=method), limit, until)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise TransportError(_reason(error)) from None
        location = answer.headers.get("location")
        if answer.status not in (301, 302, 303, 307, 308) or not location:
            return answer
        try:
            address = urljoin(address, location)
            target = urlsplit(address)
        except ValueError:
            raise TransportError("it redirects to an invalid URL") from None
        if target.scheme != start.scheme:
            raise TransportError(f"it redirects from {start.scheme} to {target.scheme[:20]}, which is not followed")
        if target.netloc != start.netloc:
            sent.pop("Authorization", None)
    raise TransportError(f"it redirects more than {MAX_REDIRECTS} times")


def _ask(opener: OpenerDirector, request: Request, limit: int, until: float) -> Answer:
    """Send one request; any status is a response."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    with opener.open(request, timeout=left) as response:
        headers: dict[str, str] = {}
        for name, value in response.headers.items():
            previous = headers.get(name.lower())
            headers[name.lower()] = f"{previous}, {value}" if previous else value
        blocks: list[bytes] = []
        size = 0
        while block := response.read(_BLOCK):
            blocks.append(block)
            size += len(block)
            if size > limit:
                raise TransportError(f"the response is larger than {_display_size(limit)}")
            if time.monotonic() > until:
                raise TimeoutError
        length = headers.get("content-length", "")
        if request.get_method() != "HEAD" and length.isdecimal() and size < int(length[:18]):
            raise TransportError(f"the response ends after {size} of {int(length[:18])} bytes")
        return Answer(response.status, headers, b"".join(blocks))


def _display_size(size: int) -> str:
    return f"{size // 1024 // 1024} MiB" if size >= 1024 * 1024 else f"{size // 1024} KiB"


def opener(direct: bool = False) -> OpenerDirector:
    """An opener for http and https only, that returns every status and does not follow redirects.

    `direct`: http only, without a proxy. Raise TransportError if the environment names certificates that cannot be
    loaded.
    """
    director = OpenerDirector()
    for handler in (ProxyHandler({} if direct else None), HTTPHandler()):
        director.add_handler(handler)
    if not direct:
        director.add_handler(HTTPSHandler(context=_tls_context()))
    return director


def _tls_context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        path = os.environ.get(name)
        if path and path != os.environ.get("SSL_CERT_FILE"):
            try:
                folder = os.path.isdir(path)
                context.load_verify_locations(None if folder else path, path if folder else None)
            except (OSError, ssl.SSLError):
                raise TransportError(f"{name} is not a file of certificates ({path})") from None
    return context


def _reason(error: Exception) -> str:
    """The cause of a failure, without URLs, which may hold secrets."""
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"untrusted certificate ({cause.verify_message}): set SSL_CERT_FILE to the certificates to trust"
    if isinstance(cause, ssl.SSLError):
        return f"TLS failed ({cause.reason})" if cause.reason else "TLS failed"
    if isinstance(cause, TimeoutError):
        return TIMED_OUT
    if isinstance(cause, ConnectionRefusedError):
        return "connection refused"
    if isinstance(cause, http.client.IncompleteRead):
        return "the response is incomplete"
    if isinstance(cause, http.client.InvalidURL):
        return "invalid URL"
    if isinstance(cause, (http.client.HTTPException, ValueError)):
        return "the response is not HTTP"
    return f"connection failed ({getattr(cause, 'strerror', None) or cause})"
