"""What Python files use that an image may lack: imports, names, arguments; parsed without running anything."""

import ast
import re
import warnings

from dockerfile_astro_lint.core.compat import Iterator, NamedTuple, Sequence
from dockerfile_astro_lint.core.source import Source, Span
from dockerfile_astro_lint.project.import_prefilter import NO_TARGET, Target
from dockerfile_astro_lint.project.lost_names import lost_in
from dockerfile_astro_lint.project.python_uses import (
    NO_BINDINGS,
    Argument,
    Bindings,
    LostName,
    PluginView,
    UseFinder,
    asks_for_attribute,
    bindings_of,
)
from dockerfile_astro_lint.project.version_guards import Names, may_run, names_of, version_tests


class Import(NamedTuple):
    """An import that would run on the image; `start` and `end` are the offsets of the module's name.

    `names` are those that a `from … import` imports.

    `replaceable`: an `import imp` or `from imp import reload` in a file that uses nothing of it but `reload`.
    """

    module: str
    start: int
    end: int
    names: tuple[str, ...] = ()
    replaceable: bool = False


class PythonFile(NamedTuple):
    """A Python file with what was searched for; `error` is why it cannot be parsed.

    `uses` are the offsets of the name `imp` if only `imp.reload` is used.
    """

    source: Source
    imports: tuple[Import, ...]
    error: str | None
    uses: tuple[tuple[int, int], ...] = ()
    lost: tuple[LostName, ...] = ()
    arguments: tuple[Argument, ...] = ()
    views: tuple[PluginView, ...] = ()
    utf8: bool = True
    """Whether it can be fixed: only UTF-8 files are."""

    def span(self, found: Import | LostName | Argument | PluginView) -> Span:
        """The range of what was found in this file."""
        return Span(self.source, found.start, found.end)


def read_imports(
    data: bytes, path: str, modules: frozenset[str], python: tuple[int, int], target: Target = NO_TARGET
) -> PythonFile:
    """Find the unguarded imports of `modules` (dotted names) and of what is below them, for a Python version, and what
    the `target` lacks.
    """
    try:
        encoding = _encoding(data)
        text = data.decode(encoding)
        tree = parse_python(data)
    except (SyntaxError, ValueError, LookupError, RecursionError, MemoryError) as error:
        return PythonFile(Source(path, "", (0,)), (), _reason(error))
    source = Source(path, text, (0, *(match.end() for match in re.finditer(r"\r\n?|\n", text))))
    try:
        bindings = bindings_of(tree) if target != NO_TARGET else NO_BINDINGS
        # Only a call that imports by a text, or what is used of an import, is in an expression.
        expressions = bool(bindings) or b"import_" in data or b"__import" in data
        finder = _Finder(source, modules, python, names_of(tree, python), target, bindings, expressions)
        found = tuple(finder.visit(tree.body))
        imports = tuple(one for one in found if isinstance(one, Import))
        # Only UTF-8 files are fixed.
        fixable = encoding.startswith("utf-8") and any(one.module == "imp" for one in imports)
        uses = finder.reload_only(tree) if fixable else None
    except RecursionError:
        return PythonFile(source, (), "nested too deeply")
    if uses is not None:
        imports = tuple(one._replace(replaceable=one.module == "imp") for one in imports)
    return PythonFile(
        source,
        imports,
        None,
        uses or (),
        tuple(one for one in found if isinstance(one, LostName)),
        tuple(one for one in found if isinstance(one, Argument)),
        tuple(one for one in found if isinstance(one, PluginView)),
        encoding.startswith("utf-8"),
    )


_Found = Import | LostName | Argument | PluginView


def _reason(error: Exception) -> str:
    if isinstance(error, SyntaxError) and error.lineno:
        return f"{error.msg} (line {error.lineno})"
    return (error.msg if isinstance(error, SyntaxError) else str(error)) or type(error).__name__


