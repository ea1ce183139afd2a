"""Read a JSON report of `astro-lint inventory` piece by piece, and check it: it may come from anywhere.

A report may hold more projects than fit into memory as JSON, so only one of them is decoded at a time.
"""

import re

from dockerfile_astro_lint.astro.catalog import is_day
from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Any, Callable, NamedTuple, lru_cache
from dockerfile_astro_lint.core.json_stream import JsonStream, StreamError
from dockerfile_astro_lint.inventory.collect import STATUSES, Row
from dockerfile_astro_lint.inventory.origins import Searched

if TYPE_CHECKING:
    from typing import BinaryIO

VERSION = 2
"""The version of the schema; reports without the keys that were added to it are read, too."""


MAX_BYTES = 512 * 1024 * 1024
"""Of a report; one with 250,000 projects has half of that."""


MAX_PROJECTS = 500_000


MAX_HISTORY = 1000
"""Earlier states of a project."""


_MAX_TEXT = 4096


_MAX_KNOWN = 100_000


class ReportError(StreamError):
    """A file is no report that can be merged; the message is a sentence without the name of the file."""


class State(NamedTuple):
    """What a project was at an earlier time."""

    time: str
    commit: str
    runtime: str
    errors: int
    warnings: int
    info: int


class Project(NamedTuple):
    """A project of a report and what it was before, oldest first."""

    row: Row
    history: tuple[State, ...]


class Contents(NamedTuple):
    """A whole report."""

    projects: list[Project]
    failures: list[tuple[str, str]]
    merged: bool
    searched: list[Searched]


def read_report(stream: "BinaryIO", known: dict[str, str]) -> Contents:
    """Read and check a report; raise StreamError or OSError. Equal texts become one object, which `known` keeps."""
    reader = JsonStream(stream, MAX_BYTES)
    projects: list[Project] = []
    failures: list[tuple[str, str]] = []
    searched: list[Searched] = []
    seen: dict[str, Any] = {}
    for key in reader.members():
        if key == "projects":
            for number, value in enumerate(reader.items()):
                if number == MAX_PROJECTS:
                    raise ReportError(f"`projects`: more than {MAX_PROJECTS:,} of them")
                projects.append(_project(value, f"projects[{number}]", known))
            seen[key] = True
        elif key == "searched":
            for number, value in enumerate(reader.items()):
                if number == MAX_PROJECTS:
                    raise ReportError(f"`searched`: more than {MAX_PROJECTS:,} of them")
                searched.append(_searched(value, f"searched[{number}]"))
        elif key == "failures":
            for number, value in enumerate(reader.items()):
                if number < MAX_HISTORY:  # the others are not shown
                    failures.append(_failure(value, f"failures[{number}]"))
        else:
            seen[key] = reader.value()
            if key == "version":
                _check_version(seen[key])
    if "version" not in seen or "projects" not in seen:
        missing = "version" if "version" not in seen else "projects"
        raise ReportError(
            f"not a report of the inventory, `{missing}` is missing: write it with `astro-lint inventory --format json`"
        )
    day = seen.get("today")
    if not isinstance(day, str) or not is_day(day):
        raise ReportError("`today`: not a date such as 2026-09-25")
    return Contents([_dated(project, day) for project in projects], failures, "merged" in seen, searched)


def _check_version(version: object) -> None:
    if type(version) is not int or not 0 < version < 10**6:
        raise ReportError("`version`: not the version of a report")
    if version != VERSION:
        tip = "update astro-lint" if version > VERSION else "write the report again with this astro-lint"
        raise ReportError(f"`version`: this is {version}, and astro-lint reads version {VERSION}: {tip}")


def _dated(project: Project, day: str) -> Project:
    """A project with a time: a report that was written before projects had one only tells the day."""
    row = project.row
    return project if row.time else project._replace(row=row._replace(time=f"{day}T00:00:00Z"))


class _Check(NamedTuple):
    """What a value has to be, in words and as a test."""

    words: str
    fits: Callable[[Any], object]


def _matches(pattern: str) -> Callable[[Any], object]:
    match = re.compile(pattern, re.ASCII).fullmatch
    return lambda value: value is None or (isinstance(value, str) and match(value))


def _among(*values: str | None) -> _Check:
    named = [value for value in values if value is not None]
    return _Check(
        f"one of {', '.join(named)}", lambda value: value in values if value is None or type(value) is str else False
    )


def _is_text(value: object) -> bool:
    return value is None or (isinstance(value, str) and len(value) <= _MAX_TEXT)


_TEXT = _Check(f"a text of at most {_MAX_TEXT} characters", _is_text)


_PATH = _Check(f"a path of at most {_MAX_TEXT} characters", lambda value: bool(value) and _is_text(value))


_VERSION = _Check("a version", _matches(r"\d{1,5}(?:\.\d{1,5}){0,2}(?:-\d{1,5})?"))


_day = lru_cache(maxsize=4096)(is_day)  # thousands of projects share a few dates


def _is_date(value: object) -> bool:
    return value is None or (isinstance(value, str) and len(value) == 10 and _day(value))


