"""Completion: tags in a FROM, rules in ignore comments, keys and values in configuration files."""

import os
import re

from lsprotocol import types

from dockerfile_astro_lint.astro.base_image import base_image
from dockerfile_astro_lint.astro.catalog import Build, Catalog
from dockerfile_astro_lint.astro.image import AIRFLOW_2_REPOSITORY, AIRFLOW_3_REPOSITORY
from dockerfile_astro_lint.config.schema import KEYS, SEVERITIES, Key
from dockerfile_astro_lint.core.compat import Iterable, Iterator, Mapping
from dockerfile_astro_lint.core.source import make_source
from dockerfile_astro_lint.dockerfile.parser import parse_dockerfile
from dockerfile_astro_lint.language_server.configuration import SECTION, is_config
from dockerfile_astro_lint.language_server.documents import Document, Snapshot
from dockerfile_astro_lint.language_server.markup import Client, markup, range_of
from dockerfile_astro_lint.language_server.session import Session
from dockerfile_astro_lint.project.file_kinds import DOCKERFILE, PYTHON
from dockerfile_astro_lint.rules.authoring import Rule
from dockerfile_astro_lint.rules.manual import page
from dockerfile_astro_lint.rules.selection import all_rules

TRIGGERS = (":", "[", ",", '"', "/")


_FROM = re.compile(r"(?i)^\s*FROM\s+(?:--\S+\s+)*(\S*)$")
_IN_IGNORE = re.compile(r"#\s*astro-lint:\s*ignore(?:-file)?\[([^\]]*)$")
_IN_NOQA = re.compile(r"(?i)#\s*noqa:\s*([\w,\s]*)$")
_KEY_IN_CONFIG = re.compile(r"^\s*([\w-]*)$")
_VALUE_IN_CONFIG = re.compile(r"^\s*([\w-]+)\s*=.*?([\"']?)([\w-]*)$")
_TABLE = re.compile(r"(?m)^\s*\[([^\[\]\n]*)\]")


def complete(
    session: Session, snapshot: Snapshot, uri: str, offset: int, client: Client
) -> types.CompletionList | None:
    """What may stand at an offset of a document; None for nothing that is known here."""
    document = snapshot.documents.get(uri)
    if document is None:
        return None
    text = document.text
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    line = text[start:offset]
    found: Iterable[types.CompletionItem] = ()
    if document.path is not None and is_config(document.path):
        found = _in_config(document, line, offset, client)
    if comment := _IN_IGNORE.search(line):
        found = _rules(document, _last_word(comment[1]), offset, client)
    elif document.kind is PYTHON and (comment := _IN_NOQA.search(line)):
        found = _rules(document, _last_word(comment[1]), offset, client, names=False)
    elif document.kind is DOCKERFILE and (image := _FROM.match(line)):
        settings = session.settings(snapshot, document)
        if settings is not None:
            given = settings.settings
            found = _images(document, image[1], offset, client, given.catalog, given.today, given.mirrors)
    items = list(found)
    return types.CompletionList(False, items) if items else None


def _last_word(text: str) -> str:
    return text.replace(",", " ").split(" ")[-1]


def _item(
    document: Document, client: Client, typed: int, offset: int, text: str, number: int, detail: str, end: int = 0
) -> types.CompletionItem:
    """An item that replaces what is typed; `number` is its place in the order."""
    place = range_of(document.content, offset - typed, max(offset, end), client)
    return types.CompletionItem(
        text,
        detail=detail,
        sort_text=f"{number:05}",
        filter_text=text,
        text_edit=types.TextEdit(place, text),
        kind=types.CompletionItemKind.Value,
    )


def _documentation(text: str, client: Client) -> types.MarkupContent | str:
    return markup(text, True) if client.markdown_items else text


def _images(
    document: Document, word: str, offset: int, client: Client, catalog: Catalog, today: str, mirrors: Mapping[str, str]
) -> Iterator[types.CompletionItem]:
    name, colon, tag = word.rpartition(":")
    end = offset
    while end < len(document.text) and not document.text[end].isspace():
        end += 1
    if not colon or "/" in tag:
        for number, (repository, about) in enumerate(
            ((AIRFLOW_3_REPOSITORY, "Astro Runtime, Airflow 3"), (AIRFLOW_2_REPOSITORY, "Astro Runtime, Airflow 2"))
        ):
            if repository.startswith(word):
                yield _item(document, client, len(word), offset, repository, number, about, end)
        return
    family = _family(name, mirrors)
    for number, build in enumerate(_newest_first(catalog, family, today) if family else ()):
        item = _item(document, client, len(tag), offset, str(build.version), number, _about(catalog, build), end)
        item.documentation = _documentation(_dates(catalog, build), client)
        yield item


