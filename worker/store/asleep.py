"""What waits for somebody and not for a time, of all leads: it is woken once that is over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, union, update

from worker.core.states import EnrollmentState
from worker.store import leads, messages
from worker.store.enrollments import is_asleep, wake_waiting
from worker.store.locks import lock_leads
from worker.store.tables import enrollment, lead, message


def wake(connection: Connection, now: datetime, *, domain: str | None = None) -> None:
    """Look now at all that waits for somebody, or for an end that may come sooner.

    At a domain, and below it, also at what would be looked at on some day: it may have been held
    until then.
    """
    lock_leads(connection, theirs(connection, now, domain=domain))
    wake_waiting(connection, now)
    if domain is not None:
        at_domain = select(lead.c.id).where(leads.is_at(domain))
        awake = (
            enrollment.c.state == EnrollmentState.ACTIVE.value,
            enrollment.c.message_open.is_(False),
        )
        there = update(enrollment).where(*awake, enrollment.c.lead_id.in_(at_domain))
        connection.execute(there.values(due_at=now))
    messages.release_waiting(connection, now)


def theirs(connection: Connection, now: datetime, *, domain: str | None = None) -> set[int | None]:
    """Return the leads whose rows are to be locked before: in one order, as others lock them.

    Whoever applies answers to several of them would otherwise wait for us, and we for them. SQLite
    has one writer, and no such locks.
    """
    if connection.dialect.name != "postgresql":
        return set()
    parts = [
        select(enrollment.c.lead_id).where(is_asleep()),
        *(select(message.c.lead_id).where(one) for one in messages.waiting(now)),
    ]
    if domain is not None:
        parts.append(select(lead.c.id).where(leads.is_at(domain)))
    return set(connection.execute(union(*parts)).scalars())
