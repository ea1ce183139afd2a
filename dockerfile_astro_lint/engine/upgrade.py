"""Implement `astro-lint upgrade`: the images of a file, the tags to write, and what is found with them."""

import os
from collections import Counter
from functools import partial

from dockerfile_astro_lint.astro.base_image import Base
from dockerfile_astro_lint.astro.image import Tag, parse_tag
from dockerfile_astro_lint.astro.providers import PROBABLY_NOT_IN_AIRFLOW_3, providers_of_runtime
from dockerfile_astro_lint.astro.upgrades import NewTag, choose, ended_note, new_tag
from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator, NamedTuple, Sequence
from dockerfile_astro_lint.core.files import Overlay
from dockerfile_astro_lint.core.source import Source, encode
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN
from dockerfile_astro_lint.engine.diagnostics import Diagnostic, Failure, Report, Result, make_report
from dockerfile_astro_lint.engine.linter import Linter, is_relevant, lint_each
from dockerfile_astro_lint.engine.moves import ImageFacts, Move, facts_of, notes_of
from dockerfile_astro_lint.engine.redaction import Redactor, secret_values
from dockerfile_astro_lint.engine.retag import Retag, RetagError, apply, retag, verify
from dockerfile_astro_lint.engine.settings import SettingsFor
from dockerfile_astro_lint.engine.targets import MAX_DOCKERFILE_BYTES, Target
from dockerfile_astro_lint.project.file_kinds import MANIFEST, is_dockerfile, kind_of
from dockerfile_astro_lint.project.folder import dockerfile_of, manifest_of
from dockerfile_astro_lint.project.project import Project

if TYPE_CHECKING:
    from dockerfile_astro_lint.core.progress import Progress
    from dockerfile_astro_lint.engine.suppressions import Ignores
    from dockerfile_astro_lint.project.manifest import Manifest


class Upgrade(NamedTuple):
    """An image with a newer tag to write: where it is, what it is now and would be, and what has to be known.

    `lost` are the providers that the new image no longer has, `probably_lost` those of which it is only likely.
    """

    path: str
    line: int
    now: ImageFacts
    new: ImageFacts
    notes: tuple[str, ...]
    lost: tuple[str, ...]
    probably_lost: tuple[str, ...]
    to_airflow_3: bool


class Kept(NamedTuple):
    """An image that is not changed, and why; `newer` is a tag that somebody may write by hand, empty for none."""

    path: str
    line: int
    reason: str
    newer: str = ""


class Proposal(NamedTuple):
    """What comes of one file; `after` is None if nothing is to be written, `current` counts images that are up to date.

    `result` is what linting finds now. `declared` is the Dockerfile that a manifest names, if no search finds it.
    """

    target: Target
    before: bytes
    after: bytes | None
    upgrades: tuple[Upgrade, ...]
    kept: tuple[Kept, ...]
    current: int
    result: Result
    declared: str = ""


class Upgrades(NamedTuple):
    """What comes of all files: the proposals, the overlay with the new tags, and a report.

    The findings of the report are those that the new images cause; its failures also name the images that cannot be
    changed.
    """

    proposals: tuple[Proposal, ...]
    overlay: Overlay
    report: Report


def find_upgrades(
    targets: Sequence[Target],
    settings_for: SettingsFor,
    overlay: Overlay,
    to: str,
    processes: int | None = None,
    progress: "Progress | None" = None,
) -> Upgrades:
    """The upgrades of Dockerfiles and manifests to `latest-patch`, `latest` or a series; nothing is written."""
    do = partial(propose, to=to)
    proposals = lint_each(targets, settings_for, overlay, do, processes, progress)
    known = {target.name for target in targets}
    declared = dict.fromkeys(one.declared for one in proposals if one.declared and one.declared not in known)
    proposals += lint_each([Target(path) for path in declared], settings_for, overlay, do)
    changed = [one for one in proposals if one.after is not None]
    for one in changed:
        overlay = overlay.with_bytes(one.target.path, one.after)
    results = [one.result._replace(diagnostics=(), suppressed=(), unused=()) for one in proposals]
    after = lint_each(
        [_whole(one.target) for one in changed], settings_for, overlay, processes=processes, progress=progress
    )
    results += [_new(one.result, result) for one, result in zip(changed, after, strict=True)]
    return Upgrades(tuple(proposals), overlay, make_report(results))


def _new(before: Result, after: Result) -> Result:
    """A result without what another one has too: an upgrade moves no lines, but a message may name the version."""
    known, stayed = (set(map(_identity, result.diagnostics)) for result in (before, after))
    gone = Counter(_identity(one)[:3] for one in before.diagnostics if _identity(one) not in stayed)
    new = []
    for one in after.diagnostics:
        place = _identity(one)[:3]
        if _identity(one) in known:
            continue
        if gone[place]:
            gone[place] -= 1
        else:
            new.append(one)
    return after._replace(diagnostics=tuple(new), suppressed=(), unused=())


