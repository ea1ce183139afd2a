"""What a Runtime image without `-base` does by itself (ONBUILD): files that it needs, steps that repeat it."""

import os
from bisect import bisect_right

from dockerfile_astro_lint.astro.base_image import Base
from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator, NamedTuple, Sequence
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.dockerfile.build_state import AIRFLOW_HOME, ONBUILD_COMMANDS, Layer, resolve
from dockerfile_astro_lint.dockerfile.changed_paths import (
    changed_paths,
    may_change_home,
    overlaps,
    with_folders,
)
from dockerfile_astro_lint.dockerfile.copies import Copy, CopySource, config_files
from dockerfile_astro_lint.dockerfile.parser import Instruction
from dockerfile_astro_lint.project.file_kinds import REQUIREMENTS
from dockerfile_astro_lint.project.project import Project

if TYPE_CHECKING:
    from dockerfile_astro_lint.dockerfile.run_commands import RunCommand
    from dockerfile_astro_lint.project.pip_install import PipInstall


_FOLDERS = ("dags", "plugins", "include", "tests")
"""Folders of every project."""


_CHANGING_SWITCHES = frozenset(
    ("-U", "--upgrade", "--upgrade-strategy", "--force-reinstall", "--no-deps", "--ignore-installed", "-I", "--pre")
)
"""Switches of `pip install` with which a second installation gives another result."""


_OWNERS = frozenset(("astro", "50000", "airflow"))
"""Users of `--chown` as in the ONBUILD step; AST604 reports `airflow` as a wrong name of `astro`."""


_INSTALLING_USERS = _OWNERS | {"root", "0"}
"""Users whose pip installs for all of the image."""


_MAX_FOLDERS = 16
"""Folders that requirements are copied to and whose mentions are searched."""


_MAX_PATHS = 16
"""Places of the requirements file that are followed."""


_READING_COMMANDS = frozenset(("rm", "cat", "ls", "echo", "grep", "head", "test", "[", "chown", "chmod", "wc"))
"""Commands that do not change the content of the files that they name."""


class RepeatedStep(NamedTuple):
    """A step that the base image has already done: it `verb` (copies, installs) the `names`, or `runs it`.

    `removable` are the instructions that can be removed without losing anything else; `copied_by` is the COPY of the
    requirements that are installed.
    """

    step: str
    verb: str
    names: tuple[str, ...]
    span: Span
    removable: tuple[Instruction, ...]
    copied_by: Instruction | None = None


def repeated_steps(project: Project) -> Iterator[RepeatedStep]:
    """The instructions and commands that repeat what the base image does by itself."""
    images = {base.stage.number: _Image(project, base) for base in project.bases if base.onbuild}
    for base, layer in project.layers("COPY", "ADD", "RUN", agents=True):
        if (image := images.get(base.stage.number)) is None:
            continue
        if layer.instruction.keyword == "RUN":
            image.pending.append(layer)
            yield from image.run(layer)
        else:
            copy = project.copy_of(layer)
            if copy:
                yield from image.copy(layer, copy)


