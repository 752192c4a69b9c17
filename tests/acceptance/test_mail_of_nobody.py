"""Mail is glanced at, and read where it concerns somebody: as known when it is committed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select

from tests.acceptance.test_mail_together import changed, copy_from_sent, stranger
from tests.mail.station import MAILBOX, US, Station, answer, on, populate
from worker.engine.batch import NOTHING
from worker.engine.receive import ReadsHere
from worker.inbox.apart.reader import Mail
from worker.inbox.handler import Fetched, Mark
from worker.inbox.reading import Reading
from worker.inbox.role import Role
from worker.store import tables
from worker.store.database import Database

RECEIVED = datetime(2026, 11, 26, 9, tzinfo=UTC)


class Reads(ReadsHere):
    """Reads mail here, and remembers what was not only glanced at."""

    def __init__(self) -> None:
        self.read: list[bytes] = []

    def read_all(self, mails: Sequence[Mail]) -> list[Reading]:
        self.read += [raw for raw, _ in mails]
        return super().read_all(mails)


def fetched(*raws: bytes, role: Role = Role.INBOX) -> list[Fetched]:
    return [
        Fetched(MAILBOX, role.value, 1, uid, raw, RECEIVED, Mark(1, uid), role=role)
        for uid, raw in enumerate(raws, 1)
    ]


def rows(there: Station) -> list[tuple[str, str | None, str, int | None]]:
    """Kind, intent, words and lead of each mail."""
    t = tables.incoming
    with there.database.read() as connection:
        asked = select(t.c.kind, t.c.intent, t.c.words, t.c.lead_id).order_by(t.c.id)
        return [tuple(row) for row in connection.execute(asked)]


def test_only_what_concerns_somebody_is_read(database: Database) -> None:
    populate(database, 4)
    there = on(database, reader=(reads := Reads()))
    from_a_colleague = changed(answer(2), From="Bo <bo@firm2.example>", In_Reply_To="")
    there.receiver.understand(fetched(answer(1), stranger(1), from_a_colleague))()
    assert reads.read == [answer(1), from_a_colleague]
    assert rows(there) == [
        ("human", "question", "How loud is it?", 1),
        ("human", None, "Here are the minutes.", None),
        ("human", "question", "How loud is it?", 2),
    ]


def test_what_does_nothing_is_named_so(database: Database) -> None:
    populate(database, 4)
    names: list[str] = []
    there = on(database, lambda name, _mailbox: names.append(name))
    mails = fetched(stranger(1), answer(1), answer(1), stranger(1))
    there.receiver.understand(mails)()
    there.receiver.understand(mails[:1])()
    does_nothing = [name in NOTHING for name in names]
    assert does_nothing == [True, False, True, True, True], names


def test_of_what_lies_in_sent_only_an_owners_own_is_read(database: Database) -> None:
    populate(database, 4)
    there = on(database, reader=(reads := Reads()))
    by_hand = changed(answer(0, "I called you."), From=US, To="bo@x.example", In_Reply_To="")
    there.receiver.understand(fetched(copy_from_sent(1), by_hand, role=Role.SENT))()
    assert reads.read == [by_hand]
    assert [row[0] for row in rows(there)] == ["own", "by_hand"]


def test_who_became_a_lead_meanwhile_is_read_when_it_is_committed(database: Database) -> None:
    there = on(database, reader=(reads := Reads()))
    commit = there.receiver.understand(fetched(stranger(1), answer(1), answer(2, "No.")))
    assert len(reads.read) == 2  # they have tokens, whosever they are
    unsigned = changed(answer(3), In_Reply_To="")
    late = there.receiver.understand(fetched(stranger(2), unsigned))
    assert len(reads.read) == 2
    populate(database, 4)
    commit()
    late()
    assert reads.read[2:] == [unsigned]
    assert [row[3] for row in rows(there)] == [None, 1, 2, None, 3]
    assert there.events(3)


def test_it_is_told_when_what_is_watched_had_been_read(database: Database) -> None:
    receiver = on(database).receiver
    assert receiver.watches(MAILBOX, ["INBOX"]) is None
    receiver.start(MAILBOX, "INBOX", Mark(1, 0))
    assert receiver.watches(MAILBOX, ["INBOX"]) is None
    receiver.fresh(MAILBOX, "INBOX")
    read_at = receiver.watches(MAILBOX, ["INBOX", "Junk"])
    assert read_at is not None
    assert receiver.watches(MAILBOX, ["INBOX"]) == read_at
