"""What an editor shows beside the findings: hover, inlay hints, links to the pages of rules."""

import re

from lsprotocol import types

from dockerfile_astro_lint.astro.base_image import Base, base_image, has_version
from dockerfile_astro_lint.astro.catalog import Catalog
from dockerfile_astro_lint.astro.catalog_facts import build_facts, series_facts
from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.display import sanitize
from dockerfile_astro_lint.dockerfile.parser import Dockerfile
from dockerfile_astro_lint.language_server.configuration import is_config
from dockerfile_astro_lint.language_server.documents import Document, Snapshot
from dockerfile_astro_lint.language_server.markup import Client, markup, range_of
from dockerfile_astro_lint.language_server.session import Session
from dockerfile_astro_lint.project.file_kinds import PYTHON
from dockerfile_astro_lint.reports import page as page_url
from dockerfile_astro_lint.rules.authoring import Rule
from dockerfile_astro_lint.rules.manual import page
from dockerfile_astro_lint.rules.selection import all_rules

IGNORE = re.compile(r"#\s*astro-lint:\s*ignore(?:-file)?\[([^\]\n]*)\]?")
NOQA = re.compile(r"(?i)#\s*noqa:([^#\n]*)")
_WORD = re.compile(r"[A-Za-z][\w-]*")
_CODE = re.compile(r"\bAST\d{3}\b")


_FACTS = ("Airflow", "released", "first seen", "Python", "Python variants", "yanked", "end of maintenance",
          "end of basic support", "newest build")  # fmt: skip
"""What hover says of an image, in this order; `astro-lint catalog show` says more."""


_MAX_LINKS = 1000


def hover(session: Session, snapshot: Snapshot, uri: str, offset: int, client: Client) -> types.Hover | None:
    """What is known of the image or the rule at an offset; None for nothing."""
    document = snapshot.documents.get(uri)
    if document is None:
        return None
    for start, end, rule in rules_named(document):
        if start <= offset <= end:
            text = page(rule) + f"\n[{rule.code}]({page_url(rule)})"
            return types.Hover(markup(text, client.markdown_hover), range_of(document.content, start, end, client))
    parsed = session.dockerfile(snapshot, document)
    if parsed is None:
        return None
    dockerfile, settings = parsed
    shift = document.text.startswith("\ufeff")
    for base in _bases(dockerfile, settings.settings.mirrors):
        span = base.reference
        if span.start + shift <= offset <= span.end + shift and has_version(base):
            lines = _image_page(base, settings.settings.catalog, settings.settings.today)
            place = range_of(document.content, span.start + shift, span.end + shift, client)
            return types.Hover(markup("\n".join(lines), client.markdown_hover), place)
    return None


def _bases(dockerfile: Dockerfile, mirrors: object) -> Iterator[Base]:
    """The stages on Astronomer images."""
    for stage in dockerfile.stages:
        found = base_image(stage, mirrors if isinstance(mirrors, dict) else {}) if stage.base is None else (None, None)
        if found[0] is not None:
            yield Base(stage, found[0], found[0].tag, found[0].reliable_version, found[1])


def _image_page(base: Base, catalog: Catalog, today: str) -> Iterator[str]:
    """What is known of an image, in Markdown, with how it is known."""
    version = base.version
    assert version is not None
    build = catalog.build(version)
    yield f"**Astro Runtime {version}**"
    yield ""
    if version.floating:
        newest = catalog.newest(version.series, today)
        if newest:
            yield f"A floating tag: as of {today}, it stands for `{newest.version}`, as far as the catalog knows."
            yield ""
            build = newest
    elif build is None:
        yield "This build is not in the catalog; what follows is about its series."
        yield ""
    facts = [*(build_facts(catalog, build, today) if build else ()), *series_facts(catalog, version.series, today)]
    yield "| | | known from |"
    yield "|---|---|---|"
    by_name: dict[str, tuple[str, str]] = {}
    for name, value, source in facts:
        if value:
            by_name.setdefault(name, (value, source))
    if base.tag is not None and base.tag.python:
        by_name["Python"] = base.tag.python, "the tag"
    for name in _FACTS:
        if name in by_name:
            value, source = by_name[name]
            yield f"| {name} | {_cell(value)} | {_cell(source)} |"
    yield ""
    yield f"Catalog of {catalog.date}, {catalog.origin}"


def _cell(text: str) -> str:
    return sanitize(text).replace("|", "\\|")


def rules_named(document: Document) -> Iterator[tuple[int, int, Rule]]:
    """The offsets of codes and names of rules in ignore comments, and of codes in a configuration file."""
    text = document.text
    known = {word: rule for rule in all_rules() for word in (rule.code, rule.name)}
    if document.path is not None and is_config(document.path):
        for found in _CODE.finditer(text):
            if found[0] in known:
                yield found.start(), found.end(), known[found[0]]
        return
    if "astro-lint:" not in text and "noqa" not in text.lower():
        return
    patterns = [IGNORE, NOQA] if document.kind is PYTHON else [IGNORE]
    for pattern in patterns:
        for comment in pattern.finditer(text):
            for word in _WORD.finditer(comment[1]):
                name = word[0].upper() if word[0][:3].upper() == "AST" else word[0].lower()
                if name in known:
                    yield comment.start(1) + word.start(), comment.start(1) + word.end(), known[name]


def links(document: Document, client: Client) -> list[types.DocumentLink]:
    """Links from rules in comments to their pages."""
    found = []
    for start, end, rule in rules_named(document):
        place = range_of(document.content, start, end, client)
        found.append(types.DocumentLink(place, page_url(rule), tooltip=f"{rule.code} {rule.name}"))
        if len(found) == _MAX_LINKS:
            break
    return found


def hints(session: Session, snapshot: Snapshot, uri: str, client: Client) -> list[types.InlayHint]:
    """Behind each floating tag, the build that it stands for today."""
    document = snapshot.documents.get(uri)
    parsed = session.dockerfile(snapshot, document) if document else None
    if document is None or parsed is None:
        return []
    dockerfile, settings = parsed
    catalog, today = settings.settings.catalog, settings.settings.today
    shift, shown = document.text.startswith("\ufeff"), []
    for base in _bases(dockerfile, settings.settings.mirrors):
        version = base.version
        if version is None or not version.floating or base.image.role != "runtime" or base.image.digest:
            continue
        newest = catalog.newest(version.series, today)
        if newest is None or base.image.development:
            continue
        place = base.reference
        position = document.content.position(place.end + shift, client.encoding)
        tooltip = f"`{version}` stands for `{newest.version}` today ({today}), by the catalog of {catalog.date}"
        label = f"= {newest.version}"
        shown.append(
            types.InlayHint(types.Position(*position), label, types.InlayHintKind.Parameter, None, tooltip, True)
        )
    return shown
