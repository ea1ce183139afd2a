"""Version tests in Python files: whether a condition is true on an image."""

import ast
from operator import eq, ge, gt, le, lt, ne

from dockerfile_astro_lint.core.compat import Any, Callable, Mapping, NamedTuple, Sequence, Set


class Names(NamedTuple):
    """The names in a file for the Python version, for tests of it and of Airflow's, and for `import_module`."""

    versions: frozenset[str]
    tests: Mapping[str, bool | None]
    airflow: Set[str]
    importers: frozenset[str]


def names_of(tree: ast.Module, python: tuple[int, int]) -> Names:
    """The names of the top level that stand for a version, a test or `import_module`."""
    versions, importers, airflow = {"version_info"}, set[str](), set[str]()
    tests: dict[str, bool | None] = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "sys":
            versions.update(one.asname for one in node.names if one.name == "version_info" and one.asname)
        elif isinstance(node, ast.ImportFrom) and node.module == "importlib":
            importers.update(one.asname for one in node.names if one.name == "import_module" and one.asname)
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name, value = node.targets[0].id, node.value
            known = Names(frozenset(versions), tests, airflow, frozenset())
            if _version_info(value, python, known) == python:
                versions.add(name)
            if not isinstance(value, (ast.Compare, ast.BoolOp, ast.UnaryOp)):
                continue
            holds, asked = may_run(value, python, known), version_tests(value, python, known)
            if name in tests:
                tests[name] = None  # set twice, it may be either
            elif holds is not None or asked == "python":
                tests[name] = holds
            elif asked:
                airflow.add(name)
    return Names(frozenset(versions), tests, airflow, frozenset(importers))


_VERSION_SOURCES = ("version_info", "hexversion", "python_version", "python_version_tuple", "find_spec", "find_module")


def version_tests(test: ast.expr, python: tuple[int, int], names: Names) -> str | None:
    """Which version decides a condition: that of `airflow`, that of `python`, or None."""
    if isinstance(test, (ast.BoolOp, ast.UnaryOp)):
        parts = test.values if isinstance(test, ast.BoolOp) else [test.operand]
        found = {version_tests(part, python, names) for part in parts if may_run(part, python, names) is None}
        return "airflow" if "airflow" in found else "python" if "python" in found else None
    asked = None
    for node in ast.walk(test):
        for name in (str(getattr(node, "id", "")), str(getattr(node, "attr", ""))):
            if "airflow" in name.lower() or name == "__version__" or name in names.airflow:
                return "airflow"
            if name in _VERSION_SOURCES or name in names.versions or name in names.tests:
                asked = "python"
        if isinstance(node, ast.Attribute) and node.attr == "version" and getattr(node.value, "id", "") == "sys":
            asked = "python"
    return asked


def may_run(test: ast.expr, python: tuple[int, int], names: Names) -> bool | None:
    """Whether a condition is true on an image with that Python; None if unknown."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = may_run(test.operand, python, names)
        return None if inner is None else not inner
    if isinstance(test, ast.BoolOp):
        deciding = isinstance(test.op, ast.Or)
        return _all([may_run(value, python, names) for value in test.values], deciding)
    if isinstance(test, ast.Constant):
        return bool(test.value)
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")
    if name in ("TYPE_CHECKING", "PY2"):
        return False
    if name == "PY3":
        return True
    if isinstance(test, ast.Name) and name in names.tests:
        return names.tests[name]
    if isinstance(test, ast.Compare):
        terms = [test.left, *test.comparators]
        pairs = zip(terms, test.ops, terms[1:], strict=False)
        return _all([_compare(left, operator, right, python, names) for left, operator, right in pairs], False)
    return None


def _all(values: Sequence[bool | None], deciding: bool) -> bool | None:
    """The result of `and`, where False decides, or of `or`, where True does."""
    if deciding in values:
        return deciding
    return None if None in values else not deciding


_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: lt,
    ast.LtE: le,
    ast.Gt: gt,
    ast.GtE: ge,
    ast.Eq: eq,
    ast.NotEq: ne,
}


def _compare(
    left: ast.expr, operator: ast.cmpop, right: ast.expr, python: tuple[int, int], names: Names
) -> bool | None:
    if isinstance(operator, (ast.In, ast.NotIn)):
        if not isinstance(right, (ast.Tuple, ast.List, ast.Set)):
            return None
        found = _all([_compare(left, ast.Eq(), one, python, names) for one in right.elts], True)
        return found if found is None or isinstance(operator, ast.In) else not found
    compare = _COMPARISONS.get(type(operator))
    version, wanted = _version_info(left, python, names), _literal(right)
    known = left
    if version is None:
        version, wanted, known = _version_info(right, python, names), _literal(left), right
    if compare is None or version is None or type(version) is not type(wanted):
        return None
    if isinstance(wanted, tuple) and not isinstance(known, ast.Subscript):
        if len(wanted) > 2 and wanted[:2] == python:
            return None  # the micro version decides, which is unknown
        # sys.version_info has five parts: it is greater than its own beginning, never equal to it.
        version = (*python, 0, 0, 0)
    if isinstance(wanted, tuple) and not all(isinstance(one, int) for one in wanted[:3]):
        return None
    try:
        return bool(compare(version, wanted) if known is left else compare(wanted, version))
    except TypeError:
        return None


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _version_info(node: ast.expr, python: tuple[int, int], names: Names) -> int | tuple[int, ...] | None:
    """The value of `sys.version_info`, of one of its fields, or of a slice of the first two."""
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    if name == "version_info" or (isinstance(node, ast.Name) and name in names.versions):
        return python
    if not isinstance(node, (ast.Attribute, ast.Subscript)) or _version_info(node.value, python, names) != python:
        return None
    if isinstance(node, ast.Attribute):
        return {"major": python[0], "minor": python[1]}.get(name)
    if isinstance(node.slice, ast.Constant) and node.slice.value in (0, 1):
        return python[1 if node.slice.value else 0]
    if isinstance(node.slice, ast.Slice) and node.slice.step is None:
        low, high = (_literal(one) if one else None for one in (node.slice.lower, node.slice.upper))
        if low in (None, 0) and high in (1, 2):
            return python[:high]
    return None
