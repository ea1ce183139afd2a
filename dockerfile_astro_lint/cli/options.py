"""The options of `check`, and its help page; imported only if there is an option to parse."""

from dockerfile_astro_lint.cli.help import GROUPS, closing, commands
from dockerfile_astro_lint.cli.parser import Parser, parser
from dockerfile_astro_lint.cli.version import sentence, used_catalog
from dockerfile_astro_lint.core.compat import Any
from dockerfile_astro_lint.reports import FORMATS
from dockerfile_astro_lint.rules.authoring import SEVERITIES

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
    "--fix-only": {**_FLAG, "help": "apply safe fixes (with --unsafe-fixes, all) and report nothing that is left"},
    "--show-fixes": {**_FLAG, "help": "list which rules were fixed in which file"},
    "--fixable": {**_LIST, "metavar": "CODES", "help": "fix only findings of these rules"},
    "--unfixable": {**_LIST, "metavar": "CODES", "help": "do not fix findings of these rules"},
    "--diff": {**_FLAG, "help": "print the fixes as a patch instead of applying them; exit code 1 if there are any"},
    "--format": {**_LIST, "metavar": "NAME[=FILE]", "help": f"{', '.join(FORMATS)}; can be repeated"},
    "--output-file": {"metavar": "FILE", "help": "write to this file what would go to standard output"},
    "--exit-zero": {**_FLAG, "help": "exit with 0 in spite of findings; errors still exit with 2"},
    "--exit-non-zero-on-fix": {**_FLAG, "help": "exit with 1 if fixes were applied, even if nothing is left"},
    "--show-files": {**_FLAG, "help": "list the files that would be checked, and check nothing"},
    "--show-settings": {**_FLAG, "help": "show the settings that would be used, and check nothing"},
    "--build-arg": {**_LIST, "metavar": "NAME=VALUE", "help": "set a build argument, as in docker build"},
    "--target": {"metavar": "STAGE", "help": "build stage to check, as in docker build"},
    "--as-if": {
        "metavar": "IMAGE|VERSION",
        "help": "lint as if the final stage used this image; with --diff, print a patch that retargets the project",
    },
    "--no-project": {**_FLAG, "help": "check only the Dockerfile, not the project files copied into its image"},
    "--whole-project": {
        **_FLAG,
        "help": "check the whole project of each named requirements.txt, packages.txt, .dockerignore, manifest or "
        "airflow_settings.yaml, because a change there can cause findings elsewhere",
    },
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
    "--isolated": {**_FLAG, "help": "ignore configuration files, environment variables and the cached catalog"},
    "--color": {
        "choices": ("auto", "always", "never"),
        "default": "auto",
        "help": "when to use colors (default: auto); NO_COLOR and FORCE_COLOR are respected",
    },
    "--statistics": {**_FLAG, "help": "show the number of findings per rule"},
    "--quiet": {**_FLAG, "help": "print only findings"},
    "--verbose": {**_FLAG, "help": "print the effective settings"},
}


_SHORT = {"--output-file": "-o", "--quiet": "-q", "--verbose": "-v"}


OF_PROJECTS = ("--environment", "--build-arg", "--target", "--exclude", "--no-gitignore", "--today", "--catalog",
               "--config", "--isolated", "--color")  # fmt: skip
"""The options that `inventory` and `upgrade` share with `check`."""


def page(isolated: bool = False) -> Parser:
    """The argument parser of `check`."""
    check = parser(
        "astro-lint",
        usage="astro-lint [check] [options] [PATH ...]\nastro-lint COMMAND ...",
        description="Lint the Dockerfiles of Astro projects: Apache Airflow on Astronomer's Astro Runtime images.",
    )
    check.before, check.after, check.of_check = commands, closing, True
    check.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="a Dockerfile, another project file, a folder to search, or - for standard input (default: .)",
    )
    for title, options in GROUPS.items():
        group = check.add_argument_group(title)
        for option in options:
            group.add_argument(*filter(None, (_SHORT.get(option), option)), **OPTIONS[option])
    version = sentence(used_catalog(isolated))
    check.add_argument(
        "--version", action="version", version=version, help="print the version and the date of the catalog"
    )
    return check
