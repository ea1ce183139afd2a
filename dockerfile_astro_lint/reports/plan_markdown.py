"""The report of `--as-if` as Markdown for an issue: a task list that can be ticked off.

GitHub takes 65,536 characters for an issue, so the last steps are left out, and counted, where there are too many.
"""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.display import pluralize
from dockerfile_astro_lint.engine.moves import Move
from dockerfile_astro_lint.reports import Run, summary, url
from dockerfile_astro_lint.reports.markdown import as_code, as_text, failures
from dockerfile_astro_lint.reports.plan import Step, by_target, grouped, heading, unseen

MOST = 50_000
"""Characters of all steps together: what surrounds them fits into the rest."""


_MOST_FILES = 50
"""Files named below a step."""


_MOST_PLACES = 20
"""Places named in a file."""


def report(run: Run) -> Iterator[str]:
    left = MOST
    for target, moves in by_target(run.report.moves):
        yield f"## Upgrade to Runtime {as_text(target)}" if target else "## Not checked"
        yield ""
        for number, move in enumerate(moves):
            text = "\n".join(_move(move))
            left -= len(text) + 1
            if left < MOST // 2:
                yield f"- and {pluralize(len(moves) - number, 'more file')}"
                break
            yield text
        yield ""
    yield as_text(summary(run))
    yield from to_do(run, left)
    yield from ("", "### Not covered here", "")
    yield from (f"- {as_text(one)}" for one in unseen(run.report))
    yield from failures(run, MOST // 10)


def to_do(run: Run, left: int) -> Iterator[str]:
    """The groups of findings as task lists, in at most about `left` characters."""
    missing = 0
    for name, steps in grouped(run.report.findings):
        left -= len(heading(name, steps)) + 8
        shown = []
        for step in steps:
            text = "\n".join(_step(step))
            left -= len(text) + 1
            if left < 0:
                missing += len(step.findings)
            else:
                shown.append(text)
        if shown:
            yield from ("", f"### {heading(name, steps)}", "")
            yield from shown
    if missing:
        yield from ("", f"{pluralize(missing, 'more finding')} not shown here: `--format text` has all.")


def _move(move: Move) -> Iterator[str]:
    yield f"- {as_code(move.path)}" + (f": now {as_text(move.now)}" if move.target else "")
    yield from (f"  - {as_text(note)}" for note in move.notes)


def _step(step: Step) -> Iterator[str]:
    fix = f" ({step.fix})" if step.fix else ""
    link = f"[{step.rule.code}]({url(step.findings[0])})"
    yield f"- [ ] {step.severity}: {as_text(step.message)}{fix} {link}"
    places = list(step.places)
    for path, listed in places[:_MOST_FILES]:
        more = f" and {len(listed) - _MOST_PLACES} more" if len(listed) > _MOST_PLACES else ""
        yield f"  - {as_code(path)}: {', '.join(listed[:_MOST_PLACES])}{more}"
    if len(places) > _MOST_FILES:
        yield f"  - and {pluralize(len(places) - _MOST_FILES, 'more file')}"
