"""An argument parser that raises UsageError; imported only if there is an option to parse."""

from __future__ import annotations

import argparse

from dockerfile_astro_lint.core.compat import Any, NoReturn
from dockerfile_astro_lint.core.errors import UsageError
from dockerfile_astro_lint.reports.terminal import asked_columns


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message)

    def _get_formatter(self) -> argparse.HelpFormatter:
        # Without a width argparse would import shutil, and with it four compression modules.
        return argparse.HelpFormatter(self.prog, max_help_position=32, width=asked_columns() or 100)


def parser(prog: str, **settings: Any) -> argparse.ArgumentParser:
    """A parser that raises UsageError instead of exiting, and accepts no abbreviated options."""
    return _Parser(prog=prog, allow_abbrev=False, **settings)
