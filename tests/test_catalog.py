"""`astro-lint catalog`, against servers that answer and servers that misbehave, and what runs make of the copy."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from dockerfile_astro_lint.astro import catalog_cache, catalog_feed
from dockerfile_astro_lint.astro.catalog import CatalogError, Series, bundled, days_between, format_row, is_day, overlay
from dockerfile_astro_lint.astro.image import Version
from dockerfile_astro_lint.online import catalog_update
from tests.server import Act, Server, answer, serving
from tests.test_architecture import FORBIDDEN, OWN, loaded_by
from tests.tool import FIXTURES, Outcome, inside, run

FLOATING = "FROM astrocrpublic.azurecr.io/runtime:3.1\n"
TODAY = "2026-12-02"
NEW: dict[str, Any] = {
    "schemaVersion": "1.9",
    "somethingNew": [1, 2],
    "runtimeVersionsV3": {
        "3.1-30": {
            "metadata": {
                "airflowVersion": "3.1.11",
                "releaseDate": "2026-11-20",
                "endOfMaintenance": "2027-12-31",
                "endOfBasicSupport": "2028-06-30",
                "channel": "stable",
                "defaultPythonVersion": "3.12",
                "pythonVersions": ["3.11", "3.12"],
                "colour": "blue",
            },
            "migrations": {},
        },
        "3.3-8": {"metadata": {"yanked": True, "yankedReason": "loses | logs\nat night"}},
        "4.0-1": {"metadata": {"airflowVersion": "4.0.0", "releaseDate": "2026-11-21"}},
    },
    "runtimeVersions": {},
}
"""A feed of December 2026 as the live one is: it does not say its day, and has keys that nobody here knows."""


def text(**changes: object) -> bytes:
    return json.dumps({**NEW, **changes}).encode()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a Dockerfile, on a day of which the feed is news, and no proxy."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setattr(catalog_update, "_today", lambda: TODAY)
    (tmp_path / "Dockerfile").write_text(FLOATING)
    with inside(tmp_path):
        yield tmp_path


def fetch(monkeypatch: pytest.MonkeyPatch, address: str) -> Outcome:
    monkeypatch.setenv("ASTRO_RUNTIME_VERSIONS_URL", address)
    return run("catalog", "update")


def linted(*options: str) -> str:
    return run("Dockerfile", "--today", TODAY, "--format", "json", *options).out


def test_a_downloaded_catalog_is_used_in_every_run(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = linted()
    with serving(lambda handler, _: answer(handler, 200, text())) as server:
        outcome = fetch(monkeypatch, f"{server.address}/feed?key=secret")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == "Updated the catalog to 2026-12-02: 2 new (3.1-30, 4.0-1) and 1 yanked (3.3-8).\n"
    found = json.loads(linted())
    assert found["tool"]["catalog"] == TODAY
    assert "latest known: `3.1-30`" in found["diagnostics"][-1]["message"]
    assert run("--version").out.endswith("(catalog of 2026-12-02)\n")
    assert f"catalog: 2026-12-02, fetched from {server.address}/feed" in run("config").lines
    assert b"secret" not in Path(catalog_cache.path()).read_bytes()
    # What only the bundle knows is still known, and --isolated and --catalog have nothing of the copy.
    assert run("catalog", "show", "13.5.0").code == 0
    assert linted("--isolated") == before
    assert run("--isolated", "--version").out.endswith(f"(catalog of {bundled().date})\n")
    assert "3.1-30" not in linted("--catalog", str(FIXTURES / "catalog.json"))
    (project / "Dockerfile").write_text("FROM astrocrpublic.azurecr.io/runtime:3.3-8\n")
    assert "was yanked (loses logs at night)" in linted()


def test_a_request_has_a_user_agent_and_no_other_data(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(lambda handler, _: answer(handler, 200, text())) as server:
        fetch(monkeypatch, server.address)
    [seen] = server.seen
    assert set(seen.headers) == {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert seen.headers["user-agent"].startswith("astro-lint/")


def hang(_: BaseHTTPRequestHandler, server: Server) -> None:
    server.closing.wait(30)


def drip(handler: BaseHTTPRequestHandler, server: Server) -> None:
    """Some bytes now and then, so that no single wait is long."""
    handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
    while not server.closing.wait(0.02):
        handler.wfile.write(b" ")


def drip_headers(handler: BaseHTTPRequestHandler, server: Server) -> None:
    handler.wfile.write(b"HTTP/1.0 200 OK\r\nX: ")
    while not server.closing.wait(0.02):
        handler.wfile.write(b"x")


def endless(handler: BaseHTTPRequestHandler, server: Server) -> None:
    handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
    while not server.closing.is_set():
        handler.wfile.write(b" " * 65536)


def raw(data: bytes) -> Act:
    def act(handler: BaseHTTPRequestHandler, _: Server) -> None:
        handler.wfile.write(data)

    return act


def says(status: int, body: bytes = b"", **headers: str) -> Act:
    return lambda handler, _: answer(handler, status, body, {k.replace("_", "-"): v for k, v in headers.items()})


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
PORTAL = b"<!doctype html><title>Welcome to our guest network</title>"
WRONG = [
    pytest.param(hang, "timed out", id="hangs"),
    pytest.param(drip, "timed out", id="drips"),
    pytest.param(drip_headers, "timed out", id="drips-headers"),
    pytest.param(says(200, PORTAL, Content_Type="text/html"), "it is not JSON but a web page", id="captive-portal"),
    pytest.param(says(200, text()[:150]), "it is not JSON (", id="truncated-document"),
    pytest.param(says(200, text(), Content_Length="99999"), "the response ends after ", id="truncated-transfer"),
    pytest.param(raw(CHUNKED + b"50\r\n{}"), "the response is incomplete", id="truncated-chunk"),
    pytest.param(endless, "the response is larger than 1 MiB", id="gigantic"),
    pytest.param(says(200, text(schemaVersion="2.0")), "it has schema 2.0, but this astro-lint ", id="schema"),
    pytest.param(says(200, b"{}"), "it has no builds", id="empty-object"),
    pytest.param(says(200, b""), "it is not JSON: it is empty", id="empty"),
    pytest.param(says(200, b"[]"), "it is not a JSON object", id="list"),
    pytest.param(says(200, b"[" * 200_000), "it is not JSON (", id="deep"),
    pytest.param(says(200, text(runtimeVersionsV3=[])), "`runtimeVersionsV3` is not an object", id="shape"),
    pytest.param(
        says(200, text(runtimeVersionsV3={"3.1-1": {"metadata": {"releaseDate": "soon"}}})),
        "runtimeVersionsV3 3.1-1 has 'soon', which is not a date", id="date",
    ),
    pytest.param(says(401), "it requires credentials (401), and astro-lint sends none", id="401"),
    pytest.param(says(404), "status 404", id="404"),
    pytest.param(says(500, PORTAL), "status 500", id="500"),
    pytest.param(says(204), "status 204", id="204"),
    pytest.param(says(304), "status 304", id="304-unasked"),
    pytest.param(says(302, Location="/again"), "it redirects more than 5 times", id="redirect-loop"),
    pytest.param(says(302, Location="file:///etc/passwd"), "it redirects from http to file", id="to-file"),
    pytest.param(says(307, Location="ftp://127.0.0.1/x"), "it redirects from http to ftp", id="to-ftp"),
    pytest.param(says(301, Location="https://127.0.0.1/x"), "it redirects from http to https", id="to-https"),
    pytest.param(says(302, Location="http://[::1/x"), "it redirects to an invalid URL", id="to-nowhere"),
    pytest.param(raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "the response is not HTTP", id="not-http"),
    pytest.param(raw(b""), "the response is not HTTP", id="nothing"),
    pytest.param(
        says(200, text(), Date="Fri, 01 Jan 2038 00:00:00 GMT"),
        "it has no date, and the clocks differ: 2026-12-02 on this machine, 2038-01-01 on the server",
        id="clock-of-the-server",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("act", "sentence"), WRONG)
@pytest.mark.parametrize("earlier", [False, True], ids=["bundle", "copy"])
def test_an_unusable_feed_changes_nothing(
    act: Act, sentence: str, earlier: bool, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog_feed, "MAX_FEED_BYTES", 1024 * 1024)
    if earlier:
        with serving(says(200, text())) as server:
            assert fetch(monkeypatch, server.address).code == 0
    path = Path(catalog_cache.path())
    before = path.read_bytes() if earlier else None, linted()
    if act in (hang, drip, drip_headers):
        monkeypatch.setattr(catalog_update, "TIME_LIMIT", 0.2)
    with serving(act) as server:
        outcome = fetch(monkeypatch, server.address)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"astro-lint: {server.address}: {sentence}")
    assert outcome.err.endswith(f"; still using the catalog of {TODAY if earlier else bundled().date}\n")
    assert outcome.err.count("\n") == 1
    assert (path.read_bytes() if path.exists() else None, linted()) == before
    assert not earlier or [one.name for one in path.parent.iterdir()] == [path.name]


def test_an_unreachable_host(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    refused = fetch(monkeypatch, f"http://127.0.0.1:{port}/feed")
    unknown = fetch(monkeypatch, "http://nowhere.invalid/feed")
    assert [refused.code, unknown.code] == [2, 2]
    assert refused.err.startswith(
        f"astro-lint: http://127.0.0.1:{port}/feed: connection refused; still using the catalog of"
    )
    assert unknown.err.startswith("astro-lint: http://nowhere.invalid/feed: connection failed (")
    assert (refused.err + unknown.err).count("\n") == 2


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("file:///etc/passwd", "the URL must start with https:// or http://; for a file, use `catalog update FILE`"),
        ("feed.json", "the URL must start with https:// or http://"),
        ("http://[::1/feed", "invalid URL"),
        ("http://", "the URL must start with https:// or http://"),
        ("https://me:hunter2@127.0.0.1/feed", "a user name in the URL is not supported"),
    ],
)
def test_refused_addresses(address: str, sentence: str, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = fetch(monkeypatch, address)
    assert outcome.code == 2
    assert outcome.err.startswith(f"astro-lint: ASTRO_RUNTIME_VERSIONS_URL: {sentence}")
    assert "hunter2" not in outcome.err


def test_a_clock_far_behind(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog_update, "_today", lambda: "1970-01-01")
    with serving(says(200, text())) as server:
        outcome = fetch(monkeypatch, server.address)
    assert outcome.code == 2
    assert (
        "it has no date, and the clock of this machine is wrong (1970-01-01); still using the catalog of" in outcome.err
    )
    with serving(says(200, text(asOf="2026-11-30"))) as server:
        assert fetch(monkeypatch, server.address).out.startswith("Updated the catalog to 2026-11-30: ")


def test_a_redirect_that_stays_in_its_scheme_is_followed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def act(handler: BaseHTTPRequestHandler, _: Server) -> None:
        if handler.path == "/old":
            answer(handler, 301, b"moved", {"Location": "/new?of=today"})
        else:
            answer(handler, 200, text())

    with serving(act) as server:
        assert fetch(monkeypatch, f"{server.address}/old").code == 0
    assert [seen.path for seen in server.seen] == ["/old", "/new?of=today"]


def test_an_unchanged_feed_is_not_downloaded_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def act(handler: BaseHTTPRequestHandler, _: Server) -> None:
        if handler.headers["If-None-Match"] == '"7"':
            answer(handler, 304, b"", {"Content-Length": "0"})
        else:
            answer(handler, 200, text(), {"ETag": '"7"', "Last-Modified": "Tue, 01 Dec 2026 10:00:00 GMT"})

    with serving(act) as server:
        assert fetch(monkeypatch, server.address).code == 0
        monkeypatch.setattr(catalog_update, "_today", lambda: "2027-02-20")
        again = fetch(monkeypatch, server.address)
        other = fetch(monkeypatch, f"{server.address}/other")
    # To be told that there is nothing new is news of that day.
    assert (again.code, again.out) == (0, f"The catalog of 2027-02-20 is up to date with {server.address}.\n")
    assert server.seen[1].headers["if-modified-since"] == "Tue, 01 Dec 2026 10:00:00 GMT"
    assert other.code == 0
    assert not {"if-none-match", "if-modified-since"} & set(server.seen[2].headers)


def test_update_from_a_file(project: Path) -> None:
    (project / "feed.json").write_bytes(text(asOf="2026-11-29T08:00:00Z"))
    outcome = run("catalog", "update", "feed.json")
    assert (outcome.code, outcome.out.partition(":")[0]) == (0, "Updated the catalog to 2026-11-29")
    assert "(latest known: `3.1-30`)" in linted()
    # Without a day of its own it is of the day that it was made, but at least of the newest build that is out.
    (project / "feed.json").write_bytes(text(runtimeVersions={"14.0.0": {"metadata": {"releaseDate": "2027-05-05"}}}))
    for seconds, day in ((1795600000, "2026-11-25"), (1000000000, "2026-11-21"), (2000000000, TODAY)):
        os.utime("feed.json", (seconds, seconds))
        assert run("catalog", "update", "feed.json").out.startswith(f"Updated the catalog to {day}: ")


def test_a_file_older_than_the_bundle_is_kept_and_not_used(project: Path) -> None:
    before = linted()
    (project / "feed.json").write_bytes(text(asOf="2026-01-01"))
    outcome = run("catalog", "update", "feed.json")
    assert outcome.code == 0
    assert outcome.out == (
        f"Stored the catalog of 2026-01-01; the bundled catalog is newer ({bundled().date}) and is used.\n"
    )
    assert linted() == before


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "No such file or directory"), (PORTAL, "it is not JSON but a web page"), (b"{}", "it has no builds")],
)
def test_an_unusable_file_changes_nothing(project: Path, content: bytes | None, sentence: str) -> None:
    if content is not None:
        (project / "feed.json").write_bytes(content)
    outcome = run("catalog", "update", "feed.json")
    assert outcome.code == 2
    assert outcome.err.startswith(f"astro-lint: feed.json: {sentence}")
    assert outcome.err.endswith(f"; still using the catalog of {bundled().date}\n")
    assert not Path(catalog_cache.path()).exists()


def test_a_cache_folder_that_cannot_be_written(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "feed.json").write_bytes(text())
    (project / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(project / "file"))
    before = linted()
    outcome = run("catalog", "update", "feed.json")
    assert outcome.code == 2
    path = project / "file/astro-lint/catalog-2.txt"
    assert outcome.err == f"astro-lint: cannot write the catalog to {path}: Not a directory\n"
    assert linted() == before


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
def test_a_cache_folder_that_is_read_only(project: Path) -> None:
    (project / "feed.json").write_bytes(text())
    folder = Path(catalog_cache.path()).parent
    folder.mkdir()
    folder.chmod(0o500)
    outcome = run("catalog", "update", "feed.json")
    assert outcome.code == 2
    assert "Permission denied" in outcome.err


def test_a_damaged_copy_is_mentioned_and_not_used(project: Path) -> None:
    before = linted()
    (project / "feed.json").write_bytes(text())
    run("catalog", "update", "feed.json")
    path = Path(catalog_cache.path())
    whole = path.read_bytes()
    broken = [whole[:cut] for cut in (0, 1, 30, len(whole) // 2, len(whole) - 1)]
    broken += [whole.replace(b"3.1-30", b"3.1-3O"), whole + b"\n", b"\0" * 99, b"astro-lint catalog 0\n", b"\xff\xfe"]
    for data in broken:
        path.write_bytes(data)
        outcome = run("Dockerfile", "--today", TODAY, "--format", "json")
        assert outcome.out == before
        assert outcome.code == 1
        assert outcome.err == (
            "astro-lint: ignoring the cached catalog, it is damaged: run `astro-lint catalog update` to replace it\n"
        )
        assert run("Dockerfile", "--today", TODAY, "--quiet").err == ""
    assert run("catalog", "update", "feed.json").code == 0
    assert path.read_bytes() == whole


def test_a_folder_in_place_of_the_cache_file_is_no_failure(project: Path) -> None:
    before = linted()
    path = Path(catalog_cache.path())
    path.mkdir(parents=True)
    outcome = run("Dockerfile", "--today", TODAY, "--format", "json")
    assert (outcome.out, outcome.err.count("ignoring the cached catalog, ")) == (before, 1)
    if hasattr(os, "mkfifo"):
        path.rmdir()
        os.mkfifo(path)
        assert linted() == before


def test_an_older_copy_than_the_bundle_is_not_used(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "feed.json").write_bytes(text())
    run("catalog", "update", "feed.json")
    newer = bundled()
    monkeypatch.setattr(newer, "date", "2027-01-15")
    assert "3.1-30" not in linted()
    assert '"catalog": "2027-01-15"' in linted()


def test_a_run_with_a_copy_loads_nothing_more(project: Path) -> None:
    (project / "feed.json").write_bytes(text())
    run("catalog", "update", "feed.json")
    program = (
        "from dockerfile_astro_lint.astro import catalog_cache; from dockerfile_astro_lint.cli.main import main; "
        "main(['Dockerfile']); assert catalog_cache.newest()[0].origin.startswith('fetched')"
    )
    loaded = loaded_by(program, project)
    assert not {name for name in loaded if any(name == one or name.startswith(f"{one}.") for one in FORBIDDEN)}
    assert not {name for name in loaded if name.removeprefix("dockerfile_astro_lint.") in OWN.split()}


def test_the_cache_path_is_that_of_platformdirs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from platformdirs import macos, unix, windows

    folders = {"linux": unix.Unix, "darwin": macos.MacOS}
    monkeypatch.setenv("HOME", str(tmp_path))
    for setting in (None, "", str(tmp_path / "caches")):
        monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
        if setting is not None:
            monkeypatch.setenv("XDG_CACHE_HOME", setting)
        for platform, kind in folders.items():
            assert os.path.dirname(catalog_cache.path(platform)) == kind("astro-lint", False).user_cache_dir, setting
    # Not all releases of platformdirs know that a relative one does not count.
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert catalog_cache.path("linux") == str(tmp_path / ".cache/astro-lint/catalog-2.txt")
    local = str(tmp_path / "AppData" / "Local")
    monkeypatch.setenv("LOCALAPPDATA", local)
    monkeypatch.setattr(windows, "get_win_folder", windows.get_win_folder_from_env_vars)
    assert os.path.dirname(catalog_cache.path("win32")) == windows.Windows("astro-lint", False).user_cache_dir
    assert run("catalog", "path").lines == [catalog_cache.path()]


def test_a_proxy_of_the_environment_is_used(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(says(200, text())) as proxy:
        monkeypatch.setenv("http_proxy", proxy.address)
        assert fetch(monkeypatch, "http://feed.invalid/versions").code == 0
        monkeypatch.setenv("no_proxy", "feed.invalid")
        assert fetch(monkeypatch, "http://feed.invalid/versions").code == 2
    assert [seen.path for seen in proxy.seen] == ["http://feed.invalid/versions"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file with a key and the certificate of 127.0.0.1 that it has signed itself."""
    tool = shutil.which("openssl")
    if tool is None:
        pytest.skip("openssl is missing, which makes the certificate")
    folder = tmp_path_factory.mktemp("certificate")
    command = [tool, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "36500", "-subj", "/CN=127.0.0.1"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "certificate.pem"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_text((folder / "key.pem").read_text() + (folder / "certificate.pem").read_text())
    return str(both)


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_certificates_of_the_environment_are_trusted(
    variable: str, project: Path, certificate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    with serving(says(200, text()), certificate) as server:
        address = f"https://{server.host}/feed"
        stranger = fetch(monkeypatch, address)
        monkeypatch.setenv(variable, certificate)
        known = fetch(monkeypatch, address)
        if variable != "SSL_CERT_FILE":
            monkeypatch.setenv(variable, str(project / "missing.pem"))
            missing = fetch(monkeypatch, address)
            assert f"{variable} is not a file of certificates" in missing.err
    assert stranger.code == 2
    assert "untrusted certificate (self" in stranger.err
    assert known.code == 0


def test_an_old_catalog_says_how_to_update_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def last(*options: str) -> str:
        return run("Dockerfile", *options).lines[-1]

    fixed = ("--catalog", str(FIXTURES / "catalog.json"))
    assert last("--today", "2026-11-24", *fixed).endswith("(catalog of 2026-09-25).")
    assert last("--today", "2026-11-25", *fixed).endswith("(catalog of 2026-09-25, 61 days old).")
    (project / "feed.json").write_bytes(text(asOf="2026-12-01"))
    run("catalog", "update", "feed.json")
    day = ("--today", "2027-02-01")
    assert last(*day).endswith("(catalog of 2026-12-01, 62 days old: `astro-lint catalog update` fetches a newer one).")
    assert "days old)." in last("--today", "2030-01-01", "--isolated")
    assert json.loads(run("Dockerfile", *day, "--format", "json").out)["tool"]["catalog"] == "2026-12-01"
    assert "62 days old" in run("Dockerfile", *day, "--format", "concise").err


def test_show_lists_every_series(project: Path) -> None:
    fixed = ("--catalog", str(FIXTURES / "catalog.json"), "--today", "2026-10-01")
    lines = run("catalog", "show", *fixed).lines
    assert lines[0].startswith("Catalog of 2026-09-25, ")
    assert " ".join(line.split()[0] for line in lines[3:]) == "3.3 3.2 3.1 3.0 13 12 11 10 9 8 7 6 5 4 3"
    assert "3.3      3.3           8  3.3-8      2026-09-23    2028-07-31 (669 days left)" in lines
    assert lines[-1].endswith("2022-02-28 (past)")
    assert run("catalog", *fixed).lines == lines


def test_show_lists_the_facts_of_a_version_and_their_sources(project: Path) -> None:
    (project / "feed.json").write_bytes(text(asOf="2026-12-01"))
    run("catalog", "update", "feed.json")

    def facts(*words: str) -> list[str]:
        lines = run("catalog", "show", *words, "--today", TODAY).lines
        assert lines[0].startswith(f"Runtime {words[0].partition('-python')[0]} (catalog of 2026-12-01, fetched from ")
        return [" ".join(line.split()) for line in lines[1:]]

    new = facts("3.1-30-python-3.11")
    assert new[0] == "image astrocrpublic.azurecr.io/runtime:3.1-30 [tag grammar]"
    for line in (
        "Airflow 3.1.11 [feed]", "released 2026-11-20 [feed]", "channel stable [feed]",
        "Python variants 3.11, 3.12 [feed]",
        "end of maintenance 2027-12-31 (394 days left) [feed]", "end of basic support 2028-06-30 [feed]",
        "operating system Debian 12 (bookworm) [series table]", "newest build 3.1-30 [catalog of 2026-12-01]",
    ):  # fmt: skip
        assert line in new
    seen = facts("3.1-12")
    assert "first seen 2026-02-13 [seen in use]" in seen
    assert "Python 3.12 [series table]" in seen
    assert "yanked yes: loses logs at night [feed]" in facts("3.3-8")
    assert "Airflow 2.11.2 [live feed 2026-09-25]" in facts("13.11.0")
    series = facts("3.1")
    assert series[-1].startswith("known builds 3.1-1, 3.1-2, ")
    assert series[-1].endswith("3.1-30 [catalog of 2026-12-01]")
    assert facts("3.1-99")[0] == "Unknown build; facts about the series Runtime 3.1:"
    assert "Airflow 4.0.0 [feed]" in facts("4.0-1")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["show", "foo"], "catalog show foo: not a version (3.1-12, 13.11.0) or a series (3.1, 13)"),
        (["show", "99.0.0"], "catalog show 99.0.0: unknown Runtime 99 (catalog of "),
        (["path", "x"], "catalog path: unexpected argument"),
        (["fetch"], "argument action: invalid choice: 'fetch'"),
        (["show", "--today", "soon"], "--today: `soon` is not a valid date"),
    ],
)
def test_invalid_arguments_are_reported(words: list[str], sentence: str) -> None:
    outcome = run("catalog", *words)
    assert outcome.code == 2
    assert outcome.err.startswith(f"astro-lint: {sentence}")


