"""Big and hostile inputs: what comes out is right, and twice the input is about twice the work."""

from __future__ import annotations

import configparser
import os
import re
import sys
import time
import tracemalloc
import warnings
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from dockerfile_astro_lint.core.toml import parse_toml
from dockerfile_astro_lint.project.manifest import parse_manifest
from tests.tool import FIXED, inside, lint, run, write

RUNTIME = "FROM quay.io/astronomer/astro-runtime"
SOUND = f"{RUNTIME}:13.11.0\n"
MALFORMED = f"{RUNTIME}:13.11.0-onbuild\n"
MISORDERED = f"{RUNTIME}:13.7.0-slim-python-3.12\n"


def found(text: str, *options: str) -> dict[str, Any]:
    """The report on a Dockerfile; no rule may have failed."""
    document = lint(*options, "-", stdin=text.encode("utf-8"))
    assert document["failures"] == []
    return document


def places(document: dict[str, Any], code: str) -> list[int]:
    """The lines on which a rule found something."""
    return [one["line"] for one in document["diagnostics"] if one["code"] == code]


def work(text: str) -> int:
    """How many functions are called to lint a Dockerfile: a measure that is the same on every machine."""
    return calls("-", stdin=text.encode("utf-8"))


def calls(*argv: str, stdin: bytes = b"") -> int:
    count = 0

    def profile(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(profile)
    try:
        outcome = run(*FIXED, *argv, stdin=stdin)
    finally:
        sys.setprofile(None)
    assert outcome.err == ""
    return count


def numbered(template: str, count: int) -> str:
    """A text again and again, `@` its number and `<` the number before."""
    return "".join(template.replace("@", str(at + 1)).replace("<", str(at)) for at in range(count))


GROWING: dict[str, tuple[int, Callable[[int], str]]] = {
    "instructions": (4000, lambda n: SOUND + "RUN true\n" * n),
    "comments": (4000, lambda n: "# comment\n" * n + SOUND),
    "blank lines": (4000, lambda n: SOUND + "\n" * n),
    "unknown instructions": (1000, lambda n: SOUND + numbered("RUNN@ true\n", n)),
    "stages": (500, lambda n: SOUND * n),
    "stages with findings": (500, lambda n: MALFORMED * n),
    "stages in a chain": (1000, lambda n: f"{RUNTIME}:13.11.0 AS s0\n" + numbered("FROM s< AS s@\n", n)),
    "stages that copy from the one before": (
        500,
        lambda n: f"{RUNTIME}:13.11.0 AS s0\n" + numbered(f"{RUNTIME}:13.11.0 AS s@\nCOPY --from=s< a b\n", n),
    ),
    "stages in a chain with an unknown instruction each": (
        500,
        lambda n: f"{RUNTIME}:13.11.0 AS s0\n" + numbered("FROM s< AS s@\nRUNN true\n", n),
    ),
    "arguments": (2000, lambda n: numbered("ARG V@=@\n", n) + SOUND),
    "arguments in a chain": (2000, lambda n: "ARG V0=13.11.0\n" + numbered("ARG V@=$V<\n", n) + f"{RUNTIME}:$V{n}\n"),
    "arguments on one line": (1000, lambda n: "ARG" + " A=1" * n + "\n" + SOUND),
    "a continued RUN": (4000, lambda n: SOUND + "RUN true" + " \\\n  && true" * n + "\n"),
    "a continued ENV": (2000, lambda n: SOUND + "ENV A=1" + " \\\n  B=$A" * n + "\n"),
    "a continued ARG": (500, lambda n: "ARG A=1" + " \\\n  B=$A" * n + "\n" + SOUND),
    "a continued FROM": (2000, lambda n: "FROM a" + "\\\na" * n + "\n" + SOUND),
    "comments in an instruction": (2000, lambda n: SOUND + "RUN true \\\n" + "# comment\n" * n + " && true\n"),
    "heredocs": (500, lambda n: SOUND + "RUN <<EOF\ntrue\nEOF\n" * n),
    "heredocs of one instruction": (500, lambda n: SOUND + "RUN" + numbered(" <<E@", n) + "\n" + numbered("E@\n", n)),
    "ignore comments": (500, lambda n: ("# astro-lint: ignore[AST102]\n" + MISORDERED) * n),
    "ignore comments for another rule": (500, lambda n: ("# astro-lint: ignore[AST101]\n" + MISORDERED) * n),
    "ignore comments for the whole file": (
        500,
        lambda n: "# astro-lint: ignore-file[AST105]\n" * n + MISORDERED * n,
    ),
    "ignore comments in one instruction": (
        500,
        lambda n: "FROM \\\n" + "# astro-lint: ignore[AST101]\n" * n + MISORDERED[5:] + MISORDERED * n,
    ),
    "a deep heredoc word": (100, lambda n: SOUND + "RUN cat <<" + "${A:-" * n + "x" * 50 * n + "}" * n + "\n"),
    "a script": (500, lambda n: SOUND + "RUN <<EOF\n" + "apt-get update || (cd a && x=$(b)) | c\n" * n + "EOF\n"),
    "a script that goes from folder to folder": (500, lambda n: SOUND + "RUN <<EOF\napt\n" + "cd a\n" * n + "EOF\n"),
    "functions of a script": (
        300,
        lambda n: SOUND + "RUN <<EOF\napt\n" + numbered("f@() { f<; a || f<; }\n", n) + f"f{n}\nEOF\n",
    ),
    "heredocs of a script": (500, lambda n: SOUND + "RUN <<EOF\napt\n" + "bash <<A && b <<B\nc\nA\nB\n" * n + "EOF\n"),
    "scripts of a script": (300, lambda n: SOUND + "RUN <<EOF\napt\n" + "bash -c 'eval \"a b\"'\n" * n + "EOF\n"),
    "words of a find": (500, lambda n: SOUND + "RUN apt; find a" + " \\\n -exec b {} +" * n + "\n"),
    "wrappers of a command": (1000, lambda n: SOUND + "RUN apt;" + " \\\n sudo A=b env" * n + " c\n"),
    "branches of a case": (500, lambda n: SOUND + "RUN apt; case $a in" + " \\\n b|c) d || e;;" * n + " esac\n"),
    "questions": (500, lambda n: SOUND + "RUN apt" + " \\\n && [ a ] || b" * n + "\n"),
    "quotes that stay open": (500, lambda n: SOUND + "RUN apt 'a\n" * n),
    "instructions in an instruction": (500, lambda n: SOUND + "RUN true" + " && \\\n\nCOPY 'a' b" * n + "\n"),
    "two escape characters": (500, lambda n: SOUND + "RUN true \\\\\n" + "  && true \\\\\n" * n),
    "variables": (1000, lambda n: SOUND + numbered("ENV V@=@\n", n) + "USER $V1\n"),
    "variables that are asked for": (500, lambda n: SOUND + numbered("ENV V@=$V<\nUSER $V@\n", n)),
    "variables in stages that part": (
        200,
        lambda n: (
            f"{RUNTIME}:13.11.0 AS s0\nENV V=a\n"
            + numbered("FROM s<\nENV W@=@\nUSER $V\nFROM s< AS s@\nENV V=$V\nUSER $V\n", n)
        ),
    ),
    "ports through variables": (500, lambda n: SOUND + numbered("ENV P@=80\nEXPOSE $P@ ${Q:-8@}\n", n)),
    "ports that are refused": (500, lambda n: SOUND + "EXPOSE" + numbered(" x@", n) + "\n" + "EXPOSE $x-\n" * n),
    "stages of a base with variables": (
        200,
        lambda n: "FROM scratch AS s\n" + "ENV A=1\n" * n + numbered("FROM s AS t@\nSTOPSIGNAL $S\n", n),
    ),
    "numbers of stages that there are not": (500, lambda n: SOUND + "COPY --from=9999 a b\n" * n),
    "images with numbers": (500, lambda n: SOUND + "RUN --mount=type=cache,target=/x a\nCOPY --from=1 a b\n" * n),
    "fields of a mount": (500, lambda n: SOUND + "RUN --mount=type=cache," + "id=$a," * n + "target=/x a\n"),
    "mounts of a RUN": (500, lambda n: SOUND + "RUN" + " --mount=type=cache,target=$T" * n + " a\n"),
    "bodies that are expanded": (500, lambda n: SOUND + "COPY <<E /x\n" + "${x:-$y}\n" * n + "${x^}\nE\n"),
    "triggers": (300, lambda n: "FROM scratch AS s\n" + "ONBUILD EXPOSE x\n" * n + "FROM s\n"),
    "options of a repository": (500, lambda n: SOUND + "ADD https://x/a.git?" + numbered("a@=1&", n) + " b\n"),
    "ignore comments begun on one line": (2000, lambda n: "#" + " # astro-lint: ignore[" * n + "\n" + SOUND),
    "rules of one ignore comment": (
        1000,
        lambda n: f"# astro-lint: ignore[{numbered('AST102,', n)}]\n" + MISORDERED,
    ),
    "rules that one ignore comment misspells": (
        25,
        lambda n: f"# astro-lint: ignore[{numbered('seqment-order@,', n)}]\n" + MISORDERED,
    ),
    "RUNs that install": (1000, lambda n: SOUND + "RUN pip install apache-airflow==2.9.1\n" * n),
    "defaults that stages use": (
        500,
        lambda n: numbered("ARG V@=13.11.0\n", n) + numbered(f"{RUNTIME}:$V@\nARG V@\n", n),
    ),
    "patterns": (
        100,
        lambda n: f"ARG V={'a' * 60}\n{RUNTIME}:" + "${V//a*a*ab/x}${V##*a*ab}" * n + "\n",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", GROWING)
def test_twice_the_input_is_about_twice_the_work(name: str) -> None:
    count, make = GROWING[name]
    # What is kept from one file to the next is kept for both.
    run(*FIXED, "-", stdin=make(2 * count).encode())
    assert work(make(2 * count)) < 2.5 * work(make(count))


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in GROWING if "variables" in name or "arguments" in name])
def test_twice_the_input_takes_about_twice_the_memory(name: str) -> None:
    count, make = GROWING[name]
    memory(make(2 * count))
    assert memory(make(4 * count)) < 2.6 * memory(make(2 * count))


def memory(text: str) -> int:
    """The most bytes that are in use at a time while a Dockerfile is linted."""
    tracemalloc.start()
    try:
        run(*FIXED, "-", stdin=text.encode("utf-8"))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


DAGS = {"requirements.txt": "", "packages.txt": "", "dags/a.py": ""}
PROJECTS: dict[str, tuple[int, Callable[[int], dict[str, str]]]] = {
    "imports": (1000, lambda n: {**DAGS, "dags/a.py": "import imp\n" * n}),
    "imports that requirements may provide": (
        200,
        lambda n: {**DAGS, "requirements.txt": numbered("a@==1\n", n), "dags/a.py": "import distutils\n" * n},
    ),
    "imports on one line": (500, lambda n: {**DAGS, "dags/a.py": "import imp; " * n + "\n"}),
    "imports on one line beside letters": (500, lambda n: {**DAGS, "dags/a.py": "import imp; é = 1; " * n + "\n"}),
    "requirements with ignore comments": (
        500,
        lambda n: {**DAGS, "requirements.txt": "# astro-lint: ignore[AST502]\napache-airflow==2.1\n" * n},
    ),
    "requirements below ignore comments": (
        500,
        lambda n: {**DAGS, "requirements.txt": "# astro-lint: none\n" * n + "apache-airflow==2.1\n" * n},
    ),
    "an ignore comment begun in requirements": (
        2000,
        lambda n: {**DAGS, "requirements.txt": "apache-airflow==2.1 # " + "# astro-lint: ignore[" * n + "\n"},
    ),
    "an ignore comment begun in Python": (
        2000,
        lambda n: {**DAGS, "dags/a.py": "import imp #" + " # astro-lint: ignore[" * n + "\n"},
    ),
    "an ignore comment begun behind a bracket": (
        2000,
        lambda n: {**DAGS, "dags/a.py": "import imp # ignore]" + " # astro-lint: ignore[" * n + "\n"},
    ),
    "rules of an ignore comment in Python": (
        1000,
        lambda n: {**DAGS, "dags/a.py": f"import imp # astro-lint: ignore[{numbered('AST102,', n)}]\n"},
    ),
    "packages on one line": (1000, lambda n: {**DAGS, "packages.txt": "libpq-dev " * n + "\n"}),
    "tables of a manifest": (
        1000,
        lambda n: {**DAGS, "pyproject.toml": '[tool.astro]\nruntime = "3.1-1"\n' + numbered("[a.b@.c]\nx = 1\n", n)},
    ),
    "lines of .dockerignore": (500, lambda n: {**DAGS, ".dockerignore": numbered("**/x@*\n!dags/**\n", n)}),
    "extras of a requirement": (1000, lambda n: {**DAGS, "requirements.txt": "a[" + "b," * n + "c]\n"}),
    "continued requirements": (1000, lambda n: {**DAGS, "requirements.txt": "a" + " \\\n" * n + "\n"}),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PROJECTS)
def test_twice_the_file_of_a_project_is_about_twice_the_work(name: str, tmp_path: Path) -> None:
    count, make = PROJECTS[name]
    amounts: list[int] = []
    for factor in (2, 1, 2):  # what is loaded and kept is so for both
        folder = tmp_path / str(len(amounts))
        write(folder, {"Dockerfile": SOUND, **make(factor * count)})
        with inside(folder):
            amounts.append(calls("."))
    assert amounts[2] < 2.5 * amounts[1]


@pytest.mark.parametrize(
    "text", [" # astro-lint: ignore[", "ignore] # astro-lint: ignore[", " # noqa:A,", "# ", "AST1O2,"]
)
@pytest.mark.parametrize("name", ["Dockerfile", "requirements.txt", "dags/a.py"])
def test_a_long_line_of_ignore_comments_is_searched_once(name: str, text: str, tmp_path: Path) -> None:
    """The work of a pattern is in no count of calls: half a megabyte would take minutes if it were not linear."""
    before = {"Dockerfile": "", "requirements.txt": "apache-airflow==2.1 # ", "dags/a.py": "import imp # "}[name]
    write(tmp_path, {**DAGS, "Dockerfile": SOUND})
    line = f"{before}# astro-lint: ignore[{text * 20_000}\n"
    (tmp_path / name).write_text(line + (SOUND if name == "Dockerfile" else ""))
    with inside(tmp_path):
        began = time.process_time()
        run(*FIXED, ".")
        assert time.process_time() - began < 20


def most_bytes(*argv: str) -> int:
    """The most bytes that are in use at a time in a run."""
    tracemalloc.start()
    try:
        run(*FIXED, *argv)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["astro-lint.toml", "pyproject.toml"])
