"""A folder that may hold a project: what is in it, listed once, as the overlay says."""

import os

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Any, Iterator, lazy
from dockerfile_astro_lint.core.display import display_path
from dockerfile_astro_lint.core.files import Overlay, absolute, refuse_link_out
from dockerfile_astro_lint.core.source import decode
from dockerfile_astro_lint.dockerfile.parser import Dockerfile, parse_dockerfile
from dockerfile_astro_lint.project.file_kinds import (
    MANIFEST_NAME,
    SKIPPED_FOLDERS,
    is_credentials,
    is_dockerfile,
    is_python,
)

if TYPE_CHECKING:
    from dockerfile_astro_lint.core.compat import Mapping
    from dockerfile_astro_lint.project.manifest import Manifest


_ASTRO_MARKERS = frozenset(("dags", ".astro", "airflow_settings.yaml"))


_MARKERS = _ASTRO_MARKERS | {"requirements.txt"}


_MAX_FOLDERS = 1000
"""Folders that are kept at a time: thousands would take more memory than all that is found in them."""


_NO_MARKS = dict.fromkeys(map(ord, "._-/"))


_MAX_SEARCHED_FILES = 2000


_MAX_SEARCHED_BYTES = 1 << 24


class Folder:
    """A folder that may hold a project; `shown` is its path as it is printed, empty for the working directory."""

    def __init__(self, path: str, shown: str, overlay: Overlay) -> None:
        self.path, self.shown, self.overlay = path, shown, overlay
        self.contexts: dict[str, Any] = {}
        """The build contexts in use, by the name of their .dockerignore."""

    @lazy
    def names(self) -> frozenset[str]:
        return self.overlay.list(self.path)

    @lazy
    def dockerfiles(self) -> list[str]:
        return sorted(filter(is_dockerfile, self.names))

    @lazy
    def manifest(self) -> "Manifest | None":
        """The pyproject.toml of the folder if it has `[tool.astro]`."""
        if MANIFEST_NAME not in self.names:
            return None
        try:
            path = os.path.join(self.path, MANIFEST_NAME)
            refuse_link_out(path, self.path)
            data = self.overlay.read(path, 1 << 20)
        except (OSError, ValueError):
            return None
        return manifest_of(self.overlay, data, f"{self.shown}/{MANIFEST_NAME}" if self.shown else MANIFEST_NAME)

    @lazy
    def holds_project(self) -> bool:
        """Whether the files below belong to a project that begins here."""
        return _begins_project(self.names) or self.manifest is not None

    def leaves_out(self, below: str) -> bool:
        """Whether a path below the folder is in a virtual environment or another folder that no search enters."""
        *folders, _ = below.split("/")
        above = ["/".join(folders[:end]) for end in range(1, len(folders) + 1)]
        return not SKIPPED_FOLDERS.isdisjoint(folders) or any(
            self.overlay.exists(os.path.join(self.path, folder, "pyvenv.cfg")) for folder in above
        )

    @lazy
    def is_project(self) -> bool:
        """Whether a Dockerfile here builds an image with a project in it."""
        return not self.names.isdisjoint(_MARKERS) or self.manifest is not None

    @lazy
    def is_astro(self) -> bool:
        """Whether the folder itself says Airflow; a requirements.txt is in every Python project."""
        return not self.names.isdisjoint(_ASTRO_MARKERS) or self.manifest is not None

    @lazy
    def _files(self) -> tuple[tuple[str, str], ...]:
        return self.overlay.cache.remembered(lambda: tuple(self._walk()), "files", self.path)

    def _walk(self) -> Iterator[tuple[str, str]]:
        """(path, path below the folder with `/`) of the Python files and credentials of the project, in order."""
        stack = [("", self.path, False)]
        while stack:
            below, path, foreign = stack.pop()
            try:
                entries = self.overlay.scan(path)
            except OSError:
                continue
            names = frozenset([entry.name for entry in entries])
            if "pyvenv.cfg" in names:
                continue  # a virtual environment
            # Another image gets the code of a project below; its credentials are in this image as well.
            foreign = foreign or bool(below and self._begins_project_below(path, names))
            hidden = ".aws/" in f"/{below}"
            folders = []
            for entry in entries:
                if entry.is_symlink():
                    continue
                if entry.is_dir():
                    if entry.name not in SKIPPED_FOLDERS:
                        folders.append((f"{below}{entry.name}/", entry.path, foreign))
                elif is_python(entry.name):
                    if not foreign and entry.is_file():
                        yield entry.path, below + entry.name
                elif (hidden or is_credentials(entry.name.lower())) and entry.is_file():
                    yield entry.path, below + entry.name
            stack.extend(reversed(folders))

    def _begins_project_below(self, path: str, names: frozenset[str]) -> bool:
        if _begins_project(names):
            return True
        return MANIFEST_NAME in names and Folder(path, "", self.overlay).manifest is not None

    def python_files(self) -> Iterator[tuple[str, str]]:
        """(path, path below the folder with `/`) of the project's Python files, in order."""
        return (file for file in self._files if is_python(file[1]))

    def surely_has(self, copied: str) -> bool:
        """Whether the arguments of a COPY or ADD have nothing but plain names of what is here, or of another stage."""
        words = copied.split()
        while words and words[0].startswith("--"):
            if words.pop(0).startswith("--from="):
                return True
        if len(words) < 2 or any(name.endswith(".dockerignore") for name in self.names):
            return False  # one word may be a JSON array
        return all(map(self._is_here, words[:-1]))

    def _is_here(self, word: str) -> bool:
        is_plain = word[0] != "/" and ".." not in word and word.translate(_NO_MARKS).isalnum()
        return word in (".", "./") or (is_plain and self.overlay.exists(os.path.join(self.path, word)))

    def mentions(self, text: bytes, besides: str) -> bool:
        """Whether a file below contains a text, not counting one file of the folder; true where too much is to read."""
        left, budget = _MAX_SEARCHED_FILES, _MAX_SEARCHED_BYTES
        stack = [self.path]
        while stack:
            try:
                entries = self.overlay.scan(stack.pop())
            except OSError:
                continue
            left -= len(entries)
            if left < 0:
                return True
            for entry in entries:
                if entry.is_symlink():
                    continue
                if entry.is_dir():
                    if entry.name not in SKIPPED_FOLDERS:
                        stack.append(entry.path)
                    continue
                if entry.path == os.path.join(self.path, besides) or not entry.is_file():
                    continue
                try:
                    data = self.overlay.read(entry.path, _MAX_SEARCHED_BYTES)
                except (OSError, ValueError):
                    continue
                budget -= len(data)
                if text in data or budget < 0:
                    return True
        return False

    def credentials(self) -> Iterator[str]:
        """What has the name of a file of credentials: paths below the folder."""
        return (below for _, below in self._files if not is_python(below))

    def modules(self, name: str) -> Iterator[str]:
        """The top-level modules of that name on the image's path: paths below the folder, with `/`."""
        for below in (name, f"dags/{name}", f"plugins/{name}", f"include/{name}"):
            path = os.path.join(self.path, below)
            if self.overlay.exists(f"{path}.py"):
                yield f"{below}.py"
            if self.overlay.is_folder(path):
                yield below


