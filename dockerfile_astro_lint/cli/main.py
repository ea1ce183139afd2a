"""Entry point of the command line: dispatch to a command, handle errors, exit."""

import os
import sys

from dockerfile_astro_lint.core.compat import NoReturn, Sequence
from dockerfile_astro_lint.core.errors import UsageError
from dockerfile_astro_lint.reports.streams import flush, print_error
from dockerfile_astro_lint.rules.selection import UnknownRuleError

COMMANDS = (
    "catalog", "check", "completion", "config", "explain", "help", "inventory", "rules", "server", "upgrade", "version",
)  # fmt: skip


def run() -> NoReturn:
    """Run the command line and end the process."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by the parent process
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115
    try:
        code = main()
        try:
            flush()
        except UsageError as error:
            print_error(str(error))
            code = 2
        # All output is flushed; a regular shutdown of the interpreter would take longer than the run.
        os._exit(code)
    except BrokenPipeError:
        # The reader of the pipe is gone (`| head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = 1
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return the exit code.

    0: no finding at or above `--fail-on`; 1: findings; 2: usage error, or a path that cannot be checked.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    command = arguments[0] if arguments else "check"
    try:
        try:
            os.getcwd()
        except OSError:
            raise UsageError("the working directory no longer exists: change to another directory") from None
        if command in COMMANDS and not os.path.exists(command):
            arguments = arguments[1:]
        else:
            if command.isalpha() and command.islower() and not os.path.exists(command):
                _refuse_mistyped(command)
            command = "check"
        module = f"{__package__}.{command}"
        __import__(module)
        code: int = sys.modules[module].run(arguments)
        return code
    except (UsageError, UnknownRuleError) as error:
        from dockerfile_astro_lint.cli.environment import PREFIX, in_use

        message = str(error)
        names = in_use() if "--isolated" not in arguments and not message.startswith(PREFIX) else []
        print_error(f"{message} (set in the environment: {', '.join(names)})" if names else message)
        return 2
    except SystemExit as finished:  # argparse has printed help or the version
        return finished.code if isinstance(finished.code, int) else 0


def _refuse_mistyped(word: str) -> None:
    """Raise UsageError for a first word that is not a file, but nearly a command."""
    from dockerfile_astro_lint.core.spelling import did_you_mean

    if hint := did_you_mean(word, COMMANDS):
        raise UsageError(f"`{word}` is neither a command nor a file{hint}")
