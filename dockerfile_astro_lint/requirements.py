"""requirements.txt as pip reads it: joined lines, comments, options, markers; every entry with its place."""

from dockerfile_astro_lint.light import Iterator, Mapping, NamedTuple
from dockerfile_astro_lint.source import Source, Span

_ARCHIVES = (".whl", ".tar.gz", ".zip", ".tar.bz2", ".tgz")
_IN_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
_IN_VERSION = _IN_NAME | frozenset("*+!")
_COMPARISONS = ("===", "==", "~=", "!=", "<=", ">=", "<", ">")
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
            comment = line.lstrip().startswith("#")
            if line.endswith("\\") and not comment and number <= count:
                joined += line[:-1]
                continue
            # What pip does with a comment below a backslash: it joins it, and the comment goes.
            joined += f" {line}" if comment and joined else line
            break
        stripped = _without_comment(joined)
        indent = len(stripped) - len(stripped.lstrip())
        if stripped.strip():
            yield _Line(stripped.strip(), start + indent, first, number - 1)


def _without_comment(text: str) -> str:
    """A line up to a `#` that stands at its beginning or behind white space."""
    at = text.find("#")
    while at > 0 and not text[at - 1].isspace():
        at = text.find("#", at + 1)
    return text if at < 0 else text[:at]


def _plain(text: str) -> tuple[str, bool] | None:
    """Name and whether there are extras, of a requirement without marker and URL; None for any other."""
    end = 0
    while end < len(text) and text[end] in _IN_NAME:
        end += 1
    name, rest, extras = text[:end], text[end:].strip(), False
    if not name or not (name[0].isalnum() and name[-1].isalnum()):
        return None
    if rest.startswith("["):
        inside, bracket, rest = rest[1:].partition("]")
        if not bracket or not _IN_NAME.issuperset(inside.replace(",", "").replace(" ", "")):
            return None
        rest, extras = rest.strip(), bool(inside.strip())
    for part in rest.split(",") if rest else ():
        comparison = next((one for one in _COMPARISONS if part.strip().startswith(one)), None)
        version = part.strip()[len(comparison) :].strip() if comparison else ""
        if not version or not _IN_VERSION.issuperset(version):
            return None
    return name, extras


def _is_archive(text: str) -> bool:
    return text.partition("[")[0].endswith(_ARCHIVES)


def _entry(line: _Line, environment: Mapping[str, str] | None) -> Requirement:
    text = line.text
    word = text.split(None, 1)[0].partition("=")[0] if text.startswith("-") else ""

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
    own = text.partition(" --")[0].strip()
    simple = None if _is_archive(own) else _plain(own)
    if simple:
        return entry("package", normalized(simple[0]), own, extras=simple[1])
    if own.partition("://")[0].replace("+", "").isalpha() and "://" in own:
        return entry("url", own, own)
    if own.startswith((".", "/")) or (_is_archive(own) and "@" not in own):
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
    name = name.lower().replace("_", "-").replace(".", "-")
    while "--" in name:
        name = name.replace("--", "-")
    return name
