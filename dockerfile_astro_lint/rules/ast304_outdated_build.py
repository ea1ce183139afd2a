"""A newer build of the same series is known, with its fixes of Airflow, of providers and of the system below them.
For whoever wants to hear of it: the rule is off until it is selected.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_from, replace_version, rule


@rule(
    code="AST304",
    name="outdated-build",
    severity="info",
    summary="a newer build of the series is known",
    fix="unsafe",
    opt_in=True,
    manifest=True,
    examples=[
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.3-2
                #                                     ^^^^^ AST304
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.3-8
            """,
            options=("--extend-select", "AST304"),
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    catalog, today = project.catalog, project.today
    for base in project.with_lifecycle:
        version = base.version
        if not version or version.floating or not base.tag or base.tag.has("prerelease") or base.image.development:
            continue
        build, end = catalog.build(version), catalog.end_of_maintenance(version)
        if (build and build.yanked is not None) or (end and end < today):
            continue
        newest = catalog.newest(version.series, today)
        if newest and newest.version > version:
            airflow = f" (Airflow {newest.airflow})" if newest.airflow else ""
            place = base.segment("version")
            message = f"`{newest.version}`{airflow} is newer than `{version}` (catalog of {catalog.date})"
            fix = replace_version(base, str(newest.version), f"use `{newest.version}`")
            yield Violation(place.span, message, fix, related_from(base, place))
