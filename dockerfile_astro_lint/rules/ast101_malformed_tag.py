"""Astro Runtime tags have two grammars, and a tag outside both does not exist, so the build fails.

    Airflow 3:  X.Y-N[-ubi9][-python-A.B][-base]         3.1-12, 3.1-12-python-3.11-base
    Airflow 2:  X.Y.Z[-ubi9][-python-A.B][-slim][-base]  13.11.0, 13.11.0-slim-base

Other images taught other habits: a `v` before the version, `-onbuild` from Astronomer Certified, `-buster` or
`-alpine` from Docker Hub. For Airflow 2 all three numbers are needed. For Airflow 3 a series alone (`3.1`,
`3.1-base`) floats with its newest build, but not together with a Python.
"""

from dockerfile_astro_lint.astro.base_image import Base
from dockerfile_astro_lint.astro.image import AIRFLOW_3_REPOSITORY, GRAMMAR, Tag, parse_tag, suggest_segments
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.dockerfile.parser import Place
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_from, replace_text, rule


@rule(
    code="AST101",
    name="malformed-tag",
    severity="error",
    summary="a tag that fits neither grammar of Astro Runtime",
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
    for base in project.faulty("malformed"):
        tag = base.tag
        assert tag is not None
        family = _family(base, tag)
        nearest = _nearest(project, base, tag)
        why, place = _why(base, tag)
        offer = f"; the nearest tag is `{nearest}`" if nearest else ""
        message = f"{why}: an Airflow {family} tag is `{GRAMMAR[family]}`{offer}"
        fix = replace_text(base.whole_tag, nearest, f"use `{nearest}`", safe=False) if nearest else None
        fix = None if base.image.digest else fix
        yield Violation(place.span, message, fix, related_from(base, place))


def _family(base: Base, tag: Tag) -> int:
    if tag.version:
        return tag.version.family
    first = tag.text.lstrip("vV").partition(".")[0].partition("-")[0]
    if first.isdecimal():
        return 3 if first == "3" else 2
    return 3 if base.image.repository == AIRFLOW_3_REPOSITORY else 2


def _why(base: Base, tag: Tag) -> tuple[str, Place]:
    unknown = [segment for segment in tag.segments if segment.kind == "unknown"]
    if unknown and unknown[0].start:
        first = unknown[0]
        return f"`{first.text}` is no segment of a Runtime tag", base.in_tag(first.start, first.end)
    if tag.text[:1] in ("v", "V") and parse_tag(tag.text[1:]).version:
        return "a Runtime tag has no `v`", base.in_tag(0, 1)
    if unknown:
        return f"`{tag.text}` is no Runtime version", base.whole_tag
    if python := tag.version and tag.version.floating and tag.segment("python"):
        return f"there is no `{python.text}` of a series, only of a build", base.segment("python")
    return f"`{tag.segments[0].text}` is no whole version", base.segment("version")


def _nearest(project: Project, base: Base, tag: Tag) -> str | None:
    """The one well-formed tag that was probably meant."""
    text = tag.text
    if text[:1] in ("v", "V"):
        text = text[1:]
    read = parse_tag(text, airflow_3_repository=base.image.repository == AIRFLOW_3_REPOSITORY)
    segments = suggest_segments(read)
    if segments is None:
        return None
    version = _version(project, base, read)
    if version is None:
        return None
    nearest = version + segments
    return nearest if parse_tag(nearest).error is None else None


def _version(project: Project, base: Base, tag: Tag) -> str | None:
    if tag.version and not (tag.version.floating and tag.has("python")):
        return str(tag.version)
    head = tag.segments[0].text
    if tag.version:
        build = project.catalog.newest(tag.version.series, project.today)
        return str(build.version) if build else None
    numbers = head.replace("-", ".").split(".")
    if not all(number.isdecimal() for number in numbers) or len(numbers) > 2 or "-" in head or numbers[0] == "3":
        return None
    builds = [
        build
        for build in project.catalog.of_series(numbers[0])
        if build.yanked is None
        and project.catalog.is_released(build, project.today)
        and build.version.numbers[: len(numbers)] == tuple(map(int, numbers))
    ]
    return str(builds[-1].version) if builds else None
