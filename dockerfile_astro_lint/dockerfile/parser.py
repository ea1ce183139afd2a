"""Parse a Dockerfile: instructions, stages, variables and image references.

The scanner owns lines and places. Where a line is more than plain ASCII, dockerfile_parse splits keyword from arguments
(`unusual_lines`), on a form of it that it reads rightly: every such instruction joined on a line of its own.
"""

from dockerfile_astro_lint.core.compat import Iterator, Mapping, NamedTuple, Sequence
from dockerfile_astro_lint.core.source import Source, Span
from dockerfile_astro_lint.dockerfile.arguments import Flag, assignment_words, is_stage_name, split_words, take_flags
from dockerfile_astro_lint.dockerfile.expansion import (
    GO_SPACE,
    MAX_EXPANSION,
    UNKNOWN,
    ExpansionError,
    TooLongError,
    Traced,
    expand,
)
from dockerfile_astro_lint.dockerfile.image_reference import Reference, Word, parse_reference
from dockerfile_astro_lint.dockerfile.scanner import LogicalLine, ReadError, Scan, scan

BUILDER_ARGUMENTS = frozenset(
    f"{side}{what}"
    for side in ("BUILD", "TARGET")
    for what in ("PLATFORM", "OS", "OSVERSION", "ARCH", "VARIANT", "STAGE")
)
"""Build arguments that the builder sets; their values are unknown here."""


MAX_FILE_EXPANSION = 16 * MAX_EXPANSION
"""Characters of all values of a file together."""


class InstructionFlag(NamedTuple):
    """`--name=value` of an instruction, without quotes, and where it and its value are in the file."""

    name: str
    value: str
    span: Span
    value_span: Span


class Instruction(NamedTuple):
    """`keyword` in upper case; `at` is where `value` begins in the joined line; `escape` is the file's."""

    source: Source
    keyword: str
    value: str
    line: LogicalLine
    at: int
    escape: str = "\\"

    def span(self, start: int, end: int) -> Span:
        """The range in the file of a range of the joined line; of a split token, from its first piece to its last."""
        if end > start:
            return Span(self.source, self.line.offset(start), self.line.offset(end - 1) + 1)
        place = self.line.offset(start) if start < len(self.line.text) else self.line.offset(max(start - 1, 0)) + 1
        return Span(self.source, place, place)

    @property
    def whole(self) -> Span:
        """All lines of the instruction, heredocs and line endings included."""
        starts, line = self.source.starts, self.line
        end = starts[line.last] if line.last < len(starts) else len(self.source.text)
        return Span(self.source, starts[line.first - 1], end)

    @property
    def script(self) -> str:
        """The arguments and heredocs without quotes and escapes, which may split a word: to search in, not to read."""
        text = f"{self.value}\n{self.whole.text}" if self.line.heredocs else self.value
        for char in ("\\\n", "\\", '"', "'"):
            if char in text:
                text = text.replace(char, "")
        return text

    @property
    def ends_in_two_escapes(self) -> bool:
        """Whether it ends in two escape characters, which BuildKit does not read as a continuation."""
        return not self.line.heredocs and self.line.text.rstrip(" \t").endswith(self.escape * 2)

    @property
    def flags(self) -> Iterator[InstructionFlag]:
        """The flags in front of the arguments."""
        if not self.value.startswith("--"):
            return  # as most instructions
        text = self.line.text
        for flag in flags(self, self.escape)[0]:
            name, _, value = flag.text.removeprefix("--").partition("=")
            written = text[flag.start : flag.end]
            # Quotes can be around the value, or in it.
            start = written.rfind(value) if value in written else written.find("=") + 1
            start, end = flag.start + start, flag.start + start + len(value) if value in written else flag.end
            yield InstructionFlag(name, value, self.span(flag.start, flag.end), self.span(start, end))

    @property
    def mounts(self) -> Iterator[Mapping[str, str]]:
        """The fields of every `--mount`."""
        for flag in self.flags if "--mount" in self.value else ():
            if flag.name == "mount":
                yield dict(field.partition("=")[::2] for field in flag.value.split(","))

    @property
    def arguments_span(self) -> Span:
        """Everything after the keyword."""
        return self.span(self.at, self.at + len(self.value))

    @property
    def keyword_span(self) -> Span:
        """The keyword, or the text of a line that has none."""
        text = self.line.text
        start = len(text) - len(text.lstrip(GO_SPACE))
        return self.span(start, start + len(self.keyword) if start + len(self.keyword) <= len(text) else len(text))


