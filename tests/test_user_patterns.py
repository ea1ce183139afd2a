"""Patterns and values that users write: matched as git and fnmatch do, in time that grows with the path alone."""

from __future__ import annotations

import fnmatch
import random
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from dockerfile_astro_lint.core.globs import Glob, matches_any
from dockerfile_astro_lint.project.gitignore import Ignored, with_file
from tests.tool import FIXED, inside, run

SLIM = "FROM astrocrpublic.azurecr.io/runtime:3.1-12-slim\n"
NEVER_ENDING = "*a*a*a*a*a*a*a*a*a*a*b"


def found(folder: Path, *argv: str) -> set[str]:
    with inside(folder):
        outcome = run(*argv, "--format", "concise", "--select", "AST105", *FIXED)
    assert outcome.code in (0, 1), outcome
    return {line.split(":")[0] for line in outcome.lines}


@pytest.mark.parametrize(
    ("line", "ignored"),
    [
        ("\\", set()),
        ("!", set()),
        ("[z-a]", set()),
        ("[a", set()),
        ("/", set()),
        ("[", set()),
        ("a\\", set()),
        ("***/", {"a/Dockerfile", "b/c/Dockerfile"}),
        ("[[:alpha:]]", {"a/Dockerfile", "b/c/Dockerfile"}),
        ("[!a]", {"b/c/Dockerfile"}),
        ("b/**", {"b/c/Dockerfile"}),
        ("**/c", {"b/c/Dockerfile"}),
        ("c/", {"b/c/Dockerfile"}),
        ("/c", set()),
        ("*\n!a", {"Dockerfile", "a/Dockerfile", "b/c/Dockerfile"}),
        ("Dockerfile\n!a/Dockerfile", {"Dockerfile", "b/c/Dockerfile"}),
    ],
)
def test_gitignore_lines_work_as_in_git_and_bad_ones_are_skipped(tmp_path: Path, line: str, ignored: set[str]) -> None:
    names = {"Dockerfile", "a/Dockerfile", "b/c/Dockerfile"}
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(SLIM)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text(f"{line}\n")
    assert found(tmp_path, ".") == names - ignored


@pytest.mark.parametrize("seed", range(3))
def test_gitignore_patterns_match_what_git_matches(tmp_path: Path, seed: int) -> None:
    if shutil.which("git") is None:
        pytest.skip("there is no git")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    chance = random.Random(seed)
    pieces = ["a", "b", "a", "b", "*", "?", "[a]", "[!a]", "[a-c]", "\\a", "\\*", "-"]

    def joined(pieces: Sequence[str], most: int) -> str:
        return "".join(chance.choice(pieces) for _ in range(chance.randint(1, most)))

    for _ in range(30):
        names = [chance.choice([joined(pieces, 3)] * 3 + ["**"]) for _ in range(chance.randint(1, 3))]
        line = f"{chance.choice(['', '', '!', '/'])}{'/'.join(names)}{chance.choice(['', '/'])}"
        (tmp_path / ".gitignore").write_text(f"*\n!*\n{line}\n")
        paths = {"/".join(joined(["a", "b", "-", "*"], 2) for _ in range(chance.randint(1, 4))) for _ in range(25)}
        command = ["git", "check-ignore", "--no-index", "-z", "--stdin"]
        printed = subprocess.run(command, cwd=tmp_path, input="\0".join(paths).encode(), capture_output=True).stdout
        rules = with_file(str(tmp_path / ".gitignore"), None, 0)
        assert rules is not None
        ignored = {path for path in paths if _is_ignored(rules, path)}
        assert ignored == set(filter(None, printed.decode().split("\0"))), line


def _is_ignored(rules: Ignored, path: str) -> bool:
    parts = path.split("/")
    return any(rules.verdict("/".join(parts[:end]), end < len(parts)) for end in range(1, len(parts) + 1))


def test_globs_match_what_fnmatch_matches() -> None:
    chance = random.Random(5)
    for _ in range(5000):
        pattern = "".join(chance.choice("ab*?/[]!-^.") for _ in range(chance.randint(1, 8)))
        path = "/".join("".join(chance.choice("ab-]!") for _ in range(chance.randint(1, 3))) for _ in range(3))
        assert Glob(pattern).matches(path) is fnmatch.fnmatchcase(path, pattern), (pattern, path)


@pytest.mark.parametrize("setting", [".gitignore", "--exclude", "astro-lint.toml", "per-file-ignores"])
def test_a_pattern_that_regular_expressions_never_end_with_ends(tmp_path: Path, setting: str) -> None:
    folder = tmp_path / ("a" * 120)
    folder.mkdir()
    (folder / "Dockerfile").write_text(SLIM)
    (tmp_path / ".git").mkdir()
    texts = {
        ".gitignore": f"{NEVER_ENDING}\n{'?' * 60 + '*a' * 60}b\n",
        "astro-lint.toml": f'exclude = ["{NEVER_ENDING}"]\n',
        "per-file-ignores": f'[per-file-ignores]\n"{NEVER_ENDING}" = ["AST105"]\n',
    }
    if setting in texts:
        (tmp_path / (setting if "." in setting else "astro-lint.toml")).write_text(texts[setting])
    options = ["--exclude", NEVER_ENDING] if setting == "--exclude" else []
    assert found(tmp_path, ".", *options) == {f"{'a' * 120}/Dockerfile"}


def test_the_work_of_a_glob_grows_with_the_path_alone() -> None:
    steps = 0

    class Counted(Glob):
        def _step(self, state: int, char: str) -> int:
            nonlocal steps
            steps += 1
            return super()._step(state, char)

    for folders in (300, 600):
        steps = 0
        path = "/".join(["a"] * folders)
        assert not Counted(NEVER_ENDING).matches_within(path)
        assert steps <= len(path)
    assert not matches_any("a/" * 2000 + "a", ["a*" * 500 + "b"])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("astro-lint.toml", f"target = 0x{'f' * 5000}\n"),
        ("astro-lint.toml", f"target = [0b{'1' * 20000}]\n"),
        ("astro-lint.toml", f"maintenance-notice-days = 0x{'f' * 5000}\n"),
        ("pyproject.toml", f"[tool.astro-lint.severity]\nAST105 = 0x{'f' * 5000}\n"),
        ("astro-lint.toml", f"target = {{a = '{'x' * 5000}'}}\n"),
    ],
)
def test_a_value_of_any_size_is_refused_in_one_short_line(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    (tmp_path / "Dockerfile").write_text(SLIM)
    with inside(tmp_path):
        outcome = run(".", *FIXED)
    assert outcome.code == 2
    (line,) = outcome.err.splitlines()
    assert line.startswith(f"astro-lint: {name}: `")
    assert len(line) < 400
