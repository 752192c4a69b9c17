"""The moves of many messages at once: to `transmitting`, from there to `sent`, and back untried.

They are those of one group commit (`worker.engine.commit`); all others are in
`worker.store.messages`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Text, Update, bindparam, func, select, text, update

from worker.store.instant import Instant
from worker.store.later import Later
from worker.store.messages import CLAIMED, PLANNED, SENT, TRANSMITTING, Holder
from worker.store.prepared import Prepared, given, one_of
from worker.store.tables import Big
from worker.store.tables import message as t


class Start(NamedTuple):
    """A message whose body goes out next: its Message-ID and subject as written."""

    id: int
    rfc_id: str
    subject: str


class Acceptance(NamedTuple):
    """A message that a server took over: the Message-ID it gave, if another, and what it said."""

    id: int
    relay_id: str | None
    said: str


class Return(NamedTuple):
    """A claimed message that comes back as it was, and why."""

    id: int
    why: str


def ask_held(connection: Connection, ids: Collection[int], holder: Holder) -> Later[dict[int, str]]:
    """Ask which of these messages are the holder's, and whether claimed or transmitting.

    Their rows are locked.
    """
    given = {"ids": ids, "worker": holder.worker, "epoch": holder.epoch}
    return Later(_HELD.ask(connection, given), dict)


def start(connection: Connection, holder: Holder, new: Sequence[Start], now: datetime) -> None:
    """Move messages that the holder has claimed to `transmitting`: all, or a `StoreError`."""
    _move(_START, connection, holder, ("at", "rfc", "about"), new, now)


def accepted(
    connection: Connection, holder: Holder, new: Sequence[Acceptance], now: datetime
) -> None:
    """Settle messages that the holder is transmitting, all, or a `StoreError`: they were sent."""
    rows = [(one.id, one.said) for one in new]
    _move(_ACCEPTED, connection, holder, ("at", "said"), rows, now)
    renamed = [(one.id, one.relay_id) for one in new if one.relay_id is not None]
    _RENAME.many(connection, ("at", "relay"), renamed)


def returned(connection: Connection, holder: Holder, rows: Sequence[Return]) -> None:
    """Plan again what the holder still has claimed of these, each with its place as it was."""
    _RETURNED.many(connection, ("at", "why"), rows, worker=holder.worker, epoch=holder.epoch)


def _move(
    moving: Prepared,
    connection: Connection,
    holder: Holder,
    names: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
    now: datetime,
) -> None:
    ours = {"worker": holder.worker, "epoch": holder.epoch}
    missing = "a message that was ours was taken away without a word"
    moving.many(connection, names, rows, missing, now=now, **ours)


_NOW = bindparam("now", type_=Instant())
_IN_HAND = text(f"message.state IN ('{CLAIMED}', '{TRANSMITTING}')")

_OURS = (t.c.worker == bindparam("worker"), t.c.epoch == bindparam("epoch"))

_HELD = Prepared(
    lambda dialect: (
        select(t.c.id, t.c.state)
        .where(one_of(dialect, t.c.id, "ids"), _IN_HAND, *_OURS)
        .order_by(t.c.id)
        .with_for_update()
    )
)


def _starting(dialect: str) -> Update:
    new = given(dialect, at=Big, rfc=Text(), about=Text())
    return (
        update(t)
        .where(t.c.id == new["at"], t.c.state == CLAIMED, *_OURS)
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
    new = given(dialect, at=Big, said=Text())
    return (
        update(t)
        .where(t.c.id == new["at"], t.c.state == TRANSMITTING, *_OURS)
        .values(state=SENT, reason=new["said"], sent_at=_NOW, settled_at=_NOW)
    )


def _returning(dialect: str) -> Update:
    new = given(dialect, at=Big, why=Text())
    return (
        update(t)
        .where(t.c.id == new["at"], t.c.state == CLAIMED, *_OURS)
        .values(state=PLANNED, reason=new["why"])
    )


def _renaming(dialect: str) -> Update:
    """Few relays put in a Message-ID of theirs, and to write to an index costs something."""
    new = given(dialect, at=Big, relay=Text())
    return update(t).where(t.c.id == new["at"]).values(relay_id=new["relay"])


_START, _ACCEPTED, _RENAME = Prepared(_starting), Prepared(_accepting), Prepared(_renaming)
_RETURNED = Prepared(_returning)
