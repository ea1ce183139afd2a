"""Airflow providers: the package that an import belongs to, and the packages in an image."""

from dockerfile_astro_lint.astro.provider_data import IN_IMAGE, PACKAGES
from dockerfile_astro_lint.core.compat import lru_cache

PREFIX = "apache-airflow-providers-"


_DEPENDENCIES = {
    "amazon": ("http", "common.sql", "common.compat"),
    "airbyte": ("http",),
    "atlassian.jira": ("http",),
    "dingding": ("http",),
    "apache.flink": ("cncf.kubernetes",),
    "apache.livy": ("http", "apache.spark"),
    "databricks": ("common.sql", "http"),
    "dbt.cloud": ("http",),
    "discord": ("http",),
    "edge3": ("fab",),
    "informatica": ("http",),
    "jira": ("atlassian.jira", "http"),
    "microsoft.azure": ("common.compat", "sftp"),
    "opsgenie": ("http",),
    "pagerduty": ("http",),
    "pgvector": ("postgres",),
    "sftp": ("ssh",),
    "tabular": ("apache.iceberg",),
}
"""The providers that some provider packages depend on, beyond those in every image."""


_WITHOUT_PROVIDERS = frozenset((
    "astronomer-cosmos", "astronomer-starship", "astronomer-providers-logging", "astro-run-dag",
    "apache-airflow-client", "apache-airflow-task-sdk", "apache-airflow-core", "apache-airflow",
))  # fmt: skip


@lru_cache(maxsize=None)
def _known() -> frozenset[str]:
    return frozenset(name.replace("-", ".") for name in PACKAGES.split())


@lru_cache(maxsize=None)
def provider_of(name: str) -> str | None:
    """The provider (`cncf.kubernetes`) that a module below `airflow.providers` belongs to; None if unknown."""
    name = name.strip(".")
    while name:
        if name in _known():
            return name
        name = name.rpartition(".")[0]
    return None


def package_of(provider: str) -> str:
    """The package name of a provider."""
    return PREFIX + provider.replace(".", "-")


def in_image(kind: str) -> frozenset[str]:
    """The providers in a kind of image: airflow3, airflow2 or airflow2-slim."""
    for row in IN_IMAGE.splitlines():
        name, _, providers = row.partition("|")
        if name == kind:
            return frozenset(provider.replace("-", ".") for provider in providers.split(","))
    return frozenset()


PROBABLY_NOT_IN_AIRFLOW_3 = frozenset(("mysql", "postgres"))
"""The providers that Astronomer's pages disagree about: its provider reference of 3.1-11 to 3.3-2 lists neither."""


_SINCE = {
    "datadog": (8, 3),
    "openlineage": (9, 2),
    "mysql": (9, 14),
    "common.io": (10, 2),
    "smtp": (10, 5),
    "fab": (11, 0),
    "common.compat": (11, 8),
}
"""The first Runtime with Airflow 2 that has a provider, where that is not the oldest one."""


_WITHOUT_MYSQL = ((10, 0), (11, 2))
"""The Runtime versions, from and up to, that left it out again."""


def not_yet_in_image(runtime: tuple[int, ...]) -> frozenset[str]:
    """The providers that a full image of a later Runtime with Airflow 2 has, but this one has not."""
    missing = {name for name, since in _SINCE.items() if runtime[:2] < since}
    first, last = _WITHOUT_MYSQL
    return frozenset(missing | ({"mysql"} if first <= runtime[:2] < last else set()))


def providers_of_runtime(family: int, numbers: tuple[int, ...], slim: bool) -> frozenset[str] | None:
    """The providers that a Runtime image surely has; None for those before Runtime 8, which are not in the table."""
    if family == 3:
        return in_image("airflow3") - PROBABLY_NOT_IN_AIRFLOW_3
    if numbers[0] < 8:
        return None
    providers = in_image("airflow2-slim") if slim else in_image("airflow2") - not_yet_in_image(numbers)
    # Airflow itself requires it from 2.10 on.
    return providers | {"common.compat"} if numbers[0] > 11 else providers


def brought_by(package: str) -> tuple[str, ...] | None:
    """The providers that a required package installs; None if it may install any."""
    if package.startswith(PREFIX):
        name = package.removeprefix(PREFIX).replace("-", ".")
        return (name, "common.compat", *_DEPENDENCIES.get(name, ()))
    if package == "dag-factory":
        return ("http", "cncf.kubernetes")  # before 1.0
    if package in _WITHOUT_PROVIDERS or not ("airflow" in package or package.startswith(("astro-", "astronomer-"))):
        return ()
    return None
