"""Look up whether registries have tags: HEAD on the manifest (OCI distribution API) with an anonymous token.

No credentials are read. If a registry asks for them, or does not answer like a registry, the answer is unknown. A token
is sent only to the registry that it is for, over TLS.
"""

import json
import re
import time
from collections import deque
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from threading import Lock, Thread
from time import sleep
from urllib.parse import urlencode, urlsplit, urlunsplit
from urllib.request import OpenerDirector

from dockerfile_astro_lint.core.compat import Callable, Iterable, Mapping, NamedTuple
from dockerfile_astro_lint.core.display import pluralize
from dockerfile_astro_lint.online.http import TIMED_OUT, Answer, TransportError, exchange, opener

TIME_LIMIT = 20.0
"""Seconds for all look-ups together."""


MAX_WAIT = 10.0
"""The longest Retry-After, in seconds, that is waited for."""


RETRIES = 2


WORKERS = 8


MAX_BYTES = 256 * 1024


MAX_CHALLENGE = 4096
"""Characters of a WWW-Authenticate header; a longer one would hold the interpreter while it is searched."""


MAX_DATE = 100
"""Characters of a header that holds a date."""


HUB = "registry-1.docker.io"
"""The API host of docker.io."""


MANIFESTS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)


UNKNOWN = {"MANIFEST_UNKNOWN", "NAME_UNKNOWN"}


class ImageTag(NamedTuple):
    """The parts of a reference; `local`: a registry on this machine, which needs no TLS, as for docker."""

    host: str
    repository: str
    tag: str

    @property
    def local(self) -> bool:
        return is_local(self.host)

    @property
    def address(self) -> str:
        host = HUB if self.host == "docker.io" else self.host
        return f"{'http' if self.local else 'https'}://{host}/v2/{self.repository}/manifests/{self.tag}"


def parse_reference(reference: str) -> ImageTag:
    """The parts of `host/repository:tag`."""
    name, _, tag = reference.rpartition(":")
    host, _, repository = name.partition("/")
    return ImageTag(host, repository, tag)


def is_local(host: str) -> bool:
    """Whether a host, with or without port, is localhost or a loopback address."""
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


class Registries:
    """The answers of registries in a run; each reference is looked up once."""

    def __init__(self) -> None:
        self.answers: dict[str, bool | None] = {}
        self.hanging = False
        """Whether a look-up is still running on an abandoned thread."""
        self._failed: dict[tuple[str, str], int] = {}

    def published(self, reference: str) -> bool | None:
        """Whether the registry has a tag; None if the look-up failed, see `notes`."""
        if reference not in self.answers:
            self.ask([reference])
        return self.answers[reference]

    def ask(self, references: Iterable[str]) -> None:
        """Look up the references that are not known yet, concurrently."""
        missing = sorted(set(references) - self.answers.keys())
        results: dict[str, bool | str] = {}
        until = time.monotonic() + TIME_LIMIT
        queue = deque(missing)
        client = _Client(until)

        def work() -> None:
            while queue:
                try:
                    reference = queue.popleft()
                except IndexError:
                    return
                try:
                    results[reference] = client.exists(parse_reference(reference))
                except TransportError as error:
                    results[reference] = str(error)
                except ValueError:  # from an invalid URL
                    results[reference] = _refusal(0)
                except Exception as error:  # a bug; without this the thread would print a traceback
                    results[reference] = f"the look-up failed ({type(error).__name__}); please report this bug"

        workers = [Thread(target=work, daemon=True) for _ in range(min(WORKERS, len(missing)))]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(max(until - time.monotonic(), 0) + 0.01)
        self.hanging |= any(worker.is_alive() for worker in workers)
        queue.clear()
        for reference in missing:
            result = results.get(reference, TIMED_OUT)
            self.answers[reference] = None if isinstance(result, str) else result
            if isinstance(result, str):
                key = parse_reference(reference).host, result
                self._failed[key] = self._failed.get(key, 0) + 1

    def notes(self) -> list[str]:
        """A message for every registry with failed look-ups."""
        return [
            f"{host}: {reason}; {pluralize(number, 'tag')} not checked"
            for (host, reason), number in sorted(self._failed.items())
        ]


