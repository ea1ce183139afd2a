"""What Airflow 3, its providers and Astro's images lack: cases through the command line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.tool import inside, lint, run, write

R2 = "quay.io/astronomer/astro-runtime:"
R3 = "astrocrpublic.azurecr.io/runtime:"


def findings(folder: Path, image: str, files: Mapping[str, str], *options: str) -> list[tuple[str, str, str]]:
    """Code, the text at fault and message of each finding of the rules on Airflow 3 and on requirements."""
    everything = {"Dockerfile": f"FROM {image}\n", "requirements.txt": "", "packages.txt": "", **files}
    write(folder, everything)
    with inside(folder):
        document = lint("Dockerfile", *options)
    assert document["failures"] == []
    found = []
    for one in document["diagnostics"]:
        line = (folder / one["path"]).read_text().splitlines()[one["line"] - 1]
        text = line[one["column"] - 1 : one["end_column"] - 1] if one["end_line"] == one["line"] else line
        if one["code"][:4] in ("AST4", "AST5", "AST6"):
            found.append((one["code"], text, one["message"]))
    return found


PYTHON_CASES = [
    (f"{R3}3.1-3", "from airflow.utils.dates import days_ago", [("AST405", "days_ago")]),
    (f"{R3}3.1-21", "from airflow.datasets import Dataset", []),
    (f"{R3}3.2-10", "from airflow.datasets import Dataset", [("AST405", "airflow.datasets")]),
    (f"{R3}3.1-21", "from airflow.operators.python import PythonOperator\nfrom airflow import Dataset", []),
    (f"{R3}3.0-18", "from airflow.sdk import BaseHook", [("AST404", "BaseHook")]),
    (f"{R3}3.1-21", "from airflow import DAG\nDAG(schedule_interval=1)", [("AST406", "schedule_interval")]),
    (f"{R3}3.1-21", "def DAG(**k): ...\nDAG(schedule_interval=1)", []),
    (
        f"{R3}3.1-21",
        "from airflow.plugins_manager import AirflowPlugin\nclass P(AirflowPlugin):\n    flask_blueprints = [bp]",
        [("AST407", "flask_blueprints")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("image", "code", "expected"), PYTHON_CASES)
def test_python_files(image: str, code: str, expected: list[tuple[str, str]], tmp_path: Path) -> None:
    found = findings(tmp_path, image, {"dags/a.py": f"{code}\n"})
    assert [(code, text) for code, text, _ in found] == expected


def fixed(folder: Path, image: str, files: Mapping[str, str], *options: str) -> dict[str, str]:
    """The files after `--fix --unsafe-fixes`."""
    write(folder, {"Dockerfile": f"FROM {image}\n", "requirements.txt": "", "packages.txt": "", **files})
    with inside(folder):
        run("--fix", "--unsafe-fixes", "--today", "2026-10-01", *options, "Dockerfile")
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_a_renamed_argument_is_replaced(tmp_path: Path) -> None:
    code = 'from airflow import DAG\nwith DAG("d", schedule_interval="@daily", concurrency=3): ...\n'
    after = fixed(tmp_path, f"{R3}3.1-21", {"dags/a.py": code})
    assert after["dags/a.py"] == 'from airflow import DAG\nwith DAG("d", schedule="@daily", max_active_tasks=3): ...\n'


def test_an_argument_is_not_renamed_to_one_that_is_there(tmp_path: Path) -> None:
    code = 'from airflow import DAG\nDAG("d", schedule=None, schedule_interval="@daily")\n'
    assert fixed(tmp_path, f"{R3}3.1-21", {"dags/a.py": code})["dags/a.py"] == code


def test_an_import_is_replaced_with_every_use_and_its_requirement(tmp_path: Path) -> None:
    code = """\
from airflow.operators.dummy import DummyOperator
from airflow.hooks.S3_hook import S3Hook
from airflow.utils.db import create_session, provide_session

