"""Which repository and commit a project is from: read from its `.git`, else from the variables of GitHub or GitLab CI.

git itself is not run, and nothing is read through a link that leads out of the checkout.
"""

import os

from dockerfile_astro_lint.core.compat import Iterable, Mapping, NamedTuple
from dockerfile_astro_lint.core.files import read_file, refuse_link_out
from dockerfile_astro_lint.engine.redaction import redacted_text
from dockerfile_astro_lint.inventory.collect import Row

MAX_NAME = 1000
"""Characters of an address, a name of a branch or a path in `.git`; longer ones are not used."""


_MAX_BYTES = 20 * 1024 * 1024
"""Of a file in `.git`; `packed-refs` has a line for every branch and tag."""


class Origin(NamedTuple):
    """What is known of a folder: its repository without credentials, its commit, and the root of the checkout."""

    repository: str
    commit: str
    root: str


class Searched(NamedTuple):
    """A folder of a repository, empty for the whole of it, of which an inventory has every project."""

    repository: str
    path: str
    time: str


_NOWHERE = Origin("", "", "")


class Origins:
    """The origins of projects; `repository` and `commit`, where given, replace what would be read."""

    def __init__(self, repository: str, commit: str, variables: Mapping[str, str]) -> None:
        self._given = repository, commit
        self._job = _of_job(variables)
        self._folders: dict[str, Origin] = {}

    def add_to(self, row: Row, time: str) -> Row:
        """A project with its repository, the path and commit there, and the time of the inventory."""
        path = os.path.abspath(row.path)
        repository, commit, root = self._origin(path, os.path.dirname(path))
        below = path.removeprefix(root).replace(os.sep, "/") if repository and path.startswith(root) else ""
        return row._replace(repository=repository, repository_path=below, commit=commit, time=time)

    def searched(self, paths: Iterable[str], time: str) -> tuple[Searched, ...]:
        """The folders among the paths in their repositories; of a folder above checkouts, each with a project."""
        found = set()
        for path in map(os.path.abspath, filter(os.path.isdir, paths)):
            repository, _, root = self._origin(path, path)
            inside = os.path.join(path, "")
            if repository and inside.startswith(root):
                found.add(Searched(repository, inside[len(root) : -1].replace(os.sep, "/"), time))
            known = [origin for origin in self._folders.values() if origin.root.startswith(inside)]
            found.update(Searched(self._given[0] or one.repository, "", time) for one in known)
        return tuple(sorted(one for one in found if one.repository))

    def _origin(self, path: str, folder: str) -> tuple[str, str, str]:
        """The repository and commit of a path, and the root of its checkout with a separator at its end."""
        origin, job = self._of_folder(folder), self._job
        if os.path.join(path, "").startswith(os.path.join(job.root, "")) and origin.root in ("", job.root):
            origin = Origin(origin.repository or job.repository, origin.commit or job.commit, origin.root or job.root)
        repository, commit = (given or read for given, read in zip(self._given, origin, strict=False))
        return repository, commit, os.path.join(origin.root or os.getcwd(), "")

    def _of_folder(self, folder: str) -> Origin:
        """The origin of a folder: that of the nearest checkout around it."""
        passed = []
        while folder not in self._folders:
            passed.append(folder)
            above = os.path.dirname(folder)
            if os.path.lexists(os.path.join(folder, ".git")):
                self._folders[folder] = _of_checkout(folder)
            elif above == folder:
                self._folders[folder] = _NOWHERE
            else:
                folder = above
        for one in passed:
            self._folders[one] = self._folders[folder]
        return self._folders[folder]


def repository_name(address: str) -> str:
    """`github.com/acme/sales` for every address of that repository; no login, no query, no `.git`.

    A path stays a path; empty for what cannot be shown on one line.
    """
    address = address.strip()
    if len(address) > MAX_NAME or not address.isprintable():
        return ""
    scheme, mark, rest = address.partition("://")
    if mark:
        rest = rest.partition("?")[0].partition("#")[0].rpartition("@")[2]
        host, _, path = rest.partition("/")
        if scheme.lower() == "file":
            host, path = "", f"/{path}"
        if scheme.lower() not in ("http", "https"):
            host = host.partition(":")[0]
    else:
        # `git@github.com:acme/sales.git`; not `C:\\sales` and not `./a:b`.
        rest = address.rpartition("@")[2]
        host, mark, path = rest.partition(":")
        if not mark or "/" in host or len(host) == 1:
            host, path = "", rest
    start = "/" if not host and path.startswith("/") else ""
    names = [name for name in (host.lower(), *path.split("/")) if name]
    return redacted_text(start + "/".join(names).removesuffix(".git"))


