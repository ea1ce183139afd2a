"""What a rule says it waits for (`on`, `mentions`) saves time and never hides a finding."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dockerfile_astro_lint.engine import linter
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Rule
from tests.tool import FIXTURES, documents, inside, lint, without_carets

DOCKERFILES = [
    re.split(r"^--- .*\n", without_carets(text)[0], flags=re.MULTILINE)[0]
    for path in sorted((FIXTURES / "rules").glob("AST*/*.txt"))
    for _, text in documents(path)
]
SPLITTERS = [
    "\"\"", "''", "\\", "\\\n", "`\n", "\\ \n", "\\\n# why\n\n", "\r\n", "$", "${", "}", "\"", "'", " ", "\n", "=", "_",
]  # fmt: skip


class _Anything(str):
    def __contains__(self, word: object) -> bool:
        return True


def _without_shortcuts(patch: pytest.MonkeyPatch, text: str) -> Mapping[str, Any]:
    def relevant(self: linter.Linter, rules: Sequence[Rule], project: Project) -> Sequence[Rule]:
        return [rule for rule in rules if project.production or not rule.production]

    patch.setattr(linter.Linter, "relevant", relevant)
    patch.setattr(linter, "_is_foreign", lambda data, settings: False)
    patch.setattr(Project, "search_text", _Anything(), raising=False)
    document = lint("--extend-select", "AST", "-", stdin=text.encode())
    patch.undo()
    return document


@st.composite
def _torn(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(DOCKERFILES))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(SPLITTERS)) + text[at:]
    return text.replace("\n", "\r\n") if draw(st.integers(0, 5)) == 0 else text


def test_fixtures_have_the_same_findings_without_shortcuts(tmp_path: Path) -> None:
    with inside(tmp_path), pytest.MonkeyPatch.context() as patch:
        for text in DOCKERFILES:
            assert _without_shortcuts(patch, text) == lint("--extend-select", "AST", "-", stdin=text.encode()), text


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(text=_torn())
def test_torn_dockerfiles_have_the_same_findings_without_shortcuts(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with inside(tmp_path_factory.getbasetemp()), pytest.MonkeyPatch.context() as patch:
        assert _without_shortcuts(patch, text) == lint("--extend-select", "AST", "-", stdin=text.encode())
