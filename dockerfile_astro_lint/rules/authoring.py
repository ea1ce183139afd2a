"""All that the author of a rule imports: `@rule`, Example, Violation, Fix and helpers that make edits."""

import sys

from dockerfile_astro_lint.astro.base_image import Base, Runtime, image_span
from dockerfile_astro_lint.core.compat import Callable, Iterable, Iterator, Mapping, NamedTuple, lru_cache
from dockerfile_astro_lint.core.source import Edit, Fix, Related, Source, Span, Violation
from dockerfile_astro_lint.dockerfile.parser import Instruction, Place, Stage
from dockerfile_astro_lint.project.project import Project

SEVERITIES = ("error", "warning", "info")


Pieces = tuple[tuple[int, int], ...]


class Example(NamedTuple):
    """A Dockerfile that a rule reports at the carets, and one that it likes; fixing the first gives the second.

    `files` go beside both, `bad_files` and `good_files` beside one; `options` are command-line options for the test;
    `unpublished` are the references that a registry would say it does not have.
    """

    bad: str
    good: str
    files: Mapping[str, str] = {}
    bad_files: Mapping[str, str] = {}
    good_files: Mapping[str, str] = {}
    options: tuple[str, ...] = ()
    unpublished: tuple[str, ...] = ()


class Rule(NamedTuple):
    """A rule's identity, which all runs need; its manual page, its proof and its logic are loaded when asked for.

    `module` is the name of its module in `rules/`; for the rest see `rule`.
    """

    module: str
    code: str
    name: str
    severity: str
    summary: str
    fix: str | None
    opt_in: bool
    lifecycle: bool
    python: bool
    any_dockerfile: bool
    production: bool
    secret: bool
    manifest: bool
    online: bool
    on: tuple[str, ...]
    mentions: tuple[str, ...]

    @property
    def written(self) -> "RuleModule":
        """The rule as its module has it."""
        return _rule_module(self.module)

    @property
    def why(self) -> str:
        return self.written.why

    @property
    def examples(self) -> tuple[Example, ...]:
        return self.written.examples

    def check(self, project: Project) -> Iterable[Violation]:
        return _rule_module(self.module).check(project)


class RuleModule(NamedTuple):
    """What a rule's author wrote: identity, manual page, proof and logic."""

    rule: Rule
    why: str
    examples: tuple[Example, ...]
    check: Callable[[Project], Iterable[Violation]]


@lru_cache(maxsize=None)
def _rule_module(module: str) -> RuleModule:
    name = f"{__package__}.{module}"
    __import__(name)
    found: RuleModule = sys.modules[name].check
    return found


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
    secret: bool = False,
    manifest: bool = False,
    online: bool = False,
    on: Iterable[str] = (),
    mentions: Iterable[str] = (),
) -> Callable[[Callable[[Project], Iterator[Violation]]], RuleModule]:
    """Make a rule of a check; the module's docstring is the why.

    `fix`: what kind it has, `safe` or `unsafe`. `lifecycle`: turns red on a day, without a commit, and counts for the
    exit code only when asked. `python`: findings stand in Python files. `any_dockerfile`: speaks of a Dockerfile that
    was named by hand even where nothing in it is Astronomer's. `production`: does not run for development. `secret`:
    its spans hold what no report may show. `manifest`: judges the manifest of an Astro CLI v2 project as well.
    `online`: asks registries, and runs only where the user has asked for that.
    `on`: one of these of `Project.traits` must be there for the rule to have anything to say; it is not asked where
    none is, nor where the Dockerfile has none of the words of `mentions` (in small letters).
    """

    def make(check: Callable[[Project], Iterator[Violation]]) -> RuleModule:
        module = sys.modules[check.__module__]
        identity = Rule(
            module.__name__.rpartition(".")[2], code, name, severity, summary, fix, opt_in, lifecycle, python,
            any_dockerfile, production, secret, manifest, online, tuple(on), tuple(mentions),
        )  # fmt: skip
        return RuleModule(identity, (module.__doc__ or "").strip(), tuple(examples), check)

    return make


def replace_text(place: Place, text: str, title: str, safe: bool) -> Fix | None:
    """A fix that puts a text in the place of another; None where that one has no place that can be written to."""
    source, pieces = place.span.source, place.pieces
    if pieces and pieces[0][0] and source.text[pieces[0][0] - 1] in "\\`":
        # An escape character goes with what it escapes: left behind, it would escape what follows, or the line's end.
        pieces = ((pieces[0][0] - 1, pieces[0][1]), *pieces[1:])
    pieces = _closed(source.text, pieces, text) if pieces else None
    if not pieces:
        return None
    edits = [Edit(Span(source, start, end), "") for start, end in pieces]
    edits[0] = edits[0]._replace(text=text)
    return Fix(title, safe, tuple(edits))


