"""requirements.txt as pip reads it: joined lines, comments, options, markers; every entry with its place."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from dockerfile_astro_lint.source import Source, Span

_COMMENT = re.compile(r"(^|\s+)#.*$")
_SIMPLE = re.compile(
    r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(\[[A-Za-z0-9 ,._-]*\])?\s*"
    r"((?:===|==|~=|!=|<=|>=|<|>)\s*[A-Za-z0-9.*+!_-]+\s*(?:,\s*(?:===|==|~=|!=|<=|>=|<|>)\s*[A-Za-z0-9.*+!_-]+\s*)*)?"
)
_ARCHIVE = re.compile(r"\.(?:whl|tar\.gz|zip|tar\.bz2|tgz)(?:\[|$)")
_FILES = {"-r": "file", "--requirement": "file", "-c": "constraint", "--constraint": "constraint", "-e": "editable",
          "--editable": "editable"}  # fmt: skip
_WITHOUT_VALUE = ("--no-index", "--pre", "--prefer-binary", "--require-hashes")


class Requirement(NamedTuple):
    """An entry of a requirements file.

    `kind` is package, file, constraint, editable, path, url, option or bad; `name` is a package's, by PEP 503, or what
    a file or path is; `start` and `end` are the entry in the file, `first` and `last` its lines; `applies`: its marker
    holds.
    """

    kind: str
    name: str
    text: str
    start: int
    end: int
    first: int
    last: int
    extras: bool = False
    applies: bool = True
    error: str = ""


class Requirements(NamedTuple):
    """A requirements file that was read."""

    source: Source
    entries: tuple[Requirement, ...]

    @property
    def packages(self) -> Iterator[Requirement]:
        """The packages that pip installs."""
        return (entry for entry in self.entries if entry.kind == "package" and entry.applies)

    def span(self, entry: Requirement) -> Span:
        return Span(self.source, entry.start, entry.end)


def parse(text: Source, python: tuple[int, int] | None) -> Requirements:
    """Read a requirements file; markers are judged for a Python, and hold where that is not known."""
    environment = _environment(python) if python else None
    return Requirements(text, tuple(_entry(line, environment) for line in _lines(text)))


class _Line(NamedTuple):
    text: str
    start: int
    first: int
    last: int


def _lines(text: Source) -> Iterator[_Line]:
    """Logical lines, comments and blanks left out; as pip does it, a comment line ends a continuation."""
    number = 1
    lines = text.text.split("\n")
    count = len(text.starts)
    while number <= count:
        first, joined, start = number, "", text.starts[number - 1]
        while True:
            line = lines[number - 1].rstrip("\r")
            number += 1
            comment = re.match(r"\s*#", line) is not None
            if line.endswith("\\") and not comment and number <= count:
                joined += line[:-1]
                continue
            # What pip does with a comment below a backslash: it joins it, and the comment goes.
            joined += f" {line}" if comment and joined else line
            break
        stripped = _COMMENT.sub("", joined)
        indent = len(stripped) - len(stripped.lstrip())
        if stripped.strip():
            yield _Line(stripped.strip(), start + indent, first, number - 1)


def _entry(line: _Line, environment: Mapping[str, str] | None) -> Requirement:
    text = line.text
    word = re.split(r"\s|=", text, maxsplit=1)[0] if text.startswith("-") else ""

    def entry(kind: str, name: str, shown: str, **more: object) -> Requirement:
        start = line.start + text.index(shown) if shown in text else line.start
        return Requirement(kind, name, shown, start, start + len(shown), line.first, line.last, **more)  # type: ignore[arg-type]

    if word:
        kind = _FILES.get(word, "option")
        value = text[len(word) :].lstrip(" \t=").strip()
        if kind == "option":
            short = _FILES.get(text[:2])
            if short and not text.startswith("--") and len(word) > 2:
                return entry(short, text[2:].strip(), text)
            known = word.startswith("--") or word in ("-i", "-f")
            if not known or (not value and word not in _WITHOUT_VALUE):
                return entry("bad", "", text, error="no option of a requirements file")
            return entry("option", word, text)
        return entry(kind, value, text) if value else entry("bad", "", text, error=f"`{word}` without a value")
    # Options of one requirement, such as --hash, stand behind it.
    own = re.split(r"\s--?[a-z]", text, maxsplit=1)[0].strip()
    simple = None if _ARCHIVE.search(own) else _SIMPLE.fullmatch(own)
    if simple:
        return entry("package", normalized(simple[1]), own, extras=bool(simple[2]))
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", own) or own.startswith(("git+", "hg+", "svn+", "bzr+")):
        return entry("url", own, own)
    if own.startswith((".", "/")) or (_ARCHIVE.search(own) and "@" not in own):
        return entry("path", own, own)
    if "${" in own:
        return entry("option", "", own)
    return _odd(own, entry, environment)


def _odd(own: str, entry: "object", environment: Mapping[str, str] | None) -> Requirement:
    """What has a marker or a URL, or is wrong."""
    from packaging.markers import InvalidMarker, UndefinedEnvironmentName
    from packaging.requirements import InvalidRequirement
    from packaging.requirements import Requirement as Parsed

    assert callable(entry)
    found: Requirement
    try:
        parsed = Parsed(own)
        holds = True
        if parsed.marker is not None and environment is not None:
            holds = parsed.marker.evaluate(dict(environment))
    except (InvalidRequirement, InvalidMarker, UndefinedEnvironmentName, RecursionError) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        found = entry("bad", "", own, error=why)
        return found
    kind = "url" if parsed.url else "package"
    found = entry(kind, normalized(parsed.name), own, extras=bool(parsed.extras), applies=holds)
    return found


def _environment(python: tuple[int, int]) -> dict[str, str]:
    """The marker environment of an Astro image."""
    version = f"{python[0]}.{python[1]}"
    return {
        "python_version": version,
        "python_full_version": f"{version}.0",
        "implementation_version": f"{version}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "os_name": "posix",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": "x86_64",
        "platform_release": "",
        "platform_version": "",
        "extra": "",
    }


def normalized(name: str) -> str:
    """A package's name as PEP 503 has it."""
    return re.sub(r"[-_.]+", "-", name).lower()
