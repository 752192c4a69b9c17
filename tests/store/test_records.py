"""What else is written down: incoming mail, holds, alerts, suppressions, editions, ourselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select, update

from tests.store.parts import (
    DAY,
    HOUR,
    MINE,
    NOW,
    launched,
    new_lead,
    new_message,
    transmitting,
)
from worker.core.facts import Message
from worker.core.states import MessageKind, MessageState, Scope, Track
from worker.errors import StoreError
from worker.store import (
    alerts,
    holds,
    incoming,
    installation,
    leads,
    messages,
    publications,
    suppressions,
    tables,
    timeline,
    transmission,
    undo,
)
from worker.store.database import Database
from worker.store.incoming import FolderMark, Incoming, Seen
from worker.store.instant import from_micros, to_micros
from worker.store.publications import Edition
from worker.store.tables import message
from worker.store.timeline import Decision, Touch
from worker.store.transmission import Acceptance

INSTANTS = st.datetimes(timezones=st.just(UTC))
MAIL = Incoming(
    mailbox="sales",
    folder="INBOX",
    uidvalidity=7,
    uid=42,
    digest="d1",
    at=NOW,
    kind="human",
    sender="ada@engines.example",
    subject="Re: Welcome",
    words="Yes please",
    why="no sign of a robot",
)


def test_a_mail_is_known_where_it_lies_and_by_what_it_is(database: Database) -> None:
    """Promise 6."""
    with database.write() as connection:
        incoming.add(connection, [MAIL])
        assert incoming.seen(connection, MAIL) is Seen.HERE
        given_twice = replace(MAIL, digest="d2")  # its UID is that of another
        assert incoming.seen(connection, given_twice) is Seen.NEVER
        assert incoming.seen(connection, replace(MAIL, folder="Archive")) is Seen.ELSEWHERE
        assert incoming.seen(connection, replace(MAIL, mailbox="other")) is Seen.NEVER
        incoming.add(connection, [replace(MAIL, folder="Archive", duplicate=True)])
        assert [one.folder for one in incoming.newest(connection, 5)] == ["Archive", "INBOX"]


def test_a_mark_moves_with_its_folder_alone(database: Database) -> None:
    with database.write() as connection:
        assert incoming.mark(connection, "sales", "INBOX") is None
        incoming.move_mark(connection, "sales", "INBOX", 7, 42)
        incoming.move_mark(connection, "sales", "Archive", 1, 1)
        incoming.move_mark(connection, "sales", "INBOX", 7, 43)
        assert incoming.mark(connection, "sales", "INBOX") == FolderMark(7, 43, None)


def test_an_inbox_is_as_fresh_as_its_stalest_folder(database: Database) -> None:
    with database.write() as connection:
        assert incoming.read_at(connection, "sales") is None
        for folder in ("INBOX", "Archive"):
            incoming.move_mark(connection, "sales", folder, 1, 1)
        incoming.read_to_end(connection, "sales", "INBOX", NOW + HOUR)
        assert incoming.read_at(connection, "sales") is None
        incoming.read_to_end(connection, "sales", "Archive", NOW)
        assert incoming.read_at(connection, "sales") == NOW


def test_a_folder_that_is_watched_no_more_holds_nothing_up(database: Database) -> None:
    with database.write() as connection:
        for folder in ("INBOX", "Archive"):
            incoming.move_mark(connection, "sales", folder, 1, 1)
        incoming.read_to_end(connection, "sales", "INBOX", NOW)
        assert incoming.read_at(connection, "sales") is None
        incoming.watch_only(connection, "sales", ["INBOX", "Sent"])
        assert incoming.read_at(connection, "sales") == NOW
        incoming.watch_only(connection, "sales", ["INBOX", "Archive"])
        assert incoming.read_at(connection, "sales") is None


def test_taking_a_hold_away_never_releases_another(database: Database) -> None:
    lead, company = (Scope.LEAD, "1"), (Scope.COMPANY, "engines.example")
    with database.write() as connection:
        holds.add(connection, lead, "away", NOW, NOW + DAY)
        holds.add(connection, lead, "unclear", NOW, None)
        holds.add(connection, company, "they talk", NOW, None)
        assert holds.end(connection, lead, NOW + HOUR) == 2
        assert holds.end(connection, lead, NOW + HOUR) == 0
        assert [one.reason for one in holds.open_now(connection, NOW + HOUR)] == ["they talk"]
        found = holds.of(connection, [lead, company, (Scope.MAILBOX, "sales")])
        assert {subject: len(several) for subject, several in found.items()} == {
            lead: 2,
            company: 1,
        }
        assert found[lead][0].end == NOW + HOUR


def test_an_alert_is_raised_once_until_it_is_closed(database: Database) -> None:
    with database.write() as connection:
        assert alerts.raise_(connection, "reply", "ada", "Ada answered", NOW)
        assert not alerts.raise_(connection, "reply", "ada", "Ada answered again", NOW)
        assert alerts.raise_(connection, "reply", "bob", "Bob answered", NOW)
        assert alerts.is_open(connection, "reply", "ada")
        assert alerts.close(connection, NOW, subject="ada") == 1
        assert not alerts.is_open(connection, "reply", "ada")
        assert alerts.raise_(connection, "reply", "ada", "Ada answered", NOW)
        assert [one.subject for one in alerts.open_now(connection)] == ["bob", "ada"]
        first = alerts.open_now(connection)[0].id
        assert alerts.close_one(connection, first, NOW)
        assert not alerts.close_one(connection, first, NOW)
        assert alerts.count(connection) == 1


def test_an_alert_that_is_kept_says_what_is_wrong_by_now(database: Database) -> None:
    with database.write() as connection:
        alerts.raise_or_reword(connection, "inbox", "sales", "it cannot be reached", NOW)
        alerts.raise_or_reword(connection, "inbox", "sales", "it refuses the login", NOW + HOUR)
        [kept] = alerts.open_now(connection)
        assert (kept.text, kept.since) == ("it refuses the login", NOW)
        before = NOW - HOUR
        assert alerts.close(connection, NOW, kind="inbox", subject="sales", until=before) == 0
        assert alerts.close(connection, NOW, kind="inbox", subject="sales", until=NOW) == 1


def test_an_alert_of_a_clock_that_was_set_back_is_closed(database: Database) -> None:
    with database.write() as connection:
        alerts.raise_or_reword(connection, "inbox", "sales", "it cannot be reached", NOW + DAY)
        assert alerts.close(connection, NOW, kind="inbox", subject="sales", until=NOW) == 1


def test_a_suppression_keeps_its_first_reason(database: Database) -> None:
    with database.write() as connection:
        assert suppressions.add(connection, "d1", "address", "complained", NOW)
        assert not suppressions.add(connection, "d1", "address", "by hand", NOW + DAY)
        assert suppressions.reasons(connection, ["d1", "d2"]) == {"d1": "complained"}
        assert suppressions.count(connection) == 1


def test_a_decision_is_stored_when_it_or_its_reason_changes(database: Database) -> None:
    """Promise 14."""
    with database.write() as connection:
        lead_id = new_lead(connection)
        said = [("waits", "held"), ("waits", "held"), ("waits", "too soon"), ("sent", "250")]
        for number, (what, reason) in enumerate(said):
            timeline.decide(connection, [Decision(lead_id, NOW + number * HOUR, what, reason)])
        other = Decision(lead_id, NOW, "waits", "held", enrollment_id=5)
        timeline.decide(connection, [other])
        found = timeline.decisions_of(connection, lead_id)
    assert sorted((one.what, one.reason) for one in found) == sorted(
        [*dict.fromkeys(said), ("waits", "held")]
    )


def test_a_decision_is_compared_with_the_last_about_the_same_message(database: Database) -> None:
    with database.write() as connection:
        lead_id = new_lead(connection)
        about = [(7, "waits"), (8, "sent"), (None, "waits"), (7, "waits"), (8, "waits")]
        for message, what in about:
            said = Decision(lead_id, NOW, what, "held", enrollment_id=5, message_id=message)
            timeline.decide(connection, [said])
        found = timeline.decisions_of(connection, lead_id)
    assert [(one.message_id, one.what) for one in found] == [*about[:3], about[4]]


def test_what_was_sent_is_a_decision_that_its_message_tells(database: Database) -> None:
    def say(at: datetime, what: str, message_id: int) -> None:
        timeline.record(connection, [Decision(lead_id, at, what, "…", message_id=message_id)])

    with database.write() as connection:
        one = transmitting(connection)
        assert one.lead_id is not None
        lead_id = one.lead_id
        say(NOW, "planned", one.id)
        say(NOW + HOUR, "noted", one.id)
        say(NOW + HOUR, "planned", one.id + 1)
        taken = Acceptance(one.id, None, "accepted: 250 ok")
        transmission.accepted(connection, MINE, [taken], NOW + HOUR)
        found = timeline.decisions_of(connection, lead_id)
    assert [one.what for one in found] == ["planned", "noted", "sent", "planned"]
    sent = found[2]
    assert (sent.at, sent.reason) == (NOW + HOUR, "welcome.html: accepted: 250 ok")
    assert sent.message_id == one.id


def test_what_an_earlier_version_said_of_it_counts_once(database: Database) -> None:
    with database.write() as connection:
        one = transmitting(connection)
        assert one.lead_id is not None
        taken = Acceptance(one.id, None, "accepted: 250 ok")
        transmission.accepted(connection, MINE, [taken], NOW)
        said = Decision(one.lead_id, NOW, "sent", "welcome: accepted", message_id=one.id)
        timeline.record(connection, [said])
        assert timeline.decisions_of(connection, one.lead_id) == [said]


def test_touches_come_in_the_order_of_time(database: Database) -> None:
    with database.write() as connection:
        lead_id = new_lead(connection)
        late = Touch(lead_id, NOW + DAY, "in", "replied", "Yes")
        early = Touch(lead_id, NOW, "out", "step", "Welcome")
        timeline.touch(connection, [late, early])
        assert timeline.touches_of(connection, lead_id) == [early, late]


def test_an_edition_is_approved_frozen_and_closed(database: Database) -> None:
    with database.write() as connection:
        launched(connection)
        new = Edition("newsletter", "2027-02", "n/2027-02.html", "b1", NOW, None, None)
        publications.approve_edition(connection, new)
        publications.approve_edition(connection, replace(new, approved_at=NOW + HOUR))
        publications.mark_edition(connection, new, frozen_at=NOW + DAY)
        publications.mark_edition(connection, new, closed_at=NOW + 2 * DAY)
        [found] = publications.all_editions(connection, "newsletter")
    assert (found.approved_at, found.frozen_at) == (NOW + HOUR, NOW + DAY)
    assert found.closed_at == NOW + 2 * DAY


def test_one_version_of_a_sequence_is_current(database: Database) -> None:
    with database.write() as connection:
        launched(connection)
        [first] = publications.launched(connection, name="welcome")
        publications.add_sequence(connection, replace(first, version="v2"))
        assert [one.version for one in publications.launched(connection) if one.current] == ["v2"]
        publications.add_sequence(connection, first)
        current = [(one.version, one.current) for one in publications.launched(connection)]
    assert current == [("v2", False), ("v1", True)]


def test_a_recurring_job_runs_once_for_each_date(database: Database) -> None:
    with database.write() as connection:
        assert installation.occurs(connection, "friday", date(2027, 1, 8), NOW)
        assert not installation.occurs(connection, "friday", date(2027, 1, 8), NOW + DAY)
        assert installation.occurs(connection, "friday", date(2027, 1, 15), NOW)


def test_every_start_begins_another_epoch(database: Database) -> None:
    with database.write() as connection:
        epochs = [installation.begin_epoch(connection, name, NOW) for name in "aaba"]
        assert epochs == [1, 2, 1, 3]
        assert installation.workers(connection) == {"a", "b"}


def test_another_key_stops_the_start(database: Database) -> None:
    """Promise 9."""
    with database.write() as connection:
        assert not installation.knows_key(connection, "f1")
        installation.remember_key(connection, "f1")
        assert installation.knows_key(connection, "f1")
        with pytest.raises(StoreError, match="put the former key file back"):
            installation.knows_key(connection, "f2")


@given(INSTANTS)
def test_an_instant_survives_the_database(instant: datetime) -> None:
    assert from_micros(to_micros(instant)) == instant


@given(INSTANTS, INSTANTS)
def test_instants_sort_as_they_did(one: datetime, other: datetime) -> None:
    assert (to_micros(one) < to_micros(other)) == (one < other)


def sent_mail(connection: Connection, at: datetime) -> Message:
    """Send one message, at this time; return it."""
    found = transmitting(connection)
    transmission.accepted(connection, MINE, [Acceptance(found.id, None, "250 Ok")], at)
    return found


def sent_besides(connection: Connection, lead_id: int, key: str, **as_it_is: Any) -> None:
    """Add another message that was sent now."""
    messages.plan(connection, [new_message(key, lead_id=lead_id, **as_it_is)])
    statement = update(message).where(message.c.key == key)
    connection.execute(statement.values(state=MessageState.SENT.value, sent_at=NOW))


def test_whatever_goes_out_to_a_lead_reaches_it_but_notices(database: Database) -> None:
    with database.write() as connection:
        lead_id = sent_mail(connection, NOW - DAY).lead_id
        assert lead_id is not None
        sent_besides(connection, lead_id, "notice", kind=MessageKind.NOTICE)
        sent_besides(connection, lead_id, "share", to_owner=True)
        touches = [
            Touch(lead_id, NOW - 2 * DAY, "out", "call", "left a message"),
            Touch(lead_id, NOW, "in", "replied", "no"),
            Touch(lead_id, NOW, "note", "note", "rings back"),
        ]
        timeline.touch(connection, touches)
        every = [(NOW - 2 * DAY, False), (NOW - DAY, True)]
        assert timeline.reached(connection, [lead_id], NOW - 2 * DAY) == {lead_id: every}
        assert timeline.reached(connection, [lead_id], NOW - DAY) == {lead_id: every[1:]}
        assert timeline.reached(connection, [lead_id], NOW) == {}


def test_an_email_that_was_sent_is_a_touch(database: Database) -> None:
    with database.write() as connection:
        mail = sent_mail(connection, NOW)
        lead_id = mail.lead_id
        assert lead_id is not None
        sent_besides(connection, lead_id, "share", to_owner=True)
        call = Touch(lead_id, NOW, "out", "call", "announced it")
        answer = Touch(lead_id, NOW, "in", "replied", "thanks")
        timeline.touch(connection, [answer, call])
        sent = Touch(lead_id, NOW, "out", "step", "Welcome", mail.id)
        assert timeline.touches_of(connection, lead_id) == [call, sent, answer]


@pytest.mark.parametrize(
    ("track", "since"),
    [(Track.NEWSLETTER, NOW - DAY), (Track.NONE, NOW), (Track.ACTIVE, NOW)],
)
def test_who_is_a_reader_again_is_one_since_they_were(
    database: Database, track: Track, since: datetime
) -> None:
    """The yearly question counts from there: it began anew with each correction."""
    of_lead = tables.lead.c
    with database.write() as connection:
        one = new_lead(connection)
        leads.change_track(connection, one, Track.NEWSLETTER, "as they wished", NOW - DAY)
        before = undo.remember(connection, [one])[one]
        leads.change_track(connection, one, track, "misread", NOW)
        undo.undo(connection, one, NOW, before, (), NOW + DAY)
        found = connection.execute(select(of_lead.track, of_lead.newsletter_since)).one()
    assert found == (Track.NEWSLETTER.value, since)


def test_who_is_no_reader_after_all_is_none_since_then(database: Database) -> None:
    with database.write() as connection:
        one = new_lead(connection)
        before = undo.remember(connection, [one])[one]
        leads.change_track(connection, one, Track.NEWSLETTER, "misread", NOW)
        undo.undo(connection, one, NOW, before, (), NOW + DAY)
        found = connection.execute(select(tables.lead.c.newsletter_since)).scalar_one()
    assert found is None
