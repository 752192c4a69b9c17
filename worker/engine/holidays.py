"""The days on which nobody works: public holidays by country, and those that the house adds.

The library takes a third of a second to import and milliseconds for a year of a country: it is
asked late, once for each year, and only where somebody counts business days.
"""

from __future__ import annotations

import sys
from collections.abc import Container
from datetime import date
from importlib.util import find_spec, module_from_spec
from types import ModuleType

COUNTRIES = "holidays.countries"


class Closed:
    """The closed days of one country, or of one subdivision of it (ISO 3166-2)."""

    __slots__ = ("_country", "_extra", "_subdivision", "_years")

    def __init__(self, country: str | None, subdivision: str | None, extra: frozenset[str]) -> None:
        self._country = country
        self._subdivision = subdivision
        self._extra = extra
        self._years: dict[int, Container[date]] = {}

    def __contains__(self, day: object) -> bool:
        """Tell whether nobody works on a day."""
        if not isinstance(day, date):
            return False
        if self._extra and not self._extra.isdisjoint((f"{day}", f"{day:%m-%d}")):
            return True
        if self._country is None:
            return False
        year = self._years.get(day.year)
        if year is None:
            year = self._years[day.year] = holidays_of(self._country, self._subdivision, day.year)
        return day in year


class Almanac:
    """The closed days of every country that leads are of; one for each installation.

    `extra` are days that the house adds, everywhere: ``2026-12-28``, or ``12-24`` of every year.
    `country` is the one of leads that have none, perhaps with its subdivision: ``DE-BY``.
    """

    def __init__(self, country: str | None = None, extra: frozenset[str] = frozenset()) -> None:
        self.country = country
        self._extra = extra
        self._known: dict[tuple[str | None, str | None], Closed] = {}

    def of(self, country: str | None = None, subdivision: str | None = None) -> Closed:
        """Return the closed days of a country by its code; without one, of the house's own."""
        if country is None and self.country is not None:
            country, _, region = self.country.partition("-")
            subdivision = region or None
        key = country, subdivision
        if key not in self._known:
            self._known[key] = Closed(country, subdivision, self._extra)
        return self._known[key]


def holidays_of(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    """Return the public holidays of a year; without the subdivision where that is unknown.

    None at all where the library does not know the country.
    """
    holidays = _library()
    for region in (subdivision, None):
        try:
            return frozenset(holidays.country_holidays(country, subdiv=region, years=year))
        except NotImplementedError:  # so the library says that it knows no such place
            continue
    return frozenset()


def are_known(country: str, subdivision: str | None = None) -> bool:
    """Tell whether the holidays of a country, or of this subdivision of it, are known."""
    holidays = _library()
    try:
        holidays.country_holidays(country, subdiv=subdivision)
    except NotImplementedError:
        return False
    return True


def _library() -> ModuleType:
    """Return the library, which imports a country when it is asked for.

    Its package of countries would import all 250 with the first, which is 12 MB for a worker that
    needs a few. So the package is put in place without being run.
    """
    import holidays

    if COUNTRIES not in sys.modules and (spec := find_spec(COUNTRIES)) is not None:
        sys.modules[COUNTRIES] = module_from_spec(spec)
    return holidays
