"""`extend` and `locked`: what is merged, where bases are found, and what is refused with both places."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dockerfile_astro_lint.config.bases import MAX_BASES
from tests.tool import FIXED, inside, lint, run

FLOATING = "FROM astrocrpublic.azurecr.io/runtime:3.1\n"


def write(folder: Path, files: dict[str, str]) -> None:
    (folder / ".git").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def found(folder: Path, path: str = "p/Dockerfile") -> dict[str, str]:
    with inside(folder):
        document = lint(path)
    assert document["failures"] == []
    return {one["code"]: one["severity"] for one in document["diagnostics"] if one["code"] != "AST403"}


def error(folder: Path) -> str:
    """The one sentence of a run that is refused."""
    with inside(folder):
        outcome = run("p/Dockerfile", *FIXED)
    assert outcome.code == 2
    assert "Traceback" not in outcome.err
    (sentence,) = [line for line in outcome.err.splitlines() if line.startswith("astro-lint: ")]
    return sentence.removeprefix("astro-lint: ")


def values(folder: Path) -> list[str]:
    with inside(folder):
        return [line.strip() for line in run("config", "p").lines if line.startswith(("config", "extends", " "))]


def test_keys_replace_and_tables_are_merged_through_several_files(tmp_path: Path) -> None:
    write(tmp_path, {
        "p/Dockerfile": FLOATING,
        "p/astro-lint.toml": 'extend = "../mid.toml"\nselect = ["AST103"]\n[severity]\nAST103 = "info"\n',
        "mid.toml": 'extend = "org/top.toml"\nfail-on = "info"\nselect = ["AST1"]\n[severity]\nAST103 = "error"\n',
        "org/top.toml": 'fail-on = "never"\nselect = ["AST3"]\nallowed-registries = ["quay.io"]\n'
                        '[severity]\nAST801 = "warning"\nAST103 = "error"\n',
    })  # fmt: skip
    assert found(tmp_path) == {"AST103": "info", "AST801": "warning"}
    assert values(tmp_path) == [
        "config: p/astro-lint.toml",
        "extends: mid.toml",
        "extends: org/top.toml",
        "allowed-registries = ['quay.io']  (org/top.toml)",
        "extend = '../mid.toml'  (p/astro-lint.toml)",
        "fail-on = 'info'  (mid.toml)",
        "select = ['AST103']  (p/astro-lint.toml)",
        "severity = {'AST103': 'info', 'AST801': 'warning'}  (p/astro-lint.toml, mid.toml, org/top.toml)",
    ]


def test_globs_are_relative_to_the_file_that_extends_and_a_catalog_to_the_base(tmp_path: Path) -> None:
    write(tmp_path, {
        "p/Dockerfile": FLOATING, "p/dev/Dockerfile": FLOATING, "dev/Dockerfile": FLOATING,
        "p/astro-lint.toml": 'extend = "../org/base.toml"\n',
        "org/base.toml": '[environments]\ndevelopment = ["dev/**"]\n',
    })  # fmt: skip
    assert list(found(tmp_path, "p")) == ["AST103"]
    with inside(tmp_path):
        assert [one["path"] for one in lint(".")["diagnostics"] if one["code"] == "AST103"] == [
            "dev/Dockerfile",
            "p/Dockerfile",
        ]
    write(tmp_path, {"org/base.toml": 'catalog = "feed.json"\n'})
    with inside(tmp_path):
        assert "org/feed.json: No such file or directory" in run("p/Dockerfile").err


@pytest.mark.parametrize("name", ["astro-lint.toml", "pyproject.toml", "setup.cfg"])
def test_every_kind_of_file_can_extend(name: str, tmp_path: Path) -> None:
    text = {
        "astro-lint.toml": 'extend = "../base.toml"\n',
        "pyproject.toml": '[tool.astro-lint]\nextend = "../base.toml"\n',
        "setup.cfg": "[astro-lint]\nextend = ../base.toml\n",
    }[name]
    write(tmp_path, {"p/Dockerfile": FLOATING, "base.toml": 'ignore = ["AST103"]\n', f"p/{name}": text})
    assert found(tmp_path) == {}


def test_a_package_is_found_and_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {
        "p/Dockerfile": FLOATING,
        "p/astro-lint.toml": 'extend = "pkg:acme_lint_policy/data/astro-lint.toml"\n',
        "lib/acme_lint_policy/__init__.py": "raise RuntimeError('imported')\n",
        "lib/acme_lint_policy/data/astro-lint.toml": 'ignore = ["AST103"]\n',
    })  # fmt: skip
    sentence = error(tmp_path)
    assert sentence.startswith(
        "p/astro-lint.toml: `extend` (line 1): the package `acme_lint_policy` is not installed in"
    )
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "lib")])
    assert found(tmp_path) == {}
    assert "acme_lint_policy" not in sys.modules
    write(tmp_path, {"p/astro-lint.toml": 'extend = "pkg:acme_lint_policy/other.toml"\n'})
    assert error(tmp_path) == "p/astro-lint.toml: `extend` (line 1): lib/acme_lint_policy/other.toml: no such file"


def test_a_folder_of_the_project_is_no_installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With `python -m` the working directory is the first entry of the path."""
    write(tmp_path, {
        "p/Dockerfile": FLOATING,
        "p/astro-lint.toml": 'extend = "pkg:acme_lint_policy/a.toml"\n',
        "acme_lint_policy/a.toml": 'ignore = ["AST103"]\n',
    })  # fmt: skip
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert "is not installed in" in error(tmp_path)


