"""What each Airflow requires of other packages and of Python, and which packages need which Airflow."""

from dockerfile_astro_lint.astro.airflow_requires_data import PYTHON, RELATED, RELEASES, REQUIRES, YANKED
from dockerfile_astro_lint.astro.provider_releases import version_key
from dockerfile_astro_lint.core.compat import NamedTuple, lru_cache


class RelatedPackage(NamedTuple):
    """The newest known release of a package that has to do with Airflow, and the Python and Airflow that it requires.

    `broken_on_airflow3`: releases up to this one install on Airflow 3 and cannot be imported there.
    """

    version: str
    python: str
    airflow: str
    broken_on_airflow3: str


def requirement(package: str, airflow: str, python: tuple[int, int]) -> str | None:
    """What an Airflow release requires of a package (`<2.0,>=1.4.36`), None for nothing, or where it is not known.

    Only the first and last patch of each minor were read: between them it is known where both agree.
    """
    row = _requires().get(package.lower().replace("_", "-").replace(".", "-"))
    at = _release(airflow)
    if row is None or not at:
        return None
    texts = {_at(row, number) for number in at}
    return _for_python(texts.pop(), python) if len(texts) == 1 else None


def python_requirement(airflow: str) -> str | None:
    """The `Requires-Python` of an Airflow release (`<3.13,>=3.9`), None before 2.0 and for a minor not known yet."""
    wanted = version_key(airflow)
    last_minor = version_key(RELEASES.split()[-1])[:2]
    if wanted[:2] > last_minor:
        return None
    found = None
    for row in PYTHON.splitlines():
        first, _, text = row.partition("|")
        if version_key(first) > wanted:
            break
        found = text
    return found


@lru_cache(maxsize=256)
def supports_python(airflow: str, python: tuple[int, int]) -> bool:
    """Whether an Airflow release can be installed on some patch of a Python; true where that is not known.

    `!=3.13` stands for 3.13.0 alone, so that it rules out nothing.
    """
    return all(_holds(part, python) for part in (python_requirement(airflow) or "").split(",") if part)


def yanked_airflow(airflow: str) -> str | None:
    """Why an Airflow release is yanked on PyPI, None for one that is not."""
    pairs = (row.partition("|") for row in YANKED.splitlines())
    return next((reason for version, _, reason in pairs if version == airflow), None)


def related_package(package: str) -> RelatedPackage | None:
    """What is known of a package that has to do with Airflow and is no provider."""
    name = package.lower().replace("_", "-").replace(".", "-")
    rows = (row.split("|") for row in RELATED.splitlines())
    return next((RelatedPackage(*row[1:]) for row in rows if row[0] == name), None)


def known_packages() -> tuple[str, ...]:
    """The packages that some Airflow requires, and those that have to do with it; providers aside."""
    names = sorted({row.partition("|")[0] for table in (REQUIRES, RELATED) for row in table.splitlines()})
    return tuple(name for name in names if not name.startswith("apache-airflow-providers-"))


def _release(airflow: str) -> tuple[int, ...]:
    """Numbers of the releases that were read and that a release lies between, in its minor."""
    wanted = version_key(airflow)
    minor = (*wanted, 0)[:2]
    same = [(version_key(one), at) for at, one in enumerate(RELEASES.split()) if (*version_key(one), 0)[:2] == minor]
    if not same or wanted < same[0][0] or airflow.count(".") == 1:  # `3.0`: any patch
        return tuple(at for _, at in same)
    before = max(pair for pair in same if pair[0] <= wanted)
    after = min((pair for pair in same if pair[0] >= wanted), default=before)
    return tuple({before[1], after[1]})


def _at(row: list[str], number: int) -> str:
    found = ""
    for one in row:
        first, _, text = one.partition(" ")
        if int(first) > number:
            break
        found = text
    return found


def _for_python(text: str, python: tuple[int, int]) -> str | None:
    parts = []
    for one in text.split(";") if text else ():
        marker, colon, specifier = one.partition(":")
        if not colon:
            parts.append(one)
        elif _holds(marker, python):
            parts.append(specifier)
    return ",".join(parts) or None


def _holds(part: str, python: tuple[int, int]) -> bool:
    """Whether `<3.13`, `>=3.10`, `~=3.8` or `!=3.13` lets in some patch of a Python."""
    part = part.strip()
    operator = part[: len(part) - len(part.lstrip("<>=!~"))]
    bound = (*version_key(part[len(operator) :]), 0)[:2]
    if operator == "~=":
        return bound <= python and bound[0] == python[0]
    if operator == "<=":
        return python <= bound
    if operator == "<":
        return python < bound
    if operator == ">":
        return python > bound
    return operator == "!=" or python >= bound


@lru_cache(maxsize=None)
def _requires() -> dict[str, list[str]]:
    return {name: text.split("|") for name, _, text in (row.partition("|") for row in REQUIRES.splitlines())}
