"""Download the newest report of every project of a group, and the last merged report: `python collect.py FOLDER`.

It needs FLEET_GROUP and FLEET_TOKEN; CI_API_V4_URL, CI_PROJECT_ID and CI_DEFAULT_BRANCH are set in every job.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MAX_BYTES = 512 * 1024 * 1024
SECONDS = 60


def fetch(path: str) -> tuple[bytes, str]:
    """The body of an answer of the API, and the number of the next page."""
    request = urllib.request.Request(
        f"{os.environ['CI_API_V4_URL']}/{path}", headers={"PRIVATE-TOKEN": os.environ["FLEET_TOKEN"]}
    )
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        return answer.read(MAX_BYTES), answer.headers.get("x-next-page") or ""


def projects(group: str) -> Iterator[dict[str, Any]]:
    """The projects of a group and its subgroups that are not archived."""
    page = "1"
    while page:
        query = {"include_subgroups": "true", "archived": "false", "simple": "true", "per_page": "100", "page": page}
        body, page = fetch(f"groups/{quoted(group)}/projects?{urllib.parse.urlencode(query)}")
        yield from json.loads(body)


def download(project: int, branch: str, job: str, name: str, target: Path) -> None:
    """Write a file of the newest successful job of a branch; say so if there is none."""
    try:
        body, _ = fetch(f"projects/{project}/jobs/artifacts/{quoted(branch)}/raw/{name}?job={job}")
    except urllib.error.HTTPError as error:
        print(f"project {project}: no {name} ({error.code})", file=sys.stderr)
        return
    target.write_bytes(body)


def quoted(text: str) -> str:
    return urllib.parse.quote(text, safe="")


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for project in projects(os.environ["FLEET_GROUP"]):
        branch = project.get("default_branch")
        if branch:
            target = folder / f"project-{project['id']}.json"
            download(project["id"], branch, "astro-report", "astro-inventory.json", target)
    own = int(os.environ["CI_PROJECT_ID"])
    download(own, os.environ["CI_DEFAULT_BRANCH"], "pages", "astro-fleet.json", folder / "merged.json")


if __name__ == "__main__":
    main()
