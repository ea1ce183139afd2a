"""Imports of the project's Python files that the final image may lack: of removed modules, of Airflow, of providers."""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING
from dockerfile_astro_lint.project.build_context import ImportQuery

if TYPE_CHECKING:
    from dockerfile_astro_lint.project.project import Project
    from dockerfile_astro_lint.project.python_imports import PythonFile


def removed_modules(python: tuple[int, int] | None) -> dict[str, str]:
    """The modules that a Python's standard library no longer has, with what to use instead (may be empty)."""
    from dockerfile_astro_lint.astro.stdlib_data import REMOVED

    modules = {}
    for row in REMOVED.splitlines() if python else ():
        name, first_without, replacement = row.split("|")
        major, minor = first_without.split(".")
        if python and (int(major), int(minor)) <= python:
            modules[name] = "" if replacement == "none" else replacement
    return modules


def files_with_missing_imports(project: "Project") -> "tuple[PythonFile, ...]":
    """The project's Python files that import what the image may lack, or that cannot be read or parsed."""
    base, context = project.final_base, project.context
    if context is None or project.python is None or base is None or base.image.role != "runtime":
        return ()
    is_airflow_2 = base.version is not None and base.version.family == 2
    query = ImportQuery(frozenset(removed_modules(project.python)), is_airflow_2, project.providers)
    files = context.code(query, project.python, project.python_file)
    if not base.without_onbuild or project.has_pyenv_frontend:
        return files
    from dockerfile_astro_lint.project.installed_packages import copied_paths

    paths = copied_paths(project.final_layers("COPY", "ADD"))
    if paths is None:
        return files
    copied = tuple(context.shown(f"{path}/") for path in paths)
    return tuple(file for file in files if f"{file.source.path}/".startswith(copied))


def is_provided(project: "Project", module: str) -> bool:
    """Whether the project itself or a package provides a module that left the standard library."""
    from dockerfile_astro_lint.project.installed_packages import has_backport

    return has_backport(project, module) or (project.context is not None and project.context.has_module(module))
