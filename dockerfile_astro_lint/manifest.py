"""The manifest of an Astro CLI v2 project: `[tool.astro]` of a pyproject.toml, with the place of each value."""

import sys

from dockerfile_astro_lint.light import Any, Iterator, NamedTuple
from dockerfile_astro_lint.requirements import Requirement, Requirements, parse
from dockerfile_astro_lint.source import Source, Span, source
from dockerfile_astro_lint.toml_places import Place, places

MAX_BYTES = 1024 * 1024


class Value(NamedTuple):
    """A text of the manifest: the stretch between its quotes, and its key."""

    text: str
    span: Span
    key: Span


class Pin(NamedTuple):
    """A requirement of Airflow: the package (`apache-airflow` or its core), what it is held to, and where."""

    name: str
    version: str
    item: Value

    @property
    def exact(self) -> bool:
        """Whether it is of the form `==X.Y.*` or `==X.Y.Z`; a core by itself there is from Airflow 3 on."""
        numbers = self.version.removeprefix("==").strip().split(".")
        return (
            self.version.startswith("==")
            and len(numbers) == 3
            and all(number.isdecimal() for number in numbers[:2])
            and (numbers[2] == "*" or numbers[2].isdecimal())
            and not (self.name == "apache-airflow-core" and int(numbers[0]) < 3)
        )


class Manifest(NamedTuple):
    """What `[tool.astro]` and `[project]` say; `header` is where to point when all else is missing."""

    source: Source
    header: Span
    runtime: Value | None
    dockerfile: Value | None
    dependencies: Value | None
    items: tuple[Value, ...]

    def requirements(self, python: tuple[int, int] | None) -> Requirements:
        """The dependencies as though they stood in requirements.txt, at their places here."""
        found: list[Requirement] = []
        for item in self.items:
            line = self.source.position(item.span.start)[0]
            for entry in parse(source(self.source.path, item.text), python).entries:
                start, end = item.span.start + entry.start, item.span.start + entry.end
                found.append(entry._replace(start=start, end=end, first=line, last=line))
        return Requirements(self.source, tuple(found))

    @property
    def pin(self) -> Pin | None:
        """What holds Airflow: the first requirement that does it exactly, else the first; None where there is none."""
        found = list(self._pins())
        return next((pin for pin in found if pin.exact), found[0] if found else None)

    def _pins(self) -> Iterator[Pin]:
        for item in self.items:
            for entry in parse(source("", item.text), None).entries:
                if entry.kind in ("package", "url") and entry.name in ("apache-airflow", "apache-airflow-core"):
                    text = entry.text.partition(";")[0]
                    name = text[: next((at for at, char in enumerate(text) if char in "[(=<>!~ @"), len(text))]
                    rest = text[len(name) :].strip()
                    if rest.startswith("["):
                        rest = rest.partition("]")[2].strip()
                    if rest.startswith("(") and rest.endswith(")"):
                        rest = rest[1:-1].strip()
                    yield Pin(entry.name, rest, item)


def read(data: bytes, path: str) -> Manifest | None:
    """Read a pyproject.toml; None where it is no manifest of ours."""
    if b"astro" not in data or len(data) > MAX_BYTES:
        return None
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
        document = tomllib.loads(text)
    except (ValueError, RecursionError):
        return None
    tool = document.get("tool")
    astro = tool.get("astro") if isinstance(tool, dict) else None
    if not isinstance(astro, dict):
        return None
    file = source(path, text, data.startswith(b"\xef\xbb\xbf"))
    found = places(text)
    at = found.get(("tool", "astro"))
    header = Span(file, at.key[0], at.key[1]) if at else Span(file, 0, 0)
    project = document.get("project")
    listed = project.get("dependencies") if isinstance(project, dict) else None
    place = found.get(("project", "dependencies"))
    dependencies, items = None, []
    if isinstance(listed, list) and place:
        dependencies = Value("", Span(file, place.start, place.end), Span(file, *place.key))
        if len(place.items) == len(listed):
            for one, (start, end) in zip(listed, place.items, strict=True):
                value = _text(file, one, Place(place.key, start, end))
                if value:
                    items.append(value)
    return Manifest(
        file,
        header,
        _text(file, astro.get("runtime"), found.get(("tool", "astro", "runtime")), header),
        _text(file, astro.get("dockerfile"), found.get(("tool", "astro", "dockerfile")), header),
        dependencies,
        tuple(items),
    )


def _text(file: Source, value: Any, place: Place | None, header: Span | None = None) -> Value | None:
    """A text with its place; where that cannot be told, at the header."""
    if not isinstance(value, str):
        return None
    if place is None:
        return Value(value, header, header) if header else None
    inner = Span(file, place.start + 1, place.end - 1)
    # An escape or a text of several lines reads otherwise than it is written.
    span = inner if inner.text == value else Span(file, place.start, place.end)
    return Value(value, span, Span(file, *place.key))
