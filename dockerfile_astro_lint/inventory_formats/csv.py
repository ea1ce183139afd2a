"""RFC 4180, with a header; no cell is a formula to a spreadsheet."""

from dockerfile_astro_lint.inventory import Row
from dockerfile_astro_lint.inventory_formats import Inventory
from dockerfile_astro_lint.light import Iterator
from dockerfile_astro_lint.reporters import printable


def report(inventory: Inventory) -> Iterator[str]:
    for values in (Row._fields, *inventory.rows):
        yield ",".join(map(_cell, values)) + "\r"


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return "" if value is None else str(value)
    text = printable(value).replace("\t", " ")
    if text.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"' if any(char in text for char in ",\"' ") else text
