"""The busiest moves of the ledger: to `transmitting`, and from there to `sent`, many at once.

They are those of one group commit (`worker.engine.commit`); all others are in
`worker.store.messages`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Text, Update, bindparam, func, select, text, update

from worker.store.instant import Instant
from worker.store.messages import CLAIMED, SENT, TRANSMITTING, Holder
from worker.store.prepared import Prepared, given, one_of
from worker.store.tables import Big
from worker.store.tables import lead as leads
from worker.store.tables import message as t


@dataclass(frozen=True, slots=True)
class Start:
    """A message whose body goes out next: its Message-ID and subject as written."""

    id: int
    rfc_id: str
    subject: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A message that a server took over: the Message-ID it gave, if another, and its words."""

    id: int
    relay_id: str | None
    response: str


def held(connection: Connection, ids: Collection[int], holder: Holder) -> dict[int, str]:
    """Return which of these messages are the holder's, and whether claimed or transmitting.

    Their rows are locked.
    """
    asked = {"ids": ids, "worker": holder.worker, "epoch": holder.epoch}
    return {row[0]: row[1] for row in _HELD.tuples(connection, asked)}


def start(connection: Connection, new: Sequence[Start], now: datetime) -> None:
    """Move messages that are `held` as claimed to `transmitting`."""
    rows = [{"at": one.id, "rfc": one.rfc_id, "about": one.subject} for one in new]
    _START.many(connection, rows, now=now)


def accepted(connection: Connection, new: Sequence[Acceptance], now: datetime) -> None:
    """Settle messages that are `held` as transmitting: they were sent."""
    rows = [{"at": one.id, "relay": one.relay_id, "said": one.response} for one in new]
    _ACCEPTED.many(connection, rows, now=now)
    _FREE.many(connection, [{"at": one.id} for one in new])


_NOW = bindparam("now", type_=Instant())
_IN_HAND = text(f"message.state IN ('{CLAIMED}', '{TRANSMITTING}')")

_HELD = Prepared(
    lambda dialect: (
        select(t.c.id, t.c.state)
        .where(one_of(dialect, t.c.id, "ids"), _IN_HAND)
        .where(t.c.worker == bindparam("worker"), t.c.epoch == bindparam("epoch"))
        .order_by(t.c.id)
        .with_for_update()
    )
)


def _starting(dialect: str) -> Update:
    new = given(dialect, at=Big, rfc=Text(), about=Text())
    return (
        update(t)
        .where(t.c.id == new["at"])
        .values(
            state=TRANSMITTING,
            reason="transmission started",
            rfc_id=new["rfc"],
            subject=new["about"],
            first_try_at=func.coalesce(t.c.first_try_at, _NOW),
            tried_at=_NOW,
        )
    )


def _accepting(dialect: str) -> Update:
    new = given(dialect, at=Big, relay=Text(), said=Text())
    return (
        update(t)
        .where(t.c.id == new["at"])
        .values(
            state=SENT,
            reason=new["said"],
            relay_id=new["relay"],
            sent_at=_NOW,
            settled_at=_NOW,
        )
    )


def _freeing(dialect: str) -> Update:
    new = given(dialect, at=Big)
    return update(leads).where(leads.c.in_flight == new["at"]).values(in_flight=None)


_START, _ACCEPTED, _FREE = Prepared(_starting), Prepared(_accepting), Prepared(_freeing)
