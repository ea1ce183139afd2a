"""Instructions, stages, variables and image references; the only importer of dockerfile_parse.

The scanner owns lines and places. dockerfile_parse splits keyword from arguments where a line is more than plain ASCII,
on a form of it that it reads rightly: every such instruction joined on a line of its own, and nothing else.
"""

from itertools import pairwise

from dockerfile_astro_lint.core.compat import Iterator, Mapping, NamedTuple, Sequence
from dockerfile_astro_lint.core.source import Source, Span
from dockerfile_astro_lint.dockerfile.expansion import (
    GO_SPACE,
    MAX_EXPANSION,
    UNKNOWN,
    ExpansionError,
    TooLongError,
    Traced,
    expand,
)
from dockerfile_astro_lint.dockerfile.heredocs import Flag, split_flags
from dockerfile_astro_lint.dockerfile.image_reference import Reference, Word, parse_reference
from dockerfile_astro_lint.dockerfile.scanner import WHITE_SPACE, LogicalLine, ReadError, Scan, json_array, scan

BUILDER_ARGUMENTS = frozenset(
    f"{side}{what}"
    for side in ("BUILD", "TARGET")
    for what in ("PLATFORM", "OS", "OSVERSION", "ARCH", "VARIANT", "STAGE")
)
"""What the builder sets by itself; a file alone cannot tell their values."""


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
        """The file's stretch for one of the joined line; for a split token, from its first segment to its last."""
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
    def flags(self) -> Iterator[InstructionFlag]:
        """The flags in front of the arguments."""
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
        """All that follows the keyword."""
        return self.span(self.at, self.at + len(self.value))

    @property
    def keyword_span(self) -> Span:
        """The keyword; of a line that is blank once joined, what stands there."""
        text = self.line.text
        start = len(text) - len(text.lstrip(GO_SPACE))
        return self.span(start, start + len(self.keyword) if start + len(self.keyword) <= len(text) else len(text))


_STAGE_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")


def is_stage_name(name: str) -> bool:
    """Whether BuildKit takes a name, in lower case, for a stage."""
    return "a" <= name[:1] <= "z" and _STAGE_NAME.issuperset(name)


def flags(instruction: Instruction, escape: str) -> tuple[list[Flag], Word]:
    """The flags, and the arguments behind them, at offsets in the joined line."""
    return take_flags(instruction.value, instruction.at, escape)


def take_flags(value: str, at: int, escape: str) -> tuple[list[Flag], Word]:
    """The flags of a value that begins at an offset, and the arguments behind them."""
    if not value.startswith("--"):
        return [], Word(value, at, at + len(value))
    found, rest = split_flags(value, escape)
    text = value[rest:].strip(GO_SPACE)
    start = at + value.index(text, rest)
    return [Flag(text, at + start, at + end) for text, start, end in found], Word(text, start, start + len(text))


def split_words(arguments: Word) -> list[Word]:
    """Words as BuildKit splits them where quotes mean nothing: at white space."""
    return _words(arguments, WHITE_SPACE)


def _words(arguments: Word, spaces: str) -> list[Word]:
    """What stands between white space of some kind; no pattern, for those take long to load."""
    text, at = arguments.text, arguments.start
    new = tuple.__new__  # what the class itself calls, without the call in between: there are many words
    if not text.isprintable():
        for space in spaces:
            text = text.replace(space, " ")
    found = []
    for word in text.split(" "):
        if word:
            found.append(new(Word, (word, at, at + len(word))))
        at += len(word) + 1
    return found


def assignment_words(arguments: Word, escape: str) -> list[Word]:
    """Words of ARG, ENV and LABEL: split at white space outside quotes; quotes and escapes stay."""
    text, at = arguments.text, 0
    plain = escape not in text and "'" not in text and text.isascii()
    if plain and '"' not in text:
        return _words(arguments, "\t\n\v\f\r")
    if plain and text.count('"') % 2 == 0:
        start, parts = arguments.start, text.split('"')
        parts[1::2] = ["-" * len(part) for part in parts[1::2]]  # no white space between quotes
        masked = _words(Word('"'.join(parts), start, arguments.end), "\t\n\v\f\r")
        return [Word(text[word.start - start : word.end - start], word.start, word.end) for word in masked]
    words: list[Word] = []
    while True:
        while at < len(text) and text[at] in GO_SPACE:
            at += 1
        if at >= len(text):
            return words
        start, quote = at, ""
        while at < len(text) and (quote or text[at] not in GO_SPACE):
            char = text[at]
            if char == escape and quote != "'":
                at += 1
            elif char == quote:
                quote = ""
            elif not quote and char in "'\"":
                quote = char
            at += 1
        end = min(at, len(text))
        # An escape character at the very end is dropped.
        trimmed = text[start:end]
        if text[end - 1] == escape and at > end:
            trimmed = trimmed[:-1]
        if trimmed:
            words.append(Word(trimmed, arguments.start + start, arguments.start + start + len(trimmed)))