@pytest.mark.parametrize("key", ["{} = 1\n", "[{}]\n", "x = {{ {} = 1 }}\n"])
def test_a_dotted_key_of_thousands_of_parts_takes_little_memory(name: str, key: str, tmp_path: Path) -> None:
    text = '[tool.astro]\nruntime = "3.1-1"\n[tool.other]\n' + key.format(" . ".join(["a"] * 4000))
    write(tmp_path, {"Dockerfile": SOUND, name: text})
    with inside(tmp_path):
        most_bytes(".")
        assert most_bytes(".") < 16 * 1024 * 1024


def test_dots_that_are_no_keys_are_no_dotted_key() -> None:
    dots = "." * 1000
    strings = f'a = \'{dots}\'\nb = "{dots}"\nc = """\n{dots}\n"""\n'
    document = parse_toml(f"# {dots}\n{strings}d = [{'1.5, ' * 500}]\n")
    assert document["a"] == document["b"] == dots
    assert len(document["d"]) == 500


@pytest.mark.slow
def test_a_long_argument_of_many_stages_takes_little_memory() -> None:
    text = f"ARG V={'a' * 15_000}\n" + "FROM $V\n" * 1000 + SOUND
    memory(text)
    assert memory(text) < 100 * 1024 * 1024


@pytest.mark.parametrize("number", ["9" * 5000, "-" + "9" * 5000, "1_" * 5000 + "1", "0x" + "f" * 5000])
@pytest.mark.parametrize("line", ["x = {}", "imp.reload({})", "if sys.version_info < (3, {}): pass", "f'{{ {} }}'"])
def test_a_number_of_thousands_of_digits_hides_nothing(number: str, line: str, tmp_path: Path) -> None:
    write(tmp_path, {**DAGS, "Dockerfile": SOUND, "dags/a.py": f"{line.format(number)}\nimport imp\n"})
    with inside(tmp_path):
        report = lint(".")
        assert places(report, "AST401") == [2]
        assert report["failures"] == []
    manifest = parse_manifest(f'[tool.astro]\nruntime = "3.1-1"\n[a]\nb = {number}\n'.encode(), "pyproject.toml")
    assert manifest is not None
    assert manifest.runtime is not None


