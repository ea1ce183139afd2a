"""Astro Runtime tags have one of two forms, and a tag of any other form does not exist, so the build fails.

    Airflow 3:  X.Y-N[-ubi9][-python-A.B][-base]         3.1-12, 3.1-12-python-3.11-base
    Airflow 2:  X.Y.Z[-ubi9][-python-A.B][-slim][-base]  13.11.0, 13.11.0-slim-base

Typical mistakes come from other images: a `v` before the version, `-onbuild` from Astronomer Certified, `-buster` or
`-alpine` from Docker Hub. Airflow 2 tags need all three numbers. An Airflow 3 series alone (`3.1`, `3.1-base`) is a
floating tag, which has no Python variants.
"""

from dockerfile_astro_lint.astro.tag_errors import GRAMMAR, explain_malformed, suggest_tag
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, replace_text, rule


@rule(
    code="AST101",
    name="malformed-tag",
    severity="error",
    summary="the tag is not a valid Astro Runtime tag",
    on=("malformed",),
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0-onbuild
                #                                            ^^^^^^^^ AST101
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
        ),
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13
                #                                     ^^ AST101
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
        ),
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.3-python-3.13
                #                                        ^^^^^^^^^^^^ AST101
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.3-8-python-3.13
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for base in project.with_tag_error("malformed"):
        repository = base.image.repository
        error = explain_malformed(base.tag, repository, project.catalog)
        suggestion = suggest_tag(base.tag, repository, project.catalog, project.today)
        forms = f"Airflow {error.family} tags are `{GRAMMAR[error.family]}`"
        message, fix = f"{error.reason}: {forms}", None
        if suggestion:
            message = f"{error.reason}: use `{suggestion}` ({forms})"
            if not base.image.digest:
                fix = replace_text(base.whole_tag, suggestion, f"use `{suggestion}`", safe=False)
        yield base.violation(base.in_tag(error.start, error.end), message, fix)