def test_the_bundle_tool_merges_a_feed_and_lists_the_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))
    try:
        import bundle_catalog
    finally:
        sys.path.pop(0)
    for name in ("FEED", "TARGET", "DETAILS"):
        monkeypatch.setattr(bundle_catalog, name, Path(shutil.copy(getattr(bundle_catalog, name), tmp_path)))
    monkeypatch.setattr(bundle_catalog, "FEED", Path(shutil.copy(FIXTURES / "catalog.json", tmp_path)))
    (tmp_path / "feed.json").write_bytes(text(asOf="2026-12-01"))
    lines = list(bundle_catalog.take_in(tmp_path / "feed.json"))
    assert lines == [
        "3.1-30: new, Airflow 3.1.11, released 2026-11-20",
        "3.3-8: yanked none -> loses | logs\nat night",
        "4.0-1: new, Airflow 4.0.0, released 2026-11-21",
        "The catalog is of 2026-12-01 (before: 2026-09-25); 219 builds that this feed lacks are kept.",
    ]
    assert bundle_catalog.main([]) == 0
    assert "\n3.1-30|3.1.11|2026-11-20|3.12|3.11,3.12|2027-12-31|\n" in bundle_catalog.TARGET.read_text()
    assert 'DATE = "2026-12-01"' in bundle_catalog.TARGET.read_text()
    kept = bundle_catalog.FEED.read_bytes()
    (tmp_path / "feed.json").write_bytes(PORTAL)
    assert bundle_catalog.main([str(tmp_path / "feed.json")]) == 2
    assert bundle_catalog.FEED.read_bytes() == kept


