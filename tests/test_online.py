"""`--online` against a real registry, and against servers that misbehave."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dockerfile_astro_lint.core import workers
from dockerfile_astro_lint.engine import linter
from dockerfile_astro_lint.online import registry
from dockerfile_astro_lint.online.http import TransportError
from tests.server import Act, Server, answer, serving
from tests.tool import FIXED, Outcome, inside, lint, run, write

REPOSITORY = "team/astro-runtime"
HERE = "13.11.0"
"""A tag that the registries of the tests have; of others they have none."""
GONE = "13.21.0"
API = {"Docker-Distribution-Api-Version": "registry/2.0"}


@pytest.fixture(autouse=True)
def directly(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


def online(folder: Path, host: str, *tags: str, options: tuple[str, ...] = ()) -> Outcome:
    """A run over a Dockerfile with a stage for each tag."""
    lines = [f"FROM {host}/{REPOSITORY}:{tag} AS s{number}\n" for number, tag in enumerate(tags)]
    (folder / "Dockerfile").write_text("".join(lines))
    with inside(folder):
        return run("Dockerfile", "--select", "AST112", "--online", "--format", "concise", *FIXED, *options)


class Real(NamedTuple):
    """Debian's registry on a port of its own."""

    host: str
    folder: Path

    def call(self, method: str, path: str, data: bytes = b"", kind: str = "application/octet-stream") -> str:
        """A request that must succeed; gives the Location of its answer."""
        address = urllib.parse.urljoin(f"http://{self.host}", path)
        asked = urllib.request.Request(address, data or None, {"Content-Type": kind}, method=method)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=30) as found:
            return str(found.headers["Location"])

    def push(self, repository: str, tag: str) -> None:
        """An image of one empty layer."""
        blob = b"{}"
        digest = f"sha256:{hashlib.sha256(blob).hexdigest()}"
        place = self.call("POST", f"/v2/{repository}/blobs/uploads/")
        self.call("PUT", f"{place}&digest={urllib.parse.quote(digest)}", blob)
        layer = {"mediaType": "application/vnd.oci.image.layer.v1.tar", "size": len(blob), "digest": digest}
        kind = "application/vnd.oci.image.manifest.v1+json"
        config = {**layer, "mediaType": "application/vnd.oci.image.config.v1+json"}
        document = {"schemaVersion": 2, "mediaType": kind, "config": config, "layers": [layer]}
        self.call("PUT", f"/v2/{repository}/manifests/{tag}", json.dumps(document).encode(), kind)


@contextlib.contextmanager
def running(folder: Path, storage: Path, auth: dict[str, Any]) -> Iterator[Real]:
    """The registry, for as long as the context lasts."""
    program = shutil.which("docker-registry")
    if program is None:
        pytest.skip("docker-registry is missing: apt-get install docker-registry")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    settings = {
        "version": 0.1,
        "log": {"level": "error"},
        "storage": {"filesystem": {"rootdirectory": str(storage)}},
        "http": {"addr": host, "secret": "of the test"},
        **({"auth": auth} if auth else {}),
    }
    (folder / "config.yml").write_text(json.dumps(settings))  # which is YAML, too
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen([program, "serve", str(folder / "config.yml")], stdout=log, stderr=log)
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(host.split(":")):  # type: ignore[arg-type]
                break
            assert process.poll() is None, (folder / "log").read_text()
            time.sleep(0.05)
        yield Real(host, folder)
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    folder = tmp_path_factory.mktemp("registry")
    with running(folder, folder / "storage", {}) as found:
        found.push(REPOSITORY, HERE)
        found.push("runtime", "3.1-21")
        yield found


def test_a_real_registry_has_only_what_was_pushed(real: Real, tmp_path: Path) -> None:
    outcome = online(tmp_path, real.host, HERE, GONE, "13.11.0-base")
    assert outcome.code == 1
    column = len(f"FROM {real.host}/{REPOSITORY}:") + 1
    assert outcome.lines == [
        f"Dockerfile:2:{column}: AST112 `{GONE}` does not exist in `{real.host}/{REPOSITORY}`: "
        "use a published tag (latest known: `13.11.0`)",
        f"Dockerfile:3:{column}: AST112 `13.11.0-base` does not exist in `{real.host}/{REPOSITORY}`: "
        "use a published tag",
    ]
    assert online(tmp_path, real.host, HERE).code == 0


