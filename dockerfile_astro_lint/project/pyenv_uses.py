"""Environments of PYENV: which the Dockerfile makes, and which the project's Python code names."""

import ast
import os
import re

from dockerfile_astro_lint.core.compat import Iterator, NamedTuple
from dockerfile_astro_lint.core.files import MAX_PYTHON_BYTES
from dockerfile_astro_lint.core.source import Source, Span
from dockerfile_astro_lint.dockerfile.pyenv import parse_pyenv
from dockerfile_astro_lint.project.project import Project
from dockerfile_astro_lint.project.python_imports import parse_python

VARIABLE = "ASTRO_PYENV_"
"""The frontend sets a variable of this name and that of the environment."""


_OTHER_FILES = (".env", "docker-compose.override.yml", "docker-compose.override.yaml")
"""Files of the project that can set variables."""


_MAKING = re.compile(rf"(?:{VARIABLE}|(?i:PYENV)[ \t]+\S+[ \t]+)([\w-]+)")


class PyenvUse(NamedTuple):
    """A place in Python code that needs an environment."""

    name: str
    span: Span


def pyenv_names(project: Project) -> list[str] | None:
    """The environments that the Dockerfile makes, in its order; None where only the build knows."""
    names = []
    for _, layer in project.layers("PYENV"):
        fields = parse_pyenv(layer.instruction).fields
        if len(fields) < 2 or "$" in fields[1][0]:
            return None
        names.append(fields[1][0])
    for _, assignment in project.assignments("ENV"):
        if assignment.name.startswith(VARIABLE):
            names.append(assignment.name.removeprefix(VARIABLE))
    return names


def pyenv_uses(project: Project) -> Iterator[PyenvUse]:
    """The places in the project's Python files that need an environment, tests left out."""
    context = project.context
    if context is None:
        return
    for path, below in context.python_files(project.python_file):
        if below.startswith("tests/"):
            continue
        try:
            data = context.folder.overlay.read(path, MAX_PYTHON_BYTES)
        except (OSError, ValueError):
            continue
        if VARIABLE.encode() in data or b"task.venv" in data:
            yield from context.folder.overlay.parsed(read_pyenv_uses, data, context.shown(below))


def names_set_elsewhere(project: Project) -> frozenset[str]:
    """The environments whose variable another file of the project may set, such as a second Dockerfile."""
    context = project.context
    if context is None:
        return frozenset()
    own = os.path.basename(project.dockerfile.source.path)
    texts = [context.text(name) for name in (*_OTHER_FILES, *context.folder.dockerfiles) if name != own]
    return frozenset(name for text in texts if text for name in _MAKING.findall(text.text))


def read_pyenv_uses(data: bytes, path: str) -> tuple[PyenvUse, ...]:
    """The places in a Python file that need an environment; none in a file that does not parse."""
    try:
        tree = parse_python(data)
        text = data.decode("utf-8-sig")
        nodes = list(ast.walk(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    source = Source(path, text, (0, *(match.end() for match in re.finditer(r"\r\n?|\n", text))))
    optional = _optional(nodes)
    uses = []
    for node in nodes:
        constant = _constant(node)
        if constant is None or id(constant) in optional or constant.value in optional:
            continue
        start = _offset(source, constant.lineno, constant.col_offset)
        end = _offset(source, constant.end_lineno or 0, constant.end_col_offset or 0)
        uses.append(PyenvUse(str(constant.value).removeprefix(VARIABLE), Span(source, start, end)))
    return tuple(sorted(uses, key=lambda use: use.span.start))


def _constant(node: ast.AST) -> ast.Constant | None:
    """The name in `os.environ["ASTRO_PYENV_x"]`, `os.getenv("ASTRO_PYENV_x")` or `task.venv("x")`."""
    found: ast.AST | None = None
    is_variable = True
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and _name(node.value) == "environ":
        found = node.slice
    elif isinstance(node, ast.Call) and node.args:
        function = node.func
        if _name(function) == "getenv" or (_name(function) == "get" and _name(_owner(function)) == "environ"):
            found = node.args[0] if len(node.args) == 1 and not node.keywords else None
        elif _name(function) == "venv" and _name(_owner(function)) == "task":
            found, is_variable = node.args[0], False
    if not isinstance(found, ast.Constant) or not isinstance(found.value, str):
        return None
    return found if not is_variable or found.value.startswith(VARIABLE) else None


def _name(node: ast.AST | None) -> str:
    return node.attr if isinstance(node, ast.Attribute) else str(getattr(node, "id", ""))


def _owner(node: ast.AST) -> ast.AST | None:
    return node.value if isinstance(node, ast.Attribute) else None


def _optional(nodes: list[ast.AST]) -> set[object]:
    """Names that the code asks for or sets itself, and the numbers of nodes whose failure it handles."""
    optional: set[object] = set()
    for node in nodes:
        if isinstance(node, ast.Compare):
            optional.update(one.value for one in ast.walk(node) if isinstance(one, ast.Constant))
        elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            optional.update(one.value for one in ast.walk(node.slice) if isinstance(one, ast.Constant))
        elif isinstance(node, ast.Try) and any(_catches(handler.type) for handler in node.handlers):
            optional.update(id(one) for statement in node.body for one in ast.walk(statement))
    return optional


def _catches(node: ast.expr | None) -> bool:
    if isinstance(node, ast.Tuple):
        return any(map(_catches, node.elts))
    return node is None or _name(node) in ("KeyError", "LookupError", "Exception", "BaseException")


def _offset(source: Source, line: int, column: int) -> int:
    """Python counts columns in UTF-8 bytes."""
    start = source.starts[line - 1]
    text = source.text[start : start + column]
    return start + (column if text.isascii() else len(text.encode()[:column].decode("utf-8", "ignore")))
