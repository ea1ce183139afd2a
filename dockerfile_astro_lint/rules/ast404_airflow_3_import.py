"""`airflow.sdk` is new in Airflow 3: on an Airflow 2 image, a DAG that imports it is broken. Airflow 2 has the same
names in other modules, such as `airflow.decorators` and `airflow.models`.
"""

from dockerfile_astro_lint.core.compat import Iterable, Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_image, rule

_AIRFLOW_2 = {
    "airflow.decorators": "dag task task_group setup teardown",
    "airflow.models": "DAG BaseOperator Connection Param TaskInstance Variable XComArg",
    "airflow.models.baseoperator": "chain chain_linear cross_downstream",
    "airflow.hooks.base": "BaseHook",
    "airflow.operators.python": "get_current_context",
    "airflow.sensors.base": "BaseSensorOperator PokeReturnValue",
    "airflow.utils.context": "Context",
    "airflow.utils.edgemodifier": "EdgeModifier Label",
    "airflow.utils.state": "DagRunState TaskInstanceState",
    "airflow.utils.task_group": "TaskGroup",
    "airflow.utils.trigger_rule": "TriggerRule",
}
"""The modules of Airflow 2 that have the names of `airflow.sdk`."""


@rule(
    code="AST404",
    name="airflow-3-import",
    severity="warning",
    summary="`airflow.sdk` is imported on an Airflow 2 image",
    python=True,
    examples=[
        Example(
            bad="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            bad_files={
                "dags/load.py": """
                    from airflow.sdk import dag, task
                    #    ^^^^^^^^^^^ AST404
                """,
            },
            good="""
                FROM quay.io/astronomer/astro-runtime:13.11.0
            """,
            good_files={"dags/load.py": "from airflow.decorators import dag, task\n"},
            files={"requirements.txt": "", "packages.txt": ""},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    for file, found in project.imports("airflow.sdk"):
        message = f"Airflow 2 has no `airflow.sdk`: {_replacement(found.names)}"
        yield Violation(file.span(found), message, None, related_image(project, "this image has Airflow 2"))


def _replacement(names: Iterable[str]) -> str:
    """What to import instead of names of `airflow.sdk`."""
    by_module: dict[str, list[str]] = {}
    for name in names:
        module = next((module for module, listed in _AIRFLOW_2.items() if name in listed.split()), "")
        by_module.setdefault(module, []).append(f"`{name}`")
    if not by_module or "" in by_module or len(by_module) > 2:
        return "use `airflow.decorators`, `airflow.models` and other Airflow 2 modules"
    return "import " + ", ".join(f"{' and '.join(listed)} from `{module}`" for module, listed in by_module.items())