def _identity(diagnostic: Diagnostic) -> tuple[str, str, int, str]:
    return diagnostic.rule.code, diagnostic.path, diagnostic.place[0], diagnostic.message


class _Planned(NamedTuple):
    retag: Retag
    tag: Tag
    new: NewTag


class _File(NamedTuple):
    """What is worked out once for all images of a file; `comments` is None without any comment for astro-lint."""

    redactor: Redactor
    comments: "Ignores | None"


def propose(linter: Linter, target: Target, to: str) -> Proposal:
    """The upgrades of one file."""
    result, project = linter.lint(_whole(target))
    nothing = Proposal(target, b"", None, (), (), 0, result)
    if project is None:
        return nothing
    manifest = project.manifest
    if manifest and manifest.runtime is None:
        if not (project.declared or result.failures):
            return nothing._replace(result=result._replace(failures=tuple(_unusable(manifest))))
        declared = project.declared.dockerfile.source.path if project.declared else ""
        # A search finds it by its name, unless the configuration leaves it out.
        is_found = not target.by_hand and is_dockerfile(os.path.basename(declared))
        return nothing._replace(declared="" if is_found else declared)
    path = (manifest.source if manifest else project.dockerfile.source).path
    kept: list[Kept] = []
    failures: list[Failure] = []
    planned: list[_Planned] = []
    file, current = _file(project), 0
    if manifest and project.final_base is None:
        failures.append(Failure(path, "`runtime` is not a plain text that names an image: change it by hand"))
    elif not manifest and not project.bases:
        failures += _hidden(project, path)
    for base in [project.final_base] if manifest else project.bases:
        if base is None:
            continue
        line = base.stage.instruction.line.first
        try:
            found = _decide(base, project, to, file)
        except RetagError as error:
            failures.append(_failure(path, line, str(error)))
            continue
        if isinstance(found, _Planned):
            planned.append(found)
        elif found is not None:
            kept.append(found)
        else:
            current += 1
    before, after = b"", None
    if planned:
        try:
            before, after = _written(linter, target, project, [one.retag for one in planned])
        except RetagError as error:
            failures += [_failure(path, one.retag.base.stage.instruction.line.first, str(error)) for one in planned]
            planned = []
    upgrades = tuple(_upgrade(one, project, path, file.redactor) for one in planned)
    result = result._replace(failures=(*result.failures, *failures))
    return Proposal(target, before, after, upgrades, tuple(kept), current, result)


def _whole(target: Target) -> Target:
    """The target with which a manifest is linted as its project, and not as one file of it."""
    return target._replace(by_hand=False) if target.path and kind_of(target.path) is MANIFEST else target


def _failure(path: str, line: int, reason: str) -> Failure:
    return Failure(path, f"line {line}: {reason}")


def _unusable(manifest: "Manifest") -> Iterator[Failure]:
    """Why the keys of a manifest that should name an image name none."""
    from dockerfile_astro_lint.core.toml_spans import places

    keys, source, named = places(manifest.source.text), manifest.source, manifest.dockerfile
    for key in ("runtime", "dockerfile"):
        if place := keys.get(("tool", "astro", key)):
            why = f"`{key}` is not a string: write it in quotes"
            if named and key == "dockerfile":
                why = f"`dockerfile` names `{named.text}`, which is not a Dockerfile in the project that can be read"
            yield _failure(source.path, source.position(place.key[0])[0], why)


def _hidden(project: Project, path: str) -> Iterator[Failure]:
    """Why the image of an Astro project is not known, if it is not."""
    root = project.dockerfile.root(project.final) if project.final else None
    if is_relevant(project) and root and root.reference and UNKNOWN in root.reference.name:
        reason = "the image is not known before the build: declare its ARG with a default, or pass --build-arg"
        yield _failure(path, root.instruction.line.first, reason)


def _decide(base: Base, project: Project, to: str, file: _File) -> "_Planned | Kept | None":
    """What becomes of one image, None if it is up to date; raise RetagError for one that cannot be changed."""
    path, line, catalog = base.stage.instruction.source.path, base.stage.instruction.line.first, project.catalog
    image, tag, reference = base.image, base.tag, base.stage.reference
    if image.role == "certified":
        return Kept(path, line, "Astronomer Certified has no newer images: move to Astro Runtime by hand")
    if image.role == "agent":
        return Kept(path, line, "the catalog does not list images of the Remote Execution agent")
    if reference is None or (reference.tag is not None and not reference.tag.known):
        # With --build-arg the tag would be known, and still not be in the file.
        raise RetagError("the tag is not known before the build: declare its ARG with a default")
    if image.digest and base.version is None:
        return Kept(path, line, "pinned by its digest alone, so its version is not known")
    if base.version is None or tag is None:
        raise RetagError("the image has no valid Runtime version: name one, such as `3.3-8` or `13.11.0`")
    if image.development or tag.has("prerelease"):
        return Kept(path, line, "a pre-release, and the catalog lists only releases")
    choice = choose(base.version, to, catalog, project.today)
    if choice.refused:
        raise RetagError(choice.reason)
    if choice.version is None:
        return Kept(path, line, choice.reason) if choice.reason else None
    new = new_tag(tag, choice.version, catalog)
    held = _held(base, project, file)
    if held is not None:
        return Kept(path, line, f"an ignore comment for AST304 holds it{f': {held}' if held else ''}")
    if image.digest:
        reason = f"pinned by a digest, which selects the image whatever the tag is: replace both for `{new.text}`"
        return Kept(path, line, reason, new.text)
    return _Planned(retag(base, new, project.settings.mirrors, project.manifest is not None), tag, new)


