"""The documents that an editor has open, and what their changes make of them."""

import os
import re

from dockerfile_astro_lint.core.compat import Mapping, NamedTuple
from dockerfile_astro_lint.language_server.positions import Text
from dockerfile_astro_lint.language_server.uris import name_of, path_of
from dockerfile_astro_lint.project.file_kinds import DOCKERFILE, FOREIGN, OTHER, PYTHON, REQUIREMENTS, FileKind, kind_of

_HALF = re.compile("[\ud800-\udfff]")
_CODING = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_LINTED_NOWHERE = (FOREIGN, OTHER)


class Document(NamedTuple):
    """An open document as of one change; `path` is None for one that is no file, `version` is what the client says."""

    uri: str
    path: str | None
    language: str
    version: int
    content: Text

    @property
    def text(self) -> str:
        return self.content.text

    @property
    def kind(self) -> FileKind:
        """What the document is by its name, or a Dockerfile if the editor says so."""
        kind = kind_of(self.path or name_of(self.uri))
        if kind in _LINTED_NOWHERE:
            return DOCKERFILE if self.language == "dockerfile" and kind is OTHER else FOREIGN
        return kind

    @property
    def encoding(self) -> str:
        """The encoding that saving it would use: in Python files and requirements, the one that a comment names."""
        if self.kind in (PYTHON, REQUIREMENTS):
            for line in self.text.split("\n", 2)[:2]:
                named = _CODING.match(line)
                # These two encode names of hosts, slowly.
                if named and named[1].lower() not in ("idna", "punycode"):
                    try:
                        self.text.encode(named[1])
                    except (LookupError, ValueError):
                        break
                    return named[1]
        return "utf-8"

    @property
    def data(self) -> bytes:
        """The bytes that saving it would write, apart from a mark at the beginning that editors do not show."""
        return self.text.encode(self.encoding)


class Change(NamedTuple):
    """What replaces a range (line, character, end line, end character) of a document; no range: all of it."""

    text: str
    range: tuple[int, int, int, int] | None = None


def opened(uri: str, language: str, version: int, text: str) -> Document:
    path = path_of(uri)
    return Document(uri, path and os.path.abspath(path), language, version, Text(_whole(text)))


def changed(document: Document, version: int, changes: list[Change], encoding: str) -> Document:
    """A document after changes, each relative to what the one before left."""
    content = document.content
    for text, place in changes:
        if place is None:
            content = Text(_whole(text))
            continue
        first, second = content.offset(*place[:2], encoding), content.offset(*place[2:], encoding)
        start, end = min(first, second), max(first, second)
        content = Text(content.text[:start] + _whole(text) + content.text[end:])
    return document._replace(version=version, content=content)


def _whole(text: str) -> str:
    """A text without halves of surrogate pairs, as no file has them; what replaces one is as long in any encoding."""
    return _HALF.sub("\ufffd", text) if not text.isascii() and _HALF.search(text) else text


class Snapshot(NamedTuple):
    """All that an answer depends on, but the disk; `number` grows with every change.

    `roots` are the absolute paths of the workspace folders; `settings` those of the editor, by root, "" for none.
    """

    number: int = 0
    documents: Mapping[str, Document] = {}
    roots: tuple[str, ...] = ()
    settings: Mapping[str, Mapping[str, object]] = {}

    def root_of(self, path: str | None) -> str:
        """The innermost workspace folder of a path; empty for none."""
        inside = [root for root in self.roots if path and (path == root or path.startswith(os.path.join(root, "")))]
        return max(inside, key=len, default="")
