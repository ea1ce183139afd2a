"""Modules, names and arguments that Airflow 3 no longer has, and names of `airflow.sdk`, by minor."""

from dockerfile_astro_lint.astro.airflow_modules_data import ARGUMENTS, HINTS, KEPT, MODULES, NAMES, SDK, SDK_MODULES
from dockerfile_astro_lint.core.compat import Iterator, NamedTuple, lru_cache

Minor = tuple[int, int]

_DEPTH = 10


class Removed(NamedTuple):
    """A module or name that this Airflow no longer has.

    `path` is what went (a parent for a module below it), `since` the first minor without it. `module` and `name` are
    the import that replaces it, both empty where none is known; `drop_in` says that it takes the same arguments.
    `package` is the distribution that the replacement needs, empty where Airflow itself has it. `hint` says what else
    to do, or why it went.
    """

    path: str
    since: str
    module: str = ""
    name: str = ""
    drop_in: bool = False
    package: str = ""
    hint: str = ""


class RemovedArgument(NamedTuple):
    """A keyword argument that Airflow refuses; `use` is its new name (its new value, if a value was asked for)."""

    since: str
    use: str = ""
    hint: str = ""


class SdkName(NamedTuple):
    """A name of `airflow.sdk`: the minor it came in, and the same in Airflow 2 and in the minors of 3 before that."""

    since: str
    airflow2: str = ""
    airflow3: str = ""


def removed_module(module: str, airflow: Minor) -> Removed | None:
    """Whether importing a module (`airflow.x.y`) fails in an Airflow 3 minor, and which module replaces it."""
    path = module = _capped(module)
    while path.startswith("airflow."):
        row = _modules().get(path)
        if row and row[0] and minor(row[0]) <= airflow:
            _, into, listed = _modules().get(module, row)
            targets = {name: _target(text, into, airflow) for name, text in _names(listed).items()}
            found = {one.lstrip("~").rpartition(".")[0] for one in targets.values() if one}
            target = found.pop() if len(found) == 1 and module in _modules() else ""
            drop_in = bool(target) and all(one == f"{target}.{name}" for name, one in targets.items())
            hint = _hint(module, path) or ("" if target or module not in _modules() else _where(into, listed))
            return Removed(path, row[0], target, "", drop_in, package_of(target), hint)
        path = path.rpartition(".")[0]
    return None


def removed_name(module: str, name: str, airflow: Minor) -> Removed | None:
    """Whether `from module import name` fails in an Airflow 3 minor, and the import that replaces it.

    Also where the module itself is gone (`path` is then the module), or where the name is a module that is gone.
    """
    module = _capped(module)
    gone = removed_module(module, airflow)
    if gone:
        row = _modules().get(module, ("", "", ""))
        if name in _children().get(module, ()):
            return removed_module(f"{module}.{name}", airflow)
        return _with_target(gone, _names(row[2]).get(name, ""), row[1], name, module, airflow)
    for since, into, listed in _name_rows().get(module, ()):
        if minor(since) <= airflow:
            names = _names(listed)
            if name in names:
                text = names[name] if into or "." in names[name] else ""
                return _with_target(Removed(f"{module}.{name}", since), text, into, name, module, airflow)
    return None if name in _kept().get(module, ()) else removed_module(f"{module}.{name}", airflow)


def removed_argument(callee: str, argument: str, airflow: Minor) -> RemovedArgument | None:
    """Whether a class or decorator of Airflow (`airflow.sdk.DAG`, as it was imported) refuses a keyword argument."""
    return _refused(callee, argument, "", airflow)


def removed_value(callee: str, argument: str, value: str, airflow: Minor) -> RemovedArgument | None:
    """Whether a class or decorator of Airflow refuses a value of a keyword argument."""
    return _refused(callee, argument, value, airflow) if value else None


def removed_arguments() -> frozenset[str]:
    """Every argument that some callee of Airflow refuses: what to look for in a file first."""
    return frozenset(row.split("|")[1] for row in ARGUMENTS.splitlines())


def removed_prefixes() -> frozenset[str]:
    """Every module that is gone in some minor of Airflow 3, or that lost a name: what to look for in a file first."""
    return frozenset((*_modules(), *_name_rows()))


def lost_names(module: str) -> Iterator[str]:
    """The names that a module lost in some minor (or, of `airflow.sdk`, gained), and the modules below it that went."""
    if module == "airflow.sdk":
        yield from _sdk()
    for _, _, listed in _name_rows().get(module, ()):
        yield from _names(listed)
    yield from _children().get(module, ())


def sdk_name(name: str) -> SdkName | None:
    """What is known of `from airflow.sdk import name`; None for a name that no Airflow is known to have."""
    return _sdk().get(name)


def sdk_name_since(name: str) -> Minor | None:
    """The minor of Airflow from which `from airflow.sdk import name` works."""
    found = _sdk().get(name)
    return minor(found.since) if found else None


def sdk_module_since(module: str) -> Minor | None:
    """The minor of Airflow from which a public module below `airflow.sdk` can be imported, None for one not known."""
    module = _capped(module)
    if module == "airflow.sdk":
        return (3, 0)
    while module.startswith("airflow.sdk."):
        since = _sdk_modules().get(module.removeprefix("airflow.sdk."))
        if since:
            return minor(since)
        module = module.rpartition(".")[0]
    return None


