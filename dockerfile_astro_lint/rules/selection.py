"""The rules that there are, and which of them codes, prefixes and names stand for."""

import os
import sys

from dockerfile_astro_lint.core.compat import Iterable, Iterator
from dockerfile_astro_lint.rules.authoring import Rule

UNUSED_IGNORE = "AST003"
"""The rule that judges ignore comments, and so runs when all others have."""


_loaded: list[Rule] = []


def all_rules() -> tuple[Rule, ...]:
    """Every rule, by code: whatever module lies in `rules/`; loaded only where `rule_data` does not know them all."""
    if not _loaded:
        from dockerfile_astro_lint.rules.index import RULES

        names = modules()
        known = [row[0] for row in RULES] == names
        _loaded.extend(map(Rule._make, RULES) if known else written_rules(names))
    return tuple(_loaded)


def modules() -> list[str]:
    """The names of the modules in `rules/`."""
    folder = os.path.dirname(__file__)
    return sorted({name.partition(".")[0] for name in os.listdir(folder) if name.startswith("ast")})


def written_rules(names: Iterable[str]) -> Iterator[Rule]:
    """The rules as their modules have them."""
    for name in names:
        module = f"{__package__}.{name}"
        __import__(module)
        yield sys.modules[module].check.rule


class UnknownRuleError(Exception):
    """A code, prefix or name that no rule has; the message says which and what is near."""


def match_rules(words: Iterable[str]) -> set[str]:
    """The codes that codes, prefixes (`AST1`) and names stand for; raise UnknownRuleError."""
    found: set[str] = set()
    for word in words:
        matched = {
            rule.code for rule in all_rules() if rule.name == word.lower() or rule.code.startswith(word.upper())
        } if word.upper().startswith("AST") or "-" in word else set()  # fmt: skip
        if not matched:
            from difflib import get_close_matches

            known = [name for rule in all_rules() for name in (rule.code, rule.name)]
            close = get_close_matches(word.upper(), known, n=1) or get_close_matches(word.lower(), known, n=1)
            raise UnknownRuleError(f"no rule is called `{word}`" + (f": did you mean `{close[0]}`?" if close else ""))
        found |= matched
    return found


def select_rules(select: Iterable[str], ignore: Iterable[str], extend: Iterable[str]) -> tuple[Rule, ...]:
    """The rules of a run: the selected ones, else all that are not opt-in; raise UnknownRuleError."""
    chosen = match_rules(select)
    default = {rule.code for rule in all_rules() if not rule.opt_in}
    codes = ((chosen or default) | match_rules(extend)) - match_rules(ignore)
    # The rule that judges ignore comments has to see what the others found.
    return tuple(
        sorted((rule for rule in all_rules() if rule.code in codes), key=lambda rule: rule.code == UNUSED_IGNORE)
    )
