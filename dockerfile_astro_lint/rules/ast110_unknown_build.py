"""The catalog that astro-lint carries does not know this build. It may simply be newer than the catalog, which is why
this is only a hint; or it is a typing error (`13.21.0` for `13.11.0`), which the build would tell much later.

Between two known builds of an Airflow 3 series nothing is said: not all of those are in the catalog.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_from, rule


@rule(
    code="AST110",
    name="unknown-build",
    severity="info",
    summary="a build that the catalog does not know",
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
    for base in project.all_runtimes:
        tag, version = base.tag, base.version
        if tag is None or version is None or tag.has("prerelease") or catalog.build(version):
            continue
        builds = catalog.of_series(version.series)
        dated = f"(catalog of {catalog.date})"
        if not builds and not catalog.series_of(version):
            message = f"Runtime {version.series} is not known here {dated}: newer than the catalog, or a typing error"
        elif version.floating or not builds:
            continue
        elif version > builds[-1].version:
            message = f"build `{version}` is newer than the newest known here, `{builds[-1].version}` {dated}"
        elif version.family == 2:
            message = f"build `{version}` is not known here {dated}: it may be a typing error"
        else:
            continue
        place = base.segment("version")
        yield Violation(place.span, message, None, related_from(base, place))
