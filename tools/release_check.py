"""What has to be right before a release is tagged: version, changelog, docs, and what people copy from them.

    python tools/release_check.py [--today DATE]
    python tools/release_check.py --tag v0.1.0

Prints what is wrong, line by line, and exits 1; nothing wrong, it prints the tag to make and exits 0. With --tag, it
checks the files that a release of that tag is built from.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timezone
from pathlib import Path

ROOT = Path(__file__).parent.parent
WRITERS = ("write_docs.py", "bundle_catalog.py", "bundle_tables.py", "bundle_airflow.py")
"""Tools whose output is part of the tree."""

_OURS = r"(?:astro-lint/dockerfile-astro-lint@|dockerfile-astro-lint\s+rev:\s*)(v[^\s\"'`]+)"
_PINNED = r"(?:dockerfile-astro-lint==|/astro-lint:)(\d[^\s\"'`]*)"
"""What people copy: a tag, and a version on PyPI or of an image."""


def version(root: Path) -> str:
    text = (root / "dockerfile_astro_lint" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]*)"$', text, re.MULTILINE)
    return found[1] if found else ""


def of_the_tree(root: Path, today: str) -> Iterator[str]:
    """What is wrong with what is written in the files."""
    number = version(root)
    if not re.fullmatch(r"\d+\.\d+\.\d+", number):
        yield f"dockerfile_astro_lint.__version__ is {number!r}, which is no X.Y.Z"
    yield from _of_changelog(root / "CHANGELOG.md", number, today)
    for path in [
        root / "README.md",
        *sorted((root / "docs").rglob("*.md")),
        *sorted((root / "docs").glob("workflows/*")),
    ]:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        named = [*re.findall(_OURS, text), *(f"v{number}" for number in re.findall(_PINNED, text))]
        if path.name == "README.md" and path.parent == root and len(named) < 2:
            yield "README.md names no `rev` of the pre-commit hook, or no `@` of the action"
        for tag in named:
            if tag != f"v{number}":
                yield f"{path.relative_to(root).as_posix()} says {tag}, and the version is {number}"


def of_the_docs(root: Path) -> Iterator[str]:
    """Whether the docs still say that nothing is published: they are part of the release."""
    path = root / "docs" / "install.md"
    if path.exists() and "not yet" in path.read_text(encoding="utf-8"):
        yield "docs/install.md says that something is not published yet: change it, and the notes that link to it"


def _of_changelog(path: Path, number: str, today: str) -> Iterator[str]:
    if not path.exists():
        yield "there is no CHANGELOG.md"
        return
    entries = re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    heads = [entry.partition("\n")[0].strip() for entry in entries]
    if not heads or heads[0].partition(" ")[0] != number:
        yield f"CHANGELOG.md begins with {heads[0] if heads else 'nothing'!r}, and not with {number}"
        return
    if not entries[0].partition("\n")[2].strip():
        yield f"CHANGELOG.md says nothing of {number}"
    day = heads[0].partition(" - ")[2]
    try:
        date.fromisoformat(day)
    except ValueError:
        yield f"CHANGELOG.md: {number} has {day or 'nothing'!r} for its day: `## {number} - {today or 'YYYY-MM-DD'}`"
        return
    if today and day != today:
        yield f"CHANGELOG.md: {number} is of {day}, and today is {today}"


def of_the_repository(root: Path, number: str) -> Iterator[str]:
    """What is wrong with the state of the checkout."""
    changed = _git(root, "status", "--porcelain")
    if changed:
        yield f"the tree is not clean: {', '.join(line[3:] for line in changed.splitlines())}"
        return
    if f"v{number}" in _git(root, "tag").split():
        yield f"the tag v{number} is there already"
    for name in WRITERS:
        if (root / "tools" / name).exists():
            subprocess.run([sys.executable, str(root / "tools" / name)], check=True, stdout=subprocess.DEVNULL)
    written = _git(root, "status", "--porcelain")
    if written:
        yield f"the tools write something else: commit {', '.join(line[3:] for line in written.splitlines())}"


def _git(root: Path, *command: str) -> str:
    return subprocess.run(["git", *command], cwd=root, capture_output=True, text=True, check=True).stdout


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--today", metavar="DATE", default=datetime.now(timezone.utc).date().isoformat())
    parser.add_argument("--tag", help="the tag of the release that is being built, such as v0.1.0")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    root = arguments.root
    if arguments.tag is None:
        wrong = [*of_the_tree(root, arguments.today), *of_the_docs(root), *of_the_repository(root, version(root))]
    else:
        wrong = [*of_the_tree(root, ""), *of_the_docs(root)]
        if arguments.tag != f"v{version(root)}":
            wrong.insert(0, f"the tag is {arguments.tag}, and the version is {version(root)}")
    for line in wrong:
        print(line, file=sys.stderr)
    if not wrong:
        print(f"git tag v{version(root)}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
