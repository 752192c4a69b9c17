"""Countries by their ISO 3166-1 alpha-2 codes, or by the English names that lists often bear.

The table is the one of the time zone database (`iso3166.tab`), so that it is kept by others.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

_ALSO = {
    "czechia": "CZ",
    "england": "GB",
    "great britain": "GB",
    "holland": "NL",
    "scotland": "GB",
    "the netherlands": "NL",
    "türkiye": "TR",
    "uk": "GB",
    "united kingdom": "GB",
    "united states of america": "US",
    "usa": "US",
    "wales": "GB",
}


def countries() -> Mapping[str, str]:
    """Return the code of each country by its code, and its name, in folded case."""
    table = files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text("utf-8")
    codes = dict(_ALSO)
    for line in table.splitlines():
        if not line.startswith("#"):
            code, _, name = line.partition("\t")
            codes[code.casefold()] = code
            codes[name.casefold()] = code
    return MappingProxyType(codes)
