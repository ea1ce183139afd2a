"""What a run with `--online` will ask registries, found out first, so that it can be asked at once and just once."""

from dockerfile_astro_lint.core.compat import Callable
from dockerfile_astro_lint.engine.linter import Linter
from dockerfile_astro_lint.engine.settings import LintSettings


def references(options_for: Callable[[str], LintSettings], lint: Callable[[Linter], None]) -> list[str]:
    """The references that rules ask about when they lint; the answers are left open."""
    found: list[str] = []

    def asked_of(path: str) -> LintSettings:
        options = options_for(path)
        rules = tuple(rule for rule in options.rules if rule.online)
        return options._replace(rules=rules, settings=options.settings._replace(published=found.append))

    lint(Linter(asked_of))
    return found
