"""The streams that people and programs read: the only print."""

import os
import sys

from dockerfile_astro_lint.errors import UsageError
from dockerfile_astro_lint.light import TYPE_CHECKING, Iterable

if TYPE_CHECKING:
    from typing import TextIO

_BATCH = 512
"""Lines that are printed at once."""


def write(lines: Iterable[str], stream: "TextIO") -> None:
    """Print to a stream: in UTF-8 where a program reads, with a stand-in for what a terminal cannot show."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure:
        if stream.isatty():
            reconfigure(errors="replace")
        else:
            reconfigure(encoding="utf-8", errors="replace")
    waiting: list[str] = []
    for line in lines:
        waiting.append(line)
        if len(waiting) == _BATCH:
            print(clean("\n".join(waiting)), file=stream)
            waiting.clear()
    if waiting:
        print(clean("\n".join(waiting)), file=stream)


def complain(message: str) -> None:
    reconfigure = getattr(sys.stderr, "reconfigure", None)
    if reconfigure:
        reconfigure(errors="replace")
    print(clean(f"astro-lint: {message}"), file=sys.stderr)


def clean(text: str) -> str:
    """Undecodable bytes as U+FFFD."""
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def write_bytes(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def write_file(file: str, lines: Iterable[str]) -> None:
    try:
        with open(file, "w", encoding="utf-8", errors="replace", newline="\n") as out:
            out.writelines(f"{clean(line)}\n" for line in lines)
    except OSError as error:
        raise UsageError(f"--format …={file}: {error.strerror or error}") from None


def color(choice: str, stream: "TextIO") -> bool:
    """Whether a stream gets colors: `always`, `never`, or `auto` by NO_COLOR, FORCE_COLOR and what it is."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")
