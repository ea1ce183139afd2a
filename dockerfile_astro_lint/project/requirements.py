"""requirements.txt as pip reads it (continuations, comments, options, markers), and packages.txt; with positions."""

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator, Mapping, NamedTuple
from dockerfile_astro_lint.core.source import Source, Span, make_source
from dockerfile_astro_lint.project.file_kinds import MANIFEST, kind_of

if TYPE_CHECKING:
    from dockerfile_astro_lint.project.project import Project


_ARCHIVES = (".whl", ".zip", ".tar", ".tgz", ".tbz", ".txz", ".tlz", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.lz")


_IN_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")


_COMPARISONS = ("===", "==", "~=", "!=", "<=", ">=", "<", ">")


_FILES = {"-r": "file", "--requirement": "file", "-c": "constraint", "--constraint": "constraint", "-e": "editable",
          "--editable": "editable"}  # fmt: skip


_WITH_VALUE = (
    "--index-url", "--pypi-url", "--extra-index-url", "--find-links", "--no-binary", "--only-binary", "--trusted-host",
    "--use-feature", "--global-option", "--hash", "--config-settings", *(one for one in _FILES if one[1] == "-"),
)  # fmt: skip


_WITHOUT_VALUE = ("--no-index", "--pre", "--prefer-binary", "--require-hashes")


AIRFLOW_PACKAGES = ("apache-airflow", "apache-airflow-core", "apache-airflow-task-sdk")
"""Airflow itself, and the parts that it is made of from Airflow 3 on."""
BROKEN_ON_AIRFLOW_3 = ("astro-sdk-python",)
"""What installs on Airflow 3 and cannot be imported there."""
LOCAL_KINDS = ("file", "constraint", "editable", "path")
"""The kinds of entries that name a file or a folder."""


_SCHEMES = ("http", "https", "ftp", "file", "git", "hg", "svn", "bzr")


class Requirement(NamedTuple):
    """An entry of a requirements file.

    `kind` is package, file, constraint, editable, path, url, option or bad; `name` is the normalized name of a package
    (PEP 503), or a file's path; `start` and `end` are offsets in the file, `first` and `last` lines; `applies`: whether
    its marker is true.
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

    @property
    def has_version(self) -> bool:
        """Whether the line has more than a name; most often that is a version."""
        return not _IN_NAME.issuperset(self.text)


class Requirements(NamedTuple):
    """A requirements file."""

    source: Source
    entries: tuple[Requirement, ...]

    @property
    def plain(self) -> bool:
        """Whether it is a requirements file, and not the dependencies of a manifest."""
        return kind_of(self.source.path) is not MANIFEST

    @property
    def names(self) -> frozenset[str]:
        """The normalized names of all that pip installs, from an index or a URL."""
        return frozenset(entry.name for entry in self.entries if entry.kind in ("package", "url") and entry.applies)

    @property
    def packages(self) -> Iterator[Requirement]:
        """The packages that pip installs from an index."""
        return (entry for entry in self.entries if entry.kind == "package" and entry.applies)

    def span(self, entry: Requirement) -> Span:
        return Span(self.source, entry.start, entry.end)


def parse_requirements(text: Source, python: tuple[int, int] | None) -> Requirements:
    """Parse a requirements file; markers are evaluated for a Python version, and are true if it is unknown."""
    environment = _environment(python) if python else None
    return Requirements(text, tuple(_entry(line, environment) for line in _lines(text)))


def project_requirements(project: "Project") -> Requirements | None:
    """The requirements file that the final image installs, or the dependencies of the manifest."""
    context, python = project.context, project.python
    if project.manifest is not None:
        return project.manifest.requirements(python)
    if context is None:
        return None
    manifest, name = context.folder.manifest, project.onbuild_file("requirements")
    if name in context.folder.names:
        return context.requirements(name, python)
    if manifest:
        return manifest.requirements(python)
    from dockerfile_astro_lint.project.missing_sources import context_is_elsewhere

    # AST504 reports the missing file, which may be empty.
    return None if context_is_elsewhere(project) else parse_requirements(make_source(context.shown(name), ""), python)


def required_packages(project: "Project") -> frozenset[str]:
    """The packages that the project requires, in requirements.txt, the manifest, or a file that these name."""
    listed = project.requirements
    if listed is None or project.context is None or not listed.plain:
        return listed.names if listed else frozenset()
    return project.context.required(project.onbuild_file("requirements"), project.python)


def requirement_traits(project: "Project") -> Iterator[str]:
    """What `@rule(on=...)` can name of the requirements: `airflow-package` (Airflow itself, or a part of it),
    `local-requirement` (a file or folder), `provider` and `versions` (a provider, and another package, with a version),
    `duplicate` (a package in two lines), `constraint` (a file at an address), `credentials` (an address that may have
    some), `broken-library` (on Airflow 3); `packages` (a packages.txt that is not empty), `postgres` (for `astro dev`).
    """
    listed = project.requirements
    seen: set[str] = set()
    for entry in listed.entries if listed else ():
        if entry.kind in ("package", "url"):
            if entry.name in AIRFLOW_PACKAGES:
                yield "airflow-package"
            if entry.name in seen:
                yield "duplicate"
            if entry.name in BROKEN_ON_AIRFLOW_3:
                yield "broken-library"
            if entry.has_version:
                yield "provider" if entry.name.startswith("apache-airflow-providers-") else "versions"
            seen.add(entry.name)
        if entry.kind in LOCAL_KINDS:
            yield "local-requirement"
            if entry.kind == "constraint" and "://" in entry.name:
                yield "constraint"
    if listed and may_have_credentials(listed.source.text):
        yield "credentials"
    packages = project.context.text("packages.txt") if project.context else None
    if packages and packages.text:
        yield "packages"
        if may_have_credentials(packages.text):
            yield "credentials"
    for name in (".astro/config.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"):
        text = project.context.text(name) if project.context else None
        if text and "postgres" in text.text:
            yield "postgres"


def may_have_credentials(text: str) -> bool:
    """Whether a text may have an address with a password or a token in it."""
    return "://" in text and ("@" in text or "?" in text)


def parse_packages(text: Source) -> Iterator[tuple[str, Span]]:
    """The packages of a packages.txt: name in lower case without version, and where it is written."""
    for number, start in enumerate(text.starts, 1):
        line = text.line(number).partition("#")[0]
        at = 0
        for word in line.split():
            at = line.index(word, at)
            name = word.partition("=")[0].partition("/")[0].partition(":")[0].lower()
            yield name, Span(text, start + at, start + at + len(word))
            at += len(word)


class _Line(NamedTuple):
    text: str
    start: int
    first: int
    last: int


def _lines(text: Source) -> Iterator[_Line]:
    """Logical lines without comments and empty lines; as in pip, a comment line ends a continuation."""
    number = 1
    lines = text.text.split("\n")
    count = len(text.starts)
    while number <= count:
        first, joined, start = number, "", text.starts[number - 1]
        while True:
            line = lines[number - 1].rstrip("\r")
            number += 1
            comment = line.lstrip().startswith("#")
            if line.endswith("\\") and not comment:
                joined += line.rstrip("\\")
                if number <= count:
                    continue
                break
            # pip joins a comment below a backslash, and then removes it.
            joined += f" {line}" if comment and joined else line
            break
        stripped = _without_comment(joined)
        indent = len(stripped) - len(stripped.lstrip())
        if stripped.strip():
            yield _Line(stripped.strip(), start + indent, first, number - 1)


def _without_comment(text: str) -> str:
    """A line up to a `#` at its beginning or after white space."""
    at = text.find("#")
    while at > 0 and not text[at - 1].isspace():
        at = text.find("#", at + 1)
    return text if at < 0 else text[:at]


def _parse_usual(text: str) -> tuple[str, bool] | None:
    """The name of a requirement of the usual form, and whether it has extras; None for any other."""
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
        comparison = next((one for one in _COMPARISONS if part.strip().startswith(one)), "===")
        version = part.strip()[len(comparison) :].strip()
        if comparison in ("==", "!="):
            version = version.removesuffix(".*")
        numbers = version.split(".")
        odd = comparison == "===" or (comparison == "~=" and len(numbers) < 2)
        if odd or not all(number.isdecimal() and number.isascii() for number in numbers):
            return None
    return name, extras


def _entry(line: _Line, environment: Mapping[str, str] | None) -> Requirement:
    text = line.text

    def entry(kind: str, name: str, shown: str, **more: object) -> Requirement:
        start = line.start + text.index(shown) if shown in text else line.start
        return Requirement(kind, name, shown, start, start + len(shown), line.first, line.last, **more)  # type: ignore[arg-type]

    if text.startswith("-"):
        kind, name = _option(text)
        return entry("bad", "", text, error=name) if kind == "bad" else entry(kind, name, text)
    # Options of one requirement, such as --hash, follow it.
    own = text.partition(" -")[0].strip()
    for word in text[len(own) :].split():
        if word.startswith("-") and _option(f"{word} x")[0] == "bad":
            return entry("bad", "", text, error=f"`{word}` is not a valid option of a requirement")
    simple = None if _is_archive(own) else _parse_usual(own)
    if simple:
        return entry("package", normalize_name(simple[0]), own, extras=simple[1])
    try:
        kind, name, extras, applies = _parse_unusual(own, environment)
    except ValueError as error:
        return entry("bad", "", own, error=str(error).partition("\n")[0])
    return entry(kind, name, own, extras=extras, applies=applies)


def _option(text: str) -> tuple[str, str]:
    """(kind, name of a file or of the option) of an option line; kind is bad, with the reason, if pip rejects it."""
    word, equals, value = text.split(None, 1)[0].partition("=")
    value = (value + text[len(word) + bool(equals) + len(value) :]).strip()
    if word.startswith("--"):
        known = [one for one in (*_WITH_VALUE, *_WITHOUT_VALUE) if one.startswith(word)]
        # pip accepts an unambiguous beginning.
        name = word if word in known else known[0] if len(known) == 1 else ""
    else:
        name, value = word[:2], (word[2:] + equals + value) if word[2:] else value
        name = name if name in (*_FILES, "-i", "-f", "-C") else ""
    if not name:
        return "bad", "not a valid option of a requirements file"
    if name in _WITHOUT_VALUE:
        return "option", name
    if not value:
        return "bad", f"`{name}` needs a value"
    if name not in _FILES:
        return "option", name
    quote = value[0] if value[0] in "\"'" else ""
    return _FILES[name], value[1:].partition(quote)[0] if quote else value.split(None, 1)[0]


def _is_archive(text: str) -> bool:
    return text.partition("[")[0].lower().endswith(_ARCHIVES)


def _parse_unusual(own: str, environment: Mapping[str, str] | None) -> tuple[str, str, bool, bool]:
    """(kind, name, has extras, marker is true) of an unusual requirement; raise ValueError if pip rejects it."""
    from packaging.markers import InvalidMarker, Marker, UndefinedEnvironmentName
    from packaging.requirements import InvalidRequirement
    from packaging.requirements import Requirement as Parsed

    scheme = own.partition(":")[0].lower()
    is_url = ":" in own and (scheme in _SCHEMES or scheme.partition("+")[0] in _SCHEMES)
    body, separator, marker = own.partition("; " if is_url else ";")
    body = body.strip()
    is_path = "@" not in body and ("/" in body or body.startswith(".") or _is_archive(body))
    try:
        if is_url or is_path:
            holds = not (separator and environment) or Marker(marker).evaluate(dict(environment or {}))
            local = body.partition(":")[2] if scheme == "file" else "" if is_url else body
            if local and not local.startswith("//"):
                return "path", local, False, holds
            return "url", normalize_name(body.partition("#egg=")[2].partition("&")[0]) or body, False, holds
        if "${" in body and "@" not in body.partition("${")[0]:
            before = body.partition("${")[0].rstrip(" =<>!~")
            simple = None if before == body.partition("${")[0].rstrip() else _parse_usual(before)
            return ("package", normalize_name(simple[0]), simple[1], True) if simple else ("url", body, False, True)
        parsed = Parsed(own.removesuffix(";"))
        holds = not (parsed.marker and environment) or parsed.marker.evaluate(dict(environment))
    except (InvalidRequirement, InvalidMarker, UndefinedEnvironmentName, RecursionError) as error:
        raise ValueError(str(error) or type(error).__name__) from None
    return "url" if parsed.url else "package", normalize_name(parsed.name), bool(parsed.extras), holds


def _environment(python: tuple[int, int]) -> dict[str, str]:
    """The environment of an Astro image that markers are evaluated in."""
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


def normalize_name(name: str) -> str:
    """A package name, normalized (PEP 503)."""
    name = name.lower().replace("_", "-").replace(".", "-")
    while "--" in name:
        name = name.replace("--", "-")
    return name
