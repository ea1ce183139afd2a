"""Commands of RUNs that only root may run, and that the user `astro` runs: the build stops there."""

import posixpath

from dockerfile_astro_lint.astro.base_image import Base
from dockerfile_astro_lint.core.compat import Iterator, NamedTuple, Sequence
from dockerfile_astro_lint.dockerfile.build_state import Layer, resolve
from dockerfile_astro_lint.dockerfile.run_commands import RunCommand, system_change
from dockerfile_astro_lint.dockerfile.shell_words import Token
from dockerfile_astro_lint.project.copied_files import CopiedFile, CopiedFiles
from dockerfile_astro_lint.project.project import Project

_ASTRO = ("astro", "50000")


ROOT_FOLDERS = frozenset((
    "bin", "boot", "dev", "etc", "home", "lib", "lib64", "media", "mnt", "opt", "proc", "root", "run", "sbin", "srv",
    "sys", "tmp", "usr", "var",
))  # fmt: skip
"""Folders of every image directly below `/`."""


_ALWAYS = ("useradd", "groupadd", "update-ca-certificates")


_ONLY_ROOT = frozenset((*_ALWAYS, "ldconfig", "chown", "mkdir", "chmod", "playwright"))


_LDCONFIG_QUERIES = frozenset(("-p", "--print-cache", "-V", "--version", "-?", "--help"))


_GUARDS = ("id -u", "whoami", "EUID", "sudo", "command -v", "which", "-release", "/etc/debian")
"""What a RUN asks before it installs as root, or with the package manager of this distribution."""


_OWN = {"debian": ("apt-get", "apt", "dpkg"), "ubi9": ("microdnf", "dnf", "yum")}


_ABSENT = {"debian": ("yum", "dnf", "microdnf", "apk"), "ubi9": ("apk",)}
"""Package managers of other systems; AST606 reports those of Debian on UBI 9."""


_IGNORED = ("true", ":", "exit 0")
"""Last commands of a script that let it succeed, whatever happened before."""


_WORDS = ("apt", "dpkg", "dnf", "yum", "install-system-packages", *sorted(_ONLY_ROOT - {"chown", "mkdir"}))
"""One of these is in every RUN with a command that needs root, but for `chown` and `mkdir`."""


class RootCommand(NamedTuple):
    """A command that needs root: its text, its first and last word to report, and the copied files that it changes."""

    run: RunCommand
    text: str
    first: Token
    last: Token
    files: tuple[CopiedFile, ...] = ()


class RootRun(NamedTuple):
    """A RUN of the user `astro` with commands that need root: `installs` change system packages."""

    base: Base
    layer: Layer
    commands: Sequence[RunCommand]
    installs: Sequence[RootCommand]
    others: Sequence[RootCommand]


def root_runs(project: Project) -> Iterator[list[RootRun]]:
    """The RUNs of the user `astro` that need root, those in a row together."""
    numbers = {one.line.first: number for number, one in enumerate(project.dockerfile.instructions)}
    group: list[RootRun] = []
    last = -1
    for run in _runs(project):
        number = numbers[run.layer.instruction.line.first]
        if group and number != last + 1:
            yield group
            group = []
        group.append(run)
        last = number
    if group:
        yield group


def _runs(project: Project) -> Iterator[RootRun]:
    at_root = any(one.keyword == "WORKDIR" and not _is_below_root(one.value) for one in project.dockerfile.instructions)
    if not any(_mentions_root_work(one.script, at_root) for one in project.runs_as_astro):
        return  # without following the instructions
    copied = {base.stage.number: CopiedFiles(project) for base in project.bases}
    above = {base.stage.number: _NamesBelowRoot() for base in project.bases}
    for base, layer in project.layers("RUN", "COPY", "ADD", "WORKDIR"):
        files, named = copied[base.stage.number], above[base.stage.number]
        script = layer.instruction.script
        if layer.instruction.keyword != "RUN":
            files.follow(layer)
        elif _may_need_root(layer):
            commands = project.commands_of(layer)
            installs = list(_installs(base, layer, commands))
            others = [] if _is_ignored(script) else list(_others(layer, commands, files, named))
            if installs or others:
                yield RootRun(base, layer, commands, installs, others)
        elif layer.state.user not in _ASTRO and "chown" in script:
            files.forget()
        named.unread.append(script)


def _is_below_root(workdir: str) -> bool:
    """Whether a WORKDIR is surely not `/`."""
    return workdir[:1] == "/" and workdir[1:2].isalnum() and not any(char in workdir for char in ".$\\`\"'")


def _may_need_root(layer: Layer) -> bool:
    """Whether the user `astro` may run a command that needs root."""
    at_root = layer.state.workdir in (None, "/")
    return layer.state.user in _ASTRO and _mentions_root_work(layer.instruction.script, at_root)


def _mentions_root_work(script: str, at_root: bool) -> bool:
    """Whether a script may have a command that needs root: a search of the words, which spares most the parsing.

    It errs towards yes. `at_root`: it may begin in `/`.
    """
    if any(map(script.__contains__, _WORDS)):
        return True
    if "chown" in script:
        for behind in script.split("chown")[1:]:
            owner = next((word for word in behind.split() if word[0] != "-"), "")
            if owner.partition(":")[0] not in _ASTRO:
                return True
    if "mkdir" in script:
        if at_root or any(map(script.__contains__, _INDIRECT)):
            return True
        for char in ";&|()<>[],`":
            script = script.replace(char, " ")
        return any(word.rstrip("/").count("/") < 2 for word in script.split() if word[0] == "/")
    return False


