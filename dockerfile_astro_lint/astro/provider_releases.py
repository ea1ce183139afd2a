"""Which Airflow and Python a release of a provider needs, which releases are yanked, and what they no longer have.

Providers are named as their packages are, without `apache-airflow-providers-`: `http`, `cncf-kubernetes`.
"""

from dockerfile_astro_lint.astro.provider_releases_data import BROKEN_ON_AIRFLOW_3, PROVIDERS, REMOVED_NAMES
from dockerfile_astro_lint.core.compat import NamedTuple, lru_cache

_AIRFLOWS = ("2.7", "2.8", "2.9", "2.10", "2.11", "3.0")
_PYTHONS = ("3.10", "3.11")


class Provider(NamedTuple):
    """A provider on PyPI: its newest known release, and from which releases on it needs which Airflow and Python."""

    latest: str
    airflow: tuple[tuple[str, str], ...]
    python: tuple[tuple[str, str], ...]
    yanked: tuple[str, ...]


class BrokenRelease(NamedTuple):
    """A release that installs on Airflow 3 and cannot be imported there; `reason` is the import that fails."""

    first_good: str
    last_bad: str
    reason: str


class RemovedName(NamedTuple):
    """What a provider lost with a release; `module` and `name` replace it, `drop_in` with the same arguments."""

    provider: str
    gone_in: str
    whole_module: bool
    module: str
    name: str
    drop_in: bool


def provider_release(provider: str) -> Provider | None:
    """What is known of a provider's releases; None for one that is not on PyPI."""
    return _provider(provider)


def provider_of(module: str) -> str | None:
    """The provider of a module below `airflow.providers`, None for one that is not on PyPI."""
    parts = module.removeprefix("airflow.providers.").split(".")
    return next((name for end in (3, 2, 1) if (name := "-".join(parts[:end])) in _rows()), None)


def required_airflow(provider: str, release: str) -> str | None:
    """The oldest Airflow (`2.11`) that a release of a provider needs; None where that is not known."""
    found = _provider(provider)
    return _needed(found.airflow, release) if found else None


def required_python(provider: str, release: str) -> str | None:
    """The oldest Python (`3.11`) that a release of a provider needs; None where not known, or older than 3.10."""
    found = _provider(provider)
    return _needed(found.python, release) if found else None


def first_unfit(provider: str, airflow: str, python: str = "") -> str | None:
    """The first release that an Airflow, or a Python, cannot have: `<it` fits. None where all known ones do."""
    found = _provider(provider)
    if found is None:
        return None
    unfit = [release for release, needed in found.airflow if version_key(needed) > version_key(airflow)]
    if python:
        unfit += [release for release, needed in found.python if version_key(needed) > version_key(python)]
    return min(unfit, key=version_key, default=None)


def some_release_fits(provider: str, at_least: str, airflow: str, python: str) -> bool:
    """Whether an Airflow and a Python can have a release of a provider from one on; true where that is not known."""
    found = _provider(provider)
    if found is None:
        return True
    changes = [release for release, _ in (*found.airflow, *found.python)]
    later = [release for release in changes if version_key(release) > version_key(at_least)]
    return any(
        version_key(required_airflow(provider, one) or "") <= version_key(airflow)
        and version_key(required_python(provider, one) or "") <= version_key(python)
        for one in (at_least, *later)
    )


def is_yanked(provider: str, release: str) -> bool:
    """Whether a release of a provider is yanked on PyPI."""
    found = _provider(provider)
    return found is not None and any(version_key(one) == version_key(release) for one in found.yanked)


def broken_on_airflow3(provider: str, release: str) -> BrokenRelease | None:
    """Whether a release of a provider installs on Airflow 3 but cannot be imported there, for all that was tried."""
    for row in BROKEN_ON_AIRFLOW_3.splitlines():
        name, first_good, last_bad, reason = row.split("|")
        if name == provider and version_key(release) <= version_key(last_bad):
            return BrokenRelease(first_good, last_bad, reason)
    return None


def removed_provider_names(module: str) -> dict[str, RemovedName]:
    """The names of a provider's module that a newer release no longer has."""
    return _removed().get(module, {})


def removed_names_of(provider: str) -> tuple[tuple[str, str, str], ...]:
    """What a provider lost: module, name, and the first release without it."""
    return tuple(
        (module, name, one.gone_in)
        for module, names in _removed().items()
        for name, one in names.items()
        if one.provider == provider
    )


def version_key(version: str) -> tuple[int, ...]:
    """The numbers of a release, for comparison; what follows them (`rc1`, `.post1`) is not looked at."""
    numbers: list[int] = []
    for part in version.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if digits:
            numbers.append(int(digits[:9]))
        if digits != part:
            break
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _needed(changes: tuple[tuple[str, str], ...], release: str) -> str | None:
    wanted, last = version_key(release), None
    for first, needed in changes:
        if version_key(first) > wanted:
            break
        last = needed
    return last


def _changes(text: str, columns: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Release and what it is the first to need, in the order of releases."""
    found = []
    for at, one in enumerate(text.split()):
        needed, colon, release = one.partition(":")
        if colon:
            found.append((release, needed))
        elif one != "-":
            found.append((one, columns[at]))
    return tuple(sorted(found, key=lambda pair: version_key(pair[0])))


@lru_cache(maxsize=None)
def _rows() -> dict[str, str]:
    return {name: row for name, _, row in (line.partition("|") for line in PROVIDERS.splitlines())}


@lru_cache(maxsize=None)
def _provider(name: str) -> Provider | None:
    row = _rows().get(name)
    if row is None:
        return None
    latest, airflow, python, yanked = row.split("|")
    return Provider(latest, _changes(airflow, _AIRFLOWS), _changes(python, _PYTHONS), tuple(yanked.split()))


@lru_cache(maxsize=None)
def _removed() -> dict[str, dict[str, RemovedName]]:
    found: dict[str, dict[str, RemovedName]] = {}
    for row in REMOVED_NAMES.splitlines():
        module, name, gone_in, whole, target = row.split("|")
        path, _, new = f"airflow.providers.{target.lstrip('~')}".rpartition(".")
        module = f"airflow.providers.{module}"
        provider = provider_of(module) or ""
        removed = RemovedName(provider, gone_in, bool(whole), path, new, not target.startswith("~"))
        found.setdefault(module, {})[name] = removed
    return found
