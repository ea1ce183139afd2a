"""Edits of Python files that replace an import, with every use of the name; None where a use is not understood."""

import ast
import re

from dockerfile_astro_lint.core.compat import Mapping, NamedTuple, Sequence, lru_cache
from dockerfile_astro_lint.core.source import Edit, Span
from dockerfile_astro_lint.project.python_imports import PythonFile, parse_python
from dockerfile_astro_lint.project.python_uses import Offsets


class NewName(NamedTuple):
    """Where a name is now."""

    module: str
    name: str


_MOST_NAMES = 50
"""Of one import: the edits for each of its names write all of them."""


class Index(NamedTuple):
    """What has to be known of a file to rename a name in it: computed once, as there may be thousands of imports.

    `names` are all uses, `bound` what else than an import binds, `imported` (module, name) of the imports that bind a
    name, `words` those of the texts that are no docstrings, `paths` the dotted ones. `imports` are those without
    `from`, `attributes` are uses of attributes by the dotted name before (`airflow.datasets` for
    `airflow.datasets.Dataset`).
    """

    statements: Mapping[int, ast.ImportFrom]
    names: Mapping[str, Sequence[ast.Name]]
    bound: frozenset[str]
    imported: Mapping[str, Sequence[tuple[str, str]]]
    words: frozenset[str]
    paths: frozenset[str]
    imports: Sequence[ast.alias]
    attributes: Mapping[str, Sequence[ast.Attribute]]


@lru_cache(maxsize=4)
def index_of(text: str) -> Index:
    """What has to be known of a file; raise SyntaxError and the like."""
    tree = parse_python(text)
    statements: dict[int, ast.ImportFrom] = {}
    names: dict[str, list[ast.Name]] = {}
    bound: set[str] = set()
    imported: dict[str, list[tuple[str, str]]] = {}
    words: set[str] = set()
    docstrings: set[int] = set()
    paths: set[str] = set()
    imports: list[ast.alias] = []
    attributes: dict[str, list[ast.Attribute]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            names.setdefault(node.id, []).append(node)
            if not isinstance(node.ctx, ast.Load):
                bound.add(node.id)
        elif isinstance(node, ast.ImportFrom):
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                statements[line] = node
            for alias in node.names:
                imported.setdefault(alias.asname or alias.name, []).append((node.module or "", alias.name))
        elif isinstance(node, ast.Import):
            imports += node.names
        elif isinstance(node, ast.Attribute):
            if before := dotted_name(node.value):
                attributes.setdefault(before, []).append(node)
        elif isinstance(node, ast.Expr):
            docstrings.add(id(node.value))
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, str) and id(node) not in docstrings:
                words.update(re.findall(r"\w+", node.value))
                paths.update(re.findall(r"\w+(?:\.\w+)+", node.value))
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            bound.update(node.names)
        elif not isinstance(node, (ast.alias, ast.keyword)):
            given = (getattr(node, "arg", None), getattr(node, "name", None), getattr(node, "rest", None))
            bound.update(one for one in given if isinstance(one, str))
    texts = frozenset(words), frozenset(paths)
    return Index(statements, names, frozenset(bound), imported, *texts, imports, attributes)


_DEPTH = 10
"""Parts of a dotted name that is looked at."""


def dotted_name(node: ast.expr) -> str:
    """`a.b.c` for such an expression, empty for any other."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and len(parts) < _DEPTH:
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def bound_by_import(index: Index) -> set[str]:
    """The names that imports without `from` bind."""
    return {alias.asname or alias.name.partition(".")[0] for alias in index.imports}


def replace_import(file: PythonFile, start: int, names: Mapping[str, NewName]) -> tuple[Edit, ...] | None:
    """The edits that import `names` from elsewhere, in the `from … import` around an offset, and rename their uses."""
    if not file.utf8:
        return None
    offsets = Offsets(file.source)
    try:
        index = index_of(file.source.text)
        statement = index.statements.get(file.source.position(start)[0])
        if statement is None or not start_of(offsets, statement) <= start < end_of(offsets, statement):
            return None  # another one on that line
        if len(statement.names) > _MOST_NAMES:
            return None
        edits = edit_statement(offsets, statement, names)
        for alias in statement.names if edits is not None else ():
            new = names.get(alias.name)
            if edits is not None and new and not alias.asname and new.name != alias.name:
                uses = _rename(offsets, index, alias.name, new)
                edits = None if uses is None else (*edits, *uses)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return edits


def start_of(offsets: Offsets, node: ast.stmt | ast.expr | ast.alias) -> int:
    return offsets.at(node.lineno, node.col_offset)


def end_of(offsets: Offsets, node: ast.stmt | ast.expr | ast.alias) -> int:
    return offsets.at(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)


def edit_statement(
    offsets: Offsets, statement: ast.ImportFrom, names: Mapping[str, NewName]
) -> tuple[Edit, ...] | None:
    """The edits of the import itself: its module if all names go to the same one, else several imports."""
    source, start, end = offsets.source, start_of(offsets, statement), end_of(offsets, statement)
    module = statement.module or ""
    targets = [names.get(alias.name, NewName(module, alias.name)) for alias in statement.names]
    if len({target.module for target in targets}) == 1:
        match = re.compile(rf"from[ \t]+({re.escape(module)})\b").match(source.text, start)
        if match is None:
            return None
        edits = [Edit(Span(source, match.start(1), match.end(1)), targets[0].module)]
        for alias, target in zip(statement.names, targets, strict=True):
            if target.name != alias.name:
                at = start_of(offsets, alias)
                edits.append(Edit(Span(source, at, at + len(alias.name)), target.name))
        return tuple(edits)
    line = source.text.rfind("\n", 0, start) + 1
    indent = source.text[line:start]
    after = source.text[end:].partition("\n")[0].strip()
    if indent.strip() or "#" in source.text[start:end] or (after and not after.startswith("#")):
        return None
    groups: dict[str, list[str]] = {}
    for alias, target in zip(statement.names, targets, strict=True):
        name = f"{target.name} as {alias.asname}" if alias.asname else target.name
        groups.setdefault(target.module, []).append(name)
    text = f"\n{indent}".join(f"from {one} import {', '.join(listed)}" for one, listed in groups.items())
    return (Edit(Span(source, start, end), text),)


def _rename(offsets: Offsets, index: Index, old: str, new: NewName) -> tuple[Edit, ...] | None:
    """The edits of the uses of an imported name; None if it is bound anew, or the new name has another meaning."""
    if (
        {old, new.name} & (index.bound | bound_by_import(index))
        or old in index.words
        or len(index.imported.get(old, ())) != 1
    ):
        return None
    if any(one != new for one in index.imported.get(new.name, ())):
        return None
    text, edits = offsets.source.text, []
    for node in index.names.get(old, ()):
        start = start_of(offsets, node)
        if text[start : start + len(old)] != old:
            return None  # in an f-string, whose places older versions of Python do not tell
        edits.append(Edit(Span(offsets.source, start, start + len(old)), new.name))
    return tuple(edits)
