"""Where the example configuration, sequences and templates are that ship with Nurture."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from worker.errors import NotFoundError

EXAMPLE = "config.example.toml"
_INSTALLED = "nurture_shipped"  # what the folders are called in a wheel


def shipped_files() -> Path:
    """Return the folder of the shipped sequences and templates: a checkout's, or a wheel's."""
    checkout = Path(__file__).parents[2]
    if (checkout / EXAMPLE).is_file():
        return checkout
    found = importlib.util.find_spec(_INSTALLED)
    for place in (found.submodule_search_locations or ()) if found else ():
        if (Path(place) / EXAMPLE).is_file():
            return Path(place)
    raise NotFoundError("the shipped sequences and templates are missing: install Nurture anew")
