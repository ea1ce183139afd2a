"""The options of `check`, and how argv is parsed into them."""

import os

from dockerfile_astro_lint import __version__
from dockerfile_astro_lint.astro.catalog import bundled
from dockerfile_astro_lint.astro.catalog_cache import newest
from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Any, Sequence
from dockerfile_astro_lint.project.file_kinds import CONFIG, FOREIGN, OTHER, kind_of
from dockerfile_astro_lint.reports import FORMATS
from dockerfile_astro_lint.rules.authoring import SEVERITIES

if TYPE_CHECKING:
    from argparse import ArgumentParser


_FLAG = {"action": "store_true"}


_LIST: dict[str, Any] = {"action": "append", "default": []}


OPTIONS: dict[str, dict[str, Any]] = {
    "--select": {
        **_LIST,
        "metavar": "CODES",
        "help": "run only these rules: codes, prefixes or names, comma separated",
    },
    "--ignore": {**_LIST, "metavar": "CODES", "help": "do not run these rules"},
    "--extend-select": {**_LIST, "metavar": "CODES", "help": "run these rules as well, such as opt-in rules"},
    "--severity": {
        **_LIST,
        "metavar": "CODE=SEVERITY",
        "help": "set the severity of a rule: error, warning, info or off",
    },
    "--environment": {
        "choices": ("production", "development"),
        "help": "purpose of the image (default: production); development allows floating tags and pre-releases",
    },
    "--fail-on": {
        "choices": (*SEVERITIES, "never"),
        "help": "minimum severity that causes exit code 1 (default: warning)",
    },
    "--fail-on-lifecycle": {**_FLAG, "help": "let end-of-maintenance findings (AST301, AST302) cause exit code 1 too"},
    "--fix": {**_FLAG, "help": "apply safe fixes"},
    "--unsafe-fixes": {**_FLAG, "help": "apply safe and unsafe fixes; unsafe fixes change what is deployed"},
    "--diff": {**_FLAG, "help": "print the fixes as a patch instead of applying them; exit code 1 if there are any"},
    "--format": {**_LIST, "metavar": "NAME[=FILE]", "help": f"{', '.join(FORMATS)}; can be repeated"},
    "--build-arg": {**_LIST, "metavar": "NAME=VALUE", "help": "set a build argument, as in docker build"},
    "--target": {"metavar": "STAGE", "help": "build stage to check, as in docker build"},
    "--as-if": {
        "metavar": "IMAGE|VERSION",
        "help": "lint as if the final stage used this image; with --diff, print a patch that retargets the project",
    },
    "--no-project": {**_FLAG, "help": "check only the Dockerfile, not the project files copied into its image"},
    "--stdin-filename": {
        "metavar": "NAME",
        "help": "file name for standard input; its folder determines configuration and project",
    },
    "--exclude": {**_LIST, "metavar": "GLOBS", "help": "skip these files and folders when searching"},
    "--no-gitignore": {**_FLAG, "help": "search files and folders ignored by .gitignore as well"},
    "--require-files": {**_FLAG, "help": "fail with exit code 2 if nothing was checked"},
    "--skip-unrelated": {
        **_FLAG,
        "help": "skip named files that cannot be checked because they are in no Astro project, instead of failing",
    },
    "--baseline": {"metavar": "FILE", "help": "report only findings that are not in this baseline"},
    "--write-baseline": {"metavar": "FILE", "help": "write the current findings to a baseline file"},
    "--add-ignores": {"metavar": "REASON", "help": "add an ignore comment with this reason for every current finding"},
    "--no-ignores": {**_FLAG, "help": "report suppressed findings too"},
    "--online": {**_FLAG, "help": "look up in the registry whether tags exist (AST112)"},
    "--today": {"metavar": "DATE", "help": "date for end-of-maintenance checks, such as 2026-09-25 (default: today)"},
    "--catalog": {"metavar": "FILE", "help": "use this catalog file, in the format of the live feed"},
    "--config": {"metavar": "FILE", "help": "use only this configuration file"},
    "--isolated": {**_FLAG, "help": "ignore configuration files and the cached catalog"},
    "--color": {
        "choices": ("auto", "always", "never"),
        "default": "auto",
        "help": "when to use colors (default: auto); NO_COLOR and FORCE_COLOR are respected",
    },
    "--statistics": {**_FLAG, "help": "show the number of findings per rule"},
    "--quiet": {**_FLAG, "help": "print only findings"},
    "--verbose": {**_FLAG, "help": "print the effective settings"},
}


_SHORT = {"--quiet": "-q", "--verbose": "-v"}


class Arguments:
    """The default value of every option, without the cost of importing the parser."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = list(paths)
        for option, settings in OPTIONS.items():
            default = False if settings.get("action") == "store_true" else settings.get("default")
            setattr(self, option[2:].replace("-", "_"), default)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


def page(isolated: bool = False) -> "ArgumentParser":
    """The argument parser of `check`."""
    from dockerfile_astro_lint.cli.parser import parser

    check = parser(
        "astro-lint",
        usage="astro-lint [check] [options] [PATH ...]\n"
        "       astro-lint explain CODE|NAME ...\n"
        "       astro-lint config [PATH]\n"
        "       astro-lint inventory [PATH ...]\n"
        "       astro-lint catalog [show [VERSION] | update [FILE] | path]\n"
        "       astro-lint rules [--format text|json|markdown]\n"
        "       astro-lint completion bash|zsh|fish\n"
        "       astro-lint server",
        description="Lint the Dockerfiles of Astro projects: Apache Airflow on Astronomer's Astro Runtime images.",
        epilog="exit code: 0: no finding at or above --fail-on; 1: findings; "
        "2: usage error, or a path that cannot be checked",
    )
    check.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="a Dockerfile, another project file, a folder to search, or - for standard input (default: .)",
    )
    for option, settings in OPTIONS.items():
        check.add_argument(*filter(None, (_SHORT.get(option), option)), **settings)
    used = bundled() if isolated else newest()[0]
    version = f"astro-lint {__version__} (catalog of {used.date})"
    check.add_argument(
        "--version", action="version", version=version, help="print the version and the date of the catalog"
    )
    return check


def parse(argv: Sequence[str]) -> Arguments:
    """The arguments of `check`; raise UsageError.

    After `--` all words are paths, and so is a word that looks like an option but is a file that would be linted: a
    repository may hold a file named `--config=x.dockerfile`, and a hook or a shell passes it.
    """
    if not any(word.startswith("-") and word != "-" for word in argv):
        return Arguments(argv)
    words, paths = list(argv), []
    if "--" in words:
        end = words.index("--")
        words, paths = words[:end], words[end + 1 :]
    files = [word for word in words if word.startswith("-") and _is_linted_file(word)]
    # What begins with a dash is a path in this folder, and `-` alone is a file as well after `--`.
    paths = [f".{os.sep}{path}" if path.startswith("-") else path for path in [*files, *paths]]
    words = [word for word in words if word not in files]
    arguments = Arguments([])
    arguments.__dict__.update(vars(page("--isolated" in words).parse_intermixed_args(words)))
    arguments.paths += paths
    return arguments


def _is_linted_file(word: str) -> bool:
    return kind_of(word) not in (OTHER, FOREIGN, CONFIG) and os.path.lexists(word)
