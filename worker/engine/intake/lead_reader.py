"""Turns the cells of one row into a lead, checked, or says what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from worker.engine.intake import cells, consent
from worker.engine.intake.address import canonical
from worker.engine.intake.columns import ADDRESS, Columns
from worker.engine.intake.consent import ConsentReader
from worker.engine.intake.domains import Domains
from worker.errors import InputError
from worker.store.leads import NewLead

# What lists say in a few words, over and over: read once for each combination.
_WORDS = frozenset({"zone", "country", "language", "source", "owner", "stage"})
_CONSENT = frozenset(consent.FIELDS)
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
        own = _cells(columns.fields, lambda name: name not in _WORDS | _CONSENT)
        self._own = [one for one in own if one[0] not in (ADDRESS, "name")]
        self._attributes: list[_Cell] = [
            (name, at, cells.attribute) for name, at in columns.attributes.items()
        ]
        self._words = _Combination(_cells(columns.fields, _WORDS.__contains__), self._with_source)
        self._consent = _Combination(_cells(columns.fields, _CONSENT.__contains__), consents.read)

    def read(self, row: Sequence[str]) -> NewLead:
        """Return the lead of a row that has a cell for every column; raise `InputError`."""
        address = canonical(row[self._address])
        values = _values(row, self._own)
        if self._name is not None:
            values = _name_split(row[self._name]) | values
        return NewLead(
            address=address.text,
            domain=self.domains.about(address.domain).company,
            consent=self._consent.read(row),
            attributes=_values(row, self._attributes) if self._attributes else _NONE,
            **self._words.read(row),
            **values,
        )

    def _with_source(self, words: dict[str, Any]) -> dict[str, Any]:
        return {"source": self._source} | words if self._source else words


class _Combination(Generic[_T]):
    """Cells that many rows have in common: what is made of them is remembered."""

    def __init__(self, wanted: list[_Cell], make: Callable[[dict[str, Any]], _T]) -> None:
        self._at = [at for _, at, _ in wanted]
        self._wanted = [(name, i, reader) for i, (name, _, reader) in enumerate(wanted)]
        self._make = make
        self._remembered = lru_cache(_KEPT)(self._made)

    def read(self, row: Sequence[str]) -> _T:
        """Return what is made of a row's cells; nobody may change it."""
        return self._remembered(*[row[at] for at in self._at])

    def _made(self, *some: str) -> _T:
        return self._make(_values(some, self._wanted))


def _cells(fields: Mapping[str, int], wanted: Callable[[str], bool]) -> list[_Cell]:
    return [(name, at, cells.reader(name)) for name, at in fields.items() if wanted(name)]


def _values(row: Sequence[str], wanted: list[_Cell]) -> dict[str, Any]:
    """Read the cells that are not empty; the error names the field."""
    values = {}
    for name, at, reader in wanted:
        cell = row[at]
        if cell and not cell.isspace():
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
