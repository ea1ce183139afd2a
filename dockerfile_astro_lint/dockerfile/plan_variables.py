"""The variables that an instruction sees while BuildKit plans its stage, as far as the file tells their values."""

from dockerfile_astro_lint.core.compat import Callable, Container, Mapping, NamedTuple
from dockerfile_astro_lint.dockerfile.assignments import ANYTHING, assignments
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN, Traced
from dockerfile_astro_lint.dockerfile.parser import MAX_FILE_EXPANSION, Dockerfile, Instruction, Stage
from dockerfile_astro_lint.dockerfile.word_errors import BadWordError, expand_text

_UNKNOWN = Traced(UNKNOWN, (-1,), ((-1, -1),))


_OF_IMAGES = frozenset((
    "HOME", "HOSTNAME", "LANG", "LANGUAGE", "PATH", "PWD", "PYTHONPATH", "SHELL", "TERM", "TZ", "USER",
))  # fmt: skip


ASTRO_WORKDIR = "/usr/local/airflow"


MAX_INHERITED = 100_000
"""Variables that stages take over from each other; beyond that none is known."""


class _Nothing(dict[str, Traced]):
    """Every variable may have any value."""

    def get(self, name: str, default: object = None) -> Traced:
        return _UNKNOWN


_NOTHING = _Nothing()


class Environment(dict[str, Traced]):
    """Variables by name; `image` says whether an image may set a name beside them."""

    image: Callable[[str], bool]
    workdir: str | None
    settable: set[str]

    def get(self, name: str, default: object = None) -> Traced | None:  # type: ignore[override]
        value = dict.get(self, name)
        return _UNKNOWN if value is None and self.image(name) else value

    def clone(self) -> "Environment":
        """The same variables, to go on from."""
        found = Environment(self)
        found.image, found.workdir, found.settable = self.image, self.workdir, set(self.settable)
        return found


def _any_name(name: str) -> bool:
    return True


def _name_of_scratch(name: str) -> bool:
    return name == "PATH"


def _name_of_astro(name: str) -> bool:
    """What an Astro image may set: its variables are Airflow's, Python's, pip's, with underscores, and the usual."""
    return "_" in name or name in _OF_IMAGES


class Position(NamedTuple):
    """A stage, and the number of its first instruction that has not been applied."""

    stage: int
    at: int