class Stage(NamedTuple):
    """A FROM and what it means; `base` is the number of the earlier stage that it builds on, `root` of
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
        """Whether it is Astronomer's, which knows `PYENV`."""
        return self._name == "quay.io/astronomer/airflow-extensions"

    @property
    def known(self) -> bool:
        return self.pyenv or self._name in ("docker/dockerfile", "docker/dockerfile-upstream")


class Dockerfile(NamedTuple):
    """A Dockerfile that was read; `stages` in order, `instructions` all of them.

    `bad_values`, by the number of an ARG in front of the first FROM: its word that cannot be expanded, and why.
    """

    source: Source
    scan: Scan
    instructions: tuple[Instruction, ...]
    stages: tuple[Stage, ...]
    names: Mapping[str, int]
    settable: frozenset[str]
    bad_values: Mapping[int, tuple[Word, str]]

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
        """The stage whose FROM names the image that this one is built on in the end."""
        return self.stages[stage.root]

    def find_stage(self, name: str) -> Stage | None:
        """A stage by name, in any case, or by number, as `docker build --target` finds it."""
        index = self.names.get(name.lower())
        if index is None and name.isdecimal() and name.isascii() and len(name) < 10:
            index = int(name)
        return self.stages[index] if index is not None and index < len(self.stages) else None


def copied_from(dockerfile: Dockerfile, stage: Stage) -> set[int]:
    """The indices of the stages that a stage takes files from, with `COPY --from` or `RUN --mount=…,from=`."""
    found: set[int] = set()
    for command in dockerfile.instructions_of(stage):
        if command.keyword not in ("COPY", "RUN"):
            continue
        for flag in dockerfile.flags(command):
            name, _, value = flag.text.partition("=")
            if name == "--mount":
                value = next((one[5:] for one in value.split(",") if one.startswith("from=")), "")
            elif name != "--from":
                continue
            origin = dockerfile.find_stage(value) if value else None
            if origin and origin.number < stage.number:
                found.add(origin.number)
    return found


def needed(dockerfile: Dockerfile, final: Stage) -> set[int]:
    """The indices of the stages that a build of `final` builds."""
    found: set[int] = set()
    waiting = [final.number]
    while waiting:
        number = waiting.pop()
        if number in found:
            continue
        found.add(number)
        stage = dockerfile.stages[number]
        waiting += copied_from(dockerfile, stage)
        if stage.base is not None:
            waiting.append(stage.base)
    return found


def parse_dockerfile(
    source: Source, build_args: Mapping[str, str], platform: Mapping[str, str] | None = None
) -> Dockerfile:
    """Read a Dockerfile; without `platform`, what only a build knows stays UNKNOWN, with it nothing does."""
    scanned = scan(source)
    instructions = _instructions(source, scanned)
    settable: set[str] = set()
    names: dict[str, int] = {}
    bad: dict[int, tuple[Word, str]] = {}
    stages = tuple(_stages(instructions, scanned.escape, build_args, platform, settable, names, bad))
    return Dockerfile(source, scanned, instructions, stages, names, frozenset(settable), bad)


_ODD_SPACE = ("\x1c", "\x1d", "\x1e", "\x1f")
"""White space to Python, not to BuildKit."""


def _instructions(source: Source, scanned: Scan) -> tuple[Instruction, ...]:
    plain = _is_plain(source.text)
    hard = [] if plain else [line for line in scanned.lines if not _is_plain(line.text) and line.text.strip(GO_SPACE)]
    parsed = dict(zip(hard, _split(source, hard, scanned.escape), strict=True)) if hard else {}
    found: list[Instruction] = []
    new = tuple.__new__  # what the class itself calls, without the call in between: there are many instructions
    for line in scanned.lines:
        text = line.text
        instruction = parsed.get(line) if parsed else None
        if instruction is None:
            words = text.split(None, 1)
            keyword, value = words if len(words) == 2 else (words[0] if words else "", "")
            at = len(text) - len(value) if value else len(text.rstrip())
            instruction = new(Instruction, (source, keyword.upper(), value.rstrip(), line, at, scanned.escape))
        found.append(instruction)
    return tuple(found)


def _is_plain(text: str) -> bool:
    """Whether Python and BuildKit see the same white space and letters in a text."""
    fs, gs, rs, us = _ODD_SPACE
    return text.isascii() and not (fs in text or gs in text or rs in text or us in text)


