"""Which rules are asked about a Dockerfile: those that wait for something that is there."""

from dockerfile_astro_lint.core.compat import Sequence
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Rule


class RuleFilter:
    """Some rules by what they wait for (`on`, `mentions`), each a bit of a number: to ask of thousands of files."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self._on: dict[str, int] = {}
        self._mentions: dict[str, int] = {}
        self._anywhere = self._wordless = self._production = 0
        self._found: dict[int, Sequence[Rule]] = {}
        for number, rule in enumerate(rules):
            bit = 1 << number
            self._anywhere |= 0 if rule.on else bit
            self._wordless |= 0 if rule.mentions else bit
            self._production |= bit if rule.production else 0
            for trait in rule.on:
                self._on[trait] = self._on.get(trait, 0) | bit
            for word in rule.mentions:
                self._mentions[word] = self._mentions.get(word, 0) | bit

    def asked(self, project: Project) -> Sequence[Rule]:
        """The rules that may have something to say about a project, in their order."""
        on, by_trait = self._anywhere, self._on
        for trait in project.traits:
            if trait in by_trait:
                on |= by_trait[trait]
        if not project.production:
            on &= ~self._production
        asked = on & self._wordless
        waiting = on & ~asked
        if waiting:
            folded = project.search_text
            for word, rules in self._mentions.items():
                if rules & waiting and word in folded:
                    asked |= rules & waiting
                    waiting &= ~rules
        found = self._found.get(asked)
        if found is None:
            found = self._found[asked] = [rule for number, rule in enumerate(self.rules) if asked >> number & 1]
        return found
