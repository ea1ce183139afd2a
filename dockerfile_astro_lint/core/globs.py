"""Glob patterns of users: of configuration files and options, and of .gitignore files.

A pattern is matched with one bit per character of it, for all ways to match at once: the time grows with the length of
the path, whatever the pattern. A regular expression, as `fnmatch` makes one, tries the ways one after another.
"""

from dockerfile_astro_lint.core.compat import Callable, Iterable, Iterator, Sequence

MAX_GLOB = 4096
"""Characters; a longer pattern matches nothing, and no path is as long."""


_POSIX: dict[str, Callable[[str], bool]] = {
    "alnum": str.isalnum,
    "alpha": str.isalpha,
    "blank": lambda char: char in " \t",
    "cntrl": lambda char: char < " " or char == "\x7f",
    "digit": lambda char: "0" <= char <= "9",
    "graph": lambda char: char.isprintable() and char != " ",
    "lower": str.islower,
    "print": str.isprintable,
    "punct": lambda char: char.isascii() and char.isprintable() and not char.isalnum() and char != " ",
    "space": str.isspace,
    "upper": str.isupper,
    "xdigit": lambda char: char in "0123456789abcdefABCDEF",
}


class _Class:
    """A class such as `[a-z]` or `[!a]`."""

    def __init__(self, negated: bool, ranges: Sequence[tuple[str, str]], names: Sequence[str], slash: bool) -> None:
        self._negated, self._ranges, self._names, self._slash = negated, ranges, names, slash

    def takes(self, char: str) -> bool:
        if char == "/" and not self._slash:
            return False
        found = any(low <= char <= high for low, high in self._ranges)
        return (found or any(_POSIX[name](char) for name in self._names)) != self._negated


_Token = str | _Class | None


class Glob:
    """A compiled pattern.

    With `git`, as in .gitignore: `*` and `?` do not match `/`, `**` between slashes matches any folders, and `\\`
    escapes; otherwise as in `fnmatch`: `*` and `?` match every character, and there is no escape.
    """

    def __init__(self, pattern: str, git: bool = False) -> None:
        self._git = git
        self._chars: dict[str, int] = {}
        self._classes: list[tuple[int, _Class]] = []
        self._one = self._star = self._deep = self._folders = 0
        size = 0
        tokens: Iterable[_Token] = _tokens(pattern, git) if len(pattern) <= MAX_GLOB else (None,)
        self.valid = True
        for token in tokens:
            bit = 1 << size
            if token is None:
                self.valid = False
            elif isinstance(token, _Class):
                self._classes.append((bit, token))
            elif token == "**/":
                # Two bits: that no folder is skipped is decided where the pattern gets here, and nowhere else.
                self._folders |= bit
                size += 1
            elif token == "**":
                self._deep |= bit
            elif token == "*":
                self._star |= bit
            elif token == "?":
                self._one |= bit
            else:
                self._chars[token[1]] = self._chars.get(token[1], 0) | bit
            size += 1
        self._end = 1 << size
        self._known: dict[str, tuple[int, int]] = {}

    def _start(self, state: int) -> int:
        """A state with what it reaches without a character."""
        while True:
            entered = state & self._folders
            new = state | entered << 1 | entered << 2 | (state & (self._star | self._deep)) << 1
            if new == state:
                return state
            state = new

    def _masks(self, char: str) -> tuple[int, int]:
        """Which bits a character moves on, and which it keeps."""
        masks = self._known.get(char)
        if masks is None:
            slash = char == "/" and self._git
            moves = self._chars.get(char, 0) | (0 if slash else self._one)
            for bit, one in self._classes:
                if one.takes(char):
                    moves |= bit
            masks = self._known[char] = moves, (0 if slash else self._star) | self._deep | self._folders << 1
        return masks

    def _step(self, state: int, char: str) -> int:
        moves, kept = self._masks(char)
        new = (state & moves) << 1 | state & kept
        if char == "/":
            new |= (state & self._folders << 1) << 1
        return self._start(new) if new else 0

    def matches(self, text: str) -> bool:
        """Whether it matches all of a text."""
        if not self.valid:
            return False
        state = self._start(1)
        for char in text:
            state = self._step(state, char)
            if not state:
                return False
        return bool(state & self._end)

    def matches_within(self, path: str) -> bool:
        """Whether it matches a path, or parts of it that follow each other."""
        if not self.valid:
            return False
        begin = self._start(1)
        state = begin
        for char in path:
            if char == "/":
                if state & self._end:
                    return True
                state = self._step(state, char) | begin
            else:
                state = self._step(state, char)
        return bool(state & self._end)


