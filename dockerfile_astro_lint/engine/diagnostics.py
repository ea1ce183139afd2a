"""What a run found, before a format makes lines of it."""

from dockerfile_astro_lint.core.compat import NamedTuple
from dockerfile_astro_lint.core.source import Span
from dockerfile_astro_lint.rules.authoring import Fix, Related, Rule

Key = tuple[str, str, int, int]
"""Rule, path, and the offsets of the stretch that a finding stands at."""


class Diagnostic(NamedTuple):
    """A problem with the rule that found it and what it weighs in this run."""

    rule: Rule
    severity: str
    span: Span
    message: str
    fix: Fix | None
    related: tuple[Related, ...]
    counts: bool = True

    @property
    def key(self) -> Key:
        """What tells a finding from all others of a run."""
        return self.rule.code, self.path, self.span.start, self.span.end

    @property
    def path(self) -> str:
        return self.span.source.path

    @property
    def place(self) -> tuple[int, int, int, int]:
        """Line, column, end line, end column, all from 1, ends exclusive."""
        source = self.span.source
        return (*source.position(self.span.start), *source.position(self.span.end))

    @property
    def order(self) -> tuple[str, int, str, int]:
        return self.path, self.span.start, self.rule.code, self.span.end


class Failure(NamedTuple):
    """A path that could not be linted, or a rule of ours that failed; an empty path is no path's fault."""

    path: str
    message: str


class Report(NamedTuple):
    """What a run found; `files` is how many were looked into, `notes` are sentences for standard error.

    `suppressed` is what ignore comments took back, each with its reason; `secrets` is where secrets stand that no
    format may show, those of findings that were taken back among them.
    """

    findings: list[Diagnostic]
    troubles: list[Failure]
    files: int
    suppressed: list[tuple[Diagnostic, str]]
    notes: list[str]
    secrets: list[Span]
