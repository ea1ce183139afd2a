"""Parse the manifest of an Astro CLI v2 project, `[tool.astro]` of pyproject.toml, with the span of each value."""

from dockerfile_astro_lint.astro.base_image import Base
from dockerfile_astro_lint.astro.image import AIRFLOW_2_REPOSITORY, AIRFLOW_3_REPOSITORY, identify
from dockerfile_astro_lint.core.compat import Any, Iterator, NamedTuple
from dockerfile_astro_lint.core.source import Edit, Source, Span, make_source
from dockerfile_astro_lint.core.toml_spans import Place, places
from dockerfile_astro_lint.dockerfile.expansion import Traced
from dockerfile_astro_lint.dockerfile.image_reference import Word, parse_reference
from dockerfile_astro_lint.dockerfile.parser import Instruction, Stage
from dockerfile_astro_lint.dockerfile.scanner import LogicalLine
from dockerfile_astro_lint.project.requirements import Requirement, Requirements, parse_requirements


def base_of_runtime(runtime: "Value") -> Base | None:
    """A manifest's `runtime` as if a FROM named that image, with spans in the manifest."""
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
    """A string of the manifest, with the span between its quotes and the span of its key."""

    text: str
    span: Span
    key: Span


class Pin(NamedTuple):
    """A requirement of Airflow: the package, its `==` version (`3.3.*`, empty without one), its series, its place.

    `exact`: it is `==X.Y.*` or `==X.Y.Z` and nothing else.
    """

    name: str
    version: str
    series: tuple[int, int] | None
    exact: bool
    item: Value

    @property
    def airflow(self) -> str:
        """The Airflow that it pins, `3.3` or `3.3.1`; empty for any other version."""
        numbers = self.version.removesuffix(".*").split(".")
        known = len(numbers) in (2, 3) and all(one.isdecimal() and one.isascii() and len(one) < 10 for one in numbers)
        return ".".join(numbers) if known else ""


def _pin(name: str, requirement: str, item: Value) -> Pin:
    from packaging.requirements import Requirement as Parsed
    from packaging.version import Version

    try:
        specifiers = sorted(Parsed(requirement).specifier, key=str)
        equal = next((one for one in specifiers if one.operator in ("==", "===")), None)
        parsed = Version(equal.version.removesuffix(".*")) if equal else None
    except ValueError:  # an invalid requirement or version, or a number of thousands of digits
        return Pin(name, "", None, False, item)
    if equal is None or parsed is None:
        return Pin(name, "", None, False, item)
    release, is_series = parsed.release, equal.version.endswith(".*")
    exact = (
        len(specifiers) == 1
        and equal.operator == "=="
        and len(release) == (2 if is_series else 3)
        and parsed == Version(parsed.base_version)
        and not parsed.epoch
        # apache-airflow-core exists from Airflow 3.
        and not (name == "apache-airflow-core" and release[0] < 3)
    )
    series = (release[0], release[1]) if len(release) > 1 else None
    return Pin(name, equal.version, series, exact, item)


class Manifest(NamedTuple):
    """The relevant values of `[tool.astro]` and `[project]`; `header` is the span of `[tool.astro]`.

    `number` is a `runtime` without quotes, which is no text: neither an image nor anything that the other fields have.
    """

    source: Source
    header: Span
    runtime: Value | None
    dockerfile: Value | None
    dependencies: Value | None
    items: tuple[Value, ...]
    number: Value | None = None

    def requirements(self, python: tuple[int, int] | None) -> Requirements:
        """The dependencies as if they were in requirements.txt, with spans in the manifest."""
        requirements: list[Requirement] = []
        for item in self.items:
            line = self.source.position(item.span.start)[0]
            for entry in parse_requirements(make_source(self.source.path, item.text), python).entries:
                start, end = item.span.start + entry.start, item.span.start + entry.end
                requirements.append(entry._replace(start=start, end=end, first=line, last=line))
        return Requirements(self.source, tuple(requirements))

    @property
    def pin(self) -> Pin | None:
        """The first requirement that pins Airflow exactly, else the first of Airflow; None without one."""
        pins = list(self._pins())
        return next((pin for pin in pins if pin.exact), pins[0] if pins else None)

    def _pins(self) -> Iterator[Pin]:
        for item in self.items:
            for entry in parse_requirements(make_source("", item.text), None).entries:
                if entry.kind in ("package", "url") and entry.name in ("apache-airflow", "apache-airflow-core"):
                    yield _pin(entry.name, entry.text, item)

    def insert_dependency(self, requirement: str) -> Edit | None:
        """The edit that adds a first dependency, on a line of its own if the array has one each; None without array."""
        if self.dependencies is None:
            return None
        text, array = self.source.text, self.dependencies.span
        start = array.start + 1
        inside = text[start : array.end - 1]
        rest = inside.lstrip(" \t")
        if rest.startswith(("\n", "\r\n", "#")):
            lines = rest[rest.index("\n") + 1 :]
            indent = lines[: len(lines) - len(lines.lstrip(" \t"))] if lines.strip() else "    "
            at = start + len(inside) - len(lines)
            return Edit(Span(self.source, at, at), f'{indent}"{requirement}",\n')
        return Edit(Span(self.source, start, start), f'"{requirement}", ' if rest else f'"{requirement}"')


