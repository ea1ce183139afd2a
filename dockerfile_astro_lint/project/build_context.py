"""The build context: what goes into an image from the folder of its Dockerfile; each file is parsed once."""

import os
import posixpath

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Callable, Iterator, NamedTuple, lazy
from dockerfile_astro_lint.core.display import display_path
from dockerfile_astro_lint.core.files import MAX_PYTHON_BYTES, explain_os_error, refuse_link_out
from dockerfile_astro_lint.core.source import _BOMS, Source, decoded, make_source

if TYPE_CHECKING:
    from dockerfile_astro_lint.project.dockerignore import DockerIgnore
    from dockerfile_astro_lint.project.folder import Folder
    from dockerfile_astro_lint.project.lost_names import ProviderPins, Target
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


class ImportQuery(NamedTuple):
    """Which imports to look for: modules that the image's Python lacks, `airflow.sdk`, and providers other than the
    `present` ones, by the end of their import (`cncf.kubernetes`); None for no providers. `target` is what names and
    arguments are looked up for.
    """

    removed: frozenset[str]
    sdk: bool
    present: frozenset[str] | None
    target: "Target"


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
        found: frozenset[str] = frozenset()
        stack, seen = [name], {name}
        while stack:
            one = stack.pop()
            read = self.requirements(one, python)
            found |= read.names if read else frozenset()
            for entry in read.entries if read else ():
                path = posixpath.normpath(posixpath.join(posixpath.dirname(one), entry.name))
                if entry.kind == "file" and path not in seen and len(seen) < MAX_FILES:
                    seen.add(path)
                    stack.append(path)
        return found

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

    def code(self, query: ImportQuery, python: tuple[int, int], only: str | None = None) -> "tuple[PythonFile, ...]":
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
        self, query: ImportQuery, python: tuple[int, int], only: str | None, commented: dict[str, bytes]
    ) -> "Iterator[PythonFile]":
        may_import, target_of = _prefilter(query)
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


def _is_wanted(found: "Import", wanted: ImportQuery) -> bool:
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


_IN_WORDS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"


_WORDS = bytes(code if code in _IN_WORDS else 32 for code in range(256))
"""For `bytes.translate`: a space for each byte that is not in a word."""


def _may_import_one(
    data: bytes, names: frozenset[bytes], partial: frozenset[bytes], leads_to: Callable[[bytes, bytes, bytes], bool]
) -> bool:
    """Whether a line with an import has one of these names; `re` would take longer to load and to search.

    `partial` are modules that lack some names: `leads_to` (module, line, data) decides.
    """
    watched = names | partial
    at = data.find(b"import")
    while at >= 0:
        start = data.rfind(b"\n", 0, at) + 1
        end = data.find(b"\n", at)
        line = data[start : end if end >= 0 else len(data)]
        # The name may be on another line, before or after this one.
        spread = b"import_" in line or b"__import" in line or line.rstrip(b"\r").endswith(b"\\")
        if spread or data[max(start - 3, 0) : start].rstrip(b"\r\n").endswith(b"\\"):
            found = watched.intersection(data.translate(_WORDS).split())
            return not found.isdisjoint(names) or any(leads_to(word, b"", data) for word in found)
        for word in watched.intersection(line.translate(_WORDS).split()):
            if word in names or leads_to(word, line, data):
                return True
        at = data.find(b"import", start + len(line))
    return False


def _prefilter(wanted: ImportQuery) -> "tuple[Callable[[bytes], bool], Callable[[bytes], Target]]":
    """Whether bytes may have such an import, and what names in them have to be looked up for: a search that costs next
    to nothing compared with parsing.
    """
    removed = frozenset([name.encode() for name in wanted.removed])
    partial, leads_to = _stdlib_prefilter(wanted)
    uses_airflow = None
    if wanted.target.airflow:
        from dockerfile_astro_lint.project.lost_names import airflow_prefilter

        uses_airflow = airflow_prefilter(wanted.target.airflow)

    def may_import(data: bytes) -> bool:
        # A UTF-16 file would hide the names, but Python does not read such a file either.
        if _may_import_one(data, removed, partial, leads_to):
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

    def target_of(data: bytes) -> "Target":
        target = wanted.target
        if not (uses_airflow and b"airflow" in data and uses_airflow(data)):
            target = target._replace(airflow=None)
        if target.providers and not (b"providers" in data and _names_lost_of(target.providers, data)):
            target = target._replace(providers=None)
        if target.python and not _may_import_one(data, frozenset(), partial, leads_to):
            target = target._replace(python=None)
        return target

    return may_import, target_of


def _names_lost_of(pins: "ProviderPins", data: bytes) -> bool:
    """Whether bytes have a name that providers lack in the releases which will be installed."""
    from dockerfile_astro_lint.project.provider_versions import lost_provider_names

    return any(name.rpartition(".")[2].encode() in data for name in lost_provider_names(pins))


def _stdlib_prefilter(wanted: ImportQuery) -> "tuple[frozenset[bytes], Callable[[bytes, bytes, bytes], bool]]":
    if wanted.target.python is None:
        return frozenset(), lambda word, line, data: False
    from dockerfile_astro_lint.project.lost_names import stdlib_prefilter

    return stdlib_prefilter(wanted.target.python)
