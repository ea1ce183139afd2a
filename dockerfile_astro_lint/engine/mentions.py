"""Which words the instructions of a Dockerfile have, of all that rules and traits wait for."""

from dockerfile_astro_lint.core.compat import Sequence
from dockerfile_astro_lint.core.source import with_one_digit
from dockerfile_astro_lint.dockerfile.changed_paths import may_copy_home
from dockerfile_astro_lint.dockerfile.parser import Instruction
from dockerfile_astro_lint.dockerfile.search_text import plain
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Rule

ALWAYS, CONTEXT = "", "context"
"""What rules wait for that name no trait: nothing, or a build context with Python files."""


AS_ASTRO = frozenset(("run-as-astro",))
"""The words of a rule that waits for this alone are in a RUN that may not be run as root."""


_IN_VALUES = frozenset(("ADD", "ARG", "COPY", "ENV", "LABEL"))
"""The words of a rule that waits for these are in their values."""


_IN_SCRIPTS = frozenset(("RUN", "CMD", "ENTRYPOINT"))
"""The words of a rule that waits for these are anywhere: one may use what another has made."""


_NOT_SEARCHED = frozenset(("FROM", "USER", "WORKDIR", "SHELL"))
"""What has no word that a rule or trait waits for."""


_OWNERS = ("chown=$", "=airflow", " airflow", "\tairflow")
"""What a `chown` to `airflow` has in it, also where a variable names the user."""


_COPIES_HOME, COPIES_HOME, AIRFLOW_OWNER = "copies-home of any image", "copies-home", "airflow-owner"
"""Found where a COPY or ADD may copy a file to Airflow's home, also on an image with ONBUILD, and where `airflow` may
be an owner.
"""


Mentions = tuple[set[int], set[str], "frozenset[str] | None"]
"""What all instructions have: the numbers of rules that wait for words in a value; words and codes of rules that are
anywhere; of these, those in RUNs that may not be run as root, None without one.
"""


class Waiting:
    """What rules wait for: by trait, and, of those with words, by what the words are searched in.

    A repository has the same instructions again and again, but for the digits of versions: these are searched once.
    Without that, 1,000 Dockerfiles take 32 % more instructions.
    """

    def __init__(self, rules: Sequence[Rule], words: Sequence[str]) -> None:
        self.rules = rules
        self.by_trait: dict[str, list[int]] = {ALWAYS: []}
        """The numbers of rules without words."""
        self.in_scripts: list[tuple[int, str, frozenset[str]]] = []
        self.in_text: list[tuple[int, frozenset[str], Sequence[str]]] = []
        self._in_values: dict[str, list[tuple[int, Sequence[str]]]] = {}
        self._words = [(word, _searched(word)) for word in words]
        self._anywhere: list[tuple[str, Sequence[str]]] = []
        self._known: dict[tuple[str, bytes], tuple[frozenset[int], frozenset[str]]] = {}
        for number, rule in enumerate(rules):
            if not rule.mentions:
                for trait in (CONTEXT,) if rule.python else rule.on or (ALWAYS,):
                    self.by_trait.setdefault(trait, []).append(number)
                continue
            keywords = _IN_VALUES.intersection(rule.on)
            others = frozenset(rule.on) - keywords
            if others and (_IN_SCRIPTS.issuperset(others) or others == AS_ASTRO):
                self.in_scripts.append((number, rule.code, others))
                self._anywhere.append((rule.code, list(map(_searched, rule.mentions))))
            elif others or not keywords:
                self.in_text.append((number, others, rule.mentions))
            if keywords:
                searched = number, list(map(_searched, rule.mentions))
                for keyword in keywords:
                    self._in_values.setdefault(keyword, []).append(searched)

    def search(self, project: Project) -> Mentions:
        """Search all instructions of a project's Dockerfile."""
        numbers: set[int] = set()
        anywhere: set[str] = set()
        onbuilds = {base.stage.number for base in project.bases if base.onbuild}
        of_runs: dict[int, frozenset[str]] = {}
        stages = iter(project.dockerfile.stages)
        has_onbuild = False
        for instruction in project.dockerfile.instructions:
            keyword = instruction.keyword
            if keyword in _NOT_SEARCHED:
                if keyword == "FROM":
                    has_onbuild = next(stages).root in onbuilds
                continue
            in_value, found = self._found(instruction)
            numbers |= in_value
            anywhere |= found
            if keyword == "RUN":
                of_runs[instruction.line.first] = found
            elif has_onbuild and _COPIES_HOME in found:
                anywhere.add(COPIES_HOME)
        as_astro = [of_runs[run.line.first] for run in project.runs_as_astro]
        return numbers, anywhere, frozenset().union(*as_astro) if as_astro else None

    def _found(self, instruction: Instruction) -> tuple[frozenset[int], frozenset[str]]:
        """The numbers of the rules with a word in its value; words of traits, and codes of rules with a word in it."""
        keyword, text = instruction.keyword, instruction.value
        if instruction.line.heredocs:
            text = f"{text}\n{instruction.whole.text}"
        key = keyword, with_one_digit(text)
        found = self._known.get(key)
        if found is None:
            found = self._found_now(instruction, _searched(plain(text)))
            if len(text) < _MAX_LENGTH:
                if len(self._known) >= _MAX_KNOWN:
                    self._known.clear()
                self._known[key] = found
        return found

    def _found_now(self, instruction: Instruction, text: str) -> tuple[frozenset[int], frozenset[str]]:
        keyword = instruction.keyword
        value = _searched(plain(instruction.value)) if instruction.line.heredocs else text
        numbers = [number for number, words in self._in_values.get(keyword, ()) if any(map(value.__contains__, words))]
        anywhere = [word for word, searched in self._words if searched in text]
        anywhere += [code for code, words in self._anywhere if any(map(text.__contains__, words))]
        if may_copy_home(instruction):
            anywhere.append(_COPIES_HOME)
        if "airflow" in text and any(map(text.replace("airflow__", "").__contains__, _OWNERS)):
            anywhere.append(AIRFLOW_OWNER)
        return frozenset(numbers), frozenset(anywhere)


def _searched(text: str) -> str:
    """A text to search, with the same digit for all; a search in bytes would take twice as long."""
    return with_one_digit(text).decode("latin-1")


_MAX_LENGTH, _MAX_KNOWN = 500, 1000
"""Of texts that are remembered, and how many."""
