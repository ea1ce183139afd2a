"""Executors that an ENV names and the image's Airflow cannot load."""

from dockerfile_astro_lint.core.compat import Iterator, NamedTuple
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.dockerfile.assignments import Assignment
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN
from dockerfile_astro_lint.project.project import Project

EXECUTOR = "AIRFLOW__CORE__EXECUTOR"


class UnavailableExecutor(NamedTuple):
    """A word that is no executor of an Airflow; `gone`: it was one. `known` are those that it has."""

    assignment: Assignment
    span: Span
    name: str
    airflow: str
    gone: bool
    known: tuple[str, ...]


def unavailable_executors(project: Project) -> Iterator[UnavailableExecutor]:
    """The executors that images cannot load: one undotted word each; a list and `alias:path` are read item by item."""
    from dockerfile_astro_lint.astro.airflow_modules import minor
    from dockerfile_astro_lint.astro.deployment import executor_gone_since, executors, is_executor

    for base, assignment in project.assignments("ENV"):
        airflow = project.catalog.airflow(base.version) if base.version else ""
        if assignment.name != EXECUTOR or not airflow:
            continue
        text, start = assignment.plain
        for item in text.split(",") if "$" not in text and UNKNOWN not in text else ():
            name = item.strip()
            at = start + len(item) - len(item.lstrip())
            start += len(item) + 1
            # `team=executor`, `executor:alias`
            word = name.rpartition("=")[2].partition(":")[0]
            if not word.isidentifier() or "." in name:
                continue
            since = executor_gone_since(word)
            gone = since is not None and since <= minor(airflow)
            if gone or not is_executor(word):
                at += name.index(word)
                span = assignment.part(at, at + len(word))
                yield UnavailableExecutor(assignment, span, word, airflow, gone, executors(minor(airflow)))
