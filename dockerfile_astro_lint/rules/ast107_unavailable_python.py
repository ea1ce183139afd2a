"""Each Runtime series comes with a few Pythons, and `-python-A.B` picks one of them. Another one has no image, and
before Runtime 9 there was no such segment at all: the build fails.

The rule speaks only where all Pythons of a series are known. Naming the default Python is no mistake: those images
exist.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_from, rule


@rule(
    code="AST107",
    name="unavailable-python",
    severity="error",
    summary="a Python that this Runtime does not come with",
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
                # astro-lint: ignore[AST301] until the move to 13
                FROM quay.io/astronomer/astro-runtime:8.10.0-python-3.11
                #                                           ^^^^^^^^^^^^ AST107
            """,
            good="""
                # astro-lint: ignore[AST301] until the move to 13
                FROM quay.io/astronomer/astro-runtime:8.10.0
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for base in project.with_segment("python"):
        tag, version = base.tag, base.version
        assert tag is not None
        assert version is not None
        place = base.segment("python")
        if version.family == 2 and version.numbers[0] < 9:
            message = f"Runtime {version.series} has one Python and no `-python-…` tags: they begin with Runtime 9"
            yield Violation(place.span, message, None, related_from(base, place))
            continue
        build, series = project.catalog.build(version), project.catalog.series_of(version)
        pythons = build.pythons if build and build.pythons else ()
        if not pythons and series and series.pythons_complete:
            pythons = series.pythons
        if pythons and tag.python not in pythons:
            message = f"Runtime {version} does not come with Python {tag.python}: there is {_listed(pythons)}"
            yield Violation(place.span, message, None, related_from(base, place))


def _listed(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
