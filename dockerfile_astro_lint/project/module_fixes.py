"""Edits of Python files that replace a module which is used by its name: `import a.b` and `a.b.Name(…)`.

None where a use is not understood: the module handed on, bound anew, or named in a text.
"""

import ast

from dockerfile_astro_lint.core.compat import Callable, Mapping, NamedTuple
from dockerfile_astro_lint.core.source import Edit, Span
from dockerfile_astro_lint.project.python_fixes import (
    Index,
    NewName,
    bound_by_import,
    edit_statement,
    end_of,
    index_of,
    start_of,
)
from dockerfile_astro_lint.project.python_imports import PythonFile
from dockerfile_astro_lint.project.python_uses import Offsets


class ModuleEdits(NamedTuple):
    """The edits, and what each name of the module that the file uses becomes."""

    edits: tuple[Edit, ...]
    names: Mapping[str, NewName]


def replace_module(
    file: PythonFile, start: int, module: str, new_name: Callable[[str], NewName | None]
) -> ModuleEdits | None:
    """The edits that import another module at an offset, where `module` is imported, and rename what is used of it.

    All that is used of it must be in one other module now, as `new_name` tells.
    """
    if not file.utf8:
        return None
    offsets = Offsets(file.source)
    try:
        index = index_of(file.source.text)
        if any(path == module or path.startswith(f"{module}.") for path in index.paths):
            return None
        alias = next((one for one in index.imports if start_of(offsets, one) == start), None)
        return (
            _plain(offsets, index, alias, module, new_name) if alias else _from(offsets, index, start, module, new_name)
        )
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _plain(
    offsets: Offsets, index: Index, alias: ast.alias, module: str, new_name: Callable[[str], NewName | None]
) -> ModuleEdits | None:
    """`import a.b`, with or without `as`."""
    if alias.name != module or sum(one.name == module for one in index.imports) != 1:
        return None
    root = alias.asname or module.partition(".")[0]
    if root in index.bound or root in index.imported:
        return None
    if alias.asname and sum(one.asname == root or one.name.partition(".")[0] == root for one in index.imports) != 1:
        return None
    names = _used(index, alias.asname or module, new_name)
    target = next(iter(names.values())).module if names else ""
    if not names or not (alias.asname or target.startswith(f"{root}.")):
        return None
    at = start_of(offsets, alias)
    edits = _rename(offsets, index, alias.asname or module, names, alias.asname or target)
    if edits is None or offsets.source.text[at : at + len(module)] != module:
        return None
    return ModuleEdits((Edit(Span(offsets.source, at, at + len(module)), target), *edits), names)


def _from(
    offsets: Offsets, index: Index, start: int, module: str, new_name: Callable[[str], NewName | None]
) -> ModuleEdits | None:
    """`from a import b`, with or without `as`."""
    statement = index.statements.get(offsets.source.position(start)[0])
    parent, _, last = module.rpartition(".")
    found = [one for one in statement.names if start_of(offsets, one) == start] if statement else []
    if statement is None or len(found) != 1 or found[0].name != last or statement.module != parent:
        return None
    local = found[0].asname or last
    names = _used(index, local, new_name)
    if not names or local in (index.bound | bound_by_import(index)) or len(index.imported.get(local, ())) != 1:
        return None
    above, _, below = next(iter(names.values())).module.rpartition(".")
    taken = below in (index.bound | bound_by_import(index) | index.names.keys() | index.imported.keys())
    if not above or (not found[0].asname and below != last and taken):
        return None
    edits = edit_statement(offsets, statement, {last: NewName(above, below)})
    uses = _rename(offsets, index, local, names, found[0].asname or below)
    return ModuleEdits((*edits, *uses), names) if edits and uses else None


def _used(index: Index, local: str, new_name: Callable[[str], NewName | None]) -> dict[str, NewName]:
    """What is used of a module, by the name that the file has for it; nothing if that is not understood."""
    uses = index.attributes.get(local, ())
    above, dot, last = local.rpartition(".")
    mentions = (
        [node for node in index.attributes.get(above, ()) if node.attr == last] if dot else index.names.get(local)
    )
    if not uses or len(uses) != len(mentions or ()) or any(not isinstance(node.ctx, ast.Load) for node in uses):
        return {}
    names = {node.attr: new_name(node.attr) for node in uses}
    found = {name: new for name, new in names.items() if new}
    return found if len(found) == len(names) and len({new.module for new in found.values()}) == 1 else {}


def _rename(
    offsets: Offsets, index: Index, local: str, names: Mapping[str, NewName], new: str
) -> tuple[Edit, ...] | None:
    edits = []
    for node in index.attributes.get(local, ()):
        start, end = start_of(offsets, node), end_of(offsets, node)
        if offsets.source.text[start:end] != f"{local}.{node.attr}":
            return None
        edits.append(Edit(Span(offsets.source, start, end), f"{new}.{names[node.attr].name}"))
    return tuple(edits)
