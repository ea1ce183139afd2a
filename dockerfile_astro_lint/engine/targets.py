"""Expand command-line paths into targets to lint; explain the unreadable ones."""

import os

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Callable, Iterator, NamedTuple, Sequence
from dockerfile_astro_lint.core.display import display_path, pluralize
from dockerfile_astro_lint.core.files import explain_os_error
from dockerfile_astro_lint.engine.diagnostics import Failure
from dockerfile_astro_lint.project.file_kinds import (
    MANIFEST,
    PYTHON,
    SKIPPED_FOLDERS,
    is_dockerfile,
    is_python,
    kind_of,
)
from dockerfile_astro_lint.project.folder import Folders

if TYPE_CHECKING:
    from dockerfile_astro_lint.core.files import Overlay
    from dockerfile_astro_lint.core.progress import Progress


STDIN = "<stdin>"
"""What a text without a path is called."""


MAX_DOCKERFILE_BYTES = 8 * 1024 * 1024


class Target(NamedTuple):
    """A file to lint, None for a text that has no path.

    `by_hand` if it was named, or is a Python file in a folder that was; not if it was found by a search.
    """

    path: str | None
    by_hand: bool = True

    @property
    def name(self) -> str:
        """The path to print."""
        return STDIN if self.path is None else display_path(self.path)


Find = Callable[[str], Iterator[str]]
"""The Dockerfiles and manifests below a folder, see `search`."""


Excluder = Callable[[str, frozenset[str]], Callable[[str], str] | None]
"""For the absolute path of a folder and the names in it: a function that gives the setting by which a search leaves out
a path there, empty for none; None if it leaves nothing out.
"""


LeftOut = dict[tuple[str, bool], int]
"""How many files and folders a search left out, by setting, and whether they are folders."""


def find_targets(
    paths: Sequence[str],
    overlay: "Overlay",
    excluder: Excluder,
    gitignore: bool = True,
    left_out: LeftOut | None = None,
    skip_unrelated: bool = False,
    whole_project: bool = False,
    progress: "Progress | None" = None,
) -> tuple[list[Target], list[Failure]]:
    """The targets of all paths, as `check` takes them, and the paths that cannot be read or checked."""

    def find(folder: str, python: bool = False) -> Iterator[str]:
        return search(folder, overlay, excluder, gitignore, left_out, python, progress)

    def find_python(folder: str) -> Iterator[str]:
        inside = Folders(overlay).project_of(os.path.join(folder, "x"))
        return find(folder, True) if inside else iter(())

    targets, failures = expand_paths(paths, find, find_python)
    if whole_project:
        from dockerfile_astro_lint.engine.whole_projects import with_projects

        targets = with_projects(targets, overlay, excluder)
    targets, refused = without_unrelated(targets, overlay, skip_unrelated)
    return targets, [*failures, *refused]


def expand_paths(
    paths: Sequence[str], find: Find, find_python: Find | None = None
) -> tuple[list[Target], list[Failure]]:
    """The targets of all paths, each once, and the folders that cannot be read.

    A folder is searched with `find`; if that finds nothing, and the folder is inside a project, with `find_python`.
    """
    targets, failures = [], []
    seen: set[str] = set()
    for path in paths:
        if not path:
            failures.append(Failure("", "a path is empty: name a file or a folder"))
            continue
        by_hand = not os.path.isdir(path)
        files: list[str] = [path] if by_hand else []
        try:
            if not by_hand:
                # What was found before a folder that cannot be read is linted all the same.
                for file in find(path):
                    files.append(file)  # noqa: PERF402
                if find_python is not None and not files:
                    by_hand = True
                    for file in find_python(path):
                        files.append(file)  # noqa: PERF402
        except OSError as error:
            failures.append(Failure(display_path(error.filename or path), explain_os_error(error)))
        for file in files:
            if len(paths) > 1:
                absolute = os.path.abspath(file)
                if absolute in seen:
                    continue
                seen.add(absolute)
            targets.append(Target(file, by_hand))
    return targets, failures


