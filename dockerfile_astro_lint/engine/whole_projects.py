"""Named files that stand for their whole project: a change in one file of a project can cause findings in others."""

import os

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator, Sequence
from dockerfile_astro_lint.engine.targets import Excluder, Target
from dockerfile_astro_lint.project.file_kinds import MANIFEST, MANIFEST_NAME, PYTHON, kind_of
from dockerfile_astro_lint.project.folder import Folder, Folders

if TYPE_CHECKING:
    from dockerfile_astro_lint.core.files import Overlay


def with_projects(targets: Sequence[Target], overlay: "Overlay", excluder: Excluder) -> list[Target]:
    """The targets, and for each named file the Dockerfiles and the manifest of its project, each once.

    They are linted as if a search had found them, so those that `exclude` names are left out. A Python file stands only
    for itself, and a pyproject.toml without `[tool.astro]` for no project.
    """
    folders = Folders(overlay)
    chosen = {os.path.abspath(target.path): target for target in targets if target.path is not None}
    searched: set[str] = set()
    for target in targets:
        folder = _project(target, folders)
        if folder is None or folder.path in searched:
            continue
        searched.add(folder.path)
        for name in _heads(folder, excluder):
            path = os.path.join(folder.path, name)
            # A manifest that was named is linted alone, one that was found together with its project.
            if path not in chosen or name == MANIFEST_NAME:
                chosen[path] = Target(f"{folder.shown}/{name}" if folder.shown else name, False)
    return list(chosen.values())


def _project(target: Target, folders: Folders) -> Folder | None:
    """The project that a named file stands for."""
    if target.path is None or not target.by_hand:
        return None
    kind = kind_of(target.path)
    if kind.linted != "project" or kind is PYTHON:
        return None
    if kind is MANIFEST:
        own = folders.at(os.path.dirname(os.path.abspath(target.path)))
        return own if own.manifest else None
    return folders.project_of(target.path)


def _heads(folder: Folder, excluder: Excluder) -> Iterator[str]:
    """The names of what a project's images are built from."""
    excluded = excluder(folder.path, folder.names)
    for name in (*folder.dockerfiles, *((MANIFEST_NAME,) if folder.manifest else ())):
        path = os.path.join(folder.path, name)
        if folder.overlay.is_file(path) and not (excluded and excluded(path)):
            yield name
