"""Suppressions: which diagnostics the ignore comments of a file suppress."""

import re
from bisect import bisect_right

from dockerfile_astro_lint.core.compat import Container, Iterable, Iterator, Mapping, NamedTuple, Set, lru_cache
from dockerfile_astro_lint.core.source import Source, Span
from dockerfile_astro_lint.core.spelling import did_you_mean, nearest
from dockerfile_astro_lint.dockerfile.parser import Dockerfile
from dockerfile_astro_lint.project.file_kinds import is_python
from dockerfile_astro_lint.project.python_lines import logical_lines
from dockerfile_astro_lint.rules.authoring import Edit, Fix, Violation

Used = set[tuple[str, "int | None"]]
"""Which words of ignore comments suppressed something: (word, first line of what it applies to)."""


# Patterns are compiled where they are first used: most files hold no ignore comment.
_IGNORE = r"(?s)#\s*astro-lint:\s*(ignore|ignore-file)\[([^\]]*)\](.*)"


_DIRECTIVES = ("ignore", "ignore-file")


_MISTYPED = r"#\s*astro-lint:\s*[\w-]{3,20}\[[^\]]{1,200}\]"
"""A comment of a file other than a Dockerfile that is meant for astro-lint, though it is no ignore comment."""


_NOQA = r"(?i)#\s*noqa(?::\s*(?P<codes>[A-Z][A-Z0-9]*(?:[,\s]+[A-Z][A-Z0-9]*)*))?"


class Ignore(NamedTuple):
    """One ignore comment.

    `names` are codes and names in the form that they are compared in, `places` their offsets; `first` is the first line
    of the instruction that the comment applies to, 0 for the whole file, -1 if none follows. A malformed comment has no
    names, and None.
    """

    names: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    reason: str
    start: int
    end: int
    first: int | None


