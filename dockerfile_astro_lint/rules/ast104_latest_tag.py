"""A reference without a tag means `latest`, which Astronomer does not publish for Astro Runtime: the build fails with
"manifest unknown". Always give a version.
"""

from dockerfile_astro_lint.astro.image import AIRFLOW_3_REPOSITORY
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, rule


@rule(
    code="AST104",
    name="latest-tag",
    severity="error",
    summary="no tag or `latest`, which Astro Runtime does not publish",
    on=("latest",),
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:latest
                #                                     ^^^^^^ AST104
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
        ),
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime
                #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AST104
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.3-8
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    catalog, today = project.catalog, project.today
    for base in project.all_runtimes:
        if not base.image.latest:
            continue
        tagged = base.stage.reference is not None and base.stage.reference.tag is not None
        family = 3 if base.image.repository in (AIRFLOW_3_REPOSITORY, "astrocrpublic.azurecr.io/runtime-dev") else 2
        series = catalog.newest_maintained(family, today)
        newest = catalog.newest(series.name, today) if series else None
        example = f", such as `{newest.version}`" if newest else ""
        what = "`latest` is" if tagged else "a missing tag means `latest`, which is"
        message = f"{what} not published for Astro Runtime: use a version{example}"
        yield base.violation(base.whole_tag if tagged else base.name, message)
