"""Lint targets as the overlay says: which project a file belongs to, and which rules apply to it."""

import os

from dockerfile_astro_lint.astro.image import may_name_astro_image
from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Any, Callable, NamedTuple, Sequence
from dockerfile_astro_lint.core.display import display_path
from dockerfile_astro_lint.core.errors import ConfigError
from dockerfile_astro_lint.core.files import MAX_PYTHON_BYTES, Overlay, explain_os_error, refuse_link_out
from dockerfile_astro_lint.core.source import encode
from dockerfile_astro_lint.dockerfile.parser import parse_dockerfile
from dockerfile_astro_lint.engine.diagnostics import Failure, Report, Result, make_report, merged
from dockerfile_astro_lint.engine.rule_filter import relevant_rules
from dockerfile_astro_lint.engine.rule_runner import run_rules
from dockerfile_astro_lint.engine.settings import LintSettings, SettingsFor
from dockerfile_astro_lint.engine.targets import MAX_DOCKERFILE_BYTES, STDIN, Target
from dockerfile_astro_lint.project.file_kinds import MANIFEST, MANIFEST_NAME, PYTHON, is_dockerfile, kind_of
from dockerfile_astro_lint.project.folder import Folder, Folders, dockerfile_of, manifest_fault, manifest_of
from dockerfile_astro_lint.project.project import Project, ProjectSettings
from dockerfile_astro_lint.rules.authoring import Rule
from dockerfile_astro_lint.rules.selection import FORBIDDEN_IGNORE, UNUSED_IGNORE

if TYPE_CHECKING:
    from dockerfile_astro_lint.core.progress import Progress
    from dockerfile_astro_lint.engine.as_if import Retarget


MAX_PROJECTS = 64

WORTH = 128
"""Targets for each process: with fewer, starting one costs more than it saves."""


class _Built(NamedTuple):
    """A Dockerfile with its project and settings; with `--as-if`, as it would be, and how to get back."""

    project: Project
    settings: LintSettings
    retarget: "Retarget | None" = None


Linted = tuple[Result, Project | None]
"""A result, and the project of a Dockerfile or manifest that was linted."""


def lint(
    targets: Sequence[Target],
    settings_for: SettingsFor,
    overlay: Overlay | None = None,
    processes: int | None = None,
    progress: "Progress | None" = None,
) -> Report:
    """Lint targets as an overlay says, each with its effective settings; `processes` is by default what wins."""
    return make_report(lint_each(targets, settings_for, overlay, processes=processes, progress=progress))


def lint_target(linter: "Linter", target: Target) -> Result:
    """What `lint_each` does with a target by default."""
    return linter.lint(target)[0]


