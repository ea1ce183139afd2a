"""Expand command-line paths into targets to lint; explain the unreadable ones."""

import os

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Callable, Iterator, NamedTuple, Sequence
from dockerfile_astro_lint.core.display import display_path
from dockerfile_astro_lint.core.files import explain_os_error
from dockerfile_astro_lint.engine.diagnostics import Failure
from dockerfile_astro_lint.project.file_kinds import MANIFEST, SKIPPED_FOLDERS, is_dockerfile

if TYPE_CHECKING:
    from dockerfile_astro_lint.core.files import Overlay


STDIN = "<stdin>"
"""What a text without a path is called."""


MAX_DOCKERFILE_BYTES = 8 * 1024 * 1024


class Target(NamedTuple):
    """A file to lint, None for a text that has no path; `by_hand` if it was named, not found by a search."""

    path: str | None
    by_hand: bool = True

    @property
    def name(self) -> str:
        """The path to print."""
        return STDIN if self.path is None else display_path(self.path)


Find = Callable[[str], Iterator[str]]
"""The Dockerfiles and manifests below a folder, see `search`."""


Excluder = Callable[[str, frozenset[str]], Callable[[str], bool] | None]
"""For the absolute path of a folder and the names in it: which paths there a search leaves out; None for none."""


def expand_paths(paths: Sequence[str], find: Find) -> tuple[list[Target], list[Failure]]:
    """The targets of all paths, each once, and the folders that cannot be read; a folder is searched with `find`."""
    targets, failures = [], []
    seen: set[str] = set()
    for path in paths:
        by_hand = not os.path.isdir(path)
        try:
            for file in [path] if by_hand else find(path):
                if len(paths) > 1:
                    absolute = os.path.abspath(file)
                    if absolute in seen:
                        continue
                    seen.add(absolute)
                targets.append(Target(file, by_hand))
        except OSError as error:
            failures.append(Failure(display_path(error.filename or path), explain_os_error(error)))
    return targets, failures


def search(folder: str, overlay: "Overlay", excluder: Excluder, gitignore: bool = True) -> Iterator[str]:
    """The Dockerfiles and manifests below a folder, in order; links to folders, and out of this one, are not followed.

    What git ignores is left out, unless the folder itself is ignored: then it was named on purpose.
    """
    from dockerfile_astro_lint.project.gitignore import ignores, rules_above, with_file

    root, start = None, len(os.path.join(folder, ""))
    rules, named_on_purpose = rules_above(folder) if gitignore else (None, True)
    stack = [(folder, os.path.abspath(folder), rules)]
    while stack:
        path, absolute, rules = stack.pop()
        entries = overlay.scan(path)
        names = frozenset([entry.name for entry in entries])
        if not named_on_purpose and ".gitignore" in names:
            rules = with_file(os.path.join(path, ".gitignore"), rules, len(os.path.join(path, "")) - start)
        folders = []
        excluded = excluder(absolute, names)
        for entry in entries:
            name = entry.name
            if entry.is_dir(follow_symlinks=False):
                if name in SKIPPED_FOLDERS or (excluded and excluded(entry.path)):
                    continue
                if not (rules and ignores(rules, entry.path[start:].replace(os.sep, "/"), True)):
                    folders.append((entry.path, os.path.join(absolute, name), rules))
            elif (
                (is_dockerfile(name) or (name in MANIFEST.names and _is_manifest(overlay, entry.path)))
                and entry.is_file()
                and not (excluded and excluded(entry.path))
            ):
                if entry.is_symlink():
                    root = root or os.path.join(os.path.realpath(folder), "")
                    if not os.path.realpath(entry.path).startswith(root):
                        continue
                if not (rules and ignores(rules, entry.path[start:].replace(os.sep, "/"), False)):
                    yield entry.path
        stack.extend(reversed(folders))


def _is_manifest(overlay: "Overlay", path: str) -> bool:
    """Whether a pyproject.toml may be the manifest of an Astro CLI v2 project; parsing it decides."""
    try:
        data = overlay.read(path, 1 << 20)
    except (OSError, ValueError):
        return False
    return b"tool" in data and b"astro" in data
