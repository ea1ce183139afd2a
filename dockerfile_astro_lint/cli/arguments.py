"""How argv is parsed into the arguments of `check`."""

import os

from dockerfile_astro_lint.core.compat import Sequence
from dockerfile_astro_lint.project.file_kinds import CONFIG, FOREIGN, OTHER, kind_of


class Arguments:
    """The arguments of `check`, with the defaults that `OPTIONS` has: most runs have no option to look up there."""

    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    extend_select: Sequence[str] = ()
    severity: Sequence[str] = ()
    fixable: Sequence[str] = ()
    unfixable: Sequence[str] = ()
    format: Sequence[str] = ()
    build_arg: Sequence[str] = ()
    exclude: Sequence[str] = ()
    environment: str | None = None
    fail_on: str | None = None
    output_file: str | None = None
    target: str | None = None
    as_if: str | None = None
    stdin_filename: str | None = None
    baseline: str | None = None
    write_baseline: str | None = None
    add_ignores: str | None = None
    today: str | None = None
    catalog: str | None = None
    config: str | None = None
    color = "auto"
    fail_on_lifecycle = fix = unsafe_fixes = fix_only = show_fixes = diff = exit_zero = exit_non_zero_on_fix = False
    show_files = show_settings = no_project = no_gitignore = require_files = skip_unrelated = whole_project = False
    no_ignores = online = isolated = statistics = quiet = verbose = False

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = list(paths)


def parse(argv: Sequence[str]) -> Arguments:
    """The arguments of `check`; raise UsageError.

    After `--` all words are paths, and so is a word that looks like an option but is a file that would be linted: a
    repository may hold a file named `--config=x.dockerfile`, and a hook or a shell passes it.
    """
    if not any(word.startswith("-") and word != "-" for word in argv) and not has_variables():
        return Arguments(argv)
    words, paths = list(argv), []
    if "--" in words:
        end = words.index("--")
        words, paths = words[:end], words[end + 1 :]
    files = [word for word in words if word.startswith("-") and _is_linted_file(word)]
    # What begins with a dash is a path in this folder, and `-` alone is a file as well after `--`.
    paths = [f".{os.sep}{path}" if path.startswith("-") else path for path in [*files, *paths]]
    words = [word for word in words if word not in files]
    from dockerfile_astro_lint.cli.contradictions import refuse_contradictions
    from dockerfile_astro_lint.cli.options import page

    arguments = Arguments([])
    arguments.__dict__.update(vars(page("--isolated" in words).parse_intermixed_args(words)))
    arguments.paths += paths
    refuse_contradictions(arguments)
    return arguments


def has_variables() -> bool:
    """Whether the environment may give options, see `cli/environment.py`."""
    # The names as the system has them: to decode each would cost more than all else that is done with the arguments.
    return "'ASTRO_LINT_" in str([*getattr(os.environ, "_data", os.environ)])


def _is_linted_file(word: str) -> bool:
    return kind_of(word) not in (OTHER, FOREIGN, CONFIG) and os.path.lexists(word)