# dockerfile_parse splits at any Unicode space; those that BuildKit does not know are hidden from it.
_SHIELD = {
    ord(space): "_"
    for space in "".join(_ODD_SPACE)
    + "\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
}


_END = " ."
"""Ends the instruction, so that nothing continues and a keyword alone has a value."""


def _split(source: Source, lines: Sequence[LogicalLine], escape: str) -> Iterator[Instruction]:
    """Keyword and arguments by dockerfile_parse, which costs too much to be loaded for what is plain."""
    from io import BytesIO

    from dockerfile_parse import DockerfileParser

    text = "\n".join([line.text.lstrip(GO_SPACE) + _END for line in lines])
    data = text.translate(_SHIELD).encode("utf-8", "replace")
    for line, entry in zip(lines, DockerfileParser(fileobj=BytesIO(data)).structure, strict=True):
        text = line.text.rstrip(GO_SPACE)
        at = min(len(line.text) + len(_END) - len(entry["value"]), len(text))
        keyword = text[:at].lstrip(GO_SPACE).rstrip(WHITE_SPACE)
        value = text[at:].lstrip(GO_SPACE)
        # BuildKit compares in lower case: a long s is no S there.
        upper = keyword.upper()
        keyword = keyword if upper.isascii() and not keyword.lower().isascii() else upper
        yield Instruction(source, keyword, value, line, len(text) - len(value), escape)


def _stages(
    instructions: tuple[Instruction, ...],
    escape: str,
    build_args: Mapping[str, str],
    platform: Mapping[str, str] | None,
    settable: set[str],
    names: dict[str, int],
    bad: dict[int, tuple[Word, str]],
) -> Iterator[Stage]:
    values = dict(_BUILDER_VALUES)
    if build_args or platform is not None:
        for name in BUILDER_ARGUMENTS:
            given = build_args.get(name) or (platform.get(name, "") if platform is not None else UNKNOWN)
            values[name] = _placeless(given)
    budget = MAX_FILE_EXPANSION
    roots: list[int] = []
    index = 0
    for at, instruction in enumerate(instructions):
        if instruction.keyword == "FROM":
            stage = _stage(roots, at, instruction, escape, values, settable, names)
            roots.append(stage.root)
            yield stage
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
    """The arguments that an ARG in front of the first FROM gives a value; the others become `settable`."""
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


class Place(NamedTuple):
    """Where a stretch of a reference stands; `pieces` are what to replace, None where that cannot be done."""

    span: Span
    pieces: tuple[tuple[int, int], ...] | None


def place(stage: Stage, start: int, end: int, written: tuple[int, int] | None = None) -> Place:
    """The place of a stretch of a stage's expanded reference: where its text comes from, else the FROM."""
    reference, source = stage.reference, stage.instruction.source
    assert reference is not None
    value = reference.value
    pieces = _pieces(value.origin[start:end])
    if pieces and all(_continued(source.text, before[1], after[0]) for before, after in pairwise(pieces)):
        return Place(Span(source, pieces[0][0], pieces[-1][1]), pieces)
    if written is None and end > start:
        stretches = [value.written_at(at) for at in range(start, end)]
        written = min(low for low, _ in stretches), max(high for _, high in stretches)
    if written is None or min(written) < 0:
        return Place(stage.instruction.span(reference.word.start, reference.word.end), None)
    return Place(Span(source, *written), None)


def _pieces(origin: Sequence[int]) -> tuple[tuple[int, int], ...]:
    if isinstance(origin, range):
        return ((origin.start, origin.stop),) if origin else ()
    pieces: list[tuple[int, int]] = []
    for at in origin:
        if at < 0:
            return ()
        if pieces and pieces[-1][1] == at:
            pieces[-1] = pieces[-1][0], at + 1
        else:
            pieces.append((at, at + 1))
    return tuple(pieces)


def _continued(text: str, end: int, start: int) -> bool:
    """Whether nothing but a line continuation stands between two pieces."""
    return (
        end < start
        and text[start - 1] == "\n"
        and text[end] in "\\`"
        and not text[end + 1 : start].split("\n")[0].strip()
    )


def is_json_form(instruction: Instruction, escape: str) -> bool:
    """Whether the arguments are a JSON array of strings."""
    keyword = instruction.keyword
    if keyword not in ("ADD", "CMD", "COPY", "ENTRYPOINT", "HEALTHCHECK", "RUN", "SHELL", "VOLUME"):
        return False
    text = flags(instruction, escape)[1].text
    if keyword == "HEALTHCHECK":
        text = text[len(text.split(None, 1)[0]) :].strip(GO_SPACE) if text.strip() else ""
    found = json_array(text)
    return found is not None and all(isinstance(one, str) for one in found)
