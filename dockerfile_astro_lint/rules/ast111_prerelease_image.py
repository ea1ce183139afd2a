"""Alphas, release candidates and nightly images are for trying out what comes next. They get no fixes, are deleted
after a while, and are not supported for a Deployment. They are fine for development: `--environment development` turns
this rule off.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST111",
    name="prerelease-image",
    severity="warning",
    production=True,
    summary="a pre-release image in production",
    on=("prerelease", "development"),
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime-dev:13.0.0-alpha1
                #                                               ^^^^^^^ AST111
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
        ),
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime-dev:3.3-8
                #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST111
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.3-8
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for base in project.all_runtimes:
        segment = base.tag.segment("prerelease") if base.tag and base.version else None
        if segment:
            place, what = base.segment("prerelease"), f"`{segment.text}` is a pre-release"
        elif base.image.development:
            place, what = base.name, "this repository holds pre-releases"
        else:
            continue
        yield base.violation(place, f"{what}, not supported in production: use a released build")
