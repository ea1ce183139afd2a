"""One page without outside references: a timeline of the ends of maintenance, and a table that sorts and filters.

The page is whole without its script; the script only adds what moves.
"""

import base64
import hashlib
import pkgutil
from html import escape

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.display import pluralize, sanitize
from dockerfile_astro_lint.inventory import Inventory, how_many, summary
from dockerfile_astro_lint.inventory.collect import STATUS_NAMES, STATUSES, Row
from dockerfile_astro_lint.inventory.timeline import timeline

_SIGNS = dict(zip(STATUSES, "✕■▲●?", strict=True))
"""So that no state is told by its colour alone."""


_TILES = {
    "yanked": "yanked: withdrawn by Astronomer",
    "ended": "ended: no longer maintained",
    "soon": "ending soon",
    "maintained": "maintained",
    "unknown": "not known",
}


_TITLES = ("Status", "Project", "Runtime", "Airflow", "Python", "OS", "Kind", "Tag", "Maintained to", "Newest build",
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
    if inventory.rows:
        yield from timeline(inventory.rows, inventory.today)
        yield from _projects(inventory)
    if inventory.troubles:
        yield '<section aria-labelledby="problems-title">\n<h2 id="problems-title">Could not be read</h2>\n<ul>'
        yield from (f"<li><code>{text(path)}</code>: {text(why)}</li>" for path, why in inventory.troubles)
        yield "</ul>\n</section>"
    yield f"</main>\n<script>{script}</script>\n</body>\n</html>"


def text(value: str) -> str:
    """A text of a file in HTML, as a text and as an attribute."""
    return escape(sanitize(value))


def _breakable(value: str) -> str:
    """A path that may go on in the next line behind a slash."""
    return text(value).replace("/", "/<wbr>")


def _asset(name: str) -> str:
    data = pkgutil.get_data(__package__, name)
    assert data is not None
    return "\n" + data.decode("utf-8").replace("\r\n", "\n")


def _hash(content: str) -> str:
    """What a content security policy knows a style or a script by."""
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode('utf-8')).digest()).decode('ascii')}"


def _head(inventory: Inventory) -> Iterator[str]:
    yield "<header>\n<h1>Astro projects</h1>"
    yield (
        f'<p class="muted">Judged on <time datetime="{inventory.today}">{inventory.today}</time> '
        f"by astro-lint {text(inventory.version)}, catalog of {inventory.catalog_date}</p>"
    )
    if not inventory.rows:
        yield f"<p>{text(summary(inventory))}</p>\n</header>"
        return
    yield '<ul class="tiles">'
    yield f"<li><b>{len(inventory.rows)}</b> {'project' if len(inventory.rows) == 1 else 'projects'}</li>"
    for status, number in how_many(inventory.rows).items():
        if number:
            name = f'<span class="sign" aria-hidden="true">{_SIGNS[status]}</span> {_TILES[status]}'
            yield f'<li class="{status}"><b>{number}</b> {name}</li>'
    yield "</ul>\n</header>"


def _projects(inventory: Inventory) -> Iterator[str]:
    rows = inventory.rows
    series = sorted({(row.series.count("."), *map(int, row.series.split("."))) for row in rows if row.series})
    names = [".".join(map(str, numbers[1:])) for numbers in series]
    yield '<section aria-labelledby="projects-title">\n<h2 id="projects-title">Projects</h2>'
    yield '<div class="controls" role="search" aria-label="Filter the projects" hidden>'
    yield '<label>Search <input type="search" id="search" autocomplete="off" spellcheck="false"></label>'
    yield '<label>Status <select id="status"><option value="">all</option>'
    number = how_many(rows)
    yield from (
        f'<option value="{status}">{name} ({number[status]})</option>'
        for status, name in STATUS_NAMES.items()
        if number[status]
    )
    yield '</select></label>\n<label>Runtime <select id="series"><option value="">all</option>'
    yield from (f'<option value="{name}">{name}</option>' for name in names)
    yield '</select></label>\n<button type="button" id="reset">Show all</button>'
    yield "</div>"
    yield f'<p class="muted" id="count" role="status">{pluralize(len(rows), "project")}, the most urgent first</p>'
    yield '<div class="scroll" role="region" aria-labelledby="projects-title" tabindex="0">'
    yield '<table id="projects" aria-labelledby="projects-title">'
    yield "<thead>\n<tr>"
    yield from (f'<th scope="col">{title}</th>' for title in _TITLES)
    yield "</tr>\n</thead>\n<tbody>"
    order = {name: place for place, name in enumerate(sorted({row.runtime for row in rows}, key=_version_order))}
    for place, row in enumerate(rows):
        yield f'<tr data-status="{row.status}" data-series="{row.series}">'
        yield from _cells(row, place, order)
        yield "</tr>"
    yield "</tbody>\n</table>\n</div>\n</section>"


def _version_order(runtime: str) -> tuple[bool, list[int]]:
    """Airflow 3 behind Airflow 2: `13.11.0` < `3.0` < `3.0-1`."""
    numbers = [int(one) for one in runtime.replace("-", ".").split(".") if one]
    return "-" in runtime or runtime.count(".") == 1, numbers


def _cells(row: Row, place: int, order: dict[str, int]) -> Iterator[str]:
    """A row's cells; `data-v` is what a column is sorted by where that is not its text."""
    sign, name = _SIGNS[row.status], STATUS_NAMES[row.status]
    badge = f'<span class="badge {row.status}"><span class="sign" aria-hidden="true">{sign}</span> {name}</span>'
    yield f'<td data-v="{place}">{badge}</td>'
    image = f"<small>{_breakable(row.image)}</small>" if row.image else ""
    why = f'<small class="yanked">withdrawn: {text(row.yanked_reason)}</small>' if row.yanked else ""
    yield f'<th scope="row" data-v="{text(row.path)}">{_breakable(row.path)}{image}{why}</th>'
    yield f'<td data-v="{order[row.runtime]}">{row.runtime}</td>' if row.runtime else "<td></td>"
    yield from (f"<td>{text(value)}</td>" for value in (row.airflow, row.python, row.os, row.kind))
    pinning = f'<span class="floats">{row.pinning}</span>' if row.pinning == "floating" else row.pinning
    yield f"<td>{pinning}</td>"
    end = row.end_of_maintenance
    left = f'<small class="{row.status}">{row.left}</small>'
    basic = f"<small>basic to {row.end_of_basic_support}</small>" if row.end_of_basic_support else ""
    yield f'<td data-v="{row.days_left}"><time datetime="{end}">{end}</time>{left}{basic}</td>' if end else "<td></td>"
    newer = '<small class="newer">is newer</small>' if row.outdated else ""
    yield f"<td>{row.newest}{newer}</td>"
    found = ((row.errors, "error"), (row.warnings, "warning"), (row.hints, "hint"))
    shown = "".join(f'<span class="{noun}">{pluralize(number, noun)}</span>' for number, noun in found if number)
    yield f'<td data-v="{row.errors * 10**12 + row.warnings * 10**6 + row.hints}">{shown}</td>'
