"""CSV by RFC 4180 with a header; no cell starts a spreadsheet formula."""

from dockerfile_astro_lint.core.compat import Iterator
from dockerfile_astro_lint.core.display import sanitize
from dockerfile_astro_lint.inventory import Inventory
from dockerfile_astro_lint.inventory.collect import Row


def report(inventory: Inventory) -> Iterator[str]:
    for values in (Row._fields, *inventory.rows):
        yield ",".join(map(_cell, values)) + "\r"


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return "" if value is None else str(value)
    text = sanitize(value).replace("\t", " ")
    if text.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"' if any(char in text for char in ",\"' ") else text