def _file(project: Project) -> _File:
    redactor, comments = Redactor(secret_values(project.settings.build_args)), None
    if "astro-lint:" in project.dockerfile.source.text:
        from dockerfile_astro_lint.engine.suppressions import ignores

        comments = ignores(project.dockerfile)
    return _File(redactor, comments)


def _held(base: Base, project: Project, file: _File) -> str | None:
    """The reason of an ignore comment for AST304, which reports outdated builds; None without one that counts."""
    if "AST304" in project.settings.policy.get("forbid-ignores", ()):
        return None
    source = base.stage.instruction.source
    rule, lines = ("AST304", "outdated-build"), [base.segment("version").span.start, base.reference.start]
    if project.manifest:
        from dockerfile_astro_lint.engine.suppressions import ignored_above

        found = ignored_above(source, *rule, source.position(lines[0])[0])
        return file.redactor.text(found[0], [source]) if found else None
    if file.comments is None:
        return None
    matched = file.comments.matching(*rule, [source.position(at)[0] for at in lines])
    return file.redactor.text(file.comments.places[min(matched)], [source]) if matched else None


def _written(linter: Linter, target: Target, project: Project, retags: Sequence[Retag]) -> tuple[bytes, bytes]:
    """The bytes now and with the new tags; raise RetagError unless the file then says what was wanted."""
    manifest = project.manifest
    source: Source = manifest.source if manifest else project.dockerfile.source
    before = encode(source.text, source.bom)
    try:
        same = linter.overlay.read(target.path, MAX_DOCKERFILE_BYTES) == before
    except (OSError, ValueError):
        same = False
    if not same:
        raise RetagError("the file changed since it was read; run again")
    after = encode(apply(source, retags), source.bom)
    if manifest is None:
        args = project.settings.build_args
        verify(project.dockerfile, dockerfile_of(linter.overlay, after, source.path, args), retags)
        return before, after
    new = manifest_of(linter.overlay, after, source.path)
    if new is None or new.runtime is None or new.runtime.text != retags[0].reference.rpartition(":")[2]:
        raise RetagError("`runtime` is written in a way that cannot be changed here")
    return before, after


def _upgrade(planned: _Planned, project: Project, path: str, redactor: Redactor) -> Upgrade:
    base, catalog = planned.retag.base, project.catalog
    assert base.version is not None
    assert base.stage.reference is not None
    old, new = base.version, planned.new.version
    facts = facts_of(planned.tag._replace(version=old), catalog), facts_of(parse_tag(planned.new.text), catalog)
    had = providers_of_runtime(old.family, old.numbers, planned.tag.has("slim"))
    has = providers_of_runtime(new.family, new.numbers, planned.tag.has("slim"))
    lost = sorted(had - has) if had and has and old.family != new.family else []
    notes = [*planned.new.reasons, *notes_of(old, new, catalog, project.today)]
    if new.floating:
        notes.append(f"`{old}` is a floating tag, and so is `{new}`: AST103 pins it")
    name = planned.retag.reference.rpartition(":")[0]
    is_moved = project.manifest is None and name != base.stage.reference.name
    name = redactor.text(name, [base.stage.instruction.source])
    if is_moved:
        notes.append(f"the repository is now `{name}`")
    if base.mirror or base.image.mirror:
        notes.append(f"`{name}` is a mirror: it needs this tag before the build")
    ended = ended_note(new, catalog, project.today)
    return Upgrade(
        path,
        base.stage.instruction.line.first,
        *facts,
        tuple([*notes, ended] if ended else notes),
        tuple(one for one in lost if one not in PROBABLY_NOT_IN_AIRFLOW_3),
        tuple(one for one in lost if one in PROBABLY_NOT_IN_AIRFLOW_3),
        new.family == 3 and old.family != 3,
    )


def move(upgrade: Upgrade) -> Move:
    """An upgrade as a report of `--as-if` shows it."""
    return Move(upgrade.path, str(upgrade.now), str(upgrade.new), upgrade.notes, upgrade.to_airflow_3)
