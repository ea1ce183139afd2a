"""Options from the environment: `ASTRO_LINT_SELECT` for `--select`, and so on; imported only if one is set."""

import os
from argparse import Action, ArgumentError, ArgumentParser

from dockerfile_astro_lint.core.compat import Iterator, Sequence
from dockerfile_astro_lint.core.errors import UsageError
from dockerfile_astro_lint.core.spelling import did_you_mean

PREFIX = "ASTRO_LINT_"


_ON, _OFF = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


SHARED = (
    "environment", "build_arg", "target", "exclude", "no_gitignore", "today", "catalog", "config", "isolated", "color",
    "quiet",
)  # fmt: skip
"""What commands other than `check` take from the environment: their options that mean the same as there."""


def variable(option: str) -> str:
    """The variable of an option: `ASTRO_LINT_FAIL_ON` for `--fail-on`."""
    return PREFIX + option.removeprefix("--").replace("-", "_").upper()


def variables(parser: ArgumentParser) -> dict[str, Action]:
    """The options of a command that have a variable, by its name."""
    return {
        variable(name): action
        for action in parser._actions
        for name in action.option_strings
        if name.startswith("--") and action.dest not in ("help", "version")
    }


def words(parser: ArgumentParser, argv: Sequence[str], of_check: bool) -> list[str]:
    """The options that the environment gives, as words in front of the command line's; raise UsageError.

    An option of the command line replaces its variable, and `--isolated` all of them.
    """
    known = variables(parser)
    isolated = next((name for name, action in known.items() if action.dest == "isolated"), None)
    if "--isolated" in argv:
        return []
    if isolated and isolated in os.environ and _is_on(isolated):
        return ["--isolated"]
    if of_check:
        _refuse_mistyped(known)
    found: list[str] = []
    for name, action in known.items():
        if name in os.environ and (of_check or action.dest in SHARED) and not _is_given(action, argv):
            found += _words(name, action, parser)
    return found


def in_use() -> list[str]:
    """The names of the variables that are set, for a message; those of other programs may be among them."""
    return sorted(name for name in os.environ if name.startswith(PREFIX))


def _words(name: str, action: Action, parser: ArgumentParser) -> Iterator[str]:
    option = action.option_strings[-1]
    if action.nargs == 0:
        yield from [option] if _is_on(name) else []
        return
    value = os.environ[name]
    # An option that can be repeated has one value in each line.
    for one in value.splitlines() if isinstance(action.default, list) else [value]:
        try:
            parser._check_value(action, one)
        except ArgumentError as error:
            raise UsageError(f"{name}: {error.message}") from None
        yield f"{option}={one}"


def _is_on(name: str) -> bool:
    value = os.environ[name].strip().lower()
    if value not in (*_ON, *_OFF):
        raise UsageError(f"{name}: write 1 to set the option, or 0")
    return value in _ON


def _is_given(action: Action, argv: Sequence[str]) -> bool:
    """Whether the command line has an option, in its long form or in its short one."""
    return any(
        word == name or word.startswith(f"{name}=" if name.startswith("--") else name)
        for word in argv
        for name in action.option_strings
    )


def _refuse_mistyped(known: dict[str, Action]) -> None:
    """Raise UsageError for a variable that is no option, but nearly one; others may belong to other programs."""
    suffixes = [name.removeprefix(PREFIX) for name in known]
    for name in in_use():
        word = name.removeprefix(PREFIX)
        if word not in suffixes and (hint := did_you_mean(word, suffixes)):
            raise UsageError(f"{name}: unknown variable{hint.replace('`', f'`{PREFIX}', 1)}")
