"""All that the author of a rule imports: `@rule`, Example, Violation, Fix and helpers that make edits."""

import sys
from bisect import bisect_left

from dockerfile_astro_lint.astro.base_image import Base, Runtime, image_span
from dockerfile_astro_lint.core.compat import Callable, Iterable, Iterator, Mapping, NamedTuple, lru_cache
from dockerfile_astro_lint.core.source import Edit, Fix, Related, Source, Span, Violation
from dockerfile_astro_lint.dockerfile.image_reference import Place
from dockerfile_astro_lint.dockerfile.parser import Dockerfile, Instruction, Stage
from dockerfile_astro_lint.project.project import Project

SEVERITIES = ("error", "warning", "info")


Pieces = tuple[tuple[int, int], ...]


class Example(NamedTuple):
    """A bad Dockerfile, reported at the carets, and a good one; fixing the bad one gives the good one.

    `files` are beside both, `bad_files` and `good_files` beside one; `options` are command-line options for the test;
    `unpublished` are the references that registries do not have.
    """

    bad: str
    good: str
    files: Mapping[str, str] = {}
    bad_files: Mapping[str, str] = {}
    good_files: Mapping[str, str] = {}
    options: tuple[str, ...] = ()
    unpublished: tuple[str, ...] = ()


class Rule(NamedTuple):
    """The identity of a rule, which all runs need; its manual page, examples and check are loaded when needed.

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
        """The rule as its module defines it."""
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
    """What a rule's module defines: identity, manual page, examples and check."""

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
    """Make a check a rule; the docstring of its module is the manual page.

    `fix`: the kind of its fixes, `safe` or `unsafe`. `lifecycle`: starts to report on a date, without a commit, and
    affects the exit code only if configured. `python`: its findings are in Python files; it only runs if
    some file has what is searched for, or the requirements have a trait of its `on`. `any_dockerfile`: also runs on a
    Dockerfile without Astronomer images that is named on the command line. `production`: does not run for
    development. `secret`: no report may show the text of its spans. `manifest`: also lints the manifest of an Astro CLI
    v2 project. `online`: asks registries, and only runs if the user enables that.
    `on`: the rule only runs if the project has one of these traits (see `engine/rule_filter.py`). `mentions`: the rule
    only runs if one of these words (in lower case) is in the Dockerfile, in packages.txt, or in the name of a
    requirement with a version; if it waits for ADD, ARG, COPY, ENV, LABEL, `run-as-astro` or `comment` alone, in those.
    """

    def make(check: Callable[[Project], Iterator[Violation]]) -> RuleModule:
        module = sys.modules[check.__module__]
        # Short words are found most often, and spare the search for the others.
        identity = Rule(
            module.__name__.rpartition(".")[2], code, name, severity, summary, fix, opt_in, lifecycle, python,
            any_dockerfile, production, secret, manifest, online, tuple(on), tuple(sorted(mentions, key=len)),
        )  # fmt: skip
        return RuleModule(identity, (module.__doc__ or "").strip(), tuple(examples), check)

    return make


def replace_text(place: Place, text: str, title: str, safe: bool) -> Fix | None:
    """A fix that replaces a text; None if it is not written in the file."""
    source, pieces = place.span.source, place.pieces
    if pieces and pieces[0][0] and source.text[pieces[0][0] - 1] in "\\`":
        # Remove an escape character with what it escapes: otherwise it would escape what follows.
        pieces = ((pieces[0][0] - 1, pieces[0][1]), *pieces[1:])
    pieces = _closed(source.text, pieces, text) if pieces else None
    if not pieces:
        return None
    edits = [Edit(Span(source, start, end), "") for start, end in pieces]
    edits[0] = edits[0]._replace(text=text)
    return Fix(title, safe, tuple(edits))