FIELDS = ("airflow", "released", "python", "pythons", "end_of_maintenance", "yanked")
ROW = ("3.1.99", "2026-11-01", "3.13", "3.12,3.13", "2029-01-31", "loses logs")
"""Nothing of this is what the bundle says of 3.1-21."""


@pytest.mark.parametrize("at", range(len(FIELDS)))
def test_newer_fields_override_older_ones(at: int) -> None:
    """What the newer says nothing of stays known; but whether a build is yanked it always says."""
    version = Version(3, (3, 1, 21))
    known = bundled().build(version)
    assert known is not None
    fields = ["", "", "", "", "", ""]
    fields[at] = ROW[at]
    new = overlay(LATER, "|".join(["3.1-21", *fields]), "", "here", "").build(version)
    assert new is not None
    there = ("3.12", "3.13") if at == 3 else ROW[at]
    assert new._asdict() == {**known._asdict(), "yanked": None, FIELDS[at]: there}


LATER = "2026-11-26"


def test_an_overlay_has_the_builds_of_both_catalogs() -> None:
    """Builds, series, and how many of them there are."""
    newer = overlay(LATER, "3.1-99|3.1.9|2026-11-20|3.13|3.13||\n9.9-1|9.9.0||||2030-01-31|", "", "here", "")
    ours = bundled()
    assert [str(build.version) for build in newer.of_series("3.1")] == [
        *(str(build.version) for build in ours.of_series("3.1")),
        "3.1-99",
    ]
    assert newer.of_series("12") == ours.of_series("12")
    assert len(newer.builds) == len(ours.builds) + 1
    assert set(newer.builds) == {*ours.builds, "9.9"}
    assert newer.of_series("7.7") == ()
    assert newer.end_of_maintenance(Version(3, (9, 9, 1))) == "2030-01-31"
    assert newer.date == LATER


