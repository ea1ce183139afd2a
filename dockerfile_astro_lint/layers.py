"""What the instructions below a FROM do on top of the image: users, folders, copies, commands, variables."""

import posixpath

from dockerfile_astro_lint.dockerfile import Dockerfile, Instruction, Stage, split_words, take_flags
from dockerfile_astro_lint.environment import ANYTHING, MAX_KEPT, Assignment, assignments, expanded
from dockerfile_astro_lint.heredocs import Flag
from dockerfile_astro_lint.light import Iterator, Mapping, NamedTuple, Sequence, lru_cache
from dockerfile_astro_lint.reference import Word
from dockerfile_astro_lint.shell import SHELLS
from dockerfile_astro_lint.source import json_array
from dockerfile_astro_lint.words import UNKNOWN, ExpansionError, Traced, expand

HOME = "/usr/local/airflow"
"""AIRFLOW_HOME and working directory of every Astro image."""


class Variables(Mapping[str, Traced]):
    """The variables in force at an instruction, worked out when one is asked for: most are not."""

    def __init__(
        self,
        above: "Variables | None" = None,
        setting: "Instruction | None" = None,
        escape: str = "",
        build_args: "Mapping[str, str] | None" = None,
    ) -> None:
        self.above, self.setting, self.escape = above, setting, escape
        self.build_args: Mapping[str, str] = above.build_args if above is not None else build_args or {}
        self._found: dict[str, Traced] | None = None

    @property
    def found(self) -> dict[str, Traced]:
        waiting: list[Variables] = []
        one: Variables | None = self
        while one is not None and one._found is None:
            waiting.append(one)
            one = one.above
        known = one._found if one is not None and one._found is not None else _AT_FIRST
        for one in reversed(waiting):
            known = one._found = _with(known, one.setting, one.escape, one.build_args) if one.setting else dict(known)
        return known

    def __getitem__(self, name: str) -> Traced:
        return self.found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)


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


class Copy(NamedTuple):
    """COPY or ADD: sources and destination as they are written, heredocs left out of the sources."""

    sources: tuple[Word, ...]
    destination: Word
    flags: Mapping[str, Flag]

    @property
    def local(self) -> bool:
        """Whether it copies from the build context."""
        return "from" not in self.flags


def layers(dockerfile: Dockerfile, stages: Sequence[Stage], build_args: Mapping[str, str]) -> dict[int, list[Layer]]:
    """The layers of stages by number, each with those of the stages that it builds on left out."""
    ends: dict[int, State] = {}
    found: dict[int, list[Layer]] = {}
    for stage in stages:
        state = ends.get(stage.base if stage.base is not None else -1) or State(
            "astro", HOME, Variables(build_args=build_args)
        )
        own: list[Layer] = []
        new, escape = tuple.__new__, dockerfile.scan.escape
        for instruction in dockerfile.commands(stage):
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
    variables = Variables(state.variables, instruction, layer.escape)
    return State(state.user, state.workdir, variables, state.changed, state.shell)


def _with(
    known: Mapping[str, Traced], instruction: Instruction, escape: str, build_args: Mapping[str, str]
) -> dict[str, Traced]:
    """Variables after an ENV or ARG."""
    variables = dict(known)
    for one in assignments(instruction, escape):
        if instruction.keyword == "ARG" and one.name in build_args and one.name not in known:
            value = build_args[one.name]
            variables[one.name] = Traced(value, (-1,) * len(value))
            continue
        if not one.given:
            # What the command line or an ARG in front of the first FROM says is the build's business.
            variables.pop(one.name, None)
            continue
        try:
            expanded_value = expand(one.text, range(len(one.text)), known, escape, ANYTHING).value
        except ExpansionError:
            expanded_value = Traced(UNKNOWN, (-1,))
        # An ARG may be given another value.
        variables[one.name] = expanded_value if instruction.keyword == "ENV" else Traced(UNKNOWN, (-1,))
    return variables


@lru_cache(maxsize=256)
def resolve(path: str, workdir: str | None) -> str | None:
    """An absolute path; None where the build alone knows."""
    if UNKNOWN in path or (workdir is None and not path.startswith("/")):
        return None
    found = posixpath.normpath(posixpath.join(workdir or "/", path))
    return f"/{found.lstrip('/')}"


def copy_of(layer: Layer) -> Copy | None:
    """What a COPY or ADD copies; None where it cannot be read."""
    instruction = layer.instruction
    value = instruction.value
    read = _copy if len(value) < MAX_KEPT else _copy.__wrapped__
    return read(value, instruction.at, layer.escape)


@lru_cache(maxsize=256)
def _copy(value: str, at: int, escape: str) -> Copy | None:
    found, arguments = take_flags(value, at, escape)
    by_name: dict[str, Flag] = {}
    for flag in found:
        by_name.setdefault(flag.text[2:].partition("=")[0], flag)
    words = json_words(arguments)
    if words is None:
        words = split_words(arguments)
    if len(words) < 2:
        return None
    return Copy(tuple(word for word in words[:-1] if not word.text.startswith("<<")), words[-1], by_name)


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
