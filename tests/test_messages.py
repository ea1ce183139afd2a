"""The messages of the rules on tags, registries and lifecycle for their examples and fixtures, word for word.

`python tests/test_messages.py` regenerates the expected files after an intended change of wording.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))

from dockerfile_astro_lint.rules.selection import all_rules
from tests.test_rules import dockerfile, split, target
from tests.tool import FIXTURES, documents, inside, lint, write

MESSAGES = FIXTURES / "messages"
CODES = [rule.code for rule in all_rules() if rule.code[3] in "123" and not rule.online]


def cases(code: str) -> Iterator[tuple[str, dict[str, str], tuple[str, ...]]]:
    """(title, files, options) of a rule's bad examples and `reported` fixtures."""
    rule = next(rule for rule in all_rules() if rule.code == code)
    for number, example in enumerate(rule.examples, 1):
        files = {**dockerfile(example.bad), **example.files, **example.bad_files}
        yield f"example {number}", files, tuple(example.options)
    for title, text in documents(FIXTURES / "rules" / code / "reported.txt"):
        files, options, _ = split(text)
        yield title, files, tuple(options)


def messages(code: str) -> str:
    """The diagnostics of a rule for its cases, with fix titles and edits."""
    lines = []
    for title, files, options in cases(code):
        lines.append(f"=== {title}")
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), files)
            with inside(Path(folder)):
                document = lint(target(Path(folder)), "--select", code, *options)
        for found in document["diagnostics"]:
            lines.append(f"{found['path']}:{found['line']}:{found['column']}: {found['severity']}: {found['message']}")
            lines += [f"  {one['path']}:{one['line']}: {one['message']}" for one in found["related"]]
            if found["fix"]:
                edits = ", ".join(f"{edit['line']} {edit['text']!r}" for edit in found["fix"]["edits"])
                lines.append(f"  {'safe' if found['fix']['safe'] else 'unsafe'}: {found['fix']['title']}: {edits}")
    return "\n".join(lines) + "\n"


# Many kinds of tags in every kind of repository, on three days.

REPOSITORIES = (
    "astrocrpublic.azurecr.io/runtime", "quay.io/astronomer/astro-runtime", "mirror.corp/astro-runtime",
    "astrocrpublic.azurecr.io/runtime-dev",
    "quay.io/astronomer/runtime",
    "images.astronomer.cloud/baseimages/astro-remote-execution-agent", "quay.io/astronomer/ap-airflow",
)  # fmt: skip
TAGS = (
    "13.1.0-python-3.11-python-3.12", "12.1.0-python-3.11-ubi9-slim-base", "3.3.1",
    "", "latest", "3.1", "3.1-base", "3.1-ubi9-base", "3.1-python-3.12", "3.1-rc1", "3.1-alpha1-base", "3.1-slim",
    "3.1-12", "3.1-8", "3.2-1", "3.1-21-base-ubi9", "3.1-21-slim-base", "3.1-999", "3.9-1", "3.9", "4.0-1", "3",
    "2.9-1", "3.0.4", "3.1.7", "3.1.7-python-3.11", "3.1.4", "3.0.8", "3.9.1", "3.0.4-slim", "3", "13", "13.4",
    "13.4-base", "13-slim", "12.12.0", "12.1.0-base-python-3.11", "13.7.0-slim-slim", "13.11.0", "13.11.0-ubi9",
    "13.11.0-python-3.9", "13.999.0", "99.0.0", "10.1.0-slim", "11.0.0-slim", "11.12.0-ubi9", "11.13.0-ubi9",
    "12.0.0-ubi9", "12.2.0-ubi9", "12.3.0-ubi9", "12.5.0-ubi9", "8.1.0-python-3.9", "9.1.0-python-3.9",
    "9.1.0-python-3.7", "13.5.0", "9.0.0", "9.6.0", "4.0.0", "6.0.3", "6.0.4", "v13.1.0", "V13.1.0", "v3.1-12",
    "V3.1", "v3.0.4", "vx", "v13", "x13.1.0", "13.1.0-onbuild", "13.1.0-py311", "13.1.0-3.11", "13.1.0-python3.11",
    "13.1.0-python-3.11.4", "13.1.0-31", "13.1.0-ubi8", "13.1.0-UBI9-Base", "13.1.0-buster-base", "13.1.0-ubi8-ubi9",
    "13.1.0-py310-py311", "13.1.0-x", "13.1.0.0", "013.1.0", "13.1.0-", "-base", "12.0.0.rc1", "12.0.0-alpha1-base",
    "12.0.0-nightly20250220", "13.1-2", "3.1.x", "13.x.0", "3.1-x", "3-1", "3.1-12-onbuild", "3.1-12-ubi8",
    "3.1-12-python-3", "3.1-base-12", "3.1-nightly20250220", "3.1-12-dev", "13.1.0-python-3.12-astro-agent-1.0.0",
    "3.1-12-python-3.12-astro-agent-1.2.3-base", "3.1-python-3.12-base", "3.1-12-astro-agent-1.0.0", "3.1-999-base",
    "12-3.0", "2.10.5", "2.11", "13.11", "13.11-ubi9", "12.13", "11-base", "3.0-4.1", "3.4", "3.3-8-slim", "1.10.7",
    "0.0.0", "5.4.99",
    "13.7.0-slim-python-3.12-base", "3.1-21-python-3.12-ubi9-base", "v3.1-12-onbuild", "3.1-rc1-x", "13-alpha",
    "3.x-base", "4", "4.1", "13.4.x", "12-1", "3.1-python-3.12-rc1", "13.1-rc1", "13.1.0a", "3.1-12.0", "13.5", "9.0",
    "3.1.8", "v3.1-python-3.12", "v13.1", "3-base", "3.1-9999", "2.2", "2.0.9", "2.2.4-5", "2.4.3-onbuild", "2.10",
    "v4.0-1", "v3.1-12-python-3.12-x", "13.1.0-python-3.12-x", "10-x", "13.4-x", "13-", "13.1-2-3", "3.2", "3.2-base-x",
)  # fmt: skip
DAYS = ("2023-06-01", "2026-10-01", "2027-05-01")


