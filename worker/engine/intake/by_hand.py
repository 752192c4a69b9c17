"""One lead by hand, with the same checks as a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from shlex import quote

from worker.core import events
from worker.core.facts import Lead
from worker.engine.apply import Desk, apply
from worker.engine.intake import columns
from worker.engine.intake.columns import Columns
from worker.engine.intake.comparison import Comparison
from worker.engine.intake.completion import complete
from worker.engine.intake.consent import ConsentReader
from worker.engine.intake.domains import Domains
from worker.engine.intake.lead_reader import LeadReader
from worker.errors import ConflictError
from worker.store import leads
from worker.store.database import Connection
from worker.store.lead_batch import StoredLead, add_many, known


@dataclass(frozen=True, slots=True)
class Completed:
    """A lead that was known: what it got, in words, and what it has otherwise, which stays."""

    lead: Lead
    words: str
    other: tuple[str, ...]


def add_lead(
    connection: Connection,
    values: Mapping[str, str],
    now: datetime,
    *,
    attributes: tuple[str, ...] = (),
    zone: tzinfo = UTC,
) -> int:
    """Add the lead that these values make, by field or attribute name; return its id.

    The fields are those of `columns.FIELDS`; dates are of `zone`. Raises `InputError` for a value
    that cannot be understood, `AddressError` for the address, `ConflictError` where the address is
    known.
    """
    new, _ = _read(values, now, attributes, zone)
    ids = [] if known(connection, [str(new[0])]) else add_many(connection, [new], now)
    if not ids:
        raise _is_known(new)
    return ids[0]


def complete_lead(desk: Desk, values: Mapping[str, str]) -> Completed | None:
    """Fill in what the lead of an address has not; None where nobody is known by it.

    Raises as `add_lead` does, `ConflictError` where there is nothing to fill in.
    """
    new, found = _read(values, desk.now, desk.setup.attributes, desk.setup.zone)
    lead = known(desk.connection, [str(new[0])]).get(str(new[0]))
    if lead is None:
        return None
    words = complete(desk.connection, [(new, lead)], desk.now).get(lead.id)
    if words is None:
        raise _is_known(new)
    apply(desk, lead.id, events.LeadEdited(desk.now, words))
    comparison = Comparison(found.fields, source=None, consent_source=None)
    other = tuple(comparison.differences(new, lead))
    return Completed(leads.get(desk.connection, lead.id), words, other)


def _read(
    values: Mapping[str, str], now: datetime, attributes: tuple[str, ...], zone: tzinfo
) -> tuple[StoredLead, Columns]:
    header = list(values)
    mapped = {name: name for name in header}
    found = columns.find(header, mapped=mapped, attributes=attributes, file="")
    consents = ConsentReader(None, "entered by hand", now, zone)
    reader = LeadReader(found, consents, Domains(), zone=zone)
    return reader.read([*values.values(), ""]), found


def _is_known(new: StoredLead) -> ConflictError:
    return ConflictError(
        f"{new[0]} is a lead already: see `nurture leads show {quote(str(new[0]))}`"
    )
