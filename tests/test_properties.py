"""What holds for any input: no traceback, places inside the file, reading without loss, a grammar that is one."""

from __future__ import annotations

import re
from functools import reduce
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dockerfile_astro_lint.astro.image import AIRFLOW_2_REPOSITORY, AIRFLOW_3_REPOSITORY, Version, parse_tag
from dockerfile_astro_lint.core.source import decode
from dockerfile_astro_lint.dockerfile.parser import parse_dockerfile
from dockerfile_astro_lint.project import python_imports
from dockerfile_astro_lint.reports import FORMATS
from tests.invariants import CHECKS, origins_hold, place_inside, reading_loses_nothing
from tests.strategies import (
    ASSIGNMENTS,
    CODINGS,
    DOCKERFILES,
    IMAGES,
    INPUTS,
    NAMES,
    PROJECTS,
    PYTHON_TEXTS,
    TAGS,
    WORDS,
    encoded,
    examples,
)
from tests.tool import FIXED, inside, lint, run

FAMOUS = (
    b"FROM quay.io/astronomer/astro-runtime:13.7.0-slim-python-3.12\n",
    b"ARG V=13\nARG W=${V}.7.0-slim\nFROM quay.io/astronomer/astro-runtime:${W}-python-3.12\n",
    b"FROM quay.io/astronomer/astro-runtime:13-\\\nfoo\n",
)


def sound(code: int, err: str) -> None:
    """An outcome is findings or one sentence, and never a rule of ours that failed."""
    assert code in (0, 1, 2)
    assert "Traceback" not in err
    assert "please report it" not in err
    lines = err.splitlines()
    if code == 2:
        assert len(lines) == 1
    assert all(line.startswith("astro-lint: ") for line in lines)


@examples(200)
@given(data=st.one_of(st.binary(max_size=300), DOCKERFILES))
@example(data=b"")
@example(data=b"\xef\xbb\xbf")
@example(data=b"\0")
@example(data=b"\\")
@example(data=b"FROM quay.io/astronomer/astro-runtime:13.11.0\n\\\n")
@example(data=b"# escape=`\nFROM quay.io/astronomer/astro-runtime:13.11.0\nCOPY --from=a` <<EOF\nEOF\n")
def test_any_bytes_give_findings_or_one_sentence(data: bytes) -> None:
    outcome = run(*FIXED, "-", stdin=data)
    sound(outcome.code, outcome.err)
    assert outcome.out or outcome.code == 2


@pytest.mark.parametrize("target", CHECKS)
def test_any_input_keeps_what_its_reader_promises(target: str) -> None:
    @examples(20 if target in PROJECTS else 60)
    @given(data=INPUTS[target])
    def check(data: bytes) -> None:
        CHECKS[target](data)

    check()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with Python files, so that the rules that read them run too."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "dags").mkdir()
    (folder / "dags" / "one.py").write_text("é = 1; import imp\nfrom imp import reload\n", encoding="utf-8")
    (folder / "dags" / "two.py").write_text("import imp\nif", encoding="utf-8")
    (folder / "requirements.txt").write_text("")
    return folder


@examples(150)
@given(data=DOCKERFILES, form=st.sampled_from(FORMATS))
def test_a_dockerfile_in_a_project_gives_findings_in_every_format(project: Path, data: bytes, form: str) -> None:
    (project / "Dockerfile").write_bytes(data)
    with inside(project):
        outcome = run(*FIXED, "--quiet", "--extend-select", "AST", "--format", form, "Dockerfile")
    sound(outcome.code, outcome.err)
    if form in ("text", "concise"):
        assert all(char.isprintable() or char in "\n\t" for char in outcome.out)
    if form == "github":
        assert all(line.startswith("::") for line in outcome.out.split("\n")[:-1])


