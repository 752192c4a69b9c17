"""The pacer: limits are exact whoever claims, and hold up nobody else; what is unused returns."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.store.parts import DAY, HOUR, NOW, launched, new_lead, new_message
from tests.store.waiting import HANG, until_somebody_waits
from worker.core.facts import Message
from worker.core.pace import Pace
from worker.core.token import Signer
from worker.core.turns import Turn
from worker.delivery.outcome import Accepted, Deferred, Outcome, Phase
from worker.engine.pace import Pacer
from worker.engine.setup import Mailbox, Sender, Setup
from worker.store import messages, transmission
from worker.store.database import Database
from worker.store.messages import Holder
from worker.store.transmission import Acceptance, Start

SECRET = bytes(32)
SENT = Accepted("250 ok")
SECOND = timedelta(seconds=1)
OURS = Holder("w", 1)
MAILBOX_BUSY = Deferred(Phase.MAIL, 421, "too fast", "mailbox")
RECIPIENT_BUSY = Deferred(Phase.RCPT, 450, "greylisted", "recipient")
MIDNIGHT = NOW.replace(hour=0) + DAY


def setup(pace: Pace, **domains: Pace) -> Setup:
    mailboxes = {
        name: Mailbox(name, f"{name}@felt.example", "Grace", pace=pace if name == "sales" else OPEN)
        for name in ("sales", "other")
    }
    signer, sender = Signer({0: SECRET}, 0), Sender("Felt", "1 Road")
    return Setup(SECRET, signer, sender, mailboxes, zone=ZoneInfo("UTC"), domains=domains)


OPEN = Pace()


def pacer(pace: Pace, name: str = "w", **domains: Pace) -> Pacer:
    return Pacer(setup(pace, **domains), Holder(name, 1), lambda: 0.0)


def plan(database: Database, count: int, **changed: Any) -> None:
    """Plan so many messages, to a lead each."""
    with database.write() as connection:
        mark = f"{changed.get('mailbox', 'sales')}-{changed.get('turn', 0)}"
        for number in range(count):
            lead_id = new_lead(connection, f"{mark}-{number}")
            one = new_message(f"{mark}:{number}", lead_id=lead_id, **changed)
            messages.plan(connection, [one])


def published(database: Database) -> Database:
    with database.write() as connection:
        launched(connection)
    return database


def claimed(database: Database, by: Pacer, now: datetime = NOW, limit: int = 50) -> list[Message]:
    with database.write() as connection:
        return by.claim(connection, now, limit)


def settle(by: Pacer, found: list[Message], outcome: Outcome | None, now: datetime = NOW) -> None:
    for one in found:
        by.settled(one, outcome, now)


def begin(database: Database, found: list[Message]) -> None:
    """Let the bodies of claimed messages begin to go out."""
    with database.write() as connection:
        starts = [Start(one.id, f"{one.id}@felt.example", "Hi") for one in found]
        transmission.start(connection, OURS, starts, NOW)


def test_no_more_is_claimed_than_there_is_room_for(database: Database) -> None:
    plan(published(database), 5)
    ours = pacer(Pace(daily_limit=3))
    assert len(claimed(database, ours)) == 3
    assert claimed(database, ours) == []
    assert ours.opens == MIDNIGHT
    assert len(claimed(database, ours, MIDNIGHT)) == 2
    assert ours.opens is None


def test_spacing_lets_one_go_at_a_time(database: Database) -> None:
    plan(published(database), 3)
    ours = pacer(Pace(spacing=timedelta(seconds=20)))
    moments = []
    now = NOW
    while claimed(database, ours, now):
        moments.append(now)
        assert claimed(database, ours, now) == []
        now = ours.opens or now
    assert moments == [NOW, NOW + timedelta(seconds=20), NOW + timedelta(seconds=40)]


@pytest.mark.parametrize("limited", ["sales", "gmail"])
def test_what_a_server_keeps_waiting_lets_no_second_have_more_than_it_may(
    database: Database, limited: str
) -> None:
    plan(published(database), 40, recipient="ada@gmail.com")
    fast = Pace(per_second=10)
    all_of_it = setup(fast) if limited == "sales" else setup(OPEN, gmail=fast)
    workers = [Pacer(all_of_it, OURS, lambda: 0.0) for _ in range(2)]
    waiting = []
    for number in range(100):  # ten seconds, in which the server answers nobody
        waiting += claimed(database, workers[number % 2], NOW + number * SECOND / 10)
    assert len(waiting) == 2
    assert workers[0].opens is not None
    end, begun = NOW + 10 * SECOND, 0
    for number in range(8):
        begin(database, waiting)
        begun += len(waiting)
        waiting = claimed(database, workers[number % 2], end + number * SECOND / 8)
    assert 8 <= begun <= 10


def test_workers_who_race_share_one_limit(database: Database) -> None:
    plan(published(database), 40)
    url = database.url.render_as_string(hide_password=False)
    together = threading.Barrier(4)

    def race(name: str) -> int:
        own = Database(url)
        ours = pacer(Pace(daily_limit=25), name)
        together.wait(HANG)
        total = 0
        while found := claimed(own, ours, limit=3):
            total += len(found)
        own.close()
        return total

    with ThreadPoolExecutor(4) as pool:
        totals = [one.result(HANG) for one in [pool.submit(race, f"w{n}") for n in range(4)]]
    assert sum(totals) == 25


def test_what_did_not_go_out_is_given_back(database: Database) -> None:
    plan(published(database), 6)
    ours = pacer(Pace(daily_limit=3))
    first = claimed(database, ours)
    settle(ours, first[:1], SENT)
    settle(ours, first[1:], None)
    assert len(claimed(database, ours)) == 2
    assert claimed(database, ours) == []


def test_what_the_gate_holds_leaves_its_place_to_the_next(database: Database) -> None:
    plan(published(database), 4)
    ours = pacer(Pace(spacing=timedelta(minutes=1)))
    settle(ours, claimed(database, ours), None)
    assert len(claimed(database, ours)) == 1
    assert claimed(database, ours) == []


def test_a_provider_has_back_what_the_gate_holds(database: Database) -> None:
    plan(published(database), 4, recipient="ada@gmail.com")
    ours = pacer(OPEN, gmail=Pace(per_hour=20, daily_limit=3))
    settle(ours, claimed(database, ours), None)
    assert len(claimed(database, ours)) == 2
    assert claimed(database, ours) == []


def test_whoever_asked_the_server_keeps_to_the_rate(database: Database) -> None:
    plan(published(database), 4)
    ours = pacer(Pace(spacing=timedelta(minutes=1)))
    settle(ours, claimed(database, ours), RECIPIENT_BUSY)
    assert claimed(database, ours) == []


def test_nothing_is_given_back_to_another_day(database: Database) -> None:
    plan(published(database), 6)
    ours = pacer(Pace(daily_limit=2))
    late = claimed(database, ours)
    assert len(claimed(database, ours, MIDNIGHT)) == 2
    settle(ours, late, None, MIDNIGHT)
    assert claimed(database, ours, MIDNIGHT) == []


def test_a_full_mailbox_holds_up_no_other(database: Database) -> None:
    plan(published(database), 30)
    plan(database, 2, mailbox="other")
    ours = pacer(Pace(daily_limit=1))
    assert sorted(one.mailbox for one in claimed(database, ours)) == ["other", "other", "sales"]


def test_who_claims_meanwhile_finds_what_is_left(postgres_url: str) -> None:
    """It would look while the first is at it, wait for the same leads, and win none."""
    database = published(Database(postgres_url))
    plan(database, 15)
    claimed(database, pacer(OPEN), limit=1)  # the first of all writes what others would wait for
    with ThreadPoolExecutor(1) as pool, database.write() as connection:
        first = pacer(OPEN, "first").claim(connection, NOW, 7)
        other = pool.submit(claimed, database, pacer(OPEN, "second"), NOW, 7)
        until_somebody_waits(database)
        connection.commit()
        second = other.result(HANG)
    assert len({one.id for one in (*first, *second)}) == 14
    database.close()


def test_mailboxes_take_turns(database: Database) -> None:
    plan(published(database), 10)
    plan(database, 10, mailbox="other")
    found = claimed(database, pacer(OPEN), limit=6)
    assert sorted(one.mailbox for one in found) == ["other"] * 3 + ["sales"] * 3


def test_a_provider_has_one_limit_for_all_its_domains_and_mailboxes(database: Database) -> None:
    plan(published(database), 3, recipient="ada@gmail.com")
    plan(database, 3, recipient="ada@googlemail.com", mailbox="other")
    plan(database, 2, turn=Turn.EDITION)
    ours = pacer(OPEN, gmail=Pace(per_hour=20))
    found = [one.recipient for one in claimed(database, ours)]
    assert len(found) == 4  # a burst of two, and the two that go elsewhere
    assert found.count("ada@engines.example") == 2
    assert claimed(database, ours) == []


def test_at_a_provider_the_order_is_one_for_all_mailboxes(database: Database) -> None:
    plan(published(database), 3, recipient="ada@gmail.com", turn=Turn.FIRST)
    plan(database, 2, recipient="ada@gmail.com", mailbox="other", turn=Turn.INTAKE)
    ours = pacer(OPEN, gmail=Pace(spacing=HOUR))
    found = [claimed(database, ours, NOW + number * HOUR) for number in range(4)]
    assert [one.mailbox for [one] in found] == ["other", "other", "sales", "sales"]


def test_whoever_waited_at_a_provider_goes_before_what_another_mailbox_has_later(
    database: Database,
) -> None:
    to_google = {"recipient": "ada@gmail.com"}
    plan(published(database), 1, mailbox="other", turn=Turn.FIRST, **to_google)
    plan(database, 1, turn=Turn.INTAKE, due_at=NOW + 11 * HOUR, **to_google)
    plan(database, 1, turn=Turn.FOLLOW_UP, due_at=NOW + 12 * HOUR, **to_google)
    ours = pacer(OPEN, gmail=Pace(spacing=HOUR))
    found = [claimed(database, ours, NOW + number * HOUR) for number in (13, 14, 15)]
    assert [one.key for [one] in found] == ["sales-0:0", "other-2:0", "sales-1:0"]


def test_of_mailboxes_whose_mail_became_due_at_once_a_lot_says_which_begins(
    database: Database,
) -> None:
    plan(published(database), 4, recipient="ada@gmail.com")
    plan(database, 4, recipient="ada@gmail.com", mailbox="other")
    lots = iter([0.0, 0.6, 0.4, 0.9])
    everything = setup(OPEN, gmail=Pace(spacing=HOUR))
    ours = Pacer(everything, OURS, lambda: next(lots))
    found = [claimed(database, ours, NOW + number * HOUR) for number in range(4)]
    assert [one.mailbox for [one] in found] == ["sales", "other", "sales", "other"]


def test_the_classes_go_in_their_order(database: Database) -> None:
    published(database)
    for turn in reversed(Turn):
        plan(database, 1, turn=turn)
    keys = [one.key for one in claimed(database, pacer(OPEN))]
    assert [key.split("-")[1][0] for key in keys] == ["0", "1", "2", "3"]


def test_a_first_email_goes_before_follow_ups_that_became_due_long_after(
    database: Database,
) -> None:
    plan(published(database), 1, turn=Turn.FIRST, due_at=NOW - 12 * HOUR)
    plan(database, 1, turn=Turn.FOLLOW_UP, due_at=NOW)
    [first] = claimed(database, pacer(OPEN), limit=1)
    assert first.key.startswith("sales-2")


def test_a_mailbox_that_was_told_to_wait_rests_and_the_other_goes_on(database: Database) -> None:
    plan(published(database), 5)
    plan(database, 2, mailbox="other")
    ours = pacer(OPEN)
    [one] = claimed(database, ours, limit=1)
    settle(ours, [one], MAILBOX_BUSY)
    assert {one.mailbox for one in claimed(database, ours)} == {"other"}
    assert claimed(database, pacer(OPEN, "another")) == []  # it is told to all workers
    rested = NOW + timedelta(seconds=2)
    assert ours.opens == rested
    assert len(claimed(database, ours, rested)) == 4


def test_a_provider_that_defers_rests_and_others_are_served(database: Database) -> None:
    plan(published(database), 3, recipient="ada@gmail.com")
    plan(database, 2, mailbox="other")
    ours = pacer(OPEN)
    found = claimed(database, ours, limit=1)
    settle(ours, found, RECIPIENT_BUSY)
    rest = claimed(database, ours)
    assert [one.recipient for one in rest] == ["ada@engines.example"] * 2
    assert len(claimed(database, ours, NOW + timedelta(seconds=2))) == 2


def test_deferrals_in_a_row_rest_longer_and_an_acceptance_ends_it(database: Database) -> None:
    plan(published(database), 9)
    ours = pacer(OPEN)
    now, rests = NOW, []
    for outcome in (MAILBOX_BUSY, MAILBOX_BUSY, MAILBOX_BUSY, SENT, MAILBOX_BUSY):
        settle(ours, claimed(database, ours, now, 1), outcome, now)
        claimed(database, ours, now, 0)
        rests.append(((ours.opens or now) - now).total_seconds())
        now = ours.opens or now
    assert rests == [2, 4, 8, 0, 2]


def test_a_new_mailbox_begins_with_few_on_the_day_of_its_first_email(database: Database) -> None:
    plan(published(database), 120)
    ours, mended = pacer(Pace(daily_limit=200, ramp=True)), NOW + 3 * DAY
    assert len(claimed(database, ours)) == 20  # and nothing goes out: the password is wrong
    first, *others = claimed(database, ours, mended)
    assert len(others) == 19
    begin(database, [first])
    with database.write() as connection:
        transmission.accepted(connection, OURS, [Acceptance(first.id, None, "250 Ok")], mended)
    assert claimed(database, ours, mended) == []
    assert len(claimed(database, ours, mended + DAY)) == 30
    assert len(claimed(database, ours, mended + 2 * DAY)) == 40