def _tokens(pattern: str, git: bool) -> Iterator[_Token]:
    """`*`, `**`, `**/`, `?`, a class, or `=` and a plain character; None where a pattern can match nothing."""
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "*":
            end = at
            while pattern[end : end + 1] == "*":
                end += 1
            whole = git and end - at >= 2 and (at == 0 or pattern[at - 1] == "/")
            if whole and pattern[end : end + 1] == "/":
                yield "**/"
                end += 1
            else:
                yield "**" if whole and end == len(pattern) else "*"
            at = end
        elif char == "?":
            yield "?"
            at += 1
        elif char == "[":
            found, end = _class(pattern, at + 1, git)
            if end:
                yield found
            elif git:
                yield None  # git, too, lets a class that does not end match nothing
                return
            else:
                yield "=["
            at = end or at + 1
        elif char == "\\" and git:
            if at + 1 == len(pattern):
                yield None
            else:
                yield f"={pattern[at + 1]}"
            at += 2
        else:
            yield f"={char}"
            at += 1


def _class(pattern: str, at: int, git: bool) -> tuple[_Class, int]:
    """A class after its bracket and where it ends, 0 if it does not."""
    negated = pattern[at : at + 1] == "!" or (git and pattern[at : at + 1] == "^")
    first = at = at + negated
    ranges: list[tuple[str, str]] = []
    names: list[str] = []
    while at < len(pattern) and (pattern[at] != "]" or at == first):
        if git and pattern.startswith("[:", at) and (end := pattern.find(":]", at, at + 10)) > 0:
            names += [pattern[at + 2 : end]] if pattern[at + 2 : end] in _POSIX else []
            at = end + 2
            continue
        at += git and pattern[at] == "\\" and at + 1 < len(pattern)
        low = high = pattern[at]
        if pattern[at + 1 : at + 2] == "-" and pattern[at + 2 : at + 3] not in ("", "]"):
            at += 2
            at += git and pattern[at] == "\\" and at + 1 < len(pattern)
            high = pattern[at]
        ranges.append((low, high))
        at += 1
    return _Class(negated, ranges, names, not git), at + 1 if at < len(pattern) else 0


def glob_error(glob: str) -> str:
    """What is wrong with a glob of a user, empty for nothing: an open bracket is rarely meant to be a character."""
    at = glob.find("[")
    while at >= 0:
        end = _class(glob, at + 1, False)[1]
        if not end:
            return "`[` is never closed (`[[]` matches the character)"
        at = glob.find("[", end)
    return ""


_MOST = 4096


_compiled: dict[str, tuple[Glob, ...]] = {}


def _globs(glob: str) -> tuple[Glob, ...]:
    found = _compiled.get(glob)
    if found is None:
        pattern = glob.replace("\\", "/").strip().removeprefix("./").rstrip("/")
        # `a/**` matches what is below a folder, `**/a` what is below any folder, this one included.
        short = pattern.removesuffix("/**").removeprefix("**/")
        found = tuple(map(Glob, sorted({pattern, short}))) if pattern else ()
        if len(_compiled) >= _MOST:
            _compiled.clear()
        _compiled[glob] = found
    return found


def matches_any(path: str, globs: Iterable[str]) -> bool:
    """Whether a glob matches a path with `/`: all of it, its end, one of its folders, or anything in between."""
    return any(one.matches_within(path) for glob in globs for one in _globs(glob))


def matches_text(text: str, pattern: str) -> bool:
    """Whether a whole text matches a pattern in which `*` stands for any characters, and all else for itself."""
    first, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    *between, last = rest
    at, end = len(first), len(text) - len(last)
    if not text.startswith(first) or not text.endswith(last) or at > end:
        return False
    for part in between:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True
