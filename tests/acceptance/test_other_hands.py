"""Who answers what was not written to him, and what is written in a program, or by one."""

from __future__ import annotations

import pytest

from tests.acceptance.world import ADA, DAY, HOUR, US, World
from worker.store import suppressions

BOB = "bob@partner.example"
COLLEAGUE = "bob@analytical.example"
DESK = "support@analytical.example"
VOUCHED = "Authentication-Results: mx.felt.example; dkim=pass header.d={}"
LEAVE = "Please take me off your list."


def answers(
    world: World, sender: str, words: str, *fields: str, to: str, subject: str = "Re: Welcome"
) -> None:
    """Let somebody answer the last mail that went to another address."""
    lines = (*fields, f"From: {sender}", f"To: {US}", f"Subject: {subject}")
    ids = (f"In-Reply-To: {world.header('Message-ID', to)}", "Message-ID: <1@elsewhere.example>")
    raw = "\r\n".join((*lines, f"Date: {world.now}", *ids, "", words, ""))
    world.server.deliver(US, raw.encode())
    world.after(HOUR)


def is_suppressed(world: World, address: str) -> bool:
    with world.desk() as desk:
        digests = desk.setup.suppression_digests(address)
        return bool(suppressions.reasons(desk.connection, digests))


def said(world: World, address: str) -> list[str]:
    """What was decided about a lead since its first email."""
    return [what for what, _ in world.decisions(address) if what.split(".")[-1] != "created"]


@pytest.mark.parametrize("words", [LEAVE, "We are not interested.", "How loud is it?"])
@pytest.mark.parametrize("other", [BOB, COLLEAGUE])
@pytest.mark.parametrize("fields", [(), (VOUCHED,)])
def test_a_lead_who_answers_anothers_mail_has_answered(
    world: World, words: str, other: str, fields: tuple[str, ...]
) -> None:
    world.launch()
    world.add(ADA)
    world.add(other)
    vouched = [one.format(other.partition("@")[2]) for one in fields]
    answers(world, f"Bob <{other}>", words, *vouched, to=ADA)
    world.after(20 * DAY)
    assert world.subjects(other) == world.subjects(ADA) == ["Welcome"]
    assert not is_suppressed(world, ADA)
    assert "colleague" in world.alerts()
    assert {"opted_out", "not_interested"}.isdisjoint(said(world, ADA))


@pytest.mark.parametrize(
    ("words", "event"),
    [(LEAVE, "opted_out"), ("We are not interested.", "not_interested"), ("Why?", "replied")],
)
def test_what_another_lead_wants_is_done_where_it_is_believed(
    world: World, words: str, event: str
) -> None:
    world.launch()
    world.add(ADA)
    world.add(BOB)
    answers(world, BOB, words, VOUCHED.format("partner.example"), to=ADA)
    assert event in said(world, BOB)
    assert is_suppressed(world, BOB) is (words == LEAVE)


@pytest.mark.parametrize("sender", ["ada.lovelace@analytical.example", BOB, "ada@home.example"])
def test_the_way_out_is_the_leads_from_whichever_address(world: World, sender: str) -> None:
    world.launch()
    world.add(ADA)
    world.add(BOB)
    out = world.header("List-Unsubscribe", ADA).partition("mailto:")[2].partition("?")[0]
    world.writes("unsubscribe", sender, out)
    world.after(20 * DAY)
    assert is_suppressed(world, ADA)
    assert world.subjects(BOB) == ["Welcome", "All of it"]


@pytest.mark.parametrize(
    ("sender", "event"), [(COLLEAGUE, "unclear"), ("bob@home.example", "unclear"), (DESK, "left")]
)
def test_a_robot_of_another_address_ends_nothing(world: World, sender: str, event: str) -> None:
    world.launch()
    world.add(DESK)
    words = "I have left the company. Please contact carol@analytical.example."
    robot = "Auto-Submitted: auto-replied"
    answers(world, sender, words, robot, to=DESK, subject="Automatic reply: Welcome")
    assert event in said(world, DESK)
    world.after(20 * DAY)
    assert world.subjects(DESK) == ["Welcome"]


def test_what_a_person_writes_in_a_desks_program_is_heard(world: World) -> None:
    world.launch()
    world.add(DESK)
    fields = ("Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All")
    answers(world, DESK, "Hi,\r\n\r\nplease take us off your list.\r\n\r\nNora", *fields, to=DESK)
    assert is_suppressed(world, DESK)


def test_a_robot_that_asks_to_be_left_alone_is_shown_to_a_person(world: World) -> None:
    world.launch()
    world.add(ADA)
    words = "This is an automatic reply. Please remove us from your mailing list."
    robot = "Auto-Submitted: auto-replied"
    answers(world, ADA, words, robot, to=ADA, subject="Automatic reply: Welcome")
    assert "unclear" in world.alerts()
    world.after(20 * DAY)
    assert world.subjects(ADA) == ["Welcome"]
