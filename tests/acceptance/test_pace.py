"""Limits as people meet them: who goes first, what `why` says, the forecast, and the breaker."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.acceptance.world import ADA, DAY, HOUR, NIGHT, WELCOME, House, World, opened
from worker.core.breaker import SAMPLES
from worker.core.pace import RAMP_FIRST, RAMP_STEP, Pace
from worker.core.states import Scope
from worker.engine import control
from worker.engine.board import Board
from worker.engine.enroll import enroll_many
from worker.engine.forecast import Forecast, forecast
from worker.engine.why import why
from worker.sandbox.bounces import Reason
from worker.store import holds, suppressions
from worker.store.database import Database

MINUTE = timedelta(minutes=1)
MAILBOX = (Scope.MAILBOX, "sales")
WELCOME_BY_HAND = WELCOME.replace('enroll = { on = "lead.created" }\n', "")
SPACED = House(mailbox={"pace": Pace(spacing=timedelta(minutes=10))})
CHARLES = "charles@analytical.example"


def listed(world: World, count: int, name: str = "list") -> list[str]:
    """Take in so many leads at once, as an import does; nothing is done about them yet."""
    addresses = [f"lead{number}@{name}{number}.example" for number in range(count)]
    for address in addresses:
        world.come(address)
    ids = [world.lead(address).id for address in addresses]
    with world.ticks.desk() as desk:
        sequence = desk.catalogue.current(desk.connection, "welcome")
        setup = world.ticks.setup
        assert enroll_many(desk.connection, setup, ids, sequence, "a list", desk.now) == count
    return addresses


def launched_by_hand(world: World) -> None:
    """Launch the welcome so that nobody is taken in unasked."""
    world.launch(source=WELCOME_BY_HAND)


def reason(world: World, address: str) -> str:
    with world.ticks.desk() as desk:
        [message] = why(desk, world.lead(address)).open_messages
        return message.reason


def foretold(world: World) -> Forecast:
    with world.ticks.desk() as desk:
        [found] = forecast(desk, 7)
        return found


@pytest.mark.parametrize("ahead", [HOUR, 365 * DAY])
def test_a_clock_that_was_ahead_keeps_nobody_waiting_until_it_has_caught_up(
    sqlite: Database, ahead: timedelta
) -> None:
    """The limit stood an hour, or a year, ahead, and left no room for anybody meanwhile."""
    with opened(sqlite, replace(SPACED, start=NIGHT + ahead)) as world:
        world.launch()
        world.add()
        assert len(world.mails()) == 1
    with opened(sqlite, SPACED) as world:
        addresses = ["bob@one.example", "eve@two.example"]
        for address in addresses:
            world.come(address)
        world.after(25 * MINUTE)
        assert [len(world.mails(one)) for one in addresses] == [1, 1]


def test_a_new_mailbox_grows_after_a_clock_that_was_ahead(sqlite: Database) -> None:
    """It had begun next year, and sent as little as on its first day until then."""
    growing = House(mailbox={"pace": Pace(daily_limit=200, ramp=True)})
    with opened(sqlite, replace(growing, start=NIGHT + 365 * DAY)) as world:
        world.launch()
        world.add()
    with opened(sqlite, growing) as world:
        world.add("bob@one.example")
        world.after(2 * DAY)
        with world.ticks.desk() as desk:
            [quota] = Board(desk.connection, desk.setup, desk.now).quotas().values()
            assert quota.count_of(desk.now) == RAMP_FIRST + 2 * RAMP_STEP


def test_whoever_comes_in_goes_before_a_list(database: Database) -> None:
    with opened(database, SPACED) as world:
        launched_by_hand(world)
        addresses = listed(world, 4)
        world.settle()
        assert [len(world.mails(one)) for one in addresses] == [1, 0, 0, 0]
        world.launch("hello", WELCOME)
        world.add(ADA)
        world.after(10 * MINUTE)
        assert len(world.mails(ADA)) == 1
        assert sum(len(world.mails(one)) for one in addresses) == 1
        world.after(HOUR)
        assert [len(world.mails(one)) for one in addresses] == [1, 1, 1, 1]


def test_mails_keep_their_distance(database: Database) -> None:
    with opened(database, SPACED) as world:
        launched_by_hand(world)
        addresses = listed(world, 3)
        world.after(HOUR)
        moments = sorted(world.mails(one)[0].at for one in addresses)
        assert moments == [NIGHT, NIGHT + 10 * MINUTE, NIGHT + 20 * MINUTE]


def test_why_says_what_a_message_waits_for(sqlite: Database) -> None:
    with opened(sqlite, SPACED) as world:
        launched_by_hand(world)
        addresses = listed(world, 3)
        world.settle()
        assert reason(world, addresses[2]) == (
            "it waits for its turn, 1 before it: sales sends one in 600 seconds"
        )
        world.after(HOUR)


def test_the_forecast_is_what_happens(sqlite: Database) -> None:
    with opened(sqlite, House(mailbox={"pace": Pace(per_hour=6, daily_limit=20)})) as world:
        launched_by_hand(world)
        addresses = listed(world, 50)
        world.settle()
        found = foretold(world)
        assert found.planned == 49
        assert found.waits_for == "sales sends at most 20 a day"
        assert found.empty_at is not None
        world.after(3 * DAY)
        last = max(world.mails(one)[0].at for one in addresses)
        assert last == found.empty_at
        assert foretold(world).planned == 0


def test_the_forecast_of_a_paused_mailbox_says_why(sqlite: Database) -> None:
    with opened(sqlite) as world:
        with world.desk() as desk:
            holds.add(desk.connection, MAILBOX, "a new password", desk.now, None)
        found = foretold(world)
        assert found.empty_at is None
        assert found.waits_for == "on hold (mailbox): a new password"


def test_bounces_for_our_sake_pause_the_mailbox_too(sqlite: Database) -> None:
    with opened(sqlite) as world:
        launched_by_hand(world)
        addresses = listed(world, 60)
        world.settle()
        for address in addresses[:3]:
            world.bounces(address, because=Reason("5.7.1", "550 5.7.1 blocked by our policy"))
        world.after(HOUR)
        assert "of its last 60 messages 3 bounced" in world.alerts()["mailbox"]
        with world.desk() as desk:
            assert suppressions.count(desk.connection) == 0


def test_waiting_for_days_is_not_lateness_but_days_off_are(sqlite: Database) -> None:
    """Promise 11."""
    with opened(sqlite, House(mailbox={"pace": Pace(daily_limit=1)})) as world:
        launched_by_hand(world)
        addresses = listed(world, 5)
        world.after(3 * DAY)
        assert sum(len(world.mails(one)) for one in addresses) == 4
        world.jump(world.now + 2 * DAY)
        assert sum(len(world.mails(one)) for one in addresses) == 4
        assert "late" in world.alerts()


def test_too_many_bounces_pause_the_mailbox_until_a_person_looked(database: Database) -> None:
    with opened(database) as world:
        launched_by_hand(world)
        addresses = listed(world, 60)
        world.settle()
        for address in addresses[:2]:
            world.bounces(address, hard=True)
        world.after(HOUR)
        assert "mailbox" not in world.alerts()
        world.bounces(addresses[2], hard=True)
        world.after(HOUR)
        assert "of its last 60 messages 3 bounced" in world.alerts()["mailbox"]
        world.launch("hello", WELCOME)
        world.add(CHARLES)
        assert world.mails(CHARLES) == []
        with world.desk() as desk:
            control.resume(desk, MAILBOX)
        world.after(HOUR)
        assert len(world.mails(CHARLES)) == 1


def test_what_still_comes_back_of_a_former_list_pauses_nothing_again(sqlite: Database) -> None:
    with opened(sqlite) as world:
        launched_by_hand(world)
        old = listed(world, SAMPLES)
        world.settle()
        for address in old[:3]:
            world.bounces(address, hard=True)
        world.after(HOUR)
        assert "mailbox" in world.alerts()
        with world.desk() as desk:
            control.resume(desk, MAILBOX)
        world.after(HOUR)
        new = listed(world, SAMPLES, "better")
        world.settle()
        for address in old[3:9]:
            world.bounces(address, hard=True)
        world.after(HOUR)
        assert "mailbox" not in world.alerts()
        for address in new[:3]:
            world.bounces(address, hard=True)
        world.after(HOUR)
        assert f"of its last {SAMPLES} messages 3 bounced" in world.alerts()["mailbox"]
