"""Mails that are applied in one commit do what they would do one by one, in the same order."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.mail.station import MAILBOX, SETUP, US, Station, address, answer, on, populate
from worker.core.token import Use
from worker.inbox.handler import Fetched, Mark
from worker.inbox.role import Role
from worker.store import database as database_module
from worker.store import prepared, tables
from worker.store.begin import LOOK
from worker.store.database import Database
from worker.store.history_tables import happened
from worker.store.mail_tables import understood

LEADS = 12
RECEIVED = datetime(2026, 11, 26, 9, tzinfo=UTC)
RELAYS = "0102018f-relay@relay.example"
COMPARED = {
    tables.incoming: ("uid", "kind", "intent", "sender", "duplicate", "lead_id", "message_id"),
    tables.touch: ("lead_id", "direction", "kind", "summary", "message_id"),
    tables.decision: ("lead_id", "what", "reason", "enrollment_id", "message_id"),
    tables.enrollment: ("lead_id", "state", "reason"),
    tables.message: ("lead_id", "kind", "state", "relay_id", "to_owner"),
    tables.hold: ("scope", "subject", "reason", "lead_id"),
    tables.alert: ("kind", "subject", "text"),
    tables.suppression: ("digest", "kind", "reason"),
    tables.folder: ("mailbox", "folder", "uidvalidity", "uid"),
    happened: ("lead_id", "name", "detail"),
    understood: ("reading", "before", "raw"),
}
"""What must come out alike: all but the moments, which differ from run to run."""


def changed(raw: bytes, **fields: str) -> bytes:
    """A mail with other header fields: `In_Reply_To=""` takes one away."""
    head, _, body = raw.partition(b"\r\n\r\n")
    names = {name.replace("_", "-"): value for name, value in fields.items()}
    kept = [one for one in head.split(b"\r\n") if one.split(b":")[0].decode() not in names]
    new = [f"{name}: {value}".encode() for name, value in names.items() if value]
    return b"\r\n".join([*new, *kept]) + b"\r\n\r\n" + body


def bounce(number: int) -> bytes:
    """A report that a message could not be delivered."""
    return "\r\n".join(
        (
            "From: Mail Delivery System <mailer-daemon@relay.example>",
            "Subject: Undelivered Mail Returned to Sender",
            "Auto-Submitted: auto-replied",
            "MIME-Version: 1.0",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
            "",
            "--b",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; relay.example",
            "",
            f"Final-Recipient: rfc822; {address(number)}",
            "Action: failed",
            "Status: 5.1.1",
            "Diagnostic-Code: smtp; 550 5.1.1 no such user",
            "",
            "--b",
            "Content-Type: text/rfc822-headers",
            "",
            f"Message-ID: <{SETUP.message_id(SETUP.mailbox(MAILBOX), number)}>",
            "",
            "--b--",
            "",
        )
    ).encode()


def stranger(nonce: int, sender: str = "someone@elsewhere.example") -> bytes:
    return changed(answer(0, "Here are the minutes.", nonce), From=sender, In_Reply_To="")


def copy_from_sent(number: int) -> bytes:
    """A mail of ours as a relay sent it, with a Message-ID of its own."""
    token = SETUP.signer.sign(Use.MESSAGE, number)
    reply_to = US.replace("@", f"+{token}@")
    ours = changed(answer(0), From=US, To=address(number), Reply_To=reply_to, In_Reply_To="")
    return changed(ours, Message_ID=f"<{RELAYS}>")


MAILS: tuple[tuple[bytes, Role], ...] = (
    (answer(1), Role.INBOX),
    (stranger(1), Role.INBOX),
    (stranger(1), Role.INBOX),  # a copy, in the same batch
    (answer(2, "No, thank you."), Role.INBOX),
    (answer(1), Role.INBOX),
    (stranger(2), Role.INBOX),
    (changed(answer(3), From="Bo <bo@firm3.example>", In_Reply_To=""), Role.INBOX),
    (bounce(4), Role.INBOX),
    (answer(5, "I am out of the office until 3 December 2026."), Role.INBOX),
    (copy_from_sent(6), Role.SENT),
    # Nothing ties it to lead 6 but the Message-ID that the mail before it taught.
    (changed(stranger(3), In_Reply_To=f"<{RELAYS}>"), Role.INBOX),
    (changed(answer(7), In_Reply_To=""), Role.INBOX),
    (stranger(4, "\udcff <x\0y@\udcffz.example>".encode(errors="replace").decode()), Role.INBOX),
    (changed(stranger(5), References="<a\0b@c.example>"), Role.INBOX),
    (answer(8, "Please take me off your list."), Role.INBOX),
    (changed(answer(0, "I called you."), From=US, To=address(9), In_Reply_To=""), Role.SENT),
    (answer(9, "Yes, send me the price list."), Role.INBOX),
    (answer(2, "Well, how much is it?", 1), Role.INBOX),
)


@pytest.fixture
def one_by_one(sqlite_template: Path, tmp_path: Path) -> Iterator[Station]:
    """Another database, on which mails are applied one by one."""
    database = Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'other.db')}")
    populate(database, LEADS)
    yield on(database)
    database.close()


def fetched(mails: Sequence[tuple[bytes, Role]] = MAILS, first: int = 1) -> list[Fetched]:
    return [
        Fetched(MAILBOX, "INBOX", 1, uid, raw, RECEIVED, Mark(1, uid), role=role)
        for uid, (raw, role) in enumerate(mails, first)
    ]


def state(database: Database) -> dict[str, list[Any]]:
    """What the mails did, table by table."""
    found: dict[str, list[Any]] = {}
    with database.read() as connection:
        for table, names in COMPARED.items():
            statement = select(*(table.c[name] for name in names)).order_by(*table.primary_key)
            rows = [tuple(row) for row in connection.execute(statement)]
            found[table.name] = rows
    return found


@pytest.mark.parametrize("size", [len(MAILS), 5])
def test_mails_together_do_what_they_do_one_by_one(
    database: Database, one_by_one: Station, size: int
) -> None:
    populate(database, LEADS)
    together = on(database)
    for mail in fetched():
        one_by_one.receiver.understand([mail])()
    chunks: Sequence[Sequence[Fetched]] = [
        fetched()[first : first + size] for first in range(0, len(MAILS), size)
    ]
    for chunk in chunks:
        together.receiver.understand(chunk)()
    expected = state(one_by_one.database)
    assert state(database) == expected
    matched = [row[5] for row in expected["incoming"]]
    assert matched == [1, None, None, 2, None, None, 3, 4, 5, 6, 6, 7, None, None, 8, 9, 9, 2]


def test_an_answer_finds_what_the_mail_before_it_did(
    database: Database, one_by_one: Station
) -> None:
    """A copy in Sent settles a message in doubt, and its passage goes on; then the lead answers.

    The same answer once more is no new decision; another one is.
    """
    populate(database, LEADS)
    together = on(database)
    for there in (database, one_by_one.database):
        with there.write() as connection:
            doubtful = tables.message.update().where(tables.message.c.id == 6)
            connection.execute(doubtful.values(state="in_doubt", sent_at=None))
    answers = [answer(6), answer(7), answer(7, nonce=1), answer(7, "No, thank you.", 2)]
    said = [(raw, Role.INBOX) for raw in answers]
    mails = fetched([(copy_from_sent(6), Role.SENT), *said])
    together.receiver.understand(mails)()
    for mail in mails:
        one_by_one.receiver.understand([mail])()
    found = state(database)
    assert found == state(one_by_one.database)
    assert [row[2] for row in found["message"] if row[0] == 6] == ["sent"]
    assert together.events(6)[-1] == "replied"
    assert together.events(7) == ["replied", "not_interested"]


def test_many_answers_take_as_many_questions_as_a_few(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is known of all that they answer is asked for at once."""
    populate(database, LEADS)
    there, asked = on(database), list[str]()
    values = prepared._Plan._given

    def noted(plan: Any, given: Any) -> Any:
        asked.append(plan.text)
        return values(plan, given)

    monkeypatch.setattr(prepared._Plan, "_given", noted)
    counts = []
    for numbers in ([1, 2], [3, 4], [5, 6, 7, 8, 9, 10]):
        asked.clear()
        answers = [(answer(number), Role.INBOX) for number in numbers]
        there.receiver.understand(fetched(answers, numbers[0]))()
        counts.append(sum(text.startswith("SELECT") for text in asked))
    first, few, many = counts  # at first, sequences are read too
    assert 0 < few == many <= first


