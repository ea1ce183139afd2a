"""`--as-if`: what an upgrade would break, and the patch that makes it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from dockerfile_astro_lint.core.source import decode
from dockerfile_astro_lint.reports import FORMATS
from tests.invariants import place_inside
from tests.tool import FIXED, inside, lint, run, write

QUAY = "quay.io/astronomer/astro-runtime"
FILES = {
    "Dockerfile": "ARG V=12.11.0-slim\n\nFROM quay.io/astronomer/astro-runtime:${V} AS base\n"
    "ENV AIRFLOW__WEBSERVER__WORKERS=2\nUSER root\nUSER astro\n",
    "requirements.txt": "pandas\n",
    "packages.txt": "",
    "dags/a.py": "import cgi\nfrom airflow.providers.http.hooks.http import HttpHook\n",
}
SLIM_BASE = {**FILES, "Dockerfile": "FROM quay.io/astronomer/astro-runtime:12.11.0-slim-base\r\nCOPY . .\r\n"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path, FILES)
    return tmp_path


def places(folder: Path, *argv: str) -> list[str]:
    with inside(folder):
        found = lint("Dockerfile", *argv)["diagnostics"]
    return [f"{one['path']}:{one['line']}:{one['column']}-{one['end_column']} {one['code']}" for one in found]


def test_what_the_move_breaks_stands_at_the_final_from_and_in_the_code(project: Path) -> None:
    assert places(project) == ["Dockerfile:1:7-14 AST301"]
    at_from = "Dockerfile:3:6-43"
    assert places(project, "--as-if", "3.2-10") == [
        f"{at_from} AST105",
        f"{at_from} AST201",
        "Dockerfile:4:5-32 AST616",
        "dags/a.py:1:8-11 AST402",
        "dags/a.py:2:6-39 AST501",
    ]


@pytest.mark.parametrize(
    ("image", "codes"),
    [
        ("13.11.0", []),
        ("3.2-10-python-3.12", ["AST201", "AST501", "AST616"]),
        ("astrocrpublic.azurecr.io/runtime:3.2-10-python-3.12", ["AST501", "AST616"]),
        ("3.2", ["AST103", "AST105", "AST201", "AST402", "AST501", "AST616"]),
        ("9.0.0", ["AST109", "AST301", "AST303"]),
    ],
)
def test_a_version_a_tag_and_a_reference(project: Path, image: str, codes: list[str]) -> None:
    with inside(project):
        found = lint("Dockerfile", "--as-if", image)["diagnostics"]
    assert sorted({one["code"] for one in found}) == codes


def test_the_patch_makes_the_move(project: Path) -> None:
    with inside(project):
        outcome = run(*FIXED, "--as-if", "3.2-10", "--diff", "Dockerfile")
        assert outcome.code == 1
        subprocess.run(["git", "apply", "-"], input=outcome.out.encode(), check=True)
        assert [one["code"] for one in lint("Dockerfile")["diagnostics"]] == ["AST402"]
    assert (project / "Dockerfile").read_text() == (
        "ARG V=3.2-10\n\nFROM astrocrpublic.azurecr.io/runtime:${V} AS base\n"
        "ENV AIRFLOW__API__WORKERS=2\nUSER root\nUSER astro\n"
    )
    assert (project / "requirements.txt").read_text() == "pandas\napache-airflow-providers-http\n"


def test_a_version_keeps_the_rest_of_the_tag_and_the_line_endings(tmp_path: Path) -> None:
    write(tmp_path, SLIM_BASE)
    (tmp_path / "Dockerfile").write_bytes(SLIM_BASE["Dockerfile"].encode())
    with inside(tmp_path):
        patch = run(*FIXED, "--as-if", "3.2-10", "--diff", "Dockerfile").out
    assert "+FROM astrocrpublic.azurecr.io/runtime:3.2-10-base\r" in patch


@pytest.mark.parametrize("image", ["", " ", "3.3 8", "3.3-8\nRUN x", "$X", "--x"])
def test_what_is_no_image_is_bad_usage(image: str, project: Path) -> None:
    with inside(project):
        outcome = run(*FIXED, f"--as-if={image}", "Dockerfile")
    assert outcome.code == 2
    assert outcome.err.startswith("astro-lint: --as-if")


def test_a_last_line_gives_way_to_another(project: Path) -> None:
    (project / "requirements.txt").write_bytes(b"pandas\r\napache-airflow==2.10.0")
    with inside(project):
        patch = run(*FIXED, "--as-if", "3.2-10", "--diff", "Dockerfile").out
        subprocess.run(["git", "apply", "-"], input=patch.encode(), check=True)
    assert (project / "requirements.txt").read_bytes() == b"pandas\r\napache-airflow-providers-http\r\n"


def test_from_astronomer_certified_to_runtime(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": "FROM quay.io/astronomer/ap-airflow:2.2.0\n"})
    with inside(tmp_path):
        patch = run(*FIXED, "--as-if", "3.2-10", "--diff", "Dockerfile").out
    assert "+FROM astrocrpublic.azurecr.io/runtime:3.2-10\n" in patch


def test_nothing_is_written_and_other_images_are_left_alone(project: Path) -> None:
    (project / "Dockerfile").write_text("FROM python:3.12\n")
    with inside(project):
        assert run(*FIXED, "--as-if", "3.2-10", "--fix", "Dockerfile").code == 2
        assert run(*FIXED, "--as-if", "3.2-10", "Dockerfile").code == 0


V2 = '[project]\ndependencies = ["apache-airflow==3.1.*"]\n[tool.astro]\nruntime = "3.1-21"\n'


@pytest.mark.parametrize("image", ["3.2-10", "astrocrpublic.azurecr.io/runtime:3.2-10"])
def test_the_runtime_of_a_manifest_is_moved(image: str, tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": V2, "dags/a.py": FILES["dags/a.py"]})
    with inside(tmp_path):
        found = lint("--as-if", image)["diagnostics"]
        patch = run(*FIXED, "--as-if", image, "--diff").out
        subprocess.run(["git", "apply", "-"], input=patch.encode(), check=True)
    assert [(one["path"], one["line"], one["column"], one["code"]) for one in found] == [
        ("dags/a.py", 1, 8, "AST402"),
        ("dags/a.py", 2, 6, "AST501"),
        ("pyproject.toml", 4, 12, "AST703"),
    ]
    assert found[0]["related"][0]["path"] == "pyproject.toml"
    assert (tmp_path / "pyproject.toml").read_text() == V2.replace("3.1-21", "3.2-10")


def test_a_file_of_the_project_is_judged_by_the_image_to_be(project: Path) -> None:
    with inside(project):
        found = lint("dags/a.py", "--as-if", "3.2-10")["diagnostics"]
    assert [one["code"] for one in found] == ["AST402", "AST501"]
    assert [(one["path"], one["line"], one["column"]) for one in found[0]["related"]] == [("Dockerfile", 3, 6)]


TWO = (
    "ARG V=12.11.0\nFROM quay.io/astronomer/astro-runtime:${V} AS tools\nRUN true\n"
    "FROM quay.io/astronomer/astro-runtime:12.11.0\nCOPY --from=tools /x /x\nENV AIRFLOW__WEBSERVER__WORKERS=2\n"
)


def test_stages_of_the_same_image_move_together(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": TWO})
    assert places(tmp_path, "--as-if", "13.11.0", "--ignore", "AST403") == []
    image = "astrocrpublic.azurecr.io/runtime:3.2-10"
    assert places(tmp_path, "--as-if", image, "--ignore", "AST403") == ["Dockerfile:6:5-32 AST616"]
    with inside(tmp_path):
        patch = run(*FIXED, "--as-if", image, "--diff", "Dockerfile").out
        subprocess.run(["git", "apply", "-"], input=patch.encode(), check=True)
    assert (tmp_path / "Dockerfile").read_text() == (
        "ARG V=3.2-10\nFROM astrocrpublic.azurecr.io/runtime:${V} AS tools\nRUN true\n"
        f"FROM {image}\nCOPY --from=tools /x /x\nENV AIRFLOW__API__WORKERS=2\n"
    )


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (f"ARG V=12.11.0\nFROM {QUAY}:${{V}}-base\n", f"ARG V=13.11.0\nFROM {QUAY}:${{V}}-base\n"),
        (f"ARG M=12\nFROM {QUAY}:${{M}}.11.0\n", f"ARG M=13\nFROM {QUAY}:${{M}}.11.0\n"),
        (f"ARG V=12.11\nFROM {QUAY}:$V.0-base\n", f"ARG V=13.11\nFROM {QUAY}:$V.0-base\n"),
        # Another image has the same argument, so only the FROM can change.
        (f"ARG V=12.11.0\nFROM python:$V\nFROM {QUAY}:$V\n", f"ARG V=12.11.0\nFROM python:$V\nFROM {QUAY}:13.11.0\n"),
    ],
)
def test_the_patch_changes_the_argument_that_has_the_tag(text: str, after: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(text)
    with inside(tmp_path):
        patch = run(*FIXED, "--as-if", "13.11.0", "--diff", "Dockerfile").out
        subprocess.run(["git", "apply", "-"], input=patch.encode(), check=True)
    assert (tmp_path / "Dockerfile").read_text() == after


def test_a_stage_of_another_image_stays(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": TWO.replace("ARG V=12.11.0", "ARG V=13.10.0")})
    assert places(tmp_path, "--as-if", "13.11.0", "--ignore", "AST403") == ["Dockerfile:1:7-14 AST206"]


@pytest.mark.parametrize("comment", ["ignore[AST301] later", "ignore-file[end-of-maintenance]"])
def test_a_suppression_for_the_old_image_is_not_called_unused(comment: str, tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": f"# astro-lint: {comment}\nFROM quay.io/astronomer/astro-runtime:12.11.0\n"})
    assert places(tmp_path, "--as-if", "13.11.0", "--ignore", "AST403") == []


DAG = (
    "from airflow import DAG\nfrom airflow.utils.dates import days_ago\n"
    'with DAG("d", schedule_interval="@daily") as dag:\n    pass\n'
)
PLAN = {
    "Dockerfile": "FROM quay.io/astronomer/astro-runtime:12.11.0\nENV AIRFLOW__WEBSERVER__WORKERS=2\n"
    "ENV AIRFLOW__CORE__EXECUTOR=CeleryKubernetesExecutor\nUSER root\n",
    "requirements.txt": "apache-airflow==2.10.0\n",
    "packages.txt": "libgl1-mesa-glx\n",
    "dags/a.py": DAG,
    "dags/b.py": DAG,
}


def text_of(folder: Path, *argv: str) -> str:
    with inside(folder):
        return run(*FIXED, *argv).out


def test_the_report_is_grouped_by_what_has_to_be_done(tmp_path: Path) -> None:
    write(tmp_path, PLAN)
    assert text_of(tmp_path, "--as-if", "3.3-8", "Dockerfile").splitlines()[:-1] == [
        "as if 3.3-8 (Airflow 3.3.2, Python 3.14, Debian 13)",
        "  Dockerfile: now 12.11.0 (Airflow 2.10, Python 3.12, Debian 12)",
        "    info: Astro moves a Deployment to Airflow 3 from Runtime 13.7.0 or newer (earlier documentation: 12.0.0), "
        "and this is `12.11.0`: deploy `13.11.0` first",
        "",
        "Image: 1 finding in 1 file",
        "  warning[AST201] Airflow 3 images are published to `astrocrpublic.azurecr.io/runtime`, "
        "not to this repository",
        "    Dockerfile:1:6",
        "",
        "Code: 4 findings in 2 files",
        "  warning[AST405] Airflow 3.3 has no `days_ago` in `airflow.utils.dates`: "
        'use `pendulum.today("UTC").add(days=-N)`',
        "    dags/a.py:2:33",
        "    dags/b.py:2:33",
        "  warning[AST406] `DAG` of Airflow 3 has no argument `schedule_interval`: use `schedule` (unsafe fix)",
        "    dags/a.py:3:15",
        "    dags/b.py:3:15",
        "",
        "Requirements: 1 finding in 1 file",
        "  warning[AST502] the base image sets the Airflow version: remove `apache-airflow` (unsafe fix)",
        "    requirements.txt:1:1",
        "",
        "System packages: 1 finding in 1 file",
        "  warning[AST512] Debian 13 (trixie) has no package `libgl1-mesa-glx`: use `libgl1` (unsafe fix)",
        "    packages.txt:1:1",
        "",
        "Configuration: 2 findings in 1 file",
        "  error[AST629] Airflow 3.3.2 has no `CeleryKubernetesExecutor`: use one of `LocalExecutor`, "
        "`SequentialExecutor`, `CeleryExecutor`, `KubernetesExecutor`, `AstroExecutor`",
        "    Dockerfile:3:29",
        "  warning[AST616] Airflow 3 moved `AIRFLOW__WEBSERVER__WORKERS`: use `AIRFLOW__API__WORKERS`",
        "    Dockerfile:2:5",
        "",
        "Independent of the image: 1 finding in 1 file",
        "  warning[AST603] the image runs all tasks as root: switch back with `USER astro`",
        "    Dockerfile:4:6",
        "",
        "Not covered here:",
        "  - context variables that Airflow 3 no longer passes to tasks, such as `execution_date` and `prev_ds`",
        "  - access to Airflow's metadata database in tasks, which Airflow 3 refuses",
        "  - custom XCom backends, and other code of plugins that Airflow 3 calls in another way",
        "  - what `ruff check --select AIR3` reports beyond this: run it too",
        "  - what your packages do on the new Python and the new Airflow: test the project on the new image",
        "",
    ]


def test_the_report_says_what_it_cannot_see_where_it_finds_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": "FROM astrocrpublic.azurecr.io/runtime:3.2-10\n", "dags/a.py": "", **EMPTY})
    text = text_of(tmp_path, "--as-if", "3.3-8", "Dockerfile")
    assert "No findings" in text
    assert "test the project on the new image" in text
    assert "ruff" not in text  # from Airflow 3 to Airflow 3


EMPTY = {"requirements.txt": "", "packages.txt": ""}


def test_what_is_wrong_with_images_that_stay_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": TWO.replace("V=12.11.0", "V=11.3.0")})
    assert "Dockerfile:1:7-13 AST301" in places(tmp_path, "--ignore", "AST403")
    assert places(tmp_path, "--as-if", "13.11.0", "--ignore", "AST403") == ["Dockerfile:1:7-13 AST206"]


@pytest.mark.parametrize(
    ("now", "target", "note"),
    [
        ("astrocrpublic.azurecr.io/runtime:3.1-21", "3.3-2", "`3.3-2` is not the newest build of Runtime 3.3: `3.3-8`"),
        ("astrocrpublic.azurecr.io/runtime:3.1-21", "3.3-8", ""),
        ("quay.io/astronomer/astro-runtime:13.6.0", "3.3-8", "from Runtime 13.7.0 or newer"),
        ("quay.io/astronomer/astro-runtime:13.7.0", "3.3-8", ""),
        ("quay.io/astronomer/astro-runtime:11.3.0", "13.11.0", ""),
        ("astrocrpublic.azurecr.io/runtime:3.3-8", "3.2-10", "`3.2-10` is older than `3.3-8`: `astro deploy` refuses"),
        ("quay.io/astronomer/astro-runtime:13.7.0", "3.9-1", "Runtime 3.9 is not in the catalog"),
    ],
)
def test_what_to_know_of_the_way(now: str, target: str, note: str, tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": f"FROM {now}\n"})
    text = text_of(tmp_path, "--as-if", target, "Dockerfile")
    notes = [line for line in text.splitlines() if line.startswith("    info: ")]
    assert len(notes) == bool(note)
    assert not note or note in notes[0]


@pytest.mark.parametrize(
    ("image", "why"),
    [
        ("nonsense", "not a Runtime version: name one such as `3.3-8`"),
        ("13", "not a Runtime version: name a build of Runtime 13, such as `13.11.0`"),
        ("3", "not a Runtime version: name one such as `3.3-8`"),
        ("3.3.8", "not a Runtime version: name a build of Runtime 3.3, such as `3.3-8`"),
        ("ubuntu:24.04", "not an Astro Runtime image"),
        ("quay.io/astronomer/astro-runtime", "the tag is not a Runtime version, such as `3.3-8` or `13.11.0`"),
        ("quay.io/astronomer/astro-runtime:x", "the tag is not a Runtime version, such as `3.3-8` or `13.11.0`"),
    ],
)
def test_what_is_no_runtime_is_refused(image: str, why: str, project: Path) -> None:
    with inside(project):
        outcome = run(*FIXED, "--as-if", image, "Dockerfile")
    assert outcome.code == 2
    assert f"--as-if {image}: {why}\n" in outcome.err


@pytest.mark.parametrize(
    ("dockerfile", "why"),
    [
        ("FROM quay.io/astronomer/astro-runtime:12.11.0\nFROM python:3.12\n", "not an Astro Runtime image"),
        ("ARG BASE\nFROM ${BASE}\n", "depends on a build argument (pass --build-arg)"),
    ],
)
def test_what_is_not_checked_is_said(dockerfile: str, why: str, tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "Dockerfile": dockerfile, ".astro/config.yaml": ""})
    text = text_of(tmp_path, "--as-if", "3.3-8", "Dockerfile")
    assert text.startswith("Dockerfile:\n    info: not checked: ")
    assert why in text


def test_markdown_that_fits_into_an_issue(tmp_path: Path) -> None:
    write(tmp_path, PLAN)
    lines = text_of(tmp_path, "--as-if", "3.3-8", "--format", "markdown", "Dockerfile").splitlines()
    assert lines[0] == "## Upgrade to Runtime 3.3-8 (Airflow 3.3.2, Python 3.14, Debian 13)"
    at = lines.index("### Code: 4 findings in 2 files")
    assert lines[at + 2].startswith("- [ ] warning: Airflow 3.3 has no `days_ago` in `airflow.utils.dates`: use ")
    assert lines[at + 3 : at + 5] == ["  - `dags/a.py`: 2:33", "  - `dags/b.py`: 2:33"]
    assert "### Not covered here" in lines


def test_markdown_of_a_large_project_still_fits(tmp_path: Path) -> None:
    gone = ["concurrency", "default_view", "fail_stop", "full_filepath", "orientation", "timetable"]
    modules = [
        "api_connexion",
        "auth",
        "compat",
        "contrib",
        "kubernetes",
        "lineage.backend",
        "macros.hive",
        "operators.subdag",
        "www",
    ]
    code = "".join(f"import airflow.{module}\n" for module in modules)
    code += DAG.replace("schedule_interval=", f"{'=1, '.join(gone)}=1, schedule_interval=")
    write(tmp_path, {**PLAN, **{f"dags/{'c' * 60}{number}.py": code for number in range(200)}})
    text = text_of(tmp_path, "--as-if", "3.3-8", "--format", "markdown", "Dockerfile")
    assert 40_000 < len(text) < 65_536
    assert "more findings not shown here: `--format text` has all." in text
    assert "  - and 152 more files" in text
    assert text.endswith("on the new image\n")


def test_a_patch_with_the_move_and_all_renames(tmp_path: Path) -> None:
    write(tmp_path, {**PLAN, "dags/b.py": DAG.replace("from airflow.utils.dates import days_ago\n", "")})
    with inside(tmp_path):
        patch = run(*FIXED, "--as-if", "3.3-8", "--diff", "--unsafe-fixes", ".").out
        assert (tmp_path / "dags/a.py").read_text() == DAG
        subprocess.run(["git", "apply", "-"], input=patch.encode(), check=True)
        left = {one["code"] for one in lint(".")["diagnostics"]}
    assert left == {"AST405", "AST629"}  # `days_ago` and the executor have no drop-in
    assert 'DAG("d", schedule="@daily")' in (tmp_path / "dags/a.py").read_text()
    assert (tmp_path / "packages.txt").read_text() == "libgl1\n"


def test_fix_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, PLAN)
    with inside(tmp_path):
        assert run(*FIXED, "--as-if", "3.3-8", "--fix", "--unsafe-fixes", ".").code == 2
    assert {name: (tmp_path / name).read_text() for name in PLAN} == PLAN


def test_every_rule_has_its_group() -> None:
    from dockerfile_astro_lint.core.source import Span, make_source
    from dockerfile_astro_lint.engine.diagnostics import Diagnostic
    from dockerfile_astro_lint.reports import plan
    from dockerfile_astro_lint.rules.selection import all_rules

    source = make_source("dags/a.py", "x\n", False)
    groups = {
        rule.code: plan.group_of(Diagnostic(rule, rule.severity, Span(source, 0, 1), "", None, ()))
        for rule in all_rules()
    }
    assert set(groups.values()) == set(plan.GROUPS)
    for codes in (plan._DEPENDENCIES, plan._SYSTEM, plan._CONFIGURATION):
        assert set(codes) <= set(groups)


def test_a_python_that_the_new_image_does_not_have_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": "FROM quay.io/astronomer/astro-runtime:10.3.0-python-3.10-base\nCOPY . .\n"})
    lines = text_of(tmp_path, "--as-if", "3.3-8", "Dockerfile").splitlines()
    assert lines[0] == "as if 3.3-8-base (Airflow 3.3.2, Python 3.14, Debian 13)"
    assert lines[2] == "    info: `-python-3.10` is left out: Runtime 3.3 is not known to have it"
    with inside(tmp_path):
        assert "+FROM astrocrpublic.azurecr.io/runtime:3.3-8-base\n" in run(*FIXED, "--as-if", "3.3-8", "--diff").out
    write(tmp_path, {"Dockerfile": "FROM quay.io/astronomer/astro-runtime:12.11.0-python-3.12\n"})
    assert text_of(tmp_path, "--as-if", "3.3-8", "Dockerfile").startswith("as if 3.3-8-python-3.12 (Airflow 3.3.2, Py")


@pytest.mark.parametrize("image", ["3.2-10", f"astrocrpublic.azurecr.io/runtime:3.2-10{'-slim' * 20}", "9.0.0"])
def test_related_places_are_where_the_file_has_them(project: Path, image: str) -> None:
    """At the last line, which the new image makes longer than it is; in the text of another file; at a stage."""
    write(
        project, {"Dockerfile": "FROM quay.io/astronomer/astro-runtime:12.1.0", "requirements.txt": "apache-airflow\n"}
    )
    (project / "Dockerfile.two").write_text("FROM quay.io/astronomer/astro-runtime:12.1.0 AS a\nFROM a\nCMD x\nCMD y\n")
    related = 0
    with inside(project):
        for target in ("requirements.txt", ".", "Dockerfile.two"):
            for found in lint(target, "--extend-select", "AST", "--as-if", image)["diagnostics"]:
                for place in (found, *found["related"]):
                    place_inside(place, decode((project / place["path"]).read_bytes(), place["path"]))
                    related += place is not found and place["path"].startswith("Dockerfile")
            for form in FORMATS:
                outcome = run(*FIXED, "--format", form, "--extend-select", "AST", "--as-if", image, target)
                assert "Traceback" not in outcome.err
    assert related


def test_no_suppression_of_the_old_image_is_unused_in_any_file(tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "Dockerfile": "FROM quay.io/astronomer/astro-runtime:13.11.0\n"})
    write(tmp_path, {"dags/a.py": "import imp  # astro-lint: ignore[AST401]\n"})
    write(tmp_path, {"requirements.txt": "# astro-lint: ignore[AST502] why\napache-airflow\n"})
    assert places(tmp_path, "--ignore", "AST403") == []
    for image in ("12.1.0-python-3.11", "9.0.0"):
        assert [place for place in places(tmp_path, "--as-if", image) if "AST003" in place] == []
