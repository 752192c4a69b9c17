"""Enrollments and leads: who is due, who waits, who is nowhere."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from tests.store.parts import DAY, HOUR, NOW, enrolled, launched, new_lead
from worker.core.states import EnrollmentState, Track
from worker.errors import NotFoundError, TakenError
from worker.store import alerts, enrollments, forgotten, leads, passages
from worker.store.database import Database
from worker.store.leads import NewLead
from worker.store.passages import Next


def test_a_lead_is_in_a_sequence_once_at_a_time(database: Database) -> None:
    with database.write() as connection:
        lead_id = new_lead(connection)
        first = enrolled(connection, lead_id)
        again = enrollments.add(
            connection, lead_id=lead_id, sequence="welcome", version="v2", mailbox="m", now=NOW
        )
        assert again is None
        enrollments.change(connection, first, EnrollmentState.FINISHED, "done", NOW)
        assert enrolled(connection, lead_id) != first


def test_the_database_itself_keeps_two_from_running(database: Database) -> None:
    with database.write() as connection:
        lead_id = new_lead(connection)
        enrolled(connection, lead_id)

    def again() -> None:
        with database.write() as connection:
            enrollments.add_many(
                connection, {lead_id: "sales"}, sequence="welcome", version="v1", now=NOW
            )

    with pytest.raises((IntegrityError, TakenError)):
        again()


def test_who_is_due_comes_the_longest_due_first(database: Database) -> None:
    with database.write() as connection:
        ids = [enrolled(connection, new_lead(connection, f"lead{n}")) for n in range(4)]
        moments = [NOW - HOUR, NOW - DAY, NOW + HOUR, None]
        nexts = [Next(one, moment) for one, moment in zip(ids, moments, strict=True)]
        passages.look_again(connection, nexts)
        assert [one.id for one in enrollments.due(connection, NOW, 10)] == [ids[1], ids[0]]
        assert [one.id for one in enrollments.due(connection, NOW, 1)] == [ids[1]]
        assert enrollments.next_due(connection) == NOW - DAY


@pytest.mark.parametrize(
    "state", [EnrollmentState.PAUSED, EnrollmentState.FINISHED, EnrollmentState.STOPPED]
)
def test_only_active_ones_are_due(database: Database, state: EnrollmentState) -> None:
    with database.write() as connection:
        one = enrolled(connection, new_lead(connection))
        enrollments.change(connection, one, state, "because", NOW)
        assert enrollments.due(connection, NOW + DAY, 10) == []
        assert enrollments.get(connection, one).reason == "because"


def test_an_advance_moves_each_to_its_next_step(database: Database) -> None:
    with database.write() as connection:
        ids = [enrolled(connection, new_lead(connection, f"lead{n}")) for n in range(2)]
        passages.look_again(connection, [Next(one, None, message_open=True) for one in ids])
        passages.advance(connection, {ids[0]: NOW + HOUR, ids[1]: NOW + DAY}, NOW + DAY)
        found = enrollments.get_many(connection, ids)
    assert [(one.position, one.anchor, one.message_open) for one in found.values()] == [
        (1, NOW + HOUR, False),
        (1, NOW + DAY, False),
    ]


def test_waking_reaches_who_waits_for_somebody(database: Database) -> None:
    with database.write() as connection:
        waiting = enrolled(connection, new_lead(connection, "waiting"))
        sending = enrolled(connection, new_lead(connection, "sending"))
        later = enrolled(connection, new_lead(connection, "later"))
        passages.look_again(connection, [Next(waiting, None), Next(later, NOW + DAY)])
        passages.look_again(connection, [Next(sending, None, message_open=True)])
        enrollments.wake_waiting(connection, NOW)
        assert [one.id for one in enrollments.due(connection, NOW, 10)] == [waiting]


def test_a_pause_is_old_by_when_it_began(database: Database) -> None:
    with database.write() as connection:
        one = enrolled(connection, new_lead(connection))
        enrollments.change(connection, one, EnrollmentState.PAUSED, "replied", NOW)
        assert forgotten.paused(connection, NOW - HOUR, 10) == []
        assert [each.id for each in forgotten.paused(connection, NOW, 10)] == [one]


def test_counts_are_by_sequence_and_state(database: Database) -> None:
    with database.write() as connection:
        ids = [enrolled(connection, new_lead(connection, f"lead{n}")) for n in range(3)]
        enrollments.change(connection, ids[0], EnrollmentState.PAUSED, "replied", NOW)
        counted = enrollments.count(connection)
    assert counted == {("welcome", "active"): 2, ("welcome", "paused"): 1}


def test_nobody_is_nowhere_unless_something_went_wrong(database: Database) -> None:
    with database.write() as connection:
        lead_id = new_lead(connection)
        assert leads.in_limbo(connection) == []  # was never on anything
        one = enrolled(connection, lead_id)
        leads.change_track(connection, lead_id, Track.ACTIVE, "enrolled", NOW)
        assert leads.in_limbo(connection) == []
        enrollments.change(connection, one, EnrollmentState.FINISHED, "done", NOW)
        assert [lead.id for lead in leads.in_limbo(connection)] == [lead_id]


@pytest.mark.parametrize("way_out", ["newsletter", "settled", "asked"])
def test_the_ways_out_of_limbo(database: Database, way_out: str) -> None:
    with database.write() as connection:
        lead_id = new_lead(connection)
        one = enrolled(connection, lead_id)
        enrollments.change(connection, one, EnrollmentState.FINISHED, "done", NOW)
        leads.change_track(connection, lead_id, Track.ACTIVE, "enrolled", NOW)
        if way_out == "newsletter":
            leads.change_track(connection, lead_id, Track.NEWSLETTER, "unanswered", NOW)
        elif way_out == "settled":
            leads.change_track(connection, lead_id, Track.NONE, "opted out", NOW)
        else:
            alerts.raise_(connection, "reply", "ada@engines.example", "Ada answered", NOW)
        assert leads.in_limbo(connection) == []


def test_a_lead_comes_back_as_it_was_put_in(database: Database) -> None:
    new = NewLead("a@x.example", "x.example", first_name="Åda", attributes={"size": "12"})
    with database.write() as connection:
        launched(connection)
        lead_id = leads.add(connection, new, NOW)
        found = leads.find(connection, "a@x.example")
        assert found is not None
        assert found == leads.get(connection, lead_id)
        assert (found.first_name, dict(found.attributes)) == ("Åda", {"size": "12"})
        assert (found.created_at, found.consent) == (NOW, None)
        with pytest.raises(NotFoundError, match="no lead has the id 999"):
            leads.get(connection, 999)


def test_soft_bounces_count_up_until_they_are_forgotten(database: Database) -> None:
    with database.write() as connection:
        lead_id = new_lead(connection)
        counted = [leads.count_soft_bounce(connection, lead_id) for _ in range(3)]
        leads.forget_soft_bounces(connection, lead_id)
        assert [*counted, leads.count_soft_bounce(connection, lead_id)] == [1, 2, 3, 1]


def test_who_joins_the_newsletter_in_time(database: Database) -> None:
    with database.write() as connection:
        early, late = new_lead(connection, "early"), new_lead(connection, "late")
        leads.change_track(connection, early, Track.NEWSLETTER, "asked", NOW)
        leads.change_track(connection, early, Track.NEWSLETTER, "asked again", NOW + DAY)
        leads.change_track(connection, late, Track.NEWSLETTER, "asked", NOW + DAY)
        found = leads.on_newsletter(connection, NOW + HOUR)
    assert [lead.id for lead in found] == [early]
