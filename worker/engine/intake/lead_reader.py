"""Turns the cells of one row into a lead, checked, or says what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from worker.core.facts import Consent
from worker.engine.intake import cells, consent
from worker.engine.intake.address import Address, canonical
from worker.engine.intake.columns import ADDRESS, Columns
from worker.engine.intake.consent import ConsentReader
from worker.engine.intake.domains import Domains
from worker.errors import InputError
from worker.store.leads import NewLead

_CONSENT = frozenset(consent.FIELDS)
_Cell = tuple[str, int, Callable[[str], Any]]


class Candidate(NamedTuple):
    """A lead as a row brings it; `doubt` is a sentence where its domain is not what it seems."""

    lead: NewLead
    address: Address
    doubt: str | None


@dataclass(slots=True)
class LeadReader:
    """Reads rows whose columns are known. `source` is for rows that bring none."""

    columns: Columns
    consents: ConsentReader
    domains: Domains
    source: str | None = None
    _address: int = field(init=False)
    _name: int | None = field(init=False)
    _plain: list[_Cell] = field(init=False)
    _consent: list[_Cell] = field(init=False)
    _attributes: list[_Cell] = field(init=False)
    _default_consent: Consent | None = field(init=False)

    def __post_init__(self) -> None:
        fields = dict(self.columns.fields)
        self._address = fields.pop(ADDRESS)
        self._name = fields.pop("name", None)
        readers = cells.readers(fields)
        every = [(name, at, readers[name]) for name, at in fields.items()]
        self._plain = [one for one in every if one[0] not in _CONSENT]
        self._consent = [one for one in every if one[0] in _CONSENT]
        attribute = cells.remembered(cells.attribute)
        self._attributes = [(name, at, attribute) for name, at in self.columns.attributes.items()]
        self._default_consent = self.consents.read({})

    def read(self, row: Sequence[str]) -> Candidate:
        """Return the lead of a row that has a cell for every column; raise `InputError`."""
        address = canonical(row[self._address])
        values = _values(row, self._plain)
        if self._name is not None:
            values = _name_split(row[self._name]) | values
        if self.source is not None:
            values.setdefault("source", self.source)
        said = _values(row, self._consent)
        known = self.domains.about(address.domain)
        lead = NewLead(
            address=address.text,
            domain=known.company,
            consent=self.consents.read(said) if said else self._default_consent,
            attributes=_values(row, self._attributes),
            **values,
        )
        return Candidate(lead, address, known.doubt)


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
