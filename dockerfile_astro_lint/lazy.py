"""A property that is worked out once; `functools.cached_property` takes a lock for it on older Pythons."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class lazy(Generic[T]):  # noqa: N801, as functools.cached_property
    """The value takes the property's place in the instance when it is first asked for."""

    def __init__(self, function: Callable[[Any], T]) -> None:
        self.function, self.__doc__ = function, function.__doc__

    def __get__(self, instance: Any, owner: Any) -> T:
        value = instance.__dict__[self.function.__name__] = self.function(instance)
        return value
