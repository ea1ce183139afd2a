"""The named tuples that are made without `typing` are what `typing` would make."""

from __future__ import annotations

import pickle
import typing
from typing import Any

import pytest

from dockerfile_astro_lint.core import compat

KINDS: list[Any] = [typing.NamedTuple, compat.NamedTuple]


def pair(base: Any) -> Any:
    class Pair(base):  # type: ignore[misc]
        """Two of a kind."""

        left: int
        right: str = "none"

        @property
        def both(self) -> str:
            return f"{self.left} {self.right}"

    return Pair


class Kept(compat.NamedTuple):
    """At the top, where pickle finds it."""

    one: int
    two: tuple[int, ...] = ()


@pytest.mark.parametrize("base", KINDS, ids=["typing", "compat"])
def test_a_named_tuple(base: Any) -> None:
    kind = pair(base)
    one = kind(1, "two")
    assert one == (1, "two") == kind(left=1, right="two") == kind(1, right="two") == kind._make((1, "two"))
    assert kind(1).right == "none"
    assert one.both == "1 two"
    assert one._replace(right="three") == (1, "three")
    with pytest.raises((ValueError, TypeError), match="middle"):
        one._replace(middle=1)
    assert one._asdict() == {"left": 1, "right": "two"}
    assert repr(one) == "Pair(left=1, right='two')"
    assert kind._fields == kind.__match_args__ == ("left", "right")
    assert kind.__doc__ == "Two of a kind."
    assert not hasattr(one, "__dict__")
    assert hash(one) == hash((1, "two"))
    assert sorted([kind(2), kind(1)])[0].left == 1
    for values, names in (((), {}), ((1, 2, 3), {}), ((1,), {"left": 1}), ((1,), {"middle": 2})):
        with pytest.raises(TypeError):
            kind(*values, **names)
    with pytest.raises(AttributeError):
        one.left = 2


MODULE = """
class Tree(NamedTuple):
    name: str
    parent: "Tree | None" = None
    place: "NotImported | None" = None
    values: tuple[int, ...] = ()
    if True:
        children: list["Tree"] = []

    def depth(self):
        depth: NotImported = 1 + self.parent.depth() if self.parent else 0
        return depth


class Empty(NamedTuple):
    pass


def make(kind):
    class Local(NamedTuple):
        one: kind | None
        other: kind = 0

    return Local
"""


@pytest.mark.parametrize("flags", [0, annotations.compiler_flag], ids=["values", "text"])
@pytest.mark.parametrize("base", KINDS, ids=["typing", "compat"])
def test_the_fields_are_the_annotated_names(base: Any, flags: int) -> None:
    """Whether annotations are values, as in the package, or text, as in this module."""
    names: dict[str, Any] = {"NamedTuple": base, "__name__": "trees"}
    exec(compile(MODULE, "trees.py", "exec", flags, dont_inherit=True), names)
    tree = names["Tree"]
    assert tree._fields == tree.__match_args__ == ("name", "parent", "place", "values", "children")
    assert tuple(tree.__annotations__) == tree._fields
    assert tree("leaf", tree("root")).depth() == 1
    assert tree("root") == ("root", None, None, (), [])
    assert names["Empty"]() == ()
    local = names["make"](int)
    assert local._fields == ("one", "other")
    assert local(1) == (1, 0)


def test_a_field_whose_type_is_not_there_is_an_error_on_every_python() -> None:
    program = "class Broken(NamedTuple):\n    one: NowhereDefined\n"
    with pytest.raises(NameError, match="NowhereDefined"):
        exec(
            compile(program, "broken.py", "exec", 0, dont_inherit=True),
            {"NamedTuple": compat.NamedTuple, "__name__": ""},
        )


def test_a_named_tuple_of_many_fields() -> None:
    names = [f"field{number}" for number in range(30)]
    body = {"__annotations__": dict.fromkeys(names, int), "field29": 7}
    base: Any = compat.NamedTuple
    many = type(base)("Many", (base,), body)
    found = many(*range(29))
    assert found == (*range(29), 7)
    assert found.field28 == 28
    assert found == many(**dict(zip(names, found, strict=True)))
    assert found._replace(field0=9).field0 == 9


def test_it_can_be_pickled() -> None:
    kept = Kept(1, (2, 3))
    assert pickle.loads(pickle.dumps(kept)) == kept


def test_what_was_returned_is_kept() -> None:
    calls = []

    @compat.lru_cache(maxsize=2)
    def double(number: int) -> int:
        """Twice."""
        calls.append(number)
        return 2 * number

    assert [double(1), double(1), double(2), double(3), double(1)] == [2, 2, 4, 6, 2]
    assert calls == [1, 2, 3, 1]
    assert double.__doc__ == "Twice."
    assert double.__wrapped__(5) == 10