def lint_each(
    targets: Sequence[Target],
    settings_for: SettingsFor,
    overlay: Overlay | None = None,
    do: "Callable[[Linter, Target], Any]" = lint_target,
    processes: int | None = None,
    progress: "Progress | None" = None,
) -> list[Any]:
    """Do something with each target, in their order; `do` is a function of a module, for another process to find."""
    if processes is None and len(targets) >= 2 * WORTH:
        from dockerfile_astro_lint.core import workers

        processes = min(len(targets) // WORTH, workers.cores())
    if processes is not None and processes > 1:
        from dockerfile_astro_lint.engine.parallel import lint_in_processes

        return lint_in_processes(targets, settings_for, overlay or Overlay(), do, processes, progress)
    linter = Linter(settings_for, overlay)
    return [do(linter, target) for target in (progress.over(targets) if progress else targets)]


class Linter:
    """Lints files one by one; keeps what it has read, and nothing of what it has found.

    `dockerfile` is the Dockerfile to check project files against, instead of those of their project.
    """

    def __init__(
        self, settings_for: SettingsFor, overlay: Overlay | None = None, dockerfile: str | None = None
    ) -> None:
        self._settings_for, self.overlay, self._dockerfile = settings_for, overlay or Overlay(), dockerfile
        self._folders = Folders(self.overlay)
        self._built: dict[str, tuple[_Built | None, Result]] = {}

    def over(self, path: str | None, data: bytes | None) -> "Linter":
        """The same linter with other bytes in a file, None for no others."""
        if data is None:
            return self
        return Linter(self._settings_for, self.overlay.with_bytes(path, data), self._dockerfile)

    def lint(self, target: Target) -> Linted:
        """Lint a file, whatever it is."""
        path, by_hand = target
        if path is not None:
            kind = kind_of(path)
            if kind is MANIFEST and not by_hand:
                return self._lint_manifest(path, None, None)
            if by_hand and kind.linted == "project":
                return self._lint_project_file(path)
        head, tail = os.path.split(path or STDIN)
        folder = self._folders.at(head) if path is not None else None
        data = self._read(os.path.join(folder.path, tail) if folder else None)
        if isinstance(data, Failure):
            return _unchecked(data._replace(path=target.name)), None
        shown = f"{folder.shown}/{tail}" if folder and folder.shown else tail
        return self._lint_dockerfile(data, shown, folder, by_hand or folder is None)

    def _lint_dockerfile(self, data: bytes, path: str, folder: Folder | None, by_hand: bool) -> Linted:
        """Lint a Dockerfile with the project that goes into its image; without a folder there is none."""
        if b"\0" in data[:8192]:
            return _unchecked(Failure(path, "a binary file, not a Dockerfile")), None
        result = Result(files=(path,))
        settings = self._settings("" if folder is None else path)
        if isinstance(settings, Failure):
            return _unchecked(settings, path), None
        if folder and not by_hand and _is_foreign(data, settings.settings) and not folder.is_astro:
            return result, None
        built = self._build(data, path, folder, settings)
        if isinstance(built, Failure):
            return _unchecked(built, path), None
        project, _, retarget = built
        if settings.as_if and not retarget:
            from dockerfile_astro_lint.engine.moves import not_moved

            return result._replace(moves=(not_moved(path, project),) if is_relevant(project) else ()), None
        rules = settings.rules
        if not is_relevant(project):
            is_checked = by_hand or _has_misspelt_from(project)
            rules = tuple(rule for rule in rules if is_checked and rule.any_dockerfile)
        result = self._run(built, rules)
        if len(project.dockerfile.stages) > 1 and not retarget:
            from dockerfile_astro_lint.engine.fix_safety import without_conflicting_fixes

            result = without_conflicting_fixes(result, project.dockerfile)
        return result._replace(files=(path,)), project

    def _lint_project_file(self, path: str) -> Linted:
        """Lint one file of a project against its Dockerfiles."""
        if not self.overlay.is_file(path):
            data = self._read(path)
            return _unchecked(data) if isinstance(data, Failure) else Result(), None
        own, kind = display_path(path), kind_of(path)
        result = Result(files=(own,))
        folder = self._folders.at(os.path.dirname(self._dockerfile)) if self._dockerfile else None
        folder = folder or self._folders.project_of(path)
        if folder is None:
            # A manifest that cannot be read makes no project.
            return (merged([result, self._lint_manifest(path, own, None)[0]]) if kind is MANIFEST else result), None
        try:
            refuse_link_out(os.path.abspath(path), folder.path)
        except OSError as error:
            return _unchecked(Failure(own, explain_os_error(error))), None
        data = self._read(path, MAX_PYTHON_BYTES)
        if isinstance(data, Failure):
            return _unchecked(data, own), None
        if kind is MANIFEST:
            of_manifest, project = self._lint_manifest(path, own, None)
            return merged([result, of_manifest]), project
        results = [result]
        below = None
        if kind is PYTHON:
            below = os.path.relpath(os.path.abspath(path), folder.path).replace(os.sep, "/")
            if folder.manifest and not self._dockerfile:
                results.append(self._lint_manifest(os.path.join(folder.path, MANIFEST_NAME), own, below)[0])
        for name in [os.path.basename(self._dockerfile)] if self._dockerfile else folder.dockerfiles:
            built, failed = self._build_at(os.path.join(folder.path, name), folder)
            results.append(failed)
            if built and built.project.bases:
                results.append(self._lint_within(built, own, below))
        result = merged(results)
        return result._replace(unchecked=(*result.unchecked, own)) if result.failures else result, None

    def _lint_within(self, built: _Built, only: str | None, python_file: str | None, python: bool = False) -> Result:
        """Run rules over a project for one of its files; `python`: only the rules for Python files."""
        project = built.project
        rules = built.settings.rules
        if python_file is not None or python:
            rules = tuple(rule for rule in rules if rule.python or rule.code in (UNUSED_IGNORE, FORBIDDEN_IGNORE))
        if python_file is not None:
            if project.folder is None:
                return Result()  # without the project a Python file says nothing
            project = Project(project.dockerfile, project.settings, project.folder, project.manifest, None, python_file)
        return self._run(built._replace(project=project), rules, only)

    def _lint_manifest(self, path: str, only: str | None, python_file: str | None) -> Linted:
        """Lint a v2 manifest with its project; `only` keeps the diagnostics of one file, or of one Python file."""
        data, name = self._read(path), display_path(path)
        if isinstance(data, Failure):
            return _unchecked(data), None
        manifest = manifest_of(self.overlay, data, name)
        settings = self._settings(name)
        if isinstance(settings, Failure):
            return _unchecked(settings, name), None
        if manifest is None:
            return _unchecked(Failure(name, why)) if (why := manifest_fault(data)) else Result(), None
        if python_file is not None and not settings.use_project:
            return Result(), None  # without the project a Python file says nothing
        folder = self._folders.at(os.path.dirname(path))
        results = [Result(files=(name,))]
        retarget = declared = None
        if settings.as_if and manifest.runtime:
            from dockerfile_astro_lint.engine.as_if import retarget_manifest

            retarget = retarget_manifest(manifest, settings.as_if)
            after = retarget and manifest_of(self.overlay, encode(retarget.after.text, False), name)
            if retarget and after:
                manifest, retarget = after, retarget._replace(after=after.source)
        if manifest.dockerfile:
            at = os.path.normpath(os.path.join(folder.path, manifest.dockerfile.text))
            if at.startswith(os.path.join(folder.path, "")) and self.overlay.is_file(at):
                declared, failed = self._build_at(at, folder)
                results.append(failed)
            if declared and (os.path.dirname(at) != folder.path or not is_dockerfile(os.path.basename(at))):
                # No search would find it together with this project.
                results.append(self._lint_within(declared, only, python_file, python=True))
        project = Project(
            parse_dockerfile(manifest.source._replace(text="", starts=(0,)), {}),
            settings.settings,
            folder if settings.use_project else None,
            manifest,
            declared.project if declared else None,
            python_file,
        )
        moved = retarget.with_move(name, project, settings.as_if or "") if retarget else None
        if isinstance(moved, Failure):
            return _unchecked(moved), None
        with_python = manifest.runtime is not None
        rules = tuple(
            rule for rule in settings.rules
            if (rule.manifest and python_file is None) or (rule.python and with_python) or rule.code == UNUSED_IGNORE
        )  # fmt: skip
        results.append(self._run(_Built(project, settings, moved), rules, only))
        return merged(results), project

    def _run(self, built: _Built, rules: Sequence[Rule], only: str | None = None) -> Result:
        """Run rules over a project; what they find in a retargeted file is mapped back."""
        project, settings, retarget = built
        result = run_rules(project, relevant_rules(rules, project), rules, settings, only)
        if retarget:
            from dockerfile_astro_lint.engine.as_if import mapped_back

            result = mapped_back(result, retarget)
        return result

    def _build_at(self, path: str, folder: Folder) -> tuple[_Built | None, Result]:
        """A Dockerfile of a folder with its project, and what kept it from being read; each is built once."""
        if path not in self._built:
            if len(self._built) >= MAX_PROJECTS:
                self._built.clear()
            self._built[path] = self._built_now(path, folder)
        return self._built[path]

    def _built_now(self, path: str, folder: Folder) -> tuple[_Built | None, Result]:
        if not self.overlay.is_file(path):
            return None, Result()
        name, data = display_path(path), self._read(path)
        if isinstance(data, Failure):
            return None, _unchecked(data)
        if b"\0" in data[:8192]:
            return None, Result()
        settings = self._settings(name)
        built = settings if isinstance(settings, Failure) else self._build(data, name, folder, settings)
        return (None, _unchecked(built, name)) if isinstance(built, Failure) else (built, Result())

    def _build(self, data: bytes, path: str, folder: Folder | None, settings: LintSettings) -> _Built | Failure:
        """The project of a Dockerfile, with `--as-if` that of the retargeted one."""
        of_project = settings.settings
        dockerfile = dockerfile_of(self.overlay, data, path, of_project.build_args)
        if of_project.target is not None and dockerfile.find_stage(of_project.target) is None:
            names = ", ".join(stage.name.text for stage in dockerfile.stages if stage.name) or "none has a name"
            return Failure(path, f"no stage is called `{of_project.target}` (stages: {names})")
        used = folder if settings.use_project else None
        project = Project(dockerfile, of_project, used)
        if not settings.as_if or project.final_base is None:
            return _Built(project, settings)
        from dockerfile_astro_lint.engine.as_if import retarget_base

        retarget = retarget_base(dockerfile, project.final_base, settings.as_if, of_project.catalog)
        data = encode(retarget.after.text, retarget.after.bom)
        dockerfile = dockerfile_of(self.overlay, data, path, of_project.build_args)
        after = Project(dockerfile, of_project, used)
        moved = retarget._replace(after=dockerfile.source).with_move(path, after, settings.as_if)
        return moved if isinstance(moved, Failure) else _Built(after, settings, moved)

    def retargeted(self, target: Target) -> bytes | None:
        """The bytes of a Dockerfile or manifest with the image of `--as-if`; None if nothing is to be replaced."""
        path, name = target.path, target.name
        settings = self._settings(name if path is not None else "")
        if isinstance(settings, Failure) or not settings.as_if:
            return None
        data = self._read(path)
        if isinstance(data, Failure) or b"\0" in data[:8192]:
            return None
        from dockerfile_astro_lint.engine.as_if import retarget_manifest, written

        if path is not None and kind_of(path) is MANIFEST:
            manifest = manifest_of(self.overlay, data, name)
            retarget = retarget_manifest(manifest, settings.as_if) if manifest else None
        else:
            built = self._build(data, name, None, settings)
            retarget = None if isinstance(built, Failure) else built.retarget
        return written(retarget, self.overlay, settings.settings.build_args) if retarget else None

    def _read(self, path: str | None, limit: int = MAX_DOCKERFILE_BYTES) -> bytes | Failure:
        try:
            return self.overlay.read(path, limit)
        except (OSError, ValueError) as error:
            why = explain_os_error(error) if isinstance(error, OSError) else str(error)
            return Failure(display_path(path or STDIN), why)

    def _settings(self, path: str) -> LintSettings | Failure:
        try:
            return self._settings_for(path)
        except ConfigError as error:
            return Failure(display_path(error.path), error.reason)


def _unchecked(failure: Failure, path: str | None = None) -> Result:
    """The result for a file that cannot be checked; `path` is the file, if the failure is about another one."""
    return Result(failures=(failure,), unchecked=(failure.path if path is None else path,))


def is_relevant(project: Project) -> bool:
    """Whether a Dockerfile builds on an Astronomer image, or belongs to an Astro project."""
    return bool(project.bases) or (project.folder is not None and project.folder.is_astro)


def _has_misspelt_from(project: Project) -> bool:
    from dockerfile_astro_lint.project.misspelt_from import has_misspelt_from

    return has_misspelt_from(project.dockerfile)


def _is_foreign(data: bytes, settings: ProjectSettings) -> bool:
    """Whether the bytes of a Dockerfile show that it has nothing to do with Astro, without parsing it."""
    return not (settings.mirrors or settings.build_args or settings.target is not None or may_name_astro_image(data))
