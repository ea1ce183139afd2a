"""Ignore comments in every kind of file: unused and mistyped ones, where they are added, and what explains them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_flake8 import flake8
from tests.tool import FIXED, inside, lint, run, write

IMAGE = "FROM astrocrpublic.azurecr.io/runtime:3.1-12\n"
SLIM = "FROM astrocrpublic.azurecr.io/runtime:3.1-12-slim\n"
ASTRO = {"Dockerfile": IMAGE, "requirements.txt": "pandas\n"}
V2 = '[project]\nname = "x"\n# astro-lint: ignore[AST701] gone\n[tool.astro]\nruntime = "3.1-12"\n'


def unused(folder: Path, *argv: str) -> list[tuple[str, int, str]]:
    with inside(folder):
        found = lint(*argv, "--extend-select", "AST003")["diagnostics"]
    return [(one["path"], one["line"], one["message"]) for one in found if one["code"] == "AST003"]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("dags/a.py", "import os  # astro-lint: ignore[AST401] gone\n", 1),
        ("dags/a.py", "# astro-lint: ignore-file[imp-removed] gone\nimport os\n", 1),
        ("requirements.txt", "# astro-lint: ignore[AST502] gone\npandas\n", 1),
        ("packages.txt", "vim\n# astro-lint: ignore[AST505] gone\ncurl\n", 2),
        (".dockerignore", "# astro-lint: ignore[AST503] gone\n*.md\n", 1),
    ],
)
def test_an_unused_comment_is_reported_in_every_kind_of_file(tmp_path: Path, name: str, text: str, line: int) -> None:
    write(tmp_path, {**ASTRO, name: text})
    for argv in (["."], [name]):
        ((path, at, message),) = unused(tmp_path, *argv)
        assert (path, at) == (name, line)
        assert message.startswith("unused suppression: ")
    with inside(tmp_path):
        assert run(".", "--fix", "--select", "AST", *FIXED).code in (0, 1)
    assert unused(tmp_path, ".") == []
    assert "gone" not in (tmp_path / name).read_text()
    assert unused(tmp_path, ".", "--ignore", "AST4,AST5") == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("dags/a.py", "import imp  # astro-lint: ignore[AST401] used\n"),
        ("dags/a.py", 'import imp; x = """\n"""  # astro-lint: ignore[AST401] used, at the end of the statement\n'),
        ("dags/a.py", 'import os\nx = """\n# astro-lint: ignore[AST401] a string\n"""\n'),
        ("requirements.txt", "# astro-lint: ignore[AST502] used\napache-airflow\n"),
    ],
)
def test_a_used_comment_and_one_in_a_string_are_not_reported(tmp_path: Path, name: str, text: str) -> None:
    write(tmp_path, {**ASTRO, name: text})
    assert unused(tmp_path, ".") == unused(tmp_path, name) == []


def test_a_comment_of_a_shared_file_is_unused_only_if_it_is_for_all_images(tmp_path: Path) -> None:
    old = "FROM quay.io/astronomer/astro-runtime:9.1.0\n"
    write(tmp_path, {**ASTRO, "Dockerfile.old": old, "dags/a.py": "import imp  # astro-lint: ignore[AST401] for one\n"})
    assert unused(tmp_path, ".") == unused(tmp_path, "Dockerfile.old") == []
    write(tmp_path, {"dags/a.py": "import os  # astro-lint: ignore[AST401] for none\n"})
    assert len(unused(tmp_path, ".")) == len(unused(tmp_path, "dags/a.py")) == 1


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("AST1055", "AST105"),
        ("AS105", "AST105"),
        ("AST015", None),
        ("ATS105", "AST105"),
        ("slim-on-airflw-3", "slim-on-airflow-3"),
        ("floating-tags", "floating-tag"),
        ("AST999", None),
        ("nonsense", None),
        ("x" * 5000, None),
    ],
)
def test_a_mistyped_code_keeps_its_reason(tmp_path: Path, word: str, near: str | None) -> None:
    text = f"# astro-lint: ignore[{word}] a reason that took an hour\n{IMAGE}"
    (tmp_path / "Dockerfile").write_text(text)
    with inside(tmp_path):
        run("Dockerfile", "--fix", "--select", "AST003", *FIXED)
        assert (tmp_path / "Dockerfile").read_text() == text
        (found,) = lint("Dockerfile", "--select", "AST003")["diagnostics"]
        fix = found["fix"]
        assert (fix["edits"][0]["text"] if fix else None) == near
        assert not (fix and fix["safe"])
        run("Dockerfile", "--unsafe-fixes", "--select", "AST003", *FIXED)
    after = (tmp_path / "Dockerfile").read_text()
    assert after == (text.replace(word, near) if near else text)