def is_commit(text: str, shortest: int = 40) -> bool:
    """Whether a text is the name of a commit: 40 or 64 hexadecimal digits, or at least `shortest`."""
    return shortest <= len(text) <= 64 and not set(text) - set("0123456789abcdef")


def _of_job(variables: Mapping[str, str]) -> Origin:
    """What the variables of a job say of the folder that it has checked out."""
    repository = variables.get("GITHUB_REPOSITORY", "")
    if repository:
        address = f"{variables.get('GITHUB_SERVER_URL') or 'https://github.com'}/{repository}"
        names = "GITHUB_SHA", "GITHUB_WORKSPACE"
    else:
        address, names = variables.get("CI_PROJECT_URL", ""), ("CI_COMMIT_SHA", "CI_PROJECT_DIR")
    commit, root = (variables.get(name, "") for name in names)
    return Origin(repository_name(address), commit if is_commit(commit) else "", os.path.abspath(root))


def _of_checkout(root: str) -> Origin:
    """What `.git` in a folder says; as much as can be read."""
    folder = _git_folder(root)
    if not folder:
        return Origin("", "", root)
    common = os.path.dirname(os.path.dirname(folder)) if _is_worktree(folder) else folder
    address = _origin_address(_read(common, "config"))
    if address.startswith((".", "/")):
        address = os.path.normpath(os.path.join(root, address))
    return Origin(repository_name(address), _commit(folder, common), root)


def _git_folder(root: str) -> str:
    """The folder with HEAD: `.git`, or where the file `.git` of a worktree or a submodule leads; else empty."""
    path = os.path.join(root, ".git")
    if os.path.islink(path):
        return ""
    if os.path.isdir(path):
        return path
    text = _read(root, ".git").strip()
    if not text.startswith("gitdir:") or len(text) > MAX_NAME:
        return ""
    folder = os.path.realpath(os.path.join(root, text.removeprefix("gitdir:").strip()))
    # Any file can be called `.git`: where it leads must know of it.
    if _is_worktree(folder):
        back = os.path.join(folder, _read(folder, "gitdir").strip())
        return folder if os.path.realpath(back) == os.path.realpath(path) else ""
    above = os.path.dirname(os.path.realpath(root))
    while above != os.path.dirname(above):
        if folder.startswith(os.path.join(above, ".git", "modules", "")):
            return folder
        above = os.path.dirname(above)
    return ""


def _is_worktree(folder: str) -> bool:
    parent, grandparent = os.path.dirname(folder), os.path.dirname(os.path.dirname(folder))
    return os.path.basename(parent) == "worktrees" and os.path.isfile(os.path.join(grandparent, "HEAD"))


def _commit(folder: str, common: str) -> str:
    """The commit of HEAD, looked up in `refs/` and `packed-refs`; empty if it cannot be told."""
    head = _read(folder, "HEAD").strip()
    if head.startswith("ref:"):
        name = head.removeprefix("ref:").strip()
        if not _is_reference(name):
            return ""
        head = _read(common, name).strip()
        if not head:
            packed = f"\n{_read(common, 'packed-refs')}"
            end = packed.find(f" {name}\n")
            head = packed[packed.rfind("\n", 0, end) + 1 : end] if end >= 0 else ""
    return head if is_commit(head) else ""


def _is_reference(name: str) -> bool:
    parts = name.split("/")
    return (
        parts[0] == "refs"
        and len(name) <= MAX_NAME
        and name.isprintable()
        and not set(name) & set("\\:*?[~^ ")
        and not any(part == "" or part.startswith(".") for part in parts)
    )


def _origin_address(config: str) -> str:
    """The first `url` of the remote `origin` in a configuration of git."""
    inside = False
    for line in map(str.strip, config.splitlines()):
        if line.startswith("["):
            section, _, line = line.partition("]")
            kind, _, name = section[1:].strip().partition(" ")
            inside = kind.lower() == "remote" and name.strip() == '"origin"'
            line = line.strip()
        key, equals, value = line.partition("=")
        if inside and equals and key.strip().lower() == "url":
            value = value.strip()
            return value[1:].partition('"')[0] if value.startswith('"') else value.partition(" #")[0].partition(" ;")[0]
    return ""


def _read(folder: str, name: str) -> str:
    """A file below a folder, empty if it cannot be read or is a link that leads out."""
    path = os.path.join(folder, *name.split("/"))
    try:
        refuse_link_out(path, folder)
        return read_file(path, _MAX_BYTES).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""
