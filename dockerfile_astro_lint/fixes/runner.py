"""Fix targets: lint and apply in the overlay until nothing changes, then write each changed file once."""

import os

from dockerfile_astro_lint.core.atomic_write import WriteError, replace_file, write_new
from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Callable, Iterable, Mapping, NamedTuple, Sequence
from dockerfile_astro_lint.core.display import display_path
from dockerfile_astro_lint.core.errors import ConfigError
from dockerfile_astro_lint.core.files import MAX_PYTHON_BYTES, Overlay
from dockerfile_astro_lint.core.source import decode
from dockerfile_astro_lint.dockerfile.parser import Dockerfile
from dockerfile_astro_lint.engine.diagnostics import Diagnostic, Failure, Report, Result, fixable, make_report
from dockerfile_astro_lint.engine.linter import Linter, lint_each
from dockerfile_astro_lint.engine.redaction import Redactor
from dockerfile_astro_lint.engine.settings import LintSettings, SettingsFor
from dockerfile_astro_lint.engine.targets import STDIN, Target
from dockerfile_astro_lint.fixes.apply import Applied, DockerfileFixes, fix_dockerfile, fix_python, fix_text
from dockerfile_astro_lint.fixes.patch import followed, unified_diff
from dockerfile_astro_lint.project.file_kinds import DOCKERFILE, MANIFEST, PYTHON, kind_of
from dockerfile_astro_lint.project.folder import dockerfile_of
from dockerfile_astro_lint.rules.selection import FORBIDDEN_IGNORE, UNUSED_IGNORE

if TYPE_CHECKING:
    from dockerfile_astro_lint.core.progress import Progress


MAX_ROUNDS = 20

RETARGET_RULES = ("AST501", "AST502", "AST616")
"""Rules whose unsafe fixes are part of `--as-if --diff`: the other image needs them."""

Wanted = Callable[[list[Diagnostic]], list[Diagnostic]]
"""Picks the diagnostics that may be fixed."""


class Change(NamedTuple):
    """A changed file: `path` as it is printed, `before` None for a new file."""

    path: str
    before: bytes | None
    after: bytes

    @property
    def patch(self) -> bytes:
        return unified_diff(self.path, self.before, self.after)


class Outcome(NamedTuple):
    """What fixing came to; nothing is written yet.

    `overlay` has the new bytes, `results` are those of the last round, one for each target; `failures` name the fixes
    that were dropped.
    """

    overlay: Overlay
    results: tuple[Result, ...]
    changes: tuple[Change, ...]
    applied: tuple[Applied, ...]
    failures: tuple[Failure, ...]


class Written(NamedTuple):
    """What came of writing: the fixes, the report of what is there now, and what could not be written."""

    applied: tuple[Applied, ...]
    report: Report
    failures: tuple[Failure, ...]


def fix(
    targets: Sequence[Target],
    settings_for: SettingsFor,
    overlay: Overlay,
    unsafe: bool,
    wanted: Wanted = list,
    only: str | None = None,
    processes: int | None = None,
    progress: "Progress | None" = None,
) -> Outcome:
    """Fix targets in an overlay, every kind of file in the same rounds; `only` is the one file that may change."""
    run = _Run(targets, settings_for, overlay, unsafe, only, processes, progress)
    pending: Iterable[int] = range(len(targets))
    for number in range(MAX_ROUNDS + 1):
        run.lint(pending)
        changed = run.apply(run.wanted(wanted)) if number < MAX_ROUNDS else []
        if not changed:
            break
        pending = [at for at, target in enumerate(targets) if _depends(target, changed)]
    return run.outcome()


def write(outcome: Outcome, targets: Sequence[Target], settings_for: SettingsFor, roots: Sequence[str]) -> Written:
    """Write each changed file in one step; what is refused is linted again, as it is on the disk.

    A link is followed to a file below one of `roots` and nowhere else.
    """
    written: dict[str, bytes] = {}
    failed = {one.path: _write(one, roots, written) for one in outcome.changes}
    refused = {path: failure for path, failure in failed.items() if failure}
    results = list(outcome.results)
    if refused:
        again = [at for at, target in enumerate(targets) if _depends(target, refused)]
        for at, result in zip(again, lint_each([targets[at] for at in again], settings_for), strict=True):
            results[at] = result
    applied = tuple(one for one in outcome.applied if not refused.keys() >= set(one.paths))
    return Written(applied, make_report(results), (*outcome.failures, *refused.values()))


def _write(change: Change, roots: Sequence[str], written: dict[str, bytes]) -> Failure | None:
    """Write a file, unless it is the same file as one of `written` by another name."""
    path, before, after = change
    real = os.path.realpath(path)
    try:
        if written.get(real) == after:
            return None
        if before is not None:
            replace_file(path, before, after, roots)
        elif os.path.lexists(path):
            raise WriteError("not written: it exists now; run again")
        else:
            write_new(path, after)
    except WriteError as error:
        return Failure(path, str(error))
    written[real] = after
    return None


