"""The package `dockerfile`, an older BuildKit's own parser, must find the same instructions on the same lines."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, given

from dockerfile_astro_lint.core.source import decode
from dockerfile_astro_lint.dockerfile.arguments import (
    assignment_words,
    json_array,
    split_keyword,
    split_words,
    take_flags,
)
from dockerfile_astro_lint.dockerfile.parser import Dockerfile, flags, parse_dockerfile
from dockerfile_astro_lint.dockerfile.scanner import LogicalLine
from dockerfile_astro_lint.dockerfile.syntax_errors import refusals
from tests.strategies import encoded, examples, texts
from tests.test_buildkit_cases import CASES, data_of
from tests.tool import FIXTURES, documents, without_carets

second: Any = pytest.importorskip("dockerfile")

DIFFERS = {
    "escape-after-check": "BuildKit 0.12.5, which it carries, takes `# check=` for a comment, so no directive follows",
    "heredoc-space": "BuildKit 0.12.5 does not know a heredoc whose name stands behind a space",
    "latin1-comment": "it takes text only, and this is not UTF-8",
    "latin1-label": "it takes text only, and this is not UTF-8",
}
"""The cases that it reads otherwise, and why."""


class Reading(NamedTuple):
    """(keyword, first line, last line, flags, names of heredocs) of every instruction, the words of every FROM and ARG,
    and what every JSON form holds.
    """

    instructions: list[tuple[str, int, int, tuple[str, ...], tuple[str, ...]]]
    words: list[tuple[str, ...]]
    arrays: list[tuple[str, ...]]


def its_reading(data: bytes) -> Reading | None:
    """The other reader's, None where it refuses the file."""
    try:
        found = second.parse_string(data.decode("utf-8"))
    except second.GoParseError:
        return None
    return Reading(
        [
            ((one.cmd or "").upper(), one.start_line, one.end_line, one.flags, tuple(doc.name for doc in one.heredocs))
            for one in found
        ],
        [one.value for one in found if (one.cmd or "").upper() in ("FROM", "ARG")],
        [one.value for one in found if one.json and one.value and (one.cmd or "").upper() in (*IN_JSON, "ONBUILD")],
    )


def our_reading(dockerfile: Dockerfile) -> Reading:
    found, escape = dockerfile.instructions, dockerfile.scan.escape
    read: list[tuple[str, int, int, tuple[str, ...], tuple[str, ...]]] = []
    words: list[tuple[str, ...]] = []
    arrays: list[tuple[str, ...]] = []
    for one in found:
        keyword = one.keyword.upper()
        flags_of, arguments = flags(one, escape)
        # It tells nothing of the instruction inside an ONBUILD.
        names = tuple(doc.name for doc in one.line.heredocs) if keyword != "ONBUILD" else ()
        read.append((keyword, one.line.first, one.line.last, tuple(flag.text for flag in flags_of), names))
        if keyword in ("FROM", "ARG"):
            split = split_words(arguments) if keyword == "FROM" else assignment_words(arguments, escape)
            words.append(tuple(word.text for word in split))
        if keyword == "ONBUILD":
            keyword, value = split_keyword(arguments.text)
            arguments = take_flags(value, 0, escape)[1]
        array = json_array(arguments.text) if keyword.upper() in IN_JSON else None
        if array:
            arrays.append(tuple(str(item) for item in array))
    return Reading(read, words, arrays)


IN_JSON = ("ADD", "CMD", "COPY", "ENTRYPOINT", "RUN", "SHELL", "VOLUME")


def compare(data: bytes) -> None:
    dockerfile = parse_dockerfile(decode(data, "Dockerfile"), {})
    theirs = its_reading(data)
    if theirs is None:
        assert dockerfile.error or list(refusals(dockerfile))
    else:
        assert dockerfile.error is None
        assert our_reading(dockerfile) == theirs


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_cases_of_buildkit(case: dict[str, Any]) -> None:
    data = data_of(case)
    if case["id"] not in DIFFERS:
        compare(data)
        return
    assert "dockerfile_3_4_0_differs" in case
    with pytest.raises((AssertionError, UnicodeDecodeError)):
        compare(data)


def test_every_listed_difference_is_a_case() -> None:
    if {case["id"] for case in CASES} >= set(DIFFERS):
        assert {case["id"] for case in CASES if "dockerfile_3_4_0_differs" in case} == set(DIFFERS)


def fixtures() -> list[Any]:
    """Every Dockerfile among the fixtures, whole or in sections, and the images that are nearly ours."""
    found: list[tuple[str, str]] = []
    for path in sorted(FIXTURES.rglob("*")):
        name = path.relative_to(FIXTURES).as_posix()
        if path.suffix == ".txt" and "===" in path.read_text(encoding="utf-8"):
            found += [(f"{name}:{title}", dockerfile_of(text)) for title, text in documents(path)]
        elif re.search("dockerfile(?!.*ignore)", path.name.lower()) and path.is_file():
            found.append((name, path.read_bytes().decode("utf-8")))
    near = json.loads((FIXTURES / "near-miss-images.json").read_text(encoding="utf-8"))
    found.append(("near-miss-images", "".join(f"FROM {one['reference']}\n" for one in near["images"])))
    return [pytest.param(text, id=title.replace(" ", "-")) for title, text in found]


