"""Code actions: fixes, ignore comments, the page of a rule."""

import os
from collections.abc import Collection
from difflib import SequenceMatcher

from lsprotocol import types

from dockerfile_astro_lint.core.compat import Iterator, Mapping, NamedTuple, Sequence
from dockerfile_astro_lint.core.display import sanitize
from dockerfile_astro_lint.core.source import Edit, decode, decoded, line_ending
from dockerfile_astro_lint.dockerfile.parser import Dockerfile
from dockerfile_astro_lint.engine.diagnostics import Diagnostic
from dockerfile_astro_lint.fixes.apply import DockerfileFixes, fix_dockerfile, fix_python, fix_text
from dockerfile_astro_lint.fixes.ignore_comments import comments_for
from dockerfile_astro_lint.language_server.documents import Document, Snapshot
from dockerfile_astro_lint.language_server.markup import (
    Client,
    covers,
    diagnostic_of,
    offset_shift,
    open_document,
    range_of,
)
from dockerfile_astro_lint.language_server.positions import Text
from dockerfile_astro_lint.language_server.session import Checked, Session
from dockerfile_astro_lint.language_server.uris import uri_of
from dockerfile_astro_lint.project.file_kinds import DOCKERFILE, MANIFEST, PYTHON, kind_of
from dockerfile_astro_lint.project.folder import dockerfile_of
from dockerfile_astro_lint.reports import page

FIX_ALL = "source.fixAll.astroLint"
OPEN_PAGE = "astro-lint.openRulePage"


REASON = "TODO: say why"
"""Of an ignore comment; the user replaces it."""


_MAX_DIFFED = 2000
"""Lines of a file whose lines are compared; a longer one is replaced from the first change to the last."""


class Able(NamedTuple):
    """What a client can do with an action: edits with versions, creating files, asking for an edit later."""

    versions: bool = True
    creates: bool = True
    resolves: bool = True


FileEdits = dict[str, tuple["int | None", list[types.TextEdit]]]
"""The edits of each file by its URI, with the version of an open document; none for a file that does not exist yet."""


