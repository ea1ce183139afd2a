"""What Python files use of what they import: attributes of modules, arguments of calls, views of plugins."""

import ast
from bisect import bisect_right
from itertools import accumulate

from dockerfile_astro_lint.core.compat import Iterator, Mapping, NamedTuple
from dockerfile_astro_lint.core.source import Source
from dockerfile_astro_lint.project.import_prefilter import PLUGIN_VIEWS, Target
from dockerfile_astro_lint.project.lost_names import lost_in, refused_argument


class LostName(NamedTuple):
    """A use of what the image no longer has (or not yet): a module, or a `name` of a module that is there.

    `kind`: `airflow`, `sdk`, `python` or `provider`. `names` are those that a `from … import` of a lost module imports.
    `imported`: an import, not an attribute of an imported module. `start` and `end` are the offsets of what is lost.
    """

    kind: str
    module: str
    name: str
    start: int
    end: int
    names: tuple[str, ...] = ()
    imported: bool = True


class Argument(NamedTuple):
    """A keyword argument of a call whose callee is surely Airflow's; `others` are the other keywords of that call."""

    callee: str
    name: str
    start: int
    end: int
    value: str
    value_start: int
    value_end: int
    others: tuple[str, ...]


class PluginView(NamedTuple):
    """A list of views, not empty, that an `AirflowPlugin` sets."""

    name: str
    start: int
    end: int


class Bindings(NamedTuple):
    """What imports bind names to (`airflow.models.DAG`).

    `always` are the names that nothing else binds. `until` (what, line of the import, line of what binds it next) are
    others, as far as code of the top level goes: `@dag(…)` above `dag = load()`.
    """

    always: Mapping[str, str] = {}
    until: Mapping[str, tuple[str, int, int]] = {}

    def __bool__(self) -> bool:
        return bool(self.always or self.until)


NO_BINDINGS = Bindings()


def bindings_of(tree: ast.Module) -> Bindings:
    """What the imports of a file bind names to."""
    imported: dict[str, str] = {}
    other: set[str] = set()
    shared: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.alias):
            continue
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                path = alias.name if alias.asname else name
                if imported.setdefault(name, path) != path:
                    other.add(name)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            for alias in node.names:
                name, path = alias.asname or alias.name, f"{module}.{alias.name}"
                known = imported.setdefault(name, path)
                if known != path and not (_same_class(known, path)):
                    other.add(name)
        elif isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                other.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            other.add(node.name)
        elif isinstance(node, ast.arg):
            other.add(node.arg)
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            other.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            other.add(node.rest)
        elif isinstance(node, ast.Global):
            shared.update(node.names)
    always = {name: path for name, path in imported.items() if name not in other}
    rebound = {name for name in other - shared if imported.get(name, "").startswith("airflow.")}
    return Bindings(always, _until(tree, rebound) if rebound else {})


def _until(tree: ast.Module, names: set[str]) -> dict[str, tuple[str, int, int]]:
    """What the first import of each name at the top level binds, and the lines between which it does."""
    bound: dict[str, list[tuple[int, str]]] = {name: [] for name in names}
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        for name, path in _bound_by(node):
            if name in bound:
                bound[name].append((getattr(node, "lineno", 0), path))
        if not isinstance(node, _SCOPES):
            stack += ast.iter_child_nodes(node)
    found = {}
    for name, places in bound.items():
        (line, path), *later = sorted(places) or [(0, "")]
        if path.startswith("airflow."):
            others = [at for at, one in later if one != path and not _same_class(one, path)]
            found[name] = path, line, min(others, default=1 << 30)
    return found


_SCOPES = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp,
    ast.GeneratorExp,
)  # fmt: skip
"""What binds names of its own: nothing in it changes those of the top level."""


def _bound_by(node: ast.AST) -> Iterator[tuple[str, str]]:
    """The names that a node binds, with what an import binds them to."""
    if isinstance(node, ast.Import):
        yield from ((one.asname or one.name.partition(".")[0], one.name if one.asname else "") for one in node.names)
    elif isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        yield from ((one.asname or one.name, f"{module}.{one.name}") for one in node.names)
    elif isinstance(node, ast.Name):
        if not isinstance(node.ctx, ast.Load):
            yield node.id, ""
    elif not isinstance(node, (ast.alias, ast.keyword)):
        for name in (getattr(node, "name", None), getattr(node, "rest", None)):
            if isinstance(name, str):
                yield name, ""


