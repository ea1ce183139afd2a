"""No fix ends in a file that the same run would not have accepted before it: all examples, and pairs of all rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import cycle, groupby, product
from pathlib import Path
from typing import NamedTuple

import pytest

from dockerfile_astro_lint.core.source import make_source
from dockerfile_astro_lint.dockerfile.parser import parse_dockerfile
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Fix, append_to_final_stage
from dockerfile_astro_lint.rules.selection import all_rules
from tests.test_rules import split as split_fixture
from tests.tool import FIXTURES, documents, inside, lint, without_carets

SAFE, ALL = ("--fix",), ("--fix", "--unsafe-fixes")
SHOWN_LATER = frozenset(rule.code for rule in all_rules() if rule.code[:4] in ("AST1", "AST3"))
"""Rules on the tag: at most one of them speaks of a reference, and after its fix the next one may."""


UNCOVERING = ("AST003", "AST005")
"""Rules whose fixes show what a suppression or another instruction hid."""


SHOWN_AFTER = {"AST005": {"AST621"}, "AST625": {"AST605", "AST626", "AST632"}}
"""By rule, those that report an instruction only when that rule no longer reports it."""


class Case(NamedTuple):
    name: str
    files: Mapping[str, str]
    options: tuple[str, ...]


def examples() -> Iterator[Case]:
    """The bad examples of the rules that have a fix."""
    for rule in all_rules():
        for number, example in enumerate(rule.examples if rule.fix else (), 1):
            yield Case(f"{rule.code}-{number}", files_of(example), example.options)


def files_of(example: Example) -> dict[str, str]:
    texts = {**({"Dockerfile": example.bad} if example.bad else {}), **example.files, **example.bad_files}
    return {name: without_carets(text, name)[0] for name, text in texts.items()}


def fixtures() -> Iterator[Case]:
    """What `reported` fixtures show of the rules that have a fix."""
    for rule in all_rules():
        for title, text in documents(FIXTURES / "rules" / rule.code / "reported.txt") if rule.fix else ():
            files, options, _ = split_fixture(text)
            if "--as-if" in options:  # which `--fix` refuses
                continue
            clean = {name: without_carets(text, name)[0] for name, text in files.items()}
            yield Case(f"{rule.code} {title}", clean, tuple(options))


def split(text: str) -> tuple[str, str]:
    """A Dockerfile's parser directives, and the rest."""
    source = make_source("Dockerfile", text)
    lines = text.splitlines(keepends=True)
    count = len(parse_dockerfile(source, {}).scan.directives)
    return "".join(lines[:count]), "".join(lines[count:])


def pairs(first: Case, second: Case) -> Iterator[Case]:
    """Two cases in one project: as stages one below the other, and with the instructions of one in the other's."""
    files = {**second.files, **first.files}
    for name in ("requirements.txt", "packages.txt", ".dockerignore"):
        if name in first.files and name in second.files:
            files[name] = "".join(dict.fromkeys(f"{first.files[name]}{second.files[name]}".splitlines(keepends=True)))
    options = tuple(dict.fromkeys((*first.options, *second.options)))
    above, below = first.files.get("Dockerfile"), second.files.get("Dockerfile")
    if above is None or below is None:
        if above or below:
            yield Case(f"{first.name}+{second.name}", files, options)
        return
    directives, text = split(above)
    own, rest = split(below)
    yield Case(f"{first.name}/{second.name}", {**files, "Dockerfile": f"{directives or own}{text}{rest}"}, options)
    parsed = parse_dockerfile(make_source("Dockerfile", rest), {})
    if len(parsed.stages) == 1:
        _, _, end = parsed.stages[0].instruction.whole
        merged = f"{directives or own}{text}{rest[end:]}"
        yield Case(f"{first.name}+{second.name}", {**files, "Dockerfile": merged}, options)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def errors(found: Mapping[str, object]) -> set[str]:
    """The codes of a report's errors."""
    diagnostics = found["diagnostics"]
    assert isinstance(diagnostics, list)
    return {one["code"] for one in diagnostics if one["severity"] == "error"}