def _begins_project(names: frozenset[str]) -> bool:
    return ".astro" in names or (("dags" in names or "requirements.txt" in names) and any(map(is_dockerfile, names)))


class Folders:
    """The folders of an overlay, each listed once."""

    def __init__(self, overlay: Overlay) -> None:
        self._overlay = overlay
        self._known: dict[str, Folder] = {}

    def at(self, path: str) -> Folder:
        """A folder by its path, relative to the working directory or absolute."""
        folder = self._known.get(path)
        if folder is None:
            whole, shown = absolute(path), display_path(path or ".")
            folder = self._known.get(whole) or Folder(whole, "" if shown == "." else shown, self._overlay)
            if len(self._known) > _MAX_FOLDERS:
                self._known.clear()
            self._known[path] = self._known[whole] = folder
        return folder

    def project_of(self, path: str) -> Folder | None:
        """The nearest folder above a file that is a project, None if there is none up to the repository's root."""
        path = os.path.dirname(os.path.abspath(path))
        while True:
            folder = self.at(path)
            if folder.holds_project:
                return folder
            parent = os.path.dirname(path)
            if parent == path or ".git" in folder.names:
                return None
            path = parent


def dockerfile_of(overlay: Overlay, data: bytes, path: str, build_args: "Mapping[str, str]") -> Dockerfile:
    """Parse a Dockerfile, each text once; `path` is the one to print."""
    return overlay.parsed(_parse_dockerfile, data, path, tuple(build_args.items()))


def _parse_dockerfile(data: bytes, path: str, build_args: tuple[tuple[str, str], ...]) -> Dockerfile:
    return parse_dockerfile(decode(data, path), dict(build_args))


def manifest_of(overlay: Overlay, data: bytes, path: str) -> "Manifest | None":
    """Parse the manifest of an Astro CLI v2 project, each text once; None if it is not one."""
    if b"tool" not in data or b"astro" not in data:
        return None
    from dockerfile_astro_lint.project.manifest import parse_manifest

    return overlay.parsed(parse_manifest, data, path)


def manifest_fault(data: bytes) -> str | None:
    """Why a pyproject.toml with a table `[tool.astro]` cannot be read; None if it can be, or has no such table."""
    if b"astro" not in data:
        return None
    from dockerfile_astro_lint.project.manifest import fault

    return fault(data)
