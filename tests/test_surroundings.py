"""Hostile surroundings: each gets a sentence and the right exit, nothing is lost, nothing hangs."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest

from dockerfile_astro_lint.core.atomic_write import replace_file
from dockerfile_astro_lint.core.files import read_file
from dockerfile_astro_lint.reports import FORMATS
from tests.tool import FIXED, inside, run

pytestmark = pytest.mark.skipif(os.name == "nt", reason="what Unix has and does")

ROOT = Path(__file__).parent.parent
MISORDERED = "FROM quay.io/astronomer/astro-runtime:13.7.0-slim-python-3.12\n"
FIXED_TEXT = "FROM quay.io/astronomer/astro-runtime:13.7.0-python-3.12-slim\n"
OPTIONS = (*FIXED, "--select", "AST101,AST102")
FULL = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")


class Done(NamedTuple):
    code: int
    out: bytes
    err: str


def command(*argv: str, shell: str = 'exec "$@"') -> list[str]:
    """The command line as a process of its own, started by a line of shell."""
    return ["sh", "-c", shell, "sh", sys.executable, "-m", "dockerfile_astro_lint", *argv]


def start(
    folder: Path,
    *argv: str,
    shell: str = 'exec "$@"',
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    before: Callable[[], None] | None = None,
) -> Done:
    """What a process says that is started in a folder; it must end, and without a traceback."""
    found = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(folder), **(env or {})}
    done = subprocess.run(
        command(*argv, shell=shell), cwd=folder, input=stdin, capture_output=True, env=found, timeout=120, check=False,
        preexec_fn=before,
    )  # fmt: skip
    err = done.stderr.decode("utf-8", "replace")
    assert "Traceback" not in err, err
    assert "Exception ignored" not in err, err
    return Done(done.returncode, done.stdout, err)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A Dockerfile with one finding."""
    (tmp_path / "Dockerfile").write_text(MISORDERED)
    return tmp_path


# The streams.


def test_the_reader_goes_away(folder: Path) -> None:
    (folder / "Dockerfile").write_text(MISORDERED * 2_000)  # much more than a pipe holds
    for options in (("--format", "concise"), ("--format", "json"), ("--diff",)):
        done = start(folder, *OPTIONS, *options, shell='"$@" | head -n 1; echo "exit $?"')
        assert done.out.count(b"\n") == 2
        assert done.err == ""


@FULL
@pytest.mark.parametrize(
    "argv",
    [
        ("Dockerfile",), ("Dockerfile", "--format", "json"), ("Dockerfile", "--diff"), ("--fix", "-"), ("--diff", "-"),
        ("explain", "AST101"), ("rules",), ("config", "."), ("--help",), ("--version",),
    ],
    ids=" ".join,
)  # fmt: skip
def test_standard_output_is_full(folder: Path, argv: tuple[str, ...]) -> None:
    plain = len(argv) == 1 and argv[0].startswith("--")
    options = OPTIONS if ("-" in argv[-1] and not plain) or argv[0] == "Dockerfile" else ()
    done = start(folder, *argv, *options, shell='exec "$@" > /dev/full', stdin=MISORDERED.encode())
    assert done.code == 2
    assert done.err == "astro-lint: cannot write the output: No space left on device\n"


@FULL
def test_standard_error_is_full(folder: Path) -> None:
    done = start(folder, *OPTIONS, "missing", "Dockerfile", "--format", "concise", shell='exec "$@" 2> /dev/full')
    assert done.code == 2
    assert b"Dockerfile:1:45: AST102" in done.out
    assert start(folder, "--nonsense", shell='exec "$@" 2> /dev/full > /dev/full').code == 2


