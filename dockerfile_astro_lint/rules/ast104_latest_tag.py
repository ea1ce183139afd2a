"""A reference without a tag means `latest`, and Astronomer publishes no `latest` of Astro Runtime: the build fails
with "manifest unknown". A Runtime image is always named by its version.
"""

from dockerfile_astro_lint.astro.image import AIRFLOW_3_REPOSITORY
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_from, rule


@rule(
    code="AST104",
    name="latest-tag",
    severity="error",
    summary="no tag, or `latest`, which Astronomer does not publish",
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
    for base in project.faulty("latest"):
        reference = base.stage.reference
        tagged = reference is not None and reference.tag is not None
        place = base.whole_tag if tagged else base.name
        family = 3 if base.image.repository in (AIRFLOW_3_REPOSITORY, "astrocrpublic.azurecr.io/runtime-dev") else 2
        series = project.catalog.newest_maintained(family, project.today)
        newest = project.catalog.newest(series.name, project.today) if series else None
        what = "`latest` is" if tagged else "no tag means `latest`, which is"
        offer = f", such as `{newest.version}`" if newest else ""
        yield Violation(
            place.span,
            f"{what} not published for Astro Runtime: name a version{offer}",
            None,
            related_from(base, place),
        )
