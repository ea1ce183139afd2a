"""Airflow 3 tags name a build of Runtime, not a version of Airflow: `3.0-7` is the seventh build of Runtime 3.0, and
carries Airflow 3.0.4. `3.0.4` with dots is something else. In `astro-runtime` it is Runtime 3.0.4 of 2021 with Airflow
**2.1.1**, which can still be pulled, so the build succeeds with the wrong Airflow; the Airflow 3 repository has no such
tag.

Use the build, `X.Y-N`. `astro-lint catalog show` lists the Airflow version of each build.
"""

from dockerfile_astro_lint.astro.base_image import Base
from dockerfile_astro_lint.astro.catalog import Catalog
from dockerfile_astro_lint.astro.image import (
    AIRFLOW_2_REPOSITORY,
    AIRFLOW_2_REPOSITORY_AZURE,
    AIRFLOW_3_REPOSITORY,
    MISSPELT,
)
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Fix, Violation, replace_text, replace_version, rule

_OTHER_REPOSITORIES = (AIRFLOW_2_REPOSITORY, AIRFLOW_2_REPOSITORY_AZURE, *MISSPELT)


@rule(
    code="AST106",
    name="dotted-airflow-3-version",
    severity="error",
    summary="`3.Y.Z` is not an Airflow 3 tag",
    on=("dotted",),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:3.0.4
                #                                     ^^^^^ AST106
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.0-7
            """,
        ),
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.1.7-python-3.11
                #                                     ^^^^^ AST106
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-13-python-3.11
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    catalog = project.catalog
    for base in project.with_tag_error("dotted"):
        airflow = base.tag.segments[0].text
        carrying = catalog.builds_with_airflow(airflow, 3)
        builds = [str(build.version) for build in carrying if catalog.is_released(build, project.today)]
        if builds:
            *others, newest_build = [f"`{build}`" for build in builds[-3:]]
            message = f"for Airflow {airflow} use {', '.join(others)}{' or ' if others else ''}{newest_build}"
        else:
            series = airflow.rpartition(".")[0]
            newest = catalog.newest(series, project.today)
            known = f" (latest known: `{newest.version}`)" if newest else ""
            message = f"for Airflow {series} use a build, `{series}-N`{known}"
        fix = _use_build(base, builds[-1]) if builds else None
        yield base.violation(base.segment("version"), f"{_meaning(base, catalog)}: {message}", fix)


def _meaning(base: Base, catalog: Catalog) -> str:
    """What the dotted version means in the image's repository."""
    version = base.image.version
    if version is None or base.image.repository == AIRFLOW_3_REPOSITORY or catalog.build(version) is None:
        return f"`{version}` is not a valid tag"
    airflow = catalog.airflow(version)
    return f"`{version}` is the old Runtime 3 of 2021" + (f" with Airflow {airflow}" if airflow else "")


def _use_build(base: Base, build: str) -> Fix | None:
    """Use a build in the Airflow 3 repository, or in the mirror that the image comes from."""
    repository = base.equivalent_repository(AIRFLOW_3_REPOSITORY)
    fix = replace_version(base, build, f"use `{repository}:{build}`") if repository else None
    if fix is None or repository is None or base.image.repository not in _OTHER_REPOSITORIES:
        return fix
    moved = replace_text(base.name, repository, "", safe=False)
    return fix._replace(edits=(*moved.edits, *fix.edits)) if moved else None
