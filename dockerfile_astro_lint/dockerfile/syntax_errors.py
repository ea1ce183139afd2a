"""What BuildKit refuses in a Dockerfile, instruction by instruction, with the place of each."""

from dockerfile_astro_lint.core.compat import (
    TYPE_CHECKING,
    Callable,
    Iterator,
    Mapping,
    NamedTuple,
    Sequence,
    lru_cache,
)
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.dockerfile.arguments import (
    PLAIN_FLAG,
    Flag,
    is_stage_name,
    json_array,
    take_flags,
)
from dockerfile_astro_lint.dockerfile.image_reference import Word, reference_error
from dockerfile_astro_lint.dockerfile.parser import Dockerfile, Instruction, Stage

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.plan_errors import Checks, Refused
    from dockerfile_astro_lint.dockerfile.trigger_errors import Triggers


FLAGS: dict[str, dict[str, str]] = {
    "ADD": {"chown": "text", "chmod": "text", "link": "switch", "keep-git-dir": "switch", "checksum": "text",
            "unpack": "switch", "exclude": "many"},
    "COPY": {"chown": "text", "from": "text", "chmod": "text", "link": "switch", "exclude": "many",
             "parents": "switch"},
    "FROM": {"platform": "text"},
    "HEALTHCHECK": {"interval": "duration", "timeout": "duration", "start-period": "duration",
                    "start-interval": "duration", "retries": "count"},
    "RUN": {"mount": "many", "network": "default none host", "security": "insecure sandbox", "device": "many"},
}  # fmt: skip
"""The flags of each instruction: `text` takes a value once, `many` again and again, `switch` true or false; what has
spaces is a list of the values that there are.
"""


INSTRUCTIONS = (
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
    "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
)  # fmt: skip


KEYWORDS = frozenset(INSTRUCTIONS)


JSON_FORM = frozenset(("ADD", "CMD", "COPY", "ENTRYPOINT", "HEALTHCHECK", "RUN", "SHELL", "VOLUME"))


_SHELL_FORM = frozenset(("RUN", "CMD", "ENTRYPOINT"))


_JSON_ALONE = frozenset(("CMD", "ENTRYPOINT", "SHELL"))
"""What takes a JSON array that nothing else is wrong with."""


_PLANNED = frozenset(("ADD", "ARG", "COPY", "ENV", "EXPOSE", "LABEL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"))


_PLANNED_FLAGS = ("from", "mount", "device", "checksum")
"""Flags that more must be known to judge than their value."""


_OCTAL = frozenset("01234567")


_MARKED = ("-", "[")


class Refusal(NamedTuple):
    """Why an instruction is refused; `kind` is a word for it, `severity` None for an error."""

    kind: str
    message: str
    span: Span
    severity: str | None = None


def refusals(dockerfile: Dockerfile, is_known: "Callable[[Stage], bool] | None" = None) -> Iterator[Refusal]:
    """What BuildKit stops at, at most once for an instruction; unknown keywords aside.

    `is_known`: whether the variables of a stage's base image are known.
    """
    instructions, escape, names = dockerfile.instructions, dockerfile.scan.escape, dockerfile.names
    if any(one.name == "check" for one in dockerfile.scan.directives) or dockerfile.source.text.startswith("#!"):
        from dockerfile_astro_lint.dockerfile.file_errors import bad_check

        yield from (Refusal(*one) for one in bad_check(dockerfile))
    if "SOURCE_DATE_EPOCH" in dockerfile.values:
        from dockerfile_astro_lint.dockerfile.file_errors import bad_epoch

        yield from (Refusal(*one) for one in bad_epoch(dockerfile))
    first = dockerfile.stages[0].at if dockerfile.stages else len(instructions)
    stages = {stage.at: stage for stage in dockerfile.stages}
    reported = False
    stage: Stage | None = None
    plan: Callable[[Stage, int, Instruction], Refused | None] | None = None
    onbuilds: Mapping[int, Sequence[Instruction]] | None = None
    triggers: Triggers | None = None
    unknown = False  # what follows from a keyword that nothing knows is not reported
    for at, instruction in enumerate(instructions):
        keyword, value = instruction.keyword, instruction.value
        if keyword == "FROM":
            stage = stages[at]
        elif stage:
            if (keyword == "RUN" and value[:1] not in _MARKED) or _is_fine(keyword, value, escape, names, stage.number):
                continue
        elif keyword == "ARG" and at not in dockerfile.bad_values and _is_fine(keyword, value, escape, names, 0):
            continue
        if keyword not in KEYWORDS:
            unknown = True
            continue
        found = None if _is_plain_from(keyword, value) else _read(instruction, escape)
        if found is None and at in dockerfile.bad_values:
            word, error = dockerfile.bad_values[at]
            name, _, text = word.text.partition("=")
            message = f"the value of `{name}` {_reason(error)}"
            found = Refusal("arg-expansion", message, instruction.span(word.end - len(text), word.end))
        if found is None and stage and _is_planned(dockerfile, stage, instruction):
            plan = plan or _planner(dockerfile, is_known)
            refused = plan(stage, at, instruction)
            found = Refusal(*refused) if refused else None
        if found:
            yield found
        elif at < first and keyword != "ARG" and not reported and not unknown:
            reported = True
            message = f"`{instruction.keyword}` is not allowed before the first `FROM`: only `ARG` is"
            if not dockerfile.stages:
                message = f"`{instruction.keyword}` has no image to build on: add a `FROM`"
            yield Refusal("before-first-from", message, instruction.keyword_span)
        elif stage and keyword == "FROM":
            yield from _bad_reference(dockerfile, stage)
        if keyword == "FROM" and stage and stage.base is not None:
            if onbuilds is None:
                onbuilds = _onbuilds(dockerfile)
            if stage.base in onbuilds:
                from dockerfile_astro_lint.dockerfile import trigger_errors

                plan = plan or _planner(dockerfile, is_known)
                triggers = triggers or trigger_errors.Triggers(dockerfile, _reader(escape), plan)
                yield from (Refusal(*one) for one in triggers.bad(stage, onbuilds[stage.base]))
    if not dockerfile.stages and not reported and not unknown and instructions:
        yield Refusal("no-stage", "the file has no `FROM`: add one", instructions[-1].keyword_span)


