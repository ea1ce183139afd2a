"""Paths -> fixed files or patches: which files are fixed, and what is said where one cannot be."""

import os

from dockerfile_astro_lint.core.atomic_write import WriteError, replace_file, write_new
from dockerfile_astro_lint.core.compat import Callable, Iterator, NamedTuple, Sequence
from dockerfile_astro_lint.core.display import display_path
from dockerfile_astro_lint.core.errors import ConfigError
from dockerfile_astro_lint.core.source import encode
from dockerfile_astro_lint.engine.diagnostics import Diagnostic, Failure
from dockerfile_astro_lint.engine.linter import STDIN, Linter, lint_text
from dockerfile_astro_lint.engine.parallel import run
from dockerfile_astro_lint.engine.settings import LintSettings
from dockerfile_astro_lint.engine.targets import Find, expand_paths
from dockerfile_astro_lint.fixes.apply import Fixed, fix, fix_python, fix_text_file, unified_diff
from dockerfile_astro_lint.project.file_kinds import MANIFEST, is_dockerfile, is_project_file

RETARGET_RULES = ("AST501", "AST502", "AST616")
"""Rules whose unsafe fixes are part of a move to another image."""


class Outcome(NamedTuple):
    """What fixing came to: `data` of standard input, `patches` where files were left as they are."""

    applied: int
    troubles: tuple[Failure, ...]
    patches: tuple[bytes, ...]
    data: bytes = b""


def fix_paths(
    paths: Sequence[str],
    options_for: Callable[[str], LintSettings],
    find: Find,
    unsafe: bool,
    diff: bool,
    wanted: Callable[[list[Diagnostic]], list[Diagnostic]] = list,
) -> Outcome:
    """Fix every Dockerfile that paths stand for, or say in patches what that would change.

    `wanted` picks the findings that may be fixed at all.
    """
    roots = [path if os.path.isdir(path) else os.path.dirname(path) or "." for path in paths]
    applied, patches = 0, []
    troubles: list[Failure] = []
    for path, by_hand in expand_paths(paths, find, troubles.append):
        if by_hand and is_project_file(os.path.basename(path)) and os.path.basename(path) != MANIFEST:
            continue
        linter = Linter(options_for)
        data = linter.read(path)
        troubles += linter.troubles
        if data is None or b"\0" in data[:8192]:
            continue
        name = display_path(path)
        moved = _moved(data, path, options_for)
        if os.path.basename(path) == MANIFEST:
            if moved and diff:
                patches.append(unified_diff(name, data, moved))
            continue
        done = _fix(moved or data, options_for, path, name, by_hand, unsafe, wanted)
        troubles += [_bug(name, code) for code in done.bugs]
        if done.data == data:
            continue
        if diff:
            patches.append(unified_diff(name, data, done.data))
            continue
        try:
            replace_file(path, data, done.data, roots)
            applied += done.applied
        except WriteError as error:
            troubles.append(Failure(name, str(error)))
    for path, old, new, number in _python_fixes(paths, options_for, find, wanted):
        if diff:
            patches.append(unified_diff(path, old, new))
            continue
        try:
            replace_file(path, old, new, roots)
            applied += number
        except WriteError as error:
            troubles.append(Failure(path, str(error)))
    for path, before, new, number in _project_fixes(paths, options_for, find, unsafe, wanted):
        if diff:
            patches.append(unified_diff(path, before, new))
            continue
        try:
            if before is None:
                write_new(path, new)
            else:
                replace_file(path, before, new, roots)
            applied += number
        except WriteError as error:
            troubles.append(Failure(path, str(error)))
    # An empty new file has no lines of its own: git would take those of the next patch for them.
    patches.sort(key=lambda patch: patch.startswith(b"diff --git"))
    return Outcome(applied, tuple(troubles), tuple(patches))


def _moved(data: bytes, path: str, options_for: Callable[[str], LintSettings]) -> bytes | None:
    """A Dockerfile with the image of `--as-if`; None where nothing is to be moved."""
    linter = Linter(options_for)
    name = display_path(path)
    options = linter.options(name)
    if options is None or not options.as_if:
        return None
    from dockerfile_astro_lint.engine.as_if import retarget, retarget_manifest
    from dockerfile_astro_lint.project.manifest import parse_manifest

    if os.path.basename(path) == MANIFEST:
        manifest = parse_manifest(data, name)
        moved = retarget_manifest(manifest, options.as_if) if manifest else None
    else:
        project = linter.project(data, name, None, options)
        moved = retarget(project.final_base, options.as_if) if project and project.final_base else None
    return encode(moved.after.text, moved.after.bom) if moved else None


