"""Instructions that BuildKit refuses when it reads them, before it plans the stages."""

from dockerfile_astro_lint.core.compat import Callable, Sequence, lru_cache
from dockerfile_astro_lint.dockerfile.arguments import (
    WHITE_SPACE,
    assignment_words,
    is_stage_name,
    json_array,
    split_words,
    take_flags,
)
from dockerfile_astro_lint.dockerfile.expansion import GO_SPACE
from dockerfile_astro_lint.dockerfile.image_reference import Word
from dockerfile_astro_lint.dockerfile.parser import Instruction
from dockerfile_astro_lint.dockerfile.syntax_errors import JSON_FORM, Refusal, bad_flag

_Check = tuple[str, str, Word | None]


_FLAGS_UNREAD = ("ARG", "STOPSIGNAL")


def read_refusal(instruction: Instruction, escape: str) -> Refusal | None:
    """Why an instruction is refused when it is read."""
    value = instruction.value
    judge = _verdict if len(value) < 500 else _verdict.__wrapped__
    found = judge(instruction.keyword, value, escape)
    if found is None:
        return None
    kind, message, word = found
    at = instruction.at
    is_missing = word is None or word.end == word.start
    span = instruction.keyword_span if is_missing or word is None else instruction.span(at + word.start, at + word.end)
    return Refusal(kind, message, span)


def _is_heredoc(word: str) -> bool:
    if "<<" not in word:
        return False
    from dockerfile_astro_lint.dockerfile.heredocs import heredoc_of

    return heredoc_of(word) is not None


@lru_cache(maxsize=256)
def _verdict(keyword: str, value: str, escape: str) -> "_Check | None":
    """Kind, message and place in the value; short ones are kept, as many Dockerfiles have the same instructions."""
    found, arguments = take_flags(value, 0, escape)
    unread = keyword in _FLAGS_UNREAD or (keyword == "HEALTHCHECK" and arguments.text[:4].upper() == "NONE")
    if not unread and (problem := bad_flag(keyword, found)):
        return problem
    last = split_words(arguments)[-1:] if keyword in ("COPY", "ADD") and "<<" in value else []
    if last and _is_heredoc(last[0].text):
        return "heredoc-destination", "the destination cannot be a heredoc", last[0]
    check = _CHECKS.get(keyword)
    return check(keyword, arguments, escape) if check else None


def _from(keyword: str, arguments: Word, escape: str) -> _Check | None:
    words = split_words(arguments)
    if len(words) == 3 and words[1].text.lower() == "as":
        if not is_stage_name(words[2].text.lower()):
            return "stage-name", (
                f"`{words[2].text}` is not a valid stage name: use a letter, then letters, digits, `-`, `_` or `.`"
            ), words[2]  # fmt: skip
        return None
    if len(words) == 1:
        return None
    if not words:
        return "from-arguments", "`FROM` needs an image", None
    if any(word.text.startswith("#") for word in words[1:]):
        comment = next(word for word in words[1:] if word.text.startswith("#"))
        rest = Word("", comment.start, words[-1].end)
        return "from-arguments", "comments cannot follow an instruction: put the comment on a line of its own", rest
    extra = Word("", words[1].start, words[-1].end)
    return "from-arguments", "`FROM` takes an image, or an image, `AS` and a name for the stage", extra


def _arg(keyword: str, arguments: Word, escape: str) -> _Check | None:
    words = assignment_words(arguments, escape)
    if not words:
        return "arg-without-name", "`ARG` needs a name", None
    for word in words:
        if word.text.startswith("="):
            return (
                "arg-without-name",
                "the name before `=` is missing: write `NAME=value` without spaces",
                word,
            )
    return None


def _assignments(keyword: str, arguments: Word, escape: str) -> _Check | None:
    words = assignment_words(arguments, escape)
    if not words:
        return "missing-argument", f"`{keyword}` needs at least one `NAME=value`", None
    if problem := _unassigned(keyword, arguments, words):
        return problem
    for word in words if "=" in words[0].text else ():
        if word.text.startswith("="):
            return "missing-name", "the name before `=` is missing: write `NAME=value` without spaces", word
    return None


def _unassigned(keyword: str, arguments: Word, words: Sequence[Word]) -> _Check | None:
    """Why the words of ENV or LABEL cannot be read."""
    if words and "=" not in words[0].text:
        if not any(char in WHITE_SPACE for char in arguments.text):
            return "missing-value", f"`{keyword} {words[0].text}` has no value: `{keyword} NAME=value`", words[0]
        return None
    for word in words:
        if "=" not in word.text:
            return "missing-value", "this word is not a `NAME=value`: quote a value with spaces", word
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
        return "json-not-strings", "a JSON array of arguments takes strings only", arguments
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
        return "empty-volume", "a volume needs a path, not an empty string", arguments
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
        if json_array(_behind_first(arguments).text) == []:
            return None
        return ("healthcheck", "`HEALTHCHECK NONE` takes no argument", words[1]) if len(words) > 1 else None
    if kind != "CMD":
        return "healthcheck", f"`HEALTHCHECK` takes `NONE` or `CMD`, not `{words[0].text}`", words[0]
    if len(words) == 1:
        return "missing-argument", "`HEALTHCHECK CMD` has no command", words[0]
    command = _behind_first(arguments)
    if json_array(command.text) == []:
        return "missing-argument", "`HEALTHCHECK CMD` has no command", command
    return _json(keyword, command, escape)


def _behind_first(arguments: Word) -> Word:
    """What stands behind the first word."""
    words = split_words(arguments)
    if len(words) < 2:
        return Word("", arguments.end, arguments.end)
    at = words[1].start - arguments.start
    return Word(arguments.text[at:], words[1].start, arguments.end)


def _onbuild(keyword: str, arguments: Word, escape: str) -> _Check | None:
    words = split_words(arguments)
    if not words:
        return "missing-argument", "`ONBUILD` has no instruction", None
    trigger = words[0].text.upper()
    if trigger in ("ONBUILD", "FROM", "MAINTAINER"):
        return f"onbuild-{trigger.lower()}", f"`{trigger}` cannot be a trigger of `ONBUILD`", words[0]
    # A trigger is read now and judged later: only what cannot be read stops the build.
    at = words[0].end
    inner = arguments.text[at - arguments.start :].strip(GO_SPACE)
    rest = take_flags(inner, arguments.end - len(inner), escape)[1]
    if trigger == "HEALTHCHECK":
        rest = _behind_first(rest)
    if trigger in ("ENV", "LABEL"):
        return _unassigned(trigger, rest, assignment_words(rest, escape))
    return _json(trigger, rest, escape) if trigger in JSON_FORM else None


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
