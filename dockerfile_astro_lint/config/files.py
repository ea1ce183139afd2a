"""Find the configuration file of a folder; config/schema.py reads it."""

import os

from dockerfile_astro_lint.core.compat import Any, Callable, Container, Mapping, NamedTuple, Sequence

FILES = ("astro-lint.toml", ".astro-lint.toml", "pyproject.toml", "setup.cfg")


class Config(NamedTuple):
    """A configuration file with its values by key, checked; `path` is empty if there is none.

    `bases` are the files that it extends, the nearest first, and `origins` the files that a value comes from, by key.
    """

    path: str
    folder: str
    values: Mapping[str, Any]
    bases: Sequence[str] = ()
    origins: Mapping[str, Sequence[str]] = {}

    def get(self, key: str, default: Any = None) -> Any:
        return self.values.get(key, default)

    def matches(self, file: str, globs: Sequence[str]) -> bool:
        """Whether globs, relative to this configuration file, match a file by its absolute path."""
        from dockerfile_astro_lint.core.globs import matches_any

        inside = os.path.relpath(file, self.folder).replace(os.sep, "/")
        return not inside.startswith("../") and matches_any(inside, globs)


NONE = Config("", "", {})


def find(folder: str, names: Container[str] | None, load: Callable[[str], Config | None]) -> Config | str:
    """The configuration of a folder, or the folder above that is next to look at, up to the repository's root.

    `names` are those of all that is in the folder, if they are known.
    """
    if names is None:
        try:
            names = os.listdir(folder)
        except OSError:  # what is in a folder may be readable when the folder is not
            names = (*FILES, ".git")
    for name in FILES:
        if name in names and os.path.isfile(path := os.path.join(folder, name)):
            config = load(path)
            if config is not None:
                return config
    parent = os.path.dirname(folder)
    if parent == folder or (".git" in names and os.path.exists(os.path.join(folder, ".git"))):
        return NONE
    return parent
