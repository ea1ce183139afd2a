"""The segments of a tag have one order: version, `-ubi9`, `-python-A.B`, `-slim`, `-base`. Astronomer publishes each
image under that one name, so the same words in another order, or one of them twice, name an image that does not
exist.
"""

from collections.abc import Iterator

from dockerfile_astro_lint.image import GRAMMAR, SEGMENT_ORDER, Tag
from dockerfile_astro_lint.rule import Example, Problem, Project, replace, rule, used_by


@rule(
    code="AST102",
    name="segment-order",
    severity="error",
    summary="the segments of the tag are in the wrong order",
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
                #                                           ^^^^^^^^^^ AST102
            """,
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21-base
                COPY --chown=astro:0 . .
            """,
        ),
    ],
)
def check(project: Project) -> Iterator[Problem]:
    for base in project.runtimes:
        tag = base.tag
        if tag is None or tag.version is None or tag.fault != "order":
            continue
        ordered = _ordered(tag)
        written = [segment.text for segment in tag.segments]
        first = next(at for at, text in enumerate(written) if at >= len(ordered) or text != ordered[at])
        last = len(written)
        while last > first + 1 and len(ordered) == len(written) and written[last - 1] == ordered[last - 1]:
            last -= 1
        if len(ordered) < len(written):
            first = min(first, next(at for at in range(len(written)) if written.count(written[at]) > 1))
        place = base.in_tag(tag.segments[first].start, tag.segments[last - 1].end)
        if len({segment.kind for segment in tag.segments}) < len(ordered):
            yield Problem(
                place.span, f"the tag names two Pythons: `{GRAMMAR[tag.version.family]}`", None, used_by(base, place)
            )
            continue
        good = "".join(ordered)
        message = f"the segments of a Runtime tag have one order, and each stands once: `{good}`"
        fix = replace(place, good[tag.segments[first].start :], f"use `{good}`", safe=True)
        if last < len(written):
            tail = "".join(written[last:])
            fix = replace(place, good[tag.segments[first].start : len(good) - len(tail)], f"use `{good}`", safe=True)
        yield Problem(place.span, message, fix, used_by(base, place))


def _ordered(tag: Tag) -> list[str]:
    segments = sorted(tag.segments, key=lambda segment: SEGMENT_ORDER.index(segment.kind))
    return list(dict.fromkeys(segment.text for segment in segments))
