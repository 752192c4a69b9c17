"""Programmes 2 and 7: cross-sell a month after a purchase, then reviews, then referrals; spaced."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from tests.acceptance.programmes import HOUSE, MONDAY, bought, come, diary, launch, state
from tests.acceptance.world import DAY, World, opened
from worker.core.states import EnrollmentState, Track
from worker.engine import control
from worker.engine.enroll import enroll
from worker.sandbox.recipients import Mood
from worker.store.database import Database

CROSS_SELL = "Your panels, a month on: how to hear what changed"
REVIEW = "What would you tell somebody with a room like yours?"


@pytest.fixture
def world(sqlite: Database) -> Iterator[World]:
    """A Monday at nine; all that is for customers is launched."""
    with opened(sqlite, HOUSE) as world:
        launch(world, "cross-sell", "reviews", "referrals")
        come(world)
        yield world


def test_one_month_after_the_purchase_and_nothing_before(world: World) -> None:
    world.until(MONDAY + 10 * DAY)
    assert world.mails() == []
    bought(world)
    world.until(datetime(2027, 2, 14, 23, tzinfo=UTC))  # the month ends on a Sunday
    assert world.mails() == []
    world.until(datetime(2027, 2, 15, 10, tzinfo=UTC))
    assert world.subjects() == [CROSS_SELL]


def test_they_never_run_beside_each_other_and_all_come(world: World) -> None:
    bought(world)
    world.until(MONDAY + 230 * DAY)
    assert world.subjects() == [
        CROSS_SELL,
        REVIEW,
        "If you would rather not write: one photo",
        "For the person you know who says “sorry, can you repeat that?”",
        "Half a year on: the next room, measured from your desk",
    ]
    times = [at for at, _ in diary(world)]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert min(gaps) >= timedelta(days=14)
    for name in ("cross-sell", "reviews", "referrals"):
        assert state(world, name)[0] is EnrollmentState.FINISHED
    assert world.lead().track is Track.NONE


def test_a_customer_who_answers_is_left_to_a_person(world: World) -> None:
    bought(world)
    world.until(datetime(2027, 2, 4, 12, tzinfo=UTC))
    assert world.subjects() == [CROSS_SELL]
    world.answers(mood=Mood.QUESTION)
    world.until(MONDAY + 120 * DAY)
    assert len(world.mails()) == 1
    assert state(world, "cross-sell")[0] is not EnrollmentState.ACTIVE


def test_reviews_wait_for_whatever_else_runs(world: World) -> None:
    launch(world, "welcome")
    bought(world)
    world.until(datetime(2027, 2, 18, 12, tzinfo=UTC))
    with world.desk() as desk:
        sequence = desk.catalogue.current(desk.connection, "welcome")
        lead = control.lead_by(desk, world.lead().address)
        assert enroll(desk.connection, desk.setup, lead, sequence, "by hand", desk.now)
    world.until(datetime(2027, 3, 5, 12, tzinfo=UTC))
    assert REVIEW not in world.subjects(), "eight weeks are over, but the welcome still runs"
    world.until(datetime(2027, 3, 16, tzinfo=UTC))
    assert world.subjects()[-1] == REVIEW
