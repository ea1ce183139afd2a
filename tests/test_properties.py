"""What holds for any input: no traceback, places inside the file, reading without loss, a grammar that is one."""

from __future__ import annotations

import os
import re
from functools import reduce
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dockerfile_astro_lint.astro.image import AIRFLOW_2_REPOSITORY, AIRFLOW_3_REPOSITORY, Version, parse_tag
from dockerfile_astro_lint.core.source import decode
from dockerfile_astro_lint.dockerfile.parser import parse_dockerfile
from dockerfile_astro_lint.project import python_imports
from dockerfile_astro_lint.reports import FORMATS
from tests.invariants import origins_hold, place_inside, reading_loses_nothing
from tests.tool import FIXED, inside, lint, run

WINDOWS = os.name == "nt"


def examples(count: int) -> settings:
    """Settings of a test: the same examples in every run, however slow the machine."""
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


# Dockerfiles that are nearly right: every part is drawn from what BuildKit, this linter or Astronomer gives a meaning.

SPACES = st.sampled_from(
    [" "] * 6 + ["  ", "\t", "\v", "\f", "\r", "\x1c", "\x85", "\u00a0", "\u2028", "\u3000", "\ufeff"]
)
NAMES = st.sampled_from(["V", "W", "VERSION", "REGISTRY", "TARGETARCH", "BUILDPLATFORM", "1", "_", "é", "@", ""])
TAGS = st.sampled_from(
    ["13.11.0", "12.1.0-base", "13.7.0-slim-python-3.12", "3.1-12", "3.1", "3.0.1", "13", "v13.1.0-onbuild", "latest",
     "3.3-python-3.13", "3.1-21-base-base", "11.3.0-python-3.9-ubi9", "10.0.0-slim", "4.0-1", "x\udce9", ""]
)  # fmt: skip
REPOSITORIES = st.sampled_from(
    ["quay.io/astronomer/astro-runtime", "astrocrpublic.azurecr.io/runtime", "quay.io/astronomer/runtime",
     "astrocrpublic.azurecr.io/astronomer/astro-runtime", "quay.io/astronomer/ap-airflow", "mirror:5000/astro-runtime",
     "images.astronomer.cloud/baseimages/astro-remote-execution-agent", "python", "base", "scratch", "Bad/Name"]
)  # fmt: skip
PLAIN = st.sampled_from(
    ["a", "0", ".", "-", "/", ":", "@", "=", ",", "#", "*", "?", "é", "\u00a0", "\U0001f680", "\udcff", "\x00", "<",
     "<<EOF", "[", "]", '"a"', "{", "}", "$", "\\", "`", "'", '"', "--", "13.11.0"]
)  # fmt: skip
OPERATORS = st.sampled_from(
    ["", "-", ":-", "+", ":+", "?", ":?", "#", "##", "%", "%%", "/", "//", ":", ":#", "@", "^^"]
)


def _wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("${{{}{}{}}}".format, NAMES, OPERATORS, inner),
        st.builds("${{{}/{}/{}}}".format, NAMES, inner, inner),
        st.builds('"{}"'.format, inner),
        st.builds("'{}'".format, inner),
        st.builds("{}{}".format, inner, inner),
    )


PIECES = st.one_of(PLAIN, TAGS, NAMES.map("${}".format), NAMES.map("${{{}}}".format), st.builds("\\{}".format, PLAIN))
WORDS = st.recursive(PIECES, _wider, max_leaves=6)
IMAGES = st.one_of(
    st.builds("{}:{}".format, REPOSITORIES, st.one_of(TAGS, WORDS)),
    REPOSITORIES,
    WORDS,
    st.builds("{}@sha256:{}".format, REPOSITORIES, st.sampled_from(["0" * 64, "ABC"])),
)
STAGE_NAMES = st.sampled_from(["base", "Base", "final", "1", "é", "a-b_c.d"])
FLAGS = st.one_of(
    st.sampled_from(
        ["--platform=linux/amd64", "--platform=$BUILDPLATFORM", "--from=base", "--from=0",
         "--mount=type=bind,from=base", "--chown=astro:0", "--link", "--", "--x", '--a="b c"', "--a=\\ b"]
    ),
    st.builds("--platform={}".format, WORDS),
)  # fmt: skip
JSON = st.sampled_from(
    ['["a", "b"]', "[]", '["a"', "[1]", '["a"] b', "[NaN]", '["\\ud800"]', "[" * 60 + "]" * 60, '[{"a": null}]']
)
ASSIGNMENTS = st.builds("{}={}".format, NAMES, st.one_of(TAGS, WORDS))
KEYWORDS = st.sampled_from(
    ["FROM", "from", "ARG", "RUN", "COPY", "ADD", "ENV", "LABEL", "CMD", "ENTRYPOINT", "USER", "WORKDIR",
     "SHELL", "ONBUILD", "HEALTHCHECK", "VOLUME", "EXPOSE", "STOPSIGNAL", "MAINTAINER", "PYENV", "RUNN",
     "\u00a0RUN", "\u212aEY"]
)  # fmt: skip
HEREDOCS = st.builds(
    "{} {}{}{}{}\nbody $V\n{}{}\n".format,
    st.sampled_from(["RUN", "COPY", "ONBUILD RUN", "ADD --link", "CMD", 'RUN ["a"]']),
    st.sampled_from(["", "cat ", "3", "cat <<A\nA\n"]),
    st.sampled_from(["<<", "<<-", "<< ", "<<<", "<"]),
    st.sampled_from(["EOF", "'EOF'", '"EOF"', "E\\OF", "$EOF", "${E:-}OF", "E'O", ""]),
    st.sampled_from(["", " /x", " <<B /x", " \\"]),
    st.sampled_from(["", "\t", " "]),
    st.sampled_from(["EOF", "$EOF", "B", ""]),
)
COMMENTS = st.sampled_from(
    ["# a comment", "#", "  # indented", "# astro-lint: ignore[AST101] reason", "# astro-lint: ignore[segment-order,]",
     "# astro-lint: ignore-file[AST001, AST614]", "# astro-lint: ignore[", "", "   ", "\u00a0# comment"]
)  # fmt: skip
SEPARATORS = st.one_of(
    SPACES,
    st.sampled_from([" \\\n", "\\\n  ", "\\ \t\n# inside\n\n ", "`\n", "\\\\\n", "\\\n\n", "\\\r\n"]),
)