@examples(250)
@given(data=DOCKERFILES)
@example(data=FAMOUS[0])
@example(data=FAMOUS[1])
@example(data=FAMOUS[2])
def test_every_place_of_the_report_lies_in_its_file(project: Path, data: bytes) -> None:
    (project / "Dockerfile").write_bytes(data)
    with inside(project):
        document = lint("--extend-select", "AST", "Dockerfile")
        paths = {"Dockerfile", "dags/one.py", "dags/two.py", "requirements.txt", "packages.txt"}
        # A fix may make a file that is not there.
        sources = {
            path: decode((project / path).read_bytes() if (project / path).exists() else b"", path) for path in paths
        }
    for found in document["diagnostics"]:
        place_inside(found, sources[found["path"]])
        for related in found["related"]:
            place_inside(related, sources[related["path"]])
        if found["fix"] is None:
            continue
        edits = sorted((edit["path"], *place_inside(edit, sources[edit["path"]])) for edit in found["fix"]["edits"])
        assert edits
        assert all(one[0] != two[0] or one[2] <= two[1] for one, two in pairwise(edits))


@examples(300)
@given(data=st.one_of(DOCKERFILES, st.binary(max_size=200)))
def test_reading_loses_nothing(data: bytes) -> None:
    reading_loses_nothing(data)


@examples(300)
@given(
    data=DOCKERFILES,
    build_args=st.dictionaries(NAMES, TAGS, max_size=2),
    platform=st.sampled_from([None, {"TARGETARCH": "amd64"}]),
)
def test_an_expanded_character_knows_where_it_comes_from(
    data: bytes, build_args: dict[str, str], platform: dict[str, str] | None
) -> None:
    origins_hold(parse_dockerfile(decode(data, "Dockerfile"), build_args, platform))


@examples(200)
@given(words=st.lists(st.one_of(ASSIGNMENTS, WORDS), min_size=1, max_size=4), image=IMAGES)
def test_a_chain_of_args_keeps_its_places(words: list[str], image: str) -> None:
    lines = [f"ARG {name}={word}" for name, word in zip("VWVW", words, strict=False)]
    origins_hold(
        parse_dockerfile(decode(encoded("\n".join([*lines, f"FROM {image}", "FROM $V:$W-${V#1}"])), "Dockerfile"), {})
    )


# The grammar of tags.

NUMBERS = st.integers(0, 99)
PYTHON = st.sampled_from(["", "-python-3.9", "-python-3.10", "-python-3.12"])
UBI9, BASE = st.sampled_from(["", "-ubi9"]), st.sampled_from(["", "-base"])


@st.composite
def well_formed(draw: st.DrawFn) -> tuple[str, Version, str]:
    """A tag of either grammar, its version, and its Python."""
    version: Version
    python = slim = ""
    if draw(st.booleans()):
        version = Version(2, (draw(NUMBERS.filter(lambda major: major != 3)), draw(NUMBERS), draw(NUMBERS)))
        python = draw(PYTHON)
        slim = draw(st.sampled_from(["", "-slim"])) if version.numbers[0] >= 11 else ""
    else:
        series = (draw(st.integers(3, 9)), draw(NUMBERS))
        if series[0] == 3 and draw(st.booleans()):
            version = Version(3, series)
        else:
            version = Version(3, (*series, draw(NUMBERS)))
            python = draw(PYTHON)
    return f"{version}{draw(UBI9)}{python}{slim}{draw(BASE)}", version, python.rpartition("-")[2]


@examples(300)
@given(well_formed())
def test_every_tag_of_the_grammar_has_no_fault(case: tuple[str, Version, str]) -> None:
    text, version, python = case
    tag = parse_tag(text, airflow_3_repository=True)
    assert tag.error is None
    assert tag.version == version
    assert text.startswith(str(version))
    assert parse_tag(str(version), airflow_3_repository=True).version == version
    assert (tag.python or "") == python
    assert "".join(segment.text for segment in tag.segments) == text
    assert [tag.has(kind) for kind in ("ubi9", "slim", "base")] == [
        f"-{kind}" in text for kind in ("ubi9", "slim", "base")
    ]


