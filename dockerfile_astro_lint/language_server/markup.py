"""Findings as the protocol's diagnostics."""

import os

from lsprotocol import types

from dockerfile_astro_lint.core.compat import Iterator, NamedTuple
from dockerfile_astro_lint.core.display import sanitize
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.engine.diagnostics import Diagnostic
from dockerfile_astro_lint.language_server.documents import Document, Snapshot
from dockerfile_astro_lint.language_server.positions import Text
from dockerfile_astro_lint.language_server.session import Checked
from dockerfile_astro_lint.language_server.uris import uri_of
from dockerfile_astro_lint.reports import url

SOURCE = "astro-lint"


_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
}


UNNECESSARY = {"AST003": "unused suppression", "AST209": "", "AST601": "", "AST605": "no effect"}
"""Rules whose findings can go without a loss, if their message says so."""


DEPRECATED = frozenset(("AST203", "AST301", "AST303"))
"""Rules about images that should no longer be used."""


class Client(NamedTuple):
    """How a client counts characters, and which parts of a diagnostic it understands."""

    encoding: str = "utf-16"
    related: bool = True
    tags: bool = True
    links: bool = True
    data: bool = True
    markdown_hover: bool = True
    markdown_items: bool = True


def diagnostics_of(checked: Checked, snapshot: Snapshot, client: Client) -> list[types.Diagnostic]:
    """All that an editor shows of a document."""
    document = checked.document
    shown = [diagnostic_of(one, document, snapshot, client) for one in checked.findings]
    shift = document.text.startswith("\ufeff")
    for start, end, message in checked.problems:
        place = range_of(document.content, start + shift, end + shift, client)
        shown.append(types.Diagnostic(place, sanitize(message), types.DiagnosticSeverity.Error, source=SOURCE))
    top = types.Range(types.Position(0, 0), types.Position(0, 0))
    error = types.DiagnosticSeverity.Error
    return [*shown, *(types.Diagnostic(top, message, error, source=SOURCE) for message in checked.failures)]


def diagnostic_of(finding: Diagnostic, document: Document, snapshot: Snapshot, client: Client) -> types.Diagnostic:
    """A finding in an open document."""
    code = finding.rule.code
    tags = [types.DiagnosticTag.Unnecessary] if UNNECESSARY.get(code, "\n") in finding.message else []
    tags += [types.DiagnosticTag.Deprecated] if code in DEPRECATED else []
    related = list(_related(finding, document, snapshot, client)) if client.related else None
    fix = finding.fix
    return types.Diagnostic(
        range=range_in(document, finding.span, client),
        message=sanitize(finding.message),
        severity=_SEVERITIES[finding.severity],
        code=code,
        code_description=types.CodeDescription(url(finding)) if client.links else None,
        source=SOURCE,
        tags=tags or None if client.tags else None,
        related_information=related or None,
        data={"name": finding.rule.name, "fix": {"title": fix.title, "safe": fix.safe} if fix else None}
        if client.data
        else None,
    )


def _related(
    finding: Diagnostic, document: Document, snapshot: Snapshot, client: Client
) -> Iterator[types.DiagnosticRelatedInformation]:
    for span, message in finding.related:
        other = document if span.source.path == finding.path else open_document(snapshot, span.source.path)
        place = range_in(other, span, client) if other else range_of(Text(span.source.text), *span[1:], client)
        uri = other.uri if other else uri_of(os.path.abspath(span.source.path))
        yield types.DiagnosticRelatedInformation(types.Location(uri, place), sanitize(message))


def markup(text: str, markdown: bool) -> types.MarkupContent:
    """A page, as it is for a client that shows only plain text."""
    return types.MarkupContent(types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText, text)


def open_document(snapshot: Snapshot, path: str) -> Document | None:
    """The open document of a path as reports print it."""
    absolute = os.path.abspath(path)
    return next((one for one in snapshot.documents.values() if one.path == absolute), None)


def range_in(document: Document, span: Span, client: Client) -> types.Range:
    """A span of a document's file in the document, which may begin with a mark that the file's text lacks."""
    shift = offset_shift(document, span)
    if shift is None:
        # The file is decoded in another way than the editor does: its lines are the same.
        (line, column), (end_line, end_column) = map(span.source.position, (span.start, span.end))
        content = document.content
        start = content.offset(line - 1, column - 1, "utf-32")
        return range_of(content, start, max(content.offset(end_line - 1, end_column - 1, "utf-32"), start), client)
    return range_of(document.content, span.start + shift, span.end + shift, client)


def offset_shift(document: Document, span: Span) -> int | None:
    """How far an offset in the file's text is from that in the document's; None if the texts have other lengths."""
    shift = len(document.text) - len(span.source.text)
    return shift if shift == 0 or (shift == 1 and document.text.startswith("\ufeff")) else None


def range_of(content: Text, start: int, end: int, client: Client) -> types.Range:
    """A range of offsets in a text."""
    first, last = content.position(start, client.encoding), content.position(end, client.encoding)
    return types.Range(types.Position(*first), types.Position(*last))


def covers(outer: types.Range, inner: types.Range) -> bool:
    """Whether two ranges touch."""
    first, second = ((one.start.line, one.start.character) for one in (outer, inner))
    last, end = ((one.end.line, one.end.character) for one in (outer, inner))
    return first <= end and second <= last
