"""What BuildKit refuses when it plans the stages: words that cannot be expanded, and values that variables make bad.

An image has variables of its own: what they would decide is not judged, nor what only a build argument decides.
"""

from dockerfile_astro_lint.core.compat import Callable, Iterator, Mapping, NamedTuple, Sequence
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.dockerfile.arguments import Flag, json_array, split_words, take_flags
from dockerfile_astro_lint.dockerfile.assignments import assignments
from dockerfile_astro_lint.dockerfile.expansion import GO_SPACE, UNKNOWN
from dockerfile_astro_lint.dockerfile.image_reference import Word
from dockerfile_astro_lint.dockerfile.parser import Dockerfile, Instruction, Stage
from dockerfile_astro_lint.dockerfile.plan_variables import Variables
from dockerfile_astro_lint.dockerfile.value_errors import platform, port, signal
from dockerfile_astro_lint.dockerfile.word_errors import BadWordError, expand_words


class RefusedError(Exception):
    """What stops the planning of an instruction: kind, sentence, place and, if not an error, severity."""

    def __init__(self, kind: str, message: str, span: Span, severity: str | None = None) -> None:
        super().__init__(message)
        self.kind, self.message, self.span, self.severity = kind, message, span, severity


class Planned(NamedTuple):
    """An instruction in the stage that it is planned in, with its flags and arguments in the joined line."""

    stage: Stage
    at: int
    instruction: Instruction
    flags: Sequence[Flag]
    arguments: Word


class Plan:
    """The stages of a Dockerfile while they are planned, one instruction after the other."""

    def __init__(self, dockerfile: Dockerfile, is_known: Callable[[Stage], bool] | None) -> None:
        self.dockerfile = dockerfile
        self.escape = dockerfile.scan.escape
        self.variables = Variables(dockerfile, is_known or (lambda stage: False))
        self.images: Sequence[int] | None = None
        """How many images the instructions above each name, counted when a number asks for it."""

    def value_span(self, instruction: Instruction, flag: Flag, start: int = 0, end: int | None = None) -> Span:
        """A stretch of a flag's value; all of the flag where quotes or escapes hide it."""
        value = flag.text.partition("=")[2]
        if flag.end - flag.start != len(flag.text) or not value:
            return instruction.span(flag.start, flag.end)
        at = flag.end - len(value)
        low, high = at + start, at + (len(value) if end is None else end)
        return instruction.span(low, high) if high > low else instruction.span(flag.start, flag.end)

    def word(self, it: Planned, text: str, span: Span, name: str | None = None) -> str:
        """What a word becomes, UNKNOWN where that cannot be told; raise RefusedError for one that is refused."""
        try:
            found = self.variables.expand(it.stage, it.at, text)
        except BadWordError as bad:
            shown = f"the value of `{short(name)}`" if name is not None else f"`{short(text)}`"
            raise RefusedError("expansion", f"{shown} {bad.reason}", span) from None
        return UNKNOWN if found is None else found

    def items(self, it: Planned) -> Iterator[tuple[str, Span]]:
        """The arguments, each with its place: the items of a JSON array, or what white space parts."""
        arguments, span = it.arguments, it.instruction.span
        found = json_array(arguments.text)
        if found is None:
            for word in split_words(arguments):
                yield word.text, span(word.start, word.end)
            return
        at = arguments.start
        places = list(_json_items(arguments.text))
        for number, item in enumerate(found):
            low, high = places[number] if number < len(places) else (0, len(arguments.text))
            yield str(item), span(at + low, at + high)


def short(text: str) -> str:
    """A text as a message quotes it."""
    return text if len(text) <= 80 else f"{text[:80]}…"


def _json_items(text: str) -> Iterator[tuple[int, int]]:
    """Where the strings of a JSON array of strings stand, with their quotes."""
    at = text.find('"')
    while at >= 0:
        end = at + 1
        while text[end] != '"':
            end += 2 if text[end] == "\\" else 1
        yield at, end + 1
        at = text.find('"', end + 1)


Refused = tuple[str, str, Span, str | None]
"""Kind, sentence, place, and the severity of what is not an error."""


Checks = Mapping[str, Callable[[Plan, "Planned"], None]]


