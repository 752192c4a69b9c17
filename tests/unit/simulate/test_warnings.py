"""What a simulation warns of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from worker.simulate import warnings
from worker.simulate.behaviour import Cue, Deed
from worker.simulate.queues import Queue
from worker.store.future import Gone

MONDAY = datetime(2027, 1, 4, 9, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


def gone(address: str, *days: float) -> list[Gone]:
    instants = (MONDAY + timedelta(days=day) for day in days)
    return [Gone(at, at, 1, address, "sales", "welcome", "s", "s.html", "") for at in instants]


def test_four_emails_in_a_week_are_told() -> None:
    sends = [*gone("ada@x.example", 20, 21, 24, 26.9), *gone("bob@x.example", 0, 3, 6, 7)]
    [found] = warnings.crowded(sends, LONDON)
    assert found.text == "ada@x.example gets 4 emails in the week from Sun 2027-01-24"


def test_the_worst_is_named_and_the_others_are_counted() -> None:
    sends = [*gone("ada@x.example", 0, 1, 2, 3, 4), *gone("bob@x.example", 0, 1, 2, 3)]
    [found] = warnings.crowded(sends, LONDON)
    assert "ada@x.example gets 5 emails" in found.text
    assert found.text.endswith("another lead gets 4 or more")


def test_three_in_a_week_are_nothing_to_tell() -> None:
    assert not list(warnings.crowded(gone("ada@x.example", 0, 1, 2, 7, 8, 9), LONDON))


def test_the_longest_queue_of_each_mailbox_is_told_with_its_limit() -> None:
    limit = "sales sends at most 200 a day"
    queues = [
        Queue(date(2027, 1, 4 + n), "sales", waiting, limit, MONDAY)
        for n, waiting in enumerate((900, 700, 500))
    ]
    [found] = warnings.long_queues(queues)
    assert found.text == (
        "900 emails wait on Mon 2027-01-04: sales sends at most 200 a day; "
        "there is a queue on 3 days"
    )


def test_nothing_at_all_is_told() -> None:
    assert [one.kind for one in warnings.nobody(3, 0)] == ["nobody"]
    assert not list(warnings.nobody(3, 1))
    assert not list(warnings.nobody(0, 0))
    assert not list(warnings.still_waiting(0))


def test_a_script_that_waits_for_what_does_not_come_is_told() -> None:
    cues = [Cue(lead, "s", Deed.REPLY) for lead in ("ada@x.example", "bob@x.example")]
    sends = gone("ada@x.example", 0)
    [found] = warnings.in_vain([*cues, replace(cues[0], after="q")], sends)
    assert found.text == (
        "the script waits in vain: s does not go out to bob@x.example; so does another line"
    )
    assert not list(warnings.in_vain(cues[:1], sends))
