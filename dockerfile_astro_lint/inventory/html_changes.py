"""The sections of the HTML page that tell of merged reports: what moved, what is stale, what is there twice."""

from html import escape

from dockerfile_astro_lint.core.compat import Callable, Iterator, Sequence
from dockerfile_astro_lint.core.display import pluralize, sanitize
from dockerfile_astro_lint.inventory.changes import agreement, doubles_title, gone_title, movement, stale_title
from dockerfile_astro_lint.inventory.collect import Row
from dockerfile_astro_lint.inventory.merge import Double, Gone, Merged, Move
from dockerfile_astro_lint.inventory.report_reader import State

_MAX_MOVES, _OPEN_MOVES = 1000, 12
"""Changes on the page, and those that are seen without opening the rest."""


_MAX_LISTED = 500
"""Stale or double projects on the page."""


_TO = ' <span aria-hidden="true">→</span><span class="hidden">to</span> '


def moved(merged: Merged) -> Iterator[str]:
    """The section with the changes, the newest first; nothing if nothing moved."""
    if not merged.moves:
        return
    since = min(move.before.time for move in merged.moves)[:10]
    yield '<section aria-labelledby="moves-title">\n<h2 id="moves-title">What moved</h2>'
    yield f'<p class="muted">Since <time datetime="{since}">{since}</time>: {movement(merged.moves)}</p>'
    shown = merged.moves[:_MAX_MOVES]
    yield from _moves("moves", shown[:_OPEN_MOVES])
    older = shown[_OPEN_MOVES:]
    if older:
        yield f"<details>\n<summary>{pluralize(len(older), 'earlier change')}</summary>"
        yield from _moves("older-moves", older)
        if len(shown) < len(merged.moves):
            yield f'<p class="muted">and {len(merged.moves) - len(shown)} more before these</p>'
        yield "</details>"
    yield "</section>"


def _moves(name: str, moves: Sequence[Move]) -> Iterator[str]:
    yield f'<div class="sideways"><table class="moves" id="{name}" aria-labelledby="moves-title">\n<thead>\n<tr>'
    yield "".join(f'<th scope="col">{title}</th>' for title in ("Date", "Project", "Runtime", "Findings"))
    yield "</tr>\n</thead>\n<tbody>"
    yield from map(_move, moves)
    yield "</tbody>\n</table></div>"


def _move(move: Move) -> str:
    before, after = move.before, move.after
    day = after.time[:10]
    runtime, findings = after.runtime or "unknown", _findings(after)
    if before.runtime != after.runtime:
        sign = _sign("▲", "upgrade", True) if move.direction > 0 else _sign("▼", "downgrade", False)
        runtime = f"{before.runtime or 'unknown'}{_TO}{runtime}{sign if move.direction else ''}"
    if move.trend:
        sign = _sign("▲", "more", False) if move.trend > 0 else _sign("▼", "fewer", True)
        findings = f"{_findings(before)}{_TO}{findings}{sign}"
    changed = ["changed" if one else "same" for one in (before.runtime != after.runtime, move.trend)]
    return (
        f'<tr><td><time datetime="{day}">{day}</time></td><th scope="row">{_project(move.label)}</th>'
        f'<td class="{changed[0]}">{runtime}</td><td class="{changed[1]}">{findings}</td></tr>'
    )


def _sign(sign: str, word: str, good: bool) -> str:
    """A word for a change, with a sign and a color."""
    status = "maintained" if good else "ended"
    return f'<small class="{status}"><span aria-hidden="true">{sign}</span> {word}</small>'


def _findings(state: State) -> str:
    """`2 errors, 1 warning`."""
    numbers = zip(state[-3:], ("error", "warning", "info"), strict=True)
    return ", ".join(pluralize(number, name) for number, name in numbers if number) or "none"


def provenance(row: Row, merged: Merged) -> str:
    """When a project was looked at, and at which commit; with a word where that is too long ago."""
    day = row.time[:10]
    commit = f" at <code>{escape(row.commit[:7])}</code>" if row.commit else ""
    stale = ' <span class="soon">stale</span>' if merged.is_stale(row) else ""
    return f'<small class="report">seen <time datetime="{day}">{day}</time>{commit}{stale}</small>'


def doubtful(merged: Merged) -> Iterator[str]:
    """The sections with projects that are gone, stale or double; nothing where there are none."""
    if merged.gone:
        yield from _listed("gone", gone_title(merged), merged.gone, lambda one: (one.time, one.row.label, ""))
    if merged.stale:
        yield from _listed("stale", stale_title(merged), merged.stale, lambda row: (row.time, row.label, ""))
    if merged.doubles:
        yield from _listed("doubles", doubles_title(merged), merged.doubles, _double)


def _double(double: Double) -> tuple[str, str, str]:
    return double.time, double.label, agreement(double)


def _listed(
    name: str,
    title: str,
    items: Sequence[Row] | Sequence[Double] | Sequence[Gone],
    cells: Callable[..., tuple[str, str, str]],
) -> Iterator[str]:
    heading, _, explanation = title.partition(": ")
    yield f'<section aria-labelledby="{name}-title">\n<h2 id="{name}-title">{heading}</h2>'
    yield f'<p class="muted">{explanation}</p>\n<ul class="listed">'
    for item in items[:_MAX_LISTED]:
        time, label, remark = cells(item)
        tail = f": {escape(sanitize(remark))}" if remark else ""
        yield f'<li><time datetime="{time}">{time[:10]}</time> {_project(label)}{tail}</li>'
    if len(items) > _MAX_LISTED:
        yield f"<li>and {len(items) - _MAX_LISTED} more</li>"
    yield "</ul>\n</section>"


def _project(label: str) -> str:
    return escape(sanitize(label)).replace("/", "/<wbr>")
