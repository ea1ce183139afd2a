"""HTTP with bounds: on the time of a whole exchange, on size, on redirects, on where a redirect may lead.

Proxies are those of the environment (urllib's), certificates those of the system and of `SSL_CERT_FILE`,
`SSL_CERT_DIR` (OpenSSL's), `REQUESTS_CA_BUNDLE` and `CURL_CA_BUNDLE`.
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


LATE = "no full answer in time"


_BLOCK = 64 * 1024


_T = TypeVar("_T")


class TransportError(Exception):
    """An exchange that came to nothing; the message is half a sentence that fits behind the address."""


class Answer(NamedTuple):
    """A status, the headers by their names in small letters, and the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def within(seconds: float, work: Callable[[], _T]) -> _T:
    """What work gives; raise TransportError when it takes longer, whatever it waits for (a name, a byte)."""
    found: list[_T | BaseException] = []

    def run() -> None:
        try:
            found.append(work())
        except BaseException as error:
            found.append(error)

    worker = threading.Thread(target=run, daemon=True)
    worker.start()
    worker.join(seconds)
    if not found:
        raise TransportError(LATE)
    if isinstance(found[0], BaseException):
        raise found[0]
    return found[0]


def exchange(
    opener: OpenerDirector, address: str, method: str, headers: Mapping[str, str], limit: int, until: float
) -> Answer:
    """Ask and follow redirects; raise TransportError. `limit` is in bytes, `until` on the monotonic clock.

    An `Authorization` goes to the first host and no other.
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
            found = urlsplit(address)
        except ValueError:
            raise TransportError("it redirects to what is no address") from None
        if found.scheme != start.scheme:
            raise TransportError(f"it redirects from {start.scheme} to {found.scheme[:20]}, which is not followed")
        if found.netloc != start.netloc:
            sent.pop("Authorization", None)
    raise TransportError(f"it redirects more than {MAX_REDIRECTS} times")


def _ask(opener: OpenerDirector, request: Request, limit: int, until: float) -> Answer:
    """One question and its answer, whatever its status."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    with opener.open(request, timeout=left) as response:
        headers: dict[str, str] = {}
        for name, value in response.headers.items():
            before = headers.get(name.lower())
            headers[name.lower()] = f"{before}, {value}" if before else value
        pieces: list[bytes] = []
        size = 0
        while piece := response.read(_BLOCK):
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                raise TransportError(f"its answer is larger than {_shown(limit)}")
            if time.monotonic() > until:
                raise TimeoutError
        length = headers.get("content-length", "")
        if request.get_method() != "HEAD" and length.isdecimal() and size < int(length[:18]):
            raise TransportError(f"its answer breaks off after {size} of {int(length[:18])} bytes")
        return Answer(response.status, headers, b"".join(pieces))


def _shown(size: int) -> str:
    return f"{size // 1024 // 1024} MiB" if size >= 1024 * 1024 else f"{size // 1024} KiB"


def opener(direct: bool = False) -> OpenerDirector:
    """One that knows http and https alone, gives every status as it is, and follows no redirect by itself.

    `direct`: http alone, whatever proxy there is. Raise TransportError where the environment names certificates that
    are not there.
    """
    found = OpenerDirector()
    for handler in (ProxyHandler({} if direct else None), HTTPHandler()):
        found.add_handler(handler)
    if not direct:
        found.add_handler(HTTPSHandler(context=_trusting()))
    return found


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        place = os.environ.get(name)
        if place and place != os.environ.get("SSL_CERT_FILE"):
            try:
                folder = os.path.isdir(place)
                context.load_verify_locations(None if folder else place, place if folder else None)
            except (OSError, ssl.SSLError):
                raise TransportError(f"{name} names no file of certificates ({place})") from None
    return context


def _reason(error: Exception) -> str:
    """What went wrong, without addresses, which may hold a secret."""
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({cause.verify_message}): SSL_CERT_FILE names the ones to trust"
    if isinstance(cause, ssl.SSLError):
        return f"no secure connection ({cause.reason or 'TLS failed'})"
    if isinstance(cause, TimeoutError):
        return LATE
    if isinstance(cause, ConnectionRefusedError):
        return "the connection was refused"
    if isinstance(cause, http.client.IncompleteRead):
        return "its answer breaks off"
    if isinstance(cause, http.client.InvalidURL):
        return "it is no address"
    if isinstance(cause, (http.client.HTTPException, ValueError)):
        return "it does not answer in HTTP"
    return f"the connection failed ({getattr(cause, 'strerror', None) or cause})"
