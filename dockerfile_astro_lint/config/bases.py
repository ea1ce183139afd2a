"""Merge a configuration file with the bases that it extends; imported only where a file has `extend` or `locked`."""

import os
import sys

from dockerfile_astro_lint.config.files import Config
from dockerfile_astro_lint.config.schema import KEYS, MAX_CONFIG_BYTES, TABLES, nearest
from dockerfile_astro_lint.core.compat import Any, Callable, Sequence
from dockerfile_astro_lint.core.display import display_path
from dockerfile_astro_lint.core.errors import ConfigError
from dockerfile_astro_lint.core.files import read_file
from dockerfile_astro_lint.core.source import make_source
from dockerfile_astro_lint.core.toml_spans import places
from dockerfile_astro_lint.project.file_kinds import MANIFEST, kind_of

MAX_BASES = 16
"""Files that extend one another."""


OF_FILES = ("extend", "locked")
"""The keys that are about the files themselves: no base passes them on."""


Load = Callable[[str], "Config | None"]
"""Read and check one file; None if it has no section for astro-lint; raise ConfigError."""


def once(load: Load) -> Load:
    """The same, but each file is read once: a thousand projects may extend one."""
    known: dict[str, Config | ConfigError | None] = {}

    def loaded(path: str) -> Config | None:
        if path not in known:
            try:
                known[path] = load(path)
            except ConfigError as error:
                known[path] = error
        found = known[path]
        if isinstance(found, ConfigError):
            raise found
        return found

    return loaded


def extended(config: Config, load: Load) -> Config:
    """A configuration with what its bases set: the nearest file wins, key by key; raise ConfigError."""
    chain = [config]
    seen = {os.path.realpath(config.path)}
    while (extend := chain[-1].get("extend")) is not None:
        last = chain[-1]
        path = _path(last, extend)
        if os.path.realpath(path) in seen:
            names = " -> ".join(display_path(one) for one in (*(file.path for file in chain), path))
            raise ConfigError(last.path, f"{_key(last, 'extend')}: the files extend each other in a cycle: {names}")
        if len(chain) > MAX_BASES:
            raise ConfigError(last.path, f"{_key(last, 'extend')}: more than {MAX_BASES} files extend one another")
        base = load(path)
        if base is None:
            wrong = f"{_key(last, 'extend')}: {display_path(path)} has no section for astro-lint"
            raise ConfigError(last.path, wrong)
        seen.add(os.path.realpath(path))
        chain.append(base)
    return _merged(chain)


def _merged(chain: Sequence[Config]) -> Config:
    """One configuration of a file and its bases, the nearest first."""
    values: dict[str, Any] = {}
    origins: dict[str, tuple[str, ...]] = {}
    locked: dict[str, Config] = {}
    for config in reversed(chain):
        for key, value in config.values.items():
            if key in OF_FILES:
                continue
            if key in locked:
                place = f"{_key(locked[key], 'locked')} of {display_path(locked[key].path)}"
                raise ConfigError(config.path, f"{_key(config, key)} may not be set here: see {place}")
            if key == "catalog":
                value = os.path.join(config.folder, value)
            if key in TABLES and values.get(key):
                # What is nearer comes first, because the first match can win.
                value = {**value, **{name: one for name, one in values[key].items() if name not in value}}
                origins[key] = (config.path, *origins[key])
            else:
                origins[key] = (config.path,)
            values[key] = value
        for key in config.get("locked", ()):
            locked.setdefault(key, config)
    own = {key: chain[0].values[key] for key in OF_FILES if key in chain[0].values}
    return chain[0]._replace(
        values={**own, **values}, origins=origins, bases=tuple(config.path for config in chain[1:])
    )


def check_locked(path: str, keys: Sequence[str]) -> None:
    """Raise ConfigError for a name in `locked` that is not a key, or not one that a file below could set."""
    known = [key.name for key in KEYS if key.name not in OF_FILES]
    for key in keys:
        if key not in known:
            raise ConfigError(path, f"`locked`: `{key}` cannot be locked{nearest(key, known)}")


def _path(config: Config, extend: str) -> str:
    """The path of a base; raise ConfigError with both places if there is none."""
    place = _key(config, "extend")
    if not extend.endswith(".toml"):
        raise ConfigError(config.path, f"{place}: `{extend}` is not a .toml file or `pkg:PACKAGE/FILE.toml`")
    if "://" in extend:
        raise ConfigError(config.path, f"{place}: `{extend}` is an address: use a file, or one in a package")
    if not extend.startswith("pkg:"):
        path = os.path.join(config.folder, *extend.split("/"))
        path = os.path.abspath(extend if os.path.isabs(extend) else path)
        if not os.path.isfile(path):
            wrong = "not a file that can be read" if os.path.lexists(path) else "no such file"
            raise ConfigError(config.path, f"{place}: {display_path(path)}: {wrong}")
        return path
    package, _, name = extend[len("pkg:") :].partition("/")
    parts = name.split("/")
    if not package.isidentifier() or "\\" in name or {"", ".", ".."} & set(parts):
        raise ConfigError(config.path, f"{place}: `{extend}`: write `pkg:PACKAGE/FILE.toml`")
    folders = _folders(package)
    for folder in folders:
        if os.path.isfile(path := os.path.join(folder, *parts)):
            return path
    if folders:
        raise ConfigError(config.path, f"{place}: {display_path(os.path.join(folders[0], *parts))}: no such file")
    where = f"the Python that runs astro-lint ({sys.executable})"
    raise ConfigError(config.path, f"{place}: the package `{package}` is not installed in {where}")


def _folders(package: str) -> list[str]:
    """The folders of an installed package, found without importing it."""
    from importlib.machinery import PathFinder

    # The first entry is the folder of the script or, with `-m`, the working directory, which is no installation.
    first, *others = sys.path or [""]
    paths = others if first in ("", os.getcwd()) else [first, *others]
    spec = PathFinder.find_spec(package, [path for path in paths if path])
    if spec is None:  # an editable installation may have a finder of its own
        finders = [one for one in sys.meta_path if one is not PathFinder and hasattr(one, "find_spec")]
        spec = next((found for finder in finders if (found := finder.find_spec(package, None))), None)
    return list(spec.submodule_search_locations or ()) if spec else []


def _key(config: Config, key: str) -> str:
    """A key of a file with its line; alone where the line is not found, as in setup.cfg."""
    try:
        source = make_source(config.path, read_file(config.path, MAX_CONFIG_BYTES).decode("utf-8-sig"))
    except (OSError, ValueError):
        return f"`{key}`"
    section = ("tool", "astro-lint") if kind_of(config.path) is MANIFEST else ()
    for path, place in places(source.text).items():
        if path[: len(section) + 1] == (*section, key):
            return f"`{key}` (line {source.position(place.key[0])[0]})"
    return f"`{key}`"


def origin(config: Config, key: str) -> str:
    """The files that the value of a key comes from, for a configuration that has bases."""
    names = ", ".join(display_path(path) for path in config.origins.get(key, (config.path,)))
    return f"  ({names})" if config.bases else ""