def _read(instruction: Instruction, escape: str) -> Refusal | None:
    """Why BuildKit refuses to read an instruction; loaded for those that do not look fine."""
    from dockerfile_astro_lint.dockerfile.instruction_errors import read_refusal

    return read_refusal(instruction, escape)


def _planner(
    dockerfile: Dockerfile, is_known: "Callable[[Stage], bool] | None"
) -> Callable[[Stage, int, Instruction], "Refused | None"]:
    """What plans the instructions of a file; most files are fine without."""
    from dockerfile_astro_lint.dockerfile.plan_errors import planner

    return planner(dockerfile, _stage_checks, is_known)


def _stage_checks() -> "Checks":
    from dockerfile_astro_lint.dockerfile.stage_errors import CHECKS

    return CHECKS


def _reader(escape: str) -> Callable[[Instruction], Refusal | None]:
    """What reads an instruction, and passes over one that nothing knows."""
    return lambda instruction: _read(instruction, escape) if instruction.keyword in KEYWORDS else None


def _onbuilds(dockerfile: Dockerfile) -> dict[int, list[Instruction]]:
    """The ONBUILD instructions of each stage that has some."""
    found: dict[int, list[Instruction]] = {}
    number = -1
    for instruction in dockerfile.instructions:
        if instruction.keyword == "FROM":
            number += 1
        elif instruction.keyword == "ONBUILD":
            found.setdefault(number, []).append(instruction)
    return found


def _reason(error: str) -> str:
    from dockerfile_astro_lint.dockerfile.word_errors import reason_of

    return reason_of(error)


def _is_planned(dockerfile: Dockerfile, stage: Stage, instruction: Instruction) -> bool:
    """Whether an instruction that can be read may be refused when its stage is planned."""
    keyword = instruction.keyword
    if keyword not in _PLANNED and not (keyword in ("FROM", "RUN") and instruction.value.startswith("--")):
        return False
    from dockerfile_astro_lint.dockerfile.quick_checks import needs_plan

    return needs_plan(dockerfile, stage, instruction)


def _bad_reference(dockerfile: Dockerfile, stage: Stage) -> Iterator[Refusal]:
    if stage.image is None:
        return
    if stage.error:
        reason = "is empty" if stage.error == "blank base name" else _reason(stage.error)
        span = stage.instruction.span(stage.image.start, stage.image.end)
        yield Refusal("from-expansion", f"`{stage.image.text}` {reason}", span)
    elif stage.reference and stage.base is None and (error := reference_error(stage.reference)):
        span = stage.instruction.span(stage.image.start, stage.image.end)
        missing = [name for name in stage.reference.undefined if name not in dockerfile.settable]
        undeclared = "declare its `ARG` before the first `FROM`"
        why = f"; `{missing[0]}` has no value here ({undeclared})" if missing else ""
        text = stage.reference.value.text
        shown = text if len(text) <= 200 else f"{text[:200]}…"
        yield Refusal("reference", f"`{shown}` is not a valid image reference: {error}{why}", span)