def test_a_configured_mirror_is_contacted_under_its_own_name(real: Real, tmp_path: Path) -> None:
    config = f'[mirrors]\n"{real.host}" = "astrocrpublic.azurecr.io"\n'
    base = f"FROM {real.host}/runtime:"
    write(tmp_path, {"astro-lint.toml": config, "a/Dockerfile": f"{base}3.1-21\n", "b/Dockerfile": f"{base}3.1-22\n"})
    with inside(tmp_path):
        document = lint(".", "--online", "--select", "AST112")
    assert [(found["path"], found["code"]) for found in document["diagnostics"]] == [("b/Dockerfile", "AST112")]


def test_a_repository_that_a_real_registry_does_not_have(real: Real, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM {real.host}/nobody/astro-runtime:13.11.0\n")
    with inside(tmp_path):
        outcome = run("Dockerfile", "--online", "--select", "AST112", "--format", "concise", *FIXED)
    assert outcome.code == 1
    assert "`13.11.0` does not exist" in outcome.out


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[str, Any]], str]:
    """Makes the tokens that a registry takes which trusts `certificate.pem` in the signer's folder."""
    tool = shutil.which("openssl")
    if tool is None:
        pytest.skip("openssl is missing, which signs the tokens")
    folder = tmp_path_factory.mktemp("signer")
    command = [tool, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "36500", "-subj", "/CN=tokens"]
    subprocess.run(
        [*command, "-keyout", "key.pem", "-out", "certificate.pem"], cwd=folder, check=True, capture_output=True
    )
    chain = (folder / "certificate.pem").read_text().split("-----")[2].replace("\n", "")

    def sign(claims: dict[str, Any]) -> str:
        head = {"typ": "JWT", "alg": "RS256", "x5c": [chain]}
        signed = ".".join(_part(json.dumps(one).encode()) for one in (head, claims))
        done = subprocess.run(
            [tool, "dgst", "-sha256", "-sign", str(folder / "key.pem")],
            input=signed.encode(), check=True, capture_output=True,
        )  # fmt: skip
        return f"{signed}.{_part(done.stdout)}"

    sign.__dict__["folder"] = folder
    return sign


def test_a_real_registry_gets_an_anonymous_token(
    real: Real, signer: Callable[[dict[str, Any]], str], tmp_path: Path
) -> None:
    def act(handler: BaseHTTPRequestHandler, _: Server) -> None:
        words = urllib.parse.parse_qs(urllib.parse.urlsplit(handler.path).query)
        kind, name, actions = words["scope"][0].split(":")
        now = int(time.time())
        access = [{"type": kind, "name": name, "actions": actions.split(",")}]
        claims = {"iss": "test", "sub": "", "aud": words["service"][0], "exp": now + 300, "nbf": now - 300, "iat": now,
                  "jti": "1", "access": access}  # fmt: skip
        answer(handler, 200, json.dumps({"token": signer(claims)}).encode())

    with serving(act) as tokens:
        bundle = signer.__dict__["folder"] / "certificate.pem"
        auth = {"token": {"realm": f"{tokens.address}/token", "service": "registry of the test", "issuer": "test",
                          "rootcertbundle": str(bundle)}}  # fmt: skip
        with running(tmp_path, real.folder / "storage", auth) as guarded:
            outcome = online(tmp_path, guarded.host, HERE, GONE, "13.22.0")
    assert [line.split("`")[1] for line in outcome.lines] == [GONE, "13.22.0"]
    assert outcome.err.count("\n") == 1  # the summary
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(tokens.seen[0].path).query)
    assert query == {"service": ["registry of the test"], "scope": [f"repository:{REPOSITORY}:pull"]}
    assert len(tokens.seen) == 1


def like_a_registry(handler: BaseHTTPRequestHandler, _: Server) -> None:
    """What a registry says of the one tag that it has and of all others."""
    if handler.path == f"/v2/{REPOSITORY}/manifests/{HERE}":
        answer(handler, 200, b"{}", {"Content-Type": registry.MANIFESTS[0], "Docker-Content-Digest": "sha256:0"})
    else:
        answer(handler, 404, b'{"errors": [{"code": "MANIFEST_UNKNOWN"}]}')


def test_no_look_ups_without_the_option(tmp_path: Path) -> None:
    with serving(like_a_registry) as server, inside(tmp_path):
        (tmp_path / "Dockerfile").write_text(f"FROM {server.host}/{REPOSITORY}:{GONE}\n")
        (tmp_path / "requirements.txt").touch()
        outcome = run("Dockerfile", *FIXED)
        assert "AST112" not in outcome.out
        # Findings of the Dockerfile are not what is asked for here.
        run("requirements.txt", "--online", *FIXED)
        run("Dockerfile", "--online", "--ignore", "AST112", *FIXED)
    assert server.seen == []


