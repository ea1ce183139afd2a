"""Collect the references that a run with `--online` will look up, so that they are looked up together and once."""

from dockerfile_astro_lint.core.compat import Sequence
from dockerfile_astro_lint.core.files import Overlay
from dockerfile_astro_lint.engine.linter import Linter
from dockerfile_astro_lint.engine.settings import LintSettings, SettingsFor
from dockerfile_astro_lint.engine.targets import Target


def references(settings_for: SettingsFor, targets: Sequence[Target], overlay: Overlay) -> list[str]:
    """The references that rules ask about when they lint; the answers are left open."""
    found: list[str] = []

    def asking(path: str) -> LintSettings:
        settings = settings_for(path)
        rules = tuple(rule for rule in settings.rules if rule.online)
        return settings._replace(rules=rules, settings=settings.settings._replace(published=found.append))

    linter = Linter(asking, overlay)
    for target in targets:
        linter.lint(target)
    return found