@pytest.mark.parametrize("coding", ["idna", "punycode", "hex", "undefined", "utf-7"])
def test_a_coding_that_is_none_of_text_hides_no_requirement(coding: str, tmp_path: Path) -> None:
    write(tmp_path, {**DAGS, "Dockerfile": SOUND, "requirements.txt": f"# coding: {coding}\napache-airflow==2.1\n"})
    with inside(tmp_path):
        assert places(lint("."), "AST502") == [2]


def test_many_spaces_in_a_line_of_setup_cfg_do_not_reach_configparser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    longest = 0
    read_string = configparser.ConfigParser.read_string

    def read(self: configparser.ConfigParser, text: str) -> None:
        nonlocal longest
        longest = max(map(len, re.findall(r" +", text)))
        read_string(self, text)

    monkeypatch.setattr(configparser.ConfigParser, "read_string", read)
    write(tmp_path, {"Dockerfile": MISORDERED, "setup.cfg": f"[astro-lint]\nselect = AST105{' ' * 30_000},AST102\n"})
    with inside(tmp_path):
        assert {one["code"] for one in lint(".")["diagnostics"]} == {"AST102"}
    assert 0 < longest < 100


def test_long_values_are_not_given_to_any_number_of_variables() -> None:
    text = SOUND + f"ENV A={'a' * 60_000}\n" + numbered("ENV B@=$A\n", 1000) + "USER $B1000\n"
    assert work(text) < 1_000_000
    assert memory(text) < 64 * 1024 * 1024


