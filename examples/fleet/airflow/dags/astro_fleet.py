"""The state of all Astro projects, once a week: list the repositories, lint each, and join the reports.

- `list_repositories` reads the addresses and deals them into batches, at most as many as one task can be mapped over.
- `lint` is mapped over the batches: it clones each repository without history and writes the report of its inventory.
- `merge` joins the reports with the merged report of the last run, from which it knows what moved.
- `complete` fails the run if a repository could not be looked at; the page is there all the same.

Parameters of a run: `repositories`, a file with an address in each line, and `target`, where the reports and the page go:
a folder that all workers share, or an address such as `s3://connection@bucket/fleet`.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from airflow.sdk import ObjectStoragePath, Param, dag, get_current_context, task

INVENTORY = (sys.executable, "-m", "dockerfile_astro_lint", "inventory", "--quiet")
MAX_BATCHES = 500
"""Airflow maps a task over at most `core.max_map_length` items, 1,024 if nothing else is set."""
RETRIES = int(os.environ.get("ASTRO_FLEET_RETRIES", "2"))
"""Of a batch in which a repository could not be cloned."""
CLONE_SECONDS = 300


def run(*command: str, folder: str, accept: tuple[int, ...] = (0,)) -> None:
    """Run a program without questions; what it prints goes to the log of the task."""
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "https:ssh:file"}
    done = subprocess.run(command, cwd=folder, env=environment, timeout=CLONE_SECONDS, check=False)
    if done.returncode not in accept:
        raise RuntimeError(f"{command[0]} {command[1]} ended with exit code {done.returncode}, see above")


def write_report(address: str, target: ObjectStoragePath) -> None:
    """Clone a repository, and write the report of its projects: one file a repository, replaced in every run."""
    with tempfile.TemporaryDirectory() as folder:
        clone, report = os.path.join(folder, "clone"), os.path.join(folder, "report.json")
        run("git", "clone", "--quiet", "--depth", "1", "--", address, clone, folder=folder)
        # Exit code 2: a file could not be checked. The report says which, and has the others.
        run(*INVENTORY, "--format", f"json={report}", folder=clone, accept=(0, 2))
        name = hashlib.sha256(address.encode()).hexdigest()[:16]
        (target / "reports" / f"{name}.json").write_bytes(Path(report).read_bytes())


@dag(
    schedule="0 6 * * 1",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    params={
        "repositories": Param("include/repositories.txt", type="string"),
        "target": Param("/usr/local/airflow/fleet", type="string"),
    },
    doc_md=__doc__,
)
def astro_fleet():
    @task
    def list_repositories() -> list[list[str]]:
        path = Path(__file__).parent.parent / get_current_context()["params"]["repositories"]
        lines = [line.partition(" #")[0].strip() for line in path.read_text(encoding="utf-8").splitlines()]
        addresses = sorted({line for line in lines if line and not line.startswith("#")})
        size = max(1, -(-len(addresses) // MAX_BATCHES))
        return [addresses[at : at + size] for at in range(0, len(addresses), size)]

    @task(
        retries=RETRIES,
        retry_delay=timedelta(minutes=1),
        max_active_tis_per_dag=16,
        map_index_template="{{ first_address }}",
    )
    def lint(addresses: list[str]) -> None:
        """Write a report of each repository of a batch; fail at the end if one could not be cloned, for another try."""
        context = get_current_context()
        context["first_address"] = addresses[0]
        target = ObjectStoragePath(context["params"]["target"])
        (target / "reports").mkdir(parents=True, exist_ok=True)
        failed = []
        for address in addresses:
            try:
                write_report(address, target)
            except (RuntimeError, subprocess.TimeoutExpired) as error:
                failed.append(f"{address}: {error}")
        if failed:
            raise RuntimeError("\n".join(failed))

    @task(trigger_rule="all_done")  # a repository that cannot be cloned does not keep the others from the page
    def merge() -> str:
        target = ObjectStoragePath(get_current_context()["params"]["target"])
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(os.path.join(folder, "reports"))
            os.mkdir(os.path.join(folder, "merged"))
            for report in [*(target / "reports").iterdir(), target / "merged.json"]:
                if report.name.endswith(".json") and report.exists():
                    Path(folder, "reports", report.name).write_bytes(report.read_bytes())
            files = ("--format", "json=merged/merged.json", "--format", "html=merged/projects.html")
            # Exit code 2: a report could not be read. The page says which, and has the others.
            run(*INVENTORY, "--merge", "reports", "--format", "text", *files, folder=folder, accept=(0, 2))
            for path in Path(folder, "merged").iterdir():
                (target / path.name).write_bytes(path.read_bytes())
        return str(target / "projects.html")

    @task
    def complete() -> None:
        """The state of a run is that of its last tasks, and `merge` succeeds whatever happened before."""

    linted = lint.expand(addresses=list_repositories())
    linted >> [merge(), complete()]


astro_fleet()
