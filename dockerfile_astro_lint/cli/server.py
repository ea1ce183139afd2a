"""`astro-lint server`: the language server, over standard input and output."""

from argparse import ArgumentParser

from dockerfile_astro_lint.cli.arguments import parse
from dockerfile_astro_lint.cli.parser import parser
from dockerfile_astro_lint.config.overrides import overrides_of
from dockerfile_astro_lint.core.compat import Sequence
from dockerfile_astro_lint.core.errors import UsageError


def page() -> ArgumentParser:
    own = parser(
        "astro-lint server",
        description="Start a language server for editors, over standard input and output. "
        "Needs the extra `lsp`: pip install 'dockerfile-astro-lint[lsp]'.",
    )
    own.add_argument("--stdio", action="store_true", help="use standard input and output, as always")
    own.add_argument("--today", metavar="DATE", help="date for end-of-maintenance checks (default: today)")
    own.add_argument("--catalog", metavar="FILE", help="use this catalog file, in the format of the live feed")
    own.add_argument("--config", metavar="FILE", help="use only this configuration file")
    own.add_argument("--isolated", action="store_true", help="ignore configuration files and the cached catalog")
    return own


def run(argv: Sequence[str]) -> int:
    given = page().parse_args(argv)
    try:
        from dockerfile_astro_lint.language_server.server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol", "cattrs", "attrs", "attr"):
            raise
        raise UsageError(
            "the language server needs pygls, which is not installed: pip install 'dockerfile-astro-lint[lsp]'"
        ) from None
    overrides = overrides_of(parse(["--isolated"] if given.isolated else []))  # with what the environment gives
    own = {name: value for name in ("today", "catalog", "config") if (value := getattr(given, name)) is not None}
    return serve(overrides._replace(**own))
