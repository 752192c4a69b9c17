"""What the installation remembers of itself: facts, workers and their epochs, recurring jobs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, insert, select, text, update

from worker.errors import StoreError
from worker.store.installation_tables import fact as facts
from worker.store.installation_tables import occurrence as occurrences
from worker.store.installation_tables import worker as workers_table
from worker.store.prepared import Prepared, into

KEY_FINGERPRINT = "key fingerprint"

_NUMBERS = (
    "SELECT oid || '/' || 'message'::regclass::oid"
    " FROM pg_database WHERE datname = current_database()"
)
_SERVER = "SELECT system_identifier FROM pg_control_system()"
_MAY_ASK = "SELECT has_function_privilege('pg_control_system()', 'EXECUTE')"

_CURRENT = Prepared(
    lambda _dialect: (
        select(workers_table.c.name)
        .where(workers_table.c.name == bindparam("worker"))
        .where(workers_table.c.epoch == bindparam("in_epoch"))
        .with_for_update(read=True)
    )
)
_OCCURRED = Prepared(
    lambda _dialect: select(occurrences.c.day).where(
        occurrences.c.job == bindparam("job"), occurrences.c.day == bindparam("on")
    )
)


def knows_key(connection: Connection, fingerprint: str) -> bool:
    """Tell whether this key is known; False where none is yet. Another one is a `StoreError`.

    With another key no suppression would be found again (promise 9).
    """
    statement = select(facts.c.value).where(facts.c.name == KEY_FINGERPRINT)
    known = connection.execute(statement).scalar_one_or_none()
    if known not in (None, fingerprint):
        raise StoreError(
            "the secret key is not the one that this database was made with, so nobody who opted "
            "out would be recognised: put the former key file back"
        )
    return known is not None


def remember_key(connection: Connection, fingerprint: str) -> None:
    """Remember the key that everything is made with from now on; `StoreError` for another."""
    row = {"name": KEY_FINGERPRINT, "value": fingerprint}
    # Two workers may meet a new database at once.
    insertion = into(connection.dialect.name, facts).values(row)
    connection.execute(insertion.on_conflict_do_nothing())
    knows_key(connection, fingerprint)


def begin_epoch(connection: Connection, worker: str, now: datetime) -> int:
    """Begin a worker's next epoch; return its number. Older ones can write no more (promise 5)."""
    statement = update(workers_table).where(workers_table.c.name == worker)
    values = {"epoch": workers_table.c.epoch + 1, "beat": 0, "started_at": now}
    epoch = connection.execute(statement.values(values).returning(workers_table.c.epoch)).scalar()
    if epoch is None:
        epoch = 1
        row = {"name": worker, "epoch": epoch, "beat": 0, "started_at": now}
        connection.execute(insert(workers_table).values(row))
    return int(epoch)


@dataclass(frozen=True, slots=True)
class Beat:
    """A worker's lease as it is now: alive as long as this changes."""

    worker: str
    epoch: int
    count: int


def beat(connection: Connection, worker: str, epoch: int) -> bool:
    """Move a worker's counter; False where its epoch is over."""
    t = workers_table
    statement = update(t).where(t.c.name == worker, t.c.epoch == epoch)
    return connection.execute(statement.values(beat=t.c.beat + 1)).rowcount == 1


def is_current(connection: Connection, worker: str, epoch: int) -> bool:
    """Tell whether a worker's epoch is not over; it cannot end before this transaction does.

    A killed worker's last claim may be committed by PostgreSQL after its next epoch's rescue, which
    would not find it. So whoever begins or ends an epoch waits for it.
    """
    return bool(_CURRENT.tuples(connection, {"worker": worker, "in_epoch": epoch}))


def beats(connection: Connection) -> list[Beat]:
    """Return the lease of every worker."""
    t = workers_table
    return [Beat(*row) for row in connection.execute(select(t.c.name, t.c.epoch, t.c.beat))]


def place(connection: Connection) -> str:
    """Return which database of which server this is; "" for a file.

    One that was restored from a dump is another one, or has other tables.
    """
    if connection.dialect.name != "postgresql":
        return ""
    numbers = connection.execute(text(_NUMBERS)).scalar_one()
    if not connection.execute(text(_MAY_ASK)).scalar_one():
        return str(numbers)
    return f"{connection.execute(text(_SERVER)).scalar_one()}/{numbers}"


def end_epoch(connection: Connection, worker: str) -> None:
    """End a worker's epoch for it: should it live after all, it must begin another."""
    t = workers_table
    connection.execute(update(t).where(t.c.name == worker).values(epoch=t.c.epoch + 1))


def workers(connection: Connection) -> frozenset[str]:
    """Return the identities that have worked on this database."""
    return frozenset(connection.execute(select(workers_table.c.name)).scalars())


def occurs(connection: Connection, job: str, day: date, now: datetime) -> bool:
    """Write down that a recurring job runs for a date; False where it did already."""
    name = day.isoformat()
    if _OCCURRED.tuples(connection, {"job": job, "on": name}):
        return False  # as nearly always
    row = into(connection.dialect.name, occurrences).values(job=job, day=name, at=now)
    new = row.on_conflict_do_nothing().returning(occurrences.c.day)  # of two at once, one is first
    return connection.execute(new).first() is not None
