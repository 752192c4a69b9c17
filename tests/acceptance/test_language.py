"""Stories of the sequence language: days, conditions, branches, tasks, goals, coming again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.acceptance.world import DAY, HOUR, World, template
from worker.core.events import Noted
from worker.core.facts import Lead
from worker.core.states import CallResult
from worker.engine import control, results, tasks
from worker.engine.apply import apply
from worker.engine.enroll import Entry, enroll
from worker.sandbox.recipients import Mood
from worker.store import enrollments
from worker.store import tasks as task_store
from worker.store.tasks import Task

MONDAY = datetime(2027, 1, 4, 9, tzinfo=UTC)
HEAD = """\
title = "Trial"
enroll = { on = "lead.created" }
calendar = { days = "every", window = "09:00-17:00", zone = "lead" }
"""
NAMES = ("one", "two", "three", "four")
TEMPLATES = {f"{name}.html": template(name) for name in NAMES}


def email(name: str, *lines: str) -> str:
    return "\n".join(
        ["", "[[step]]", f'id = "{name}"', f'email = "{name}.html"', 'purpose = "value"', *lines]
    )


def task(name: str, *lines: str) -> str:
    return "\n".join(["", "[[step]]", f'id = "{name}"', 'task = "call"', *lines])


def branch(name: str, to: str, *lines: str) -> str:
    return "\n".join(["", "[[step]]", f'id = "{name}"', f'go_to = "{to}"', *lines])


def launch(world: World, *steps: str, head: str = HEAD) -> None:
    world.launch("trial", head + "\n".join(steps) + "\n", TEMPLATES)


def note(world: World, word: str, lead: Lead) -> None:
    with world.desk() as desk:
        apply(desk, lead.id, Noted(desk.now, f"told by hand: {word}", word))


def open_tasks(world: World) -> list[Task]:
    with world.ticks.database.read() as connection:
        return task_store.open_now(connection)


def sent(world: World) -> list[tuple[str, datetime]]:
    """The subjects of what arrived, each with the day on which it was sent."""
    moments = [one.sent_at for one in world.messages() if one.sent_at is not None]
    return list(zip(world.subjects(), moments, strict=True))


def said(world: World, what: str) -> list[str]:
    return [reason for done, reason in world.decisions() if done == what]


def test_days_count_from_the_first_and_move_with_what_moved(world: World) -> None:
    head = HEAD.replace('"every"', '"business"')
    launch(
        world,
        email("one", "day = 1"),
        email("two", "day = 6"),
        email("three", "day = 8"),
        head=head,
    )
    world.until(MONDAY)
    world.add()
    world.after(15 * DAY)
    # Day 6 is a Saturday: it moves to the Monday, and day 8 to two days after that.
    assert [moment.date().day for _, moment in sent(world)] == [4, 11, 13]


def test_a_step_whose_condition_does_not_hold_is_skipped_with_a_reason(world: World) -> None:
    launch(
        world,
        email("one", 'after = "0 minutes"'),
        email("two", 'after = "1 day"', 'when = { lead = { country = "AT" } }'),
        email("three", 'after = "1 day"'),
    )
    world.until(MONDAY)
    world.add(country="DE")
    world.after(3 * DAY)
    assert world.subjects() == ["one", "three"]
    assert said(world, "skipped") == ["trial, step two: skipped: country is “DE”, not at"]
    assert sent(world)[1][1].date() == (MONDAY + 2 * DAY).date()  # counted from the skip


@pytest.mark.parametrize(("country", "got"), [("AT", ["one", "three"]), ("DE", ["one", "two"])])
def test_a_branch_goes_one_way_or_the_other(world: World, country: str, got: list[str]) -> None:
    launch(
        world,
        email("one", 'after = "0 minutes"'),
        branch("near", "three", 'when = { lead = { country = "AT" } }'),
        email("two", 'after = "1 day"'),
        branch("over", "end"),
        email("three", 'after = "2 days"'),
    )
    world.until(MONDAY)
    world.add(country=country)
    world.after(5 * DAY)
    assert world.subjects() == got
    wait = 2 * DAY if country == "AT" else DAY
    assert sent(world)[1][1].date() == (MONDAY + wait).date()  # a branch is no touch
    world.after(10 * DAY)
    assert world.lead().track.value == "newsletter"


def test_a_task_holds_nothing_up_unless_it_is_waited_for(world: World) -> None:
    launch(world, task("call", "day = 1"), email("one", "day = 1"), email("two", "day = 2"))
    world.until(MONDAY)
    world.add()
    assert world.subjects() == ["one"]
    [call] = open_tasks(world)
    assert (call.kind, call.step_id) == ("call", "call")
    world.after(DAY)
    assert world.subjects() == ["one", "two"]


WAITED = (
    task("call", 'after = "0 minutes"', "wait = true", 'for = "3 days"', 'say = "Good day"'),
    branch("spoken", "two", 'when = { task = { call = "reached" } }'),
    email("one", 'after = "1 hour"'),
    branch("over", "end"),
    email("two", 'after = "1 hour"'),
)


def test_a_task_is_waited_for_at_most_so_long(world: World) -> None:
    launch(world, *WAITED)
    world.until(MONDAY)
    world.add()
    world.after(2 * DAY)
    assert world.subjects() == []
    world.after(2 * DAY)
    assert [subject for subject, _ in sent(world)] == ["one"]
    assert sent(world)[0][1] >= MONDAY + 3 * DAY


@pytest.mark.parametrize(
    ("result", "got"), [(CallResult.REACHED, "two"), (CallResult.NO_ANSWER, "one")]
)
def test_what_a_call_came_to_decides_the_way(world: World, result: CallResult, got: str) -> None:
    launch(world, *WAITED)
    world.until(MONDAY)
    world.add()
    world.after(26 * HOUR)
    [call] = open_tasks(world)
    assert call.say == "Good day"
    with world.desk() as desk:
        tasks.done(desk, call.id, result, None)
    assert world.subjects() == [got]
    assert said(world, "held") == []  # due since the call, not since its hour: nothing is late


@pytest.mark.parametrize(
    ("key", "event", "state"),
    [
        ('goal = "trial_started"', "trial_started", "finished"),
        ('stop_on = ["plan.cancelled"]', "plan.cancelled", "stopped"),
    ],
)
def test_a_goal_ends_it_as_finished_and_what_stops_it_stops_it(
    world: World, key: str, event: str, state: str
) -> None:
    steps = email("one", 'after = "0 minutes"'), email("two", 'after = "1 day"')
    launch(world, *steps, head=f"{HEAD}{key}\n")
    world.until(MONDAY)
    lead = world.add()
    note(world, event, lead)
    world.after(10 * DAY)
    assert world.subjects() == ["one"]
    assert states(world, lead) == [state]
    assert world.limbo() == []


def states(world: World, lead: Lead) -> list[str]:
    with world.ticks.database.read() as connection:
        return [one.state.value for one in enrollments.of_lead(connection, lead.id)]


def test_an_event_makes_a_step_due_at_once(world: World) -> None:
    launch(
        world,
        email("one", 'after = "0 minutes"'),
        email("two", 'after = "1 week"', 'or_on = "guide.read"'),
    )
    world.until(MONDAY)
    lead = world.add()
    world.after(DAY + HOUR)
    note(world, "guide.read", lead)
    assert world.subjects() == ["one", "two"]
    assert said(world, "planned")[-1] == "trial, step two: due at once: guide.read came"


def test_an_event_of_the_firms_own_takes_leads_in(world: World) -> None:
    head = HEAD.replace("lead.created", "webinar.seen")
    launch(world, email("one", 'after = "0 minutes"'), head=head)
    world.until(MONDAY)
    lead = world.add()
    assert world.subjects() == []
    note(world, "webinar.seen", lead)
    assert world.subjects() == ["one"]


def test_nobody_comes_in_again_before_the_sequence_allows_it(world: World) -> None:
    head = HEAD.replace("lead.created", "asked") + 'again = "2 months"\nwait_for_answer = "1 day"\n'
    launch(world, email("one", 'after = "0 minutes"'), head=head)
    world.until(MONDAY)
    lead = world.add()
    note(world, "asked", lead)
    world.after(7 * DAY)
    note(world, "asked", lead)
    assert world.subjects() == ["one"]
    assert said(world, "not enrolled")[-1].startswith("trial: it went through it until 2027-01-05")
    world.after(60 * DAY)
    note(world, "asked", lead)
    assert world.subjects() == ["one", "one"]


def test_a_person_lets_a_lead_in_again_and_at_a_step(world: World) -> None:
    launch(world, email("one", 'after = "0 minutes"'), email("two", 'after = "1 day"'))
    world.until(MONDAY)
    lead = world.add()
    with world.desk() as desk:
        control.stop_lead(desk, lead, "a mistake")
    with world.desk() as desk:
        trial = desk.catalogue.current(desk.connection, "trial")
        setup = world.ticks.setup
        assert not enroll(desk.connection, setup, lead, trial, "by hand", desk.now)
        entry = Entry(step="two", again=True)
        assert enroll(desk.connection, setup, lead, trial, "by hand", desk.now, entry=entry)
    world.after(2 * DAY)
    assert world.subjects() == ["one", "two"]


def test_what_is_alone_waits_for_the_others(world: World) -> None:
    launch(world, email("one", 'after = "0 minutes"'), email("two", 'after = "3 days"'))
    alone = HEAD + "alone = true\n" + email("three", 'after = "1 day"') + "\n"
    world.launch("quiet", alone, TEMPLATES)
    world.until(MONDAY)
    world.add()
    world.after(5 * DAY)
    assert world.subjects() == ["one", "two"]
    world.after(10 * DAY)
    assert world.subjects() == ["one", "two", "three"]
    assert said(world, "held") == []


def test_each_lead_gets_one_variant_and_always_the_same(world: World) -> None:
    step = email("one", 'after = "0 minutes"').replace('"one.html"', '["one.html", "two.html"]')
    launch(world, step)
    world.until(MONDAY)
    addresses = [f"lead{number}@firm{number}.example" for number in range(12)]
    for address in addresses:
        world.come(address)
    world.settle()
    got = [subject for address in addresses for subject in world.subjects(address)]
    assert len(got) == len(addresses)
    assert set(got) == {"one", "two"}


def test_variants_are_told_apart_by_what_came_of_them(world: World) -> None:
    step = email("one", 'after = "0 minutes"').replace('"one.html"', '["one.html", "two.html"]')
    launch(world, step)
    world.until(MONDAY)
    addresses = [f"lead{number}@firm{number}.example" for number in range(8)]
    for address in addresses:
        world.come(address)
    world.settle()
    first = [one for one in addresses if world.subjects(one) == ["one"]]
    world.answers(first[0])
    world.answers(first[1], Mood.OPT_OUT)
    world.after(HOUR)
    with world.desk() as desk:
        trial = desk.catalogue.current(desk.connection, "trial")
        one, two = results.of(desk.connection, trial)
    assert (one.template, one.sent) == ("one.html", len(first))
    assert (two.template, two.sent) == ("two.html", len(addresses) - len(first))
    assert (one.answered.count, one.left.count) == (2, 1)
    assert (two.answered.count, two.left.count) == (0, 0)
    assert one.left.low < 1 / len(first) < one.left.high
