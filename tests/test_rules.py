"""Every rule's examples and fixtures: reported exactly at the carets, silent elsewhere, fixed as promised."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from dockerfile_astro_lint.online.registry import Registries
from dockerfile_astro_lint.rules.authoring import Example, Rule
from dockerfile_astro_lint.rules.selection import all_rules
from tests.tool import FIXTURES, Mark, apply_fixes, documents, inside, lint, marked, write

EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.code}-{number}")
    for rule in all_rules()
    for number, example in enumerate(rule.examples, 1)
]
CASES = [
    pytest.param(path.parent.name, text, id=f"{path.parent.name}-{title}".replace(" ", "-"))
    for path in sorted((FIXTURES / "rules").glob("*/*.txt"))
    for title, text in documents(path)
]


def answer_offline(monkeypatch: pytest.MonkeyPatch, unpublished: Iterable[str]) -> None:
    """Let registries lack these references, have all others, and nobody be asked."""

    def ask(self: Registries, references: Iterable[str]) -> None:
        self.answers |= {reference: reference not in unpublished for reference in references}

    monkeypatch.setattr(Registries, "ask", ask)


def target(folder: Path) -> str:
    """What to lint: a v2 project has no Dockerfile."""
    return "Dockerfile" if (folder / "Dockerfile").exists() else "."


def check(folder: Path, marks: set[Mark], *options: str) -> dict[str, object]:
    with inside(folder):
        document = lint(target(folder), *options)
    assert marked(document, marks) == marks
    assert document["failures"] == []
    return document


def dockerfile(text: str) -> dict[str, str]:
    return {"Dockerfile": text} if text else {}


def alone(rule: Rule) -> tuple[str, ...]:
    """Select one rule; the one that judges ignore comments needs the others beside it."""
    return () if rule.code == "AST003" else ("--select", rule.code)


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_the_bad_example_is_reported_at_the_carets_and_fixed_as_the_good_one(
    rule: Rule, example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_offline(monkeypatch, example.unpublished)
    marks = write(tmp_path, {**dockerfile(example.bad), **example.files, **example.bad_files})
    assert rule.code in {mark.code for mark in marks}
    with inside(tmp_path):
        document = lint(target(tmp_path), *alone(rule), *example.options)
    document["diagnostics"] = [found for found in document["diagnostics"] if found["code"] == rule.code]
    assert marked(document, marks) == marks
    check(tmp_path, marks, *example.options)
    if any(found["fix"] for found in document["diagnostics"]):
        assert rule.fix in {"safe" if found["fix"]["safe"] else "unsafe" for found in document["diagnostics"]}
        apply_fixes(tmp_path, document)
        good = tmp_path / "good"
        write(good, {**dockerfile(example.good), **example.good_files})
        # What becomes of other files is told where an example says so.
        fixed = [path.relative_to(good) for path in good.rglob("*") if path.is_file() and path.suffix != ".py"]
        for path in fixed:
            assert (tmp_path / path).read_text() == (good / path).read_text(), path


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_the_good_example_is_silent_under_every_rule(
    rule: Rule, example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_offline(monkeypatch, example.unpublished)
    marks = write(tmp_path, {**dockerfile(example.good), **example.files, **example.good_files})
    assert marks == set()
    with inside(tmp_path):
        document = lint(target(tmp_path), "--extend-select", "AST", *example.options)
    assert [found for found in document["diagnostics"] if found["severity"] != "info"] == []
    assert rule.code not in {found["code"] for found in document["diagnostics"]}


def split(text: str) -> tuple[dict[str, str], list[str], list[str]]:
    """A fixture's files, options, and what registries lack.

    `--- name` begins another file; `# options: …` is for the command line, `# unpublished: …` what registries lack.
    """
    files: dict[str, str] = {}
    options: list[str] = []
    unpublished: list[str] = []
    name = "Dockerfile"
    for line in text.splitlines(keepends=True):
        if line.startswith("--- "):
            name = line[4:].strip()
            files[name] = ""
        elif line.startswith("# options: "):
            options += line[11:].split()
        elif line.startswith("# unpublished: "):
            unpublished += line[15:].split()
        else:
            files[name] = files.get(name, "") + line
    return files, options, unpublished


@pytest.mark.parametrize(("code", "text"), CASES)
def test_fixture(code: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule reports where the carets are, and is silent where none is."""
    files, options, unpublished = split(text)
    answer_offline(monkeypatch, unpublished)
    marks = write(tmp_path, files)
    with inside(tmp_path):
        document = lint(target(tmp_path), "--extend-select", code, *options)
    assert document["failures"] == []
    found = marked(document, marks | {Mark("", 0, 0, 0, code)})
    assert found == marks


def test_every_rule_has_fixtures_of_both_kinds_and_a_name_of_its_own() -> None:
    rules = all_rules()
    names = [rule.name for rule in rules]
    assert len(set(names)) == len(names)
    for rule in rules:
        titles = [title for path in (FIXTURES / "rules" / rule.code).glob("*.txt") for title, _ in documents(path)]
        assert len(titles) >= 3, f"{rule.code} has {len(titles)} fixtures"


def test_rules_of_the_project_and_of_what_is_on_top_have_ten_silent_fixtures() -> None:
    for rule in all_rules():
        if rule.code[:4] in ("AST5", "AST6"):
            assert len(documents(FIXTURES / "rules" / rule.code / "silent.txt")) >= 10, rule.code


def test_a_module_is_named_after_its_rule() -> None:
    for rule in all_rules():
        assert rule.module == f"{rule.code.lower()}_{rule.name.replace('-', '_')}"
        assert rule.why
        assert rule.severity in ("error", "warning", "info")
