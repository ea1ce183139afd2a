"""Airflow 3 removed modules that Airflow 2 had, and names of modules that are still there. A DAG that imports one of
them is broken, which shows only after the deploy. Some went with Airflow 3.0, others with a later minor: the image
decides.

Imports that still work with a warning are not reported, and neither are guarded ones: inside `try` with
`except ImportError`, under `if TYPE_CHECKING:`, or under a test of Airflow's version.
"""

from dockerfile_astro_lint.astro.airflow_modules import Removed, removed_module, removed_name
from dockerfile_astro_lint.core.compat import Callable, Iterator
from dockerfile_astro_lint.project.installed_packages import airflow_3_minor
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.project.python_fixes import NewName
from dockerfile_astro_lint.project.python_uses import LostName
from dockerfile_astro_lint.project.replacements import described, import_fix, module_fix, not_installed
from dockerfile_astro_lint.rules.authoring import Edit, Example, Fix, Violation, related_image, rule


@rule(
    code="AST405",
    name="removed-airflow-import",
    severity="warning",
    summary="an import that the image's Airflow 3 no longer has",
    python=True,
    fix="unsafe",
    examples=[
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
            """,
            bad_files={
                "dags/load.py": """
                    from airflow.operators.dummy import DummyOperator
                    #    ^^^^^^^^^^^^^^^^^^^^^^^ AST405

                    start = DummyOperator(task_id="start")
                """,
            },
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-21
            """,
            good_files={
                "dags/load.py": """
                    from airflow.providers.standard.operators.empty import EmptyOperator

                    start = EmptyOperator(task_id="start")
                """,
            },
            files={"requirements.txt": "", "packages.txt": ""},
        ),
        Example(
            bad="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-3
            """,
            bad_files={
                "dags/load.py": """
                    from airflow.utils.dates import days_ago
                    #                               ^^^^^^^^ AST405
                """,
            },
            good="""
                FROM astrocrpublic.azurecr.io/runtime:3.1-3
            """,
            good_files={"dags/load.py": "from pendulum import datetime\n"},
            files={"requirements.txt": "", "packages.txt": ""},
        ),
    ],
)
def check(project: Project) -> Iterator[Violation]:
    airflow = airflow_3_minor(project)
    for file in project.code if airflow else ():
        for lost in file.lost:
            if lost.kind != "airflow":
                continue
            found = _removed(lost, airflow or (3, 0))
            first = found[0][1]
            series = ".".join(map(str, airflow or ()))
            name = f"`{lost.name}` in `{lost.module}`" if first.path.endswith(f".{lost.name}") else f"`{first.path}`"
            targets = {name: NewName(one.module, one.name) for name, one in found if one.module and one.name}
            packages = [one.package for _, one in found if one.package]
            fix = None
            if lost.imported and all(one.drop_in and one.name for _, one in found):
                fix = import_fix(project, file, lost.start, targets, packages)
            elif lost.imported and not lost.names:
                path = f"{lost.module}.{lost.name}".rstrip(".")
                fix = module_fix(project, file, lost.start, path, _new_names(path, airflow or (3, 0)))
            elif first.drop_in and first.module == lost.module and file.utf8:
                fix = Fix(f"use `{first.name}`", False, (Edit(file.span(lost), first.name),))
            told = f": {fix.title}{not_installed(project, packages)}" if fix and not targets else ""
            advice = told or _advice(project, lost, found, targets, packages)
            message = f"Airflow {series} has no {name}{advice}"
            yield Violation(file.span(lost), message, fix, related_image(project, f"this image has Airflow {series}"))


def _new_names(module: str, airflow: tuple[int, int]) -> Callable[[str], NewName | None]:
    """Where each name of a module is now, with the same meaning."""

    def new_name(name: str) -> NewName | None:
        found = removed_name(module, name, airflow)
        return NewName(found.module, found.name) if found and found.drop_in and found.name else None

    return new_name


def _removed(lost: LostName, airflow: tuple[int, int]) -> list[tuple[str, Removed]]:
    """What went: each imported name, or the module itself."""
    names = [lost.name] if lost.name else lost.names
    found = [(name, removed_name(lost.module, name, airflow)) for name in names if name != "*"]
    whole = removed_module(lost.module, airflow)
    return [(name, one) for name, one in found if one] or ([("", whole)] if whole else [])


def _advice(
    project: Project, lost: LostName, found: list[tuple[str, Removed]], targets: dict[str, NewName], packages: list[str]
) -> str:
    """What to do instead, as the end of a message."""
    first = found[0][1]
    if first.name and first.module == lost.module:  # an attribute of a class
        return f": use `{first.module.rpartition('.')[2]}.{first.name}`"
    text = described(targets.values()) if len(targets) == len(found) else ""
    if not text:
        text = next((one.hint for _, one in found if one.hint), "")
    if not text and found[0][1].module:
        text = f"use `{found[0][1].module}`"
    return f": {text}{not_installed(project, packages)}" if text else ": nothing replaces it"
