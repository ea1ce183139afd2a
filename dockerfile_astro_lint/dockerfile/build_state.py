"""What the instructions below a FROM do on top of the image: users, folders, copies, commands, variables."""

import posixpath
from bisect import bisect_right

from dockerfile_astro_lint.core.compat import Any, Iterator, Mapping, NamedTuple, Sequence, lru_cache
from dockerfile_astro_lint.dockerfile.assignments import ANYTHING, Assignment, assignments, expanded
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN, ExpansionError, Traced, expand
from dockerfile_astro_lint.dockerfile.image_reference import Word
from dockerfile_astro_lint.dockerfile.parser import MAX_FILE_EXPANSION, Dockerfile, Instruction, Stage
from dockerfile_astro_lint.dockerfile.scanner import json_array
from dockerfile_astro_lint.dockerfile.shell import SHELLS

HOME = "/usr/local/airflow"
"""AIRFLOW_HOME and working directory of every Astro image."""


class Variables(Mapping[str, Traced]):
    """The variables in force behind so many ENVs and ARGs of a history; worked out when one is asked for."""

    __slots__ = ("at", "history")

    def __init__(self, history: "_History", at: int = 0) -> None:
        self.history, self.at = history, at

    def after(self, setting: Instruction, escape: str) -> "Variables":
        """Those behind one more ENV or ARG."""
        history = self.history
        if self.at < len(history.settings):  # another stage has gone on from here already
            history = _History(history.build_args, self)
        history.settings.append((setting, escape))
        return Variables(history, len(history.settings))

    def _chain(self) -> "list[Variables]":
        """These, and those that they go on from, all worked out."""
        found = [self]
        while (above := found[-1].history.above) is not None:
            found.append(above)
        for one in reversed(found):
            one.history.work_out(one.at)
        return found

    def get(self, name: str, default: Any = None) -> Any:
        """A variable's value; the default where it has none."""
        for one in self._chain():
            places, values = one.history.values.get(name, _NOWHERE)
            found = bisect_right(places, one.at)
            if found:
                value = values[found - 1]
                return default if value is None else value
        return _AT_FIRST.get(name, default)

    def __getitem__(self, name: str) -> Traced:
        found: Traced | None = self.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        names = {*_AT_FIRST, *(name for one in self._chain() for name in one.history.values)}
        return iter(sorted(name for name in names if name in self))

    def __len__(self) -> int:
        return sum(1 for _ in self)


MAX_DEPTH = 50
"""Stages that others go on from, one upon the other, that are looked through for a variable."""


class _History:
    """What ENVs and ARGs set, one below the other in stages that build on each other; `above` is where it begins.

    `values` are, by name, the numbers of the settings that gave the variable a value (None: took it away), and these.
    """

    def __init__(self, build_args: Mapping[str, str], above: Variables | None = None) -> None:
        self.build_args, self.above = build_args, above
        self.settings: list[tuple[Instruction, str]] = []
        self.done = 0
        self.values: dict[str, tuple[list[int], list[Traced | None]]] = {}
        self.budget: list[int] = above.history.budget if above is not None else [MAX_FILE_EXPANSION]
        self.depth: int = above.history.depth + 1 if above is not None else 0
        if above is not None and self.depth > MAX_DEPTH:
            names = dict.fromkeys((*_AT_FIRST, *above))
            self.values = {name: ([0], [above.get(name)]) for name in names}
            self.above, self.depth = None, 0

    def work_out(self, end: int) -> None:
        """Work the first so many settings out, each with the variables in front of it."""
        while self.done < end:
            instruction, escape = self.settings[self.done]
            known = Variables(self, self.done)
            found = list(_set(instruction, escape, known, self.build_args, self.budget[0] > 0))
            self.done += 1
            for name, value in found:
                self.budget[0] -= len(value.text) if value else 0
                places, values = self.values.setdefault(name, ([], []))
                places.append(self.done)
                values.append(value)


_NOWHERE: tuple[list[int], list[Traced | None]] = ([], [])


_UNKNOWN = Traced(UNKNOWN, (-1,))


class State(NamedTuple):
    """What is in force at an instruction; None is what only the build knows. `changed`: by this file, not the image.

    `shell`: whether what runs a RUN reads shell, as it does unless a SHELL says otherwise.
    """

    user: str | None
    workdir: str | None
    variables: Variables
    changed: bool = False
    shell: bool = True


class Layer(NamedTuple):
    """An instruction, and what is in force where it begins."""

    instruction: Instruction
    state: State
    escape: str

    @property
    def assignments(self) -> list[Assignment]:
        return list(assignments(self.instruction, self.escape))

    def value(self, text: str) -> str:
        """A word of this instruction after quotes and variables."""
        return expanded(text, self.state.variables, self.escape)


def build_layers(
    dockerfile: Dockerfile, stages: Sequence[Stage], build_args: Mapping[str, str]
) -> dict[int, list[Layer]]:
    """The layers of stages by number, each with those of the stages that it builds on left out."""
    ends: dict[int, State] = {}
    found: dict[int, list[Layer]] = {}
    for stage in stages:
        state = ends.get(stage.base if stage.base is not None else -1) or State(
            "astro", HOME, Variables(_History(build_args))
        )
        own: list[Layer] = []
        new, escape = tuple.__new__, dockerfile.scan.escape
        for instruction in dockerfile.instructions_of(stage):
            layer = new(Layer, (instruction, state, escape))
            own.append(layer)
            if instruction.keyword in _CHANGING:
                state = _after(layer)
        ends[stage.number], found[stage.number] = state, own
    return found


_CHANGING = frozenset(("ENV", "ARG", "USER", "WORKDIR", "SHELL"))


_AT_FIRST: dict[str, Traced] = {"AIRFLOW_HOME": Traced(HOME, range(len(HOME)))}


def _after(layer: Layer) -> State:
    instruction, state = layer.instruction, layer.state
    if instruction.keyword == "USER":
        text = layer.value(instruction.value)
        user = None if UNKNOWN in text else text.partition(":")[0].strip()
        return State(user, state.workdir, state.variables, True, state.shell)
    if instruction.keyword == "WORKDIR":
        workdir = resolve(layer.value(instruction.value), state.workdir)
        return State(state.user, workdir, state.variables, state.changed, state.shell)
    if instruction.keyword == "SHELL":
        words = json_array(instruction.value) or ()
        return state._replace(shell=any(str(word).rpartition("/")[2] in SHELLS for word in words))
    variables = state.variables.after(instruction, layer.escape)
    return State(state.user, state.workdir, variables, state.changed, state.shell)


def _set(
    instruction: Instruction, escape: str, known: Variables, build_args: Mapping[str, str], expands: bool
) -> Iterator[tuple[str, Traced | None]]:
    """What an ENV or ARG sets; None takes a value away. Without `expands` nobody knows what an ENV does."""
    for one in assignments(instruction, escape):
        if instruction.keyword == "ARG" and one.name in build_args and one.name not in known:
            value = build_args[one.name]
            yield one.name, Traced(value, (-1,) * len(value))
        elif not one.given:
            # What the command line or an ARG in front of the first FROM says is the build's business.
            yield one.name, None
        elif instruction.keyword == "ARG" or not expands:
            yield one.name, _UNKNOWN  # an ARG may be given another value
        else:
            try:
                yield one.name, expand(one.text, range(len(one.text)), known, escape, ANYTHING).value
            except ExpansionError:
                yield one.name, _UNKNOWN


@lru_cache(maxsize=256)
def resolve(path: str, workdir: str | None) -> str | None:
    """An absolute path; None where the build alone knows."""
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
