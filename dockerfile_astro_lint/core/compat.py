"""Substitutes for `typing`, `collections.abc` and `functools` that save 9 ms of a cold run.

Type checkers, and Python versions that this is not tested on, get the real ones.
"""

import sys

TYPE_CHECKING = False

if TYPE_CHECKING or sys.version_info >= (3, 15):
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence, Set
    from functools import lru_cache
    from typing import Any, NamedTuple, NoReturn
else:
    # The interpreter has loaded this module before any program starts.
    from _collections_abc import Callable, Container, Iterable, Iterator, Mapping, Sequence, Set

    try:
        from _collections import _tuplegetter
        from _functools import _lru_cache_wrapper
    except ImportError:  # not CPython
        from functools import lru_cache
        from typing import NamedTuple
    else:

        def lru_cache(maxsize=128):
            """Cache the results of the most recent calls."""

            def make(function):
                wrapped = _lru_cache_wrapper(function, maxsize, False, tuple)
                wrapped.__wrapped__ = function
                wrapped.__doc__ = function.__doc__
                return wrapped

            return make

        _make = tuple.__new__
        # Compiled once with this module; each class gets a copy with its own field names.
        _CONSTRUCTORS = (
            lambda cls: _make(cls, ()),
            lambda cls, a: _make(cls, (a,)),
            lambda cls, a, b: _make(cls, (a, b)),
            lambda cls, a, b, c: _make(cls, (a, b, c)),
            lambda cls, a, b, c, d: _make(cls, (a, b, c, d)),
            lambda cls, a, b, c, d, e: _make(cls, (a, b, c, d, e)),
            lambda cls, a, b, c, d, e, f: _make(cls, (a, b, c, d, e, f)),
            lambda cls, a, b, c, d, e, f, g: _make(cls, (a, b, c, d, e, f, g)),
            lambda cls, a, b, c, d, e, f, g, h: _make(cls, (a, b, c, d, e, f, g, h)),
            lambda cls, a, b, c, d, e, f, g, h, i: _make(cls, (a, b, c, d, e, f, g, h, i)),
            lambda cls, a, b, c, d, e, f, g, h, i, j: _make(cls, (a, b, c, d, e, f, g, h, i, j)),
            lambda cls, a, b, c, d, e, f, g, h, i, j, k: _make(cls, (a, b, c, d, e, f, g, h, i, j, k)),
        )

        class _Maker(type):
            """Turn the annotations of a class into the fields of a tuple."""

            def __new__(cls, name, bases, body):
                # CPython 3.14 leaves a function that evaluates them (1: to values, as older Pythons did at once).
                annotate = body.get("__annotate_func__")
                fields = tuple(annotate(1) if annotate else body.get("__annotations__", ()))
                body["__slots__"] = ()
                if fields:
                    body["_fields"] = body["__match_args__"] = fields
                    body["__new__"] = _constructor(fields, {field: body[field] for field in fields if field in body})
                    body.update({field: _tuplegetter(at, None) for at, field in enumerate(fields)})
                return super().__new__(cls, name, bases, body)

        def _constructor(fields, defaults):
            if len(fields) < len(_CONSTRUCTORS):
                code = _CONSTRUCTORS[len(fields)].__code__.replace(co_name="__new__", co_varnames=("cls", *fields))
                return type(_constructor)(code, globals(), "__new__", tuple(defaults.values()))

            def new(cls, *values, **named):
                found = {**defaults, **dict(zip(fields, values, strict=False)), **named}
                return _make(cls, [found[field] for field in fields])

            return new

        class NamedTuple(tuple, metaclass=_Maker):
            """A tuple with named items, like `typing.NamedTuple`."""

            @classmethod
            def _make(cls, values):
                return _make(cls, values)

            def _replace(self, **named):
                replaced = _make(type(self), map(named.pop, self._fields, self))
                if named:
                    raise ValueError(f"{type(self).__name__} has no field {', '.join(named)}")
                return replaced

            def _asdict(self):
                return dict(zip(self._fields, self, strict=True))

            def __repr__(self):
                named = (f"{field}={value!r}" for field, value in zip(self._fields, self, strict=True))
                return f"{type(self).__name__}({', '.join(named)})"

            def __getnewargs__(self):
                return tuple(self)

    Any = NoReturn = object

if TYPE_CHECKING:
    from functools import cached_property as lazy
else:

    class lazy:  # noqa: N801, a decorator like functools.cached_property
        """A cached property without the lock that `functools.cached_property` takes before Python 3.12."""

        def __init__(self, function):
            self.function, self.name, self.__doc__ = function, function.__name__, function.__doc__

        def __get__(self, instance, owner):
            value = instance.__dict__[self.name] = self.function(instance)
            return value


__all__ = [
    "TYPE_CHECKING", "Any", "Callable", "Container", "Iterable", "Iterator", "Mapping", "NamedTuple", "NoReturn",
    "Sequence", "Set", "lazy", "lru_cache",
]  # fmt: skip
