"""Ignore comments: which findings a file's own comments take back."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dockerfile_astro_lint.dockerfile import Dockerfile
from dockerfile_astro_lint.source import Source

# Patterns are compiled where they are first used: most files hold no ignore comment.
_IGNORE = r"(?s)#\s*astro-lint:\s*(ignore|ignore-file)\[([^\]]*)\](.*)"
_NOQA = r"(?i)#\s*noqa(?::\s*(?P<codes>[A-Z][A-Z0-9]*(?:[,\s]+[A-Z][A-Z0-9]*)*))?"


class Ignore(NamedTuple):
    """One ignore comment: `names` are codes and names as written, `first` to `last` the lines that it holds for."""

    names: tuple[str, ...]
    reason: str
    line: int
    first: int
    last: int

    def covers(self, code: str, name: str, lines: Iterable[int]) -> bool:
        return (code in self.names or name in self.names) and any(self.first <= line <= self.last for line in lines)


def ignores(dockerfile: Dockerfile) -> tuple[Ignore, ...]:
    """The ignore comments of a Dockerfile."""
    return tuple(_ignores(dockerfile))


def _ignores(dockerfile: Dockerfile) -> Iterator[Ignore]:
    lines = dockerfile.scan.lines
    starts = [line.first for line in lines]
    for comment in dockerfile.scan.comments:
        found = re.match(_IGNORE, comment.text)
        if not found:
            continue
        names = _names(found[2])
        if found[1] == "ignore-file":
            yield Ignore(names, found[3].strip(), comment.line, 1, len(dockerfile.source.starts))
            continue
        index = bisect_right(starts, comment.line)
        if comment.inside:
            index -= 1
        if index < len(lines):
            yield Ignore(names, found[3].strip(), comment.line, lines[index].first, lines[index].last)


def _names(text: str) -> tuple[str, ...]:
    names = (name.strip() for name in text.split(","))
    return tuple(name.upper() if name.upper().startswith("AST") and name[3:].isdecimal() else name for name in names)


def ignored_in_python(source: Source, code: str, name: str, first: int, last: int) -> bool:
    """Whether a trailing `# noqa` or `# astro-lint: ignore[…]` on one of the lines takes a finding back."""
    for number in (first, last):
        line = source.line(number)
        if "#" not in line:
            continue
        found = re.search(_IGNORE, line)
        if found and found[1] == "ignore" and {code, name} & set(_names(found[2])):
            return True
        noqa = re.search(_NOQA, line)
        if noqa and (
            noqa["codes"] is None or any(code.startswith(one.upper()) for one in re.split(r"[,\s]+", noqa["codes"]))
        ):
            return True
    return any(
        (found := re.search(_IGNORE, line)) and found[1] == "ignore-file" and {code, name} & set(_names(found[2]))
        for line in source.text.splitlines()
        if "astro-lint:" in line
    )
