"""Read TOML of any content within limits."""

import re
import sys

from dockerfile_astro_lint.core.compat import Any

MAX_KEY_PARTS = 100
"""Parts of a dotted key; the memory that tomllib takes for one grows with the square of their number."""


_STRING_OR_COMMENT = re.compile(
    r'"""(?:[^"\\]|\\[\s\S]|"(?!""))*"""|' + r"'''(?:[^']|'(?!''))*'''|" + r'"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'|#.*"
)


_LONG_NUMBER = re.compile(r"(?<![\w.])\d[\d_]{3999,}(?![\w.])")
"""Python refuses to convert as many digits."""


def parse_toml(text: str) -> dict[str, Any]:
    """Parse a TOML document; raise ValueError or RecursionError."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    if text.count(".") > MAX_KEY_PARTS:
        bare = _STRING_OR_COMMENT.sub("s", text)
        if max(part.count(".") for part in re.split(r"[^\w. \t-]+", bare)) >= MAX_KEY_PARTS:
            raise ValueError(f"a dotted key has more than {MAX_KEY_PARTS} parts")
    document: dict[str, Any] = tomllib.loads(without_long_numbers(text))
    return document


def without_long_numbers(text: str) -> str:
    """A text of the same length whose decimal numbers are all short enough for Python."""
    # A floating-point number of any length is read in linear time.
    return _LONG_NUMBER.sub(lambda number: f"1e{'0' * (len(number[0]) - 2)}", text)