def test_a_404_without_the_header_of_a_registry_needs_an_error_code(tmp_path: Path) -> None:
    with serving(like_a_registry) as server:
        outcome = online(tmp_path, server.host, HERE, GONE)
    assert [line.split("`")[1] for line in outcome.lines] == [GONE]
    assert sorted((seen.method, seen.path.rpartition("/")[2]) for seen in server.seen) == [
        ("GET", GONE), ("HEAD", HERE), ("HEAD", GONE),
    ]  # fmt: skip
    assert all("application/vnd.oci.image.index.v1+json" in seen.headers["accept"] for seen in server.seen)


def hang(_: BaseHTTPRequestHandler, server: Server) -> None:
    server.closing.wait(30)


def says(status: int, body: bytes = b"", **headers: str) -> Act:
    return lambda handler, _: answer(handler, status, body, {k.replace("_", "-"): v for k, v in headers.items()})


GIVING = says(200, b'{"token": "open-sesame"}')


def challenging(realm: str, token: Act = GIVING, status: int = 401) -> Act:
    """A registry that wants a token, which `realm` gives, and then answers with a status."""

    def act(handler: BaseHTTPRequestHandler, server: Server) -> None:
        if handler.path.startswith("/token"):
            token(handler, server)
        elif "Authorization" in handler.headers:
            answer(handler, status)
        else:
            where = realm.format(server.address)
            answer(handler, 401, b"", {"WWW-Authenticate": f'Bearer realm="{where}",service="x"'})

    return act


PORTAL = b"<!doctype html><title>Welcome</title>"
SILENT = [
    pytest.param(hang, "timed out", id="hangs"),
    pytest.param(says(500), "status 500", id="500"),
    pytest.param(says(401, b"", WWW_Authenticate='Basic realm="x"'), "it requires credentials (401)", id="basic"),
    pytest.param(says(401), "it requires credentials (401)", id="401"),
    pytest.param(says(403), "it requires credentials (403)", id="403"),
    pytest.param(says(200, PORTAL, Content_Type="text/html"), "it does not answer like a registry", id="portal"),
    pytest.param(says(404, PORTAL, Content_Type="text/html"), "it does not answer like a registry", id="404-page"),
    pytest.param(says(404, b'{"errors": [{"code": "DENIED"}]}'), "it does not answer like a registry", id="404-denied"),
    pytest.param(says(404, b'{"errors": 7}'), "it does not answer like a registry", id="404-json"),
    pytest.param(says(302, Location="/v2/again"), "it redirects more than 5 times", id="redirect-loop"),
    pytest.param(says(302, Location="file:///etc/passwd"), "it redirects from http to file", id="to-file"),
    pytest.param(says(429, b"", Retry_After="3600"), "too many requests (429)", id="429"),
    pytest.param(challenging("{}/token"), "it requires credentials (401)", id="token-is-not-enough"),
    pytest.param(challenging("{}/token", status=403), "it requires credentials (403)", id="forbidden-with-token"),
    pytest.param(challenging("{}/token", says(401)), "it requires credentials (401)", id="token-for-members"),
    pytest.param(challenging("{}/token", says(500)), "status 500", id="token-500"),
    pytest.param(challenging("{}/token", says(200, PORTAL)), "its token service returns no token", id="token-portal"),
    pytest.param(
        challenging("{}/token", says(200, b'{"token": 1}')), "its token service returns no token", id="token-shape"
    ),
    pytest.param(
        challenging("{}/token", says(200, b'{"token": "a\\r\\nX: b"}')),
        "its token service returns no token",
        id="token-header",
    ),
    pytest.param(
        challenging("http://example.invalid/"), "its token service does not use https", id="token-in-the-clear"
    ),
    pytest.param(challenging("file:///etc/passwd"), "it requires credentials (401)", id="token-file"),
    pytest.param(challenging("ftp://127.0.0.1/x"), "its token service does not use https", id="token-ftp"),
    pytest.param(challenging("http://[::1"), "it does not answer like a registry", id="token-nowhere"),
]


