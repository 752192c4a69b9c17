"""The forecast of mailboxes that share the limit of a provider is what the pacer then does."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import cycle

from tests.store.parts import HOUR, NOW
from tests.store.test_pacer import OPEN, OURS, begin, claimed, plan, published, setup
from worker.core.pace import Pace
from worker.core.turns import Turn
from worker.engine.apply import Desk
from worker.engine.catalogue import Catalogue
from worker.engine.forecast import Forecast, forecast
from worker.engine.pace import Pacer
from worker.engine.setup import Setup
from worker.store.database import Database

INTERVAL = timedelta(minutes=6)
GMAIL = setup(OPEN, gmail=Pace(per_hour=10))


def foretold(database: Database, everything: Setup) -> dict[str, Forecast]:
    with database.read() as connection:
        found = forecast(Desk(connection, everything, Catalogue(), NOW), 7)
    return {one.mailbox: one for one in found}


def last_of_each(database: Database, everything: Setup) -> dict[str, datetime]:
    """Claim until nothing waits; return when the last was claimed from each mailbox."""
    lots = cycle([0.0, 0.6])
    ours = Pacer(everything, OURS, lambda: next(lots))
    now, last = NOW, dict[str, datetime]()
    while (found := claimed(database, ours, now)) or ours.opens:
        begin(database, found)
        last |= {one.mailbox: now for one in found}
        now = ours.opens or now + HOUR
    return last


def test_what_another_mailbox_sends_to_the_provider_is_added_up(database: Database) -> None:
    plan(published(database), 6, recipient="ada@gmail.com", due_at=NOW - HOUR)
    plan(database, 12, recipient="ada@gmail.com", mailbox="other")
    plan(database, 3, mailbox="other", turn=Turn.FIRST)
    found = foretold(database, GMAIL)
    last = last_of_each(database, GMAIL)
    assert {name: one.empty_at for name, one in found.items()} == last
    assert last == {"sales": NOW + 5 * INTERVAL, "other": NOW + 17 * INTERVAL}
    assert found["other"].waits_for == "gmail gets at most 10 in any hour"
    assert found["other"].without == NOW


def test_of_lists_that_are_due_at_once_each_is_foretold_as_the_last(database: Database) -> None:
    plan(published(database), 8, recipient="ada@gmail.com")
    plan(database, 8, recipient="ada@gmail.com", mailbox="other")
    found = foretold(database, GMAIL)
    ends = sorted(last_of_each(database, GMAIL).values())
    assert {one.empty_at for one in found.values()} == {NOW + 15 * INTERVAL}
    assert ends == [NOW + 14 * INTERVAL, NOW + 15 * INTERVAL]
