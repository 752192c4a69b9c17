"""Whose mailbox writes: the owner's, the deputy's, one of a pool, or the first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from tests.unit.core.parts import DAY, NOW, lead
from worker.core.pace import Pace
from worker.core.token import Signer
from worker.engine.senders import OWNER, choose, daily_limit, possible
from worker.engine.setup import Mailbox, Owner, Sender, Setup
from worker.errors import NotFoundError

SECRET = bytes(32)
TODAY = NOW.date()
GRACE = Owner("Grace Hopper", "grace@felt.example", "grace")
ALAN = Owner("Alan Turing", "alan@felt.example", "alan")
JOAN = Owner("Joan Clarke", "joan@felt.example")


def setup(*owners: Owner) -> Setup:
    boxes = [Mailbox(name, f"{name}@felt.example", name) for name in ("first", "grace", "alan")]
    return Setup(
        SECRET,
        Signer({0: SECRET}, 0),
        Sender("Felt", "1 Road"),
        {one.name: one for one in boxes},
        owners={one.name: one for one in owners or (GRACE, ALAN, JOAN)},
        pools={"team": ("grace", "alan")},
    )


def chosen(installation: Setup, owner: str | None, sender: str | None = OWNER) -> tuple[str, str]:
    choice = choose(installation, sender, lead(owner=owner), NOW)
    return choice.mailbox.name, choice.note


def away(owner: Owner, deputy: str | None, until: date | None = TODAY) -> Owner:
    return replace(owner, absent_from=TODAY, absent_until=until, deputy=deputy)


@pytest.mark.parametrize("called", ["Grace Hopper", "grace@felt.example", "GRACE@Felt.example"])
def test_a_lead_names_its_owner_by_name_or_address(called: str) -> None:
    assert chosen(setup(), called) == ("grace", "")


@pytest.mark.parametrize(
    ("owner", "note"),
    [
        (None, "it has no owner: first writes"),
        ("Ada", "no owner is called Ada: first writes"),
        ("Joan Clarke", "Joan Clarke has no mailbox: first writes"),
    ],
)
def test_without_an_owner_s_mailbox_the_first_writes_and_that_is_said(
    owner: str | None, note: str
) -> None:
    assert chosen(setup(), owner) == ("first", note)


def test_the_deputy_writes_while_the_owner_is_absent() -> None:
    there = setup(away(GRACE, "Alan Turing"), ALAN)
    assert chosen(there, GRACE.name) == ("alan", "Grace Hopper is absent: Alan Turing writes")
    tomorrow = choose(there, OWNER, lead(owner=GRACE.name), NOW + DAY)
    assert tomorrow.mailbox.name == "grace"


def test_the_day_of_an_absence_is_that_of_the_installation() -> None:
    there = replace(setup(away(GRACE, "Alan Turing"), ALAN), zone=ZoneInfo("Pacific/Kiritimati"))
    evening = NOW.replace(hour=12)
    assert choose(there, OWNER, lead(owner=GRACE.name), evening).mailbox.name == "grace"


@pytest.mark.parametrize("deputy", [None, "Nobody", "Alan Turing"])
def test_where_nobody_is_there_the_owner_writes(deputy: str | None) -> None:
    there = setup(away(GRACE, deputy, until=None), away(ALAN, "Grace Hopper"))
    assert chosen(there, GRACE.name)[0] == "grace"


def test_a_pool_gives_each_lead_one_mailbox_and_all_of_them_work() -> None:
    there = setup()
    drawn = {
        address: choose(there, "team", lead(address=address), NOW).mailbox.name
        for address in (f"lead{number}@engines.example" for number in range(100))
    }
    again = choose(there, "team", lead(address="lead7@engines.example"), NOW + DAY)
    assert again.mailbox.name == drawn["lead7@engines.example"]
    counts = [list(drawn.values()).count(name) for name in ("grace", "alan")]
    assert sum(counts) == 100
    assert min(counts) > 30


def test_a_mailbox_is_itself_and_an_unknown_one_an_error() -> None:
    assert chosen(setup(), None, "alan") == ("alan", "")
    assert chosen(setup(), None, None) == ("first", "")
    with pytest.raises(NotFoundError, match="no mailbox is called elsewhere"):
        chosen(setup(), None, "elsewhere")


@pytest.mark.parametrize(
    ("sender", "names"),
    [
        (None, ["first"]),
        ("alan", ["alan"]),
        ("team", ["grace", "alan"]),
        (OWNER, ["grace", "alan"]),
    ],
)
def test_who_may_write_is_known_beforehand(sender: str | None, names: list[str]) -> None:
    assert [one.name for one in possible(setup(), sender)] == names


def test_the_limits_of_several_mailboxes_add_up() -> None:
    limited = Mailbox("a", "a@felt.example", "A", pace=Pace(daily_limit=20))
    assert daily_limit([limited, limited]) == 40
    assert daily_limit([limited, Mailbox("b", "b@felt.example", "B")]) is None