def shown_after(case: Case) -> frozenset[str]:
    """What may be found only once the rules of a case have been fixed."""
    return SHOWN_LATER.union(*[codes for code, codes in SHOWN_AFTER.items() if code in case.name])


def lay(case: Case, folder: Path) -> str:
    """Write a case into a repository; what to lint there."""
    (folder / ".git").mkdir()  # no configuration is searched above it, where thousands of folders are
    for name, text in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return "." if "pyproject.toml" in case.files else "Dockerfile"


def check(case: Case, folder: Path) -> None:
    """Fix a project, safely and then all; nothing new may be wrong, and a second time changes nothing."""
    target = lay(case, folder)
    with inside(folder):
        before, fixed = lint(target, *case.options), contents(folder)
        assert before["failures"] == []
        for fixes in (SAFE, ALL):
            after = lint(target, *fixes, *case.options)
            earlier, fixed = fixed, contents(folder)
            assert after["failures"] == [], (case, fixed)
            assert errors(after) - errors(before) - shown_after(case) == set(), (case, fixed)
            if fixed != earlier:  # else this was the second time
                again = lint(target, *fixes, *case.options)
                assert contents(folder) == fixed, (case, fixed)
                assert again["diagnostics"] == after["diagnostics"], (case, fixed)
            before = after


def pairs_of_rules() -> Iterator[Case]:
    """Each rule with each other, and with itself where it has several examples.

    The examples of a rule take their turn. Two rules meet twice, the other one above and in the other of the two ways.
    """
    by_rule = [list(cases) for _, cases in groupby(EXAMPLES, lambda case: case.name.partition("-")[0])]
    turns = [cycle(cases) for cases in by_rule]
    for (at, first), (other, second) in product(enumerate(turns), repeat=2):
        above, below = next(first), next(second)
        if above is not below:
            cases = list(pairs(above, below))
            yield from cases[at < other :][:1] if len(cases) == 2 else cases


EXAMPLES = list(examples())
CASES = [*EXAMPLES, *fixtures()]
PAIRS = list(pairs_of_rules())


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_one_case(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in PAIRS[::20]])
def test_some_pairs(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({case.name.partition("-")[0] for case in PAIRS}))
def test_all_pairs(name: str, tmp_path: Path) -> None:
    for number, case in enumerate(case for case in PAIRS if case.name.startswith(name)):
        folder = tmp_path / str(number)
        folder.mkdir()
        check(case, folder)


def check_alone(case: Case, folder: Path) -> None:
    """Fix what the rule of a case finds; no other rule may then ask to change or remove what was written."""
    target = lay(case, folder)
    with inside(folder):
        before = {found["code"] for found in lint(target, *case.options)["diagnostics"]}
        lint(target, *ALL, *case.options, "--select", case.name[:6])
        after = lint(target, *case.options)["diagnostics"]
    new = {found["code"] for found in after if found["severity"] != "info"} - before
    assert new <= (SHOWN_LATER | {"AST602"} if case.name.startswith("AST1") else SHOWN_AFTER.get(case.name[:6], set()))


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case.name) for case in CASES if case.name[:6] not in UNCOVERING]
)
def test_a_fix_alone_leads_to_no_other_finding(case: Case, tmp_path: Path) -> None:
    check_alone(case, tmp_path)


@pytest.mark.parametrize(
    ("run", "wrong"),
    [
        (check, "NONSENSE x"),
        (check, "RUN <<EOF"),
        (check, "RUN yum install -y gcc"),
        (check_alone, "CMD x"),
        (check_alone, "USER airflow"),
    ],
)
def test_the_checks_see_a_fix_that_spoils_the_file(
    run: Callable[[Case, Path], None], wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def append(project: Project, text: str) -> Fix | None:
        return append_to_final_stage(project, f"{text}\n{wrong}")

    monkeypatch.setattr("dockerfile_astro_lint.rules.ast603_final_user_root.append_to_final_stage", append)
    case = next(case for case in EXAMPLES if case.name == "AST603-1")
    with pytest.raises(AssertionError):
        run(case, tmp_path)
