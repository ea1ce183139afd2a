"""Parse .dockerignore as Docker does: patterns apply to each folder of a path in turn, and the last match decides."""

import posixpath
from itertools import islice

from dockerfile_astro_lint.core.compat import Iterator, NamedTuple, Sequence
from dockerfile_astro_lint.core.source import Source, Span, make_source

_MAX_WORK = 1 << 20


_MAX_PATTERNS = 2000
"""More are not read: every path is compared with every pattern."""


class _Any(NamedTuple):
    what: str


_CHARACTER, _NAME, _FOLDERS, _ALL = map(_Any, ("?", "*", "**/", "**"))


class _Class(NamedTuple):
    negated: bool
    ranges: tuple[tuple[str, str], ...]


_Token = str | _Any | _Class


class Pattern(NamedTuple):
    """A line: its normalized `text` and `tokens`, `start` and `end` in the file; `keeps` if it begins with `!`."""

    text: str
    keeps: bool
    start: int
    end: int
    tokens: tuple[_Token, ...]

    def matches(self, path: str) -> bool:
        """Whether it matches this very path."""
        first, last = self.tokens[0], self.tokens[-1]
        if len(self.tokens) == 1 and isinstance(first, str):
            return path == first
        if (isinstance(first, str) and not path.startswith(first)) or (
            isinstance(last, str) and not path.endswith(last)
        ):
            return False
        if len(self.text) * len(path) > _MAX_WORK:
            return False
        reached = {0}
        for token in self.tokens:
            reached = _step(token, path, reached)
            if not reached:
                return False
        return len(path) in reached


class DockerIgnore(NamedTuple):
    """The patterns of a file, in order; `folders` caches which of them match a folder or one above it."""

    source: Source
    patterns: tuple[Pattern, ...]
    folders: dict[str, Sequence[bool]]

    def deciding(self, path: str) -> Pattern | None:
        """The pattern that decides about a path (with `/`, below the context), None if none matches."""
        parts = path.strip("/").split("/")
        above: Sequence[bool] = (False,) * len(self.patterns)
        for end in range(1, len(parts)):
            folder = "/".join(parts[:end])
            if folder not in self.folders:
                self.folders[folder] = self._judge(folder, above)[0]
            above = self.folders[folder]
        return self._judge("/".join(parts), above)[1]

    def _judge(self, path: str, above: Sequence[bool]) -> tuple[Sequence[bool], Pattern | None]:
        """Which patterns match a path, and the one that decides.

        A pattern that matches the folder above matches what is in it; one that would change nothing is skipped, so
        `!dags` before `*.py` includes nothing again.
        """
        ignored, last, matched = False, None, []
        for pattern, known in zip(self.patterns, above, strict=True):
            hit = known or (pattern.keeps == ignored and pattern.matches(path))
            matched.append(hit)
            if hit:
                ignored, last = not pattern.keeps, pattern
        return matched, last

    def ignores(self, path: str) -> bool:
        """Whether a path is excluded from the build context."""
        found = self.deciding(path)
        return found is not None and not found.keeps

    def span(self, pattern: Pattern) -> Span:
        return Span(self.source, pattern.start, pattern.end)


def parse_dockerignore(data: bytes, path: str) -> DockerIgnore:
    """Read a .dockerignore."""
    bom = data.startswith(b"\xef\xbb\xbf")
    text = make_source(path, (data[3:] if bom else data).decode("utf-8", "surrogateescape"), bom)
    return DockerIgnore(text, tuple(islice(_patterns(text), _MAX_PATTERNS)), {})


def _patterns(text: Source) -> Iterator[Pattern]:
    for number, line in enumerate(text.text.split("\n")):
        if line.startswith("#"):
            continue
        written = line.strip()
        keeps = written.startswith("!")
        cleaned = written[1:].strip() if keeps else written
        path = posixpath.normpath(cleaned).lstrip("/") if cleaned else ""
        tokens = _tokens(path)
        if path in (".", "") or tokens is None:
            continue  # the context itself, or nothing
        start = text.starts[number] + line.index(written)
        yield Pattern(path, keeps, start, start + len(written), tuple(tokens))


def _tokens(pattern: str) -> list[_Token] | None:
    """The tokens of a pattern, with plain characters joined; None for one that Docker refuses."""
    found: list[_Token] = []
    at = 0
    while at < len(pattern):
        token: _Token | None
        if pattern.startswith("**", at):
            at += 3 if pattern[at + 2 : at + 3] == "/" else 2
            token = _FOLDERS if at < len(pattern) else _ALL
            if len(found) == 0 and token == _FOLDERS and pattern[2] != "/" and not _is_special(pattern[at:]):
                token = _ALL  # `**name` matches whatever ends with it
        elif pattern[at] in "*?":
            token, at = _NAME if pattern[at] == "*" else _CHARACTER, at + 1
        elif pattern[at] == "[":
            token, at = _class(pattern, at + 1)
        else:
            at += pattern[at] == "\\"
            token, at = pattern[at : at + 1], at + 1
        if not token:
            return None
        if isinstance(token, str) and found and isinstance(found[-1], str):
            found[-1] += token
        else:
            found.append(token)
    return found


def _is_special(text: str) -> bool:
    return any(char in text for char in "*?[\\")


def _class(pattern: str, at: int) -> tuple[_Class | None, int]:
    """A class such as `[a-z]` or `[^a]` after its bracket, and where it ends; None for a malformed one."""
    negated = pattern[at : at + 1] == "^"
    at += negated
    ranges: list[tuple[str, str]] = []
    while pattern[at : at + 1] != "]" or not ranges:
        low, at = _character(pattern, at)
        high = low
        if pattern[at : at + 1] == "-":
            high, at = _character(pattern, at + 1)
        if not low or not high:
            return None, at
        ranges.append((low, high))
    return _Class(negated, tuple(ranges)), at + 1


def _character(pattern: str, at: int) -> tuple[str, int]:
    """A character of a class, which may be escaped, and the offset after it; empty at the end."""
    if pattern[at : at + 1] in ("-", "]"):
        return "", at
    at += pattern[at : at + 1] == "\\"
    return pattern[at : at + 1], at + 1


def _step(token: _Token, path: str, reached: set[int]) -> set[int]:
    """The offsets in a path that a token can reach from given ones."""
    if isinstance(token, str):
        return {at + len(token) for at in reached if path.startswith(token, at)}
    first = min(reached)
    if token == _ALL:
        return set(range(first, len(path) + 1))
    if token == _FOLDERS:
        return reached | {at + 1 for at in range(first, len(path)) if path[at] == "/"}
    if token == _NAME:
        found: set[int] = set()
        for at in sorted(reached):
            if at not in found:
                end = path.find("/", at)
                found.update(range(at, (len(path) if end < 0 else end) + 1))
        return found
    return {at + 1 for at in reached if at < len(path) and _fits(token, path[at])}


def _fits(token: _Any | _Class, char: str) -> bool:
    if isinstance(token, _Class):
        return any(low <= char <= high for low, high in token.ranges) != token.negated
    return char != "/"