def _same_class(one: str, other: str) -> bool:
    """Whether two imports are of the same class of Airflow, which has several modules to import it from."""
    return (
        one.startswith("airflow.")
        and other.startswith("airflow.")
        and one.rpartition(".")[2] == other.rpartition(".")[2]
    )


_DEPTH = 10
"""Attributes in a row: each of them is looked up, and no module lies deeper."""


class Offsets:
    """The offsets of places in a file that Python gives as a line and a column in UTF-8 bytes."""

    def __init__(self, source: Source) -> None:
        self.source, self.is_ascii = source, source.text.isascii()
        self.columns: tuple[int, list[int]] = 0, []
        """A line with the bytes up to the end of each of its characters: there may be thousands of imports on it."""

    def at(self, line: int, column: int) -> int:
        start = self.source.starts[line - 1]
        if self.is_ascii:
            return start + column
        if self.columns[0] != line:
            end = self.source.starts[line] if line < len(self.source.starts) else len(self.source.text)
            sizes = [len(char.encode("utf-8", "surrogatepass")) for char in self.source.text[start:end]]
            self.columns = line, list(accumulate(sizes))
        return start + bisect_right(self.columns[1], column)


class UseFinder:
    """Finds what a file uses of what it imports and the `target` lacks; `bindings` are the names that imports bind."""

    def __init__(self, source: Source, target: Target, bindings: Bindings) -> None:
        self.source, self.target, self.bindings = source, target, bindings
        self.offsets = Offsets(source)

    def path(self, node: ast.expr) -> str:
        """What a dotted name stands for, by the imports of the file; empty if it is not surely imported."""
        below, depth = "", 0
        while isinstance(node, ast.Attribute) and depth < _DEPTH:
            below = f".{node.attr}{below}"
            node = node.value
            depth += 1
        base = self.bound(node) if isinstance(node, ast.Name) else ""
        return f"{base}{below}" if base else ""

    def bound(self, node: ast.Name) -> str:
        """What an import binds a name to at a place, empty for nothing that is sure."""
        base = self.bindings.always.get(node.id)
        if base is None:
            base, first, last = self.bindings.until.get(node.id, ("", 0, 0))
            base = base if first < node.lineno < last else ""
        return base

    def attribute(self, node: ast.Attribute) -> Iterator[LostName]:
        """A name of an imported module that the target lacks; what is imported itself is reported at its import."""
        if not isinstance(node.ctx, ast.Load) or not (module := self.path(node.value)):
            return
        kind = lost_in(module, node.attr, self.target, attribute=True)
        if kind and node.end_lineno:
            end = self.offset(node.end_lineno, node.end_col_offset or 0)
            yield LostName(kind, module, node.attr, end - len(node.attr), end, imported=False)

    def arguments(self, node: ast.Call) -> Iterator[Argument]:
        """The keyword arguments of a call of Airflow's that it refuses."""
        if not self.target.airflow or not node.keywords:
            return
        callee = self.path(node.func)
        if not callee.startswith("airflow."):
            return
        for one in node.keywords:
            value = one.value.value if isinstance(one.value, ast.Constant) else ""
            text = value if isinstance(value, str) else ""
            if one.arg and refused_argument(callee, one.arg, text, self.target):
                start = self.offset(one.lineno, one.col_offset)
                low = self.offset(one.value.lineno, one.value.col_offset)
                high = self.offset(one.value.end_lineno or 0, one.value.end_col_offset or 0)
                others = tuple(other.arg or "**" for other in node.keywords if other is not one)
                yield Argument(callee, one.arg, start, start + len(one.arg), text, low, high, others)

    def plugin(self, node: ast.ClassDef) -> Iterator[PluginView]:
        """The lists of views that a plugin sets."""
        if not any(self.path(base) == "airflow.plugins_manager.AirflowPlugin" for base in node.bases):
            return
        for one in node.body:
            names = (
                one.targets if isinstance(one, ast.Assign) else [one.target] if isinstance(one, ast.AnnAssign) else []
            )
            value = getattr(one, "value", None)
            name = names[0] if len(names) == 1 else None
            filled = isinstance(value, (ast.List, ast.Tuple)) and bool(value.elts)
            if filled and isinstance(name, ast.Name) and name.id in PLUGIN_VIEWS:
                start = self.offset(name.lineno, name.col_offset)
                yield PluginView(name.id, start, start + len(name.id))

    def offset(self, line: int, column: int) -> int:
        return self.offsets.at(line, column)


def asks_for_attribute(test: ast.expr) -> bool:
    """Whether a condition asks what an object has."""
    return any(isinstance(node, ast.Name) and node.id == "hasattr" for node in ast.walk(test))