def test_a_series_gets_its_ends_from_the_newer_catalog() -> None:
    series = "3.1|x|x|2031-01-31||||2032-01-31\n8.8|8.8|2030-01-01|2031-02-28|3.15|3.15|yes|2032-02-29"
    newer, ours = overlay(LATER, "", series, "here", ""), bundled()
    known = ours.series["3.1"]
    assert newer.series["3.1"] == known._replace(end_of_maintenance="2031-01-31", end_of_basic_support="2032-01-31")
    assert newer.series["8.8"].pythons == ("3.15",)
    assert newer.series["8.8"].pythons_complete
    assert newer.series["12"] == ours.series["12"]
    assert newer.end_of_basic_support(Version(3, (8, 8, 1))) == "2032-02-29"
    assert newer.end_of_basic_support(Version(3, (7, 7, 1))) == ""


def test_the_end_of_a_build_overrides_that_of_its_series() -> None:
    version, other = Version(3, (3, 1, 21)), Version(3, (3, 1, 999))
    newer = overlay(LATER, "3.1-21|||||2029-01-31|", "", "here", "")
    assert newer.end_of_maintenance(version) == "2029-01-31"
    assert newer.end_of_maintenance(other) == bundled().series["3.1"].end_of_maintenance != ""
    assert newer.end_of_maintenance(Version(3, (7, 7, 1))) == ""


