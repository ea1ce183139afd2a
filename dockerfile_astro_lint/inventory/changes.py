"""What the formats for people say of merged reports: what moved, what is stale, what is there twice."""

from dockerfile_astro_lint.core.compat import Iterator, NamedTuple, Sequence
from dockerfile_astro_lint.core.display import pluralize
from dockerfile_astro_lint.inventory.merge import Double, Merged, Move
from dockerfile_astro_lint.inventory.report_reader import State


class Section(NamedTuple):
    """A sentence with the lines below it, each of some cells; `rest` counts what is left out."""

    title: str
    lines: Sequence[tuple[str, ...]]
    rest: int


def sections(merged: Merged, limit: int) -> Iterator[Section]:
    """The sections that have something to say, each with at most so many lines."""
    if merged.moves:
        lines = [(move.after.time[:10], move.label, change(move)) for move in merged.moves[:limit]]
        yield Section(f"Moved: {movement(merged.moves)}", lines, len(merged.moves) - len(lines))
    if merged.gone:
        gone = [(one.time[:10], one.row.label) for one in merged.gone[:limit]]
        yield Section(gone_title(merged), gone, len(merged.gone) - len(gone))
    if merged.stale:
        stale = [(row.time[:10], row.label) for row in merged.stale[:limit]]
        yield Section(stale_title(merged), stale, len(merged.stale) - len(stale))
    if merged.doubles:
        doubles = [(double.time[:10], double.label, agreement(double)) for double in merged.doubles[:limit]]
        yield Section(doubles_title(merged), doubles, len(merged.doubles) - len(doubles))


def stale_title(merged: Merged) -> str:
    days = pluralize(merged.stale_after, "day")
    verb = "has" if len(merged.stale) == 1 else "have"
    return f"Stale: {pluralize(len(merged.stale), 'project')} {verb} no report of the last {days}"


def gone_title(merged: Merged) -> str:
    verb = "is" if len(merged.gone) == 1 else "are"
    return f"Gone: {pluralize(len(merged.gone), 'project')} {verb} not in a newer report of the same folder"


def doubles_title(merged: Merged) -> str:
    number = len({double.label for double in merged.doubles})
    return f"Double: {pluralize(number, 'project')} {'is' if number == 1 else 'are'} reported twice for the same time"


def agreement(double: Double) -> str:
    """`a.json and b.json differ`."""
    if len(double.reports) == 1:
        return f"twice in {double.reports[0]}, with different contents"
    named = f"{', '.join(double.reports[:3][:-1])} and {double.reports[:3][-1]}"
    more = f" (and {len(double.reports) - 3} more)" if len(double.reports) > 3 else ""
    return f"{named}{more} {'agree' if double.equal else 'differ'}"


def movement(moves: Sequence[Move]) -> str:
    """`2 upgrades, 1 downgrade, 3 with fewer findings`."""
    directions = [move.direction for move in moves]
    trends = [move.trend for move in moves]
    other = sum(move.before.runtime != move.after.runtime and not move.direction for move in moves)
    parts = (
        (directions.count(1), "upgrade", "upgrades"),
        (directions.count(-1), "downgrade", "downgrades"),
        (other, "other change of the Runtime", "other changes of the Runtime"),
        (trends.count(-1), "with fewer findings", "with fewer findings"),
        (trends.count(1), "with more findings", "with more findings"),
    )
    return ", ".join(f"{number} {one if number == 1 else many}" for number, one, many in parts if number)


def change(move: Move) -> str:
    """`Runtime 3.1-12 → 3.3-8, findings 1E 2W → none`."""
    before, after = move.before, move.after
    parts = []
    if before.runtime != after.runtime:
        parts.append(f"Runtime {before.runtime or 'unknown'} → {after.runtime or 'unknown'}")
    if move.trend:
        parts.append(f"findings {counts(before)} → {counts(after)}")
    return ", ".join(parts)


def counts(state: State) -> str:
    """`1E 2W 3I`; `none`."""
    return " ".join(f"{number}{letter}" for number, letter in zip(state[-3:], "EWI", strict=True) if number) or "none"
