"""`astro-lint explain CODE|NAME|WORD ...`: show the manual pages of rules, or the rules that a word is about."""

import json
import sys

from dockerfile_astro_lint.cli.parser import Parser, parser
from dockerfile_astro_lint.core.compat import Iterable, Iterator, Sequence
from dockerfile_astro_lint.core.errors import UsageError
from dockerfile_astro_lint.reports import page as url_of
from dockerfile_astro_lint.reports.streams import write
from dockerfile_astro_lint.reports.terminal import wrap_page, wrap_table
from dockerfile_astro_lint.rules.authoring import Example, Rule
from dockerfile_astro_lint.rules.lookup import find_rules
from dockerfile_astro_lint.rules.manual import example_text, explain, facts, last_column, table
from dockerfile_astro_lint.rules.selection import all_rules


def page() -> Parser:
    own = parser("astro-lint explain", description="Show the manual page of a rule: why, examples, fix.")
    own.add_argument(
        "rules", nargs="*", metavar="CODE|NAME", help="code, prefix or name of a rule, or a word to search for"
    )
    own.add_argument("--all", action="store_true", help="show the pages of all rules")
    own.add_argument("--format", choices=("text", "json"), default="text", help="output format (default: text)")
    return own


def run(argv: Sequence[str]) -> int:
    given = page().parse_args(argv)
    if not given.rules and not given.all:
        raise UsageError("explain: name a rule (AST105, slim-on-airflow-3) or a word to search for, or use --all")
    if given.rules and given.all:
        raise UsageError("explain: --all shows every rule, so name none")
    rules, named = (all_rules(), True) if given.all else find_rules(given.rules)
    if given.format == "json":
        write(json.dumps(list(map(_facts, rules)), indent=2, ensure_ascii=False).split("\n"), sys.stdout)
    elif named or len(rules) == 1:
        write(wrap_page(explain(rules), sys.stdout), sys.stdout)
    else:
        write(wrap_table(_list(rules, given.rules), sys.stdout, last_column(rules)), sys.stdout)
    return 0


def _list(rules: Sequence[Rule], words: Iterable[str]) -> Iterator[str]:
    yield from table(rules)
    yield ""
    yield f"{len(rules)} rules about `{' '.join(words)}`: `astro-lint explain {rules[0].code}` shows one."


def _facts(rule: Rule) -> dict[str, object]:
    return {
        **facts(rule),
        "why": rule.why,
        "examples": list(map(_example, rule.examples)),
        "url": url_of(rule),
    }


def _example(example: Example) -> dict[str, object]:
    """The files of an example, by path, before and after."""
    bad = {"Dockerfile": example.bad, **example.files, **example.bad_files}
    good = {"Dockerfile": example.good, **example.files, **example.good_files}
    return {
        "options": list(example.options),
        "reported": {name: example_text(text) for name, text in sorted(bad.items())},
        "use_instead": {name: example_text(text) for name, text in sorted(good.items())},
    }
