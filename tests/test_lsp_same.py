"""After any changes, the language server shows what the command line says of the same text, to the character."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("pygls", reason="the extra `lsp` is not installed")

from dockerfile_astro_lint.core.display import sanitize
from dockerfile_astro_lint.language_server.documents import Change, Snapshot, changed, opened
from dockerfile_astro_lint.language_server.markup import Client, diagnostics_of
from dockerfile_astro_lint.language_server.session import Session
from tests.lsp import OVERRIDES, Editor, editor
from tests.strategies import DOCKERFILES, HOSTILE
from tests.tool import inside, lint, write

PROJECT = {
    "Dockerfile": "FROM astrocrpublic.azurecr.io/runtime:3.1-12\n",
    "requirements.txt": "apache-airflow-providers-postgres\n",
    "packages.txt": "",
    ".dockerignore": "*.md\n",
    "dags/a.py": "import imp\nfrom airflow.providers.amazon.aws.hooks.s3 import S3Hook\n",
}
NAMES = {1: "error", 2: "warning", 3: "info"}
Found = list[tuple[object, ...]]


def by_command_line(folder: Path, name: str | None, data: bytes) -> Found:
    """The findings of `astro-lint -` in one file."""
    options = ["--stdin-filename", name] if name else []
    with inside(folder):
        report = lint(*options, "-", stdin=data)
    return sorted(
        (
            one["line"], one["column"], one["end_line"], one["end_column"], one["code"], one["severity"],
            sanitize(one["message"]), one["url"],
            *sorted(
                (each["line"], each["column"], sanitize(each["message"]))
                for each in one["related"]
                if each["path"] == one["path"]
            ),
        )
        for one in report["diagnostics"]
        if one["path"] == (name or "<stdin>")
    )  # fmt: skip


def by_server(diagnostics: list[dict[str, Any]], text: str, uri: str) -> Found:
    """What a client shows, in the terms of the command line: lines end at LF, and a mark is no character."""
    offsets = [0]
    for at, char in enumerate(text):
        if char == "\n" or (char == "\r" and text[at + 1 : at + 2] != "\n"):
            offsets.append(at + 1)
    mark = text.startswith("\ufeff")

    def place(position: dict[str, int]) -> tuple[int, int]:
        offset = offsets[position["line"]] + position["character"]
        before = text[mark:offset]
        return before.count("\n") + 1, len(before) - before.rfind("\n")

    return sorted(
        (
            *place(one["range"]["start"]), *place(one["range"]["end"]), one["code"], NAMES[one["severity"]],
            one["message"], one["codeDescription"]["href"],
            *sorted(
                (*place(each["location"]["range"]["start"]), each["message"])
                for each in one.get("relatedInformation") or ()
                if each["location"]["uri"] == uri
            ),
        )
        for one in diagnostics
        if "code" in one
    )  # fmt: skip


PIECES = st.sampled_from(
    [
        "FROM astrocrpublic.azurecr.io/runtime:3.1\n", "FROM quay.io/astronomer/astro-runtime:13.1.0 AS a\n", "-slim",
        "USER root\n", "\nCMD x", "RUN pip install apache-airflow==2\n", "# astro-lint: ignore[AST103] x\n", " ", "\n",
        "\r\n", "\r", "é", "\U0001f680", "ARG V=3.1-12\n", "COPY a /usr/local/airflow/\n", "\\", '"', "<<EOF\n",
        "EOF\n",
        "ENV AIRFLOW__CORE__X=1\n", "\ufeff", "\t",
    ]
)  # fmt: skip
EDITS = st.lists(
    st.tuples(
        st.integers(0, 8), st.integers(0, 60), st.integers(0, 3), st.integers(0, 60), st.one_of(PIECES, st.just(""))
    ),
    max_size=8,
)  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("same")
    write(folder, PROJECT)
    return folder


def checked_after(folder: Path, session: Session, uri: str, language: str, text: str, edits: Any) -> tuple[str, Found]:
    """The text after edits, and what a warm session says of it after each of them."""
    client = Client("utf-32")
    document = opened(uri, language, 1, text)
    snapshot = Snapshot(1, {uri: document}, (str(folder),))
    session.renew()
    session.check(snapshot, uri)
    for number, (line, character, lines, end, new) in enumerate(edits, 2):
        change = Change(new, (line, character, line + lines, end))
        document = changed(document, number, [change], "utf-32")
        snapshot = snapshot._replace(number=number, documents={uri: document})
        session.check(snapshot, uri)
    found = session.check(snapshot, uri)
    assert found is not None
    from pygls.protocol import default_converter

    converter = default_converter()  # type: ignore[no-untyped-call]
    shown = [converter.unstructure(one) for one in diagnostics_of(found, snapshot, client)]
    return document.text, by_server(shown, document.text, uri)


SESSION = Session(OVERRIDES)


@given(text=st.one_of(DOCKERFILES, HOSTILE), edits=EDITS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_dockerfile_of_a_project(project: Path, text: bytes, edits: Any) -> None:
    decoded = text.decode("utf-8", "replace")
    uri = (project / "Dockerfile").as_uri()
    with inside(project):
        after, found = checked_after(project, SESSION, uri, "dockerfile", decoded, edits)
    assert found == by_command_line(project, "Dockerfile", after.encode())


@given(text=st.one_of(DOCKERFILES, HOSTILE), edits=EDITS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_dockerfile_without_a_path(project: Path, text: bytes, edits: Any) -> None:
    with inside(project):
        after, found = checked_after(
            project, SESSION, "untitled:Untitled-1", "dockerfile", text.decode("utf-8", "replace"), edits
        )
    assert found == by_command_line(project, None, after.encode())


LINES = st.lists(
    st.sampled_from(
        [
            "import imp", "import cgi  # noqa: AST402", "from airflow.operators.bash import BashOperator",
            "from airflow.providers.amazon.aws.hooks.s3 import S3Hook", "pandas==2", "apache-airflow==2.1",
            "# astro-lint: ignore[AST502] x", "apache-airflow-providers-cncf-kubernetes==4", "é = 1; import imp",
            "# coding: latin-1", "dags", "dags/", "*.py", "!dags/a.py", '"""', "-r other.txt", "try:\n  import imp", "",
        ]
    ),
    max_size=6,
)  # fmt: skip


