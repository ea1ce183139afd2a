"""Images without most providers, `-slim`, exist for Runtime 11, 12 and 13. Earlier versions have no such tags, and the
build fails.
"""

from dockerfile_astro_lint.astro.catalog_data import FIRST_SLIM
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, remove_segments, rule


@rule(
    code="AST109",
    name="unavailable-slim",
    severity="error",
    summary="`-slim` on a Runtime without slim images",
    on=("slim-2",),
    fix="safe",
    examples=[
        Example(
            bad="""
                # astro-lint: ignore[AST301] until the upgrade to 13
                FROM quay.io/astronomer/astro-runtime:10.9.0-slim
                #                                           ^^^^^ AST109
            """,
            good="""
                # astro-lint: ignore[AST301] until the upgrade to 13
                FROM quay.io/astronomer/astro-runtime:10.9.0
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for base in project.with_tag_error("slim-2"):
        first = ".".join(map(str, FIRST_SLIM))
        message = f"Runtime {base.version} has no `-slim` variant (available from {first}): remove `-slim`"
        yield base.violation(base.segment("slim"), message, remove_segments(base, "slim"))
