"""What an image lacks that Python files may use: modules, names and arguments of Airflow, providers and Python."""

from dockerfile_astro_lint.core.compat import Callable, lru_cache
from dockerfile_astro_lint.project.import_prefilter import Minor, Target


def lost_in(module: str, name: str, target: Target, attribute: bool = False) -> str:
    """What lacks a module, or a name of it: `airflow`, `sdk`, `python`, `provider`, or empty for none.

    `attribute`: a name of a module that was imported, so that modules are not looked at.
    """
    if target.airflow and (module == "airflow" or module.startswith("airflow.")):
        if module.startswith("airflow.sdk"):
            return "sdk" if _lost_in_sdk(module, name, target.airflow) else ""
        if not module.startswith("airflow.providers"):
            return "airflow" if _lost_in_airflow(module, name, target.airflow, attribute) else ""
    if target.providers and module.startswith("airflow.providers."):
        from dockerfile_astro_lint.project.provider_versions import lost_provider_names

        return "provider" if f"{module}.{name}" in lost_provider_names(target.providers) else ""
    if target.python and name and _lost_in_python(module, name, target.python):
        return "python"
    return ""


@lru_cache(maxsize=4096)
def _lost_in_airflow(module: str, name: str, airflow: Minor, attribute: bool) -> bool:
    from dockerfile_astro_lint.astro.airflow_modules import removed_module, removed_name

    if not name:
        return removed_module(module, airflow) is not None
    gone = removed_name(module, name, airflow)
    return gone is not None and not (attribute and removed_module(f"{module}.{name}", airflow))


@lru_cache(maxsize=4096)
def _lost_in_sdk(module: str, name: str, airflow: Minor) -> bool:
    from dockerfile_astro_lint.astro.airflow_modules import sdk_module_since, sdk_name_since

    since = sdk_name_since(name) if module == "airflow.sdk" and name else None if name else sdk_module_since(module)
    return since is not None and since > airflow


@lru_cache(maxsize=4096)
def _lost_in_python(module: str, name: str, python: Minor) -> bool:
    from dockerfile_astro_lint.astro.stdlib_names import removed_stdlib_name

    return removed_stdlib_name(module, name, python) is not None


def refused_argument(callee: str, argument: str, value: str, target: Target) -> bool:
    """Whether Airflow refuses a keyword argument, or its value."""
    from dockerfile_astro_lint.astro.airflow_modules import removed_argument, removed_arguments, removed_value

    if target.airflow is None or argument not in removed_arguments():
        return False
    if removed_argument(callee, argument, target.airflow):
        return True
    return removed_value(callee, argument, value, target.airflow) is not None


def import_search(airflow: Minor) -> Callable[[bytes], bool]:
    """Whether bytes may import what an Airflow 3 minor lacks."""
    import re

    imports = re.compile(rb"airflow(?:\.\w+)*(?:[ \t]+import[ \t]+[^\n]*)?")
    known: dict[bytes, bool | tuple[bytes, ...]] = {}

    def may_import(data: bytes) -> bool:
        for text in set(imports.findall(data)):
            needles = known.get(text)
            if needles is None:
                needles = known[text] = _needles(text.decode("ascii", "replace"), airflow)
            if needles is True or (needles and any(one in data for one in needles)):
                return True
        return False

    return may_import


_MOST_NAMES = 100
"""In one import: a line with more is parsed."""


def _needles(text: str, airflow: Minor) -> bool | tuple[bytes, ...]:
    """Whether `airflow.x import y` (or `airflow.x` alone) names what is lost; or what has to be in the file for it."""
    module, _, listed = text.replace("\t", " ").partition(" ")
    listed = listed.strip().removeprefix("import").strip()
    if lost_in(module, "", Target(airflow)):
        return True
    complete = bool(listed) and not ("(" in listed and ")" not in listed) and not listed.rstrip().endswith("\\")
    names = [one.strip().partition(" ")[0] for one in listed.partition("#")[0].strip("()\\ ").split(",")]
    if len(names) > _MOST_NAMES:
        return True
    if any(name and lost_in(module, name, Target(airflow)) for name in names):
        return True
    # Names that may follow on other lines, and attributes of imported modules.
    needles = [name for name in _lost_names(module, airflow) if listed and not complete]
    if not listed and module != "airflow":
        needles += [f".{name}" for name in _lost_names(module, airflow)]
    for name in names if listed else ():
        needles += [f".{lost}" for lost in _lost_names(f"{module}.{name}", airflow)]
    return tuple(needle.encode() for needle in needles)


@lru_cache(maxsize=1024)
def _lost_names(module: str, airflow: Minor) -> tuple[str, ...]:
    """The names that a module lost, and the modules below it that are gone."""
    from dockerfile_astro_lint.astro.airflow_modules import lost_names

    return tuple(name for name in lost_names(module) if lost_in(module, name, Target(airflow)))
