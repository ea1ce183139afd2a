"""What is in force at each instruction of a stage: user, working directory, shell, variables."""

import posixpath
from bisect import bisect_right

from dockerfile_astro_lint.core.compat import Any, Iterator, Mapping, NamedTuple, Sequence, lru_cache
from dockerfile_astro_lint.dockerfile.arguments import json_array
from dockerfile_astro_lint.dockerfile.assignments import ANYTHING, Assignment, assignments, expanded
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN, ExpansionError, Traced, expand
from dockerfile_astro_lint.dockerfile.image_reference import Word
from dockerfile_astro_lint.dockerfile.parser import MAX_FILE_EXPANSION, Dockerfile, Instruction, Stage

AIRFLOW_HOME = "/usr/local/airflow"
"""Airflow's home and the working directory of every Astro image."""


ONBUILD_COMMANDS = ("install-system-packages", "install-python-dependencies")
"""Commands of every Runtime image, which one without `-base` runs by itself."""


class Variables(Mapping[str, Traced]):
    """The variables after a number of ENVs and ARGs of a history; evaluated when one is looked up."""

    __slots__ = ("at", "history")

    def __init__(self, history: "_History", at: int = 0) -> None:
        self.history, self.at = history, at

    def after(self, setting: Instruction, escape: str) -> "Variables":
        """The variables after one more ENV or ARG."""
        history = self.history
        if self.at < len(history.settings):  # another stage already continues from here
            history = _History(history.build_args, self)
        history.settings.append((setting, escape))
        return Variables(history, len(history.settings))

    def _chain(self) -> "list[Variables]":
        """These variables and those that they continue from, all evaluated."""
        chain = [self]
        while (above := chain[-1].history.above) is not None:
            chain.append(above)
        for variables in reversed(chain):
            variables.history.evaluate(variables.at)
        return chain

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a variable, or the default."""
        for variables in self._chain():
            places, values = variables.history.values.get(name, _NEVER_SET)
            count = bisect_right(places, variables.at)
            if count:
                value = values[count - 1]
                return default if value is None else value
        return _INITIAL.get(name, default)

    def __getitem__(self, name: str) -> Traced:
        found: Traced | None = self.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        names = {*_INITIAL, *(name for one in self._chain() for name in one.history.values)}
        return iter(sorted(name for name in names if name in self))

    def __len__(self) -> int:
        return sum(1 for _ in self)


MAX_DEPTH = 50
"""Histories that continue from one another, before their variables are copied into one."""


class _History:
    """The ENVs and ARGs of stages that are based on each other; `above` is what they continue from.

    `values` are, by name, the numbers of the settings that changed the variable, and its values (None: unset).
    """

    def __init__(self, build_args: Mapping[str, str], above: Variables | None = None) -> None:
        self.build_args, self.above = build_args, above
        self.settings: list[tuple[Instruction, str]] = []
        self.done = 0
        self.values: dict[str, tuple[list[int], list[Traced | None]]] = {}
        self.budget: list[int] = above.history.budget if above is not None else [MAX_FILE_EXPANSION]
        self.depth: int = above.history.depth + 1 if above is not None else 0
        if above is not None and self.depth > MAX_DEPTH:
            names = dict.fromkeys((*_INITIAL, *above))
            self.values = {name: ([0], [above.get(name)]) for name in names}
            self.above, self.depth = None, 0

    def evaluate(self, end: int) -> None:
        """Evaluate the settings up to a number, each with the variables before it."""
        while self.done < end:
            instruction, escape = self.settings[self.done]
            known = Variables(self, self.done)
            changes = list(_set(instruction, escape, known, self.build_args, self.budget[0] > 0))
            self.done += 1
            for name, value in changes:
                self.budget[0] -= len(value.text) if value else 0
                places, values = self.values.setdefault(name, ([], []))
                places.append(self.done)
                values.append(value)


_NEVER_SET: tuple[list[int], list[Traced | None]] = ([], [])


_UNKNOWN = Traced(UNKNOWN, (-1,))


class State(NamedTuple):
    """What is in force at an instruction; None: only the build knows.

    `shell`: whether a POSIX shell runs the RUNs, as it does unless a SHELL names another.
    """

    user: str | None
    workdir: str | None
    variables: Variables
    shell: bool = True


class Layer(NamedTuple):
    """An instruction and what is in force where it begins."""

    instruction: Instruction
    state: State

    @property
    def escape(self) -> str:
        return self.instruction.escape

    @property
    def assignments(self) -> list[Assignment]:
        return assignments(self.instruction, self.instruction.escape)

    def value(self, text: str) -> str:
        """A word of this instruction after quotes and variables."""
        return expanded(text, self.state.variables, self.instruction.escape)


def build_layers(
    dockerfile: Dockerfile, stages: Sequence[Stage], build_args: Mapping[str, str]
) -> dict[int, list[Layer]]:
    """The layers of each stage by its number, without those of the stage that it is based on."""
    ends: dict[int, State] = {}
    layers: dict[int, list[Layer]] = {}
    for stage in stages:
        state = ends.get(stage.base if stage.base is not None else -1) or State(
            "astro", AIRFLOW_HOME, Variables(_History(build_args))
        )
        layers[stage.number] = own = []
        for instruction in dockerfile.instructions_of(stage):
            layer = Layer(instruction, state)
            own.append(layer)
            if instruction.keyword in _CHANGING:
                state = _after(layer)
        ends[stage.number] = state
    return layers


_CHANGING = frozenset(("ENV", "ARG", "USER", "WORKDIR", "SHELL"))


_INITIAL: dict[str, Traced] = {"AIRFLOW_HOME": Traced(AIRFLOW_HOME, range(len(AIRFLOW_HOME)))}


def _after(layer: Layer) -> State:
    instruction, state = layer.instruction, layer.state
    if instruction.keyword == "USER":
        text = layer.value(instruction.value)
        user = None if UNKNOWN in text else text.partition(":")[0].strip()
        return State(user, state.workdir, state.variables, state.shell)
    if instruction.keyword == "WORKDIR":
        workdir = resolve(layer.value(instruction.value), state.workdir)
        return State(state.user, workdir, state.variables, state.shell)
    if instruction.keyword == "SHELL":
        return State(state.user, state.workdir, state.variables, _is_posix(instruction.value))
    variables = state.variables.after(instruction, instruction.escape)
    return State(state.user, state.workdir, variables, state.shell)


@lru_cache(maxsize=64)
def _is_posix(value: str) -> bool:
    """Whether a SHELL names a POSIX shell."""
    from dockerfile_astro_lint.dockerfile.shell_commands import SHELLS

    return not SHELLS.isdisjoint([str(word).rpartition("/")[2] for word in json_array(value) or ()])


def _set(
    instruction: Instruction, escape: str, known: Variables, build_args: Mapping[str, str], expands: bool
) -> Iterator[tuple[str, Traced | None]]:
    """What an ENV or ARG sets; None: unset. Without `expands` the values of an ENV are unknown."""
    for assignment in assignments(instruction, escape):
        if instruction.keyword == "ARG" and assignment.name in build_args and assignment.name not in known:
            value = build_args[assignment.name]
            yield assignment.name, Traced(value, (-1,) * len(value))
        elif not assignment.given:
            # Its value comes from the command line or from an ARG in front of the first FROM.
            yield assignment.name, None
        elif instruction.keyword == "ARG" or not expands:
            yield assignment.name, _UNKNOWN  # `--build-arg` may set another value
        else:
            try:
                yield (
                    assignment.name,
                    expand(assignment.text, range(len(assignment.text)), known, escape, ANYTHING).value,
                )
            except ExpansionError:
                yield assignment.name, _UNKNOWN


@lru_cache(maxsize=256)
def resolve(path: str, workdir: str | None) -> str | None:
    """An absolute path; None where only the build knows."""
    if UNKNOWN in path or (workdir is None and not path.startswith("/")):
        return None
    found = posixpath.normpath(posixpath.join(workdir or "/", path))
    return f"/{found.lstrip('/')}"


def json_words(arguments: Word) -> list[Word] | None:
    texts = json_array(arguments.text)
    if texts is None:
        return None
    import re

    found = [
        Word(text, arguments.start + match.start() + 1, arguments.start + match.end() - 1)
        for text, match in zip(texts, re.finditer(r'"(?:[^"\\]|\\.)*"', arguments.text), strict=False)
        if isinstance(text, str)
    ]
    return found if len(found) == len(texts) else None
