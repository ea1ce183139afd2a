"""Nothing uses this stage: it has no name, no later stage copies from it, and it is not the last one, so BuildKit never
builds it. But Astro CLI 1.x takes the Runtime version from the **first** `FROM`, so it shows and checks a version that
is not built. Most often this is the line of `astro dev init`, left above the real one.
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
    summary="an unused Astro stage",
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
    dockerfile, final = project.dockerfile, project.final
    if final is None or final.image is None:
        return
    unnamed = [
        base
        for base in project.bases
        if base.image.role != "agent"
        and base.stage.name is None
        and base.stage not in (final, dockerfile.stages[-1])  # with --target, other builds need the last one
    ]
    if not unnamed:
        return
    used = stages_to_build(dockerfile, final).union(
        *(stages_copied_from(dockerfile, stage) for stage in dockerfile.stages)
    )
    numbered = _copies_by_number(dockerfile)
    for base in unnamed:
        if base.stage.number in used:
            continue
        first = ", but Astro CLI 1.x takes the version from this first `FROM`" if base.stage.number == 0 else ""
        # Without this stage, the numbers of later stages would change, and a file whose final image is another one
        # would no longer say that it belongs to Astro.
        removable = not numbered and not dockerfile.instructions_of(base.stage) and project.final_base is not None
        message = f"unused stage, never built{first}: remove it"
        yield Violation(base.reference, message, _removal(base) if removable else None)


def _copies_by_number(dockerfile: Dockerfile) -> bool:
    """Whether anything is copied from a stage by its number."""
    import re

    return any(
        re.search(r"\bfrom=\d+(,|$)", flag.text)
        for instruction in dockerfile.instructions
        if instruction.keyword in ("COPY", "RUN")
        for flag in dockerfile.flags(instruction)
    )


def _removal(base: Base) -> Fix:
    return Fix("remove the unused `FROM`", False, (remove_instruction(base.stage.instruction),))
