"""Which sources of COPY and ADD the build context lacks, if it surely is the folder of the Dockerfile."""

import os
import posixpath

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator, NamedTuple, Sequence
from dockerfile_astro_lint.dockerfile.copies import Copy, CopySource
from dockerfile_astro_lint.dockerfile.stage_graph import stages_to_build
from dockerfile_astro_lint.project.build_context import BuildContext
from dockerfile_astro_lint.project.file_kinds import ONBUILD_FILES

if TYPE_CHECKING:
    from dockerfile_astro_lint.project.dockerignore import Pattern
    from dockerfile_astro_lint.project.project import Project


_MAX_LEVELS = 8
"""Folders above that may be the build context."""


_MAX_DEPTH = 64
"""Folders of a path; deeper ones are not looked for."""


_MAX_NAMES, _MAX_COMPARED = 1000, 100
"""Names of a folder that are compared with a missing one, and characters of that."""


_MAX_MISSING = 100
"""Missing sources of a Dockerfile that are looked into."""


class MissingSource(NamedTuple):
    """A source that the build context lacks; `pattern` of .dockerignore excludes it, None if there is no such path."""

    copy: Copy
    source: CopySource
    context: BuildContext
    pattern: "Pattern | None"

    @property
    def message(self) -> str:
        """What is wrong, and the path that may be meant."""
        path = self.source.path
        if self.pattern:
            return f"`{self.context.ignore_name}` excludes `{path}` from the build context, so the build stops here"
        message = f"`{path}` is not in the build context, so the build stops here"
        if _leaves(self.source):
            return f"{message}: paths cannot leave the context"
        folder, _, name = path.rpartition("/")
        names = sorted(self.context.folder.overlay.list(os.path.join(self.context.folder.path, folder)))[:_MAX_NAMES]
        if not names or len(name) > _MAX_COMPARED:
            return message
        from difflib import get_close_matches

        close = get_close_matches(name, names, n=1, cutoff=0.75)
        return f"{message}: did you mean `{posixpath.join(folder, close[0])}`?" if close else message


def missing_sources(project: "Project") -> Sequence[MissingSource]:
    """The literal sources that stop the build; none where another folder may be the build context."""
    context, folder = project.folder_context, project.folder
    if context is None or folder is None or project.final is None:
        return ()
    present: dict[str, bool] = {}
    missing: list[MissingSource] = []
    for copy, source in _literal_sources(project):
        if source.path not in present:
            present[source.path] = _is_there(context, source.path)
        pattern = _excluded_by(context, source.path)
        if (pattern or not present[source.path]) and len(missing) < _MAX_MISSING:
            missing.append(MissingSource(copy, source, context, pattern))
    if not missing:
        return ()
    # A project whose base image would not find its files here may be built in another folder.
    is_built_here = project.onbuild_context is None or not folder.names.isdisjoint(ONBUILD_FILES)
    is_sure = context.ignore_name in folder.names or any(present.values()) or (folder.is_astro and is_built_here)
    absent = {found.source.path for found in missing if not present[found.source.path] and not _leaves(found.source)}
    if not is_sure or any(_is_elsewhere(context, path) for path in absent) or _compose_builds_elsewhere(context):
        return ()
    from dockerfile_astro_lint.project.gitignore import GitIgnore

    git = GitIgnore(folder.path)
    return [
        found
        for found in missing
        if found.pattern or not (_is_in_empty_folder(context, found.source.path) or git.ignores(found.source.path))
        if not _is_reported_at_from(project, found)
    ]


def _literal_sources(project: "Project") -> Iterator[tuple[Copy, CopySource]]:
    """The sources of the stages that are built, without patterns, variables, addresses and the context itself."""
    dockerfile = project.dockerfile
    if project.final is None:
        return
    built = {
        instruction.line.first
        for number in stages_to_build(dockerfile, project.final)
        for instruction in dockerfile.instructions_of(dockerfile.stages[number])
    }
    for _, layer in project.layers("COPY", "ADD", agents=True):
        copy = project.copy_of(layer) if layer.instruction.line.first in built else None
        if copy is None or not copy.from_context:
            continue
        for source in copy.sources:
            text = source.word.text
            is_literal = not any(char in text for char in "*?[$") and source.is_known
            if is_literal and not source.is_url and not text.startswith("git@") and source.path.strip("./"):
                yield copy, source._replace(path=_below(source.path))


