"""What holds for any bytes, whoever makes them: hypothesis, a fuzzer, or the corpus of what once went wrong.

A check raises AssertionError, or whatever should not have been raised, and returns what has to be the same in every
run.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from dockerfile_astro_lint import inventory
from dockerfile_astro_lint.astro import catalog
from dockerfile_astro_lint.astro.catalog_feed import load_feed
from dockerfile_astro_lint.config import schema
from dockerfile_astro_lint.core.errors import UsageError
from dockerfile_astro_lint.core.json_stream import StreamError
from dockerfile_astro_lint.core.source import Source, decode, make_source
from dockerfile_astro_lint.core.toml_spans import places
from dockerfile_astro_lint.dockerfile.expansion import UNKNOWN
from dockerfile_astro_lint.dockerfile.parser import Dockerfile, parse_dockerfile
from dockerfile_astro_lint.dockerfile.scanner import scan
from dockerfile_astro_lint.dockerfile.shell import parse_script
from dockerfile_astro_lint.dockerfile.syntax_errors import refusals
from dockerfile_astro_lint.engine import baseline
from dockerfile_astro_lint.engine.suppressions import ignored_above, ignored_in_python, ignores
from dockerfile_astro_lint.inventory.merge import Merger, key_of
from dockerfile_astro_lint.inventory.report_reader import read_report
from dockerfile_astro_lint.project import manifest, python_imports
from dockerfile_astro_lint.project.dockerignore import parse_dockerignore as read_ignore
from dockerfile_astro_lint.project.gitignore import ignores as ignores_path
from dockerfile_astro_lint.project.gitignore import with_file
from dockerfile_astro_lint.project.requirements import parse_requirements
from dockerfile_astro_lint.reports import FORMATS
from dockerfile_astro_lint.reports.streams import reported
from tests.tool import FIXED, inside, run

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def text_of(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def scratch() -> Path:
    """A folder for what has to lie in a file, in memory where there is such a place; the caller takes it away."""
    return Path(tempfile.mkdtemp(prefix="astro-lint-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None))


_own: list[Path] = []


def own_file(name: str, data: bytes) -> str:
    """A file of this process that holds just that."""
    if not _own:
        import atexit

        _own.append(scratch())
        atexit.register(shutil.rmtree, _own[0], True)
    path = _own[0] / name
    path.write_bytes(data)
    return str(path)


def expect(holds: bool, what: object) -> None:
    assert holds, what


def reading_loses_nothing(data: bytes) -> None:
    source = decode(data, "Dockerfile")
    assert (b"\xef\xbb\xbf" if source.bom else b"") + source.text.encode("utf-8", "surrogateescape") == data
    assert not (source.bom and not data.startswith(b"\xef\xbb\xbf"))
    assert [source.position(start) for start in source.starts] == [(one, 1) for one in range(1, len(source.starts) + 1)]
    found = scan(source)
    last = 0
    for line in found.lines:
        assert last < line.first <= line.last
        last = line.last
        assert "".join(source.text[place : place + length] for _, place, length in line.pieces) == line.text
        assert [at for at, _, _ in line.pieces] == [
            sum(length for _, _, length in line.pieces[:number]) for number in range(len(line.pieces))
        ]
        assert all(one + length <= two for (_, one, length), (_, two, _) in pairwise(line.pieces))
        for _, place, _ in line.pieces:
            assert line.first <= source.position(place)[0] <= line.last
        assert list(line.offsets(0, len(line.text))) == [line.offset(at) for at in range(len(line.text))]
    for comment in found.comments:
        assert source.text.startswith(comment.text, comment.start)
        assert source.position(comment.start)[0] == comment.line
    for directive in found.directives:
        assert source.text[directive.start : directive.end] == directive.value
    assert last <= len(source.starts)


def origins_hold(dockerfile: Dockerfile) -> None:
    text = dockerfile.source.text
    for stage in dockerfile.stages:
        if stage.reference is None:
            continue
        value = stage.reference.value
        assert len(value.text) == len(value.origin)
        for char, origin in zip(value.text, value.origin, strict=True):
            assert origin == -1 or text[origin] == char
            assert char != UNKNOWN or origin == -1 or text[origin] == UNKNOWN
        line = dockerfile.instructions[stage.at].line
        first, last = line.offset(0), line.offset(max(len(line.text) - 1, 0)) + 1
        for start, end in map(value.written_at, range(len(value.text))):
            assert start == -1 or first <= start <= end <= last


def dockerfile(data: bytes) -> None:
    reading_loses_nothing(data)
    found = parse_dockerfile(decode(data, "Dockerfile"), {"V": "13.11.0"})
    origins_hold(found)
    size = len(found.source.text)
    for refusal in refusals(found):
        assert 0 <= refusal.span.start <= refusal.span.end <= size
        assert refusal.message


def suppression(data: bytes) -> None:
    found = parse_dockerfile(decode(data, "Dockerfile"), {})
    size = len(found.source.text)
    for ignore in ignores(found).comments:
        assert 0 <= ignore.start < ignore.end <= size
        assert all(ignore.start <= start <= end <= ignore.end for start, end in ignore.places)
        for name, (start, end) in zip(ignore.names, ignore.places, strict=True):
            assert found.source.text[start:end].upper().lower() == name.upper().lower()
    text = found.source.text
    python = Source("a.py", text, (0, *(match.end() for match in re.finditer(r"\r\n?|\n", text))))
    for line in range(1, min(len(found.source.starts), 20) + 1):
        ignored_above(found.source, "AST501", "provider-not-installed", line)
        ignored_in_python(python, "AST401", "imp-removed", line, line)


def requirements(data: bytes) -> None:
    found = make_source("requirements.txt", text_of(data))
    for entry in parse_requirements(found, (3, 12)).entries:
        assert 0 <= entry.start <= entry.end <= len(found.text)
        assert 1 <= entry.first <= entry.last <= len(found.starts)
        if entry.first == entry.last:
            assert found.text[entry.start : entry.end] == entry.text


def dockerignore(data: bytes) -> None:
    found = read_ignore(data, ".dockerignore")
    for path in ("a", ".env", "dags/a.py", "requirements.txt", "a/b.c/-"):
        decides = found.deciding(path)
        assert found.ignores(path) is (decides is not None and not decides.keeps)
        if decides:
            assert found.span(decides).text == found.span(decides).text.strip()


def gitignore(data: bytes) -> None:
    rules = with_file(own_file(".gitignore", data), None, 0)
    for path in ("a", ".env", "dags/a.py", "requirements.txt", "a/b.c/-", "a" * 120):
        for is_folder in (False, True):
            assert ignores_path(rules, path, is_folder) in (False, True)
        assert rules is None or rules.verdict(path, False) in (None, False, True)


def imports(data: bytes) -> None:
    found = python_imports.read_imports(data, "a.py", frozenset({"imp", "airflow.sdk"}), (3, 12))
    assert found.error is None or (found.error and not found.imports)
    for one in found.imports:
        assert f"{one.module}.".startswith(("imp.", "airflow.sdk."))
        assert 0 <= one.start < one.end <= len(found.source.text)
        written = re.sub(r"[\\\s]", "", found.source.text[one.start : one.end])  # `import a . \` goes on
        assert written
        assert written == "from" or written in one.module or written.endswith(("'", '"'))


def config_toml(data: bytes) -> None:
    _config(own_file("astro-lint.toml", data))


def config_pyproject(data: bytes) -> None:
    _config(own_file("pyproject.toml", data))


def config_setup_cfg(data: bytes) -> None:
    _config(own_file("setup.cfg", data))


def _config(path: str) -> None:
    try:
        found = schema.load(path, lambda word: None if word.isascii() else f"`{word}` is no rule")
    except UsageError as error:
        expect(str(error).startswith(f"{path}: "), error)
        return
    assert found is None or set(found.values) <= {key.name for key in schema.KEYS}


def feed(data: bytes) -> None:
    try:
        found = load_feed(data, "feed.json")
    except catalog.CatalogError as error:
        expect(str(error) != "", error)
        return
    assert catalog.is_day(found.date)
    for name in found.builds:
        builds = found.of_series(name)
        assert builds
        assert list(builds) == sorted(builds)
        newest = found.newest(name, "2026-10-01")
        assert newest is None or (newest in builds and newest.yanked is None)
        assert {build.version.series for build in builds} == {name}
        for build in builds:
            day = found.end_of_maintenance(build.version)
            assert day == "" or catalog.is_day(day)
    for family in (2, 3):
        found.newest_maintained(family, "2026-10-01")


def inventory_report(data: bytes) -> None:
    """A report that is merged with itself and with what it was merged to, in every format."""
    merger = Merger()
    for name in ("a.json", "b.json"):
        try:
            contents = read_report(io.BytesIO(data), merger.known)
        except StreamError as error:
            expect(str(error) != "", error)
            return
        merger.add(name, contents)
    rows, failures, merged = merger.finish(catalog.bundled(), "2026-10-01", 90, 30)
    found = inventory.Inventory(rows, failures, "0", "2026-09-25", "2026-10-01", merged=merged)
    texts = {name: "\n".join(reported("inventory", name, found)).encode() for name in inventory.FORMATS}
    again = read_report(io.BytesIO(texts["json"]), {})
    assert {key_of(project.row) for project in again.projects} == {key_of(row) for row in rows}
    assert not any(char < " " and char not in "\n\r" for text in texts.values() for char in text.decode())


def known_findings(data: bytes) -> None:
    path = own_file("baseline.json", data)
    try:
        found = baseline.load(path)
    except UsageError as error:
        expect(str(error).startswith(f"--baseline {path}: "), error)
        return
    assert all(count > 0 for count in found.entries.values())
    assert len(baseline.new_only([], found)[1]) == len(found.entries)


def toml(data: bytes) -> None:
    text = text_of(data)
    found = places(text)
    try:
        document: Any = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        document = {}
    for path, place in found.items():
        assert 0 <= place.start <= place.end <= len(text)
        value: object = document
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        written = text[place.start : place.end]
        if isinstance(value, str) and value.isalnum() and "\\" not in written and written[:3] not in ('"""', "'''"):
            assert written[1:-1] == value
    read = manifest.parse_manifest(data, "pyproject.toml")
    if read:
        for span in (read.header, *(one.span for one in (read.runtime, read.dockerfile, *read.items) if one)):
            assert 0 <= span.start <= span.end <= len(read.source.text)
        read.requirements((3, 12))
        assert read.pin is None or read.pin[0]


