"""Explain invalid Runtime tags, and suggest the valid tag that was probably meant."""

from dockerfile_astro_lint.astro.catalog import Catalog
from dockerfile_astro_lint.astro.image import AIRFLOW_3_REPOSITORY, SEGMENT_ORDER, Segment, Tag, parse_tag
from dockerfile_astro_lint.core.compat import NamedTuple

GRAMMAR = {
    2: "X.Y.Z[-ubi9][-python-A.B][-slim][-base]",
    3: "X.Y-N[-ubi9][-python-A.B][-base]",
}

FOREIGN_SEGMENTS = (
    "-onbuild", "-buster", "-bullseye", "-bookworm", "-alpine", "-debian", "-amd64", "-arm64", "-latest"
)  # fmt: skip
"""Segments of other images (Astronomer Certified, Docker Hub) that have no counterpart in a Runtime tag."""


class Malformed(NamedTuple):
    """Why a tag is malformed, the range at fault in the tag, and the family (2 or 3) that it was meant for."""

    reason: str
    start: int
    end: int
    family: int


def explain_malformed(tag: Tag, repository: str, catalog: Catalog) -> Malformed:
    """What is wrong with a malformed tag in a repository."""
    text, family = tag.text, _intended_family(tag, repository)
    airflow = airflow_version(tag, catalog)
    if airflow:
        return Malformed(f"`{airflow}` is a version of Airflow, not of Runtime", 0, len(text), 2)
    unknown = tag.segment("unknown")
    if unknown and unknown.start:
        return Malformed(f"`{unknown.text}` is not a valid tag segment", unknown.start, unknown.end, family)
    if text[:1] in ("v", "V") and parse_tag(text[1:]).version:
        return Malformed(f"the `{text[0]}` prefix is not valid in a Runtime tag", 0, 1, family)
    if unknown:
        return Malformed(f"`{text}` is not a valid Runtime version", 0, len(text), family)
    python, version = tag.segment("python"), tag.segments[0]
    if python and tag.version and tag.version.floating:
        reason = f"`{python.text}` is not valid with the floating `{version.text}`, only with a build"
        return Malformed(reason, python.start, python.end, family)
    return Malformed(f"`{version.text}` is not a valid Runtime version", version.start, version.end, family)


def _intended_family(tag: Tag, repository: str) -> int:
    if tag.version:
        return tag.version.family
    first = tag.text.lstrip("vV").partition(".")[0].partition("-")[0]
    if first.isdecimal():
        return 3 if first == "3" else 2
    return 3 if repository == AIRFLOW_3_REPOSITORY else 2


def suggest_tag(tag: Tag, repository: str, catalog: Catalog, day: str) -> str | None:
    """The one valid tag that a malformed one was probably meant to be on a day; None where that is a guess."""
    text = tag.text[1:] if tag.text[:1] in ("v", "V") else tag.text
    tag = parse_tag(text, airflow_3_repository=repository == AIRFLOW_3_REPOSITORY)
    segments = suggest_segments(tag)
    if segments is None:
        return None
    version = _suggest_version(tag, catalog, day)
    suggestion = f"{version}{segments}"
    meant = parse_tag(suggestion, airflow_3_repository=repository == AIRFLOW_3_REPOSITORY)
    return suggestion if version and meant.error is None and catalog.has_variants(meant) else None


def airflow_version(tag: Tag, catalog: Catalog) -> str | None:
    """The version of a tag if it is one of Airflow 2, and not of a Runtime that the catalog knows."""
    text = tag.segments[0].text
    numbers = text.split(".")
    is_version = 1 < len(numbers) < 4 and all(number.isdecimal() for number in numbers) and numbers[0] == "2"
    return text if is_version and not (tag.version and catalog.build(tag.version)) else None


