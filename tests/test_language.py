"""What people read uses plain words: none of the expressions that readers stumbled over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dockerfile_astro_lint.rules.selection import all_rules

ROOT = Path(__file__).parent.parent
READ_BY_PEOPLE = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "dockerfile_astro_lint/**/*.py", "tools/*.py", "benchmarks/*", "action.yml")
    for path in ROOT.glob(pattern)
    if path.suffix in (".md", ".py", ".yml") and "_data" not in path.name
)
AVOIDED = {
    "taken back": "suppressed",
    "takes back": "suppresses",
    "for want of": "missing",
    "its like": "an exact list",
    "their like": "an exact list",
    "of ours": "in astro-lint",
    "mend": "fix",
    "mends": "fixes",
    "mended": "fixed",
    "withdrawn": "yanked",
    "stands in for": "replaces, provides",
    "is no tag": "is not a valid tag",
    "is no version": "is not a valid version",
    "is no instruction": "is not a valid instruction",
    "is no date": "is not a valid date",
    "is no TOML": "is not valid TOML",
    "withheld": "discarded",
}
"""Expressions to avoid, with what to say instead; whole words, in any case."""

PATTERN = re.compile(rf"\b({'|'.join(map(re.escape, AVOIDED))})\b", re.IGNORECASE)


@pytest.mark.parametrize("path", READ_BY_PEOPLE, ids=[str(path.relative_to(ROOT)) for path in READ_BY_PEOPLE])
def test_no_avoided_expression(path: Path) -> None:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = PATTERN.search(line)
        assert match is None, f"line {number}: instead of `{match[0]}` say: {AVOIDED[match[0].lower()]}"


def test_summaries_are_short_and_plain() -> None:
    for rule in all_rules():
        assert len(rule.summary) <= 90, rule.code
        assert not rule.summary.endswith("."), rule.code
