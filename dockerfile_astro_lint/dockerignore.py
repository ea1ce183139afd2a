""".dockerignore as Docker reads it: the last pattern that matches a path, or a folder above it, decides."""

import posixpath

from dockerfile_astro_lint.light import Iterator, NamedTuple, Sequence
from dockerfile_astro_lint.source import Source, Span, source

_MAX_WORK = 1 << 16


class Pattern(NamedTuple):
    """A line: `parts` of a cleaned pattern, `start` and `end` of what is written; `keeps`: it begins with `!`."""

    parts: tuple[str, ...]
    keeps: bool
    start: int
    end: int


class DockerIgnore(NamedTuple):
    """The patterns of a file, in order."""

    source: Source
    patterns: tuple[Pattern, ...]

    def deciding(self, path: str) -> Pattern | None:
        """The pattern that decides over a path (with `/`, below the context), None where none matches."""
        parts = path.strip("/").split("/")
        for pattern in reversed(self.patterns):
            # A folder that is left out takes what is in it along.
            if any(_matches(pattern.parts, parts[:end]) for end in range(len(parts), 0, -1)):
                return pattern
        return None

    def ignores(self, path: str) -> bool:
        """Whether a path is kept out of the build context."""
        found = self.deciding(path)
        return found is not None and not found.keeps

    def span(self, pattern: Pattern) -> Span:
        return Span(self.source, pattern.start, pattern.end)


def read(data: bytes, path: str) -> DockerIgnore:
    """Read a .dockerignore."""
    bom = data.startswith(b"\xef\xbb\xbf")
    text = source(path, (data[3:] if bom else data).decode("utf-8", "surrogateescape"), bom)
    return DockerIgnore(text, tuple(_patterns(text)))


def _patterns(text: Source) -> Iterator[Pattern]:
    for number, line in enumerate(text.text.split("\n")):
        if line.startswith("#"):
            continue
        written = line.strip()
        keeps = written.startswith("!")
        cleaned = written[1:].strip() if keeps else written
        if not cleaned:
            continue
        path = posixpath.normpath(cleaned).replace("\\\\", "\\")
        path = path.lstrip("/") if len(path) > 1 else path
        if path in (".", "/", ""):
            continue  # Docker skips what stands for the context itself
        start = text.starts[number] + line.index(written)
        parts = [part for one in path.split("/") for part in _split(one)]
        yield Pattern(tuple(parts), keeps, start, start + len(written))


def _split(part: str) -> list[str]:
    """`**` inside a part goes over folders too: `**.pyc` is `**/*.pyc`."""
    before, stars, behind = part.partition("**")
    if not stars or part == "**":
        return [part]
    return [*([f"{before}*"] if before else []), "**", *([f"*{behind}"] if behind else [])]


def _matches(pattern: Sequence[str], path: Sequence[str]) -> bool:
    """Whether a pattern matches a whole path; `**` stands for any number of folders."""
    if len(pattern) * len(path) > _MAX_WORK:
        return False
    if "**" not in pattern:
        return len(pattern) == len(path) and all(map(_part, pattern, path))
    reached = {0}
    for number, part in enumerate(pattern, 1):
        if part == "**" and 1 < len(pattern) == number:
            return bool(reached) and min(reached) < len(path)  # what is in a folder, not the folder
        if part == "**":
            reached = set(range(min(reached), len(path) + 1)) if reached else set()
        else:
            reached = {at + 1 for at in reached if at < len(path) and _part(part, path[at])}
    return len(path) in reached


def _part(pattern: str, text: str) -> bool:
    """One part of a path against a pattern with `*`, `?`, `[...]` and escapes, as Go's filepath.Match has them."""
    if not any(char in pattern for char in "*?[\\"):
        return pattern == text
    tokens = _tokens(pattern)
    if tokens is None:
        return False
    reached = {0}
    for token in tokens:
        if token is None:
            reached = set(range(min(reached), len(text) + 1)) if reached else set()
        else:
            reached = {at + 1 for at in reached if at < len(text) and _fits(token, text[at])}
    return len(text) in reached


_Token = tuple[bool, tuple[tuple[str, str], ...]]
"""(negated, ranges)."""


def _tokens(pattern: str) -> list[_Token | None] | None:
    """None in the list for `*`; None alone for a pattern that is wrong, which matches nothing."""
    found: list[_Token | None] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "*":
            if not found or found[-1] is not None:
                found.append(None)
        elif char == "?":
            found.append((False, (("\0", "\U0010ffff"),)))
        elif char == "[":
            end = pattern.find("]", at + 1)
            if end < 0:
                return None
            inside = pattern[at:end]
            negated = inside[:1] == "^"
            found.append((negated, tuple(_ranges(inside[negated:]))))
            at = end + 1
        else:
            if char == "\\" and at < len(pattern):
                char = pattern[at]
                at += 1
            found.append((False, ((char, char),)))
    return found


def _ranges(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text):
            at += 1
        low = high = text[at]
        if text[at + 1 : at + 2] == "-" and at + 2 < len(text):
            high = text[at + 2]
            at += 2
        at += 1
        yield low, high


def _fits(token: _Token, char: str) -> bool:
    negated, ranges = token
    return any(low <= char <= high for low, high in ranges) != negated
