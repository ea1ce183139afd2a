"""Which build an image should move to, and what its tag is called there."""

from dockerfile_astro_lint.astro.catalog import Catalog
from dockerfile_astro_lint.astro.image import Tag, Version, parse_tag
from dockerfile_astro_lint.core.compat import NamedTuple
from dockerfile_astro_lint.core.spelling import did_you_mean

LATEST_PATCH, LATEST = "latest-patch", "latest"


class Choice(NamedTuple):
    """The version to move to, None to stay; then `reason` says why, empty for an image that is up to date.

    `refused`: the move that was asked for is not possible, or nothing is known.
    """

    version: Version | None
    reason: str = ""
    refused: bool = False


class NewTag(NamedTuple):
    """A tag for another version: its text, the kinds of the segments that are left out, and why."""

    version: Version
    text: str
    left_out: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


def wrong_target(to: str, catalog: Catalog, day: str) -> str | None:
    """Why `latest`, `latest-patch` or a series cannot be moved to on a day; None if it can."""
    if to in (LATEST_PATCH, LATEST) or (to != "3" and catalog.newest(to, day)):
        return None
    tag = parse_tag(to, airflow_3_repository=True)
    if tag.version and not tag.version.floating and to != "3":
        series = tag.version.series
        if tag.error == "dotted":
            series = ".".join(to.split(".")[:2])
        named = f"name its series, `{series}`" if catalog.newest(series, day) else "name a series"
        what = "a pre-release" if tag.has("prerelease") else "a build or variant, not a series"
        return f"{what}: {named}, `{LATEST_PATCH}` or `{LATEST}`"
    known = sorted(catalog.series.values(), key=lambda series: series.order, reverse=True)
    names = [series.name for series in known if series.name != "3" and catalog.newest(series.name, day)]
    if to in catalog.series and to != "3":
        return f"the catalog of {catalog.date} has no build of it that is released on {day} and not yanked"
    hint = did_you_mean(to, [LATEST_PATCH, LATEST])
    what = f"not a Runtime series in the catalog of {catalog.date}"
    available = ", ".join([*names, LATEST_PATCH, LATEST])
    return f"{what}{hint or f'; available: {available}'}"


def choose(version: Version, to: str, catalog: Catalog, day: str) -> Choice:
    """The newest build that is released, and not yanked, of the series that `to` stands for."""
    series = to
    if to == LATEST_PATCH:
        series = version.series
    elif to == LATEST:
        newest_series = catalog.newest_maintained(3, day) or catalog.newest_maintained(2, day)
        if newest_series is None:
            return Choice(None, f"the catalog of {catalog.date} has no series that is maintained on {day}", True)
        series = newest_series.name
    newest = catalog.newest(series, day)
    if newest is None:
        known = f"has no build of Runtime {series} that is released and not yanked"
        what = known if series in catalog.series else f"does not list Runtime {series}"
        return Choice(None, f"the catalog of {catalog.date} {what}: run `astro-lint catalog update`", True)
    target = newest.version
    if version.floating and version.series == target.series:
        reason = f"`{version}` is a floating tag that moves to the newest build, now `{target}`: nothing to write"
        return Choice(None, "; ".join(filter(None, (reason, ended_note(version, catalog, day)))))
    if target > version:
        # A floating tag stays one, as its author wanted it.
        return Choice(Version(3, target.numbers[:2]) if version.floating else target)
    if version.series != target.series and to != LATEST:
        return Choice(None, f"`{version}` is newer than Runtime {series}: `astro deploy` refuses a downgrade", True)
    build = catalog.build(version)
    if build and build.yanked is not None:
        return Choice(None, f"`{version}` was yanked, and the catalog of {catalog.date} has no newer build", True)
    ended = ended_note(version, catalog, day)
    return Choice(None, f"`{version}` is the newest known build; {ended}" if ended else "")


def ended_note(version: Version, catalog: Catalog, day: str) -> str:
    """A sentence for a series that is no longer maintained; empty for any other."""
    end = catalog.end_of_maintenance(version)
    if not end or end >= day:
        return ""
    advice = catalog.upgrade_advice(version, day).removeprefix(": ")
    sentence = f"{catalog.describe_series(version)} reached end of maintenance on {end}"
    return f"{sentence}: {advice}" if advice else sentence


def new_tag(tag: Tag, version: Version, catalog: Catalog) -> NewTag:
    """The tag of another version with the segments of this one, but for those that the other version does not have."""
    text, left_out, reasons = str(version), [], []
    for segment in tag.segments:
        if segment.kind == "version":
            continue
        if segment.kind == "slim" and version.family == 3:
            reason = "all Airflow 3 images are slim"
        elif segment.kind in ("python", "ubi9") and not catalog.has_variants(parse_tag(f"{version}{segment.text}")):
            reason = f"Runtime {version.series} is not known to have it"
        else:
            text += segment.text
            continue
        left_out.append(segment.kind)
        reasons.append(f"`{segment.text}` is left out: {reason}")
    return NewTag(version, text, tuple(left_out), tuple(reasons))
