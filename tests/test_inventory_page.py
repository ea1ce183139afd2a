"""The HTML page of the inventory in a real browser: sorting, filtering, keyboard, dark theme, no script, printing."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .test_inventory import PROJECTS, monorepo, take
from .test_inventory_merge import findings, merge, project, report, save
from .tool import write

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        os.name == "nt" or not CHROMIUM,
        reason="no Chromium here to open the page with (Debian: apt-get install chromium)",
    ),
]
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
         "--remote-debugging-pipe")  # fmt: skip
PATIENCE = 300
"""Seconds that a browser may take for an answer, of which it needs a few hundredths, before it counts as hanging."""


class Browser:
    """A page in a browser that is driven through pipes: messages in JSON, each ended by a NUL."""

    def __init__(self, to: int, back: int) -> None:
        self.to, self.back = to, back
        self.number, self.session, self.rest = 0, "", b""
        self.seen: list[dict[str, Any]] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and wait for its answer."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            found = self.read()
            if found.get("id") == self.number:
                assert "error" not in found, found
                answer: dict[str, Any] = found["result"]
                return answer
            self.seen.append(found)

    def read(self) -> dict[str, Any]:
        while b"\0" not in self.rest:
            assert select.select([self.back], [], [], PATIENCE)[0], "the browser does not answer"
            data = os.read(self.back, 1 << 20)
            assert data, "the browser is gone"
            self.rest += data
        message, _, self.rest = self.rest.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found

    def load(self, url: str) -> None:
        """Navigate, and wait for the event of this page: that of the page before may come late."""
        self.seen.clear()
        self.ask("Page.navigate", url=url)
        number, arrived = 0, False
        while True:
            while number == len(self.seen):
                self.seen.append(self.read())
            one = self.seen[number]
            number += 1
            arrived = arrived or (one.get("method") == "Page.frameNavigated" and one["params"]["frame"]["url"] == url)
            if arrived and one.get("method") == "Page.loadEventFired":
                return

    def open(self, path: Path, fragment: str = "") -> None:
        self.seen.clear()
        self.ask("Page.navigate", url="about:blank")
        self.ask("Page.navigate", url=f"{path.as_uri()}{fragment}")
        loaded = "new Promise((done) => document.readyState === 'complete' ? done() : addEventListener('load', done))"
        self.ask("Runtime.evaluate", expression=f"{loaded}.then(() => 1)", awaitPromise=True)

    def run(self, script: str) -> Any:
        found = self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def key(self, key: str, number: int, text: str = "") -> None:
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=number,
                     **({"text": text} if text and kind == "keyDown" else {}))  # fmt: skip

    def paths(self) -> list[str]:
        """The projects that the table shows, in its order."""
        found: list[str] = self.run(
            "[...document.querySelectorAll('#projects tbody tr')].filter((row) => row.offsetHeight > 0)"
            ".map((row) => row.cells[1].dataset.v)"
        )
        return found

    def sorted(self) -> list[list[str]]:
        """(column, order) of the heads that say that they are sorted by."""
        found: list[list[str]] = self.run(
            "[...document.querySelectorAll('#projects th[aria-sort]')]"
            ".map((head) => [head.textContent, head.getAttribute('aria-sort')]).filter(([, order]) => order !== 'none')"
        )
        return found


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    profile = tmp_path_factory.mktemp("profile")
    reading, to = os.pipe()
    back, writing = os.pipe()

    def connect() -> None:
        """The browser reads from descriptor 3 and writes to 4; the second copies are above both, whatever is open."""
        ends = os.dup(reading), os.dup(writing), os.dup(reading), os.dup(writing)
        os.dup2(ends[-2], 3)
        os.dup2(ends[-1], 4)

    process = subprocess.Popen(
        [str(CHROMIUM), *FLAGS, f"--user-data-dir={profile}"],
        preexec_fn=connect,
        close_fds=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(reading)
    os.close(writing)
    try:
        found = Browser(to, back)
        yield found
        found.session = ""
        with contextlib.suppress(AssertionError, OSError, subprocess.TimeoutExpired):
            found.ask("Browser.close")
            process.wait(PATIENCE)
    finally:
        process.kill()
        process.wait()
        os.close(to)
        os.close(back)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("projects")
    write(folder, PROJECTS)
    assert take(folder, "--format", f"html={folder / 'page.html'}").code == 0
    return folder / "page.html"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("monorepo")
    monorepo(folder, 500)
    assert take(folder, "--format", f"html={folder / 'page.html'}").code == 0
    return folder / "page.html"


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of forty projects with three reports each, of which one is stale, one double and one cut off."""
    folder = tmp_path_factory.mktemp("merged")
    runtimes = ("12.11.0", "13.11.0", "3.1-8", "3.1-12", "3.3-8")
    for number in range(40):
        for week in range(3):
            found = findings(number % 3, (number + week) % 4, 1)
            runtime = runtimes[(number + week * (number % 2)) % len(runtimes)]
            day = "2026-08-01" if number == 7 else f"2026-09-{week * 7 + 10}"
            one = project(f"github.com/acme/team-{number:02}", runtime=runtime, findings=found, time=f"{day}T06:00:00Z")
            save(folder, **{f"{number}-{week}": report(one)})
    save(folder, broken='{"version": 2, "projects": [')
    assert merge(folder, "--format", "html=page.html", ".").code == 2
    return folder / "page.html"