@FULL
def test_a_report_file_is_on_a_full_disk(folder: Path) -> None:
    done = start(folder, *OPTIONS, "--format", "json=/dev/full", "Dockerfile")
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert "/dev/full" in done.err
    assert "No space left on device" in done.err


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_are_closed(folder: Path, closed: str) -> None:
    done = start(folder, *OPTIONS, "Dockerfile", "--format", "json", shell=f'exec "$@" {closed}')
    assert done.code == 1
    assert (b"AST102" in done.out) is (">&-" not in closed.replace("2>&-", ""))
    assert "Dockerfile" not in done.err
    assert (folder / "Dockerfile").read_text() == MISORDERED


def test_standard_input_is_closed(folder: Path) -> None:
    done = start(folder, *FIXED, "--format", "concise", "-", shell='exec "$@" <&-')
    assert done.code == 1
    assert done.out.startswith(b"<stdin>:1:1: AST001 ")


# Locales and environments.

ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
NAMES = [
    "new\nline",
    "esc\x1b[31m",
    "quo'te\"",
    "sp ace",
    "tab\t",
    "é",
    "\U0001f680",
    "a:b",
    "%0A",
    "-x",
    "bad\udcff",
    "\\",
]


@pytest.mark.parametrize("env", [{}, ASCII, {"LC_ALL": "C.UTF-8"}], ids=["none", "ascii", "utf-8"])
@pytest.mark.parametrize("form", FORMATS)
def test_names_of_any_kind_in_any_locale(tmp_path: Path, form: str, env: Mapping[str, str]) -> None:
    for name in NAMES:
        (tmp_path / name).mkdir()
        (tmp_path / name / "Dockerfile").write_text(MISORDERED)
    done = start(tmp_path, *OPTIONS, "--format", form, ".", env=env)
    assert done.code == 1
    text = done.out.decode("utf-8")  # UTF-8 it is, whatever the locale
    assert "\x1b" not in text.replace("\x1b[31m/", "") or form in ("github",)
    if form in ("json", "sarif", "gitlab"):
        json.loads(text)
    if form == "json":
        found = {one["path"] for one in json.loads(text)["diagnostics"]}
        assert found == {f"{name}/Dockerfile".replace("\udcff", "\ufffd") for name in NAMES}
    elif form == "junit":
        ElementTree.fromstring(text)
    elif form in ("concise", "github"):
        # Of many findings a notice says that not all are shown.
        assert len([line for line in text.splitlines() if not line.startswith("::notice")]) == len(NAMES)


@pytest.mark.parametrize("env", [{}, ASCII], ids=["none", "ascii"])
def test_files_of_any_name_are_mended_and_patched(tmp_path: Path, env: Mapping[str, str]) -> None:
    for name in NAMES:
        (tmp_path / name).mkdir()
        (tmp_path / name / "Dockerfile").write_text(MISORDERED)
    patch = start(tmp_path, *OPTIONS, "--diff", ".", env=env)
    assert patch.code == 1
    if shutil.which("git"):
        subprocess.run(["git", "apply", "--check"], input=patch.out, cwd=tmp_path, check=True, capture_output=True)
    assert start(tmp_path, *OPTIONS, "--fix", ".", env=env).code == 0
    for name in NAMES:
        assert (tmp_path / name / "Dockerfile").read_text() == FIXED_TEXT


def test_there_is_no_home_and_no_temporary_folder(folder: Path) -> None:
    (folder / "Dockerfile").write_text(MISORDERED * 3)
    whole = start(folder, *OPTIONS, "--format", "concise", ".")
    nowhere = {"HOME": "/nonexistent", "TMPDIR": "/nonexistent", "XDG_CACHE_HOME": "/nonexistent"}
    assert start(folder, *OPTIONS, "--format", "concise", ".", env=nowhere) == whole
    bare = f'exec env -i PYTHONPATH="{ROOT}" "$@"'
    assert start(folder, *OPTIONS, "--format", "concise", ".", shell=bare) == whole
    assert start(folder, *OPTIONS, "--fix", ".", env=nowhere).code == 0
    assert (folder / "Dockerfile").read_text() == FIXED_TEXT * 3


