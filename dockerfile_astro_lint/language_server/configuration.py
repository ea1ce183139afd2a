"""The configuration of an editor's files: its settings over the files', and what is wrong with a file at its place."""

import os
import re
import time

from dockerfile_astro_lint.config.bases import OF_FILES
from dockerfile_astro_lint.config.files import FILES, Config
from dockerfile_astro_lint.config.overrides import Overrides
from dockerfile_astro_lint.config.resolver import Resolver, unknown_code
from dockerfile_astro_lint.config.schema import checked, load, section_of
from dockerfile_astro_lint.core.compat import Callable, Iterator, Mapping, NamedTuple
from dockerfile_astro_lint.core.errors import ConfigError
from dockerfile_astro_lint.core.source import make_source
from dockerfile_astro_lint.core.toml_spans import places
from dockerfile_astro_lint.engine.redaction import redacted_text
from dockerfile_astro_lint.engine.settings import LintSettings

SECTION = "astro-lint"
"""What the settings are called in an editor."""


OF_CLIENT = frozenset(("server", "trace"))
"""Settings that the client reads itself."""


MAX_AGE = 2.0
"""Seconds for which configuration files are believed to be what they were, if nobody says that they have changed."""


class ConfigProblem(NamedTuple):
    """What is wrong with a configuration file, and where: offsets in its text."""

    start: int
    end: int
    message: str


class EditorResolver(Resolver):
    """Resolves settings for the files of one workspace folder; an editor's settings win over configuration files.

    `read` reads a configuration file as the editor has it.
    """

    def __init__(
        self, overrides: Overrides, values: Mapping[str, object], root: str, read: Callable[[str, int], bytes]
    ) -> None:
        super().__init__(overrides)
        self._values, self._root, self._read = values, root, read
        self._merged: dict[str, Config] = {}
        self._made = time.monotonic()
        self.read_files: dict[str, None] = {}
        """The configuration files that were asked for."""

    @property
    def is_old(self) -> bool:
        return time.monotonic() - self._made > MAX_AGE

    def load(self, path: str) -> Config | None:
        self.read_files[os.path.abspath(path)] = None
        return load(path, unknown_code, self._read)

    def for_file(self, path: str) -> LintSettings:
        # A text without a path belongs to the workspace folder.
        return super().for_file(path or os.path.join(self._root, "Dockerfile") if self._root else path)

    def config(self, folder: str, names: frozenset[str] | None = None) -> Config:
        config = super().config(folder, names)
        if not self._values:
            return config
        merged = self._merged.get(config.path)
        if merged is None:
            values = {**config.values, **self._values}
            merged = config._replace(folder=config.folder or self._root or os.getcwd(), values=values)
            self._merged[config.path] = merged
        return merged


def read_settings(given: object) -> tuple[dict[str, object], list[str]]:
    """The valid settings among what a client sends, and what is wrong with the others; what is null is not set."""
    if not isinstance(given, Mapping):
        return {}, [] if given is None else [f"the settings of {SECTION} must be an object"]
    nested = given.get(SECTION)
    if isinstance(nested, Mapping):
        given = nested
    values: dict[str, object] = {}
    wrong = []
    for name, value in given.items():
        if value is None or name in OF_CLIENT:
            continue
        reason = _fault("", name, value)
        if reason:
            wrong.append(redacted_text(reason))
        else:
            values[name] = value
    return values, wrong


def is_config(path: str) -> bool:
    """Whether a file by its name may be a configuration file."""
    return os.path.basename(path) in FILES


def config_problems(path: str, text: str) -> list[ConfigProblem]:
    """What is wrong with a configuration file, each at its place; nothing if it says nothing to astro-lint."""
    source = make_source(path, text)
    try:
        section = section_of(path, text)
    except ConfigError as error:
        start, end = _place_of_error(text, error.reason)
        return [ConfigProblem(start, end, redacted_text(error.reason, [source]))]
    problems = []
    for name, value in (section or {}).items():
        reason = _fault(path, name, value)
        if reason:
            problems.append(ConfigProblem(*_place_of(path, text, name, reason), redacted_text(reason, [source])))
    return problems


def _fault(path: str, name: str, value: object) -> str:
    """What is wrong with a key or its value; empty for nothing."""
    if not path and name in OF_FILES:
        return f"`{name}` can only be set in a configuration file"
    try:
        checked(path, name, value, unknown_code)
    except ConfigError as error:
        return error.reason
    return ""


def _place_of_error(text: str, reason: str) -> tuple[int, int]:
    """Where the parser has stopped, as far as it says; the line of it."""
    lines = make_source("", text)
    found = re.search(r"line:? *(\d+)(?:, column (\d+))?", reason)
    line = min(int(found[1]), len(lines.starts)) if found else len(lines.starts) if "end of document" in reason else 1
    start = lines.starts[line - 1]
    end = start + len(lines.line(line))
    column = int(found[2]) - 1 if found and found[2] else 0
    return (start + column, end) if start + column < end else (start, end)


def _place_of(path: str, text: str, name: str, reason: str) -> tuple[int, int]:
    """The key of a message, the entry of its table, or the word in its value that the message quotes."""
    words = [first or second for first, second in re.findall(r"`([^`]*)`|'([^']*)'", reason)]
    if path.endswith(".cfg"):
        return _place_in_cfg(text, name, words)
    own = os.path.basename(path) not in ("pyproject.toml",)
    prefix = () if own else ("tool", "astro-lint")
    spans = places(text)
    place = spans.get((*prefix, name))
    inner = [path[-1] for path in spans if path[:-1] == (*prefix, name)]
    for entry in inner:
        if f"{name}.{entry}" in words or entry in words[1:]:
            found = spans[prefix + (name, entry)]
            return _word_in(text, found.start, found.end, words) or found.key
    if place is None:
        return next(iter(spans.values())).key if spans else (0, len(text.partition("\n")[0]))
    return _word_in(text, place.start, place.end, words[1:] if words[:1] == [name] else words) or place.key


def _word_in(text: str, start: int, end: int, words: list[str]) -> tuple[int, int] | None:
    """The quoted word of a value that a message names."""
    for word in words:
        for quote in "\"'":
            at = text.find(f"{quote}{word}{quote}", start, end)
            if word and at >= 0:
                return at, at + len(word) + 2
    return None


def _place_in_cfg(text: str, name: str, words: list[str]) -> tuple[int, int]:
    inside = False
    for start, line in _lines(text):
        if line.startswith("["):
            inside = line.startswith(f"[{SECTION}")
            if inside and name in line:
                return start, start + len(line)
        elif inside and re.match(rf"{re.escape(name)}\s*=", line):
            for word in words[1:]:
                at = line.find(word, line.index("="))
                if word and at >= 0:
                    return start + at, start + at + len(word)
            return start, start + len(name)
    return 0, len(text.partition("\n")[0])


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        yield start, line.rstrip("\r")
        start += len(line) + 1
