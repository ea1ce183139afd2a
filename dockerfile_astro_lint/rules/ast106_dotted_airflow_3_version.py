"""Runtime for Airflow 3 counts builds: `3.0-7` is the seventh build of Runtime 3.0, and happens to carry Airflow
3.0.4. `3.0.4` with a dot is something else: on `astro-runtime` it is Runtime 3.0.4 of 2021 with Airflow **2.1.1**,
which still can be pulled, so that the build goes on with an Airflow that nobody meant; in the Airflow 3 repository
there is no such tag.

Write the build: `X.Y-N`. Which build carries which Airflow is in the catalog.
"""

from dockerfile_astro_lint.astro.base_image import Base
from dockerfile_astro_lint.astro.image import (
    AIRFLOW_2_REPOSITORY,
    AIRFLOW_2_REPOSITORY_AZURE,
    AIRFLOW_3_REPOSITORY,
    MISSPELT,
)
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import (
    Edit,
    Example,
    Fix,
    Violation,
    related_from,
    replace_text,
    replace_version,
    rule,
)

_ELSEWHERE = (AIRFLOW_2_REPOSITORY, AIRFLOW_2_REPOSITORY_AZURE, *MISSPELT)


@rule(
    code="AST106",
    name="dotted-airflow-3-version",
    severity="error",
    summary="`3.Y.Z`, which is no Airflow 3 version of Astro Runtime",
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
    for base in project.faulty("dotted"):
        assert base.tag is not None
        assert base.tag.version is not None
        place = base.segment("version")
        meant = str(base.tag.version)
        if base.image.repository == AIRFLOW_3_REPOSITORY:
            what = f"`{meant}` is no tag: Airflow 3 images are named by build"
        else:
            old = project.catalog.airflow(base.tag.version)
            which = f"Runtime {meant}" if project.catalog.build(base.tag.version) else "the old Runtime 3"
            what = f"`{meant}` is {which} of 2021" + (f" with Airflow {old}" if old else "")
        builds = [
            one
            for one in project.catalog.builds_with_airflow(meant, 3)
            if project.catalog.is_released(one, project.today)
        ]
        if builds:
            names = ", ".join(f"`{build.version}`" for build in builds[-3:])
            message = f"{what}; Airflow {meant} is in {names} (catalog of {project.catalog.date})"
        else:
            series = ".".join(meant.split(".")[:2])
            known = project.catalog.newest(series, project.today)
            example = f", such as `{known.version}` (catalog of {project.catalog.date})" if known else ""
            message = f"{what}; for Airflow {series} name a build, `{series}-N`{example}"
        fix = _fix(base, str(builds[-1].version)) if builds else None
        yield Violation(place.span, message, fix, related_from(base, place))


def _fix(base: Base, version: str) -> Fix | None:
    here = base.equivalent_repository(AIRFLOW_3_REPOSITORY)
    fix = replace_version(base, version, f"use `{here}:{version}`") if here else None
    if fix is None or here is None or base.image.repository not in _ELSEWHERE:
        return fix
    home = replace_text(base.name, here, "", safe=False)
    if home is None:
        return None
    edits: tuple[Edit, ...] = home.edits + fix.edits
    return fix._replace(edits=edits)
