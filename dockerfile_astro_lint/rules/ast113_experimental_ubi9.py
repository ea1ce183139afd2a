"""Images on Red Hat's UBI 9 were experimental at first: in the 11 series from 11.13.0 on, and in 12.3 and 12.4. They
are official from 12.5.0.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_from, rule


@rule(
    code="AST113",
    name="experimental-ubi9",
    severity="warning",
    summary="`-ubi9` while it was experimental",
    on=("ubi9",),
    examples=[
        Example(
            bad="""
                # astro-lint: ignore[AST301] until the move to 13
                FROM quay.io/astronomer/astro-runtime:11.20.0-ubi9
                #                                            ^^^^^ AST113
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0-ubi9
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for base in project.with_segment("ubi9"):
        version = base.version
        if version is None or version.family != 2:
            continue
        numbers = version.numbers
        if (11, 13, 0) <= numbers < (12, 0, 0) or (12, 3, 0) <= numbers < (12, 5, 0):
            place = base.segment("ubi9")
            message = f"`-ubi9` of Runtime {version} is experimental: it is official from 12.5.0"
            yield Violation(place.span, message, None, related_from(base, place))