def test_lifecycle_of_a_version() -> None:
    version = Version(3, (3, 1, 21))
    catalog = overlay(LATER, "3.1-21|||||2029-01-31|", "", "here", "")
    assert catalog.lifecycle(version, "2028-10-01", 90) == []
    assert catalog.lifecycle(version, "2028-11-02", 90) == ["end-of-maintenance-soon"]
    assert catalog.lifecycle(version, "2028-11-03", 90) == ["end-of-maintenance-soon"]
    assert catalog.lifecycle(version, "2028-11-01", 90) == []
    assert catalog.lifecycle(version, "2029-01-31", 90) == ["end-of-maintenance-soon"]
    assert catalog.lifecycle(version, "2029-01-31", 0) == ["end-of-maintenance-soon"]
    assert catalog.lifecycle(version, "2029-02-01", 90) == ["end-of-maintenance"]
    assert catalog.lifecycle(Version(3, (3, 1, 999)), "2020-01-01", 90) == ["unlisted"]
    assert catalog.lifecycle(Version(3, (7, 7, 1)), "2029-02-01", 90) == ["unlisted"]
    yanked = overlay(LATER, "3.1-21|||||2029-01-31|loses logs", "", "here", "")
    assert yanked.lifecycle(version, "2020-01-01", 90) == ["yanked"]
    assert yanked.lifecycle(version, "2030-01-01", 90) == ["yanked", "end-of-maintenance"]


