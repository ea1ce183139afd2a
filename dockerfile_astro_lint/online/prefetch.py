"""Collect the references that a run with `--online` will look up, so that they are looked up together and once."""

from dockerfile_astro_lint.core.compat import Callable
from dockerfile_astro_lint.engine.linter import Linter
from dockerfile_astro_lint.engine.settings import LintSettings


def references(options_for: Callable[[str], LintSettings], lint: Callable[[Linter], None]) -> list[str]:
    """Run only the online rules, with a look-up that records the reference and answers nothing."""
    looked_up: list[str] = []

    def recording(path: str) -> LintSettings:
        options = options_for(path)
        rules = tuple(rule for rule in options.rules if rule.online)
        return options._replace(rules=rules, settings=options.settings._replace(published=looked_up.append))

    lint(Linter(recording))
    return looked_up