def shell(data: bytes) -> None:
    text = text_of(data)
    script = parse_script(text, 7)
    assert all(7 <= start <= end <= len(text) + 7 for start, end in script.unread)
    for command in script.commands:
        assert command.words
        for word in (*command.words, *command.assignments, *command.writes):
            assert 7 <= word.start <= word.end <= len(text) + 7
            if word.places is not None:
                assert "".join(text[place - 7] for place in word.places) == word.text


# The command line, on a project that the bytes describe.

FILES = (
    "Dockerfile", "Dockerfile.two", "requirements.txt", "packages.txt", ".dockerignore", "pyproject.toml", "dags/a.py",
    "astro-lint.toml", "setup.cfg", "baseline.json", "feed.json", ".gitignore", "Dockerfile.dockerignore",
    "requirements-client.txt", "packages-client.txt", ".env",
)  # fmt: skip
"""What `--- name` begins in the bytes of a project; before the first one stands the Dockerfile."""

_OPTIONS: tuple[tuple[str, ...], ...] = (
    *(("--format", form) for form in FORMATS),
    ("--diff", "--fix"), ("--diff", "--unsafe-fixes"), ("--as-if", "3.3-8"), ("--as-if", "3.3-8", "--diff"),
    ("--environment", "development"), ("--build-arg", "V=13.11.0"), ("--no-project",), ("--statistics", "--verbose"),
    ("--color", "always"), ("--no-ignores",), ("--fail-on-lifecycle", "--fail-on", "info"), ("--target", "base"),
    ("--exclude", "dags/**"), ("--no-gitignore",), ("--fix",), ("--unsafe-fixes",), ("--add-ignores", "because"),
)  # fmt: skip
_PATHS = (".", "Dockerfile", "dags/a.py", "requirements.txt", "pyproject.toml", "packages.txt", "Dockerfile.two")