def test_a_variable_has_the_value_that_it_has_there() -> None:
    """In the stage where it is asked for: those that go on from the same stage do not know of each other."""
    text = (
        "FROM quay.io/astronomer/astro-runtime:13.11.0 AS a\nENV U=astro V=root\n"
        "FROM a AS b\nENV U=root\nARG V\n"
        "FROM a AS c\nENV W=$U\nUSER $W\n"
        "FROM b AS d\nUSER $U\n"
        "FROM a AS e\nUSER $V\n"
    )
    assert [places(found(text, "--target", target), "AST603") for target in "cde"] == [[], [10], [12]]
    # And through any number of them.
    text = "FROM quay.io/astronomer/astro-runtime:13.11.0 AS s0\nENV U=root X=astro\n" + numbered(
        "FROM s< AS t@\nENV U=astro\nFROM s< AS s@\nENV V@=1\n", 200
    )
    assert places(found(text + "USER $U\n"), "AST603") == [803]
    assert places(found(text + "USER $X\n"), "AST603") == []


def test_100_000_lines_are_read_to_the_last() -> None:
    document = found(SOUND + "RUN true\n" * 100_000 + MALFORMED)
    assert places(document, "AST101") == [100_002]


def test_100_000_continued_lines_are_one_instruction() -> None:
    document = found(SOUND + "RUN true" + " \\\n  && true" * 100_000 + "\n" + MALFORMED)
    assert places(document, "AST101") == [100_003]
    document = found("ARG A=1" + " \\\n  A=1" * 100_000 + f" \\\n  B=13.11.0-onbuild\n{RUNTIME}:$B\n")
    assert places(document, "AST101") == [100_002]


