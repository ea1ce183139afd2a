"""The segments of a tag have one order: version, `-ubi9`, `-python-A.B`, `-slim`, `-base`, each at most once. In
another order, or with a segment repeated, the tag does not exist, and the build fails.
"""

from dockerfile_astro_lint.astro.tag_errors import conflicting_segments, reorder
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, replace_text, rule


@rule(
    code="AST102",
    name="segment-order",
    severity="error",
    summary="the tag's segments are out of order or repeated",
    on=("order",),
    fix="safe",
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.7.0-slim-python-3.12
                #                                           ^^^^^^^^^^^^^^^^^ AST102
            """,
            good="""
                FROM quay.io/astronomer/astro-runtime:13.7.0-python-3.12-slim
            """,
        ),
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21-base-base
                #                                                ^^^^^ AST102
                COPY --chown=astro:0 . .
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21-base
                COPY --chown=astro:0 . .
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for base in project.with_tag_error("order"):
        conflict = conflicting_segments(base.tag)
        if conflict:
            segment, earlier = conflict
            message = f"`{segment.text}` conflicts with `{earlier.text}`: keep one of them"
            yield base.violation(base.in_tag(segment.start, segment.end), message)
            continue
        good = reorder(base.tag)
        place = base.in_tag(good.start, good.end)
        wrong = "repeated" if len(good.tag) < len(base.tag.text) else "out of order"
        fix = replace_text(place, good.text, f"use `{good.tag}`", safe=True)
        yield base.violation(place, f"tag segments are {wrong}: use `{good.tag}`", fix)