class Actions:
    """The actions of one request."""

    def __init__(self, session: Session, snapshot: Snapshot, client: Client, able: Able) -> None:
        self.session, self.snapshot, self.client, self.able = session, snapshot, client, able

    def at(self, uri: str, place: types.Range, only: Sequence[str] | None) -> list[types.CodeAction]:
        """The actions for a range of a document; `only` are the kinds that are asked for."""
        checked = self.session.check(self.snapshot, uri)
        if checked is None:
            return []
        actions: list[types.CodeAction] = []
        if _asked(types.CodeActionKind.QuickFix, only):
            for finding in checked.findings:
                shown = diagnostic_of(finding, checked.document, self.snapshot, self.client)
                if covers(shown.range, place):
                    actions += self._for_finding(checked, finding, shown)
            # Fixes before comments, and these before pages; the safe ones first.
            actions.sort(key=lambda action: (action.edit is None, "Ignore" in action.title, not action.is_preferred))
        has_safe_fix = any(one.fix and one.fix.safe for one in checked.findings)
        if has_safe_fix and _asked(FIX_ALL, only):
            action = types.CodeAction("Fix all safe astro-lint findings", FIX_ALL, data={"uri": uri})
            if self.able.resolves:
                actions.append(action)
            elif (edit := self.fix_all(uri)) is not None:
                action.edit = edit
                actions.append(action)
        return actions

    def fix_all(self, uri: str) -> types.WorkspaceEdit | None:
        """All safe fixes of a document that touch no other file; None if they change nothing."""
        document = self.snapshot.documents.get(uri)
        if document is None:
            return None
        try:
            text = self.session.fixed(self.snapshot, document).decode(document.encoding)
        except (OSError, ValueError):
            return None
        edits = list(_difference(document.content, text, self.client))
        return self._workspace_edit({uri: (document.version, edits)}) if edits else None

    def _for_finding(
        self, checked: Checked, finding: Diagnostic, shown: types.Diagnostic
    ) -> Iterator[types.CodeAction]:
        document, code, quick = checked.document, finding.rule.code, types.CodeActionKind.QuickFix
        raw = checked.raw.get(finding.key)
        fix = finding.fix
        if raw and raw.fix and fix:
            edit = self._edit_of(document, raw)
            if edit is not None:
                safety = "" if fix.safe else " (unsafe)"
                title = sanitize(f"Fix {code}{safety}: {fix.title}")
                yield types.CodeAction(title, quick, [shown], is_preferred=fix.safe, edit=edit)
        if raw and code not in ("AST003", *self._forbidden(document)):
            insertions = self._ignore(document, raw)
            if insertions:
                edit = self._workspace_edit({document.uri: (document.version, insertions)})
                yield types.CodeAction(f"Ignore {code} here, with a reason", quick, [shown], edit=edit)
        command = types.Command(f"Open the page of {code}", OPEN_PAGE, arguments=[page(finding.rule)])
        yield types.CodeAction(command.title, quick, [shown], command=command)

    def _forbidden(self, document: Document) -> Collection[str]:
        """The rules that no comment may suppress."""
        settings = self.session.settings(self.snapshot, document)
        forbidden: Collection[str] = settings.settings.policy.get("forbid-ignores", ()) if settings else ()
        return forbidden

    def _ignore(self, document: Document, finding: Diagnostic) -> list[types.TextEdit]:
        """The ignore comment for a finding, in the form of its file; none where it cannot stand."""
        shift = offset_shift(document, finding.span)
        try:
            comments = comments_for(finding.span.source, [finding], REASON)
        except ValueError:
            return []
        if shift is None:
            return []
        return [
            types.TextEdit(range_of(document.content, at + shift, at + shift, self.client), text)
            for at, text in comments
        ]

    def _edit_of(self, document: Document, finding: Diagnostic) -> types.WorkspaceEdit | None:
        """The edits of a fix; None if `--fix` would not apply it to these texts."""
        by_path: dict[str, list[Edit]] = {}
        for edit in finding.fix.edits if finding.fix else ():
            by_path.setdefault(edit.span.source.path, []).append(edit)
        files: FileEdits = {}
        for path, edits in by_path.items():
            found = self._edits_in(document, path, finding, edits)
            if found is None:
                return None
            files.update(found)
        return self._workspace_edit(files)

    def _edits_in(self, document: Document, path: str, finding: Diagnostic, edits: Sequence[Edit]) -> FileEdits | None:
        """The edits of a fix in one file, an open document or a file of the disk."""
        own = path == finding.path
        open_one = document if own else open_document(self.snapshot, path)
        data = document.data if own else self.session.source_of(self.snapshot, os.path.abspath(path))
        if not self._is_applied(document, path, data, finding):
            return None
        source = edits[0].span.source
        if open_one is not None:
            shift = offset_shift(open_one, edits[0].span)
            content, uri, version = open_one.content, open_one.uri, open_one.version
        else:
            plain = kind_of(path) in (DOCKERFILE, MANIFEST)
            content = Text((decode if plain else decoded)(data or b"", path).text)
            uri, version = uri_of(os.path.abspath(path)), None
            shift = 0 if len(content.text) == len(source.text) else None
        if shift is None or (data is None and not self.able.creates):
            return None
        made = []
        for edit in edits:
            start, end, new = edit.span.start, edit.span.end, edit.text
            if start == len(source.text) and new.startswith("\n") and source.text[-1:] in ("", "\n"):
                new = new[1:]
            place = range_of(content, start + shift, end + shift, self.client)
            made.append(types.TextEdit(place, new.replace("\n", line_ending(source))))
        return {uri: (version if data is not None else -1, made)}

    def _is_applied(self, document: Document, path: str, data: bytes | None, finding: Diagnostic) -> bool:
        """Whether the command line would make this fix, which it does not if the rest of the file would change."""
        kind = document.kind if path == finding.path else kind_of(path)
        if kind is DOCKERFILE and data is not None:
            settings = self.session.settings(self.snapshot, document)
            if settings is None:
                return False
            build_args: Mapping[str, str] = settings.settings.build_args

            def parse(data: bytes) -> Dockerfile:
                return dockerfile_of(self.session.overlay, data, path, build_args)

            return fix_dockerfile(DockerfileFixes(data), [finding], parse).data != data
        given = data or b""
        new = fix_python(given, [finding]) if kind is PYTHON else fix_text(given, path, [finding])
        return new is not None and new != data

    def _workspace_edit(self, files: FileEdits) -> types.WorkspaceEdit:
        changes: list[types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile] = []
        if not self.able.versions:
            return types.WorkspaceEdit(changes={uri: edits for uri, (_, edits) in files.items()})
        for uri, (version, edits) in files.items():
            if version == -1:
                changes.append(types.CreateFile(uri, options=types.CreateFileOptions(ignore_if_exists=True)))
            identifier = types.OptionalVersionedTextDocumentIdentifier(uri, None if version == -1 else version)
            if any(edit.new_text for edit in edits) or version != -1:
                changes.append(types.TextDocumentEdit(identifier, list(edits)))
        return types.WorkspaceEdit(document_changes=changes)


def _asked(kind: str, only: Sequence[str] | None) -> bool:
    """Whether a kind of action is asked for: by itself, or by a kind above it; without kinds, all are."""
    return only is None or any(kind == one or kind.startswith(f"{one}.") or one == "" for one in only)


def _difference(before: Text, after: str, client: Client) -> Iterator[types.TextEdit]:
    """The edits that make one text another, by lines."""
    old, new = before.text.splitlines(keepends=True), after.splitlines(keepends=True)
    if max(len(old), len(new)) > _MAX_DIFFED:
        start = _same(before.text, after)
        same = _same(before.text[start:][::-1], after[start:][::-1])
        end = len(before.text) - same
        yield types.TextEdit(range_of(before, start, end, client), after[start : len(after) - same])
        return
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    for tag, first, last, begin, finish in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield types.TextEdit(range_of(before, starts[first], starts[last], client), "".join(new[begin:finish]))


def _same(first: str, second: str) -> int:
    """How many characters two texts begin with in common."""
    differing = (at for at, (one, other) in enumerate(zip(first, second, strict=False)) if one != other)
    return next(differing, min(len(first), len(second)))
