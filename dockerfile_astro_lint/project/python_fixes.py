"""Edits of Python files that replace an import, with every use of the name; None where a use is not understood."""

import ast
import re

from dockerfile_astro_lint.core.compat import Iterator, Mapping, NamedTuple, lru_cache
from dockerfile_astro_lint.core.source import Edit, Span
from dockerfile_astro_lint.project.python_imports import PythonFile, parse_python
from dockerfile_astro_lint.project.python_uses import Offsets


class NewName(NamedTuple):
    """Where a name is now."""

    module: str
    name: str


def replace_import(file: PythonFile, start: int, names: Mapping[str, NewName]) -> tuple[Edit, ...] | None:
    """The edits that import `names` from elsewhere, in the `from … import` around an offset, and rename their uses."""
    if not file.utf8:
        return None
    offsets = Offsets(file.source)
    source = file.source
    try:
        tree = _tree(source.text)
        statement = next((one for one in _imports(tree) if _start(offsets, one) <= start < _end(offsets, one)), None)
        if statement is None:
            return None
        edits = _edit_statement(offsets, statement, names)
        for alias in statement.names:
            new = names.get(alias.name)
            if edits is not None and new and not alias.asname and new.name != alias.name:
                uses = _rename(offsets, tree, statement, alias.name, new)
                edits = None if uses is None else (*edits, *uses)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return edits


@lru_cache(maxsize=4)
def _tree(text: str) -> ast.Module:
    return parse_python(text)


def _imports(tree: ast.Module) -> Iterator[ast.ImportFrom]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level == 0)


def _start(offsets: Offsets, node: ast.stmt | ast.expr | ast.alias) -> int:
    return offsets.at(node.lineno, node.col_offset)


def _end(offsets: Offsets, node: ast.stmt | ast.expr | ast.alias) -> int:
    return offsets.at(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)


def _edit_statement(
    offsets: Offsets, statement: ast.ImportFrom, names: Mapping[str, NewName]
) -> tuple[Edit, ...] | None:
    """The edits of the import itself: its module if all names go to the same one, else several imports."""
    source, start, end = offsets.source, _start(offsets, statement), _end(offsets, statement)
    module = statement.module or ""
    targets = [names.get(alias.name, NewName(module, alias.name)) for alias in statement.names]
    if len({target.module for target in targets}) == 1:
        match = re.compile(rf"from[ \t]+({re.escape(module)})\b").match(source.text, start)
        if match is None:
            return None
        edits = [Edit(Span(source, match.start(1), match.end(1)), targets[0].module)]
        for alias, target in zip(statement.names, targets, strict=True):
            if target.name != alias.name:
                at = _start(offsets, alias)
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


def _rename(
    offsets: Offsets, tree: ast.Module, statement: ast.ImportFrom, old: str, new: NewName
) -> tuple[Edit, ...] | None:
    """The edits of the uses of an imported name; None if it is bound anew, or the new name has another meaning."""
    source, edits = offsets.source, []
    word = re.compile(rf"\b{re.escape(old)}\b")
    comments = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == old:
            start = _start(offsets, node)
            if not isinstance(node.ctx, ast.Load) or source.text[start : start + len(old)] != old:
                return None
            edits.append(Edit(Span(source, start, start + len(old)), new.name))
        elif isinstance(node, ast.Name) and node.id == new.name and not isinstance(node.ctx, ast.Load):
            return None
        elif isinstance(node, ast.ImportFrom) and node is not statement:
            for alias in node.names:
                bound = alias.asname or alias.name
                is_new = (node.module, alias.name) == new
                if bound == old or (bound == new.name and not is_new):
                    return None
        elif isinstance(node, ast.Import):
            if any((alias.asname or alias.name.partition(".")[0]) in (old, new.name) for alias in node.names):
                return None
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in comments:
            if word.search(node.value):
                return None
        elif {getattr(node, "arg", None), getattr(node, "name", None), getattr(node, "rest", None)} & {old, new.name}:
            if not isinstance(node, (ast.alias, ast.keyword)):
                return None
        elif isinstance(node, (ast.Global, ast.Nonlocal)) and old in node.names:
            return None
    if any(alias.asname is None and alias.name == new.name for alias in statement.names):
        return None
    return tuple(edits)
