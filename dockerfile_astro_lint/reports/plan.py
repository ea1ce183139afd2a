"""The report of `--as-if`, to plan an upgrade by: what has to be done, grouped, and where."""

from dockerfile_astro_lint.core.compat import Iterable, Iterator, NamedTuple, Sequence
from dockerfile_astro_lint.core.display import pluralize, sanitize
from dockerfile_astro_lint.engine.diagnostics import Diagnostic, Report
from dockerfile_astro_lint.engine.moves import Move
from dockerfile_astro_lint.project.file_kinds import MANIFEST, PACKAGES, REQUIREMENTS, kind_of
from dockerfile_astro_lint.reports import Run, summary, url
from dockerfile_astro_lint.rules.authoring import SEVERITIES, Rule

IMAGE, CODE, DEPENDENCIES, SYSTEM, CONFIGURATION, OTHER = GROUPS = (
    "Image", "Code", "Requirements", "System packages", "Configuration", "Independent of the image",
)  # fmt: skip


_DEPENDENCIES = ("AST501", "AST502", "AST509", "AST511", "AST608")
_SYSTEM = ("AST505", "AST512", "AST606")
_CONFIGURATION = ("AST616", "AST624", "AST625", "AST629", "AST630")


class Step(NamedTuple):
    """What has to be done at several places, all with the same words."""

    severity: str
    rule: Rule
    message: str
    fix: str
    findings: Sequence[Diagnostic]

    @property
    def places(self) -> Iterator[tuple[str, list[str]]]:
        """Each file, with the lines and columns in it."""
        by_file: dict[str, list[str]] = {}
        for finding in self.findings:
            line, column, _, _ = finding.place
            by_file.setdefault(finding.path, []).append(f"{line}:{column}")
        yield from by_file.items()


def group_of(finding: Diagnostic) -> str:
    """The group that a finding belongs to."""
    code = finding.rule.code
    if code.startswith(_DEPENDENCIES) or (code == "AST409" and kind_of(finding.path) in (REQUIREMENTS, MANIFEST)):
        return DEPENDENCIES
    if code.startswith(_SYSTEM) and (code != "AST505" or kind_of(finding.path) is PACKAGES):
        return SYSTEM
    if code.startswith(_CONFIGURATION):
        return CONFIGURATION
    if code.startswith("AST4"):
        return CODE
    return IMAGE if code.startswith(("AST1", "AST2", "AST3", "AST7")) else OTHER


def grouped(findings: Iterable[Diagnostic]) -> Iterator[tuple[str, list[Step]]]:
    """The groups that have findings, each with its steps: the most severe first, then the most frequent."""
    by_group: dict[str, dict[tuple[str, ...], list[Diagnostic]]] = {}
    for finding in findings:
        fix = ("safe fix" if finding.fix.safe else "unsafe fix") if finding.fix else ""
        key = finding.severity, finding.rule.code, finding.message, fix
        by_group.setdefault(group_of(finding), {}).setdefault(key, []).append(finding)
    for name in GROUPS:
        steps = [
            Step(severity, listed[0].rule, message, fix, listed)
            for (severity, _, message, fix), listed in by_group.get(name, {}).items()
        ]
        if steps:
            yield name, sorted(steps, key=_order)


def _order(step: Step) -> tuple[int, int, str, str]:
    return SEVERITIES.index(step.severity), -len(step.findings), step.rule.code, step.message


def heading(name: str, steps: Iterable[Step]) -> str:
    """`Code: 12 findings in 3 files`."""
    findings = [finding for step in steps for finding in step.findings]
    files = len({finding.path for finding in findings})
    return f"{name}: {pluralize(len(findings), 'finding')} in {pluralize(files, 'file')}"


def by_target(moves: Iterable[Move]) -> Iterator[tuple[str, list[Move]]]:
    """The images to be, each with its files."""
    found: dict[str, list[Move]] = {}
    for move in moves:
        found.setdefault(move.target, []).append(move)
    yield from found.items()


def unseen(report: Report) -> Iterator[str]:
    """What a report of `--as-if` does not cover."""
    if any(move.to_airflow_3 for move in report.moves):
        yield "context variables that Airflow 3 no longer passes to tasks, such as `execution_date` and `prev_ds`"
        yield "access to Airflow's metadata database in tasks, which Airflow 3 refuses"
        yield "custom XCom backends, and other code of plugins that Airflow 3 calls in another way"
        yield "what `ruff check --select AIR3` reports beyond this: run it too"
    yield "what your packages do on the new Python and the new Airflow: test the project on the new image"


def report(run: Run) -> Iterator[str]:
    """The text form."""
    for target, moves in by_target(run.report.moves):
        if target:
            yield f"as if {sanitize(target)}"
        for move in moves:
            yield f"  {sanitize(move.path)}: now {sanitize(move.now)}" if target else f"{sanitize(move.path)}:"
            yield from (f"    info: {sanitize(note)}" for note in move.notes)
    yield ""
    yield from to_do(run)
    yield "Not covered here:"
    yield from (f"  - {one}" for one in unseen(run.report))
    yield ""
    yield summary(run)


def to_do(run: Run) -> Iterator[str]:
    """The groups of findings, each with an empty line behind it."""
    for name, steps in grouped(run.report.findings):
        yield heading(name, steps)
        for step in steps:
            yield f"  {_label(step, run)} {sanitize(step.message)}{f' ({step.fix})' if step.fix else ''}"
            yield from (f"    {sanitize(path)}:{', '.join(listed)}" for path, listed in step.places)
        yield ""


def _label(step: Step, run: Run) -> str:
    from dockerfile_astro_lint.reports.text import paint

    code = step.rule.code
    if run.links:
        from dockerfile_astro_lint.reports.terminal import link

        code = link(code, url(step.findings[0]))
    return paint(f"{step.severity}[{code}]", step.severity, run.color)