def projects(page: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(take(page.parent, "--format", "json").out)["projects"]
    return found


def test_it_opens_without_errors_and_requests(browser: Browser, page: Path) -> None:
    browser.open(page)
    assert browser.paths() == [
        one["path"].translate({0x1B: "␛", 0x0A: "␊", 0x202E: "\ufffd"}) for one in projects(page)
    ]
    assert browser.sorted() == [["Status", "ascending"]]
    asked = [
        one["params"]["request"]["url"] for one in browser.seen if one.get("method") == "Network.requestWillBeSent"
    ]
    assert asked == [page.as_uri()]
    assert not [one for one in browser.seen if one.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded")]
    assert browser.run("document.querySelectorAll('svg script, script').length") == 1
    assert browser.run("fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'refused') && 1") == 1
    assert browser.run("document.title") == "Astro projects"


def test_sorted_by_a_click_and_back(browser: Browser, page: Path) -> None:
    browser.open(page)
    heads = browser.run("[...document.querySelectorAll('#projects thead th')].map((head) => head.textContent)")
    runtimes = [one["runtime"] for one in projects(page) if one["runtime"]]
    for order in ("ascending", "descending"):
        browser.run(f"document.querySelectorAll('#projects thead button')[{heads.index('Runtime')}].click()")
        assert browser.sorted() == [["Runtime", order]]
        shown = browser.run(
            "[...document.querySelectorAll('#projects tbody tr')].map((row) => row.cells[2].textContent)"
        )
        keys = [
            ("-" in one or one.count(".") == 1, *map(int, one.replace("-", ".").split("."))) for one in shown if one
        ]
        assert keys == sorted(keys, reverse=order == "descending")
        assert len(keys) == len(runtimes)
        assert shown[len(keys) :] == [""] * (len(shown) - len(keys))
    assert browser.run("document.getElementById('count').textContent").endswith("by Runtime, descending")


@pytest.mark.parametrize(("key", "number", "text"), [("Enter", 13, "\r"), ("Space", 32, " ")])
def test_sorted_by_keyboard(browser: Browser, page: Path, key: str, number: int, text: str) -> None:
    browser.open(page)
    browser.run("document.querySelectorAll('#projects thead button')[0].focus()")
    browser.key("Tab", 9)
    assert browser.run("document.activeElement.textContent") == "Project"
    assert browser.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    browser.key(" " if key == "Space" else key, number, text)
    assert browser.sorted() == [["Project", "ascending"]]
    assert browser.run("document.activeElement.textContent") == "Project"


def test_everything_is_reached_by_tab(browser: Browser, page: Path) -> None:
    browser.open(page)
    reached = []
    for _ in range(40):
        browser.key("Tab", 9)
        reached.append(browser.run("document.activeElement.id || document.activeElement.textContent"))
    for name in ("Runtime 3.1", "search", "status", "series", "reset", "Status", "Maintained until", "Findings"):
        assert name in reached, name


def test_filtered_and_remembered(browser: Browser, page: Path) -> None:
    browser.open(page)
    every = browser.paths()
    browser.run("document.getElementById('search').focus()")
    browser.ask("Input.insertText", text="V2 pyproject")
    assert browser.paths() == ["v2/pyproject.toml", "v2-open/pyproject.toml"]
    assert browser.run("document.getElementById('count').textContent").startswith(f"2 of {len(every)} projects")
    assert browser.run("document.getElementById('count').getAttribute('role')") == "status"
    browser.run("document.getElementById('reset').click()")
    assert browser.paths() == every
    browser.open(page, "#status=ended&sort=-1")
    ended = sorted((one["path"] for one in projects(page) if one["status"] == "ended"), reverse=True)
    assert browser.paths() == ended
    browser.open(page, "#status=%3Cb%3E&series=99&sort=77&search=no+such+project")
    assert browser.paths() == []
    assert browser.sorted() == [["Status", "ascending"]]


def test_the_timeline_leads_to_its_projects(browser: Browser, large: Path) -> None:
    browser.open(large)
    browser.run("document.querySelector('#timeline tr[data-series=\"3.0\"] button').click()")
    wanted = sorted(one["path"] for one in projects(large) if one["series"] == "3.0")
    assert sorted(browser.paths()) == wanted
    assert len(wanted) > 50
    assert browser.run("document.getElementById('projects-title').getBoundingClientRect().top < innerHeight")


def test_the_table_head_stays_visible_with_five_hundred_projects(browser: Browser, large: Path) -> None:
    for width in (390, 800, 1280, 1360, 1920):
        browser.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        browser.open(large)
        assert len(browser.paths()) == 500
        assert browser.run("document.documentElement.scrollWidth <= innerWidth"), width
        assert browser.run("document.getElementById('timeline').getBoundingClientRect().bottom < 900 * 1.2"), width
        assert browser.run("document.querySelectorAll('#timeline tbody tr').length") == 8
    browser.ask("Emulation.clearDeviceMetricsOverride")


SHOWS_MORE = (
    "(() => {const at = document.querySelector('.more'); return at.checkVisibility() && at.offsetHeight > 0})()"
)
NEXT_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))"