def test_the_same_mails_again_change_nothing(database: Database) -> None:
    populate(database, LEADS)
    there = on(database)
    there.receiver.understand(fetched())()
    before = state(database)
    there.receiver.understand(fetched())()
    assert state(database) == before


def test_two_who_write_the_same_are_two_even_without_message_ids(database: Database) -> None:
    populate(database, LEADS)
    there = on(database)
    mails = [changed(answer(number, "Yes."), Message_ID="") for number in (1, 2, 1)]
    fetched_now = [
        Fetched(MAILBOX, "INBOX", 1, uid, raw, RECEIVED, Mark(1, uid))
        for uid, raw in enumerate(mails, 1)
    ]
    there.receiver.understand(fetched_now)()
    assert there.stopped() == [1, 2]
    with database.read() as connection:
        rows = select(tables.incoming.c.duplicate).order_by(tables.incoming.c.id)
        assert list(connection.execute(rows).scalars()) == [False, False, True]


def test_no_mail_waits_for_its_statements_to_be_made(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    populate(database, LEADS)
    for statement in prepared._EVERY:
        monkeypatch.setattr(statement, "_plans", {})
    database.make_ready()
    monkeypatch.setattr(prepared._Plan, "of", None)
    on(database).receiver.understand(fetched())()


def test_a_file_is_left_free_for_others_between_batches(
    one_by_one: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[float] = []
    monkeypatch.setattr(database_module, "pause", rests.append)
    first, second, third, *_ = fetched()
    one_by_one.receiver.understand([first])()
    assert rests == []
    one_by_one.receiver.understand([second, third])()
    assert rests == [2 * LOOK]
