"""Paths -> what to lint: which names are Dockerfiles, which files belong to a project, and where its root is."""

import os

from dockerfile_astro_lint.core.compat import Callable, Iterator
from dockerfile_astro_lint.core.display import display_path
from dockerfile_astro_lint.core.files import read_file
from dockerfile_astro_lint.project.file_kinds import SKIPPED_FOLDERS, is_dockerfile
from dockerfile_astro_lint.project.folder import Folder

MAX_FOLDERS = 1000
"""Folders that are remembered at a time: thousands would take more memory than all that is found in them."""


MAX_LISTED = 50_000
"""Folders of a search, and names in them, that are remembered until the files there are linted."""


class Folders:
    """The folders of a run, each listed once."""

    def __init__(self) -> None:
        self._known: dict[str, Folder] = {}
        self._roots: tuple[str, ...] = ()
        self._listed: dict[str, frozenset[str]] = {}
        self._listings: dict[frozenset[str], frozenset[str]] = {}
        self._room = MAX_LISTED

    def listed(self, path: str, names: frozenset[str]) -> None:
        """Take what a search has seen in a folder, by its path as the search has it: so it need not be listed again."""
        if self._room > 0:
            known = self._listings.get(names)
            if known is None:  # of thousands of folders many hold nothing but a Dockerfile
                known = self._listings[names] = names
                self._room -= len(names)
            self._listed[path] = known
            self._room -= 1

    def search_below(self, path: str) -> None:
        """Folders below this one are told from it."""
        self.at(path)
        self._roots += (os.path.join(path, ""),)

    def at(self, path: str) -> Folder:
        """A folder by its path, from here or absolute."""
        found = self._known.get(path)
        if found is None:
            head, tail = os.path.split(path)
            parent = self._known.get(head) or (self.at(head) if head.startswith(self._roots) else None)
            if tail in ("", ".", ".."):
                parent = None
            if parent:  # saves asking the system again and again where it is
                absolute, name = f"{parent.path}{os.sep}{tail}", f"{parent.shown}/{tail}" if parent.shown else tail
            else:
                absolute, name = os.path.abspath(path), display_path(path or ".")
            names = self._listed.pop(path, None) if self._listed else None
            known = self._known.get(absolute) or Folder(absolute, "" if name == "." else name, names)
            if len(self._known) > MAX_FOLDERS:  # a search has gone on by now; what lies above is still asked for
                above = [one for one in self._known.items() if path.startswith(one[0]) or absolute.startswith(one[0])]
                self._known = dict(above)
            found = self._known[path] = self._known[absolute] = known
        return found


OnListed = Callable[[str, frozenset[str]], object]
"""Is told the path of a folder, and the names of all that is in it."""


Excluder = Callable[[str, frozenset[str]], Callable[[str], bool] | None]
"""For an absolute path of a folder, and the names in it: which paths there a search leaves out; None for none."""


def search(folder: str, excluder: Excluder, gitignore: bool = True, listed: OnListed | None = None) -> Iterator[str]:
    """The Dockerfiles below a folder, in order; links to folders, and out of this one, are not followed.

    What git ignores is left out, unless the folder itself is ignored: then it was named on purpose. `listed` is told
    of the folders that have one.
    """
    from dockerfile_astro_lint.engine.gitignore import ignores, rules_above, with_file

    root, start = None, len(os.path.join(folder, ""))
    rules, named_on_purpose = rules_above(folder) if gitignore else (None, True)
    stack = [(folder, os.path.abspath(folder), rules)]
    while stack:
        path, absolute, rules = stack.pop()
        with os.scandir(path) as listing:
            entries = {entry.name: entry for entry in listing}
        names = frozenset(entries)
        told = listed is None
        if not named_on_purpose and ".gitignore" in names:
            rules = with_file(os.path.join(path, ".gitignore"), rules, len(os.path.join(path, "")) - start)
        folders = []
        excluded = excluder(absolute, names)
        for name in sorted(entries):
            entry = entries[name]
            if entry.is_dir(follow_symlinks=False):
                if name in SKIPPED_FOLDERS or (excluded and excluded(entry.path)):
                    continue
                if not (rules and ignores(rules, entry.path[start:].replace(os.sep, "/"), True)):
                    folders.append((entry.path, os.path.join(absolute, name), rules))
            elif (
                (is_dockerfile(name) or _is_manifest(entry))
                and entry.is_file()
                and not (excluded and excluded(entry.path))
            ):
                if entry.is_symlink():
                    root = root or os.path.join(os.path.realpath(folder), "")
                    if not os.path.realpath(entry.path).startswith(root):
                        continue
                if not (rules and ignores(rules, entry.path[start:].replace(os.sep, "/"), False)):
                    if listed is not None and not told:
                        told = True
                        listed(path, names)
                    yield entry.path
        stack.extend(reversed(folders))


def _is_manifest(entry: "os.DirEntry[str]") -> bool:
    """Whether a file is the manifest of an Astro CLI v2 project, as far as a look tells."""
    if entry.name != "pyproject.toml" or not entry.is_file():
        return False
    try:
        data = read_file(entry.path, 1 << 20)
    except (OSError, ValueError):
        return False
    return b"tool" in data and b"astro" in data


def project_of(path: str, folder: Callable[[str], Folder]) -> Folder | None:
    """The nearest folder going up from a file that is a project, None where there is none."""
    path = os.path.dirname(os.path.abspath(path))
    while True:
        found = folder(path)
        if found.holds_project:
            return found
        parent = os.path.dirname(path)
        if parent == path or ".git" in found.names:
            return None
        path = parent
