"""Stories of what goes wrong, or waits: servers, templates, downtime, doubt, and people's holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from tests.acceptance.world import (
    ADA,
    DAY,
    HOUR,
    NIGHT,
    TEMPLATES,
    WELCOME,
    House,
    World,
    opened,
    template,
)
from tests.store.parts import claim
from worker.core.events import Replied
from worker.core.facts import Policy
from worker.core.gate import judge
from worker.core.mail import Intent
from worker.core.pace import Pace
from worker.core.states import Scope, Track
from worker.engine import control
from worker.engine.apply import apply
from worker.engine.gatefacts import gate_facts
from worker.engine.letter import NEW_CONVERSATION
from worker.engine.outcomes import withhold
from worker.engine.surroundings import EVERYTHING
from worker.errors import ConflictError
from worker.store import holds, transmission
from worker.store.database import Database
from worker.store.holds import Subject
from worker.store.tables import lead
from worker.store.transmission import Start

FEATURES = datetime(2027, 1, 15, 9, tzinfo=UTC)  # of who came at night: the Friday before
BROKEN = {**TEMPLATES, "features.html": template("All of it", "For\n{{ lead.company }} only.")}


def states(world: World, address: str = ADA) -> list[str]:
    return [one.state for one in world.messages(address)]


def welcomed(world: World) -> World:
    """Somebody came in at night and was greeted."""
    world.launch()
    world.add(zone="Europe/London")
    return world


def test_a_template_that_fails_is_held_and_goes_out_once_corrected(each_world: World) -> None:
    """Promise 12."""
    each_world.launch(templates=BROKEN)
    each_world.add(zone="Europe/London")
    each_world.until(FEATURES + HOUR)
    assert len(each_world.mails()) == 1
    held = each_world.messages()[-1]
    assert "features.html:2" in each_world.alerts()["template"]
    assert f"nurture outbox release {held.id}" in each_world.alerts()["template"]
    each_world.until(FEATURES + 5 * DAY)
    each_world.launch()
    with each_world.desk() as desk:
        control.release_message(desk, held.id)
    assert len(each_world.mails()) == 2
    assert "template" not in each_world.alerts()


def test_a_message_that_was_held_is_asked_about_no_more_once_its_lead_is_stopped(
    each_world: World,
) -> None:
    """It could be let go, and the command said that it goes out."""
    each_world.launch(templates={**TEMPLATES, "welcome.html": BROKEN["features.html"]})
    each_world.add()
    [held] = each_world.messages()
    assert "template" in each_world.alerts()
    with each_world.desk() as desk:
        control.stop_lead(desk, control.lead_by(desk, ADA), "no more")
    told = f"message {held.id} is not held: it is cancelled"
    with pytest.raises(ConflictError, match=told), each_world.desk() as desk:
        control.release_message(desk, held.id)
    each_world.after(HOUR)
    assert each_world.alerts() == {}
    with each_world.desk() as desk:
        assert holds.open_now(desk.connection, desk.now) == []


def test_a_message_that_is_held_while_its_lead_waits_is_still_asked_about(world: World) -> None:
    world.launch(templates={**TEMPLATES, "welcome.html": BROKEN["features.html"]})
    world.add()
    with world.desk() as desk:
        apply(desk, world.lead().id, Replied(desk.now, "an answer", Intent.QUESTION))
    world.after(HOUR)
    assert "template" in world.alerts()
    [held] = world.messages()
    world.launch()
    with world.desk() as desk:
        control.release_message(desk, held.id)
    assert world.mails() == []
    world.resume()
    assert world.subjects() == ["Welcome"]


def test_a_message_that_nobody_can_write_is_held_and_those_beside_it_go_out(
    each_world: World,
) -> None:
    """Promise 3: something odd in one row keeps no other from going out."""
    before, odd = "eve@odd.example", f"{'eve' * 30}@odd.example"  # an older version may take it
    each_world.launch()
    for address in (ADA, before, "joan@felt.example"):
        each_world.come(address)
    with each_world.ticks.database.write() as connection:
        connection.execute(update(lead).where(lead.c.address == before).values(address=odd))
    each_world.settle()
    assert each_world.mails(odd) == []
    assert len(each_world.mails()) == len(each_world.mails("joan@felt.example")) == 1
    assert f"{odd!r} is no address that can be written to" in each_world.alerts()["fault"]


def test_a_message_that_is_not_held_cannot_be_released(world: World) -> None:
    welcomed(world)
    with pytest.raises(ConflictError, match="is not held: it is sent"), world.desk() as desk:
        control.release_message(desk, world.messages()[0].id)


def test_a_refused_address_is_never_written_to_again(each_world: World) -> None:
    address = "550@nowhere.example"
    each_world.launch()
    each_world.add(address)
    each_world.after(30 * DAY)
    assert each_world.mails(address) == []
    assert states(each_world, address) == ["refused"]
    assert each_world.decisions(address)[-1][0] == "address.refused"
    assert not each_world.launch("again", WELCOME, existing=True)
    assert each_world.decisions(address)[-1][0] == "not enrolled"


def test_a_greylisted_message_is_tried_again_within_minutes(each_world: World) -> None:
    address = "greylist@slow.example"
    each_world.launch()
    each_world.add(address)
    assert states(each_world, address) == ["planned"]
    each_world.after(HOUR)
    assert len(each_world.mails(address)) == 1


def test_a_server_that_never_takes_it_is_given_up_in_the_end(sqlite: Database) -> None:
    address = "451@slow.example"
    policy = Policy(expire_after=DAY)
    with opened(sqlite, House(setup={"policy": policy})) as world:
        world.launch()
        world.add(address)
        world.after(DAY - 3 * HOUR)
        assert states(world, address) == ["planned"]
        world.after(4 * HOUR)
        assert states(world, address) == ["refused"]
        assert "expired" in world.alerts()
        world.after(14 * DAY)
        assert states(world, address) == ["refused", "planned"]  # the step counts as skipped


@pytest.mark.parametrize("scope", [EVERYTHING, (Scope.MAILBOX, "sales")])
def test_what_was_held_meanwhile_has_its_time_to_be_tried(sqlite: Database, scope: Subject) -> None:
    address = "451@slow.example"
    with opened(sqlite, House(setup={"policy": Policy(expire_after=DAY)})) as world:
        world.launch()
        world.add(address)
        with world.desk() as desk:
            control.pause(desk, scope, "somebody mends it")
        world.after(6 * DAY)
        with world.desk() as desk:
            control.resume(desk, scope)
        world.after(DAY - 3 * HOUR)
        assert states(world, address) == ["planned"]
        world.after(4 * HOUR)
        assert states(world, address) == ["refused"]


def test_what_was_due_while_nothing_ran_is_held_and_the_rest_goes_out(each_world: World) -> None:
    """Promise 11: late is not urgent."""
    charles = "charles@analytical.example"
    welcomed(each_world).until(NIGHT + 2 * DAY)
    each_world.add(charles, zone="Europe/London")  # features on Tuesday the 20th, at the same hour
    each_world.until(FEATURES - 12 * HOUR)
    each_world.jump(datetime(2027, 1, 20, 9, tzinfo=UTC))
    assert each_world.subjects() == ["Welcome"]
    assert each_world.subjects(charles) == ["Welcome", "All of it"]
    late = each_world.messages()[-1]
    assert f"nurture outbox release {late.id}" in each_world.alerts()["late"]
    with each_world.desk() as desk:
        control.release_message(desk, late.id)
    assert each_world.subjects() == ["Welcome", "All of it"]
    assert "late" not in each_world.alerts()


def test_a_late_message_that_is_dropped_counts_as_skipped(world: World) -> None:
    welcomed(world).until(FEATURES - HOUR)
    world.jump(FEATURES + 3 * DAY)
    with world.desk() as desk:
        control.drop_message(desk, world.messages()[-1].id)
    assert "late" not in world.alerts()
    world.after(8 * DAY)
    assert world.subjects() == ["Welcome"]
    assert world.lead().track is Track.NEWSLETTER


def test_everything_paused_sends_nothing_and_then_goes_on(each_world: World) -> None:
    welcomed(each_world).until(FEATURES - DAY)
    with each_world.desk() as desk:
        control.pause(desk, EVERYTHING, "a look at the list")
    each_world.add("charles@analytical.example")
    each_world.until(FEATURES + 3 * DAY)
    assert len(each_world.server.capture) == 1
    with each_world.desk() as desk:
        assert control.resume(desk, EVERYTHING) == 1
    each_world.after(7 * DAY)
    assert each_world.subjects() == ["Welcome", "All of it"]
    assert each_world.subjects("charles@analytical.example") == ["Welcome"]
    assert "late" not in each_world.alerts()


def test_a_paused_mailbox_keeps_what_is_planned(world: World) -> None:
    with world.desk() as desk:
        control.pause(desk, (Scope.MAILBOX, "sales"), "the password changes")
    welcomed(world).after(2 * DAY)
    assert world.mails() == []
    with world.desk() as desk:
        control.resume(desk, (Scope.MAILBOX, "sales"))
    assert world.subjects() == ["Welcome"]


def test_a_held_lead_waits_and_goes_on_when_released(each_world: World) -> None:
    welcomed(each_world).until(NIGHT + 4 * DAY)
    with each_world.desk() as desk:
        control.hold_lead(desk, each_world.lead(), "on parental leave", None)
    each_world.after(20 * DAY)
    assert len(each_world.mails()) == 1
    each_world.resume()
    each_world.after(7 * DAY)  # ten of the fourteen days are left, up to a Sunday
    assert len(each_world.mails()) == 1
    each_world.after(2 * DAY)
    assert len(each_world.mails()) == 2


def test_a_hold_with_an_end_can_be_taken_away_before(sqlite: Database) -> None:
    """A message that was put back until that end does not wait for it any more."""
    with opened(sqlite, House(mailbox={"pace": Pace(daily_limit=1)})) as world:
        world.launch()
        world.add("charles@analytical.example")
        world.add()
        with world.desk() as desk:
            control.hold_lead(desk, world.lead(), "call first", world.now + 10 * DAY)
        world.after(2 * DAY)
        assert world.mails() == []
        world.resume()
        assert world.subjects() == ["Welcome"]


def test_two_enrollments_keep_their_distance(world: World) -> None:
    world.launch()
    world.launch("soon", SOON)
    world.add()
    first, second = sorted(mail.at for mail in waited(world, DAY).mails())
    assert first == NIGHT
    assert second == NIGHT + 20 * HOUR


def waited(world: World, span: timedelta) -> World:
    world.after(span)
    return world


SOON = """\
title = "Soon"
enroll = { on = "lead.created" }

