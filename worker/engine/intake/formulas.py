"""Cells that a spreadsheet would run as formulas, made harmless (OWASP, "CSV Injection")."""

from __future__ import annotations

import re

_LITERAL = re.compile(r'="((?:[^"]|"")*)"')
_RUNS = ("=", "+", "-", "@", "\t", "\r")
GUARD = "'"
"""What stands before such a cell."""


def literal(cell: str) -> str:
    """Return what a cell such as ``="007"`` shows, by which a spreadsheet is kept from numbers."""
    found = _LITERAL.fullmatch(cell)
    return found[1].replace('""', '"') if found else cell


def guard(cell: str) -> str:
    """Return a cell that spreadsheets show and do not run."""
    return GUARD + cell if cell.startswith(_RUNS) else cell


def unguard(cell: str) -> str:
    """Take the guard off again: what we wrote reads as what it was."""
    return cell[1:] if cell.startswith(GUARD) and cell[1:].startswith(_RUNS) else cell
