"""The agenda says what the worker then does: the same mails, to the same people, when it says."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from tests.acceptance.world import ADA, DAY, HOUR, NIGHT, House, World, opened, template
from worker.core.facts import Policy
from worker.core.pace import Pace
from worker.core.states import Scope
from worker.engine import control
from worker.engine.agenda import Agenda, agenda
from worker.engine.ahead import Item
from worker.engine.apply import Desk
from worker.engine.holidays import Almanac
from worker.engine.why import why
from worker.store import leads, tasks, timeline
from worker.store.database import Database
from worker.store.holds import Subject
from worker.store.timeline import Touch

BOB, EVE = "bob@felt.example", "eve@loom.example"
BUSY = """\
title = "Busy"
enroll = { on = "lead.created" }
calendar = { days = "business", window = "09:00-17:00", zone = "lead" }

[[step]]
id = "first"
after = "1 hour"
email = "first.html"
purpose = "value"

[[step]]
id = "second"
after = "6 hours"
email = "second.html"
purpose = "value"

[[step]]
id = "third"
after = "1 business day"
slip = "back"
email = "third.html"
purpose = "value"
"""
FILES = MappingProxyType({f"{name}.html": template(name) for name in ("first", "second", "third")})
HOUSE = House(
    setup={"policy": Policy(daily_cap=1, weekly_cap=3), "almanac": Almanac("AT")},
    mailbox={"pace": Pace(per_hour=2)},
)


def seen(world: World, until: datetime) -> Agenda:
    with world.ticks.database.read() as connection:
        ticks = world.ticks
        return agenda(Desk(connection, ticks.setup, ticks.catalogue, world.now), until)


def announced(found: Agenda) -> list[tuple[str, str, datetime]]:
    return sorted(
        (one.recipient, one.what.rpartition(" ")[2], one.at)
        for one in found.items
        if one.at is not None
    )


def arrived(world: World, *people: str) -> list[tuple[str, str, datetime]]:
    return sorted(
        (who, subject, mail.at)
        for who in people
        for subject, mail in zip(world.subjects(who), world.mails(who), strict=True)
    )


def test_what_the_agenda_announces_is_what_arrives(database: Database) -> None:
    """Through windows, zones, Epiphany in Austria, caps, the gap and the mailbox's own limit."""
    with opened(database, HOUSE) as world:
        world.launch("busy", BUSY, FILES)
        people = {ADA: "Europe/London", BOB: "America/New_York", EVE: "Asia/Tokyo"}
        for address, zone in people.items():
            world.add(address, zone=zone)
        until = NIGHT + 7 * DAY
        before = seen(world, until)
        world.until(until)
        assert announced(before) == arrived(world, *people)
        assert len(before.items) == 3 * len(people)


def test_a_call_counts_for_the_cap_and_the_agenda_says_what_waits(world: World) -> None:
    world.launch("busy", BUSY, FILES)
    lead = world.add(zone="Europe/London")
    with world.desk() as desk:
        calls = [
            Touch(lead.id, NIGHT - span, "out", "call", "no answer")
            for span in (3 * DAY, 2 * DAY, DAY)
        ]
        timeline.touch(desk.connection, calls)
    [first, *_] = seen(world, NIGHT + 9 * DAY).items
    reason = "the lead was reached 3 times in seven days; the limit is 3"
    assert (first.at, first.waits_for) == (
        NIGHT + 4 * DAY + 7 * HOUR,
        (reason, "its sending hours are over for now"),
    )
    world.until(NIGHT + 4 * DAY + 6 * HOUR)
    assert world.subjects() == []
    world.until(NIGHT + 4 * DAY + 8 * HOUR)
    assert world.subjects() == ["first"]
    assert world.mails()[0].at == first.at


CALLED = """\
title = "Called"
enroll = { on = "lead.created" }
cap = { day = 1, week = 2 }

[[step]]
id = "first"
day = 1
email = "first.html"
purpose = "value"

[[step]]
id = "second"
day = 2
email = "second.html"
purpose = "value"

[[step]]
id = "linkedin"
after = "0 minutes"
task = "linkedin"
"""


