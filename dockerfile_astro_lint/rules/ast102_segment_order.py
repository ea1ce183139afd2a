"""The segments of a tag have one order: version, `-ubi9`, `-python-A.B`, `-slim`, `-base`. Astronomer publishes each
image under that one name, so the same words in another order, or one of them twice, name an image that does not
exist.
"""

from dockerfile_astro_lint.astro.image import GRAMMAR, SEGMENT_ORDER, Segment, Tag
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_from, replace_text, rule


@rule(
    code="AST102",
    name="segment-order",
    severity="error",
    summary="the segments of the tag are in the wrong order",
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
        tag = base.tag
        assert tag is not None
        assert tag.version is not None
        written, ordered = [segment.text for segment in tag.segments], _ordered(tag)
        second = _contradiction(tag)
        if second:
            place = base.in_tag(second.start, second.end)
            message = f"a tag has each segment once, and this one has two that differ: `{GRAMMAR[tag.version.family]}`"
            yield Violation(place.span, message, None, related_from(base, place))
            continue
        first, last = _difference(written, ordered)
        place = base.in_tag(tag.segments[first].start, tag.segments[len(written) - last - 1].end)
        good = "".join(ordered)
        message = f"the segments of a Runtime tag have one order, and each stands once: `{good}`"
        fix = replace_text(place, "".join(ordered[first : len(ordered) - last]), f"use `{good}`", safe=True)
        yield Violation(place.span, message, fix, related_from(base, place))


def _contradiction(tag: Tag) -> Segment | None:
    """A segment that differs from one of its kind before it."""
    seen: dict[str, str] = {}
    return next((one for one in tag.segments if seen.setdefault(one.kind, one.text) != one.text), None)


def _difference(written: list[str], ordered: list[str]) -> tuple[int, int]:
    """How many segments two tags share at the beginning, and at the end behind that."""
    pairs = enumerate(zip(written, ordered, strict=False))
    first = next((at for at, (one, other) in pairs if one != other), len(ordered))
    last = 0
    while last < len(ordered) - first and written[-1 - last] == ordered[-1 - last]:
        last += 1
    return first, last


def _ordered(tag: Tag) -> list[str]:
    segments = sorted(tag.segments, key=lambda segment: SEGMENT_ORDER.index(segment.kind))
    return list(dict.fromkeys(segment.text for segment in segments))
