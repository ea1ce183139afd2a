"""Look up rules by code, prefix or name, and select the rules of a run."""

import os
import sys

from dockerfile_astro_lint.core.compat import Iterable, Iterator
from dockerfile_astro_lint.rules.authoring import Rule

UNUSED_IGNORE = "AST003"
"""The rule about unused suppressions, which runs after all others."""


FORBIDDEN_IGNORE = "AST804"
"""The rule about suppressions of rules that no comment may suppress; no comment suppresses it either."""


POLICY = {
    "allowed-registries": "AST801",
    "minimum-runtime": "AST802",
    "required-labels": "AST803",
    "forbid-ignores": FORBIDDEN_IGNORE,
}
"""The rules that run where a key of the configuration is set, by that key."""


_loaded: list[Rule] = []


def all_rules() -> tuple[Rule, ...]:
    """Every rule, by code; the modules are imported only if `index` is not up to date."""
    if not _loaded:
        from dockerfile_astro_lint.rules.index import RULES

        names = modules()
        current = [row[0] for row in RULES] == names
        _loaded.extend([tuple.__new__(Rule, row) for row in RULES] if current else written_rules(names))
    return tuple(_loaded)


def modules() -> list[str]:
    """The names of the rule modules in this package."""
    folder = os.path.dirname(__file__)
    return sorted({name.partition(".")[0] for name in os.listdir(folder) if name.startswith("ast")})


def written_rules(names: Iterable[str]) -> Iterator[Rule]:
    """The rules as their modules declare them."""
    for name in names:
        module = f"{__package__}.{name}"
        __import__(module)
        yield sys.modules[module].check.rule


class UnknownRuleError(Exception):
    """No rule has this code, prefix or name; the message suggests a similar one."""


def match_rules(words: Iterable[str]) -> set[str]:
    """The codes of the rules selected by codes, prefixes (`AST1`) and names; raise UnknownRuleError."""
    codes: set[str] = set()
    for word in words:
        matched = {
            rule.code for rule in all_rules() if rule.name == word.lower() or rule.code.startswith(word.upper())
        } if word.upper().startswith("AST") or "-" in word else set()  # fmt: skip
        if not matched:
            from dockerfile_astro_lint.core.spelling import did_you_mean

            known = [name for rule in all_rules() for name in (rule.code, rule.name)]
            raise UnknownRuleError(f"unknown rule `{word}`{did_you_mean(word, known)}")
        codes |= matched
    return codes


def select_rules(select: Iterable[str], ignore: Iterable[str], extend: Iterable[str]) -> tuple[Rule, ...]:
    """The rules of a run: the selected rules, or all that are not opt-in; raise UnknownRuleError."""
    chosen = match_rules(select)
    default = {rule.code for rule in all_rules() if not rule.opt_in}
    codes = ((chosen or default) | match_rules(extend)) - match_rules(ignore)
    return tuple([rule for rule in all_rules() if rule.code in codes])
