"""Version specifiers of requirements as ranges: which versions a line allows, as far as its numbers tell."""

from dockerfile_astro_lint.core.compat import Iterable, NamedTuple
from dockerfile_astro_lint.project.requirements import Requirement

_OPERATORS = ("===", "==", "~=", "!=", "<=", ">=", "<", ">")

Numbers = tuple[int, ...]


class Specifier(NamedTuple):
    """One comparison of a requirement, such as `>=1.2`."""

    operator: str
    version: str


class Range(NamedTuple):
    """The versions between two bounds, each with whether it is one of them; None for no bound."""

    low: Numbers | None = None
    has_low: bool = True
    high: Numbers | None = None
    has_high: bool = True
    excluded: frozenset[Numbers] = frozenset()

    @property
    def empty(self) -> bool:
        if self.low is None or self.high is None or self.low < self.high:
            return False
        if self.low > self.high or not (self.has_low and self.has_high):
            return True
        return self.low in self.excluded

    def contains(self, version: Numbers) -> bool:
        """Whether a version, without zeros at its end, is one of these."""
        return not self.intersection(Range(version, True, version, True)).empty

    def intersection(self, other: "Range") -> "Range":
        """The versions that both allow."""
        low, has_low = max(
            ((one.low, one.has_low) for one in (self, other) if one.low is not None),
            key=lambda bound: (bound[0] or (), not bound[1]),
            default=(None, True),
        )
        high, has_high = min(
            ((one.high, one.has_high) for one in (self, other) if one.high is not None),
            key=lambda bound: (bound[0] or (), bound[1]),
            default=(None, True),
        )
        return Range(low, has_low, high, has_high, self.excluded | other.excluded)


def specifiers_of(text: str) -> tuple[Specifier, ...]:
    """The comparisons in the text of a requirement; none for one that is not of the usual form."""
    rest = text.partition(";")[0].partition(" -")[0].partition(" #")[0].strip()
    if "@" in rest or "${" in rest:
        return ()
    at = min((rest.find(char) for char in "<>=!~" if char in rest), default=-1)
    return parse_specifiers(rest[at:].strip("() ")) if at >= 0 else ()


def parse_specifiers(text: str) -> tuple[Specifier, ...]:
    """The comparisons of a list such as `>=1.2,<2`."""
    found = []
    for part in text.split(","):
        operator = next((one for one in _OPERATORS if part.strip().startswith(one)), "")
        if operator:
            found.append(Specifier(operator, part.strip()[len(operator) :].strip()))
    return tuple(found)


def allowed(specifiers: Iterable[Specifier]) -> Range:
    """The versions that comparisons allow; one that is not made of numbers allows all."""
    found = Range()
    for specifier in specifiers:
        found = found.intersection(_range(specifier))
    return found


def allowed_by(entry: Requirement) -> Range:
    """The versions that a requirement allows."""
    return allowed(specifiers_of(entry.text))


def _range(specifier: Specifier) -> Range:
    operator, text = specifier
    parts = text.removesuffix(".*").split(".")
    if not all(part.isascii() and part.isdecimal() and len(part) < 10 for part in parts) or len(parts) > 20:
        return Range()
    numbers = tuple(map(int, parts))
    if operator == "~=" and len(numbers) > 1:
        return Range(_strip(numbers), True, _strip((*numbers[:-2], numbers[-2] + 1)), False)
    if operator == "==" and text.endswith(".*"):
        return Range(_strip(numbers), True, _strip((*numbers[:-1], numbers[-1] + 1)), False)
    key = _strip(numbers)
    if operator in ("==", "==="):
        return Range(key, True, key, True)
    if operator == "!=" and not text.endswith(".*"):
        return Range(excluded=frozenset((key,)))
    if operator in (">", ">="):
        return Range(low=key, has_low=operator == ">=")
    if operator in ("<", "<="):
        return Range(high=key, has_high=operator == "<=")
    return Range()


def _strip(numbers: Numbers) -> Numbers:
    """Numbers without zeros at the end, which mean nothing."""
    while numbers and numbers[-1] == 0:
        numbers = numbers[:-1]
    return numbers


def written(numbers: Numbers | None) -> str:
    """Numbers as a version."""
    return ".".join(map(str, numbers or (0,)))
