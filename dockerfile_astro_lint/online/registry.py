"""Whether registries have tags: HEAD on the manifest by the OCI distribution API, with a token that anybody gets.

No credentials are read: a registry that asks for them has not answered, and nor has one that does not answer as a
registry does. A token goes to the registry that it is for, in TLS, and to nobody else.
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
from dockerfile_astro_lint.online.http import LATE, Answer, TransportError, exchange, opener

TIME_LIMIT = 20.0
"""Seconds for all questions together."""


MAX_WAIT = 10.0
"""Seconds that a registry may ask to wait for."""


RETRIES = 2


WORKERS = 8


MAX_BYTES = 256 * 1024


HUB = "registry-1.docker.io"
"""Where the API of docker.io is."""


MANIFESTS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)


UNKNOWN = {"MANIFEST_UNKNOWN", "NAME_UNKNOWN"}


class Question(NamedTuple):
    """A reference taken apart; `local` is a registry on this machine, which may go without TLS as for docker."""

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


def question(reference: str) -> Question:
    """`host/repository:tag`, taken apart."""
    name, _, tag = reference.rpartition(":")
    host, _, repository = name.partition("/")
    return Question(host, repository, tag)


def is_local(host: str) -> bool:
    """Whether a host, with or without port, is this machine by its very name."""
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


class Registries:
    """What registries have answered in a run; each reference is asked about once."""

    def __init__(self) -> None:
        self.answers: dict[str, bool | None] = {}
        self.hanging = False
        """Whether a question is still out, on a thread that nobody waits for any more."""
        self._silent: dict[tuple[str, str], int] = {}

    def published(self, reference: str) -> bool | None:
        """Whether the registry has a tag; None where that could not be found out, which `notes` tells."""
        if reference not in self.answers:
            self.ask([reference])
        return self.answers[reference]

    def ask(self, references: Iterable[str]) -> None:
        """Ask about all that is not known yet, side by side."""
        wanted = sorted(set(references) - self.answers.keys())
        found: dict[str, bool | str] = {}
        until = time.monotonic() + TIME_LIMIT
        waiting = deque(wanted)
        asking = _Asking(until)

        def work() -> None:
            while waiting:
                try:
                    reference = waiting.popleft()
                except IndexError:
                    return
                try:
                    found[reference] = asking.answer(question(reference))
                except TransportError as error:
                    found[reference] = str(error)
                except ValueError:  # of addresses that are none
                    found[reference] = _refusal(0)
                except Exception as error:  # our bug, and a thread would print where it is
                    found[reference] = f"asking it failed ({type(error).__name__}); please report it"

        workers = [Thread(target=work, daemon=True) for _ in range(min(WORKERS, len(wanted)))]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(max(until - time.monotonic(), 0) + 0.01)
        self.hanging |= any(worker.is_alive() for worker in workers)
        waiting.clear()
        for reference in wanted:
            said = found.get(reference, LATE)
            self.answers[reference] = None if isinstance(said, str) else said
            if isinstance(said, str):
                key = question(reference).host, said
                self._silent[key] = self._silent.get(key, 0) + 1

    def notes(self) -> list[str]:
        """A sentence for every registry that gave no answer."""
        return [
            f"{host}: {why}; {'one tag' if number == 1 else f'{number} tags'} there could not be checked"
            for (host, why), number in sorted(self._silent.items())
        ]


class _Asking:
    """Questions that share a deadline and tokens."""

    def __init__(self, until: float) -> None:
        self.until = until
        self.tokens: dict[tuple[str, str], str] = {}
        self.lock = Lock()
        self._openers: dict[bool, OpenerDirector] = {}

    def answer(self, asked: Question) -> bool:
        """Whether a tag exists; raise TransportError where the registry does not say."""
        key = asked.host, asked.repository
        token = self.tokens.get(key)
        answer = self.manifest(asked, "HEAD", token)
        if answer.status == 401 and token is None:
            with self.lock:
                token = self.tokens.get(key) or self.token(asked, answer.headers.get("www-authenticate", ""))
                self.tokens[key] = token
            answer = self.manifest(asked, "HEAD", token)
        kind = answer.headers.get("content-type", "").partition(";")[0].strip()
        if answer.status == 200 and (kind in MANIFESTS or "docker-content-digest" in answer.headers):
            return True
        if answer.status == 404:
            # HEAD has no body, so where no header shows a registry the reason has to be fetched.
            proper = answer.headers.get("docker-distribution-api-version", "").startswith("registry/")
            if proper or _codes(self.manifest(asked, "GET", token).body) & UNKNOWN:
                return False
        raise TransportError(_refusal(answer.status))

    def manifest(self, asked: Question, method: str, token: str | None) -> Answer:
        headers = {"Accept": ", ".join(MANIFESTS)}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return self.patient(lambda: self.exchange(asked.address, method, headers))

    def exchange(self, address: str, method: str, headers: Mapping[str, str]) -> Answer:
        direct = is_local(urlsplit(address).netloc)
        if direct not in self._openers:
            self._openers[direct] = opener(direct)
        return exchange(self._openers[direct], address, method, headers, MAX_BYTES, self.until)

    def patient(self, ask: Callable[[], Answer]) -> Answer:
        """Ask again when the registry says later, and waiting that long is bearable."""
        for _ in range(RETRIES):
            answer = ask()
            wait = _delay(answer.headers.get("retry-after", ""))
            if answer.status != 429 or wait > MAX_WAIT or time.monotonic() + wait > self.until:
                return answer
            sleep(wait)
        return ask()

    def token(self, asked: Question, challenge: str) -> str:
        """The token that anybody gets; raise TransportError."""
        found = re.search(r"\bBearer\s+(.*)", challenge, re.IGNORECASE)
        pairs = re.findall(r'(\w+)="([^"]*)"', found[1]) if found else []
        values = dict(reversed(pairs))  # another challenge may follow, with a realm of its own
        realm = urlsplit(values.get("realm", ""))
        if not realm.netloc:
            raise TransportError(_refusal(401))
        if realm.scheme != "https" and not (realm.scheme == "http" and asked.local and is_local(realm.netloc)):
            raise TransportError("its tokens do not come by https")
        scope = values.get("scope") or f"repository:{asked.repository}:pull"
        query = urlencode([*([("service", values["service"])] if values.get("service") else []), ("scope", scope)])
        address = urlunsplit(realm._replace(query=f"{realm.query}&{query}" if realm.query else query, fragment=""))
        answer = self.patient(lambda: self.exchange(address, "GET", {"Accept": "application/json"}))
        if answer.status != 200:
            raise TransportError(_refusal(answer.status))
        document = _json(answer.body)
        token = document.get("token") or document.get("access_token")
        if not isinstance(token, str) or not re.fullmatch(r"[\x21-\x7e]{1,16384}", token):
            raise TransportError("its token service gives none")
        return token


def _json(body: bytes) -> dict[str, object]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _codes(body: bytes) -> set[str]:
    errors = _json(body).get("errors")
    return {str(one.get("code")) for one in errors if isinstance(one, dict)} if isinstance(errors, list) else set()


def _refusal(status: int) -> str:
    if status in (401, 403):
        return f"it asks for credentials ({status}), and none are read"
    if status == 429:
        return "it wants to be asked less often (429)"
    if status in (0, 200, 404):
        return "it does not answer as a registry does"
    return f"it answers with status {status}"


def _delay(header: str) -> float:
    """Seconds of a Retry-After."""
    if header.isdecimal():
        return float(header[:9])
    try:
        return max(parsedate_to_datetime(header).timestamp() - time.time(), 0)
    except (ValueError, TypeError, OverflowError):
        return 1
