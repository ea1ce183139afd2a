"""Which stages a build needs, and which take files from which."""

from dockerfile_astro_lint.dockerfile.parser import Dockerfile, Stage


def stages_copied_from(dockerfile: Dockerfile, stage: Stage) -> set[int]:
    """The indices of the stages that a stage takes files from, with `COPY --from` or `RUN --mount=…,from=`."""
    found: set[int] = set()
    for command in dockerfile.instructions_of(stage):
        if command.keyword not in ("COPY", "RUN") or not command.value.startswith("--"):
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


def stages_to_build(dockerfile: Dockerfile, final: Stage) -> set[int]:
    """The indices of the stages that a build of `final` builds."""
    found: set[int] = set()
    waiting = [final.number]
    while waiting:
        number = waiting.pop()
        if number in found:
            continue
        found.add(number)
        stage = dockerfile.stages[number]
        waiting += stages_copied_from(dockerfile, stage)
        if stage.base is not None:
            waiting.append(stage.base)
    return found