def planner(
    dockerfile: Dockerfile, more: Callable[[], Checks], is_known: Callable[[Stage], bool] | None
) -> Callable[[Stage, int, Instruction], Refused | None]:
    """What tells why an instruction of a stage cannot be planned; to be asked of one after the other.

    `more` gives the checks of instructions that bring stages and images together.
    """
    plan = Plan(dockerfile, is_known)

    def check(stage: Stage, at: int, instruction: Instruction) -> Refused | None:
        keyword = instruction.keyword
        find = more().get(keyword) if keyword in ("ADD", "COPY", "RUN") else _CHECKS.get(keyword)
        if find is None:
            return None
        flags, arguments = take_flags(instruction.value, instruction.at, plan.escape)
        try:
            find(plan, Planned(stage, at, instruction, flags, arguments))
        except RefusedError as error:
            return error.kind, error.message, error.span, error.severity
        return None

    return check


def _platform(plan: Plan, it: Planned) -> None:
    """FROM: its platform."""
    for flag in it.flags:
        name, _, value = flag.text.partition("=")
        if name != "--platform" or not value:
            continue
        place = plan.value_span(it.instruction, flag)
        try:
            text = plan.variables.of_file(value)
        except BadWordError as bad:
            raise RefusedError("platform", f"`{short(value)}` {bad.reason}", place) from None
        if text is None or UNKNOWN in text:
            continue
        if not text:
            raise RefusedError("platform", f"`{short(value)}` is empty: `--platform` needs a value", place)
        if fault := platform(text):
            raise RefusedError("platform", fault, place)


def _assignment(plan: Plan, it: Planned) -> None:
    """ENV, ARG and LABEL: names and values, but for names of ARG."""
    found = list(assignments(it.instruction, plan.escape))
    if it.instruction.keyword != "ARG":
        for one in found:
            plan.word(it, one.name, one.name_span)
            plan.word(it, one.text, one.text_span, one.name)
        return
    for number, one in enumerate(found, 1):
        if one.name not in plan.dockerfile.build_args:
            plan.word(it, one.text, one.text_span, one.name)
        if number < len(found):  # the next one sees it
            plan.variables.declare_at(it.stage, it.at, one.name, one.text if one.given else None)


def _whole(plan: Plan, it: Planned) -> None:
    """USER and WORKDIR: all of the line."""
    plan.word(it, it.arguments.text, it.instruction.span(it.arguments.start, it.arguments.end))


def _stop_signal(plan: Plan, it: Planned) -> None:
    span = it.instruction.span(it.arguments.start, it.arguments.end)
    text = plan.word(it, it.arguments.text, span)
    if UNKNOWN not in text and (fault := signal(text)):
        raise RefusedError("signal", fault if text else f"`{short(it.arguments.text)}` is empty here", span)


def _volume(plan: Plan, it: Planned) -> None:
    for text, span in plan.items(it):
        if not plan.word(it, text.strip(GO_SPACE), span):
            raise RefusedError("empty-volume", f"`{short(text)}` is empty here: a volume needs a path", span)


def _expose(plan: Plan, it: Planned) -> None:
    words = split_words(it.arguments)
    for word in words:
        span = it.instruction.span(word.start, word.end)
        if word.text.startswith("#"):
            span = it.instruction.span(word.start, words[-1].end)
            message = "comments cannot follow an instruction: put the comment on a line of its own"
            raise RefusedError("port", message, span)
        try:
            values, settable = plan.variables.at(it.stage, it.at, word.text)
            ports = expand_words(word.text, values, plan.escape, settable)
        except BadWordError as bad:
            raise RefusedError("expansion", f"`{short(word.text)}` {bad.reason}", span) from None
        for text in ports or ():
            if UNKNOWN not in text and (fault := port(text)):
                raise RefusedError("port", fault, span)


_CHECKS: dict[str, Callable[[Plan, Planned], None]] = {
    "ARG": _assignment,
    "ENV": _assignment,
    "EXPOSE": _expose,
    "FROM": _platform,
    "LABEL": _assignment,
    "STOPSIGNAL": _stop_signal,
    "USER": _whole,
    "VOLUME": _volume,
    "WORKDIR": _whole,
}