def patches(outcome: Outcome) -> bytes:
    """One patch of all changes."""
    # An empty new file has no lines of its own: git would take those of the next patch for them.
    outside = any(one.path.startswith(("../", "/")) for one in outcome.changes)
    files = {followed(one.path): one for one in reversed(outcome.changes)}
    changes, note = tuple(one._replace(path=path) for path, one in reversed(files.items())), b""
    if outside:
        # git takes no path with `..`: the names are those seen from the folder that holds them all.
        root = os.path.commonpath([os.path.dirname(os.path.abspath(one.path)) for one in changes] + [os.getcwd()])
        changes = tuple(one._replace(path=_below(one.path, root)) for one in changes)
        note = f"# Apply this patch in {display_path(root)}\n".encode("utf-8", "surrogateescape")
    found = [one.patch for one in changes]
    of_new_files = [patch for patch in found if patch.startswith(b"diff --git")]
    return b"".join([note, *(patch for patch in found if patch not in of_new_files), *of_new_files])


def _below(path: str, root: str) -> str:
    return os.path.relpath(os.path.abspath(path), root).replace(os.sep, "/")


def holds_secrets(outcome: Outcome) -> bool:
    """Whether the patch of all changes repeats secrets of the files: of the lines around a change, too."""
    redactor = Redactor()
    found = [(one.patch.decode("utf-8", "surrogateescape"), one) for one in outcome.changes]
    return any(redactor.text(patch, [decode(one.before or b"", one.path)]) != patch for patch, one in found)


