"""The timeline of the HTML page: a bar per series and date, from today to end of maintenance."""

from html import escape

from dockerfile_astro_lint.astro.catalog import days_between
from dockerfile_astro_lint.core.compat import Iterator, NamedTuple, Sequence
from dockerfile_astro_lint.core.display import pluralize, sanitize
from dockerfile_astro_lint.inventory.collect import STATUS_NAMES, STATUSES, Row, when

_PAST_MONTHS = 9
"""The most months before today that the timeline shows."""


_FUTURE_YEARS = 8


_QUARTERS = {3: "Apr", 6: "Jul", 9: "Oct"}


_MIDDLE, _HEIGHT = 17, 34
"""The middle and height of a track in pixels; widths are in percent, so that they follow the page."""


class _Group(NamedTuple):
    """The projects of a series whose maintenance ends on the same day."""

    end: str
    series: str
    rows: tuple[Row, ...]

    @property
    def status(self) -> str:
        """The status by the date alone, without yanked builds."""
        return min(
            (row.status for row in self.rows if row.status != "yanked"), key=STATUSES.index, default="maintained"
        )

    @property
    def airflow(self) -> str:
        """`2.11`, if all projects have the same."""
        versions = {".".join(row.airflow.split(".")[:2]) for row in self.rows}
        return versions.pop() if len(versions) == 1 else ""


class _Scale(NamedTuple):
    first: str
    days: int

    def at(self, day: str) -> float:
        """The position of a day in percent; days outside the scale are at its ends."""
        return min(max(days_between(self.first, day) * 100 / self.days, 0.0), 100.0)


def timeline(rows: Sequence[Row], today: str) -> Iterator[str]:
    """The section with the timeline; nothing if no project has a date."""
    groups = _groups(rows)
    if not groups:
        return
    scale = _scale(groups, today)
    ticks = list(_ticks(scale))
    yield '<section aria-labelledby="timeline-title">\n<h2 id="timeline-title">End of maintenance</h2>'
    yield _PATTERNS
    yield '<table id="timeline" aria-labelledby="timeline-title">\n<thead>\n<tr><th scope="col">Runtime</th>'
    yield '<th scope="col" class="number">Projects</th>'
    yield '<th scope="col" class="axis"><span class="hidden">Timeline</span>'
    yield f"{_axis(scale, ticks, today)}</th>"
    yield '<th scope="col">Maintained until</th></tr>\n</thead>\n<tbody>'
    for group in groups:
        yield from _row(group, scale, ticks, today)
    yield "</tbody>\n</table>"
    unknown = sum(not row.end_of_maintenance for row in rows)
    more = f" Without a known date: {pluralize(unknown, 'project')}, see the table below." if unknown else ""
    yield '<p class="legend muted">'
    yield from (
        f'<span><svg width="26" height="12" aria-hidden="true">'
        f'<rect class="{name}" y="1" width="26" height="10" rx="3"/></svg> {what}</span>'
        for name, what in (
            ("bar maintained", "maintained"),
            ("bar soon", "ends soon"),
            ("bar ended", "past end of maintenance"),
            ("basic", "basic support"),
        )
    )
    yield f"<span>The number on a bar counts projects.{more}</span></p>\n</section>"


def _groups(rows: Sequence[Row]) -> list[_Group]:
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row.end_of_maintenance:
            groups.setdefault((row.end_of_maintenance, row.series), []).append(row)
    return [_Group(*key, tuple(groups[key])) for key in sorted(groups)]


def _scale(groups: Sequence[_Group], today: str) -> _Scale:
    year, month = int(today[:4]), int(today[5:7])
    oldest = _month(year * 12 + month - 1 - _PAST_MONTHS)
    first = max(min(groups[0].end, today), oldest)
    first = _month(int(first[:4]) * 12 + int(first[5:7]) - 2)
    last = max(max(group.end, *(row.end_of_basic_support for row in group.rows)) for group in groups)
    last = min(max(last, today), f"{year + _FUTURE_YEARS:04}-{today[5:7]}-01")
    last = _month(int(last[:4]) * 12 + int(last[5:7]) + 1)
    return _Scale(first, max(days_between(first, last), 1))


def _month(number: int) -> str:
    """The first day of a month, counted from the year 0."""
    return f"{max(number // 12, 1):04}-{number % 12 + 1:02}-01"


