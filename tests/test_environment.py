"""Options from the environment, and the order: command line, environment, nearest file, base, default."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest

from dockerfile_astro_lint.cli import environment
from dockerfile_astro_lint.cli.help import GROUPS
from dockerfile_astro_lint.cli.options import OPTIONS, page
from tests.tool import FIXED, inside, run

FLOATING = "FROM astrocrpublic.azurecr.io/runtime:3.1 AS a\nFROM a AS b\nFROM b AS c\nFROM c AS d\n"


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in environment.in_use():
        monkeypatch.delenv(name)


class Setting(NamedTuple):
    """A setting: its option and key, the line that shows it, and its values by source, then the default."""

    option: str
    line: str
    values: tuple[str, str, str, str]
    default: str
    listed: bool = False

    @property
    def key(self) -> str:
        return self.option.removeprefix("--")

    def toml(self, value: str) -> str:
        return f'{self.key} = ["{value}"]\n' if self.listed else f'{self.key} = "{value}"\n'


SOURCES = ("command line", "environment", "file", "base")
SETTINGS = (
    Setting("--fail-on", "fail on", ("error", "info", "never", "warning"), "warning"),
    Setting("--environment", "environment", ("development", "production", "development", "production"), "production"),
    Setting("--target", "target", ("a", "b", "c", "d"), ""),
    Setting("--select", "rules", ("AST103", "AST105", "AST301", "AST001"), "*", listed=True),
    Setting("--unfixable", "not fixed", ("AST103", "AST105", "AST301", "AST001"), "", listed=True),
)
TABLE = [
    pytest.param(
        setting,
        sources,
        id=f"{setting.key}-{'-'.join(name for name, has in zip(SOURCES, sources, strict=True) if has)}",
    )
    for setting in SETTINGS
    for sources in product((True, False), repeat=4)
]


def shown(name: str, *argv: str) -> str:
    """A line of the settings of `p/Dockerfile`; `*` for all rules."""
    outcome = run("p/Dockerfile", "--show-settings", *FIXED, *argv)
    assert outcome.code == 0, outcome.err
    found = [line.strip().partition(": ") for line in outcome.lines]
    value = next((value for key, _, value in found if key == name), "")
    return "*" if len(value) > 300 else value


def prepare(folder: Path, setting: Setting, sources: tuple[bool, ...], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Set a setting in some of the sources; return what is on the command line."""
    on_line, in_environment, in_file, in_base = sources
    option, values = setting.option, setting.values
    (folder / ".git").mkdir()
    (folder / "p").mkdir()
    (folder / "p/Dockerfile").write_text(FLOATING)
    own = setting.toml(values[2]) if in_file else ""
    (folder / "p/astro-lint.toml").write_text(f'extend = "../base.toml"\n{own}')
    (folder / "base.toml").write_text(setting.toml(values[3]) if in_base else "")
    if in_environment:
        monkeypatch.setenv(environment.variable(option), values[1])
    return [option, values[0]] if on_line else []