def flags(instruction: Instruction, escape: str) -> tuple[list[Flag], Word]:
    """The flags and the arguments after them, at offsets in the joined line."""
    return take_flags(instruction.value, instruction.at, escape)


class Stage(NamedTuple):
    """A FROM with what it resolves to; `base` is the number of the earlier stage that it builds on, `root` of
    the one at the end of such a chain, itself if there is none.
    """

    number: int
    instruction: Instruction
    at: int
    flags: tuple[Flag, ...]
    image: Word | None
    name: Word | None
    reference: Reference | None
    error: str | None
    base: int | None
    root: int


class Frontend(NamedTuple):
    """The image of a `# syntax=` directive."""

    image: str

    @property
    def _name(self) -> str:
        name = self.image.partition("@")[0].removeprefix("docker.io/")
        return name[: name.rindex(":")] if ":" in name.rpartition("/")[2] else name

    @property
    def pyenv(self) -> bool:
        """Whether it is Astronomer's frontend, which adds `PYENV`."""
        return self._name == "quay.io/astronomer/airflow-extensions"

    @property
    def known(self) -> bool:
        return self.pyenv or self._name in ("docker/dockerfile", "docker/dockerfile-upstream")


class Dockerfile(NamedTuple):
    """A parsed Dockerfile: all instructions, and the stages in order.

    `bad_values`, by the number of an ARG in front of the first FROM: its word that cannot be expanded, and why.
    `values`: what a FROM sees; `build_args`: those that were given.
    """

    source: Source
    scan: Scan
    instructions: tuple[Instruction, ...]
    stages: tuple[Stage, ...]
    names: Mapping[str, int]
    settable: frozenset[str]
    bad_values: Mapping[int, tuple[Word, str]]
    values: Mapping[str, Traced]
    build_args: Mapping[str, str]

    @property
    def error(self) -> ReadError | None:
        return self.scan.error

    @property
    def frontend(self) -> Frontend | None:
        """The frontend that `# syntax=` names."""
        words = next((one.value.split() for one in self.scan.directives if one.name == "syntax"), None)
        return Frontend(words[0]) if words else None

    def flags(self, instruction: Instruction) -> list[Flag]:
        """An instruction's flags, at offsets in the joined line."""
        return flags(instruction, self.scan.escape)[0]

    def instructions_of(self, stage: Stage) -> tuple[Instruction, ...]:
        """The instructions of a stage below its FROM."""
        following = self.stages[stage.number + 1].at if stage.number + 1 < len(self.stages) else None
        return self.instructions[stage.at + 1 : following]

    def root(self, stage: Stage) -> Stage:
        """The stage whose FROM names the image at the end of the chain of stages."""
        return self.stages[stage.root]

    def find_stage(self, name: str) -> Stage | None:
        """A stage by name, in any case, or by number, as `docker build --target` finds it."""
        index = self.names.get(name.lower())
        if index is None and name.isdecimal() and name.isascii() and len(name) < 10:
            index = int(name)
        return self.stages[index] if index is not None and index < len(self.stages) else None


def parse_dockerfile(
    source: Source, build_args: Mapping[str, str], platform: Mapping[str, str] | None = None
) -> Dockerfile:
    """Parse a Dockerfile; without `platform`, the builder's own arguments are UNKNOWN."""
    scanned = scan(source)
    instructions = _instructions(source, scanned)
    settable: set[str] = set()
    names: dict[str, int] = {}
    bad: dict[int, tuple[Word, str]] = {}
    values = dict(_BUILDER_VALUES)
    stages = tuple(_stages(instructions, scanned.escape, build_args, platform, settable, names, bad, values))
    return Dockerfile(source, scanned, instructions, stages, names, frozenset(settable), bad, values, build_args)


def _instructions(source: Source, scanned: Scan) -> tuple[Instruction, ...]:
    plain = _is_plain(source.text)
    hard = [] if plain else [line for line in scanned.lines if not _is_plain(line.text) and line.text.strip(GO_SPACE)]
    parsed: dict[LogicalLine, Instruction] = {}
    if hard:
        from dockerfile_astro_lint.dockerfile.unusual_lines import split_by_library

        parsed = dict(zip(hard, split_by_library(source, hard, scanned.escape), strict=True))
    found: list[Instruction] = []
    for line in scanned.lines:
        text = line.text
        if parsed and line in parsed:
            found.append(parsed[line])
            continue
        keyword, _, value = text.partition(" ")
        if keyword.isalnum() and value[:1].strip():  # as most
            at = len(keyword) + 1
        else:
            words = text.split(None, 1)
            keyword, value = words if len(words) == 2 else (words[0] if words else "", "")
            at = len(text) - len(value) if value else len(text.rstrip())
        found.append(Instruction(source, keyword.upper(), value.rstrip(), line, at, scanned.escape))
    return tuple(found)