def _is_fine(keyword: str, value: str, escape: str, stages: Mapping[str, int], number: int) -> bool:
    """Whether a short look at a value, in the stage of a number, tells that it is right; it does for most."""
    if value[:1] in _MARKED:
        if not (value.isascii() and value.isprintable()):
            return False
        flags: list[str] = []
        while value[:1] == "-":
            flag, _, value = value.partition(" ")
            name, _, origin = flag.partition("=")
            if name in flags:
                return False
            flags.append(name)
            if name == "--from" and keyword == "COPY":
                if stages.get(origin, number) >= number:
                    return False
            elif not _is_good_flag(keyword, flag, escape):
                return False
            value = value.lstrip(" ")
        if not value:
            return False
        if value[0] == "[":
            return keyword in _JSON_ALONE and len(value) < 500 and _is_good_array(value)
    if keyword in _SHELL_FORM or keyword == "MAINTAINER":
        return bool(value) or keyword in _SHELL_FORM
    if "'" in value or escape in value or not value.isascii() or ("${" in value and not _has_plain_variables(value)):
        return False
    if keyword in ("USER", "WORKDIR"):
        return bool(value) and '"' not in value
    if keyword in ("COPY", "ADD"):
        return " " in value and not (
            "<<" in value or ":" in value or '"' in value or "$" in value or "github.com/" in value
        )
    if keyword == "EXPOSE":
        return value.isdecimal() and len(value) < 5
    if keyword == "STOPSIGNAL":
        return value in ("SIGINT", "SIGKILL", "SIGQUIT", "SIGTERM")
    if keyword not in ("ENV", "LABEL", "ARG"):
        return False
    if '"' in value:
        parts = value.split('"')
        # Each quoted text stands right behind a `=`, so that no name has quotes.
        if len(parts) % 2 == 0 or [part for part in parts[:-1:2] if part[-1:] != "="]:
            return False
        value = '"'.join(parts[::2])  # no white space between quotes
    words = value.split()
    if not words or [word for word in words if word[0] == "="]:
        return False
    return keyword == "ARG" or not [word for word in words if "=" not in word]


def _is_plain_from(keyword: str, value: str) -> bool:
    """Whether a FROM is an image, with or without a plain name."""
    words = value.split() if keyword == "FROM" and value.isascii() and value.isprintable() else []
    if len(words) == 3 and words[1].lower() == "as" and is_stage_name(words[2].lower()):
        del words[1:]
    return len(words) == 1 and value[:1] != "-"


def _has_plain_variables(value: str) -> bool:
    """Whether every `${` begins a `${NAME}`, which cannot fail."""
    return all(
        closed and name.isidentifier() for name, closed, _ in (part.partition("}") for part in value.split("${")[1:])
    )


@lru_cache(maxsize=64)
def _is_good_array(value: str) -> bool:
    """Whether a value is a JSON array of strings."""
    words = json_array(value) or [None]
    return all(isinstance(word, str) for word in words)


@lru_cache(maxsize=256)
def _is_good_flag(keyword: str, word: str, escape: str) -> bool:
    """Whether a word without quotes and escapes is a flag that the instruction takes."""
    found, rest = take_flags(word, 0, escape) if PLAIN_FLAG.issuperset(word) else ([], None)
    if rest is None or rest.text or bad_flag(keyword, found):
        return False
    name, _, value = word[2:].partition("=")
    if name == "chmod":
        return len(value) <= 4 and _OCTAL.issuperset(value)
    if name == "mount" and "from=" not in value:
        from dockerfile_astro_lint.dockerfile.quick_checks import is_plain_mount

        return is_plain_mount(value, {}, 0)
    return name not in _PLANNED_FLAGS


def bad_flag(keyword: str, found: list[Flag]) -> tuple[str, str, Word | None] | None:
    known = FLAGS.get(keyword, {})
    used: set[str] = set()
    for flag in found:
        name, equals, value = flag.text[2:].partition("=")
        shown, kind = f"`--{name}`", known.get(name)
        if kind is None:
            listed = ", ".join(f"`--{one}`" for one in known)
            has = f"it takes {listed}" if listed else "it takes no flags"
            message = f"`{keyword}` has no flag {shown}: {has}"
        elif name in used and kind != "many":
            message = f"the flag {shown} is given twice"
        elif kind == "switch" and (value.lower() not in ("", "true", "false") or (equals and not value)):
            message = f"the flag {shown} is `true` or `false`, not `{value}`"
        elif kind != "switch" and not equals:
            message = f"the flag {shown} needs a value: `--{name}=…`"
        elif reason := _bad_flag_value(name, kind, value):
            message = f"the flag {shown} {reason}"
        else:
            used.add(name)
            continue
        return "unknown-flag" if kind is None else "flag", message, Word("", flag.start, flag.end)
    return None


def _bad_flag_value(name: str, kind: str, value: str) -> str | None:
    """Why a flag's value is refused by itself."""
    if " " in kind:
        known = kind.split()
        return None if value in known else f"takes {', '.join(f'`{one}`' for one in known)}, not `{value}`"
    if not value or kind not in ("duration", "count"):
        return None
    if value[:-1].isdecimal() and value[-1] in "smh" and len(value) < 6 and kind == "duration":
        return None
    from dockerfile_astro_lint.dockerfile.value_errors import duration, retries

    return duration(value) if kind == "duration" else retries(value)
