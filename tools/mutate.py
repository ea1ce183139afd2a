"""Break the code in small ways, one at a time, and see whether the tests notice.

    python tools/mutate.py [--list] [--function NAME] [MODULE ...]

Without a MODULE: the tag grammar, the lifecycle, and the rules of tags, registries and lifecycle. The tests are loaded
once; each change is tried in a process of its own, which takes the changed function in. A change that no test notices
is a gap in the tests, or is explained in tools/mutants.txt; an explanation that no longer explains anything is told.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
PACKAGE = ROOT / "dockerfile_astro_lint"
EXPLAINED = Path(__file__).parent / "mutants.txt"
TESTS = (
    "test_image",
    "test_rules",
    "test_messages",
    "test_near_misses",
    "test_shortcuts",
    "test_online",
    "test_catalog",
)
WANTED = re.compile(
    r"test_image|test_near|test_tags|test_shortcuts|test_online|test_catalog|test_(?:rules|messages).py::.*\[AST[123]"
)
"""Of those tests, the ones that are about tags, versions, and the rules of these."""
MAX_SECONDS = 40
"""Of the processor, for one test; a change that makes it hang is noticed."""

SWAPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip


class Mutant(NamedTuple):
    """A change to a function; `what` is how it is told, `code` the function with it."""

    module: str
    function: str
    line: int
    what: str
    code: CodeType

    @property
    def name(self) -> str:
        return f"{self.module}.{self.function}: {self.what}"


def default_modules() -> list[str]:
    rules = sorted(path.stem for path in (PACKAGE / "rules").glob("ast[123]*.py"))
    return ["image", "catalog", "feed", *(f"rules.{name}" for name in rules)]


# Changes.


def mutants(module: str, only: str = "") -> Iterator[Mutant]:
    """Every change to the functions and methods of a module, or to one of them."""
    path = PACKAGE / (module.replace(".", "/") + ".py")
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    for function, node in _functions(tree):
        if only and function != only:
            continue
        for what, line in _changes(node):
            code = _code(compile(tree, str(path), "exec"), function.split("."))
            if code:
                yield Mutant(module, function, line, what, code)


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef) and inner.name != "__init__":
                    yield f"{node.name}.{inner.name}", inner


def _code(code: CodeType, names: list[str]) -> CodeType | None:
    for one in code.co_consts:
        if isinstance(one, CodeType) and one.co_name == names[0]:
            return one if len(names) == 1 else _code(one, names[1:])
    return None


def _changes(function: ast.FunctionDef) -> Iterator[tuple[str, int]]:
    """Change the tree in one place, tell of it, and change it back, place by place."""
    body = ast.Module(function.body, [])
    for parent in ast.walk(body):
        fields: list[tuple[str, Any]]
        if parent is body:
            fields = [("body", function.body)]
        elif isinstance(parent, (ast.JoinedStr, ast.AnnAssign, ast.arguments)):
            continue  # what is said to people, and types
        else:
            fields = list(ast.iter_fields(parent))
        for field, value in fields:
            for at, node in enumerate(value if isinstance(value, list) else [value]):
                for new in _instead(node, parent, field) if isinstance(node, ast.AST) else ():
                    before, after = ast.unparse(node), ast.unparse(new) if new else "nothing"
                    kept = ast.copy_location(new, node) if new else ast.copy_location(ast.Pass(), node)
                    ast.fix_missing_locations(kept)
                    if isinstance(value, list):
                        value[at] = kept
                    else:
                        setattr(parent, field, kept)
                    yield f"{_short(before)} -> {_short(after)}", getattr(node, "lineno", function.lineno)
                    if isinstance(value, list):
                        value[at] = node
                    else:
                        setattr(parent, field, node)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 90 else f"{line[:87]}..."


def _instead(node: ast.AST, parent: ast.AST, field: str) -> Iterator[ast.AST | None]:
    """What could stand in the place of a node."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield ast.Compare(node.left, [SWAPPED[type(node.ops[0])]()], node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        if len(node.values) > 2:
            yield from (ast.BoolOp(node.op, node.values[:at] + node.values[at + 1 :]) for at in range(len(node.values)))
        else:
            yield from node.values
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        yield ast.BinOp(node.left, ast.Sub() if isinstance(node.op, ast.Add) else ast.Add(), node.right)
    elif isinstance(node, ast.Constant) and not isinstance(parent, (ast.Expr, ast.JoinedStr)):
        yield from _other_constant(node.value)
    elif isinstance(node, ast.Return) and node.value and not _is_none(node.value):
        yield ast.Return(ast.Constant(None))
    elif isinstance(node, ast.Expr) and isinstance(node.value, (ast.Yield, ast.YieldFrom, ast.Call)):
        yield None
    elif isinstance(node, ast.Continue):
        yield ast.Break()
    elif isinstance(node, ast.expr) and isinstance(parent, (ast.If, ast.IfExp)) and field == "test":
        yield ast.UnaryOp(ast.Not(), node)
    elif isinstance(node, ast.expr) and isinstance(parent, ast.comprehension) and field == "ifs":
        yield ast.Constant(True)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _other_constant(value: object) -> Iterator[ast.AST]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
    elif isinstance(value, str) and " " not in value:  # a sentence may be put otherwise
        yield ast.Constant(f"{value}x")


