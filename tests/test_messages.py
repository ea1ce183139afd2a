"""What the rules of tags, registries and lifecycle say of their examples and fixtures, word for word.

`python tests/test_messages.py` writes it anew, for a wording that was changed on purpose.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))

from dockerfile_astro_lint.selection import all_rules
from tests.test_rules import dockerfile, split, target
from tests.tool import FIXTURES, documents, inside, lint, write

SAID = FIXTURES / "messages"
CODES = [rule.code for rule in all_rules() if rule.code[3] in "123"]


def cases(code: str) -> Iterator[tuple[str, dict[str, str], tuple[str, ...]]]:
    """(title, files, options) of a rule's bad examples, and of what it has to report."""
    rule = next(rule for rule in all_rules() if rule.code == code)
    for number, example in enumerate(rule.examples, 1):
        files = {**dockerfile(example.bad), **example.files, **example.bad_files}
        yield f"example {number}", files, tuple(example.options)
    for title, text in documents(FIXTURES / "rules" / code / "reported.txt"):
        files, options = split(text)
        yield title, files, tuple(options)


def said(code: str) -> str:
    """What a rule says of its cases, with the titles of the fixes, and what they put in."""
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


@pytest.mark.parametrize("code", CODES)
def test_messages(code: str) -> None:
    assert said(code) == (SAID / f"{code}.txt").read_text(encoding="utf-8")


if __name__ == "__main__":
    SAID.mkdir(exist_ok=True)
    for code in CODES:
        (SAID / f"{code}.txt").write_text(said(code), encoding="utf-8")