MID = 'extend = "../base.toml"\n'


@pytest.mark.parametrize(
    ("own", "base", "sentence"),
    [
        ('\nextend = "../no.toml"\n', "", "p/astro-lint.toml: `extend` (line 2): no.toml: no such file"),
        ('extend = ""\n', "", "`extend` (line 1): `` is not a .toml file or `pkg:PACKAGE/FILE.toml`"),
        ('extend = "../d.toml"\n', "", "p/astro-lint.toml: `extend` (line 1): d.toml: not a file that can be read"),
        ('extend = "../"\n', "", "`extend` (line 1): `../` is not a .toml file or `pkg:PACKAGE/FILE.toml`"),
        ('extend = "https://acme.example/a.toml"\n', "", "is an address: use a file, or one in a package"),
        ('extend = "pkg:acme"\n', "", "`pkg:acme` is not a .toml file"),
        ('extend = "pkg:acme/../../x.toml"\n', "", "write `pkg:PACKAGE/FILE.toml`"),
        ('extend = "pkg:a.b/x.toml"\n', "", "write `pkg:PACKAGE/FILE.toml`"),
        ("extend = 1\n", "", "p/astro-lint.toml: `extend` must be a string, not 1"),
        ('extend = "astro-lint.toml"\n', "",
         "`extend` (line 1): the files extend each other in a cycle: p/astro-lint.toml -> p/astro-lint.toml"),
        (MID, 'fail-on = "info"\nextend = "p/astro-lint.toml"\n',
         "base.toml: `extend` (line 2): the files extend each other in a cycle: "
         "p/astro-lint.toml -> base.toml -> p/astro-lint.toml"),
        (MID, 'ingore = ["AST103"]\n', "base.toml: unknown key `ingore`: did you mean `ignore`?"),
        (MID, "ignore = [\n", "base.toml: is not valid TOML: "),
        (MID, 'locked = ["ingore"]\n', "base.toml: `locked`: `ingore` cannot be locked: did you mean `ignore`?"),
        (MID, 'locked = ["extend"]\n', "base.toml: `locked`: `extend` cannot be locked"),
        (MID, 'locked = "ignore"\n', "base.toml: `locked` must be a list of keys, not 'ignore'"),
        (f'{MID}ignore = ["AST103"]\n', '\nlocked = ["fail-on", "ignore"]\n',
         "p/astro-lint.toml: `ignore` (line 2) may not be set here: see `locked` (line 2) of base.toml"),
        (f'{MID}[severity]\nAST103 = "off"\n', 'locked = ["severity"]\n',
         "p/astro-lint.toml: `severity` (line 2) may not be set here: see `locked` (line 1) of base.toml"),
        (f"{MID}forbid-ignores = []\n", 'locked = ["forbid-ignores"]\nforbid-ignores = ["AST103"]\n',
         "p/astro-lint.toml: `forbid-ignores` (line 2) may not be set here: see `locked` (line 1) of base.toml"),
    ],
)  # fmt: skip
def test_what_is_refused_names_both_places(own: str, base: str, sentence: str, tmp_path: Path) -> None:
    write(tmp_path, {"p/Dockerfile": FLOATING, "p/astro-lint.toml": own, "base.toml": base, "d.toml/x": ""})
    assert sentence in error(tmp_path)