_INDIRECT = ("cd", "pushd", "$", "/.", "..", "//")
"""One of these is in a script that makes a folder directly below `/` and does not write it as `/name`."""


def _installs(base: Base, layer: Layer, commands: Sequence[RunCommand]) -> Iterator[RootCommand]:
    """The commands that change system packages."""
    script = layer.instruction.script
    for run in commands:
        command = run.command
        if command.name in absent_managers(base) or (command.name in _OWN["debian"] and _system(base) == "ubi9"):
            continue  # the image does not have it
        change = system_change(command)
        is_guarded = (command.conditional or command.caught) and any(guard in script for guard in _GUARDS)
        if change and not command.sudo and not is_guarded:
            yield RootCommand(run, change[0], command.words[0], change[1])


def _system(base: Base) -> str:
    return "" if base.tag is None else "ubi9" if base.tag.has("ubi9") else "debian"


def absent_managers(base: Base) -> Sequence[str]:
    """The package managers that an image does not have, as far as it is known."""
    return _ABSENT.get(_system(base), ())


def own_managers(base: Base) -> Sequence[str]:
    """The package managers that an image has, as far as it is known."""
    return _OWN.get(_system(base), ())


def _others(
    layer: Layer, commands: Sequence[RunCommand], files: CopiedFiles, named: "_NamesBelowRoot"
) -> Iterator[RootCommand]:
    """The commands that need root for another reason, unless their failure is caught."""
    for run in commands:
        command = run.command
        if command.conditional or command.caught or command.sudo:
            continue
        name, words = command.name, command.words
        if name in ("python", "python3", "npx") and "playwright" in [word.text for word in words[1:3]]:
            name = "playwright"
        if name not in _ONLY_ROOT:
            continue
        arguments = [word for word in words[1:] if not word.text.startswith("-")]
        options = [word.text for word in words[1:] if word.text.startswith("-")]
        if name in _ALWAYS or (name == "ldconfig" and _LDCONFIG_QUERIES.isdisjoint(options)):
            yield RootCommand(run, name, words[0], words[0])
        elif name == "chown" and _is_other_owner(arguments, options):
            yield RootCommand(run, f"chown {arguments[0].text}", words[0], arguments[0])
        elif name == "playwright":
            for word in words[1:]:
                if word.text in ("install-deps", "--with-deps"):
                    yield RootCommand(run, f"playwright {word.text}", words[0], word)
        elif name == "mkdir":
            for word in arguments:
                path = _path(layer, run, word)
                if path and path.rfind("/") == 0 and path[1:] not in named:
                    yield RootCommand(run, f"mkdir {path}", words[0], word)
                    break
        elif name == "chmod":
            found = [(word, files.at(path, _is_recursive(options))) for word, path in _operands(layer, run, arguments)]
            changed = [(word, file) for word, file in found if file]
            if changed:
                of_root = tuple([file for _, file in changed if file])
                yield RootCommand(run, "chmod", words[0], changed[0][0], of_root)


def _is_ignored(script: str) -> bool:
    """Whether a script succeeds in any case: `update-ca-certificates; true`."""
    before, _, last = script.rstrip(" \t\n;").rpartition(";")
    return last.strip() in _IGNORED and "set -" not in before


def _is_other_owner(arguments: Sequence[Token], options: Sequence[str]) -> bool:
    """Whether `chown` gives files to a literal user other than `astro`; AST604 reports `airflow`."""
    if len(arguments) < 2 or any(option.startswith("--reference") for option in options):
        return False
    text = arguments[0].text
    user = text.partition(":")[0]
    return bool(user) and arguments[0].literal and "$" not in text and user.lower() not in (*_ASTRO, "airflow")


class _NamesBelowRoot:
    """The names directly below `/` of every image, and those that instructions mention, and may make.

    The instructions are read when a name is asked for, as few RUNs make a folder there.
    """

    def __init__(self) -> None:
        self.names = set(ROOT_FOLDERS)
        self.unread: list[str] = []

    def __contains__(self, name: str) -> bool:
        for script in self.unread:
            for char in "\"',;:=()":
                script = script.replace(char, " ")
            self.names.update(word[1:].partition("/")[0] for word in script.split() if word.startswith("/"))
        self.unread.clear()
        return name in self.names


def _is_recursive(options: Sequence[str]) -> bool:
    return any(option == "--recursive" or (option[:2] != "--" and "R" in option) for option in options)


def _operands(layer: Layer, run: RunCommand, arguments: Sequence[Token]) -> Iterator[tuple[Token, str]]:
    """The paths that `chmod` changes."""
    for word in arguments[1:]:
        path = _path(layer, run, word)
        if path:
            yield word, path


def _path(layer: Layer, run: RunCommand, word: Token) -> str | None:
    """The absolute path that a word names; None where unknown, also of a pattern."""
    folder = run.command.folder
    if folder is None or any(char in word.text for char in "*?[{~`") or "$(" in word.text:
        return None
    workdir = resolve(layer.value(folder), layer.state.workdir) if folder else layer.state.workdir
    path = resolve(word.text if word.literal else layer.value(word.text), workdir)
    return posixpath.normpath(path) if path else None