@pytest.mark.parametrize(
    "text",
    [
        'import imp; x = """\nfoo\n"""\n',
        "import imp, \\\n    os\n",
        "x = [\n    __import__('imp'),\n]\n",
        "import imp  # why\n",
        "x = '''\n'''; import imp\n",
        "import imp",
        'import imp; x = """\r\nfoo\r\n"""\r\n',
    ],
)
def test_comments_are_added_where_python_reads_comments(tmp_path: Path, text: str) -> None:
    write(tmp_path, {**ASTRO})
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "a.py").write_bytes(text.encode())
    with inside(tmp_path):
        outcome = run("dags", "--add-ignores", "because", *FIXED)
        assert (outcome.code, "added ignore comments for 1 finding" in outcome.err) == (0, True)
    after = (tmp_path / "dags" / "a.py").read_bytes().decode()
    names: dict[str, object] = {}
    exec(
        compile(text.replace("import imp", "imp = 1").replace("imp = 1, \\\n    os", "imp = 1"), "a", "exec"),
        {"__import__": str},
        names,
    )
    again: dict[str, object] = {}
    exec(
        compile(after.replace("import imp", "imp = 1").replace("imp = 1, \\\n    os", "imp = 1"), "a", "exec"),
        {"__import__": str},
        again,
    )
    assert again == names
    assert after.count("# astro-lint: ignore[AST401] because") == 1


@pytest.mark.parametrize(
    "text", ["import imp\rimport os\r", "import os\rimport imp\r", "import os\r\nimport imp\rx = 1\n"]
)
def test_no_comment_is_added_to_a_file_with_lone_carriage_returns(tmp_path: Path, text: str) -> None:
    write(tmp_path, {**ASTRO})
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "a.py").write_bytes(text.encode())
    with inside(tmp_path):
        outcome = run("dags", "--add-ignores", "because", *FIXED)
    assert outcome.code == 2
    assert "astro-lint: dags/a.py: not written: some of its lines end in CR alone" in outcome.err
    assert (tmp_path / "dags" / "a.py").read_bytes() == text.encode()


@pytest.mark.parametrize(
    ("code", "place", "absent"),
    [
        ("AST105", "In a Dockerfile", "Python file"),
        ("AST401", "In a Python file", "In a Dockerfile"),
        ("AST502", "In `requirements.txt`", "In a Dockerfile"),
        ("AST701", "In `pyproject.toml`", "In a Dockerfile"),
    ],
)
def test_explain_shows_the_comment_of_the_file_that_the_rule_reports_in(code: str, place: str, absent: str) -> None:
    page = run("explain", code).out
    _, suppress = page.split("## Suppress it")
    assert place in suppress
    assert absent not in suppress
    assert f"# astro-lint: ignore[{code}] reason" in suppress


@pytest.mark.parametrize("comment", ["# noqa", "# noqa: AST401", "# astro-lint: ignore[AST401] reason"])
def test_flake8_reports_all_with_disable_noqa(tmp_path: Path, comment: str) -> None:
    write(tmp_path, {**ASTRO, "dags/a.py": f"import imp  {comment}\n"})
    found = ["--select", "AST401", "--format", "%(code)s", "dags"]
    assert flake8(tmp_path, *found)[1] == []
    assert flake8(tmp_path, "--disable-noqa", *found)[1] == ["AST401"]


def test_flake8_never_looks_clean_where_a_file_was_not_checked(tmp_path: Path) -> None:
    write(tmp_path, {**ASTRO, "astro-lint.toml": "nonsense = 1\n", "dags/a.py": "import imp\n"})
    code, lines, _ = flake8(tmp_path, "--select", "AST", "dags")
    assert (code, len(lines)) == (1, 1)
    code, lines, err = flake8(tmp_path, "--select", "AST4", "-j1", "dags")
    assert (code, lines) == (1, [])
    assert "dags/a.py was not checked" in err


@pytest.mark.parametrize(
    ("name", "text", "word", "meant"),
    [
        ("Dockerfile", f"# astro-lint: ignroe[AST103] why\n{IMAGE}", "ignroe", "ignore"),
        ("Dockerfile", f"# astro-lint: ignore-flie[AST103] why\n{IMAGE}", "ignore-flie", "ignore-file"),
        ("requirements.txt", "# astro-lint: igonre[AST502] why\nrequests\n", "igonre", "ignore"),
        ("dags/a.py", "import imp  # astro-lint: ingore[AST401] why\n", "ingore", "ignore"),
    ],
)
def test_a_mistyped_comment_gets_the_nearest_word(tmp_path: Path, name: str, text: str, word: str, meant: str) -> None:
    write(tmp_path, {**ASTRO, name: text})
    with inside(tmp_path):
        (found,) = (one for one in lint(".")["diagnostics"] if one["code"] == "AST003")
        assert (found["path"], found["message"]) == (name, f"unknown ignore comment `{word}`: did you mean `{meant}`?")
        assert (found["fix"]["safe"], found["fix"]["edits"][0]["text"]) == (False, meant)


def test_a_comment_about_astro_lint_is_not_taken_for_a_mistyped_one(tmp_path: Path) -> None:
    text = "# astro-lint: see docs[1]\n# astro-lint: disables nothing\nrequests\n"
    write(tmp_path, {**ASTRO, "requirements.txt": text})
    assert unused(tmp_path, ".") == []
