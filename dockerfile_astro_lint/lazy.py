"""A property that is worked out once; `functools.cached_property` takes a lock for it on older Pythons."""

from dockerfile_astro_lint.light import TYPE_CHECKING

if TYPE_CHECKING:
    from functools import cached_property as lazy
else:

    class lazy:  # noqa: N801, as functools.cached_property
        """The value takes the property's place in the instance when it is first asked for."""

        def __init__(self, function):
            self.function, self.__doc__ = function, function.__doc__

        def __get__(self, instance, owner):
            value = instance.__dict__[self.function.__name__] = self.function(instance)
            return value


__all__ = ["lazy"]
