"""Cells that no spreadsheet takes for a formula (OWASP, "CSV injection")."""

from typing import Final

_FULL_WIDTH: Final = ("\uff1d", "\uff0b", "\uff0d", "\uff20")
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", *_FULL_WIDTH)
"""A cell that begins so is worked out instead of shown."""


def neutral(text: str) -> str:
    """`text` as a cell: an apostrophe before what would be a formula, or before an apostrophe that
    stands before one, so that `plain` brings back exactly what was there."""
    begins = text.lstrip(" '")
    return f"'{text}" if begins.startswith(FORMULA) else text


def plain(cell: str) -> str:
    """What a cell made by `neutral` says, here or by a spreadsheet's own apostrophe."""
    return cell[1:] if cell[:1] == "'" and cell.lstrip(" '").startswith(FORMULA) else cell
