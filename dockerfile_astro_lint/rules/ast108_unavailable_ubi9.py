"""Images on Red Hat UBI 9 exist from Runtime 11.13.0, and in the 12 series from 12.3.0. Earlier versions have no
`-ubi9` tags, and the build fails.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST108",
    name="unavailable-ubi9",
    severity="error",
    summary="`-ubi9` on a Runtime without UBI 9 images",
    on=("ubi9",),
    examples=[
        Example(
            bad="""
                # astro-lint: ignore[AST301] until the upgrade to 13
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
        first = project.catalog.first_with("ubi9", base.version)
        if first:
            message = f"Runtime {base.version} has no `-ubi9` variant (available from {first}): remove `-ubi9`"
            yield base.violation(base.segment("ubi9"), message)
