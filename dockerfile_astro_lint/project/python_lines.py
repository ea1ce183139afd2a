"""The logical lines of a Python file: statements with all lines that their strings, brackets and backslashes join."""

import io
import tokenize
from bisect import bisect_left

from dockerfile_astro_lint.core.compat import NamedTuple, lru_cache


class LogicalLines(NamedTuple):
    """The last line of each logical line, in order; the lines that a comment can end, and those with one; from 1."""

    last: tuple[int, ...]
    ends: frozenset[int]
    comments: frozenset[int]

    def end_of(self, line: int) -> int:
        """The last line of the logical line that a line belongs to."""
        at = bisect_left(self.last, line)
        return self.last[at] if at < len(self.last) else line


@lru_cache(maxsize=8)
def logical_lines(text: str) -> LogicalLines | None:
    """Split a Python file; None if Python cannot."""
    last, ends, comments = [], set(), set()
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
            if token.type in (tokenize.NEWLINE, tokenize.NL):
                ends.add(token.start[0])
            if token.type == tokenize.COMMENT:
                comments.add(token.start[0])
            if token.type == tokenize.NEWLINE:
                last.append(token.start[0])
    except (tokenize.TokenError, SyntaxError, ValueError):
        return None
    return LogicalLines(tuple(last), frozenset(ends), frozenset(comments))
