"""A newer build of the same series is known, with fixes of Airflow, its providers and system packages. This rule is off
unless it is selected.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, replace_version, rule


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
        if version.floating or base.tag.has("prerelease") or base.image.development:
            continue
        if {"yanked", "end-of-maintenance"} & set(project.lifecycle(version)):
            continue
        newest = catalog.newest(version.series, today)
        if newest and newest.version > version:
            airflow = f" (Airflow {newest.airflow})" if newest.airflow else ""
            fix = replace_version(base, str(newest.version), f"use `{newest.version}`")
            message = f"build `{version}` is outdated: upgrade to `{newest.version}`{airflow}"
            yield base.violation(base.segment("version"), message, fix)
