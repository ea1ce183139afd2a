"""An argument parser that raises UsageError and suggests what was meant; imported only if there are options."""

from __future__ import annotations

import argparse
import sys

from dockerfile_astro_lint.cli.arguments import has_variables
from dockerfile_astro_lint.core.compat import Any, Callable, Iterable, Iterator, NoReturn
from dockerfile_astro_lint.core.errors import UsageError
from dockerfile_astro_lint.core.spelling import did_you_mean
from dockerfile_astro_lint.reports.terminal import asked_columns, columns, wrap

Rows = Iterable[tuple[str, str]]


_WIDEST = 100
"""Columns of a help page, however wide the terminal is."""


_LEFT = 30
"""Columns for what is explained; the explanation of what is longer begins on the next line."""


class Parser(argparse.ArgumentParser):
    """A parser of one command; `before` and `after` are tables of its help page, by title, around the options."""

    before: Callable[[], Iterable[tuple[str, Rows]]] = tuple
    after: Callable[[], Iterable[tuple[str, Rows]]] = tuple
    of_check = False
    """Whether every option has a variable in the environment, and not only what commands have in common."""

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        return super().parse_args(self._with_variables(args), namespace)

    def parse_intermixed_args(self, args: Any = None, namespace: Any = None) -> Any:
        return super().parse_intermixed_args(self._with_variables(args), namespace)

    def _with_variables(self, args: Iterable[str]) -> list[str]:
        """The words of a command line behind the options that the environment gives."""
        words = list(args)
        if has_variables():
            from dockerfile_astro_lint.cli import environment

            words = [*environment.words(self, words, self.of_check), *words]
        return words

    def error(self, message: str) -> NoReturn:
        begin, colon, rest = message.partition("unrecognized arguments: ")
        if colon and not begin:
            # What follows `=` may be a secret.
            message = f"{colon}{' '.join(word.partition('=')[0] for word in rest.split(' '))}"
            mistyped = next((word.partition("=")[0] for word in rest.split(" ") if word.startswith("-")), "")
            message += self._suggestion(mistyped)
        raise UsageError(message)

    def _suggestion(self, word: str) -> str:
        """The option that was meant: `-fix` and `--fxi` are `--fix`."""
        names = {name.lstrip("-"): name for name in self._option_string_actions if name.startswith("--")}
        hint = did_you_mean(word.lstrip("-"), names)
        return hint.replace("`", "`--", 1).replace(" or `", " or `--") if hint else ""

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        # What argparse says differs between versions of Python, and it suggests nothing before 3.14.
        if action.choices is not None and value not in action.choices:
            known = [str(choice) for choice in action.choices]
            hint = did_you_mean(str(value), known)
            raise argparse.ArgumentError(
                action, f"invalid choice: {value!r} (choose from {', '.join(known)}){hint}"
            )  # fmt: skip

    def format_usage(self) -> str:
        return f"usage: {self.usage or self._usage()}\n"

    def format_help(self) -> str:
        """The help page, laid out by hand: the same on every Python, and no word is cut."""
        terminal = columns(sys.stdout) if sys.stdout.isatty() else asked_columns() or _WIDEST
        return "".join(f"{line}\n" for line in self._help(min(terminal, _WIDEST)))

    def _help(self, width: int) -> Iterator[str]:
        yield from wrap(self.description or "", width)
        yield ""
        for number, usage in enumerate((self.usage or self._usage()).strip().split("\n")):
            yield from wrap(("" if number else "usage: ") + usage, width, 7 * " ", 7 * " " if number else "")
        self._positionals.title, self._optionals.title = "Arguments", "Options"
        groups = [group for group in self._action_groups if group is not self._optionals and group._group_actions]
        tables = [(group.title or "", map(_row, group._group_actions)) for group in (*groups, self._optionals)]
        for title, rows in (*self.before(), *tables, *self.after()):
            yield ""
            yield from wrap(f"{title}:", width)
            for left, text in rows:
                yield from _table_row(left, text, width)

    def _usage(self) -> str:
        named = [f" {_value(action)}" for action in self._actions if not action.option_strings]
        return f"{self.prog} [options]{''.join(named)}"


def _row(action: argparse.Action) -> tuple[str, str]:
    value = _value(action)
    if not action.option_strings:
        return value.strip("[]").removesuffix(" ..."), action.help or ""
    return ", ".join(action.option_strings) + (f" {value}" if value and action.nargs != 0 else ""), action.help or ""


def _value(action: argparse.Action) -> str:
    """What the help calls the value of an option or argument, with how often it may be given."""
    value = str(action.metavar or "|".join(map(str, action.choices or ())) or action.dest)
    if action.option_strings or action.nargs is None:
        return value
    return f"[{value} ...]" if action.nargs == "*" else f"{value} ..." if action.nargs == "+" else f"[{value}]"


def _table_row(left: str, text: str, width: int) -> Iterator[str]:
    margin = " " * min(_LEFT, width * 2 // 5)
    first = f"  {left}"
    if not text:
        yield first
        return
    if len(first) + 2 > len(margin):
        yield first
        first = margin
    yield from wrap(text, width, margin, first.ljust(len(margin)))


def parser(prog: str, **settings: Any) -> Parser:
    """A parser that raises UsageError instead of exiting, and accepts no abbreviated options."""
    return Parser(prog=prog, allow_abbrev=False, **settings)