def _family(name: str, mirrors: Mapping[str, str]) -> int:
    """Whose tags a repository has: 3 for Airflow 3, 2 for Airflow 2, 0 for neither."""
    for family, tag in ((3, "3.0-1"), (2, "13.0.0")):
        stages = parse_dockerfile(make_source("Dockerfile", f"FROM {name}:{tag}\n"), {}).stages
        image = base_image(stages[0], mirrors)[0] if stages else None
        if image and image.role == "runtime" and not image.wrong_repository and not image.misspelt and not image.mirror:
            return family
    return 0


def _newest_first(catalog: Catalog, family: int, today: str) -> Iterator[Build]:
    series = [one for one in catalog.series.values() if one.family == family]
    for one in sorted(series, key=lambda one: one.order, reverse=True):
        yield from reversed(catalog.usable_builds(one.name, today))


def _about(catalog: Catalog, build: Build) -> str:
    airflow = catalog.airflow(build.version)
    return " · ".join(filter(None, (f"Airflow {airflow}" if airflow else "", build.released)))


def _dates(catalog: Catalog, build: Build) -> str:
    end = catalog.end_of_maintenance(build.version)
    facts = (
        ("Airflow", catalog.airflow(build.version)),
        ("Python", build.python),
        ("released", build.released),
        ("end of maintenance", end),
    )
    return "\n".join(f"- {name}: {value}" for name, value in facts if value)


def _rules(
    document: Document, typed: str, offset: int, client: Client, names: bool = True
) -> Iterator[types.CompletionItem]:
    for number, rule in enumerate(all_rules()):
        item = _item(document, client, len(typed), offset, rule.code, number, f"{rule.name}: {rule.summary}")
        # So that typing the name finds the code.
        item.filter_text = f"{rule.code} {rule.name}"
        item.documentation = _documentation(_why(rule), client)
        yield item
        if names and typed and rule.name.startswith(typed):
            yield _item(document, client, len(typed), offset, rule.name, 1000 + number, f"{rule.code}: {rule.summary}")


def _why(rule: Rule) -> str:
    return page(rule).partition("\n## ")[0]


def _in_config(document: Document, line: str, offset: int, client: Client) -> Iterator[types.CompletionItem]:
    """Keys where a line begins, and values behind a key."""
    table = _table_at(document, offset)
    if table is None:
        return
    keys = {key.name: key for key in KEYS}
    if not table and (typed := _KEY_IN_CONFIG.match(line)):
        for number, key in enumerate(KEYS):
            yield _item(document, client, len(typed[1]), offset, key.name, number, key.help)
        return
    value = _VALUE_IN_CONFIG.match(line)
    name = table or (value[1] if value else "")
    if name not in keys:
        return
    if table == "severity" and (typed := _KEY_IN_CONFIG.match(line)):
        yield from _rules(document, typed[1], offset, client, names=False)
    elif value:
        yield from _values(document, keys[name], value[3], offset, client)


def _values(document: Document, key: Key, typed: str, offset: int, client: Client) -> Iterator[types.CompletionItem]:
    if key.kind in ("codes", "codes by glob"):
        yield from _rules(document, typed, offset, client)
    words = key.choices if key.kind == "choice" else SEVERITIES if key.kind == "severities" else ()
    words = ("true", "false") if key.kind == "switch" else words
    for number, word in enumerate(words):
        yield _item(document, client, len(typed), offset, word, number, key.help)


def _table_at(document: Document, offset: int) -> str | None:
    """The table of astro-lint that an offset is in, empty for its own keys; None in another's."""
    tables = [found[1].strip() for found in _TABLE.finditer(document.text, 0, offset)]
    name = os.path.basename(document.path or "")
    last = tables[-1] if tables else ""
    if name in ("astro-lint.toml", ".astro-lint.toml"):
        return last.strip("\"'")
    prefix = f"tool.{SECTION}" if name == "pyproject.toml" else SECTION
    if last == prefix:
        return ""
    return last[len(prefix) + 1 :] if last.startswith((f"{prefix}.", f"{prefix}:")) else None
