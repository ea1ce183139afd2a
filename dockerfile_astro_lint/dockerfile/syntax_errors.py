"""What BuildKit refuses in a Dockerfile, instruction by instruction, with the place of each."""

from dockerfile_astro_lint.core.compat import Callable, Iterator, NamedTuple, lru_cache
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.dockerfile.arguments import (
    PLAIN_FLAG,
    WHITE_SPACE,
    Flag,
    assignment_words,
    json_array,
    split_words,
    take_flags,
)
from dockerfile_astro_lint.dockerfile.expansion import GO_SPACE
from dockerfile_astro_lint.dockerfile.image_reference import Word, reference_error
from dockerfile_astro_lint.dockerfile.parser import Dockerfile, Instruction, Stage, is_stage_name

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
blanks is a list of the values that there are.
"""


_DURATION = r"[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)"


_MOUNT_TYPES = ("bind", "cache", "tmpfs", "secret", "ssh")


_MOUNT_KEYS = (
    "type", "from", "source", "src", "target", "dst", "destination", "readonly", "ro", "readwrite", "rw", "required",
    "size", "id", "sharing", "mode", "uid", "gid", "env",
)  # fmt: skip


INSTRUCTIONS = (
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
    "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
)  # fmt: skip


KEYWORDS = frozenset(INSTRUCTIONS)


_SHELL_FORM = frozenset(("RUN", "CMD", "ENTRYPOINT"))


_ONE_ARGUMENT = frozenset(("USER", "WORKDIR", "EXPOSE", "MAINTAINER", "STOPSIGNAL"))


_MARKED = ("-", "[")


_FLAGS_UNREAD = ("ARG", "STOPSIGNAL")


class Refusal(NamedTuple):
    """Why an instruction is refused; `kind` is a word for it."""

    kind: str
    message: str
    span: Span


def refusals(dockerfile: Dockerfile) -> Iterator[Refusal]:
    """What BuildKit would stop at, at most one for an instruction, but for unknown keywords."""
    instructions, escape = dockerfile.instructions, dockerfile.scan.escape
    first = dockerfile.stages[0].at if dockerfile.stages else len(instructions)
    stages = {stage.at: stage for stage in dockerfile.stages}
    told = False
    for at, instruction in enumerate(instructions):
        keyword, value = instruction.keyword, instruction.value
        if keyword not in KEYWORDS:
            continue
        if at > first and ((keyword in _SHELL_FORM and value[:1] not in _MARKED) or _is_fine(keyword, value, escape)):
            continue
        found = _refusal(instruction, escape)
        if found is None and at in dockerfile.bad_values:
            word, error = dockerfile.bad_values[at]
            message = f"the value of `{word.text.partition('=')[0]}` cannot be expanded: {error}"
            found = Refusal("arg-expansion", message, instruction.span(word.start, word.end))
        if found:
            yield found
        elif at < first and keyword != "ARG" and not told:
            told = True
            message = f"`{instruction.keyword}` stands before the first `FROM`; only `ARG` may"
            if not dockerfile.stages:
                message = f"there is no `FROM`: `{instruction.keyword}` has no image to build on"
            yield Refusal("before-first-from", message, instruction.keyword_span)
        elif keyword == "FROM":
            yield from _bad_reference(dockerfile, stages[at])
    if not dockerfile.stages and not told and instructions:
        yield Refusal("no-stage", "there is no `FROM`, so there is nothing to build", instructions[-1].keyword_span)


def _bad_reference(dockerfile: Dockerfile, stage: Stage) -> Iterator[Refusal]:
    if stage.image is None:
        return
    span = stage.instruction.span(stage.image.start, stage.image.end)
    undeclared = "the ARG has to stand before the first `FROM`"
    if stage.error:
        yield Refusal("from-expansion", f"`{stage.image.text}` cannot be expanded: {stage.error}", span)
    elif stage.reference and stage.base is None and (error := reference_error(stage.reference)):
        missing = [name for name in stage.reference.undefined if name not in dockerfile.settable]
        why = f"; `{missing[0]}` has no value here ({undeclared})" if missing else ""
        text = stage.reference.value.text
        shown = text if len(text) <= 200 else f"{text[:200]}…"
        yield Refusal("reference", f"`{shown}` is no image reference: {error}{why}", span)


def _is_fine(keyword: str, value: str, escape: str) -> bool:
    """Whether a short look at a value tells that it is right; it does for most."""
    if value[:1] in _MARKED:
        if not (value.isascii() and value.isprintable()):
            return False
        flag, _, value = value.partition(" ")
        value = value.lstrip(" ")
        if not value or value[0] in _MARKED or not _is_good_flag(keyword, flag, escape):
            return False
    if keyword in _SHELL_FORM:
        return True
    if keyword in _ONE_ARGUMENT:
        return bool(value)
    if keyword in ("COPY", "ADD"):
        return " " in value and "<<" not in value.rpartition(" ")[2]
    if keyword not in ("ENV", "LABEL", "ARG") or not value.isascii() or "'" in value or escape in value:
        return False
    if '"' in value:
        parts = value.split('"')
        if len(parts) % 2 == 0:
            return False
        value = "-".join(parts[::2])  # no white space between quotes
    words = value.split()
    return bool(words) and all(word.find("=") > 0 or (keyword == "ARG" and word[0] != "=") for word in words)


@lru_cache(maxsize=256)
def _is_good_flag(keyword: str, word: str, escape: str) -> bool:
    """Whether a word without quotes and escapes is a flag that the instruction takes."""
    found, rest = take_flags(word, 0, escape) if PLAIN_FLAG.issuperset(word) else ([], None)
    return rest is not None and not rest.text and _bad_flag(keyword, found) is None


def _refusal(instruction: Instruction, escape: str) -> Refusal | None:
    value = instruction.value
    judge = _verdict if len(value) < 500 else _verdict.__wrapped__
    found = judge(instruction.keyword, value, escape)
    if found is None:
        return None
    kind, message, word = found
    at = instruction.at
    blank = word is None or word.end == word.start
    span = instruction.keyword_span if blank or word is None else instruction.span(at + word.start, at + word.end)
    return Refusal(kind, message, span)


@lru_cache(maxsize=256)
def _verdict(keyword: str, value: str, escape: str) -> "_Check | None":
    """Kind, message and place in the value; short ones are kept, as many Dockerfiles have the same instructions."""
    found, arguments = take_flags(value, 0, escape)
    if keyword not in _FLAGS_UNREAD and (problem := _bad_flag(keyword, found)):
        return problem
    last = split_words(arguments)[-1:] if keyword in ("COPY", "ADD") and "<<" in value else []
    if last and "<<" in last[0].text:
        from dockerfile_astro_lint.dockerfile.heredocs import heredocs

        if heredocs(last[0].text):
            return "heredoc-destination", "the destination cannot be a heredoc", last[0]
    check = _CHECKS.get(keyword)
    return check(keyword, arguments, escape) if check else None


def _bad_flag(keyword: str, found: list[Flag]) -> "_Check | None":
    known = FLAGS.get(keyword, {})
    used: set[str] = set()
    for flag in found:
        name, equals, value = flag.text[2:].partition("=")
        shown, kind = f"`--{name}`", known.get(name)
        if kind is None:
            listed = ", ".join(f"`--{one}`" for one in known)
            has = f"it takes {listed}" if listed else "it takes none"
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


def _is_duration(value: str) -> bool:
    import re

    return re.fullmatch(_DURATION, value, re.ASCII) is not None


def _bad_flag_value(name: str, kind: str, value: str) -> str | None:
    """Why a flag's value is refused; a value that is empty, or holds a variable, is not judged."""
    if not value or "$" in value:
        return None
    if " " in kind:
        known = kind.split()
        return None if value in known else f"knows {', '.join(f'`{one}`' for one in known)}, not `{value}`"
    if kind == "duration" and not _is_duration(value):
        return f"takes a time such as `30s` or `1m30s`, not `{value}`"
    if kind == "count" and not (value.removeprefix("+").isascii() and value.removeprefix("+").isdecimal()):
        return f"takes a number, not `{value}`"
    if name != "mount" or '"' in value:
        return None
    for field in value.split(","):
        key, equals, text = field.partition("=")
        if key.lower() not in _MOUNT_KEYS:
            return f"has no field `{key}`"
        if key.lower() == "type" and equals and text.lower() not in _MOUNT_TYPES:
            return f"knows the types {', '.join(f'`{one}`' for one in _MOUNT_TYPES)}, not `{text}`"
    return None