class Ignores(NamedTuple):
    """The ignore comments of a Dockerfile; `places` maps (word, first line that it applies to) to the reason."""

    comments: tuple[Ignore, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    places: Mapping[tuple[str, int], str]

    def matching(self, code: str, name: str, lines: Iterable[int]) -> Set[tuple[str, int]]:
        """What suppresses a diagnostic on one of the lines: (word in a comment, first line that it applies to)."""
        firsts = {self._holder(line) for line in lines}
        return self.places.keys() & {(word, first) for word in (code, name) for first in (_FILE, *firsts)}

    def _holder(self, line: int) -> int:
        """The first line of the instruction that a line belongs to: a comment belongs to the one below."""
        at = bisect_right(self.starts, line) - 1
        if at < 0 or line > self.ends[at]:
            at += 1
        return self.starts[at] if at < len(self.starts) else _END


_FILE = 0
"""The first line of an ignore comment for the whole file."""


_END = -1
"""The first line of what follows the last instruction."""


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
        places = tuple((at + name.start(), at + name.start() + len(name[0].rstrip())) for name in names)
        words = tuple(_canonical(name[0].strip()) for name in names)
        first: int | None = _FILE
        if found[1] == "ignore":
            index = bisect_right(starts, comment.line) - bool(comment.inside)
            first = lines[index].first if index < len(lines) else _END
        yield Ignore(words, places, found[3].strip(), comment.start, end, first)


def _canonical(name: str) -> str:
    return name.upper() if name.upper().startswith("AST") and name[3:].isdecimal() else name.lower()


def _names(text: str) -> list[str]:
    return [_canonical(name.strip()) for name in text.split(",")]


def ignores_of_text(source: Source) -> Iterator[Ignore]:
    """The ignore comments of a file other than a Dockerfile; `first` is the line that a comment stands in, or 0."""
    lines = logical_lines(source.text) if is_python(source.path) else None
    if is_python(source.path) and (lines is None or "\r" in source.text.replace("\r\n", "")):
        return
    for number in range(1, len(source.starts) + 1):
        line = source.line(number)
        # In a string of Python there may be an example of a comment.
        is_comment = number in lines.comments if lines else line.lstrip().startswith("#")
        if "astro-lint:" not in line or not is_comment:
            continue
        found, start = _find_ignore(line), source.starts[number - 1]
        if found is None:
            if mistyped := re.search(_MISTYPED, line):
                yield Ignore((), (), "", start + mistyped.start(), start + len(line), None)
            continue
        names = list(re.finditer(r"[^,\s][^,]*", found[2]))
        at = start + found.start(2)
        places = tuple((at + name.start(), at + name.start() + len(name[0].rstrip())) for name in names)
        words = tuple(_canonical(name[0].strip()) for name in names)
        first = number if found[1] == "ignore" else _FILE
        yield Ignore(words, places, found[3].strip(), start + found.start(), start + len(line), first)


def faults(
    source: Source,
    comments: Iterable[Ignore],
    used: Used,
    known: Mapping[str, str],
    ran: Container[str],
    reasons: bool,
) -> Iterator[Violation]:
    """What is wrong with ignore comments; `known` maps codes and names to codes, `ran` are the rules that ran."""
    guesses = _MOST_GUESSES
    for ignore in comments:
        wrong: dict[int, str] = {}
        unknown: list[int] = []
        for at, name in enumerate(ignore.names):
            code = known.get(name)
            if code is None:
                unknown.append(at)
            elif code in ran and (name, ignore.first) not in used:
                wrong[at] = f"unused suppression: {name} is not reported here"
        for at in unknown:
            # What was meant is not known for sure, and a reason that somebody wrote is not deleted for a typing error.
            place = Span(source, *ignore.places[at])
            guessed = known if guesses > 0 else ()
            guesses -= 1
            hint = did_you_mean(place.text, guessed)
            yield Violation(place, f"unknown rule `{place.text}`{hint}", _respelt(place, place.text, guessed))
        for at, message in wrong.items():
            remove = without(ignore, at, source, len(wrong) == len(ignore.names))
            fix = Fix("remove it", True, (Edit(remove, ""),))
            yield Violation(Span(source, *ignore.places[at]), message, fix)
        whole = Span(source, ignore.start, ignore.end)
        directive = re.match(r"#\s*astro-lint:\s*([\w-]+)", source.text[ignore.start : ignore.end])
        word = directive[1] if directive else ""
        hint = did_you_mean(word, _DIRECTIVES) if word not in _DIRECTIVES else ""
        if directive and hint:
            place = Span(source, ignore.start + directive.start(1), ignore.start + directive.end(1))
            yield Violation(whole, f"unknown ignore comment `{word}`{hint}", _respelt(place, word, _DIRECTIVES))
        elif not ignore.names:
            yield Violation(whole, "this comment names no rule: write `# astro-lint: ignore[CODE] reason`")
        elif reasons and not ignore.reason and len(wrong) + len(unknown) < len(ignore.names):
            yield Violation(whole, "this suppression has no reason: write one after the bracket")


_MOST_GUESSES = 100
"""Misspelt rules of a file for which the right one is looked for."""


def _respelt(place: Span, word: str, known: Iterable[str]) -> Fix | None:
    """The fix for a mistyped word; None if no known word is near, or several are."""
    near = nearest(word, known, one_edit=True)
    return Fix(f"write `{near[0]}`", False, (Edit(place, near[0]),)) if len(near) == 1 else None


def without(ignore: Ignore, at: int, source: Source, whole: bool) -> Span:
    """What to remove for one name of a comment: the name, or the whole comment."""
    return _whole(source, ignore) if whole else _word(ignore, at, source)


def _whole(source: Source, ignore: Ignore) -> Span:
    """A comment with its line; without the line if it ends one, and without the spaces before it."""
    span = _line(source, ignore.start)
    start = source.starts[source.position(ignore.start)[0] - 1]
    before = source.text[start : ignore.start]
    return span if not before.strip() else Span(source, start + len(before.rstrip()), ignore.end)


def _line(source: Source, offset: int) -> Span:
    number = source.position(offset)[0]
    end = source.starts[number] if number < len(source.starts) else len(source.text)
    return Span(source, source.starts[number - 1], end)


def _word(ignore: Ignore, at: int, source: Source) -> Span:
    """A name with the comma that separates it from the others."""
    if at + 1 < len(ignore.places):
        return Span(source, ignore.places[at][0], ignore.places[at + 1][0])
    return Span(source, ignore.places[at - 1][1], ignore.places[at][1])


Ignored = tuple[str, int]
"""The reason of a comment that suppresses a diagnostic, empty if it gives none, and the line that the comment is in:
0 for one for the whole file, -1 for a `# noqa`.
"""


def ignored_above(source: Source, code: str, name: str, line: int) -> Ignored | None:
    """The `# astro-lint: ignore[…]` above a line of a requirements.txt, for one; None without a comment."""
    if "astro-lint:" not in source.text:
        return None
    above = _ignores_above(source.text).get(line, {})
    return above.get(code) or above.get(name) or _ignored_by_file(source, code, name)


@lru_cache(maxsize=4)
def _ignores_above(text: str) -> Mapping[int, Mapping[str, Ignored]]:
    """By line, the ignore comments right above it, by rule; the lowest comment wins."""
    by_line: dict[int, dict[str, Ignored]] = {}
    ignored: dict[str, Ignored] = {}
    for number, line in enumerate(text.split("\n"), 1):
        written = line.strip()
        if written and not written.startswith("#"):
            if ignored:
                by_line[number] = ignored
            ignored = {}
            continue
        found = _find_ignore(written)
        if found and found[1] == "ignore":
            ignored.update(dict.fromkeys(_names(found[2]), (found[3].strip(), number)))
    return by_line


def _ignored_by_file(source: Source, code: str, name: str) -> Ignored | None:
    reasons = _reasons_of_file(source.text)
    reason = reasons.get(code, reasons.get(name))
    return None if reason is None else (reason, _FILE)


@lru_cache(maxsize=4)
def _reasons_of_file(text: str) -> Mapping[str, str]:
    """The reasons of the ignore comments for the whole file, by rule; the first comment wins."""
    reasons: dict[str, str] = {}
    for line in text.splitlines() if "astro-lint:" in text else ():
        found = _find_ignore(line) if "astro-lint:" in line else None
        if found and found[1] == "ignore-file":
            for rule in _names(found[2]):
                reasons.setdefault(rule, found[3].strip())
    return reasons


def _find_ignore(text: str) -> re.Match[str] | None:
    """The first ignore comment of a line."""
    # Without a bracket behind it, every beginning of a comment would be read to the end of the line.
    found = re.compile(_IGNORE).search(text, 0, text.rfind("]") + 1)
    return re.compile(_IGNORE).match(text, found.start()) if found else None


def ignored_in_python(source: Source, code: str, name: str, first: int, last: int) -> Ignored | None:
    """The trailing `# noqa` or `# astro-lint: ignore[…]` on one of the lines, or at the end of the logical line; None
    without a comment.
    """
    if "astro-lint:" not in source.text and "noqa" not in source.text.lower():
        return None
    lines = logical_lines(source.text)
    for number in dict.fromkeys((first, last, lines.end_of(last) if lines else last)):
        line = source.line(number)
        if "#" not in line:
            continue
        found = _find_ignore(line)
        if found and found[1] == "ignore" and {code, name} & set(_names(found[2])):
            return found[3].strip(), number
        noqa = re.search(_NOQA, line)
        if noqa and (
            noqa["codes"] is None or any(code.startswith(one.upper()) for one in re.split(r"[,\s]+", noqa["codes"]))
        ):
            return "", -1
    return _ignored_by_file(source, code, name)


def noqa_codes(source: Source) -> Iterator[tuple[Span, str]]:
    """The codes of astro-lint in the `# noqa: …` comments of a Python file, in upper case."""
    lines = logical_lines(source.text)
    for number in sorted(lines.comments) if lines and "\r" not in source.text.replace("\r\n", "") else ():
        noqa = re.search(_NOQA, source.line(number))
        if noqa and noqa["codes"]:
            at = source.starts[number - 1] + noqa.start("codes")
            for word in re.finditer(r"[^,\s]+", noqa["codes"]):
                if word[0].upper().startswith("AST"):
                    yield Span(source, at + word.start(), at + word.end()), word[0].upper()
