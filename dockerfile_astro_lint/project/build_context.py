"""The build context: what goes into an image from the folder of its Dockerfile; each file is parsed once."""

import os
import posixpath

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator, lazy
from dockerfile_astro_lint.core.display import display_path
from dockerfile_astro_lint.core.files import MAX_PYTHON_BYTES, explain_os_error, refuse_link_out
from dockerfile_astro_lint.core.source import _BOMS, Source, decoded, make_source

if TYPE_CHECKING:
    from dockerfile_astro_lint.project.dockerignore import DockerIgnore
    from dockerfile_astro_lint.project.folder import Folder
    from dockerfile_astro_lint.project.import_prefilter import ImportQuery
    from dockerfile_astro_lint.project.python_imports import Import, PythonFile
    from dockerfile_astro_lint.project.requirements import Requirements


MAX_TEXT_BYTES = 4 * 1024 * 1024
"""Of .dockerignore, requirements.txt and packages.txt."""


MAX_FILES = 100
"""Requirements files that one names with `-r`, and those that these name."""


def build_context(folder: "Folder", dockerfile: str) -> "BuildContext":
    """The build context of a Dockerfile of a folder, by its name."""
    own = f"{dockerfile}.dockerignore"
    name = own if own in folder.names else ".dockerignore"
    context = folder.contexts.get(name)
    if not isinstance(context, BuildContext):
        context = folder.contexts[name] = BuildContext(folder, name)
    return context


_MAX_SEARCHED = 50
"""Python files that are read to find out whether one imports a provider."""


