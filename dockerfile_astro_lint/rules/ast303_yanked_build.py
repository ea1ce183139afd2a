"""Astronomer has yanked this build because of a serious defect. The image can still be pulled, but no Deployment can be
created with it or upgraded to it.

In a series that is still maintained, the next build replaces it. Past the end of maintenance, the finding names the
series to upgrade to, as [AST301](AST301.md) does.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, replace_version, rule


@rule(
    code="AST303",
    name="yanked-build",
    severity="error",
    summary="a yanked build",
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
    for base in project.with_lifecycle:
        version = base.version
        build = catalog.build(version)
        if build is None or build.yanked is None or base.image.development or base.tag.has("prerelease"):
            continue
        usable, advice, fix = catalog.usable_builds(version.series, project.today), "", None
        if "end-of-maintenance" in project.lifecycle(version):
            advice = catalog.upgrade_advice(version, project.today)  # another build of the series helps no longer
        elif later := [other.version for other in usable if other.version > version]:
            advice, fix = f": use `{later[0]}`", replace_version(base, str(later[0]), f"use `{later[0]}`")
        message = f"build `{version}` was yanked ({build.yanked}){advice}"
        yield base.violation(base.segment("version"), message, fix)