_Check = tuple[str, str, Word | None]


def _from(keyword: str, arguments: Word, escape: str) -> _Check | None:
    words = split_words(arguments)
    if len(words) == 3 and words[1].text.lower() == "as":
        if not is_stage_name(words[2].text.lower()):
            return "stage-name", (
                f"`{words[2].text}` is no name for a stage: a letter first, then letters, digits, `-`, `_`, `.`"
            ), words[2]  # fmt: skip
        return None
    if len(words) == 1:
        return None
    if not words:
        return "from-arguments", "`FROM` names no image", None
    if any(word.text.startswith("#") for word in words[1:]):
        comment = next(word for word in words[1:] if word.text.startswith("#"))
        rest = Word("", comment.start, words[-1].end)
        return "from-arguments", "a comment cannot follow an instruction: it needs a line of its own", rest
    extra = Word("", words[1].start, words[-1].end)
    return "from-arguments", "`FROM` takes an image, or an image, `AS` and a name for the stage", extra


def _arg(keyword: str, arguments: Word, escape: str) -> _Check | None:
    words = assignment_words(arguments, escape)
    if not words:
        return "arg-without-name", "`ARG` names nothing", None
    for word in words:
        if word.text.startswith("="):
            return (
                "arg-without-name",
                "there is no name before the `=`; an assignment has no spaces: `NAME=value`",
                word,
            )
    return None