@pytest.mark.parametrize(("setting", "sources"), TABLE)
def test_precedence(
    setting: Setting, sources: tuple[bool, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    argv = prepare(tmp_path, setting, sources, monkeypatch)
    expected = next((value for value, has in zip(setting.values, sources, strict=True) if has), setting.default)
    with inside(tmp_path):
        assert shown(setting.line, *argv) == expected
        # Without files and environment, only the command line is left.
        isolated = setting.values[0] if argv else setting.default
        assert shown(setting.line, *argv, "--isolated") == isolated
        monkeypatch.setenv("ASTRO_LINT_ISOLATED", "1")
        assert shown(setting.line, *argv) == isolated


def test_every_option_has_a_variable_and_help_lists_it() -> None:
    known = environment.variables(page())
    assert sorted(known) == sorted(environment.variable(option) for option in OPTIONS)
    text = " ".join(run("--help").out.partition("Environment variables")[2].split())
    listed = text.partition("Exit codes")[0].replace(",", "").split()
    assert [word for word in listed if word.startswith("ASTRO_LINT_")] == sorted(known)
    assert {option for options in GROUPS.values() for option in options} == set(OPTIONS)


def project(folder: Path) -> Path:
    (folder / ".git").mkdir()
    (folder / "Dockerfile").write_text("FROM astrocrpublic.azurecr.io/runtime:3.1\n")
    return folder


def test_variables_work_without_any_option_and_with_every_kind_of_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with inside(project(tmp_path)):
        monkeypatch.setenv("ASTRO_LINT_TODAY", "2026-10-01")
        monkeypatch.setenv("ASTRO_LINT_FORMAT", "concise\njson=report.json")
        monkeypatch.setenv("ASTRO_LINT_SELECT", "AST103,AST104")
        monkeypatch.setenv("ASTRO_LINT_QUIET", "yes")
        monkeypatch.setenv("ASTRO_LINT_NO_PROJECT", "0")
        assert run("Dockerfile").lines[0].startswith("Dockerfile:1:39: AST103")
        assert (tmp_path / "report.json").is_file()
        assert run("Dockerfile", "--format=text", "--select", "AST104").lines == []
        monkeypatch.setenv("ASTRO_LINT_EXIT_ZERO", "true")
        assert run().code == 0
        monkeypatch.setenv("ASTRO_LINT_FIX", "1")
        monkeypatch.setenv("ASTRO_LINT_UNSAFE_FIXES", "on")
        run()
        assert "3.1-" in (tmp_path / "Dockerfile").read_text()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        (
            "FAIL_ON",
            "eror",
            "ASTRO_LINT_FAIL_ON: invalid choice: 'eror' (choose from error, warning, info, never)",
        ),
        ("FIX", "maybe", "ASTRO_LINT_FIX: write 1 to set the option, or 0"),
        ("ISOLATED", "?", "ASTRO_LINT_ISOLATED: write 1 to set the option, or 0"),
        ("SELCT", "AST1", "ASTRO_LINT_SELCT: unknown variable: did you mean `ASTRO_LINT_SELECT`?"),
        ("SELECT", "AST999", "unknown rule `AST999`"),
        ("SELECT", "AST999", "(set in the environment: ASTRO_LINT_SELECT)"),
        ("TODAY", "tomorrow", "--today: `tomorrow` is not a valid date"),
        ("CONFIG", "no.toml", "--config no.toml: no such file"),
    ],
)
def test_a_wrong_value_names_the_variable(
    name: str, value: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"ASTRO_LINT_{name}", value)
    with inside(project(tmp_path)):
        outcome = run("Dockerfile")
        assert outcome.code == 2
        assert sentence in outcome.err
        assert run("Dockerfile", "--isolated", *FIXED).code == 1


def test_a_secret_in_a_variable_is_not_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASTRO_LINT_BUILD_ARG", "=Hush24ling")
    monkeypatch.setenv("ASTRO_LINT_DIFF", "Hush24ling")
    with inside(project(tmp_path)):
        outcome = run("Dockerfile")
        assert outcome.code == 2
        monkeypatch.delenv("ASTRO_LINT_DIFF")
        again = run("Dockerfile")
        assert again.code == 2
    assert "Hush24ling" not in outcome.err + again.err + outcome.out + again.out


def test_variables_of_other_programs_and_empty_flags_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with inside(project(tmp_path)):
        before = run("Dockerfile", *FIXED)
        monkeypatch.setenv("ASTRO_LINT_AIRFLOW", "/usr/bin/python3")
        monkeypatch.setenv("ASTRO_LINT_FIX", "")
        monkeypatch.setenv("ASTRO_LINT_IGNORE", "")
        assert run("Dockerfile", *FIXED) == before


def test_other_commands_use_what_they_have_in_common(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with inside(project(tmp_path)):
        monkeypatch.setenv("ASTRO_LINT_FORMAT", "sarif")
        monkeypatch.setenv("ASTRO_LINT_SELECT", "AST103")
        monkeypatch.setenv("ASTRO_LINT_TODAY", "2020-01-01")
        monkeypatch.setenv("ASTRO_LINT_ENVIRONMENT", "development")
        assert '"today": "2020-01-01"' in run("inventory", "--format", "json").out
        lines = run("config").lines
        assert "environment: development" in lines
        assert "rules: AST103" in lines
        assert "variables: ASTRO_LINT_ENVIRONMENT ASTRO_LINT_FORMAT ASTRO_LINT_SELECT ASTRO_LINT_TODAY" in lines
        assert run("rules", "--format", "json").code == 0
        assert run("explain", "AST103").code == 0
