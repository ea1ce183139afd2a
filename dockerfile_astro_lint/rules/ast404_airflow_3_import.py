"""`airflow.sdk` is new in Airflow 3: on an Airflow 2 image, a DAG that imports it is broken. Airflow 2 has the same
names in other modules, such as `airflow.decorators` and `airflow.models`.

It grows with each minor: `from airflow.sdk import BaseHook` needs Airflow 3.1.
"""

from dockerfile_astro_lint.astro.airflow_modules import sdk_module_since, sdk_name
from dockerfile_astro_lint.core.compat import Iterable, Iterator
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.project.python_fixes import NewName
from dockerfile_astro_lint.project.replacements import described, import_fix
from dockerfile_astro_lint.rules.authoring import Example, Violation, related_image, rule


@rule(
    code="AST404",
    name="airflow-3-import",
    severity="warning",
    summary="an import of `airflow.sdk` that the image's Airflow does not have yet",
    python=True,
    fix="unsafe",
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
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.0-18
            """,
            bad_files={
                "dags/load.py": """
                    from airflow.sdk import BaseHook
                    #                       ^^^^^^^^ AST404
                """,
            },
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.0-18
            """,
            good_files={"dags/load.py": "from airflow.hooks.base import BaseHook\n"},
            files={"requirements.txt": "", "packages.txt": ""},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    base = project.final_base
    if base is None or base.version is None:
        return
    if base.version.family == 3:
        yield from _later_names(project, base.version.series)
        return
    for file, found in project.imports("airflow.sdk"):
        targets = _targets(found.names, "airflow2")
        fix = None
        if len(targets) == len(found.names) and found.module == "airflow.sdk":
            fix = import_fix(project, file, found.start, targets)
        text = described(targets.values()) if len(targets) == len(found.names) else ""
        use = text or "use `airflow.decorators`, `airflow.models` and other Airflow 2 modules"
        related = related_image(project, "this image has Airflow 2")
        yield Violation(file.span(found), f"Airflow 2 has no `airflow.sdk`: {use}", fix, related)


def _later_names(project: Project, series: str) -> Iterator[Violation]:
    """The names and modules of `airflow.sdk` that came in a later minor than the image's."""
    for file in project.code:
        for lost in file.lost:
            if lost.kind != "sdk":
                continue
            known, since = sdk_name(lost.name) if lost.name else None, sdk_module_since(lost.module)
            targets = _targets([lost.name], "airflow3") if known else {}
            fix = import_fix(project, file, lost.start, targets) if targets and lost.imported else None
            first = known.since if known else ".".join(map(str, since or ()))
            what = f"`{lost.name}` in `{lost.module}`" if lost.name else f"`{lost.module}`"
            use = f": {described(targets.values())}" if targets else f", it is new in {first}"
            message = f"Airflow {series} has no {what}{use}"
            if targets:
                message += f" (new in {first})"
            yield Violation(file.span(lost), message, fix, related_image(project, f"this image has Airflow {series}"))


def _targets(names: Iterable[str], field: str) -> dict[str, NewName]:
    """Where names of `airflow.sdk` are in another Airflow."""
    targets = {}
    for name in names:
        known = sdk_name(name)
        path = getattr(known, field) if known else ""
        module, _, new = path.rpartition(".")
        if module:
            targets[name] = NewName(module, new)
    return targets
