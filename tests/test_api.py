"""The Python API, and its page, whose examples are run."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from dockerfile_parse import DockerfileParser

import dockerfile_astro_lint
from dockerfile_astro_lint import Diagnostic, LintError, fix, lint
from tests import tool
from tests.tool import inside

ROOT = Path(__file__).parent.parent
SLIM = "FROM astrocrpublic.azurecr.io/runtime:3.1-21-slim\n"
BUILT = "ARG TAG=3.1-21\nFROM astrocrpublic.azurecr.io/runtime:${TAG}\n"
FIXED: dict[str, Any] = {"today": "2026-10-01", "catalog": tool.FIXTURES / "catalog.json"}


def codes(*arguments: Any, **settings: Any) -> list[str]:
    return [found.code for found in lint(*arguments, **{**FIXED, **settings})]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "dags").mkdir()
    (tmp_path / "Dockerfile").write_text(f"{SLIM}USER root\n")
    (tmp_path / "dags" / "load.py").write_text("import imp\n")
    (tmp_path / "requirements.txt").write_text("requests\n")
    (tmp_path / "packages.txt").touch()
    return tmp_path


def test_the_examples_of_the_page_are_run() -> None:
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```\n", page, re.DOTALL)
    examples = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, "python.md", "docs/python.md", 0)
    assert len(examples.examples) > 15
    runner = doctest.DocTestRunner(verbose=False)
    output: list[str] = []
    with inside(ROOT):
        runner.run(examples, out=output.append)
    assert not runner.failures, "".join(output)


def test_a_path_gives_what_the_command_line_gives(project: Path) -> None:
    with inside(project):
        for path in (".", "Dockerfile", "dags/load.py", Path("Dockerfile"), project / "dags"):
            document = tool.lint(str(path))
            found = lint(path, **FIXED)
            assert all(type(one) is Diagnostic for one in found)
            assert [as_json(one) for one in found] == document["diagnostics"]
            assert found


def as_json(value: Any) -> Any:
    """A diagnostic as the JSON report has it."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: as_json(one) for name, one in value._asdict().items()}
    return [as_json(one) for one in value] if isinstance(value, tuple) else value


def test_a_text_is_what_standard_input_is(project: Path) -> None:
    with inside(project):
        document = tool.lint("-", stdin=SLIM.encode())
        assert [as_json(one) for one in lint(SLIM, **FIXED)] == document["diagnostics"]
        assert {one.path for one in lint(SLIM, **FIXED)} == {"<stdin>"}
        named = lint(SLIM, filename="Dockerfile", **FIXED)
        assert [as_json(one) for one in named] == tool.lint("-", "--stdin-filename", "Dockerfile", stdin=SLIM.encode())[
            "diagnostics"
        ]
        assert {one.path for one in named} == {"Dockerfile", "dags/load.py"}


def test_what_is_a_text_and_what_a_path(project: Path) -> None:
    with inside(project):
        assert "AST105" in codes(SLIM.strip())
        assert codes("", select=["AST001"]) == ["AST001"]
        (project / "my file").write_text(SLIM)
        assert "AST105" in codes("my file")
        with pytest.raises(LintError):
            lint("Dockerfile.missing")
        with pytest.raises(LintError):
            lint(Path("a missing file"))
        with pytest.raises(TypeError):
            lint(5)  # type: ignore[arg-type]


def test_a_parser_of_a_path_belongs_to_its_project(project: Path) -> None:
    with inside(project):
        parser = DockerfileParser("Dockerfile")
        assert [as_json(one) for one in lint(parser, **FIXED)] == tool.lint("Dockerfile")["diagnostics"]
        assert codes(DockerfileParser(str(project)), select=["AST105", "AST401"]) == ["AST105", "AST401"]
        with pytest.raises(LintError):
            lint(DockerfileParser("missing"))


def test_a_parser_with_cached_content_is_taken_as_it_is(project: Path) -> None:
    parser = DockerfileParser(str(project), cache_content=True)
    (project / "Dockerfile").write_text("FROM scratch\n")
    assert codes(parser, select=["AST105"]) == ["AST105"]


def test_a_parser_of_a_file_object_keeps_its_place_and_build_arguments() -> None:
    file = BytesIO(BUILT.encode())
    parser = DockerfileParser(fileobj=file, build_args={"TAG": "3.1-21-slim"})
    file.seek(3)
    assert codes(parser, select=["AST105"]) == ["AST105"]
    assert file.tell() == 3
    assert codes(parser, select=["AST105"], build_args={"TAG": "3.1-21"}) == []
    assert codes(DockerfileParser(fileobj=BytesIO(BUILT.encode())), select=["AST105"]) == []
    assert file.getvalue() == BUILT.encode()


