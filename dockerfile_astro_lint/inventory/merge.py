"""Join the reports of many machines: the newest of each project, what moved, what is stale or there twice.

A project is known by its repository and its path there; where a report names no repository, by the report and the path.
"""

import os
from itertools import pairwise

from dockerfile_astro_lint.astro.catalog import Catalog, days_between
from dockerfile_astro_lint.astro.image import DEVELOPMENT, Version, parse_tag
from dockerfile_astro_lint.core.compat import Iterator, Mapping, NamedTuple, lru_cache
from dockerfile_astro_lint.engine.diagnostics import Failure
from dockerfile_astro_lint.engine.redaction import Redactor
from dockerfile_astro_lint.inventory.collect import Row, with_lifecycle
from dockerfile_astro_lint.inventory.origins import Searched, repository_name
from dockerfile_astro_lint.inventory.report_reader import Contents, State

_ROLES = {"agent": "agent", "certified": "certified"}


_FACTS = ("image", "series", "runtime", "airflow", "python", "os", "kind", "pinning", "commit", "errors", "warnings",
          "info")  # fmt: skip
"""What a report says of a project whatever the day and the catalog are."""


Key = tuple[str, str]
"""Repository, or report, and path."""


class Move(NamedTuple):
    """A change of a project's Runtime or findings between two reports."""

    label: str
    before: State
    after: State

    @property
    def direction(self) -> int:
        """Whether the Runtime went up (1) or down (-1); 0 where it stayed, or one of the two is not known."""
        old, new = (_version(state.runtime) for state in (self.before, self.after))
        return (new > old) - (new < old) if old and new else 0

    @property
    def trend(self) -> int:
        """Whether the findings became more (1) or fewer (-1), the more severe ones first."""
        old, new = self.before[-3:], self.after[-3:]
        return (new > old) - (new < old)


class Double(NamedTuple):
    """A project that is in reports twice for the same time, and whether they agree."""

    label: str
    time: str
    reports: tuple[str, ...]
    equal: bool


class Gone(NamedTuple):
    """A project that a later report of the same folder no longer has, and the time of that report."""

    row: Row
    time: str


class Merged(NamedTuple):
    """What is known of merged reports beside the newest of each project; newest moves and oldest reports first."""

    reports: int
    today: str
    stale_after: int
    stale: list[Row]
    doubles: list[Double]
    moves: list[Move]
    history: Mapping[Key, tuple[State, ...]]
    gone: list[Gone]

    def is_stale(self, row: Row) -> bool:
        """Whether the newest report of a project is older than `stale_after` days."""
        return is_stale(row, self.today, self.stale_after)

    def history_of(self, row: Row) -> tuple[State, ...]:
        """What a project was before, oldest first."""
        return self.history.get(key_of(row), ())


class _Seen(NamedTuple):
    """A state of a project in a report; `facts` tells different contents apart."""

    state: State
    facts: int
    report: str


