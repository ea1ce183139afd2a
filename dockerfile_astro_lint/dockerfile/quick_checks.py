"""A short look at an instruction: whether it is so plain that planning it cannot fail.

It keeps what plans the stages from being loaded for most files; whatever is less plain goes there.
"""

from dockerfile_astro_lint.core.compat import Mapping, lru_cache
from dockerfile_astro_lint.dockerfile.arguments import assignment_words, json_array, split_words, take_flags
from dockerfile_astro_lint.dockerfile.expansion import Traced
from dockerfile_astro_lint.dockerfile.heredocs import heredoc_of
from dockerfile_astro_lint.dockerfile.image_reference import Word, parse_reference, reference_error
from dockerfile_astro_lint.dockerfile.parser import Dockerfile, Instruction, Stage

_PLATFORMS = (
    "linux/amd64", "linux/arm64", "$BUILDPLATFORM", "$TARGETPLATFORM", "${BUILDPLATFORM}", "${TARGETPLATFORM}",
)  # fmt: skip


_OCTAL = frozenset("01234567")


_TARGETS = ("target", "dst", "destination")


_SWITCHES = ("ro", "readonly", "rw", "readwrite", "required")


_OPERATORS = (":-", ":+", "-", "+")


def needs_plan(dockerfile: Dockerfile, stage: Stage, instruction: Instruction) -> bool:
    """Whether an instruction that can be read has anything that may be refused when its stage is planned."""
    keyword, escape = instruction.keyword, dockerfile.scan.escape
    flags, arguments = take_flags(instruction.value, 0, escape)
    for flag in flags:
        name, _, value = flag.text.partition("=")
        if not _is_plain_flag(name, value, escape, dockerfile.names, stage.number):
            return True
    text = arguments.text
    if keyword in ("FROM", "RUN"):
        return False
    if keyword == "EXPOSE":
        return not all(_is_plain_port(word) for word in text.split(" "))
    if keyword in ("USER", "WORKDIR"):
        return not _is_plain(text, escape)
    if keyword in ("ENV", "LABEL", "ARG"):
        words = assignment_words(arguments, escape)
        if words and "=" not in words[0].text and keyword != "ARG":
            return not all(_is_plain(part, escape) for part in text.split(None, 1))
        return not all(_is_plain_assignment(word.text, escape) for word in words)
    if keyword not in ("COPY", "ADD", "VOLUME") or escape in text or "\\" in text:
        return True
    if "$" in text and (keyword == "VOLUME" or text[0] == "[" or _has_address(dockerfile.source.text)):
        return True
    if keyword != "VOLUME" and _may_be_remote(keyword, text):
        return True
    if text.startswith("["):
        return "'" in text or json_array(text) is None
    if keyword == "VOLUME" and ("'" in text or '"' in text):
        return True  # it may be empty
    if instruction.line.heredocs and "${" in instruction.whole.text:
        return True
    return not all(_is_plain(word.text, escape) or heredoc_of(word.text) for word in split_words(arguments))


@lru_cache(maxsize=1)  # asked of every instruction of a file
def _has_address(text: str) -> bool:
    """Whether a variable may hold the address of a file on the network or of a Git repository."""
    return "://" in text or "@" in text or "github.com/" in text


def _may_be_remote(keyword: str, text: str) -> bool:
    """Whether a source of COPY, or the query of a source of ADD, may be refused."""
    return "github.com/" in text if ":" not in text else keyword == "COPY" or "?" in text


def _is_plain(text: str, escape: str) -> bool:
    """Whether a word can be expanded, whatever its variables hold: no escapes, quotes at most around all of it."""
    if escape in text:
        return False
    quote = text[:1]
    if quote in ("'", '"') or "'" in text or '"' in text:
        if quote not in ("'", '"') or len(text) < 2 or text[-1] != quote or text.count(quote) != 2:
            return False
        if quote == "'":
            return True
    return "${" not in text or all(map(_is_plain_variable, text.split("${")[1:]))


def _is_plain_variable(text: str) -> bool:
    """Whether a text behind `${` begins with `NAME}`, or with a name, a default without anything odd, and `}`."""
    inside, closed, _ = text.partition("}")
    for operator in _OPERATORS:
        if operator in inside:
            inside, _, default = inside.partition(operator)
            if any(char in default for char in "$'\"{"):
                return False
            break
    return bool(closed) and inside.isascii() and inside.isidentifier()


def _is_plain_assignment(text: str, escape: str) -> bool:
    name, _, value = text.partition("=")
    return _is_plain(value, escape) and not any(char in name for char in "'\"$") and escape not in name


def _is_plain_port(word: str) -> bool:
    port, _, protocol = word.partition("/")
    return port.isascii() and port.isdecimal() and len(port) < 5 and protocol in ("", "tcp", "udp")


def _is_plain_flag(name: str, value: str, escape: str, stages: Mapping[str, int], number: int) -> bool:
    if name == "--platform":
        return value in _PLATFORMS
    if name == "--chown":
        return _is_plain(value, escape)
    if name == "--chmod":
        return 0 < len(value) <= 4 and _OCTAL.issuperset(value)
    if name == "--from":
        return _is_plain_origin(value, stages, number)
    if name == "--mount":
        return is_plain_mount(value, stages, number)
    return name not in ("--checksum", "--device")


def _is_plain_origin(name: str, stages: Mapping[str, int], number: int) -> bool:
    """Whether a name is that of an earlier stage or of an image."""
    if not name or any(char in name for char in "$'\"\\`") or name.lstrip("+-").isdecimal():
        return False
    stage = stages.get(name.lower())
    if stage is not None:
        return stage < number
    value = Traced(name, range(len(name)), ())
    return reference_error(parse_reference(Word(name, 0, len(name)), value.origin, value, ())) is None


def is_plain_mount(value: str, stages: Mapping[str, int], number: int) -> bool:
    """Whether a mount is one of those that are written most, and right."""
    if any(char in value for char in "\"'$\\`"):
        return False
    given: dict[str, str] = {}
    for field in value.split(","):
        key, equals, text = field.partition("=")
        if key in given or (key == "type" and given) or not (equals or key in _SWITCHES):
            return False
        given[key] = text if equals else "true"
    kind = given.pop("type", "bind")
    if kind not in ("bind", "cache", "secret", "ssh") or ({"id", "source"} <= {*given} and kind == "secret"):
        return False
    if not any(key in given for key in _TARGETS) and not (kind == "ssh" or (kind == "secret" and given.get("id"))):
        return False
    return all(_is_plain_field(kind, key, text, stages, number) for key, text in given.items())


def _is_plain_field(kind: str, key: str, text: str, stages: Mapping[str, int], number: int) -> bool:
    if key in _TARGETS:
        return text.startswith("/") and text != "/"
    if key in _SWITCHES:
        return text in ("true", "false") and (key != "required" or kind in ("secret", "ssh"))
    if key == "from":
        return kind in ("bind", "cache") and _is_plain_origin(text, stages, number)
    if key == "sharing":
        return kind == "cache" and text in ("shared", "private", "locked")
    if key in ("uid", "gid", "mode"):
        return kind != "bind" and 0 < len(text) < 9 and _OCTAL.issuperset(text)
    return bool(text) and (key in ("id", "env") or (key in ("source", "src") and kind in ("bind", "cache")))
