"""The manifest of an Astro CLI v2 project: `[tool.astro]` of a pyproject.toml, with the place of each value."""

import sys

from dockerfile_astro_lint.astro.base_image import Base
from dockerfile_astro_lint.astro.image import AIRFLOW_2_REPOSITORY, AIRFLOW_3_REPOSITORY, identify
from dockerfile_astro_lint.core.compat import Any, Iterator, NamedTuple
from dockerfile_astro_lint.core.source import Source, Span, make_source
from dockerfile_astro_lint.core.toml_spans import Place, places
from dockerfile_astro_lint.dockerfile.expansion import Traced
from dockerfile_astro_lint.dockerfile.image_reference import Word, parse_reference
from dockerfile_astro_lint.dockerfile.parser import Instruction, Stage
from dockerfile_astro_lint.dockerfile.scanner import LogicalLine
from dockerfile_astro_lint.project.requirements import Requirement, Requirements, parse_requirements


def base_of_runtime(runtime: "Value") -> Base | None:
    """A manifest's `runtime` as though a FROM named it, each character at its place in the manifest."""
    text, span = runtime.text, runtime.span
    airflow_3 = text.startswith("3.") and (text.count(".") == 1 or "-" in text)
    name = f"{AIRFLOW_3_REPOSITORY if airflow_3 else AIRFLOW_2_REPOSITORY}:"
    image = identify(*name[:-1].split("/", 1), text, None)
    if image is None or not text or span.text != text:
        return None
    first = span.source.position(span.start)[0]
    line = LogicalLine(text, ((0, span.start, len(text)),), first, first)
    word = Word(text, 0, len(text))
    origin = [*[-1] * len(name), *range(span.start, span.end)]
    reference = parse_reference(Word(name + text, 0, len(name + text)), origin, Traced(name + text, origin), ())
    stage = Stage(0, Instruction(span.source, "FROM", text, line, 0), 0, (), word, None, reference, None, None, 0)
    return Base(stage, image, image.tag, image.reliable_version)


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
            for entry in parse_requirements(make_source(self.source.path, item.text), python).entries:
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
            for entry in parse_requirements(make_source("", item.text), None).entries:
                if entry.kind in ("package", "url") and entry.name in ("apache-airflow", "apache-airflow-core"):
                    text = entry.text.partition(";")[0]
                    name = text[: next((at for at, char in enumerate(text) if char in "[(=<>!~ @"), len(text))]
                    rest = text[len(name) :].strip()
                    if rest.startswith("["):
                        rest = rest.partition("]")[2].strip()
                    if rest.startswith("(") and rest.endswith(")"):
                        rest = rest[1:-1].strip()
                    yield Pin(entry.name, rest, item)


def parse_manifest(data: bytes, path: str) -> Manifest | None:
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
    file = make_source(path, text, data.startswith(b"\xef\xbb\xbf"))
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
