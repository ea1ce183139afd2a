"""Ignore comments: which findings a file's own comments take back."""

import re
from bisect import bisect_right

from dockerfile_astro_lint.core.compat import Container, Iterable, Iterator, Mapping, NamedTuple, Set
from dockerfile_astro_lint.core.source import Source, Span
from dockerfile_astro_lint.dockerfile.parser import Dockerfile
from dockerfile_astro_lint.project.project import IgnoreFault

# Patterns are compiled where they are first used: most files hold no ignore comment.
_IGNORE = r"(?s)#\s*astro-lint:\s*(ignore|ignore-file)\[([^\]]*)\](.*)"


_NOQA = r"(?i)#\s*noqa(?::\s*(?P<codes>[A-Z][A-Z0-9]*(?:[,\s]+[A-Z][A-Z0-9]*)*))?"


class Ignore(NamedTuple):
    """One ignore comment.

    `names` are codes and names as they are matched, `places` where each stands; `first` is the first line of the
    instruction that it holds for, 0 for the whole file, -1 where none follows. A comment that is meant as one and
    cannot be read has no names, and None.
    """

    names: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    reason: str
    start: int
    end: int
    first: int | None


class Ignores(NamedTuple):
    """The ignore comments of a Dockerfile; `places` are what they name and the first line that they hold for, with
    the reason."""

    comments: tuple[Ignore, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    places: Mapping[tuple[str, int], str]

    def matching(self, code: str, name: str, lines: Iterable[int]) -> Set[tuple[str, int]]:
        """What takes back a finding on one of the lines: (word in a comment, first line that it holds for)."""
        firsts = {self._holder(line) for line in lines}
        return self.places.keys() & {(word, first) for word in (code, name) for first in (_FILE, *firsts)}

    def _holder(self, line: int) -> int:
        """The first line of the instruction that a line belongs to: a comment to the one below."""
        at = bisect_right(self.starts, line) - 1
        if at < 0 or line > self.ends[at]:
            at += 1
        return self.starts[at] if at < len(self.starts) else _END


_FILE = 0
"""Stands for the first line of what an ignore comment for the whole file holds for."""


_END = -1
"""And for that of what follows the last instruction."""


def ignores(dockerfile: Dockerfile) -> Ignores:
    """The ignore comments of a Dockerfile."""
    found = tuple(_ignores(dockerfile))
    places = {
        (name, ignore.first): ignore.reason for ignore in found for name in ignore.names if ignore.first is not None
    }
    lines = dockerfile.scan.lines
    return Ignores(found, tuple(line.first for line in lines), tuple(line.last for line in lines), places)


def _ignores(dockerfile: Dockerfile) -> Iterator[Ignore]:
    lines = dockerfile.scan.lines
    starts = [line.first for line in lines]
    for comment in dockerfile.scan.comments:
        if not re.match(r"#\s*astro-lint:", comment.text):
            continue
        end = comment.start + len(comment.text)
        found = re.match(_IGNORE, comment.text)
        if not found:
            yield Ignore((), (), "", comment.start, end, None)
            continue
        names = list(re.finditer(r"[^,\s][^,]*", found[2]))
        at = comment.start + found.start(2)
        places = tuple((at + name.start(), at + len(found[2][: name.end()].rstrip())) for name in names)
        spoken = tuple(_canonical(name[0].strip()) for name in names)
        first: int | None = _FILE
        if found[1] == "ignore":
            index = bisect_right(starts, comment.line) - bool(comment.inside)
            first = lines[index].first if index < len(lines) else _END
        yield Ignore(spoken, places, found[3].strip(), comment.start, end, first)


def _canonical(name: str) -> str:
    return name.upper() if name.upper().startswith("AST") and name[3:].isdecimal() else name.lower()


def _names(text: str) -> list[str]:
    return [_canonical(name.strip()) for name in text.split(",")]


def faults(
    dockerfile: Dockerfile,
    found: Ignores,
    used: Container[tuple[str, int | None]],
    known: Mapping[str, str],
    ran: Container[str],
    reasons: bool,
) -> Iterator[IgnoreFault]:
    """What is wrong with ignore comments; `known` maps codes and names to codes, `ran` are those that were judged."""
    source = dockerfile.source
    for ignore in found.comments:
        wrong: dict[int, str] = {}
        for at, name in enumerate(ignore.names):
            code = known.get(name)
            if code is None:
                wrong[at] = f"no rule is called `{name}`"
            elif code in ran and (name, ignore.first) not in used:
                wrong[at] = f"nothing here is {name}: this ignore comment takes nothing back"
        for at, message in wrong.items():
            remove = _line(source, ignore.start) if len(wrong) == len(ignore.names) else _word(ignore, at, source)
            yield IgnoreFault(Span(source, *ignore.places[at]), message, remove)
        whole = Span(source, ignore.start, ignore.end)
        if not ignore.names:
            yield IgnoreFault(whole, "this names no rule: write `# astro-lint: ignore[CODE] reason`", None)
        elif reasons and not ignore.reason and len(wrong) < len(ignore.names):
            yield IgnoreFault(whole, "an ignore comment needs a reason behind the bracket", None)


def _line(source: Source, offset: int) -> Span:
    number = source.position(offset)[0]
    end = source.starts[number] if number < len(source.starts) else len(source.text)
    return Span(source, source.starts[number - 1], end)


def _word(ignore: Ignore, at: int, source: Source) -> Span:
    """A name with the comma that parts it from the others."""
    if at + 1 < len(ignore.places):
        return Span(source, ignore.places[at][0], ignore.places[at + 1][0])
    return Span(source, ignore.places[at - 1][1], ignore.places[at][1])


def ignored_above(source: Source, code: str, name: str, line: int) -> str | None:
    """The reason of a `# astro-lint: ignore[…]` above a line of requirements.txt and the like; None without one."""
    if "astro-lint:" not in source.text:
        return None
    for number in range(line - 1, 0, -1):
        text = source.line(number).strip()
        if text and not text.startswith("#"):
            break
        found = re.search(_IGNORE, text)
        if found and found[1] == "ignore" and {code, name} & set(_names(found[2])):
            return found[3].strip()
    return _ignored_by_file(source, code, name)


def _ignored_by_file(source: Source, code: str, name: str) -> str | None:
    for line in source.text.splitlines():
        found = re.search(_IGNORE, line) if "astro-lint:" in line else None
        if found and found[1] == "ignore-file" and {code, name} & set(_names(found[2])):
            return found[3].strip()
    return None


def ignored_in_python(source: Source, code: str, name: str, first: int, last: int) -> str | None:
    """The reason of a trailing `# noqa` or `# astro-lint: ignore[…]` on one of the lines; None without one."""
    for number in (first, last):
        line = source.line(number)
        if "#" not in line:
            continue
        found = re.search(_IGNORE, line)
        if found and found[1] == "ignore" and {code, name} & set(_names(found[2])):
            return found[3].strip()
        noqa = re.search(_NOQA, line)
        if noqa and (
            noqa["codes"] is None or any(code.startswith(one.upper()) for one in re.split(r"[,\s]+", noqa["codes"]))
        ):
            return ""
    return _ignored_by_file(source, code, name)