@pytest.mark.parametrize(("act", "sentence"), SILENT)
def test_a_failed_look_up_is_a_note_and_no_finding(
    act: Act, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if act is hang:
        monkeypatch.setattr(registry, "TIME_LIMIT", 0.2)
    with serving(act) as server:
        outcome = online(tmp_path, server.host, GONE, "13.22.0")
        assert (outcome.code, outcome.out) == (0, "")
        notes = outcome.err.splitlines()
        assert len(notes) == 2  # one for the registry, and the summary
        assert notes[0].startswith(f"astro-lint: {server.host}: {sentence}")
        assert notes[0].endswith("; 2 tags not checked")
        assert "open-sesame" not in outcome.err
        # What the other rules find is the same as without.
        with inside(tmp_path):
            asked = run("Dockerfile", "--online", "--format", "json", *FIXED)
            offline = run("Dockerfile", "--format", "json", *FIXED)
    assert (asked.code, asked.out) == (offline.code, offline.out)


def test_a_registry_that_does_not_exist(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    outcome = online(tmp_path, host, GONE)
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err.startswith(f"astro-lint: {host}: connection refused; ")


def test_retry_after_is_respected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(registry, "sleep", waits.append)

    def act(handler: BaseHTTPRequestHandler, server: Server) -> None:
        if len(server.seen) < 3:
            answer(handler, 429, b"", {"Retry-After": "7"} if len(server.seen) == 1 else {})
        else:
            like_a_registry(handler, server)

    with serving(act) as server:
        assert [line.split("`")[1] for line in online(tmp_path, server.host, GONE).lines] == [GONE]
    assert waits == [7, 1]


def test_retries_are_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "sleep", lambda _: None)
    with serving(says(429, b"", Retry_After="Thu, 01 Jan 1970 00:00:00 GMT")) as server:
        outcome = online(tmp_path, server.host, GONE)
    assert "too many requests (429)" in outcome.err
    assert len(server.seen) == 1 + registry.RETRIES


def test_a_token_is_sent_to_no_other_host(tmp_path: Path) -> None:
    with serving(like_a_registry) as other:

        def act(handler: BaseHTTPRequestHandler, server: Server) -> None:
            if handler.path.startswith("/token"):
                answer(handler, 200, b'{"access_token": "open-sesame"}')
            elif "Authorization" in handler.headers:
                answer(handler, 307, b"", {"Location": f"{other.address}{handler.path}"})
            else:
                challenges = f'Bearer realm="{server.address}/token?a=b", Basic realm="members"'
                answer(handler, 401, b"", {"WWW-Authenticate": challenges, "Www-authenticate": 'Basic realm="all"'})

        with serving(act) as server:
            outcome = online(tmp_path, server.host, HERE, GONE)
    assert [line.split("`")[1] for line in outcome.lines] == [GONE]
    assert {seen.headers.get("authorization") for seen in server.seen} == {None, "Bearer open-sesame"}
    assert other.seen
    assert not any("authorization" in seen.headers for seen in other.seen)
    asked = [seen.path for seen in server.seen if seen.path.startswith("/token")]
    assert asked == [f"/token?a=b&scope=repository%3A{REPOSITORY.replace('/', '%2F')}%3Apull"]


def test_no_credentials_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(says(401, b"", WWW_Authenticate='Basic realm="x"')) as server:
        auths = {server.host: {"auth": base64.b64encode(b"me:hunter2").decode()}}
        write(
            tmp_path, {".docker/config.json": json.dumps({"auths": auths}), ".netrc": "default login me password x\n"}
        )
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
        online(tmp_path, server.host, GONE)
    assert len(server.seen) == 1
    assert "authorization" not in server.seen[0].headers


def test_loopback_is_contacted_without_the_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(says(500)) as proxy, serving(like_a_registry) as server:
        monkeypatch.setenv("http_proxy", proxy.address)
        assert online(tmp_path, server.host, GONE).code == 1
    assert proxy.seen == []


@pytest.mark.parametrize(
    ("reference", "address"),
    [
        ("quay.io/astronomer/astro-runtime:13.11.0", "https://quay.io/v2/astronomer/astro-runtime/manifests/13.11.0"),
        ("docker.io/corp/astro-runtime:1", "https://registry-1.docker.io/v2/corp/astro-runtime/manifests/1"),
        ("localhost:5000/a/b:1", "http://localhost:5000/v2/a/b/manifests/1"),
        ("127.0.0.2/a:1", "http://127.0.0.2/v2/a/manifests/1"),
        ("[::1]:5000/a:1", "http://[::1]:5000/v2/a/manifests/1"),
        ("localhost.example/a:1", "https://localhost.example/v2/a/manifests/1"),
        ("127.0.0.1.example:80/a:1", "https://127.0.0.1.example:80/v2/a/manifests/1"),
        ("registry.corp.example:5000/a:1", "https://registry.corp.example:5000/v2/a/manifests/1"),
    ],
)
def test_only_this_machine_is_contacted_without_tls(reference: str, address: str) -> None:
    assert registry.parse_reference(reference).address == address


@pytest.mark.parametrize(("worth", "cores"), [(10**9, 1), (1, 3)])
def test_each_reference_is_looked_up_once(
    worth: int, cores: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linter, "WORTH", worth)
    monkeypatch.setattr(workers, "cores", lambda: cores)
    with serving(like_a_registry) as server:
        name = f"{server.host}/{REPOSITORY}"
        write(tmp_path, {f"p{at:02}/Dockerfile": f"FROM {name}:13.{at % 4 + 9}.0\n" for at in range(40)})
        with inside(tmp_path):
            document = lint(".", "--online", "--select", "AST112")
    found = [one["path"] for one in document["diagnostics"]]
    assert found == [f"p{at:02}/Dockerfile" for at in range(40) if at % 4 != 2]
    heads = [seen.path for seen in server.seen if seen.method == "HEAD"]
    assert sorted(heads) == [f"/v2/{REPOSITORY}/manifests/13.{at}.0" for at in (10, 11, 12, 9)]


def test_a_registry_that_hangs_does_not_delay_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linter, "WORTH", 1)
    monkeypatch.setattr(workers, "cores", lambda: 3)
    monkeypatch.setattr(registry, "TIME_LIMIT", 0.2)
    with serving(hang) as server:
        lines = f"FROM {server.host}/{REPOSITORY}:13.11.0\nUSER root\n"
        write(tmp_path, {f"p{at:02}/Dockerfile": lines for at in range(20)})
        with inside(tmp_path):
            outcome = run(".", "--online", "--format", "concise", "--select", "AST112,AST603", *FIXED)
    assert outcome.out.count("AST603") == 20
    assert outcome.err.count("timed out") == 1
    assert len(server.seen) <= 1