class _Run:
    """The rounds of one call of `fix`."""

    def __init__(
        self,
        targets: Sequence[Target],
        settings_for: SettingsFor,
        overlay: Overlay,
        unsafe: bool,
        only: str | None,
        processes: int | None,
        progress: "Progress | None",
    ) -> None:
        self.targets, self.unsafe, self.only, self.processes = targets, unsafe, only, processes
        self.progress = progress
        self.dockerfiles = {target.name: target.path for target in targets if _is_dockerfile(target)}
        self.given, self.overlay, self.settings_for = overlay, overlay, settings_for
        self.results = [Result()] * len(targets)
        self.states: dict[str, DockerfileFixes] = {}
        self.applied: list[Applied] = []
        self.inserted: set[tuple[object, ...]] = set()
        self.touched: dict[str, str | None] = {}
        self.retarget()

    def retarget(self) -> None:
        """With `--as-if`, begin with the other image in the Dockerfiles and manifests."""
        linter = Linter(self.settings_for, self.overlay)
        replaced = set()
        for target in self.targets:
            data = linter.retargeted(target) if _is_dockerfile(target) or _is_manifest(target) else None
            if data is not None:
                replaced.add(target.name)
                self.lay(target.name, target.path, self.overlay.read(target.path, MAX_PYTHON_BYTES), data)
        settings_for = self.settings_for

        def without_as_if(path: str) -> LintSettings:
            settings = settings_for(path)
            return settings._replace(as_if=None) if (path or STDIN) in replaced and settings.as_if else settings

        self.as_if, self.settings_for = settings_for, without_as_if

    def lay(self, name: str, path: str | None, before: bytes | None, data: bytes) -> bool:
        """Put new bytes into the overlay, unless the file has changed since it was read."""
        overlay = self.overlay.with_bytes(path, data)
        if self.only is None and name not in self.touched and overlay.original(path) != before:
            return False
        self.overlay, self.touched[name] = overlay, path
        return True

    def lint(self, numbers: Iterable[int]) -> None:
        numbers = list(numbers)
        chosen = [self.targets[at] for at in numbers]
        results = lint_each(chosen, self.settings_for, self.overlay, processes=self.processes, progress=self.progress)
        for at, result in zip(numbers, results, strict=True):
            self.results[at] = result

    def wanted(self, wanted: Wanted) -> list[Diagnostic]:
        """The diagnostics that may be fixed; what picks them sees them as a report does, without secrets."""
        diagnostics = fixable(self.results)
        if wanted is list:
            return diagnostics
        keys = {one.key for one in wanted(make_report(self.results).findings)}
        return [one for one in diagnostics if one.key in keys]

    def apply(self, diagnostics: list[Diagnostic]) -> list[str]:
        """Apply what goes together to the overlay; the files that changed."""
        by_file: dict[str, list[Diagnostic]] = {}
        for one in diagnostics:
            edited = {edit.span.source.path for edit in one.fix.edits} if one.fix else set()
            if self.only is not None and edited != {self.only}:
                continue
            if self.takes(one, edited):
                for path in edited:
                    by_file.setdefault(path, []).append(one)
        counted: set[int] = set()
        changed = []
        for name, of_file in sorted(by_file.items()):
            is_dockerfile = name in self.dockerfiles
            fixed = self.fixed_dockerfile(name, of_file) if is_dockerfile else self.fixed_file(name, of_file, counted)
            if fixed and self.lay(name, self.dockerfiles.get(name, name), *fixed):
                changed.append(name)
        return changed

    def takes(self, diagnostic: Diagnostic, edited: set[str]) -> bool:
        """Whether a fix is wanted, and all that it edits are files that this run may change."""
        fix = diagnostic.fix
        if fix is None:
            return False
        if any(kind_of(path) is PYTHON for path in edited - self.dockerfiles.keys()):
            # One Python file; what replaces an import may have to be required too.
            others = [path for path in edited if path != diagnostic.path]
            known = not any(kind_of(path) in (PYTHON, DOCKERFILE) or path in self.dockerfiles for path in others)
            of_python = diagnostic.rule.python or diagnostic.rule.code in (UNUSED_IGNORE, FORBIDDEN_IGNORE)
            return (fix.safe or self.unsafe) and of_python and known and diagnostic.path in edited
        for_retarget = diagnostic.rule.code in RETARGET_RULES and self.retargets(diagnostic.path)
        if not (fix.safe or self.unsafe or for_retarget):
            return False
        if edited & self.dockerfiles.keys():
            return len(edited) == 1
        return not any(kind_of(path) is DOCKERFILE for path in edited)

    def retargets(self, path: str) -> bool:
        try:
            return bool(self.as_if("" if path == STDIN else path).as_if)
        except ConfigError:
            return False

    def fixed_dockerfile(self, name: str, diagnostics: list[Diagnostic]) -> tuple[bytes, bytes] | None:
        """A Dockerfile before and with fixes; None if nothing changes."""
        data = self.overlay.read(self.dockerfiles[name], MAX_PYTHON_BYTES)
        build_args: Mapping[str, str] = self.settings_for("" if name == STDIN else name).settings.build_args

        def parse(data: bytes) -> Dockerfile:
            return dockerfile_of(self.overlay, data, name, build_args)

        state = self.states.get(name, DockerfileFixes(data))
        new = self.states[name] = fix_dockerfile(state, diagnostics, parse)
        return (data, new.data) if new.data != data else None

    def fixed_file(
        self, name: str, diagnostics: list[Diagnostic], counted: set[int]
    ) -> tuple[bytes | None, bytes] | None:
        """A file other than a Dockerfile before and with fixes; None if nothing changes."""
        data: bytes | None = None
        try:
            data = self.overlay.read(name, MAX_PYTHON_BYTES)
        except FileNotFoundError:
            if os.path.lexists(name):
                return None  # a link to nowhere
        except (OSError, ValueError):
            return None
        if kind_of(name) is PYTHON:
            new = fix_python(data or b"", diagnostics)
        else:
            # What was inserted and did not help is not inserted again.
            diagnostics = [one for one in diagnostics if _insertion(one, name) not in self.inserted]
            new = fix_text(data or b"", name, diagnostics)
            self.inserted.update(key for one in diagnostics if (key := _insertion(one, name)))
        if new is None or new == data:
            return None
        for one in diagnostics:
            if id(one) not in counted and one.fix:
                counted.add(id(one))
                self.applied.append(Applied(one.rule, tuple(sorted({edit.span.source.path for edit in one.fix.edits}))))
        return data, new

    def outcome(self) -> Outcome:
        changes = [self.change(name, path) for name, path in self.touched.items()]
        applied = [Applied(rule, (name,)) for name, state in self.states.items() for rule in state.applied]
        return Outcome(
            self.overlay,
            tuple(self.results),
            tuple(sorted((one for one in changes if one.before != one.after), key=_order)),
            (*applied, *self.applied),
            tuple(_bug(name, code) for name, state in self.states.items() for code in state.bugs),
        )

    def change(self, name: str, path: str | None) -> Change:
        after = self.overlay.read(path, MAX_PYTHON_BYTES)
        given = self.overlay.original(path) if self.only is None else self.given.read(path, MAX_PYTHON_BYTES)
        return Change(name, given, after)


def _order(change: Change) -> tuple[int, str]:
    kind = kind_of(change.path)
    return (1 if kind is PYTHON else 2 if kind.linted == "project" else 0), change.path


def _is_dockerfile(target: Target) -> bool:
    kind = DOCKERFILE if target.path is None else kind_of(target.path)
    return not (kind is MANIFEST or (target.by_hand and kind.linted == "project"))


def _is_manifest(target: Target) -> bool:
    return target.path is not None and kind_of(target.path) is MANIFEST


def _depends(target: Target, changed: Iterable[str]) -> bool:
    """Whether what is found in a target may depend on one of these files."""
    if target.path is None or not _is_dockerfile(target):
        return True
    folder = os.path.join(os.path.dirname(os.path.abspath(target.path)), "")
    return any(os.path.abspath(path).startswith(folder) for path in changed)


def _insertion(diagnostic: Diagnostic, path: str) -> tuple[object, ...] | None:
    """What a fix inserts into a file, and for which diagnostic; None if it replaces something."""
    edits = [edit for edit in diagnostic.fix.edits if edit.span.source.path == path] if diagnostic.fix else []
    if any(edit.span.start != edit.span.end for edit in edits):
        return None
    return (path, *diagnostic.key, *(edit.text for edit in edits))


def _bug(name: str, code: str) -> Failure:
    return Failure(name, f"the fix of {code} does not do what it says, so it was dropped; please report it")