@pytest.mark.parametrize("name", ["dags/a.py", "requirements.txt", ".dockerignore", "packages.txt"])
@given(lines=LINES, edits=EDITS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_another_file_of_a_project(project: Path, name: str, lines: list[str], edits: Any) -> None:
    uri = (project / name).as_uri()
    with inside(project):
        after, found = checked_after(project, SESSION, uri, "x", "\n".join(lines), edits)
    data = opened(uri, "x", 1, after).data
    assert found == by_command_line(project, name, data)


@pytest.mark.slow
@given(text=st.one_of(DOCKERFILES, HOSTILE), edits=EDITS)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_many_dockerfiles_of_a_project(project: Path, text: bytes, edits: Any) -> None:
    uri = (project / "Dockerfile").as_uri()
    with inside(project):
        after, found = checked_after(project, SESSION, uri, "dockerfile", text.decode("utf-8", "replace"), edits)
    assert found == by_command_line(project, "Dockerfile", after.encode())


@pytest.fixture(scope="module")
def client() -> Any:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        write(folder, PROJECT)
        with editor(folder) as client:
            client.initialize([folder])
            yield client, folder


@given(text=DOCKERFILES, edits=EDITS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_through_a_client(client: tuple[Editor, Path], text: bytes, edits: Any) -> None:
    editor, folder = client
    uri = (folder / "Dockerfile").as_uri()
    decoded = text.decode("utf-8", "replace")
    document = opened(uri, "dockerfile", 1, decoded)
    editor.notifications.clear()
    editor.open(uri, decoded)
    version = 1
    for line, character, lines, end, new in edits:
        document = changed(document, 0, [Change(new, (line, character, line + lines, end))], "utf-32")
        start, stop = {"line": line, "character": character}, {"line": line + lines, "character": end}
        version = editor.change(uri, {"range": {"start": start, "end": stop}, "text": new})
    found = editor.published(uri, version)
    editor.close(uri)
    assert by_server(found, document.text, uri) == by_command_line(folder, "Dockerfile", document.text.encode())
