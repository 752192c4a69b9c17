"""Turns the cells of one row into a lead, checked, or says what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from worker.core.states import Stage
from worker.engine.intake import cells, consent
from worker.engine.intake.address import canonical
from worker.engine.intake.columns import ADDRESS, Columns
from worker.engine.intake.consent import ConsentReader
from worker.engine.intake.domains import Domains
from worker.errors import InputError
from worker.store.leads import NewLead

_OWN = ("first_name", "last_name", "company", "phone")
# What lists say in a few words, over and over: read once for each combination.
_WORDS = ("stage", "zone", "country", "language", "source", "owner")
_KEPT = 8_192
_NONE: Mapping[str, str] = MappingProxyType({})
_Cell = tuple[str, int, Callable[[str], Any]]
_T = TypeVar("_T")


class LeadReader:
    """Reads rows whose columns are known. `source` is for rows that bring none."""

    def __init__(
        self,
        columns: Columns,
        consents: ConsentReader,
        domains: Domains,
        source: str | None = None,
    ) -> None:
        self.columns = columns
        self.domains = domains
        self._source = source
        self._address = columns.fields[ADDRESS]
        self._name = columns.fields.get("name")
        self._own = _cells(columns.fields, _OWN)
        self._attributes: list[_Cell] = [
            (name, at, cells.attribute) for name, at in columns.attributes.items()
        ]
        self._words = _Combination(_cells(columns.fields, _WORDS), self._in_order)
        self._consent = _Combination(_cells(columns.fields, consent.FIELDS), consents.read)

    def read(self, row: Sequence[str]) -> NewLead:
        """Return the lead of a row that has a cell for every column; raise `InputError`."""
        address, domain = canonical(row[self._address])
        own = _values(row, self._own)
        if self._name is not None:
            own = _name_split(row[self._name]) | own
        stage, zone, country, language, source, owner = self._words.read(row)
        return NewLead(  # by position, which takes half the time
            address,
            self.domains.about(domain).company,
            stage,
            own.get("first_name"),
            own.get("last_name"),
            own.get("company"),
            zone,
            country,
            language,
            own.get("phone"),
            source,
            owner,
            self._consent.read(row),
            _values(row, self._attributes) if self._attributes else _NONE,
        )

    def _in_order(self, words: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(
            ({"source": self._source, "stage": Stage.AWARENESS} | words).get(name)
            for name in _WORDS
        )


class _Combination(Generic[_T]):
    """Cells that many rows have in common: what is made of them is remembered."""

    def __init__(self, wanted: list[_Cell], make: Callable[[dict[str, Any]], _T]) -> None:
        self._choose = _chooser([at for _, at, _ in wanted])
        self._wanted = [(name, i, reader) for i, (name, _, reader) in enumerate(wanted)]
        self._make = make
        self._remembered = lru_cache(_KEPT)(self._made)

    def read(self, row: Sequence[str]) -> _T:
        """Return what is made of a row's cells; nobody may change it."""
        return self._remembered(self._choose(row))

    def _made(self, some: tuple[str, ...]) -> _T:
        return self._make(_values(some, self._wanted))


def _chooser(positions: list[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    if len(positions) < 2:  # for which `itemgetter` does not return a tuple
        return lambda row: tuple(row[at] for at in positions)
    return itemgetter(*positions)


def _cells(fields: Mapping[str, int], wanted: Sequence[str]) -> list[_Cell]:
    return [(name, fields[name], cells.reader(name)) for name in wanted if name in fields]


def _values(row: Sequence[str], wanted: list[_Cell]) -> dict[str, Any]:
    """Read the cells that are not empty; the error names the field."""
    values = {}
    for name, at, reader in wanted:
        cell = row[at]
        if cell:
            try:
                value = reader(cell)
            except InputError as error:
                raise InputError(error.problem, key=name) from None
            if value:
                values[name] = value
    return values


def _name_split(cell: str) -> dict[str, Any]:
    """Split a full name: "Ada King Lovelace", or "Lovelace, Ada" as address books write it."""
    try:
        whole = cells.text(cell)
    except InputError as error:
        raise InputError(error.problem, key="name") from None
    last, comma, first = whole.partition(",")
    if not comma:
        first, _, last = whole.partition(" ")
    return {
        name: part.strip()
        for name, part in (("first_name", first), ("last_name", last))
        if part.strip()
    }