@pytest.mark.parametrize(
    ("first", "second", "days"),
    [
        ("2026-01-01", "2026-01-01", 0), ("2026-01-01", "2026-12-31", 364), ("2024-02-28", "2024-03-01", 2),
        ("2023-02-28", "2023-03-01", 1), ("2000-02-28", "2000-03-01", 2), ("2100-02-28", "2100-03-01", 1),
        ("2026-03-01", "2025-03-01", -365), ("1999-12-31", "2000-01-01", 1), ("2026-07-31", "2026-09-01", 32),
    ],
)  # fmt: skip
def test_days_between_two_dates(first: str, second: str, days: int) -> None:
    assert days_between(first, second) == days == (date.fromisoformat(second) - date.fromisoformat(first)).days


def test_rows_round_trip() -> None:
    ours = bundled()
    series = "\n".join(map(format_row, ours.series.values()))
    rows = [build for name in ours.builds for build in ours.of_series(name)]
    again = overlay(LATER, "\n".join(map(format_row, rows)), series, "here", "")
    assert again.series == ours.series
    assert [build for name in again.builds for build in again.of_series(name)] == rows
    new = Series("9.9", "9.9", "2030-01-01", "2031-01-31", "3.15", ("3.14", "3.15"), True, "2032-01-31")
    assert overlay(LATER, "", format_row(new), "here", "").series["9.9"] == new
    part = new._replace(pythons_complete=False, end_of_basic_support="")
    assert overlay(LATER, "", format_row(part), "here", "").series["9.9"] == part
    odd = rows[0]._replace(yanked="loses | logs\n at  night")
    assert format_row(odd).endswith("|loses logs at night")