class Variables:
    """The variables of a Dockerfile's stages; asked of one instruction after the other."""

    def __init__(self, dockerfile: Dockerfile, is_astro: Callable[[Stage], bool]) -> None:
        self.dockerfile, self.is_astro = dockerfile, is_astro
        self.escape = dockerfile.scan.escape
        self.position = Position(-1, 0)
        self.environment = Environment()
        self.finals: dict[int, Environment] = {}
        self.inherited = 0
        self.budget = MAX_FILE_EXPANSION
        self.has_triggers = any(one.keyword == "ONBUILD" for one in dockerfile.instructions)

    def of_file(self, text: str) -> str | None:
        """A word of a FROM, expanded."""
        return expand_text(text, self.dockerfile.values, self.escape, self.dockerfile.settable)

    def at(self, stage: Stage, at: int, text: str) -> tuple[Mapping[str, Traced], Container[str]]:
        """The variables that an instruction sees, and those that only a build argument sets."""
        if "$" not in text or self.budget < 0:
            return _NOTHING, ANYTHING
        found = self.environment_at(stage, at)
        return found, found.settable

    def expand(self, stage: Stage, at: int, text: str) -> str | None:
        """A word of an instruction, expanded; None where that cannot be told. Raise BadWordError for a refused one."""
        values, settable = self.at(stage, at, text)
        found = expand_text(text, values, self.escape, settable)
        self.spend(text, found or "")
        return found

    def spend(self, text: str, found: str) -> None:
        """Count what was expanded: beyond a bound, no variable is known any more."""
        self.budget -= len(text) + len(found)

    def environment_at(self, stage: Stage, at: int) -> Environment:
        """What the instructions above this one leave behind."""
        if self.position.stage != stage.number or self.position.at > at:
            self.environment = self.beginning(stage).clone()
            self.apply_triggers(self.environment, stage)
            self.position = Position(stage.number, stage.at + 1)
        for number in range(self.position.at, at):
            self.apply(self.environment, self.dockerfile.instructions[number])
        self.position = Position(stage.number, at)
        return self.environment

    def beginning(self, stage: Stage) -> Environment:
        """What a stage begins with: all that the stage has that it is built on, or its image's."""
        chain = []
        base: int | None = stage.base
        while base is not None and base not in self.finals:
            chain.append(self.dockerfile.stages[base])
            base = chain[-1].base
        found = self.finals[base] if base is not None else self.of_image(self.dockerfile.root(stage))
        for one in reversed(chain):
            self.inherited += len(found) + 1
            found = found.clone() if self.inherited < MAX_INHERITED else self.unknown()
            self.apply_triggers(found, one)
            for instruction in self.dockerfile.instructions_of(one):
                self.apply(found, instruction)
            self.finals[one.number] = found
        self.inherited += len(found)
        return found if self.inherited < MAX_INHERITED else self.unknown()

    def apply_triggers(self, environment: Environment, stage: Stage) -> None:
        """Do what the triggers of the stage do that a stage builds on."""
        if stage.base is None or not self.has_triggers:
            return
        for instruction in self.dockerfile.instructions_of(self.dockerfile.stages[stage.base]):
            if instruction.keyword == "ONBUILD":
                from dockerfile_astro_lint.dockerfile.trigger_errors import trigger_of

                self.apply(environment, trigger_of(instruction, self.escape))

    def unknown(self) -> Environment:
        found = Environment()
        found.image, found.workdir, found.settable = _any_name, None, set()
        return found

    def of_image(self, stage: Stage) -> Environment:
        """What is known of the variables of an image."""
        found = self.unknown()
        reference = stage.reference
        if reference and reference.value.text == "scratch":
            found.image, found.workdir = _name_of_scratch, "/"
        elif self.is_astro(stage):
            found.image, found.workdir = _name_of_astro, ASTRO_WORKDIR
        return found

    def apply(self, environment: Environment, instruction: Instruction) -> None:
        """Do to the variables what an instruction does."""
        if instruction.keyword == "WORKDIR":
            path = self.value(environment, instruction.value)
            if path is None or (not path.startswith("/") and environment.workdir is None):
                environment.workdir = None
            else:
                environment.workdir = path if path.startswith("/") else f"{environment.workdir}/{path}"[-4096:]
        elif instruction.keyword == "ENV":
            new = {}
            for one in assignments(instruction, self.escape):
                name, value = self.value(environment, one.name), self.value(environment, one.text)
                if name is not None:
                    new[name] = value
            for name, value in new.items():
                self.set(environment, name, value)
        elif instruction.keyword == "ARG":
            for one in assignments(instruction, self.escape):
                self.declare(environment, one.name, one.text if one.given else None)

    def declare_at(self, stage: Stage, at: int, name: str, default: str | None) -> None:
        """Do what the part of an ARG does that has been planned."""
        self.declare(self.environment_at(stage, at), name, default)

    def declare(self, environment: Environment, name: str, default: str | None) -> None:
        """Do what an ARG does."""
        dockerfile = self.dockerfile
        if name in dockerfile.build_args:
            self.set(environment, name, dockerfile.build_args[name])
        elif default is not None:
            self.set(environment, name, self.value(environment, default))
        elif name in dockerfile.values:
            environment[name] = dockerfile.values[name]
        elif name not in environment:
            environment.settable.add(name)

    def set(self, environment: Environment, name: str, value: str | None) -> None:
        self.budget -= len(value or "")
        if value is None or UNKNOWN in value or self.budget < 0:
            environment[name] = _UNKNOWN
        else:
            environment[name] = Traced(value, (-1,) * len(value), ())

    def value(self, environment: Environment, text: str) -> str | None:
        """A word expanded; None for one that is refused or not wholly known."""
        if self.budget < 0:
            return None
        try:
            found = expand_text(text, environment, self.escape, environment.settable)
        except BadWordError:
            return None
        self.budget -= len(found or "")
        return None if found is None or UNKNOWN in found else found
