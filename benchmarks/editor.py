"""From a keystroke to diagnostics, and the memory of the language server; see README.md."""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple

from inputs import RUNTIME_3, SEED, add_blocks, write_project

CHECKOUT = Path(__file__).resolve().parent.parent
README = Path(__file__).resolve().with_name("README.md")
BEGIN, END = "<!-- editor -->", "<!-- /editor -->"

LINES = 60
PYTHON_FILES = 500
KEYSTROKES = 300
PAUSE = 0.08
"""Seconds between an answer and the next keystroke; a fast typist needs a tenth of a second for each."""

EDITS = 10_000
TYPED = (
    "RUN pip install --no-cache-dir astronomer-cosmos==1.11.0\n",
    "ENV AIRFLOW__CORE__PARALLELISM=64\n",
    "COPY --chown=astro:0 include/settings.yaml include/settings.yaml\n",
    "USER root\nRUN apt-get update && apt-get install --yes git\nUSER astro\n",
    "# astro-lint: ignore[AST103] the newest patch is wanted\n",
)
REQUIRED = ("requests==2.32.0\n", "apache-airflow-providers-amazon\n")
CODE = ("import imp\n", "x = {1: 2}\n")
PIECES = (
    "a", " ", "\n", '"', "\\", "USER root\n", "USER astro\n", "RUN pip install x==1\n", "-slim", "3.1",
    "ENV A=b\n", "<<EOF\n", "EOF\n",
    "import imp\n", "from airflow.operators.bash import BashOperator\n", "pandas==2.2.3\n", "\U0001f680", "#",
)  # fmt: skip


