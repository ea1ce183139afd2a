"""The default inventory format: an aligned table, most urgent first, that fits the terminal."""

from itertools import groupby

from dockerfile_astro_lint.core.compat import Callable, Iterator, NamedTuple, Sequence
from dockerfile_astro_lint.core.display import pluralize, sanitize
from dockerfile_astro_lint.inventory import Inventory, summary
from dockerfile_astro_lint.inventory.collect import STATUS_NAMES, Row
from dockerfile_astro_lint.reports.terminal import cells as cells_of
from dockerfile_astro_lint.reports.terminal import wrap

_COLORS = {"yanked": "31", "ended": "31", "soon": "33", "maintained": "32", "unknown": "2", "title": "1", "newer": "33"}


_MIN_PATH = 16


_GAP = "  "


_MAX_LINES = 10
"""Of each section of a merged inventory; the other formats have more."""


class _Column(NamedTuple):
    """A column; `dropped` is its turn to be dropped on a narrow terminal, from 1; 0: never dropped."""

    title: str
    value: Callable[[Row], str]
    right: bool = False
    dropped: int = 0
    color: Callable[[Row], str] = lambda row: ""


def _findings(row: Row) -> str:
    """`1E 2W 3I`: errors, warnings, info."""
    return " ".join(f"{number}{letter}" for number, letter in zip(row[-3:], "EWI", strict=True) if number)


_COLUMNS = (
    _Column("STATUS", lambda row: STATUS_NAMES[row.status], color=lambda row: row.status),
    _Column("PROJECT", lambda row: sanitize(row.label).replace("\t", " ")),
    _Column("RUNTIME", lambda row: row.runtime),
    _Column("AIRFLOW", lambda row: sanitize(row.airflow), dropped=10),
    _Column("PYTHON", lambda row: row.python, dropped=6),
    _Column("OS", lambda row: row.os, dropped=4),
    _Column("KIND", lambda row: row.kind, dropped=3),
    _Column("TAG", lambda row: row.pinning, dropped=7),
    _Column("MAINTAINED UNTIL", lambda row: row.end_of_maintenance, dropped=11),
    _Column("DAYS", lambda row: "" if row.days_left is None else str(row.days_left), True, 0, lambda row: row.status),
    _Column("BASIC SUPPORT", lambda row: row.end_of_basic_support, dropped=2),
    _Column("NEWER BUILD", lambda row: row.newest if row.outdated else "", dropped=5, color=lambda row: "newer"),
    _Column("FINDINGS", _findings, dropped=9),
    _Column("IMAGE", lambda row: sanitize(row.image).replace("\t", " "), dropped=1),
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
    for (runtime, reason), group in groupby(yanked, key=lambda row: (row.runtime, row.yanked_reason)):
        projects = pluralize(len(list(group)), "project")
        yield _sentence(f"{runtime} was yanked by Astronomer ({projects}): {sanitize(reason)}", inventory)
    if inventory.merged:
        yield from _merged(inventory)
    yield _sentence(summary(inventory), inventory)


def _merged(inventory: Inventory) -> Iterator[str]:
    """The sections of a merged inventory, each with an empty line below it."""
    from dockerfile_astro_lint.inventory.changes import sections

    for title, lines, rest in sections(inventory.merged, _MAX_LINES) if inventory.merged else ():
        yield _sentence(f"{title}:", inventory)
        for cells in lines:
            yield _sentence(f"  {_GAP.join(sanitize(cell).replace(chr(9), ' ') for cell in cells)}", inventory)
        if rest:
            yield f"  and {rest} more"
        yield ""


def _sentence(text: str, inventory: Inventory) -> str:
    """A sentence, in a terminal broken between words."""
    return "\n".join(wrap(text, inventory.width, "  ", "")) if inventory.width else text


def _fit(widths: dict[_Column, int], limit: int) -> None:
    """Drop columns, then cut the start of long paths, until a line fits."""
    path = _COLUMNS[1]

    def over() -> int:
        return sum(widths.values()) + len(_GAP) * (len(widths) - 1) - limit

    for column in sorted((column for column in _COLUMNS if column.dropped), key=lambda column: column.dropped):
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
    """The end of a text that is too wide; the end is what distinguishes a path from others."""
    if cells_of(text) <= width:
        return text
    while cells_of(text) > width - 1:
        text = text[1:]
    return f"…{text}"
