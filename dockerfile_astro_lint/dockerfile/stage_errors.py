"""What BuildKit refuses where stages and images come together: `--from`, mounts, sources, triggers of ONBUILD."""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator, Mapping, Sequence
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.dockerfile.arguments import Flag, take_flags
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN, Traced
from dockerfile_astro_lint.dockerfile.heredocs import heredoc_of
from dockerfile_astro_lint.dockerfile.image_reference import Word, parse_reference, reference_error
from dockerfile_astro_lint.dockerfile.parser import Dockerfile, Stage
from dockerfile_astro_lint.dockerfile.plan_errors import Checks, Plan, Planned, RefusedError, short
from dockerfile_astro_lint.dockerfile.value_errors import checksum, integer, mode
from dockerfile_astro_lint.dockerfile.word_errors import BadWordError, bad_expressions, expand_text

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.mount_errors import Fault


def _check_copy(plan: Plan, it: Planned) -> None:
    """COPY and ADD: flags, sources, destination and the bodies of heredocs."""
    instruction = it.instruction
    flags = {flag.text.partition("=")[0]: flag for flag in it.flags}
    values: dict[str, str] = {}
    for name in ("--chown", "--chmod", "--checksum"):
        if flag := flags.get(name):
            values[name] = plan.word(it, flag.text.partition("=")[2], plan.value_span(instruction, flag))
    items = list(plan.items(it))
    sources = [(text, span) for text, span in items[:-1] if not heredoc_of(text)]
    expanded = [plan.word(it, text, span) for text, span in sources]
    for text, span in items[-1:]:
        plan.word(it, text, span)
    _check_bodies(plan, it)
    if flag := flags.get("--from"):
        _check_origin(plan, it, flag)
    chmod = values.get("--chmod")
    if chmod and UNKNOWN not in chmod and (fault := mode(chmod)):
        raise RefusedError("mode", f"`--chmod` {fault}", plan.value_span(instruction, flags["--chmod"]))
    _check_sources(plan, it, flags, values, expanded, [span for _, span in sources])


def _check_bodies(plan: Plan, it: Planned) -> None:
    """The bodies of heredocs, which COPY and ADD expand."""
    line, source = it.instruction.line, it.instruction.source
    if not line.heredocs:
        return
    number = source.position(line.pieces[-1][1])[0]
    for heredoc in line.heredocs:
        start = source.starts[number] if number < len(source.starts) else len(source.text)
        while number < line.last:
            text = source.line(number + 1)
            number += 1
            if (text.lstrip("\t") if heredoc.strip_tabs else text) == heredoc.name:
                break
        end = source.starts[number - 1]
        if not heredoc.expand or end <= start:
            continue
        body = source.text[start:end]
        plan.variables.spend(body, "")
        values, settable = plan.variables.at(it.stage, it.at, body)
        for bad in bad_expressions(body, values, settable):
            span = Span(source, start + bad.start, start + bad.end)
            quoted = "quote the heredoc's name to keep `$` as it is"
            raise RefusedError("expansion", f"`{short(span.text)}` {bad.reason}: {quoted}", span)


def _check_origin(plan: Plan, it: Planned, flag: Flag) -> None:
    """Raise RefusedError for a `COPY --from` that names what cannot be copied from."""
    name = flag.text.partition("=")[2]
    if not name:
        return
    span = plan.value_span(it.instruction, flag)
    try:
        expanded = expand_text(name, {}, plan.escape, ())
    except BadWordError as bad:
        raise RefusedError("expansion", f"`{name}` {bad.reason}", span) from None
    if expanded != name:
        message = "`--from` takes no variables: put the variable into a `FROM` with a stage name, and copy from that"
        raise RefusedError("from-variable", message, span)
    index = integer(name)
    if index is None:
        _check_stage(plan.dockerfile, it.stage, name, span, "copies from")
        return
    stages = plan.dockerfile.stages
    if index < 0 or index >= len(stages):
        plan.images = plan.images or list(_images(plan.dockerfile))
        if not 0 <= index < len(stages) + plan.images[it.at]:
            count = f"{len(stages)} stages, from `0`" if len(stages) > 1 else "one stage, `0`"
            raise RefusedError("stage-index", f"`{name}` is not the number of a stage: the file has {count}", span)
    elif index >= it.stage.number:
        raise _order(it.stage, stages[index], name, "copies from", span)


