"""The options of `check`, and argv as their values."""

from dockerfile_astro_lint import __version__
from dockerfile_astro_lint.astro.catalog import bundled
from dockerfile_astro_lint.astro.catalog_cache import newest
from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Any, Sequence
from dockerfile_astro_lint.reports import FORMATS
from dockerfile_astro_lint.rules.authoring import SEVERITIES

if TYPE_CHECKING:
    from argparse import ArgumentParser


_FLAG = {"action": "store_true"}


_LIST: dict[str, Any] = {"action": "append", "default": []}


OPTIONS: dict[str, dict[str, Any]] = {
    "--select": {**_LIST, "metavar": "CODES", "help": "only these rules: codes, prefixes, names"},
    "--ignore": {**_LIST, "metavar": "CODES", "help": "not these rules"},
    "--extend-select": {**_LIST, "metavar": "CODES", "help": "these rules too"},
    "--severity": {**_LIST, "metavar": "CODE=SEVERITY", "help": "error, warning, info or off for a rule"},
    "--environment": {
        "choices": ("production", "development"),
        "help": "what the image is for (default: production); in development floating tags and pre-releases are fine",
    },
    "--fail-on": {
        "choices": (*SEVERITIES, "never"),
        "help": "the least severity that makes the exit 1 (default: warning)",
    },
    "--fail-on-lifecycle": {**_FLAG, "help": "the ends of maintenance (AST301, AST302) count too"},
    "--fix": {**_FLAG, "help": "write the safe fixes into the files"},
    "--unsafe-fixes": {**_FLAG, "help": "--fix, with the fixes too that change what is deployed"},
    "--diff": {**_FLAG, "help": "print the fixes as a patch instead, and exit 1 if there is one"},
    "--format": {**_LIST, "metavar": "NAME[=FILE]", "help": f"{', '.join(FORMATS)}; may repeat"},
    "--build-arg": {**_LIST, "metavar": "NAME=VALUE", "help": "as in docker build"},
    "--target": {"metavar": "STAGE", "help": "as in docker build"},
    "--as-if": {
        "metavar": "IMAGE|VERSION",
        "help": "judge the project as though its final image were this one; with --diff, print the patch that moves it",
    },
    "--no-project": {**_FLAG, "help": "only the Dockerfile, not the project that goes into its image"},
    "--stdin-filename": {"metavar": "NAME", "help": "what - is called, and where its project is"},
    "--exclude": {**_LIST, "metavar": "GLOBS", "help": "not these files and folders, when searching"},
    "--no-gitignore": {**_FLAG, "help": "search what .gitignore names, too"},
    "--baseline": {"metavar": "FILE", "help": "report only what is new since this baseline"},
    "--write-baseline": {"metavar": "FILE", "help": "write what is found now as a baseline"},
    "--add-ignores": {"metavar": "REASON", "help": "write an ignore comment above every finding that is there now"},
    "--no-ignores": {**_FLAG, "help": "report what ignore comments take back"},
    "--online": {**_FLAG, "help": "ask the registries whether the tags exist (AST112)"},
    "--today": {"metavar": "DATE", "help": "the day to judge by, such as 2026-09-25"},
    "--catalog": {"metavar": "FILE", "help": "another catalog, in the shape of the live feed"},
    "--config": {"metavar": "FILE", "help": "this configuration file and no other"},
    "--isolated": {**_FLAG, "help": "no configuration file and no cached catalog"},
    "--color": {"choices": ("auto", "always", "never"), "default": "auto", "help": "also NO_COLOR, FORCE_COLOR"},
    "--statistics": {**_FLAG, "help": "count the findings of each rule"},
    "--quiet": {**_FLAG, "help": "only the findings"},
    "--verbose": {**_FLAG, "help": "say what is looked into"},
}


_SHORT = {"--quiet": "-q", "--verbose": "-v"}


class Arguments:
    """The options of a run that names none: what the parser would give, without the cost of loading it."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = list(paths)
        for option, settings in OPTIONS.items():
            default = False if settings.get("action") == "store_true" else settings.get("default")
            setattr(self, option[2:].replace("-", "_"), default)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


def page(isolated: bool = False) -> "ArgumentParser":
    """The parser of `check`."""
    from dockerfile_astro_lint.cli.parser import parser

    check = parser(
        "astro-lint",
        usage="astro-lint [check] [options] [PATH ...]\n"
        "       astro-lint explain CODE|NAME ...\n"
        "       astro-lint config [PATH]\n"
        "       astro-lint inventory [PATH ...]\n"
        "       astro-lint catalog [show [VERSION] | update [FILE] | path]\n"
        "       astro-lint rules [--format text|json|markdown]\n"
        "       astro-lint completion bash|zsh|fish",
        description="Check the Dockerfiles of Astro projects: Apache Airflow on Astronomer's Astro Runtime images.",
    )
    check.add_argument("paths", nargs="*", metavar="PATH", help="a Dockerfile, a project's file, a folder; - for stdin")
    for option, settings in OPTIONS.items():
        check.add_argument(*filter(None, (_SHORT.get(option), option)), **settings)
    used = bundled() if isolated else newest()[0]
    version = f"astro-lint {__version__} (catalog of {used.date})"
    check.add_argument("--version", action="version", version=version, help="the version, and the catalog's date")
    return check


def parse(argv: Sequence[str]) -> Arguments:
    """The arguments of `check`; raise UsageError."""
    if not any(word.startswith("-") and word != "-" for word in argv):
        return Arguments(argv)
    found = Arguments([])
    found.__dict__.update(vars(page("--isolated" in argv).parse_intermixed_args(argv)))
    return found