class _Image:
    """An image while its instructions run: where the project's requirements file is, and which COPY put it there."""

    def __init__(self, project: Project, base: Base) -> None:
        self.project = project
        self.own = REQUIREMENTS.names[base.image.role == "agent"]
        self.requirements: dict[str, Layer | None] = {f"{AIRFLOW_HOME}/{self.own}": None}
        """By path; None: the base image itself has copied it."""
        self.pending: list[Layer] = []
        """RUNs whose changes are not in `changed` yet."""
        self.changed: set[str] = set()
        """Paths that RUNs have changed, see `with_folders`."""
        self.mentions: dict[str, list[int]] = {}
        """By word: the lines of the instructions that mention it."""

    def copy(self, layer: Layer, copy: Copy) -> Iterator[RepeatedStep]:
        """Follow a COPY or ADD; yield it if it repeats the base image's own."""
        overwritten = [path for path in self.requirements if self.overwrites(copy, path)]
        for path in overwritten:
            del self.requirements[path]
        written = copy.destination.text
        if not copy.from_context:
            return
        if written.startswith("/") and not written.startswith(AIRFLOW_HOME) and "$" not in written:
            texts = [source.word.text for source in copy.sources]
            if not any(text in (".", "./") or "requirements" in text for text in texts):
                return
        repeated = []
        configuring = {word for word, _ in config_files(copy)}
        for source in copy.sources:
            path = source.path
            if not source.is_known or _is_unpacked(copy, source) or ".." in source.word.text.split("/"):
                continue
            if self.project.context is not None and not self.project.context.holds(path):
                continue  # the build stops here
            if self.project.is_missing(copy, source):
                continue  # AST621 reports it
            target = self.landing(copy, source)
            is_own = path in (self.own, ".") or ("*" in path and _matches(self.own, path))
            if target and is_own and len(self.requirements) < _MAX_PATHS:
                self.requirements[target if path == self.own else f"{target.rstrip('/')}/{self.own}"] = layer
            if "requirements" in path and path != self.own:
                continue  # the packages of another Python, mostly
            below = "" if path == "." else os.path.dirname(path) if "*" in path else path
            if source.word in configuring:
                continue  # AST626 reports that Airflow does not read it on Astro
            if target == f"{AIRFLOW_HOME}/{below}".rstrip("/") and not self.has_changed(target):
                repeated.append(source.word)
        if not repeated or {"chmod", "exclude", "parents"} & copy.flags.keys() or is_for_another_user(copy):
            return
        removable = (layer.instruction,) if len(repeated) == len(copy.sources) else ()
        span = layer.instruction.span(repeated[0].start, repeated[-1].end)
        names = tuple(word.text for word in repeated)
        yield RepeatedStep(layer.instruction.keyword_span.text, "copies", names, span, removable)

    def overwrites(self, copy: Copy, path: str) -> bool:
        """Whether a COPY or ADD may put something else in the place of a requirements file."""
        name = path.rpartition("/")[2]
        target = copy.target if copy.target is not None else os.path.dirname(path)
        if "<<" in copy.layer.instruction.value and (target == path or f"<<{name}" in copy.layer.instruction.value):
            return True
        folder = target.rstrip("/") + "/"
        below = path[len(folder) :] if path.startswith(folder) else None
        for source in copy.sources:
            source_name = source.path.rpartition("/")[2]
            if copy.from_context and source.path == self.own:
                continue
            if target == path or (copy.target is None and "requirements" in source_name):
                return True
            if below is not None and self.may_hold(copy, source, below):
                return True
        return False

    def may_hold(self, copy: Copy, source: CopySource, below: str) -> bool:
        """Whether what a source puts below its destination may hold a file that is not the project's own."""
        name = source.path.rpartition("/")[2]
        is_pattern = "*" in name
        if name == below or (is_pattern and _matches(below, name)):
            return not (copy.from_context and is_pattern and "/" not in source.path)
        if _is_unpacked(copy, source) or not copy.from_context:
            # An archive, or a folder of another stage.
            return not source.is_url and (copy.from_context or "." not in name.strip("."))
        return f"{source.path}/{below}" != f"./{self.own}" and self.is_in_context(f"{source.path}/{below}")

    def is_in_context(self, path: str) -> bool:
        """Whether the folder of the project has a file; without a project nothing is known."""
        context = self.project.context
        return context is not None and context.holds(os.path.normpath(path))

    def has_changed(self, path: str) -> bool:
        """Whether a RUN above may have changed or removed a path, or something above or below it."""
        for layer in self.pending:
            if may_change_home(layer.instruction.script):
                self.changed |= with_folders(changed_paths(layer, self.project.commands_of(layer)))
        self.pending.clear()
        return overlaps(path, self.changed)

    def is_needed(self, copy: Copy, install: Instruction) -> bool:
        """Whether an instruction other than an installation may need the file that a COPY puts into the image."""
        folder = os.path.dirname(copy.target or "") if not copy.destination.text.endswith("/") else copy.target
        words = [self.own] if folder in (None, "/", AIRFLOW_HOME) else [self.own, folder]
        for word in words:
            if word not in self.mentions:
                if len(self.mentions) > _MAX_FOLDERS:
                    return True
                self.mentions[word] = [
                    one.line.first
                    for one in self.project.dockerfile.instructions
                    if word in one.script and not (word == "/tmp" and one.keyword == "RUN")
                ]
            lines = self.mentions[word]
            following = lines[bisect_right(lines, copy.layer.instruction.line.first) :][:2]
            if any(line != install.line.first for line in following):
                return True
        return False

    def landing(self, copy: Copy, source: CopySource) -> str | None:
        """The path in the image that a source is copied to: of a file, or of the folder that gets its content."""
        target, path, folder = copy.target, source.path, self.project.folder
        if target is None or path == ".":
            return target
        name = path.rpartition("/")[2]
        if "*" in path:
            return target if "." in name and "*" not in os.path.dirname(path) else None
        in_folder = folder is not None and path.partition("/")[0] in folder.names
        local = os.path.join(folder.path, path) if folder and in_folder else ""
        if (
            path in _FOLDERS
            or (folder and local and folder.overlay.is_folder(local))
            or copy.sources[0].word.text.endswith("/")
        ):
            return target
        written = copy.layer.value(copy.destination.text)
        into_folder = (
            len(copy.sources) > 1
            or written.endswith(("/", "."))
            or target in (AIRFLOW_HOME, *[f"{AIRFLOW_HOME}/{name}" for name in _FOLDERS])
        )
        if into_folder and ("." in name or (folder and local and folder.overlay.is_file(local))):
            return f"{target.rstrip('/')}/{name}"
        return target

    def run(self, layer: Layer) -> Iterator[RepeatedStep]:
        """Follow a RUN; yield its commands that repeat those of the base image."""
        script = layer.instruction.script
        # A file may have another name in the image.
        renamed = {path.rpartition("/")[2] for path in self.requirements} if len(self.requirements) > 1 else ()
        if not any(map(script.__contains__, (self.own, *ONBUILD_COMMANDS, *renamed))):
            return
        from dockerfile_astro_lint.project.pip_install import pip_installs

        commands, is_complete = self.project.script_of(layer)
        for run in commands:
            if run.command.name in ONBUILD_COMMANDS and not run.command.conditional:
                removable = (layer.instruction,) if len(commands) == 1 and is_complete else ()
                yield RepeatedStep(run.command.name, "runs it", (), run.span(run.command.words[0]), removable)
        for path in list(self.requirements):
            name = path.rpartition("/")[2]
            if (name in script and not is_complete) or _may_rewrite(script, commands, name):
                del self.requirements[path]
        if layer.state.user not in _INSTALLING_USERS:
            return
        available = {**self.requirements, **dict.fromkeys(_mounted_paths(layer, self.own))}
        for install in pip_installs(layer, commands):
            if _CHANGING_SWITCHES.isdisjoint(install.switches):
                installed = sorted(available.keys() & {install.path(token) for token in install.files})
                copies = [available[path] for path in installed]
                if installed:
                    copied_by = next(filter(None, copies), None)
                    yield self.repeated_install(install, copied_by, commands, is_complete)

    def repeated_install(
        self, install: "PipInstall", copied_by: Layer | None, commands: "Sequence[RunCommand]", is_complete: bool
    ) -> RepeatedStep:
        instruction, words = install.layer.instruction, install.run.command.words
        removable: tuple[Instruction, ...] = ()
        # What else the RUN does or installs would be lost with it.
        others = [run for run in commands if run is not install.run and not _belongs_to_install(run, self.own)]
        alone = is_complete and not others
        if alone and len(install.files) == 1 and not install.requirements and not install.editable:
            removable = (instruction,)
            copy = self.project.copy_of(copied_by) if copied_by else None
            is_own = copy is not None and len(copy.sources) == 1 and copy.sources[0].word.text.endswith(self.own)
            if copy and is_own and not self.is_needed(copy, instruction):
                removable = (copy.layer.instruction, instruction)
        span = install.run.span(words[0], words[-1])
        copying = copied_by.instruction if copied_by else None
        return RepeatedStep("pip install", "installs", (self.own,), span, removable, copying)


