"""The tables on Airflow 3 against a real Airflow: every import, name and argument is tried.

    ASTRO_LINT_AIRFLOW=/path/to/venv/bin/python python -m pytest tests/test_real_airflow.py

The variable names one interpreter or several, separated as in PATH; without it, that of the tests is used if it has
Airflow. `pip install apache-airflow==3.3.2` into a virtual environment is all that is needed.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dockerfile_astro_lint.astro import airflow_modules

TABLES = Path(__file__).parent.parent / "tools" / "tables"


def interpreters() -> list[str]:
    named = os.environ.get("ASTRO_LINT_AIRFLOW", "")
    if named:
        return named.split(os.pathsep)
    return [sys.executable] if importlib.util.find_spec("airflow") else []


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not interpreters(), reason="no Airflow: set ASTRO_LINT_AIRFLOW to a Python that has it"),
]


PROBE = '''
import contextlib, importlib, importlib.metadata, json, sys, warnings
warnings.simplefilter("ignore")
asked, out = json.load(sys.stdin), sys.stdout
sys.stdout = sys.stderr

def load(path):
    """A module, or a class of one."""
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError:
        parent, _, name = path.rpartition(".")
        return getattr(importlib.import_module(parent), name)

def failed(do):
    try:
        do()
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    return ""

def imported(module, name):
    loaded = importlib.import_module(module) if not name else load(module)
    if name and not hasattr(loaded, name):
        importlib.import_module(f"{module}.{name}")

def called(path, arguments):
    callee = getattr(load(path.rpartition(".")[0]), path.rpartition(".")[2])
    if path.endswith(".dag"):
        callee(**arguments)(lambda: None)()
    else:
        callee(**arguments)

import airflow
print(json.dumps({
    "version": airflow.__version__,
    "packages": sorted(one.metadata["Name"] for one in importlib.metadata.distributions()),
    "imports": [failed(lambda: imported(*one)) for one in asked["imports"]],
    "calls": [failed(lambda: called(*one)) for one in asked["calls"]],
}), file=out)
'''


CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "DAG": ("airflow.models.dag.DAG", {"dag_id": "a"}),
    "dag": ("airflow.decorators.dag", {"dag_id": "a"}),
    "*Operator": ("airflow.operators.empty.EmptyOperator", {"task_id": "a"}),
    "PythonOperator": ("airflow.operators.python.PythonOperator", {"task_id": "a"}),
    "BranchPythonOperator": ("airflow.operators.python.BranchPythonOperator", {"task_id": "a"}),
    "ShortCircuitOperator": ("airflow.operators.python.ShortCircuitOperator", {"task_id": "a"}),
    "BashOperator": ("airflow.operators.bash.BashOperator", {"task_id": "a", "bash_command": ""}),
    "TriggerDagRunOperator": (
        "airflow.operators.trigger_dagrun.TriggerDagRunOperator",
        {"task_id": "a", "trigger_dag_id": "b"},
    ),
    "ExternalTaskMarker": (
        "airflow.sensors.external_task.ExternalTaskMarker",
        {"task_id": "a", "external_dag_id": "b", "external_task_id": "c"},
    ),
}
"""What to call for a callee of the table, and what it needs; `*Operator` stands for any operator."""


class Import(NamedTuple):
    module: str
    name: str


def table(name: str) -> Any:
    return json.loads((TABLES / f"{name}.json").read_text(encoding="utf-8"))


def removed() -> list[Import]:
    """Every module and name of the table."""
    data = table("airflow-imports")
    found = [Import(module, "") for module in data["modules"]]
    found += [Import(module, name) for module, entry in data["modules"].items() for name in entry["names"]]
    for module, by_minor in data["names"].items():
        found += [Import(module, name) for names in by_minor.values() for name in names]
    # `from airflow.decorators import task_group` imports a name, not the module that went.
    found += [Import(*module.rpartition(".")[::2]) for module in data["modules"]]
    return sorted(set(found))


def replacements() -> list[Import]:
    data = table("airflow-imports")
    names = [entry["names"] for entry in data["modules"].values()]
    names += [listed for by_minor in data["names"].values() for listed in by_minor.values()]
    targets = {target for listed in names for minors in listed.values() for target in minors.values() if target}
    return sorted(Import(*target.lstrip("~").rpartition(".")[::2]) for target in targets)


def sdk_names() -> list[Import]:
    data = table("airflow-sdk-names")
    return [Import("airflow.sdk", name) for name in data["names"]] + [Import(name, "") for name in data["modules"]]


def calls() -> Iterator[tuple[str, str, Any, dict[str, Any]]]:
    """Callee of the table, argument, value, and what else to pass."""
    for row in table("airflow-arguments")["arguments"]:
        for callee in row["callees"]:
            if callee in CALLS:
                yield callee, row["argument"], row.get("value", "x"), CALLS[callee][1]


class Real(NamedTuple):
    """What a real Airflow says."""

    minor: tuple[int, int]
    packages: frozenset[str]
    imports: dict[Import, str]
    calls: dict[tuple[str, str, str], str]


_known: dict[str, Real] = {}


@pytest.fixture(params=interpreters(), ids=lambda path: Path(path).parent.parent.name)
def real(request: pytest.FixtureRequest, tmp_path: Path) -> Real:
    python: str = request.param
    if python not in _known:
        imports = sorted({*removed(), *replacements(), *sdk_names()})
        asked_calls = list(calls())
        asked = {
            "imports": imports,
            "calls": [(CALLS[callee][0], {**rest, name: value}) for callee, name, value, rest in asked_calls],
        }
        environment = {**os.environ, "AIRFLOW_HOME": str(tmp_path)}
        environment.pop("PYTHONPATH", None)
        done = subprocess.run(
            [python, "-c", PROBE],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            env=environment,
            cwd=tmp_path,
        )
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        major, minor = map(int, said["version"].split(".")[:2])
        names = [(callee, name, str(value)) for callee, name, value, _ in asked_calls]
        _known[python] = Real(
            (major, minor),
            frozenset(said["packages"]),
            dict(zip(imports, said["imports"], strict=True)),
            dict(zip(names, said["calls"], strict=True)),
        )
    return _known[python]


def needs_airflow_3(real: Real) -> None:
    if real.minor < (3, 0):
        pytest.skip("Airflow 2")


def test_what_is_told_to_be_gone_cannot_be_imported(real: Real) -> None:
    needs_airflow_3(real)
    wrong = [one for one in removed() if _is_removed(one, real.minor) and not real.imports[one]]
    assert wrong == []


LOST_BEFORE_THEIR_MODULE = {
    Import("airflow.datasets", "BaseDataset"),
    Import("airflow.datasets", "DatasetAliasEvent"),
    Import("airflow.datasets", "DatasetAny"),
    Import("airflow.models.mappedoperator", "OperatorPartial"),
    Import("airflow.models.mappedoperator", "ensure_xcomarg_return_value"),
    Import("airflow.models.mappedoperator", "validate_mapping_kwargs"),
    Import("airflow.models.taskinstance", "TaskReturnCode"),
    Import("airflow.utils.dag_parsing_context", "AirflowParsingContext"),
}
"""Names of which the table says less than is true: nothing for 3.0 and 3.1, where they or their module are there later,
or were there in 3.0.0.
"""


OF_OLDER_PROVIDERS = {Import("airflow.operators.http_operator", "SimpleHttpOperator")}
"""What Airflow 2.11 only passes on from a provider that has it no longer."""


def test_what_is_not_told_to_be_gone_can_be_imported(real: Real) -> None:
    needs_airflow_3(real)
    told = [one for one in removed() if not _is_removed(one, real.minor) and real.imports[one]]
    assert [one for one in told if real.minor >= (3, 2) or one not in LOST_BEFORE_THEIR_MODULE] == []


def _is_removed(one: Import, minor: tuple[int, int]) -> bool:
    if one.name:
        return airflow_modules.removed_name(one.module, one.name, minor) is not None
    return airflow_modules.removed_module(one.module, minor) is not None


def test_replacements_can_be_imported(real: Real) -> None:
    """Those of Airflow itself, and of the providers that are installed there."""
    needs_airflow_3(real)
    tried = 0
    for one in removed():
        found = airflow_modules.removed_name(one.module, one.name, real.minor) if one.name else None
        if found and found.name and (not found.package or found.package in real.packages):
            tried += 1
            assert real.imports.get(Import(found.module, found.name)) == "", found
    assert tried > 100


def test_names_of_the_sdk_came_when_the_table_says(real: Real) -> None:
    needs_airflow_3(real)
    for one in sdk_names():
        since = (
            airflow_modules.sdk_name_since(one.name) if one.name else airflow_modules.sdk_module_since(one.module)
        )  # fmt: skip
        assert since is not None
        assert (since <= real.minor) == (real.imports[one] == ""), (one, real.imports[one])


def test_arguments_are_refused(real: Real) -> None:
    needs_airflow_3(real)
    assert len(real.calls) > 20
    for (callee, name, _), error in real.calls.items():
        assert error.startswith(("TypeError", "ValueError", "AirflowException", "ParamValidationError")), (callee, name)


def test_airflow_2_has_what_airflow_3_is_told_to_have_lost(real: Real) -> None:
    if real.minor != (2, 11):
        pytest.skip("the tables are about Airflow 2.11")
    missing = {
        one: error
        for one in removed()
        if (error := real.imports[one]) and "airflow.providers." not in error and "provider must be" not in error
    }
    assert missing.keys() <= OF_OLDER_PROVIDERS
