"""`astro-lint completion`: the scripts know all that there is, and real shells complete with them."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dockerfile_astro_lint.cli import main
from dockerfile_astro_lint.reports import FORMATS
from dockerfile_astro_lint.rules.selection import all_rules
from tests.tool import run

SHELLS = ("bash", "zsh", "fish")
FILES = ("dags/load.py", "two words.txt", "Dockerfile")

READY = "ready> "
KEYS = {
    "bash": """
PS1='{ready}'
bind 'set enable-bracketed-paste off'
source '{script}'
keep() {{ printf %s "$READLINE_LINE" > '{out}'; exit; }}
bind -x '"\\C-g": keep'
""",
    "zsh": """
PS1='{ready}'
unset zle_bracketed_paste
autoload -Uz compinit
compinit -D -u
source '{script}'
keep() {{ print -rn -- "$BUFFER" > '{out}'; exit }}
zle -N keep
bindkey '^G' keep
""",
}
"""Start-up files: control-G keeps the line as it stands and ends the shell."""


def shell(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"there is no {name}")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("completion")
    for name in SHELLS:
        (folder / name).write_text(run("completion", name).out, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", SHELLS)
def test_a_script_knows_all_that_there_is(name: str) -> None:
    text = run("completion", name).out
    words = set(re.findall(r"[\w-]+", text))
    assert set(main.COMMANDS) | set(FORMATS) <= words
    for rule in all_rules():
        assert {rule.code, rule.name} <= words
    for command in main.COMMANDS:
        for option in re.findall(r"^  (?:-\w, )?--([a-z-]+)", run(command, "--help").out, re.MULTILINE):
            assert {option, f"--{option}"} & words, (command, option)


@pytest.mark.parametrize("name", SHELLS)
def test_a_script_is_the_same_every_time_and_in_ascii(name: str) -> None:
    text = run("completion", name).out
    assert text == run("completion", name).out
    assert text.isascii()


def test_another_shell_is_refused_in_one_line() -> None:
    outcome = run("completion", "tcsh")
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert all(name in outcome.err for name in SHELLS)


@pytest.mark.parametrize("name", SHELLS)
def test_a_shell_can_read_its_script(name: str, scripts: Path) -> None:
    done = subprocess.run([shell(name), "-n", str(scripts / name)], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


LINES = [
    ("astro-lint comp", {"completion"}),
    ("astro-lint exp", {"explain"}),
    ("astro-lint --sel", {"--select"}),
    ("astro-lint --fail-on-", {"--fail-on-lifecycle"}),
    ("astro-lint --color ", {"auto", "always", "never"}),
    ("astro-lint check --color n", {"never"}),
    ("astro-lint --color=al", {"--color=always"}),
    ("astro-lint --select slim-on", {"slim-on-airflow-3"}),
    ("astro-lint --ignore=AST103,slim-on", {"--ignore=AST103,slim-on-airflow-3"}),
    ("astro-lint --extend-select AST103,AST40", {f"AST103,AST40{number}" for number in range(1, 10)}),
    ("astro-lint --severity AST105=w", {"AST105=warning"}),
    ("astro-lint --severity AST105", {"AST105="}),
    ("astro-lint --format conc", {"concise"}),
    ("astro-lint explain slim-on", {"slim-on-airflow-3"}),
    ("astro-lint explain AST103 slim-on", {"slim-on-airflow-3"}),
    ("astro-lint rules --format m", {"markdown"}),
    ("astro-lint rules --sel", set()),
    ("astro-lint completion ", set(SHELLS)),
]  # fmt: skip


def bash_words(line: str, breaks: str) -> list[str]:
    """A line as bash splits it for a completion."""
    return re.findall(rf"{breaks}|[^ {breaks}]+", line) + ([""] if line.endswith(" ") else [])


@pytest.mark.parametrize(("line", "wanted"), LINES)
@pytest.mark.parametrize("breaks", ["=", "\n"], ids=["breaks at =", "whole words"])
def test_bash_completes(line: str, breaks: str, wanted: set[str], scripts: Path, folder: Path) -> None:
    words = bash_words(line, breaks)
    program = (
        'source "$1"; COMP_WORDBREAKS=$2; shift 2; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))\n'
        '_astro_lint; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        [shell("bash"), "--norc", "-c", program, "bash", str(scripts / "bash"), breaks, *words],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    # bash puts answers in the place of the last word, that is of what follows the last `=`.
    start = line.removesuffix(words[-1]).rpartition(" ")[2]
    assert {start + answer for answer in done.stdout.split()} == (wanted or {""}) - {""}
    assert done.stderr.replace("compopt: not currently executing completion function", "").count("\n") <= 1


@pytest.mark.parametrize(("line", "wanted"), LINES)
def test_fish_completes(line: str, wanted: set[str], scripts: Path, folder: Path) -> None:
    done = subprocess.run(
        [shell("fish"), "--no-config", "-c", 'source $argv[1]; complete -C "$argv[2]"', str(scripts / "fish"), line],
        cwd=folder,
        env={**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)},
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    assert {answer.partition("\t")[0] for answer in done.stdout.splitlines()} == wanted


def test_fish_completes_files(scripts: Path, folder: Path) -> None:
    program = "source $argv[1]; complete -C 'astro-lint da'; complete -C 'astro-lint --fix --config Dock'"
    done = subprocess.run(
        [shell("fish"), "--no-config", "-c", program, str(scripts / "fish")],
        cwd=folder,
        env={**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)},
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["dags/", "Dockerfile"]


def typed(name: str, line: str, scripts: Path, folder: Path) -> str:
    """What the line reads after the key for completion, in a shell at a terminal."""
    pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")
    program = shell(name)
    home = scripts / f"home of {name}"
    home.mkdir(exist_ok=True)
    out = home / "line"
    out.unlink(missing_ok=True)
    start = home / (".zshrc" if name == "zsh" else "bashrc")
    start.write_text(KEYS[name].format(ready=READY, script=scripts / name, out=out))
    options = ["-d", "-i"] if name == "zsh" else ["--noprofile", "--rcfile", str(start), "-i"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "ZDOTDIR": str(home), "TERM": "dumb", "LC_ALL": "C"}
    outer, inner = pty.openpty()
    process = subprocess.Popen(
        [program, *options],
        cwd=folder,
        env=environment,
        stdin=inner,
        stdout=inner,
        stderr=inner,
        start_new_session=True,
    )
    os.close(inner)
    seen, sent = b"", False
    deadline = time.monotonic() + 60
    try:
        while time.monotonic() < deadline:
            if select.select([outer], [], [], 0.2)[0]:
                seen += os.read(outer, 1 << 16)
            if not sent and READY.encode() in seen:
                os.write(outer, f"{line}\t\x07".encode())
                sent = True
            if process.poll() is not None:
                break
    except OSError:  # Linux says so when the other end is closed
        pass
    finally:
        process.kill()
        process.wait()
        os.close(outer)
    assert out.exists(), seen.decode("utf-8", "replace")
    return out.read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals here")
@pytest.mark.parametrize("name", ["bash", "zsh"])
@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("astro-lint exp", "astro-lint explain "),
        ("astro-lint --sel", "astro-lint --select"),
        ("astro-lint --color=al", "astro-lint --color=always "),
        ("astro-lint --select slim-on", "astro-lint --select slim-on-airflow-3"),
        ("astro-lint --ignore=AST103,slim-on", "astro-lint --ignore=AST103,slim-on-airflow-3"),
        ("astro-lint --severity AST105=w", "astro-lint --severity AST105=warning "),
        ("astro-lint --severity slim-on", "astro-lint --severity slim-on-airflow-3="),
        ("astro-lint --format json=Dock", "astro-lint --format json=Dockerfile "),
        ("astro-lint --format conc", "astro-lint --format concise "),
        ("astro-lint explain AST103 slim-on", "astro-lint explain AST103 slim-on-airflow-3 "),
        ("astro-lint Dock", "astro-lint Dockerfile "),
        ("astro-lint --fix two", "astro-lint --fix two\\ words.txt "),
        ("astro-lint two", "astro-lint two\\ words.txt "),
        ("astro-lint da", "astro-lint dags/"),
        ("astro-lint --config Dock", "astro-lint --config Dockerfile "),
        ("astro-lint --today Dock", "astro-lint --today Dock"),
        ("astro-lint completion z", "astro-lint completion zsh "),
        ("astro-lint config --sch", "astro-lint config --schema "),
    ],
)
def test_a_shell_at_a_terminal_completes(name: str, line: str, wanted: str, scripts: Path, folder: Path) -> None:
    # Whether a space or a sign follows at once is the shell's affair.
    assert typed(name, line, scripts, folder).rstrip(" ,=") == wanted.rstrip(" =")
