"""The forecast is what then happens: the last mail goes when it says, hours and limits and all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from tests.acceptance.world import DAY, HOUR, NIGHT, House, World, opened, template
from worker.core.facts import Policy
from worker.core.gate import GateFacts
from worker.core.hours import SendingHours
from worker.core.pace import Pace
from worker.engine.enroll import enroll_many
from worker.engine.forecast import Forecast, forecast, last_first
from worker.engine.gatefacts import gate_facts
from worker.engine.holidays import Almanac
from worker.engine.intake.by_hand import add_lead
from worker.engine.setup import Owner
from worker.engine.waiting import expected, hours_of
from worker.store import queue
from worker.store.database import Database

HELLO = """\
title = "Hello"
calendar = { days = "business", window = "09:00-17:00", zone = "lead" }

[[step]]
id = "hello"
after = "0 minutes"
email = "hello.html"
purpose = "value"
"""
FILES = MappingProxyType({"hello.html": template("Hello")})
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "")
AT_THE_WEEKEND = NIGHT + timedelta(days=4, hours=13)  # Friday, 15:00
MINUTE = timedelta(minutes=1)


def listed(
    world: World, count: int, source: str = HELLO, zones: Sequence[str] = ZONES
) -> list[str]:
    """Launch a sequence and take so many leads into it; nothing is done about them yet."""
    world.launch("hello", source, FILES)
    addresses = [f"lead{number}@list{number % 5}.example" for number in range(count)]
    for number, address in enumerate(addresses):
        world.come(address, zone=zones[number % len(zones)])
    ids = [world.lead(address).id for address in addresses]
    with world.ticks.desk() as desk:
        sequence = desk.catalogue.current(desk.connection, "hello")
        setup = world.ticks.setup
        assert enroll_many(desk.connection, setup, ids, sequence, "a list", desk.now) == count
    return addresses


def foretold(world: World, days: int = 7) -> Forecast:
    with world.ticks.desk() as desk:
        [found] = forecast(desk, days)
        return found


def last(world: World, addresses: list[str]) -> datetime:
    """When the last of these mails came; all of them have."""
    return max(world.mails(one)[0].at for one in addresses)


def house(start: datetime = NIGHT, *, policy: Policy | None = None, **pace: Any) -> House:
    """A house with a holiday on Wednesday."""
    setup = {"policy": policy or Policy(), "almanac": Almanac(extra=frozenset({"2027-01-06"}))}
    return House(start, {"pace": Pace(**pace)}, setup)


def fulfilled(world: World, addresses: list[str]) -> tuple[Forecast, datetime]:
    """Foretell, let it happen, and return what was foretold and when the last mail came."""
    found = foretold(world)
    world.after(20 * DAY)
    assert foretold(world).planned == foretold(world).coming == 0
    return found, last(world, addresses)


@pytest.mark.parametrize("start", [NIGHT, AT_THE_WEEKEND])
@pytest.mark.parametrize("days", [0, 1, 4])
def test_what_a_limit_pushes_past_the_window_waits_for_the_next(
    sqlite: Database, start: datetime, days: int
) -> None:
    with opened(sqlite, house(start, daily_limit=4)) as world:
        addresses = listed(world, 22)
        if days:  # before the first, nothing is planned yet
            world.after(days * DAY)
        found, at = fulfilled(world, addresses)
        assert found.waits_for == "sales sends at most 4 a day"
        assert found.empty_at == at
        assert found.without is not None
        assert found.without < at


def test_a_ramp_grows_from_the_first_email_on_and_not_over_the_weekend_before(
    sqlite: Database,
) -> None:
    with opened(sqlite, house(AT_THE_WEEKEND + 3 * HOUR, daily_limit=200, ramp=True)) as world:
        addresses = listed(world, 75, zones=[""])
        with world.ticks.desk() as desk:
            sequence = desk.catalogue.current(desk.connection, "hello")
            said = last_first(desk, sequence, 75, desk.now)
        found, at = fulfilled(world, addresses)
        assert at == datetime(2027, 1, 13, 9, tzinfo=UTC)  # 20, 30, and the rest on the third day
        assert found.empty_at == said == at


@pytest.mark.parametrize("addresses", [10, 50])
def test_the_import_knows_what_a_provider_gets(sqlite: Database, addresses: int) -> None:
    slow = {"domains": {"list0.example": Pace(per_hour=1)}}
    start = house(AT_THE_WEEKEND)
    with opened(sqlite, replace(start, setup={**start.setup, **slow})) as world:
        list_ = listed(world, addresses, zones=[""])
        with world.ticks.desk() as desk:
            sequence = desk.catalogue.current(desk.connection, "hello")
            there = {"list0.example": addresses // 5}
            said = last_first(desk, sequence, addresses, desk.now, there)
        world.after(20 * DAY)
        assert said == last(world, list_)


def test_hours_bind_where_more_of_them_would_help_most(sqlite: Database) -> None:
    with opened(sqlite, house(AT_THE_WEEKEND, daily_limit=6, per_hour=1)) as world:
        found, at = fulfilled(world, listed(world, 20, zones=["Europe/London"]))
        assert found.waits_for == "sales sends hello on workdays between 09:00 and 17:00"
        assert found.without == datetime(2027, 1, 11, 1, tzinfo=UTC)
        assert found.empty_at is not None
        assert found.empty_at <= at <= found.empty_at + HOUR


def test_the_night_of_the_house_binds_too(sqlite: Database) -> None:
    policy = Policy(quiet=(time(18), time(11)))
    with opened(sqlite, house(policy=policy)) as world:
        addresses = listed(world, 8)
        found, at = fulfilled(world, addresses)
        assert found.empty_at == at == datetime(2027, 1, 4, 16, tzinfo=UTC)  # in New York


def test_a_night_that_leaves_no_hours_never_ends(sqlite: Database) -> None:
    policy = Policy(quiet=(time(17), time(9, 30)))
    with opened(sqlite, house(policy=policy)) as world:
        listed(world, 1, HELLO.replace("09:00-17:00", "08:00-09:00"))
        found = foretold(world)
        assert (found.empty_at, found.paused) == (None, False)
        assert found.waits_for == "the hours of hello are all in the night of policy.quiet"


@pytest.mark.parametrize("pace", [{"daily_limit": 9}, {"per_hour": 5}, {}])
def test_the_last_of_a_list_gets_the_first_email_when_the_import_says(
    sqlite: Database, pace: dict[str, Any]
) -> None:
    with opened(sqlite, house(AT_THE_WEEKEND, **pace)) as world:
        addresses = listed(world, 20, zones=[""])
        with world.ticks.desk() as desk:
            sequence = desk.catalogue.current(desk.connection, "hello")
            said = last_first(desk, sequence, 20, desk.now)
        assert (said == AT_THE_WEEKEND) == (not pace)
        world.after(20 * DAY)
        assert last(world, addresses) == said


@pytest.mark.parametrize("pace", [{"per_hour": 5}, {"spacing": 12 * MINUTE}])
@pytest.mark.parametrize("zones", [ZONES[:1], ZONES])
def test_what_the_gate_refuses_leaves_its_place_to_the_next(
    sqlite: Database, pace: dict[str, Any], zones: Sequence[str]
) -> None:
    """Whose hours ended while they waited are claimed once more, in vain: the next goes instead.

    Who of several goes first at the end of a day is not foretold, so that one may go sooner.
    """
    with opened(sqlite, house(AT_THE_WEEKEND, **pace)) as world:
        found, at = fulfilled(world, listed(world, 60, zones=zones))
        assert found.empty_at is not None
        assert abs(at - found.empty_at) <= 12 * MINUTE


def test_whoever_waits_for_a_provider_keeps_nobody_else_waiting(sqlite: Database) -> None:
    slow = Pace(spacing=timedelta(days=1))
    limited = replace(house(), setup={"domains": {"list0.example": slow}})
    source = HELLO.replace('"business", window = "09:00-17:00"', '"every", window = "00:00-23:59"')
    with opened(sqlite, limited) as world:
        addresses = listed(world, 20, source, ["Europe/London"])
        found, at = fulfilled(world, addresses)
        assert found.waits_for == "list0.example gets one in 86400 seconds"
        assert found.empty_at == at == NIGHT + 3 * DAY
        assert found.without == NIGHT
        assert {world.mails(one)[0].at for one in addresses[1:5]} == {NIGHT}


def test_steps_that_are_spread_are_foretold_where_they_are(sqlite: Database) -> None:
    policy = Policy(spread=timedelta(hours=2))
    with opened(sqlite, house(policy=policy)) as world:
        found, at = fulfilled(world, listed(world, 12))
        assert found.empty_at == at


def test_only_emails_are_to_come(sqlite: Database) -> None:
    source = HELLO + '\n[[step]]\nid = "call"\nafter = "1 day"\ntask = "call"\n'
    with opened(sqlite, house()) as world:
        listed(world, 4, source)
        assert foretold(world).coming == 4
        world.after(DAY)
        assert foretold(world).coming == 0  # calls
        world.after(2 * DAY)
        assert foretold(world).coming == 0  # they are waited for
        world.after(20 * DAY)


def test_hours_are_those_of_the_gate(database: Database) -> None:
    fixed = HELLO.replace('zone = "lead"', 'zone = "America/New_York"')
    sources = {"hello": HELLO, "fixed": fixed, "owner": HELLO.replace("\n", '\nto = "owner"\n', 1)}
    afternoon = NIGHT + timedelta(hours=13)
    leads = [
        {"country": "DE", "subdivision": "BY", "owner": "Hedy"},
        {"country": "DE", "subdivision": "DE-HH", "zone": "Europe/London"},
        {"country": "US", "zone": "America/Chicago"},
        {},
    ]
    owners = {"Hedy": Owner("Hedy", "hedy@felt.example")}
    busy = house(afternoon, policy=Policy(quiet=(time(22), time(6))), daily_limit=1)
    with opened(database, replace(busy, setup={**busy.setup, "owners": owners})) as world:
        for name, source in sources.items():
            world.launch(name, source, FILES)
        with world.ticks.desk() as desk:
            for number, values in enumerate(leads):
                given = {"email": f"lead{number}@felt.example", "consent": "asked", **values}
                add_lead(desk.connection, given, desk.now, attributes=("subdivision",))
            ids = list(range(1, len(leads) + 1))
            for name in sources:
                launched = desk.catalogue.current(desk.connection, name)
                enroll_many(desk.connection, desk.setup, ids, launched, "a list", desk.now)
        with world.ticks.desk() as desk:
            coming = expected(desk, queue.coming(desk.connection, "sales", desk.now, 100))
            assert len(coming) == 9
        world.settle()
        with world.ticks.desk() as desk:
            planned = queue.planned(desk.connection, "sales", 100)
            messages = [one.message for one in queue.unsent(desk.connection, desk.now, 100)]
            facts = gate_facts(desk, messages).values()
            assert len(planned) == 8
            assert sorted(_of_gate(one) for one in facts) == sorted(
                _of_forecast(hours_of(desk, kind)) for _, _, kind in planned
            )
        world.after(20 * DAY)


def _of_gate(facts: GateFacts) -> list[str]:
    clock = (facts.zone, facts.home or facts.zone, facts.hours, not facts.message.to_owner)
    return [*map(str, clock), str(id(facts.holidays))]


def _of_forecast(found: SendingHours) -> list[str]:
    clock = (found.zone, found.home, found.hours, found.night is not None)
    return [*map(str, clock), str(id(found.holidays))]
