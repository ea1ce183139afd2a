"""What replaces an import that an image lacks: the words for it, the edits, and the packages that it needs."""

from dockerfile_astro_lint.core.compat import Callable, Iterable, Mapping
from dockerfile_astro_lint.core.source import Edit, Fix, Span
from dockerfile_astro_lint.project.installed_packages import airflow_3_minor
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.project.python_fixes import NewName, replace_import
from dockerfile_astro_lint.project.python_imports import PythonFile


def described(targets: Iterable[NewName]) -> str:
    """An instruction such as "import `dag` and `task` from `airflow.sdk`"; empty where there are too many modules."""
    by_module: dict[str, list[str]] = {}
    for target in dict.fromkeys(targets):
        by_module.setdefault(target.module, []).append(f"`{target.name}`")
    if not by_module or len(by_module) > 2:
        return ""
    return "import " + ", ".join(f"{_listed(names)} from `{module}`" for module, names in by_module.items())


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def missing_packages(project: Project, packages: Iterable[str]) -> tuple[str, ...]:
    """Those of some provider packages that are surely not installed."""
    present = project.providers
    if present is None:
        return ()
    prefix = "apache-airflow-providers-"
    return tuple(
        one
        for one in dict.fromkeys(packages)
        if one.startswith(prefix) and one.removeprefix(prefix).replace("-", ".") not in present
    )


def not_installed(project: Project, packages: Iterable[str]) -> str:
    """The end of a message that names those of some provider packages which are surely not installed, or nothing."""
    from dockerfile_astro_lint.astro.providers import PROBABLY_NOT_IN_AIRFLOW_3, package_of

    missing = missing_packages(project, packages)
    if not missing:
        return ""
    listed, probably = " and ".join(f"`{one}`" for one in missing), ""
    if airflow_3_minor(project) and set(missing) <= {package_of(one) for one in PROBABLY_NOT_IN_AIRFLOW_3}:
        probably = "probably "
    return f" ({listed}, {probably}not installed)"


def import_fix(
    project: Project, file: PythonFile, start: int, names: Mapping[str, NewName], packages: Iterable[str] = ()
) -> Fix | None:
    """An unsafe fix that imports names from elsewhere, renames their uses, and requires the packages for it."""
    edits = replace_import(file, start, names) if names else None
    return _fix(project, file, edits, described(names.values()), packages)


def module_fix(
    project: Project, file: PythonFile, start: int, module: str, new_name: Callable[[str], NewName | None]
) -> Fix | None:
    """An unsafe fix that imports another module at an offset, renames what is used of it, and requires its package."""
    from dockerfile_astro_lint.astro.airflow_modules import package_of
    from dockerfile_astro_lint.project.module_fixes import replace_module

    found = replace_module(file, start, module, new_name)
    if found is None:
        return None
    target = next(iter(found.names.values())).module
    return _fix(project, file, found.edits, f"use `{target}`", filter(None, [package_of(target)]))


def _fix(
    project: Project, file: PythonFile, edits: tuple[Edit, ...] | None, title: str, packages: Iterable[str]
) -> Fix | None:
    required = project.requirements
    missing = missing_packages(project, packages)
    if edits is None or (missing and (required is None or not required.plain)):
        return None
    for package in missing:
        source = required.source if required else file.source
        end = len(source.text)
        text = f"{package}\n" if not source.text or source.text.endswith("\n") else f"\n{package}\n"
        edits = (*edits, Edit(Span(source, end, end), text))
    return Fix(title or "replace the import", False, edits)
