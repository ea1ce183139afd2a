"""Rules x project -> findings: which rules run, where they look, how bad it is, and what is taken back."""

import os
import sys

from dockerfile_astro_lint.astro.image import may_name_astro_image
from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Callable, Iterator, Sequence
from dockerfile_astro_lint.core.display import display_path
from dockerfile_astro_lint.core.errors import ConfigError
from dockerfile_astro_lint.core.files import MAX_PYTHON_BYTES, explain_os_error, read_file
from dockerfile_astro_lint.core.source import Span, decode
from dockerfile_astro_lint.dockerfile.parser import Dockerfile, parse_dockerfile
from dockerfile_astro_lint.engine.diagnostics import Diagnostic, Failure, Key, Report
from dockerfile_astro_lint.engine.discovery import Folders, project_of
from dockerfile_astro_lint.engine.fix_safety import conflicting_fixes, makes_directive
from dockerfile_astro_lint.engine.rule_filter import RuleFilter
from dockerfile_astro_lint.engine.settings import LintSettings
from dockerfile_astro_lint.engine.targets import Find, expand_paths
from dockerfile_astro_lint.project.file_kinds import MANIFEST, is_dockerfile, is_project_file
from dockerfile_astro_lint.project.folder import Folder
from dockerfile_astro_lint.project.project import IgnoreFault, Project, ProjectSettings
from dockerfile_astro_lint.rules.authoring import Rule
from dockerfile_astro_lint.rules.selection import UNUSED_IGNORE, all_rules

if TYPE_CHECKING:
    from dockerfile_astro_lint.core.compat import TYPE_CHECKING
    from dockerfile_astro_lint.engine.as_if import Retarget
    from dockerfile_astro_lint.engine.settings import LintSettings
    from dockerfile_astro_lint.engine.suppressions import Ignores
    from dockerfile_astro_lint.project.project import Project


if TYPE_CHECKING:
    _Judged = tuple[Project, "LintSettings", "Retarget | None"]
    """A project, the options that hold there, and with `--as-if` the move that made it."""
    _File = tuple[str, bytes | None, tuple[int, ...] | None]
    """A Python file, what stands in for what it holds, and what for the image's Python."""


STDIN = "<stdin>"


MAX_MESSAGE = 1000
"""Characters; a message may quote a word of the file, which may be as long as a line."""


MAX_DOCKERFILE_BYTES = 8 * 1024 * 1024


MAX_GATES = 8
"""Selections of rules that are remembered; configs may choose others for each folder."""


MAX_RELATED = 100
"""Places that a finding names beside its own; an ARG may feed any number of FROMs."""