def test_a_line_of_a_megabyte_is_an_error_on_that_line_and_the_lines_before_are_judged() -> None:
    document = found(MALFORMED + "RUN true\n" + "RUN " + "a" * 1_000_000 + "\n" + MALFORMED)
    assert places(document, "AST001") == [3]
    assert places(document, "AST101") == [1]


@pytest.mark.parametrize("blank", ["\xa0\\", " \xa0 \\\n\xa0\\", "\u2003\\\n\n", "\x85\\"])
def test_a_line_of_nothing_but_unicode_space_is_read(blank: str) -> None:
    assert places(found(f"{MISORDERED}RUN true\n{blank}"), "AST102") == [1]


def test_a_value_that_doubles_60_times_is_given_up() -> None:
    text = "ARG V0=13.11.0\n" + numbered("ARG V@=$V<$V<\n", 60) + f"{RUNTIME}:$V60\n"
    assert {one["code"] for one in found(text)["diagnostics"]} <= {"AST001", "AST002"}
    assert work(text) < 100_000


def test_10_000_stages_on_one_another_have_one_root() -> None:
    text = f"{RUNTIME}:13.11.0-onbuild AS s0\n" + numbered("FROM s< AS s@\n", 10_000)
    document = found(text)
    assert places(document, "AST101") == [1]
    assert places(document, "AST205") == places(document, "AST001") == []


