"""Images on Red Hat's UBI 9 begin with Runtime 11.13.0, and in the 12 series with 12.3.0. Before those there is no
`-ubi9` tag, and the build fails.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_from, rule


@rule(
    code="AST108",
    name="unavailable-ubi9",
    severity="error",
    summary="`-ubi9` on a Runtime that has none",
    on=("ubi9",),
    examples=[
        Example(
            bad="""
                # astro-lint: ignore[AST301] until the move to 13
                FROM quay.io/astronomer/astro-runtime:12.1.0-ubi9
                #                                           ^^^^^ AST108
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
        if numbers < (11, 13, 0) or (12, 0, 0) <= numbers < (12, 3, 0):
            place = base.segment("ubi9")
            first = "12.3.0" if numbers[0] == 12 else "11.13.0"
            message = f"Runtime {version} has no `-ubi9` image: they begin with {first}"
            yield Violation(place.span, message, None, related_from(base, place))
