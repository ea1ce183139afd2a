"""Find rules by what people type: a code, a prefix, a name, or a word of the rule's text."""

import re

from dockerfile_astro_lint.core.compat import NamedTuple, Sequence
from dockerfile_astro_lint.core.spelling import did_you_mean
from dockerfile_astro_lint.rules.authoring import Rule
from dockerfile_astro_lint.rules.selection import UnknownRuleError, all_rules, match_rules


class Found(NamedTuple):
    """Rules, and whether each was named; those that were not have the words that were searched for in their text."""

    rules: tuple[Rule, ...]
    named: bool


def find_rules(words: Sequence[str]) -> Found:
    """The rules with these codes, prefixes or names, and those with all other words; raise UnknownRuleError."""
    codes: set[str] = set()
    searched: list[str] = []
    for word in words:
        named = _named(word)
        codes |= named
        searched += [] if named else [word]
    if searched:
        about = _rules_about(searched)
        if not about:
            known = [word for rule in all_rules() for word in (rule.code, rule.name)]
            hint = did_you_mean(searched[0], known) or ", and no rule has it in its text: `astro-lint rules` lists all"
            raise UnknownRuleError(f"unknown rule `{searched[0]}`{hint}")
        codes |= {rule.code for rule in about}
    return Found(tuple(rule for rule in all_rules() if rule.code in codes), not searched)


def _named(word: str) -> set[str]:
    """The codes of the rules with a code, prefix or name; raise UnknownRuleError for what looks like a code."""
    try:
        return match_rules([word])
    except UnknownRuleError:
        if re.match(r"(?i)ast\w*\d", word):
            raise
        return set()


def _rules_about(words: Sequence[str]) -> list[Rule]:
    """The rules that have all words: in their names and summaries, else in their pages, else as parts of words."""
    names = [(rule, f"{rule.name} {rule.summary}".lower()) for rule in all_rules()]
    for is_whole in (True, False):
        for texts in (names, [(rule, f"{text} {rule.why}".lower()) for rule, text in names]):
            about = [rule for rule, text in texts if all(_has(text, word.lower(), is_whole) for word in words)]
            if about:
                return about
    return []


def _has(text: str, word: str, is_whole: bool) -> bool:
    if not is_whole:
        return len(word) > 1 and word in text
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None
