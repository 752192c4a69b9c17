"""Whatever a sequence says and whatever is held: in order, never early, never twice, as before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.core.parts import DAY, HOUR, NOW, enrollment, hold, lead, sequence
from worker.core import calendar
from worker.core.condition import Condition, Trait
from worker.core.delay import Delay, Unit
from worker.core.due import (
    Decision,
    Finish,
    GoTo,
    OpenTask,
    SendNow,
    Skip,
    Surroundings,
    WaitUntil,
    decide,
    passed,
)
from worker.core.facts import END, Enrollment, Hold, Hours, Sequence, Slip, Step

MOST_ASKED = 500
ZONES = ("UTC", "Europe/Berlin", "America/Los_Angeles", "Pacific/Kiritimati")
NEVER = Condition(traits=(Trait("country", is_=("nowhere",)),))
delays = st.builds(Delay, st.integers(0, 12), st.sampled_from(Unit))
hours = st.sampled_from(
    [None, Hours(), Hours(business=False, opens=time(8), closes=time(9)), Hours(closes=time(10))]
)


@st.composite
def steps(draw: st.DrawFn, number: int, count: int) -> Step:
    """A step of `count`: an email, a task, or a branch to a later one."""
    when = draw(st.sampled_from([Condition(), NEVER]))
    named = f"s{number}"
    kind = draw(st.sampled_from(["email", "email", "task", "branch"]))
    if kind == "branch":
        later = [*(f"s{other}" for other in range(number + 1, count)), END]
        return Step(named, draw(delays), go_to=draw(st.sampled_from(later)), when=when)
    step = Step(
        named,
        draw(delays),
        hours=draw(hours),
        slip=draw(st.sampled_from(Slip)),
        when=when,
        day=draw(st.none() | st.just(number + 1)),
    )
    if kind == "email":
        return replace(step, email="a.html", variants=draw(st.sampled_from([(), ("a", "b")])))
    return replace(step, task="call", wait_for=draw(st.none() | delays))


@st.composite
def sequences(draw: st.DrawFn) -> Sequence:
    count = draw(st.integers(1, 8))
    return sequence(*(draw(steps(number, count)) for number in range(count)))


@st.composite
def hold_lists(draw: st.DrawFn) -> tuple[Hold, ...]:
    spans = draw(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 300)), max_size=4))
    return tuple(hold(NOW + start * HOUR, NOW + (start + span) * HOUR) for start, span in spans)


surroundings = st.builds(
    lambda name, holds: Surroundings(ZoneInfo(name), holds=holds, lead=lead()),
    st.sampled_from(ZONES),
    hold_lists(),
)


@dataclass(frozen=True)
class Deed:
    """A decision that did something, when, and where the passage stood before."""

    decision: Decision
    at: datetime
    before: Enrollment


def followed(
    of: Sequence, around: Surroundings, slow: timedelta = timedelta(), *, often: bool = False
) -> list[Deed]:
    """Follow a passage to its end; a message takes `slow` to go out."""
    one, now, deeds = enrollment(), NOW, list[Deed]()
    for _ in range(MOST_ASKED):
        decision = decide(of, one, around, now)
        if isinstance(decision, WaitUntil):
            assert decision.until is not None
            assert decision.until > now
            halfway = now + (decision.until - now) / 2
            now = halfway if often and decision.until - now > DAY else decision.until
            continue
        deeds.append(Deed(decision, now, one))
        match decision:
            case Finish():
                return deeds
            case SendNow():
                now += slow
                one = one._replace(position=one.position + 1, anchor=now, day=decision.day)
                one = one._replace(wait_until=None)
            case OpenTask() | Skip() | GoTo():
                one = passed(one, decision, now)
    raise AssertionError("it never ends")


@given(sequences(), surroundings)
def test_each_step_comes_at_most_once_and_in_order(of: Sequence, around: Surroundings) -> None:
    deeds = followed(of, around)
    places = [deed.before.position for deed in deeds]
    assert places == sorted(set(places))
    assert [deed.at for deed in deeds] == sorted(deed.at for deed in deeds)
    assert isinstance(deeds[-1].decision, Finish)


@given(sequences(), surroundings)
def test_nothing_comes_earlier_than_asked(of: Sequence, around: Surroundings) -> None:
    for deed in followed(of, around, 3 * HOUR):
        if not isinstance(deed.decision, SendNow | OpenTask | Skip):
            continue
        step, before = deed.decision.step, deed.before
        assert before.anchor <= deed.decision.due <= deed.at
        assert before.wait_until is None or deed.decision.due >= before.wait_until
        if step.day is None and step.slip is Slip.FORWARD:
            asked = calendar.add(before.anchor, step.after, around.zone)
            assert deed.decision.due >= asked


@given(sequences(), surroundings)
def test_nothing_is_done_while_it_is_held(of: Sequence, around: Surroundings) -> None:
    for deed in followed(of, around):
        assert not any(one.since <= deed.at and one.open_at(deed.at) for one in around.holds)


@given(sequences(), surroundings)
def test_steps_keep_to_their_hours(of: Sequence, around: Surroundings) -> None:
    for deed in followed(of, Surroundings(around.zone, lead=around.lead)):
        if isinstance(deed.decision, SendNow | OpenTask | Skip):
            assert calendar.open_at(deed.at, deed.decision.step.hours, around.zone)


@given(sequences(), surroundings)
def test_asking_more_often_changes_nothing(of: Sequence, around: Surroundings) -> None:
    assert followed(of, around, often=True) == followed(of, around)


@given(st.lists(st.integers(1, 28), min_size=2, max_size=8).map(sorted), surroundings)
def test_days_lie_as_far_apart_as_they_say(days: list[int], around: Surroundings) -> None:
    """Whatever was held: between two steps lie at least the days between their days."""
    of = sequence(*(Step(f"s{n}", email="a", day=day) for n, day in enumerate(days)))
    sent = [deed.at for deed in followed(of, around)[:-1]]
    local = [moment.astimezone(around.zone).date() for moment in sent]
    for number in range(1, len(days)):
        assert (local[number] - local[number - 1]).days >= days[number] - days[number - 1]
