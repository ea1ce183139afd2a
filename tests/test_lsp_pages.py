"""Hover, completion, inlay hints and links of the language server."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls", reason="the extra `lsp` is not installed")

from dockerfile_astro_lint.config.schema import KEYS
from dockerfile_astro_lint.rules.selection import all_rules
from tests.lsp import Editor, editor
from tests.tool import write

FROM_3 = "FROM astrocrpublic.azurecr.io/runtime:"
FROM_2 = "FROM quay.io/astronomer/astro-runtime:"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, {"Dockerfile": FROM_3 + "3.1-12\n", "requirements.txt": "", "packages.txt": "", "dags/a.py": ""})
    return tmp_path


def hover(client: Editor, uri: str, line: int, character: int) -> str:
    found = client.at("textDocument/hover", uri, line, character)
    return "" if found is None else str(found["contents"]["value"])


def test_hover_on_an_image_says_what_is_known_and_how(client: Editor, folder: Path) -> None:
    uri = client.opened(folder / "Dockerfile")
    text = hover(client, uri, 0, 20)
    assert text.startswith("**Astro Runtime 3.1-12**")
    rows = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|", text, re.M))
    assert rows["Airflow"] == "3.1"
    assert rows["Python"] == "3.12"
    assert rows["end of maintenance"].startswith("2027-")
    assert rows["newest build"] == "3.1-21"
    assert "Catalog of 2026-09-25" in text
    assert all(row.count("|") == 4 for row in text.splitlines() if row.startswith("|"))
    place = client.at("textDocument/hover", uri, 0, 20)["range"]
    assert (place["start"]["character"], place["end"]["character"]) == (5, 44)


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (FROM_3 + "3.1", "it stands for `3.1-21`"),
        (FROM_2 + "13.1.0-python-3.10", "| Python | 3.10 | the tag |"),
        (FROM_3 + "3.1-999", "This build is not in the catalog"),
        (FROM_2 + "4.2.0", "(past)"),
    ],
)
def test_hover_on_other_tags(client: Editor, folder: Path, image: str, said: str) -> None:
    uri = client.opened(folder / "Dockerfile", f"ARG X=1\n{image} AS a\n")
    assert said in hover(client, uri, 1, 20)


@pytest.mark.parametrize(
    "text", ["FROM python:3.12\n", FROM_3 + "nonsense\n", "FROM\n", "RUN x\n", "FROM $X\n", "", FROM_3 + "latest\n"]
)
def test_hover_on_what_is_not_known(client: Editor, folder: Path, text: str) -> None:
    uri = client.opened(folder / "Dockerfile", text)
    assert hover(client, uri, 0, 7) == ""


def test_hover_on_an_image_by_its_mirror(client: Editor, folder: Path) -> None:
    (folder / "astro-lint.toml").write_text('[mirrors]\n"corp.example/astro" = "astrocrpublic.azurecr.io"\n')
    uri = client.opened(folder / "Dockerfile", "FROM corp.example/astro/runtime:3.1-12\n")
    assert "Astro Runtime 3.1-12" in hover(client, uri, 0, 20)
    items = client.at("textDocument/completion", uri, 0, 32)["items"]
    assert items[0]["label"].startswith("3.")


@pytest.mark.parametrize(
    ("name", "language", "text", "character"),
    [
        ("Dockerfile", "dockerfile", "# astro-lint: ignore[AST105] x\n" + FROM_3 + "3.1-12\n", 23),
        ("Dockerfile", "dockerfile", "# astro-lint: ignore-file[AST301, slim-on-airflow-3]\n", 40),
        ("requirements.txt", "", "# astro-lint: ignore[AST105] x\n", 23),
        ("dags/a.py", "python", "import a  # astro-lint: ignore[AST105]\n", 33),
        ("dags/a.py", "python", "import a  # noqa: E501, AST105\n", 26),
        ("astro-lint.toml", "toml", 'ignore = ["AST105"]\n', 14),
    ],
)
def test_hover_on_a_rule(client: Editor, folder: Path, name: str, language: str, text: str, character: int) -> None:
    uri = client.opened(folder / name, text, language)
    assert hover(client, uri, 0, character).startswith("# slim-on-airflow-3 (AST105)")
    [link] = [
        one
        for one in client.ask("textDocument/documentLink", {"textDocument": {"uri": uri}})
        if one["target"].endswith("/AST105.md")
    ]
    assert link["range"]["start"]["character"] <= character <= link["range"]["end"]["character"]


def test_a_code_elsewhere_is_no_link(client: Editor, folder: Path) -> None:
    uri = client.opened(folder / "Dockerfile", "# AST105 is right\nRUN echo AST105\n")
    assert client.ask("textDocument/documentLink", {"textDocument": {"uri": uri}}) == []
    assert client.ask("textDocument/documentLink", {"textDocument": {"uri": "file:///nowhere"}}) == []


def test_links_are_limited(client: Editor, folder: Path) -> None:
    uri = client.opened(folder / "Dockerfile", "# astro-lint: ignore[AST105]\n" * 1500)
    assert len(client.ask("textDocument/documentLink", {"textDocument": {"uri": uri}})) == 1000


def hints(client: Editor, uri: str, last: int = 99) -> list[tuple[int, int, str]]:
    place = {"start": {"line": 0, "character": 0}, "end": {"line": last, "character": 0}}
    found = client.ask("textDocument/inlayHint", {"textDocument": {"uri": uri}, "range": place})
    return [(one["position"]["line"], one["position"]["character"], one["label"]) for one in found]


def test_a_hint_behind_a_floating_tag(client: Editor, folder: Path) -> None:
    text = f"{FROM_3}3.1 AS a\n{FROM_3}3.1-12\n{FROM_2}13.1.0\nFROM a\n{FROM_3}3.0-base\n{FROM_3}9.9\n"
    uri = client.opened(folder / "Dockerfile", text)
    assert hints(client, uri) == [(0, 41, "= 3.1-21"), (4, 46, "= 3.0-18")]
    assert hints(client, uri, 1) == [(0, 41, "= 3.1-21")]
    assert hints(client, "file:///nowhere") == []


def items(client: Editor, uri: str, line: int, character: int) -> list[dict[str, Any]]:
    found = client.at("textDocument/completion", uri, line, character)
    return sorted(found["items"], key=lambda item: item["sortText"]) if found else []


def labels(found: list[dict[str, Any]]) -> list[str]:
    return [item["label"] for item in found]


def test_completion_of_tags_newest_first(client: Editor, folder: Path) -> None:
    uri = client.opened(folder / "Dockerfile", FROM_3 + "3.0-1-base AS a\n")
    found = items(client, uri, 0, len(FROM_3))
    assert labels(found)[0] == "3.3-8"
    assert labels(found).index("3.1-21") < labels(found).index("3.1-12") < labels(found).index("3.0-18")
    newest = found[0]
    assert newest["detail"] == "Airflow 3.3.2 · 2026-09-23"
    assert "end of maintenance: 2028-07-31" in newest["documentation"]["value"]
    edit = newest["textEdit"]
    assert edit["range"] == {
        "start": {"line": 0, "character": len(FROM_3)},
        "end": {"line": 0, "character": len(FROM_3) + len("3.0-1-base")},
    }
    assert not [label for label in labels(found) if label.startswith("13.")]
    uri = client.opened(folder / "Dockerfile", f"from --platform=linux/amd64 {FROM_2[5:]}13\n")
    found = items(client, uri, 0, 28 + len(FROM_2) - 5 + 2)
    assert found[0]["label"].startswith("13.")
    assert found[0]["textEdit"]["range"]["start"]["character"] == 28 + len(FROM_2) - 5


def test_completion_leaves_out_what_is_yanked_or_not_released(folder: Path) -> None:
    from tests.lsp import OVERRIDES

    with editor(folder, OVERRIDES._replace(today="2026-03-01")) as client:
        client.initialize([folder])
        uri = client.opened(folder / "Dockerfile", FROM_3 + "\n")
        assert "3.3-8" not in labels(items(client, uri, 0, len(FROM_3)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM ", ["astrocrpublic.azurecr.io/runtime", "quay.io/astronomer/astro-runtime"]),
        ("FROM qu", ["quay.io/astronomer/astro-runtime"]),
        ("FROM python:", []),
        ("FROM localhost:5000/x:", []),
        ("FROM x y:", []),
        ("RUN ", []),
        ("FROM $X:", []),
        ("FROM quay.io/astronomer/astro-runtim:", []),
    ],
)
def test_completion_of_images(client: Editor, folder: Path, text: str, expected: list[str]) -> None:
    uri = client.opened(folder / "Dockerfile", text)
    assert labels(items(client, uri, 0, len(text))) == expected


@pytest.mark.parametrize(
    ("name", "language", "text", "replaced"),
    [
        ("Dockerfile", "dockerfile", "# astro-lint: ignore[", 0),
        ("Dockerfile", "dockerfile", "# astro-lint: ignore[AST103, AST", 3),
        ("Dockerfile", "dockerfile", "# astro-lint: ignore-file[AST1", 4),
        ("requirements.txt", "", "# astro-lint: ignore[AST", 3),
        ("dags/a.py", "python", "import a  # noqa: AST", 3),
        ("astro-lint.toml", "toml", 'select = ["AST', 3),
        ("astro-lint.toml", "toml", "[severity]\nAST", 3),
        ("setup.cfg", "ini", "[astro-lint]\nselect = AST1, AST", 3),
        ("pyproject.toml", "toml", '[tool.astro-lint]\nignore = ["AST101", "', 0),
    ],
)
def test_completion_of_rules(client: Editor, folder: Path, name: str, language: str, text: str, replaced: int) -> None:
    uri = client.opened(folder / name, text, language)
    line, character = text.count("\n"), len(text) - text.rfind("\n") - 1
    found = items(client, uri, line, character)
    assert labels(found) == [rule.code for rule in all_rules()]
    assert found[0]["textEdit"]["range"]["start"]["character"] == character - replaced
    assert "slim-on-airflow-3" in found[labels(found).index("AST105")]["filterText"]


def test_completion_of_a_name_of_a_rule(client: Editor, folder: Path) -> None:
    text = "# astro-lint: ignore[slim"
    uri = client.opened(folder / "Dockerfile", text)
    assert labels(items(client, uri, 0, len(text)))[-1] == "slim-on-airflow-3"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("astro-lint.toml", "sel", [key.name for key in KEYS]),
        ("pyproject.toml", "[project]\nna", []),
        ("pyproject.toml", "[tool.astro-lint]\n", [key.name for key in KEYS]),
        ("setup.cfg", "[flake8]\n", []),
        ("setup.cfg", "[astro-lint]\nfa", [key.name for key in KEYS]),
        ("astro-lint.toml", 'environment = "', ["production", "development"]),
        ("astro-lint.toml", "fail-on-lifecycle = ", ["true", "false"]),
        ("astro-lint.toml", '[severity]\nAST103 = "', ["error", "warning", "info", "off"]),
        ("astro-lint.toml", '[mirrors]\n"a" = "', []),
    ],
)
def test_completion_in_a_configuration(client: Editor, folder: Path, name: str, text: str, expected: list[str]) -> None:
    uri = client.opened(folder / name, text, "toml")
    found = items(client, uri, text.count("\n"), len(text) - text.rfind("\n") - 1)
    assert labels(found) == expected


def test_completion_of_what_is_not_open(client: Editor) -> None:
    assert client.at("textDocument/completion", "file:///nowhere/Dockerfile", 0, 0) is None
    assert client.at("textDocument/hover", "file:///nowhere/Dockerfile", 0, 0) is None


def test_a_client_that_shows_only_plain_text(folder: Path) -> None:
    with editor(folder) as client:
        client.initialize([folder], {})
        uri = client.opened(folder / "Dockerfile")
        assert client.at("textDocument/hover", uri, 0, 20)["contents"]["kind"] == "plaintext"
        assert items(client, uri, 0, len(FROM_3))[0]["documentation"].startswith("- Airflow: 3.3.2")
