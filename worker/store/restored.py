"""Messages that a restored database does not know any more: found by key, and brought back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from worker.core.providers import provider_of
from worker.core.states import MessageKind, MessageState
from worker.core.turns import turn_of_kind
from worker.store.among import among
from worker.store.publications import add_bundle
from worker.store.tables import enrollment, lead
from worker.store.tables import message as t

COUNT_ON = "SELECT setval(pg_get_serial_sequence('message', 'id'), (SELECT max(id) FROM message))"
NO_FILES = ""  # the bundle of a message that is none


@dataclass(frozen=True, slots=True)
class Begun:
    """A message as the journal knows it: its body was about to go out at `first_try_at`."""

    id: int
    key: str
    kind: MessageKind
    recipient: str
    mailbox: str
    template: str
    bundle: str
    due_at: datetime
    lead_id: int | None
    enrollment_id: int | None
    step_id: str | None
    rfc_id: str
    first_try_at: datetime
    tried_at: datetime


def known_starts(connection: Connection, keys: Collection[str]) -> dict[str, datetime]:
    """Return when each of these messages was started last, by key; not those never begun."""
    begun = (among(connection, t.c.key, keys), t.c.tried_at.is_not(None))
    rows = connection.execute(select(t.c.key, t.c.tried_at).where(*begun))
    return {row[0]: row[1] for row in rows}


def reserve(connection: Connection, message_id: int, now: datetime) -> None:
    """Let no message have this id or a lower one that is free: it is named in mail that went out.

    SQLite gives the next id after the last; so does PostgreSQL, once it was told the last.
    """
    last = connection.execute(select(func.max(t.c.id))).scalar_one()
    if last is None or last < message_id:
        add_bundle(connection, NO_FILES, {}, now)
        connection.execute(insert(t).values(_placeholder(message_id, now)))
    _count_on(connection)


def _placeholder(message_id: int, now: datetime) -> dict[str, Any]:
    return {
        "id": message_id,
        "key": f"notice:reserved:{message_id}:{now.date()}",
        "kind": MessageKind.NOTICE.value,
        "turn": turn_of_kind(MessageKind.NOTICE).value,
        "recipient": "",
        "provider": "",
        "mailbox": "",
        "template": "",
        "bundle": NO_FILES,
        "state": MessageState.CANCELLED.value,
        "reason": "its id was that of an email that went out before the database was restored",
        "due_at": now,
        "settled_at": now,
    }


def _count_on(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":  # an id that was given is not counted there
        connection.execute(text(COUNT_ON))


def bring_back(connection: Connection, lost: Begun, reason: str) -> int | None:
    """Put a message that the database does not know to be begun in doubt; return its id.

    None where it cannot, because its lead or enrollment is unknown too, or another has its number
    by now. It is found by its key; where its id is another message's by now, it gets a new one. Its
    Message-ID then names an id that is not its own, and is kept as that of a relay.
    """
    if not _is_theirs(connection, lost):
        return None
    values = _doubtful(lost, reason)
    known = update(t).where(t.c.key == lost.key)
    is_taken = connection.execute(select(t.c.key).where(t.c.id == lost.id)).first() is not None
    new = values if is_taken else {**values, "id": lost.id}
    try:
        with connection.begin_nested():
            found = connection.execute(known.values(values).returning(t.c.id)).scalar()
            if found is None:
                found = connection.execute(insert(t).values(new).returning(t.c.id)).scalar_one()
    except IntegrityError:
        return None
    if found != lost.id:
        connection.execute(update(t).where(t.c.id == found).values(relay_id=lost.rfc_id))
    _count_on(connection)
    return int(found)


def _is_theirs(connection: Connection, lost: Begun) -> bool:
    """Tell whether its key, its lead and its enrollment are of the same people as they were."""
    same = select(t.c.recipient, t.c.lead_id).where(t.c.key == lost.key)
    if (row := connection.execute(same).first()) is not None:
        return tuple(row) == (lost.recipient, lost.lead_id)
    if lost.lead_id is None:
        return True
    came = connection.execute(select(lead.c.created_at).where(lead.c.id == lost.lead_id)).scalar()
    if came is None or came > lost.first_try_at:
        return False
    if lost.enrollment_id is None:
        return True
    passage = select(enrollment.c.lead_id).where(enrollment.c.id == lost.enrollment_id)
    return connection.execute(passage).scalar() == lost.lead_id


def _doubtful(lost: Begun, reason: str) -> dict[str, Any]:
    """Return the columns of a message in doubt, without its id."""
    values = asdict(lost)
    del values["id"]
    return {
        **values,
        "kind": lost.kind.value,
        "turn": turn_of_kind(lost.kind).value,
        "provider": provider_of(lost.recipient),
        "state": MessageState.IN_DOUBT.value,
        "reason": reason,
        "not_before": None,
    }