def _is_unpacked(copy: Copy, source: CopySource) -> bool:
    """Whether an ADD downloads or unpacks a source."""
    is_archive = ".tar" in source.path or source.path.endswith((".tgz", ".gz"))
    return copy.layer.instruction.keyword == "ADD" and (source.is_url or is_archive)


def is_for_another_user(copy: Copy) -> bool:
    """Whether a copy belongs to another user than that of the ONBUILD step, or to one that only the build knows."""
    flag = copy.flags.get("chown")
    if flag is None:
        return False
    owner = copy.layer.value(flag.text.partition("=")[2]).partition(":")[0]
    return owner.lower() not in _OWNERS


def _matches(name: str, pattern: str) -> bool:
    from fnmatch import fnmatchcase

    return fnmatchcase(name, pattern)


def _may_rewrite(script: str, commands: "Sequence[RunCommand]", name: str) -> bool:
    """Whether a RUN may change the content of a file with that name."""
    if name not in script:
        return any(run.command.name == "pip-compile" for run in commands)
    import re

    from dockerfile_astro_lint.project.pip_install import pip_install_arguments

    return re.search(rf">\s*[^\s;&|<>]*{re.escape(name)}", script) is not None or any(
        run.command.name not in _READING_COMMANDS
        and pip_install_arguments(run.command) is None
        and any(word.text.endswith(name) for word in run.command.arguments)
        for run in commands
    )


def _belongs_to_install(run: "RunCommand", own: str) -> bool:
    """Whether a command is only there for the `pip install` beside it."""
    name, arguments = run.command.name, [word.text for word in run.command.arguments]
    return name in ("set", "cd") or (
        name == "rm" and all(text.endswith(own) or text.startswith("-") for text in arguments)
    )


def _mounted_paths(layer: Layer, own: str) -> Iterator[str]:
    """The paths where a RUN mounts the project's requirements file, or a folder with it."""
    for fields in layer.instruction.mounts:
        source = os.path.normpath(fields.get("source", fields.get("src", ".")).lstrip("/") or ".")
        target = fields.get("target", fields.get("dst", fields.get("destination", "")))
        path = resolve(target, layer.state.workdir) if target else None
        if path and "from" not in fields and fields.get("type", "bind") == "bind" and source in (".", own):
            yield path if source == own else f"{path.rstrip('/')}/{own}"