def _is_plain(text: str) -> bool:
    """Whether Python and BuildKit see the same white space and letters in a text."""
    return text.isascii() and not ("\x1c" in text or "\x1d" in text or "\x1e" in text or "\x1f" in text)


def _stages(
    instructions: tuple[Instruction, ...],
    escape: str,
    build_args: Mapping[str, str],
    platform: Mapping[str, str] | None,
    settable: set[str],
    names: dict[str, int],
    bad: dict[int, tuple[Word, str]],
    values: dict[str, Traced],
) -> Iterator[Stage]:
    if build_args or platform is not None:
        for name in BUILDER_ARGUMENTS:
            given = build_args.get(name) or (platform.get(name, "") if platform is not None else UNKNOWN)
            values[name] = _placeless(given)
    budget = from_budget = MAX_FILE_EXPANSION
    roots: list[int] = []
    index = 0
    for at, instruction in enumerate(instructions):
        if instruction.keyword == "FROM":
            stage = _stage(roots, at, instruction, escape, values, settable, names)
            roots.append(stage.root)
            yield stage
            if stage.reference and stage.image and "$" in stage.image.text and from_budget > 0:
                from_budget -= len(stage.reference.value.text)
                if from_budget <= 0:  # the places of every character would fill the memory
                    values = dict.fromkeys(values, _placeless(UNKNOWN))
            if stage.name and is_stage_name(name := stage.name.text.lower()):
                names[name] = index
            index += 1
        elif instruction.keyword == "ARG" and index == 0:
            found: list[tuple[Word, str]] = []
            for name, value in _declared(instruction, escape, values, build_args, settable, platform is None, found):
                budget -= len(value.text)
                values[name] = value if budget > 0 else _placeless(UNKNOWN)
            if found:
                bad[at] = found[0]


def _declared(
    instruction: Instruction,
    escape: str,
    values: Mapping[str, Traced],
    build_args: Mapping[str, str],
    settable: set[str],
    may_be_set: bool,
    bad: list[tuple[Word, str]],
) -> Iterator[tuple[str, Traced]]:
    """The arguments that an ARG before the first FROM gives a value; the others become `settable`."""
    line = instruction.line
    for word in assignment_words(flags(instruction, escape)[1], escape):
        name, equals, text = word.text.partition("=")
        if name in build_args:
            yield name, _placeless(build_args[name])
        elif equals:
            try:
                start = word.end - len(text)
                value = expand(text, line.offsets(start, word.end), values, escape, settable).value
                yield name, Traced(value.text, value.origin, ())
            except ExpansionError as error:
                if not isinstance(error, TooLongError):
                    bad.append((word, str(error)))
                yield name, _placeless(UNKNOWN)
            settable.discard(name)
        elif may_be_set and name not in values:
            settable.add(name)


def _placeless(text: str) -> Traced:
    return Traced(text, (-1,) * len(text), ())


_BUILDER_VALUES = {name: _placeless(UNKNOWN) for name in BUILDER_ARGUMENTS}


def _stage(
    roots: Sequence[int],
    at: int,
    instruction: Instruction,
    escape: str,
    values: Mapping[str, Traced],
    settable: set[str],
    names: Mapping[str, int],
) -> Stage:
    found, arguments = flags(instruction, escape)
    words = split_words(arguments)
    image = words[0] if words else None
    name = words[2] if len(words) == 3 and words[1].text.lower() == "as" else None
    reference, error, base = None, None, None
    if image:
        origin = instruction.line.offsets(image.start, image.end)
        try:
            value, undefined = expand(image.text, origin, values, escape, settable)
            if value.text:
                reference = parse_reference(image, origin, value, undefined)
                base = names.get(value.text)
            else:
                error = "blank base name"
        except ExpansionError as problem:
            error = str(problem)
    index = len(roots)
    root = index if base is None else roots[base]
    return Stage(index, instruction, at, tuple(found), image, name, reference, error, base, root)