def _closed(text: str, pieces: Pieces, new: str) -> Pieces | None:
    """The pieces, together with the continuations in front of the last line where nothing would be left on it: a blank
    line does not end an instruction. None where a comment stands between.
    """
    (start, _), (low, end) = pieces[0], pieces[-1]
    line_end = text.find("\n", end)
    if line_end < 0 or (new and len(pieces) == 1) or text[text.rfind("\n", 0, low) + 1 : low].strip():
        return pieces
    behind = text[end:line_end].strip()
    if behind or not text[line_end:].strip():
        return None if behind.startswith("#") else pieces
    line = text.rfind("\n", 0, start) + 1
    while not new and line and not text[line:start].strip():
        start = len(text[:line].rstrip()) - 1
        line = text.rfind("\n", 0, start) + 1
    lines = text[line:end].split("\n")
    if text[start] == "\n" or any(one.lstrip().startswith("#") for one in lines):
        return None
    return ((start, end),)


def replace_version(base: Base, text: str, title: str) -> Fix | None:
    """An unsafe fix that puts another version into the tag; None where that may be none, or another image stays.

    A digest goes on naming the old image, and an agent's tags do not pair with every build.
    """
    if base.image.digest or base.image.role != "runtime":
        return None
    return replace_text(base.segment("version"), text, title, safe=False)


def remove_segments(base: Base, kind: str) -> Fix | None:
    """A safe fix that takes every segment of a kind out of the tag."""
    stretches: list[tuple[int, int]] = []
    for segment in base.tag.segments if base.tag else ():
        if segment.kind == kind:
            start = stretches.pop()[0] if stretches and stretches[-1][1] == segment.start else segment.start
            stretches.append((start, segment.end))
    edits: list[Edit] = []
    for start, end in stretches:
        fix = replace_text(base.in_tag(start, end), "", "", safe=True)
        if fix is None:
            return None
        edits += fix.edits
    return Fix(f"remove `-{kind}`", True, tuple(edits))


def remove_instruction(instruction: Instruction, following: Instruction | None = None) -> Edit:
    """The edit that takes an instruction out, with all its lines, and one that stands right below it."""
    source, start, end = instruction.whole
    if following is not None:
        end = following.whole.end
    if end == len(source.text) and start and not source.text.endswith("\n"):
        # A file whose last line does not end keeps that.
        start -= 2 if source.text[start - 2 : start] == "\r\n" else 1
    return Edit(Span(source, start, end), "")


def insert_before(instruction: Instruction, text: str) -> Edit:
    """The edit that puts a line in front of an instruction."""
    start = instruction.whole.start
    return Edit(Span(instruction.source, start, start), f"{text}\n")


def insert_behind(instruction: Instruction, text: str) -> Edit | None:
    """The edit that puts a line behind an instruction; None where the instruction would go on in it."""
    source, line = instruction.source, instruction.line
    last = source.line(line.last).strip()
    if line.last > line.first and not line.heredocs and (not last or last.startswith("#")):
        return None
    if last.endswith(("\\", "`")) and not line.heredocs:
        return None
    if line.heredocs and source.line(line.last).lstrip("\t" * line.heredocs[-1].strip_tabs) != line.heredocs[-1].name:
        return None  # it never ends, so whatever stands behind it is in it
    if line.last < len(source.starts):
        place, text = source.starts[line.last], f"{text}\n"
    else:
        place = len(source.text)
        text = f"{text}\n" if source.text.endswith("\n") else f"\n{text}"
    return Edit(Span(source, place, place), text)


def append_to_final_stage(project: Project, text: str) -> Fix | None:
    """An unsafe fix that adds a line at the end of the stage that is built."""
    if project.final is None:
        return None
    dockerfile = project.dockerfile
    last = (project.final.instruction, *dockerfile.instructions_of(project.final))[-1]
    edit = insert_behind(last, text)
    return Fix(f"add `{text}` at the end", False, (edit,)) if edit else None


def append_line(source: Source, text: str) -> Edit:
    """The edit that adds a line at the end of a file, which need not exist yet."""
    end = len(source.text)
    ended = not source.text or source.text.endswith("\n")
    return Edit(Span(source, end, end), f"{text}\n" if ended else f"\n{text}\n")


def related_image(base: Base, message: str) -> tuple[Related, ...]:
    """The FROM as a related place of a finding in another file."""
    return (Related(base.reference, message),)


def related_from(base: Base, place: Place) -> tuple[Related, ...]:
    """The FROM as a related place, where the text at fault came out of an ARG."""
    return base.violation(place, "").related


__all__ = [
    "Base",
    "Edit",
    "Example",
    "Fix",
    "Instruction",
    "Place",
    "Project",
    "Related",
    "Rule",
    "Runtime",
    "Source",
    "Span",
    "Stage",
    "Violation",
    "append_line",
    "append_to_final_stage",
    "image_span",
    "insert_before",
    "insert_behind",
    "related_from",
    "related_image",
    "remove_instruction",
    "remove_segments",
    "replace_text",
    "replace_version",
    "rule",
]  # fmt: skip