def test_a_task_is_put_off_by_a_cap_and_announced_for_when_it_opens(world: World) -> None:
    world.launch("called", CALLED, FILES)
    lead = world.add(zone="Europe/London")
    until = NIGHT + 14 * DAY
    [task] = [one for one in seen(world, until).items if one.kind == "task"]
    first, second = (one.at for one in seen(world, until).items if one.kind == "email")
    assert first is not None
    assert second is not None
    # The second is the last but one of the week, so that there is room when the first is over it.
    assert task.at == first + 7 * DAY
    world.until(task.at - timedelta(minutes=1))
    assert "task opened" not in [what for what, _ in world.decisions()]
    reason = "called, step linkedin: the lead was reached 2 times in seven days; the limit is 2"
    assert ("waits", reason) in world.decisions()
    world.until(task.at + timedelta(minutes=1))
    with world.desk() as desk:
        [opened_] = tasks.of_lead(desk.connection, lead.id, still_open=True)
    assert (opened_.kind, opened_.opened_at) == ("linkedin", task.at)


def test_what_is_held_has_no_time_and_says_by_what(world: World) -> None:
    world.launch("busy", BUSY, FILES)
    world.add(zone="Europe/London")
    world.until(NIGHT + 7 * HOUR)
    assert world.subjects() == ["first"]
    world.until(NIGHT + DAY + 7 * HOUR - timedelta(minutes=1))
    with world.desk() as desk:
        control.pause(desk, (Scope.MAILBOX, "sales"), "the mailbox moves")
    found = seen(world, NIGHT + 9 * DAY).items
    assert [one.at for one in found] == [None]
    assert all("the mailbox moves" in one.waits_for[0] for one in found)


@pytest.mark.parametrize("subject", [(Scope.EVERYTHING, ""), (Scope.SEQUENCE, "busy")])
@pytest.mark.parametrize("asleep", [False, True])
def test_what_a_pause_keeps_is_shown_as_far_as_it_would_go(
    world: World, subject: Subject, *, asleep: bool
) -> None:
    world.launch("busy", BUSY, FILES)
    world.add(zone="Europe/London")
    world.add(BOB, zone="America/New_York")
    until = NIGHT + DAY
    first = {(one.recipient, one.what) for one in seen(world, until).items if "first" in one.what}
    with world.desk() as desk:
        control.pause(desk, subject, "we move")
    if asleep:  # the worker looks at each when its time has come, and does not find it again
        world.until(NIGHT + 20 * HOUR)
        until += 2 * DAY  # their waits go on where they stood
    found = seen(world, until).items
    assert {(one.recipient, one.what) for one in found} == first
    assert {(one.at, one.waits_for) for one in found} == {(None, ("on hold: we move",))}
    with world.desk() as desk:
        control.resume(desk, subject)
    assert {one.recipient for one in seen(world, NIGHT + 3 * DAY).items if one.at} == {ADA, BOB}


@pytest.mark.parametrize("subject", [(Scope.EVERYTHING, ""), (Scope.MAILBOX, "sales")])
def test_a_pause_keeps_an_edition_too(world: World, subject: Subject) -> None:
    edition = Item(NIGHT + HOUR, "edition", "3 on the newsletter", "edition 2026-11", "sales")
    with world.desk() as desk:
        assert [one.at for one in agenda(desk, NIGHT + DAY, [edition]).items] == [edition.at]
        control.pause(desk, subject, "we move")
        [item] = agenda(desk, NIGHT + DAY, [edition]).items
    assert (item.at, item.waits_for) == (None, ("on hold: we move",))


def test_nothing_is_written_by_looking(world: World) -> None:
    world.launch("busy", BUSY, FILES)
    lead = world.add(zone="Europe/London")
    decided = world.decisions()
    assert seen(world, NIGHT + 7 * DAY) == seen(world, NIGHT + 7 * DAY)
    assert world.decisions() == decided
    with world.ticks.database.read() as connection:
        assert leads.get(connection, lead.id) == lead
    assert ZoneInfo("Europe/London") == world.ticks.setup.lead_zone(lead)


def test_a_calendar_that_never_opens_is_said_and_spoils_nothing_else(database: Database) -> None:
    always = frozenset(f"{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 32))
    with opened(database, House(setup={"almanac": Almanac(None, always)})) as world:
        world.launch("busy", BUSY, FILES)
        world.add(zone="Europe/London")
        [item] = seen(world, NIGHT + 2 * DAY).items
        assert item.at is None
        assert "opens on no day" in item.waits_for[0]
        with world.ticks.database.read() as connection:
            desk = Desk(connection, world.ticks.setup, world.ticks.catalogue, world.now)
            [prospect] = why(desk, world.lead()).prospects
        assert (prospect.at, prospect.place) == (None, "config.toml closed_days")