def _images(dockerfile: Dockerfile) -> Iterator[int]:
    """How many images COPY and RUN name above each instruction: BuildKit numbers them like stages, behind them."""
    from dockerfile_astro_lint.dockerfile.mount_errors import origin

    count = 0
    for instruction in dockerfile.instructions:
        yield count
        if instruction.keyword in ("COPY", "RUN") and instruction.value.startswith("--"):
            for flag in take_flags(instruction.value, 0, dockerfile.scan.escape)[0]:
                name, _, value = flag.text.partition("=")
                if name == "--mount":
                    field = origin(value)
                    count += field is None or field.text.lower() not in dockerfile.names
                elif name == "--from" and value and integer(value) is None:
                    count += value.lower() not in dockerfile.names


def _check_stage(dockerfile: Dockerfile, stage: Stage, name: str, span: Span, verb: str) -> None:
    """Raise RefusedError for a stage that is not there yet, or what is neither a stage nor an image."""
    number = dockerfile.names.get(name.lower())
    if number is not None:
        if number >= stage.number:
            raise _order(stage, dockerfile.stages[number], name, verb, span)
        return
    value = Traced(name, range(len(name)), ())
    if error := reference_error(parse_reference(Word(name, 0, len(name)), value.origin, value, ())):
        raise RefusedError("reference", f"`{name}` is neither a stage nor a valid image reference: {error}", span)


def _order(stage: Stage, other: Stage, name: str, verb: str, span: Span) -> RefusedError:
    if other.number == stage.number:
        return RefusedError("stage-itself", f"the stage {verb} itself: `{name}` is this stage", span)
    line = other.instruction.line.first
    message = f"`{name}` is a stage that begins below, on line {line}: move it above this stage"
    return RefusedError("stage-order", message, span)


def _check_mounts(plan: Plan, it: Planned) -> None:
    """Raise RefusedError for the first mount or device of a RUN that is refused."""
    from dockerfile_astro_lint.dockerfile.mount_errors import bad_device

    podman: RefusedError | None = None
    for flag in it.flags:
        name, _, value = flag.text.partition("=")
        if name == "--device":
            fault = bad_device(value)
        elif name == "--mount":
            fault = _bad_mount(plan, it, flag, value)
        else:
            continue
        if fault is None:
            continue
        span = plan.value_span(it.instruction, flag, fault.start, fault.end)
        if fault.severity is None:
            raise RefusedError(name[2:], f"`{name}` {fault.message}", span)
        podman = podman or RefusedError(name[2:], fault.message, span, fault.severity)
    if podman:
        raise podman


def _bad_mount(plan: Plan, it: Planned, flag: Flag, value: str) -> "Fault | None":
    from dockerfile_astro_lint.dockerfile.mount_errors import bad_from, bad_mount, origin

    if fault := bad_from(value):
        return fault
    field = origin(value)
    if field:
        span = plan.value_span(it.instruction, flag, field.start, field.end)
        _check_stage(plan.dockerfile, it.stage, field.text, span, "mounts")

    def expand(text: str) -> str:
        return plan.word(it, text, plan.value_span(it.instruction, flag))

    return bad_mount(value, expand, lambda: plan.variables.environment_at(it.stage, it.at).workdir)


def _check_sources(
    plan: Plan,
    it: Planned,
    flags: Mapping[str, Flag],
    values: Mapping[str, str],
    sources: Sequence[str],
    spans: Sequence[Span],
) -> None:
    """Raise RefusedError for sources that COPY or ADD does not take, and for a checksum of what has none."""
    given = values.get("--checksum", "")
    if not given and not any(":" in source or "github.com/" in source for source in sources):
        return
    from dockerfile_astro_lint.dockerfile.source_errors import bad_sources, git_options, is_url

    known = not any(UNKNOWN in source for source in sources)
    if given and known and UNKNOWN not in given:
        place = plan.value_span(it.instruction, flags["--checksum"])
        if len(sources) != 1:
            raise RefusedError("checksum", "`--checksum` takes a single source", place)
        from_web = is_url(sources[0])
        if not from_web and git_options(sources[0]) is None and not sources[0].startswith("github.com/"):
            raise RefusedError("checksum", "`--checksum` takes a URL or a Git repository as its source", place)
        if from_web and (fault := checksum(given)):
            raise RefusedError("checksum", f"`--checksum` {fault}", place)
    keep = flags.get("--keep-git-dir")
    keep_git = None if keep is None else keep.text.partition("=")[2].lower() != "false"
    keyword = it.instruction.keyword
    # Whatever its variables hold, COPY takes nothing from the network.
    remote = ("http://", "https://") if keyword == "COPY" else ()
    clear = [one if UNKNOWN not in one or one.startswith(remote) else "" for one in sources]
    if found := bad_sources(keyword, clear, keep_git, given if UNKNOWN not in given else ""):
        raise RefusedError("source", found[1], spans[found[0]])


CHECKS: Checks = {"ADD": _check_copy, "COPY": _check_copy, "RUN": _check_mounts}
