"""Nothing uses this stage: it has no name, no later stage takes a file from it, and it is not the last one. BuildKit
never builds it. Yet the Astro CLI 1.x reads the Runtime version from the **first** `FROM`, so that what it shows and
checks is not what is built. Most often it is the line of `astro dev init`, left in front of the real one.
"""

from dockerfile_astro_lint.astro.base_image import Base
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.dockerfile.parser import Dockerfile
from dockerfile_astro_lint.dockerfile.stage_graph import stages_copied_from, stages_to_build
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Fix, Violation, remove_instruction, rule


@rule(
    code="AST209",
    name="unused-astro-stage",
    severity="warning",
    summary="an Astro stage that nothing uses",
    on=("stages",),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
                #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST209
                FROM astrocrpublic.azurecr.io/runtime:3.3-8
                USER astro
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.3-8
                USER astro
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    dockerfile = project.dockerfile
    if project.final is None or project.final.image is None or len(dockerfile.stages) < 2:
        return
    unnamed = [
        base
        for base in project.bases
        if base.image.role != "agent" and base.stage.name is None and base.stage is not project.final
    ]
    if not unnamed:
        return
    used = stages_to_build(dockerfile, project.final).union(
        *(stages_copied_from(dockerfile, stage) for stage in dockerfile.stages)
    )
    numbered = _takes_by_number(dockerfile)
    for base in unnamed:
        if base.stage.number in used:
            continue
        message = "nothing uses this stage, so it is never built"
        if base.stage.number == 0:
            message += "; but the Astro CLI takes the version from the first `FROM`"
        # Without this stage the numbers of those behind it would be others.
        removable = not numbered and not dockerfile.instructions_of(base.stage)
        yield Violation(base.reference, message, _removal(base) if removable else None)


def _takes_by_number(dockerfile: Dockerfile) -> bool:
    """Whether anything is copied from a stage by its number."""
    import re

    return any(
        re.search(r"\bfrom=\d+(,|$)", flag.text)
        for instruction in dockerfile.instructions
        if instruction.keyword in ("COPY", "RUN")
        for flag in dockerfile.flags(instruction)
    )


def _removal(base: Base) -> Fix:
    return Fix("remove this `FROM`", False, (remove_instruction(base.stage.instruction),))
