"""Astronomer has withdrawn this build: something in it is broken. The image can still be pulled, but no Deployment
can be created on it or upgraded to it.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_from, replace_version, rule


@rule(
    code="AST303",
    name="yanked-build",
    severity="error",
    summary="a build that Astronomer has withdrawn",
    on=("yanked",),
    fix="unsafe",
    manifest=True,
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.5.0
                #                                     ^^^^^^ AST303
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.5.1
            """,
        ),
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.2-1-python-3.12
                #                                     ^^^^^ AST303
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.2-2-python-3.12
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    catalog = project.catalog
    for base in project.maintained:
        version = base.version
        build = catalog.build(version) if version else None
        prerelease = base.image.development or (base.tag is not None and base.tag.has("prerelease"))
        if build is None or build.yanked is None or prerelease:
            continue
        later = [
            other
            for other in catalog.of_series(build.version.series)
            if other.version > build.version and other.yanked is None and catalog.is_released(other, project.today)
        ]
        place = base.segment("version")
        message = f"`{version}` was withdrawn by Astronomer: {build.yanked} (catalog of {catalog.date})"
        if not later:
            yield Violation(place.span, message, None, related_from(base, place))
            continue
        message += f"; the next good build is `{later[0].version}`"
        fix = replace_version(base, str(later[0].version), f"use `{later[0].version}`")
        yield Violation(place.span, message, fix, related_from(base, place))