class Client:
    """The server as a process, and what it sends."""

    def __init__(self, folder: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dockerfile_astro_lint", "server"],
            cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self.arrived = threading.Condition()
        self.published: dict[str, tuple[int, float]] = {}
        self.findings = 0
        threading.Thread(target=self._read, daemon=True).start()
        self.number = 0
        self.texts: dict[str, str] = {}
        capabilities = {
            "general": {"positionEncodings": ["utf-32"]},
            "textDocument": {"publishDiagnostics": {"relatedInformation": True, "dataSupport": True}},
        }
        self.send(
            {
                "id": 0,
                "method": "initialize",
                "params": {"processId": os.getpid(), "rootUri": folder.as_uri(), "capabilities": capabilities},
            }
        )
        self.send({"method": "initialized", "params": {}})

    def _read(self) -> None:
        output = self.process.stdout
        assert output
        while line := output.readline():
            length = int(line.split(b":")[1]) if line.startswith(b"Content-Length") else 0
            while length and output.readline() != b"\r\n":
                pass
            now = time.perf_counter()
            message = json.loads(output.read(length)) if length else {}
            if message.get("method") == "textDocument/publishDiagnostics":
                params = message["params"]
                with self.arrived:
                    self.published[params["uri"]] = params.get("version", -1), now
                    self.findings = len(params["diagnostics"])
                    self.arrived.notify()

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        stdin = self.process.stdin
        assert stdin
        stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        stdin.flush()

    def open(self, path: Path, language: str) -> str:
        uri, self.number = path.as_uri(), self.number + 1
        self.texts[uri] = path.read_text(encoding="utf-8")
        document = {"uri": uri, "languageId": language, "version": self.number, "text": self.texts[uri]}
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        self.wait(uri)
        return uri

    def edit(self, uri: str, start: int, end: int, new: str) -> float:
        """Replace a range of offsets; the seconds until the diagnostics of the new text are there."""
        text = self.texts[uri]
        self.texts[uri] = text[:start] + new + text[end:]
        self.number += 1
        place = {"start": position(text, start), "end": position(text, end)}
        params = {
            "textDocument": {"uri": uri, "version": self.number},
            "contentChanges": [{"range": place, "text": new}],
        }
        begun = time.perf_counter()
        self.send({"method": "textDocument/didChange", "params": params})
        return self.wait(uri) - begun

    def wait(self, uri: str) -> float:
        with self.arrived:
            if not self.arrived.wait_for(lambda: self.published.get(uri, (0, 0.0))[0] == self.number, 60):
                raise SystemExit("the server does not answer")
            return self.published[uri][1]

    def memory(self, field: str) -> float:
        """MiB: `VmRSS` now, `VmHWM` at most."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition(f"{field}:")[2].split()[0]) / 1024

    def end(self) -> None:
        self.send({"id": "bye", "method": "shutdown"})
        self.send({"method": "exit"})
        self.process.wait(30)


def position(text: str, offset: int) -> dict[str, int]:
    return {"line": text.count("\n", 0, offset), "character": offset - text.rfind("\n", 0, offset) - 1}


class Typed(NamedTuple):
    """Seconds of each keystroke."""

    seconds: Sequence[float]

    @property
    def row(self) -> str:
        cuts = quantiles(self.seconds, n=20, method="inclusive")
        return (
            f"{len(self.seconds):,} | {1000 * median(self.seconds):.1f} | {1000 * cuts[-1]:.1f} "
            f"| {1000 * max(self.seconds):.1f}"
        )


def type_in(client: Client, uri: str, texts: Sequence[str], keystrokes: int) -> Typed:
    """Type texts into the middle of a document, character by character, and take them out again."""
    seconds: list[float] = []
    at = 0
    while len(seconds) < keystrokes:
        text = texts[at % len(texts)]
        at += 1
        start = client.texts[uri].index("\n", len(client.texts[uri]) // 2) + 1
        for offset, char in enumerate(text):
            time.sleep(PAUSE)
            seconds.append(client.edit(uri, start + offset, start + offset, char))
        time.sleep(PAUSE)
        seconds.append(client.edit(uri, start, start + len(text), ""))
    return Typed(seconds[:keystrokes])


def edit_at_random(client: Client, uris: Sequence[str], count: int) -> Iterator[float]:
    """Make random edits, and yield the memory after each tenth of them."""
    chance = random.Random(SEED)
    originals = dict(client.texts)
    for number in range(1, count + 1):
        uri = chance.choices(uris, [8, 1, 1])[0]
        text = client.texts[uri]
        if abs(len(text) - len(originals[uri])) > 2000:
            client.edit(uri, 0, len(text), originals[uri])
            continue
        start = chance.randrange(len(text) + 1)
        end = min(start + chance.choice((0, 0, 1, 10, 30)), len(text))
        client.edit(uri, start, end, chance.choice(PIECES))
        if number % (count // 10) == 0:
            yield client.memory("VmRSS")


def dockerfile() -> str:
    chance = random.Random(SEED)
    lines = [f"FROM {RUNTIME_3}:3.2-10"]
    while len(lines) < LINES:
        add_blocks(lines, LINES, chance)
        if len(lines) < LINES:
            lines.append("")
    return "\n".join(lines) + "\n"


def results(keystrokes: int, edits: int) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="astro-lint-editor-") as name:
        folder = Path(name).resolve()
        write_project(folder, PYTHON_FILES)
        (folder / "Dockerfile").write_text(dockerfile(), encoding="utf-8")
        load = os.getloadavg()[0]
        client = Client(folder)
        begun = time.perf_counter()
        uri = client.open(folder / "Dockerfile", "dockerfile")
        first = time.perf_counter() - begun
        for warm in range(20):
            client.edit(uri, warm, warm, "#")
            client.edit(uri, warm, warm + 1, "")
        lines = client.texts[uri].count("\n")
        now = time.strftime("%Y-%m-%d %H:%M", time.gmtime())
        yield f"Measured on {now} UTC: {machine()}. Load before: {load:.1f}{priority()}."
        yield ""
        yield "| Keystrokes in | Number | Median, ms | 95th percentile, ms | Slowest, ms |"
        yield "| --- | ---: | ---: | ---: | ---: |"
        yield f"| a Dockerfile of {lines} lines | {type_in(client, uri, TYPED, keystrokes).row} |"
        requirements = client.open(folder / "requirements.txt", "pip-requirements")
        yield f"| `requirements.txt` | {type_in(client, requirements, REQUIRED, keystrokes).row} |"
        dag = client.open(folder / "dags" / "team00" / "task0.py", "python")
        yield f"| a DAG | {type_in(client, dag, CODE, keystrokes).row} |"
        yield ""
        yield (
            f"The project has {PYTHON_FILES} Python files; until the first diagnostics after the start, "
            f"{first:.1f} s pass. Median and 95th percentile for the Dockerfile should be below 20 and 50 ms."
        )
        before = client.memory("VmRSS")
        after = list(edit_at_random(client, [uri, requirements, dag], edits)) if edits else []
        if after:
            tenths = ", ".join(f"{one:.0f}" for one in after)
            yield ""
            yield (
                f"Memory: {before:.0f} MiB before and {after[-1]:.0f} MiB after {edits:,} random edits "
                f"(after each tenth: {tenths}), {client.memory('VmHWM'):.0f} MiB at most; it should stay below 120 MiB."
            )
        client.end()


def priority() -> str:
    """Whether the benchmark and the server went before other work."""
    real_time = hasattr(os, "SCHED_RR") and os.sched_getscheduler(0) in (os.SCHED_RR, os.SCHED_FIFO)
    return ", before which the measured processes went (`chrt --rr 1`)" if real_time else ""


def machine() -> str:
    names = [line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    versions = subprocess.run(
        [sys.executable, "-c", "from importlib.metadata import version as v; print('pygls', v('pygls'))"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    cores = os.cpu_count()
    python = platform.python_version()
    return f"{names[0] if names else 'unknown'}, {cores} cores, {platform.system()}, Python {python}, {versions}"


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if os.path.exists(path) else []


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keystrokes", type=int, default=KEYSTROKES, help="in each file (default: %(default)s)")
    parser.add_argument("--edits", type=int, default=EDITS, help="at random (default: %(default)s)")
    parser.add_argument("--write", action="store_true", help="put the results into benchmarks/README.md")
    arguments = parser.parse_args()
    text = "\n".join(results(arguments.keystrokes, arguments.edits))
    print(text)
    if arguments.write:
        page = README.read_text(encoding="utf-8")
        head, rest = page.split(BEGIN)[0], page.split(END)[1]
        README.write_text(f"{head}{BEGIN}\n\n{text}\n\n{END}{rest}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
