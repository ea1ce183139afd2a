"""Images on Red Hat UBI 9 were experimental at first: in the 11 series from 11.13.0, and in 12.3 and 12.4. They are
official from 12.5.0.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST113",
    name="experimental-ubi9",
    severity="warning",
    summary="an experimental `-ubi9` image",
    on=("ubi9",),
    examples=[
        Example(
            bad="""
                # astro-lint: ignore[AST301] until the upgrade to 13
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
    catalog = project.catalog
    for base in project.with_segment("ubi9"):
        official = catalog.first_with("official-ubi9", base.version)
        if official and not catalog.first_with("ubi9", base.version):
            message = f"`-ubi9` images of Runtime {base.version} are experimental: upgrade to {official} or later"
            yield base.violation(base.segment("ubi9"), message)
