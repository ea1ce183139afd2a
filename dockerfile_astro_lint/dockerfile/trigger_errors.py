"""Triggers of ONBUILD that BuildKit refuses when a stage of the same file builds on the stage that has them."""

from dockerfile_astro_lint.core.compat import Callable, Iterator, Sequence
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.dockerfile.arguments import split_keyword
from dockerfile_astro_lint.dockerfile.parser import Dockerfile, Instruction, Stage, flags
from dockerfile_astro_lint.dockerfile.stage_graph import stages_to_build

_Refused = tuple[str, str, Span, str | None]


MAX_TRIGGERS = 2000
"""Triggers that are looked at in a file: many stages may build on one that has many."""


def trigger_of(onbuild: Instruction, escape: str) -> Instruction:
    """The instruction inside an ONBUILD."""
    arguments = flags(onbuild, escape)[1]
    keyword, value = split_keyword(arguments.text)
    return Instruction(onbuild.source, keyword.upper(), value, onbuild.line, arguments.end - len(value), escape)


class Triggers:
    """The triggers of a Dockerfile's stages."""

    def __init__(
        self,
        dockerfile: Dockerfile,
        read: Callable[[Instruction], _Refused | None],
        plan: Callable[[Stage, int, Instruction], _Refused | None],
    ) -> None:
        self.dockerfile, self.read, self.plan, self.left = dockerfile, read, plan, MAX_TRIGGERS
        self.built = stages_to_build(dockerfile, dockerfile.stages[-1])

    def bad(self, stage: Stage, onbuilds: Sequence[Instruction]) -> Iterator[_Refused]:
        """What is refused of the triggers that a stage takes over."""
        escape = self.dockerfile.scan.escape
        if stage.number not in self.built or escape != "\\":
            return  # BuildKit reads a trigger with the usual escape character
        for onbuild in onbuilds[: self.left]:
            instruction = trigger_of(onbuild, escape)
            if instruction.keyword in ("FROM", "MAINTAINER", "ONBUILD"):
                continue  # it has been refused
            found = self.read(instruction) or self.plan(stage, stage.at + 1, instruction)
            # BuildKit looks for circles before there are triggers, so that one may copy from its own stage.
            if found and found[0] != "stage-itself":
                kind, message, span, severity = found
                line = stage.instruction.line.first
                yield kind, f"{message}; the `FROM` on line {line} runs this trigger", span, severity
        self.left = max(self.left - len(onbuilds), 0)
