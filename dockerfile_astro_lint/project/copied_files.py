"""Which files of an image a COPY or ADD without `--chown` has left to root."""

import os

from dockerfile_astro_lint.core.compat import NamedTuple
from dockerfile_astro_lint.dockerfile.build_state import AIRFLOW_HOME, Layer
from dockerfile_astro_lint.dockerfile.changed_paths import folders_above
from dockerfile_astro_lint.dockerfile.copies import Copy, CopySource
from dockerfile_astro_lint.project.project import Project

_OF_ASTRO = (AIRFLOW_HOME, "/home/astro")
"""Folders that belong to the user `astro`."""


class CopiedFile(NamedTuple):
    """A file in the image, and the COPY that left it to root; `alone`: it is the only file that this COPY copies."""

    path: str
    copy: Copy
    alone: bool


class _Entry(NamedTuple):
    number: int
    copy: Copy
    source: str | None
    """The path in the build context, None where it comes from elsewhere."""
    is_file: bool
    of_root: bool


class CopiedFiles:
    """What the COPYs of a stage have copied so far, by path in the image; the last one counts.

    They are read when a path is asked for, as few RUNs change the modes of files.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self._entries: dict[str, _Entry] = {}
        self._count = 0
        self._unread: list[Layer] = []

    def follow(self, layer: Layer) -> None:
        """Take in a COPY or ADD."""
        self._unread.append(layer)

    def _read(self, layer: Layer) -> None:
        copy = self.project.copy_of(layer) if layer.instruction.keyword in ("COPY", "ADD") else None
        if copy is None or copy.target is None:
            return
        self._count += 1
        of_root = "chown" not in copy.flags
        if not copy.sources:  # a heredoc
            self._entries[copy.target] = _Entry(self._count, copy, None, True, of_root)
        for source in copy.sources:
            if not source.is_known or "*" in source.path or _is_unpacked(copy, source):
                self._entries[copy.target] = _Entry(self._count, copy, None, False, False)
                continue
            name = source.path.rpartition("/")[2]
            kind = self._kind(copy, source)
            below = source.path if copy.from_context and not source.is_url else None
            entry = _Entry(self._count, copy, below, kind == "file", of_root)
            if kind != "folder":
                self._entries[f"{copy.target.rstrip('/')}/{name}"] = entry
            if kind == "folder" or (len(copy.sources) == 1 and not copy.destination.text.endswith(("/", "."))):
                self._entries[copy.target] = entry

    def forget(self) -> None:
        """A RUN as root has changed owners."""
        self._entries.clear()
        self._unread.clear()

    def at(self, path: str, recursive: bool) -> CopiedFile | None:
        """The file at a path, or the folder if all that is in it is changed too, if a COPY has left it to root."""
        for layer in self._unread:
            self._read(layer)
        self._unread.clear()
        found = self._entries.get(path)
        for folder in folders_above(path):
            above = self._entries.get(folder)
            if above and not above.is_file and (found is None or above.number > found.number):
                found = above if not above.of_root or self._holds(above, path[len(folder) + 1 :]) else found
        if found is None or not found.of_root:
            return None
        if self._entries.get(path) is found and not found.is_file and not recursive and _is_of_astro(path):
            return None
        alone = found.is_file and len(found.copy.sources) <= 1
        return CopiedFile(path, found.copy, alone)

    def _holds(self, entry: _Entry, below: str) -> bool:
        """Whether the source of a COPY is a folder with that file in it."""
        context = self.project.folder_context
        if context is None or entry.source is None:
            return False
        path = os.path.join(context.folder.path, entry.source, below)
        return context.folder.overlay.is_file(path)

    def _kind(self, copy: Copy, source: CopySource) -> str:
        """Whether a source is a file or a folder, as far as it is known."""
        if source.word.text.strip("\"'").endswith("/") or source.path == ".":
            return "folder"
        context = self.project.folder_context
        if context is not None and copy.from_context and not source.is_url:
            path = os.path.join(context.folder.path, source.path)
            if context.folder.overlay.is_folder(path):
                return "folder"
            if context.folder.overlay.is_file(path):
                return "file"
        return "file" if "." in source.path.rpartition("/")[2].lstrip(".") else ""


def _is_of_astro(path: str) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in _OF_ASTRO)


def _is_unpacked(copy: Copy, source: CopySource) -> bool:
    """Whether ADD unpacks an archive, whose files keep their owners."""
    return copy.layer.instruction.keyword == "ADD" and (".tar" in source.path or source.path.endswith((".tgz", ".gz")))