def test_settings() -> None:
    assert codes(SLIM, select="AST105") == codes(SLIM, select=["slim-on-airflow-3"]) == ["AST105"]
    assert "AST105" not in codes(SLIM, ignore=["AST1"])
    assert [one.severity for one in lint(SLIM, select=["AST105"], severity={"AST105": "info"})] == ["info"]
    floating = "FROM astrocrpublic.azurecr.io/runtime:3.1\n"
    assert codes(floating, select=["AST103"]) == ["AST103"]
    assert codes(floating, select=["AST103"], environment="development") == []
    old = "FROM quay.io/astronomer/astro-runtime:13.11.0\n"
    assert codes(old, select=["AST301"]) == []
    assert codes(old, select=["AST301"], today=date(2030, 1, 1)) == ["AST301"]
    ignored = f"# astro-lint: ignore[AST105] why\n{SLIM}"
    assert (codes(ignored, select=["AST105"]), codes(ignored, select=["AST105"], ignores=False)) == ([], ["AST105"])
    assert codes(BUILT, select=["AST105"], build_args={"TAG": "3.1-21-slim"}) == ["AST105"]


def test_configuration_is_that_of_the_path(project: Path) -> None:
    (project / "astro-lint.toml").write_text('select = ["AST603"]\n')
    assert codes(project / "Dockerfile") == ["AST603"]
    assert "AST105" in codes(project / "Dockerfile", isolated=True)
    (project / "other.toml").write_text('select = ["AST105"]\n')
    assert codes(project / "Dockerfile", config=project / "other.toml") == ["AST105"]
    (project / "astro-lint.toml").write_text('sellect = ["AST603"]\n')
    with pytest.raises(LintError, match="did you mean `select`"):
        lint(project / "Dockerfile")


@pytest.mark.parametrize(
    "settings",
    [
        {"select": ["AST999"]},
        {"severity": {"AST105": "loud"}},
        {"environment": "staging"},
        {"today": "soon"},
        {"catalog": "missing.json"},
        {"config": "missing.toml"},
        {"as_if": "a b"},
    ],
)
def test_a_wrong_setting_is_a_value_error(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"`|missing|must be|--as-if|write"):
        lint(SLIM, **settings)


def test_what_was_found_is_kept_beside_a_failure(project: Path) -> None:
    (project / "Dockerfile.binary").write_bytes(b"FROM x\0")
    with pytest.raises(LintError) as caught:
        lint(project, **FIXED)
    assert [message for _, message in caught.value.failures] == ["a binary file, not a Dockerfile"]
    assert "AST105" in {one.code for one in caught.value.diagnostics}


def test_fix() -> None:
    assert fix(SLIM) == SLIM.replace("-slim", "")
    assert fix(f"{SLIM}USER root\n", select=["AST603"]) == f"{SLIM}USER root\n"
    assert fix(f"{SLIM}USER root\n", unsafe=True, select=["AST603"]).endswith("USER root\nUSER astro\n")
    assert fix(fix(SLIM)) == fix(SLIM)
    for text in ("\ufeff" + SLIM, SLIM.replace("\n", "\r\n"), SLIM.rstrip("\n"), f"{SLIM}LABEL a=\udcff\n"):
        assert fix(text) == text.replace("-slim", "")
    parser = DockerfileParser(fileobj=BytesIO(SLIM.encode()))
    parser.content = fix(parser)
    assert parser.content == SLIM.replace("-slim", "")
    with pytest.raises(LintError):
        fix("FROM x\0")
    with pytest.raises(ValueError, match="did you mean `AST105`"):
        fix(SLIM, select=["AST1O5"])


def test_fix_changes_no_file(project: Path) -> None:
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    assert "-slim" not in fix((project / "Dockerfile").read_text(), filename=str(project / "Dockerfile"), unsafe=True)
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


def test_secrets_are_not_in_diagnostics() -> None:
    found = lint("FROM quay.io/astronomer/astro-runtime:13.11.0\nENV API_TOKEN=a8f5f167f44f4964e6c998\n")
    assert "AST610" in {one.code for one in found}
    assert "a8f5f167" not in repr(found)


def test_the_package_imports_the_api_only_when_it_is_used() -> None:
    program = (
        "import sys, dockerfile_astro_lint as one\n"
        "assert not [name for name in sys.modules if name.startswith('dockerfile_astro_lint.')]\n"
        "from dockerfile_astro_lint import lint\n"
        "assert 'dockerfile_astro_lint.api' in sys.modules and one.lint is lint\n"
        "assert 'argparse' not in sys.modules and 'dockerfile_parse' not in sys.modules\n"
        "try:\n    one.nothing\nexcept AttributeError:\n    print('ok')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("ok\n", "")


@pytest.mark.slow
def test_it_is_typed(tmp_path: Path) -> None:
    pytest.importorskip("mypy", reason="mypy is only among what the whole suite needs")
    assert (Path(dockerfile_astro_lint.__file__).parent / "py.typed").is_file()
    assert '"py.typed"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    program = tmp_path / "program.py"
    program.write_text(
        "from dockerfile_astro_lint import Diagnostic, fix, lint\n"
        "found: list[Diagnostic] = lint('Dockerfile', select=['AST1'])\n"
        "text: str = fix('FROM x')\n"
        "reveal_type(found[0].code)\n"
        "lint(5)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), str(program)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith(str(program))]
    assert len(lines) == 2, done.stdout
    assert 'Revealed type is "builtins.str"' in lines[0] or 'Revealed type is "str"' in lines[0]
    assert "[arg-type]" in lines[1]
