"""The streams that people and programs read: the only print."""

import os
import sys

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Any, Iterable, Iterator, NoReturn, Sequence
from dockerfile_astro_lint.core.errors import UsageError

if TYPE_CHECKING:
    from typing import TextIO


_BATCH = 512
"""Lines that are printed at once."""


def write(lines: Iterable[str], stream: "TextIO") -> None:
    """Print to a stream: in UTF-8 where a program reads, with a stand-in for what a terminal cannot show.

    Raise UsageError where it takes no more, BrokenPipeError where nobody reads it.
    """
    try:
        _prepare(stream)
        for text in batches(lines):
            print(text, file=stream)
    except OSError as error:
        _give_up(stream, error)


def _prepare(stream: "TextIO") -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure:
        if stream.isatty():
            reconfigure(errors="replace")
        else:
            reconfigure(encoding="utf-8", errors="replace")


def _give_up(stream: "TextIO", error: OSError) -> NoReturn:
    """Raise what says that a stream takes no more; what still waits to be written goes nowhere."""
    if isinstance(error, BrokenPipeError):
        raise error
    _forget(stream)
    raise UsageError(f"the output cannot be written: {error.strerror or error}") from None


def _forget(stream: "TextIO") -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def batches(lines: Iterable[str]) -> Iterator[str]:
    """Lines joined to texts that pay to be written at once, without the last line's ending."""
    waiting: list[str] = []
    for line in lines:
        waiting.append(line)
        if len(waiting) == _BATCH:
            yield clean("\n".join(waiting))
            waiting.clear()
    if waiting:
        yield clean("\n".join(waiting))


def print_error(message: str) -> None:
    """A sentence on standard error; where that takes no more, there is nobody left to tell."""
    try:
        reconfigure = getattr(sys.stderr, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")
        print(clean(f"astro-lint: {message}"), file=sys.stderr)
    except OSError:
        _forget(sys.stderr)


def flush() -> None:
    """Write what waits to be written; raise UsageError or BrokenPipeError where it cannot be."""
    try:
        sys.stdout.flush()
    except OSError as error:
        _give_up(sys.stdout, error)


def clean(text: str) -> str:
    """Undecodable bytes as U+FFFD."""
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def write_bytes(data: bytes) -> None:
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        _give_up(sys.stdout, error)


def color(choice: str, stream: "TextIO") -> bool:
    """Whether a stream gets colors: `always`, `never`, or `auto` by NO_COLOR, FORCE_COLOR and what it is."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")


def wanted_formats(texts: Sequence[str], known: Sequence[str]) -> list[tuple[str, str | None]]:
    """(format, its file or None) of every `--format NAME[=FILE]`; text alone where there is none. Raise UsageError."""
    found = [(name, file if equals else None) for name, equals, file in (text.partition("=") for text in texts)]
    for name, file in found:
        if name not in known:
            raise UsageError(f"--format {name}: there is {', '.join(known)}")
        if file == "":
            raise UsageError(f"--format {name}=: the file has no name")
    if sum(file is None for _, file in found) > 1:
        raise UsageError(
            "--format: one format at most goes to standard output, the others need a file: --format json=FILE"
        )
    return found or [("text", None)]


def reported(package: str, name: str, run: Any) -> Iterable[str]:
    """The lines of a format, which is a module of its own in a package of ours."""
    module = f"dockerfile_astro_lint.{package}.{name}"
    __import__(module)
    lines: Iterable[str] = sys.modules[module].report(run)
    return lines
