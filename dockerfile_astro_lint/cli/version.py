"""`astro-lint version`: show the version of astro-lint and of its catalog."""

import sys

from dockerfile_astro_lint import __version__
from dockerfile_astro_lint.astro.catalog import Catalog, bundled
from dockerfile_astro_lint.astro.catalog_cache import newest
from dockerfile_astro_lint.cli.parser import Parser, parser
from dockerfile_astro_lint.core.compat import Sequence
from dockerfile_astro_lint.reports.streams import write


def page() -> Parser:
    own = parser("astro-lint version", description="Show the version of astro-lint and the date of its catalog.")
    own.add_argument("--format", choices=("text", "json"), default="text", help="output format (default: text)")
    own.add_argument("--isolated", action="store_true", help="ignore the cached catalog")
    return own


def run(argv: Sequence[str]) -> int:
    given = page().parse_args(argv)
    catalog = used_catalog(given.isolated)
    if given.format == "text":
        write([sentence(catalog)], sys.stdout)
        return 0
    import json

    facts = {
        "name": "astro-lint",
        "version": __version__,
        "catalog": catalog.date,
        "catalog_origin": catalog.origin,
        "python": ".".join(map(str, sys.version_info[:3])),
    }
    write(json.dumps(facts, indent=2, ensure_ascii=False).split("\n"), sys.stdout)
    return 0


def used_catalog(isolated: bool) -> Catalog:
    """The catalog that a run uses, if no option and no configuration names another one."""
    return bundled() if isolated else newest()[0]


def sentence(catalog: Catalog) -> str:
    """The version and the date of a catalog."""
    return f"astro-lint {__version__} (catalog of {catalog.date})"
