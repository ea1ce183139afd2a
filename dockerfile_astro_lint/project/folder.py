"""A folder that may hold a project: what lies in it, listed once."""

import os

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Any, Iterator, lazy
from dockerfile_astro_lint.core.files import read_file
from dockerfile_astro_lint.project.file_kinds import SKIPPED_FOLDERS, is_dockerfile

if TYPE_CHECKING:
    from dockerfile_astro_lint.project.manifest import Manifest


_ASTRO_MARKERS = frozenset(("dags", ".astro", "airflow_settings.yaml"))


_MARKERS = _ASTRO_MARKERS | {"requirements.txt"}


class Folder:
    """A folder that may hold a project; listed once."""

    def __init__(self, path: str, shown: str, names: frozenset[str] | None = None) -> None:
        self.path, self.shown = path, shown
        if names is not None:
            self.__dict__["names"] = names
        self.contexts: dict[str, Any] = {}
        """The build contexts that something was asked of, by the name of their .dockerignore."""
        self.instead: dict[str, bytes] = {}
        """What stands in for files of the folder, by name."""

    @lazy
    def names(self) -> frozenset[str]:
        try:
            return frozenset(os.listdir(self.path))
        except OSError:
            return frozenset()

    @lazy
    def dockerfiles(self) -> list[str]:
        return sorted(filter(is_dockerfile, self.names))

    @lazy
    def manifest(self) -> "Manifest | None":
        """The pyproject.toml here, where it has `[tool.astro]`."""
        if "pyproject.toml" not in self.names:
            return None
        try:
            data = read_file(os.path.join(self.path, "pyproject.toml"), 1 << 20)
        except (OSError, ValueError):
            return None
        if b"tool" not in data or b"astro" not in data:
            return None
        from dockerfile_astro_lint.project.manifest import parse_manifest

        return parse_manifest(data, f"{self.shown}/pyproject.toml" if self.shown else "pyproject.toml")

    @lazy
    def holds_project(self) -> bool:
        """Whether the files below belong to a project that begins here."""
        names = self.names
        if ".astro" in names or (("dags" in names or "requirements.txt" in names) and self.dockerfiles):
            return True
        return self.manifest is not None

    def leaves_out(self, below: str) -> bool:
        """Whether a path below lies in a virtual environment and the like."""
        *folders, _ = below.split("/")
        above = ["/".join(folders[:end]) for end in range(1, len(folders) + 1)]
        return not SKIPPED_FOLDERS.isdisjoint(folders) or any(
            os.path.exists(os.path.join(self.path, one, "pyvenv.cfg")) for one in above
        )

    @lazy
    def is_project(self) -> bool:
        """Whether a Dockerfile here stands for an image with a project in it."""
        return not self.names.isdisjoint(_MARKERS) or self.manifest is not None

    @lazy
    def is_astro(self) -> bool:
        """Whether the folder itself says Airflow; a requirements.txt is in every Python project."""
        return not self.names.isdisjoint(_ASTRO_MARKERS) or self.manifest is not None

    @lazy
    def _files(self) -> tuple[tuple[str, str], ...]:
        return tuple(self._walk())

    def _walk(self) -> Iterator[tuple[str, str]]:
        """(path, path below the folder with `/`) of the Python files and credentials of the project, in order."""
        from dockerfile_astro_lint.project.credential_files import is_credentials

        stack = [("", self.path, False)]
        while stack:
            below, path, foreign = stack.pop()
            try:
                with os.scandir(path) as listing:
                    entries = sorted(listing, key=lambda entry: entry.name)
            except OSError:
                continue
            names = frozenset([entry.name for entry in entries])
            if "pyvenv.cfg" in names:
                continue  # a virtual environment
            # The code of another project below is its own image's business; its credentials are in this one as well.
            foreign = foreign or bool(below and Folder(path, "", names).holds_project)
            hidden = ".aws/" in f"/{below}"
            folders = []
            for entry in entries:
                if entry.is_symlink():
                    continue
                if entry.is_dir():
                    if entry.name not in SKIPPED_FOLDERS:
                        folders.append((f"{below}{entry.name}/", entry.path, foreign))
                elif entry.name.endswith(".py"):
                    if not foreign and entry.is_file():
                        yield entry.path, below + entry.name
                elif (hidden or is_credentials(entry.name.lower())) and entry.is_file():
                    yield entry.path, below + entry.name
            stack.extend(reversed(folders))

    def python_files(self) -> Iterator[tuple[str, str]]:
        """(path, path below the folder with `/`) of the project's Python files, in order."""
        return (file for file in self._files if file[1].endswith(".py"))

    def credentials(self) -> Iterator[str]:
        """What looks like a file of credentials, by its name: paths below the folder."""
        return (below for _, below in self._files if not below.endswith(".py"))

    def modules(self, name: str) -> Iterator[str]:
        """The top-level modules of that name on the image's path: paths below the folder, with `/`."""
        for below in (name, f"dags/{name}", f"plugins/{name}", f"include/{name}"):
            place = os.path.join(self.path, below)
            if os.path.exists(f"{place}.py"):
                yield f"{below}.py"
            if os.path.isdir(place):
                yield below