def _below(path: str) -> str:
    """A path as the builder reads it, which does not leave the context."""
    while path.startswith("../"):
        path = path[3:]
    return path


def _leaves(source: CopySource) -> bool:
    """Whether a source names a folder above the context, which the builder does not look into."""
    return ".." in source.word.text.split("/")


def _is_there(context: BuildContext, path: str) -> bool:
    folder = context.folder
    if path.count("/") > _MAX_DEPTH or folder.overlay.exists(os.path.join(folder.path, path)):
        return True
    parts = path.split("/")
    # What a broken link points to may be there when the image is built.
    return any(os.path.islink(os.path.join(folder.path, *parts[:end])) for end in range(1, len(parts) + 1))


def _excluded_by(context: BuildContext, path: str) -> "Pattern | None":
    """The pattern of .dockerignore that excludes a path with all that is in it."""
    ignore = context.ignore
    pattern = ignore.deciding(path) if ignore is not None else None
    if ignore is None or pattern is None or pattern.keeps:
        return None
    first = path.partition("/")[0]
    for other in ignore.patterns:
        if other.keeps and (other.text.partition("/")[0] == first or any(char in other.text for char in "*?[")):
            return None  # it may include something below the path again
    return pattern


def _is_elsewhere(context: BuildContext, path: str) -> bool:
    """Whether a missing path is there seen from a folder above, which is then the build context."""
    folder = context.folder.path
    if path.partition("/")[0] == os.path.basename(folder):
        return True
    for _ in range(_MAX_LEVELS):
        above = os.path.dirname(folder)
        if above == folder or context.folder.overlay.exists(os.path.join(folder, ".git")):
            return False
        folder = above
        if context.folder.overlay.exists(os.path.join(folder, path)):
            return True
    return False


def _compose_builds_elsewhere(context: BuildContext) -> bool:
    """Whether a Compose file of the folder builds with another build context."""
    for name in sorted(context.folder.names):
        if name.startswith(("docker-compose", "compose")) and name.endswith((".yml", ".yaml")):
            source = context.text(name)
            for line in source.text.split("\n") if source and "context:" in source.text else ():
                key, _, value = line.strip().partition("context:")
                if not key and value.strip().strip("\"'").rstrip("/") not in ("", "."):
                    return True
    return False


def _is_in_empty_folder(context: BuildContext, path: str) -> bool:
    """Whether a missing path is below an empty folder, such as a submodule that is not checked out."""
    overlay, above = context.folder.overlay, os.path.dirname(path)
    while above and not overlay.is_folder(os.path.join(context.folder.path, above)):
        above = os.path.dirname(above)
    return bool(above) and not overlay.list(os.path.join(context.folder.path, above))


def _is_reported_at_from(project: "Project", found: MissingSource) -> bool:
    """Whether AST504 reports that the base image does not find the file."""
    return project.onbuild_context is not None and found.source.path in ONBUILD_FILES


def context_is_elsewhere(project: "Project") -> bool:
    """Whether the build context must be another folder: a COPY names files that this one does not have."""
    if project.context is None:
        return False
    folder, exists = project.context.folder.path, project.context.folder.overlay.exists
    for _, copy in project.copies():
        for source in copy.sources if copy.from_context else ():
            path = source.word.text.strip("\"'").lstrip("/")
            if any(char in path for char in "*?[$") or source.is_url:
                continue
            # packages.txt or requirements.txt may be what is missing, unless the folder above has it.
            missing_file = path in ONBUILD_FILES and not exists(os.path.join(os.path.dirname(folder), path))
            if not missing_file and not exists(os.path.join(folder, path)):
                return True
    return False
