"""The catalog of astro-lint does not list this build. It may be newer than the catalog, which is why this is only info,
or a typo (`13.21.0` for `13.11.0`) that would fail the build much later.

The catalog does not list every build of an Airflow 3 series, so only builds newer than its newest are reported there.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST110",
    name="unknown-build",
    severity="info",
    summary="a build that is not in the catalog",
    on=("unlisted",),
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.21.0
                #                                     ^^^^^^^ AST110
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
        ),
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.9-1
                #                                     ^^^^^ AST110
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.3-8
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    catalog = project.catalog
    for base in project.runtimes:
        version = base.version
        if base.tag.has("prerelease") or catalog.build(version):
            continue
        builds, what, latest = catalog.of_series(version.series), f"build `{version}`", ""
        if not builds and not catalog.series_of(version):
            what = f"Runtime {version.series}"
        elif version.floating or not builds:
            continue
        elif version > builds[-1].version:
            latest = f" (latest known: `{builds[-1].version}`)"
        elif version.family == 3:
            continue
        message = f"{what} is not in the catalog of {catalog.date}{latest}: check for a typo"
        yield base.violation(base.segment("version"), message)
