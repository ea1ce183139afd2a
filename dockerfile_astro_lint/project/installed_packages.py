"""What the final image has, as far as its files tell: providers, modules, and which imports of the project lack one."""

import os

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Mapping, Sequence, lru_cache
from dockerfile_astro_lint.dockerfile.build_state import Layer
from dockerfile_astro_lint.dockerfile.copies import copy_of
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.project.requirements import Requirements, required_packages

if TYPE_CHECKING:
    from dockerfile_astro_lint.project.python_imports import PythonFile


_PROJECT_FOLDERS = ("dags", "plugins", "include")


def _copied_paths(layers: Sequence[Layer]) -> tuple[str, ...] | None:
    """What COPY and ADD take from the build context, and the project's folders; None if it may be all of it."""
    paths = list(_PROJECT_FOLDERS)
    for layer in layers:
        copy = copy_of(layer)
        if copy is None:
            return None
        for source in copy.sources if copy.from_context else ():
            if source.path == "." or any(char in source.path for char in "*?[$"):
                return None
            paths.append(source.path)
    return tuple(paths)


_MAY_INSTALL = (
    "pip", "uv", "conda", "mamba", "poetry", "pdm", "hatch", "easy_install", "install-python-dependencies",
    ".py", ".sh", "make", "bash", "./", "$(",
)  # fmt: skip


def _runs_variable(text: str) -> bool:
    """Whether a RUN runs a command whose name comes from a variable."""
    before = "RUN"
    for word in text.split():
        if word[0] == "$" and before in ("RUN", "&&", "||", ";", "|"):
            return True
        before = word
    return False


def installed_providers(project: Project) -> frozenset[str] | None:
    """The providers of the final image, as their import ends (`cncf.kubernetes`); None if there may be others."""
    base, context, required = project.final_base, project.onbuild_context, project.requirements
    if base is None or base.version is None or context is None or required is None:
        return None
    if not _are_all_known(required) or _may_install_more(project.final_layers("RUN", "COPY", "ADD", "ENV")):
        return None
    folder = context.folder
    if any(folder.overlay.is_folder(os.path.join(folder.path, up, "airflow")) for up in ("", "plugins", "dags")):
        return None
    from dockerfile_astro_lint.astro.providers import brought_by, in_image

    family, slim = base.version.family, base.tag is not None and base.tag.has("slim")
    if family == 2 and base.version.numbers[0] < 8:  # their providers are not in the table
        return None
    providers = set(in_image("airflow3" if family == 3 else "airflow2-slim" if slim else "airflow2"))
    for entry in required.packages:
        brought = brought_by(entry.name)
        if brought is None:
            return None
        providers.update(brought)
    return frozenset(providers)


def _are_all_known(required: Requirements) -> bool:
    kinds = ("file", "editable", "path", "url", "bad")
    return not any(entry.kind in kinds or entry.extras for entry in required.entries)


def _may_install_more(layers: Sequence[Layer]) -> bool:
    """Whether instructions may install packages that the requirements do not name."""
    for layer in layers:
        keyword, text = layer.instruction.keyword, layer.instruction.whole.text
        if keyword == "RUN" and (any(word in text for word in _MAY_INSTALL) or _runs_variable(text)):
            return True
        if keyword in ("COPY", "ADD") and ("--from" in text or "site-packages" in text):
            return True
        if keyword == "ENV" and "PYTHONPATH" in text:
            return True
    return False


_BACKPORTS = {
    "cgi": "legacy-cgi",
    "cgitb": "legacy-cgi",
    "audioop": "audioop-lts",
    "distutils": "setuptools",
    "asyncore": "pyasyncore",
    "asynchat": "pyasynchat",
}


def _has_backport(project: Project, module: str) -> bool:
    """Whether a package provides a module that left the standard library; a RUN that names it installs it."""
    packages = {f"standard-{module}", _BACKPORTS.get(module, f"standard-{module}")}
    words = " ".join(layer.instruction.value.lower() for layer in project.final_layers("RUN", agents=True)).split()
    installed = {word.strip("\"'").partition("=")[0] for word in words}
    return not packages.isdisjoint(required_packages(project) | installed)


@lru_cache(maxsize=None)
def removed_modules(python: tuple[int, int] | None) -> Mapping[str, str]:
    """The modules that a Python's standard library no longer has, with what to use instead (may be empty)."""
    from dockerfile_astro_lint.astro.stdlib_data import REMOVED

    modules = {}
    for row in REMOVED.splitlines() if python else ():
        name, first_without, replacement = row.split("|")
        major, minor = first_without.split(".")
        if python and (int(major), int(minor)) <= python:
            modules[name] = "" if replacement == "none" else replacement
    return modules


def files_with_missing_imports(project: Project) -> "tuple[PythonFile, ...]":
    """The project's Python files that import what the image may lack, or that cannot be read or parsed."""
    base, context = project.final_base, project.context
    if context is None or project.python is None or base is None or base.image.role != "runtime":
        return ()
    from dockerfile_astro_lint.project.build_context import ImportQuery

    is_airflow_2 = base.version is not None and base.version.family == 2
    query = ImportQuery(frozenset(removed_modules(project.python)), is_airflow_2, project.providers)
    files = context.code(query, project.python, project.python_file)
    if not base.without_onbuild or project.has_pyenv_frontend:
        return files
    paths = _copied_paths(project.final_layers("COPY", "ADD"))
    if paths is None:
        return files
    copied = tuple(context.shown(f"{path}/") for path in paths)
    return tuple(file for file in files if f"{file.source.path}/".startswith(copied))


def is_provided(project: Project, module: str) -> bool:
    """Whether the project itself or a package provides a module that left the standard library."""
    return _has_backport(project, module) or (project.context is not None and project.context.has_module(module))
