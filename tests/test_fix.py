"""`--fix`, `--unsafe-fixes`, `--diff`: what is fixed, what is left alone, and that no file is ever lost."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dockerfile_astro_lint.core import atomic_write
from dockerfile_astro_lint.core.source import decode
from dockerfile_astro_lint.dockerfile.parser import parse_dockerfile
from dockerfile_astro_lint.fixes import apply
from dockerfile_astro_lint.rules.authoring import Example, Rule
from dockerfile_astro_lint.rules.selection import all_rules
from tests.tool import FIXED, FIXTURES, documents, inside, lint, run, without_carets, write

ALL = ("--fix", "--unsafe-fixes")
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.code}-{number}")
    for rule in all_rules()
    if rule.fix
    for number, example in enumerate(rule.examples, 1)
]
CASES = [
    pytest.param(path.parent.name, text, id=f"{path.parent.name}-{title}".replace(" ", "-"))
    for path in sorted((FIXTURES / "rules").glob("*/reported.txt"))
    for title, text in documents(path)
    if "\n--- " not in text
]
VARIANTS: dict[str, Callable[[str], bytes]] = {
    "lf": lambda text: text.encode(),
    "crlf": lambda text: text.replace("\n", "\r\n").encode(),
    "bom": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "no last newline": lambda text: text.rstrip("\n").encode(),
    "not utf-8": lambda text: text.encode() + b"# caf\xe9\n",
}
SLIM = b"FROM astrocrpublic.azurecr.io/runtime:3.1-21-slim\n"
FIXED_SLIM = b"FROM astrocrpublic.azurecr.io/runtime:3.1-21\n"


def fix(folder: Path, *argv: str, options: tuple[str, ...] = ALL) -> int:
    with inside(folder):
        return run(*FIXED, *options, *(argv or ("Dockerfile",))).code


def alone(rule: Rule) -> tuple[str, ...]:
    """Select one rule; the one that judges ignore comments needs the others beside it."""
    return ("--ignore", "AST403") if rule.code == "AST003" else ("--select", rule.code)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_the_bad_example_becomes_the_good_one_and_keeps_its_bytes_elsewhere(
    rule: Rule, example: Example, variant: str, tmp_path: Path
) -> None:
    if not any(found["fix"] for found in the_findings(example, rule, tmp_path)):
        pytest.skip("this example has no fix")
    make = VARIANTS[variant]
    name, bad, good = "Dockerfile", example.bad, example.good
    if not bad:
        name, (bad,), (good,) = "pyproject.toml", example.bad_files.values(), example.good_files.values()
        if variant == "not utf-8":
            pytest.skip("TOML is UTF-8")
    file = tmp_path / name
    file.write_bytes(make(without_carets(bad)[0]))
    fix(tmp_path, name, *alone(rule), *example.options)
    assert file.read_bytes() == make(without_carets(good)[0])
    before = file.stat().st_mtime_ns
    fix(tmp_path, name, *alone(rule), *example.options)
    assert file.stat().st_mtime_ns == before


def the_findings(example: Example, rule: Rule, folder: Path) -> list[dict[str, object]]:
    files = {"Dockerfile": example.bad} if example.bad else {}
    write(folder, {**files, **example.files, **example.bad_files})
    with inside(folder):
        where = "Dockerfile" if files else "."
        found: list[dict[str, object]] = lint(where, *alone(rule), *example.options)["diagnostics"]
    return found


def test_every_rule_that_promises_a_fix_has_an_example_with_one(tmp_path: Path) -> None:
    for rule in all_rules():
        fixes = []
        for number, example in enumerate(rule.examples):
            folder = tmp_path / f"{rule.code}-{number}"
            folder.mkdir()
            fixes += [found["fix"] for found in the_findings(example, rule, folder)]
        kinds = {"safe" if one["safe"] else "unsafe" for one in fixes if isinstance(one, dict)}
        assert kinds == ({rule.fix} if rule.fix else set()), rule.code


@pytest.mark.parametrize(("code", "text"), CASES)
def test_fixing_everything_leaves_nothing_fixable_and_no_other_instruction_changed(
    code: str, text: str, tmp_path: Path
) -> None:
    options = [word for line in text.splitlines() if line.startswith("# options: ") for word in line[11:].split()]
    clean = without_carets("\n".join(line for line in text.splitlines() if not line.startswith("# options: ")) + "\n")[
        0
    ]
    file = tmp_path / "Dockerfile"
    file.write_text(clean)
    fix(tmp_path, "Dockerfile", *options)
    once = file.read_bytes()
    with inside(tmp_path):
        left = lint("Dockerfile", *options)
    assert left["failures"] == []
    fix(tmp_path, "Dockerfile", *options)
    assert file.read_bytes() == once
    # Fixes of continuations, and of what a Dockerfile does on top of its image, are about these instructions.
    ours = ("RUN ", "COPY", "ENV ") if code < "AST6" and code != "AST005" else ()
    untouched = [line for line in clean.splitlines() if line[:4] in ours]
    assert [line for line in once.decode().splitlines() if line in untouched] == untouched
    assert [found for found in left["diagnostics"] if found["fix"]] == []


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        pytest.param(
            "ARG TAG=3.1-21-slim\nFROM astrocrpublic.azurecr.io/runtime:${TAG} AS a\n"
            "FROM astrocrpublic.azurecr.io/runtime:${TAG}\nCOPY --from=a /a /a\n",
            "ARG TAG=3.1-21\nFROM astrocrpublic.azurecr.io/runtime:${TAG} AS a\n"
            "FROM astrocrpublic.azurecr.io/runtime:${TAG}\nCOPY --from=a /a /a\n",
            id="two FROMs that agree",
        ),
        pytest.param(
            "ARG TAG=3.1-21-slim\nFROM registry.corp.example/base:${TAG} AS a\n"
            "FROM astrocrpublic.azurecr.io/runtime:${TAG}\nCOPY --from=a /a /a\n",
            None,
            id="an ARG that another FROM wants as it is",
        ),
        pytest.param(
            "ARG V=3.1\nFROM python:${V} AS a\nFROM astrocrpublic.azurecr.io/runtime:${V}\n",
            None,
            id="a Python and a Runtime by one ARG",
        ),
        pytest.param(
            "FROM quay.io/astronomer/astro-runtime:3.1-21-slim\n",
            "FROM astrocrpublic.azurecr.io/runtime:3.1-21\n",
            id="two fixes in one line",
        ),
        pytest.param(
            "FROM quay.io/astronomer/astro-runtime:3.1-slim-python-3.11\n",
            "FROM astrocrpublic.azurecr.io/runtime:3.1-21-python-3.11\n",
            id="a fix that shows the next one",
        ),
        pytest.param(
            "FROM astrocrpublic.azurecr.io/runtime:3.1-21\\\n-slim\\\n-base  AS  x # no\n".replace(" # no", ""),
            "FROM astrocrpublic.azurecr.io/runtime:3.1-21\\\n\\\n-base  AS  x\n",
            id="a tag over three lines",
        ),
        pytest.param(
            "FROM astrocrpublic.azurecr.io/runtime:3.1-21-s\\\nlim\n",
            "FROM astrocrpublic.azurecr.io/runtime:3.1-21\\\n\n",
            id="a segment over two lines",
        ),
        pytest.param(
            "FROM astrocrpublic.azurecr.io/runtime:3.1-21-\\\nslim\nUSER astro\n",
            "FROM astrocrpublic.azurecr.io/runtime:3.1-21\nUSER astro\n",
            id="a last line of which nothing is left, before another instruction",
        ),
        pytest.param(
            "FROM astrocrpublic.azurecr.io/runtime:3.1-21\\\r\n\\\r\n-slim\r\nUSER astro\r\n",
            "FROM astrocrpublic.azurecr.io/runtime:3.1-21\r\nUSER astro\r\n",
            id="a line of its own behind an empty one",
        ),
        pytest.param(
            "FROM astrocrpublic.azurecr.io/runtime:3.1-21\\\n-slim-slim\nUSER astro\n",
            "FROM astrocrpublic.azurecr.io/runtime:3.1-21\nUSER astro\n",
            id="twice on a line of its own",
        ),
        pytest.param(
            "FROM quay.io/astronomer/astro-runtime:3.0.\\\n4\nUSER astro\n",
            "FROM astrocrpublic.azurecr.io/runtime:3.0-7\nUSER astro\n",
            id="a version over two lines",
        ),
        pytest.param(
            "FROM astrocrpublic.azurecr.io/runtime:3.1-21\\\n# why\n-slim\nUSER astro\n", None, id="a comment between"
        ),
        pytest.param(
            "FROM astrocrpublic.azurecr.io/runtime:3.1-21\\\n-slim # why\nUSER astro\n",
            None,
            id="what is left would be a comment",
        ),
        pytest.param(
            f"FROM quay.io/astronomer/astro-runtime:13.5.0@sha256:{'a' * 64}\n",
            None,
            id="a digest goes on naming the withdrawn build",
        ),
        pytest.param(
            f"FROM quay.io/astronomer/astro-runtime:3.0.4@sha256:{'a' * 64}\n", None, id="and the old Runtime 3"
        ),
        pytest.param(
            f"FROM quay.io/astronomer/astro-runtime:13.11.0-onbuild@sha256:{'a' * 64}\n", None, id="and what it is"
        ),
        pytest.param(
            "FROM images.astronomer.cloud/baseimages/astro-remote-execution-agent:3.1-8-python-3.12-astro-agent-1.2\n",
            None,
            id="agents do not come for every build",
        ),
        pytest.param(
            "FROM quay.io/astro-runtime:3.0.4\n",
            "FROM astrocrpublic.azurecr.io/runtime:3.0-7\n",
            id="a dotted version in a repository that there is not",
        ),
        pytest.param(
            "# astro-lint: ignore[AST105] known\nFROM astrocrpublic.azurecr.io/runtime:3.1-21-slim\n",
            None,
            id="what is ignored is not fixed",
        ),
        pytest.param(
            "ARG KIND=slim\nFROM astrocrpublic.azurecr.io/runtime:3.1-21-${KIND}\n", None, id="half in the ARG"
        ),
        pytest.param(
            "ARG T=3_1_21\nFROM quay.io/astronomer/astro-runtime:${T/_1_/.1-}-slim\n",
            "ARG T=3_1_21\nFROM astrocrpublic.azurecr.io/runtime:${T/_1_/.1-}\n",
            id="a replacement has no place, the rest has",
        ),
        pytest.param(
            "FROM quay.io/astronomer/astro-runtime:13.11.0\nRUN pip install \\\\\ndbt-core\n",
            "FROM quay.io/astronomer/astro-runtime:13.11.0\nRUN pip install \\\ndbt-core\n",
            id="two escape characters above a line that is not indented",
        ),
    ],
)
def test_what_is_fixed_and_what_is_withheld(bad: str, good: str | None, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(bad.encode())
    fix(tmp_path)
    assert (tmp_path / "Dockerfile").read_bytes().decode() == (good or bad)


def test_only_safe_fixes_without_leave_and_only_selected_ones(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_text("FROM quay.io/astronomer/astro-runtime:3.1-slim\n")
    fix(tmp_path, "Dockerfile", "--ignore", "AST201", options=("--fix",))
    assert file.read_text() == "FROM quay.io/astronomer/astro-runtime:3.1\n"
    fix(tmp_path, "Dockerfile", options=("--unsafe-fixes",))
    assert file.read_text() == "FROM astrocrpublic.azurecr.io/runtime:3.1-21\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("FROM {2}:10.0.0\\-slim\nRUN true\n", "FROM {2}:10.0.0\nRUN true\n"),
        ("FROM {2}:10.0.0\\-slim-base\nCOPY . .\n", "FROM {2}:10.0.0-base\nCOPY . .\n"),
        ("ARG V=10.0.0\\-slim\nFROM {2}:$V\n", "ARG V=10.0.0\nFROM {2}:$V\n"),
        ("# escape=`\nFROM {2}:10.0.0`-slim\nRUN true\n", "# escape=`\nFROM {2}:10.0.0\nRUN true\n"),
        ("FROM {2}:10.0.0\\\n-slim\nRUN true\n", "FROM {2}:10.0.0\nRUN true\n"),
    ],
)
def test_an_escape_character_goes_with_what_it_escapes(before: str, after: str, tmp_path: Path) -> None:
    """It would escape the end of the line instead, and the next instruction would be lost."""
    before, after = (text.replace("{2}", "quay.io/astronomer/astro-runtime") for text in (before, after))
    file = tmp_path / "Dockerfile"
    file.write_text(before)
    fix(tmp_path, "Dockerfile", options=("--fix", "--select", "AST109"))
    assert file.read_text() == after


def test_the_exit_is_by_what_is_left_and_the_summary_says_what_was_done(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_bytes(SLIM)
    with inside(tmp_path):
        before = run("Dockerfile", "--ignore", "AST403", *FIXED)
        outcome = run("Dockerfile", "--ignore", "AST403", "--fix", *FIXED)
    assert before.lines[-1] == "Found 1 error in 1 file; 1 fixable with --fix (catalog of 2026-09-25)."
    assert (outcome.code, outcome.lines) == (0, ["Fixed 1 finding. No findings in 1 file (catalog of 2026-09-25)."])


def test_standard_input_goes_to_standard_output_and_findings_to_standard_error() -> None:
    outcome = run("-", "--fix", *FIXED, stdin=b"\xef\xbb\xbf" + SLIM.replace(b"\n", b"\r\n") + b"USER x")
    assert outcome.out.encode() == b"\xef\xbb\xbf" + FIXED_SLIM.replace(b"\n", b"\r\n") + b"USER x"
    assert "AST403" in outcome.err
    clean = run("-", "--fix", *FIXED, stdin=FIXED_SLIM)
    assert clean.out.encode() == FIXED_SLIM
    patch = run("-", "--diff", *FIXED, stdin=SLIM)
    assert patch.code == 1
    assert patch.out.startswith("--- a/<stdin>\n+++ b/<stdin>\n@@ -1 +1 @@\n-FROM")


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_patch_applied_by_git_and_by_patch_gives_what_fix_gives(variant: str, tmp_path: Path) -> None:
    text = "# escape=\\\n\nARG T=3.1-slim\nFROM quay.io/astronomer/astro-runtime:${T}\n" + "RUN true\n" * 9
    text += "FROM quay.io/astronomer/astro-runtime:13.5.0-base-python-3.12\nUSER astro\n"
    names = ["Dockerfile", "with space/Dockerfile.dev", "größe/Dockerfile", 'quo"te/Dockerfile']
    trees = [tmp_path / name for name in ("fixed", "git", "patch")]
    for tree in trees:
        for name in names:
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_bytes(VARIANTS[variant](text))
    root = str(Path(__file__).parent.parent)
    command = [sys.executable, "-m", "dockerfile_astro_lint", "--unsafe-fixes", *FIXED]
    environment = {**os.environ, "PYTHONPATH": root}
    subprocess.run(command, cwd=trees[0], env=environment, capture_output=True, check=False)
    done = subprocess.run([*command, "--diff"], cwd=trees[1], env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert (trees[1] / names[0]).read_bytes() == VARIANTS[variant](text)
    subprocess.run(["git", "apply", "-p1", "-"], cwd=trees[1], input=done.stdout, check=True)
    expected = {name: (trees[0] / name).read_bytes() for name in names}
    assert expected[names[0]] != VARIANTS[variant](text)
    assert {name: (trees[1] / name).read_bytes() for name in names} == expected
    if shutil.which("patch"):
        flags = ["--binary", "-p1", "--quiet"]
        subprocess.run(["patch", *flags], cwd=trees[2], input=done.stdout, check=True, capture_output=True)
        assert {name: (trees[2] / name).read_bytes() for name in names} == expected


def test_a_clean_tree_has_no_patch(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(FIXED_SLIM)
    with inside(tmp_path):
        assert run("--diff", *FIXED) == (0, "", "")


def test_one_file_that_cannot_be_written_does_not_stop_the_others(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Dockerfile").write_bytes(SLIM)
    (tmp_path / "b" / "Dockerfile").unlink()
    (tmp_path / "elsewhere").write_bytes(SLIM)
    (tmp_path / "b" / "Dockerfile").symlink_to("../elsewhere")
    with inside(tmp_path):
        outcome = run("a/Dockerfile", "b/Dockerfile", "c/Dockerfile", "--fix", *FIXED)
    assert outcome.code == 2
    assert "b/Dockerfile: not written: it is a link to" in outcome.err
    assert (tmp_path / "elsewhere").read_bytes() == SLIM
    assert [(tmp_path / name / "Dockerfile").read_bytes() for name in "ac"] == [FIXED_SLIM] * 2


def test_a_link_inside_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile.real").write_bytes(SLIM)
    (tmp_path / "Dockerfile").symlink_to("Dockerfile.real")
    assert fix(tmp_path, ".") == 0
    assert (tmp_path / "Dockerfile").is_symlink()
    assert (tmp_path / "Dockerfile.real").read_bytes() == FIXED_SLIM


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_the_mode_is_kept_and_nothing_is_left_beside_the_file(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_bytes(SLIM)
    file.chmod(0o640)
    assert fix(tmp_path) == 0
    assert file.stat().st_mode & 0o7777 == 0o640
    assert os.listdir(tmp_path) == ["Dockerfile"]


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "Dockerfile"
    file.write_bytes(SLIM)
    kept = atomic_write._write_beside

    def change(real: str, new: Iterable[bytes], like: os.stat_result) -> str:
        file.write_bytes(SLIM + b"RUN true\n")
        return kept(real, new, like)

    monkeypatch.setattr(atomic_write, "_write_beside", change)
    with inside(tmp_path):
        outcome = run("Dockerfile", "--fix", *FIXED)
    assert outcome.code == 2
    assert "Dockerfile: not written: it changed since it was read; run again" in outcome.err
    assert file.read_bytes() == SLIM + b"RUN true\n"
    assert os.listdir(tmp_path) == ["Dockerfile"]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_full_disk_or_an_interrupt_leaves_the_old_file(
    error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "Dockerfile"
    file.write_bytes(SLIM)

    def fail(*_: object) -> int:
        raise error

    monkeypatch.setattr(os, "write", fail)
    expected = atomic_write.WriteError if isinstance(error, OSError) else KeyboardInterrupt
    with pytest.raises(expected):
        atomic_write.replace_file(str(file), SLIM, FIXED_SLIM, [str(tmp_path)])
    assert file.read_bytes() == SLIM
    assert os.listdir(tmp_path) == ["Dockerfile"]


KILLED = """
import os, sys
sys.path.insert(0, sys.argv[1])
from dockerfile_astro_lint.core import atomic_write
left, size = int(sys.argv[3]), int(sys.argv[4])
def dying(call):
    def wrapped(*args, **kwargs):
        global left
        left -= 1
        if left == 0:
            os._exit(9)
        result = call(*args, **kwargs)
        left -= 1
        if left == 0:
            os._exit(9)
        return result
    return wrapped
