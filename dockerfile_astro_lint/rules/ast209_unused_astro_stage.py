"""Nothing uses this stage: it has no name, no later stage takes a file from it, and it is not the last one. BuildKit
never builds it. Yet the Astro CLI 1.x reads the Runtime version from the **first** `FROM`, so that what it shows and
checks is not what is built. Most often it is the line of `astro dev init`, left in front of the real one.
"""

import re
from collections.abc import Iterator

from dockerfile_astro_lint.dockerfile import copied_from, needed
from dockerfile_astro_lint.rule import Base, Edit, Example, Fix, Problem, Project, Span, rule


@rule(
    code="AST209",
    name="unused-astro-stage",
    severity="warning",
    summary="an Astro stage that nothing uses",
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
def check(project: Project) -> Iterator[Problem]:
    dockerfile = project.dockerfile
    if project.final is None or len(dockerfile.stages) < 2:
        return
    used: set[int] | None = None
    for base in project.bases:
        if base.stage.name is not None or base.stage is project.final:
            continue
        if used is None:
            used = set().union(*(copied_from(dockerfile, stage) for stage in dockerfile.stages))
            used |= needed(dockerfile, project.final)
        if base.stage.number not in used:
            message = "nothing uses this stage, so it is never built"
            if base.stage.number == 0:
                message += "; but the Astro CLI takes the version from the first `FROM`"
            yield Problem(base.reference, message, _fix(project, base))


def _fix(project: Project, base: Base) -> Fix | None:
    dockerfile = project.dockerfile
    numbered = any(
        re.search(r"\bfrom=\d+(,|$)", flag.text)
        for stage in dockerfile.stages
        for command in dockerfile.commands(stage)
        if command.keyword in ("COPY", "RUN")
        for flag in dockerfile.flags(command)
    )
    if dockerfile.commands(base.stage) or numbered:
        return None
    starts, line = dockerfile.source.starts, base.stage.instruction.line
    end = starts[line.last] if line.last < len(starts) else len(dockerfile.source.text)
    span = Span(dockerfile.source, starts[line.first - 1], end)
    return Fix("remove this `FROM`", False, (Edit(span, ""),))