class Merger:
    """Takes one report after another; what it then knows does not depend on their order."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}
        self._reports = 0
        self._newest: dict[Key, tuple[Row, str]] = {}
        self._earlier: dict[Key, list[_Seen]] = {}
        self._failures: dict[str, list[Failure]] = {}
        self._empty: set[str] = set()
        self._repositories: dict[str, str] = {}
        self._searched: dict[str, dict[str, Searched]] = {}
        self._redactor = Redactor()

    def add(self, name: str, contents: Contents) -> None:
        """Take the projects of a report; `name` is what people call it."""
        self._reports += 1
        if not contents.projects:
            self._empty.add(name)
        while contents.projects:  # so that no project is in memory twice
            row, history = contents.projects.pop()
            row = self._own(row, name)
            key = key_of(row)
            if history:
                self._earlier.setdefault(key, []).extend(_Seen(state, 0, "") for state in history)
            other = self._newest.get(key)
            if other is None:
                self._newest[key] = row, name
                continue
            newest, older = sorted(((row, name), other), key=_age)[::-1]
            self._newest[key] = newest
            self._earlier.setdefault(key, []).append(_seen(older[0]))
        if contents.merged or not contents.failures:  # else a folder could perhaps not be read
            for one in contents.searched:
                one = one._replace(repository=self._name(one.repository))
                folders = self._searched.setdefault(_repository_key(one.repository), {})
                folders[one.path] = max(one, folders.get(one.path, one), key=lambda folder: folder.time)
        if contents.failures:
            prefix = "" if contents.merged else f"{name}: "
            failures = [Failure(prefix + path, self._redactor.text(message)) for path, message in contents.failures]
            self._failures[name] = failures

    def _name(self, repository: str) -> str:
        """The name of a repository that a report may call otherwise."""
        name = self._repositories.get(repository)
        if name is None:
            name = self._repositories[repository] = repository_name(repository)
        return name

    def _own(self, row: Row, name: str) -> Row:
        """A row as this run calls it: the path in the repository, no secrets, and the report that it is from."""
        return row._replace(
            path=row.repository_path or row.path,
            repository=self._name(row.repository),
            report=row.report or name,
            image=self._redactor.text(row.image),
            yanked_reason=self._redactor.text(row.yanked_reason),
        )

    def finish(
        self, catalog: Catalog, today: str, notice: int, stale_after: int
    ) -> tuple[list[Row], list[Failure], Merged]:
        """The projects with their status on the day, most urgent first; what their reports failed to read; the rest."""
        # Of a report without current projects, only that of a repository where nothing could be read still counts.
        current = {name for _, name in self._newest.values()} | self._empty
        failures = [one for name, listed in self._failures.items() if name in current for one in listed]
        gone = [Gone(row, time) for row, _ in self._newest.values() if (time := self._gone_since(row))]
        left = {key_of(one.row) for one in gone}
        rows = [_with_status(row, catalog, today, notice) for key, (row, _) in self._newest.items() if key not in left]
        rows.sort(key=lambda row: row.urgency)
        doubles: list[Double] = []
        moves: list[Move] = []
        history: dict[Key, tuple[State, ...]] = {}
        for row in rows:
            key = key_of(row)
            if key not in self._earlier:
                continue
            seen = [*self._earlier[key], _seen(row)]
            doubles += _doubles(row.label, seen)
            states = _changes(seen)
            moves += (Move(row.label, *pair) for pair in pairwise(states))
            kept = tuple(state for state in states if state.time != row.time)
            if kept:
                history[key] = kept
        moves.sort(key=lambda move: (move.after.time, move.label), reverse=True)
        stale = [row for row in rows if is_stale(row, today, stale_after)]
        stale.sort(key=lambda row: (row.time, row.label))
        gone.sort(key=lambda one: (one.time, one.row.label), reverse=True)
        merged = Merged(self._reports, today, stale_after, stale, doubles, moves, history, gone)
        return rows, sorted(failures), merged

    def searched(self) -> tuple[Searched, ...]:
        """The newest search of each folder, so that what is gone stays gone when the result is merged again."""
        return tuple(sorted(one for folders in self._searched.values() for one in folders.values()))

    def _gone_since(self, row: Row) -> str:
        """The time of the newest report that should have a project and has not; empty if there is none."""
        folders = self._searched.get(_repository_key(row.repository), {})
        above, names = "", [""]
        for name in row.path.split("/")[:-1]:
            above = f"{above}/{name}" if above else name
            names.append(above)
        time = max((folders[name].time for name in names if name in folders), default="")
        return time if time > row.time else ""


def is_stale(row: Row, today: str, stale_after: int) -> bool:
    """Whether a project was looked at more than so many days ago."""
    return days_between(row.time[:10], today) > stale_after


def key_of(row: Row) -> Key:
    """What a merged project is known by; hosts do not tell `Acme` from `acme`, a disk does."""
    return _repository_key(row.repository) or f"\0{row.report}", row.path


def _repository_key(repository: str) -> str:
    return repository if repository.startswith("/") else repository.lower()


def _age(found: tuple[Row, str]) -> tuple[object, ...]:
    """What sorts the newest row of a project last; rows of the same time by their contents."""
    row, name = found
    return row.time, *(str(getattr(row, name)) for name in _FACTS), row.report, name


def _seen(row: Row) -> _Seen:
    state = State(row.time, row.commit, row.runtime, row.errors, row.warnings, row.info)
    return _Seen(state, hash(tuple(getattr(row, name) for name in _FACTS)), row.report)


def _doubles(label: str, seen: list[_Seen]) -> Iterator[Double]:
    """The times for which several reports have a project, or one has it twice."""
    by_time: dict[str, set[tuple[int, str]]] = {}
    for one in seen:
        if one.report:
            by_time.setdefault(one.state.time, set()).add((one.facts, one.report))
    for time, found in sorted(by_time.items()):
        if len(found) > 1:
            reports = tuple(sorted({report for _, report in found}))
            yield Double(label, time, reports, len({facts for facts, _ in found}) == 1)


def _changes(seen: list[_Seen]) -> list[State]:
    """The states of a project in order, those that repeat the one before left out; the last of `seen` is the newest."""
    states = {one.state.time: one.state for one in sorted(seen[:-1], key=lambda one: one.state)}
    states[seen[-1].state.time] = seen[-1].state
    changes: list[State] = []
    for time in sorted(states):
        if not changes or changes[-1][2:] != states[time][2:]:
            changes.append(states[time])
    return changes


def _with_status(row: Row, catalog: Catalog, today: str, notice: int) -> Row:
    """A row with what the catalog at hand says of its version on this day."""
    version = _version(row.runtime)
    if version is None:
        status = "ended" if row.kind == "certified" else "unknown"
        return row._replace(status=status, series="", days_left=None, end_of_maintenance="", end_of_basic_support="")
    row = row._replace(series=version.series)
    role = _ROLES.get(row.kind, "runtime")
    return with_lifecycle(row, version, role, _is_prerelease(row.image), catalog, today, notice)


@lru_cache(maxsize=1024)  # thousands of projects share a few versions and images
def _version(runtime: str) -> Version | None:
    return parse_tag(runtime, airflow_3_repository=True).version


@lru_cache(maxsize=1024)
def _is_prerelease(image: str) -> bool:
    name, _, tag = image.partition("@")[0].rpartition(":")
    return name in DEVELOPMENT or ("/" not in tag and parse_tag(tag, airflow_3_repository=True).has("prerelease"))


def files_below(folder: str) -> Iterator[str]:
    """The reports in a folder and its folders in the order of their names: `*.json`, nothing hidden."""
    for path, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.endswith(".json") and not name.startswith("."):
                yield os.path.join(path, name)