@pytest.mark.parametrize(
    "text",
    [
        "", "2026", "2026-09", "2026-9-25", "26-09-25", "2026-09-25-01", "2026/09/25", "2026-13-01", "2026-02-29",
        "2026-00-10", "0000-01-01", "2026-+1-01", "2026- 1-01", "+026-01-01", "2026-01-1_", "٢٠٢٦-٠٩-٢٥", "2026-09-2x",
    ],
)  # fmt: skip
def test_invalid_dates(text: str) -> None:
    assert not is_day(text)
    assert run("--today", text, "-", stdin=b"FROM a\n").code == 2


def test_valid_dates() -> None:
    assert all(map(is_day, ("2026-09-25", "2024-02-29", "0001-01-01", "9999-12-31")))


def feed_of(**entries: object) -> bytes:
    """A feed with Airflow 3 builds alone: `b3_1_21={...}` is 3.1-21."""
    named = {"-".join(name[1:].replace("_", ".").rsplit(".", 1)): entry for name, entry in entries.items()}
    return json.dumps({"runtimeVersionsV3": named}).encode()


def test_details_of_a_feed() -> None:
    found = catalog_feed.parse_feed(
        feed_of(
            b3_1_21={"metadata": {"releaseDate": "2026-09-10", "channel": "stable", "endOfBasicSupport": "2028-01-31"},
                     "firstSeen": "2026-09-11", "evidence": "registry"},
            b3_1_22={"metadata": {}, "firstSeen": "2026-10-01"},
            b3_1_23={"metadata": {}},
        )
    )  # fmt: skip
    assert found.details == (
        catalog_feed.Detail("3.1-21", "registry", "", "stable", "2028-01-31"),
        catalog_feed.Detail("3.1-22", "feed", "first seen", "", ""),
        catalog_feed.Detail("3.1-23", "feed", "", "", ""),
    )
    assert [build.released for build in found.builds] == ["2026-09-10", "2026-10-01", ""]