def test_a_lock_holds_for_every_file_below_and_for_setup_cfg(tmp_path: Path) -> None:
    top = {"p/Dockerfile": FLOATING, "top.toml": 'locked = ["ignore"]\nignore = ["AST105"]\n'}
    write(
        tmp_path,
        {**top, "mid.toml": 'extend = "top.toml"\nignore = []\n', "p/astro-lint.toml": 'extend = "../mid.toml"\n'},
    )
    assert error(tmp_path) == "mid.toml: `ignore` (line 2) may not be set here: see `locked` (line 1) of top.toml"
    write(tmp_path, {"mid.toml": 'extend = "top.toml"\n', "p/astro-lint.toml": 'extend = "../mid.toml"\nignore = []\n'})
    assert (
        error(tmp_path) == "p/astro-lint.toml: `ignore` (line 2) may not be set here: see `locked` (line 1) of top.toml"
    )
    (tmp_path / "p/astro-lint.toml").unlink()
    write(tmp_path, {"p/setup.cfg": "[astro-lint]\nextend = ../mid.toml\nignore = AST103\n"})
    assert error(tmp_path) == "p/setup.cfg: `ignore` may not be set here: see `locked` (line 1) of top.toml"
    write(tmp_path, {"p/setup.cfg": "[astro-lint]\nextend = ../mid.toml\n", "p/Dockerfile": FLOATING})
    assert list(found(tmp_path)) == ["AST103"]


def test_the_other_projects_are_still_checked(tmp_path: Path) -> None:
    write(tmp_path, {
        "p/Dockerfile": FLOATING, "q/Dockerfile": FLOATING, "p/astro-lint.toml": 'extend = "no.toml"\n',
    })  # fmt: skip
    with inside(tmp_path):
        outcome = run(".", "--format", "concise", *FIXED)
    assert outcome.code == 2
    assert [line.partition(":")[0] for line in outcome.lines if "AST403" not in line] == [
        "p/astro-lint.toml",
        "q/Dockerfile",
    ]


@pytest.mark.parametrize(("text", "code"), [('ignore = ["AST103"]\n', 0), ("nonsense = 1\n", 2)])
def test_a_base_of_many_projects_is_read_once(
    text: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dockerfile_astro_lint.config import schema

    load, read = schema.load, list[str]()

    def counted(path: str, known: Callable[[str], str | None]) -> object:
        read.append(Path(path).name)
        return load(path, known)

    monkeypatch.setattr(schema, "load", counted)
    for number in range(4):
        write(tmp_path, {f"{number}/Dockerfile": FLOATING, f"{number}/astro-lint.toml": 'extend = "../b.toml"\n'})
    write(tmp_path, {"b.toml": 'extend = "c.toml"\n', "c.toml": text})
    with inside(tmp_path):
        assert run(".", *FIXED).code == code
    assert (read.count("b.toml"), read.count("c.toml"), read.count("astro-lint.toml")) == (1, 1, 4)


def test_a_chain_has_an_end(tmp_path: Path) -> None:
    chain = {f"b{number}.toml": f'extend = "b{number + 1}.toml"\n' for number in range(MAX_BASES + 4)}
    write(tmp_path, {"p/Dockerfile": FLOATING, "p/astro-lint.toml": 'extend = "../b0.toml"\n', **chain})
    assert f"more than {MAX_BASES} files extend one another" in error(tmp_path)


def test_a_run_without_extend_loads_nothing_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"p/Dockerfile": FLOATING, "p/astro-lint.toml": 'ignore = ["AST103"]\n'})
    monkeypatch.delitem(sys.modules, "dockerfile_astro_lint.config.bases", raising=False)
    assert found(tmp_path) == {}
    assert "dockerfile_astro_lint.config.bases" not in sys.modules