@pytest.mark.parametrize("argv", [(), (".",), ("Dockerfile",), ("-",), ("--fix", ".")], ids=" ".join)
def test_the_working_folder_is_gone(tmp_path: Path, argv: tuple[str, ...]) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    done = start(gone, *OPTIONS, *argv, shell=f'rmdir "{gone}"; exec "$@"', stdin=MISORDERED.encode())
    assert done.code == 2
    assert done.out == b""
    assert (
        done.err.splitlines()[-1] == "astro-lint: the working directory no longer exists: change to another directory"
    )


# Limits.


def many(folder: Path, count: int) -> None:
    for at in range(count):
        (folder / f"p{at:04}").mkdir()
        (folder / f"p{at:04}" / "Dockerfile").write_text(MISORDERED)


def test_few_files_may_be_open(tmp_path: Path) -> None:
    many(tmp_path, 300)
    for options in (("--format", "concise"), ("--diff",)):
        whole = start(tmp_path, *OPTIONS, *options, ".")
        assert whole.out.count(b"p0299/Dockerfile") in (1, 2)
        assert start(tmp_path, *OPTIONS, *options, ".", shell='ulimit -n 16; exec "$@"') == whole


def test_no_process_can_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dockerfile_astro_lint.core import workers
    from dockerfile_astro_lint.engine import linter

    many(tmp_path, 40)

    def refused(*_: object) -> int:
        raise BlockingIOError("no more processes")

    with inside(tmp_path):
        alone = run(*OPTIONS, ".")
        monkeypatch.setattr(linter, "WORTH", 1)
        monkeypatch.setattr(workers, "cores", lambda: 4)
        assert run(*OPTIONS, ".") == alone
        for name in ("fork", "pipe"):
            monkeypatch.setattr(os, name, refused)
            assert run(*OPTIONS, ".") == alone


