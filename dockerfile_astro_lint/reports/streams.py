"""Standard output and standard error; no other module prints."""

import os
import sys

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Any, Iterable, Iterator, NoReturn, Sequence
from dockerfile_astro_lint.core.display import may_hold_secret, sanitize
from dockerfile_astro_lint.core.errors import UsageError

if TYPE_CHECKING:
    from typing import TextIO

    from dockerfile_astro_lint.core.progress import Progress


_BATCH = 512
"""Lines joined into one write."""


def write(lines: Iterable[str], stream: "TextIO") -> None:
    """Print lines: in UTF-8, or on a terminal with replacements for what its encoding lacks.

    Raise UsageError if the stream cannot be written, BrokenPipeError if its reader is gone.
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
    """Raise the error for a stream that cannot be written, and discard its buffered output."""
    if isinstance(error, BrokenPipeError):
        raise error
    _discard(stream)
    raise UsageError(f"cannot write the output: {error.strerror or error}") from None


def _discard(stream: "TextIO") -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def batches(lines: Iterable[str]) -> Iterator[str]:
    """Join lines into texts worth one write each, without the last line ending."""
    batch: list[str] = []
    for line in lines:
        batch.append(line)
        if len(batch) == _BATCH:
            yield clean("\n".join(batch))
            batch.clear()
    if batch:
        yield clean("\n".join(batch))


def print_error(message: str) -> None:
    """Print a message without secrets to standard error; ignore a standard error that cannot be written.

    A message may quote any file, so it is made safe for a terminal and a runner here.
    """
    if may_hold_secret(message):
        from dockerfile_astro_lint.engine.redaction import redacted_text

        message = redacted_text(message)
    try:
        reconfigure = getattr(sys.stderr, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")
        message = f"astro-lint: {sanitize(message)}"
        if sys.stderr.isatty():
            from dockerfile_astro_lint.reports.terminal import columns, wrap

            message = "\n".join(wrap(message, columns(sys.stderr), "  ", ""))
        print(clean(inert(message) if on_runner() else message), file=sys.stderr)
    except OSError:
        _discard(sys.stderr)


def on_runner() -> bool:
    """Whether a runner of GitHub or Azure looks for commands in what is printed."""
    return os.environ.get("GITHUB_ACTIONS") == "true" or bool(os.environ.get("TF_BUILD"))


def inert(line: str) -> str:
    """A line that runners of GitHub and Azure do not take for a command: a zero-width space prevents that."""
    line = line.replace("##[", "##\u200b[").replace("##vso[", "##vso\u200b[")
    return f"\u200b{line}" if line.lstrip().startswith("::") else line


def without_commands(lines: Iterable[str]) -> Iterable[str]:
    """Lines that a runner, if one reads them, does not take for commands."""
    return map(inert, lines) if on_runner() else lines


def progress(quiet: bool) -> "Progress | None":
    """The line that shows long work: on a terminal only, not in CI, and not for a quiet run."""
    if quiet or not sys.stderr.isatty() or os.environ.get("CI") or os.environ.get("TERM") == "dumb":
        return None
    from dockerfile_astro_lint.core.progress import Progress
    from dockerfile_astro_lint.reports.terminal import columns

    return Progress(sys.stderr, columns(sys.stderr))


def flush() -> None:
    """Flush standard output; raise UsageError or BrokenPipeError if it cannot be written."""
    try:
        sys.stdout.flush()
    except OSError as error:
        _give_up(sys.stdout, error)


def clean(text: str) -> str:
    """Replace undecodable bytes by U+FFFD."""
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def write_bytes(data: bytes) -> None:
    """Write bytes to standard output, after everything printed so far."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        _give_up(sys.stdout, error)


def color(choice: str, stream: "TextIO") -> bool:
    """Whether to color a stream: `always`, `never`, or `auto`: NO_COLOR, FORCE_COLOR, else only a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")


def wanted_formats(texts: Sequence[str], known: Sequence[str]) -> list[tuple[str, str | None]]:
    """(format, file or None) of every `--format NAME[=FILE]`; text if there is none. Raise UsageError."""
    formats = [(name, file if equals else None) for name, equals, file in (text.partition("=") for text in texts)]
    for name, file in formats:
        if name not in known:
            from dockerfile_astro_lint.core.spelling import did_you_mean

            raise UsageError(
                f"--format {name}: unknown format; available: {', '.join(known)}{did_you_mean(name, known)}"
            )
        if file == "":
            raise UsageError(f"--format {name}=: missing file name")
    if sum(file is None for _, file in formats) > 1:
        raise UsageError(
            "--format: only one format can go to standard output, give the others a file: --format json=FILE"
        )
    return formats or [("text", None)]


def reported(package: str, name: str, run: Any) -> Iterable[str]:
    """The lines of a format: the module `name` in `package` makes them."""
    module = f"dockerfile_astro_lint.{package}.{name.replace('-', '_')}"
    __import__(module)
    lines: Iterable[str] = sys.modules[module].report(run)
    return lines