def _assignments(keyword: str, arguments: Word, escape: str) -> _Check | None:
    words = assignment_words(arguments, escape)
    if not words:
        return "missing-argument", f"`{keyword}` needs at least one `NAME=value`", None
    if "=" not in words[0].text:
        if not any(char in WHITE_SPACE for char in arguments.text):
            return "missing-value", f"`{keyword} {words[0].text}` has no value: `{keyword} NAME=value`", words[0]
        return None
    for word in words:
        if "=" not in word.text:
            return "missing-value", f"`{word.text}` is no `NAME=value`: a value with spaces needs quotes", word
        if word.text.startswith("="):
            return "blank-name", "there is no name before the `=`; an assignment has no spaces: `NAME=value`", word
    return None


def _sources_and_destination(keyword: str, arguments: Word, escape: str) -> _Check | None:
    found = json_array(arguments.text)
    count = len(found) if found is not None else len(split_words(arguments))
    if (problem := _json(keyword, arguments, escape)) or count >= 2:
        return problem
    return "missing-argument", f"`{keyword}` needs a source and a destination", arguments


def _json(keyword: str, arguments: Word, escape: str) -> _Check | None:
    found = json_array(arguments.text)
    if found is not None and not all(isinstance(one, str) for one in found):
        return "json-not-strings", "a JSON array of arguments may hold texts only", arguments
    return None


def _at_least_one(keyword: str, arguments: Word, escape: str) -> _Check | None:
    if not arguments.text:
        return "missing-argument", f"`{keyword}` needs at least one argument", None
    return None


def _volume(keyword: str, arguments: Word, escape: str) -> _Check | None:
    if problem := _at_least_one(keyword, arguments, escape) or _json(keyword, arguments, escape):
        return problem
    found = json_array(arguments.text)
    if found == []:
        return "missing-argument", "`VOLUME` needs at least one argument", arguments
    if found and any(isinstance(one, str) and not one.strip(GO_SPACE) for one in found):
        return "empty-volume", "a volume needs a path, not an empty text", arguments
    return None


def _exactly_one(keyword: str, arguments: Word, escape: str) -> _Check | None:
    if not arguments.text:
        return "missing-argument", f"`{keyword}` needs an argument", None
    return None


def _shell(keyword: str, arguments: Word, escape: str) -> _Check | None:
    if problem := _at_least_one(keyword, arguments, escape) or _json(keyword, arguments, escape):
        return problem
    if json_array(arguments.text) is None:
        return "shell-not-json", '`SHELL` takes a JSON array: `SHELL ["/bin/bash", "-c"]`', arguments
    return (
        ("missing-argument", "`SHELL` needs at least one argument", arguments)
        if json_array(arguments.text) == []
        else None
    )


def _healthcheck(keyword: str, arguments: Word, escape: str) -> _Check | None:
    words = split_words(arguments)
    if not words:
        return "missing-argument", "`HEALTHCHECK` needs `NONE`, or `CMD` and a command", None
    kind = words[0].text.upper()
    if kind == "NONE":
        return ("healthcheck", "`HEALTHCHECK NONE` takes no argument", words[1]) if len(words) > 1 else None
    if kind != "CMD":
        return "healthcheck", f"`HEALTHCHECK` knows `NONE` and `CMD`, not `{words[0].text}`", words[0]
    if len(words) == 1:
        return "missing-argument", "`HEALTHCHECK CMD` has no command", words[0]
    at = words[1].start - arguments.start
    return _json(keyword, Word(arguments.text[at:], words[1].start, arguments.end), escape)


def _onbuild(keyword: str, arguments: Word, escape: str) -> _Check | None:
    words = split_words(arguments)
    if not words:
        return "missing-argument", "`ONBUILD` has no instruction", None
    trigger = words[0].text.upper()
    if trigger in ("ONBUILD", "FROM", "MAINTAINER"):
        return f"onbuild-{trigger.lower()}", f"`{trigger}` cannot be a trigger of `ONBUILD`", words[0]
    # A trigger is read now and judged later: only what cannot be read stops the build.
    inner = arguments.text[len(words[0].text) :].strip(GO_SPACE)
    found = _verdict(trigger, inner, escape)
    if found is None or found[0] not in ("json-not-strings", "missing-value"):
        return None
    at = arguments.end - len(inner)
    return found[0], found[1], found[2] and Word("", at + found[2].start, at + found[2].end)


_CHECKS: dict[str, Callable[[str, Word, str], _Check | None]] = {
    "ADD": _sources_and_destination,
    "ARG": _arg,
    "CMD": _json,
    "COPY": _sources_and_destination,
    "ENTRYPOINT": _json,
    "ENV": _assignments,
    "EXPOSE": _at_least_one,
    "FROM": _from,
    "HEALTHCHECK": _healthcheck,
    "LABEL": _assignments,
    "MAINTAINER": _exactly_one,
    "ONBUILD": _onbuild,
    "RUN": _json,
    "SHELL": _shell,
    "STOPSIGNAL": _exactly_one,
    "USER": _exactly_one,
    "VOLUME": _volume,
    "WORKDIR": _exactly_one,
}