@st.composite
def _instructions(draw: st.DrawFn) -> str:
    keyword = draw(st.one_of(st.sampled_from(["FROM", "FROM", "ARG", "ARG", "RUN"]), KEYWORDS))
    words = [draw(FLAGS)] if draw(st.integers(0, 4)) == 0 else []
    if keyword.upper() == "FROM":
        words.append(draw(IMAGES))
        if draw(st.booleans()):
            words += [draw(st.sampled_from(["AS", "as", "#"])), draw(STAGE_NAMES)]
    elif keyword == "ARG":
        words += draw(st.lists(st.one_of(ASSIGNMENTS, NAMES), min_size=0, max_size=3))
    else:
        words += draw(st.lists(st.one_of(WORDS, ASSIGNMENTS, JSON, KEYWORDS), min_size=0, max_size=3))
    return keyword + "".join(draw(SEPARATORS) + word for word in words)


DIRECTIVES = st.sampled_from(
    ["# syntax=docker/dockerfile:1", "# syntax=quay.io/astronomer/airflow-extensions:latest", "# escape=`",
     "#escape = \\", "# ESCAPE=x", "# check=skip=all", "# syntax=", "# other=1", "\u00a0# escape=`",
     "#\u00a0syntax=a b"]
)  # fmt: skip
LINES = st.one_of(_instructions(), _instructions(), _instructions(), COMMENTS, HEREDOCS, st.text(max_size=8))


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A Dockerfile as text, with the line endings of one system or a mixture."""
    lines = draw(st.lists(DIRECTIVES, max_size=2)) + draw(st.lists(LINES, min_size=1, max_size=6))
    text = "\n".join(lines) + draw(st.sampled_from(["\n", "", "\\", "\n\n"]))
    ending = draw(st.sampled_from(["\n", "\n", "\r\n", "\r", "\n\r"]))
    return draw(st.sampled_from(["", "", "\ufeff"])) + text.replace("\n", ending)


def encoded(text: str) -> bytes:
    """The bytes of a text: surrogates that stand for a byte become that byte, others a question mark."""
    return re.sub("[\ud800-\udc7f\udd00-\udfff]", "?", text).encode("utf-8", "surrogateescape")


DOCKERFILES = texts().map(encoded)
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

MODULES = st.sampled_from(["imp", "imp.a", "importlib", "os, imp", "imp as x", "(imp)", ".imp", "", "ímp"])
CONDITIONS = st.sampled_from(
    ["TYPE_CHECKING", "not TYPE_CHECKING", "sys.version_info >= (3, 12)", "sys.version_info[:2] < (3,)", "PY2 or x",
     "sys.version_info[0] == 'a'", "sys.version_info > (3, 12, 1)", "sys.version_info.major < 3 and 0", "x == 1j",
     "sys.version_info < (3, None)", "1 < 2 < 3", "sys.version_info in (3,)", "(3, 12) == sys.version_info", "..."]
)  # fmt: skip
STATEMENTS = st.one_of(
    st.builds("import {}".format, MODULES),
    st.builds("from {} import {}".format, MODULES, MODULES),
    st.builds("from \\\n {} import x".format, MODULES),
    st.builds(
        "__import__({})".format, st.sampled_from(["'imp'", '"é" "imp"', "'''imp\n'''", "imp", "", "*a", "b'imp'"])
    ),
    st.builds("f'{{__import__({})}}'".format, st.sampled_from(["'imp'", '"imp"'])),
    st.builds("é = import_module('imp', {})".format, CONDITIONS),
    st.text(max_size=12),
)


def _blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = inner.map(lambda text: "\n".join(f"  {line}" for line in text.split("\n")))
    heads = st.one_of(
        st.builds("if {}:".format, CONDITIONS),
        st.sampled_from(["try:", "with suppress(ImportError):", "def f():", "class A:", "async def f():", "while 1:"]),
    )
    tails = st.sampled_from(["", "\nelse:\n  import imp", "\nexcept ImportError:\n  pass", "\nfinally:\n  import imp",
                             "\nexcept* (a, ImportError):\n  pass", "\nexcept:\n  import imp"])  # fmt: skip
    return st.one_of(st.builds("{}\n{}{}".format, heads, body, tails), st.builds("{}\n{}".format, inner, inner))


PYTHON_TEXTS = st.recursive(STATEMENTS, _blocks, max_leaves=5)
CODINGS = st.sampled_from(
    ["", "", "", "# coding: utf-8\n", "# coding: latin-1\n", "# coding: utf-7\n", "# coding: rot13\n",
     "# coding: cp037\n", "# coding: unicode_escape\n", "# coding: utf-16\n", "# coding: nothing\n",
     "#!/bin/sh\n# -*- coding: koi8-r -*-\n"]
)  # fmt: skip


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