def minor(version: str) -> Minor:
    """The first two numbers of a version."""
    first, _, rest = version.partition(".")
    return int(first), int(rest.partition(".")[0])


def package_of(path: str) -> str:
    """The distribution that has a module, empty for Airflow itself and for an unknown provider."""
    if path.startswith("kubernetes."):
        return "apache-airflow-providers-cncf-kubernetes"
    if not path.startswith("airflow.providers."):
        return ""
    from dockerfile_astro_lint.astro.provider_releases import provider_of

    provider = provider_of(path)
    return f"apache-airflow-providers-{provider}" if provider else ""


def _capped(module: str) -> str:
    """A module without what lies deeper than any that is known: a file may name one of a hundred thousand parts."""
    return ".".join(module.split(".", _DEPTH)[:_DEPTH])


def _with_target(gone: Removed, text: str, into: str, name: str, module: str, airflow: Minor) -> Removed:
    target = _target(text, into, airflow)
    path, _, new = target.lstrip("~").rpartition(".")
    drop_in = bool(target) and not target.startswith("~")
    hint = "" if drop_in else _hint(f"{module}:{name}", module, gone.path)
    if not target and not hint and gone.path == module:
        hint = _where(into, _modules()[module][2] if module in _modules() else "")
    return Removed(gone.path, gone.since, path, new, drop_in, package_of(path), hint)


def _target(text: str, into: str, airflow: Minor) -> str:
    """`New`, `other.module.New`, `~New`, each with `@3.1` for from when on: the last that holds, as a full path."""
    chosen = ""
    for part in text.split(",") if text else ():
        target, _, since = part.partition("@")
        if not since or minor(since) <= airflow:
            chosen = target
    if not chosen:
        return ""
    mark = "~" if chosen.startswith("~") else ""
    path = chosen.removeprefix("~")
    module, dot, new = path.rpartition(".")
    return f"{mark}{_full(module if dot else into)}.{new}"


def _full(path: str) -> str:
    if path.startswith("+"):
        return f"airflow.providers.{path[1:]}"
    return path[1:] if path.startswith(".") else f"airflow.{path}"


def _hint(*keys: str) -> str:
    for key in keys:
        while key:
            if key in _hints():
                return _hints()[key]
            key = key.rpartition(":" if ":" in key else ".")[0]
    return ""


def _where(into: str, listed: str) -> str:
    """Where the names of a module are now, empty if none is known."""
    names = _names(listed)
    if not names or not into:
        return ""
    inside = sum(bool(target) and "." not in target for target in names.values())
    return f"most of it is in `{_full(into)}`" if 2 * inside > len(names) else "its names are in several modules now"


def _refused(callee: str, argument: str, value: str, airflow: Minor) -> RemovedArgument | None:
    if not callee.startswith("airflow."):
        return None
    last = callee.rpartition(".")[2]
    for callees, refused, only, since, use, hint in _arguments():
        if refused == argument and only == value and minor(since) <= airflow:
            for one in callees.split():
                if one == last or (one.startswith("*") and last.endswith(one[1:])):
                    return RemovedArgument(since, use, hint)
    return None


def _names(listed: str) -> dict[str, str]:
    """Each name with the text of its target."""
    pairs = (one.partition("=") for one in listed.split())
    return {name: target if equals else name for name, equals, target in pairs}


@lru_cache(maxsize=None)
def _modules() -> dict[str, tuple[str, str, str]]:
    rows = (row.split("|") for row in MODULES.splitlines())
    return {f"airflow.{module}": (since, into, listed) for module, since, into, listed in rows}


@lru_cache(maxsize=None)
def _kept() -> dict[str, list[str]]:
    """The names that a package has though the modules of these names below it are gone."""
    return {package: names.split() for package, _, names in (row.partition("|") for row in KEPT.splitlines())}


@lru_cache(maxsize=None)
def _children() -> dict[str, list[str]]:
    """The modules that went, by the module above them."""
    found: dict[str, list[str]] = {}
    for path in _modules():
        parent, _, name = path.rpartition(".")
        found.setdefault(parent, []).append(name)
    return found


@lru_cache(maxsize=None)
def _name_rows() -> dict[str, list[tuple[str, str, str]]]:
    found: dict[str, list[tuple[str, str, str]]] = {}
    for row in NAMES.splitlines():
        module, since, into, listed = row.split("|")
        found.setdefault(f"airflow.{module}".rstrip("."), []).append((since, into, listed))
    return found


@lru_cache(maxsize=None)
def _hints() -> dict[str, str]:
    pairs = (row.partition("|") for row in HINTS.splitlines())
    return {f"airflow.{key}": text for key, _, text in pairs}


@lru_cache(maxsize=None)
def _sdk() -> dict[str, SdkName]:
    return dict(_sdk_rows())


def _sdk_rows() -> Iterator[tuple[str, SdkName]]:
    for row in SDK.splitlines():
        name, since, *older = row.split("|")
        yield name, SdkName(since, *(_full(one) if one else "" for one in older))


@lru_cache(maxsize=None)
def _sdk_modules() -> dict[str, str]:
    return {name: since for name, _, since in (row.partition("|") for row in SDK_MODULES.splitlines())}


@lru_cache(maxsize=None)
def _arguments() -> list[list[str]]:
    return [row.split("|") for row in ARGUMENTS.splitlines()]
