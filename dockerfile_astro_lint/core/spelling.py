"""The known word that a mistyped one was meant to be; imported only where a word is unknown."""

from dockerfile_astro_lint.core.compat import Iterable

_LONGEST_WORD = 60


_LOOK_ALIKE = {frozenset(pair) for pair in ("0o", "1l", "1i", "il", "5s", "8b", "2z", "-_", "-.", "_.")}
"""Characters that people take for each other."""


_SAME, _LOOKS_ALIKE, _SWAPPED, _MISSING, _OTHER = 0, 1, 2, 3, 4
"""What a difference costs: two swapped characters are a likelier slip than a missing or a wrong one."""


def nearest(word: str, known: Iterable[str], one_edit: bool = False) -> tuple[str, ...]:
    """The known words that a mistyped one is nearest to, none if all are far off; case does not matter.

    With `one_edit`, all known words that are a single edit away, whichever is the likelier slip.
    """
    if not word or len(word) > _LONGEST_WORD:
        return ()
    lower = word.lower()
    most = max(_OTHER, len(word))  # one wrong character in four
    distances = {
        one: _distance(lower, one.lower()) for one in known if abs(len(one) - len(word)) * _MISSING <= most and one
    }
    least = min(distances.values(), default=most + 1)
    if least <= most:
        least = max(least, _OTHER) if one_edit else least
        return tuple(one for one, distance in distances.items() if distance <= least)
    longer = tuple(one for one in known if len(word) > 2 and one.lower().startswith(lower))
    return longer if len(longer) == 1 else ()


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`: did you mean …?` with the one or two known words that are nearest to a mistyped one; else nothing."""
    near = nearest(word, known)
    return f": did you mean {' or '.join(f'`{one}`' for one in near)}?" if 0 < len(near) < 3 else ""


def _distance(word: str, other: str) -> int:
    """What the differences between two words cost."""
    before: list[int] = []
    row = [_MISSING * at for at in range(len(other) + 1)]
    for at, char in enumerate(word, 1):
        new = [_MISSING * at]
        for place, target in enumerate(other, 1):
            cost = min(row[place], new[-1]) + _MISSING
            cost = min(cost, row[place - 1] + _replaced(char, target))
            if at > 1 and place > 1 and char == other[place - 2] and word[at - 2] == target:
                cost = min(cost, before[place - 2] + _SWAPPED)
            new.append(cost)
        before, row = row, new
    return row[-1]


def _replaced(char: str, other: str) -> int:
    if char == other:
        return _SAME
    return _LOOKS_ALIKE if frozenset((char, other)) in _LOOK_ALIKE else _OTHER
