"""The effective settings of a file."""

from dockerfile_astro_lint.core.compat import Callable, Mapping, NamedTuple
from dockerfile_astro_lint.project.project import ProjectSettings
from dockerfile_astro_lint.rules.authoring import SEVERITIES, Rule


class LintSettings(NamedTuple):
    """How to lint a file; `left_out` gives the codes of the rules that are off in the file of a diagnostic.

    `unfixable` are the codes of the rules whose findings are reported without a fix.
    """

    settings: ProjectSettings
    rules: tuple[Rule, ...]
    severities: Mapping[str, str] = {}
    use_ignores: bool = True
    use_project: bool = True
    fail_on: str = "warning"
    fail_on_lifecycle: bool = False
    left_out: Callable[[str], frozenset[str]] | None = None
    as_if: str | None = None
    unfixable: frozenset[str] = frozenset()

    def counts(self, rule: Rule, severity: str) -> bool:
        """Whether a diagnostic makes the exit code 1."""
        if self.fail_on == "never" or rule.lifecycle:
            return self.fail_on != "never" and self.fail_on_lifecycle
        return SEVERITIES.index(severity) <= SEVERITIES.index(self.fail_on)


SettingsFor = Callable[[str], LintSettings]
"""The effective settings of a file by its path; raises ConfigError if its configuration file cannot be used."""
