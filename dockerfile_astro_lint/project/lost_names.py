"""What an image lacks that Python files may use: modules, names and arguments of Airflow, providers and Python."""

from dockerfile_astro_lint.core.compat import Callable, NamedTuple, lru_cache

Minor = tuple[int, int]


class ProviderPins(NamedTuple):
    """What decides which releases of providers an image gets: what it has (`airflow3`), its Airflow and Python, and the
    lines of requirements.txt that name providers, as name without prefix and text.
    """

    image: str
    airflow: str
    python: str
    lines: tuple[tuple[str, str], ...]


class Target(NamedTuple):
    """What Python files are checked for: an Airflow 3 minor, a Python, and the providers that will be installed.

    None is not checked.
    """

    airflow: Minor | None = None
    python: Minor | None = None
    providers: ProviderPins | None = None

    def without_airflow(self) -> "Target":
        """The target of code that runs only on some version of Airflow."""
        return Target(None, self.python)

    def without_python(self) -> "Target":
        """The target of code that runs only on some version of Python."""
        return self._replace(python=None)


NO_TARGET = Target()


PLUGIN_VIEWS = ("flask_blueprints", "appbuilder_views", "appbuilder_menu_items")
"""What an `AirflowPlugin` sets that needs the FAB provider in Airflow 3."""


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


SDK_FROM_THE_START = frozenset(
    b"Asset AssetAlias AssetAll AssetAny AssetWatcher BaseNotifier BaseOperator BaseOperatorLink BaseSensorOperator "
    b"Connection Context DAG EdgeModifier Label Metadata ObjectStoragePath Param PokeReturnValue TaskGroup Variable "
    b"XComArg __version__ asset chain chain_linear cross_downstream dag get_current_context get_parsing_context setup "
    b"task task_group teardown".split()
)
"""The names that `airflow.sdk` has had since Airflow 3.0."""


REMOVED_ARGUMENTS = (
    "concurrency", "default_view", "fail_stop", "full_filepath", "orientation", "schedule_interval", "timetable",
)  # fmt: skip
"""The arguments of a DAG that some Airflow refuses whatever their value is."""


REMOVED_OPERATOR_ARGUMENTS = (
    "execution_date", "provide_context", "skip_exit_code", "task_concurrency", "use_dill", "use_task_execution_date",
    "use_task_execution_day",
)  # fmt: skip
"""Those of operators, whose names have one of `OPERATORS`."""


OPERATORS = ("Operator", "Sensor", "Marker")


_MOST_LINES, _LONGEST_LINE = 4096, 200
"""Lines that are known to be of interest for nothing, and their bytes: thousands of files have the same."""


def _only_uses_sdk(data: bytes, clean: set[bytes]) -> bool:
    """Whether all that a file imports from Airflow, as most files do, is in every Airflow 3.

    The tables and `re` take longer to load than such a file takes to check. `clean` are lines of which that is known.
    """
    at = data.find(b"airflow")
    while at >= 0:
        end = data.find(b"\n", at)
        start, end = data.rfind(b"\n", 0, at) + 1, end if end >= 0 else len(data)
        line = data[start:end]
        if line in clean:
            pass
        elif line.startswith(b"from airflow.sdk import "):
            if not SDK_FROM_THE_START.issuperset(map(bytes.strip, line[24:].split(b","))):
                return False
            if len(clean) < _MOST_LINES and len(line) < _LONGEST_LINE:
                clean.add(line)
        elif not line.startswith(b"from airflow.providers.") and (b"import" in line or b"airflow." in line):
            return False
        at = data.find(b"airflow", end)
    return True


def airflow_prefilter(airflow: Minor) -> Callable[[bytes], bool]:
    """Whether bytes may use what an Airflow 3 minor lacks: a search that costs little compared with parsing."""
    words = [one.encode() for one in REMOVED_ARGUMENTS]
    operator_words = [one.encode() for one in REMOVED_OPERATOR_ARGUMENTS]
    operators = [one.encode() for one in OPERATORS]
    clean: set[bytes] = set()
    values = (b"none_failed_or_skipped", b'"dummy"', b"'dummy'")
    views = [one.encode() for one in PLUGIN_VIEWS]
    uses_import = lru_cache(maxsize=None)(lambda: _import_search(airflow))
    is_given = lru_cache(maxsize=None)(_argument_search)

    def may_use(data: bytes) -> bool:
        if not _only_uses_sdk(data, clean):
            if uses_import()(data):
                return True
            if b"AirflowPlugin" in data and any(view in data for view in views):
                return True
        for word in words:
            if word in data and is_given(word)(data):
                return True
        if any(map(data.__contains__, operators)):
            for word in operator_words:
                if word in data and is_given(word)(data):
                    return True
            if b"trigger_rule" in data and any(map(data.__contains__, values)):
                return True
        return False

    return may_use


def _argument_search(word: bytes) -> Callable[[bytes], object]:
    import re

    return re.compile(rb"\b%s[ \t]*=(?!=)" % word).search


def _import_search(airflow: Minor) -> Callable[[bytes], bool]:
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


STDLIB_WITH_LOST_NAMES = frozenset(
    b"ast asyncio base64 binascii cgi collections configparser fractions gettext importlib inspect locale pkgutil re "
    b"sqlite3 ssl time typing unittest urllib".split()
)
"""The packages and modules of the standard library that lost names up to some Python, see `stdlib_names_data`."""


def stdlib_prefilter(python: Minor) -> tuple[frozenset[bytes], Callable[[bytes, bytes, bytes], bool]]:
    """The modules of the standard library that lost names, and whether a line that imports one of them, in a file,
    leads to a lost name.
    """
    by_package = lru_cache(maxsize=None)(lambda: _stdlib_names_by_package(python))

    def leads_to(word: bytes, line: bytes, data: bytes) -> bool:
        names = by_package().get(word, ())
        code = line.partition(b"#")[0].rstrip()
        if code.lstrip().startswith(b"from"):
            text = data if code.endswith((b"(", b",", b"\\")) else code.partition(b"import")[2]
            return any(name in text for name in names)
        return any(b"." + name in data for name in names)

    return STDLIB_WITH_LOST_NAMES, leads_to


def _stdlib_names_by_package(python: Minor) -> dict[bytes, tuple[bytes, ...]]:
    """The names that each package of the standard library lost, in itself and in the modules below it."""
    from dockerfile_astro_lint.astro.stdlib_names import lost_stdlib_names

    below: dict[bytes, tuple[bytes, ...]] = {}
    for module, names in lost_stdlib_names(python).items():
        package = module.partition(".")[0].encode()
        below[package] = (*below.get(package, ()), *(name.encode() for name in names))
    return below