def _places(finding: Diagnostic) -> set[str]:
    """The files that a finding's fix edits."""
    return {edit.span.source.path for edit in finding.fix.edits} if finding.fix else set()


def _project_fixes(
    paths: Sequence[str],
    options_for: Callable[[str], LintSettings],
    find: Find,
    unsafe: bool,
    wanted: Callable[[list[Diagnostic]], list[Diagnostic]],
) -> Iterator[tuple[str, bytes | None, bytes, int]]:
    """(path, old bytes or None, new bytes, how many fixes) of requirements.txt, packages.txt and .dockerignore."""
    by_path: dict[str, list[Diagnostic]] = {}
    counted: set[int] = set()
    for finding in wanted(run(paths, options_for, find).findings):
        places = _places(finding)
        moving = options_for(finding.path).as_if and finding.rule.code in RETARGET_RULES
        if finding.fix is None or not (finding.fix.safe or unsafe or moving):
            continue
        if any(path.endswith(".py") or is_dockerfile(path.rpartition("/")[2]) for path in places):
            continue
        for path in places:
            by_path.setdefault(path, []).append(finding)
    for path, findings in sorted(by_path.items()):
        fixed = fix_text_file(path, findings)
        if fixed:
            new = sum(id(finding) not in counted for finding in findings)
            counted.update(map(id, findings))
            yield path, *fixed, new


def _python_fixes(
    paths: Sequence[str],
    options_for: Callable[[str], LintSettings],
    find: Find,
    wanted: Callable[[list[Diagnostic]], list[Diagnostic]],
) -> Iterator[tuple[str, bytes, bytes, int]]:
    """(path, old bytes, new bytes, how many fixes) of the Python files that have safe fixes."""
    by_path: dict[str, list[Diagnostic]] = {}
    for finding in wanted(run(paths, options_for, find).findings):
        if finding.rule.python and finding.fix and finding.fix.safe and _places(finding) == {finding.path}:
            by_path.setdefault(finding.path, []).append(finding)
    for path, findings in sorted(by_path.items()):
        fixed = fix_python(path, findings)
        if fixed:
            yield path, *fixed, len(findings)


def fix_text(
    data: bytes,
    options_for: Callable[[str], LintSettings],
    path: str | None,
    unsafe: bool,
    diff: bool,
    wanted: Callable[[list[Diagnostic]], list[Diagnostic]] = list,
) -> Outcome:
    """Fix what came from standard input."""
    name = STDIN if path is None else display_path(path)
    if path is not None and is_project_file(os.path.basename(path)):
        done = _fix_project_text(data, options_for, path, unsafe, wanted)
    else:
        done = _fix(_moved(data, path or "", options_for) or data, options_for, path, name, True, unsafe, wanted)
    patches = (unified_diff(name, data, done.data),) if diff and done.data != data else ()
    return Outcome(done.applied, tuple(_bug(name, code) for code in done.bugs), patches, done.data)


def _fix_project_text(
    data: bytes,
    options_for: Callable[[str], LintSettings],
    path: str,
    unsafe: bool,
    wanted: Callable[[list[Diagnostic]], list[Diagnostic]],
) -> Fixed:
    """Fix a file other than a Dockerfile that came from standard input."""
    findings = [
        finding
        for finding in wanted(lint_text(data, options_for, path).findings)
        if finding.fix and (finding.fix.safe or unsafe) and _places(finding) == {display_path(path)}
    ]
    mend = fix_python if path.endswith(".py") else fix_text_file
    fixed = mend(display_path(path), findings, data) if findings else None
    return Fixed(fixed[1], len(findings), ()) if fixed else Fixed(data, 0, ())


def _fix(
    data: bytes,
    options_for: Callable[[str], LintSettings],
    path: str | None,
    name: str,
    by_hand: bool,
    unsafe: bool,
    wanted: Callable[[list[Diagnostic]], list[Diagnostic]] = list,
) -> Fixed:
    def unmoved(file: str) -> LintSettings:
        # The bytes have been moved already.
        return options_for(file)._replace(as_if=None)

    def lint(now: bytes) -> list[Diagnostic]:
        if by_hand:
            return wanted(lint_text(now, unmoved, path).findings)
        linter = Linter(unmoved)
        linter.text(now, path or "", by_hand=False)
        return wanted(linter.report().findings)

    try:
        moving = RETARGET_RULES if options_for(path or "").as_if else ()
    except ConfigError:
        moving = ()
    return fix(data, name, lint, unsafe, moving)


def _bug(name: str, code: str) -> Failure:
    return Failure(name, f"the fix of {code} would not have done what it says, so it was left out; please report it")
