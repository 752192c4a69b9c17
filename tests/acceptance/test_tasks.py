"""Stories of sequences that mail and call by turns, and of people who say how they want it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from tests.acceptance.world import ADA, DAY, HOUR, House, World, opened, template
from worker.core.stages import StageRule
from worker.core.states import CallResult, Channel, EnrollmentState, Outcome, Rhythm, Stage
from worker.engine import control, edit, reviews, tasks
from worker.engine.setup import Owner
from worker.engine.worklist import worklist
from worker.errors import ConflictError, InputError
from worker.store import enrollments, timeline
from worker.store import tasks as task_store
from worker.store.database import Database
from worker.store.tasks import Task

HEDY = Owner("Hedy Lamarr", "hedy@felt.example")
MONDAY = datetime(2027, 1, 4, 9, tzinfo=UTC)
HOUSE = House(start=MONDAY, setup={"owners": {HEDY.name: HEDY}})
EMAILS = {"mail.html": template("Hello"), "last.html": template("Once more")}

BOTH = """\
title = "Call and mail"
enroll = { on = "lead.created" }
then = "newsletter"

[[step]]
id = "call"
day = 1
task = "call"
say = "You asked for our guide: what is it that you hope to find?"
wait = true
for = "2 days"

[[step]]
id = "mail"
after = "0 minutes"
email = "mail.html"
purpose = "value"

[[step]]
id = "linkedin"
after = "1 day"
task = "linkedin"

[[step]]
id = "last"
after = "1 business day"
email = "last.html"
purpose = "value"
when = { task = { call = ["no_answer", "open"] } }
"""


def running(world: World, source: str = BOTH, **values: str) -> World:
    world.launch("both", source, EMAILS)
    world.add(
        **{"owner": HEDY.name, "zone": "Europe/London", "phone": "+44 20 7946 0000", **values}
    )
    return world


def open_tasks(world: World) -> list[Task]:
    with world.ticks.database.read() as connection:
        return task_store.of_lead(connection, world.lead().id, still_open=True)


def done(world: World, result: CallResult | None = None, note: str | None = None) -> None:
    [task] = open_tasks(world)
    with world.desk() as desk:
        tasks.done(desk, task.id, result, note)


def state(world: World) -> EnrollmentState:
    with world.ticks.database.read() as connection:
        return enrollments.of_lead(connection, world.lead().id)[-1].state


def test_a_call_is_due_the_same_day_and_the_mail_waits_for_it(database: Database) -> None:
    with opened(database, HOUSE) as world:
        [call] = open_tasks(running(world))
        assert (call.kind, call.due_at) == ("call", MONDAY.replace(hour=17))
        assert call.say.startswith("You asked for our guide")
        world.after(5 * HOUR)
        assert world.subjects() == []
        done(world, CallResult.REACHED, "wants prices")
        world.after(30 * HOUR)
        assert world.subjects() == ["Hello"]
        assert ("noted", "task 1, call: reached: wants prices") in world.decisions()
        with world.ticks.database.read() as connection:
            touches = timeline.touches_of(connection, world.lead().id)
        assert [(one.direction, one.kind) for one in touches] == [("out", "call"), ("out", "step")]


def test_nobody_waits_for_a_call_for_ever(sqlite: Database) -> None:
    with opened(sqlite, HOUSE) as world:
        running(world).after(2 * DAY)
        assert world.subjects() == ["Hello"]
        assert [task.kind for task in open_tasks(world)] == ["call"]
        world.after(4 * DAY)
        assert [task.kind for task in open_tasks(world)] == ["call", "linkedin"]
        assert world.subjects() == ["Hello", "Once more"]


def test_a_step_asks_how_the_call_ended(sqlite: Database) -> None:
    with opened(sqlite, HOUSE) as world:
        running(world)
        done(world, CallResult.REACHED)
        world.after(7 * DAY)
        assert world.subjects() == ["Hello"]


def test_an_answer_leaves_the_tasks_and_an_outcome_ends_them(sqlite: Database) -> None:
    with opened(sqlite, HOUSE) as world:
        running(world).after(2 * DAY)
        world.answers()
        world.settle()
        assert state(world) is EnrollmentState.PAUSED
        with world.desk() as desk:
            [item] = worklist(desk, owner=HEDY)
            assert item.answer is not None
            control.record_outcome(desk, world.lead(), Outcome.WON, 500, "won 500")
        assert open_tasks(world) == []
        assert any(what == "task expired" for what, _ in world.decisions())


REVIEWED = """\
title = "Reviewed"
enroll = { on = "lead.created" }