for name in "open write read close fsync fstat stat replace unlink fchmod access urandom".split():
    setattr(os, name, dying(getattr(os, name)))
old, new = b"old\\n" * size, b"new\\n" * size
atomic_write.replace_file(sys.argv[2], old, new, [os.path.dirname(sys.argv[2])])
os._exit(0)
"""


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 300, 20_000, 200_000])
def test_a_kill_at_any_step_leaves_the_old_file_or_the_new_one(size: int, tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    old, new = b"old\n" * size, b"new\n" * size
    root = str(Path(__file__).parent.parent)
    kills, contents = 0, set()
    while True:
        file.write_bytes(old)
        done = subprocess.run([sys.executable, "-c", KILLED, root, str(file), str(kills + 1), str(size)], check=False)
        contents.add(file.read_bytes())
        assert contents <= {old, new}
        if done.returncode == 0:
            break
        assert done.returncode == 9
        kills += 1
    assert kills >= 20
    assert contents == {old, new}


def test_two_runs_at_once_leave_a_whole_file(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    root = str(Path(__file__).parent.parent)
    body = b"".join(b"RUN echo %d\n" % number for number in range(3000))
    for _ in range(5):
        file.write_bytes(SLIM + body)
        command = [sys.executable, "-m", "dockerfile_astro_lint", "Dockerfile", "--fix", *FIXED]
        runs = [
            subprocess.Popen(command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": root}, stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE) for _ in range(3)
        ]  # fmt: skip
        errors = [one.communicate()[1] for one in runs]
        assert all(one.returncode in (0, 2) for one in runs), errors
        assert file.read_bytes() == FIXED_SLIM + body
        assert os.listdir(tmp_path) == ["Dockerfile"]


def test_a_fix_that_changes_more_than_it_names_is_dropped_and_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "Dockerfile"
    text = SLIM + b"USER astro\n"
    file.write_bytes(text)
    kept = apply._apply
    monkeypatch.setattr(apply, "_apply", lambda *args: kept(*args).replace(b"astro\n", b"root\n"))
    with inside(tmp_path):
        outcome = run("Dockerfile", "--fix", *FIXED)
    assert outcome.code == 2
    assert "the fix of AST105 does not do what it says, so it was dropped; please report it" in outcome.err
    assert file.read_bytes() == text


def test_a_fix_that_goes_with_no_other_waits_for_the_next_round(tmp_path: Path) -> None:
    """With all stages above it removed, the comment would be a directive."""
    from_line = "FROM quay.io/astronomer/astro-runtime:13.11.0\n"
    kept = f"{from_line}# escape=`\nFROM alpine\n{from_line}"
    write(tmp_path, {"Dockerfile": from_line + kept, "requirements.txt": "", "packages.txt": ""})
    with inside(tmp_path):
        outcome = run("Dockerfile", "--unsafe-fixes", *FIXED)
    assert outcome.err == ""
    assert (tmp_path / "Dockerfile").read_text() == kept


def test_a_fix_that_adds_what_does_not_help_is_dropped_and_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be added again and again, and the file would grow with every run."""
    from dockerfile_astro_lint.rules import ast603_final_user_root as rule

    file = tmp_path / "Dockerfile"
    file.write_text("FROM quay.io/astronomer/astro-runtime:13.7.0-slim-python-3.12\nUSER root\n")
    kept = vars(rule)["append_to_final_stage"]
    monkeypatch.setattr(rule, "append_to_final_stage", lambda project, _: kept(project, "LABEL a=b"))
    with inside(tmp_path):
        outcome = run("Dockerfile", "--unsafe-fixes", *FIXED)
    assert outcome.code == 2
    assert "the fix of AST603 does not do what it says, so it was dropped; please report it" in outcome.err
    assert file.read_text() == "FROM quay.io/astronomer/astro-runtime:13.7.0-python-3.12-slim\nUSER root\n"