# Trying them.


class Trial:
    """A pytest plugin: instead of running the tests, it runs them for each change, in a process of its own."""

    def __init__(self, modules: list[str], explained: set[str], function: str) -> None:
        self.modules, self.explained, self.function = modules, explained, function
        self.survived: list[Mutant] = []
        self.count = 0

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = [item for item in session.items if WANTED.search(item.nodeid)]
        session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
        if self.noticed(None, items):
            raise pytest.UsageError("the tests fail as they are")
        for name in self.modules:
            began, found, survived = time.monotonic(), list(mutants(name, self.function)), 0
            near = _related(name, items)
            for mutant in found:
                self.count += 1
                if not self.noticed(mutant, near):
                    self.survived.append(mutant)
                    survived += 1
                    if mutant.name not in self.explained:
                        print(f"  {name}.py:{mutant.line}: {mutant.name}", flush=True)
            took = time.monotonic() - began
            print(f"{name:50} {len(found):4} changes {survived:4} not noticed {took:6.0f} s", flush=True)
        return True

    def noticed(self, mutant: Mutant | None, items: list[pytest.Item]) -> bool:
        """Whether a test fails with a change; a process of its own forgets it."""
        child = os.fork()
        if child == 0:
            code = 1
            try:
                null = os.open(os.devnull, os.O_WRONLY)
                os.dup2(null, 1)
                os.dup2(null, 2)
                if mutant:
                    _put(mutant)
                code = int(any(_fails(item) for item in items))
            finally:
                os._exit(code)
        return os.waitpid(child, 0)[1] != 0


def _fails(item: pytest.Item) -> bool:
    from _pytest.runner import runtestprotocol

    signal.setitimer(signal.ITIMER_PROF, MAX_SECONDS)
    return any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))


def _related(module: str, items: list[pytest.Item]) -> list[pytest.Item]:
    """The tests that are about a module, those first that are likely to notice."""
    code = re.match(r"rules\.(ast\d+)_", module)
    if code:
        own = "test_online" if code[1] == "ast112" else code[1].upper()
        related = [item for item in items if own in item.nodeid or code[1].upper() in item.nodeid]
        return [*related, *(item for item in items if "test_tags" in item.nodeid)]
    beside = {"image": "test_shortcuts", "catalog": "test_catalog", "feed": "test_catalog"}.get(module, "")
    slow = [name for name in ("test_shortcuts", "test_online", "test_catalog") if name != beside]
    related = [item for item in items if not any(name in item.nodeid for name in slow)]
    quick = ("test_image", "test_catalog") if beside == "test_catalog" else ("test_image",)
    return sorted(related, key=lambda item: not any(name in item.nodeid for name in quick))


def _put(mutant: Mutant) -> None:
    """Give the function of this process the code with the change."""
    module = importlib.import_module(f"dockerfile_astro_lint.{mutant.module}")
    _function(module, mutant.function).__code__ = mutant.code


def _function(module: ModuleType, name: str) -> FunctionType:
    found: Any = module
    for part in name.split("."):
        found = vars(found)[part]
    for wrapped in ("__wrapped__", "check", "fget", "function"):
        found = getattr(found, wrapped, found)
    assert isinstance(found, FunctionType), name
    return found


# The command.


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="such as image, or rules.ast101_malformed_tag")
    parser.add_argument("--list", action="store_true", help="only tell the changes")
    parser.add_argument("--function", default="", metavar="NAME", help="of the modules only this, such as Tag.has")
    arguments = parser.parse_args(argv)
    modules = arguments.modules or default_modules()
    if arguments.list:
        for name in modules:
            print(*(mutant.name for mutant in mutants(name, arguments.function)), sep="\n")
        return 0
    lines = EXPLAINED.read_text(encoding="utf-8").splitlines() if EXPLAINED.exists() else []
    explained = {line for line in lines if line and not line.startswith("#")}
    for name in modules:
        importlib.import_module(f"dockerfile_astro_lint.{name}")
    os.chdir(ROOT)
    trial = Trial(modules, explained, arguments.function)
    paths = [str(ROOT / "tests" / f"{name}.py") for name in TESTS]
    code = pytest.main(["-s", "-o", "addopts=", "-p", "no:cacheprovider", "-p", "no:terminal", *paths], plugins=[trial])
    names = {mutant.name for mutant in trial.survived}
    tried = {line for line in explained if line.partition(": ")[0].rpartition(".")[0].split(".")[-1] in
             {name.split(".")[-1] for name in modules}}  # fmt: skip
    gone = sorted(tried - names) if trial.count and not arguments.function else []
    for line in gone:
        print(f"explained, and no longer there: {line}")
    new = names - explained
    print(f"{trial.count} changes, {len(names) - len(new)} explained, {len(new)} neither noticed nor explained")
    return int(bool(code or new or gone))


if __name__ == "__main__":
    sys.exit(main())
