"""What is next for an enrollment: a table of steps, waits, holds and ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.unit.core.parts import DAY, HOUR, NOW, enrollment, hold, sequence, step
from worker.core.caps import Reached
from worker.core.delay import Unit
from worker.core.due import Finish, OpenTask, SendNow, Surroundings, WaitUntil, decide, step_due
from worker.core.facts import Cap, Hold, Hours, Policy, Slip
from worker.core.states import EnrollmentState

UTC_ZONE = Surroundings(ZoneInfo("UTC"))
BERLIN = Surroundings(ZoneInfo("Europe/Berlin"))
RULE = "step.features.after"
MIDNIGHT = datetime(2027, 3, 27, 23, 30, tzinfo=UTC)  # in Berlin half past midnight on the 28th


@pytest.mark.parametrize(
    ("amount", "unit", "due"),
    [
        (0, Unit.MINUTES, NOW),
        (90, Unit.MINUTES, datetime(2027, 1, 4, 10, 30, tzinfo=UTC)),
        (30, Unit.HOURS, datetime(2027, 1, 5, 15, tzinfo=UTC)),
        (14, Unit.DAYS, datetime(2027, 1, 18, 9, tzinfo=UTC)),
        (5, Unit.BUSINESS_DAYS, datetime(2027, 1, 11, 9, tzinfo=UTC)),
        (2, Unit.WEEKS, datetime(2027, 1, 18, 9, tzinfo=UTC)),
        (1, Unit.MONTHS, datetime(2027, 2, 4, 9, tzinfo=UTC)),
    ],
)
def test_every_unit_counts_from_the_anchor(amount: int, unit: Unit, due: datetime) -> None:
    one = step(amount, unit)
    assert step_due(one, NOW, UTC_ZONE) == due
    before = decide(sequence(one), enrollment(), UTC_ZONE, due - timedelta(seconds=1))
    assert before == WaitUntil(due, before.reason, one, "step.features.after") or amount == 0
    at = decide(sequence(one), enrollment(), UTC_ZONE, due)
    assert isinstance(at, SendNow)
    assert (at.step, at.due, at.email) == (one, due, one.email)


def test_days_keep_the_local_time_and_hours_do_not() -> None:
    """The clocks go forward in Berlin on 28 March 2027."""
    assert step_due(step(1, Unit.DAYS), MIDNIGHT, BERLIN) == MIDNIGHT + 23 * HOUR
    assert step_due(step(24, Unit.HOURS), MIDNIGHT, BERLIN) == MIDNIGHT + 24 * HOUR


def test_holidays_are_no_business_days() -> None:
    around = Surroundings(ZoneInfo("UTC"), frozenset({date(2027, 1, 6)}))
    assert step_due(step(2, Unit.BUSINESS_DAYS), NOW, around) == NOW + 3 * DAY


@pytest.mark.parametrize(
    ("slip", "due"),
    [
        (Slip.FORWARD, datetime(2027, 1, 11, 9, tzinfo=UTC)),
        (Slip.BACK, datetime(2027, 1, 8, 9, tzinfo=UTC)),
    ],
)
def test_a_step_on_a_closed_day_slips_as_it_says(slip: Slip, due: datetime) -> None:
    saturday = step(5, hours=Hours(), slip=slip)
    assert step_due(saturday, NOW, UTC_ZONE) == due


def test_a_step_never_slips_back_before_its_anchor() -> None:
    saturday = datetime(2027, 1, 9, 12, tzinfo=UTC)
    due = step_due(step(1, hours=Hours(), slip=Slip.BACK), saturday, UTC_ZONE)
    assert due == datetime(2027, 1, 11, 9, tzinfo=UTC)


LAST_WAIT = "waiting 7 days for an answer to the last step"
HELD = [
    pytest.param([hold(NOW, NOW + 3 * DAY)], NOW + 5 * DAY, id="ended"),
    pytest.param([hold(NOW, NOW + DAY), hold(NOW, NOW + 2 * DAY)], NOW + 4 * DAY, id="overlap"),
    pytest.param([hold(NOW, NOW + DAY), hold(NOW + DAY, NOW + 2 * DAY)], NOW + 4 * DAY, id="row"),
    pytest.param([hold(NOW - 3 * DAY, NOW)], NOW + 2 * DAY, id="over before"),
    pytest.param([hold(NOW + 2 * DAY, NOW + 9 * DAY)], NOW + 2 * DAY, id="after"),
    pytest.param([hold(NOW + DAY, None)], None, id="without an end"),
]


@pytest.mark.parametrize(("holds", "due"), HELD)
def test_a_step_is_later_by_the_time_it_was_held(holds: list[Hold], due: datetime | None) -> None:
    assert step_due(step(2), NOW, Surroundings(ZoneInfo("UTC"), holds=tuple(holds))) == due


def test_what_a_hold_moves_into_the_weekend_slips_too() -> None:
    around = Surroundings(ZoneInfo("UTC"), holds=(hold(NOW, NOW + 3 * DAY),))
    due = step_due(step(2, hours=Hours()), NOW, around)
    assert due == datetime(2027, 1, 11, 9, tzinfo=UTC)


def test_nothing_is_sent_while_a_hold_is_open() -> None:
    away = Surroundings(ZoneInfo("UTC"), holds=(hold(NOW - DAY, NOW + DAY, reason="away"),))
    decision = decide(sequence(step(0)), enrollment(), away, NOW)
    assert decision == WaitUntil(NOW + DAY, "on hold: away", step(0))


def test_a_hold_without_an_end_waits_for_somebody() -> None:
    asked = Surroundings(ZoneInfo("UTC"), holds=(hold(NOW - DAY, reason="what did it mean?"),))
    decision = decide(sequence(step(0)), enrollment(), asked, NOW)
    assert decision == WaitUntil(None, "on hold: what did it mean?")


@pytest.mark.parametrize(
    "state", [EnrollmentState.PAUSED, EnrollmentState.FINISHED, EnrollmentState.STOPPED]
)
def test_only_an_active_enrollment_sends(state: EnrollmentState) -> None:
    decision = decide(sequence(step(0)), enrollment(state=state), UTC_ZONE, NOW + DAY)
    assert decision == WaitUntil(None, f"the enrollment is {state}")


def test_a_message_that_is_not_settled_holds_the_next_step() -> None:
    decision = decide(sequence(step(0)), enrollment(message_open=True), UTC_ZONE, NOW)
    assert decision == WaitUntil(None, "its message is not settled yet")


def test_the_position_says_which_step_is_next() -> None:
    steps = step(0, id="welcome"), step(2, id="features")
    decision = decide(sequence(*steps), enrollment(position=1), UTC_ZONE, NOW + 2 * DAY)
    assert isinstance(decision, SendNow)
    assert (decision.step, decision.due) == (steps[1], NOW + 2 * DAY)
    assert (decision.reason, decision.rule) == ("due 2 days after step welcome", RULE)


@pytest.mark.parametrize(
    ("days", "business", "why"),
    [
        (5, True, "Sat 2027-01-09 10:00 (Europe/Berlin) is on a weekend"),
        (2, True, "Wed 2027-01-06 10:00 (Europe/Berlin) is a holiday"),
        (1, True, "Tue 2027-01-05 10:00 (Europe/Berlin) is outside its hours"),
        (5, False, "Sat 2027-01-09 10:00 (Europe/Berlin) is outside its hours"),
        (2, False, "Wed 2027-01-06 10:00 (Europe/Berlin) is outside its hours"),
    ],
)
def test_a_step_that_the_calendar_moved_says_so(days: int, business: bool, why: str) -> None:
    around = Surroundings(ZoneInfo("Europe/Berlin"), frozenset({date(2027, 1, 6)}))
    moved = step(days, hours=Hours(business, opens=time(11)))
    decision = decide(sequence(moved), enrollment(), around, NOW)
    assert isinstance(decision, WaitUntil)
    assert decision.reason.endswith(f"; {why}")
    assert decision.rule == "step.features.window"


def test_the_end_comes_when_the_wait_for_an_answer_is_over() -> None:
    done = enrollment(position=1)
    soon = decide(sequence(step()), done, UTC_ZONE, NOW + 7 * DAY - HOUR)
    assert soon == WaitUntil(NOW + 7 * DAY, LAST_WAIT, rule="wait_for_answer")
    over = decide(sequence(step()), done, UTC_ZONE, NOW + 7 * DAY)
    assert over == Finish("no answer within 7 days of the last step", "wait_for_answer")


def test_a_hold_makes_the_last_wait_longer_too() -> None:
    away = Surroundings(ZoneInfo("UTC"), holds=(hold(NOW + DAY, NOW + 3 * DAY),))
    decision = decide(sequence(step()), enrollment(position=1), away, NOW + 8 * DAY)
    assert decision == WaitUntil(NOW + 9 * DAY, LAST_WAIT, rule="wait_for_answer")


def test_a_spread_scatters_what_is_due_within_its_hours_but_no_step_that_slips_back() -> None:
    spread = Surroundings(ZoneInfo("UTC"), spread=2 * HOUR)
    steps = step(1, hours=Hours()), step(1, hours=Hours(), slip=Slip.BACK)
    for one, moves in zip(steps, (True, False), strict=True):
        found = decide(sequence(one), enrollment(lead_id=7), spread, NOW)
        assert isinstance(found, WaitUntil)
        assert found.until is not None
        assert NOW + DAY <= found.until < NOW + DAY + 2 * HOUR
        assert (found.until > NOW + DAY) is moves
        assert "outside" not in found.reason


CALL = step(0, id="call", task="call", email="", hours=Hours(opens=time(9), closes=time(17)))
FRIDAY = NOW + 4 * DAY
ONCE = Reached((FRIDAY - HOUR,), ZoneInfo("UTC"), Policy(daily_cap=1, weekly_cap=None))


def test_a_task_waits_for_hours_in_which_its_lead_may_be_reached() -> None:
    around = replace(UTC_ZONE, reached=ONCE)
    begun = enrollment(anchor=FRIDAY)
    found = decide(sequence(CALL), begun, around, FRIDAY)
    reason = "the lead was reached once today; the limit is 1"
    assert found == WaitUntil(FRIDAY + 3 * DAY, reason, CALL, "policy.daily_cap")
    assert isinstance(decide(sequence(CALL), begun, around, FRIDAY + 3 * DAY), OpenTask)


def test_the_cap_of_the_sequence_stands_in_for_that_of_the_house() -> None:
    around = replace(UTC_ZONE, reached=ONCE)
    wider = replace(sequence(CALL), cap=Cap(day=2))
    assert isinstance(decide(wider, enrollment(), around, FRIDAY), OpenTask)
    narrower = replace(sequence(CALL), cap=Cap(day=2, week=1))
    found = decide(narrower, enrollment(), around, FRIDAY)
    assert isinstance(found, WaitUntil)
    assert (found.until, found.rule) == (FRIDAY + 7 * DAY, "cap.week")


def test_no_cap_keeps_an_owner_from_a_task() -> None:
    around = replace(UTC_ZONE, reached=ONCE)
    assert isinstance(decide(sequence(CALL), enrollment(to_owner=True), around, FRIDAY), OpenTask)
