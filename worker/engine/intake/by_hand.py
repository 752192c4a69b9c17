"""One lead by hand, with the same checks as a list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from worker.engine.intake import columns
from worker.engine.intake.consent import ConsentReader
from worker.engine.intake.domains import Domains
from worker.engine.intake.lead_reader import LeadReader
from worker.errors import ConflictError
from worker.store.database import Connection
from worker.store.lead_batch import add_many, known


def add_lead(
    connection: Connection,
    values: Mapping[str, str],
    now: datetime,
    *,
    attributes: tuple[str, ...] = (),
) -> int:
    """Add the lead that these values make, by field or attribute name; return its id.

    The fields are those of `columns.FIELDS`. Raises `InputError` for a value that cannot be
    understood, `AddressError` for the address, `ConflictError` where the address is known.
    """
    header = list(values)
    mapped = {name: name for name in header}
    found = columns.find(header, mapped=mapped, attributes=attributes, file="")
    consents = ConsentReader(None, "entered by hand", now)
    new = LeadReader(found, consents, Domains()).read([*values.values(), ""])
    ids = [] if known(connection, [str(new[0])]) else add_many(connection, [new], now)
    if not ids:
        raise ConflictError(f"{new[0]} is a lead already: see `nurture leads show {new[0]}`")
    return ids[0]
