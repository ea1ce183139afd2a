"""Refuse options of `check` that do not go together, or that would do nothing."""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING
from dockerfile_astro_lint.core.errors import UsageError
from dockerfile_astro_lint.core.globs import glob_error

if TYPE_CHECKING:
    from dockerfile_astro_lint.cli.arguments import Arguments


def refuse_contradictions(arguments: "Arguments") -> None:
    """Raise UsageError for the first contradiction."""
    is_stdin = "-" in arguments.paths
    writes = arguments.fix or arguments.unsafe_fixes or arguments.fix_only
    if is_stdin and arguments.add_ignores is not None:
        raise UsageError("--add-ignores: standard input is not a file to write to")
    if arguments.stdin_filename is not None and not is_stdin:
        raise UsageError("--stdin-filename: standard input is not read: give `-` as the path")
    if arguments.as_if and writes and not arguments.diff and not is_stdin:
        raise UsageError("--as-if writes nothing: use --diff for a patch that upgrades the project")
    if arguments.add_ignores is not None and not arguments.add_ignores.strip():
        raise UsageError("--add-ignores: give a reason for the ignore comments")
    if arguments.output_file is not None:
        if not arguments.output_file:
            raise UsageError("--output-file: missing file name")
        if arguments.format and all("=" in one for one in arguments.format):
            raise UsageError("--output-file: every --format has a file already")
    for text in arguments.exclude:
        for glob in text.split(","):
            if error := glob_error(glob):
                raise UsageError(f"--exclude {glob}: not a valid glob: {error}")