class Linter:
    """One run over any number of files; folders are listed and Python files parsed once."""

    def __init__(self, options_for: Callable[[str], LintSettings]) -> None:
        self.options_for = options_for
        self.findings: dict[Key, Diagnostic] = {}
        self.troubles: list[Failure] = []
        self.unparsed: dict[str, str] = {}
        self.refused: dict[str, str] = {}
        self.files: set[str] = set()
        self.suppressed: dict[Key, tuple[Diagnostic, str]] = {}
        self.folders = Folders()
        self._added: list[Key] = []
        self._gates: dict[int, RuleFilter] = {}
        self._projects: dict[str, _Judged | None] = {}

    def report(self) -> Report:
        findings = sorted(self.findings.values(), key=lambda finding: finding.order)
        notes = []
        if self.unparsed:
            path, why = min(self.unparsed.items())
            more = f" and {len(self.unparsed) - 1} more" if len(self.unparsed) > 1 else ""
            notes.append(f"could not read the imports of {path}{more}: {why}")
        refused = sorted(self.refused.items(), key=_by_line)
        notes += [f"{place}: pip would refuse this line: {why}" for place, why in refused]
        suppressed = sorted(self.suppressed.values(), key=lambda one: one[0].order)
        secrets = [finding.span for finding in findings if finding.rule.secret]
        secrets += [finding.span for finding, _ in suppressed if finding.rule.secret]
        if secrets:
            from dockerfile_astro_lint.engine.redaction import redact

            findings, suppressed = redact(findings, suppressed, secrets)
        return Report(findings, sorted(self.troubles), len(self.files), suppressed, notes, secrets)

    def another(self) -> "Linter":
        """One that has found nothing yet and knows the same folders."""
        found = Linter(self.options_for)
        found.folders = self.folders
        return found

    def fresh(self) -> "Linter":
        """`another` that knows the projects too; for one file after the other of the same run."""
        found = self.another()
        found._projects = self._projects
        return found

    def path(self, path: str, by_hand: bool) -> Project | None:
        """Lint a file, whatever it is; of a Dockerfile and of a manifest, what was judged."""
        if not by_hand and os.path.basename(path) == MANIFEST:
            return self.manifest(path, None)
        if by_hand and is_project_file(os.path.basename(path)):
            return self.project_file(path)
        data = self.read(path)
        return None if data is None else self.text(data, path, by_hand)

    def text(self, data: bytes, path: str, by_hand: bool = True) -> Project | None:
        """Lint a Dockerfile that stands, or is said to stand, at a path."""
        head, tail = os.path.split(path)
        folder = self.folders.at(head)
        return self.dockerfile(data, f"{folder.shown}/{tail}" if folder.shown else tail, folder, by_hand)

    def elsewhere(self, data: bytes, path: str | None) -> None:
        """Lint a file that came from elsewhere; without a path to stand at it has no project."""
        if path is None:
            self.dockerfile(data, STDIN, None, by_hand=True)
        elif is_project_file(os.path.basename(path)):
            self.project_file(path, data)
        else:
            self.text(data, path)

    def read(self, path: str, limit: int = MAX_DOCKERFILE_BYTES) -> bytes | None:
        try:
            return read_file(path, limit)
        except OSError as error:
            self.troubles.append(Failure(display_path(path), explain_os_error(error)))
        except ValueError as error:
            self.troubles.append(Failure(display_path(path), str(error)))
        return None

    def dockerfile(self, data: bytes, path: str, folder: Folder | None, by_hand: bool) -> Project | None:
        """Lint a Dockerfile with the project that goes into its image."""
        if b"\0" in data[:8192]:
            self.troubles.append(Failure(path, "a binary file, not a Dockerfile"))
            return None
        self.files.add(path)
        options = self.options("" if folder is None else path)
        if options and folder and not by_hand and _is_foreign(data, options.settings) and not folder.is_astro:
            return None
        project = self.project(data, path, folder, options) if options else None
        if project is None or options is None:
            return None
        moved = None
        if options.as_if:
            there = self.as_if(project, options)
            if there is None:
                return None  # another image's, or none: nothing of it would change
            project, moved = there
        rules = options.rules
        if not self.concerns(project):
            rules = tuple(rule for rule in rules if by_hand and rule.any_dockerfile)
        self._added.clear()
        self.check(project, rules, None, options)
        if moved:
            self.move_back(moved)
        elif len(project.dockerfile.stages) > 1:
            self.withhold(project.dockerfile)
        return project

    @staticmethod
    def as_if(project: Project, options: LintSettings) -> "tuple[Project, Retarget] | None":
        """A project as though its final image were the one of `--as-if`, None where it is not built on one of ours."""
        if project.final_base is None or options.as_if is None:
            return None
        from dockerfile_astro_lint.engine.as_if import retarget

        moved = retarget(project.final_base, options.as_if)
        return Project(
            parse_dockerfile(moved.after, options.settings.build_args), options.settings, project.folder
        ), moved

    def move_back(self, moved: "Retarget") -> None:
        """Put the findings of a moved Dockerfile to their places in the one that there is."""

        def back(span: Span) -> Span:
            return moved.back(span) if span.source is moved.after else span

        for key in self._added:
            finding = self.findings.pop(key)
            fix = finding.fix
            if fix and any(edit.span.source is moved.after for edit in fix.edits):
                fix = None  # it mends what is not there yet
            related = tuple(one._replace(span=back(one.span)) for one in finding.related)
            finding = finding._replace(span=back(finding.span), related=related, fix=fix)
            new = finding.key
            if new not in self.findings:
                self.findings[new] = finding
        for key, (finding, reason) in list(self.suppressed.items()):
            if finding.span.source is moved.after:
                del self.suppressed[key]
                self.suppress(finding._replace(span=back(finding.span)), reason)

    def withhold(self, dockerfile: Dockerfile) -> None:
        """Take the fixes back that are right for one FROM and wrong for another."""
        for key in conflicting_fixes(dockerfile, [self.findings[key] for key in self._added]):
            self.findings[key] = self.findings[key]._replace(fix=None)

    def options(self, path: str) -> LintSettings | None:
        """The options that hold for a file; None where its config cannot be used, which is told once."""
        try:
            return self.options_for(path)
        except ConfigError as error:
            trouble = Failure(display_path(error.path), error.reason)
            if trouble not in self.troubles:
                self.troubles.append(trouble)
            return None

    def project(self, data: bytes, path: str, folder: Folder | None, options: LintSettings) -> Project | None:
        settings = options.settings
        dockerfile = parse_dockerfile(decode(data, path), settings.build_args)
        if settings.target is not None and dockerfile.find_stage(settings.target) is None:
            names = ", ".join(stage.name.text for stage in dockerfile.stages if stage.name) or "none has a name"
            self.troubles.append(Failure(path, f"no stage is called `{settings.target}` (stages: {names})"))
            return None
        return Project(dockerfile, settings, folder if options.use_project else None)

    @staticmethod
    def concerns(project: Project) -> bool:
        """Whether a Dockerfile is any of our business."""
        return bool(project.bases) or (project.folder is not None and project.folder.is_astro)

    def project_file(
        self,
        path: str,
        data: bytes | None = None,
        dockerfile: str | None = None,
        python: tuple[int, ...] | None = None,
    ) -> Project | None:
        """Lint one file of a project, judged against the Dockerfiles beside it; of a manifest, what was judged.

        `data` stands in for what the file holds, `dockerfile` for those beside it, `python` for the image's.
        """
        if data is None and not os.path.isfile(path):
            self.read(path)
            return None
        self.files.add(display_path(path))
        folder = self.folders.at(os.path.dirname(dockerfile)) if dockerfile else project_of(path, self.folders.at)
        if folder is None or (data is None and self.read(path, MAX_PYTHON_BYTES) is None):
            return None
        if os.path.basename(path) == MANIFEST:
            return self.manifest(path, display_path(path), data=data)
        if data is not None and os.path.dirname(os.path.abspath(path)) == folder.path:
            folder.instead[os.path.basename(path)] = data
        if path.endswith(".py") and folder.manifest and not dockerfile:
            self.manifest(os.path.join(folder.path, MANIFEST), display_path(path), (path, data, python))
        names = [os.path.basename(dockerfile)] if dockerfile else folder.dockerfiles
        for name in names:
            found = self.project_at(os.path.join(folder.path, name), folder)
            if found and found[0].bases:
                self.judge(found, display_path(path), (path, data, python) if path.endswith(".py") else None)
        return None

    def judge(self, found: "_Judged", only: str | None, file: "_File | None", python: bool = False) -> None:
        """Check a project; of the findings those that stand in `only`, of Python files this one.

        `python`: by the rules for Python files alone.
        """
        project, options, moved = found
        if file and project.folder is None:
            return  # a Python file says nothing without its project
        self._added.clear()
        rules = options.rules
        if file or python:
            rules = tuple(rule for rule in rules if rule.python)
        self.check(_with_file(project, file) if file else project, rules, only, options)
        if moved:
            self.move_back(moved)

    def manifest(
        self,
        path: str,
        only: str | None,
        file: "_File | None" = None,
        data: bytes | None = None,
    ) -> Project | None:
        """Lint a v2 manifest with its project; of the findings those that stand in `only`, or one Python file's."""
        from dockerfile_astro_lint.project.manifest import parse_manifest as read_manifest

        data, name = self.read(path) if data is None else data, display_path(path)
        found = read_manifest(data, name) if data is not None else None
        folder, options = self.folders.at(os.path.dirname(path)), self.options(name)
        if found is None or options is None:
            return None
        self.files.add(name)
        declared = moved = None
        if options.as_if and found.runtime:
            from dockerfile_astro_lint.engine.as_if import retarget_manifest

            moved = retarget_manifest(found, options.as_if)
            there = moved and read_manifest(moved.after.text.encode("utf-8"), name)
            if moved and there:
                found, moved = there, moved._replace(after=there.source)
        if found.dockerfile:
            at = os.path.normpath(os.path.join(folder.path, found.dockerfile.text))
            inside = at.startswith(os.path.join(folder.path, "")) and os.path.isfile(at)
            declared = self.project_at(at, folder) if inside else None
            if declared and (os.path.dirname(at) != folder.path or not is_dockerfile(os.path.basename(at))):
                self.judge(declared, only, file, python=True)  # nobody would find it with this project
        self._added.clear()
        empty = parse_dockerfile(found.source._replace(text="", starts=(0,)), {})
        used = folder if options.use_project else None
        project = Project(empty, options.settings, used, found, declared[0] if declared else None)
        if file is not None:
            project = _with_file(project, file)
        python = found.runtime is not None
        rules = [rule for rule in options.rules if (rule.manifest and file is None) or (rule.python and python)]
        self.check(project, rules, only, options)
        if moved:
            self.move_back(moved)
        return project

    def project_at(self, dockerfile: str, folder: Folder) -> "_Judged | None":
        """A Dockerfile with its project and the options that hold there, read once; None where it cannot be judged.

        With `--as-if`, the project as it would be, and the move.
        """
        if dockerfile not in self._projects:
            self._projects[dockerfile] = None
            data = self.read(dockerfile) if os.path.isfile(dockerfile) else None
            options = self.options(display_path(dockerfile)) if data is not None and b"\0" not in data[:8192] else None
            project = (
                self.project(data, display_path(dockerfile), folder, options) if options and data is not None else None
            )
            if project and options:
                there = self.as_if(project, options)
                self._projects[dockerfile] = (there[0], options, there[1]) if there else (project, options, None)
        return self._projects[dockerfile]

    def asked(self, rules: Sequence[Rule], project: Project) -> Sequence[Rule]:
        """Those of the rules that may have something to say about a project."""
        gate = self._gates.get(id(rules))
        if gate is None or gate.rules is not rules:
            if len(self._gates) > MAX_GATES:
                self._gates.clear()
            gate = self._gates[id(rules)] = RuleFilter(rules)
        return gate.asked(project)

    def check(self, project: Project, rules: Sequence[Rule], only: str | None, options: LintSettings) -> None:
        """Run rules over a project; keep what stands in `only`, if given."""
        taken_back = self.ignores(project.dockerfile) if options.use_ignores else None
        used: set[tuple[str, int | None]] = set()
        for rule in self.asked(rules, project):
            if rule.online and only is not None:
                continue  # its findings stand in the Dockerfile, so nobody is asked in vain
            if rule.code == UNUSED_IGNORE and taken_back:
                project.ignore_faults = tuple(self.faults(project, taken_back, used, rules, options))
            try:
                for problem in () if rule.python and not project.code else rule.check(project):
                    if only is not None and problem.span.source.path != only:
                        continue
                    severity = options.severities.get(rule.code, rule.severity)
                    span, message, fix, related = problem
                    if fix and makes_directive(project.dockerfile, fix):
                        fix = None
                    if len(message) > MAX_MESSAGE:
                        message = f"{message[:MAX_MESSAGE]}…"
                    # Thousands of files have the same things said of them.
                    message = sys.intern(message)
                    finding = Diagnostic(rule, severity, span, message, fix, related, options.counts(rule, severity))
                    if options.left_out and rule.code in options.left_out(finding.path):
                        continue
                    reason = None
                    if options.use_ignores:
                        reason = self.ignored(finding, project.dockerfile, taken_back, used)
                    if reason is None:
                        self.add(finding)
                    else:
                        self.suppress(finding, reason)
            except Exception as error:  # a rule that raises is our bug: the others still report
                path = project.dockerfile.source.path
                message = f"{rule.code} failed on this file ({type(error).__name__}: {error}); please report it"
                self.troubles.append(Failure(path, message))
        context = project.__dict__.get("context")
        if context is not None:
            for file in context.unparsed():
                if only is None or file.source.path == only:
                    self.unparsed[file.source.path] = file.error or ""
            for place, why in context.refused():
                if only is None or place.startswith(f"{only}:"):
                    self.refused[place] = why

    @staticmethod
    def faults(
        project: Project,
        found: "Ignores",
        used: set[tuple[str, int | None]],
        rules: Sequence[Rule],
        options: LintSettings,
    ) -> Iterator[IgnoreFault]:
        """What is wrong with a Dockerfile's ignore comments, judged by the rules that ran on it."""
        from dockerfile_astro_lint.engine.suppressions import faults

        known = {word: rule.code for rule in all_rules() for word in (rule.code, rule.name)}
        path = project.dockerfile.source.path
        off = options.left_out(path) if options.left_out else frozenset()
        ran = {rule.code for rule in rules if rule.code not in off and (project.production or not rule.production)}
        ran.discard(UNUSED_IGNORE)
        if project.context is None:  # what looks into the project had nothing to look into
            ran = {code for code in ran if code == "AST403" or not code.startswith(("AST4", "AST5"))}
        if project.unanswered:
            ran -= {rule.code for rule in rules if rule.online}
        return faults(project.dockerfile, found, used, known, ran, options.settings.require_ignore_reason)

    def ignores(self, dockerfile: Dockerfile) -> "Ignores | None":
        """The ignore comments of a Dockerfile; most have none."""
        if "astro-lint:" not in dockerfile.source.text:
            return None
        from dockerfile_astro_lint.engine.suppressions import ignores

        return ignores(dockerfile)

    def add(self, finding: Diagnostic) -> None:
        key = finding.key
        known = self.findings.get(key)
        if known is None:
            self.findings[key] = finding
            self._added.append(key)
        else:
            full = len(known.related) >= MAX_RELATED
            new = () if full else tuple(one for one in finding.related if one not in known.related)
            # One place can be read in two ways (an ARG that feeds two FROMs); then no fix is right for both.
            fix = known.fix if known.fix == finding.fix else None
            self.findings[key] = known._replace(related=known.related + new, fix=fix)

    def suppress(self, finding: Diagnostic, reason: str) -> None:
        """Keep what an ignore comment takes back; of what differs by who is asked, the first in the alphabet."""
        key = finding.key
        known = self.suppressed.get(key)
        if known is None or finding.message < known[0].message:
            self.suppressed[key] = finding._replace(fix=None, related=()), reason

    @staticmethod
    def ignored(
        finding: Diagnostic, dockerfile: Dockerfile, taken_back: "Ignores | None", used: set[tuple[str, int | None]]
    ) -> str | None:
        """The reason of the ignore comment that takes a finding back, empty where it gives none; None without one."""
        code, name, span = finding.rule.code, finding.rule.name, finding.span
        if span.source is not dockerfile.source:
            from dockerfile_astro_lint.engine.suppressions import ignored_above, ignored_in_python

            first, _, last, _ = finding.place
            if span.source.path.endswith(".py"):
                return ignored_in_python(span.source, code, name, first, last)
            return ignored_above(span.source, code, name, first)
        if not taken_back:
            return None
        spans = [span, *(one.span for one in finding.related if one.span.source is dockerfile.source)]
        lines = [one.source.position(one.start)[0] for one in spans]
        matched = taken_back.matching(code, name, lines)
        used |= matched
        return taken_back.places[min(matched)] if matched else None


def _with_file(project: Project, file: "_File") -> Project:
    """A project as though this were its only Python file."""
    path, data, python = file
    assert project.folder is not None
    project = project.of_one_file(os.path.relpath(os.path.abspath(path), project.folder.path), data)
    if python:
        project.__dict__["python"] = python[:2]
    return project


def _is_foreign(data: bytes, settings: ProjectSettings) -> bool:
    """Whether a Dockerfile is none of our business, as far as its bytes tell."""
    return not (settings.mirrors or settings.build_args or settings.target is not None or may_name_astro_image(data))


def _by_line(refused: tuple[str, str]) -> tuple[str, int]:
    path, _, line = refused[0].rpartition(":")
    return path, int(line)


def lint_paths(linter: Linter, paths: Sequence[str], find: Find) -> None:
    """Lint all that paths stand for, in this process."""
    for path, by_hand in expand_paths(paths, find, linter.troubles.append, linter.folders.listed):
        linter.path(path, by_hand)


def lint_text(data: bytes, options_for: Callable[[str], LintSettings], path: str | None) -> Report:
    """Lint a file that came from elsewhere, as though it stood at a path; without one it has no project."""
    linter = Linter(options_for)
    linter.elsewhere(data, path)
    return linter.report()
