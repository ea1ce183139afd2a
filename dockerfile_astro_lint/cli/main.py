"""argv -> exit code; the only sys.exit."""

import os
import sys

from dockerfile_astro_lint.core.compat import NoReturn, Sequence
from dockerfile_astro_lint.core.display import sanitize
from dockerfile_astro_lint.core.errors import UsageError
from dockerfile_astro_lint.reports.streams import flush, print_error
from dockerfile_astro_lint.rules.selection import UnknownRuleError

COMMANDS = ("catalog", "check", "completion", "config", "explain", "inventory", "rules")


def run() -> NoReturn:
    """The console script."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # it was closed before we came
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115
    try:
        code = main()
        try:
            flush()
        except UsageError as error:
            print_error(str(error))
            code = 2
        # All is written and nothing is left to tidy up; taking the interpreter down would cost more than the run.
        os._exit(code)
    except BrokenPipeError:
        # The reader has gone (`| head`): there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = 1
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; 0 nothing that counts, 1 findings, 2 bad usage or a path that cannot be read."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    command = arguments[0] if arguments else "check"
    try:
        try:
            os.getcwd()
        except OSError:
            raise UsageError("the working folder is gone: change into one that is there") from None
        if command in COMMANDS and not os.path.exists(command):
            arguments = arguments[1:]
        else:
            command = "check"
        module = f"{__package__}.{command}"
        __import__(module)
        code: int = sys.modules[module].run(arguments)
        return code
    except (UsageError, UnknownRuleError) as error:
        print_error(sanitize(str(error)))
        return 2
    except SystemExit as done:  # argparse has shown its help or the version
        return done.code if isinstance(done.code, int) else 0
