"""What a config says, and where it is looked for; reading one is `config_file`'s."""

import os

from dockerfile_astro_lint.core.compat import Any, Callable, Container, Mapping, NamedTuple, Sequence

FILES = ("astro-lint.toml", ".astro-lint.toml", "pyproject.toml", "setup.cfg")


class Config(NamedTuple):
    """What a config file says; `path` is empty where there is none. `values` are by key, checked."""

    path: str
    folder: str
    values: Mapping[str, Any]

    def get(self, key: str, default: Any = None) -> Any:
        return self.values.get(key, default)

    def matches(self, file: str, globs: Sequence[str]) -> bool:
        """Whether a file, by its absolute path, is one of those that globs relative to this config name."""
        from dockerfile_astro_lint.core.globs import matches_any

        inside = os.path.relpath(file, self.folder).replace(os.sep, "/")
        return not inside.startswith("../") and matches_any(inside, globs)


NONE = Config("", "", {})


def find(folder: str, names: Container[str] | None, load: Callable[[str], Config | None]) -> Config | str:
    """The config of a folder, or else the folder whose config holds: one goes up to the repository's root.

    `names` are those of all that is in the folder, where that is known.
    """
    if names is None:
        try:
            names = os.listdir(folder)
        except OSError:  # a folder may be closed to us, and what lies in it is not
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
