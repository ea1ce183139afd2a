"""A self-contained HTML page: a timeline of end-of-maintenance dates, and a table that sorts and filters.

The page is complete without its script, which only adds sorting and filtering.
"""

import base64
import hashlib
import pkgutil
from html import escape

from dockerfile_astro_lint.core.compat import TYPE_CHECKING, Iterator
from dockerfile_astro_lint.core.display import pluralize, sanitize
from dockerfile_astro_lint.inventory import Inventory, count_statuses, summary
from dockerfile_astro_lint.inventory.collect import STATUS_NAMES, STATUSES, Row
from dockerfile_astro_lint.inventory.timeline import timeline

if TYPE_CHECKING:
    from dockerfile_astro_lint.inventory.merge import Merged

_MAX_ROWS = 10_000
"""Rows of the table; browsers sort and filter so many within a second."""


_SIGNS = dict(zip(STATUSES, "✕■▲●?", strict=True))
"""Signs, so that color is not the only difference between statuses."""


_TILES = {
    "yanked": "yanked by Astronomer",
    "ended": "past end of maintenance",
    "soon": "end of maintenance soon",
    "maintained": "maintained",
    "unknown": "unknown",
}


_TITLES = ("Status", "Project", "Runtime", "Airflow", "Python", "OS", "Kind", "Tag", "Maintained until", "Newest build",
           "Findings")  # fmt: skip


def report(inventory: Inventory) -> Iterator[str]:
    style, script = _asset("page.css"), _asset("page.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">\n<title>Astro projects</title>'
    yield f"<style>{style}</style>\n</head>\n<body>"
    yield from _head(inventory)
    yield "<main>"
    merged = inventory.merged
    if merged:
        from dockerfile_astro_lint.inventory import html_changes
    if inventory.rows:
        yield from timeline(inventory.rows, inventory.today)
        if merged:
            yield from html_changes.moved(merged)
        yield from _projects(inventory)
        if merged:
            yield from html_changes.doubtful(merged)
    if inventory.failures:
        yield '<section aria-labelledby="failures-title">\n<h2 id="failures-title">Could not be checked</h2>\n<ul>'
        yield from (f"<li><code>{text(path)}</code>: {text(message)}</li>" for path, message in inventory.failures)
        yield "</ul>\n</section>"
    yield f"</main>\n<script>{script}</script>\n</body>\n</html>"


def text(value: str) -> str:
    """A text from a file, escaped for HTML text and attributes."""
    return escape(sanitize(value))


def _breakable(value: str) -> str:
    """A path that may wrap after a slash."""
    return text(value).replace("/", "/<wbr>")


def _asset(name: str) -> str:
    data = pkgutil.get_data(__package__, name)
    assert data is not None
    return "\n" + data.decode("utf-8").replace("\r\n", "\n")


def _hash(content: str) -> str:
    """The hash of a style or script for the content security policy."""
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode('utf-8')).digest()).decode('ascii')}"


def _head(inventory: Inventory) -> Iterator[str]:
    source = f", from {pluralize(inventory.merged.reports, 'report')}" if inventory.merged else ""
    yield "<header>\n<h1>Astro projects</h1>"
    yield (
        f'<p class="muted">Status on <time datetime="{inventory.today}">{inventory.today}</time> '
        f"by astro-lint {text(inventory.version)}, catalog of {inventory.catalog_date}{source}</p>"
    )
    if not inventory.rows:
        yield f"<p>{text(summary(inventory))}</p>\n</header>"
        return
    yield '<ul class="tiles">'
    yield f"<li><b>{len(inventory.rows)}</b> {'project' if len(inventory.rows) == 1 else 'projects'}</li>"
    for status, number in count_statuses(inventory.rows).items():
        if number:
            name = f'<span class="sign" aria-hidden="true">{_SIGNS[status]}</span> {_TILES[status]}'
            yield f'<li class="{status}"><b>{number}</b> {name}</li>'
    if inventory.merged and inventory.merged.stale:
        yield f'<li class="soon"><b>{len(inventory.merged.stale)}</b> without a recent report</li>'
    yield "</ul>\n</header>"


