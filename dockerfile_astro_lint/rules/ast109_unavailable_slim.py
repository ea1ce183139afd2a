"""`-slim` images, without most providers, exist for Runtime 11, 12 and 13. Before 11 there is no such tag, and the
build fails.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_from, remove_segments, rule


@rule(
    code="AST109",
    name="unavailable-slim",
    severity="error",
    summary="`-slim` on a Runtime before 11",
    on=("slim-2",),
    fix="safe",
    examples=[
        Example(
            bad="""
                # astro-lint: ignore[AST301] until the move to 13
                FROM quay.io/astronomer/astro-runtime:10.9.0-slim
                #                                           ^^^^^ AST109
            """,
            good="""
                # astro-lint: ignore[AST301] until the move to 13
                FROM quay.io/astronomer/astro-runtime:10.9.0
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for base in project.with_tag_error("slim-2"):
        place = base.segment("slim")
        message = f"Runtime {base.version} has no `-slim` image: they begin with Runtime 11"
        yield Violation(place.span, message, remove_segments(base, "slim"), related_from(base, place))
