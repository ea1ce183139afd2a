"""Run rules over a project; apply severities and suppressions, and report unused suppressions at the end."""

import os
import sys

from dockerfile_astro_lint.astro.image import may_name_astro_image
from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterable, Iterator, Sequence
from dockerfile_astro_lint.core.files import MAX_PYTHON_BYTES
from dockerfile_astro_lint.core.source import Source, decode, encoding_for
from dockerfile_astro_lint.dockerfile.parser import Dockerfile
from dockerfile_astro_lint.dockerfile.scanner import is_directive
from dockerfile_astro_lint.engine.diagnostics import Collector, Diagnostic, Failure, Result
from dockerfile_astro_lint.engine.settings import LintSettings
from dockerfile_astro_lint.project.file_kinds import MANIFEST, PACKAGES, REQUIREMENTS, is_python, kind_of
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.rules.authoring import Fix, Rule, Violation
from dockerfile_astro_lint.rules.selection import FORBIDDEN_IGNORE, UNUSED_IGNORE

if TYPE_CHECKING:
    from dockerfile_astro_lint.engine.suppressions import Ignores, Used


MAX_MESSAGE = 1000
"""Characters; a message may quote a word of the file, which may be as long as a line."""


def run_rules(
    project: Project,
    rules: Sequence[Rule],
    selected: Sequence[Rule],
    settings: LintSettings,
    only: str | None = None,
) -> Result:
    """Run rules over a project; `only` keeps the diagnostics of one file.

    `selected` are all rules of the run; `rules` those of them that may have something to report.
    """
    run = _Run(project, settings, only)
    for rule in rules:
        if rule.python or only is not None:
            if rule.code != UNUSED_IGNORE and _concerns(rule, project, only):
                run.rule(rule, _violations(rule, project))
        elif rule.code != UNUSED_IGNORE:
            run.rule(rule, None)
        if rule.code == FORBIDDEN_IGNORE:
            from dockerfile_astro_lint.engine.forbidden_ignores import forbidden_ignores

            run.rule(rule, forbidden_ignores(project, run.shared_sources(), _known()))
    for rule in rules if run.ignores else ():
        if rule.code == UNUSED_IGNORE and run.ignores and not _is_python_alone(selected):
            run.rule(rule, _unused_suppressions(project, run.ignores, run.used, selected, settings))
    if settings.use_ignores and project.context is not None:
        for rule in selected:
            if rule.code == UNUSED_IGNORE:
                run.shared_files(rule, selected)
    return run.result()


def _concerns(rule: Rule, project: Project, only: str | None) -> bool:
    """Whether a rule may find something in one file of a project, or in any."""
    if rule.python and project.context is None and not rule.mentions:
        return False
    # What a registry says is reported in the Dockerfile, so there is no need to query it for another file. Rules on
    # Python files do not run for a file of another kind.
    return only is None or not (rule.online or (rule.python and not is_python(only)))


def _violations(rule: Rule, project: Project) -> Iterator[Violation]:
    # `project.code` are files with something to check; a rule that waits for more than that looks by itself.
    if not rule.python or rule.mentions or project.code or not project.requirement_traits.isdisjoint(rule.on):
        yield from rule.check(project)


