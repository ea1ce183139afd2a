"""Common packages that a Debian release does not have, and those that take their place there."""

from dockerfile_astro_lint.astro.debian_packages_data import MISSING
from dockerfile_astro_lint.astro.image import Version
from dockerfile_astro_lint.core.compat import NamedTuple, lru_cache

RELEASES = {11: "bullseye", 12: "bookworm", 13: "trixie"}


class MissingPackage(NamedTuple):
    """A package that `apt-get install` does not find in a Debian release; `use` is there instead, empty for none."""

    package: str
    release: int
    use: str


def missing_package(package: str, release: int) -> MissingPackage | None:
    """Whether Debian 11, 12 or 13 lacks a package; None for one that it has, or that is not known here."""
    row = _missing().get(package)
    if row is None or release not in RELEASES:
        return None
    use = row[release - min(RELEASES)]
    return MissingPackage(package, release, "" if use == "-" else use) if use else None


def packages_missing_somewhere() -> frozenset[str]:
    """The packages that some release lacks."""
    return frozenset(_missing())


def debian_release(version: Version) -> int:
    """The Debian release of a Runtime image that is not based on UBI 9; likely, not documented."""
    if version.family == 3:
        return 12 if version.numbers[:2] < (3, 2) else 13
    return 11 if version.numbers[0] < 12 else 12


@lru_cache(maxsize=None)
def _missing() -> dict[str, list[str]]:
    return {name: texts.split("|") for name, _, texts in (row.partition("|") for row in MISSING.splitlines())}