@pytest.mark.parametrize(
    "text",
    [
        "RUN <<EOT\ntrue\n",
        "RUN <<EOT\ntrue\n\tEOT\n",
        "RUN <<-EOT\ntrue\n",
        "RUN <<A <<EOT\nA\ntrue\n",
        "COPY <<EOT /x\n",
    ],
)  # fmt: skip
def test_nothing_is_written_into_a_heredoc_that_never_ends(text: str, tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_text(f"FROM quay.io/astronomer/astro-runtime:13.11.0\nUSER root\n{text}")
    before = file.read_text()
    assert fix(tmp_path, "Dockerfile", options=("--unsafe-fixes",)) == 1
    assert file.read_text() == before
    file.write_text(f"{before}EOT\n")
    fix(tmp_path, "Dockerfile", options=("--unsafe-fixes",))
    assert file.read_text() == f"{before}EOT\nUSER astro\n"


PYTHON = {
    "import imp\nimport x\nimp.reload(x)\n": "import importlib\nimport x\nimportlib.reload(x)\n",
    "from imp import reload\nreload(x)\n": "from importlib import reload\nreload(x)\n",
    "import os, imp  # grüße\nif 1:\n    imp.reload(os); imp.reload(x)": (
        "import os, importlib  # grüße\nif 1:\n    importlib.reload(os); importlib.reload(x)"
    ),
    "import imp\r\nimp.reload(x)\r\n": "import importlib\r\nimportlib.reload(x)\r\n",
    "\ufeffimport imp\nimp.reload(x)\n": "\ufeffimport importlib\nimportlib.reload(x)\n",
    "import imp\nimp.reload(x)\nimp.load_source(y)\n": None,
    "import imp as i\ni.reload(x)\n": None,
    "from imp import reload, load_source\n": None,
    "import imp\nmodules = [imp]\nimp.reload(x)\n": None,
    "import imp\nimp.reload(x)  # noqa: AST401\n": ("import importlib\nimportlib.reload(x)  # noqa: AST401\n"),
    "import imp  # noqa: AST401\nimp.reload(x)\n": None,
    "import imp  # noqa: AST401\nfrom imp import reload\nimp.reload(x)\nreload(y)\n": (
        "import imp  # noqa: AST401\nfrom importlib import reload\nimp.reload(x)\nreload(y)\n"
    ),
    "import imp\nfrom imp import reload\nimp.reload(x)\n": (
        "import importlib\nfrom importlib import reload\nimportlib.reload(x)\n"
    ),
}


@pytest.mark.parametrize("bad", PYTHON)
def test_imp_reload_becomes_importlib_reload_and_nothing_else_changes(bad: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM quay.io/astronomer/astro-runtime:13.11.0\n")
    file = tmp_path / "dags" / "a.py"
    file.parent.mkdir()
    for argv in (("Dockerfile",), ("dags/a.py",)):
        file.write_bytes(bad.encode())
        fix(tmp_path, *argv, options=("--fix",))
        assert file.read_bytes().decode() == (PYTHON[bad] or bad)


def test_a_python_file_that_is_not_utf_8_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM quay.io/astronomer/astro-runtime:13.11.0\n")
    file = tmp_path / "dags" / "a.py"
    file.parent.mkdir()
    text = b"# coding: latin-1\nx = '\xe9'; import imp; imp.reload(x)\n"
    file.write_bytes(text)
    assert fix(tmp_path, options=("--fix",)) == 1
    assert file.read_bytes() == text
    with inside(tmp_path):
        assert [found["fix"] for found in lint("dags/a.py")["diagnostics"]] == [None]


IMAGES = st.sampled_from([
    "quay.io/astronomer/astro-runtime", "astrocrpublic.azurecr.io/runtime", "astronomer/astro-runtime",
    "astrocrpublic.azurecr.io/astronomer/astro-runtime", "registry.corp.example/astro-runtime", "python",
])  # fmt: skip
TAGS = st.sampled_from([
    "3.1", "3.1-21-slim", "3.1-slim-base", "3.0.4", "3.0.4-base", "13.11.0", "13.5.0-python-3.12",
    "v13.11.0", "9.1.0-slim",
    "13.11.0-base-python-3.12", "13.11.0-onbuild", "3.2-1", "13", "3.1-21-base-base",
    "${V}", "${V}-slim", "$V-base", "${W:-3.1}",
])  # fmt: skip
BODY = st.sampled_from([
    "RUN true", "USER astro", "RUN <<EOF\nFROM quay.io/astronomer/astro-runtime:3.1-slim\nEOF", "COPY . .",
    "# a comment",
    "RUN echo a && \\\n    # why\n\n    echo b", "", "ENV A=3.1-slim",
    "# astro-lint: ignore[AST105, AST999] x", "RUN grüße",
    "# syntax=docker/dockerfile:1", "COPY --from=0 /a /b",
])  # fmt: skip
HEADS = [
    "# escape=\\", "# escape=`", "# syntax=docker/dockerfile:1", "# note", "# astro-lint: ignore[AST999] x",
    "FROM quay.io/astronomer/astro-runtime:9.1.0", "",
]  # fmt: skip
STAGES = st.builds(
    lambda image, tag, name, body: [f"FROM {image}:{tag}{name}", *body],
    IMAGES, TAGS, st.sampled_from(["", " AS a", "\\\n AS b"]), st.lists(BODY, max_size=4),
)  # fmt: skip
FILES = st.builds(
    lambda head, value, stages, ending, bom, last: (
        ("\ufeff" if bom else "")
        + ending.join("\n".join([*head, f"ARG V={value}", *(line for stage in stages for line in stage)]).split("\n"))
        + (ending if last else "")
    ),
    st.lists(st.sampled_from(HEADS), unique=True, max_size=3),
    st.sampled_from(["3.1", "13.11.0", "3.1-21-slim", "3.1-21", "3.0.4"]),
    st.lists(STAGES, min_size=1, max_size=4),
    st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans(),
)  # fmt: skip


def the_instructions(data: bytes) -> list[tuple[str, str]]:
    return [(one.keyword, one.value) for one in parse_dockerfile(decode(data, "Dockerfile"), {}).instructions]


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(text=FILES)
def test_fixing_any_dockerfile_changes_its_froms_and_nothing_else(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("any")
    file = folder / "Dockerfile"
    before = text.encode()
    file.write_bytes(before)
    fix(folder, "Dockerfile", "--ignore", "AST6")
    after = file.read_bytes()
    with inside(folder):
        left = lint("Dockerfile", "--ignore", "AST6")
    assert left["failures"] == []
    assert [found["code"] for found in left["diagnostics"] if found["fix"]] == []
    ours = ("FROM", "ARG")
    assert [one for one in the_instructions(after) if one[0] not in ours] == [
        one for one in the_instructions(before) if one[0] not in ours
    ]
    assert after.count(b"\r\n") == after.count(b"\n") or b"\r" not in after
    assert after.startswith(b"\xef\xbb\xbf") == before.startswith(b"\xef\xbb\xbf")
    fix(folder, "Dockerfile", "--ignore", "AST6")
    assert file.read_bytes() == after


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
def test_an_interrupt_ends_the_run_with_130_and_no_traceback(tmp_path: Path) -> None:
    root = str(Path(__file__).parent.parent)
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "dockerfile_astro_lint", "-", "--fix", "--verbose"], cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": root}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        # A shell starts background jobs with the signal ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert process.stderr is not None
    assert process.stderr.readline().startswith(b"astro-lint: ")  # it has begun, and waits for its input
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"")


@pytest.mark.parametrize(
    "line",
    [
        "RUN v=${V:0:3} && cat <<EOF > /x",
        "RUN cat <<EOF ${x:1} > /x",
        "RUN cat <<EOF ${x: -3} > /x",
        "RUN echo ${x:=y} && cat <<EOF > /x",
        "COPY <<EOF ${x:+y}/x",
        "ONBUILD RUN v=${V:0:3} && cat <<EOF > /x",
    ],
)
def test_no_fix_writes_into_a_heredoc_behind_a_variable_with_a_modifier(line: str, tmp_path: Path) -> None:
    text = f"FROM quay.io/astronomer/astro-runtime:13.11.0\n{line}\nENV A = b\nUSER ASTRO\nEOF\n"
    (tmp_path / "Dockerfile").write_text(text)
    run(*FIXED, "--isolated", "--fix", "--unsafe-fixes", str(tmp_path / "Dockerfile"))
    assert (tmp_path / "Dockerfile").read_text() == text