SLOW_READS = """
import os, signal, sys, time
# Whoever runs the tests in the background ignores interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)
os.cpu_count = lambda: 3
os.sched_getaffinity = lambda process: {0, 1, 2}
def slowly(event, arguments):
    if event == "open" and str(arguments[0]).endswith("Dockerfile"):
        with open("working", "a") as file:
            file.write(f"{os.getpid()}\\n")
        time.sleep(0.1)
sys.addaudithook(slowly)
"""
"""For `sitecustomize`: three cores, and a Dockerfile that takes a while to read, in whatever process reads it."""


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="there are no process groups here")
@pytest.mark.parametrize("everywhere", [True, False], ids=["from a terminal", "to the first process"])
def test_an_interrupt_ends_every_process(everywhere: bool, tmp_path: Path) -> None:
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "sitecustomize.py").write_text(SLOW_READS)
    (tmp_path / "projects").mkdir()
    many(tmp_path / "projects", 2000)
    child = subprocess.Popen(
        [sys.executable, "-m", "dockerfile_astro_lint", *OPTIONS, "projects"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{tmp_path / 'python'}{os.pathsep}{ROOT}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    working = tmp_path / "working"
    wait_until(lambda: len(processes(working)) > 1)
    assert len(processes(working)) > 1
    if everywhere:
        os.killpg(child.pid, signal.SIGINT)
    else:
        os.kill(child.pid, signal.SIGINT)
    out, err = child.communicate(timeout=60)
    assert (child.returncode, out, err) == (130, b"", b"")
    wait_until(lambda: not group_exists(child.pid))
    assert not group_exists(child.pid)


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for what has to come, a minute at most."""
    until = time.monotonic() + 60
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)


def group_exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def processes(file: Path) -> set[int]:
    return {int(line) for line in file.read_text().split("\n")[:-1]} if file.exists() else set()


# Files that are none, or not for long.


def test_pipes_and_loops_in_a_project_are_passed_over(folder: Path) -> None:
    names = ("requirements.txt", "packages.txt", ".dockerignore", ".gitignore", "astro-lint.toml", "pyproject.toml")
    (folder / "dags").mkdir()
    for make in (os.mkfifo, lambda path: os.symlink(path, path)):
        for name in (*names, "dags/x.py", "Dockerfile.two"):
            (folder / name).unlink(missing_ok=True)
            make(folder / name)
        done = start(folder, *OPTIONS, "--format", "concise", ".")
        assert b"Dockerfile:1:45: AST102" in done.out
        assert done.code in (1, 2)
        assert all(line.startswith(("astro-lint: ", "Found ", "Not checked: ")) for line in done.err.splitlines())
    for name in (*names, "Dockerfile.two"):
        done = start(folder, *OPTIONS, "--format", "concise", name, "Dockerfile")
        assert done.code == 2
        assert f"astro-lint: {name}: " in done.err
        assert b"Dockerfile:1:45: AST102" in done.out


@pytest.mark.parametrize("option", ["--baseline", "--catalog", "--config"])
@pytest.mark.parametrize("kind", ["pipe", "folder", "loop", "missing", "/dev/zero", "/dev/null"])
def test_files_of_options_that_are_no_files(folder: Path, option: str, kind: str) -> None:
    os.mkfifo(folder / "pipe")
    (folder / "folder").mkdir()
    (folder / "loop").symlink_to("loop")
    options = OPTIONS[2:] if option != "--catalog" else OPTIONS[4:]
    done = start(folder, *options, option, kind, "Dockerfile")
    assert (done.code, done.out) == (2, b"")
    assert done.err.startswith(f"astro-lint: {option} {kind}: ")
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    "path", ["/dev/null", "/dev/zero", "/dev/tty", "/proc/self/mem", "/proc/self/fd/0", "/dev/full"]
)
def test_devices_as_paths(folder: Path, path: str) -> None:
    if not os.path.exists(path):
        pytest.skip("there is none here")
    done = start(folder, *OPTIONS, "--format", "concise", path, "Dockerfile")
    assert done.code == 2
    assert b"Dockerfile:1:45: AST102" in done.out
    assert done.err.startswith("astro-lint: ")


def test_a_file_is_removed_between_the_search_and_the_reading(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "Dockerfile.two").write_text(MISORDERED)
    (folder / "dags").mkdir()

    def removes(path: str, limit: int) -> bytes:
        if path.endswith("Dockerfile"):
            (folder / "Dockerfile.two").unlink(missing_ok=True)
        return read_file(path, limit)

    monkeypatch.setattr("dockerfile_astro_lint.core.files.read_file", removes)
    with inside(folder):
        outcome = run(*OPTIONS, "--format", "concise", ".")
    assert outcome.code == 2
    assert "Dockerfile:1:45: AST102" in outcome.out
    assert outcome.err.splitlines()[0] == "astro-lint: Dockerfile.two: no such file or folder: check the spelling"


@pytest.mark.parametrize("change", ["removed", "other", "folder", "pipe"])
def test_a_file_changes_before_it_is_mended(folder: Path, change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "Dockerfile"

    def changes(*arguments: Any) -> None:
        path.unlink()
        if change == "other":
            path.write_text("FROM other\n")
        elif change == "folder":
            path.mkdir()
        elif change == "pipe":
            os.mkfifo(path)
        replace_file(*arguments)

    monkeypatch.setattr("dockerfile_astro_lint.fixes.runner.replace_file", changes)
    with inside(folder):
        outcome = run(*OPTIONS, "--format", "concise", "--fix", "Dockerfile")
    assert outcome.code == 2
    assert "astro-lint: Dockerfile: not written: " in outcome.err
    assert [one.name for one in folder.iterdir()] == ([] if change == "removed" else ["Dockerfile"])
    if change == "other":
        assert path.read_text() == "FROM other\n"


def test_a_file_grows_while_it_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, read = folder / "Dockerfile", os.read

    def grows(file: int, size: int) -> bytes:
        data = read(file, size)
        if data.startswith(b"FROM quay"):
            with path.open("ab") as more:
                more.write(b"RUN true\n")
        return data

    monkeypatch.setattr(os, "read", grows)
    with inside(folder):
        outcome = run(*OPTIONS, "--format", "concise", "--fix", "Dockerfile")
    monkeypatch.undo()
    assert outcome.code in (0, 1, 2)
    assert "Traceback" not in outcome.err
    # Either all of what was written to it is there, or it was left alone.
    assert path.read_text().startswith((MISORDERED, FIXED_TEXT))
    assert path.read_text().count("RUN true") >= 1


# Folders and disks that take nothing.


def obey_permissions() -> None:
    """Let root be refused as anybody is, from the next program on."""
    import ctypes

    drop, override, search = 24, 1, 2
    libc = ctypes.CDLL(None)
    for capability in (override, search):
        libc.prctl(drop, capability, 0, 0, 0)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def read_only(folder: Path) -> Callable[[], None] | None:
    """Close a folder to writing; what a process has to do to be refused, or skip where nothing helps."""
    folder.chmod(0o555)
    before = obey_permissions if os.geteuid() == 0 else None
    try:
        probe = subprocess.run(
            ["sh", "-c", ": > probe"], cwd=folder, preexec_fn=before, capture_output=True, check=False
        )
    except (AttributeError, subprocess.SubprocessError):
        pytest.skip("permissions mean nothing here")
    if probe.returncode == 0:
        pytest.skip("permissions mean nothing here")
    return before


@pytest.mark.parametrize(
    "options",
    [
        ("--fix",),
        ("--unsafe-fixes",),
        ("--add-ignores", "because"),
        ("--write-baseline", "b.json"),
        ("--format", "json=r"),
    ],
    ids=lambda options: options[0],
)
def test_a_read_only_folder(folder: Path, options: tuple[str, ...]) -> None:
    (folder / "dags").mkdir()
    before = read_only(folder)
    try:
        held = contents(folder)
        done = start(folder, *FIXED, "--extend-select", "AST", *options, "Dockerfile", before=before)
        assert done.code == 2
        assert "not written" in done.err or "Permission denied" in done.err
        assert done.err.startswith("astro-lint: ")
        assert contents(folder) == held
    finally:
        folder.chmod(0o755)


def test_what_may_not_be_read_is_told_and_the_rest_is_linted(folder: Path) -> None:
    (folder / "closed").mkdir()
    (folder / "closed" / "Dockerfile").write_text(MISORDERED)
    (folder / "Dockerfile.closed").write_text(MISORDERED)
    (folder / "Dockerfile.closed").chmod(0)
    before = read_only(folder)
    (folder / "closed").chmod(0)
    try:
        done = start(folder, *OPTIONS, "--format", "concise", ".", before=before)
    finally:
        (folder / "closed").chmod(0o755)
        folder.chmod(0o755)
    assert done.code == 2
    assert b"\nDockerfile:1:45: AST102" in done.out
    assert "astro-lint: Dockerfile.closed: cannot be read: permission denied" in done.err
    assert "closed: " in done.err


@pytest.mark.parametrize("options", [("--fix",), ("--add-ignores", "because"), ("--write-baseline", "b.json")])
def test_a_full_disk_keeps_the_old_file(folder: Path, options: tuple[str, ...]) -> None:
    import resource

    (folder / "Dockerfile").write_text(MISORDERED + "RUN true\n" * 100)
    held = contents(folder)

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    # Python would keep the first bytes of a module that it compiles, for every later run.
    env = {"PYTHONDONTWRITEBYTECODE": "1"}
    done = start(folder, *OPTIONS, *options, "Dockerfile", before=small, env=env)
    assert done.code == 2
    assert "not written" in done.err
    assert contents(folder) == held