class _Run:
    """What one run over a project has collected so far."""

    def __init__(self, project: Project, settings: LintSettings, only: str | None) -> None:
        self.project, self.settings, self.only = project, settings, only
        self.ignores = _ignores(project) if settings.use_ignores else None
        self.used: Used = set()
        self.used_in: dict[str, Used] = {}
        self.unused: list[tuple[Diagnostic, str, int]] = []
        self.used_places: list[tuple[str, int]] = []
        self.collector = Collector()
        self.failures: list[Failure] = []
        self.unchecked: dict[str, None] = {}
        self.writable: dict[int, tuple[Source, bool]] = {}

    def rule(self, rule: Rule, violations: Iterable[Violation] | None) -> None:
        """Collect the violations of a rule; None: what its check yields."""
        try:
            for violation in rule.check(self.project) if violations is None else violations:
                if self.only is None or violation.span.source.path == self.only:
                    self.violation(rule, violation)
        except Exception as error:  # a rule that raises is our bug: the others still report
            path = self.project.dockerfile.source.path
            message = f"{rule.code} failed on this file ({type(error).__name__}: {error}); please report it"
            message = self.redacted(message, self.project.dockerfile.source)
            self.failures.append(Failure(path, message))
            self.unchecked[path] = None

    def violation(self, rule: Rule, violation: Violation) -> None:
        settings = self.settings
        span, message, fix, related, severity = violation
        severity = severity or settings.severities.get(rule.code, rule.severity)
        if fix and not fix.edits[0].text:
            # Without the line above it, a comment can become a parser directive.
            fix = None if _makes_directive(self.project.dockerfile, fix) else fix
        if fix and (rule.code in settings.unfixable or self.cannot_apply(fix)):
            fix = None
        if len(message) > MAX_MESSAGE:
            # A part of a secret would not be recognized later.
            message = f"{self.redacted(message, span.source)[:MAX_MESSAGE]}…"
        # Thousands of files have the same messages.
        message = sys.intern(message)
        diagnostic = Diagnostic(rule, severity, span, message, fix, related, settings.counts(rule, severity))
        if settings.left_out and rule.code in settings.left_out(diagnostic.path):
            return
        reason = self.suppressed(diagnostic) if settings.use_ignores else None
        if reason is None:
            self.collector.add(diagnostic)
        else:
            self.collector.suppress(diagnostic, reason)

    def cannot_apply(self, fix: Fix) -> bool:
        """Whether a fix edits a text file whose bytes its text does not give again: it would never be applied."""
        own = self.project.dockerfile.source
        sources = {id(edit.span.source): edit.span.source for edit in fix.edits if edit.span.source is not own}
        for key, source in sources.items():
            # A file may have thousands of findings. The source is kept, so that no other one gets its id.
            if key not in self.writable:
                self.writable[key] = source, self.can_write(source)
            if not self.writable[key][1]:
                return True
        return False

    def can_write(self, source: Source) -> bool:
        """Whether a text file has the bytes that its text gives, or is made by a fix."""
        folder, kind = self.project.folder, kind_of(source.path)
        if folder is None or kind.ignore_comment != "above line":
            return True
        try:
            data = folder.overlay.read(source.path, MAX_PYTHON_BYTES)
        except FileNotFoundError:
            return True
        except (OSError, ValueError):
            return False
        return encoding_for(data, source, kind is MANIFEST) is not None

    def redacted(self, message: str, source: Source) -> str:
        """A message without secrets, where a later one could not take them out."""
        from dockerfile_astro_lint.engine.redaction import Redactor

        return Redactor(self.secrets()).text(message, [source, self.project.dockerfile.source])

    def secrets(self) -> tuple[str, ...]:
        """The values of build arguments that are secrets by their names."""
        if not self.project.settings.build_args:
            return ()
        from dockerfile_astro_lint.engine.redaction import secret_values

        return secret_values(self.project.settings.build_args)

    def suppressed(self, diagnostic: Diagnostic) -> str | None:
        """The reason of the ignore comment that suppresses a diagnostic, empty if it gives none; None without one."""
        code, name, span = diagnostic.rule.code, diagnostic.rule.name, diagnostic.span
        dockerfile, policy = self.project.dockerfile, self.project.settings.policy
        if policy and code in policy.get("forbid-ignores", ()):
            return None
        if span.source is not dockerfile.source:
            from dockerfile_astro_lint.engine.suppressions import ignored_above, ignored_in_python

            first, _, last, _ = diagnostic.place
            python = is_python(span.source.path)
            found = (
                ignored_in_python(span.source, code, name, first, last)
                if python
                else ignored_above(span.source, code, name, first)
            )
            if found is None:
                return None
            self.used_in.setdefault(span.source.path, set()).update({(code, found[1]), (name, found[1])})
            return found[0]
        if not self.ignores:
            return None
        spans = [span, *(one.span for one in diagnostic.related if one.span.source is dockerfile.source)]
        lines = [one.source.position(one.start)[0] for one in spans]
        matched = self.ignores.matching(code, name, lines)
        self.used |= matched
        return self.ignores.places[min(matched)] if matched else None

    def shared_files(self, rule: Rule, selected: Sequence[Rule]) -> None:
        """Judge the ignore comments of the files other than the Dockerfile."""
        sources = {source.path: source for source in self.shared_sources()}
        for name, data in self.project.context.commented.items() if self.project.context else ():
            sources[name] = decode(data, name)
        for path, source in sources.items():
            if "astro-lint:" in source.text and self.only in (None, path):
                self.rule(rule, self.faults_of(rule, source, selected))

    def shared_sources(self) -> list[Source]:
        """The text files of the project other than the Dockerfile."""
        project, context = self.project, self.project.context
        if context is None:
            return []
        for name in (*REQUIREMENTS.names, *PACKAGES.names):
            context.text(name)  # no rule may have needed it
        sources = list(context.texts())
        if project.manifest and project.dockerfile.source.path == project.manifest.source.path:
            sources.append(project.manifest.source)
        return sources

    def faults_of(self, rule: Rule, source: Source, selected: Sequence[Rule]) -> Iterator[Violation]:
        """What is wrong with the comments of a file: what concerns only this image is kept apart."""
        from dockerfile_astro_lint.engine.suppressions import faults, ignores_of_text

        comments = tuple(ignores_of_text(source))
        if not comments:
            return
        project, settings, used = self.project, self.settings, self.used_in.get(source.path, set())
        known, ran = _known(), _ran(project, source.path, selected, settings)
        reasons = settings.settings.require_ignore_reason
        needed = _images(project, is_python(source.path), source.path)
        for ignore in comments:
            for at, name in enumerate(ignore.names):
                if (name, ignore.first) in used:
                    self.used_places.append((source.path, ignore.places[at][0]))
        for violation in faults(source, comments, used, known, ran, reasons):
            if violation.message.startswith(UNUSED):
                severity = settings.severities.get(rule.code, rule.severity)
                counts = settings.counts(rule, severity)
                fix = None if rule.code in settings.unfixable else violation.fix
                one = Diagnostic(rule, severity, violation.span, violation.message, fix, (), counts)
                if not (settings.left_out and rule.code in settings.left_out(one.path)):
                    self.unused.append((one, project.dockerfile.source.path, needed))
            else:
                yield violation

    def result(self) -> Result:
        result = self.collector.result()._replace(
            failures=tuple(self.failures),
            secrets=self.secrets(),
            unchecked=tuple(self.unchecked),
            unused=tuple(self.unused),
            used=tuple(self.used_places),
        )
        context, only = self.project.context, self.only
        if context is None:
            return result
        unparsed = ((file.source.path, file.error or "") for file in context.unparsed())
        refused = context.refused()
        unread = [Failure(*one) for one in context.unread.items() if only is None or one[0] == only]
        return result._replace(
            failures=(*result.failures, *unread),
            unchecked=(*result.unchecked, *(one.path for one in unread)),
            unparsed=tuple(one for one in unparsed if only is None or one[0] == only),
            refused=tuple(one for one in refused if only is None or one[0].startswith(f"{only}:")),
        )


