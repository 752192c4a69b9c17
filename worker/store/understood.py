"""What was understood of a mail, kept so that a person can judge and correct it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Insert, bindparam, insert, select, text, update

from worker.store.mail_tables import correction as corrections
from worker.store.mail_tables import understood as t
from worker.store.prepared import Prepared
from worker.store.tables import incoming

_QUICKLY = 1  # a mail more or less is no matter, and others wait for the database
LARGEST = 256_000  # bytes of a mail that is kept whole


def _keeping(_dialect: str) -> Insert:
    told = [bindparam(name, type_=t.c[name].type) for name in ("reading", "before", "raw")]
    first = (incoming.c.mailbox == bindparam("mailbox"), incoming.c.digest == bindparam("digest"))
    # Written out as its index is.
    of_mail = select(incoming.c.id, *told).where(*first, text("NOT incoming.duplicate"))
    return insert(t).from_select(["incoming_id", "reading", "before", "raw"], of_mail)


_KEEP = Prepared(_keeping)


@dataclass(frozen=True, slots=True)
class Understood:
    """The reading of a mail as plain values, the lead as it was before, and the mail."""

    reading: Mapping[str, Any]
    before: Mapping[str, Any]
    raw: bytes | None


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person said that a mail means, in the keys of the corpus."""

    incoming_id: int
    at: datetime
    expected: Mapping[str, Any]


def keep(connection: Connection, mailbox: str, digest: str, known: Understood) -> None:
    """Keep what was understood of a mail that was recorded, and itself unless it is large."""
    raw = known.raw if known.raw is not None and len(known.raw) <= LARGEST else None
    _KEEP.run(
        connection,
        mailbox=mailbox,
        digest=digest,
        reading=dict(known.reading),
        before=dict(known.before),
        raw=None if raw is None else zlib.compress(raw, _QUICKLY),
    )


def get(connection: Connection, incoming_id: int) -> Understood | None:
    """Return what was understood of a mail; None where it was matched to nobody."""
    statement = select(t.c.reading, t.c.before, t.c.raw).where(t.c.incoming_id == incoming_id)
    row = connection.execute(statement).one_or_none()
    if row is None:
        return None
    return Understood(row[0], row[1], zlib.decompress(row[2]) if row[2] else None)


def correct(
    connection: Connection,
    incoming_id: int,
    expected: Mapping[str, Any],
    before: Mapping[str, Any],
    now: datetime,
) -> None:
    """Write down what a person says that a mail means, and the lead as it is before that acts."""
    row = {"incoming_id": incoming_id, "at": now, "expected": dict(expected)}
    connection.execute(insert(corrections).values(row))
    ours = update(t).where(t.c.incoming_id == incoming_id).values(before=dict(before))
    if not connection.execute(ours).rowcount:  # a stranger's, of which nothing was kept
        first = {"incoming_id": incoming_id, "reading": {}, "before": dict(before), "raw": None}
        connection.execute(insert(t).values(first))


def corrected(connection: Connection, incoming_id: int) -> Correction | None:
    """Return the latest correction of a mail."""
    ours = select(corrections).where(corrections.c.incoming_id == incoming_id)
    row = connection.execute(ours.order_by(corrections.c.id.desc()).limit(1)).mappings().first()
    return None if row is None else Correction(row["incoming_id"], row["at"], row["expected"])


def examples(connection: Connection) -> Iterator[tuple[Correction, bytes]]:
    """Yield the latest correction of each mail that was kept whole, with the mail."""
    every = select(corrections.c.incoming_id).distinct().order_by(corrections.c.incoming_id)
    for number in connection.execute(every).scalars().all():
        correction, known = corrected(connection, number), get(connection, number)
        if correction is not None and known is not None and known.raw is not None:
            yield correction, known.raw
