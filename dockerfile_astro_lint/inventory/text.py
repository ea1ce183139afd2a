"""For people: an aligned table, most urgent first, as wide as the terminal."""

from itertools import groupby

from dockerfile_astro_lint.core.compat import Callable, Iterator, NamedTuple, Sequence
from dockerfile_astro_lint.core.display import pluralize, sanitize
from dockerfile_astro_lint.inventory import Inventory, summary
from dockerfile_astro_lint.inventory.collect import STATUS_NAMES, Row
from dockerfile_astro_lint.reports.terminal import cells as cells_of

_COLORS = {"yanked": "31", "ended": "31", "soon": "33", "maintained": "32", "unknown": "2", "title": "1", "newer": "33"}


_MIN_PATH = 16


_GAP = "  "


class _Column(NamedTuple):
    """`given_up` orders the columns that a narrow terminal does without, the first to go first; 0 for none."""

    title: str
    value: Callable[[Row], str]
    right: bool = False
    given_up: int = 0
    color: Callable[[Row], str] = lambda row: ""


def _findings(row: Row) -> str:
    """`1E 2W 3H`: errors, warnings, hints."""
    return " ".join(f"{number}{letter}" for number, letter in zip(row[-3:], "EWH", strict=True) if number)


_COLUMNS = (
    _Column("STATUS", lambda row: STATUS_NAMES[row.status], color=lambda row: row.status),
    _Column("PROJECT", lambda row: sanitize(row.path).replace("\t", " ")),
    _Column("RUNTIME", lambda row: row.runtime),
    _Column("AIRFLOW", lambda row: sanitize(row.airflow), given_up=10),
    _Column("PYTHON", lambda row: row.python, given_up=6),
    _Column("OS", lambda row: row.os, given_up=4),
    _Column("KIND", lambda row: row.kind, given_up=3),
    _Column("TAG", lambda row: row.pinning, given_up=7),
    _Column("MAINTAINED TO", lambda row: row.end_of_maintenance, given_up=11),
    _Column("DAYS", lambda row: "" if row.days_left is None else str(row.days_left), True, 0, lambda row: row.status),
    _Column("BASIC SUPPORT", lambda row: row.end_of_basic_support, given_up=2),
    _Column("NEWER BUILD", lambda row: row.newest if row.outdated else "", given_up=5, color=lambda row: "newer"),
    _Column("FINDINGS", _findings, given_up=9),
    _Column("IMAGE", lambda row: sanitize(row.image).replace("\t", " "), given_up=1),
)


def report(inventory: Inventory) -> Iterator[str]:
    rows = inventory.rows
    cells = {column: [column.title, *map(column.value, rows)] for column in _COLUMNS}
    widths = {column: max(map(cells_of, texts)) for column, texts in cells.items()}
    if inventory.width:
        _fit(widths, inventory.width)
    shown = [column for column in _COLUMNS if widths.get(column)]
    yield _line(
        [_cut(column.title, widths[column]) for column in shown], shown, widths, ["title"] * len(shown), inventory
    )
    for number, row in enumerate(rows, 1):
        texts = [_cut(cells[column][number], widths[column]) for column in shown]
        yield _line(texts, shown, widths, [column.color(row) for column in shown], inventory)
    yield ""
    yanked = sorted((row for row in rows if row.yanked), key=lambda row: (row.series, row.runtime))
    for runtime, group in groupby(yanked, key=lambda row: (row.runtime, row.yanked_reason)):
        used = pluralize(len(list(group)), "project")
        yield f"{runtime[0]} was withdrawn by Astronomer ({used}): {sanitize(runtime[1])}"
    yield summary(inventory)


def _fit(widths: dict[_Column, int], limit: int) -> None:
    """Give up columns, then the head of long paths, until a line fits."""
    path = _COLUMNS[1]

    def over() -> int:
        return sum(widths.values()) + len(_GAP) * (len(widths) - 1) - limit

    for column in sorted((one for one in _COLUMNS if one.given_up), key=lambda one: one.given_up):
        if over() <= max(widths[path] - 2 * _MIN_PATH, 0):
            break
        del widths[column]
    widths[path] = max(widths[path] - max(over(), 0), min(widths[path], _MIN_PATH))


def _line(
    texts: Sequence[str],
    columns: Sequence[_Column],
    widths: dict[_Column, int],
    colors: Sequence[str],
    inventory: Inventory,
) -> str:
    parts = []
    for text, column, color in zip(texts, columns, colors, strict=True):
        space = " " * (widths[column] - cells_of(text))
        painted = f"\033[{_COLORS[color]}m{text}\033[0m" if inventory.color and color and text else text
        parts.append(space + painted if column.right else painted + space)
    return _GAP.join(parts).rstrip()


def _cut(text: str, width: int) -> str:
    """The end of a text that is too wide: of a path that is what tells it from others."""
    if cells_of(text) <= width:
        return text
    while cells_of(text) > width - 1:
        text = text[1:]
    return f"…{text}"
