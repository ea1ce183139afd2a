"""A search of the bytes of Python files that costs next to nothing compared with parsing: what may lack something."""

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


class ImportQuery(NamedTuple):
    """Which imports to look for: modules that the image's Python lacks, `airflow.sdk`, and providers other than the
    `present` ones, by the end of their import (`cncf.kubernetes`); None for no providers. `target` is what names and
    arguments are looked up for.
    """

    removed: frozenset[str]
    sdk: bool
    present: frozenset[str] | None
    target: Target


def prefilter(wanted: ImportQuery) -> tuple[Callable[[bytes], bool], Callable[[bytes], Target]]:
    """Whether bytes may have such an import, and what names in them have to be looked up for: a search that costs next
    to nothing compared with parsing.
    """
    removed = frozenset([name.encode() for name in wanted.removed])
    partial, leads_to = stdlib_prefilter(wanted.target.python)
    clean: set[bytes] = set()
    uses_airflow = None
    if wanted.target.airflow:
        uses_airflow = airflow_prefilter(wanted.target.airflow)

    def may_import(data: bytes) -> bool:
        # A UTF-16 file would hide the names, but Python does not read such a file either.
        if _may_import_one(data, removed, partial, leads_to, clean):
            return True
        if b"airflow" not in data:
            return False
        if wanted.sdk and b"sdk" in data:
            return True
        if uses_airflow and uses_airflow(data):
            return True
        if b"providers" not in data:
            return False
        if wanted.target.providers and _names_lost_of(wanted.target.providers, data):
            return True
        if wanted.present is None:
            return False
        import re

        from dockerfile_astro_lint.astro.providers import provider_of

        found = set(re.findall(rb"airflow[\s\\]*\.[\s\\]*providers[\s\\]*\.?[\s\\]*([\w.]*)", data))
        if not found:
            return re.search(rb"from\s+airflow\s+import[^#\n]*providers", data) is not None
        for name in found:
            package = provider_of(name.decode("ascii", "replace"))
            if package is None or package not in wanted.present:
                return True
        return False

    def target_of(data: bytes) -> Target:
        target = wanted.target
        if not (uses_airflow and b"airflow" in data and uses_airflow(data)):
            target = target._replace(airflow=None)
        if target.providers and not (b"providers" in data and _names_lost_of(target.providers, data)):
            target = target._replace(providers=None)
        if target.python and not _may_import_one(data, frozenset(), partial, leads_to, set()):
            target = target._replace(python=None)
        return target

    return may_import, target_of


def _names_lost_of(pins: ProviderPins, data: bytes) -> bool:
    """Whether bytes have a name that providers lack in the releases which will be installed."""
    from dockerfile_astro_lint.project.provider_versions import lost_provider_names

    return any(name.rpartition(".")[2].encode() in data for name in lost_provider_names(pins))


_IN_WORDS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

_WORDS = bytes(code if code in _IN_WORDS else 32 for code in range(256))
"""For `bytes.translate`: a space for each byte that is not in a word."""


_MOST_LINES, _LONGEST_LINE = 4096, 200
"""Lines that are known to import nothing of interest, and their bytes: thousands of files have the same."""


def _may_import_one(
    data: bytes,
    names: frozenset[bytes],
    partial: frozenset[bytes],
    leads_to: Callable[[bytes, bytes, bytes], bool],
    clean: set[bytes],
) -> bool:
    """Whether a line with an import has one of these names; `re` would take longer to load and to search.

    `partial` are modules that lack some names: `leads_to` (module, line, data) decides. `clean` are lines without any,
    to which those of this file are added.
    """
    watched = names | partial
    at = data.find(b"import")
    while at >= 0:
        start = data.rfind(b"\n", 0, at) + 1
        end = data.find(b"\n", at)
        line = data[start : end if end >= 0 else len(data)]
        if line in clean and b"\\" not in data[max(start - 3, 0) : start]:
            at = data.find(b"import", start + len(line))
            continue
        # The name may be on another line, before or after this one.
        spread = b"import_" in line or b"__import" in line or line.rstrip(b"\r").endswith(b"\\")
        if spread or data[max(start - 3, 0) : start].rstrip(b"\r\n").endswith(b"\\"):
            found = watched.intersection(data.translate(_WORDS).split())
            return not found.isdisjoint(names) or any(leads_to(word, b"", data) for word in found)
        found = watched.intersection(line.translate(_WORDS).split())
        if not found and len(clean) < _MOST_LINES and len(line) < _LONGEST_LINE:
            clean.add(line)
        for word in found:
            if word in names or leads_to(word, line, data):
                return True
        at = data.find(b"import", start + len(line))
    return False


PLUGIN_VIEWS = ("flask_blueprints", "appbuilder_views", "appbuilder_menu_items")
"""What an `AirflowPlugin` sets that needs the FAB provider in Airflow 3."""

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
            return b"trigger_rule" in data and any(map(data.__contains__, values))
        return False

    return may_use


def _import_search(airflow: Minor) -> Callable[[bytes], bool]:
    from dockerfile_astro_lint.project.lost_names import import_search

    return import_search(airflow)


def _argument_search(word: bytes) -> Callable[[bytes], object]:
    import re

    return re.compile(rb"\b%s[ \t]*=(?!=)" % word).search


STDLIB_WITH_LOST_NAMES = frozenset(
    b"ast asyncio base64 binascii cgi collections configparser fractions gettext importlib inspect locale pkgutil re "
    b"sqlite3 ssl time typing unittest urllib".split()
)
"""The packages and modules of the standard library that lost names up to some Python, see `stdlib_names_data`."""


def stdlib_prefilter(python: Minor | None) -> tuple[frozenset[bytes], Callable[[bytes, bytes, bytes], bool]]:
    """The modules of the standard library that lost names, and whether a line that imports one of them, in a file,
    leads to a lost name.
    """
    if python is None:
        return frozenset(), lambda word, line, data: False
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