def dockerfile_of(text: str) -> str:
    """The Dockerfile of a section: without its carets, its options and the files beside it."""
    lines: list[str] = []
    inside = True
    for line in without_carets(text)[0].split("\n"):
        if line.startswith("--- "):
            inside = line[4:].strip() == "Dockerfile"
        elif inside and not line.startswith("# options: "):
            lines.append(line)
    return "\n".join(lines)


@pytest.mark.parametrize("text", fixtures())
def test_fixture(text: str) -> None:
    data = text.encode("utf-8")
    if newer_directives(parse_dockerfile(decode(data, "Dockerfile"), {})):
        pytest.skip(DIFFERS["escape-after-check"])
    compare(data)


def newer_directives(dockerfile: Dockerfile) -> bool:
    """Whether it has a directive that BuildKit 0.12.5 takes for a comment: `check`, and one behind an odd space."""
    lines = dockerfile.source.text.split("\n")[: len(dockerfile.scan.directives) + 1]
    return any(one.name == "check" for one in dockerfile.scan.directives) or any(
        re.match(r"\s*#[\t\f\r ]*[^\S\t\f\r ]", line) for line in lines
    )


def test_there_are_fixtures() -> None:
    assert len(fixtures()) > len(list(Path(FIXTURES / "rules").iterdir()))


@pytest.mark.parametrize(
    "lines",
    [
        "\\\n",
        'RUN <<""\nRUN true\n\nUSER a\n',
        "RUN <<''\nRUN true\n\nUSER a\n",
        "# escape=`\nRUN <<\\\nRUN true\n\nUSER a\n",
        "HEALTHCHECK CMD [1]\n",
        "ONBUILD CMD [1]\n",
        "ONBUILD ENV A\n",
        "ONBUILD LABEL a=1 b\n",
        "ONBUILD -- COPY <<EOF /a\nUSER a\nEOF\n",
        "USER\u2028 a\n",
        "USER\u00a0 a\n",
        "U\u017fER a\n",
        "\\\n\u00a0\\",
        "RUN v=${V:0:3} && cat <<EOF > /x\nUSER a\nEOF\n",
        "RUN cat <<EOF ${x:1}\nUSER a\nEOF\n",
        "RUN cat <<EOF ${x: -3} a\nUSER a\nEOF\n",
        "RUN cat <<EOF ${x:=y}\nUSER a\nEOF\n",
        "RUN <<EOF ${x:1}\n",
        "COPY ${x:1} <<EOF /b\nUSER a\nEOF\n",
        "ADD <<EOF ${x:y}/b\nUSER a\nEOF\n",
        "ONBUILD RUN echo ${x:0:3} <<EOF\nUSER a\nEOF\n",
        "CMD [1e999]\n",
        "RUN <<${x:-'}EOF\nUSER a\n",
    ],
)
def test_what_was_once_read_otherwise(lines: str) -> None:
    directive, _, rest = lines.partition("\n") if lines.startswith("# escape") else ("", "", lines)
    compare(f"{directive}\nFROM quay.io/astronomer/astro-runtime:13.11.0\n{rest}".lstrip("\n").encode())


# What generated files must not hold, because BuildKit has changed since 0.12.5 and we read as it does now.


CHANGED: dict[str, Callable[[str, str, str], bool]] = {
    "a space between `<<` and the name": lambda text, value, escape: bool(re.search(r"<<-?\s", text)),
    "`${…}` with `+`, `-`, `?`, `#`, `%`, `/`, `:#` or `:%` where words are split to find heredocs": (
        lambda text, value, escape: "<<" in text and bool(re.search(r"\$\{\w*(?:[-+?#%/]|:[#%])", text))
    ),
    "what stands behind a JSON array was passed over": lambda text, value, escape: (
        "[" in value and json_array(value[value.index("[") :]) is None
    ),
    "the flags of a file with another escape character": lambda text, value, escape: "--" in text and escape != "\\",
    "flags and HEALTHCHECK are read byte by byte, which cuts characters in two": lambda text, value, escape: (
        not text.isascii() and ("--" in text or "healthcheck" in text.lower())
    ),
}
"""What BuildKit reads otherwise today; each is asked with a line, its value behind any ONBUILD, and the escape."""


def has_changed(line: LogicalLine, escape: str) -> str | None:
    """Which of the changes an instruction meets, None for none."""
    keyword, value = split_keyword(line.text)
    if keyword.lower() == "onbuild":
        value = split_keyword(value)[1]
    return next((name for name, meets in CHANGED.items() if meets(line.text, value, escape)), None)


@examples(300)
@given(text=texts())
def test_generated_dockerfiles(text: str) -> None:
    data = encoded(text).decode("utf-8", "ignore").replace("\0", "").encode("utf-8")
    found = parse_dockerfile(decode(data, "Dockerfile"), {})
    assume(not newer_directives(found))
    assume(not any(has_changed(line, found.scan.escape) for line in found.scan.lines))
    compare(data)


def test_a_short_run_of_the_differential_reading_knows_every_difference() -> None:
    tool = Path(__file__).parent.parent / "tools" / "differential.py"
    done = subprocess.run([sys.executable, str(tool), "--inputs", "500"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "500 inputs, 0 kinds of unknown differences" in done.stdout
    assert re.search(r"[1-9]\d*  fixes of [1-9]\d* rules", done.stdout)