def project_files(data: bytes) -> dict[str, bytes]:
    """The files that the bytes of a project describe."""
    found: dict[str, list[bytes]] = {"Dockerfile": []}
    name = "Dockerfile"
    for line in data.splitlines(keepends=True) if b"\n--- " in data or data.startswith(b"--- ") else [data]:
        title = line[4:].strip().decode("ascii", "replace") if line.startswith(b"--- ") else ""
        if title in FILES:
            name = title
            found.setdefault(name, [])
        else:
            found[name].append(line)
    if not found["Dockerfile"] and len(found) > 1:
        del found["Dockerfile"]
    return {name: b"".join(lines) for name, lines in found.items()}


def command_line(data: bytes) -> str:
    """The command line on a project: as it is, mended twice, and mended without the unsafe fixes."""
    chosen = zlib.crc32(data)
    options = ("--extend-select", "AST", *_OPTIONS[chosen % len(_OPTIONS)])
    target = _PATHS[chosen // 64 % len(_PATHS)]
    files = project_files(data)
    if "feed.json" in files:
        options += ("--catalog", "feed.json")
    if "baseline.json" in files:
        options += ("--baseline", "baseline.json")
    folder = scratch()
    try:
        (folder / ".git").mkdir()
        (folder / "dags").mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        with inside(folder):
            before = contents(folder)
            told = _told(*options, target)
            if not {"--fix", "--unsafe-fixes", "--add-ignores"} & set(options) or "--diff" in options:
                assert contents(folder) == before
                assert _told(*options, target) == told
                in_its_file(folder, target, ("--as-if", "3.3-8") if "--as-if" in options else ())
            kind = ("--fix", "--unsafe-fixes")[chosen // 1024 % 2]
            _told("--extend-select", "AST", kind, target)
            fixed = contents(folder)
            again = _told("--extend-select", "AST", kind, target)
            assert contents(folder) == fixed, "a second --fix changed more"
            assert "\nFixed " not in again
        return f"{told}{sorted(fixed.items())}"
    finally:
        shutil.rmtree(folder)


def patch(data: bytes) -> None:
    """What `git apply` makes of a patch is what fixing writes."""
    if shutil.which("git") is None:
        return
    kind = ("--fix", "--unsafe-fixes")[zlib.crc32(data) % 2]
    folder = scratch()
    try:
        trees = folder / "fixed", folder / "patched"
        for tree in trees:
            (tree / "dags").mkdir(parents=True)
            for name, content in project_files(data).items():
                (tree / name).write_bytes(content)
        before = contents(trees[0])
        with inside(trees[1]):
            made = run(*FIXED, "--extend-select", "AST", kind, "--diff", ".")
        assert contents(trees[1]) == before
        with inside(trees[0]):
            _told("--extend-select", "AST", kind, ".")
        if made.out:
            command = ["git", "apply", "--whitespace=nowarn", "-"]
            patch = made.out.encode("utf-8", "surrogateescape")
            done = subprocess.run(command, cwd=trees[1], input=patch, capture_output=True, check=False)
            assert done.returncode == 0, done.stderr
        assert contents(trees[1]) == contents(trees[0])
    finally:
        shutil.rmtree(folder)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


_RAW = "[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
"""What no output may show as it is: control characters, and those that change the direction of text."""


def _told(*argv: str) -> str:
    outcome = run(*(FIXED if "--catalog" not in argv else FIXED[:2]), *argv)
    sound(outcome.code, outcome.err)
    shown = outcome.err if "--diff" in argv else outcome.out + outcome.err
    assert not re.search(r"Hush\d", shown), "a secret of tests/grammars.py is shown"
    if "--color" not in argv:
        assert not re.search(_RAW, shown), re.search(f".*{_RAW}.*", shown)
    return f"{outcome.code}\n{outcome.out}\n{outcome.err}"


def sound(code: int, err: str) -> None:
    """An outcome is findings or sentences, and never a rule of ours that failed."""
    assert code in (0, 1, 2)
    assert "Traceback" not in err
    assert "please report it" not in err, err
    for line in err.splitlines():
        summary = r"Found |No findings|Nothing was checked|AST30[12]|.*(file|Dockerfile)"
        assert line.startswith("astro-lint: ") or re.match(summary, line), line


def in_its_file(folder: Path, target: str, options: tuple[str, ...] = ()) -> None:
    """Every place of the report on a project lies in its file."""
    outcome = run(*FIXED, "--extend-select", "AST", "--format", "json", *options, target)
    if not outcome.out:
        assert outcome.code == 2
        return
    sources: dict[str, Source] = {}

    def of(path: str) -> Source:
        if path not in sources:
            file = folder / path
            data = file.read_bytes() if file.is_file() else b""
            try:
                text = (
                    python_imports.read_imports(data, path, frozenset(), (3, 12)).source
                    if path.endswith(".py")
                    else None
                )
            except UnicodeDecodeError:
                text = None
            sources[path] = text if text and text.text else decode(data, path)
        return sources[path]

    for found in json.loads(outcome.out)["diagnostics"]:
        for place in (found, *found["related"]):
            place_inside(place, of(place["path"]))
        if found["fix"]:
            edits = sorted((edit["path"], *place_inside(edit, of(edit["path"]))) for edit in found["fix"]["edits"])
            assert edits
            assert all(one[0] != two[0] or one[2] <= two[1] for one, two in pairwise(edits))


def place_inside(place: Mapping[str, Any], source: Source) -> tuple[int, int]:
    """The offsets of a place of the report, which must be places of the file."""
    offsets = []
    for line, column in ((place["line"], place["column"]), (place["end_line"], place["end_column"])):
        assert 1 <= line <= len(source.starts)
        start = source.starts[line - 1]
        following = source.starts[line] if line < len(source.starts) else len(source.text) + 1
        assert 0 <= column - 1 < max(following - start, 1)
        offsets.append(start + column - 1)
    assert offsets[0] <= offsets[1] <= len(source.text)
    return offsets[0], offsets[1]


CHECKS: dict[str, Callable[[bytes], str | None]] = {
    "dockerfile": dockerfile,
    "suppression": suppression,
    "requirements": requirements,
    "dockerignore": dockerignore,
    "gitignore": gitignore,
    "imports": imports,
    "config-toml": config_toml,
    "config-pyproject": config_pyproject,
    "config-setup-cfg": config_setup_cfg,
    "feed": feed,
    "inventory": inventory_report,
    "baseline": known_findings,
    "toml": toml,
    "shell": shell,
    "command-line": command_line,
    "patch": patch,
}
"""What reads something from outside, by the name that the fuzzer and the corpus call it."""