def messages_for_tags(repository: str) -> str:
    """The diagnostics for every tag in a repository, on each day; on two of the days for lifecycle rules only."""
    lines = []
    for day in DAYS:
        codes = "AST1,AST2,AST3" if day == "2026-10-01" else "AST103,AST110,AST3"
        images = [f"{repository}:{tag}" if tag else repository for tag in TAGS]
        images += [f"{image}@sha256:{'0' * 64}" for image in images[:8]]
        text = "".join(f"FROM {image} AS s{at}\n" for at, image in enumerate(images))
        options = ("--select", codes, "--extend-select", "AST304", "--today", day)
        for found in lint("-", *options, stdin=text.encode())["diagnostics"]:
            where = images[found["line"] - 1].removeprefix(repository)[:80]
            lines.append(
                f"{day} {where} [{found['column']}-{found['end_column']}]: {found['code']}: {found['message']}"
            )
            if found["fix"]:
                edits = ", ".join(
                    f"{edit['column']}-{edit['end_column']} {edit['text']!r}" for edit in found["fix"]["edits"]
                )
                lines.append(f"  {'safe' if found['fix']['safe'] else 'unsafe'}: {edits}")
    return "\n".join(lines) + "\n"


def file_of(repository: str) -> Path:
    return MESSAGES / f"{repository.replace('/', '_')}.txt"


@pytest.mark.parametrize("repository", REPOSITORIES)
def test_tags(repository: str) -> None:
    assert messages_for_tags(repository) == file_of(repository).read_text(encoding="utf-8")


@pytest.mark.parametrize("code", CODES)
def test_messages(code: str) -> None:
    assert messages(code) == (MESSAGES / f"{code}.txt").read_text(encoding="utf-8")


if __name__ == "__main__":
    MESSAGES.mkdir(exist_ok=True)
    for code in CODES:
        (MESSAGES / f"{code}.txt").write_text(messages(code), encoding="utf-8")
    for repository in REPOSITORIES:
        file_of(repository).write_text(messages_for_tags(repository), encoding="utf-8")