def _ignores(project: Project) -> "Ignores | None":
    """The ignore comments of a Dockerfile; most have none."""
    if "astro-lint:" not in project.dockerfile.source.text:
        return None
    from dockerfile_astro_lint.engine.suppressions import ignores

    return ignores(project.dockerfile)


def _unused_suppressions(
    project: Project, found: "Ignores", used: "Used", rules: Sequence[Rule], settings: LintSettings
) -> Iterator[Violation]:
    """What is wrong with a Dockerfile's ignore comments, by the rules that ran on it."""
    from dockerfile_astro_lint.engine.suppressions import faults

    source = project.dockerfile.source
    ran = _ran(project, source.path, rules, settings)
    yield from tuple(faults(source, found.comments, used, _known(), ran, settings.settings.require_ignore_reason))


def _is_python_alone(selected: Sequence[Rule]) -> bool:
    """Whether only rules for Python files run, which say nothing about the comments of a Dockerfile."""
    others = [rule for rule in selected if rule.code != UNUSED_IGNORE]
    return bool(others) and all(rule.python for rule in others)


UNUSED = "unused suppression"
"""How the message about a comment begins that suppresses nothing."""


def _known() -> dict[str, str]:
    """The code of each code and name."""
    from dockerfile_astro_lint.rules.selection import all_rules

    return {word: rule.code for rule in all_rules() for word in (rule.code, rule.name)}


def _ran(project: Project, path: str, rules: Sequence[Rule], settings: LintSettings) -> set[str]:
    """The rules that could have reported something in a file."""
    off = settings.left_out(path) if settings.left_out else frozenset()
    ran = {rule.code for rule in rules if rule.code not in off and (project.production or not rule.production)}
    ran -= {UNUSED_IGNORE, *settings.settings.policy.get("forbid-ignores", ())}
    if project.context is None:  # rules on the project had nothing to check
        ran = {code for code in ran if code == "AST403" or not code.startswith(("AST4", "AST5"))}
    if project.unanswered:
        ran -= {rule.code for rule in rules if rule.online}
    return ran


def _images(project: Project, python: bool, path: str) -> int:
    """How many images of a project share a file."""
    folder = project.folder
    if folder is None or (project.manifest and path == project.manifest.source.path):
        return 1
    number = 0
    for name in folder.dockerfiles:
        try:
            data = folder.overlay.read(os.path.join(folder.path, name), MAX_PYTHON_BYTES)
        except (OSError, ValueError):
            continue
        number += may_name_astro_image(data)
    return max(1, number + bool(python and folder.manifest and folder.manifest.runtime))


def _makes_directive(dockerfile: Dockerfile, fix: Fix) -> bool:
    """Whether a fix removes the line that keeps a comment below it from being a directive, or a BOM from the top."""
    source, edit = dockerfile.source, fix.edits[0]
    above = len(dockerfile.scan.directives)
    if (
        edit.text
        or edit.span.source is not source
        or edit.span.start != source.starts[min(above, len(source.starts) - 1)]
    ):
        return False
    rest = source.text[edit.span.end : edit.span.end + 200]
    return rest.startswith("\ufeff") or is_directive(rest.partition("\n")[0])
