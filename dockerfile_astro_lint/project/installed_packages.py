"""What the final image has, as far as its files tell: providers, modules, and which imports of the project lack one."""

import os

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Mapping, Sequence, lru_cache
from dockerfile_astro_lint.dockerfile.build_state import AIRFLOW_HOME, Layer
from dockerfile_astro_lint.dockerfile.copies import copy_of
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.project.requirements import Requirements, required_packages

if TYPE_CHECKING:
    from dockerfile_astro_lint.astro.base_image import Base
    from dockerfile_astro_lint.project.build_context import BuildContext
    from dockerfile_astro_lint.project.import_prefilter import ProviderPins
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


_SAFE_COMMANDS = frozenset((
    "apt-get", "apt", "cd", "chmod", "chown", "cp", "echo", "export", "install-system-packages", "ln", "ls", "mkdir",
    "mv", "rm", "sed", "set", "source", ".", "test", "[", "touch", "cat",
))  # fmt: skip
"""Commands that install no Python package, whatever their words are."""


def _runs_variable(text: str) -> bool:
    """Whether a RUN runs a command whose name comes from a variable."""
    before = "RUN"
    for word in text.split():
        if word[0] == "$" and before in ("RUN", "&&", "||", ";", "|"):
            return True
        before = word
    return False


def installed_providers(project: Project) -> frozenset[str] | None:
    """The providers of the final image, as their import ends (`cncf.kubernetes`); None if there may be others.

    Those that Airflow 3 images only probably lack are not among them, unless they are required.
    """
    base, context, required = project.final_base, project.onbuild_context, project.requirements
    if base is None or base.version is None or context is None or required is None:
        return None
    if not _are_all_known(required):
        return None
    installed = _installed_by_instructions(project, context)
    if installed is None:
        return None
    folder = context.folder
    if any(folder.overlay.is_folder(os.path.join(folder.path, up, "airflow")) for up in ("", "plugins", "dags")):
        return None
    from dockerfile_astro_lint.astro.providers import brought_by, providers_of_runtime

    present = providers_of_runtime(base.version.family, base.version.numbers, _kind_of_image(base) == "airflow2-slim")
    if present is None:
        return None
    providers = set(present)
    for name in (*(entry.name for entry in required.packages), *installed):
        brought = brought_by(name)
        if brought is None:
            return None
        providers.update(brought)
    return frozenset(providers)


def _are_all_known(required: Requirements) -> bool:
    kinds = ("file", "editable", "path", "url", "bad")
    return not any(entry.kind in kinds or entry.extras for entry in required.entries)


def _installed_by_instructions(project: Project, context: "BuildContext") -> frozenset[str] | None:
    """The packages that instructions install beside the requirements; None if what they install cannot be told."""
    packages: set[str] = set()
    for layer in project.final_layers("RUN", "COPY", "ADD", "ENV"):
        keyword, text = layer.instruction.keyword, layer.instruction.whole.text
        if keyword == "RUN" and (any(word in text for word in _MAY_INSTALL) or _runs_variable(text)):
            found = None if _runs_variable(text) else _installed_by(project, context, layer)
            if found is None:
                return None
            packages |= found
        if keyword in ("COPY", "ADD") and ("--from" in text or "site-packages" in text):
            return None
        if keyword == "ENV" and "PYTHONPATH" in text:
            return None
    return frozenset(packages)


def _installed_by(project: Project, context: "BuildContext", layer: Layer) -> frozenset[str] | None:
    """The packages that a RUN installs into the image's own Python; None if that cannot be told."""
    from dockerfile_astro_lint.project.pip_install import pinned, pip_install_arguments, pip_installs

    script = project.script_of(layer)
    if not script.complete:
        return None
    for run in script.commands:
        words = [word.text for word in run.command.words]
        if run.command.name in _SAFE_COMMANDS or pip_install_arguments(run.command) is not None:
            continue
        is_pip = run.command.name in ("pip", "pip3", "uv") or words[1:3] in (["-m", "pip"], ["-m", "venv"])
        if not is_pip and any(part in word for word in words for part in _MAY_INSTALL):
            return None
        if is_pip and run.command.name == "uv" and words[1:2] != ["venv"]:
            return None
    packages: set[str] = set()
    for install in pip_installs(layer, script.commands):
        if install.editable:
            return None
        for token in install.requirements:
            text = token.text
            if (
                not token.literal
                or any(char in text for char in "[/$@*")
                or text.endswith((".whl", ".gz", ".zip", "."))
            ):
                return None
            packages.add(pinned(text)[0])
        for token in install.files:
            name = (install.path(token) or "").removeprefix(f"{AIRFLOW_HOME}/")
            listed = context.requirements(name, project.python) if name and not name.startswith("/") else None
            if listed is None or not _are_all_known(listed):
                return None
            packages |= listed.names
    return frozenset(packages)


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
    return not (packages.isdisjoint(required_packages(project)) and packages.isdisjoint(project.words_of_run))


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
    from dockerfile_astro_lint.project.import_prefilter import ImportQuery, Target

    is_airflow_2 = base.version is not None and base.version.family == 2
    searched = context.mentions_providers(project.python_file)
    target = Target(airflow_3_minor(project), project.python, _provider_pins(project) if searched else None)
    present = project.providers if searched else None
    query = ImportQuery(frozenset(removed_modules(project.python)), is_airflow_2, present, target)
    files = context.code(query, project.python, project.python_file)
    if not base.without_onbuild or project.has_pyenv_frontend:
        return files
    paths = _copied_paths(project.final_layers("COPY", "ADD"))
    if paths is None:
        return files
    # Absolute paths: seen from a folder that is copied, its own path is `.`.
    copied = tuple(os.path.abspath(os.path.join(context.folder.path, path)) + os.sep for path in paths)
    return tuple(file for file in files if (os.path.abspath(file.source.path) + os.sep).startswith(copied))


def is_provided(project: Project, module: str) -> bool:
    """Whether the project itself or a package provides a module that left the standard library."""
    return _has_backport(project, module) or (project.context is not None and project.context.has_module(module))


def airflow_3_minor(project: Project) -> tuple[int, int] | None:
    """The minor of an Airflow 3 image, None for Airflow 2 and where it is unknown."""
    base = project.final_base
    if base is None or base.version is None or base.version.family != 3 or base.image.role != "runtime":
        return None
    return base.version.numbers[0], base.version.numbers[1]


def _provider_pins(project: Project) -> "ProviderPins | None":
    """What decides which releases of providers the image gets; None where requirements.txt names none."""
    required, base, prefix = project.requirements, project.final_base, "apache-airflow-providers-"
    lines = [
        (entry.name.removeprefix(prefix), entry.text)
        for entry in (required.packages if required else ())
        if entry.name.startswith(prefix)
    ]
    if not lines or base is None:
        return None
    from dockerfile_astro_lint.project.import_prefilter import ProviderPins

    airflow = project.catalog.airflow(base.version) or "" if base.version else ""
    return ProviderPins(_kind_of_image(base), airflow, project.python_version, tuple(lines))


def _kind_of_image(base: "Base") -> str:
    """What `astro/providers.py` calls an image with its providers; empty where unknown."""
    if base.version is None:
        return ""
    slim = base.tag is not None and base.tag.has("slim")
    return "airflow3" if base.version.family == 3 else "airflow2-slim" if slim else "airflow2"