class _Client:
    """Look-ups that share a deadline, tokens and openers."""

    def __init__(self, until: float) -> None:
        self.until = until
        self.tokens: dict[tuple[str, str], str] = {}
        self.lock = Lock()
        self._openers: dict[bool, OpenerDirector] = {}

    def exists(self, image: ImageTag) -> bool:
        """Whether a tag exists; raise TransportError if the registry does not say."""
        key = image.host, image.repository
        token = self.tokens.get(key)
        answer = self.manifest(image, "HEAD", token)
        if answer.status == 401 and token is None:
            with self.lock:
                token = self.tokens.get(key) or self.token(image, answer.headers.get("www-authenticate", ""))
                self.tokens[key] = token
            answer = self.manifest(image, "HEAD", token)
        kind = answer.headers.get("content-type", "").partition(";")[0].strip()
        if answer.status == 200 and (kind in MANIFESTS or "docker-content-digest" in answer.headers):
            return True
        if answer.status == 404:
            # HEAD has no body: without the header of a registry, GET the error code.
            is_registry = answer.headers.get("docker-distribution-api-version", "").startswith("registry/")
            if is_registry or _error_codes(self.manifest(image, "GET", token).body) & UNKNOWN:
                return False
        raise TransportError(_refusal(answer.status))

    def manifest(self, image: ImageTag, method: str, token: str | None) -> Answer:
        headers = {"Accept": ", ".join(MANIFESTS)}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return self.with_retries(lambda: self.exchange(image.address, method, headers))

    def exchange(self, address: str, method: str, headers: Mapping[str, str]) -> Answer:
        direct = is_local(urlsplit(address).netloc)
        if direct not in self._openers:
            self._openers[direct] = opener(direct)
        return exchange(self._openers[direct], address, method, headers, MAX_BYTES, self.until)

    def with_retries(self, ask: Callable[[], Answer]) -> Answer:
        """Retry on status 429 after the time that the registry asks for, within limits."""
        for _ in range(RETRIES):
            answer = ask()
            wait = _delay(answer.headers.get("retry-after", ""))
            if answer.status != 429 or wait > MAX_WAIT or time.monotonic() + wait > self.until:
                return answer
            sleep(wait)
        return ask()

    def token(self, image: ImageTag, challenge: str) -> str:
        """An anonymous token; raise TransportError."""
        if len(challenge) > MAX_CHALLENGE:
            raise TransportError(f"its WWW-Authenticate header is longer than {MAX_CHALLENGE:,} characters")
        bearer = re.search(r"\bBearer\s+(.*)", challenge, re.IGNORECASE)
        pairs = re.findall(r'\b(\w+)="([^"]*)"', bearer[1]) if bearer else []
        values = dict(reversed(pairs))  # the first: another challenge may follow with its own realm
        realm = urlsplit(values.get("realm", ""))
        if not realm.netloc:
            raise TransportError(_refusal(401))
        if realm.scheme != "https" and not (realm.scheme == "http" and image.local and is_local(realm.netloc)):
            raise TransportError("its token service does not use https")
        scope = values.get("scope") or f"repository:{image.repository}:pull"
        query = urlencode([*([("service", values["service"])] if values.get("service") else []), ("scope", scope)])
        address = urlunsplit(realm._replace(query=f"{realm.query}&{query}" if realm.query else query, fragment=""))
        answer = self.with_retries(lambda: self.exchange(address, "GET", {"Accept": "application/json"}))
        if answer.status != 200:
            raise TransportError(_refusal(answer.status))
        document = _json(answer.body)
        token = document.get("token") or document.get("access_token")
        if not isinstance(token, str) or not re.fullmatch(r"[\x21-\x7e]{1,16384}", token):
            raise TransportError("its token service returns no token")
        return token


def _json(body: bytes) -> dict[str, object]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _error_codes(body: bytes) -> set[str]:
    errors = _json(body).get("errors")
    return (
        {str(error.get("code")) for error in errors if isinstance(error, dict)} if isinstance(errors, list) else set()
    )


def _refusal(status: int) -> str:
    if status in (401, 403):
        return f"it requires credentials ({status}), which astro-lint does not read"
    if status == 429:
        return "too many requests (429)"
    if status in (0, 200, 404):
        return "it does not answer like a registry"
    return f"status {status}"


def _delay(header: str) -> float:
    """The seconds of a Retry-After header."""
    if header.isdecimal():
        return float(header[:9])
    if len(header) > MAX_DATE:
        return 1
    try:
        return max(parsedate_to_datetime(header).timestamp() - time.time(), 0)
    except (ValueError, TypeError, OverflowError):
        return 1
