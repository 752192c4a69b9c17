"""Countries by their ISO 3166-1 alpha-2 codes, or by the names that English and German lists bear.

The tables are those of the time zone database, so that they are kept by others.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from worker.core.calendar import zone
from worker.core.document import nearest
from worker.errors import InputError

SUBDIVISION = "subdivision"
"""The attribute of a lead that says which part of its country it is in: ``BY`` or ``DE-BY``."""

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
_GERMAN = {
    "australien": "AU", "belgien": "BE", "brasilien": "BR", "bulgarien": "BG", "deutschland": "DE",
    "dänemark": "DK", "estland": "EE", "finnland": "FI", "frankreich": "FR", "griechenland": "GR",
    "grossbritannien": "GB", "indien": "IN", "irland": "IE", "island": "IS", "italien": "IT",
    "kanada": "CA", "kroatien": "HR", "lettland": "LV", "litauen": "LT", "luxemburg": "LU",
    "neuseeland": "NZ", "niederlande": "NL", "norwegen": "NO", "oesterreich": "AT", "polen": "PL",
    "rumänien": "RO", "russland": "RU", "schweden": "SE", "schweiz": "CH", "serbien": "RS",
    "slowakei": "SK", "slowenien": "SI", "spanien": "ES", "südafrika": "ZA", "tschechien": "CZ",
    "türkei": "TR", "ungarn": "HU", "vereinigte staaten": "US", "vereinigtes königreich": "GB",
    "zypern": "CY", "österreich": "AT",
}  # fmt: skip
"""As German lists have them, whose columns are known too; in folded case."""

_WINTER, _SUMMER = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)


@cache
def countries() -> Mapping[str, str]:
    """Return the code of each country by its code, and its name, in folded case."""
    codes = _GERMAN | _ALSO
    for code, name in _rows("iso3166.tab"):
        codes[code.casefold()] = code
        codes[name.casefold()] = code
    return MappingProxyType(codes)


def country_code(text: str) -> str:
    """Return the code of a country by code or name; an unknown one is an `InputError`."""
    known = countries()
    if (code := known.get(text.strip().casefold())) is None:
        near = nearest(text.casefold(), [name for name in known if len(name) > 2])
        raise InputError(f'no country is called "{text[:60]}"{near}; expected a code such as DE')
    return code


@cache
def zone_of(country: str) -> str | None:
    """Return the time zone of a country, by its code, where all of it has the same time.

    None where it has several, or is unknown: nobody could tell which.
    """
    zones = [row[2] for row in _rows("zone.tab") if row[0] == country]
    times = {(_offset(name, _WINTER), _offset(name, _SUMMER)) for name in zones}
    return zones[0] if len(times) == 1 else None


def _offset(name: str, at: datetime) -> object:
    return at.astimezone(zone(name)).utcoffset()


def _rows(table: str) -> list[list[str]]:
    text = files("tzdata.zoneinfo").joinpath(table).read_text("utf-8")
    return [line.split("\t") for line in text.splitlines() if line and line[0] != "#"]
