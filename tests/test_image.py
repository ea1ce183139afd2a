"""The tag grammars, and the order of versions."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from dockerfile_astro_lint.astro.catalog import Catalog, CatalogError, Series, bundled, days_between
from dockerfile_astro_lint.astro.catalog_data import FIRST_SLIM
from dockerfile_astro_lint.astro.catalog_feed import load_feed
from dockerfile_astro_lint.astro.image import (
    AIRFLOW_3_REPOSITORY,
    Version,
    identify,
    may_name_astro_image,
    parse_agent_tag,
    parse_tag,
)
from dockerfile_astro_lint.astro.tag_errors import suggest_segments
from tests.tool import FIXTURES, inside, lint


@pytest.mark.parametrize(
    ("tag", "version", "kinds", "fault"),
    [
        ("3.1-12-ubi9-python-3.12-base", "3.1-12", "version ubi9 python base", None),
        ("12.5.0-ubi9-python-3.12-slim-base", "12.5.0", "version ubi9 python slim base", None),
        ("3.1", "3.1", "version", None),
        ("3.1-base", "3.1", "version base", None),
        ("3.1-ubi9-base", "3.1", "version ubi9 base", None),
        ("3.0.4", "3.0.4", "version", "dotted"),
        ("12.0.0.rc1", "12.0.0", "version prerelease", None),
        ("12.0.0-alpha1-base", "12.0.0", "version prerelease base", None),
        ("3.1-12-slim", "3.1-12", "version slim", "slim-3"),
        ("10.1.0-slim", "10.1.0", "version slim", "slim-2"),
        ("12.1.0-base-python-3.11", "12.1.0", "version base python", "order"),
        ("3.1-python-3.12", "3.1", "version python", "malformed"),
        ("3.1-12-ubi8", "3.1-12", "version unknown", "malformed"),
        ("12.1.0-ubi9-ubi9", "12.1.0", "version ubi9 ubi9", "order"),
        ("13", "None", "version", "malformed"),
        ("13.1", "None", "version", "malformed"),
        ("13.1-2", "None", "version", "malformed"),
        ("013.1.0", "None", "unknown", "malformed"),
        ("13.1.0.0", "None", "unknown", "malformed"),
        ("v13.1.0", "None", "unknown", "malformed"),
        ("13.1.0-", "13.1.0", "version unknown", "malformed"),
        ("13.1.0-python", "13.1.0", "version unknown", "malformed"),
        ("13.1.0-Base", "13.1.0", "version unknown", "malformed"),
        ("", "None", "unknown", "malformed"),
        ("١٣.1.0", "None", "unknown", "malformed"),
        ("12.0.0.rc1-5", "12.0.0", "version prerelease unknown", "malformed"),
        ("123456789.1.0", "123456789.1.0", "version", None),
        ("1234567890.1.0", "None", "unknown", "malformed"),
        ("4.0-1", "None", "version", "malformed"),
        ("12.0.0.rc.1", "12.0.0", "version prerelease", None),
        ("12.0.0.rc١", "None", "unknown", "malformed"),
        ("12.0.0-nightly20250220", "12.0.0", "version prerelease", None),
        ("12.0.0-a", "12.0.0", "version unknown", "malformed"),
        ("12.0.0-a1", "12.0.0", "version prerelease", None),
        ("12.0.0-alphax", "12.0.0", "version unknown", "malformed"),
        ("12.0.0-rc1-rc2", "12.0.0", "version prerelease prerelease", "order"),
        ("12.0.0-base-rc1", "12.0.0", "version base prerelease", "order"),
        ("13.1.0-python-3.x", "13.1.0", "version unknown", "malformed"),
        ("13.1.0-python-x.9", "13.1.0", "version unknown", "malformed"),
        ("13.1.0-python-3.100", "13.1.0", "version unknown", "malformed"),
        ("13.1.0-python-33.1", "13.1.0", "version unknown", "malformed"),
        ("13.1.0-python-312", "13.1.0", "version unknown", "malformed"),
        ("3.0.4-x", "3.0.4", "version unknown", "dotted"),
        ("3.1-rc1", "3.1", "version prerelease", None),
        ("3.1-slim-python-3.12", "3.1", "version slim python", "slim-3"),
        ("10.1.0-base-slim", "10.1.0", "version base slim", "slim-2"),
        ("11.0.0-slim", "11.0.0", "version slim", None),
    ],
)
def test_parse_tag(tag: str, version: str, kinds: str, fault: str | None) -> None:
    read = parse_tag(tag)
    assert (str(read.version), " ".join(one.kind for one in read.segments), read.error) == (version, kinds, fault)
    assert "".join(one.text for one in read.segments) == tag
    assert [tag[one.start : one.end] for one in read.segments] == [one.text for one in read.segments]


@pytest.mark.parametrize(("tag", "version"), [("9.9-1", "9.9-1"), ("10.0-1", None), ("4.0", None), ("4.0-base", None)])
def test_the_airflow_3_repository_has_builds_of_later_versions(tag: str, version: str | None) -> None:
    found = parse_tag(tag, airflow_3_repository=True).version
    assert (str(found) if found else None) == version


@pytest.mark.parametrize(
    ("text", "version", "kinds"),
    [
        ("3.1-12-python-3.12-astro-agent-1.2.3", "3.1-12", "version python"),
        ("3.1-12-ubi9-python-3.12-astro-agent-1.2.3-base", "3.1-12", "version ubi9 python base"),
        ("3.1", "3.1", "version"),
        ("3.1-base", "3.1", "version base"),
        ("3.1-python-3.12-base", "3.1", "version python base"),
        ("3.1-12-x-astro-agent-1.2.3", None, ""),
        ("3.1-12-slim", None, ""),
        ("13.1.0", None, ""),
        ("1.2.3", None, ""),
        ("x", None, ""),
    ],
)
def test_an_agent_tag_starts_with_a_runtime_tag(text: str, version: str | None, kinds: str) -> None:
    tag = parse_agent_tag(text)
    assert (str(tag.version) if tag else None) == version
    if tag:
        assert (tag.text, tag.error, " ".join(one.kind for one in tag.segments)) == (text, None, kinds)
        assert [text[one.start : one.end] for one in tag.segments] == [one.text for one in tag.segments]


@pytest.mark.parametrize(
    ("tag", "nearest"),
    [
        ("13.1.0-onbuild", ""),
        ("13.1.0-py311-onbuild-base", "-python-3.11-base"),
        ("13.1.0-python3.12.4", "-python-3.12"),
        ("13.1.0-3.9", "-python-3.9"),
        ("13.1.0-py3.9-python-3.9", "-python-3.9"),
        ("13.1.0-py39-python-3.10", None),
        ("13.1.0-base-312", None),
        ("13.1.0-py4.1", None),
        ("13.1.0-base-slim-UBI8-py311", "-ubi9-python-3.11-slim-base"),
        ("13.1.0-ubi", "-ubi9"),
        ("13.1.0-ubi10", "-ubi9"),
        ("13.1.0-rhel9", "-ubi9"),
        ("13.1.0-ubi9.0", "-ubi9"),
        ("13.1.0-Ubi9-Slim-Base", "-ubi9-slim-base"),
        ("13.1.0-alpine-debian-buster-bullseye-bookworm-amd64-arm64-latest", ""),
        ("13.1.0-whatever", None),
        ("13.1.0-", None),
    ],
)
def test_suggested_segments(tag: str, nearest: str | None) -> None:
    assert suggest_segments(parse_tag(tag)) == nearest


def test_versions_sort_as_they_were_released_across_both_families() -> None:
    ordered = [
        "3.0.4",
        "4.0.9",
        "4.0.10",
        "9.21.0",
        "10.0.0",
        "13.2.0",
        "13.11.0",
        "3.0",
        "3.0-1",
        "3.0-18",
        "3.1-2",
        "3.3-8",
    ]
    versions = [version for tag in ordered if (version := parse_tag(tag).version)]
    shuffled = versions[:]
    random.Random(3).shuffle(shuffled)
    assert [str(version) for version in sorted(shuffled)] == ordered
    assert Version(2, (13, 11, 0)) < Version(3, (3, 0, 1))


def test_a_future_airflow_is_parsed_only_in_the_airflow_3_repository() -> None:
    at_home = identify("astrocrpublic.azurecr.io", "runtime", "4.0-1", None)
    elsewhere = identify("quay.io", "astronomer/astro-runtime", "4.0-1", None)
    assert at_home is not None
    assert elsewhere is not None
    assert at_home.repository == AIRFLOW_3_REPOSITORY
    assert at_home.version == Version(3, (4, 0, 1))
    assert elsewhere.version is None


@pytest.mark.parametrize("registry", [None, "docker.io", "index.docker.io"])
def test_docker_hub_has_several_names(registry: str | None) -> None:
    image = identify(registry, "astronomerinc/ap-airflow", "1.10.7", None)
    assert image is not None
    assert image.role == "certified"


def test_a_feed_file_gives_the_bundled_catalog() -> None:
    known, read = bundled(), load_feed((FIXTURES / "catalog.json").read_bytes(), "")
    assert {name: list(read.of_series(name)) for name in read.builds} == {
        name: list(known.of_series(name)) for name in known.builds
    }
    assert read.date == "2026-09-25"


def test_lookups() -> None:
    known = load_feed((FIXTURES / "catalog.json").read_bytes(), "")

    def newest(series: str, day: str) -> str:
        build = known.newest(series, day)
        return str(build.version) if build else ""

    assert newest("3.1", "2026-10-01") == "3.1-21"
    assert newest("3.1", "2026-01-10") == "3.1-9"  # builds without a date count from the catalog's
    assert newest("13", "2026-09-01") == "13.10.0"
    assert newest("13", "2026-02-24") == "13.1.0"  # 13.5.0 of the day before is yanked
    assert newest("99", "2026-10-01") == ""
    pythons = {
        "13.11.0": "3.12", "9.21.0": "3.11", "9.21.0-python-3.8": "3.8", "3.2-10": "3.13", "3.3-3": "3.14",
        "3.0": "3.12", "99.0.0": None, "3.0.4": None,
    }  # fmt: skip
    assert {tag: known.python(parse_tag(tag)) for tag in pythons} == pythons
    assert [str(build.version) for build in known.builds_with_airflow("3.3.1", 3)] == [
        "3.3-3",
        "3.3-4",
        "3.3-5",
        "3.3-6",
        "3.3-7",
    ]
    assert known.builds_with_airflow("3.1.4", 3) == []  # its one build is yanked
    assert known.airflow(Version(3, (3, 1, 12))) == "3.1"
    assert known.airflow(Version(2, (13, 11, 0))) == "2.11.2"
    assert known.end_of_maintenance(Version(3, (3, 0))) == "2027-04-30"
    maintained = [known.newest_maintained(family, "2026-10-01") for family in (2, 3)]
    assert [series.name if series else None for series in maintained] == ["13", "3.3"]
    assert known.newest_maintained(2, "2027-05-01") is None


def test_days_between_follows_the_calendar() -> None:
    from datetime import date, timedelta

    first = date(1999, 12, 25)
    for days in range(0, 4000, 37):
        assert days_between(first.isoformat(), (first + timedelta(days)).isoformat()) == days


@pytest.mark.parametrize(
    ("registry", "repository", "tag", "digest", "holds"),
    [
        ("astrocrpublic.azurecr.io", "runtime", "3.1-12", None, "onbuild reliable_version"),
        ("astrocrpublic.azurecr.io", "runtime", "3.1-12-base", None, "reliable_version"),
        ("astrocrpublic.azurecr.io", "runtime", "13.1.0", None, "wrong_repository onbuild reliable_version"),
        ("astrocrpublic.azurecr.io", "runtime", "x", None, "onbuild"),
        ("astrocrpublic.azurecr.io", "runtime", "3.0.4", None, "wrong_repository onbuild"),
        ("astrocrpublic.azurecr.io", "runtime", None, None, "latest onbuild"),
        ("astrocrpublic.azurecr.io", "runtime", "latest", None, "latest onbuild"),
        ("astrocrpublic.azurecr.io", "runtime", "latest", "sha256:0", "digest onbuild"),
        ("astrocrpublic.azurecr.io", "runtime", None, "sha256:0", "digest onbuild"),
        ("quay.io", "astronomer/astro-runtime", "3.1-12", None, "wrong_repository onbuild reliable_version"),
        ("quay.io", "astronomer/astro-runtime", "13.1.0-slim-base", None, "reliable_version"),
        ("quay.io", "astronomer/astro-runtime", "13.1.0-x", None, "onbuild"),
        (
            "astrocrpublic.azurecr.io",
            "astronomer/astro-runtime",
            "3.1",
            None,
            "wrong_repository onbuild reliable_version",
        ),
        ("astrocrpublic.azurecr.io", "runtime-dev", "3.1-12", None, "development onbuild reliable_version"),
        ("astrocrpublic.azurecr.io", "runtime-dev", "13.1.0", None, "development onbuild reliable_version"),
        ("quay.io", "astronomer/runtime", "13.1.0", None, "misspelt onbuild reliable_version"),
        ("mirror.corp", "a/astro-runtime", "3.1-12", None, "mirror onbuild reliable_version"),
        ("mirror.corp", "a/astro-runtime", "13.1.0", None, "mirror onbuild reliable_version"),
        ("mirror.corp", "a/astro-runtime", None, "sha256:0", "digest mirror onbuild"),
        ("mirror.corp", "a/ap-airflow", "1.10.7", None, "onbuild"),
        ("mirror.corp", "a/ap-airflow-dev", "1.10.7", None, "onbuild"),
        ("quay.io", "astronomer/ap-airflow", "1.10.7", None, "onbuild"),
        ("quay.io", "astronomer/ap-airflow", None, None, "latest onbuild"),
        ("quay.io", "astronomer/ap-airflow", "latest", "sha256:0", "digest onbuild"),
    ],
)
def test_image_properties(registry: str, repository: str, tag: str | None, digest: str | None, holds: str) -> None:
    image = identify(registry, repository, tag, digest)
    assert image is not None
    properties = (
        "development",
        "digest",
        "latest",
        "mirror",
        "wrong_repository",
        "misspelt",
        "onbuild",
        "reliable_version",
    )
    assert " ".join(name for name in properties if getattr(image, name)) == holds


@pytest.mark.parametrize(
    ("registry", "repository", "tag"),
    [
        ("mirror.corp", "a/astro-runtime", None),
        ("mirror.corp", "a/astro-runtime", "stable"),
        ("mirror.corp", "a/astro-runtime", "13.1.0-x"),
        ("mirror.corp", "a/runtime", "3.1-12"),
        ("quay.io", "astronomer/airflow-extensions", "1"),
        (None, "library/astro", "3.1-12"),
    ],
)
def test_other_images_are_not_identified(registry: str | None, repository: str, tag: str | None) -> None:
    assert identify(registry, repository, tag, None) is None


@pytest.mark.parametrize(
    ("tag", "floating"), [("3.1", True), ("3.1-12", False), ("13.1.0", False), ("3.0.4", False), ("3.1-base", True)]
)
def test_a_floating_version_has_no_build(tag: str, floating: bool) -> None:
    version = parse_tag(tag).version
    assert version is not None
    assert version.floating is floating
    assert version.series == ("13" if tag.startswith("13") else "3" if tag == "3.0.4" else "3.1")


FEED = {
    "asOf": "2026-09-25",
    "runtimeVersions": {
        "14.2.0-alpha1": {"metadata": {}},
        "14.0.0": {"metadata": {"releaseDate": "2026-10-02", "airflowVersion": "2.12.0", "endOfSupport": "2027-01-31"}},
        "14.1.0": {
            "firstSeen": "2026-10-03T00:00:00Z",
            "metadata": {"yanked": True, "airflowVersion": "2.12.1", "endOfSupport": "2027-01-31"},
        },
        "14.3": {"metadata": {}},
        "3.1-5": {"metadata": {}},
    },
    "runtimeVersionsV3": {
        "3.1-30": {
            "metadata": {
                "airflowVersion": "3.1.9",
                "releaseDate": "2026-10-01",
                "endOfMaintenance": "2026-12-31",
                "endOfSupport": "2026-11-30",
                "endOfBasicSupport": "2027-01-31",
                "defaultPythonVersion": "3.11",
                "pythonVersions": ["3.11"],
            }
        },
        "9.9-1": {"metadata": {"yanked": True, "yankedReason": "broken"}},
        "9.9": {"metadata": {}},
        "3.1": {"metadata": {}},
        "13.0.0": {"metadata": {}},
    },
}


def test_facts_of_a_build_override_those_of_its_series() -> None:
    known = load_feed(json.dumps(FEED).encode(), "")
    assert known.date == "2026-09-25"
    assert {name: [str(build.version) for build in builds] for name, builds in known.builds.items()} == {
        "14": ["14.0.0", "14.1.0"],
        "3.1": ["3.1-30"],
        "9.9": ["9.9-1"],
    }
    assert known.series["14"][:5] == ("14", "2.12", "2026-10-02", "2027-01-31", "")
    assert known.series["3.1"][:2] == ("3.1", "3.1")
    build, unknown = Version(3, (3, 1, 30)), Version(3, (8, 8, 1))
    assert known.airflow(build) == "3.1.9"
    assert known.airflow(unknown) == known.end_of_maintenance(unknown) == known.end_of_basic_support(unknown) == ""
    assert known.end_of_maintenance(build) == "2026-12-31"
    assert known.end_of_maintenance(Version(2, (14, 0, 0))) == "2027-01-31"
    assert known.end_of_maintenance(Version(3, (3, 1))) == "2026-12-31"  # the newest build speaks for its series
    assert known.end_of_maintenance(Version(3, (3, 2))) == "2028-04-30"
    assert known.end_of_basic_support(build) == "2027-01-31"
    assert bundled().end_of_basic_support(build) == "2028-03-30"
    assert bundled().end_of_basic_support(Version(2, (13, 11, 0))) == ""
    pythons = {
        "3.1-30": "3.11",
        "3.1": "3.12",
        "9.9-1": None,
        "x": None,
        "x-python-3.12": None,
        "3.1-30-python-3.12": "3.12",
    }
    assert {tag: known.python(parse_tag(tag, airflow_3_repository=True)) for tag in pythons} == pythons
    assert known.python(parse_tag("13-python-3.9")) == "3.9"


@pytest.mark.parametrize(
    ("feature", "version", "first"),
    [
        ("ubi9", "10.9.0", "11.13.0"),
        ("ubi9", "2.10.5", "11.13.0"),
        ("ubi9", "11.12.0", "11.13.0"),
        ("ubi9", "11.13.0", None),
        ("ubi9", "12.2.0", "12.3.0"),
        ("ubi9", "12.3.0", None),
        ("ubi9", "13.0.0", None),
        ("ubi9", "3.0-0", None),
        ("ubi9", "3.1", None),
        ("ubi9", "99.0.0", None),
        ("official-ubi9", "11.20.0", "12.5.0"),
        ("official-ubi9", "12.4.0", "12.5.0"),
        ("official-ubi9", "12.5.0", None),
        ("python", "8.10.0", "9.0.0"),
        ("python", "9.0.0", None),
        ("slim", "10.9.0", "11.0.0"),
        ("slim", "11.0.0", None),
        ("arm64", "4.0.0", "6.0.4"),
        ("arm64", "6.0.3", "6.0.4"),
        ("arm64", "6.0.4", None),
        ("unheard-of", "4.0.0", None),
    ],
)
def test_the_first_version_with_a_feature(feature: str, version: str, first: str | None) -> None:
    parsed = parse_tag(version).version
    assert parsed is not None
    found = bundled().first_with(feature, parsed)
    assert (str(found) if found else None) == first


def test_a_new_series_is_a_row() -> None:
    row = Series("14", "2.12", "2027-01-01", "2028-01-01", "3.13", ("3.13",), True, "", ("ubi9 14.2.0",))
    known = Catalog("2027-01-01", {}, {**bundled().series, "14": row}, "")
    first = {tag: known.first_with("ubi9", Version(2, tag)) for tag in ((14, 1, 0), (14, 2, 0), (13, 0, 0))}
    assert first == {(14, 1, 0): Version(2, (14, 2, 0)), (14, 2, 0): None, (13, 0, 0): None}


def test_the_tag_grammar_and_the_series_table_agree_on_slim() -> None:
    assert bundled().first_with("slim", Version(2, (0, 0, 0))) == Version(2, FIRST_SLIM)


def test_release_days_and_end_of_maintenance_are_inclusive() -> None:
    known = load_feed(json.dumps(FEED).encode(), "")
    days = {"2026-09-30": "", "2026-10-01": "3.1-30", "2027-01-01": "3.1-30"}
    found = {day: known.newest("3.1", day) for day in days}
    assert {day: str(build.version) if build else "" for day, build in found.items()} == days
    assert known.newest("9.9", "2027-01-01") is None
    assert [one.yanked for one in (*known.of_series("14"), *known.of_series("9.9"))] == [
        None,
        "no reason given",
        "broken",
    ]
    assert [one.released for one in known.of_series("14")] == ["2026-10-02", "2026-10-03"]
    for day, name in (("2026-10-01", None), ("2026-10-02", "14"), ("2027-01-31", "14"), ("2027-02-01", None)):
        series = known.newest_maintained(2, day)
        assert (series.name if series else None) == name
    ends = {"2027-04-30": "13", "2027-05-01": ""}
    last = {day: bundled().newest_maintained(2, day) for day in ends}
    assert {day: series.name if series else "" for day, series in last.items()} == ends


def test_a_feed_without_a_date_has_that_of_its_newest_build() -> None:
    feed = {**FEED, "asOf": None}
    assert load_feed(json.dumps(feed).encode(), "").date == "2026-10-03"
    assert load_feed(b'{"runtimeVersions": {"14.0.0": {"metadata": {}}}}', "").date == bundled().date


@pytest.mark.parametrize(
    ("feed", "says"),
    [
        ("{", "it is not JSON ("),
        ("[" * 100_000, "it is not JSON ("),
        ("[]", "it is not a JSON object with `runtimeVersions` and `runtimeVersionsV3`"),
        ('{"runtimeVersions": []}', "`runtimeVersions` is not an object"),
        ('{"runtimeVersionsV3": 1}', "`runtimeVersionsV3` is not an object"),
        ('{"runtimeVersions": {"14.0.0": 1}}', "`14.0.0` in `runtimeVersions` is not an object"),
        ('{"runtimeVersions": {"14.0.0": {"metadata": []}}}', "`14.0.0` in `runtimeVersions` is not an object"),
        ('{"runtimeVersions": {"x": {"metadata": {}}}}', "it has no builds in"),
        (
            '{"runtimeVersions": {"14.0.0": {"metadata": {"pythonVersions": "3"}}}}',
            "`pythonVersions` of runtimeVersions",
        ),
        (
            '{"runtimeVersions": {"14.0.0": {"metadata": {"pythonVersions": [3]}}}}',
            "`pythonVersions` of runtimeVersions",
        ),
        (
            '{"runtimeVersions": {"14.0.0": {"metadata": {"airflowVersion": 2}}}}',
            "runtimeVersions 14.0.0 has 2, which is not a string",
        ),
        (
            '{"runtimeVersions": {"14.0.0": {"metadata": {"releaseDate": "2026-02-30"}}}}',
            "has '2026-02-30', which is not a date",
        ),
        (
            '{"runtimeVersions": {"14.0.0": {"metadata": {"releaseDate": "26-02-03"}}}}',
            "has '26-02-03', which is not a date",
        ),
        (
            '{"runtimeVersions": {"14.0.0": {"metadata": {"releaseDate": "2026-2-3"}}}}',
            "has '2026-2-3', which is not a date",
        ),
        ('{"runtimeVersions": {"14.0.0": {"metadata": {"releaseDate": "２０２６-02-03"}}}}', "not a date such as"),
        ('{"runtimeVersions": {}, "asOf": "soon"}', "it has no builds"),
        ('{"runtimeVersions": {"14.0.0": {"metadata": {}}}, "asOf": "soon"}', "asOf has 'soon', which is not a date"),
    ],
)
def test_an_unusable_feed_says_why(feed: str, says: str) -> None:
    with pytest.raises(CatalogError) as refused:
        load_feed(feed.encode(), "")
    assert str(refused.value).startswith(says) or says in str(refused.value)


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        (b"FROM quay.io/astronomer/astro-runtime:13.11.0\n", True),
        (b"FROM QUAY.IO/ASTRONOMER/ASTRO-RUNTIME\n", True),
        (b"FROM ap-airflow\n", True),
        (b"FROM AP-AIRFLOW\n", True),
        (b"RUN true # astro\n", True),
        # Put together of what need not say it in one piece.
        (b"from $A\n", True),
        (b"FROM a\n\n  FROM quay.io/as\\tronomer/a\n", True),
        (b"# escape=`\nFROM quay.io/as`tronomer/a\n", True),
        (b"FROM quay.io/as't'ronomer/a\n", True),
        (b'FROM quay.io/as"t"ronomer/a', True),
        (b"FROM a AS from\nFROM b$C", True),
        (b"FROM python:3.12 AS build\nRUN a && b \\\n  c\nCOPY --from=build a b\nENV A=$B 'c' \"d\"\n", False),
        (b"FROM python:3.12-slim", False),
        (b"from a\nfrom b\nRUN echo from c\n", False),
        (b"", False),
        (b"\n\nRUN $A\n", False),
    ],
)
def test_the_prefilter_for_astro_images(dockerfile: bytes, expected: bool) -> None:
    assert may_name_astro_image(dockerfile) is expected


def test_an_image_from_variables_passes_the_prefilter(tmp_path: Path) -> None:
    names = ["FROM $A$B/as${C}ro-runtime:13.11.0-onbuild", "FROM quay.io/as\\tronomer/as\\tro-runtime:13.11.0-onbuild"]
    names += ["FROM quay.io/as't'ronomer/as't'ro-runtime:13.11.0-onbuild", "FROM 'ap''-airflow'"]
    for number, text in enumerate(names):
        (tmp_path / str(number)).mkdir()
        arguments = "ARG A=quay.io/as\nARG B=tronomer\nARG C=t\n"
        (tmp_path / str(number) / "Dockerfile").write_text(arguments + text + "\n")
    with inside(tmp_path):
        found = lint(".", "--select", "AST101,AST203")
    assert [one["code"] for one in found["diagnostics"]] == ["AST101", "AST101", "AST101", "AST203"]