def test_standard_input_and_as_if(tmp_path: Path) -> None:
    with serving(like_a_registry) as server, inside(tmp_path):
        text = f"FROM {server.host}/{REPOSITORY}:{HERE}\n"
        (tmp_path / "Dockerfile").write_text(text)
        options = ("--online", "--select", "AST112", "--format", "concise", *FIXED)
        assert run("-", *options, stdin=text.replace(HERE, GONE).encode()).code == 1
        assert run("-", *options, stdin=text.encode()).code == 0
        assert run("Dockerfile", *options, "--as-if", GONE).code == 1
        assert run("Dockerfile", *options, "--as-if", HERE).code == 0


def test_a_suppression_is_unused_only_if_the_registry_answered(tmp_path: Path) -> None:
    def codes(server: Server, tag: str, *options: str) -> list[str]:
        comment = "# astro-lint: ignore[AST112] it is pushed later\n"
        (tmp_path / "Dockerfile").write_text(f"{comment}FROM {server.host}/{REPOSITORY}:{tag}\n")
        with inside(tmp_path):
            document = lint("Dockerfile", "--select", "AST003,AST112", *options)
        return [found["code"] for found in document["diagnostics"]]

    with serving(like_a_registry) as server:
        assert codes(server, GONE, "--online") == []
        assert codes(server, HERE, "--online") == ["AST003"]
        assert codes(server, HERE) == []
    with serving(says(500)) as server:
        assert codes(server, HERE, "--online") == []


def test_fixes_and_baseline(tmp_path: Path) -> None:
    with serving(like_a_registry) as server, inside(tmp_path):
        (tmp_path / "Dockerfile").write_text(f"FROM {server.host}/{REPOSITORY}:{GONE}\nUSER root\n")
        options = ("--online", "--select", "AST112,AST603", "--format", "concise", *FIXED)
        fixed = run("Dockerfile", *options, "--unsafe-fixes")
        assert [line.split()[1] for line in fixed.lines] == ["AST112"]
        assert run("Dockerfile", *options, "--write-baseline", "b.json").code == 0
        assert run("Dockerfile", *options, "--baseline", "b.json").code == 0
        assert "--unsafe-fixes" not in run("Dockerfile", *options, "--diff").out


def test_a_long_challenge_is_refused_before_it_is_searched() -> None:
    client = registry._Client(0)
    with pytest.raises(TransportError, match="its WWW-Authenticate header is longer than 4,096 characters"):
        client.token(registry.parse_reference("example.com/a:1"), "Bearer " + "a" * 60_000)


def test_a_long_retry_after_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "parsedate_to_datetime", lambda header: pytest.fail("it was parsed"))
    assert registry._delay("(" * 60_000) == 1