def without_unrelated(
    targets: Sequence[Target], overlay: "Overlay", skip: bool = False
) -> tuple[list[Target], list[Failure]]:
    """The targets without the named files that cannot be judged, and why; with `skip`, without a word.

    These are files whose names say that they are no Dockerfiles, which may hold secrets, and Python files outside
    projects, which have no image.
    """
    kept, failures = [], []
    folders = Folders(overlay)
    for target in targets:
        why = ""
        if target.path is not None and target.by_hand and overlay.is_file(target.path):
            kind = kind_of(target.path)
            if kind.linted == "nowhere":
                why = "by its name not a Dockerfile, so it was not read: name a Dockerfile, or a folder to search"
            elif kind is PYTHON and folders.project_of(target.path) is None:
                why = "not a Dockerfile, and in no Astro project, so there is no image to check it against"
        if not why:
            kept.append(target)
        elif not skip:
            failures.append(Failure(target.name, why))
    return kept, failures


def search(
    folder: str,
    overlay: "Overlay",
    excluder: Excluder,
    gitignore: bool = True,
    left_out: LeftOut | None = None,
    python: bool = False,
    progress: "Progress | None" = None,
) -> Iterator[str]:
    """The Dockerfiles and manifests below a folder, in order; links to folders, and out of this one, are not followed.

    What git ignores is left out, unless the folder itself is ignored: then it was named on purpose. What is left out is
    counted in `left_out`. With `python`, the Python files instead.
    """
    from dockerfile_astro_lint.project.gitignore import ignores, rules_above, with_file

    root, start = None, len(os.path.join(folder, ""))
    rules, named_on_purpose = rules_above(folder) if gitignore else (None, True)
    stack = [(folder, os.path.abspath(folder), rules)]
    try:
        while stack:
            path, absolute, rules = stack.pop()
            if progress:
                progress.step(0, 0, path)
            entries = overlay.scan(path)
            names = frozenset([entry.name for entry in entries])
            if not named_on_purpose and ".gitignore" in names:
                rules = with_file(os.path.join(path, ".gitignore"), rules, len(os.path.join(path, "")) - start)
            folders = []
            if python and "pyvenv.cfg" in names:
                continue  # a virtual environment
            excluded = excluder(absolute, names)
            for entry in entries:
                name = entry.name
                if entry.is_dir(follow_symlinks=False):
                    if name in SKIPPED_FOLDERS:
                        continue
                    setting = excluded(entry.path) if excluded else ""
                    if not setting and rules and ignores(rules, entry.path[start:].replace(os.sep, "/"), True):
                        setting = GITIGNORE
                    if not setting:
                        folders.append((entry.path, os.path.join(absolute, name), rules))
                    elif left_out is not None:
                        left_out[setting, True] = left_out.get((setting, True), 0) + 1
                elif (
                    is_python(name)
                    if python
                    else is_dockerfile(name) or (name in MANIFEST.names and _is_manifest(overlay, entry.path))
                ) and entry.is_file():
                    if entry.is_symlink():
                        root = root or os.path.join(os.path.realpath(folder), "")
                        if not os.path.realpath(entry.path).startswith(root):
                            continue
                    setting = excluded(entry.path) if excluded else ""
                    if not setting and rules and ignores(rules, entry.path[start:].replace(os.sep, "/"), False):
                        setting = GITIGNORE
                    if not setting:
                        yield entry.path
                    elif left_out is not None:
                        left_out[setting, False] = left_out.get((setting, False), 0) + 1
            stack.extend(reversed(folders))
    finally:
        if progress:
            progress.end()


GITIGNORE = ".gitignore"


def left_out_words(left_out: LeftOut) -> str:
    """What a search left out, and by which settings, in words; empty for nothing."""
    return ", ".join(
        f"{pluralize(number, 'folder' if folders else 'file')} by {setting}"
        for (setting, folders), number in sorted(left_out.items())
    )


def _is_manifest(overlay: "Overlay", path: str) -> bool:
    """Whether a pyproject.toml may be the manifest of an Astro CLI v2 project; parsing it decides."""
    try:
        data = overlay.read(path, 1 << 20)
    except (OSError, ValueError):
        return False
    return b"tool" in data and b"astro" in data