_DAY = _Check("a date such as 2026-09-25", _is_date)


_TRUTH = _Check("true, false or null", lambda value: value is None or isinstance(value, bool))


_NUMBER = _Check("a whole number", lambda value: value is None or (type(value) is int and abs(value) < 10**7))


_COUNT = _Check("a number of findings", lambda value: type(value) is int and 0 <= value < 10**9)


_COMMIT = _Check("a commit", _matches(r"[0-9a-f]{7,64}"))


def _is_time(value: object) -> bool:
    return isinstance(value, str) and bool(_TIME_SHAPE(value)) and _day(value[:10])


_TIME_SHAPE = re.compile(r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ", re.ASCII).fullmatch


_TIME = _Check("a time such as 2026-09-25T06:00:00Z", lambda value: value is None or _is_time(value))


_CHECKS = {
    "path": _PATH,
    "image": _TEXT,
    "status": _among(*STATUSES),
    "series": _Check("a series such as 3.1", _matches(r"\d{1,5}(?:\.\d{1,5})?")),
    "runtime": _VERSION,
    "airflow": _TEXT,
    "python": _Check("a version such as 3.12", _matches(r"\d{1,3}\.\d{1,3}")),
    "os": _among("debian", "ubi9", None),
    "kind": _among("full", "slim", "base", "agent", "certified", None),
    "pinning": _among("pinned", "floating", "digest", None),
    "end_of_maintenance": _DAY,
    "days_left": _NUMBER,
    "end_of_basic_support": _DAY,
    "yanked": _TRUTH,
    "yanked_reason": _TEXT,
    "newest": _VERSION,
    "outdated": _TRUTH,
    "repository": _TEXT,
    "repository_path": _TEXT,
    "commit": _COMMIT,
    "time": _TIME,
    "report": _TEXT,
}
"""The keys of a project but `findings`, in the order of `Row`."""


_ADDED = frozenset(("repository", "repository_path", "commit", "time", "report"))
"""Keys that reports written before they were added do not have."""


_UNKNOWN = frozenset(("days_left", "yanked", "outdated"))
"""Keys of which the unknown value is None, not an empty text."""


def _project(value: object, place: str, known: dict[str, str]) -> Project:
    if not isinstance(value, dict):
        raise ReportError(f"{place}: not an object")
    values: list[Any] = []
    for key, check in _CHECKS.items():
        one = value.get(key)
        if one is None and key not in value and key not in _ADDED:
            raise ReportError(f"{place}: `{key}` is missing")
        if not check.fits(one):
            raise ReportError(f"{place}.{key}: not {check.words}")
        if type(one) is str:
            one = _encodable(one)
            one = known.setdefault(one, one) if len(known) < _MAX_KNOWN else known.get(one, one)
        values.append("" if one is None and key not in _UNKNOWN else one)
    row = Row._make((*values, *_counts(value.get("findings"), place)))
    history = value.get("history", ())
    if not history:
        return Project(row, ())
    if not isinstance(history, list) or len(history) > MAX_HISTORY:
        raise ReportError(f"{place}.history: not a list of at most {MAX_HISTORY:,} states")
    return Project(row, tuple(_state(one, f"{place}.history[{at}]") for at, one in enumerate(history)))


def _counts(value: object, place: str) -> tuple[int, ...]:
    if not isinstance(value, dict):
        raise ReportError(f"{place}.findings: not an object")
    for key in ("error", "warning", "info"):
        if not _COUNT.fits(value.get(key)):
            raise ReportError(f"{place}.findings.{key}: not {_COUNT.words}")
    return value["error"], value["warning"], value["info"]


def _state(value: object, place: str) -> State:
    if not isinstance(value, dict):
        raise ReportError(f"{place}: not an object")
    for key, check in (("time", _TIME), ("commit", _COMMIT), ("runtime", _VERSION)):
        if not check.fits(value.get(key)) or (key == "time" and value.get(key) is None):
            raise ReportError(f"{place}.{key}: not {check.words}")
    errors, warnings, info = _counts(value.get("findings"), place)
    return State(value["time"], value.get("commit") or "", value.get("runtime") or "", errors, warnings, info)


def _searched(value: object, place: str) -> Searched:
    if not isinstance(value, dict):
        raise ReportError(f"{place}: not an object")
    for key, check in (("repository", _PATH), ("path", _TEXT), ("time", _TIME)):
        if not isinstance(value.get(key), str) or not check.fits(value[key]):
            raise ReportError(f"{place}.{key}: not {check.words}")
    return Searched(_encodable(value["repository"]), _encodable(value["path"]), value["time"])


def _failure(value: object, place: str) -> tuple[str, str]:
    if not isinstance(value, dict) or not all(
        isinstance(value.get(key), str) and _is_text(value[key]) for key in ("path", "message")
    ):
        raise ReportError(f"{place}: not a path and a message")
    return _encodable(value["path"]), _encodable(value["message"])


def _encodable(text: str) -> str:
    """A text without halves of surrogate pairs, which JSON may hold and UTF-8 may not."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
