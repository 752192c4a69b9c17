"""Stories of emails that wait for an owner's go, which they give by answering a notice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.test_sequences_notices import VOUCHED
from tests.acceptance.test_tasks import EMAILS, HEDY, HOUSE, REVIEWED, open_tasks, running
from tests.acceptance.world import ADA, HOUR, World, opened
from worker.engine import plan, reviews
from worker.engine.letter import said
from worker.sandbox import reading
from worker.sandbox.reading import parse
from worker.store import incoming, outbox
from worker.store.database import Database


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    """An email to Ada waits for Hedy's go, and she was told."""
    with opened(database, HOUSE) as world:
        running(world, REVIEWED, first_name="Ada")
        yield world


def answers(world: World, words: str, at: int = -1, **fields: str) -> None:
    notice = world.header("Message-ID", HEDY.address, at)
    world.writes(words, HEDY.address, in_reply_to=notice, **{**VOUCHED, **fields})
    world.settle()


def test_the_owner_sees_the_email_that_waits(world: World) -> None:
    assert world.subjects(HEDY.address) == ["Ada: shall this go out?"]
    told = reading.text(parse(world.mails(HEDY.address)[0].raw))
    assert "Subject: Hello" in told
    assert "Good day, Ada." in told
    assert "with ok, and it goes out" in told
    [waiting] = [one for one in world.messages() if one.recipient == ADA]
    with world.desk() as desk:
        setup = desk.setup
        way_out = setup.unsubscribe_link(setup.mailbox(None), waiting.id)
        assert way_out not in said(desk, outbox.get(desk.connection, waiting.id))
    assert way_out not in told, "whoever presses it would take the lead off"


def test_a_word_lets_it_go_out(world: World) -> None:
    answers(world, "ok\n\nHedy")
    assert world.subjects() == ["Hello"]
    assert open_tasks(world) == []
    assert "report" not in world.alerts()
    with world.ticks.database.read() as connection:
        assert "is done" in incoming.newest(connection, 1)[0].why


def test_a_no_leaves_it_out(world: World) -> None:
    answers(world, "Nein.")
    world.after(HOUR)
    assert world.subjects() == []
    assert ("dropped", "offer: a person dropped it") in world.decisions()
    assert open_tasks(world) == []


def test_what_is_more_than_a_word_is_for_somebody_to_read(world: World) -> None:
    answers(world, "Ok, but she is called Augusta.")
    assert world.subjects() == []
    assert "she is called Augusta" in world.alerts()["report"]
    assert [one.kind for one in open_tasks(world)] == ["review"]


def test_a_go_with_more_below_it_is_asked_about(world: World) -> None:
    answers(world, "Ok.\n\nBut her name is Augusta, please mend that first.")
    assert world.subjects() == []
    assert world.subjects(HEDY.address)[-1] == "Ada: your answer was not done"
    answers(world, "ok")
    assert world.subjects() == ["Hello"], "they said it again, as they were asked to"


def test_a_no_may_say_why(world: World) -> None:
    answers(world, "No.\n\nShe is a customer already.")
    assert open_tasks(world) == []
    world.after(HOUR)
    assert world.subjects() == []


def test_nobody_else_gives_a_go(world: World) -> None:
    answers(world, "ok", authentication_results="mx.felt.example; dkim=fail header.d=felt.example")
    assert world.subjects() == []
    assert "does not vouch" in world.alerts()["report"]


def test_a_go_that_comes_too_late_is_told(world: World) -> None:
    answers(world, "no")
    answers(world, "ok", at=0)
    assert world.subjects() == []
    assert world.subjects(HEDY.address)[-1] == "Ada: your answer was not done"
    assert "it is cancelled" in world.alerts()["report"]


def test_a_go_is_for_the_email_that_the_notice_showed(sqlite: Database) -> None:
    with opened(sqlite, HOUSE) as world:
        running(world, REVIEWED)
        world.add("bob@x.example", owner=HEDY.name)
        answers(world, "ok", at=0)
        assert (world.subjects(), world.subjects("bob@x.example")) == (["Hello"], [])


def test_what_was_approved_before_is_not_asked_about(sqlite: Database) -> None:
    with opened(sqlite, HOUSE) as world:
        world.launch("both", REVIEWED, EMAILS)
        world.come(owner=HEDY.name)
        with world.desk() as desk:
            plan.plan_due(desk)
            [waiting] = reviews.waiting(desk)
            reviews.approve(desk, waiting.id)
        world.after(HOUR)
        assert (world.subjects(), world.mails(HEDY.address)) == (["Hello"], [])


def test_a_launch_for_many_does_not_flood_an_owner(sqlite: Database) -> None:
    with opened(sqlite, HOUSE) as world:
        running(world, REVIEWED)
        for number in range(7):
            world.add(f"lead{number}@x.example", owner=HEDY.name)
        assert len(world.mails(HEDY.address)) == 5
