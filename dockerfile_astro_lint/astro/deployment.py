"""What Airflow has around a DAG: commands, executors and supported databases, and the variables that Astro sets."""

from dockerfile_astro_lint.astro.deployment_data import COMMANDS, EXECUTORS, POSTGRES, VARIABLES
from dockerfile_astro_lint.core.compat import NamedTuple, Sequence, lru_cache

Minor = tuple[int, int]

VARIABLES_SOURCE = "Astronomer's documentation of August 2024"
"""Where the list of variables is from: newer pages may have another, so a rule names it and is no error."""


class RemovedCommand(NamedTuple):
    """A command that this Airflow no longer has; `use` is the one that took its place, if any.

    `renamed`: it does the same, and takes the same options but those in `lost`.
    """

    command: str
    since: str
    use: str
    renamed: bool
    lost: tuple[str, ...]
    hint: str


def removed_command(words: Sequence[str], airflow: Minor) -> RemovedCommand | None:
    """Whether `airflow` with these words (`("db", "init")`, options after them) is a command that an Airflow lacks."""
    for length in (2, 1):
        row = _commands().get(" ".join(words[:length])) if len(words) >= length else None
        if row and _minor(row[1]) <= airflow:
            return RemovedCommand(row[0], row[1], row[2], bool(row[3]), tuple(row[4].split()), row[5])
    return None


def is_executor(name: str) -> bool:
    """Whether one undotted word was ever an executor of Airflow or Astro."""
    return name in _executors()


def executor_gone_since(name: str) -> Minor | None:
    """The first minor of Airflow that cannot load an executor of its own any more."""
    gone = _executors().get(name)
    return _minor(gone) if gone else None


def executors(airflow: Minor) -> tuple[str, ...]:
    """The executors that can be named by one word in an Airflow."""
    return tuple(name for name, gone in _executors().items() if not gone or _minor(gone) > airflow)


def postgres_versions(airflow: Minor) -> tuple[int, int] | None:
    """The oldest and the newest major of Postgres that an Airflow supports, None where that is not known."""
    for row in POSTGRES.splitlines():
        version, oldest, newest = row.split("|")
        if _minor(version) == airflow:
            return int(oldest), int(newest)
    return None


def is_set_by_astro(variable: str) -> bool:
    """Whether Astronomer tells not to override a variable (see `VARIABLES_SOURCE`)."""
    return variable in _variables()


def _minor(version: str) -> Minor:
    major, _, rest = version.partition(".")
    return int(major), int(rest)


@lru_cache(maxsize=None)
def _commands() -> dict[str, list[str]]:
    return {row[0]: row for row in (line.split("|") for line in COMMANDS.splitlines())}


@lru_cache(maxsize=None)
def _executors() -> dict[str, str]:
    return {name: gone for name, _, gone in (row.partition("|") for row in EXECUTORS.splitlines())}


@lru_cache(maxsize=None)
def _variables() -> frozenset[str]:
    return frozenset(VARIABLES.split())
