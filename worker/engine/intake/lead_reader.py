"""Turns the cells of one row into a lead, checked, or says what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, tzinfo
from functools import lru_cache
from operator import itemgetter
from typing import Any

from worker.address import Address, canonical
from worker.core.states import Stage
from worker.engine.intake import cells, consent
from worker.engine.intake.columns import ADDRESS, Columns
from worker.engine.intake.consent import ConsentReader
from worker.engine.intake.domains import Domains
from worker.engine.intake.names import parted
from worker.errors import InputError
from worker.store.lead_batch import StoredLead, stored_consent

# In the order of `lead_batch.COLUMNS`.
_OWN = ("first_name", "last_name", "company", "phone")
# What lists say in a few words, over and over: read once for each combination.
_WORDS = ("stage", "zone", "country", "language", "source", "owner", "score")
_KEPT = 8_192
_Cell = tuple[str, int, Callable[[str], Any]]


class LeadReader:
    """Reads rows whose columns are known, with dates of a `zone`. `source` is for rows without."""

    def __init__(
        self,
        columns: Columns,
        consents: ConsentReader,
        domains: Domains,
        source: str | None = None,
        zone: tzinfo = UTC,
    ) -> None:
        self.columns = columns
        self.domains = domains
        self._filled_in: dict[str, str | int] = {
            "stage": Stage.AWARENESS.value,
            "source": source or "",
            "score": 0,
        }
        self._consents = consents
        fields = columns.fields
        self._address = fields[ADDRESS]
        self._name = fields.get("name")
        self._named = _cells(fields, _OWN)
        self._own = itemgetter(*[fields.get(name, columns.width) for name in _OWN])
        self._words = _Combination(_cells(fields, _WORDS), self._words_in_order)
        about_consent = _cells(fields, consent.FIELDS, zone)
        self._consent = _Combination(about_consent, self._stored_consent)
        self._denial = _Combination(about_consent, _denial)
        self._attributes: list[_Cell] = [
            (name, at, cells.attribute) for name, at in columns.attributes.items()
        ]

    def read(self, row: Sequence[str]) -> StoredLead:
        """Return the lead of a row that has a cell for every column, and an empty one after them.

        Raises `InputError`.
        """
        address, domain = _canonical(row[self._address])
        try:
            first, last, company, phone = map(cells.text, self._own(row))
        except InputError:
            _values(row, self._named)  # says in which cell
            raise
        if self._name is not None and not (first and last):
            first, last = _completed(row[self._name], first, last)
        return (
            address,
            self.domains.about(domain).company or "",
            first,
            last,
            company,
            phone,
            *self._words.read(row),
            *self._consent.read(row),
            json.dumps(_values(row, self._attributes)) if self._attributes else "{}",
        )

    def denies(self, row: Sequence[str]) -> bool:
        """Tell whether a row that was read says that there is no consent."""
        return bool(self._denial.read(row))

    def _words_in_order(self, words: dict[str, Any]) -> StoredLead:
        every = self._filled_in | words
        return tuple(every.get(name, "") for name in _WORDS)

    def _stored_consent(self, said: dict[str, Any]) -> StoredLead:
        return stored_consent(self._consents.read(said))


def _canonical(cell: str) -> Address:
    try:
        return canonical(cell)
    except InputError:
        cells.refuse_foreign_bytes(cell)  # which say better what is wrong
        raise


def _denial(said: dict[str, Any]) -> StoredLead:
    return ("no",) if consent.denied(said) else ()


class _Combination:
    """Cells that many rows have in common: what is made of them is remembered."""

    def __init__(self, wanted: list[_Cell], make: Callable[[dict[str, Any]], StoredLead]) -> None:
        self._choose = _chooser([at for _, at, _ in wanted])
        self._wanted = [(name, i, reader) for i, (name, _, reader) in enumerate(wanted)]
        self._make = make
        self._remembered = lru_cache(_KEPT)(self._made)

    def read(self, row: Sequence[str]) -> StoredLead:
        """Return what is made of a row's cells; nobody may change it."""
        return self._remembered(self._choose(row))

    def _made(self, some: tuple[str, ...]) -> StoredLead:
        return self._make(_values(some, self._wanted))


def _chooser(positions: list[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    if len(positions) < 2:  # for which `itemgetter` does not return a tuple
        return lambda row: tuple(row[at] for at in positions)
    return itemgetter(*positions)


def _cells(fields: Mapping[str, int], wanted: Sequence[str], zone: tzinfo = UTC) -> list[_Cell]:
    return [(name, fields[name], cells.reader(name, zone)) for name in wanted if name in fields]


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


def _completed(cell: str, first: str, last: str) -> tuple[str, str]:
    """Take what is missing from a full name."""
    try:
        whole = cells.text(cell)
    except InputError as error:
        raise InputError(error.problem, key="name") from None
    given, family = parted(whole)
    return first or given, last or family