[[step]]
id = "offer"
after = "0 minutes"
email = "mail.html"
purpose = "value"
review = "owner"
"""


def test_what_waits_for_review_goes_out_as_the_lead_is_then(database: Database) -> None:
    with opened(database, HOUSE) as world:
        running(world, REVIEWED).after(3 * DAY)
        message = world.messages()[0]
        assert (message.state, message.not_before) == ("planned", None)
        assert message.reason == "on hold (message): waits for review by Hedy Lamarr"
        [task] = open_tasks(world)
        assert task.kind == "review"
        with world.desk() as desk:
            with pytest.raises(ConflictError, match=f"nurture outbox approve {message.id}"):
                control.release_message(desk, message.id)
            with pytest.raises(InputError, match=f"nurture outbox approve {message.id}"):
                tasks.skip(desk, task.id, "no")
            edit.edit(desk, world.lead(), {"first_name": "Augusta"})
            assert [one.id for one in reviews.waiting(desk, sequence="both")] == [message.id]
            assert reviews.waiting(desk, sequence="other") == []
            reviews.approve(desk, message.id)
        assert b"Good day, Augusta." in world.mails()[0].raw
        assert open_tasks(world) == []


def test_an_approval_overrules_nothing(sqlite: Database) -> None:
    with opened(sqlite, HOUSE) as world:
        running(world, REVIEWED)
        message = world.messages()[0]
        with world.desk() as desk:
            control.hold_lead(desk, world.lead(), "they are moving", None)
            reviews.approve(desk, message.id)
        world.after(DAY)
        assert world.mails() == []
        with world.desk() as desk, pytest.raises(ConflictError, match="does not wait for review"):
            reviews.approve(desk, message.id)


def test_a_resumed_lead_does_not_get_what_nobody_approved(sqlite: Database) -> None:
    with opened(sqlite, HOUSE) as world:
        running(world, REVIEWED)
        world.resume()
        world.after(DAY)
        assert world.mails() == []


def test_who_never_answers_mail_but_has_a_phone_is_called(sqlite: Database) -> None:
    """Programme 15."""
    with opened(sqlite, HOUSE) as world:
        running(world, REVIEWED.replace('review = "owner"\n', "")).after(6 * DAY)
        assert open_tasks(world) == []
        world.after(3 * DAY)
        [call] = open_tasks(world)
        assert call.kind == "call"
        assert "no answer within 7 days" in call.reason


@pytest.mark.parametrize("values", [{"phone": ""}, {"owner": "nobody we know"}])
def test_who_cannot_be_called_is_not(sqlite: Database, values: dict[str, str]) -> None:
    with opened(sqlite, HOUSE) as world:
        running(world, REVIEWED.replace('review = "owner"\n', ""), **values).after(10 * DAY)
        assert open_tasks(world) == []


WEEKS = 'title = "Often"\nenroll = { on = "lead.created" }\n' + "".join(
    f'\n[[step]]\nid = "s{number}"\nafter = "2 days"\nemail = "mail.html"\npurpose = "value"\n'
    for number in range(8)
)


def test_once_a_month_is_once_a_month(sqlite: Database) -> None:
    """Programme 15: a reply sets the pace, and the sequence goes on in it."""
    with opened(sqlite, HOUSE) as world:
        running(world, WEEKS).after(3 * DAY)
        world.writes(
            "Too many emails. Once a month is enough, thanks.",
            subject="Re: Hello",
            in_reply_to=world.header("Message-ID"),
        )
        world.after(DAY)
        assert world.lead().rhythm is Rhythm.MONTHLY
        assert state(world) is EnrollmentState.ACTIVE
        world.after(100 * DAY)
        days = [mail.at for mail in world.mails()]
        assert len(days) >= 3
        assert all(later - one >= timedelta(days=30) for one, later in pairwise(days[1:]))


def test_rather_by_phone_makes_a_call_of_every_mail(sqlite: Database) -> None:
    with opened(sqlite, HOUSE) as world:
        running(world, WEEKS).after(3 * DAY)
        world.writes(
            "I would prefer to talk on the phone.",
            subject="Re: Hello",
            in_reply_to=world.header("Message-ID"),
        )
        world.after(DAY)
        assert world.lead().channel is Channel.PHONE
        assert [task.kind for task in open_tasks(world)] == ["call"]
        world.after(7 * DAY)
        assert len(world.mails()) == 1
        assert len(open_tasks(world)) == 1  # it is asked for once
        done(world, CallResult.NO_ANSWER)
        world.after(4 * DAY)
        assert [task.kind for task in open_tasks(world)] == ["call"]


def test_who_wants_mail_is_not_called(sqlite: Database) -> None:
    with opened(sqlite, HOUSE) as world:
        world.launch("both", BOTH, EMAILS)
        lead = world.come(owner=HEDY.name, phone="+44 20 7946 0000")
        with world.desk() as desk:
            edit.edit(desk, lead, {"channel": "email"})
        world.after(HOUR)
        assert open_tasks(world) == []
        assert world.subjects() == ["Hello"]
        assert any("they asked not to be called" in why for _, why in world.decisions())


PRESSING = REVIEWED.replace('review = "owner"\n', "").replace(
    'on = "lead.created"', 'on = "stage.decision"'
)


def test_the_stage_decides_and_is_set_by_hand_by_an_event_and_by_rule(sqlite: Database) -> None:
    """Programme 14."""
    rules = (
        StageRule(Stage.DECISION, frozenset({"quote.asked"})),
        StageRule(Stage.DECISION, score=60),
    )
    addresses = ("ada@a.example", "bob@b.example", "cy@c.example", "dee@d.example")
    house = House(start=MONDAY, setup={**HOUSE.setup, "stage_rules": rules})
    with opened(sqlite, house) as world:
        world.launch("pressing", PRESSING, EMAILS)
        for address in addresses:
            world.add(address)
        with world.desk() as desk:
            edit.edit(desk, world.lead(addresses[0]), {"stage": "decision"})
            control.note(desk, world.lead(addresses[1]), "quote.asked", "for ten seats")
            edit.edit(desk, world.lead(addresses[2]), {"score": "60"})
        world.after(HOUR)
        stages = [world.lead(address).stage for address in addresses]
        assert stages == [Stage.DECISION, Stage.DECISION, Stage.DECISION, Stage.AWARENESS]
        assert [len(world.mails(address)) for address in addresses] == [1, 1, 1, 0]


def test_an_event_that_is_told_by_hand(sqlite: Database) -> None:
    goal = REVIEWED.replace('review = "owner"\n', "").replace(
        "enroll =", 'goal = "meeting_held"\nenroll ='
    )
    with opened(sqlite, HOUSE) as world:
        running(world, goal)
        with world.desk() as desk:
            for name, error in (("Meeting held", "is no event"), ("replied", "not by hand")):
                with pytest.raises(InputError, match=error):
                    control.note(desk, world.lead(ADA), name, "")
            control.note(desk, world.lead(), "meeting_held", "they liked it")
        assert state(world) is EnrollmentState.FINISHED
