"""What BuildKit refuses of a file before it looks at an instruction: options of `# check=`, SOURCE_DATE_EPOCH."""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.source import Span, make_source
from dockerfile_astro_lint.dockerfile.arguments import split_words, take_flags
from dockerfile_astro_lint.dockerfile.assignments import assignments
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN
from dockerfile_astro_lint.dockerfile.parser import Dockerfile, Stage
from dockerfile_astro_lint.dockerfile.scanner import Directive, scan
from dockerfile_astro_lint.dockerfile.source_errors import git_options, is_url
from dockerfile_astro_lint.dockerfile.value_errors import check_options, integer


def bad_check(dockerfile: Dockerfile) -> Iterator[tuple[str, str, Span]]:
    """The options of a `# check=` directive that is refused."""
    found = _check_directive(dockerfile)
    if found is None:
        return
    value = found.value.partition(" ")[0]  # BuildKit reads no further
    if fault := check_options(value):
        message, text = fault
        at = found.start + max(value.find(text), 0)
        yield "check-option", message, Span(dockerfile.source, at, at + len(text))


def _check_directive(dockerfile: Dockerfile) -> Directive | None:
    """The `# check=` that counts: no white space stands in front of it nor of a directive above, and `#!` may."""
    text, directives, skipped = dockerfile.source.text, dockerfile.scan.directives, 0
    if text.startswith("#!"):
        skipped = text.find("\n") + 1
        directives = scan(make_source("", text[skipped:])).directives if skipped else ()
    lines = text[skipped:].split("\n")
    for directive in directives:
        if not lines[directive.line - 1].startswith("#"):
            return None
        if directive.name == "check":
            return directive._replace(start=directive.start + skipped, end=directive.end + skipped)
    return None


def bad_epoch(dockerfile: Dockerfile) -> Iterator[tuple[str, str, Span]]:
    """A SOURCE_DATE_EPOCH in front of the first FROM that is neither a time nor a stage that gives one."""
    name = "SOURCE_DATE_EPOCH"
    value = dockerfile.values.get(name)
    if name in dockerfile.build_args or value is None or UNKNOWN in value.text or not value.text:
        return
    text = value.text
    if integer(text) is not None or text == "context":
        return
    message = f"`{name}` takes seconds since 1970, `context` or a stage, not `{text[:80]}`"
    named = (one for one in dockerfile.stages if one.name and one.name.text.lower() == text.lower())
    if stage := next(named, None):
        if _is_dated(dockerfile, stage):
            return
        message = f"`{name}` takes a stage `FROM scratch` with one `ADD` from the network and nothing else"
    first = dockerfile.stages[0].at if dockerfile.stages else 0
    for instruction in dockerfile.instructions[:first][::-1]:
        for one in assignments(instruction, dockerfile.scan.escape) if instruction.keyword == "ARG" else ():
            if one.name == name:
                yield "epoch", message, one.text_span
                return


def _is_dated(dockerfile: Dockerfile, stage: Stage) -> bool:
    """Whether a stage may give a date, as far as can be told without its variables."""
    commands = [one for one in dockerfile.instructions_of(stage) if one.keyword != "ARG"]
    scratch = stage.reference is None or stage.reference.value.text in ("scratch", UNKNOWN)
    if not scratch or len(commands) != 1 or commands[0].keyword != "ADD":
        return False
    words = split_words(take_flags(commands[0].value, 0, dockerfile.scan.escape)[1])
    source = words[0].text if words else ""
    return len(words) == 2 and ("$" in source or is_url(source) or git_options(source) is not None)
