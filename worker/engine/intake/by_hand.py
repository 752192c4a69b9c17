"""One lead by hand, with the same checks as a list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from worker.engine.intake import columns
from worker.engine.intake.consent import ConsentReader
from worker.engine.intake.domains import Domains
from worker.engine.intake.lead_reader import LeadReader
from worker.errors import ConflictError
from worker.store import leads
from worker.store.database import Connection
from worker.store.leads import NewLead


def read_lead(
    values: Mapping[str, str], now: datetime, *, attributes: tuple[str, ...] = ()
) -> NewLead:
    """Return the lead that these values make, by field or attribute name, as `columns` has them.

    Raises `InputError` for a value that cannot be understood, `AddressError` for the address.
    """
    header = list(values)
    mapped = {name: name for name in header}
    found = columns.find(header, mapped=mapped, attributes=attributes, file="")
    consents = ConsentReader(None, "entered by hand", now)
    return LeadReader(found, consents, Domains()).read(list(values.values()))


def add_lead(
    connection: Connection,
    values: Mapping[str, str],
    now: datetime,
    *,
    attributes: tuple[str, ...] = (),
) -> int:
    """Add a lead and return its id; raise `ConflictError` where the address is known."""
    new = read_lead(values, now, attributes=attributes)
    known = leads.find(connection, new.address)
    if known is not None:
        raise ConflictError(
            f"{new.address} is a lead already: see `nurture leads show {new.address}`"
        )
    return leads.add(connection, new, now)
