"""Whatever lies in a project, reading it never fails, and every place that is told lies in its file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dockerfile_astro_lint.core.source import make_source
from dockerfile_astro_lint.core.toml import parse_toml
from dockerfile_astro_lint.core.toml_spans import places
from dockerfile_astro_lint.dockerfile.shell import parse_script
from dockerfile_astro_lint.project.dockerignore import parse_dockerignore as read_ignore
from dockerfile_astro_lint.project.manifest import parse_manifest as read_manifest
from dockerfile_astro_lint.project.requirements import parse_requirements
from dockerfile_astro_lint.project.secrets import secrets_in
from tests.tool import inside, lint

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FROM = "FROM astrocrpublic.azurecr.io/runtime:3.2-10\n"
QUICK = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
SHELL = st.lists(
    st.sampled_from([
        "apt-get install x", "&&", ";", "|", "'", '"', "$(", ")", "`", "\\", "\n", "sh -c ",
        "bash -lc 'pip install x'", "sudo -u a ", "<<EOF", ">", "2>&1", "#", "if ", "then ", "for i in", "case",
        "{", "}", "A=1 ", "env -i ", "é", " ", "case x in a) ", "esac", ";;", "f() {", "a=(", "<(", ">(", "xargs ",
        "||", "${x:-", "$((", "))", "[[ ", " ]]", "eval 'a b'", "\nEOF\n", "bash <<EOF", "do ", "done", "fi", "cd x",
        "$'x'", "find -exec ", "\\;", "trap 'a' X", "@(",
    ]),
    max_size=14,
).map("".join)  # fmt: skip
REQUIREMENTS = st.lists(
    st.sampled_from([
        "pandas", "==1.0", "[a,b]", " ; python_version < '3'", " @ https://e/x", "-r ", "-e .", "./x.whl", " # c",
        "\\\n",
        "\n", "--hash=sha256:a", "$", "${X}", "apache-airflow", "\r\n", "\ufeff", "<", "!", "[", "é", "-", "--", " ",
    ]),
    max_size=14,
).map("".join)  # fmt: skip
VALUES = st.lists(
    st.sampled_from([
        "{", "}", '"', "\\", '"password"', ": ", '"login"', "x", "postgres://", "u:", "p@", "h", "?token=", "&", "$X",
        "-----BEGIN RSA PRIVATE KEY-----", "<a>", "'", " ",
    ]),
    max_size=14,
).map("".join)  # fmt: skip
IGNORES = st.lists(
    st.sampled_from(["*", "**", "/", "!", "a", "[", "]", "\\", "?", "\n", ".", "..", "-", "^", "#", " "]), max_size=16
).map("".join)
TOML = st.lists(
    st.sampled_from([
        "[tool.astro]\n", "[project]\n", "runtime", "dockerfile", "dependencies", " = ", '"3.3"', "'3.3'", '"""',
        "[", "]",
        "{", "}", ",", "\n", "# c\n", '"apache-airflow==3.3"', ".", "tool", "astro", "1", "[[x]]\n", "\\", '"', "é",
    ]),
    max_size=16,
).map("".join)  # fmt: skip


@QUICK
@given(st.one_of(SHELL, st.text(max_size=60)))
def test_shell(text: str) -> None:
    script = parse_script(text, 7)
    assert all(7 <= start <= end <= len(text) + 7 for start, end in script.unread)
    for command in script.commands:
        assert command.words
        for word in (*command.words, *command.assignments, *command.writes):
            assert 7 <= word.start <= word.end <= len(text) + 7
            if word.places is not None:
                assert "".join(text[place - 7] for place in word.places) == word.text


@QUICK
@given(st.one_of(REQUIREMENTS, st.text(max_size=60)))
def test_requirements(text: str) -> None:
    found = make_source("requirements.txt", text)
    for entry in parse_requirements(found, (3, 12)).entries:
        assert 0 <= entry.start <= entry.end
        assert 1 <= entry.first <= entry.last <= len(found.starts)
        if entry.first == entry.last:
            assert text[entry.start : entry.end] == entry.text


@QUICK
@given(
    st.one_of(IGNORES, st.text(max_size=40)), st.lists(st.sampled_from("ab.*-"), min_size=1, max_size=5).map("/".join)
)
def test_dockerignore(text: str, path: str) -> None:
    ignore = read_ignore(text.encode("utf-8", "surrogatepass"), ".dockerignore")
    decides = ignore.deciding(path)
    assert ignore.ignores(path) is (decides is not None and not decides.keeps)
    if decides:
        assert ignore.span(decides).text == ignore.span(decides).text.strip()


@QUICK
@given(st.one_of(TOML, st.text(max_size=60)))
def test_toml_places_hold_what_tomllib_reads(text: str) -> None:
    found = places(text)
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        document = {}
    for path, place in found.items():
        assert 0 <= place.start <= place.end <= len(text)
        value: object = document
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        written = text[place.start : place.end]
        if isinstance(value, str) and value.isalnum() and not written.startswith(('"""', "'''")):
            assert written[1:-1] == value
    read_manifest(text.encode("utf-8", "surrogatepass"), "pyproject.toml")


@QUICK
@given(st.text(max_size=20), st.one_of(st.text(max_size=60), VALUES))
def test_secrets(name: str, value: str) -> None:
    for found in secrets_in(f"{name}_PASSWORD", value):
        assert 0 <= found.start < found.end <= len(value)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(run=SHELL, requirements=REQUIREMENTS, ignores=IGNORES, manifest=TOML, code=st.text(max_size=30))
def test_a_project_of_anything_gives_findings_and_no_failure_but_for_invalid_toml(
    run: str, requirements: str, ignores: str, manifest: str, code: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder: Path = tmp_path_factory.mktemp("any")
    (folder / "dags").mkdir()
    files = {
        "Dockerfile": f"{FROM}ENV {requirements.partition(chr(10))[0]}=1\nRUN {run}\n",
        "requirements.txt": requirements,
        "packages.txt": requirements,
        ".dockerignore": ignores,
        "pyproject.toml": manifest,
        "dags/a.py": f"import cgi, airflow.providers.http\n{code}",
    }
    for name, text in files.items():
        (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))
    with inside(folder):
        failures = lint(".")["failures"]
    assert [one["path"] for one in failures] == ["pyproject.toml"][: len(failures)]
    if failures:
        assert failures[0]["message"].startswith("is not valid TOML: ")
        with pytest.raises((ValueError, RecursionError)):
            parse_toml((folder / "pyproject.toml").read_bytes().decode("utf-8"))
