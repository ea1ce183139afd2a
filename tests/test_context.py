"""What goes into an image beside the Dockerfile: .dockerignore, requirements.txt, and their findings and fixes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from dockerfile_astro_lint.core.source import decoded
from dockerfile_astro_lint.project.dockerignore import parse_dockerignore
from dockerfile_astro_lint.project.requirements import parse_requirements
from tests.tool import FIXED, inside, lint, run, write

FROM = "FROM astrocrpublic.azurecr.io/runtime:3.1-21\n"


@pytest.mark.parametrize(
    ("text", "path", "out"),
    [
        ("dags", "dags/a.py", True),
        ("/dags/", "dags/a.py", True),
        ("dags", "x/dags/a.py", False),
        ("**/dags", "x/dags/a.py", True),
        ("**/dags", "dags", True),
        ("**/dags", "mydags", False),
        ("dags/**", "dags/a", True),
        ("dags/**", "dags", False),
        ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/y/b", True),
        ("a/**/b", "a/xb", False),
        ("*.py", "a.py", True),
        ("*.py", "x/a.py", False),
        ("?.py", "a.py", True),
        ("[a-c].py", "b.py", True),
        ("[^a-c].py", "b.py", False),
        ("[a-c.py", "b.py", False),
        ("a\\*", "a*", True),
        ("a\\*", "ab", False),
        ("*\n!a", "a/b", False),
        ("!a\n*", "a", True),
        ("*\n!a\na/b", "a/b/c", True),
        ("*\n!a/b", "a/b", False),
        ("*\n! a", "a", False),
        ("# a\n #b", "#b", True),
        ("./a/../b", "b", True),
        ("a\r\n", "a", True),
        ("**", "x/y", True),
        ("", "x", False),
        ("dags**", "dags", True),
        ("a**", "abc.txt", True),
        ("a**b", "ab", True),
        ("a**b", "axb", False),
        ("a**/b", "ab", True),
        ("**foo", "x/barfoo", True),
        ("**foo*", "x/barfoo", False),
        ("a\\\\b", "a\\b", True),
        ("[\\]]", "]", True),
        ("[!a]", "b", False),
        ("[]a]", "a", False),
        ("[a-]", "a", False),
        ("\ufeffa", "a", True),
        ("a \t", "a", True),
        ("*\n!**/*.py", "x/y.py", False),
        ("dags\n!dags/a.py", "dags/b.py", True),
        # What would change nothing about a folder is not asked of it, and so gives back nothing in it.
        ("**/*.py\n!dags", "dags/a.py", True),
        ("**/*.py\n!dags/**", "dags/a.py", False),
    ],
)
def test_dockerignore(text: str, path: str, out: bool) -> None:
    assert parse_dockerignore(text.encode(), ".dockerignore").ignores(path) is out


def test_a_pattern_does_not_blow_up() -> None:
    assert not parse_dockerignore(("*a**/" * 60 + "b?").encode(), ".dockerignore").ignores("a" * 400)


def test_requirements_as_pip_reads_them() -> None:
    text = (
        "\ufeff".encode() + b"Foo.Bar[x,y]==1 \\\r\n  --hash=sha256:ab # c\r\n\r\n-r other.txt\n"
        b"./a.whl\nx @ https://e/x#egg=x\nb=1\n--index-url=https://e\ny;python_version<'3'\n-q\n"
    )
    found = parse_requirements(decoded(text, "requirements.txt"), (3, 12)).entries
    assert [(one.kind, one.name, one.text) for one in found] == [
        ("package", "foo-bar", "Foo.Bar[x,y]==1"),
        ("file", "other.txt", "-r other.txt"),
        ("path", "./a.whl", "./a.whl"),
        ("url", "x", "x @ https://e/x#egg=x"),
        ("bad", "", "b=1"),
        ("option", "--index-url", "--index-url=https://e"),
        ("package", "y", "y;python_version<'3'"),
        ("bad", "", "-q"),
    ]
    assert (found[0].extras, found[0].first, found[0].last) == (True, 1, 2)
    assert not found[6].applies
    assert decoded("é".encode("utf-16"), "r").text == "é"


@pytest.mark.parametrize(
    ("line", "kind", "name"),
    [
        ("a \\", "package", "a"),
        ("a==1.* , !=1.2.*", "package", "a"),
        ("a -i https://e", "package", "a"),
        ("a==${V}", "package", "a"),
        ("${A}", "url", "${A}"),
        ("a @ https://${T}@e/a.whl", "url", "a"),
        ("git+https://e/a.git#egg=B_c&subdirectory=x", "url", "b-c"),
        ("libs/a", "path", "libs/a"),
        ("a.tar.XZ", "path", "a.tar.XZ"),
        ("file:./a.whl", "path", "./a.whl"),
        ("./a[x]", "path", "./a[x]"),
        ("-e ./a --config-settings x=y", "editable", "./a"),
        ("-rmore.txt", "file", "more.txt"),
        ("--requirem more.txt", "file", "more.txt"),
        ("-r 'my file.txt'", "file", "my file.txt"),
        ("--index-url=https://e", "option", "--index-url"),
        ("--pre", "option", "--pre"),
        *(
            (line, "bad", "")
            for line in ("--user", "--foo x", "-U a", "a -U", "--req x", "--no-deps", "--re x", "--requirement", "-r")
        ),
        *((line, "bad", "") for line in ("a~=1", "a>=1.*", "a==1.0.", "a==*", "a>=1 <2", "./a ; x")),
    ],
)
def test_a_line_of_requirements(line: str, kind: str, name: str) -> None:
    (found,) = parse_requirements(decoded(line.encode(), "requirements.txt"), (3, 12)).entries
    assert (found.kind, found.name) == (kind, name)


def test_the_encoding_that_a_requirements_file_names() -> None:
    assert decoded("# coding: latin-1\n# é\n".encode("latin-1"), "r").text == "# coding: latin-1\n# é\n"
    assert decoded(b"# coding: no-such\na\n", "r").text == "# coding: no-such\na\n"
    assert decoded("é".encode("utf-32"), "r").text == "é"


def test_a_requirement_that_pip_refuses_is_told_once_and_hides_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": FROM, "packages.txt": "", "requirements.txt": "a=1\nb=2\napache-airflow\n"})
    with inside(tmp_path):
        outcome = run(*FIXED, "--format", "concise", "Dockerfile")
    assert "requirements.txt:3:1: AST502" in outcome.out
    assert outcome.err.count("requirements.txt:1: pip would refuse this line") == 1
    assert outcome.err.count("requirements.txt:2: pip would refuse this line") == 1


def test_a_file_of_the_project_by_hand_has_the_froms_of_all_dockerfiles(tmp_path: Path) -> None:
    files = {"Dockerfile": FROM, "Dockerfile.dev": FROM, "requirements.txt": "apache-airflow\n", "packages.txt": ""}
    write(tmp_path, files)
    with inside(tmp_path):
        (found,) = lint("requirements.txt")["diagnostics"]
        alone = lint("Dockerfile", "--no-project")["diagnostics"]
    assert {one["code"] for one in alone} == {"AST403"}
    assert [one["path"] for one in found["related"]] == ["Dockerfile", "Dockerfile.dev"]


@pytest.mark.parametrize("ending", ["\n", "\r\n", ""])
def test_the_patch_of_a_project_is_what_fixing_does(ending: str, tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": FROM, ".env": "", "dags/a.py": "import airflow.providers.http\n"})
    (tmp_path / "dags/b.py").write_text("import airflow.providers.amazon\n")
    (tmp_path / "requirements.txt").write_bytes(b"pandas" + ending.encode())
    options = (*FIXED, "--unsafe-fixes")
    with inside(tmp_path):
        patch = run(*options, "--diff", "Dockerfile").out
        subprocess.run(["git", "init", "-q"], check=True)
        subprocess.run(["git", "apply", "--check"], input=patch.encode(), check=True)
        run(*options, "--fix", "Dockerfile")
        assert lint("Dockerfile")["diagnostics"] == []
    assert (tmp_path / "packages.txt").read_bytes() == b""
    assert (tmp_path / ".dockerignore").read_bytes() == b".env\n"
    end = ending or "\n"
    assert (tmp_path / "requirements.txt").read_bytes() == end.join(
        ["pandas", "apache-airflow-providers-http", "apache-airflow-providers-amazon", ""]
    ).encode()


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(b"", "latin-1"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8")],
)
def test_fixing_keeps_the_encoding(mark: bytes, encoding: str, tmp_path: Path) -> None:
    head = f"# coding: {encoding}\r\n# é\r\n"
    write(tmp_path, {"Dockerfile": FROM, "packages.txt": "", "dags/a.py": "import airflow.providers.http\n"})
    (tmp_path / "requirements.txt").write_bytes(mark + f"{head}apache-airflow\r\npandas".encode(encoding))
    with inside(tmp_path):
        assert run(*FIXED, "--fix", "--unsafe-fixes", "Dockerfile").code == 0
    after = f"{head}pandas\r\napache-airflow-providers-http\r\n"
    assert (tmp_path / "requirements.txt").read_bytes() == mark + after.encode(encoding)


def test_the_packages_of_one_import_are_added_together(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": FROM, "requirements.txt": "pandas\n", "packages.txt": ""})
    write(tmp_path, {"dags/a.py": "from airflow.providers import google, http\nimport airflow.providers.google\n"})
    with inside(tmp_path):
        assert run(*FIXED, "--fix", "--unsafe-fixes", "Dockerfile").code == 0
    added = "pandas\napache-airflow-providers-google\napache-airflow-providers-http\n"
    assert (tmp_path / "requirements.txt").read_text() == added


def test_folders_that_one_pattern_keeps_out_are_told_together(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": FROM, "requirements.txt": "", "packages.txt": "", ".dockerignore": "**/*.py\n"})
    write(tmp_path, {"dags/a.py": "", "plugins/a.py": ""})
    with inside(tmp_path):
        (found,) = [one for one in lint("Dockerfile")["diagnostics"] if one["code"] == "AST507"]
    assert "`dags/` and `plugins/`" in found["message"]


def test_no_file_is_made_that_dockerignore_would_hide(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": FROM, "dags/a.py": "", ".dockerignore": "*.txt\n"})
    with inside(tmp_path):
        (found,) = lint("Dockerfile")["diagnostics"]
    assert (found["code"], found["fix"]) == ("AST504", None)


def test_a_shared_file_is_told_once_with_every_image(tmp_path: Path) -> None:
    files = {"requirements.txt": "apache-airflow\n", "packages.txt": "", "dags/a.py": "import imp\n"}
    older = FROM.replace("3.1-21", "3.1-21-python-3.11")
    write(tmp_path, {**files, "Dockerfile": FROM, "Dockerfile.dev": FROM, "Dockerfile.old": older})
    with inside(tmp_path):
        for paths in (["."], ["Dockerfile", "Dockerfile.dev", "Dockerfile.old"], ["dags/a.py", "requirements.txt"]):
            found = lint(*paths)["diagnostics"]
            assert [(one["code"], [place["path"] for place in one["related"]]) for one in found] == [
                ("AST401", ["Dockerfile", "Dockerfile.dev"]),
                ("AST502", ["Dockerfile", "Dockerfile.dev", "Dockerfile.old"]),
            ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[]", '["apache-airflow==3.3.*"]'),
        ('["pandas"]', '["apache-airflow==3.3.*", "pandas"]'),
        ('[\r\n  "pandas",\r\n]', '[\r\n  "apache-airflow==3.3.*",\r\n  "pandas",\r\n]'),
        ('[ # ours\n    "pandas",\n]', '[ # ours\n    "apache-airflow==3.3.*",\n    "pandas",\n]'),
        ('["apache-airflow>=3.3"]', '["apache-airflow==3.3.*"]'),
    ],
)
def test_a_pin_is_written_into_the_manifest(before: str, after: str, tmp_path: Path) -> None:
    head, tail = "[project]\ndependencies = ", '\n[tool.astro]\nruntime = "3.3-8"\n'
    if "\r" in before:
        head, tail = head.replace("\n", "\r\n"), tail.replace("\n", "\r\n")
    (tmp_path / "pyproject.toml").write_bytes(f"{head}{before}{tail}".encode())
    with inside(tmp_path):
        assert run(*FIXED, "--fix", "--unsafe-fixes").code == 0
    assert (tmp_path / "pyproject.toml").read_bytes() == f"{head}{after}{tail}".encode()


def test_ignores_are_added_above(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": FROM, "packages.txt": "", "requirements.txt": "pandas\napache-airflow\n"})
    with inside(tmp_path):
        run(*FIXED, "--add-ignores", "for now", "Dockerfile")
        assert lint("Dockerfile")["diagnostics"] == []
    assert "# astro-lint: ignore[AST502] for now\napache-airflow" in (tmp_path / "requirements.txt").read_text()


@pytest.mark.parametrize("name", ["requirements.txt", "packages.txt", ".dockerignore"])
def test_hostile_files_of_a_project(name: str, tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": FROM.replace("21", "21-ubi9"), "dags/a.py": "import airflow.providers.http\n"})
    for data in (b"\0" * 100, b"\xff\xfe", b"\\\n" * 20000, b"-r " + name.encode(), b"a[" * 20000, b"x @ " * 9999):
        (tmp_path / name).write_bytes(data)
        with inside(tmp_path):
            assert run(*FIXED, "Dockerfile").code in (0, 1)
    (tmp_path / name).unlink()
    (tmp_path / name).symlink_to(name)
    with inside(tmp_path):
        outcome = run(*FIXED, "Dockerfile")
    assert outcome.code == 2
    assert f"astro-lint: {name}: cannot be read: " in outcome.err


@pytest.mark.parametrize(
    "text",
    [
        "import imp",
        "import os, imp",
        "import os; import imp as x",
        "import os, \\\n    imp",
        "import os, \\\r\n    imp\r\n",
        "from imp \\\n    import reload",
        "from \\\n    imp \\\n    import reload",
        "import \\\n\\\n imp",
        "from imp import (\n    reload,\n)",
        "x = 1\rimport imp\r",
        "def f():\n\timport imp",
        'import importlib\nimportlib.import_module(\n    "imp"\n)',
        '__import__(\n    "imp")',
        "# coding: latin-1\n# \xe9\nimport imp",
    ],
)
def test_an_import_is_seen_however_it_is_laid_out(text: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM quay.io/astronomer/astro-runtime:13.11.0\n")
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "load.py").write_bytes(text.encode("latin-1"))
    with inside(tmp_path):
        assert [one["code"] for one in lint("Dockerfile", "--select", "AST401")["diagnostics"]] == ["AST401"]