@examples(100)
@given(st.lists(well_formed(), max_size=8))
def test_versions_sort_by_family_and_numbers(cases: list[tuple[str, Version, str]]) -> None:
    versions = sorted(version for _, version, _ in cases)
    assert versions == sorted(versions, key=lambda version: (version.family, version.numbers))
    assert all(two.family == 3 for one, two in pairwise(versions) if one.family == 3)
    assert all(version.floating == (len(version.numbers) == 2) for version in versions)


TAG_PIECES = st.sampled_from(
    ["13.11.0", "3.1-12", "3.3", "13", "13.4", "12.1.0", "v", "V", "-", ".", "-base", "-ubi9", "-slim", "-python-3.12",
     "-py311", "-python3.12", "-python-312", "-3.11", "-ubi8", "-UBI9", "-onbuild", "-bookworm", "-amd64", "-rc1",
     ".rc1", "-python", "_x", "0", "9", "-alpha-1", "-latest", "-nightly"]
)  # fmt: skip


@examples(200)
@given(st.one_of(st.text(max_size=20), st.lists(TAG_PIECES, max_size=6).map("".join)))
def test_the_segments_of_any_tag_cover_it(text: str) -> None:
    for home in (True, False):
        tag = parse_tag(text, airflow_3_repository=home)
        assert "".join(segment.text for segment in tag.segments) == text
        assert all(one.end == two.start for one, two in pairwise(tag.segments))
        assert tag.error is not None or tag.version is not None


TAG_LINES = st.builds(
    "FROM {}:{}{}\n".format,
    st.sampled_from([AIRFLOW_2_REPOSITORY, AIRFLOW_3_REPOSITORY]),
    st.sampled_from(["", "v", "V"]),
    st.lists(TAG_PIECES, max_size=4).map(lambda pieces: "".join(["13", *pieces])),
)


@examples(100)
@given(st.lists(TAG_LINES, min_size=8, max_size=8, unique=True))
def test_a_tag_that_ast101_proposes_is_well_formed(lines: list[str]) -> None:
    document = lint("--select", "AST101", "-", stdin="".join(lines).encode())
    for found in document["diagnostics"]:
        offered = re.search(r": use `([^`]+)`", found["message"])
        assert (offered is None) == (found["fix"] is None)
        if offered:
            assert parse_tag(offered[1]).error is None
            assert [edit["text"] for edit in found["fix"]["edits"]] == [offered[1]]


# Python files.


@examples(300)
@given(
    coding=CODINGS,
    text=PYTHON_TEXTS,
    ending=st.sampled_from(["\n", "\r\n", "\r", "\f\n"]),
    bom=st.sampled_from([b"", b"", b"\xef\xbb\xbf"]),
    python=st.sampled_from([(3, 9), (3, 12), (2, 7)]),
)
def test_any_python_file_is_read_or_gets_a_reason(
    coding: str, text: str, ending: str, bom: bytes, python: tuple[int, int]
) -> None:
    data = bom + encoded((coding + text).replace("\n", ending))
    found = python_imports.read_imports(data, "a.py", frozenset({"imp"}), python)
    assert found.error is None or (found.error and not found.imports)
    for one in found.imports:
        assert one.module.partition(".")[0] == "imp"
        assert 0 <= one.start < one.end <= len(found.source.text)
        place = found.source.text[one.start : one.end]
        assert place in (one.module, "from") or place.endswith(("'", '"'))
        assert found.source.position(one.start) <= found.source.position(one.end)


@examples(100)
@given(data=st.binary(max_size=120))
def test_any_bytes_are_a_python_file_or_not(data: bytes) -> None:
    python_imports.read_imports(data, "a.py", frozenset({"imp"}), (3, 12))


def test_a_python_file_that_is_nested_deeply_gets_a_reason() -> None:
    for depth in (90, 500, 3000):
        deep = reduce(lambda inner, _: f"[{inner}]", range(depth), "imp")
        python_imports.read_imports(f"import imp\n{deep}\n".encode(), "a.py", frozenset({"imp"}), (3, 12))
        chain = "import imp\nx = " + "".join(f"a{number} if b else " for number in range(depth)) + "c\n"
        python_imports.read_imports(chain.encode(), "a.py", frozenset({"imp"}), (3, 12))
