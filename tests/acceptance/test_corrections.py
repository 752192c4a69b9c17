"""Stories of mails that were understood wrongly, and of the person who says so."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.acceptance.test_sequences_answers import state, suppressed, welcomed
from tests.acceptance.test_sequences_notices import OWNER, OWNERS, VOUCHED
from tests.acceptance.test_tasks import open_tasks
from tests.acceptance.world import ADA, DAY, HOUR, House, World, opened
from worker.cli.correction_view import facts_of, print_corrected, write_examples
from worker.core.mail import Intent, Kind
from worker.core.pace import Pace
from worker.core.states import EnrollmentState, Outcome, Rhythm, Scope, Stage, Track
from worker.engine import control, tasks
from worker.engine.correct import Corrected, Expected, correct
from worker.engine.edit import edit
from worker.errors import ConflictError, InputError, NotFoundError
from worker.sandbox.recipients import Mood
from worker.store import holds, incoming
from worker.store.database import Database

ASKS = Intent.QUESTION


def last(world: World) -> int:
    """The number of the mail that came last."""
    with world.ticks.database.read() as connection:
        return incoming.newest(connection, 1)[0].id


def corrected(world: World, expected: Expected, lead: str | None = None) -> Corrected:
    """Correct the mail that came last."""
    with world.desk() as desk:
        whose = control.lead_by(desk, lead) if lead else None
        return correct(desk, last(world), expected, whose)


def test_an_opt_out_that_was_none_is_lifted_and_the_sequence_goes_on(each_world: World) -> None:
    welcomed(each_world).after(DAY)
    each_world.answers(mood=Mood.OPT_OUT)
    each_world.settle()
    assert suppressed(each_world) is not None
    each_world.after(DAY)
    done = corrected(each_world, Expected(intent=Intent.NOT_NOW, until=date(2027, 2, 1)))
    assert done.event == "not_now"
    assert "the address is suppressed no more" in done.undone
    assert suppressed(each_world) is None
    assert state(each_world) is EnrollmentState.ACTIVE
    each_world.until(datetime(2027, 2, 1, 8, tzinfo=UTC))
    assert len(each_world.mails()) == 1
    each_world.after(20 * DAY)
    assert len(each_world.mails()) == 2


def test_interest_that_was_an_opt_out_is_suppressed_and_frees_the_company(world: World) -> None:
    welcomed(world)
    bob = "bob@analytical.example"
    world.add(bob)
    world.answers()
    world.settle()
    done = corrected(world, Expected(intent=Intent.OPT_OUT))
    assert done.event == "opted_out"
    assert [suppressed(world) is None, state(world)] == [False, EnrollmentState.STOPPED]
    world.after(16 * DAY)
    assert [len(world.mails()), len(world.mails(bob))] == [1, 2]


def test_an_absence_that_was_a_person_pauses(world: World) -> None:
    welcomed(world).is_away(date(2027, 1, 15))
    world.settle()
    assert state(world) is EnrollmentState.ACTIVE
    corrected(world, Expected(intent=Intent.QUESTION))
    assert state(world) is EnrollmentState.PAUSED
    assert "reply" in world.alerts()


def test_what_means_nothing_lets_the_lead_go_on_where_it_stood(world: World) -> None:
    welcomed(world)
    world.writes("Hm.", in_reply_to=world.header("Message-ID"))
    world.after(2 * DAY)
    assert state(world) is EnrollmentState.PAUSED
    done = corrected(world, Expected(kind=Kind.OTHER))
    assert done.event is None
    assert state(world) is EnrollmentState.ACTIVE
    assert world.alerts() == {}
    world.after(20 * DAY)
    assert len(world.mails()) == 2


def test_a_strangers_mail_is_given_to_a_lead(world: World) -> None:
    welcomed(world)
    world.writes("Please stop writing to me.", sender="a.king@elsewhere.example")
    world.settle()
    with pytest.raises(ConflictError, match="is no lead's: say whose it is with --lead"):
        corrected(world, Expected(intent=Intent.OPT_OUT))
    corrected(world, Expected(intent=Intent.OPT_OUT), ADA)
    assert suppressed(world) is not None


LED = {"owners": OWNERS, "team_lead": "Hopper"}
OWNED = House(setup=LED, mailbox={"pace": Pace(daily_limit=1)})
"""A house in which a notice waits, so that it can still be cancelled."""


def held(world: World) -> list[Scope]:
    """What is on hold."""
    with world.ticks.database.read() as connection:
        return [one.scope for one in holds.open_now(connection, world.now)]


def told(world: World) -> list[str]:
    """The notices that wait to go out."""
    notices = [one for one in world.messages() if one.recipient == OWNER]
    return [one.template for one in notices if one.state == "planned"]


def test_a_correction_that_was_wrong_is_taken_back(database: Database) -> None:
    """Its hold on the company, and its notice; one of that kind can be told again."""
    with opened(database, OWNED) as world:
        welcomed(world).answers(mood=Mood.OPT_OUT)
        world.settle()
        world.after(HOUR)
        corrected(world, Expected(intent=Intent.QUESTION))
        assert set(held(world)) == {Scope.COMPANY, Scope.ENROLLMENT}
        assert told(world) == ["question.html"]
        world.after(HOUR)
        done = corrected(world, Expected(intent=Intent.NOT_INTERESTED))
        assert "what it held goes on" in done.undone
        assert held(world) == []
        assert told(world) == ["declined.html"]
        assert world.alerts() == {}
        assert state(world) is EnrollmentState.STOPPED
        world.after(HOUR)
        corrected(world, Expected(intent=Intent.QUESTION))
        assert told(world) == ["question.html"]
        assert state(world) is EnrollmentState.PAUSED


def test_whose_a_mail_is_can_be_corrected_as_well(world: World) -> None:
    bob = "bob@elsewhere.example"
    welcomed(world).add(bob)
    world.writes("Please stop writing to me.", sender="a.king@elsewhere.org")
    world.settle()
    world.after(HOUR)
    corrected(world, Expected(intent=Intent.OPT_OUT), ADA)
    assert suppressed(world) is not None
    world.after(HOUR)
    done = corrected(world, Expected(intent=Intent.OPT_OUT), bob)
    assert f"{ADA}: the address is suppressed no more" in done.undone
    assert [suppressed(world), state(world)] == [None, EnrollmentState.ACTIVE]
    assert world.lead().track is Track.ACTIVE
    assert [suppressed(world, bob) is None, state(world, bob)] == [False, EnrollmentState.STOPPED]


def test_what_an_earlier_answer_paused_waits_on(each_world: World) -> None:
    """Promise 7: of two answers one was no opt-out, and the question of the other is open."""
    welcomed(each_world).answers(mood=Mood.QUESTION)
    each_world.settle()
    each_world.after(HOUR)
    each_world.answers(mood=Mood.OPT_OUT)
    each_world.settle()
    each_world.after(HOUR)
    done = corrected(each_world, Expected(kind=Kind.OTHER))
    assert "its sequences wait for you, as before" in done.undone
    assert state(each_world) is EnrollmentState.PAUSED
    assert "reply" in each_world.alerts()
    each_world.after(20 * DAY)
    assert len(each_world.mails()) == 1
    each_world.resume()
    each_world.after(20 * DAY)
    assert len(each_world.mails()) == 2


def monthly(world: World) -> World:
    """A mail was read as the wish for mail once a month."""
    mail = welcomed(world).header("Message-ID")
    world.writes("Too many emails. Once a month is enough, thanks.", in_reply_to=mail)
    world.settle()
    assert world.lead().rhythm is Rhythm.MONTHLY
    world.after(HOUR)
    return world


def test_a_pace_that_nobody_wished_is_taken_back(each_world: World) -> None:
    done = corrected(monthly(each_world), Expected(intent=Intent.QUESTION))
    assert "the rhythm is none again" in done.undone
    assert each_world.lead().rhythm is None
    each_world.after(HOUR)
    with each_world.desk() as desk:
        edit(desk, each_world.lead(), {"rhythm": "monthly"})
    corrected(each_world, Expected(intent=Intent.UNKNOWN))
    assert each_world.lead().rhythm is Rhythm.MONTHLY


def test_a_pace_that_was_set_since_stays(world: World) -> None:
    with monthly(world).desk() as desk:
        edit(desk, world.lead(), {"rhythm": "weekly"})
    done = corrected(world, Expected(intent=Intent.QUESTION))
    assert "the rhythm is weekly, as it was set since" in done.kept
    assert world.lead().rhythm is Rhythm.WEEKLY


def test_a_call_that_nobody_wished_is_asked_for_no_more(sqlite: Database) -> None:
    with opened(sqlite, House(setup=LED)) as world:
        mail = welcomed(world).header("Message-ID")
        world.writes("I would prefer to talk on the phone.", in_reply_to=mail)
        world.settle()
        [task] = open_tasks(world)
        done = corrected(world, Expected(intent=Intent.QUESTION))
        assert {"the channel is none again", f"task {task.id}, to call them, is closed"} <= set(
            done.undone
        )
        assert (world.lead().channel, open_tasks(world)) == (None, [])


def test_who_wants_it_otherwise_is_left_to_a_person(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    welcomed(world).answers(mood=Mood.NO)
    world.settle()
    print_corrected(corrected(world, Expected(intent=Intent.CHANGE)))
    assert f"`nurture leads edit {ADA} rhythm=monthly`, or" in capsys.readouterr().out
    assert state(world) is EnrollmentState.PAUSED


def test_a_task_that_expired_by_a_stop_that_was_none_is_open_again(each_world: World) -> None:
    welcomed(each_world)
    with each_world.desk() as desk:
        tasks.add_by_hand(desk, each_world.lead(), "call", "How is the room?", None)
    each_world.answers(mood=Mood.NO)
    each_world.settle()
    assert open_tasks(each_world) == []
    each_world.after(HOUR)
    assert "its tasks are open again" in corrected(each_world, Expected(intent=ASKS)).undone
    assert [one.kind for one in open_tasks(each_world)] == ["call"]
    assert any("call, open again" in why for _, why in each_world.decisions())


def test_a_stage_that_was_set_since_stays(each_world: World) -> None:
    welcomed(each_world).answers(mood=Mood.NO)
    each_world.settle()
    each_world.after(HOUR)
    with each_world.desk() as desk:
        edit(desk, each_world.lead(), {"stage": "decision"})
    done = corrected(each_world, Expected(intent=ASKS))
    assert each_world.lead().stage is Stage.DECISION
    assert "the stage is decision, as it was set since" in done.kept
    assert state(each_world) is EnrollmentState.PAUSED


def test_an_outcome_that_was_recorded_since_stays(each_world: World) -> None:
    welcomed(each_world).answers(mood=Mood.NO)
    each_world.settle()
    each_world.after(HOUR)
    with each_world.desk() as desk:
        control.record_outcome(desk, each_world.lead(), Outcome.WON, 500, "won 500")
    done = corrected(each_world, Expected(intent=ASKS))
    assert each_world.lead().stage is Stage.CUSTOMER
    assert each_world.lead().track is Track.NONE
    assert state(each_world) is EnrollmentState.STOPPED
    assert "how it ended was recorded since: its sequences stay as they are" in done.kept


def test_whom_an_owner_took_over_since_waits_on(sqlite: Database) -> None:
    with opened(sqlite, House(setup=LED)) as world:
        welcomed(world).answers()
        world.settle()
        world.after(HOUR)
        with world.desk() as desk:
            control.hand_over(desk, world.lead(), OWNERS["Hopper"], "wants a call")
        world.after(HOUR)
        done = corrected(world, Expected(kind=Kind.OTHER))
        assert state(world) is EnrollmentState.PAUSED
        assert "its sequences wait for you, as before" in done.undone
        world.after(30 * DAY)
        assert len(world.mails()) == 1


def test_what_an_owner_said_is_not_corrected_into_the_lead_s_words(sqlite: Database) -> None:
    with opened(sqlite, House(setup=LED)) as world:
        welcomed(world).answers()
        world.settle()
        notice = world.header("Message-ID", OWNER)
        world.writes("won 500", sender=OWNER, in_reply_to=notice, **VOUCHED)
        world.settle()
        with pytest.raises(ConflictError, match="is no word of the lead's"):
            corrected(world, Expected(kind=Kind.OTHER))
        assert world.lead().stage is Stage.CUSTOMER


def test_what_a_lead_said_under_a_notice_is_corrected_whichever_address_it_is_from(
    sqlite: Database,
) -> None:
    with opened(sqlite, House(setup=LED)) as world:
        welcomed(world).answers()
        world.settle()
        notice = world.header("Message-ID", OWNER)
        world.writes("Unsubscribe me.", sender=ADA.replace("@", "+felt@"), in_reply_to=notice)
        world.settle()
        assert state(world) is EnrollmentState.STOPPED
        corrected(world, Expected(intent=Intent.QUESTION))
        assert state(world) is EnrollmentState.PAUSED


def test_a_complaint_is_not_lifted_by_two_corrections_either(world: World) -> None:
    """Promise 9."""
    welcomed(world)
    report = "Feedback-Type: abuse\nVersion: 1\n"  # RFC 5965
    provider = "feedback@elsewhere.example"
    world.writes(report, sender=provider, in_reply_to=world.header("Message-ID"))
    world.settle()
    for intent in (Intent.QUESTION, Intent.UNKNOWN):
        world.after(HOUR)
        corrected(world, Expected(intent=intent))
    assert suppressed(world) is not None
    assert state(world) is EnrollmentState.STOPPED


def test_a_person_who_went_on_meanwhile_is_not_undone(world: World) -> None:
    welcomed(world).answers(mood=Mood.NO)
    world.settle()
    world.launch("again", 'title = "Again"\nenroll = { on = "outcome.won" }\n' + STEP)
    with world.desk() as desk:
        control.resume_lead(desk, control.lead_by(desk, ADA), "we talked")
    corrected(world, Expected(kind=Kind.OTHER))
    assert state(world) is EnrollmentState.ACTIVE
    assert world.lead().track is Track.ACTIVE


STEP = """
[[step]]
id = "one"
after = "1 day"
email = "welcome.html"
purpose = "value"
"""


def test_a_correction_is_kept_as_an_example(world: World, tmp_path: Path) -> None:
    welcomed(world)
    raw = world.answers(mood=Mood.LATER)
    world.settle()
    corrected(world, Expected(intent=Intent.NOT_NOW, until=date(2027, 3, 1)))
    with world.ticks.desk() as desk:
        [name] = write_examples(desk, tmp_path / "examples")
        found = facts_of(desk, last(world))
    assert (tmp_path / "examples" / f"{name}.eml").read_bytes().endswith(raw[-40:])
    said = tomllib.loads((tmp_path / "examples" / f"{name}.toml").read_text())
    assert said == {"kind": "human", "intent": "not_now", "until": date(2027, 3, 1)}
    assert found.correction is not None
    assert found.lead == ADA


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({}, "--kind human goes with --intent"),
        ({"kind": Kind.BOUNCE}, "goes with --kind bounce"),
        ({"kind": Kind.OTHER, "intent": Intent.OPT_OUT}, "has an intent"),
        ({"intent": Intent.QUESTION, "until": date(2027, 3, 1)}, "--intent not_now"),
        ({"return_date": date(2027, 3, 1)}, "--kind auto_reply"),
    ],
)
def test_what_does_not_go_together_is_refused(given: dict[str, object], problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        Expected(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("until", "why"),
    [
        (date(2020, 1, 1), "is not in the future; name a later day"),
        (date(2027, 1, 4), "is not in the future; name a later day"),
        (date.max, "is too far ahead; name an earlier day"),
    ],
    ids=["past", "today", "never"],
)
def test_not_now_ends_on_a_later_day(world: World, until: date, why: str) -> None:
    """Else who asked something would be written to at once."""
    welcomed(world).answers(mood=Mood.QUESTION)
    world.settle()
    with pytest.raises(InputError, match=f"--until: {until} {why}"):
        corrected(world, Expected(intent=Intent.NOT_NOW, until=until))
    assert state(world) is EnrollmentState.PAUSED


def test_a_number_that_is_not_there(world: World) -> None:
    with pytest.raises(NotFoundError, match="no mail has the number 99"), world.desk() as desk:
        correct(desk, 99, Expected(kind=Kind.OTHER))