def test_10_000_arguments_give_the_last_its_value() -> None:
    text = "ARG V0=13.11.0-onbuild\n" + numbered("ARG V@=$V<\n", 10_000) + f"{RUNTIME}:$V10000\n"
    assert places(found(text), "AST101") == [1]


@pytest.mark.parametrize("depth", [10, 100, 400, 5000])
def test_expressions_in_expressions_are_expanded_or_refused(depth: int) -> None:
    nested = "${A:-" * depth + "13.11.0-onbuild" + "}" * depth
    document = found(f'{RUNTIME}:{nested}\nRUN echo <<{nested}\nRUN <<E{nested}\nCOPY <<"{nested}" /x\n')
    codes = {one["code"] for one in document["diagnostics"]}
    assert codes & {"AST001", "AST101"}
    if depth <= 100:
        assert places(document, "AST101") == [1]


@pytest.mark.slow
@pytest.mark.parametrize(
    "opening",
    ["$(", "(", "{ ", "if ", "if a; then ", "case a in b) ", "f() ", "for a in b; do ", "${a:-", '"${a:-', '"$(', "<(",
     "> >(", "$((", "a=(", "[[ ", "@(", "`", "bash -c ", "bash -c '", "eval ", "cat <<A\n", "! ", "coproc ", "a &&"],
)  # fmt: skip
def test_a_script_of_nothing_but_openings_is_read_up_to_them(opening: str) -> None:
    script = "apt-get install gcc\n" + opening * (250_000 // len(opening))
    document = found(f"{SOUND}RUN <<EOF\n{wrapped(script)}\nEOF\n")
    assert places(document, "AST607") == [3]


def wrapped(script: str) -> str:
    """A script in lines that BuildKit reads."""
    return "\\\n".join(script[at : at + 60_000] for at in range(0, len(script), 60_000))


def test_a_script_of_a_megabyte_is_not_read_and_the_rest_is() -> None:
    text = f"{SOUND}RUN <<EOF\n" + "apt-get install gcc\n" * 60_000 + "EOF\nRUN apt-get install gcc\n"
    assert places(found(text), "AST607") == [60_004]


def test_a_message_about_a_long_word_is_short() -> None:
    for word in ("${A:-" * 5000, "a" * 60_000, "$" * 30_000 + "'", "A" * 60_000, f"{'a' * 200}:{'b' * 60_000}"):
        for found_one in found(f"FROM {word}\n{SOUND}")["diagnostics"]:
            assert len(found_one["message"]) < 2000


@pytest.mark.parametrize("depth", [100, 990, 1010, 30_000])
@pytest.mark.parametrize("keyword", ["RUN", "CMD", "COPY", "VOLUME", "ONBUILD RUN", "HEALTHCHECK CMD"])
def test_arrays_in_arrays_are_refused_or_passed_over(keyword: str, depth: int) -> None:
    document = found(f"{SOUND}{keyword} {'[' * depth}{']' * depth}\n{MALFORMED}")
    assert places(document, "AST101") == [3]


@pytest.mark.parametrize(
    "expression",
    ["${V##*a*a*a*a*b}", "${V%%b*a*a*a*a*}", "${V#*a*a*a*a*b}", "${V/*a*a*a*a*b/x}", "${V//a*a*a*a*b/x}", "${V//a/aa}"],
)
def test_a_pattern_with_many_stars_ends(expression: str) -> None:
    for length in (50, 500, 5000, 60_000):
        text = f"ARG V={'a' * length}\n{RUNTIME}:{expression}\n"
        assert found(text)
        assert work(text) < 10_000_000
    # Nor may a file hold any number of them.
    text = f"ARG V={'a' * 500}\n" + f"{RUNTIME}:{expression}\n" * 200
    assert work(text) < 20_000_000


def test_one_argument_of_thousands_of_stages_is_one_finding() -> None:
    document = found("ARG TAG=13.7.0-slim-python-3.12\n" + f"{RUNTIME}:$TAG\n" * 2000)
    assert places(document, "AST102") == [1]


def test_thousands_of_ignore_comments_do_what_they_say() -> None:
    document = found(("# astro-lint: ignore[segment-order, AST209]\n" + MISORDERED) * 3000 + MISORDERED)
    assert places(document, "AST102") == [6001]
    assert document["summary"]["suppressed"] > 3000


# Files.


def test_a_python_file_with_thousands_of_imports_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(SOUND)
    (tmp_path / "dags").mkdir()
    costs = []
    for count in (10, 1000, 2000):
        text = "import imp\n" * count + "# astro-lint: ignore-file[AST101]\n"
        (tmp_path / "dags" / "load.py").write_text(text)
        with inside(tmp_path):
            costs.append(calls("Dockerfile"))
    assert costs[2] < 2.5 * costs[1]


@pytest.mark.parametrize("fixes", ["--fix", "--unsafe-fixes"])
def test_fixing_a_project_of_many_images_takes_a_few_times_the_work_of_linting_it(tmp_path: Path, fixes: str) -> None:
    code = ("import imp\nfrom airflow.providers.amazon.aws.hooks.s3 import S3Hook\n" * 10) + "imp.reload(x)\n"
    files = {f"Dockerfile.{number}": f"{MISORDERED}ENV A = 1\n" for number in range(8)}
    files |= {f"dags/a{number}.py": code for number in range(8)} | {"requirements.txt": "", "packages.txt": ""}
    amounts: list[int] = []
    for options in ((), (), (fixes,)):  # what is loaded and kept is so for both
        folder = tmp_path / str(len(amounts))
        write(folder, files)
        with inside(folder):
            amounts.append(calls(".", "--quiet", *options))
    assert amounts[2] < 3.5 * amounts[1]


def test_python_files_that_cannot_be_read_are_mentioned_once_and_the_run_goes_on(tmp_path: Path) -> None:
    dags = tmp_path / "dags"
    dags.mkdir()
    (dags / "a_broken.py").write_text("import imp\ndef (:\n")
    (dags / "b_deep.py").write_text("import imp\nx = " + "(" * 5000 + ")" * 5000 + "\n")
    (dags / "c_deeper.py").write_text("import imp\nx = " + "-" * 20_000 + "1\n")
    (dags / "d_chain.py").write_text("import imp\nx = " + "a.b" + ".b" * 5000 + "\n")
    (dags / "e_bytes.py").write_bytes(b"import imp\n\xff\xfe\0\n")
    (dags / "f_good.py").write_text("import imp\n")
    for name in ("Dockerfile", "Dockerfile.two"):
        (tmp_path / name).write_text(SOUND)
    with inside(tmp_path):
        outcome = run(*FIXED, "--format", "concise", "--select", "AST401")
    assert outcome.code == 1
    assert "dags/f_good.py:1:8: AST401" in outcome.out
    lines = [line for line in outcome.err.splitlines() if "could not read the imports" in line]
    assert len(lines) == 1
    assert "dags/a_broken.py and " in lines[0]


def test_what_python_says_of_old_code_is_not_printed(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    warnings.simplefilter("always")
    (tmp_path / "Dockerfile").write_text(SOUND)
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "load.py").write_text("import imp\npattern = '\\d'\n")
    with inside(tmp_path):
        outcome = run(*FIXED, "--format", "concise", "--select", "AST401")
    assert "dags/load.py:1:8: AST401" in outcome.out
    assert outcome.err.count("\n") <= 1
    assert [str(one.message) for one in recwarn] == []


def test_a_deep_folder_and_a_folder_in_a_circle_end(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(SOUND)
    (tmp_path / "requirements.txt").write_text("")
    with inside(tmp_path):
        for _ in range(300):
            os.mkdir("d")
            os.chdir("d")
        Path("load.py").write_text("import imp\n")
        Path("Dockerfile").write_text(MALFORMED)
    (tmp_path / "circle").symlink_to(tmp_path, target_is_directory=True)
    with inside(tmp_path):
        outcome = run(*FIXED, "--format", "concise", "--select", "AST101,AST401", ".")
    assert outcome.code == 1
    assert re.findall(r": (AST\d+) ", outcome.out) == ["AST101", "AST401"]
    with inside(tmp_path):
        for _ in range(300):
            os.chdir("d")
        for _ in range(300):
            for name in os.listdir("."):
                (os.rmdir if os.path.isdir(name) else os.remove)(name)
            os.chdir("..")


def test_every_bad_path_is_a_sentence_and_the_findings_of_the_good_ones_are_printed(tmp_path: Path) -> None:
    bad = {"binary": "a binary file, not a Dockerfile", "missing": "no such file or folder: check the spelling"}
    (tmp_path / "Dockerfile").write_text(MALFORMED)
    (tmp_path / "binary").write_bytes(SOUND.encode() + b"\0")
    (tmp_path / "late").write_bytes(b"# " + b"x" * 8192 + b"\0\n" + MALFORMED.encode())
    (tmp_path / "empty").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        bad["pipe"] = "not a regular file"
    if hasattr(os, "geteuid") and os.geteuid() != 0:
        (tmp_path / "secret").write_text(SOUND)
        (tmp_path / "secret").chmod(0)
        bad["secret"] = "cannot be read: permission denied"
    with inside(tmp_path):
        outcome = run(*FIXED, "--format", "concise", "--select", "AST101", *bad, "empty", "Dockerfile", "late")
    assert outcome.code == 2
    assert [line.split(" ")[0] for line in outcome.lines if " AST101 " in line] == ["Dockerfile:1:46:", "late:2:46:"]
    assert {line.partition(":")[0] for line in outcome.lines if " AST101 " not in line} == set(bad)
    lines = outcome.err.splitlines()
    assert len(lines) >= len(bad)
    for line, path in zip(lines, sorted(bad), strict=False):
        assert line.startswith(f"astro-lint: {path}: {bad[path]}")


def test_the_same_paths_in_a_folder_are_no_dockerfiles(tmp_path: Path) -> None:
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "Dockerfile.pipe")
    (tmp_path / "Dockerfile.gone").symlink_to(tmp_path / "nowhere")
    (tmp_path / "Dockerfile").mkdir()
    with inside(tmp_path):
        outcome = run(*FIXED, ".")
    assert (outcome.code, outcome.out, outcome.err) == (0, "Nothing to lint: no Dockerfile in `.`.\n", "")


def test_a_folder_without_dockerfiles_is_nothing_to_lint(tmp_path: Path) -> None:
    with inside(tmp_path):
        outcome = run(*FIXED)
    assert outcome.code == 0
    assert outcome.out.startswith("Nothing to lint")
    assert outcome.err == ""
