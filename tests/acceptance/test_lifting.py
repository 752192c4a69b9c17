"""Stories of addresses that were suppressed in error, and of such as stay suppressed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from tests.acceptance.world import ADA, DAY, HOUR, World
from worker.core import events
from worker.core.events import Event
from worker.core.states import Origin
from worker.engine import control, lifting
from worker.engine.apply import apply
from worker.errors import ConflictError, NotFoundError
from worker.sandbox.recipients import Mood
from worker.store import suppressions
from worker.store.suppressions import Suppression
from worker.store.tables import suppression

CARL = "carl@elsewhere.example"
WHY = "their server was wrong"


def welcomed(world: World) -> World:
    world.launch()
    world.add()
    return world


def suppressed(world: World) -> bool:
    with world.ticks.database.read() as connection:
        digests = world.ticks.setup.suppression_digests(ADA)
        return bool(suppressions.reasons(connection, digests))


def lift(world: World, address: str = ADA) -> None:
    with world.desk() as desk:
        lifting.lift(desk, address, WHY)


def test_a_bounce_in_error_is_lifted_with_a_reason(each_world: World) -> None:
    welcomed(each_world).bounces(hard=True)
    each_world.after(DAY)
    assert suppressed(each_world)
    lift(each_world)
    assert not suppressed(each_world)
    assert ("suppression lifted", f"{ADA} may be mailed again: {WHY}") in each_world.decisions()


def test_a_refusal_in_error_is_lifted(world: World) -> None:
    refused = "550@nowhere.example"
    world.launch()
    world.add(refused)
    lift(world, refused)
    with pytest.raises(NotFoundError, match="is not suppressed"):
        lift(world, refused)


def test_what_a_hand_put_a_hand_may_take(world: World) -> None:
    welcomed(world)
    with world.desk() as desk:
        control.suppress(desk, ADA, "the wrong one")
    lift(world)
    assert not suppressed(world)


@pytest.mark.parametrize("by_itself", [True, False])
def test_nothing_here_lifts_what_a_domain_above_suppresses(world: World, by_itself: bool) -> None:
    """To say that it may be mailed again, or is not suppressed, would be untrue."""
    below = "bob@eu.x.example"
    with world.desk() as desk:
        control.suppress(desk, "@x.example", "they compete")
        if by_itself:
            control.suppress(desk, below, "a slip")
    with pytest.raises(ConflictError, match="at a domain that is suppressed"):
        lift(world, below)


def test_nothing_here_lifts_an_opt_out(each_world: World) -> None:
    welcomed(each_world).answers(mood=Mood.OPT_OUT)
    each_world.after(HOUR)
    with pytest.raises(ConflictError, match="opted out or complained"):
        lift(each_world)
    assert suppressed(each_world)


def test_an_opt_out_after_a_bounce_counts_as_well(world: World) -> None:
    welcomed(world).bounces(hard=True)
    world.after(HOUR)
    world.answers(mood=Mood.OPT_OUT)
    world.after(HOUR)
    with pytest.raises(ConflictError, match="opted out or complained"):
        lift(world)


def test_what_was_asked_for_by_telephone_stays(each_world: World) -> None:
    """Of somebody whom a bounce had suppressed in error, too."""
    welcomed(each_world).bounces(hard=True)
    each_world.after(DAY)
    with each_world.desk() as desk:
        assert not control.suppress(desk, ADA, "asked by telephone", asked=True)
    with pytest.raises(ConflictError, match="opted out or complained"):
        lift(each_world)
    assert suppressed(each_world)
    assert ("opted_out", "asked by telephone") in each_world.decisions()


def test_what_is_no_lead_asked_for_stays_and_a_slip_does_not(world: World) -> None:
    """Nothing is known of them but the entry."""
    with world.desk() as desk:
        control.suppress(desk, ADA, "asked by telephone", asked=True)
        control.suppress(desk, "bob@x.example", "a slip")
    lift(world, "bob@x.example")
    with pytest.raises(ConflictError, match="opted out or complained"):
        lift(world)


def test_a_complaint_stays_one(world: World) -> None:
    with world.desk() as desk:
        digest, _domain = desk.setup.suppression_digests(ADA)
        complaint = ("address", "spam", desk.now, Origin.COMPLAINT)
        assert suppressions.add(desk.connection, digest, *complaint)
        assert not control.suppress(desk, ADA, "asked by telephone", asked=True)
        assert suppressions.find(desk.connection, digest) == Suppression(digest, *complaint)


@pytest.mark.parametrize(
    ("said", "origin"),
    [
        (lambda now: events.ColleagueOptedOut(now, "no mail, please", CARL), Origin.OPT_OUT),
        (lambda now: events.OptedOut(now, "no mail, please", ADA, sender=CARL), Origin.OPT_OUT),
        (lambda now: events.Complained(now, "spam", CARL), Origin.COMPLAINT),
    ],
)
def test_who_objects_after_a_slip_stays_suppressed(
    each_world: World, said: Callable[[datetime], Event], origin: Origin
) -> None:
    """The entry is all that is known of an address that is no lead's."""
    welcomed(each_world)
    with each_world.desk() as desk:
        control.suppress(desk, CARL, "a slip")
        apply(desk, control.lead_by(desk, ADA).id, said(desk.now))
        digest, *_domains = desk.setup.suppression_digests(CARL)
        entry = suppressions.find(desk.connection, digest)
        assert entry is not None
        assert (entry.origin, entry.reason) == (origin, "a slip")
    with pytest.raises(ConflictError, match="opted out or complained"):
        lift(each_world, CARL)


def test_of_an_older_entry_the_past_of_its_lead_tells(world: World) -> None:
    welcomed(world).bounces(hard=True)
    world.after(DAY)
    with world.desk() as desk:
        desk.connection.execute(suppression.update().values(origin=None))
    lift(world)
    assert not suppressed(world)


def test_what_nobody_knows_the_cause_of_stays(world: World) -> None:
    welcomed(world)
    with world.desk() as desk:
        digest, *_domains = desk.setup.suppression_digests(ADA)
        suppressions.add(desk.connection, digest, "address", "from before", desk.now)
    with pytest.raises(ConflictError, match="by no refusal, bounce or hand"):
        lift(world)
    assert suppressed(world)
