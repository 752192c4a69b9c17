"""Options of the form ``NAME=VALUE``."""

from __future__ import annotations

from collections.abc import Iterable

import typer


def read_pairs(texts: Iterable[str], option: str) -> dict[str, str]:
    """Return the values by name; what has no ``=`` is wrong use of `option`."""
    pairs = {}
    for text in texts:
        name, found, value = text.rpartition("=")
        if not found or not name.strip():
            raise typer.BadParameter(f"{text} has no =; expected NAME=VALUE", param_hint=option)
        pairs[name.strip()] = value.strip()
    return pairs
