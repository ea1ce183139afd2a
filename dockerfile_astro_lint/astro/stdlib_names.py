"""Names that left modules of the standard library which are still there."""

from dockerfile_astro_lint.astro.stdlib_names_data import REMOVED
from dockerfile_astro_lint.core.compat import NamedTuple, lru_cache

Version = tuple[int, int]


class RemovedStdlibName(NamedTuple):
    """A name that a Python no longer has; `use` is what replaces it (dotted), `drop_in` with the same meaning."""

    since: Version
    use: str
    drop_in: bool


def removed_stdlib_name(module: str, name: str, python: Version) -> RemovedStdlibName | None:
    """Whether `from module import name` fails in a Python, and what replaces it."""
    found = _removed().get(module, {}).get(name)
    return found if found and found.since <= python else None


def lost_stdlib_names(python: Version) -> dict[str, tuple[str, ...]]:
    """The names that each module lost up to a Python."""
    found = {
        module: tuple(name for name, removed in names.items() if removed.since <= python)
        for module, names in _removed().items()
    }
    return {module: names for module, names in found.items() if names}


@lru_cache(maxsize=None)
def _removed() -> dict[str, dict[str, RemovedStdlibName]]:
    found: dict[str, dict[str, RemovedStdlibName]] = {}
    for row in REMOVED.splitlines():
        python, module, names = row.split("|")
        major, _, minor = python.partition(".")
        for one in names.split():
            name, _, use = one.partition("=")
            removed = RemovedStdlibName(
                (int(major), int(minor)), use.lstrip("~"), bool(use) and not use.startswith("~")
            )
            found.setdefault(module, {})[name] = removed
    return found