def test_the_end_of_basic_support_comes_from_the_build_that_has_it() -> None:
    known = bundled().series["3.1"]
    silent = catalog_feed.load_feed(feed_of(b3_1_21={"metadata": {}}), "here")
    assert silent.series["3.1"].end_of_basic_support == known.end_of_basic_support != ""
    said = catalog_feed.load_feed(
        feed_of(b3_1_21={"metadata": {"endOfBasicSupport": "2029-09-30"}}, b3_1_22={"metadata": {}}), "here"
    )
    assert said.series["3.1"].end_of_basic_support == "2029-09-30"
    assert [line.partition("|")[0] for line in said.details.split("\n")] == ["3.1-21", "3.1-22"]


@pytest.mark.parametrize(
    ("written", "python", "pythons"),
    [
        ("3.12", "3.12", ("3.12",)), ("3.12.4", "3.12", ("3.12",)), ("3", "", ()), ("", "", ()), ("3.x", "", ()),
        ("x.3", "", ()), ("pypy", "", ()), ("3.", "", ()), ("3.\u0663", "", ()), ("latest.3.12", "", ()),
    ],
)  # fmt: skip
def test_python_versions_of_a_feed(written: str, python: str, pythons: tuple[str, ...]) -> None:
    (build,) = catalog_feed.parse_feed(
        feed_of(b3_1_21={"metadata": {"defaultPythonVersion": written, "pythonVersions": [written]}})
    ).builds
    assert (build.python, build.pythons) == (python, pythons)


def test_a_feed_of_the_far_future_is_refused_and_a_copy_of_it_is_not_used(project: Path) -> None:
    (project / "feed.json").write_bytes(json.dumps({**json.loads(text()), "asOf": "9999-12-31"}).encode())
    outcome = run("catalog", "update", "feed.json")
    assert outcome.code == 2
    assert "its date 9999-12-31 is in the future" in outcome.err
    fields = ["9999-12-31", "feed", "https://example.com/feed", "", "", "", "", ""]
    os.makedirs(os.path.dirname(catalog_cache.path()), exist_ok=True)
    Path(catalog_cache.path()).write_bytes(catalog_cache.render_cache(fields))
    catalog, warning = catalog_cache.newest()
    assert catalog.date == bundled().date
    assert "its date 9999-12-31 is in the future" in warning


def test_a_feed_of_too_many_builds_is_refused_before_they_are_read() -> None:
    builds = {f"13.{number}.0": "not read" for number in range(catalog_feed.MAX_BUILDS + 1)}
    with pytest.raises(CatalogError, match="it lists 10,001 builds, and astro-lint reads at most 10,000"):
        catalog_feed.parse_feed(json.dumps({"runtimeVersions": builds}).encode())


def test_the_size_limit_of_a_feed_is_inclusive(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CatalogError, match="larger than 16 MiB"):
        catalog_feed.parse_feed(b" " * 16 * 1024 * 1024 + b"1")
    data = feed_of(b3_1_21={"metadata": {}})
    monkeypatch.setattr(catalog_feed, "MAX_FEED_BYTES", len(data))
    assert len(catalog_feed.parse_feed(data).builds) == 1


def test_a_long_schema_version_is_truncated() -> None:
    with pytest.raises(CatalogError, match=r"it has schema 9{20}, but"):
        catalog_feed.parse_feed(json.dumps({"schemaVersion": "9" * 30}).encode())
