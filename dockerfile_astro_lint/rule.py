"""All that the author of a rule imports: Span, Edit, Fix, Related, Problem, Example, and `@rule`."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from dockerfile_astro_lint.dockerfile import Place, Stage
from dockerfile_astro_lint.project import Base, Project, image_span
from dockerfile_astro_lint.source import Span

SEVERITIES = ("error", "warning", "info")


class Edit(NamedTuple):
    """Put `text` where the span is."""

    span: Span
    text: str


class Fix(NamedTuple):
    """A way out that can be written into the file; a safe one keeps the meaning, or the file was broken before."""

    title: str
    safe: bool
    edits: tuple[Edit, ...]


class Related(NamedTuple):
    """Another place that has to do with the problem."""

    span: Span
    message: str


class Problem(NamedTuple):
    """What a rule found: the exact characters, a sentence with the reason and the way out, perhaps a fix."""

    span: Span
    message: str
    fix: Fix | None = None
    related: tuple[Related, ...] = ()


class Example(NamedTuple):
    """A Dockerfile that a rule reports at the carets, and one that it likes; fixing the first gives the second.

    `files` go beside both, `bad_files` and `good_files` beside one; `options` are command-line options for the test.
    """

    bad: str
    good: str
    files: Mapping[str, str] = {}
    bad_files: Mapping[str, str] = {}
    good_files: Mapping[str, str] = {}
    options: tuple[str, ...] = ()


class Rule(NamedTuple):
    """A rule's identity, its manual page (`why`), its proof and its logic."""

    code: str
    name: str
    severity: str
    summary: str
    why: str
    examples: tuple[Example, ...]
    check: Callable[[Project], Iterable[Problem]]
    fix: str | None
    opt_in: bool
    lifecycle: bool
    python: bool
    any_dockerfile: bool
    production: bool


def rule(
    code: str,
    name: str,
    severity: str,
    summary: str,
    examples: Iterable[Example],
    fix: str | None = None,
    opt_in: bool = False,
    lifecycle: bool = False,
    python: bool = False,
    any_dockerfile: bool = False,
    production: bool = False,
) -> Callable[[Callable[[Project], Iterator[Problem]]], Rule]:
    """Make a rule of a check; the module's docstring is the why.

    `fix`: what kind it has, `safe` or `unsafe`. `lifecycle`: turns red on a day, without a commit, and counts for the
    exit code only when asked. `python`: findings stand in Python files. `any_dockerfile`: speaks of a Dockerfile that
    was named by hand even where nothing in it is Astronomer's. `production`: does not run for development.
    """

    def make(check: Callable[[Project], Iterator[Problem]]) -> Rule:
        why = (sys.modules[check.__module__].__doc__ or "").strip()
        return Rule(
            code, name, severity, summary, why, tuple(examples), check, fix, opt_in, lifecycle, python, any_dockerfile,
            production,
        )  # fmt: skip

    return make


def replace(place: Place, text: str, title: str, safe: bool) -> Fix | None:
    """A fix that puts a text in the place of another; None where that one has no place that can be written to."""
    if place.pieces is None:
        return None
    source = place.span.source
    edits = [Edit(Span(source, start, end), "") for start, end in place.pieces]
    edits[0] = edits[0]._replace(text=text)
    return Fix(title, safe, tuple(edits))


def remove_segments(base: Base, kind: str) -> Fix | None:
    """A safe fix that takes every segment of a kind out of the tag."""
    edits: list[Edit] = []
    text = ""
    for segment in base.tag.segments if base.tag else ():
        if segment.kind == kind:
            text = segment.text
            fix = replace(base.in_tag(segment.start, segment.end), "", "", safe=True)
            if fix is None:
                return None
            edits += fix.edits
    return Fix(f"remove `{text}`", True, tuple(edits))


def used_by(base: Base, place: Place) -> tuple[Related, ...]:
    """The FROM as a related place, where the text at fault came out of an ARG."""
    line = base.stage.instruction.line
    first = place.span.source.position(place.span.start)[0]
    if line.first <= first <= line.last:
        return ()
    return (Related(base.reference, "the image is named here"),)


__all__ = [
    "Base", "Edit", "Example", "Fix", "Place", "Problem", "Project", "Related", "Rule", "Span", "Stage",
    "image_span", "remove_segments", "replace", "rule", "used_by",
]  # fmt: skip