def _projects(inventory: Inventory) -> Iterator[str]:
    rows = inventory.rows
    series = sorted({(row.series.count("."), *map(int, row.series.split("."))) for row in rows if row.series})
    names = [".".join(map(str, numbers[1:])) for numbers in series]
    yield '<section aria-labelledby="projects-title">\n<h2 id="projects-title">Projects</h2>'
    yield '<div class="controls" role="search" aria-label="Filter the projects" hidden>'
    yield '<label>Search <input type="search" id="search" autocomplete="off" spellcheck="false"></label>'
    yield '<label>Status <select id="status"><option value="">all</option>'
    number = count_statuses(rows)
    yield from (
        f'<option value="{status}">{name} ({number[status]})</option>'
        for status, name in STATUS_NAMES.items()
        if number[status]
    )
    yield '</select></label>\n<label>Runtime <select id="series"><option value="">all</option>'
    yield from (f'<option value="{name}">{name}</option>' for name in names)
    yield '</select></label>\n<button type="button" id="reset">Show all</button>'
    yield "</div>"
    if len(rows) > _MAX_ROWS:
        yield f"<p>The table has the {_MAX_ROWS:,} most urgent of {len(rows):,} projects; CSV and JSON have all.</p>"
    shown = pluralize(min(len(rows), _MAX_ROWS), "project")
    yield f'<p class="muted" id="count" role="status">{shown}, most urgent first</p>'
    yield '<p class="more">The table goes on to the right: scroll it sideways <span aria-hidden="true">→</span></p>'
    yield '<div class="scroll" role="region" aria-labelledby="projects-title" tabindex="0">'
    yield '<table id="projects" aria-labelledby="projects-title">'
    yield "<thead>\n<tr>"
    yield from (f'<th scope="col">{title}</th>' for title in _TITLES)
    yield "</tr>\n</thead>\n<tbody>"
    order = {name: place for place, name in enumerate(sorted({row.runtime for row in rows}, key=_version_order))}
    for place, row in enumerate(rows[:_MAX_ROWS]):
        yield f'<tr data-status="{row.status}" data-series="{row.series}">'
        yield from _cells(row, place, order, inventory.merged)
        yield "</tr>"
    yield "</tbody>\n</table>\n</div>\n</section>"


def _version_order(runtime: str) -> tuple[bool, list[int]]:
    """Sort Airflow 3 after Airflow 2: `13.11.0` < `3.0` < `3.0-1`."""
    numbers = [int(number) for number in runtime.replace("-", ".").split(".") if number]
    return "-" in runtime or runtime.count(".") == 1, numbers


def _cells(row: Row, place: int, order: dict[str, int], merged: "Merged | None") -> Iterator[str]:
    """The cells of a row; `data-v` is the key to sort by if that is not the text."""
    sign, name = _SIGNS[row.status], STATUS_NAMES[row.status]
    badge = f'<span class="badge {row.status}"><span class="sign" aria-hidden="true">{sign}</span> {name}</span>'
    yield f'<td data-v="{place}">{badge}</td>'
    image = f"<small>{_breakable(row.image)}</small>" if row.image else ""
    reason = f'<small class="yanked">yanked: {text(row.yanked_reason)}</small>' if row.yanked else ""
    seen = ""
    if merged:
        from dockerfile_astro_lint.inventory.html_changes import provenance

        seen = provenance(row, merged)
    yield f'<th scope="row" data-v="{text(row.label)}">{_breakable(row.label)}{image}{seen}{reason}</th>'
    yield f'<td data-v="{order[row.runtime]}">{row.runtime}</td>' if row.runtime else "<td></td>"
    yield from (f"<td>{text(value)}</td>" for value in (row.airflow, row.python, row.os, row.kind))
    pinning = f'<span class="floats">{row.pinning}</span>' if row.pinning == "floating" else row.pinning
    yield f"<td>{pinning}</td>"
    end = row.end_of_maintenance
    left = f'<small class="{row.status}">{row.left}</small>'
    basic = f"<small>basic support until {row.end_of_basic_support}</small>" if row.end_of_basic_support else ""
    yield f'<td data-v="{row.days_left}"><time datetime="{end}">{end}</time>{left}{basic}</td>' if end else "<td></td>"
    newer = '<small class="newer">newer build</small>' if row.outdated else ""
    yield f"<td>{row.newest}{newer}</td>"
    findings = ((row.errors, "error"), (row.warnings, "warning"), (row.info, "info"))
    shown = "".join(f'<span class="{name}">{pluralize(number, name)}</span>' for number, name in findings if number)
    yield f'<td data-v="{row.errors * 10**12 + row.warnings * 10**6 + row.info}">{shown}</td>'
