"""Messages that a restored database does not know any more: found by key, and brought back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, or_, select, text, update
from sqlalchemy.exc import IntegrityError

from worker.core.states import MessageKind, MessageState
from worker.store.tables import message as t

COUNT_ON = "SELECT setval(pg_get_serial_sequence('message', 'id'), (SELECT max(id) FROM message))"
MOST = 500  # keys that one statement asks about


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
    found: dict[str, datetime] = {}
    asked = list(keys)
    for first in range(0, len(asked), MOST):
        some = asked[first : first + MOST]
        statement = select(t.c.key, t.c.tried_at).where(t.c.key.in_(some))
        rows = connection.execute(statement.where(t.c.tried_at.is_not(None)))
        found.update((row[0], row[1]) for row in rows)
    return found


def bring_back(connection: Connection, lost: Begun, reason: str) -> bool:
    """Put a message that the database does not know to be begun in doubt; False where it cannot.

    It cannot where its lead or enrollment is unknown too, or where its id is another's by now.
    """
    same = select(t.c.id).where(or_(t.c.id == lost.id, t.c.key == lost.key))
    found = list(connection.execute(same).scalars())
    if found and found != [lost.id]:
        return False
    doubt = {"state": MessageState.IN_DOUBT.value, "reason": reason, "not_before": None}
    values = {**asdict(lost), "kind": lost.kind.value, **doubt}
    write = update(t).where(t.c.id == lost.id) if found else insert(t)
    try:
        with connection.begin_nested():
            connection.execute(write.values(values))
    except IntegrityError:
        return False
    if connection.dialect.name == "postgresql":  # an id that was given is not counted there
        connection.execute(text(COUNT_ON))
    return True
