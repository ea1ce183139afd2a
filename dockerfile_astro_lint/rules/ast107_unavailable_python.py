"""Each Runtime series has images for a few Python versions, and `-python-A.B` selects one. Another version does not
exist, and before Runtime 9 there are no Python variants at all: the build fails.

Only series whose Python versions are all known are checked. The default Python is a valid variant too.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST107",
    name="unavailable-python",
    severity="error",
    summary="a Python variant that this Runtime does not have",
    on=("python",),
    examples=[
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21-python-3.10
                #                                           ^^^^^^^^^^^^ AST107
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21-python-3.11
            """,
        ),
        Example(
            bad="""
                # astro-lint: ignore[AST301] until the upgrade to 13
                FROM quay.io/astronomer/astro-runtime:8.10.0-python-3.11
                #                                           ^^^^^^^^^^^^ AST107
            """,
            good="""
                # astro-lint: ignore[AST301] until the upgrade to 13
                FROM quay.io/astronomer/astro-runtime:8.10.0
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for base in project.with_segment("python"):
        version, python = base.version, base.tag.python
        first = project.catalog.first_with("python", version)
        pythons = project.catalog.python_variants(version)
        if first:
            remove = f"remove `-python-{python}`"
            message = f"Runtime {version} has no Python variants (available from {first}): {remove}"
        elif pythons and python not in pythons:
            message = f"Runtime {version} has no Python {python} variant; available: {', '.join(pythons)}"
        else:
            continue
        yield base.violation(base.segment("python"), message)
