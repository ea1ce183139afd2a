"""`-slim` images, without most providers, exist for Runtime 11, 12 and 13. Before 11 there is no such tag, and the
build fails.
"""

from dockerfile_astro_lint.light import Iterator
from dockerfile_astro_lint.rule import Example, Problem, Project, remove_segments, rule, used_by


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
def check(project: Project) -> Iterator[Problem]:
    for base in project.faulty("slim-2"):
        place = base.segment("slim")
        message = f"Runtime {base.version} has no `-slim` image: they begin with Runtime 11"
        yield Problem(place.span, message, remove_segments(base, "slim"), used_by(base, place))