[[step]]
id = "soon"
after = "0 minutes"
window = "any"
email = "welcome.html"
purpose = "value"
"""


def test_consent_that_ended_ends_the_mail(world: World) -> None:
    world.launch()
    world.add(consent_expires="2027-01-10")
    world.after(30 * DAY)
    assert world.subjects() == ["Welcome"]
    assert states(world) == ["sent", "cancelled"]
    assert world.lead().track is Track.NONE


def killed(database: Database, *, transmitting: bool) -> None:
    """A worker dies at night with a message in its hands."""
    with opened(database) as world:
        world.launch()
        world.come(zone="Europe/London")
        world.ticks.plan()
        with world.ticks.desk() as desk:
            [mine] = claim(desk.connection, world.holder, desk.now, 1)
            start = Start(mine.id, "nurture.x@felt.example", "Welcome")
            if transmitting:
                transmission.start(desk.connection, world.holder, [start], desk.now)


def test_what_was_only_claimed_is_sent_by_the_next_worker(database: Database) -> None:
    """Promise 3: nothing is lost."""
    killed(database, transmitting=False)
    with opened(database, House(start=NIGHT + HOUR)) as world:
        assert world.subjects() == ["Welcome"]


def test_what_was_claimed_three_days_ago_is_late(database: Database) -> None:
    killed(database, transmitting=False)
    with opened(database, House(start=NIGHT + 3 * DAY)) as world:
        assert world.mails() == []
        assert "late" in world.alerts()


def test_a_message_in_doubt_is_not_sent_again_and_holds_what_comes_next(
    database: Database,
) -> None:
    """Promise 4: until evidence, a person or seven days settle it."""
    killed(database, transmitting=True)
    with opened(database, House(start=NIGHT + HOUR)) as world:
        assert "in_doubt" in world.alerts()
        assert world.launch("soon", SOON, existing=True) == 1
        world.until(NIGHT + 6 * DAY)
        assert world.mails() == []
        world.until(NIGHT + 8 * DAY)
        assert world.subjects() == ["Welcome"]  # of the other sequence
        assert "in_doubt" not in world.alerts()
        world.until(FEATURES + HOUR)
        assert len(world.mails()) == 2


def test_a_reply_is_evidence_that_the_message_in_doubt_arrived(database: Database) -> None:
    killed(database, transmitting=True)
    with opened(database, House(start=NIGHT + HOUR)) as world:
        setup, doubtful = world.ticks.setup, world.messages()[0]
        to = setup.reply_address(setup.mailbox("sales"), doubtful.id)
        world.writes("Thank you, tell me more.", to=to)
        world.settle()
        assert states(world) == ["sent"]
        assert set(world.alerts()) == {"reply"}
        world.resume()
        world.until(FEATURES + HOUR)
        assert len(world.mails()) == 1


def test_a_person_may_drop_what_is_in_doubt(database: Database) -> None:
    killed(database, transmitting=True)
    with opened(database, House(start=NIGHT + HOUR)) as world:
        with world.desk() as desk:
            control.drop_message(desk, world.messages()[0].id)
        assert states(world) == ["cancelled"]
        assert world.alerts() == {}
        world.until(FEATURES + 2 * DAY)
        assert world.subjects() == ["All of it"]
        assert ("noted", f"features: {NEW_CONVERSATION}") in world.decisions()


def test_what_waited_for_the_inbox_goes_out_as_soon_as_it_is_read(sqlite: Database) -> None:
    """Promise 12, and no longer: the first mail to a lead is due within a minute."""
    with opened(sqlite) as world:
        world.launch()
        world.clock.move_to(NIGHT + HOUR)  # nobody has read the inbox for an hour
        world.come()
        world.ticks.plan()
        with world.ticks.desk() as desk:
            [mine] = claim(desk.connection, world.holder, desk.now, 1)
            verdict = judge(gate_facts(desk, [mine])[mine.id], desk.setup.policy, desk.now)
            withhold(desk, world.holder, mine, verdict)
        assert "the inbox of sales was last read on" in world.decisions()[-1][1]
        world.settle()
        assert world.mails()[0].at == NIGHT + HOUR