class BuildContext:
    """The folder as the build of a Dockerfile sees it; shared by Dockerfiles with the same .dockerignore."""

    def __init__(self, folder: "Folder", ignore_name: str) -> None:
        self.folder, self.ignore_name = folder, ignore_name
        self.unread: dict[str, str] = {}
        """The text files that are there and cannot be read, with the reason."""
        self.commented: dict[str, bytes] = {}
        """The Python files with a comment for astro-lint, of those that were searched."""
        self._texts: dict[str, Source | None] = {}
        self._requirements: dict[tuple[str, tuple[int, int] | None], Requirements | None] = {}
        self._required: dict[tuple[str, tuple[int, int] | None], frozenset[str]] = {}
        self._code: dict[tuple[ImportQuery, tuple[int, int], str | None], tuple[PythonFile, ...]] = {}

    @lazy
    def ignore(self) -> "DockerIgnore | None":
        """The .dockerignore; None if there is none, or none that can be read."""
        data = self._read(self.ignore_name)
        if data is None:
            return None
        from dockerfile_astro_lint.project.dockerignore import parse_dockerignore

        return self.folder.overlay.parsed(parse_dockerignore, data, self.shown(self.ignore_name))

    def ignores(self, path: str) -> bool:
        """Whether .dockerignore excludes a path (with `/`, below the folder)."""
        ignore = self.ignore
        return ignore is not None and ignore.ignores(path)

    def holds(self, path: str) -> bool:
        """Whether a file or folder is in the build context; `path` has `/` and may be a pattern with `*`."""
        if path == ".":
            return True
        if "*" in path:
            from fnmatch import fnmatchcase

            above, _, pattern = path.rpartition("/")
            names = self.folder.overlay.list(os.path.join(self.folder.path, above)) if "*" not in above else ()
            found = [f"{above}/{name}".lstrip("/") for name in names if fnmatchcase(name, pattern)]
            return "*" in above or not all(map(self.ignores, found))
        return self.folder.overlay.exists(os.path.join(self.folder.path, path)) and not self.ignores(path)

    def has_module(self, name: str) -> bool:
        """Whether the image gets a top-level module of that name."""
        return any(not self.ignores(below) for below in self.folder.modules(name))

    def shown(self, name: str) -> str:
        """The path to print for a file of the folder."""
        if self.folder.shown.startswith(".."):
            # Seen from a folder of the project: `a.py`, not `../dags/a.py`.
            return display_path(os.path.join(self.folder.path, name))
        return f"{self.folder.shown}/{name}" if self.folder.shown else name

    def _read(self, name: str) -> bytes | None:
        if name.partition("/")[0] not in self.folder.names:
            return None
        path = os.path.join(self.folder.path, name)
        try:
            refuse_link_out(path, self.folder.path)
            return self.folder.overlay.read(path, MAX_TEXT_BYTES)
        except FileNotFoundError:
            return None
        except OSError as error:
            self.unread[self.shown(name)] = explain_os_error(error)
        except ValueError as error:
            self.unread[self.shown(name)] = str(error)
        return None

    def _read_text(self, name: str) -> bytes | None:
        data = self._read(name)
        # A NUL belongs to UTF-16, which pip takes, or to a binary file.
        if data and b"\0" in data[:8192] and not data.startswith(tuple(mark for mark, _ in _BOMS)):
            return None
        return data

    def text(self, name: str) -> Source | None:
        """A text file such as packages.txt; None if it is missing or cannot be read."""
        if name not in self._texts:
            data = self._read_text(name)
            parsed = self.folder.overlay.parsed
            self._texts[name] = None if data is None else parsed(decoded, data, self.shown(name))
        return self._texts[name]

    def requirements(self, name: str, python: tuple[int, int] | None) -> "Requirements | None":
        """A requirements file, its markers evaluated for a Python."""
        key = name, python
        if key not in self._requirements:
            data = self._read_text(name)
            parsed = self.folder.overlay.parsed
            self._requirements[key] = (
                None if data is None else parsed(_parse_requirements, data, self.shown(name), python)
            )
        return self._requirements[key]

    def required(self, name: str, python: tuple[int, int] | None) -> frozenset[str]:
        """The packages of a requirements file, and of the files of the project that it names with `-r`."""
        key = name, python
        if key not in self._required:
            self._required[key] = frozenset().union(*self._named(name, python))
        return self._required[key]

    def _named(self, name: str, python: tuple[int, int] | None) -> Iterator[frozenset[str]]:
        stack, seen = [name], {name}
        while stack:
            one = stack.pop()
            read = self.requirements(one, python)
            if read is None:
                continue
            yield read.names
            for entry in read.entries:
                if entry.kind != "file":
                    continue
                path = posixpath.normpath(posixpath.join(posixpath.dirname(one), entry.name))
                if path not in seen and len(seen) < MAX_FILES:
                    seen.add(path)
                    stack.append(path)

    def refused(self) -> Iterator[tuple[str, str]]:
        """(place, why) of the lines of requirements that pip would refuse."""
        for found in self._requirements.values():
            for entry in found.entries if found else ():
                if entry.kind == "bad":
                    yield f"{found.source.path}:{entry.first}" if found else "", entry.error

    def texts(self) -> Iterator[Source]:
        """The text files that were read."""
        yield from (source for source in self._texts.values() if source)
        yield from (one.source for one in self._requirements.values() if one)
        ignore = self.ignore if self.ignore_name in self.folder.names else None
        if ignore is not None:
            yield ignore.source

    def python_files(self, only: str | None = None) -> Iterator[tuple[str, str]]:
        """(path, path below the folder with `/`) of the Python files that the image gets, in order; `only` is one."""
        files = self.folder.python_files() if only is None else iter([(os.path.join(self.folder.path, only), only)])
        for path, below in files:
            if not (self.ignores(below) or (only and self.folder.leaves_out(below))):
                yield path, below

    def mentions_providers(self, only: str | None = None) -> bool:
        """Whether a Python file may import a provider; true where many files would have to be read to know.

        Small projects without one are spared the tables of providers.
        """
        for number, (path, _) in enumerate(self.python_files(only)):
            if number >= _MAX_SEARCHED or b"providers" in self._bytes_of(path):
                return True
        return False

    def _bytes_of(self, path: str) -> bytes:
        """The bytes of a Python file, empty for one that cannot be read."""
        try:
            return self.folder.overlay.read(path, MAX_PYTHON_BYTES)
        except (OSError, ValueError):
            return b""

    def code(self, query: "ImportQuery", python: tuple[int, int], only: str | None = None) -> "tuple[PythonFile, ...]":
        """The Python files with such imports, and those that may have some but do not parse; `only` is one file."""
        key = query, python, only
        if key not in self._code:

            def search() -> "tuple[tuple[PythonFile, ...], dict[str, bytes]]":
                commented: dict[str, bytes] = {}
                return tuple(self._search(query, python, only, commented)), commented

            folder = self.folder
            # It depends on the Python files and .dockerignore, and on no Dockerfile.
            self._code[key], commented = folder.overlay.cache.remembered(
                search, "code", folder.path, folder.shown, self.ignore_name, key
            )
            self.commented.update(commented)
        return self._code[key]

    def unparsed(self) -> "Iterator[PythonFile]":
        return (file for files in self._code.values() for file in files if file.error)

    def _search(
        self, query: "ImportQuery", python: tuple[int, int], only: str | None, commented: dict[str, bytes]
    ) -> "Iterator[PythonFile]":
        from dockerfile_astro_lint.project.import_prefilter import prefilter

        may_import, target_of = prefilter(query)
        modules = query.removed
        modules |= {"airflow.sdk"} if query.sdk else frozenset()
        modules |= {"airflow.providers"} if query.present is not None else frozenset()
        overlay = self.folder.overlay
        for path, below in self.python_files(only):
            try:
                data = overlay.read(path, MAX_PYTHON_BYTES)
            except ValueError as error:
                from dockerfile_astro_lint.project.python_imports import PythonFile

                yield PythonFile(make_source(self.shown(below), ""), (), str(error))
                continue
            except OSError:
                continue
            if b"astro-lint:" in data:
                commented[self.shown(below)] = data
            if not overlay.cache.recalled(may_import, path, data, query):
                continue
            from dockerfile_astro_lint.project.python_imports import read_imports

            file = overlay.parsed(read_imports, data, self.shown(below), modules, python, target_of(data))
            kept = tuple(one for one in file.imports if _is_wanted(one, query))
            if file.error or kept or file.lost or file.arguments or file.views:
                yield file._replace(imports=kept)


def _parse_requirements(data: bytes, path: str, python: tuple[int, int] | None) -> "Requirements":
    from dockerfile_astro_lint.project.requirements import parse_requirements

    return parse_requirements(decoded(data, path), python)


def _is_wanted(found: "Import", wanted: "ImportQuery") -> bool:
    if wanted.present is None or not found.module.startswith("airflow.providers"):
        return True
    return any(package and package not in wanted.present for package in packages(found))


def packages(found: "Import") -> list[str | None]:
    """The providers that an import needs, by the end of their import (`cncf.kubernetes`); None for an unknown one."""
    from dockerfile_astro_lint.astro.providers import provider_of

    prefix = "airflow.providers"
    below = found.module[len(prefix) :].lstrip(".")
    names = [f"{below}.{name}".lstrip(".") for name in found.names] or [below]
    return [provider_of(name) for name in names]