start = DummyOperator(task_id="start")
S3Hook().load()
"""
    after = fixed(tmp_path, f"{R3}3.1-21", {"dags/a.py": code})
    assert (
        after["dags/a.py"]
        == """\
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from airflow.utils.session import create_session
from airflow.utils.db import provide_session

start = EmptyOperator(task_id="start")
S3Hook().load()
"""
    )
    assert after["requirements.txt"] == "apache-airflow-providers-amazon\n"


def test_a_data_set_becomes_an_asset(tmp_path: Path) -> None:
    code = (
        'from airflow.datasets import Dataset\n\nsource = Dataset("s3://x")\n\n\ndef all_of() -> list[Dataset]: ...\n'
    )
    after = fixed(tmp_path, f"{R3}3.3-8", {"dags/a.py": code})["dags/a.py"]
    assert after == 'from airflow.sdk import Asset\n\nsource = Asset("s3://x")\n\n\ndef all_of() -> list[Asset]: ...\n'


@pytest.mark.parametrize(
    "use",
    [
        '__all__ = ["Dataset"]',
        "Dataset = None",
        "def make(Dataset): ...",
        "def make(one: 'Dataset'): ...",
        "Asset = 1",
        "class Asset: ...",
        "from include.assets import Asset",
        "from include.assets import Dataset",
    ],
)
def test_nothing_is_renamed_where_a_use_is_not_understood(use: str, tmp_path: Path) -> None:
    code = f"from airflow.datasets import Dataset\n{use}\n"
    assert fixed(tmp_path, f"{R3}3.3-8", {"dags/a.py": code})["dags/a.py"] == code


def test_what_another_line_imports_from_elsewhere_stays(tmp_path: Path) -> None:
    code = "from airflow.utils.helpers import chain, exactly_one, cross_downstream as cross\n"
    after = fixed(tmp_path, f"{R3}3.1-21", {"dags/a.py": code})["dags/a.py"]
    assert sorted(after.splitlines()) == [
        "from airflow.sdk import chain",
        "from airflow.sdk import cross_downstream as cross",
        "from airflow.utils.helpers import exactly_one",
    ]


def test_a_file_that_is_not_utf_8_is_reported_and_not_changed(tmp_path: Path) -> None:
    code = "# -*- coding: latin-1 -*-\nname = '\xe9'\nfrom airflow.operators.dummy import DummyOperator\n"
    write(tmp_path, {"Dockerfile": f"FROM {R3}3.1-21\n", "requirements.txt": "", "packages.txt": "", "dags/a.py": ""})
    (tmp_path / "dags" / "a.py").write_bytes(code.encode("latin-1"))
    with inside(tmp_path):
        run("--fix", "--unsafe-fixes", "--today", "2026-10-01", "Dockerfile")
        assert [one["code"] for one in lint("Dockerfile")["diagnostics"]] == ["AST405"]
    assert (tmp_path / "dags" / "a.py").read_bytes() == code.encode("latin-1")


def test_as_if_says_what_another_image_lacks(tmp_path: Path) -> None:
    code = 'from airflow.operators.dummy import DummyOperator\nfrom airflow import DAG\nDAG("a", schedule_interval=1)\n'
    files = {"dags/a.py": code}
    assert findings(tmp_path, f"{R2}13.11.0", files) == []
    assert {code for code, _, _ in findings(tmp_path, f"{R2}13.11.0", files, "--as-if", "3.3-8")} == {
        "AST405",
        "AST406",
    }


REQUIREMENTS = "requirements.txt"
FILE_CASES = [
    (f"{R2}12.11.0", REQUIREMENTS, "apache-airflow-providers-http==6.3.0", ("AST509", "needs Airflow 2.11", "`<5.6`")),
    (f"{R2}13.11.0", REQUIREMENTS, "sqlalchemy>=2", ("AST509", "requires `sqlalchemy<2.0")),
    (f"{R2}13.11.0", REQUIREMENTS, "pkg==1.7.6\npkg==1.7.8", ("AST510", "line 1")),
    (f"{R2}13.11.0", REQUIREMENTS, "apache-airflow-task-sdk==1.0.2", ("AST502", "remove `apache-airflow-task-sdk`")),
    (f"{R3}3.3-8", "packages.txt", "libgl1-mesa-glx", ("AST512", "Debian 13", "use `libgl1`")),
]


@pytest.mark.parametrize(("image", "name", "text", "expected"), FILE_CASES)
def test_requirements_and_packages(image: str, name: str, text: str, expected: tuple[str, ...], tmp_path: Path) -> None:
    [(code, _, message)] = findings(tmp_path, image, {name: f"{text}\n", "dags/a.py": "x = 1\n"})
    assert code == expected[0]
    for part in expected[1:]:
        assert part in message


@pytest.mark.parametrize("image", [f"{R2}13.11.0", f"{R3}3.1-21"])
@pytest.mark.parametrize("form", ["text", "concise", "json", "github", "sarif", "gitlab", "junit", "rdjson"])
def test_a_password_of_an_index_is_reported_and_never_repeated(image: str, form: str, tmp_path: Path) -> None:
    text = "--extra-index-url=https://reader:V7q2Lm9zKp4t@pypi.example/simple\n"
    [(code, at, _)] = findings(tmp_path, image, {REQUIREMENTS: text, "dags/a.py": "x = 1\n"})
    assert (code, at) == ("AST508", "V7q2Lm9zKp4t")
    with inside(tmp_path):
        outcome = run("--format", form, "--today", "2026-10-01", "Dockerfile")
    assert "AST508" in outcome.out
    assert "V7q2Lm9zKp4t" not in outcome.out + outcome.err


def test_a_package_of_a_newer_debian_is_replaced(tmp_path: Path) -> None:
    after = fixed(tmp_path, f"{R3}3.3-8", {"packages.txt": "git\nlibgl1-mesa-glx\n", "dags/a.py": "x = 1\n"})
    assert after["packages.txt"] == "git\nlibgl1\n"


@pytest.mark.parametrize(
    ("required", "module"),
    [
        ("apache-airflow-providers-apache-flink", "cncf.kubernetes"),
        ("apache-airflow-providers-pagerduty", "http"),
        ("apache-airflow-providers-informatica", "http"),
        ("apache-airflow-providers-jira", "atlassian.jira"),
        ("apache-airflow-providers-tabular", "apache.iceberg"),
        ("apache-airflow-providers-edge3", "fab"),
    ],
)
def test_a_provider_brings_those_that_it_depends_on(required: str, module: str, tmp_path: Path) -> None:
    code = {"dags/a.py": f"import airflow.providers.{module}\n"}
    assert [one[0] for one in findings(tmp_path, f"{R3}3.1-21", code)] == ["AST501"]
    assert findings(tmp_path, f"{R3}3.1-21", {**code, REQUIREMENTS: f"{required}\n"}) == []


@pytest.mark.parametrize(
    ("module", "without", "with_it"),
    [
        ("datadog", "8.2.0", "8.3.0"),
        ("openlineage", "9.1.0", "9.2.0"),
        ("mysql", "9.13.0", "9.14.0"),
        ("mysql", "11.1.0", "11.2.0"),
        ("common.io", "10.1.0", "10.2.0"),
        ("smtp", "10.4.0", "10.5.0"),
        ("fab", "10.9.0", "11.0.0"),
        ("common.compat", "11.7.0", "11.8.0"),
    ],
)
def test_an_old_image_does_not_have_every_provider(module: str, without: str, with_it: str, tmp_path: Path) -> None:
    code = {"dags/a.py": f"import airflow.providers.{module}\n"}
    assert "AST501" in [one[0] for one in findings(tmp_path, f"{R2}{without}", code)]
    assert "AST501" not in [one[0] for one in findings(tmp_path, f"{R2}{with_it}", code)]


@pytest.mark.parametrize("module", ["edge", "apache.seatunnel", "apache.datafusion"])
def test_a_provider_that_is_not_on_pypi_is_not_offered(module: str, tmp_path: Path) -> None:
    [(code, _, message)] = findings(tmp_path, f"{R3}3.1-21", {"dags/a.py": f"import airflow.providers.{module}\n"})
    assert (code, "add" in message) == ("AST501", False)


@pytest.mark.parametrize("image", [f"{R2}12.11.0-slim", f"{R2}13.11.0-slim"])
def test_slim_images_have_the_compatibility_provider(image: str, tmp_path: Path) -> None:
    assert findings(tmp_path, image, {"dags/a.py": "import airflow.providers.common.compat\n"}) == []


OPTION_CASES = [
    ("3.1-21", "CORE__DAG_PROCESSOR_MANAGER_LOG_LOCATION", "remove it"),
    ("3.1-21", "CORE__LOG_PROCESSOR_FILENAME_TEMPLATE", "remove it"),
    ("3.1-21", "CORE__LOAD_DEFAULT_CONNECTIONS", "remove it"),
    ("3.1-21", "CORE__COLORED_FORMATTER_CLASS", "remove it"),
    ("3.1-21", "CORE__COLORED_LOG_FORMAT", "remove it"),
    ("3.0-18", "CORE__COLORED_LOG_FORMAT", "AIRFLOW__LOGGING__COLORED_LOG_FORMAT"),
    ("3.1-21", "POLICY__AIRFLOW_LOCAL_SETTINGS", "remove it"),
    ("3.1-21", "SCHEDULER__STATSD_ALLOW_LIST", "AIRFLOW__METRICS__METRICS_ALLOW_LIST"),
    ("3.1-21", "WEBSERVER__ACCESS_LOGFILE", "AIRFLOW__API__LOG_CONFIG"),
    ("3.0-18", "WEBSERVER__ACCESS_LOGFILE", "AIRFLOW__API__ACCESS_LOGFILE"),
    ("3.1-21", "WEBSERVER__PAGE_SIZE", "AIRFLOW__API__PAGE_SIZE"),
    ("3.2-10", "WEBSERVER__PAGE_SIZE", "AIRFLOW__API__FALLBACK_PAGE_LIMIT"),
    ("3.1-21", "WEBSERVER__NAVBAR_COLOR", "`apache-airflow-providers-fab` installed"),
]


@pytest.mark.parametrize(("tag", "option", "expected"), OPTION_CASES)
def test_where_an_option_went(tag: str, option: str, expected: str, tmp_path: Path) -> None:
    found = findings(tmp_path, f"{R3}{tag}\nENV AIRFLOW__{option}=1", {})
    [message] = [message for code, _, message in found if code == "AST616"]
    assert expected in message


def test_a_renamed_command_is_replaced_unless_it_has_an_option_that_went(tmp_path: Path) -> None:
    image = f"{R3}3.1-21\nRUN airflow db init\nRUN airflow webserver -E errors.log"
    after = fixed(tmp_path, image, {})["Dockerfile"]
    assert after.splitlines()[1:3] == ["RUN airflow db migrate", "RUN airflow webserver -E errors.log"]


def test_a_local_postgres_is_replaced(tmp_path: Path) -> None:
    text = "postgres:\n  tag: 12.6\n"
    after = fixed(tmp_path, f"{R3}3.1-21", {".astro/config.yaml": text})
    assert after[".astro/config.yaml"] == "postgres:\n  tag: 17\n"


def test_an_import_of_very_many_names_is_reported_without_a_fix(tmp_path: Path) -> None:
    names = ", ".join(f"chain as chain_{number}" for number in range(60))
    write(tmp_path, {"Dockerfile": f"FROM {R3}3.1-21\n", "requirements.txt": "", "packages.txt": ""})
    write(tmp_path, {"dags/a.py": f"from airflow.utils.helpers import {names}\n"})
    with inside(tmp_path):
        found = lint("Dockerfile")["diagnostics"]
    assert [(one["code"], one["fix"]) for one in found] == [("AST405", None)] * 60


def test_attributes_in_a_row_of_any_length_are_read(tmp_path: Path) -> None:
    code = "import airflow.utils\n" + f"x = airflow{'.utils' * 80}\n" * 50
    assert findings(tmp_path, f"{R3}3.1-21", {"dags/a.py": code}) == []


def test_a_word_of_a_deep_attribute_is_not_taken_for_a_module(tmp_path: Path) -> None:
    code = "from airflow.utils import dates\ndates.days_ago.x.y.z(1)\nother.dates.days_ago(1)\n"
    assert [one[1] for one in findings(tmp_path, f"{R3}3.1-21", {"dags/a.py": code})] == ["days_ago"]


MODULES = [
    (
        "import airflow.datasets\nfrom airflow import DAG\nd = airflow.datasets.Dataset('x')\nprint(airflow.DAG)\n",
        "import airflow.sdk\nfrom airflow import DAG\nd = airflow.sdk.Asset('x')\nprint(airflow.DAG)\n",
    ),
    (
        "import airflow.datasets as ds, os\nd = [ds.Dataset('x'), ds.DatasetAlias('ß')]  # ß\n",
        "import airflow.sdk as ds, os\nd = [ds.Asset('x'), ds.AssetAlias('ß')]  # ß\n",
    ),
    (
        "from airflow.operators import dummy_operator\na = dummy_operator.DummyOperator(task_id='a')\n",
        "from airflow.providers.standard.operators import empty\na = empty.EmptyOperator(task_id='a')\n",
    ),
    (
        "from airflow.operators import dummy_operator as o, bash\na = o.DummyOperator(task_id='a')\n",
        "from airflow.providers.standard.operators import empty as o\nfrom airflow.operators import bash\n"
        "a = o.EmptyOperator(task_id='a')\n",
    ),
    (
        "from airflow.operators.bash_operator import BashOperator\n"
        "from airflow.utils.trigger_rule import TriggerRule as Rule\n"
        "BashOperator(task_id='a', bash_command='', trigger_rule=Rule.DUMMY)\n"
        "BashOperator(task_id='b', bash_command='', trigger_rule=Rule.NONE_FAILED_OR_SKIPPED)\n",
        "from airflow.providers.standard.operators.bash import BashOperator\n"
        "from airflow.utils.trigger_rule import TriggerRule as Rule\n"
        "BashOperator(task_id='a', bash_command='', trigger_rule=Rule.ALWAYS)\n"
        "BashOperator(task_id='b', bash_command='', trigger_rule=Rule.NONE_FAILED_MIN_ONE_SUCCESS)\n",
    ),
]


@pytest.mark.parametrize(("before", "after"), MODULES)
def test_a_module_is_replaced_with_every_use(before: str, after: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, f"{R3}3.3-8", {"dags/a.py": before})["dags/a.py"] == after


@pytest.mark.parametrize(
    "code",
    [
        "import airflow.datasets\nx = airflow.datasets\nx.Dataset('x')\n",
        "import airflow.datasets\nairflow.datasets.Dataset('x')\nairflow.datasets.unheard_of\n",
        "import airflow.datasets\nairflow.datasets.Dataset('x')\nairflow.datasets.BaseDataset\n",  # of another module
        "import airflow.datasets\nairflow = 1\nairflow.datasets.Dataset('x')\n",
        "import airflow.datasets\nairflow.datasets.Dataset = 1\n",
        "import airflow.datasets\nairflow.datasets.Dataset('x')\npatch('airflow.datasets.Dataset')\n",
        "import airflow.datasets\nairflow.datasets.Dataset('x')\ndef f():\n    import airflow.datasets\n",
        "import airflow.datasets as ds\nds.Dataset('x')\nprint(ds)\n",
        "import airflow.datasets as ds\nds.Dataset('x')\nfor ds in (): ...\n",
        "import airflow.datasets as ds\nds.Dataset('x')\nimport os as ds\n",
        "import airflow.datasets\n",
        "import airflow.datasets\n(airflow .\n datasets.Dataset('x'))\n",
        "from airflow.operators import dummy_operator\ndummy_operator.DummyOperator(task_id='a')\nempty = 1\n",
        "from airflow.operators import dummy_operator\ndummy_operator.DummyOperator(task_id='a')\nprint(empty)\n",
        "from airflow.operators import dummy_operator\ndummy_operator.Other(task_id='a')\n",
        "from airflow.operators import dummy_operator\ndummy_operator.DummyOperator(task_id='a')\nf(dummy_operator)\n",
    ],
)
def test_a_module_stays_where_a_use_is_not_understood(code: str, tmp_path: Path) -> None:
    assert [one[0] for one in findings(tmp_path, f"{R3}3.3-8", {"dags/a.py": code})].count("AST405") >= 1
    assert fixed(tmp_path, f"{R3}3.3-8", {"dags/a.py": code})["dags/a.py"] == code


def test_a_module_of_a_provider_is_replaced_with_its_requirement(tmp_path: Path) -> None:
    code = "from airflow.hooks import http_hook\nhttp_hook.HttpHook()\n"
    (found,) = findings(tmp_path, f"{R3}3.3-8", {"dags/a.py": code})
    assert found[2].endswith("(`apache-airflow-providers-http`, not installed)")
    files = fixed(tmp_path, f"{R3}3.3-8", {"dags/a.py": code})
    assert files["dags/a.py"] == "from airflow.providers.http.hooks import http\nhttp.HttpHook()\n"
    assert files["requirements.txt"] == "apache-airflow-providers-http\n"


@pytest.mark.parametrize("provider", ["mysql", "postgres"])
def test_what_airflow_3_images_probably_lack_is_info(provider: str, tmp_path: Path) -> None:
    code = f"import airflow.providers.{provider}.hooks.{provider}\n"
    write(tmp_path, {"Dockerfile": f"FROM {R3}3.3-8\n", "requirements.txt": "", "packages.txt": "", "dags/a.py": code})
    with inside(tmp_path):
        (found,) = lint("Dockerfile")["diagnostics"]
    assert (found["code"], found["severity"]) == ("AST501", "info")
    package = f"apache-airflow-providers-{provider}"
    assert found["message"] == f"`{package}` is probably not installed: add it to requirements.txt"
    assert findings(tmp_path, f"{R3}3.3-8", {"dags/a.py": code, "requirements.txt": f"{package}\n"}) == []
    assert findings(tmp_path, f"{R2}13.11.0", {"dags/a.py": code}) == []


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (
            "from airflow.kubernetes import pod_generator",
            "its names are in several modules now",
        ),
        ("from airflow.models.dataset import Dataset", "import `Asset` from `airflow.sdk`"),
        (
            "from airflow.executors.kubernetes_executor import KubeConfig",
            "most of it is in `airflow.providers.cncf.kubernetes.executors.kubernetes_executor`",
        ),
        ("import airflow.datasets", "most of it is in `airflow.sdk`"),
        ("from airflow.utils.dates import round_time", "nothing replaces it"),
    ],
)
def test_where_things_are_now(code: str, advice: str, tmp_path: Path) -> None:
    ((_, _, message),) = findings(tmp_path, f"{R3}3.3-8", {"dags/a.py": f"{code}\n"})
    assert f": {advice}" in message


def test_a_pin_of_airflow_itself_is_reported_once(tmp_path: Path) -> None:
    files = {"requirements.txt": "apache-airflow-task-sdk==1.0.2\n"}
    assert [one[0] for one in findings(tmp_path, f"{R3}3.3-8", files, "--ignore", "AST403")] == ["AST502"]