def _ticks(scale: _Scale) -> Iterator[tuple[float, str, bool]]:
    """(position, label, whether it is a year) of each year, and of each quarter on a short scale."""
    step = 3 if scale.days < 365 * 5 else 12
    for number in range(int(scale.first[:4]) * 12, 9999 * 12, step):
        day = _month(number)
        place = days_between(scale.first, day) * 100 / scale.days
        if place > 100:
            return
        if place >= 0:
            yield place, _QUARTERS.get(number % 12, day[:4]), number % 12 == 0


def _percent(place: float) -> str:
    return f"{place:.2f}".rstrip("0").rstrip(".") + "%"


def _axis(scale: _Scale, ticks: Sequence[tuple[float, str, bool]], today: str) -> str:
    now = scale.at(today)
    place, anchor = _percent(now), "start" if now < 50 else "end"
    labels = "".join(
        f'<text class="{"year" if year else "quarter"}" x="{_percent(place)}" y="34">{label}</text>'
        for place, label, year in ticks
        if 1.5 < place < 97 and abs(place - now) > 2.5
    )
    return (
        f'<svg class="track" width="100%" height="42" aria-hidden="true">{labels}'
        f'<text class="now" x="{place}" y="13" text-anchor="{anchor}">today, {today}</text>'
        f'<line class="now" x1="{place}" x2="{place}" y1="17" y2="42"/></svg>'
    )


def _row(group: _Group, scale: _Scale, ticks: Sequence[tuple[float, str, bool]], today: str) -> Iterator[str]:
    series, status = escape(group.series), group.status
    airflow = f"<small>Airflow {escape(sanitize(group.airflow))}</small>" if group.airflow else ""
    yanked = sum(row.status == "yanked" for row in group.rows)
    note = f'<small class="yanked">{yanked} yanked</small> ' if yanked else ""
    left = days_between(today, group.end)
    yield f'<tr data-series="{series}"><th scope="row"><span class="series">Runtime {series}</span>{airflow}</th>'
    yield f'<td class="number">{note}{len(group.rows)}</td><td class="axis">{_track(group, scale, ticks, today)}</td>'
    yield f'<td><time datetime="{group.end}">{group.end}</time><small class="{status}">'
    yield f'<span class="hidden">{STATUS_NAMES[status]}, </span>{when(left)}</small></td></tr>'


def _track(group: _Group, scale: _Scale, ticks: Sequence[tuple[float, str, bool]], today: str) -> str:
    now, end = scale.at(today), scale.at(group.end)
    basic = max((row.end_of_basic_support for row in group.rows), default="")
    low, high = min(now, end), max(now, end)
    parts = [
        f'<line class="{"year" if year else "quarter"}" x1="{_percent(at)}" x2="{_percent(at)}" y2="{_HEIGHT}"/>'
        for at, _, year in ticks
    ]
    if basic > group.end:
        parts.append(
            f'<rect class="basic" x="{_percent(end)}" y="{_MIDDLE - 4}" '
            f'width="{_percent(scale.at(basic) - end)}" height="8"/>'
        )
    parts.append(
        f'<rect class="bar {group.status}" x="{_percent(low)}" y="{_MIDDLE - 8}" '
        f'width="{_percent(high - low)}" height="16" rx="3"/>'
    )
    parts.append(f'<line class="now" x1="{_percent(now)}" x2="{_percent(now)}" y2="{_HEIGHT}"/>')
    early = group.end < scale.first
    number = f"{'‹ ' if early else ''}{len(group.rows)}"
    width = 14 + 8 * len(number)
    left = 0 if early else -width / 2
    parts.append(
        f'<svg class="mark" x="{_percent(end)}" overflow="visible">'
        f'<rect class="{group.status}" x="{left:g}" y="{_MIDDLE - 11}" width="{width}" height="22" rx="11"/>'
        f'<text x="{left + width / 2:g}" y="{_MIDDLE + 4}" text-anchor="middle">{number}</text></svg>'
    )
    return f'<svg class="track" width="100%" height="{_HEIGHT}" aria-hidden="true">{"".join(parts)}</svg>'


_PATTERNS = (
    '<svg class="patterns" width="0" height="0" aria-hidden="true"><defs>'
    '<pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="ground" width="6" height="6"/><rect class="stripe" width="2.5" height="6"/></pattern>'
    "</defs></svg>"
)
