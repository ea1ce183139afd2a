"""Airflow's options as environment variables: which are misspelt, and which Airflow 3 removed."""

from dockerfile_astro_lint.astro.option_data import GONE, OPTIONS, SECTIONS
from dockerfile_astro_lint.core.compat import NamedTuple, lru_cache

_SUFFIXES = ("_CMD", "_SECRET")


class RemovedOption(NamedTuple):
    """An option that Airflow 3 removed or moved; `new` is the variable that replaces it, or empty.

    `kept`: the value keeps its meaning. `read`: Airflow still reads the old name.
    """

    new: str
    kept: bool
    read: bool


_LATER = {
    "logging.dag_processor_manager_log_location": ((3, 0), ""),
    "logging.log_processor_filename_template": ((3, 0), ""),
    "database.load_default_connections": ((3, 0), ""),
    "policy.task_policy": ((3, 0), ""),
    "metrics.statsd_allow_list": ((3, 0), "metrics.metrics_allow_list"),
    "logging.colored_formatter_class": ((3, 1), ""),
    "logging.colored_log_format": ((3, 1), ""),
    "api.access_logfile": ((3, 1), "api.log_config"),
    "api.page_size": ((3, 2), "api.fallback_page_limit"),
}
"""Options that took the place of others and are gone too: from when on, and what took theirs."""


_FIRST_RELEASES = ("3.0.0", "3.0.1")


_MOVED_IN_3_0_2 = ("SECRET_KEY", "ENABLE_SWAGGER_UI", "EXPOSE_HOSTNAME")


def variable(option: str) -> str:
    """The environment variable that sets `section.option`."""
    section, _, name = option.rpartition(".")
    return f"AIRFLOW__{section.replace('.', '_')}__{name}".upper()


@lru_cache(maxsize=None)
def _sections() -> frozenset[str]:
    return frozenset(name.replace(".", "_").upper() for name in SECTIONS.split())


@lru_cache(maxsize=None)
def _options() -> frozenset[str]:
    return frozenset(map(variable, OPTIONS.split()))


@lru_cache(maxsize=None)
def _removed() -> dict[str, str]:
    return dict([row.split("|", 1) for row in GONE.splitlines()])


def is_option(name: str) -> bool:
    """Whether an environment variable sets a known option."""
    return name in _options()


def _known(name: str) -> bool:
    return name in _options() or any(name.endswith(end) and name.removesuffix(end) in _options() for end in _SUFFIXES)


def is_well_formed(name: str) -> bool:
    """Whether the underscores of a variable are where Airflow expects them."""
    return name.startswith("AIRFLOW__") and name[9:].count("__") == 1 and "___" not in name and name.isidentifier()


@lru_cache(maxsize=256)  # many Dockerfiles set the same options
def suggest_option(name: str) -> str | None:
    """The variable that a misspelt one was meant to be; None for a correct or unknown one."""
    if not name.startswith("AIRFLOW_") or not name.isascii() or name != name.upper() or "___" in name:
        return None
    rest = name[len("AIRFLOW_") :].removeprefix("_")
    if name.startswith("AIRFLOW__") and rest.count("__") == 1:
        return None
    words = [word for word in rest.split("_") if word]
    for cut in range(1, len(words)):
        section, key = "_".join(words[:cut]), "_".join(words[cut:])
        meant = f"AIRFLOW__{section}__{key}"
        if section in _sections() and meant != name and _known(meant):
            return meant
    return None


@lru_cache(maxsize=256)
def is_misspelt(name: str) -> bool:
    """Whether a variable of a known section has more than two double underscores."""
    parts = name.split("__")
    return parts[0] == "AIRFLOW" and len(parts) > 3 and "___" not in name and parts[1] in _sections()


@lru_cache(maxsize=256)
def removed_option(name: str, series: str) -> RemovedOption | None:
    """What happened to an option in an Airflow 3 series (`3.1`); None if it still exists or is unknown."""
    option = name.removeprefix("AIRFLOW__")
    suffix = next((end for end in _SUFFIXES if option.endswith(end) and option not in _removed()), "")
    row = _removed().get(option.removesuffix(suffix))
    if row is None or option == name:
        return None
    new, kept, since, read = row.split("|")
    known = read.split(",")
    minor = tuple(map(int, series.split(".")))
    if minor < tuple(map(int, since.split("."))):
        return None
    still = series in known or (minor > (3, 3) and "3.3" in known)
    later, newest = _LATER.get(new, ((4, 0), ""))
    if minor >= later:
        new, kept = newest, ""
    return RemovedOption(f"{variable(new)}{suffix}" if new else "", bool(kept), still)


def is_still_there(name: str, airflow: str) -> bool:
    """Whether an option that Airflow 3.0 moved was still in its old place in that release of 3.0."""
    key = name.removeprefix("AIRFLOW__WEBSERVER__")
    for suffix in _SUFFIXES:
        key = key.removesuffix(suffix)
    return (
        airflow in _FIRST_RELEASES
        and name.startswith("AIRFLOW__WEBSERVER__")
        and (key in _MOVED_IN_3_0_2 or key.startswith("NAVBAR_"))
    )