def _closed(text: str, pieces: Pieces, new: str) -> Pieces | None:
    """The pieces, with the continuations before the last line if nothing would be left on that line: an empty line does
    not end an instruction. None if a comment is between them.
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
    """An unsafe fix that replaces the version of the tag; None for a digest and for an agent.

    A digest would still select the old image, and agent tags do not exist for every build.
    """
    if base.image.digest or base.image.role != "runtime":
        return None
    return replace_text(base.segment("version"), text, title, safe=False)


def remove_segments(base: Base, kind: str) -> Fix | None:
    """A safe fix that removes every segment of a kind from the tag."""
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


def remove_instruction(instruction: Instruction, last: Instruction | None = None) -> Edit:
    """The edit that removes an instruction with all its lines, or the instructions from it to the last one."""
    source, start, end = instruction.whole
    if last is not None:
        end = last.whole.end
    if end == len(source.text) and start and not source.text.endswith("\n"):
        # A file without a newline at the end still has none.
        start -= 2 if source.text[start - 2 : start] == "\r\n" else 1
    return Edit(Span(source, start, end), "")


def remove_instructions(instructions: Iterable[Instruction]) -> tuple[Edit, ...]:
    """The edits that remove instructions, in their order in the file; those in a row in one edit."""
    ranges: list[tuple[Instruction, Instruction]] = []
    for instruction in instructions:
        if ranges and ranges[-1][1].whole.end == instruction.whole.start:
            ranges[-1] = ranges[-1][0], instruction
        else:
            ranges.append((instruction, instruction))
    return tuple(remove_instruction(first, last) for first, last in ranges)


_MAX_SAMPLE = 100
"""Instructions that tell the casing of a file."""


def in_file_casing(dockerfile: Dockerfile, text: str) -> str:
    """An instruction with its keyword in lower case if most keywords of the file are."""
    written = [instruction.keyword_span.text[:1] for instruction in dockerfile.instructions[:_MAX_SAMPLE]]
    keyword, space, arguments = text.partition(" ")
    is_lower = sum(map(str.islower, written)) > sum(map(str.isupper, written))
    return f"{keyword.lower() if is_lower else keyword}{space}{arguments}"


def insert_before(dockerfile: Dockerfile, instruction: Instruction, text: str) -> Edit:
    """The edit that inserts a line before an instruction and the comments that belong to it."""
    source, first = instruction.source, instruction.line.first
    at = bisect_left(dockerfile.instructions, first, key=lambda one: one.line.first)
    start, end = first, dockerfile.instructions[at - 1].line.last if at else 0
    for number in range(first - 1, end, -1):
        comment = source.line(number).strip()
        # An ignore comment belongs to the next instruction, however far below; others only right above it.
        if comment and (start == number + 1 or "astro-lint:" in comment):
            start = number
    offset = source.starts[start - 1]
    return Edit(Span(source, offset, offset), f"{text}\n")


def insert_after(instruction: Instruction, text: str) -> Edit | None:
    """The edit that inserts a line after an instruction; None if the instruction would continue in it."""
    source, line = instruction.source, instruction.line
    last = source.line(line.last).strip()
    if line.last > line.first and not line.heredocs and (not last or last.startswith("#")):
        return None
    if last.endswith(("\\", "`")) and not line.heredocs:
        return None
    if line.heredocs and source.line(line.last).lstrip("\t" * line.heredocs[-1].strip_tabs) != line.heredocs[-1].name:
        return None  # it does not end, so that all that follows is in it
    if line.last < len(source.starts):
        place, text = source.starts[line.last], f"{text}\n"
    else:
        place = len(source.text)
        text = f"{text}\n" if source.text.endswith("\n") else f"\n{text}"
    return Edit(Span(source, place, place), text)


def run_as_root(dockerfile: Dockerfile, first: Instruction, last: Instruction) -> Fix | None:
    """A safe fix that puts instructions in a row between `USER root` and `USER astro`."""
    before = insert_before(dockerfile, first, in_file_casing(dockerfile, "USER root"))
    after = insert_after(last, in_file_casing(dockerfile, "USER astro"))
    return Fix("install as root", True, (before, after)) if after else None


def append_to_final_stage(project: Project, text: str) -> Fix | None:
    """An unsafe fix that adds a line at the end of the final stage."""
    if project.final is None:
        return None
    dockerfile = project.dockerfile
    text = in_file_casing(dockerfile, text)
    last = (project.final.instruction, *dockerfile.instructions_of(project.final))[-1]
    edit = insert_after(last, text)
    return Fix(f"add `{text}` at the end", False, (edit,)) if edit else None


def append_line(source: Source, text: str) -> Edit:
    """The edit that adds a line at the end of a file, which may not exist yet."""
    end = len(source.text)
    ended = not source.text or source.text.endswith("\n")
    return Edit(Span(source, end, end), f"{text}\n" if ended else f"\n{text}\n")


def related_image(project: Project, message: str) -> tuple[Related, ...]:
    """The FROM of the final image as a related range of a violation in another file."""
    return (Related(project.final_base.reference, message),) if project.final_base else ()


def related_from(base: Base, place: Place) -> tuple[Related, ...]:
    """The FROM as a related range if the text of a place comes from an ARG, see `Base.violation`."""
    return base.violation(place, "").related


__all__ = [
    "Base",
    "Dockerfile",
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
    "in_file_casing",
    "insert_after",
    "insert_before",
    "related_from",
    "related_image",
    "remove_instruction",
    "remove_instructions",
    "remove_segments",
    "replace_text",
    "replace_version",
    "rule",
    "run_as_root",
]  # fmt: skip