def _suggest_version(tag: Tag, catalog: Catalog, day: str) -> str | None:
    airflow = airflow_version(tag, catalog)
    if airflow:
        return _with_airflow(airflow, catalog, day)
    if tag.version and not tag.version.floating:
        builds = catalog.usable_builds(tag.version.series, day)
        later = [one.version for one in builds if one.version >= tag.version]
        # Of a build that is not known nobody can say that its tag exists; for a yanked one there is the next.
        return str(later[0]) if later and catalog.build(tag.version) else None
    if tag.version and not tag.has("python"):
        return str(tag.version) if catalog.newest(tag.version.series, day) else None
    if tag.version:
        newest = catalog.newest(tag.version.series, day)
        return str(newest.version) if newest else None
    first = tag.segments[0].text
    numbers = first.replace("-", ".").split(".")
    if not all(number.isdecimal() for number in numbers) or len(numbers) > 2 or "-" in first or numbers[0] == "3":
        return None
    prefix = tuple(map(int, numbers))
    builds = [one for one in catalog.usable_builds(numbers[0], day) if one.version.numbers[: len(prefix)] == prefix]
    return str(builds[-1].version) if builds else None


def _with_airflow(airflow: str, catalog: Catalog, day: str) -> str | None:
    """The newest build that carries an Airflow 2 version, or else one of its minor version."""
    builds = [one for one in catalog.builds_with_airflow(airflow, 2) if catalog.is_released(one, day)]
    if builds:
        return str(builds[-1].version)
    minor = ".".join(airflow.split(".")[:2])
    series = [one for one in catalog.series.values() if one.family == 2 and one.airflow == minor]
    newest = [build.version for one in series if (build := catalog.newest(one.name, day))]
    return str(max(newest)) if newest else None


def suggest_segments(tag: Tag) -> str | None:
    """A malformed tag's segments as they were probably meant, in order; None where that is a guess."""
    kept: dict[str, str] = {}
    for segment in tag.segments:
        kind, text = segment.kind, segment.text.lower()
        if kind == "unknown":
            import re

            python = re.fullmatch(r"-(?:py|python|python-)?(3)\.?(\d{1,2})(?:\.\d+)?", text, re.ASCII)
            if python and text != f"-{python[1]}{python[2]}":
                kind, text = "python", f"-python-{python[1]}.{python[2]}"
            elif text in ("-ubi8", "-ubi", "-ubi10", "-rhel9", "-ubi9.0"):
                kind, text = "ubi9", "-ubi9"
            elif text in ("-ubi9", "-slim", "-base"):
                kind = text[1:]
            elif text in FOREIGN_SEGMENTS:
                continue
            else:
                return None
        if kept.setdefault(kind, text) != text:
            return None
    kept.pop("version", None)
    return "".join(kept[kind] for kind in SEGMENT_ORDER if kind in kept)


def conflicting_segments(tag: Tag) -> tuple[Segment, Segment] | None:
    """The first segment that differs from an earlier one of its kind, and that earlier one."""
    seen: dict[str, Segment] = {}
    for segment in tag.segments:
        earlier = seen.setdefault(segment.kind, segment)
        if earlier.text != segment.text:
            return segment, earlier
    return None


class Reordered(NamedTuple):
    """The tag with each segment once and in order, and the range of the old tag that `text` replaces."""

    tag: str
    start: int
    end: int
    text: str


def reorder(tag: Tag) -> Reordered:
    """The valid form of a tag whose segments are repeated or out of order."""
    written = [segment.text for segment in tag.segments]
    in_order = sorted(tag.segments, key=lambda segment: SEGMENT_ORDER.index(segment.kind))
    ordered = list(dict.fromkeys(segment.text for segment in in_order))
    pairs = enumerate(zip(written, ordered, strict=False))
    first = next((at for at, (before, after) in pairs if before != after), len(ordered))
    last = 0  # the segments that both have at the end
    while last < len(ordered) - first and written[-1 - last] == ordered[-1 - last]:
        last += 1
    start, end = tag.segments[first].start, tag.segments[len(written) - last - 1].end
    return Reordered("".join(ordered), start, end, "".join(ordered[first : len(ordered) - last]))
