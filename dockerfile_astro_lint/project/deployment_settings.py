"""What a Dockerfile sets, though the Deployment sets it on Astro; left out is what another rule reports."""

from dockerfile_astro_lint.astro.airflow_options import removed_option
from dockerfile_astro_lint.astro.base_image import Base
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.dockerfile.assignments import Assignment
from dockerfile_astro_lint.dockerfile.build_state import AIRFLOW_HOME
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN
from dockerfile_astro_lint.project.project import Project

EXECUTOR = "AIRFLOW__CORE__EXECUTOR"


SET_BY_DEPLOYMENT = (EXECUTOR, "AIRFLOW__CORE__SQL_ALCHEMY_CONN", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN")
"""Variables that the Deployment sets, whatever their value is here."""


PATHS = {"AIRFLOW_HOME": AIRFLOW_HOME, "AIRFLOW__CORE__DAGS_FOLDER": f"{AIRFLOW_HOME}/dags"}
"""Variables that have the value of the image on Astro."""


def overridden_variables(project: Project) -> Iterator[tuple[Assignment, str]]:
    """What ENV sets of `SET_BY_DEPLOYMENT` and, with another value, of `PATHS`; with the value."""
    for base, assignment, value in _settings(project):
        name = assignment.name
        if name in PATHS:
            if value.rstrip("/") != PATHS[name] and not _is_home_of_apache(value):
                yield assignment, value
        elif name in SET_BY_DEPLOYMENT and not (name == EXECUTOR and _is_unavailable(project, base, value)):
            yield assignment, value


def reserved_variables(project: Project) -> Iterator[Assignment]:
    """What ENV sets of the other variables that Astronomer tells not to override."""
    from dockerfile_astro_lint.astro.deployment import is_set_by_astro

    for _, assignment, _ in _settings(project):
        name = assignment.name
        if name not in PATHS and name not in SET_BY_DEPLOYMENT and is_set_by_astro(name):
            yield assignment


def _settings(project: Project) -> Iterator[tuple[Base, Assignment, str]]:
    """What ENV sets, with the value as far as it is known; without secrets (AST610) and removed options (AST616)."""
    for base, layer in project.layers("ENV"):
        for assignment in layer.assignments:
            value = layer.value(assignment.text)
            if UNKNOWN in value and assignment.name in PATHS:
                continue
            if base.version and base.version.family == 3 and removed_option(assignment.name, base.version.series):
                continue
            if not _has_secret(assignment):
                yield base, assignment, value


def _has_secret(assignment: Assignment) -> bool:
    from dockerfile_astro_lint.project.secrets import secrets_of

    return next(secrets_of(assignment), None) is not None


def _is_home_of_apache(path: str) -> bool:
    """Whether a path is in the home of the `apache/airflow` image, which AST620 reports."""
    return f"{path}/".startswith(("/opt/airflow/", "/home/airflow/"))


def _is_unavailable(project: Project, base: Base, value: str) -> bool:
    """Whether a value names an executor that this Airflow cannot load, which AST629 reports."""
    from dockerfile_astro_lint.astro.deployment import executor_gone_since, is_executor

    names = [item.strip().partition(":")[0] for item in value.split(",")]
    words = [name for name in names if name and "." not in name and UNKNOWN not in name]
    if not all(map(is_executor, words)):
        return True
    if base.version is None or base.version.family != 3:
        return False
    major, minor, *_ = base.version.numbers
    return any(since is not None and since <= (major, minor) for since in map(executor_gone_since, words))