@pytest.mark.parametrize(("width", "goes_on"), [(390, True), (500, True), (1400, False), (1920, False)])
def test_a_narrow_page_shows_that_the_table_goes_on(browser: Browser, page: Path, width: int, goes_on: bool) -> None:
    browser.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
    browser.open(page)
    faded = "getComputedStyle(document.querySelector('.scroll')).maskImage !== 'none'"
    browser.ask("Runtime.evaluate", expression=NEXT_FRAMES, awaitPromise=True)
    overflows = "(() => {const at = document.querySelector('.scroll'); return at.scrollWidth > at.clientWidth + 1})()"
    assert browser.run(overflows) or not goes_on
    assert (browser.run(SHOWS_MORE), browser.run(faded)) == (goes_on, goes_on)
    assert browser.run("document.documentElement.scrollWidth <= innerWidth")
    browser.run("document.querySelector('.scroll').scrollLeft = 1e6")
    browser.ask("Runtime.evaluate", expression=NEXT_FRAMES, awaitPromise=True)
    assert browser.run(faded) is False  # at its end, nothing is faded
    browser.ask("Emulation.clearDeviceMetricsOverride")


def test_what_moved_can_be_opened_and_fits_every_screen(browser: Browser, merged: Path) -> None:
    browser.open(merged)
    assert len(browser.paths()) == 40
    assert browser.run("document.querySelectorAll('#moves tbody tr').length") == 12
    assert browser.run("document.querySelector('#older-moves').checkVisibility()") is False
    browser.run("document.querySelector('summary').focus()")
    browser.key("Enter", 13, "\r")
    assert browser.run("document.querySelector('#older-moves').checkVisibility()") is True
    titles = browser.run("[...document.querySelectorAll('h2')].map((title) => title.textContent)")
    assert titles == ["End of maintenance", "What moved", "Projects", "Stale", "Double", "Could not be checked"]
    for width in (360, 500, 800, 1280, 1920):
        browser.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        assert browser.run("document.documentElement.scrollWidth <= innerWidth"), width
    browser.ask("Emulation.clearDeviceMetricsOverride")


CONTRAST = """
(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const light = (color) => {
    canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = [...canvas.getImageData(0, 0, 1, 1).data].map((one) => one / 255)
      .map((one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = (one) => {
    for (; one; one = one.parentElement) {
      const color = getComputedStyle(one).backgroundColor;
      if (color !== "rgba(0, 0, 0, 0)") return color;
    }
  };
  const bad = new Set();
  for (const one of document.querySelectorAll("body *")) {
    const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !one.checkVisibility() || one.closest("svg, script")) continue;
    const [dark, bright] = [light(getComputedStyle(one).color), light(ground(one))].sort((a, b) => a - b);
    if ((bright + 0.05) / (dark + 0.05) < 4.5) bad.add(`${one.tagName}.${one.className} ${one.textContent}`);
  }
  return [...bad];
})()
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_sufficient_in_light_and_dark(browser: Browser, page: Path, merged: Path, scheme: str) -> None:
    browser.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    for one in (page, merged):
        browser.open(one)
        browser.run("document.querySelectorAll('details').forEach((part) => { part.open = true })")
        ground = browser.run("getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, ground[4:-1].split(","))) < 150) == (scheme == "dark")
        assert browser.run(CONTRAST) == []
    browser.ask("Emulation.setEmulatedMedia", features=[])


def test_without_its_script_it_is_a_plain_page(browser: Browser, page: Path) -> None:
    browser.ask("Emulation.setScriptExecutionDisabled", value=True)
    browser.load(page.as_uri())
    browser.ask("DOM.enable")

    def all_of(selector: str) -> int:
        root = browser.ask("DOM.getDocument")["root"]["nodeId"]
        return len(browser.ask("DOM.querySelectorAll", nodeId=root, selector=selector)["nodeIds"])

    assert all_of("main + script") == 1  # the last thing on the page
    assert all_of("#projects tbody tr") == len(projects(page))
    assert all_of("#projects tbody tr[hidden]") == all_of("button:not(#reset)") == 0
    assert all_of(".controls[hidden]") == 1
    browser.ask("Emulation.setScriptExecutionDisabled", value=False)


def test_it_prints(browser: Browser, large: Path) -> None:
    browser.open(large, "#series=9")
    number = len(browser.paths())
    data = base64.b64decode(browser.ask("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"])
    assert data.startswith(b"%PDF-")
    pages = data.count(b"/Type /Page\n") or data.count(b"/Type /Page ")
    assert 1 <= pages <= 2 + number // 8
    browser.ask("Emulation.setEmulatedMedia", media="print")
    assert browser.run("document.querySelector('.controls').checkVisibility()") is False
    assert len(browser.paths()) == number
    browser.ask("Emulation.setEmulatedMedia", media="")
