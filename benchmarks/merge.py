"""Time and memory of `astro-lint inventory --merge` on generated reports; see README.md.

The reports are made from a seed: the same on every machine. Each size is measured in processes of their own.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

CHECKOUT = Path(__file__).resolve().parent.parent
README = Path(__file__).resolve().with_name("README.md")
BEGIN, END = "<!-- merge -->", "<!-- /merge -->"
SEED = 20
TODAY = "2026-11-26"
RUNTIMES = ("11.20.0", "12.11.0", "13.5.0", "13.11.0", "3.0-7", "3.1-8", "3.1-12", "3.2-10", "3.3-2", "3.3-8")
MEASURED = """\
import resource, sys, time
sys.argv = ["astro-lint", *sys.argv[1:]]
started = time.perf_counter()
try:
    from dockerfile_astro_lint.cli.main import main
    code = main()
    sys.stdout.flush()
finally:
    took = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:  # on Linux, that begins with the size of the process that started this one
        with open("/proc/self/status") as status:
            peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    except OSError:
        pass
    print(f"{code} {took} {peak}", file=sys.stderr)
"""


class Case(NamedTuple):
    """Reports in a folder: how many projects, reports a project has, and projects in one report."""

    name: str
    projects: int
    weeks: int = 1
    together: int = 1


CASES = {
    "10,000 projects, a report each": Case("a", 10_000),
    "10,000 projects, 8 weekly reports each": Case("b", 10_000, weeks=8),
    "10,000 projects in one report": Case("c", 10_000, together=10_000),
    "250,000 projects, a report each": Case("d", 250_000),
    "250,000 projects in 250 reports": Case("e", 250_000, together=1_000),
    "250,000 projects in one report": Case("f", 250_000, together=250_000),
}


def project(number: int, week: int, chance: random.Random) -> dict[str, Any]:
    """A project as a report has it; every fourth week some move to a newer Runtime."""
    kind = (number * 7 + (week + number % 5) // 4) % len(RUNTIMES)
    runtime = RUNTIMES[kind]
    name = "quay.io/astronomer/astro-runtime" if runtime.count(".") == 2 else "astrocrpublic.azurecr.io/runtime"
    day = 26 - 3 * (7 - week) if week < 8 else 26
    return {
        "path": "Dockerfile",
        "image": f"{name}:{runtime}",
        "status": "maintained",
        "series": runtime.partition("-")[0] if "-" in runtime else runtime.partition(".")[0],
        "runtime": runtime,
        "airflow": "2.10" if runtime.count(".") == 2 else runtime.partition("-")[0],
        "python": "3.12",
        "os": "debian",
        "kind": "slim" if "-" in runtime else "full",
        "pinning": "pinned",
        "end_of_maintenance": "2027-04-30",
        "days_left": 155,
        "end_of_basic_support": None,
        "yanked": False,
        "yanked_reason": None,
        "newest": runtime,
        "outdated": False,
        "repository": f"github.com/acme-{number % 40}/pipelines-{number:06}",
        "repository_path": "Dockerfile",
        "commit": f"{chance.getrandbits(160):040x}",
        "time": f"2026-11-{max(day, 1):02}T{number % 24:02}:{number % 60:02}:00Z",
        "report": None,
        "findings": {"error": chance.choice((0, 0, 1)), "warning": chance.choice((0, 1, 2)), "info": 1},
    }


def write_reports(folder: Path, case: Case) -> int:
    """Write the reports of a case; return their size in bytes."""
    chance = random.Random(SEED)
    size = 0
    for week in range(8 - case.weeks, 8):
        for first in range(0, case.projects, case.together):
            projects = [project(number, week, chance) for number in range(first, first + case.together)]
            document = {
                "version": 2,
                "tool": {"name": "astro-lint", "version": "0.1.0", "catalog": "2026-09-25"},
                "today": TODAY,
                "projects": projects,
                "failures": [],
            }
            # As from a download: a folder for each repository, not hundreds of thousands of files in one.
            target = folder / f"{first // case.together // 1000:03}" / f"{first:06}-{week}.json"
            target.parent.mkdir(exist_ok=True)
            size += target.write_text(json.dumps(document, indent=2), encoding="utf-8")
    return size


class Measured(NamedTuple):
    seconds: float
    mebibytes: float


def measure(folder: Path, form: str, target: Path) -> Measured:
    """Merge a folder in a new process, and say how long it took and how much memory it needed at most."""
    command = [sys.executable, "-c", MEASURED, "inventory", "--merge", str(folder), "--today", TODAY, "--isolated",
               "--quiet", "--format", f"{form}={target}"]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    code, seconds, peak = done.stderr.split()[-3:]
    if code != "0" or not target.stat().st_size:
        raise SystemExit(f"{folder} was not merged: {done.stderr[:1000]}")
    return Measured(float(seconds), int(peak) / (1024 * 1024 if sys.platform == "darwin" else 1024))


def rows(cases: Sequence[str], formats: Sequence[str]) -> Iterator[str]:
    """The lines of the table, each as soon as it is measured."""
    yield f"| Merged | Size | {' | '.join(f'{form}, time | memory' for form in formats)} |"
    yield f"| --- | ---: |{' ---: | ---: |' * len(formats)}"
    for name in cases:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary, "reports")
            folder.mkdir()
            size = write_reports(folder, CASES[name])
            cells = [name, f"{size / 1024 / 1024:.0f} MiB"]
            for form in formats:
                taken = measure(folder, form, Path(temporary, "merged"))
                cells += [f"{taken.seconds:.1f} s", f"{taken.mebibytes:.0f} MiB"]
        yield f"| {' | '.join(cells)} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", nargs="*", metavar="TEXT", help="measure only the cases with one of these texts")
    parser.add_argument("--formats", nargs="*", default=["json", "html", "csv"], metavar="NAME")
    parser.add_argument("--write", action="store_true", help="put the table into README.md")
    given = parser.parse_args()
    cases = [name for name in CASES if not given.cases or any(text in name for text in given.cases)]
    load = os.getloadavg()[0]
    lines = []
    for line in rows(cases, given.formats):
        print(line, flush=True)
        lines.append(line)
    when = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    machine = f"{processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    sentence = f"Measured on {when}: {machine}. Load before: {load:.1f}."
    print(sentence)
    if given.write:
        before, begin, rest = README.read_text(encoding="utf-8").partition(BEGIN)
        _, end, after = rest.partition(END)
        table = "\n".join(lines)
        README.write_text(f"{before}{begin}\n\n{sentence}\n\n{table}\n\n{end}{after}", encoding="utf-8")
    return 0


def processor() -> str:
    """The name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


if __name__ == "__main__":
    sys.exit(main())