def parse_manifest(data: bytes, path: str) -> Manifest | None:
    """Parse a pyproject.toml; None if it is invalid or has no `[tool.astro]`."""
    if b"astro" not in data or len(data) > MAX_BYTES:
        return None
    try:
        text, document = _document(data)
    except (ValueError, RecursionError):
        return None
    tool = document.get("tool")
    astro = tool.get("astro") if isinstance(tool, dict) else None
    if not isinstance(astro, dict):
        return None
    file = make_source(path, text, data.startswith(b"\xef\xbb\xbf"))
    spans = places(text)
    at = spans.get(("tool", "astro"))
    header = Span(file, at.key[0], at.key[1]) if at else Span(file, 0, 0)
    project = document.get("project")
    listed = project.get("dependencies") if isinstance(project, dict) else None
    place = spans.get(("project", "dependencies"))
    dependencies, items = None, []
    if isinstance(listed, list) and place:
        dependencies = Value("", Span(file, place.start, place.end), Span(file, *place.key))
        if len(place.items) == len(listed):
            for dependency, (start, end) in zip(listed, place.items, strict=True):
                value = _text(file, dependency, Place(place.key, start, end))
                if value:
                    items.append(value)
    return Manifest(
        file,
        header,
        _text(file, astro.get("runtime"), spans.get(("tool", "astro", "runtime")), header),
        _text(file, astro.get("dockerfile"), spans.get(("tool", "astro", "dockerfile")), header),
        dependencies,
        tuple(items),
        _number(file, astro.get("runtime"), spans.get(("tool", "astro", "runtime"))),
    )


def _document(data: bytes) -> tuple[str, dict[str, Any]]:
    """The text of a pyproject.toml and what it says; raise ValueError or RecursionError."""
    from dockerfile_astro_lint.core.toml import parse_toml

    text = data.decode("utf-8").removeprefix("\ufeff")
    return text, parse_toml(text)


def fault(data: bytes) -> str | None:
    """Why a pyproject.toml with a table `[tool.astro]` cannot be read; None if it can be, or has no such table."""
    if b"[tool.astro]" not in data.replace(b" ", b""):
        return None
    if len(data) > MAX_BYTES:
        return f"larger than {MAX_BYTES // 1024 // 1024} MiB, so it was not read"
    try:
        _document(data)
    except UnicodeDecodeError as error:
        return f"is not valid TOML: byte {error.start} is not UTF-8"
    except (ValueError, RecursionError) as error:
        return f"is not valid TOML: {error}"
    return None


def _number(file: Source, value: object, place: Place | None) -> Value | None:
    """A number as it is written, None for anything else."""
    if place is None or isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    span = Span(file, place.start, place.end)
    return Value(span.text, span, Span(file, *place.key))


def _text(file: Source, value: Any, place: Place | None, header: Span | None = None) -> Value | None:
    """A string with its spans, those of the header if they cannot be found; None for any other value."""
    if not isinstance(value, str):
        return None
    if place is None:
        return Value(value, header, header) if header else None
    inner = Span(file, place.start + 1, place.end - 1)
    # With escapes or several lines, the value differs from the file's text.
    span = inner if inner.text == value else Span(file, place.start, place.end)
    return Value(value, span, Span(file, *place.key))