def parse_python(data: bytes | str) -> ast.Module:
    """The tree of a Python file, without Python's warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(data)
        except SyntaxError as error:
            if "int_max_str_digits" not in str(error):
                raise
            # Numbers say nothing of imports, so that they may be others.
            digits = rb"(?<![\w.])\d[\d_]{3999,}(?![\w.])"
            data = data.encode() if isinstance(data, str) else data
            return ast.parse(re.sub(digits, lambda number: b"1e" + b"0" * (len(number[0]) - 2), data))


def _encoding(data: bytes) -> str:
    """The encoding of a Python file by PEP 263; raise SyntaxError."""
    import io
    import tokenize

    return tokenize.detect_encoding(io.BytesIO(data).readline)[0]


_IMPORT_ERRORS = ("ImportError", "ModuleNotFoundError", "Exception", "BaseException")


class _Finder(UseFinder):
    def __init__(
        self,
        source: Source,
        modules: frozenset[str],
        python: tuple[int, int],
        names: Names,
        target: Target,
        bindings: Bindings,
        expressions: bool,
    ) -> None:
        super().__init__(source, target, bindings)
        self.modules, self.python, self.names, self.expressions = modules, python, names, expressions

    def narrowed(self, modules: frozenset[str], target: Target, bindings: Bindings) -> "_Finder":
        """One that looks for less."""
        inner = _Finder.__new__(_Finder)
        inner.__dict__.update(self.__dict__)
        inner.modules, inner.target, inner.bindings = modules, target, bindings
        return inner

    def visit(self, nodes: Sequence[ast.AST]) -> Iterator[_Found]:
        for node in nodes:
            yield from self.node(node)

    def node(self, node: ast.AST) -> Iterator[_Found]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if self.matches(alias.name):
                    yield self.at(alias.name, alias)
                if kind := lost_in(alias.name, "", self.target):
                    found = self.at(alias.name, alias)
                    yield LostName(kind, alias.name, "", found.start, found.end)
        elif isinstance(node, ast.ImportFrom):
            if node.level == 0 and node.module:
                yield from self.lost_from(node, node.module)
            if node.level == 0 and node.module and self.matches(node.module):
                yield self.from_import(node, node.module)
            elif node.level == 0 and node.module:
                for alias in node.names:
                    if self.matches(f"{node.module}.{alias.name}"):
                        name = self.at(alias.name, alias)
                        yield name._replace(module=f"{node.module}.{alias.name}")
        elif isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            guarded = any(_catches_import_error(handler.type) for handler in node.handlers)  # type: ignore[attr-defined]
            if not guarded:
                asks = any(_catches(handler.type, ("AttributeError",)) for handler in node.handlers)  # type: ignore[attr-defined]
                # An attribute that may be missing is no mistake, an import is.
                inner = self.narrowed(self.modules, self.target, NO_BINDINGS) if asks else self
                yield from inner.visit(node.body)  # type: ignore[attr-defined]
                yield from self.visit(node.handlers)  # type: ignore[attr-defined]
            yield from self.visit(node.orelse)  # type: ignore[attr-defined]
            yield from self.visit(node.finalbody)  # type: ignore[attr-defined]
        elif isinstance(node, (ast.If, ast.IfExp)):
            holds = may_run(node.test, self.python, self.names)
            yield from self.node(node.test)
            if holds is None and (asked := version_tests(node.test, self.python, self.names)):
                # One branch is for another version of Airflow or Python: only running it would tell which.
                airflow = asked == "airflow"
                modules = frozenset(one for one in self.modules if airflow != one.startswith("airflow."))
                target = self.target.without_airflow() if airflow else self.target.without_python()
                inner = self.narrowed(modules, target, self.bindings)
                yield from inner.visit([one for branch in (node.body, node.orelse) for one in _listed(branch)])
                return
            if holds is None and self.bindings and asks_for_attribute(node.test):
                # What is there is asked first: an attribute is no mistake, an import is.
                inner = self.narrowed(self.modules, self.target, NO_BINDINGS)
                yield from inner.visit([one for branch in (node.body, node.orelse) for one in _listed(branch)])
                return
            if holds is not False:
                yield from self.visit(node.body if isinstance(node.body, list) else [node.body])
            if holds is not True:
                yield from self.visit(node.orelse if isinstance(node.orelse, list) else [node.orelse])
        elif isinstance(node, (ast.With, ast.AsyncWith)) and any(_suppresses(item.context_expr) for item in node.items):
            return
        else:
            if isinstance(node, ast.Call):
                yield from self.call(node)
                yield from self.arguments(node)
            elif isinstance(node, ast.Attribute) and self.bindings:
                yield from self.attribute(node)
            elif isinstance(node, ast.ClassDef) and self.target.airflow:
                yield from self.plugin(node)
            children = list(ast.iter_child_nodes(node)) if self.expressions else _statements_in(node)
            if self.bindings.until and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                # It may run when the names of the top level are bound to something else.
                body = node.body if isinstance(node.body, list) else [node.body]
                yield from self.narrowed(self.modules, self.target, Bindings(self.bindings.always)).visit(body)
                inside = set(map(id, body))
                children = [one for one in children if id(one) not in inside]
            yield from self.visit(children)

    def lost_from(self, node: ast.ImportFrom, module: str) -> Iterator[LostName]:
        """What a `from module import …` imports that the target lacks."""
        if kind := lost_in(module, "", self.target):
            found = self.from_import(node, module)
            yield LostName(kind, module, "", found.start, found.end, found.names)
            return
        for alias in node.names:
            if kind := lost_in(module, alias.name, self.target):
                start = self.offset(alias.lineno, alias.col_offset)
                yield LostName(kind, module, alias.name, start, start + len(alias.name))

    def matches(self, name: str) -> bool:
        """Whether a module is one of those that are searched for, or below one."""
        while name not in self.modules:
            name, dot, _ = name.rpartition(".")
            if not dot:
                return False
        return True

    def call(self, node: ast.Call) -> Iterator[Import]:
        """`importlib.import_module("imp")`, `import_module("imp")` and `__import__("imp")`."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        named = [one.value for one in node.keywords if one.arg == "name"]
        argument = node.args[0] if node.args else named[0] if named else None
        if (
            (name in ("import_module", "__import__") or name in self.names.importers)
            and isinstance(argument, ast.Constant)
            and isinstance(argument.value, str)
            and self.matches(argument.value)
        ):
            start = self.offset(argument.lineno, argument.col_offset)
            yield Import(argument.value, start, self.offset(argument.end_lineno or 0, argument.end_col_offset or 0))

    def reload_only(self, tree: ast.Module) -> tuple[tuple[int, int], ...] | None:
        """The offsets of the name `imp`, if nothing of it but `imp.reload` is used, which importlib has too."""
        places = []
        taken = False
        attributes: set[int] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "imp":
                if node.attr != "reload":
                    return None
                attributes.add(id(node.value))
                start = self.offset(node.value.lineno, node.value.col_offset)
                places.append((start, start + len("imp")))
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id == "imp" and id(node) not in attributes:
                return None
            if isinstance(node, ast.Import) and any(one.name == "imp" and one.asname for one in node.names):
                return None
            if isinstance(node, ast.ImportFrom) and node.module == "imp":
                if any(one.name != "reload" for one in node.names):
                    return None
                taken = True
            elif (
                isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.partition(".")[0] == "imp"
            ):
                return None
            elif "imp" in (getattr(node, "arg", ""), getattr(node, "asname", ""), *getattr(node, "names", ())):
                return None  # another thing with that name
        return tuple(sorted(places)) if places or taken else None

    def at(self, module: str, node: ast.alias) -> Import:
        start = self.offset(node.lineno, node.col_offset)
        return Import(module, start, start + len(module))

    def from_import(self, node: ast.ImportFrom, module: str) -> Import:
        start = self.offset(node.lineno, node.col_offset)
        dotted = r"[\s\\]*\.[\s\\]*".join(map(re.escape, module.split(".")))
        match = re.compile(rf"from[\s\\]+({dotted})\b").match(self.source.text, start)
        names = tuple(alias.name for alias in node.names)
        if match is None:
            return Import(module, start, start + len("from"), names)
        return Import(module, match.start(1), match.end(1), names)


def _statements_in(node: ast.AST) -> list[ast.AST]:
    """The statements, handlers and cases right below a node."""
    if isinstance(node, ast.expr):
        return []
    return [one for name in ("body", "orelse", "finalbody", "cases") for one in getattr(node, name, ())]


def _listed(branch: "ast.expr | list[ast.stmt]") -> list[ast.AST]:
    return [*branch] if isinstance(branch, list) else [branch]


def _catches_import_error(node: ast.expr | None) -> bool:
    return node is None or _catches(node, _IMPORT_ERRORS)


def _catches(node: ast.expr | None, errors: Sequence[str]) -> bool:
    if isinstance(node, ast.Tuple):
        return any(_catches(one, errors) for one in node.elts)
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name in errors


def _suppresses(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name == "suppress" and any(_catches_import_error(one) for one in node.args)
